"""Takes the places out of IPTC's data sets and of Photoshop's blocks, in which a JPEG keeps them."""

from __future__ import annotations

import struct

from nbgemini.core.photos.geotags import exif_without_place
from nbgemini.core.photos.place_words import Unreadable
from nbgemini.core.photos.xmp import xmp_without_place

__all__ = ["blocks_without_place", "iptc_without_place"]

# Of record 2: content location (code, name), city, sublocation, province or state, country (code, name).
_PLACES = frozenset({26, 27, 90, 92, 95, 100, 101})
_IPTC, _THUMBNAILS, _EXIF, _XMP = 0x0404, (0x0409, 0x040C), (0x0422, 0x0423), 0x0424


def iptc_without_place(data: bytes) -> bytes:
    """The data sets without those that name a place. Raises Unreadable."""
    kept, at = [], 0
    while at < len(data):
        if data[at] != 0x1C:
            if data[at:].strip(b"\0"):
                raise Unreadable("not IPTC")
            kept.append(data[at:])  # what fills it up
            break
        end = _end_of(data, at)
        if data[at + 1] != 2 or data[at + 2] not in _PLACES:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _end_of(data: bytes, at: int) -> int:
    """Where the data set at `at` ends. Raises Unreadable."""
    try:
        size = int(struct.unpack_from(">H", data, at + 3)[0])
    except struct.error:
        raise Unreadable("a data set is cut short") from None
    start = at + 5
    if size & 0x8000:  # an extended one: the length of its length comes first
        width = size & 0x7FFF
        size = int.from_bytes(data[start : start + width], "big")
        start += width
    if start + size > len(data):
        raise Unreadable("a data set is cut short")
    return start + size


def blocks_without_place(data: bytes) -> bytes:
    """Photoshop's blocks without the places in them; a block that cannot be read is left out. Raises Unreadable."""
    kept, at = [], 0
    while at < len(data):
        if not data[at:].strip(b"\0"):
            kept.append(data[at:])
            break
        if data[at : at + 4] not in (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR"):
            raise Unreadable("not blocks of Photoshop's")
        head, body, end = _block(data, at)
        new = _body_without_place(int.from_bytes(data[at + 4 : at + 6], "big"), body)
        if new == body:
            kept.append(data[at:end])
        elif new is not None:
            kept.append(data[at:head] + struct.pack(">I", len(new)) + new + b"\0" * (len(new) % 2))
        at = end
    return b"".join(kept)


def _block(data: bytes, at: int) -> tuple[int, bytes, int]:
    """(where its length stands, its body, where it ends). Raises Unreadable."""
    try:
        head = at + 6 + (data[at + 6] + 2) // 2 * 2  # behind its name, which is filled to an even length
        (size,) = struct.unpack_from(">I", data, head)
    except (IndexError, struct.error):
        raise Unreadable("a block is cut short") from None
    if head + 4 + size > len(data):
        raise Unreadable("a block is cut short")
    return head, data[head + 4 : head + 4 + size], min(len(data), head + 4 + size + size % 2)


def _body_without_place(kind: int, body: bytes) -> bytes | None:
    """A block's body without places, None when it cannot be told from one that has some."""
    try:
        if kind == _IPTC:
            return iptc_without_place(body)
        if kind in _EXIF:
            return exif_without_place(body)
        if kind == _XMP:
            return xmp_without_place(body)
    except Unreadable:
        return None
    return None if kind in _THUMBNAILS and (b"Exif\0" in body or b"adobe.com" in body) else body
