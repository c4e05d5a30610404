"""A panel that is opened in a kernel without turns shows the conversation that the store held last.

Cells start fresh in a new kernel, and still do: the stored conversation is only looked at until something is done with
it in the panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.errors import NbgeminiError

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["LastStored"]


class LastStored:
    """The latest stored conversation, as long as this kernel has made no turn of its own."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._current = studio.session.current
        self._found = None if self._begun() else self._latest()

    def value(self) -> Conversation | None:
        """What is looked at instead of the kernel's own conversation, or None."""
        if self._found is not None and (self._begun() or self._studio.session.current != self._current):
            self._found = None
        return None if self._found is None else self._found[1]

    def take(self) -> None:
        """Make it the kernel's current conversation."""
        if self.value() is not None and self._found is not None:
            self._studio.history.use(self._found[0])
            self._found = None

    def leave(self) -> None:
        self._found = None

    def _begun(self) -> bool:
        return any(opened.value.exchanges for opened in self._studio.session.opened())

    def _latest(self) -> tuple[str, Conversation] | None:
        """(the name it is listed under, the conversation)."""
        try:
            stored = [one for one in self._studio.history.stored() if one.turns]
            return (stored[-1].name, self._studio.store.album.load(stored[-1].key)) if stored else None
        except NbgeminiError:
            return None
