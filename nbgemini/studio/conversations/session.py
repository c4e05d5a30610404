"""The conversations of this kernel, by name, each with the lane in which its turns queue.

A kernel starts fresh: a name that an earlier kernel stored stays stored under its own key (`main`), and this kernel's
`main` gets the next free one (`main.2`) with its first turn. `History.use` goes on with a stored one.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from nbgemini.bridge import Lane
from nbgemini.core.conversation import Conversation, is_name
from nbgemini.core.exchange import Exchange
from nbgemini.core.redact import redact
from nbgemini.errors import ConversationError
from nbgemini.settings import secrets_in_use
from nbgemini.store.album import Album
from nbgemini.studio.conversations.reruns import Trail

__all__ = ["Open", "Session", "take_key"]


class Open:
    """One conversation: an immutable value, swapped under a lock; `key` is where it is stored (None: not yet)."""

    def __init__(self, value: Conversation, key: str | None = None, told: Callable[[], None] = lambda: None) -> None:
        self.value = value
        self._told = told
        self.key = key
        self.stored_head = value.head  # what this kernel last saw or wrote on disk
        self.lane = Lane()
        self.committing = threading.RLock()  # held while turns are written: those of a sweep come from many threads
        self.trail = Trail()
        self.unheld: set[str] = set()  # ids of turns that are its own, and on disk alone
        self.failed: list[Exchange] = []  # requests of this kernel that failed, each with its reason; exports tell them
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


class Session:
    """All of them; `current` is the one that a cell goes on with."""

    def __init__(self) -> None:
        self._opened: dict[str, Open] = {}
        self._lock = threading.Lock()
        self._current = "main"
        self._watchers: list[Callable[[], None]] = []
        self._said: set[str] = set()

    def once(self, remark: str) -> tuple[str, ...]:
        """A remark that this kernel makes a single time; nothing from then on."""
        first = remark not in self._said
        self._said.add(remark)
        return (remark,) if first else ()

    @property
    def current(self) -> str:
        """Its name."""
        return self._current

    def switch(self, name: str) -> None:
        """Cells go on with the conversation of that name from now on."""
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

    def get(self, name: str | None = None) -> Open:
        """The conversation of this kernel with that name, made if need be. Raises ConversationError for a bad name."""
        wanted = self.current if name is None else checked_name(name)
        with self._lock:
            if wanted not in self._opened:
                self._opened[wanted] = Open(Conversation(wanted), told=self.tell)
            return self._opened[wanted]

    def find(self, name: str) -> Open | None:
        """The conversation of this kernel with that name, or None."""
        return self._opened.get(name)

    def put(self, value: Conversation, key: str | None) -> Open:
        """Take a conversation in under its name. Raises ConversationError when the name is taken."""
        name = checked_name(value.name)
        with self._lock:
            if name in self._opened and self._opened[name].value.exchanges:
                raise ConversationError(
                    f"This kernel already has a conversation `{name}`.", hint=f"`%imagine use {name}` goes on with it."
                )
            opened = self._opened[name] = Open(value, key, self.tell)
        self.tell()
        return opened

    def opened(self) -> tuple[Open, ...]:
        """All conversations of this kernel, in the order of making."""
        return tuple(self._opened.values())


def checked_name(name: object) -> str:
    """A conversation's name: any printable text without spaces at its ends. Raises ConversationError."""
    if not isinstance(name, str):
        raise ConversationError(f"The name of a conversation is text, not {type(name).__name__}.")
    if not is_name(name):
        raise ConversationError(f"`{name[:40]}` cannot be the name of a conversation.", hint="Write it like `hero`.")
    if redact(name, secrets_in_use()) != name:
        raise ConversationError("The name of a conversation contains an API key.", hint="Write it like `hero`.")
    return name


def take_key(opened: Open, album: Album, value: Conversation) -> str:
    """Where the conversation is stored from now on; `value` is what it has by now. Raises StoreReadOnly or StoreError.

    One that has replayed a stored conversation of its name from end to end goes on with that, unless another kernel is
    at it; so a notebook that is run anew every day leaves one conversation and not one a day.
    """
    if opened.key is None:
        ids = dict.fromkeys([*(turn.id for turn in value.exchanges), *opened.unheld])
        same = album.left_with(value.name, tuple(ids), in_order=not opened.unheld) if ids else None
        if same is not None:
            opened.key, opened.stored_head = same.key, same.head
        else:
            opened.key = album.create(value) if value.exchanges else album.new_key(value.name)
            opened.stored_head = value.head
    return opened.key
