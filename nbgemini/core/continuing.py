"""Where a new turn goes: what it continues from, and whether the signatures before it can travel along."""

from __future__ import annotations

from collections.abc import Callable

from nbgemini._dataclass import dataclass
from nbgemini.core.content import NamedFile, Prompt, Turn, user_turn
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import BACKEND_NAMES, Backend, Exchange, ImageRequest
from nbgemini.core.models import ModelCard
from nbgemini.core.options import ImageOptions
from nbgemini.core.picture import Picture
from nbgemini.errors import ConversationError

__all__ = ["ALL_KEPT", "Kept", "Placed", "Wanted", "begin_anew", "place", "sent_exchanges"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A request at its place: the exchange it continues from (None: a root), and whether it was re-anchored.

    `reach` is how many exchanges before it are sent, None: all.
    """

    parent: str | None
    request: ImageRequest
    anchored: bool = False
    reach: int | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for next, wherever it goes on from: the words, the pictures shown with them, options and model.

    `reach` is how many exchanges before it may be sent, None: all.
    """

    prompt: Prompt
    pictures: tuple[tuple[str, Picture | NamedFile], ...]
    options: ImageOptions
    card: ModelCard
    reach: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store still has. `has` tells whether an object of that size is there, `is_json` whether a text that is
    kept as it came can stand in a request: some servers put raw line breaks into their strings."""

    has: Callable[[str, int], bool]
    is_json: Callable[[str], bool]


ALL_KEPT = Kept(has=lambda sha256, size: True, is_json=lambda sha256: True)


def place(
    conversation: Conversation,
    head: str | None,
    wanted: Wanted,
    backend: Backend,
    kept: Kept = ALL_KEPT,
    *,
    google: bool = True,
) -> Placed:
    """The request that goes on from `head`. `google`: it is for Google itself, and no server at a user's own address.

    When the signatures of the branch cannot travel (another backend, a model that signs after one that does not, a
    signature that was lost), its last picture and its words are put into the user's turn instead, and a notice says so.
    Raises ConversationError when that picture is lost itself.
    """
    path = conversation.path(head)
    whole = _sent_part(path)
    reach = wanted.reach if wanted.reach is not None and wanted.reach < len(whole) else None
    sent = whole if reach is None else whole[-reach:]
    why = _obstacle(sent, wanted.card, backend, google) or _loss(sent, kept.has) or _spoilt(sent, kept.is_json)
    if why is None:
        turns = (*conversation.history(head, reach), user_turn(wanted.prompt, wanted.pictures))
        request = ImageRequest(model=wanted.card.id, turns=turns, options=wanted.options)
        return Placed(head, request, reach=reach, notices=() if reach is None else (_cut(reach, len(whole)),))
    drawn = next((exchange for exchange in reversed(path) if exchange.picture), None)
    last = drawn.picture if drawn is not None else None
    if drawn is not None and last is not None and not kept.has(last.sha256, last.size):
        raise _lost(conversation, drawn)
    from nbgemini.core.folding import folded_pictures, folded_words

    shown = tuple(one for one in folded_pictures(path) if kept.has(one[1].sha256, one[1].size))
    words, prompt = folded_words(path), wanted.prompt
    said = ([words] if words else []) + ([prompt] if isinstance(prompt, str) else list(prompt))
    turn = user_turn(said if words else prompt, shown + wanted.pictures)
    request = ImageRequest(model=wanted.card.id, turns=(turn,), options=wanted.options)
    return Placed(head, request, anchored=True, notices=(f"{why}: {_instead(last is not None, bool(words))}",))


def _cut(reach: int, whole: int) -> str:
    last = "last" if reach == 1 else f"last {reach}"
    return f"Only the {last} of {whole} exchanges {'was' if reach == 1 else 'were'} sent."


def sent_exchanges(conversation: Conversation, head: str | None) -> tuple[Exchange, ...]:
    """Those before a new turn that goes on from `head`, as far as they would be sent."""
    return _sent_part(conversation.path(head))


def begin_anew(conversation: Conversation, head: str | None) -> str:
    """The options with which a new branch goes on from the last picture before `head`; there may be none."""
    drawn = next((exchange for exchange in reversed(conversation.path(head)) if exchange.picture), None)
    if drawn is None:
        return "--new"
    return "--new -r @last" if head == conversation.head else f"--new -r @{conversation.number(drawn.id)}"


def _instead(picture: bool, words: bool) -> str:
    """What was sent in place of the conversation."""
    if picture and words:
        return "only the last picture and the text so far were sent, as part of your prompt."
    if picture:
        return "only the last picture was sent, in your turn, without the conversation before it."
    if words:
        return "only the text so far was sent, as part of your prompt."
    return "the conversation before it was left out."


def _loss(path: tuple[Exchange, ...], has: Callable[[str, int], bool]) -> str | None:
    """What a disk has lost of the turns that would be sent."""
    for exchange in path:
        if exchange.turn is None:
            continue
        needed = (*exchange.user.leaves, *exchange.turn.replayed.leaves)
        if not all(has(leaf.sha256, leaf.size) for leaf in needed):
            return "A picture or a signature of the conversation is gone from the store"
    return None


def _spoilt(path: tuple[Exchange, ...], is_json: Callable[[str], bool]) -> str | None:
    """Whether an answer holds what no request may hold, though it could be read."""
    turns = (exchange.turn for exchange in path if exchange.turn is not None)
    texts = (leaf.sha256 for turn in turns for leaf in turn.replayed.leaves if leaf.form == "text")
    return None if all(map(is_json, texts)) else "The answer before cannot be sent back"


def _lost(conversation: Conversation, exchange: Exchange) -> ConversationError:
    number, parent = conversation.number(exchange.id), exchange.parent
    before = f"`--from @{conversation.number(parent)}` goes on before it" if parent in conversation and parent else ""
    return ConversationError(
        f"The picture of turn {number} of `{conversation.name}` is gone from the store, so it cannot be edited.",
        hint=f"{before or '`--new` starts afresh'}; `--new -r FILE` takes a copy of it. More: `%imagine verify`.",
    )


def _sent_part(path: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
    """The exchanges whose turns would be sent: those since the last re-anchoring."""
    start = max((at for at, exchange in enumerate(path) if exchange.anchored), default=0)
    return path[start:]


def _obstacle(path: tuple[Exchange, ...], card: ModelCard, backend: Backend, google: bool) -> str | None:
    for exchange in path:
        if not _takes_back(backend, exchange, google=google):
            return f"Signatures of {BACKEND_NAMES[exchange.backend]} do not work with {BACKEND_NAMES[backend]}"
        if exchange.turn is None:
            continue
        if not exchange.turn.can_be_replayed:
            return "The answer before cannot be sent back"
        if exchange.answer.reshaped:
            return "The answer before came in a form that no model takes back"
        if card.signs and (why := _unsigned(exchange, exchange.turn, card)):
            return why
    return None


def _takes_back(backend: Backend, exchange: Exchange, *, google: bool) -> bool:
    """Whether a backend knows the signatures of an exchange.

    What an emulator signed at a user's own address goes back there; in either of its places it signs as the API does.
    """
    if exchange.backend == backend:
        return exchange.stood_for != "vertex"
    return exchange.stood_for == backend and not google


def _unsigned(exchange: Exchange, turn: Turn, card: ModelCard) -> str | None:
    """Why a model that signs would refuse a turn: nothing in it is signed, or a picture is not.

    A picture that the same model left unsigned goes back as it came where a signature follows it: a stream may put that
    on an empty text at its end. So does all that a model of unknown ways sends: whether it asks for signatures, only it
    can tell.
    """
    sent = turn.replayed
    foreign = exchange.model != card.id
    if not foreign and not exchange.answer.is_rescued and not card.known and "gemini" not in card.id:
        return None
    if not sent.signatures:
        if foreign:
            how = f"`{exchange.model}` signs nothing"
            if not exchange.model.startswith("gemini-2."):  # one that signs did not, or nobody knows its ways
                how = f"The answer of `{exchange.model}` is not signed"
            return f"{how}, and `{card.id}` asks for signatures"
        return "The answer before came without a signature"
    covered = False  # by a signature further back
    for part in reversed(sent.parts):
        covered = covered or (part.signature is not None and not foreign and not exchange.answer.is_rescued)
        if sent.picture_of(part) and not part.is_thought and part.signature is None and not covered:
            return (
                f"A picture of `{exchange.model}` is not signed, and `{card.id}` asks for signatures"
                if foreign
                else "The picture before came without a signature"
            )
    return None
