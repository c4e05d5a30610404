"""A large PNG made small row by row: all of its pixels at once are as much memory as forty answers.

Pillow does the work of a decoder, on some rows at a time: each row of a PNG needs no more than the one above it. The
file is read once, from its beginning to its end, so that it may still be arriving.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Source", "shrunk"]

_MODES = {0: "L", 2: "RGB", 6: "RGBA"}  # by the colour type, of eight bits a sample
# Notes that change nothing of how a picture is looked at; any other chunk is for Pillow alone.
_PASSED = {b"IDAT", b"IEND", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"tIME", b"sBIT", b"bKGD", b"caBX"}
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_TELLING = (b"Raw profile", b"XML:com.adobe")  # texts that say which way is up
_WIDEST = 1 << 20  # bytes of a row: what is wider has too few of them
_ROWS = 64  # of the large picture at a time, about
_PLAIN = _PASSED | _TEXTS
_PIECE = 1 << 16  # bytes
_DICTIONARY = 0x20  # in the second byte of a zlib stream: no PNG has one
_BLOCK = 65535  # bytes: the most in one block of a zlib stream that is not compressed


class Source(Protocol):
    """A file, or one that is still being written."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or fewer at the end."""


def shrunk(file: Source, longest: int) -> Image | None:
    """A whole fraction of the picture, not below `longest` pixels on its longer side, by the mean of its pixels.

    None for one that is not twice as large, that is not plain (interlaced, of more bits, with a palette, a profile or a
    way up of its own), or that is damaged: all of those are left to Pillow. Raises what `file.read` raises but OSError.
    """
    try:
        file.read(8)
        size, mode = _header(file)
        factor = max(size) // longest
        return None if factor < 2 else _made(file, size, mode, factor)
    except (ValueError, OSError, zlib.error, struct.error):
        return None


def _header(file: Source) -> tuple[tuple[int, int], str]:
    """Its size in pixels and its mode. Raises ValueError where it is not plain."""
    length, kind, width, height, bits, colour, *methods = struct.unpack(">I4sIIBBBBB", file.read(21))
    file.read(4)
    if (length, kind, bits) != (13, b"IHDR", 8) or any(methods) or colour not in _MODES or width * 4 > _WIDEST:
        raise ValueError("not plain")
    return (width, height), _MODES[colour]


def _packed(file: Source) -> Iterator[bytes]:
    """Its data as it is packed, in pieces, to its end. Raises ValueError for a chunk that is not plain or not right."""
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", file.read(8))
        if kind not in _PLAIN:
            raise ValueError("not plain")
        begins, checksum = True, zlib.crc32(kind)
        while length > 0:
            if not (piece := file.read(min(length, _PIECE))):
                raise ValueError("it is cut short")
            length, checksum = length - len(piece), zlib.crc32(piece, checksum)
            if kind == b"IDAT":
                yield piece
            elif kind in _TEXTS and begins and piece.startswith(_TELLING):
                raise ValueError("it may lie on its side")
            begins = False
        if file.read(4) != checksum.to_bytes(4, "big"):
            raise ValueError("a checksum is wrong")


def _made(file: Source, size: tuple[int, int], mode: str, factor: int) -> Image:
    """Strip by strip; each begins with the row above it. Raises ValueError where some rows are missing."""
    from PIL import Image as Images

    width, height = size
    small = Images.new(mode, (-(-width // factor), -(-height // factor)))
    row, above, top = 1 + width * len(mode), bytes(1 + width * len(mode)), 0
    strip, stored = Images.new(mode, (0, 0)), _Stored(0)
    packed = _packed(file)
    for piece in _inflated(packed, row * _ROWS):
        left = memoryview(piece)
        while left and top < height:
            if not stored.filled:
                count = min(height - top, factor * max(1, _ROWS // factor))
                if strip.height != 1 + count:
                    strip, stored = Images.new(mode, (width, 1 + count)), _Stored(row * (1 + count))
                stored.take(memoryview(above))
            left = left[stored.take(left) :]
            if stored.is_full:
                strip.frombytes(stored.data, "zip", mode, 0)
                small.paste(strip.reduce(factor, (0, 1, width, strip.height)), (0, top // factor))
                above = b"\0" + strip.crop((0, strip.height - 1, width, strip.height)).tobytes()
                top, stored.filled = top + strip.height - 1, 0
        if top == height:
            break
    if top < height:
        raise ValueError("it has fewer rows than it says")
    for _ in packed:  # the chunks that follow are to be plain, too
        pass
    return small


class _Stored:
    """A zlib stream that is not compressed, without an end: the decoder stops at its last row, and checks no sum."""

    def __init__(self, size: int) -> None:
        self._size = size  # bytes that it stands for
        self.filled = 0  # of these
        blocks = [min(_BLOCK, size - at) for at in range(0, size, _BLOCK)]
        headed = (struct.pack("<BHH", 0, block, block ^ 0xFFFF) + bytes(block) for block in blocks)
        self.data = bytearray(b"\x78\x01" + b"".join(headed))

    @property
    def is_full(self) -> bool:
        return self.filled == self._size

    def take(self, piece: memoryview) -> int:
        """Put down as much as there is room for: how many bytes that is."""
        taken = 0
        while taken < len(piece) and not self.is_full:
            number, within = divmod(self.filled, _BLOCK)
            count = min(len(piece) - taken, _BLOCK - within, self._size - self.filled)
            at = 2 + 5 * (number + 1) + self.filled
            self.data[at : at + count] = piece[taken : taken + count]
            self.filled += count
            taken += count
        return taken


def _inflated(packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    """The data, at most so many bytes at a time: a few of them may stand for very many.

    Its own checksum is not computed: those of the chunks are checked, and cost a third of it.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    piece = b""
    while len(piece) < 2:
        if not (more := next(packed, b"")):
            raise ValueError("it has no data")
        piece += more
    if piece[0] & 0x0F != zlib.DEFLATED or piece[1] & _DICTIONARY or int.from_bytes(piece[:2], "big") % 31:
        raise ValueError("it is no zlib stream")
    for data in itertools.chain([piece[2:]], packed):
        piece = data
        while piece and not inflater.eof:  # what follows the end of the stream stays in its tail for ever
            yield inflater.decompress(piece, most)
            piece = inflater.unconsumed_tail
