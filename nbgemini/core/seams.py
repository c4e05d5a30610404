"""What the rooms below a studio ask of each other, as protocols: they do not know one another.

`net` reads and writes pictures through `Objects`, `store` implements it; `net` hands over what arrived through `keep`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol, TypeAlias

from nbgemini._dataclass import dataclass
from nbgemini.core.skeleton import Skeleton

__all__ = ["Growing", "Inspection", "Inspector", "Keep", "ObjectWriter", "Objects", "Onlooker", "RawAnswer"]


class ObjectWriter(Protocol):
    """A new object being written. Not thread-safe; exactly one of `finish` and `discard` ends it."""

    def write(self, data: bytes, /) -> None:
        """Append bytes."""

    def finish(self) -> tuple[str, int]:
        """Force it to disk under its hash. Returns (sha256 in hex, size in bytes)."""

    def discard(self) -> None:
        """Throw it away; never raises."""


class Objects(Protocol):
    """Bytes on disk, named by their SHA-256."""

    def writer(self) -> ObjectWriter:
        """Begin a new object. Raises StoreReadOnly or StoreError."""

    def chunks(self, sha256: str, size: int = 192 * 1024) -> Iterator[bytes]:
        """The bytes in pieces of exactly `size`, but for the last. Raises ObjectMissing."""

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """`length` bytes from `start` (negative: from the end), or all. Raises ObjectMissing."""


class Growing(Protocol):
    """An object that is being written, as another thread may read it meanwhile.

    `file` waits for what is not there yet, and ends early where the object is given up; it is the reader's to close.
    """

    file: BinaryIO

    @property
    def sha256(self) -> str:
        """In hex, once all of it is on disk; empty until then."""


class Onlooker(Protocol):
    """Who works on a picture while it arrives. What goes wrong there is told to nobody."""

    def wants(self, head: bytes, /) -> bool:
        """Whether it cares for an object that begins like this. Raises nothing, and is quick."""

    def look(self, growing: Growing, /) -> None:
        """Begin to read, on a thread of its own. Raises nothing."""


class Inspection(Protocol):
    """Sees all bytes of one object, on the thread that writes them, which then notes its `sha256`. Raises nothing."""

    sha256: str

    def take(self, data: bytes, /) -> None:
        """The next bytes."""


class Inspector(Protocol):
    """Who looks at what arrives before it is asked about it. Raises nothing."""

    def begin(self, head: bytes, /) -> Inspection | None:
        """For an object that begins like this; None where there is nothing to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """The body of a 200 answer as it arrived, before anyone looked at it; `complete` is False when it broke off.

    `emulated`: its headers say that an emulator gave it.
    """

    skeleton: Skeleton
    complete: bool = True
    emulated: bool = False


Keep: TypeAlias = Callable[[RawAnswer], None]
