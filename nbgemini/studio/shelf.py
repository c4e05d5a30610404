"""The conversations of this kernel, by name, each with the lane in which its turns queue.

A kernel starts fresh: a name that an earlier kernel stored stays stored under its own key (`main`), and this kernel's
`main` gets the next free one (`main.2`) with its first turn. `Library.use` goes on with a stored one.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from nbgemini.bridge import Lane
from nbgemini.core.conversation import Conversation, is_name
from nbgemini.core.redact import redact
from nbgemini.errors import ConversationError
from nbgemini.settings import secrets_in_use
from nbgemini.studio.reruns import Trail
from nbgemini.studio.underway import UnderWay

__all__ = ["Held", "Shelf"]


class Held:
    """One conversation: an immutable value, swapped under a lock; `key` is where it is stored (None: not yet)."""

    def __init__(self, value: Conversation, key: str | None = None, told: Callable[[], None] = lambda: None) -> None:
        self.value = value
        self._told = told
        self.key = key
        self.stored_head = value.head  # what this kernel last saw or wrote on disk
        self.lane = Lane()
        self.trail = Trail()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self.value.name

    def change(self, verb: Callable[[Conversation], Conversation]) -> Conversation:
        """Swap the value for what `verb` makes of it. Returns the new one."""
        with self._lock:
            after = self.value = verb(self.value)
        self._told()
        return after


class Shelf:
    """All of them; `current` is the name that a cell goes on with, `under_way` what is being drawn."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._lock = threading.Lock()
        self._current = "main"
        self._watchers: list[Callable[[], None]] = []
        self.under_way = UnderWay(self.tell)

    @property
    def current(self) -> str:
        return self._current

    @current.setter
    def current(self, name: str) -> None:
        changed, self._current = name != self._current, name
        if changed:
            self.tell()

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call `watcher` after every change, from whichever thread made it; what is returned ends that.

        It must return at once, and what it raises is lost: a front end that is gone breaks no cell.
        """
        self._watchers.append(watcher)

        def forget() -> None:
            with contextlib.suppress(ValueError):
                self._watchers.remove(watcher)

        return forget

    def tell(self) -> None:
        """Something has changed that whoever watches may show."""
        for watcher in tuple(self._watchers):
            with contextlib.suppress(Exception):
                watcher()

    def get(self, name: str | None = None) -> Held:
        """The conversation of this kernel with that name, made if need be. Raises ConversationError for a bad name."""
        wanted = self.current if name is None else checked_name(name)
        with self._lock:
            return self._held.setdefault(wanted, Held(Conversation(wanted), told=self.tell))

    def find(self, name: str) -> Held | None:
        """The conversation of this kernel with that name, or None."""
        return self._held.get(name)

    def put(self, value: Conversation, key: str | None) -> Held:
        """Take a conversation in under its name. Raises ConversationError when the name is taken."""
        name = checked_name(value.name)
        with self._lock:
            if name in self._held and self._held[name].value.exchanges:
                raise ConversationError(
                    f"This kernel already has a conversation `{name}`.", hint=f"`%imagine use {name}` goes on with it."
                )
            held = self._held[name] = Held(value, key, self.tell)
        self.tell()
        return held

    def held(self) -> tuple[Held, ...]:
        """All conversations of this kernel, in the order of making."""
        return tuple(self._held.values())


def checked_name(name: object) -> str:
    """A conversation's name: any printable text without spaces at its ends. Raises ConversationError."""
    if not isinstance(name, str):
        raise ConversationError(f"The name of a conversation is text, not {type(name).__name__}.")
    if not is_name(name):
        raise ConversationError(f"`{name[:40]}` cannot be the name of a conversation.", hint="Write it like `hero`.")
    if redact(name, secrets_in_use()) != name:
        raise ConversationError("The name of a conversation holds an API key.", hint="Write it like `hero`.")
    return name
