"""Which conversation a panel looks at: the kernel's current one, one that it is pinned to, or one from before.

Cells start fresh in a new kernel, and still do: the conversation that the store lists as the last is only looked at
until something is done with it in the panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.errors import ConversationError, NbgeminiError
from nbgemini.notebook.panel.contract import ListedTrait

if TYPE_CHECKING:
    from nbgemini.studio.conversations.session import Open
    from nbgemini.studio.studio import Studio

__all__ = ["Looking", "listed"]

_LISTED = 60  # conversations to choose from


class Looking:
    """What one panel looks at. `pinned` is the name of the conversation it stays with, "" where it follows cells."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._current = studio.session.current
        self.pinned = ""
        self._found = None if self._begun() else self._latest()

    @property
    def value(self) -> Conversation:
        stored = self._stored_one()
        return stored[2] if stored is not None else self.opened.value

    @property
    def opened(self) -> Open:
        """The kernel's own conversation that it looks at, or would."""
        return self._studio.session.get(self.pinned or None)

    @property
    def stored(self) -> bool:
        """Whether it comes from before this kernel, and is not gone on with yet."""
        return self._stored_one() is not None

    @property
    def key(self) -> str:
        """What it is known by across kernels; one without a turn by its name alone."""
        stored = self._stored_one()
        key = stored[1] if stored is not None else self.opened.key
        return f"new {self.opened.name}" if key is None else f"key {key}"

    def hold(self) -> Conversation:
        """The conversation to act on: one from before this kernel becomes the kernel's current one."""
        stored = self._stored_one()
        if stored is not None:
            self._studio.history.use(stored[0])
            self.leave()
        return self.opened.value

    def leave(self) -> None:
        """Look at the kernel's own conversation from now on."""
        self._found = None

    def pin(self, yes: bool) -> None:
        """Stay with what is looked at, whatever cells and other panels do; or follow them again."""
        self.pinned = self.hold().name if yes else ""

    def use(self, name: str, key: str) -> None:
        """Go on with a conversation of this kernel, or with that of a `key` in the store; a pinned panel does so alone.

        Raises ConversationError.
        """
        history, session = self._studio.history, self._studio.session
        opened = session.find(name)
        if not key and (opened is None or not opened.value.exchanges):
            key = next((one.key for one in history.stored() if one.name == name), "")
            if not key and opened is None:
                raise ConversationError(f"There is no conversation `{name[:40]}`.", hint="Choose one in the list.")
        if self.stored and self.key == f"key {key}":
            return
        self.begin(history.take_in(key).name if key else name)

    def begin(self, name: str) -> None:
        """Go on with a conversation of this kernel."""
        opened = self._studio.session.get(name)
        self.leave()
        if self.pinned:
            self.pinned = name
        else:
            self._studio.history.switch(opened)

    def _stored_one(self) -> tuple[str, str, Conversation] | None:
        if self._found is not None and (self._begun() or self._studio.session.current != self._current):
            self._found = None
        return None if self.pinned else self._found

    def _begun(self) -> bool:
        return any(opened.value.exchanges for opened in self._studio.session.opened())

    def _latest(self) -> tuple[str, str, Conversation] | None:
        """(the name it is listed under, its key, the conversation)."""
        try:
            stored = [one for one in self._studio.history.stored() if one.turns]
            album = self._studio.store.album
            return (stored[-1].name, stored[-1].key, album.load(stored[-1].key)) if stored else None
        except NbgeminiError:
            return None


def listed(studio: Studio, looked_at: Open) -> list[ListedTrait]:
    """The conversations of this kernel, then those of the store, the one that was used last first."""
    opened = [one for one in studio.session.opened() if one.value.exchanges or one is looked_at]
    rows: list[ListedTrait] = [
        {"name": one.name, "key": "", "turns": len(one.value.exchanges), "stored": False} for one in opened
    ]
    keys = {one.key for one in opened}
    stored = [one for one in studio.history.stored() if one.key not in keys]
    rows += [{"name": one.name, "key": one.key, "turns": one.turns, "stored": True} for one in reversed(stored)]
    return rows[:_LISTED]
