"""The sweeps of a store: listed, made, opened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain

from nbgemini.core.grid.combinations import numbered
from nbgemini.errors import StoreError
from nbgemini.store.fields import is_exchange_id
from nbgemini.store.folder import Folder
from nbgemini.store.journal import parse_lines
from nbgemini.store.locks import locked
from nbgemini.store.sweep_lines import About, Drafted, about_of, head_line
from nbgemini.store.sweep_log import SUFFIX, SweepLog, append

__all__ = ["Sweeps"]


class Sweeps:
    """The sweeps of a store."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._known: dict[str, About] = {}

    def all(self) -> list[About]:
        """Every run, the newest last. Raises StoreError when nothing can be listed; one that cannot be read is left
        out."""
        names = [name for name in self._folder.names("sweeps", SUFFIX) if is_exchange_id(name)]
        for name in names:
            if name not in self._known and (about := self._read(name)) is not None:
                self._known[name] = about
        return sorted((self._known[name] for name in names if name in self._known), key=lambda one: one.created)

    def called(self) -> list[tuple[str, About]]:
        """(the name that it is called by, the run), the newest last: `tuesday`, and before it `tuesday.1`, …"""
        found = self.all()
        total: dict[str, int] = {}
        for about in found:
            total[about.name] = total.get(about.name, 0) + 1
        seen: dict[str, int] = {}
        listed = []
        for about in found:
            at = seen[about.name] = seen.get(about.name, 0) + 1
            listed.append((about.name if at == total[about.name] else f"{about.name}.{at}", about))
        return listed

    def _read(self, name: str) -> About | None:
        try:
            data = self._folder.head(self._folder.path("sweeps", name + SUFFIX), 1 << 18)
            records = parse_lines(data.partition(b"\n")[0])
            return about_of(name, records[0]) if records else None
        except (StoreError, KeyError, TypeError, ValueError):
            return None

    def open(self, about: About) -> SweepLog:
        """The file of a run, read. Raises StoreError."""
        log = SweepLog(self._folder, about)
        log.refresh()
        return log

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from making a sweep meanwhile. Raises StoreReadOnly or StoreError."""
        self._folder.make(self._folder.path("sweeps"))
        with locked(self._folder.disk, self._folder.path("sweeps", ".lock")):
            yield

    def create(self, about: About, shots: Sequence[Drafted]) -> SweepLog:
        """Put a new run down with its plan, forced to disk; `lock` is held. Raises StoreReadOnly or StoreError."""
        about = replace(about, name=about.name or self._free_name())
        numbers = numbered((shot.place for shot in shots), {})
        axes = about.axes
        lines = (shot.line(numbers[shot.place], axes) for shot in shots)
        self._folder.replace_by(self._folder.path("sweeps", about.id + SUFFIX), chain((head_line(about),), lines))
        return self.open(about)

    def put(self, sweep_id: str, lines: bytes) -> None:
        """Put the lines of a sweep down, forced; `lock` is held. Raises StoreReadOnly or StoreError."""
        self._folder.replace(self._folder.path("sweeps", sweep_id + SUFFIX), lines)

    def add(self, sweep_id: str, lines: bytes) -> None:
        """Add lines to a sweep, forced; `lock` is held. Raises StoreReadOnly or StoreError."""
        if lines:
            append(self._folder, self._folder.path("sweeps", sweep_id + SUFFIX), lines)

    def _free_name(self) -> str:
        """`sweep-1`, `sweep-2`, …"""
        taken: Collection[str] = {about.name for about in self.all()}
        number = len(taken) + 1
        while f"sweep-{number}" in taken:
            number += 1
        return f"sweep-{number}"

    def alive(self, kernel: str) -> bool:
        """Whether the kernel that claimed a shot still runs."""
        return self._folder.alive(kernel)
