"""Whether a picture that came can be opened: told from its structure, for decoding a large one takes a good second.

A PNG is walked chunk by chunk against its checksums; a large one while it comes. A light one is inflated and its pixels
are counted, of a heavier one only the beginning: its checksums say that it is as its encoder made it, and no encoder
makes so many bytes of too few pixels. A JPEG is walked from marker to marker up to its pixels, a HEIC from box to box.
Kinds that are rare are decoded.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from nbgemini.core.picture import FORMATS, Picture, dimensions, sniff
from nbgemini.studio.pictures.decoding import MOST_PIXELS, load

__all__ = ["Inspector", "flaw"]

_PIXELS_PER_BYTE = 9000  # no compression makes more of a byte: what claims so is a bomb
_SMALL = 4_200_000  # pixels: a light PNG of as many is inflated in some hundredths of a second
_LIGHT = 1 << 18  # bytes of a PNG that is inflated as a whole
_SAMPLE = 1 << 16  # bytes of the stream of a heavier one that are inflated
_PIECE = 1 << 16
_SIGNATURE, _HEADER = 8, 13  # bytes
_BITS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples of a pixel, by the colour type of a PNG
_NO_LENGTH = {0x01, *range(0xD0, 0xD9)}  # markers of a JPEG that stand alone
_OF_BOXES = {"image/heic": "HEIC", "image/heif": "HEIF", "image/avif": "AVIF"}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class _Unsound(Exception):
    """It is no picture that a decoder takes; the text says why."""


class Inspector:
    """Looks at the large pictures of an answer while they come. Implements `core.seams.Inspector`."""

    def __init__(self) -> None:
        self._walks: list[_PngWalk] = []

    def begin(self, head: bytes, /) -> _PngWalk | None:
        width, height = dimensions(head)
        if sniff(head) != "image/png" or width * height <= _SMALL:
            return None
        self._walks.append(_PngWalk())
        return self._walks[-1]

    def flaw(self, picture: Picture, path: Path) -> str:
        """As the function `flaw`, from what was seen of it already."""
        return flaw(picture, path, next((walk for walk in self._walks if walk.sha256 == picture.sha256), None))


def flaw(picture: Picture, path: Path, walk: _PngWalk | None = None) -> str:
    """Why nobody can see the picture in a file, in a few words; empty where one can, or where nobody here can tell.

    `walk` has seen all of it, if it was looked at while it came. Raises OSError when the file cannot be read.
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
        if walk is not None and walk.size > _LIGHT and form == "PNG":
            walk.check()
            return ""
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
    walk = _PngWalk(_LIGHT if file.seek(0, 2) <= _LIGHT else _SAMPLE)
    file.seek(0)
    while not walk.ended and (piece := file.read(_PIECE)):
        walk.take(piece)
    walk.check()


class _PngWalk:
    """Takes a PNG in pieces of any size. What is wrong with it is noted, and told by `check`.

    `most` are the bytes of its pixels' stream that are inflated; of a shorter one the pixels are counted, too.
    """

    def __init__(self, most: int = _SAMPLE) -> None:
        self._most = most
        self.sha256 = ""  # of all of it, once that is on disk
        self.size = 0  # bytes that were taken
        self.ended = False  # whether nothing that may come matters any more
        self._problem: Exception | None = None
        self._held = bytearray()  # the beginning of what stands between the data of two chunks
        self._part, self._needed = "signature", _SIGNATURE  # what that is, and its bytes
        self._first = self._kind = b""  # of the chunks
        self._has_data = False
        self._left = self._checksum = 0  # of the chunk: bytes to come, and the sum of those that came
        self._header = b""
        self._wanted = 0  # bytes of the pixels before compression that were not seen; 0 where they are not counted
        self._inflater = zlib.decompressobj()

    def take(self, data: bytes, /) -> None:
        """The next bytes of the file."""
        at = 0
        self.size += len(data)
        try:
            while at < len(data) and not self.ended:
                at = self._inside(data, at) if self._left else self._between(data, at)
        except (_Unsound, zlib.error) as problem:
            self._problem, self.ended = problem, True

    def check(self) -> None:
        """Raises _Unsound or zlib.error for what is wrong with it, once all of it was taken."""
        if self._problem is not None:
            raise self._problem
        if not self.ended:
            raise _Unsound("it is cut short")
        if self._first != b"IHDR" or not self._has_data:
            raise _Unsound("its chunks are not in order")
        if self._wanted:
            raise _Unsound("it has fewer pixels than it says")

    def _inside(self, data: bytes, at: int) -> int:
        piece = data[at : at + self._left]
        self._checksum = zlib.crc32(piece, self._checksum)
        self._left -= len(piece)
        if self._kind == b"IHDR":
            self._header += piece[:_HEADER]
        elif self._kind == b"IDAT" and self._wanted:
            self._wanted -= len(self._inflater.decompress(piece[: self._most], self._wanted))
            self._most -= len(piece)
            if self._most <= 0:
                self._wanted, self._inflater = 0, zlib.decompressobj()
        return at + len(piece)

    def _between(self, data: bytes, at: int) -> int:
        """The signature, the head of a chunk, or its checksum."""
        end = at + self._needed - len(self._held)
        self._held += data[at:end]
        if len(self._held) < self._needed:
            return len(data)
        part, self._held = bytes(self._held), bytearray()
        if self._part == "head":
            self._left, self._kind = int.from_bytes(part[:4], "big"), part[4:]
            self._first, self._has_data = self._first or self._kind, self._has_data or self._kind == b"IDAT"
            self._checksum = zlib.crc32(self._kind)
            self._part, self._needed = "checksum", 4
            return end
        if self._part == "checksum":
            self._end_chunk(part)
        self._part, self._needed = "head", 8
        return end

    def _end_chunk(self, checksum: bytes) -> None:
        if checksum != self._checksum.to_bytes(4, "big"):
            raise _Unsound("a checksum is wrong")
        if self._kind == b"IHDR":
            self._wanted = _png_bytes(self._header)
        self.ended = self._kind == b"IEND"


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
