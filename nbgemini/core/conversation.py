"""A conversation: an immutable tree of exchanges with a head; every verb returns a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nbgemini._dataclass import dataclass, field
from nbgemini.core.content import Turn
from nbgemini.core.exchange import Exchange, ImageRequest
from nbgemini.errors import ConversationError

__all__ = ["Conversation", "is_name", "is_turn", "listed_name", "picture_named", "turn_named"]

_LONGEST_NAME = 100  # characters
_TURN = r"@(?:last|-?[0-9]{1,9})"


def is_name(text: str) -> bool:
    """Whether a text can be the name of a conversation: printable, not empty, without blanks at its ends, not long."""
    return bool(text) and text == text.strip() and text.isprintable() and len(text) <= _LONGEST_NAME


@dataclass(frozen=True, slots=True)
class Conversation:
    """The exchanges of one conversation in the order of making; `head` is the id it goes on from (None: a root).

    A turn's number is its place in `exchanges`, counted from 1; it never changes, whatever the branch. `undone` are
    the heads that `redo` returns to. `model` and `system` stay with the conversation until changed.
    """

    name: str
    exchanges: tuple[Exchange, ...] = ()
    head: str | None = None
    undone: tuple[str, ...] = ()
    model: str | None = None
    system: str | None = None
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {exchange.id: at for at, exchange in enumerate(self.exchanges)})

    def __contains__(self, exchange_id: object) -> bool:
        return exchange_id in self._index

    def get(self, exchange_id: str) -> Exchange:
        """Raises ConversationError when this conversation has no such exchange."""
        try:
            return self.exchanges[self._index[exchange_id]]
        except KeyError:
            raise ConversationError(f"`{self.name}` has no exchange {exchange_id}.") from None

    def number(self, exchange_id: str) -> int:
        """The turn number of an exchange, from 1."""
        self.get(exchange_id)
        return self._index[exchange_id] + 1

    def turn(self, number: int) -> Exchange:
        """The exchange with a turn number. Raises ConversationError."""
        if not 1 <= number <= len(self.exchanges):
            have = f"turns 1 to {len(self.exchanges)}" if self.exchanges else "no turns yet"
            raise ConversationError(f"`{self.name}` has no turn {number}; it has {have}.")
        return self.exchanges[number - 1]

    @property
    def last(self) -> Exchange | None:
        """The exchange at the head, or None at a root."""
        return None if self.head is None else self.get(self.head)

    def path(self, head: str | None) -> tuple[Exchange, ...]:
        """The exchanges from the root of a branch down to `head`, oldest first."""
        return tuple(reversed(list(self._upward(head))))

    def _upward(self, head: str | None) -> Iterator[Exchange]:
        """From `head` to its root; a parent is never met twice, not even in a folder that someone tampered with."""
        met: set[str] = set()
        while head is not None and head in self._index and head not in met:
            met.add(head)
            exchange = self.get(head)
            yield exchange
            head = exchange.parent

    def history(self, head: str | None, reach: int | None = None) -> tuple[Turn, ...]:
        """The turns to send before a new user turn that goes on from `head`: of `reach` exchanges, None: of all."""
        turns: list[Turn] = []
        for exchange in self._upward(head):
            if reach is not None and len(turns) >= 2 * reach:
                break
            if exchange.turn is not None:
                turns += [exchange.turn, exchange.user]
            if exchange.anchored:
                break
        return tuple(reversed(turns))

    def request(self, exchange: Exchange) -> ImageRequest:
        """What was asked: the turns before it, unless it was anchored, and the user's."""
        before = () if exchange.anchored else self.history(exchange.parent, exchange.reach)
        return ImageRequest(model=exchange.model, turns=(*before, exchange.user), options=exchange.options)

    def siblings(self, exchange_id: str) -> tuple[Exchange, ...]:
        """The exchanges that one ask brought side by side, in order, this one included; a single one stands alone."""
        exchange = self.get(exchange_id)
        if not exchange.group:
            return (exchange,)
        mark = (exchange.group, exchange.parent)
        return tuple(one for one in self.exchanges if (one.group, one.parent) == mark)

    def extended(self, *siblings: Exchange) -> Conversation:
        """With new exchanges; the head is the first of them. One that is here already keeps its place and number."""
        head = siblings[0].id if siblings else self.head
        new = tuple(exchange for exchange in siblings if exchange.id not in self)
        return replace(self, exchanges=self.exchanges + new, head=head, undone=())

    def joined(self, *exchanges: Exchange) -> Conversation:
        """With new exchanges beside the branch that it is on: the head and what was undone stay as they are."""
        new = tuple(exchange for exchange in exchanges if exchange.id not in self)
        return replace(self, exchanges=self.exchanges + new) if new else self

    def rewound(self, steps: int = 1) -> Conversation:
        """`steps` exchanges back on this branch; stops at the root."""
        back = self
        for _ in range(steps):
            if back.head is None:
                break
            back = replace(back, head=back.get(back.head).parent, undone=(*back.undone, back.head))
        return back

    def advanced(self) -> Conversation:
        """Where the last `rewound` came from; the same conversation when there is nothing to redo."""
        if not self.undone:
            return self
        return replace(self, head=self.undone[-1], undone=self.undone[:-1])

    def at(self, head: str | None) -> Conversation:
        """With another head; None begins a new root. Nothing is deleted."""
        if head is not None:
            self.get(head)
        return replace(self, head=head, undone=())

    def forked(self, name: str) -> Conversation:
        """A new conversation that begins with this branch; its turns are numbered anew from 1."""
        return replace(self, name=name, exchanges=self.path(self.head), undone=())

    def keeping(self, model: str | None, system: str | None) -> Conversation:
        """With the model and system instruction that stay until changed; None: as they are, an empty text: none."""
        return replace(self, model=model or self.model, system=(self.system if system is None else system) or None)


def listed_name(key: str, name: str, *, several: bool) -> str:
    """What a stored conversation is listed as: where `several` kernels began a `main`, the first is `main.1`."""
    return f"{name}.1" if several and key == name else key


def is_turn(text: str) -> bool:
    """Whether a text has the shape of a turn's name."""
    return re.fullmatch(_TURN, text) is not None


def turn_named(text: str, value: Conversation) -> Exchange:
    """`@last`, `@3` (turn number), `@-2` (the second last on this branch). Raises ConversationError."""
    number = text.removeprefix("@")
    if number != "last" and not number.startswith("-"):
        return value.turn(int(number))
    back = 1 if number == "last" else -int(number)
    path = value.path(value.head)
    if not 1 <= back <= len(path):
        raise ConversationError(f"`{value.name}` has no `{text}`: this branch has {len(path)} turns.")
    return path[-back]


def picture_named(text: str, value: Conversation) -> Exchange:
    """The turn whose picture is meant: as `turn_named`, but that `@last` is the last one that has a picture, if any."""
    named = turn_named(text, value)
    if text != "@last" or named.picture is not None:
        return named
    return next((turn for turn in reversed(value.path(value.head)) if turn.picture is not None), named)
