"""What an export tells: which turns, in which order, what was asked and shown in each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile

from nbgemini._dataclass import dataclass, field
from nbgemini.core.content import Part, Turn, is_torn
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.folding import HEADING
from nbgemini.core.phrases import counted
from nbgemini.core.picture import Picture
from nbgemini.errors import ConversationError
from nbgemini.notebook.contact.sheet_parts import Sheet
from nbgemini.notebook.show.footer import price, shape
from nbgemini.notebook.show.texts import one_line
from nbgemini.notebook.views.tree import MarksOf, mark_words, unmarked

__all__ = ["EMULATED", "LONGEST", "Asked", "Reference", "Story", "asked_in", "heard", "story_of", "why_failed"]

LONGEST = 1_000_000  # characters of one text in a file
EMULATED = "Pictures marked “emulator” were drawn by nbgemini's emulator, not by a Google model."
_LABEL = re.compile(r"image \d+(?:: (.*))?", re.DOTALL)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture that was shown to the model, and what it was called."""

    label: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Asked:
    """A user turn, taken apart: the pictures in order, and the words without the pictures' labels.

    Where pictures stand between the words, `pieces` are both in order, but for the pictures before the first word.
    """

    references: tuple[Reference, ...]
    words: str
    pieces: tuple[str | Reference, ...] = ()

    @property
    def shown_first(self) -> tuple[Reference, ...]:
        """The pictures that `-r` shows: those before the first word."""
        inline = sum(isinstance(piece, Reference) for piece in self.pieces)
        return self.references[: len(self.references) - inline]


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep in a story: its name, its sheet, its answers, the turn that it goes on from (None: none), and a program
    that shows it."""

    name: str
    sheet: Sheet
    shots: tuple[Exchange, ...]
    parent: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """Turns to tell, in order. `whole` says that they are all branches of the conversation; `failed` are requests that
    came to nothing, oldest first.

    Sweeps are told as sheets, after the turns that they go on from; their shots are turns only where one was picked.
    """

    title: str
    conversation: Conversation
    turns: tuple[Exchange, ...]
    whole: bool = False
    sweeps: tuple[Swept, ...] = ()
    failed: tuple[Exchange, ...] = ()
    marks: MarksOf = unmarked
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {exchange.id: at for at, exchange in enumerate(self.turns)})

    def failed_after(self, exchange: Exchange | None) -> tuple[Exchange, ...]:
        """The requests that failed between this turn and the one told next; None: those before the first."""
        after = -1 if exchange is None else self._places[exchange.id]
        return tuple(one for one in self.failed if self._last_before(one) == after)

    def _last_before(self, failed: Exchange) -> int:
        earlier = [at for at, turn in enumerate(self.turns) if turn.created <= failed.created]
        return max(earlier, default=-1)

    def origin(self, exchange: Exchange) -> Exchange | None:
        """The turn that it went on from, if that is told too."""
        at = self._places.get(exchange.parent or "")
        return None if at is None else self.turns[at]

    def swept(self, parent: Exchange | None) -> tuple[Swept, ...]:
        """The sweeps that go on from a turn; None: those that begin anew, or from what is not told."""
        if parent is not None:
            return tuple(one for one in self.sweeps if one.parent == parent.id)
        return tuple(one for one in self.sweeps if one.parent is None or one.parent not in self._places)

    def before(self, exchange: Exchange) -> tuple[Exchange, ...]:
        """The turns that are told before it."""
        return self.turns[: self._places[exchange.id]]

    def branches_off(self, exchange: Exchange) -> bool:
        """Whether it goes on from another turn than the one told before it."""
        at = self._places[exchange.id]
        return at > 0 and exchange.parent != self.turns[at - 1].id

    def facts(self, exchange: Exchange) -> list[str]:
        """`gemini-3-pro-image`, `16:9 2K`, `12.3 s`, `$0.134`, `turn 3`."""
        number = f"turn {self.conversation.number(exchange.id)}"
        seconds = f"{exchange.seconds:.1f} s" if exchange.seconds else ""
        said = mark_words(self.marks(exchange), 1000)
        facts = [one_line(exchange.model, 80), shape(exchange), seconds, price([exchange]), number, said]
        return [fact for fact in facts if fact]

    def summary(self) -> list[str]:
        """`main`, `3 turns`, `$0.402`, `22 November 2026`."""
        count = counted(len(self.turns), "turn") + (" in all branches" if self.whole else "")
        sweeps = counted(len(self.sweeps), "sweep") if self.sweeps else ""
        facts = (one_line(self.conversation.name, 60), count, sweeps, price(self._told), self._day())
        return [fact for fact in facts if fact]

    @property
    def _told(self) -> tuple[Exchange, ...]:
        """Every answer in it, once."""
        shots = (shot for one in self.sweeps for shot in one.shots)
        return tuple({exchange.id: exchange for exchange in (*self.turns, *shots)}.values())

    def _day(self) -> str:
        last = (self._told or self.failed)[-1]
        day = re.match(r"(\d{4})-(\d\d)-(\d\d)", last.created, re.ASCII)
        if day is None or not 1 <= int(day[2]) <= 12:
            return ""
        return f"{int(day[3])} {_MONTHS[int(day[2]) - 1]} {day[1]}"

    @property
    def emulated(self) -> bool:
        return any(exchange.backend == "emulator" for exchange in self._told)


def story_of(
    conversation: Conversation,
    title: str,
    *,
    whole: bool = False,
    sweeps: tuple[Swept, ...] = (),
    failed: Sequence[Exchange] = (),
    marks: MarksOf = unmarked,
) -> Story:
    """The branch that the conversation is on, or all branches in the order of making. Raises ConversationError.

    `sweeps` are those of the conversation; on one branch, those that go on from its turns are told. `failed` are the
    requests that came to nothing, `marks` tells what people said of a turn.
    """
    path = conversation.path(conversation.head)
    on = {exchange.id for exchange in path}
    if whole:
        parents = {exchange.parent for exchange in conversation.exchanges}
        folded = {shot.id for one in sweeps for shot in one.shots if shot.id not in parents and shot.id not in on}
        turns = tuple(exchange for exchange in conversation.exchanges if exchange.id not in folded)
    else:
        turns = path
        sweeps = tuple(one for one in sweeps if one.parent in on or not on or any(shot.id in on for shot in one.shots))
    told = tuple(one for one in failed if whole or one.parent is None or one.parent in on)
    if turns or sweeps or told:
        return Story(title, conversation, turns, whole, sweeps, told, marks)
    if conversation.exchanges:
        raise ConversationError(
            f"`{conversation.name}` starts afresh here, so its branch has no turns yet.",
            hint="`%imagine export FILE all` exports every branch; `%imagine redo` takes an undo back.",
        )
    raise ConversationError(f"`{conversation.name}` has no turns yet, so there is nothing to export.")


def asked_in(exchange: Exchange) -> Asked:
    """What the user said and showed."""
    pieces: list[str | Reference] = []
    parts = exchange.user.parts
    for at, part in enumerate(parts):
        picture = exchange.user.picture_of(part)
        if picture is not None:
            pieces.append(Reference(_label(parts[at - 1]) if at else "", picture))
        elif part.text is not None and not _names_the_next(exchange.user, at) and not _is_folded(exchange, part):
            pieces.append(part.text)
    references = tuple(piece for piece in pieces if isinstance(piece, Reference))
    texts = [piece for piece in pieces if isinstance(piece, str)]
    composed = tuple(dropwhile(lambda piece: isinstance(piece, Reference), pieces))
    words = exchange.words or "\n".join(texts)
    return Asked(references, words, composed if len(composed) > len(texts) else ())


def _is_folded(exchange: Exchange, part: Part) -> bool:
    """Whether a text is what nbgemini wrote in place of a history."""
    return exchange.anchored and (part.text or "").startswith(HEADING)


def _label(before: Part) -> str:
    named = _LABEL.fullmatch(before.text or "")
    return (named[1] or "") if named else ""


def _names_the_next(turn: Turn, at: int) -> bool:
    """Whether a text is only the name of the picture that follows it."""
    parts = turn.parts
    followed = at + 1 < len(parts) and turn.picture_of(parts[at + 1]) is not None
    return followed and _LABEL.fullmatch(parts[at].text or "") is not None


def thoughts_in(exchange: Exchange) -> str:
    """What the model thought in words, where it was asked to show that; the picture that is the answer is none."""
    parts = exchange.turn.parts if exchange.turn else ()
    return "\n\n".join(part.text.strip() for part in parts if part.is_thought and part.text and part.text.strip())


def why_failed(exchange: Exchange) -> str:
    """`failed: …`, with the id by which `%imagine show` finds it in this kernel."""
    return f"failed: {one_line(exchange.reason, 1000)} · {exchange.id}"


def heard(exchange: Exchange) -> Iterator[str | Picture]:
    """What the model said and drew, in its order, thoughts left out."""
    turn = exchange.turn
    final = turn.final.raw if turn and turn.final else None
    text, thought = "", False
    for part in turn.parts if turn else ():
        if part.is_thought and part.raw is not final:
            thought = True
            continue
        picture = turn.picture_of(part) if turn else None
        if text.strip() and (picture is not None or (thought and not is_torn(text, part.text or ""))):
            yield text
            text = ""
        if picture is not None:
            yield picture
        else:
            text += part.text or ""  # a stream may cut a sentence in two
        thought = False
    if text.strip():
        yield text
