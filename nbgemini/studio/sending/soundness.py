"""Whether a picture that came can be opened: told from its structure, for decoding a large one takes a good second.

A PNG is walked chunk by chunk against its checksums. A light one is inflated and its pixels are counted, of a heavier
one only the beginning: its checksums say that it is as its encoder made it, and no encoder makes so many bytes of too
few pixels. A JPEG is walked from marker to marker up to its pixels, a HEIC from box to box. Kinds that are rare are
decoded.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from nbgemini.core.picture import FORMATS, Picture
from nbgemini.studio.pictures.decoding import MOST_PIXELS, load

__all__ = ["flaw"]

_PIXELS_PER_BYTE = 9000  # no compression makes more of a byte: what claims so is a bomb
_SMALL = 4_200_000  # pixels: a light PNG of as many is inflated in some hundredths of a second
_LIGHT = 1 << 18  # bytes of a PNG that is inflated as a whole
_SAMPLE = 1 << 16  # bytes of the stream of a heavier one that are inflated
_PIECE = 1 << 17
_BITS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples of a pixel, by the colour type of a PNG
_NO_LENGTH = {0x01, *range(0xD0, 0xD9)}  # markers of a JPEG that stand alone
_OF_BOXES = {"image/heic": "HEIC", "image/heif": "HEIF", "image/avif": "AVIF"}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class _Unsound(Exception):
    """It is no picture that a decoder takes; the text says why."""


def flaw(picture: Picture, path: Path) -> str:
    """Why nobody can see the picture in a file, in a few words; empty where one can, or where nobody here can tell.

    Raises OSError when the file cannot be read.
    """
    form = FORMATS.get(picture.media_type) or _OF_BOXES.get(picture.media_type)
    pixels, size = picture.width * picture.height, path.stat().st_size
    if pixels > _PIXELS_PER_BYTE * size:
        return f"{picture.width} × {picture.height} pixels in {size:,} bytes"
    if form is None or pixels > MOST_PIXELS:
        return ""
    known = {"PNG": _check_png, "JPEG": _check_jpeg, **dict.fromkeys(_OF_BOXES.values(), _check_boxes)}
    check = known.get(form, _check_by_decoding(form))
    try:
        with path.open("rb") as file:
            check(file)
    except (_Unsound, zlib.error) as problem:
        return f"its {form} data cannot be decoded ({problem})"
    return ""


def _check_by_decoding(form: str) -> Callable[[BinaryIO], None]:
    def check(file: BinaryIO) -> None:
        try:
            load(file.read(), (form,))
        except MemoryError:
            return
        except Exception as problem:  # Pillow raises a dozen kinds for broken files
            raise _Unsound(type(problem).__name__) from None

    return check


# -- PNG ---------------------------------------------------------------------------------------------------------------


def _check_png(file: BinaryIO) -> None:
    """Every chunk has its checksum, its pixels are a zlib stream, and those of a light picture as many as it says."""
    light = file.seek(0, 2) <= _LIGHT
    file.seek(8)
    kinds, inflater = list[bytes](), zlib.decompressobj()
    wanted, seen = 0, 0
    for kind, pieces in _chunks(file):
        kinds.append(kind)
        head = b""
        for piece in pieces:
            if kind == b"IDAT" and seen < wanted and (light or not seen):
                seen += len(inflater.decompress(piece if light else piece[:_SAMPLE], wanted - seen))
            head = head or piece
        if kind == b"IHDR":
            wanted = _png_bytes(head)
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds or kinds[-1] != b"IEND":
        raise _Unsound("its chunks are not in order")
    if light and seen < wanted:
        raise _Unsound("it has fewer pixels than it says")


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    """(kind, its bytes in pieces) up to the end; the pieces are to be taken before the next chunk."""
    while True:
        head = file.read(8)
        if len(head) < 8:
            raise _Unsound("it is cut short")
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        yield kind, _checked(file, kind, size)
        if kind == b"IEND":
            return


def _checked(file: BinaryIO, kind: bytes, left: int) -> Iterator[bytes]:
    checksum = zlib.crc32(kind)
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise _Unsound("it is cut short")
        checksum, left = zlib.crc32(piece, checksum), left - len(piece)
        yield piece
    if file.read(4) != checksum.to_bytes(4, "big"):
        raise _Unsound("a checksum is wrong")


def _png_bytes(header: bytes) -> int:
    """How many bytes the pixels of a small picture have before compression; 0 where they are not to be counted."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    if len(header) < 13 or not width or not height or header[9] not in _BITS:
        raise _Unsound("its header is not that of a PNG")
    if width * height > _SMALL or header[12]:  # an interlaced one has rows of other lengths
        return 0
    return height * (1 + (width * header[8] * _BITS[header[9]] + 7) // 8)


# -- HEIC, HEIF, AVIF --------------------------------------------------------------------------------------------------


def _check_boxes(file: BinaryIO) -> None:
    """It has a list of what is in it (`meta`, of a sequence `moov`), and a place for the pixels."""
    end = file.seek(0, 2)
    at, kinds = 0, set()
    while at + 8 <= end:
        file.seek(at)
        size, kind = int.from_bytes(file.read(4), "big"), file.read(4)
        if size == 1:
            size = int.from_bytes(file.read(8), "big")
        size = size or end - at
        if size < 8 or at + size > end:
            raise _Unsound("a box is cut short")
        kinds.add(kind)
        at += size
    if kinds.isdisjoint((b"meta", b"moov")) or kinds.isdisjoint((b"mdat", b"meta")):
        raise _Unsound("its boxes hold no picture")


# -- JPEG --------------------------------------------------------------------------------------------------------------


def _check_jpeg(file: BinaryIO) -> None:
    """From marker to marker: tables, a frame with a size, and the scan that holds the pixels."""
    file.seek(2)
    seen: set[int] = set()
    while True:
        marker = _marker(file)
        if marker in _NO_LENGTH:
            continue
        size = int.from_bytes(file.read(2), "big")
        data = file.read(size - 2) if size >= 2 else b""
        if size < 2 or len(data) < size - 2:
            raise _Unsound("a segment is cut short")
        if marker in _FRAMES and not (any(data[1:3]) and any(data[3:5])):
            raise _Unsound("it has no size")
        seen.add(marker)
        if marker == 0xDA:
            break
    if not seen & _FRAMES or 0xDB not in seen:
        raise _Unsound("its tables are missing")
    if not file.read(2):
        raise _Unsound("it has no pixels")


def _marker(file: BinaryIO) -> int:
    """The next marker; fill bytes may stand before it."""
    lead = file.read(1)
    byte = file.read(1)
    while lead == b"\xff" and byte == b"\xff":
        byte = file.read(1)
    if lead != b"\xff" or not byte or byte in (b"\x00", b"\xd9"):
        raise _Unsound("a segment is missing")
    return byte[0]
