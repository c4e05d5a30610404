"""The turn that a REF names: `@3`, `hero@3` in another conversation, `tuesday/17` for a shot of a sweep."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation, is_turn, picture_named, turn_named
from nbgemini.core.exchange import Exchange
from nbgemini.errors import ConversationError, ReferenceImageError
from nbgemini.store.store import Store
from nbgemini.studio.conversations.history import History
from nbgemini.studio.conversations.session import Open, Session
from nbgemini.studio.pictures.drawn import Drawn

if TYPE_CHECKING:
    from nbgemini.store.sweep_lines import About

__all__ = ["NamedTurns", "split_shot"]


def split_shot(text: str) -> tuple[str, int] | None:
    """The sweep and the number in `tuesday/17`; None for what has another shape."""
    name, slash, number = text.rpartition("/")
    if not slash or not name or len(number) > 9 or not (number.isascii() and number.isdigit()):
        return None
    return name, int(number)


class NamedTurns:
    """Finds turns by REF, in this kernel and in the store. None: it has another shape, or names no sweep."""

    def __init__(self, session: Session, history: History, store: Callable[[], Store]) -> None:
        self._session = session
        self._history = history
        self._store = store

    def find(self, text: str, conversation: str | None = None) -> tuple[Open, Exchange] | None:
        """The turn, and its conversation in this kernel: a stored one is taken in. Raises ConversationError.

        `conversation` is that of `@3` (None: the current one).
        """
        name, at, number = text.rpartition("@")
        if at and is_turn(at + number):
            opened = self._session.get(conversation) if not name else self._opened(name)
            return opened, turn_named(at + number, opened.value)
        exchange = self.shot(text)
        return None if exchange is None else (self._home(exchange), exchange)

    def picture(self, text: str, conversation: str | None = None) -> tuple[Drawn, str] | None:
        """The turn whose picture is meant and the words that name it; nothing is taken in.

        Raises ConversationError, ReferenceImageError for an answer in words.
        """
        name, at, number = text.rpartition("@")
        if at and is_turn(at + number):
            value = self._session.get(conversation).value if not name else self._value(name)
            exchange = picture_named(at + number, value)
            where, turn = value.name, value.number(exchange.id)
            words = f"turn {turn} of {name}" if name else f"turn {turn}"
        elif (found := self.shot(text)) is not None:
            exchange, words = found, text
            where, turn = text.rpartition("/")[0], found.shot
        else:
            return None
        if exchange.picture is None:
            raise ReferenceImageError(
                f"`{text}` is a text-only answer; it has no picture.", hint="`%imagine` shows the turns that have one."
            )
        return Drawn(exchange=exchange, turn=turn, conversation_name=where, store=self._store()), words

    def shot(self, text: str) -> Exchange | None:
        """The answer of a shot; None where there is no such sweep. Raises ConversationError for one without answer."""
        if (named := split_shot(text)) is None or (about := self._about(named[0])) is None:
            return None
        log, number = self._store().sweeps.open(about), named[1]
        if number not in log.numbers:
            raise ConversationError(f"`{named[0]}` has no shot {number}; it has {len(log.numbers)}.")
        exchange_id = log.claimed(number)[0]
        exchange = self._store().album.find(exchange_id) if exchange_id else None
        if exchange is None or exchange.turn is None or exchange.outcome == "failed":
            raise ConversationError(
                f"Shot {number} of `{named[0]}` has no answer.",
                hint=f"`%imagine resume {named[0]}` asks for what is missing.",
            )
        return exchange

    def _about(self, name: str) -> About | None:
        return next((one for called, one in self._store().sweeps.called() if name in (called, one.id)), None)

    def _opened(self, name: str) -> Open:
        own = self._session.find(name)
        if own is not None and own.value.exchanges:
            return own
        return self._history.take_in(self._history.key_of(name), aside=True)

    def _value(self, name: str) -> Conversation:
        own = self._session.find(name)
        if own is not None and own.value.exchanges:
            return own.value
        return self._store().album.load(self._history.key_of(name))

    def _home(self, exchange: Exchange) -> Open:
        """The conversation that has a turn. Raises ConversationError where none has."""
        here = next((opened for opened in self._session.opened() if exchange.id in opened.value), None)
        if here is not None:
            return here
        key = self._store().album.key_of(exchange.id)
        if key is None:
            raise ConversationError("No conversation in this store has that turn.")
        return self._history.take_in(key, aside=True)
