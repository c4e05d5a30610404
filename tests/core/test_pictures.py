"""What the first and last bytes of real picture files say."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from nbgemini.core.picture import HEAD, SUFFIXES, dimensions, is_whole, sniff
from tests.conftest import PictureMaker

KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "png": ("PNG", "image/png", {}),
    "png-palette": ("PNG", "image/png", {"mode": "L"}),
    "png-alpha": ("PNG", "image/png", {"mode": "RGBA"}),
    "jpeg": ("JPEG", "image/jpeg", {}),
    "jpeg-progressive": ("JPEG", "image/jpeg", {"progressive": True}),
    "jpeg-grey": ("JPEG", "image/jpeg", {"mode": "L"}),
    "jpeg-profile": ("JPEG", "image/jpeg", {"icc_profile": b"p" * 5000, "comment": b"\xff\xd9 not the end"}),
    "webp-lossy": ("WEBP", "image/webp", {"quality": 60}),
    "webp-lossless": ("WEBP", "image/webp", {"lossless": True}),
    "webp-alpha": ("WEBP", "image/webp", {"mode": "RGBA"}),
    "webp-exif": ("WEBP", "image/webp", {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"}),
    "gif": ("GIF", "image/gif", {"mode": "L"}),
    "bmp": ("BMP", "image/bmp", {}),
    "tiff": ("TIFF", "image/tiff", {}),
}
SIZED = [name for name in KINDS if name not in ("bmp", "tiff")]
CLOSED = [name for name in SIZED if name != "gif"]


def made(picture: PictureMaker, name: str, size: tuple[int, int] = (48, 32)) -> bytes:
    form, _, save = KINDS[name]
    return picture(form, size, **save)


@pytest.mark.parametrize("name", KINDS)
def test_the_type_comes_from_the_bytes(picture: PictureMaker, name: str) -> None:
    """Every kind of file is told by its first bytes, and has a suffix."""
    assert sniff(made(picture, name)) == KINDS[name][1]
    assert KINDS[name][1] in SUFFIXES


@pytest.mark.parametrize("name", SIZED)
@pytest.mark.parametrize("size", [(1, 1), (48, 32), (257, 3), (3, 300)])
def test_dimensions_from_the_header(picture: PictureMaker, name: str, size: tuple[int, int]) -> None:
    """Width and height come out of the header, in that order."""
    assert dimensions(made(picture, name, size)[:HEAD]) == size


def test_exif_before_the_size_is_skipped(picture: PictureMaker) -> None:
    """A JPEG whose EXIF fills tens of kilobytes still tells its size from its head."""
    exif = Image.Exif()
    exif[0x9286] = "x" * 40_000
    data = picture("JPEG", (20, 10), exif=exif, icc_profile=b"p" * 15_000)
    assert len(data) > 50_000
    assert dimensions(data[:HEAD]) == (20, 10)


@pytest.mark.parametrize("name", SIZED)
def test_a_cut_header_has_no_size_and_no_accident(picture: PictureMaker, name: str) -> None:
    """Any beginning of a file gives its size or none: never a wrong one, never an exception."""
    data = made(picture, name)
    for length in range(min(len(data), 400)):
        assert dimensions(data[:length]) in [(0, 0), (48, 32)], length


@pytest.mark.parametrize("name", CLOSED)
def test_a_whole_file_is_whole(picture: PictureMaker, name: str) -> None:
    """Files as Pillow writes them are whole."""
    data = made(picture, name)
    assert is_whole(KINDS[name][1], data[-64:], len(data), data[:HEAD])


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("kept", [0.3, 0.5, 0.9])
def test_a_cut_file_is_noticed(picture: PictureMaker, name: str, kept: float) -> None:
    """A file that lost its end does not pass for a whole one."""
    data = made(picture, name, (64, 64))
    cut = data[: int(len(data) * kept)]
    assert not is_whole(KINDS[name][1], cut[-64:], len(cut), cut[:HEAD])


@pytest.mark.parametrize("name", CLOSED)
def test_a_few_bytes_behind_the_end_do_no_harm(picture: PictureMaker, name: str) -> None:
    """Padding behind the picture, as some encoders leave it, is still a whole picture."""
    data = made(picture, name) + b"\x00" * 10
    assert is_whole(KINDS[name][1], data[-64:], len(data), data[:HEAD])


def test_where_it_cannot_be_seen_a_file_counts_as_whole() -> None:
    """Types whose end has no mark are believed."""
    assert is_whole("image/heic", b"", 0)
    assert is_whole("image/tiff", b"\x00", 1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"<svg xmlns=",
        b"%PDF-1.7",
        b"BM",
        b"GIF88a",
        b"\x00" * 40,
        b"ftypheic",
    ],
)
def test_what_is_no_picture(data: bytes) -> None:
    """Other files and fragments are no pictures, and have no size."""
    assert sniff(data) is None
    assert dimensions(data) == (0, 0)


@pytest.mark.parametrize(
    ("brand", "kind"),
    [(b"heic", "image/heic"), (b"heix", "image/heic"), (b"mif1", "image/heif"), (b"avif", "image/avif")],
)
def test_the_heif_family(brand: bytes, kind: str) -> None:
    """HEIC, HEIF and AVIF are told apart by their brand."""
    assert sniff(b"\x00\x00\x00\x1cftyp" + brand + b"\x00" * 8) == kind


def test_a_video_of_the_same_family_is_no_picture() -> None:
    """An MP4 file has the same box and another brand."""
    assert sniff(b"\x00\x00\x00\x1cftypisom\x00\x00\x02\x00") is None


def test_fill_bytes_before_a_jpeg_marker(picture: PictureMaker) -> None:
    """JPEG allows any number of FF bytes before a marker."""
    data = picture("JPEG", (30, 20))
    assert dimensions(data[:2] + b"\xff\xff\xff" + data[2:]) == (30, 20)


def test_a_jpeg_that_runs_in_circles_ends() -> None:
    """Segment lengths of zero, as a hostile file has them, end the search."""
    assert dimensions(b"\xff\xd8" + b"\xff\xe0\x00\x00" * 16_000) == (0, 0)
