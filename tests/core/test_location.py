"""Taking the place out of a photo: losslessly, in every container, and nothing but the place."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nbgemini.core.geotags import without_location
from tests.conftest import PictureMaker

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description exif:GPSLatitude="48,51.5N"
 exif:GPSLongitude='2,17.7E' tiff:Make="Cam"><exif:GPSAltitude>35/1</exif:GPSAltitude>\
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def exif(*, order: str = "<", gps: bool = True) -> bytes:
    """A TIFF structure with a maker, an orientation and a place."""
    notes = Image.Exif()
    notes.endian = order
    notes[MAKE] = "Camera Maker"
    notes[ORIENTATION] = 6
    if gps:
        notes.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 29.5), 3: "E", 4: (2.0, 17.0, 40.25), 5: b"\0", 6: 35.0})
    return notes.tobytes()


def notes_of(data: bytes) -> tuple[dict[int, Any], dict[int, Any]]:
    with Image.open(io.BytesIO(data)) as image:
        found = image.getexif()
        return dict(found), dict(found.get_ifd(GPS))


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_place_goes_and_everything_else_stays(picture: PictureMaker, form: str, order: str) -> None:
    """Pixels, orientation, maker and length are as before; the file itself is not encoded anew."""
    data = picture(form, (64, 48), exif=exif(order=order))
    assert notes_of(data)[1]
    clean, found = without_location(data)
    assert found
    notes, place = notes_of(clean)
    assert place == {}
    assert GPS not in notes
    assert (notes[ORIENTATION], notes[MAKE]) == (6, "Camera Maker")
    assert pixels(clean) == pixels(data)
    assert len(clean) == len(data)
    for number in (48.0, 51.0, 29.5, 40.25):
        assert fraction(number, order) not in clean
    assert without_location(clean) == (clean, False)


def fraction(value: float, order: str) -> bytes:
    numerator, denominator = value.as_integer_ratio()
    return struct.pack(f"{order}II", numerator, denominator)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_without_a_place_is_not_touched(picture: PictureMaker, form: str) -> None:
    """Not a byte, with other EXIF or without any."""
    plain = picture(form)
    assert without_location(plain) == (plain, False)
    if form in ("JPEG", "PNG", "WEBP"):
        noted = picture(form, exif=exif(gps=False))
        assert without_location(noted) == (noted, False)


def test_places_in_xmp_go_too() -> None:
    """As attributes and as elements, in JPEG and in a PNG's text chunk, compressed or not."""
    image = Image.new("RGB", (8, 8), "teal")
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", xmp=XMP)
    for data in (jpeg.getvalue(), png_with(b"iTXt", international(XMP, 0)), png_with(b"iTXt", international(XMP, 1))):
        clean, found = without_location(data)
        assert found
        assert pixels(clean) == pixels(data)
        text = xmp_of(clean)
        assert b"GPS" not in text
        assert b'tiff:Make="Cam"' in text


def international(text: bytes, compressed: int) -> bytes:
    return b"XML:com.adobe.xmp\0" + bytes([compressed, 0]) + b"\0\0" + (zlib.compress(text) if compressed else text)


def xmp_of(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        found = image.info.get("xmp") or image.info["XML:com.adobe.xmp"]
        return found if isinstance(found, bytes) else str(found).encode()


def png_with(kind: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(buffer, "PNG")
    data = buffer.getvalue()
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return data[:33] + chunk + data[33:]


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt"])
def test_exif_as_hexadecimal_text(kind: bytes) -> None:
    """ImageMagick writes EXIF into text chunks."""
    block = b"Exif\0\0" + exif()
    text = b"\nexif\n%8d\n%s\n" % (len(block), block.hex().encode())
    body = b"Raw profile type exif\0" + (text if kind == b"tEXt" else b"\0" + zlib.compress(text))
    clean, found = without_location(png_with(kind, body))
    assert found
    notes, place = notes_of(clean)
    assert place == {}
    assert notes[ORIENTATION] == 6


def test_heic_keeps_its_boxes() -> None:
    """The EXIF of a HEIC lies in its data box: it is blanked where it stands."""
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    data = head + b"\0\0\0\x10iinfExif...." + b"\0\0\0\x06Exif\0\0" + exif() + b"\xff" * 500
    clean, found = without_location(data)
    assert found
    assert (len(clean), clean[:40], clean[-500:]) == (len(data), data[:40], data[-500:])
    assert fraction(29.5, "<") not in clean


@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from(["<", ">"]))
def test_rubbish_does_no_harm(rubbish: bytes, cut: int, order: str) -> None:
    """Torn and mixed structures never raise, and never change a file's length."""
    block = b"Exif\0\0" + exif(order=order)
    for data in (block[:cut] + rubbish, rubbish + block[:cut], b"\x89PNG\r\n\x1a\n" + block[:cut] + rubbish):
        clean, found = without_location(data)
        assert len(clean) == len(data)
        assert found or clean == data


def test_hostile_files_take_no_time() -> None:
    """Thousands of false headers and unclosed tags."""
    import time

    began = time.monotonic()
    without_location(b"Exif" + b"II*\0\x08\0\0\0" * 500_000)
    without_location(b"<exif:GPSLatitude>" * 200_000)
    without_location(b'exif:GPSLatitude="' + b"1" * 3_000_000)
    assert time.monotonic() - began < 5
