"""Objects in memory, as strict as a disk: an object that was neither ended nor thrown away is a fault."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from nbgemini.core.picture import Picture
from nbgemini.core.skeleton import Skeleton
from nbgemini.errors import ObjectMissing
from nbgemini.wire.strings import spelled


class Writer:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.pieces: list[bytes] = []
        shelf.open.add(id(self))

    def write(self, data: bytes, /) -> None:
        assert id(self) in self.shelf.open, "written to after its end"
        self.shelf.written(len(data))
        self.pieces.append(bytes(data))

    def finish(self) -> tuple[str, int]:
        self.shelf.open.remove(id(self))
        data = b"".join(self.pieces)
        name = hashlib.sha256(data).hexdigest()
        self.shelf.held[name] = data
        return name, len(data)

    def discard(self) -> None:
        self.shelf.open.discard(id(self))


class Shelf:
    """A dictionary that plays the disk. `open` are the writers that have not ended."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.open: set[int] = set()

    def written(self, size: int) -> None:
        """A hook for disks that fill up."""

    def writer(self) -> Writer:
        return Writer(self)

    def chunks(self, sha256: str, size: int = 192 * 1024) -> Iterator[bytes]:
        data = self.read(sha256)
        return iter([data[at : at + size] for at in range(0, len(data), size)])

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        if sha256 not in self.held:
            raise ObjectMissing(f"no object {sha256[:8]}")
        data = self.held[sha256][start:]
        return data if length is None else data[:length]

    def put(self, data: bytes) -> str:
        writer = self.writer()
        writer.write(data)
        return writer.finish()[0]

    def picture(self, data: bytes, media_type: str = "image/png") -> Picture:
        return Picture(self.put(data), len(data), media_type)

    def rebuilt(self, skeleton: Skeleton) -> bytes:
        """The JSON that skeleton and objects stand for."""
        pieces = skeleton.pieces()
        return b"".join(p if isinstance(p, bytes) else b"".join(spelled(self, p, 4096)) for p in pieces)


class NullShelf(Shelf):
    """Forgets what is written: for measuring the memory of everything else."""

    def __init__(self, head: bytes = b"") -> None:
        super().__init__()
        self.head = head
        self.size = 0

    def writer(self) -> Writer:
        return _NullWriter(self)

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        return self.head


class _NullWriter(Writer):
    def write(self, data: bytes, /) -> None:
        assert isinstance(self.shelf, NullShelf)
        self.shelf.size += len(data)

    def finish(self) -> tuple[str, int]:
        self.shelf.open.remove(id(self))
        assert isinstance(self.shelf, NullShelf)
        return "0" * 64, self.shelf.size
