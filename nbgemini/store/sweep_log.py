"""One sweep on disk: an append-only file, from its plan before the first request to the end of its last shot.

Any number of kernels may work on one sweep. Each line is added under one short lock, so that a shot is claimed by one
of them. What became of a claimed shot is told by the store as a whole (`fates`); a line about its end only adds why it
failed.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from nbgemini.core.exchange import Exchange
from nbgemini.core.grid.combinations import Place, numbered
from nbgemini.core.skeleton import Json
from nbgemini.errors import StoreError
from nbgemini.store.codec import decode_exchange, encode_exchange
from nbgemini.store.disk import fault, write_whole
from nbgemini.store.fields import Fields, is_exchange_id
from nbgemini.store.folder import Folder
from nbgemini.store.journal import parse_lines
from nbgemini.store.locks import locked

__all__ = ["SUFFIX", "About", "End", "Planned", "SweepLog", "row_of"]

SUFFIX = ".jsonl"
_UNSAID = ("id", "answer", "cost", "seconds", "created", "reason", "group", "repeat")  # of what is only asked


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What one run of a sweep is. `key` tells by what it is known; `name` is what people call it, typed or made.

    `dimensions` are its axes, those together that are walked in step. `constant` are the options that are the same for
    all shots, by name, in words; `prompt` has its places in braces.
    """

    id: str
    name: str
    key: str
    cell: str = ""
    dimensions: tuple[tuple[str, ...], ...] = ()
    prompt: str = ""
    constant: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    backend: str = ""
    conversation: str = ""
    parent: str | None = None
    created: str = ""
    by: str = ""

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of its axes, those that are walked in step one after the other."""
        return tuple(name for names in self.dimensions for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One shot as it was planned: its number (0: none yet), its values by axis, and what it asks, without an answer."""

    number: int = 0
    labels: Mapping[str, str]
    sample: int
    asked: Exchange

    @property
    def place(self) -> Place:
        return tuple(sorted(self.labels.items())), self.sample


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Why a shot has no answer. `kind` is the error's class, `charged` and `amount` are its money."""

    kind: str
    message: str
    charged: str
    hint: str = ""
    amount: str = ""


@dataclass(slots=True)
class _Entry:
    planned: Planned
    exchange: str = ""
    kernel: str = ""
    end: End | None = None
    order: int = 0  # its place among those that ended, from 1


class SweepLog:
    """The file of one run. Threads may share it; `refresh` takes in what others have added."""

    def __init__(self, folder: Folder, about: About) -> None:
        self._folder = folder
        self.about = about
        self._path = folder.path("sweeps", about.id + SUFFIX)
        self._entries: dict[int, _Entry] = {}
        self._offset = 0
        self._ended = 0

    @property
    def numbers(self) -> list[int]:
        return sorted(self._entries)

    @classmethod
    def unwritten(cls, folder: Folder, about: About, shots: Sequence[Planned]) -> SweepLog:
        """A run that is only looked at: nothing of it is on disk."""
        log = cls(folder, about)
        numbers = numbered((shot.place for shot in shots), {})
        for shot in shots:
            number = numbers[shot.place]
            log._entries[number] = _Entry(replace(shot, number=number))
        return log

    def planned(self, number: int) -> Planned:
        """A shot of the plan. Raises KeyError."""
        return self._entries[number].planned

    def claimed(self, number: int) -> tuple[str, str]:
        """The id of a shot's latest exchange and the kernel that claimed it; both empty before any."""
        entry = self._entries[number]
        return entry.exchange, entry.kernel

    def end(self, number: int) -> End | None:
        """Why a shot's latest claim brought no answer, if that was said."""
        return self._entries[number].end

    def ended_in_order(self) -> list[int]:
        """The numbers of the shots that brought an answer, in the order in which they did."""
        return [entry.planned.number for entry in sorted(self._entries.values(), key=_order) if entry.exchange]

    def places(self) -> dict[Place, int]:
        """The number of each place of the plan."""
        return {entry.planned.place: number for number, entry in self._entries.items()}

    def refresh(self) -> None:
        """Take in what was added since, by whomever. Raises StoreError."""
        data = self._tail()
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        for record in parse_lines(whole):
            self._take(record)

    def _tail(self) -> bytes:
        disk = self._folder.disk
        try:
            fd = disk.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise fault(error, self._path) from None
        try:
            os.lseek(fd, self._offset, os.SEEK_SET)
            return b"".join(iter(lambda: disk.read(fd, 1 << 20), b""))
        except OSError as error:
            raise fault(error, self._path) from None
        finally:
            disk.close(fd)

    def _take(self, record: dict[str, Json]) -> None:
        """What one line says; one that says something odd says nothing."""
        try:
            kind = record.get("kind")
            if kind == "plan":
                for row in record["shots"]:
                    planned = _planned(row, self.about.axes)
                    self._entries.setdefault(planned.number, _Entry(planned))
            elif kind == "claim":
                for number, exchange in record["shots"]:
                    if is_exchange_id(exchange) and number in self._entries:
                        entry = self._entries[number]
                        entry.exchange, entry.kernel, entry.end = exchange, str(record["kernel"]), None
            elif kind == "end":
                self._take_end(record)
        except (KeyError, TypeError, ValueError, StoreError):
            return

    def _take_end(self, record: dict[str, Any]) -> None:
        entry = self._entries.get(record["shot"])
        if entry is None or record["exchange"] != entry.exchange:
            return
        if record.get("error") is None:
            entry.end = None
            self._ended += 1
            entry.order = entry.order or self._ended
        else:
            words = {name: str(record["error"].get(name, "")) for name in End.__slots__}
            entry.end = End(**words)

    def extend(self, shots: Sequence[Planned]) -> None:
        """Put down, numbered on, those of these shots that are new. Raises StoreReadOnly or StoreError."""
        with self._locked():
            self.refresh()
            known = self.places()
            numbers = numbered((shot.place for shot in shots), known)
            new = [replace(shot, number=numbers[shot.place]) for shot in shots if shot.place not in known]
            if new:
                self._append({"kind": "plan", "shots": [row_of(shot, self.about.axes) for shot in new]})

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
                self._append({"kind": "claim", "kernel": holder, "shots": [list(pair) for pair in found.items()]})
        return found

    def conclude(self, ends: Sequence[tuple[int, str, End | None]], *, forced: bool) -> None:
        """Say how shots ended, by number and exchange; None: with an answer. Raises StoreReadOnly or StoreError."""
        with self._locked():
            for number, exchange, end in ends:
                error = None if end is None else {name: getattr(end, name) for name in End.__slots__}
                self._append(
                    {"kind": "end", "shot": number, "exchange": exchange, "error": error},
                    forced=forced and (number, exchange, end) == ends[-1],
                )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.make(self._folder.path("sweeps"))
        with locked(self._folder.disk, self._folder.path("sweeps", ".lock")):
            yield
            self.refresh()

    def _append(self, record: dict[str, Json], *, forced: bool = True) -> None:
        append(self._folder, self._path, record, forced=forced)


def append(folder: Folder, path: str, record: dict[str, Json], *, forced: bool = True) -> None:
    """Add a line to a file under the lock of all sweeps. Raises StoreError."""
    line = json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
    disk = folder.disk
    try:
        fd = disk.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            size = os.lseek(fd, 0, os.SEEK_END)
            if size:
                os.lseek(fd, -1, os.SEEK_END)
                if disk.read(fd, 1) != b"\n":  # a torn end is closed off, as in `Journal`
                    line = b"\n" + line
            write_whole(disk, fd, line)
            if forced:
                disk.fsync(fd)
        finally:
            disk.close(fd)
        if not size:
            disk.fsync_dir(os.path.dirname(path))
    except OSError as error:
        raise fault(error, path) from None


def row_of(shot: Planned, axes: Sequence[str]) -> list[Json]:
    """A shot as a row of its plan."""
    asked = {name: value for name, value in encode_exchange(shot.asked).items() if name not in _UNSAID}
    return [shot.number, [shot.labels.get(name) for name in axes], shot.sample, asked]


def _planned(row: Any, axes: Sequence[str]) -> Planned:
    number, labels, sample, asked = row
    if type(number) is not int or type(sample) is not int or number < 1:
        raise ValueError("no shot")
    return Planned(
        number=number,
        labels={name: str(label) for name, label in zip(axes, labels, strict=True) if label is not None},
        sample=sample,
        asked=decode_exchange(Fields({**asked, "id": "0000"}, "the plan of a sweep")),
    )


def _order(entry: _Entry) -> tuple[int, int]:
    return entry.order or 1 << 60, entry.planned.number
