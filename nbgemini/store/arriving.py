"""Objects that arrive in an answer: what the store's disk refuses in the middle goes on in the spare place."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from nbgemini.core.seams import Inspection, Inspector, Onlooker
from nbgemini.errors import StoreError
from nbgemini.store.blobs import Blobs, BlobWriter
from nbgemini.store.disk import Disk
from nbgemini.store.folder import Folder
from nbgemini.store.owed import Owed
from nbgemini.store.spare import Spare

__all__ = ["Arriving"]

_READ = 1 << 16  # bytes at a time, of what is looked at while it grows


class Arriving:
    """The objects of a store while an answer arrives. Implements `core.seams.Objects`.

    A writer raises StoreError only where a broken disk does not even give back what it took. `note` hears of each
    object right before it gets its name: a kernel may die before the answer around it is kept. An `onlooker` reads
    what it wants to see from the file while it grows, at its own pace: it holds up nothing, and no memory. An
    `inspector` sees the bytes as they are written.
    """

    def __init__(
        self,
        folder: Folder,
        blobs: Blobs,
        spare: Spare,
        owed: Owed,
        note: Callable[[str], None] = lambda sha256: None,
        onlooker: Onlooker | None = None,
        inspector: Inspector | None = None,
    ) -> None:
        self._folder = folder
        self._blobs = blobs
        self._spare = spare
        self._owed = owed
        self.note = note
        self.inspector = inspector
        self.onlooker = onlooker if folder.disk.removes_open else None  # else a reader would keep it from its name

    def writer(self) -> _ArrivingWriter:
        """Begin a new object. Raises nothing: where no file can be made it begins in memory."""
        return _ArrivingWriter(self, self._folder, self._blobs)

    def chunks(self, sha256: str, size: int = 192 * 1024) -> Iterator[bytes]:
        """As `Blobs.chunks`."""
        return self._blobs.chunks(sha256, size)

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """As `Blobs.read`."""
        return self._blobs.read(sha256, start, length)

    def keep(self, data: bytes) -> tuple[str, int]:
        """Keep bytes in the spare place, and owe them to the store."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._spare.keep(sha256, data)
        self._owed.add(lambda: self.bring_home(sha256))
        return sha256, len(data)

    def bring_home(self, sha256: str) -> None:
        """Let the store take an object from the spare place. Raises StoreReadOnly or StoreError."""
        data = self._spare.find(sha256)
        if data is not None:
            self._blobs.put(data)
            self._spare.drop(sha256)


class _ArrivingWriter:
    """A new object: a file of the store as long as its disk plays along, bytes in memory from then on."""

    def __init__(self, arriving: Arriving, folder: Folder, blobs: Blobs) -> None:
        self._arriving = arriving
        self._folder = folder
        self._memory: bytearray | None = None
        self._growing: _Growing | None = None
        self._inspection: Inspection | None = None
        self._begun = False
        self._file: BlobWriter | None = None
        try:
            self._file = BlobWriter(blobs, folder, keep=True)
        except StoreError:
            self._memory = bytearray()

    def write(self, data: bytes, /) -> None:
        if self._file is not None:
            try:
                self._file.write(data)
                self._let_look(self._file, data)
                return
            except StoreError as problem:
                self._turn_aside(self._file, problem)
        assert self._memory is not None
        self._memory += data

    def finish(self) -> tuple[str, int]:
        if self._file is not None:
            try:
                self._arriving.note(self._file.sha256)
                made = self._file.finish()
                self._looked_at(made[0])
                if self._inspection is not None:
                    self._inspection.sha256 = made[0]
                return made
            except StoreError as problem:
                self._turn_aside(self._file, problem)
        assert self._memory is not None
        return self._arriving.keep(bytes(self._memory))

    def _turn_aside(self, file: BlobWriter, problem: StoreError) -> None:
        """Read back what the disk has taken so far. Raises the problem when it does not give that back."""
        self._looked_at("")
        data = file.taken()
        file.discard()
        if data is None:
            raise problem
        self._memory, self._file = bytearray(data), None

    def _let_look(self, file: BlobWriter, data: bytes) -> None:
        """Show it to those who look; from the first bytes they know whether they do.

        Whatever goes wrong there must not cost the answer that was paid for.
        """
        if not self._begun:
            self._begun = True
            inspector, onlooker = self._arriving.inspector, self._arriving.onlooker
            with suppress(Exception):
                self._inspection = None if inspector is None else inspector.begin(data)
            with suppress(Exception):
                if onlooker is not None and onlooker.wants(data):
                    growing = _Growing(self._folder.disk, file.path)
                    onlooker.look(growing)
                    self._growing = growing
        try:
            if self._inspection is not None:
                self._inspection.take(data)
        except Exception:
            self._inspection = None
        if self._growing is not None:
            self._growing.grown(len(data))

    def _looked_at(self, sha256: str) -> None:
        """There is no more to look at: all of it is on disk under its hash, or (empty) it is not."""
        if self._growing is not None:
            self._growing.ended(sha256)

    def discard(self) -> None:
        self._looked_at("")
        self._memory = bytearray() if self._file is None else None
        if self._file is not None:
            self._file.discard()


class _Growing:
    """What was written so far, for a reader on another thread. Implements `core.seams.Growing`."""

    def __init__(self, disk: Disk, path: str) -> None:
        self._raw = _GrowingFile(disk, path)
        self.file: BinaryIO = io.BufferedReader(self._raw, _READ)

    @property
    def sha256(self) -> str:
        return self._raw.sha256 or ""

    def grown(self, size: int) -> None:
        with self._raw.changed:
            self._raw.there += size
            self._raw.changed.notify_all()

    def ended(self, sha256: str) -> None:
        with self._raw.changed:
            if self._raw.sha256 is None:
                self._raw.sha256 = sha256
            self._raw.changed.notify_all()


class _GrowingFile(io.RawIOBase):
    """Waits for what is not there yet; its end is known once all of it is. What was given up has ended where it is."""

    def __init__(self, disk: Disk, path: str) -> None:
        self.there = 0  # bytes
        self.sha256: str | None = None  # None while it grows, empty where it was given up
        self.changed = threading.Condition()
        self._disk = disk
        self._fd = disk.open(path, os.O_RDONLY)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, room: Any, /) -> int:
        with self.changed:
            while self.there <= self._at and self.sha256 is None:
                self.changed.wait()
            size = 0 if self.sha256 == "" else min(self.there - self._at, len(room))
        piece = self._disk.read(self._fd, size) if size > 0 else b""
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_END:
            with self.changed:
                while self.sha256 is None:
                    self.changed.wait()
            offset += self.there
        self._at = os.lseek(self._fd, offset + (self._at if whence == os.SEEK_CUR else 0), os.SEEK_SET)
        return self._at

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._disk.close(self._fd)
