"""The body of a request in pieces: base64 is made from the bytes on disk while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from nbgemini.core.seams import Objects
from nbgemini.core.skeleton import Skeleton, StoredText
from nbgemini.errors import ObjectMissing
from nbgemini.wire.strings import spelled

__all__ = ["PIECE", "Body", "Content", "Plain"]

PIECE = 512 * 1024  # bytes: a twentieth less CPU than half of it, and than twice as much


class Content(Protocol):
    """What a request carries; `media_type` is empty where the headers say it."""

    media_type: str
    length: int

    def __iter__(self) -> Iterator[tuple[bytes, bool]]:
        """(piece, whether it is the last), at least one."""


class Plain:
    """Bytes as they are."""

    media_type = ""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.length = len(data)

    def __iter__(self) -> Iterator[tuple[bytes, bool]]:
        for at in range(0, max(1, self.length), PIECE):
            yield self._data[at : at + PIECE], at + PIECE >= self.length


class Body:
    """A request's JSON. Its length is known before the first byte; it can be iterated again for another try."""

    media_type = "application/json"

    def __init__(self, skeleton: Skeleton, objects: Objects) -> None:
        self._skeleton = skeleton
        self._objects = objects
        self.length = skeleton.size

    def __iter__(self) -> Iterator[tuple[bytes, bool]]:
        """(piece, whether it is the last). Raises ObjectMissing when an object is gone or has another size."""
        held, size = list[bytes](), 0
        for piece in self._pieces():
            if held and size + len(piece) > PIECE:
                yield b"".join(held), False
                held, size = [], 0
            held.append(piece)
            size += len(piece)
        yield b"".join(held), True

    def _pieces(self) -> Iterator[bytes]:
        for piece in self._skeleton.pieces():
            if isinstance(piece, StoredText):
                yield from self._string(piece)
            else:
                yield from (piece[at : at + PIECE] for at in range(0, len(piece), PIECE))

    def _string(self, leaf: StoredText) -> Iterator[bytes]:
        length = 0
        for piece in spelled(self._objects, leaf, PIECE):
            length += len(piece)
            yield piece
        if length != leaf.length:
            raise ObjectMissing(f"The stored object {leaf.sha256[:12]}… does not have the size that was recorded.")
