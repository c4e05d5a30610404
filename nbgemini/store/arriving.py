"""Objects that arrive in an answer: what the store's disk refuses in the middle goes on in the spare place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from nbgemini.errors import StoreError
from nbgemini.store.blobs import Blobs, BlobWriter
from nbgemini.store.folder import Folder
from nbgemini.store.owed import Owed
from nbgemini.store.spare import Spare

__all__ = ["Arriving"]


class Arriving:
    """The objects of a store while an answer arrives. Implements `core.seams.Objects`.

    A writer raises StoreError only where a broken disk does not even give back what it took. `note` hears of each
    object right before it gets its name: a kernel may die before the answer around it is kept.
    """

    def __init__(
        self, folder: Folder, blobs: Blobs, spare: Spare, owed: Owed, note: Callable[[str], None] = lambda sha256: None
    ) -> None:
        self._folder = folder
        self._blobs = blobs
        self._spare = spare
        self._owed = owed
        self.note = note

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
        self._file: BlobWriter | None = None
        try:
            self._file = BlobWriter(blobs, folder, keep=True)
        except StoreError:
            self._memory = bytearray()

    def write(self, data: bytes, /) -> None:
        if self._file is not None:
            try:
                self._file.write(data)
                return
            except StoreError as problem:
                self._turn_aside(self._file, problem)
        assert self._memory is not None
        self._memory += data

    def finish(self) -> tuple[str, int]:
        if self._file is not None:
            try:
                self._arriving.note(self._file.sha256)
                return self._file.finish()
            except StoreError as problem:
                self._turn_aside(self._file, problem)
        assert self._memory is not None
        return self._arriving.keep(bytes(self._memory))

    def _turn_aside(self, file: BlobWriter, problem: StoreError) -> None:
        """Read back what the disk has taken so far. Raises the problem when it does not give that back."""
        data = file.taken()
        file.discard()
        if data is None:
            raise problem
        self._memory, self._file = bytearray(data), None

    def discard(self) -> None:
        self._memory = bytearray() if self._file is None else None
        if self._file is not None:
            self._file.discard()
