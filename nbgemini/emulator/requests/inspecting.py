"""Looks at the pictures of a request: their true type, their size, and whether they are whole."""

from __future__ import annotations

import io
import struct

from ..apierrors import BAD_PICTURE, invalid

PICTURES = ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif")
"""The declared types that the image models take."""

PAINTABLE = ("image/png", "image/jpeg", "image/webp")
"""The types that can be decoded here; HEIC is taken on trust, as Pillow does not read it."""

MAX_PIXELS = 80_000_000
"""Beyond this a picture is refused before it is decoded."""

LYING = 5
"""From this EXIF orientation on, width and height are swapped."""

_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif")


def sniff(data: bytes) -> str | None:
    """The media type that the first bytes tell; None if it is no picture the API takes."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "image/heif" if data[8:12] in (b"mif1", b"msf1", b"heif") else "image/heic"
    return None


def size(data: bytes) -> tuple[int, int]:
    """Width and height from the header, as it is to be looked at; a 400 for bytes that have none."""
    try:
        width, height = _SIZES[sniff(data) or ""](data)
    except (KeyError, struct.error, ValueError, IndexError):
        raise invalid(BAD_PICTURE) from None
    if not 0 < width * height <= MAX_PIXELS:
        raise invalid(BAD_PICTURE)
    return (height, width) if _orientation(data) >= LYING else (width, height)


def upright(data: bytes) -> bytes:
    """The picture as it is to be looked at: phones store theirs lying, with a note of which way is up."""
    if _orientation(data) == 1:
        return data
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
        buffer = io.BytesIO()
        ImageOps.exif_transpose(picture).save(buffer, "JPEG", quality=95)
        return buffer.getvalue()


def check(data: bytes) -> None:
    """A 400 unless the bytes are a whole picture of a type the API takes, whatever type was declared."""
    size(data)
    if sniff(data) not in PAINTABLE:
        return
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as picture:
            picture.draft("RGB", (64, 64))  # JPEG only: every byte is read, but few pixels are made
            picture.load()
    except Exception:
        # Pillow raises a dozen unrelated types for broken bytes; to Google they are all one.
        raise invalid(BAD_PICTURE) from None


def _orientation(data: bytes) -> int:
    """The EXIF orientation of a JPEG, 1 where nothing is noted."""
    if sniff(data) != "image/jpeg" or b"Exif\0\0" not in data[:4096]:
        return 1
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
            noted = picture.getexif().get(0x0112, 1)
    except Exception:
        return 1  # a picture whose notes are spoilt may still be a picture
    return noted if noted in range(1, 9) else 1


def _png_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walks the segments to the frame header (SOF0…SOF15 but for DHT, JPG and DAC)."""
    at = 2
    while True:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if data[at] != 0xFF:
            raise ValueError
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 1 if marker == 0xFF else 2 + length  # a marker may be padded with 0xFF


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _heic_size(data: bytes) -> tuple[int, int]:
    """The largest of the image spatial extents: the others are those of tiles and thumbnails."""
    sizes = []
    at = data.find(b"ispe")
    while at >= 0:
        sizes.append(struct.unpack(">II", data[at + 8 : at + 16]))
        at = data.find(b"ispe", at + 1)
    width, height = max(sizes, key=lambda found: found[0] * found[1])
    return width, height


_SIZES = {
    "image/png": _png_size,
    "image/jpeg": _jpeg_size,
    "image/webp": _webp_size,
    "image/heic": _heic_size,
    "image/heif": _heic_size,
}
