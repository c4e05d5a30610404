"""What Tab must know of this kernel: the model in use, conversations, turns and orphans; read, never made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbgemini._dataclass import dataclass, field
from nbgemini.errors import NbgeminiError
from nbgemini.studio import process

if TYPE_CHECKING:
    from nbgemini.core.conversation import Conversation
    from nbgemini.core.models import Catalogue, ModelCard
    from nbgemini.settings import Settings
    from nbgemini.store.store import Store
    from nbgemini.studio.studio import Studio

__all__ = ["Facts", "Names"]

_VARY = re.compile(r"""--vary(?:\s+|=)((?:"[^"]*"|'[^']*'|[^\s"'])+)""")
_known: dict[tuple[str, int], tuple[str, ...]] = {}  # the last listing of a store, with the time it was changed


@dataclass(frozen=True, slots=True)
class Names:
    """The user's names, and those among them that are IPython's own."""

    user: Mapping[str, Any]
    hidden: Mapping[str, Any] = field(default_factory=dict)


def _written(value: str) -> str:
    """A value as an option line has it: a comma or a blank in it needs quotes."""
    return f'"{value}"' if re.search(r"[,\s]", value) else value


class Facts:
    """Looked up when asked for, once for each Tab. `given` is what the option line says already, `line` all of it, and
    `body` what stands beneath it.

    A studio is not made for this: that would cost a first Tab a tenth of a second. Raises what reading raises.
    """

    def __init__(self, given: Mapping[str, str], line: str = "", body: str = "") -> None:
        self._given = given
        self.line = line
        self.body = body

    @cached_property
    def _studio(self) -> Studio | None:
        return process.standing()

    @cached_property
    def _settings(self) -> Settings:
        return process.settings()

    @cached_property
    def _store(self) -> Store:
        return process.store()

    @cached_property
    def catalogue(self) -> Catalogue:
        """The models that are known."""
        if self._studio is not None:
            return self._studio.catalogue
        from nbgemini.store.catalogue import load_catalogue

        return load_catalogue(self._settings.catalogue)

    @cached_property
    def card(self) -> ModelCard:
        """The model that this cell would ask: that of `-m`, else the conversation's, else the setting's."""
        opened = self.conversation
        name = self._given.get("--model") or (opened.model if opened else None) or str(self._settings.model)
        return self.catalogue.find(name).on(self._settings.served_by)

    @cached_property
    def conversation(self) -> Conversation | None:
        """The conversation that this cell would go on with, if this kernel has it."""
        if self._studio is None:
            return None
        session = self._studio.session
        opened = session.find(self._given.get("--conversation") or session.current)
        return None if opened is None else opened.value

    @cached_property
    def turns(self) -> tuple[int, ...]:
        """The turn numbers of that conversation, the latest first."""
        count = len(self.conversation.exchanges) if self.conversation else 0
        return tuple(range(count, 0, -1))

    @cached_property
    def variants(self) -> int:
        """How many pictures the last ask brought side by side; 0 for one alone."""
        opened = self.conversation
        count = len(opened.siblings(opened.head)) if opened and opened.head else 0
        return count if count > 1 else 0

    def opened(self) -> tuple[str, ...]:
        """The conversations of this kernel, in the order of making."""
        return () if self._studio is None else tuple(opened.name for opened in self._studio.session.opened())

    def stored(self) -> tuple[str, ...]:
        """The keys of the conversations on disk."""
        changed = self._store.album.changed()
        place = (str(self._store.folder), changed)
        if place not in _known:
            _known.clear()
            _known[place] = tuple(self._store.album.keys())
        return _known[place]

    @cached_property
    def axes(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The axes that the option line has, each with its values as they are typed."""
        from nbgemini.core.grid.axis_text import AxisText, parse_axis

        found = []
        words = [match[1] for match in _VARY.finditer(self.line)]
        for word in words:
            with suppress(NbgeminiError):  # one that is not whole yet
                if isinstance(axis := parse_axis(word), AxisText):
                    found.append((axis.name, tuple(_written(item.text) for item in axis.items)))
        return tuple(found)

    def sweeps(self) -> tuple[str, ...]:
        """The names of the sweeps in the store, the newest first."""
        return tuple(reversed([name for name, _ in self._store.sweeps.called()]))

    def shots(self, name: str) -> tuple[int, ...]:
        """The numbers of the shots of a sweep that have an answer."""
        found = [about for called, about in self._store.sweeps.called() if called == name]
        if not found:
            return ()
        log = self._store.sweeps.open(found[-1])
        return tuple(number for number in log.numbers if log.answered(number) is not None)

    def orphans(self) -> tuple[str, ...]:
        """The ids that `%imagine recover` takes, the latest first."""
        orphans = self._store.album.orphans()
        return tuple(exchange.id for exchange in reversed(orphans) if exchange.outcome == "orphan")
