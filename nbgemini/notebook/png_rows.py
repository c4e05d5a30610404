"""A large PNG made small row by row: all of its pixels at once are as much memory as forty answers.

Pillow does the work of a decoder, on some rows at a time: each row of a PNG needs no more than the one above it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["shrunk"]

_MODES = {0: "L", 2: "RGB", 6: "RGBA"}  # by the colour type, of eight bits a sample
# Notes that change nothing of how a picture is looked at; any other chunk is for Pillow alone.
_PASSED = {b"IHDR", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"tIME", b"sBIT", b"bKGD", b"caBX"}
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_TELLING = (b"Raw profile", b"XML:com.adobe")  # texts that say which way is up
_ROWS = 64  # of the large picture at a time, about
_PIECE = 1 << 16  # bytes


def shrunk(file: BinaryIO, longest: int) -> Image | None:
    """A whole fraction of the picture, not below `longest` pixels on its longer side, by the mean of its pixels.

    None for one that is not twice as large, that is not plain (interlaced, of more bits, with a palette, a profile or a
    way up of its own), or that is damaged: all of those are left to Pillow.
    """
    try:
        size, mode, places = _looked_over(file)
        factor = max(size) // longest
        return None if factor < 2 else _made(file, size, mode, places, factor)
    except (ValueError, OSError, zlib.error, struct.error):
        return None


def _looked_over(file: BinaryIO) -> tuple[tuple[int, int], str, list[tuple[int, int]]]:
    """Its size, its mode, and (offset, length) of each piece of its data. Raises ValueError where it is not plain."""
    file.seek(8)
    size, mode, places = (0, 0), "", []
    while True:
        length, kind = struct.unpack(">I4s", file.read(8))
        at = file.tell()
        if kind == b"IHDR":
            width, height, bits, colour, *methods = struct.unpack(">IIBBBBB", file.read(13))
            size, mode = (width, height), _MODES.get(colour, "")
            if bits != 8 or any(methods):
                raise ValueError("not plain")
        elif kind == b"IDAT":
            places.append((at, length))
        if kind in _TEXTS and file.read(32).startswith(_TELLING):
            raise ValueError("it may lie on its side")
        if not mode or kind not in _PASSED | _TEXTS:
            raise ValueError("not plain")
        if kind == b"IEND":
            return size, mode, places
        file.seek(at + length + 4)


def _made(file: BinaryIO, size: tuple[int, int], mode: str, places: list[tuple[int, int]], factor: int) -> Image:
    from PIL import Image as Images

    width, height = size
    small = Images.new(mode, (-(-width // factor), -(-height // factor)))
    above, top, step = b"", 0, factor * max(1, _ROWS // factor)
    for rows in _strips(file, places, 1 + width * len(mode), step, height):
        count = len(rows) // (1 + width * len(mode))
        known = 1 if above else 0
        data = zlib.compress(b"\0" + above + rows if above else rows, 0)
        strip = Images.frombytes(mode, (width, known + count), data, "zip", mode, 0)
        small.paste(strip.reduce(factor, (0, known, width, known + count)), (0, top // factor))
        above, top = strip.crop((0, known + count - 1, width, known + count)).tobytes(), top + count
    return small


def _strips(file: BinaryIO, places: list[tuple[int, int]], row: int, step: int, height: int) -> Iterator[bytes]:
    """The rows as they are filtered, `step` at a time. Raises ValueError where some are missing."""
    held, left = bytearray(), height
    for piece in _inflated(file, places, row * step):
        held += piece
        while left and len(held) >= row * min(step, left):
            count = min(step, left)
            yield bytes(held[: row * count])
            del held[: row * count]
            left -= count
    if left:
        raise ValueError("it has fewer rows than it says")


def _inflated(file: BinaryIO, places: list[tuple[int, int]], most: int) -> Iterator[bytes]:
    """The data, at most so many bytes at a time: a few of them may stand for very many."""
    inflater = zlib.decompressobj()
    for at, length in places:
        file.seek(at)
        while length > 0 and (packed := file.read(min(length, _PIECE))):
            length -= len(packed)
            while packed:
                yield inflater.decompress(packed, most)
                packed = inflater.unconsumed_tail
