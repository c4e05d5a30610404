"""A HEIC without what rides along, where it stands: its tables count in bytes of the file, so that nothing may move."""

from __future__ import annotations

from collections.abc import Iterator

from nbgemini._dataclass import dataclass
from nbgemini.core.photos.blocks import Stripped
from nbgemini.core.photos.geotags import blank_places
from nbgemini.core.photos.place_words import names_place
from nbgemini.core.photos.xmp import blank_places_in_xmp

__all__ = ["strip_boxes"]

_PICTURE = frozenset({b"ftyp", b"meta", b"mdat", b"idat", b"wide"})
_PROVENANCE = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_FILM = frozenset({b"moov", b"moof", b"mpvd", b"sefd"})  # of a motion photo
_EMPTY = frozenset({b"free", b"skip"})


def strip_boxes(data: bytes) -> Stripped:
    """A HEIC without places; what is no whole file of boxes loses its places, and is left as it is otherwise."""
    block = bytearray(data)
    boxes = list(_boxes(data))
    place = unknown = False
    end = len(data)
    if {b"ftyp", b"meta"} <= {kind for kind, _, _, _ in boxes}:
        end = 0
        used = [at for kind, _, inner, stop in boxes if kind == b"meta" for at in _extents(data, inner + 4, stop)]
        for kind, start, inner, stop in boxes:
            foreign = kind == b"mdat" and bool(used) and not any(inner <= at < stop for at in used)
            if (kind in _PICTURE and not foreign) or _may_stay(data[inner:stop], kind):
                end = stop
                continue
            if kind not in _EMPTY:
                place |= kind == b"uuid" and data[inner : inner + 16] == _PROVENANCE
                unknown |= kind not in _FILM and not foreign
            block[start + 4 : start + 8] = b"free"
            block[inner:stop] = bytes(stop - inner)
        del block[end:]
    place |= blank_places(block)
    place |= blank_places_in_xmp(block)
    new = bytes(block)
    return Stripped(data if new == data else new, place, unknown, len(data) - end)


def _may_stay(body: bytes, kind: bytes) -> bool:
    """Whether a box beside the picture tells nothing: provenance without a place, XMP (which is looked into), zeros."""
    if kind == b"uuid":
        return body.startswith(_XMP) or (body.startswith(_PROVENANCE) and not names_place(body))
    return kind in _EMPTY and not any(body)


def _extents(data: bytes, start: int, stop: int) -> list[int]:
    """Where the items of a file begin, as the table in its `meta` box says; nothing where that cannot be read."""
    try:
        table = next(inner for kind, _, inner, _ in _boxes(data, start, stop) if kind == b"iloc")
        version, sizes = data[table], (data[table + 4] >> 4, data[table + 4] & 15, data[table + 5] >> 4)
        read = _Reader(data, table + 6, stop)
        index = data[table + 5] & 15 if version else 0
        wide = 4 if version == 2 else 2
        found = []
        for _ in range(read.number(wide)):
            read.number(wide)
            method = read.number(2) & 15 if version else 0
            read.number(2)
            base = read.number(sizes[2])
            for _ in range(read.number(2)):
                read.number(index)
                offset, _ = read.number(sizes[0]), read.number(sizes[1])
                found += [base + offset] if method == 0 else []
    except (StopIteration, IndexError, EOFError):
        return []
    return found


@dataclass(slots=True)
class _Reader:
    """Reads numbers one after the other. Raises EOFError behind the end."""

    data: bytes
    at: int
    stop: int

    def number(self, size: int) -> int:
        if self.at + size > self.stop:
            raise EOFError
        value = int.from_bytes(self.data[self.at : self.at + size], "big")
        self.at += size
        return value


def _boxes(data: bytes, at: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int, int]]:
    """(type, start, where its body begins, end) of the boxes of one file, up to a second file behind it."""
    end = len(data) if end is None else end
    while at + 8 <= end:
        size, kind, inner = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if size == 1:  # the true size is in the next eight bytes
            size, inner = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        stop = end if size == 0 else at + size
        if stop < inner or stop > end or (at and kind == b"ftyp"):
            return
        yield kind, at, inner, stop
        at = stop
