"""Takes the place where a photo was made out of its EXIF, where it stands: nothing moves, no offset changes.

EXIF keeps the place in an IFD of its own (the GPS IFD); its entry, its table and its values are blanked. So are the
notes that a camera writes for itself, which may repeat it, and other blocks inside that tell it. Orientation, camera
and all the rest stay.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import islice

from nbgemini._dataclass import dataclass, field
from nbgemini.core.photos.place_words import Unreadable, tells_coordinates
from nbgemini.core.photos.xmp import xmp_without_place

__all__ = ["blank_places", "exif_without_place"]

# Tags: the GPS IFD and those of GeoTIFF, which go whole; pointers to more directories; blocks that are looked into.
_PLACES = frozenset({0x8825, 33550, 33922, 34264, 34735, 34736, 34737})
_GPS, _MAKER_NOTE, _XMP, _THUMBNAIL = 0x8825, 0x927C, 0x02BC, 0x0201
_DIRECTORIES = frozenset({0x8769, 0xA005, 0x014A})
_TEXTS = frozenset({0x010E, 0x9286, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F})  # descriptions, comments, Windows' titles
_IPTC = frozenset({0x83BB, 0x8649})
_IPTC_PLACE = re.compile(rb"\x1c\x02[\x1a\x1b\x5a\x5c\x5f\x64\x65]")
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # bytes by TIFF type
_MOST_ENTRIES = 512
_MOST_DIRECTORIES = 64
_LARGEST = 65_536  # bytes of one value that are looked at
_MOST_TABLES = 100  # TIFF headers that are looked at in one block
_TIFF = re.compile(rb"II\*\x00|MM\x00\*")


def exif_without_place(data: bytes) -> bytes:
    """A block of EXIF (its TIFF structure, or that behind `Exif`) without its place. Raises Unreadable."""
    block = bytearray(data)
    if not data.removeprefix(b"Exif").strip(b"\0"):
        return data
    head = _TIFF.search(data, 0, 32)  # some write `Exif` before it, some twice
    if head is None:
        raise Unreadable("not EXIF")
    _Table(block, head.start()).check()
    return bytes(block) if blank_places(block) else data


def blank_places(block: bytearray) -> bool:
    """Blank the place in each TIFF structure of a block; what only looks like one is left alone."""
    tables = [match.start() for match in islice(_TIFF.finditer(bytes(block)), _MOST_TABLES)]
    return any([_Table(block, base).blank() for base in tables])


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a directory: where it stands, and its value by place and length."""

    at: int
    tag: int
    count: int
    number: int  # the value itself, where it is one number
    start: int
    size: int


@dataclass(slots=True)
class _Table:
    """A TIFF structure in a block of bytes."""

    block: bytearray
    base: int
    order: str = field(init=False)

    def __post_init__(self) -> None:
        self.order = "<" if self.block[self.base] == 0x49 else ">"

    def check(self) -> None:
        """Raises Unreadable when its first directory cannot be read to its end."""
        try:
            at = self._first()
            (count,) = struct.unpack_from(self.order + "H", self.block, at)
            if count != len(self._entries(at)):
                raise ValueError("cut short")
        except (struct.error, ValueError):
            raise Unreadable("its first directory cannot be read") from None

    def blank(self) -> bool:
        found, notes = False, []
        for at in self._directories():
            try:
                entries = self._entries(at)
            except (struct.error, ValueError):  # it lay in what was blanked
                continue
            notes += [entry for entry in entries if entry.tag == _MAKER_NOTE]
            wrong = [entry for entry in entries if self._tells(entry)]
            for entry in reversed(wrong):  # from behind, so that those before keep their places
                self._wipe(entry)
                self._remove(at, entry)
                found = True
        for entry in notes if found else ():
            self._zero(entry.start, entry.size)
        return found

    def _first(self) -> int:
        return self.base + int(struct.unpack_from(self.order + "I", self.block, self.base + 4)[0])

    def _directories(self) -> list[int]:
        """Where its directories stand, that of the place left out."""
        found: list[int] = []
        try:
            pending = [self._first()]
        except struct.error:
            return []
        while pending and len(found) < _MOST_DIRECTORIES:
            at = pending.pop()
            try:
                entries = self._entries(at)
            except (struct.error, ValueError):
                continue
            if at in found:
                continue
            found.append(at)
            pending += self._next(at, entries)
        return found

    def _next(self, at: int, entries: list[_Entry]) -> Iterator[int]:
        """Where directories stand that this one points to, and the one that follows it."""
        for entry in entries:
            if entry.tag in _DIRECTORIES:
                numbers = islice(range(entry.start, entry.start + entry.size - 3, 4), 16)
                yield from (
                    self.base + struct.unpack_from(self.order + "I", self.block, number)[0] for number in numbers
                )
        behind = at + 2 + 12 * len(entries)
        if behind + 4 <= len(self.block) and any(self.block[behind : behind + 4]):
            yield self.base + struct.unpack_from(self.order + "I", self.block, behind)[0]

    def _entries(self, at: int) -> list[_Entry]:
        """The entries of the directory at `at`. Raises ValueError or struct.error for what is none."""
        (count,) = struct.unpack_from(self.order + "H", self.block, at)
        if count > _MOST_ENTRIES:
            raise ValueError("not a directory")
        count = min(count, (len(self.block) - at - 2) // 12)  # a directory that is cut short has those before the cut
        return [self._entry(at + 2 + 12 * number) for number in range(count)]

    def _entry(self, at: int) -> _Entry:
        tag, kind, count, number = struct.unpack_from(self.order + "HHII", self.block, at)
        size = _SIZES.get(kind, 0) * count
        start = at + 8 if size <= 4 else self.base + number
        fits = start + size <= len(self.block)
        return _Entry(at, tag, count, number, start, size if fits else 0)

    def _tells(self, entry: _Entry) -> bool:
        """Whether an entry tells a place."""
        if entry.tag in _PLACES:
            return True
        if entry.tag in _TEXTS:
            return tells_coordinates(self._bytes(entry.start, entry.size))
        if entry.tag in _IPTC:
            return _IPTC_PLACE.search(self._bytes(entry.start, entry.size)) is not None
        if entry.tag == _THUMBNAIL:
            inside = self._bytes(self.base + entry.number, _LARGEST)
            return inside.startswith(b"\xff\xd8") and (b"Exif\0" in inside or b"adobe.com" in inside)
        return entry.tag == _XMP and _tells_place(self._bytes(entry.start, entry.size))

    def _bytes(self, start: int, size: int) -> bytes:
        return bytes(self.block[start : start + min(size, _LARGEST)])

    def _wipe(self, entry: _Entry) -> None:
        """Zero what an entry points to: for the place its table and all values of that."""
        if entry.tag == _GPS:
            try:
                inner = self._entries(self.base + entry.number)
            except (struct.error, ValueError):
                return
            for one in inner:
                self._zero(one.start, one.size)
            self._zero(self.base + entry.number, 2 + 12 * len(inner) + 4)
        elif entry.tag == _THUMBNAIL:
            end = self.block.find(b"\xff\xd9", self.base + entry.number)
            self._zero(self.base + entry.number, max(0, end + 2 - self.base - entry.number))
        else:
            self._zero(entry.start, entry.size)

    def _zero(self, start: int, size: int) -> None:
        size = max(0, min(size, len(self.block) - start))
        self.block[start : start + size] = bytes(size)

    def _remove(self, at: int, entry: _Entry) -> None:
        """Take an entry out: those behind it and the pointer to the next directory move up, zeros fill the room."""
        (count,) = struct.unpack_from(self.order + "H", self.block, at)
        end = min(len(self.block), at + 2 + 12 * count + 4)
        rest = bytes(self.block[entry.at + 12 : end])
        self.block[entry.at : entry.at + len(rest) + 12] = rest + bytes(12)
        struct.pack_into(self.order + "H", self.block, at, max(0, count - 1))


def _tells_place(packet: bytes) -> bool:
    try:
        return xmp_without_place(packet) != packet
    except Unreadable:
        return True
