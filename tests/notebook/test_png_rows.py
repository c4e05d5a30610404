"""Large PNGs made small row by row: the same pixels as Pillow's, a part of its memory, and nothing but plain ones."""

from __future__ import annotations

import io
import random
import struct
import threading
import zlib
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from nbgemini.notebook.png_rows import shrunk
from nbgemini.notebook.show.previews import Preview, Unshown, make_preview


def drawing(mode: str, size: tuple[int, int]) -> Image.Image:
    """A picture with a slope in every direction, so that an encoder uses all filters."""
    band = Image.linear_gradient("L").resize(size)
    others = [band.rotate(turn, expand=False) for turn in (90, 180, 270)]
    return Image.merge(mode, [band, *others][: len(mode)]) if len(mode) > 1 else band


def png(image: Image.Image, **how: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", **how)
    return target.getvalue()


@pytest.mark.parametrize(
    ("mode", "size"), [("RGB", (500, 321)), ("RGBA", (301, 500)), ("L", (430, 203)), ("RGB", (100, 9))]
)
def test_the_pixels_are_those_of_pillow(mode: str, size: tuple[int, int]) -> None:
    """To the last one, also where the size is no multiple of the factor."""
    image = drawing(mode, size)
    small = shrunk(io.BytesIO(png(image)), 50)
    assert small is not None
    expected = image.reduce(max(size) // 50)
    assert (small.size, small.mode, small.tobytes()) == (expected.size, mode, expected.tobytes())


def with_text(key: str) -> PngImagePlugin.PngInfo:
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt(key, "tiff:Orientation")
    return notes


PLAIN = drawing("RGB", (300, 200))
EXIF = Image.Exif()
EXIF[0x0112] = 6


@pytest.mark.parametrize(
    "data",
    [
        png(PLAIN.quantize(16)),
        png(PLAIN, exif=EXIF),
        png(PLAIN, pnginfo=with_text("XML:com.adobe.xmp")),
        png(PLAIN, icc_profile=b"x" * 200),
        png(PLAIN, transparency=(0, 0, 0)),
        png(PLAIN)[:-300],
        png(PLAIN).replace(b"IDAT", b"IDAX"),
        png(PLAIN.resize((90, 60))),
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=["palette", "turned", "notes", "profile", "see-through colour", "cut", "other chunk", "small", "empty"],
)
def test_all_others_are_left_to_pillow(data: bytes) -> None:
    """What needs its knowledge, and what is damaged: it says why."""
    assert shrunk(io.BytesIO(data), 50) is None


def chunk(kind: bytes, data: bytes, checksum: int | None = None) -> bytes:
    made = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", made)


GREY_HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 128, 128, 8, 0, 0, 0, 0))


def of_data(*data: bytes, after: bytes = b"") -> bytes:
    """A grey PNG of 128 x 128 pixels whose IDAT chunks hold this data, one each."""
    packed = b"".join(chunk(b"IDAT", one) for one in data)
    return b"\x89PNG\r\n\x1a\n" + GREY_HEAD + packed + after + chunk(b"IEND", b"")


ROWS = b"".join(b"\0" + bytes([row & 0xFE]) * 128 for row in range(128))
PACKED = zlib.compress(ROWS)


@pytest.mark.parametrize(
    "data",
    [
        of_data(PACKED),
        of_data(*(PACKED[at : at + 1] for at in range(len(PACKED)))),
        of_data(b"", PACKED[:5], b"", PACKED[5:]),
        of_data(PACKED + bytes(90_000), b"more"),
        of_data(zlib.compress(ROWS + bytes(10_000_000))),
        of_data(PACKED[:-4]),
        of_data(PACKED, after=chunk(b"tEXt", b"Software\0any")),
    ],
    ids=["one", "bytes", "empty ones", "bytes behind", "rows behind", "no checksum", "a text behind"],
)
def test_a_picture_is_read_however_its_data_is_cut(data: bytes) -> None:
    """Bytes behind the last row are of no concern, as they are not to a browser: they once held up the kernel."""
    small = shrunk(io.BytesIO(data), 64)
    assert small is not None
    assert [small.getpixel((0, row)) for row in range(64)] == list(range(0, 128, 2))


@pytest.mark.parametrize(
    "data",
    [
        of_data(),
        of_data(b"x"),
        of_data(b"\x78\xbb" + PACKED[2:]),
        of_data(b"\x79\x9c" + PACKED[2:]),
        of_data(PACKED[:40]),
        of_data(zlib.compress(ROWS[:-1])),
        of_data(PACKED).replace(chunk(b"IDAT", PACKED), chunk(b"IDAT", PACKED, 7)),
        of_data(PACKED, after=chunk(b"eXIf", b"MM")),
        of_data(PACKED, after=chunk(b"IHDR", b"")),
        of_data(PACKED, after=chunk(b"tEXt", b"Raw profile type exif")),
        of_data(PACKED)[:-8],
        of_data(PACKED).replace(GREY_HEAD, chunk(b"IHDR", struct.pack(">IIBBBBB", 1 << 20, 60, 8, 0, 0, 0, 0))),
    ],
    ids=["none", "byte", "dictionary", "method", "cut", "short", "checksum", "exif", "head", "text", "open", "ribbon"],
)
def test_data_that_is_not_right_is_left_to_pillow(data: bytes) -> None:
    """Also where that shows only behind the last row."""
    assert shrunk(io.BytesIO(data), 64) is None


def test_nobody_reads_on_where_a_row_cannot_be_decoded() -> None:
    """Pillow gets the file to itself, from its beginning: it names what is wrong."""
    before = set(threading.enumerate())
    noise = random.Random(1).randbytes(127)
    odd = b"".join(bytes([9 if row == 70 else 0, row]) + noise for row in range(128))
    data = zlib.compress(odd)
    file = io.BytesIO(of_data(*(data[at : at + 9] for at in range(0, len(data), 9))))
    assert shrunk(file, 64) is None
    assert set(threading.enumerate()) <= before
    assert isinstance(make_preview(file.getvalue(), 64), Unshown)


def test_without_a_thread_it_is_left_to_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may have no more of them."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert shrunk(io.BytesIO(of_data(PACKED)), 64) is None
    assert isinstance(make_preview(of_data(PACKED), 64), Preview)


def test_a_preview_takes_no_more_memory_than_some_rows(tmp_path: Any) -> None:
    """A preview from a file reads it piece by piece; comments do not keep a picture from that."""
    path = tmp_path / "large.png"
    path.write_bytes(png(drawing("RGB", (2100, 1400)), pnginfo=with_text("Software")))
    largest = 0

    class Watched(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            nonlocal largest
            data = super().read(size)
            largest = max(largest, len(data))
            return data

    with Watched(path) as file:
        assert shrunk(file, 1024) is not None
    assert largest <= 1 << 16
    made = make_preview(path)
    assert isinstance(made, Preview)
    assert (made.width, made.height) == (1024, 683)
    path.write_bytes(b"no picture")
    assert isinstance(make_preview(path), Unshown)
