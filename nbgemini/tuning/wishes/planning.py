"""Every shot of a sweep as it would be asked, checked and priced before the first is: nothing is sent here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbgemini._dataclass import dataclass
from nbgemini.core.continuing import Placed
from nbgemini.core.exchange import Backend, Exchange, ImageRequest
from nbgemini.core.grid.axes import quoted
from nbgemini.core.grid.combinations import Combination, Place
from nbgemini.errors import ConversationError, OptionError, ReferenceImageError
from nbgemini.replay.askings import Asking
from nbgemini.replay.lookup import Lookup
from nbgemini.store.sweep_lines import Glanced, Planned, asks_of, drafted_line, read_asks
from nbgemini.studio.asking.checks import check_size
from nbgemini.studio.conversations.reruns import Slot
from nbgemini.studio.pictures.bringing import Unwritten, bring_in, is_picture
from nbgemini.studio.pictures.encoding import LARGEST_FILE, LARGEST_ON_VERTEX
from nbgemini.studio.pictures.references import Labelled, expand
from nbgemini.studio.sending.order import Order
from nbgemini.tuning.wishes.faults import Faults
from nbgemini.tuning.wishes.wishing import Wish

if TYPE_CHECKING:
    from nbgemini.core.exchange import By
    from nbgemini.studio.studio import Studio

__all__ = ["Draft", "Plan", "plan"]

_TOLD = 100  # faults in one error
_NO_TIMEOUT = "`--timeout` has no meaning in a batch: Google draws it within a day as a rule, and ends it after two."
_NOWHERE = "0" * 16  # the id of what is only asked


@dataclass(frozen=True, slots=True)
class Draft:
    """One shot before it is asked: its values, and what it asks as the plan on disk will say it. As few bytes as that
    takes: ten thousand of them are in memory until they are on disk. `size` is that of its picture, in words.
    """

    combination: Combination
    asks: bytes
    request_hash: str
    estimate: int | None
    parent: str | None
    size: str

    @property
    def place(self) -> Place:
        return self.combination.place

    @property
    def asked(self) -> Exchange:
        """What it asks, without an answer."""
        return read_asks(self.asks)

    @property
    def glanced(self) -> Glanced:
        return self.numbered(0).glanced

    def numbered(self, number: int) -> Planned:
        """The same for the store."""
        labels, sample = self.combination.labels, self.combination.sample
        return Planned(number=number, labels=labels, sample=sample, asked=self.asked)

    def line(self, number: int, axes: Sequence[str]) -> bytes:
        return drafted_line(number, self.combination.labels, self.combination.sample, self.asks, axes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All shots of a sweep as they would be asked now, the name of their conversation, and the cell that asks.

    `first` is the order of the first: what all of them share is in it; `again` makes that of another.
    """

    wish: Wish
    drafts: tuple[Draft, ...]
    first: Order
    again: Callable[[Draft], Order]
    slot: Slot | None
    conversation: str
    notices: tuple[str, ...]

    @property
    def backend(self) -> Backend:
        """Who draws all of them."""
        return self.first.means.client.endpoint.backend

    def at(self, draft: Draft) -> Callable[[str | None, Backend], Placed]:
        """Where a shot's request stands. What it asks at its own place is known: it is not written again for that."""

        def at(parent: str | None, backend: Backend) -> Placed:
            if (parent, backend) != (draft.parent, self.backend):
                return self.again(draft).at(parent, backend)
            request = ImageRequest(model=self.first.wanted.card.id, turns=())
            request.hashes[backend] = draft.request_hash
            return Placed(parent, request)

        return at


class _Once:
    """Brings each picture of the user's in once, however many shots show it."""

    def __init__(self, studio: Studio, conversation: str | None, *, scale: bool) -> None:
        self._studio = studio
        self._conversation = conversation
        self._scale = scale
        self._known: dict[int, tuple[object, list[Labelled]]] = {}
        self.notices: dict[str, None] = {}

    def references(self, value: Any) -> Any:
        """What `ref` is given, as pictures that are in the store already."""
        if value is None or value == ():
            return value
        known = self._known.get(id(value))
        if known is None:
            brought, notices = self._brought(value)
            known = self._known[id(value)] = value, brought  # the value itself is kept: its id must not be used again
            self.notices.update(dict.fromkeys(notices))
        return known[1]

    def _brought(self, value: Any) -> tuple[list[Labelled], tuple[str, ...]]:
        settings, store = self._studio.settings(), self._studio.store
        blobs = Unwritten() if settings.replay == "only" or store.read_only else store.blobs
        most = LARGEST_ON_VERTEX if settings.served_by == "vertex" else LARGEST_FILE
        sources = self._studio.sources(self._conversation)
        pictures, notices = bring_in(expand([value], sources), blobs, sources, scale=self._scale, most=most)
        return [Labelled(picture, label) for label, picture in pictures], notices

    def prompt(self, prompt: Any) -> Any:
        """A prompt, its pictures in the store already."""
        if isinstance(prompt, str) or not hasattr(prompt, "pieces"):
            return prompt
        pieces: list[object] = []
        for piece in prompt.pieces:
            pieces += self.references(piece) if _shows(piece) else [piece]
        return replace(prompt, pieces=tuple(pieces))


def _shows(piece: object) -> bool:
    return isinstance(piece, Labelled) or (not isinstance(piece, str) and is_picture(piece))


def plan(studio: Studio, wish: Wish, *, conversation: str | None, slot: Slot | None, by: By) -> Plan:
    """Make an order of every shot. Raises one OptionError for all that is wrong, or what else keeps it back."""
    faults, drafts, names = wish.faults, list[Draft](), dict[str, None]()
    once = _Once(studio, conversation, scale=bool(wish.words.get("yes")))

    def ordered(combination: Combination) -> Order:
        prompt, options = wish.asked(combination)
        options = options.having(ref=tuple(once.references(options.ref) or ()), count=1)
        ask = studio.asked(once.prompt(prompt), options, conversation)
        if wish.batch and ask.timeout is not None:
            raise OptionError(_NO_TIMEOUT, hint="Leave it out; `%imagine batches --cancel ID` ends a job before that.")
        return studio.prepared(ask, conversation, slot, by, batch=wish.batch)

    first: Order | None = None
    with studio.surroundings.one_moment():
        for combination in wish.grid.combinations():
            if drafts and drafts[-1].combination.values is combination.values:  # the next sample of the same
                drafts.append(replace(drafts[-1], combination=combination))
                continue
            try:
                order = ordered(combination)
                drafts.append(_drafted(order, combination))
            except (OptionError, ReferenceImageError, ConversationError) as fault:
                faults.add(fault if isinstance(fault, OptionError) else OptionError(fault.message, hint=fault.hint))
            else:
                first = first or order
                names[order.opened.name] = None
            if len(faults.found) >= _TOLD:
                break
    faults.check()
    _check_one_conversation(list(names), faults)
    _check_different(drafts, faults)
    faults.check()
    assert first is not None  # there is no wish without shots
    notices = dict.fromkeys((*wish.notices, *first.notices, *once.notices))
    return Plan(
        wish=wish,
        drafts=tuple(drafts),
        first=first,
        again=lambda draft: ordered(draft.combination),
        slot=slot,
        conversation=first.opened.name,
        notices=tuple(notices),
    )


def _drafted(order: Order, combination: Combination) -> Draft:
    """Raises OptionError for what cannot be sent, and ConversationError."""
    client, options = order.means.client, order.wanted.options
    placed = order.at(order.origin().parent, client.endpoint.backend)
    if not _is_light(placed.request):
        check_size(client, placed.request)
    order.means.approve(0, 1)  # a prompt that holds the key
    request_hash = client.request_hash(placed.request)
    asked = order.pending(Lookup(placed, Asking(request_hash, 1, 0)), name=_NOWHERE)
    return Draft(
        combination,
        asks_of(asked),
        request_hash,
        asked.estimate,
        asked.parent,
        sys.intern(options.asked_size or order.wanted.card.default_size or "1K"),
    )


def _is_light(request: ImageRequest) -> bool:
    """Whether it is plainly far from any limit of size: one text, whose length was checked, and nothing else."""
    (*before, last), options = request.turns, request.options
    return not (before or last.leaves or options.system or options.set)


def _check_one_conversation(names: Sequence[str], faults: Faults) -> None:
    """Take note of turns to go on from that are not of one conversation: shots are siblings."""
    if len(names) > 1:
        told = ", ".join(f"`{name}`" for name in names[:4])
        faults.add(
            OptionError(
                f"`from` names turns of different conversations ({told}), and all shots of a sweep are in one.",
                hint="Make a sweep of each, or show the pictures as `ref`.",
            )
        )


def _check_different(drafts: Sequence[Draft], faults: Faults) -> None:
    """Take note of values that ask for the very same, under two names (`pro` and its id)."""
    seen: dict[tuple[str, int], Draft] = {}
    for draft in drafts:
        key = draft.request_hash, draft.combination.sample
        other = seen.setdefault(key, draft)
        if other is not draft and draft.combination.sample == 1:
            mine, theirs = draft.combination.labels, other.combination.labels
            differ = [name for name in mine if mine[name] != theirs.get(name)]
            told = " and ".join(
                ", ".join(f"`{name.rstrip('_')}` {quoted(one.get(name, ''))}" for name in differ)
                for one in (theirs, mine)
            )
            faults.add(
                OptionError(f"{told} ask for the same picture.", hint="`count` (`-n`) draws each value more than once.")
            )
            if len(faults.found) >= _TOLD:
                return
