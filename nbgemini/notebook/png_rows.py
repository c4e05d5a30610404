"""A large PNG made small row by row: all of its pixels at once are as much memory as forty answers.

Pillow does the work of a decoder, on some rows at a time: each row of a PNG needs no more than the one above it. The
next rows are inflated meanwhile. The file is read once, from beginning to end, so that it may still be arriving.
"""

from __future__ import annotations

import itertools
import struct
import threading
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["shrunk"]

_MODES = {0: "L", 2: "RGB", 6: "RGBA"}  # by the colour type, of eight bits a sample
# Notes that change nothing of how a picture is looked at; any other chunk is for Pillow alone.
_PASSED = {b"IDAT", b"IEND", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"tIME", b"sBIT", b"bKGD", b"caBX"}
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_TELLING = (b"Raw profile", b"XML:com.adobe")  # texts that say which way is up
_ROWS = 64  # of the large picture at a time, about
_LARGEST = 1 << 24  # bytes of so many rows: those of a ribbon are left to Pillow
_PLAIN = _PASSED | _TEXTS
_PIECE = 1 << 16  # bytes
_DICTIONARY = 0x20  # in the second byte of a zlib stream: no PNG has one
_BLOCK = 65535  # bytes: the most in one block of a zlib stream that is not compressed


def shrunk(file: BinaryIO, longest: int) -> Image | None:
    """A whole fraction of the picture, not below `longest` pixels on its longer side, by the mean of its pixels.

    None for one that is not twice as large, that is not plain (interlaced, of more bits, with a palette, a profile or a
    way up of its own), or that is damaged: all of those are left to Pillow. Raises what `file.read` raises but OSError.
    """
    try:
        file.read(8)
        size, mode = _header(file)
        factor = max(size) // longest
        return None if factor < 2 else _made(file, size, mode, factor)
    except (ValueError, OSError, RuntimeError, zlib.error, struct.error):
        return None


def _header(file: BinaryIO) -> tuple[tuple[int, int], str]:
    """Its size in pixels and its mode. Raises ValueError where it is not plain."""
    length, kind, width, height, bits, colour, *methods = struct.unpack(">I4sIIBBBBB", file.read(21))
    file.read(4)
    if (length, kind, bits) != (13, b"IHDR", 8) or any(methods) or colour not in _MODES:
        raise ValueError("not plain")
    return (width, height), _MODES[colour]


def _packed(file: BinaryIO) -> Iterator[bytes]:
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


def _made(file: BinaryIO, size: tuple[int, int], mode: str, factor: int) -> Image:
    """Strip by strip; each begins with the row above it. Raises ValueError where some rows are missing."""
    from PIL import Image as Images

    width, height = size
    small = Images.new(mode, (-(-width // factor), -(-height // factor)))
    row, step = 1 + width * len(mode), factor * max(1, _ROWS // factor)
    if row * step > _LARGEST:
        raise ValueError("it is too wide")
    strip, above, top = small, bytes(row), 0
    unpacking = _Unpacking(file, row, height, step)
    with closing(unpacking.strips()) as strips:
        for stored in strips:
            if strip.size != (width, 1 + stored.rows):
                strip = Images.new(mode, (width, 1 + stored.rows))
            stored.begin_with(above)
            strip.frombytes(stored.data, "zip", mode, 0)
            small.paste(strip.reduce(factor, (0, 1, width, strip.height)), (0, top // factor))
            above, top = b"\0" + strip.crop((0, stored.rows, width, strip.height)).tobytes(), top + stored.rows
    return small


class _Unpacking:
    """Inflates on a thread of its own, one strip ahead of who decodes them: each takes a core half of the time."""

    def __init__(self, file: BinaryIO, row: int, height: int, step: int) -> None:
        self._file, self._row, self._height, self._step = file, row, height, step
        self._ready = SimpleQueue[_Strip | Exception | None]()
        self._free = SimpleQueue[_Strip | None]()
        self._given_up = False

    def strips(self) -> Generator[_Strip, None, None]:
        """Each is filled anew after the next one was asked for. Raises what went wrong, RuntimeError without a thread.

        At the end, however it comes about, nobody reads from the file any more.
        """
        for _ in range(2):
            self._free.put(_Strip(self._row, min(self._step, self._height)))
        thread = threading.Thread(target=self._run, name="nbgemini-unpacking", daemon=True)
        thread.start()
        try:
            while (come := self._ready.get()) is not None:
                if isinstance(come, Exception):
                    raise come
                yield come
                self._free.put(come)
        finally:
            self._given_up = True
            self._free.put(None)
            thread.join()

    def _run(self) -> None:
        try:
            self._unpack()
        except Exception as problem:
            self._ready.put(problem)
        else:
            self._ready.put(None)

    def _unpack(self) -> None:
        """All strips, then the chunks that follow, which are to be plain, too."""
        packed, left, strip = _packed(self._file), self._height, None
        for piece in _inflated(packed, self._row * _ROWS):
            data = memoryview(piece)
            while data and left:
                if strip is None and ((strip := self._free.get()) is None or self._given_up):
                    return
                if not strip.filled:
                    rows = min(left, self._step)
                    strip = strip if rows == strip.rows else _Strip(self._row, rows)
                data = data[strip.take(data) :]
                if strip.is_full:
                    left -= strip.rows
                    self._ready.put(strip)
                    strip = None
            if not left or self._given_up:
                break
        if left:
            raise ValueError("it has fewer rows than it says")
        while not self._given_up and next(packed, b""):
            pass


class _Strip:
    """Rows below another, as a zlib stream that is not compressed and has no end: decoders stop at the last row."""

    def __init__(self, row: int, rows: int) -> None:
        self.rows = rows
        self._row = row  # bytes
        self._size = row * rows
        self.filled = 0  # bytes of the rows
        blocks = [min(_BLOCK, row * (1 + rows) - at) for at in range(0, row * (1 + rows), _BLOCK)]
        headed = (struct.pack("<BHH", 0, block, block ^ 0xFFFF) + bytes(block) for block in blocks)
        self.data = bytearray(b"\x78\x01" + b"".join(headed))

    @property
    def is_full(self) -> bool:
        return self.filled == self._size

    def take(self, data: memoryview) -> int:
        """Put down as much as there is room for: how many bytes that is."""
        taken = min(len(data), self._size - self.filled)
        self._put(self._row + self.filled, data[:taken])
        self.filled += taken
        return taken

    def begin_with(self, above: bytes) -> None:
        """The row above them, as it is; what is taken next are the first of other rows."""
        self._put(0, memoryview(above))
        self.filled = 0

    def _put(self, at: int, data: memoryview) -> None:
        while data:
            number, within = divmod(at, _BLOCK)
            count = min(len(data), _BLOCK - within)
            place = 2 + 5 * (number + 1) + at
            self.data[place : place + count] = data[:count]
            data, at = data[count:], at + count


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
