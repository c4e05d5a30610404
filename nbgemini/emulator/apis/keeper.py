"""Where files and batch jobs are kept: in memory, or in a folder, so that they outlive the process."""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

__all__ = ["Keeper", "Place", "in_memory", "lines_of", "on_disk"]

Place = Callable[[bool], str | os.PathLike[str]]

BLOCK = 1 << 18
"""Bytes that are read at a time where lines are looked for."""

_SAFE = re.compile(r"[A-Za-z0-9_.-]{1,80}")


class Keeper(Protocol):
    """Bytes by kind and name. Threads may share one; several processes may share a folder."""

    def put(self, kind: str, name: str, data: bytes) -> None:
        """Keep `data` in place of what was there."""

    def add(self, kind: str, name: str, data: bytes) -> None:
        """Keep `data` behind what is there."""

    def read(self, kind: str, name: str, start: int = 0, count: int | None = None) -> bytes | None:
        """A piece of it, by default all; None where there is nothing of that name."""

    def size(self, kind: str, name: str) -> int | None:
        """How many bytes there are, None where there is nothing of that name."""

    def names(self, kind: str) -> list[str]:
        """What is there of this kind, in no order."""

    def move(self, kind: str, name: str, to_kind: str, to_name: str) -> None:
        """Give it another kind and name, in place of what was there."""

    def drop(self, kind: str, name: str) -> None:
        """Forget it, if it is there."""


class _InMemory:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], bytearray] = {}

    def put(self, kind: str, name: str, data: bytes) -> None:
        with self._lock:
            self._kept[kind, name] = bytearray(data)

    def add(self, kind: str, name: str, data: bytes) -> None:
        with self._lock:
            kept = self._kept.setdefault((kind, name), bytearray())
            kept += data

    def read(self, kind: str, name: str, start: int = 0, count: int | None = None) -> bytes | None:
        with self._lock:
            kept = self._kept.get((kind, name))
            return None if kept is None else bytes(kept[start : None if count is None else start + count])

    def size(self, kind: str, name: str) -> int | None:
        with self._lock:
            kept = self._kept.get((kind, name))
            return None if kept is None else len(kept)

    def names(self, kind: str) -> list[str]:
        with self._lock:
            return [name for its_kind, name in self._kept if its_kind == kind]

    def move(self, kind: str, name: str, to_kind: str, to_name: str) -> None:
        with self._lock:
            self._kept[to_kind, to_name] = self._kept.pop((kind, name), bytearray())

    def drop(self, kind: str, name: str) -> None:
        with self._lock:
            self._kept.pop((kind, name), None)


class _OnDisk:
    """A folder for each kind, a file for each name. `place` says where; its argument, whether that must be there."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def _path(self, kind: str, name: str, *, making: bool = False) -> Path:
        if not _SAFE.fullmatch(name) or name.startswith("."):
            raise ValueError("this cannot be a name")
        folder = Path(self._place(making), kind)
        if making:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / name

    def put(self, kind: str, name: str, data: bytes) -> None:
        """Keep `data` in place of what was there: all of it or none."""
        path = self._path(kind, name, making=True)
        written = path.with_name(f".{name}.{secrets.token_hex(4)}")
        with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600), "wb") as file:
            file.write(data)
        os.replace(written, path)

    def add(self, kind: str, name: str, data: bytes) -> None:
        """Keep `data` behind what is there."""
        path = self._path(kind, name, making=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, 0o600), "ab") as file:
            file.write(data)

    def read(self, kind: str, name: str, start: int = 0, count: int | None = None) -> bytes | None:
        """A piece of it, by default all; None where there is nothing of that name."""
        try:
            with open(self._path(kind, name), "rb") as file:
                file.seek(start)
                return file.read() if count is None else file.read(count)
        except (OSError, ValueError):
            return None

    def size(self, kind: str, name: str) -> int | None:
        """How many bytes there are, None where there is nothing of that name."""
        try:
            return self._path(kind, name).stat().st_size
        except (OSError, ValueError):
            return None

    def names(self, kind: str) -> list[str]:
        """What is there of this kind, in no order."""
        try:
            return [name for name in os.listdir(Path(self._place(False), kind)) if not name.startswith(".")]
        except OSError:
            return []

    def move(self, kind: str, name: str, to_kind: str, to_name: str) -> None:
        """Give it another kind and name, in place of what was there."""
        if not (path := self._path(kind, name)).exists():
            self.put(to_kind, to_name, b"")
        else:
            os.replace(path, self._path(to_kind, to_name, making=True))

    def drop(self, kind: str, name: str) -> None:
        """Forget it, if it is there."""
        with suppress(OSError, ValueError):
            self._path(kind, name).unlink()


_BINARY: int = getattr(os, "O_BINARY", 0)


def in_memory() -> Keeper:
    """For as long as the process lives."""
    return _InMemory()


def on_disk(place: Place) -> Keeper:
    """In a folder, for whoever looks there next."""
    return _OnDisk(place)


def lines_of(keeper: Keeper, kind: str, name: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """The lines from a place on, each with the place where it begins; those without a word are left out."""
    rest, at = b"", start
    while True:
        block = keeper.read(kind, name, at + len(rest), BLOCK) or b""
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            if line.strip():
                yield at, line
            at += len(line) + 1
        if not block:
            if rest.strip():
                yield at, rest
            return
