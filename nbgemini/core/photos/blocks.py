"""The pieces of a file that is put together anew, and what was left out of it."""

from __future__ import annotations

from collections.abc import Callable

from nbgemini._dataclass import dataclass, field
from nbgemini.core.photos.place_words import Unreadable, names_place, tells_coordinates

__all__ = ["Blocks", "Clean", "Stripped", "behind_name", "unchanged", "unless_coordinates", "unless_place"]

# A block without its places; None when nothing of it is left. Raises Unreadable.
Clean = Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Stripped:
    """What is left of a file, and what was left out: a place, notes that cannot be read, bytes behind the end."""

    data: bytes
    place: bool = False
    unknown: bool = False
    behind: int = 0


@dataclass(slots=True)
class Blocks:
    """The pieces of a new file, and what was left out on the way."""

    pieces: list[bytes] = field(default_factory=list)
    place: bool = False
    unknown: bool = False

    def cleaned(self, body: bytes, clean: Clean | None) -> bytes | None:
        """What is left of a block: None when it goes. Without `clean` nobody here can read it."""
        try:
            new = None if clean is None else clean(body)
        except Unreadable:
            new, clean = None, None
        self.unknown |= clean is None
        self.place |= clean is not None and new != body
        return new

    def put_together(self, data: bytes, end: int) -> Stripped:
        """The new file, or the old one where all of it stays; the picture in it ended at `end`."""
        new = b"".join(self.pieces)
        return Stripped(data if new == data else new, self.place, self.unknown, len(data) - end)


def unchanged(body: bytes) -> bytes:
    """For a block that tells nothing."""
    return body


def unless_coordinates(body: bytes) -> bytes | None:
    """For a text."""
    return None if tells_coordinates(body) else body


def unless_place(body: bytes) -> bytes | None:
    """For a block that is sealed: it goes as a whole where it names a place."""
    return None if names_place(body) else body


def behind_name(name: bytes, clean: Clean) -> Clean:
    """The same for a block that begins with its name."""

    def clean_rest(body: bytes) -> bytes | None:
        new = clean(body[len(name) :])
        return None if new is None else name + new

    return clean_rest
