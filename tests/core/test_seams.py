"""The protocols between rooms: small enough that a dictionary can play the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from nbgemini.core.seams import Objects, ObjectWriter, RawAnswer
from nbgemini.core.skeleton import Skeleton


class Shelf:
    """Objects in a dictionary: what any implementation must be able to do."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def writer(self) -> ObjectWriter:
        return ShelfWriter(self)

    def chunks(self, sha256: str, size: int = 192 * 1024) -> Iterator[bytes]:
        data = self.held[sha256]
        yield from (data[at : at + size] for at in range(0, len(data), size))

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        data = self.held[sha256][start:]
        return data if length is None else data[:length]


class ShelfWriter:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.data = shelf, b""

    def write(self, data: bytes, /) -> None:
        self.data += data

    def finish(self) -> tuple[str, int]:
        name = hashlib.sha256(self.data).hexdigest()
        self.shelf.held[name] = self.data
        return name, len(self.data)

    def discard(self) -> None:
        self.data = b""


def test_a_dictionary_can_play_the_disk() -> None:
    """The protocol needs nothing of files: written bytes come back in pieces and in parts."""
    objects: Objects = Shelf()
    writer = objects.writer()
    writer.write(b"abc")
    writer.write(b"defg")
    name, size = writer.finish()
    assert size == 7
    assert list(objects.chunks(name, 3)) == [b"abc", b"def", b"g"]
    assert objects.read(name, -3, 2) == b"ef"


def test_an_answer_is_complete_unless_it_is_said_otherwise() -> None:
    """A body that broke off must be marked as such."""
    skeleton = Skeleton.of({"candidates": []})
    assert RawAnswer(skeleton=skeleton).complete
    assert not RawAnswer(skeleton=skeleton, complete=False).complete
