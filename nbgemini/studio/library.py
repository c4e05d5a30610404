"""The conversations of this kernel and of the store: moving in them, forking them, going on with a stored one."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace

from nbgemini.core.conversation import Conversation
from nbgemini.errors import ConversationError
from nbgemini.store.album import Stored
from nbgemini.store.store import Store
from nbgemini.studio.shelf import Held, Shelf

__all__ = ["Library"]


class Library:
    """Every verb names a conversation (None: the current one), returns its new value, and costs nothing."""

    def __init__(self, shelf: Shelf, store: Callable[[], Store]) -> None:
        self._shelf = shelf
        self._store = store

    def undo(self, name: str | None = None, steps: int = 1) -> Conversation:
        """Back on this branch; nothing is deleted."""
        return self._moved(self._shelf.get(name), lambda now: now.rewound(steps))

    def redo(self, name: str | None = None) -> Conversation:
        """Where the last undo came from."""
        return self._moved(self._shelf.get(name), lambda now: now.advanced())

    def reset(self, name: str | None = None) -> Conversation:
        """A new empty root in the conversation; nothing is deleted."""
        return self._moved(self._shelf.get(name), lambda now: now.at(None))

    def _moved(self, held: Held, verb: Callable[[Conversation], Conversation]) -> Conversation:
        before = held.value
        after = held.change(verb)
        if held.key is not None and after.head != before.head:
            self._store().album.move(held.key, after.head)
            held.stored_head = after.head
        return after

    def fork(self, new_name: str, name: str | None = None) -> Conversation:
        """A new conversation that begins with another's branch. Raises ConversationError when the name is taken."""
        forked = self._shelf.get(name).value.forked(new_name)
        held = self._shelf.put(forked, None)
        if forked.exchanges:
            held.key = self._store().album.create(forked)
        return held.value

    def use(self, name: str) -> Conversation:
        """Make a conversation current: one of this kernel, or a stored one. Raises ConversationError."""
        held = self._shelf.find(name)
        if held is None or not held.value.exchanges:
            stored = self._stored_as(name)
            if stored is None and held is None:
                raise self._unknown(name)
            if stored is not None:
                held = self._shelf.find(stored.key) or self._shelf.put(
                    replace(self._store().album.load(stored.key), name=stored.key), stored.key
                )
        assert held is not None
        self._shelf.current = held.name
        return held.value

    def _stored_as(self, name: str) -> Stored | None:
        """The stored conversation with that key, or the newest one with that name."""
        found = self.stored()
        exact = [stored for stored in found if stored.key == name]
        matching = exact or [stored for stored in found if stored.name == name]
        return matching[-1] if matching else None

    def _unknown(self, name: str) -> ConversationError:
        names = [held.name for held in self._shelf.held()] + [stored.key for stored in self.stored()]
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean `{close[0]}`?" if close else "`%imagine list` shows them; `-c NAME` begins a new one."
        return ConversationError(f"There is no conversation `{name}`.", hint=hint)

    def stored(self) -> list[Stored]:
        """The conversations on disk, this kernel's own included."""
        return self._store().album.stored()
