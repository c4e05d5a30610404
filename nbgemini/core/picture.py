"""What the first and last bytes of a picture say: its type, its size in pixels, whether it is whole.

The declared type is never believed: JPEG bytes declared as PNG are common (googleapis/python-genai#1824).
"""

from __future__ import annotations

import math
import struct

from nbgemini._dataclass import dataclass

__all__ = [
    "FORMATS",
    "HEAD",
    "SUFFIXES",
    "Picture",
    "dimensions",
    "has_ratio",
    "has_size",
    "is_whole",
    "sniff",
    "start_of_pixels",
]

_NEAR_RATIO = 0.05  # of the logarithm: between 4:3 and 5:4 lie 0.06
_NEAR_SIZE = 0.5  # of the binary logarithm: half-way to the next size
HEAD = 64 * 1024  # bytes that `sniff` and `dimensions` want to see; EXIF and colour profiles come before the size

# What Pillow calls the types that it reads everywhere, by the type that the bytes show.
FORMATS: dict[str, str] = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}
SUFFIXES: dict[str, str] = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/avif": ".avif",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
}
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"heif": "image/heif",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"avif": "image/avif",
    b"avis": "image/avif",
}
# Start-of-frame markers carry the size; C4, C8 and CC are other tables.
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on disk: the object that holds its bytes, its true type, its size in bytes and pixels (0: unknown)."""

    sha256: str
    size: int
    media_type: str
    width: int = 0
    height: int = 0


def sniff(head: bytes) -> str | None:
    """The media type of a picture by its magic bytes, or None when it is no picture."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if head[:2] == b"BM" and len(head) > 26:
        return "image/bmp"
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return "image/tiff"
    if head[4:8] == b"ftyp":
        return _branded(head)
    return None


def _branded(head: bytes) -> str | None:
    """The type of a file of boxes: by its brand, or where that is a general one, by those it is compatible with."""
    kind = _BRANDS.get(head[8:12])
    compatible = head[16 : min(int.from_bytes(head[:4], "big"), 256)]
    brands = {compatible[at : at + 4] for at in range(0, len(compatible), 4)}
    return "image/avif" if kind == "image/heif" and b"avif" in brands else kind


def dimensions(head: bytes) -> tuple[int, int]:
    """(width, height) in pixels from the header, or (0, 0) when it does not tell."""
    kind = sniff(head)
    try:
        if kind == "image/png":
            return _pair(">II", head[16:24])
        if kind == "image/gif":
            return _pair("<HH", head[6:10])
        if kind == "image/jpeg":
            return _jpeg_dimensions(head)
        if kind == "image/webp":
            return _webp_dimensions(head)
    except struct.error:
        pass
    return 0, 0


def _pair(form: str, data: bytes) -> tuple[int, int]:
    first, second = struct.unpack(form, data)
    return first, second


def _jpeg_dimensions(head: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # fill bytes may stand before a marker
            at += 1
            continue
        if marker in _SOF:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", head[at + 2 : at + 4])[0]
    return 0, 0


def _webp_dimensions(head: bytes) -> tuple[int, int]:
    chunk = head[12:16]
    if chunk == b"VP8X" and len(head) >= 30:
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if chunk == b"VP8L":
        bits = struct.unpack("<I", head[21:25])[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def is_whole(media_type: str, tail: bytes, size: int, head: bytes = b"") -> bool:
    """Whether the last bytes (`tail`, 64 or more) close a picture of this type; True where that cannot be seen."""
    if media_type == "image/png":
        return b"IEND" in tail
    if media_type == "image/jpeg":
        return b"\xff\xd9" in tail
    if media_type == "image/webp" and len(head) >= 8:
        return size >= 8 + int(struct.unpack("<I", head[4:8])[0])
    if media_type == "image/gif":
        return tail.rstrip(b"\x00").endswith(b";") or b"\x00;" in tail
    if media_type == "image/bmp":
        return size >= int.from_bytes(head[2:6], "little")
    if media_type in ("image/avif", "image/heic", "image/heif"):
        return size >= _boxed(head)
    return True


def _boxed(head: bytes) -> int:
    """The bytes that the boxes of a file claim, as far as its head tells."""
    at = 0
    while at + 16 <= len(head):
        size = int.from_bytes(head[at : at + 4], "big")
        if size == 1:  # the true size is in the next eight bytes
            size = int.from_bytes(head[at + 8 : at + 16], "big")
        if size < 8:  # to the end of the file, or nonsense
            break
        at += size
    return at


def start_of_pixels(head: bytes) -> int | None:
    """Where the compressed pixels of a JPEG begin, 0 for other types; None when the head does not reach so far."""
    at = 2
    if sniff(head) != "image/jpeg":
        return 0
    while at + 4 <= len(head) and head[at] == 0xFF:
        if head[at + 1] == 0xDA:
            return at
        at += 1 if head[at + 1] == 0xFF else 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return None


def has_ratio(picture: Picture, aspect: str) -> bool:
    """Whether a picture has a ratio such as `16:9`; Google's sizes are multiples of 16 and off by up to 3 %."""
    width, _, height = aspect.partition(":")
    if not (picture.width and picture.height and width.isdigit() and height.isdigit() and int(width) and int(height)):
        return True  # nobody can tell
    return abs(math.log(picture.width * int(height) / (picture.height * int(width)))) < _NEAR_RATIO


def has_size(picture: Picture, size: str) -> bool:
    """Whether a picture has as many pixels as a size such as `2K` (or `512`) means, whatever its ratio."""
    side = {"512": 512, "0.5K": 512}.get(size) or (int(size[:-1]) * 1024 if size[:-1].isdigit() else 0)
    if not (side and picture.width and picture.height):
        return True
    return abs(math.log2(math.sqrt(picture.width * picture.height) / side)) < _NEAR_SIZE
