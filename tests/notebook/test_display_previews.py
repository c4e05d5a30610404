"""Pictures of every kind and size become previews that a notebook can hold, or a reason why not."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from nbgemini.notebook.show.previews import MOST_BYTES, Preview, Unshown, make_preview
from tests.notebook.display_kit import drawn, encoded, noisy
from tests.support.sampling import examples


def shown(data: bytes, longest: int = 1024) -> Preview:
    made = make_preview(data, longest)
    assert isinstance(made, Preview), made
    return made


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_small_original(form: str) -> None:
    """A small original goes in byte for byte."""
    data = encoded(drawn(1024, 768), form)
    assert shown(data).data == data
    assert shown(data).as_is


def test_large_original() -> None:
    """A large original becomes a JPEG of the wanted size."""
    made = shown(encoded(drawn(2048, 1152), "PNG"), 800)
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 800, 450)


def test_many_bytes() -> None:
    """Few pixels but many bytes become a preview."""
    data = encoded(noisy(600, 600), "PNG")
    made = shown(data)
    assert len(data) > 200_000
    assert (made.media_type, made.width) == ("image/jpeg", 600)


def test_smaller_on_request() -> None:
    """A smaller preview is made when the user wants one."""
    assert shown(encoded(drawn(1024, 1024), "JPEG"), 256).width == 256


def test_transparency() -> None:
    """Transparency is kept in a PNG."""
    made = shown(encoded(drawn(1500, 1000, mode="RGBA"), "PNG"))
    assert made.media_type == "image/png"
    alpha = Image.open(io.BytesIO(made.data)).getchannel("A").histogram()
    assert alpha[0] > 0
    assert alpha[255] > 0


def test_opaque_alpha() -> None:
    """An alpha channel through which nothing shines costs nothing."""
    opaque = drawn(1500, 1000).convert("RGBA")
    assert shown(encoded(opaque, "PNG")).media_type == "image/jpeg"


def test_palette() -> None:
    """A palette is scaled smoothly."""
    assert shown(encoded(drawn(1500, 1000).convert("P"), "PNG")).media_type == "image/jpeg"


@pytest.mark.parametrize(("width", "kind"), [(200, "image/png"), (1600, "image/jpeg")])
def test_webp(width: int, kind: str) -> None:
    """WebP is never sent as it is because nbconvert drops it."""
    made = shown(encoded(drawn(width, width), "WEBP"))
    assert made.media_type == kind
    assert not made.as_is


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF"])
def test_other_kinds(form: str) -> None:
    """Other kinds are converted."""
    assert shown(encoded(drawn(300, 300), form)).media_type == "image/jpeg"


def test_a_profile_stays_with_its_pixels() -> None:
    """One of RGB does; one of inks goes when the inks are made into light."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    inks = srgb[:16] + b"CMYK" + srgb[20:]
    for mode, profile, kept in (("RGB", srgb, srgb), ("CMYK", inks, None), ("RGB", b"no profile", None)):
        made = shown(encoded(drawn(1500, 1000).convert(mode), "JPEG", icc_profile=profile))
        image = Image.open(io.BytesIO(made.data))
        assert (image.mode, image.info.get("icc_profile")) == ("RGB", kept)


def test_upright() -> None:
    """A picture that lies on its side is put upright."""
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated by a quarter
    made = shown(encoded(drawn(1600, 800), "JPEG", exif=exif.tobytes()))
    assert (made.width, made.height) == (512, 1024)


@pytest.mark.deep
def test_within_one_output() -> None:
    """A preview never exceeds one output."""
    made = shown(encoded(noisy(1600, 1600), "PNG"), 4096)
    assert len(made.data) <= MOST_BYTES
    clear = noisy(900, 900)
    clear.putalpha(128)
    assert len(shown(encoded(clear, "PNG")).data) <= MOST_BYTES


@pytest.mark.parametrize(("width", "height"), [(1, 1), (8192, 16), (16, 8192)])
def test_extreme_shapes(width: int, height: int) -> None:
    """Extreme shapes are shown."""
    made = shown(encoded(drawn(width, height), "PNG"))
    assert max(made.width, made.height) <= 1024
    assert min(made.fitted(720, 560)) >= 1


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_cut_short(form: str) -> None:
    """A file cut short is noticed."""
    data = encoded(drawn(700, 700), form)
    assert make_preview(data[: len(data) // 2]) == Unshown("the file is cut short")


def test_damaged() -> None:
    """A damaged file is named and raises nothing."""
    data = bytearray(encoded(noisy(1200, 1200), "PNG"))
    data[5000:9000] = bytes(4000)
    made = make_preview(bytes(data))
    assert isinstance(made, Unshown)
    assert "damaged" in made.reason


@pytest.mark.parametrize(("width", "height"), [(0, 10), (10, 0), (0, 0)])
def test_no_pixels(width: int, height: int) -> None:
    """A header that tells of no pixels makes no preview, and no division by them."""
    data = encoded(drawn(20, 20), "PNG")
    made = make_preview(data[:16] + struct.pack(">II", width, height) + data[24:])
    assert isinstance(made, Unshown)


def test_no_picture() -> None:
    """What is no picture and what cannot be read is said."""
    assert make_preview(b"<svg onload=alert(1)>") == Unshown("these bytes are not a picture")
    assert make_preview(b"\x00\x00\x00\x18ftypheic" + bytes(200)) == Unshown("image/heic cannot be read here")


def test_bomb() -> None:
    """Nothing of it is unpacked: a PNG of 900 million pixels in 60 bytes."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    made = make_preview(b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IEND\xaeB`\x82")
    assert made == Unshown("30000 × 30000 pixels are more than 64 million")


def test_time_for_4k() -> None:
    """A 4K picture is shrunk in reasonable time."""
    data = encoded(drawn(5504, 3072), "JPEG")
    begun = time.process_time()
    assert shown(data).width == 1024
    assert time.process_time() - begun < 1.5


@settings(max_examples=examples(6), deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]), st.integers(0, 3000))
def test_any_bytes(junk: bytes, form: str, at: int) -> None:
    """Whatever the bytes are a preview or a reason comes back."""
    data = _SAMPLES[form]
    made = make_preview(data[: at % len(data)] + junk + data[at % len(data) + len(junk) :], 64)
    assert isinstance(made, Preview | Unshown)


_SAMPLES = {form: encoded(drawn(90, 60), form) for form in ("PNG", "JPEG", "WEBP", "GIF")}
