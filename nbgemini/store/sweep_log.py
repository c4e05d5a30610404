"""One sweep on disk: an append-only file, from its plan before the first request to the end of its last shot.

Any number of kernels may work on one sweep. Each line is added under one short lock, so that a shot is claimed by one
of them. What became of a claimed shot is told by the store as a whole (`fates`); a line about its end adds why it
failed, or what its answer cost. Of each shot only what a glance takes is in memory; its request is read when it is
asked for, so that ten thousand shots are as light as ten.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from nbgemini._dataclass import dataclass
from nbgemini.core.grid.combinations import Place, numbered
from nbgemini.core.skeleton import Json
from nbgemini.errors import StoreError
from nbgemini.store.disk import fault, write_whole
from nbgemini.store.fields import damaged, is_exchange_id
from nbgemini.store.folder import Folder
from nbgemini.store.journal import parse_lines
from nbgemini.store.locks import locked
from nbgemini.store.sweep_lines import (
    About,
    Answered,
    Drafted,
    End,
    Glanced,
    Planned,
    answered_at,
    claim_line,
    end_line,
    glance,
    planned,
)

__all__ = ["SUFFIX", "SweepLog", "append"]

SUFFIX = ".jsonl"
_PIECE = 1 << 18


@dataclass(slots=True)
class _Entry:
    """A shot. Its plan stands in the file `at` some byte, in a line of some `size`, of which it is the `row`."""

    plan: Glanced
    at: int = 0
    size: int = 0
    row: int = 0
    whole: Drafted | None = None  # of a run that is not on disk
    exchange: str = ""
    kernel: str = ""
    end: End | None = None
    answered: Answered | None = None
    order: int = 0  # its place among those that ended, from 1


class SweepLog:
    """The file of one run. Threads may share it; `refresh` takes in what others have added."""

    def __init__(self, folder: Folder, about: About) -> None:
        self._folder = folder
        self.about = about
        self._path = folder.path("sweeps", about.id + SUFFIX)
        self._axes = about.axes
        self._entries: dict[int, _Entry] = {}
        self._guard = threading.Lock()
        self._offset = 0
        self._ended = 0

    @property
    def numbers(self) -> list[int]:
        return sorted(self._entries)

    @classmethod
    def unwritten(cls, folder: Folder, about: About, shots: Sequence[Drafted]) -> SweepLog:
        """A run that is only looked at: nothing of it is on disk."""
        log = cls(folder, about)
        numbers = numbered((shot.place for shot in shots), {})
        for shot in shots:
            number = numbers[shot.place]
            log._entries[number] = _Entry(shot.glanced, whole=shot)
        return log

    def planned(self, number: int) -> Planned:
        """A shot of the plan with all that it asks, read from the file. Raises KeyError, StoreError."""
        entry = self._entries[number]
        if entry.whole is not None:
            return entry.whole.numbered(number)
        records: list[Any] = parse_lines(self._folder.part(self._path, entry.at, entry.size))
        try:
            return planned(records[0]["shots"][entry.row], self._axes)
        except (IndexError, KeyError, TypeError, ValueError):
            raise damaged(self._path, f"shot {number} of its plan cannot be read") from None

    def glanced(self, number: int) -> Glanced:
        """What a glance takes of a shot of the plan. Raises KeyError."""
        return self._entries[number].plan

    def claimed(self, number: int) -> tuple[str, str]:
        """The id of a shot's latest exchange and the kernel that claimed it; both empty before any."""
        entry = self._entries[number]
        return entry.exchange, entry.kernel

    def answered(self, number: int) -> Answered | None:
        """That a shot's latest claim brought an answer, if that was said."""
        return self._entries[number].answered

    def end(self, number: int) -> End | None:
        """Why a shot's latest claim brought no answer, if that was said."""
        return self._entries[number].end

    def ended_in_order(self) -> list[int]:
        """The numbers of the shots that brought an answer, in the order in which they did."""
        claimed = [(entry.order or 1 << 60, number) for number, entry in self._entries.items() if entry.exchange]
        return [number for _, number in sorted(claimed)]

    def places(self) -> dict[Place, int]:
        """The number of each place of the plan."""
        return {entry.plan.place: number for number, entry in self._entries.items()}

    def refresh(self) -> None:
        """Take in what was added since, by whomever. Raises StoreError."""
        rest = b""
        with self._guard:
            while piece := self._folder.part(self._path, self._offset + len(rest), _PIECE):
                *lines, rest = (rest + piece).split(b"\n")
                for line, record in zip(lines, _parsed(lines), strict=True):
                    at, size = self._offset, len(line) + 1
                    self._offset += size
                    if record is not None:
                        self._take(record, (at, size))

    def _take(self, record: dict[str, Json], line: tuple[int, int]) -> None:
        """What one line says; one that says something odd says nothing."""
        try:
            kind = record.get("kind")
            if kind == "plan":
                for at, row in enumerate(record["shots"]):
                    number, plan = glance(row, self._axes)
                    self._entries.setdefault(number, _Entry(plan, *line, at))
            elif kind == "claim":
                for number, exchange in record["shots"]:
                    if is_exchange_id(exchange) and number in self._entries:
                        entry = self._entries[number]
                        entry.exchange, entry.kernel = exchange, str(record["kernel"])
                        entry.end = entry.answered = None
            elif kind == "end":
                self._take_end(record)
        except (KeyError, TypeError, ValueError, StoreError):
            return

    def _take_end(self, record: dict[str, Any]) -> None:
        entry = self._entries.get(record["shot"])
        if entry is None or record["exchange"] != entry.exchange:
            return
        if record.get("error") is None:
            cost = record.get("cost")
            entry.end, entry.answered = None, answered_at(cost if type(cost) is int and cost >= 0 else None)
            self._ended += 1
            entry.order = entry.order or self._ended
        else:
            words = {name: str(record["error"].get(name, "")) for name in End.__slots__}
            entry.end = End(**words)

    def extend(self, shots: Sequence[Drafted]) -> None:
        """Put down, numbered on, those of these shots that are new. Raises StoreReadOnly or StoreError."""
        with self._locked():
            self.refresh()
            known = self.places()
            numbers = numbered((shot.place for shot in shots), known)
            new = [(numbers[place], shot) for shot in shots if (place := shot.place) not in known]
            if new:
                append(self._folder, self._path, b"".join(shot.line(number, self._axes) for number, shot in new))

    def claim(
        self,
        numbers: Iterable[int],
        is_free: Callable[[int], bool],
        most: int,
        *,
        ids: Mapping[int, str] | None = None,
        holder: str = "",
    ) -> dict[int, str]:
        """Claim up to `most` of these shots that are still free: the id of the exchange of each.

        `ids`: what answers them is on disk already. `holder`: who asks them in place of this kernel. Raises
        StoreReadOnly or StoreError.
        """
        kernel = self._folder.join()
        holder = holder or kernel
        with self._locked():
            self.refresh()
            found: dict[int, str] = {}
            for number in numbers:
                if len(found) == most:
                    break
                if is_free(number):
                    found[number] = ids[number] if ids is not None else secrets.token_hex(8)
            if found:
                append(self._folder, self._path, claim_line(holder, found))
        return found

    def conclude(self, ends: Sequence[tuple[int, str, End | Answered]], *, forced: bool) -> None:
        """Say how shots ended, by number and exchange. Raises StoreReadOnly or StoreError."""
        with self._locked():
            lines = b"".join(end_line(number, exchange, end) for number, exchange, end in ends)
            append(self._folder, self._path, lines, forced=forced)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.make(self._folder.path("sweeps"))
        with locked(self._folder.disk, self._folder.path("sweeps", ".lock")):
            yield
            self.refresh()


def _parsed(lines: Sequence[bytes]) -> Sequence[dict[str, Any] | None]:
    """The record of each line, None for what is none. As one array they are read three times as fast."""
    try:
        records = json.loads(b"[" + b",".join(lines) + b"]") if b"" not in lines else None
    except (ValueError, RecursionError):
        records = None
    if records is not None and len(records) == len(lines):
        return [record if isinstance(record, dict) else None for record in records]
    return [next(iter(parse_lines(line)), None) for line in lines]


def append(folder: Folder, path: str, lines: bytes, *, forced: bool = True) -> None:
    """Add lines to a file under the lock of all sweeps. Raises StoreError."""
    disk = folder.disk
    try:
        fd = disk.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            size = os.lseek(fd, 0, os.SEEK_END)
            if size:
                os.lseek(fd, -1, os.SEEK_END)
                if disk.read(fd, 1) != b"\n":  # a torn end is closed off, as in `Journal`
                    lines = b"\n" + lines
            write_whole(disk, fd, lines)
            if forced:
                disk.fsync(fd)
        finally:
            disk.close(fd)
        if not size:
            folder.sync_dir(os.path.dirname(path))
    except OSError as error:
        raise fault(error, path) from None
