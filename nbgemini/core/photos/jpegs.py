"""A JPEG without what rides along: segment by segment, up to the end of its first picture."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from nbgemini._dataclass import dataclass
from nbgemini.core.photos.blocks import (
    Blocks,
    Clean,
    Stripped,
    behind_name,
    unchanged,
    unless_coordinates,
    unless_place,
)
from nbgemini.core.photos.geotags import exif_without_place
from nbgemini.core.photos.iptc import blocks_without_place
from nbgemini.core.photos.xmp import xmp_without_place

__all__ = ["strip_jpeg"]

_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")  # those that restart the pixels are passed over
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_ALONE = frozenset({0x01, _SOI, _EOI})  # markers without a body
_LONGEST = 65_533  # bytes of a segment's body
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_PROVENANCE = b"JP"
_OTHER_PICTURES = b"MPF\0"
# Segments that may stay, by marker and first bytes. All others are a device's own notes: some tell places.
_KNOWN: tuple[tuple[int, bytes, Clean], ...] = (
    (0xE0, b"JFIF\0", unchanged),
    (0xE0, b"JFXX\0", unless_place),
    (0xE0, b"AVI1", unchanged),
    (0xE1, b"Exif\0", exif_without_place),
    (0xE1, _XMP, behind_name(_XMP, xmp_without_place)),
    (0xE1, _MORE_XMP, unchanged),
    (0xE2, b"ICC_PROFILE\0", unchanged),
    (0xE2, b"urn:iso:std:iso:ts:21496", unchanged),  # how a second picture adds light
    (0xE2, _OTHER_PICTURES, unchanged),
    (0xEB, _PROVENANCE, unchanged),
    (0xEC, b"Ducky", unless_coordinates),
    (0xED, _PHOTOSHOP, behind_name(_PHOTOSHOP, blocks_without_place)),
    (0xED, b"Adobe_CM", unchanged),
    (0xEE, b"Adobe", unchanged),
    (_COM, b"", unless_coordinates),
)


@dataclass(frozen=True, slots=True)
class _Segment:
    """The bytes of one marker, fill bytes before and pixels behind included, and its body where it has notes in it."""

    marker: int
    raw: bytes
    body: bytes | None

    def named(self, marker: int, name: bytes) -> bool:
        return self.marker == marker and self.body is not None and self.body.startswith(name)


def strip_jpeg(data: bytes) -> Stripped:
    """The first picture of a JPEG, without places. What is cut short is left for the decoder to refuse."""
    segments = list(_segments(data))
    end = sum(len(segment.raw) for segment in segments)
    blocks = Blocks()
    gone = _gone_together(segments, blocks)
    for segment in segments:
        if segment.body is None:
            blocks.pieces.append(segment.raw)
            continue
        if id(segment) in gone or (segment.named(0xE2, _OTHER_PICTURES) and end < len(data)):
            continue
        clean = next((one for marker, name, one in _KNOWN if segment.named(marker, name)), None)
        new = blocks.cleaned(segment.body, clean)
        if new == segment.body:
            blocks.pieces.append(segment.raw)
        elif new is not None and len(new) <= _LONGEST:
            blocks.pieces.append(bytes((0xFF, segment.marker)) + struct.pack(">H", len(new) + 2) + new)
    return blocks.put_together(data, end)


def _segments(data: bytes) -> Iterator[_Segment]:
    """Up to the end of the first picture; the rest of a file that is cut short is the last."""
    at, seen_pixels = 0, False
    while match := _MARKER.search(data, at):
        marker, inner = match[1][0], match.end()
        if marker in _ALONE:
            stop = inner
        else:
            stop = inner + int.from_bytes(data[inner : inner + 2], "big")
            if stop > len(data) or stop < inner + 2:
                break
        if marker == _SOS:
            seen_pixels = True
            following = _MARKER.search(data, stop)
            stop = following.start() if following else len(data)
        body = data[inner + 2 : stop] if 0xE0 <= marker <= 0xEF or marker == _COM else None
        yield _Segment(marker, data[at:stop], body)
        at = stop
        if marker == _EOI and seen_pixels:
            return
    if at < len(data):
        yield _Segment(0, data[at:], None)


def _gone_together(segments: list[_Segment], blocks: Blocks) -> set[int]:
    """Segments that are one block in several pieces, and tell a place: they all go."""
    gone: set[int] = set()
    for marker, name, head, clean in (
        (0xEB, _PROVENANCE, 8, unless_place),
        (0xE1, _MORE_XMP, len(_MORE_XMP) + 40, _unless_xmp_place),
    ):
        parts = [segment for segment in segments if segment.named(marker, name)]
        whole = b"".join(segment.body[head:] for segment in parts if segment.body)
        if parts and blocks.cleaned(whole, clean) is None:
            gone |= {id(segment) for segment in parts}
    return gone


def _unless_xmp_place(packet: bytes) -> bytes | None:
    """For XMP that is too long for one segment: it has lengths and offsets of its own, so that it goes as a whole."""
    return packet if xmp_without_place(packet) == packet else None
