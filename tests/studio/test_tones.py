"""Tones, profiles and modes: what a server gets, what is saved and what is shown looks as the picture does."""

from __future__ import annotations

import base64
import io
import struct
import threading
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image, ImageCms

from nbgemini.errors import AnswerEmpty, NbgeminiError, OptionError
from nbgemini.notebook.show.previews import Preview, make_preview
from nbgemini.studio.handles import Result
from nbgemini.studio.pictures.tones import encoded, is_bare
from nbgemini.studio.silence import quiet
from tests.studio.served import small_studio
from tests.studio.server import Server, answer, studio_on
from tests.studio.test_references import Desk
from tests.support import photos
from tests.support.sampling import sampled

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
INKS = SRGB[:16] + b"CMYK" + SRGB[20:]
SIXTEEN = numpy.linspace(10_000, 50_000, 60 * 50).astype(numpy.uint16).reshape(50, 60)
RED = Image.new("RGB", (40, 30), (200, 20, 20))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def data_of(image: Image.Image, form: str, **save: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **save)
    return buffer.getvalue()


def tones(image: Image.Image) -> numpy.ndarray[Any, Any]:
    """Grey tones of 0…255, whatever the mode."""
    if image.mode.startswith("I;16"):
        return numpy.asarray(image, dtype=float) / 257
    return numpy.asarray(image.convert("L"), dtype=float)


def turned() -> Image.Exif:
    notes = Image.Exif()
    notes[0x0112] = 6
    return notes


# -- what a server gets ------------------------------------------------------------------------------------------------

BIG = numpy.tile(SIXTEEN, (2, 150))  # wider than any model takes
SIXTEEN_BITS: list[tuple[str, Any]] = [
    ("a variable", Image.fromarray(SIXTEEN)),
    ("a variable, big-endian", Image.fromarray(SIXTEEN.astype(">u2"))),
    ("a PNG", data_of(Image.fromarray(SIXTEEN), "PNG")),
    ("a PNG that is scaled", data_of(Image.fromarray(BIG), "PNG")),
    ("a variable that is scaled", Image.fromarray(BIG)),
    ("a TIFF", data_of(Image.fromarray(SIXTEEN), "TIFF")),
    ("a TIFF, big-endian", data_of(Image.fromarray(SIXTEEN.astype(">u2")), "TIFF")),
    ("a PNG from a file, as a variable", Image.open(io.BytesIO(data_of(Image.fromarray(SIXTEEN), "PNG")))),
]


@pytest.mark.parametrize(("name", "given"), SIXTEEN_BITS, ids=[name for name, _ in SIXTEEN_BITS])
def test_sixteen_bits_keep_their_tones(desk: Desk, name: str, given: Any) -> None:
    """The middle, the dark and the light ones."""
    sent = tones(desk.one(given, yes=True))
    for percentile in (5, 50, 95):
        assert abs(numpy.percentile(sent, percentile) - numpy.percentile(SIXTEEN, percentile) / 257) < 3


@pytest.mark.deep
def test_a_heavy_picture_of_sixteen_bits(desk: Desk) -> None:
    """One that goes as JPEG, because its PNG would be large."""
    noise = numpy.random.default_rng(1).integers(20_000, 40_000, (3000, 4000)).astype(numpy.uint16)
    sent = desk.one(Image.fromarray(noise))
    assert (sent.size, sent.format) == ((4000, 3000), "JPEG")
    assert abs(tones(sent).mean() - noise.mean() / 257) < 1


def test_a_tiff_whose_zero_is_white(desk: Desk) -> None:
    """Microscopes write them."""
    sent = desk.one(data_of(Image.fromarray(SIXTEEN), "TIFF", tiffinfo={262: 0}))
    assert abs(tones(sent).mean() - (255 - SIXTEEN.mean() / 257)) < 2


@pytest.mark.parametrize(
    "given",
    [
        data_of(Image.fromarray(numpy.full((5, 6), 0.5, numpy.float32)), "TIFF"),
        data_of(Image.fromarray(numpy.full((5, 6), 70_000, numpy.int32)), "TIFF"),
        data_of(Image.fromarray(numpy.full((5, 6), 3, numpy.int32)), "TIFF"),
        Image.fromarray(numpy.full((5, 6), 0.5, numpy.float32)),
        SIXTEEN,
        SIXTEEN.astype(numpy.int32),
    ],
)
def test_numbers_whose_white_is_not_told_are_refused(desk: Desk, given: Any) -> None:
    """In a file as in a variable: nothing black or white is sent in their place."""
    assert "white" in desk.refusal(given).message


@pytest.mark.parametrize("mode", sampled(["CMYK", "RGB", "YCbCr", "LAB", "HSV", "P", "RGBX", "RGBA", "RGBa"], 2))
@pytest.mark.parametrize("profile", [None, INKS, SRGB])
def test_colours_stay_and_a_profile_fits_its_pixels(desk: Desk, mode: str, profile: bytes | None) -> None:
    """Whatever the mode; one of inks never stands beside RGB."""
    given = _in_mode(mode)
    given.info["icc_profile"] = profile
    sent = desk.one(given)
    colour = sent.convert("RGB").getpixel((5, 5))
    assert all(abs(a - b) < 12 for a, b in zip(colour, (200, 20, 20), strict=True)), colour  # type: ignore[arg-type]
    assert sent.info.get("icc_profile") == (SRGB if profile == SRGB else None)


def _in_mode(mode: str) -> Image.Image:
    if mode == "LAB":
        made = ImageCms.profileToProfile(
            RED, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
        assert made is not None
        return made
    if mode == "P":
        return RED.quantize(8)
    return RED.convert("RGBA").convert(mode) if mode == "RGBa" else RED.convert(mode)


def test_a_tiff_of_inks_and_a_scaled_jpeg_of_inks(desk: Desk) -> None:
    """As RGB and without their profile; a JPEG that need not be touched goes with both."""
    inks = RED.convert("CMYK")
    for given in (data_of(inks, "TIFF", icc_profile=INKS), data_of(inks.resize((9000, 20)), "JPEG", icc_profile=INKS)):
        sent = desk.one(given, yes=True)
        assert (sent.mode, sent.info.get("icc_profile")) == ("RGB", None)
        assert abs(tones(sent).mean() - tones(RED).mean()) < 4
    plain = data_of(inks, "JPEG", icc_profile=INKS)
    desk.one(plain)
    assert desk.bytes() == plain


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_a_file_goes_out_as_upright_as_its_pixels(desk: Desk, form: str) -> None:
    """Whether it is given as a file or as a variable; a PNG or WebP that is turned says so."""
    image = Image.new("RGB", (40, 20), "blue")
    image.paste((255, 0, 0), (0, 0, 10, 20))
    data = data_of(image, form, exif=turned())
    sent, variable = desk.one(data), desk.one(Image.open(io.BytesIO(data)))
    assert sent.size == variable.size == (20, 40)
    assert abs(numpy.asarray(sent.convert("RGB"), float) - numpy.asarray(variable.convert("RGB"), float)).max() < 2
    assert sent.getexif().get(0x0112, 1) == 1
    desk.one(data)
    assert any("upright" in notice or "converted" in notice for notice in desk.result.notices)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
@pytest.mark.parametrize("empty", ["clear", "white"])
def test_an_empty_first_frame_is_passed_over(desk: Desk, form: str, empty: str) -> None:
    """The first that shows anything goes, and its number is said."""
    full = Image.new("RGBA", (24, 24), (200, 20, 20, 255))
    full.paste((20, 20, 200, 255), (0, 0, 12, 24))
    blank = Image.new("RGBA", (24, 24), (0, 0, 0, 0) if empty == "clear" else (255, 255, 255, 255))
    more = {"disposal": 2} if form == "GIF" else {}
    data = data_of(blank, form, save_all=True, append_images=[blank.copy(), full], duration=[100, 110, 120], **more)
    sent = desk.one(data)
    assert sent.format == "PNG"
    assert abs(tones(sent).mean() - tones(full).mean()) < 6
    assert any("frame 2" in notice or "frame 3" in notice for notice in desk.result.notices)


def test_an_empty_first_frame_of_a_variable_is_passed_over(desk: Desk) -> None:
    """A GIF that was opened and not wound goes as its file does, and stays where it was; a wound one goes as it is."""
    frames = [Image.new("RGBA", (24, 24), colour) for colour in ((0, 0, 0, 0), (200, 20, 20, 255), (20, 20, 200, 255))]
    data = data_of(frames[0], "GIF", save_all=True, append_images=frames[1:], disposal=2)
    variable = Image.open(io.BytesIO(data))
    assert desk.one(variable).convert("RGBA").getpixel((5, 5)) == (200, 20, 20, 255)
    assert variable.tell() == 0
    variable.seek(2)
    assert desk.one(variable).convert("RGBA").getpixel((5, 5)) == (20, 20, 200, 255)


def test_a_refusal_names_no_place_in_memory(desk: Desk) -> None:
    """Pillow's words hold the address of an object."""
    said = desk.refusal(b"II*\0\x08\0\0\0\0\0")
    assert "0x" not in said.message
    assert "cannot be read as a picture: its data is damaged." in said.message


def test_floats_a_little_beyond_one(desk: Desk) -> None:
    """As a resampling leaves them; what is really beyond is refused with numbers that show it."""
    image = desk.one(numpy.array([[-1e-6, 1.0000001], [0.5, 0.5]]))
    assert sorted(image.tobytes()) == [0, 128, 128, 255]
    message = desk.refusal(numpy.array([[0.0001, 1.0014999], [0.5, 0.5]])).message
    assert "from 0.0001 to 1.0014999" in message
    assert "NaN" in desk.refusal(numpy.array([[0.0, numpy.inf]])).message


@pytest.mark.parametrize("shape", [(4, 4, 2), (3, 3, 2), (1, 9, 2), (4, 4, 5), (20, 30, 2)])
def test_channels_at_the_end_are_counted(desk: Desk, shape: tuple[int, ...]) -> None:
    """And are not said to come first."""
    message = desk.refusal(numpy.zeros(shape, numpy.uint8)).message
    assert f"{shape[2]} channels" in message
    assert "first" not in message


# -- what is saved, shown and taken as an array ------------------------------------------------------------------------

INK_JPEG = data_of(RED.convert("CMYK"), "JPEG", icc_profile=INKS)
CLEAR = Image.new("RGBA", (40, 30), (200, 20, 20, 0))
CLEAR.paste((200, 20, 20, 255), (0, 0, 20, 30))
PALETTE = Image.new("P", (40, 30), 0)
PALETTE.putpalette([200, 20, 20, 0, 255, 0])
PALETTE.paste(1, (20, 0, 40, 30))
ANSWERS: dict[str, bytes] = {
    "inks": INK_JPEG,
    "sixteen bits": data_of(Image.fromarray(SIXTEEN), "PNG"),
    "clear": data_of(CLEAR, "PNG"),
    "clear WebP": data_of(CLEAR, "WEBP", lossless=True),
    "grey and clear": data_of(CLEAR.convert("LA"), "PNG"),
    "palette": data_of(PALETTE, "PNG"),
    "clear palette": data_of(PALETTE, "PNG", transparency=b"\xff\x00"),
    "one clear colour": data_of(RED, "PNG", transparency=(200, 20, 20)),
    "black and white": data_of(Image.new("1", (40, 30), 1), "PNG"),
    "grey": data_of(RED.convert("L"), "JPEG"),
    "lying JPEG": data_of(RED, "JPEG", exif=turned()),
    "animation": data_of(RED, "GIF", save_all=True, append_images=[RED.convert("L")]),
}


def result_of(data: bytes, home: Path) -> Result:
    part = {
        "inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()},
        "thoughtSignature": "c2ln",
    }
    return studio_on(Server(answer(part)), home).conversation().imagine("a cat")


def on_paper(data: bytes) -> float:
    """The mean tone of a picture on white paper, upright."""
    image = Image.open(io.BytesIO(data))
    image.load()
    if image.mode.startswith("I;16"):
        return float(tones(image).mean())
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return float(tones(paper).mean())


@pytest.mark.filterwarnings("ignore:Palette images")  # the test itself converts one
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_of_any_mode_is_saved_and_shown(name: str, tmp_path: Path, capfd: Any) -> None:
    """In every format: with its tones, upright, and what is transparent white where that is lost, which is said."""
    result = result_of(ANSWERS[name], tmp_path)
    expected = on_paper(ANSWERS[name])
    size = (30, 40) if name == "lying JPEG" else result.image.size
    for suffix in ("jpg", "png", "webp", "gif", "tiff"):
        saved = result.save(tmp_path / f"x-{suffix}.{suffix}")
        if saved.read_bytes() == ANSWERS[name]:
            continue  # what is in its format already is copied
        assert abs(on_paper(saved.read_bytes()) - expected) < 4, suffix
        with Image.open(saved) as image:
            assert image.size == size
            assert image.info.get("icc_profile") != INKS
        said = capfd.readouterr().err
        assert ("white in the copy" in said) == (suffix == "jpg" and "clear" in name)
    shown = make_preview(ANSWERS[name], 20)
    assert isinstance(shown, Preview)
    assert abs(on_paper(shown.data) - expected) < 8
    assert (shown.width < shown.height) == (size[0] < size[1])


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_an_array(name: str, tmp_path: Path) -> None:
    """For numpy and for those who use it: tones, never places in a palette."""
    result = result_of(ANSWERS[name], tmp_path)
    array = numpy.asarray(result)
    assert array.shape[:2] == result.image.size[::-1]
    assert array.ndim == 2 or array.shape[2] in (3, 4)
    assert array.dtype == (numpy.uint16 if name == "sixteen bits" else numpy.uint8)
    assert numpy.array(result, dtype=numpy.float32).dtype == numpy.float32
    assert numpy.array_equal(numpy.array(result, copy=True), array)
    if name == "palette":
        assert array[0, 0].tolist() == [200, 20, 20]
    assert result.path is not None
    with Image.open(result.path) as image:
        assert image.size == result.image.size


def test_an_array_that_cannot_be(tmp_path: Path) -> None:
    """Without a copy, and of an answer in words."""
    result = result_of(ANSWERS["grey"], tmp_path)
    with pytest.raises(ValueError, match="decoded each time"):
        result.__array__(copy=False)
    words = studio_on(Server(answer({"text": "No."})), tmp_path / "words").conversation().imagine("a cat")
    with pytest.raises(AnswerEmpty):
        numpy.asarray(words)


def test_matplotlib_shows_a_result(tmp_path: Path) -> None:
    """As it shows an array."""
    figures = pytest.importorskip("matplotlib.figure")
    axes = figures.Figure().subplots()
    shown = axes.imshow(result_of(ANSWERS["clear"], tmp_path))
    assert shown.get_array().shape == (30, 40, 4)


def test_a_size_that_a_format_does_not_have(tmp_path: Path) -> None:
    """An error of ours, with the way out; nothing is written."""
    result = result_of(data_of(Image.new("L", (17_000, 2)), "PNG"), tmp_path)
    with pytest.raises(OptionError, match="cannot be converted to WEBP") as caught:
        result.save(tmp_path / "x.webp")
    assert "`.bytes`" in caught.value.hint
    assert not (tmp_path / "x.webp").exists()


def test_pillow_is_quiet_and_damaged_pictures_are_named(tmp_path: Path) -> None:
    """No warning of its own reaches a notebook; what cannot be opened is never a bare exception, nor a broken image."""
    spoilt = data_of(RED, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0\x0f\x01\x02\0\xff\0\0\0\xff\xff")
    broken = bytearray(ANSWERS["clear"])
    broken[60:90] = bytes(30)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for data in (spoilt, bytes(broken), data_of(PALETTE, "PNG", transparency=b"\xff\x00"), BOMB, NO_SIZE):
            shown = make_preview(data)
            assert isinstance(shown, Preview) == (data not in (bytes(broken), BOMB, NO_SIZE))
            for look in (lambda data=data: make_preview(data, 16), lambda data=data: _kept(data, tmp_path)):
                look()
    assert [str(one.message) for one in seen] == []


def _kept(data: bytes, home: Path) -> None:
    """Look at an answer in each way that there is; an error is one of ours."""
    try:
        result = result_of(data, home)
        result.save(home / f"{len(list(home.iterdir()))}.webp")
        numpy.asarray(result)
    except NbgeminiError:
        return


def _png(width: int, height: int) -> bytes:
    """A whole PNG of next to no bytes, that says it has so many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


BOMB, NO_SIZE = _png(60_000, 60_000), _png(0, 0)


def test_warnings_of_pillow_are_silent_and_those_of_others_are_not() -> None:
    """In all threads at once, and the filters are afterwards what they were."""
    from PIL import ImageFile

    before = list(warnings.filters)
    barrier = threading.Barrier(4)

    def work() -> None:
        for _ in range(50):
            with quiet():
                barrier.wait(20)
                exec("import warnings; warnings.warn('of Pillow')", {"__name__": ImageFile.__name__})

    workers = [threading.Thread(target=work) for _ in range(4)]
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)
        with quiet():
            warnings.warn("of the user", stacklevel=1)
    assert [str(one.message) for one in seen] == ["of the user"]
    assert warnings.filters == before


def test_a_photo_with_spoilt_notes_on_the_emulator(tmp_path: Path) -> None:
    """It looks at pictures in this process, and its Pillow is as silent as ours."""
    entry = struct.pack("<HHHII", 1, 0x010F, 2, 400, 90_000)  # a text that lies behind the end
    notes = b"Exif\0\0II*\0\x08\0\0\0" + entry + bytes(4)
    photo = photos.jpeg_with(photos.segment(0xE1, notes))
    with warnings.catch_warnings(action="ignore"):
        variable = Image.open(io.BytesIO(photo))  # what a user sees who opens it
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        result = small_studio(tmp_path).conversation().imagine("this in snow", ref=[photo, variable])
        result.edit("and at night")
    assert [str(one.message) for one in seen] == []


class _Spoilt(Image.Image):
    """What a plugin of Pillow's makes of a file whose notes cannot be read."""

    def getexif(self) -> Image.Exif:
        raise SyntaxError("not a TIFF file")

    def copy(self) -> Image.Image:
        return Image.frombytes(self.mode, self.size, self.tobytes())


def test_notes_that_cannot_be_read_keep_no_picture_from_its_file() -> None:
    """Nor do those that hang on a picture in memory come into one."""
    noted = Image.new("RGB", (8, 6), "red")
    noted.getexif()[0x0112] = 6
    spoilt = Image.new("RGB", (8, 6), "red")
    spoilt.__class__ = _Spoilt
    for image in (noted, spoilt):
        assert not is_bare(image)
        for form in ("PNG", "JPEG"):
            read = Image.open(io.BytesIO(encoded(image, form)))
            assert (read.size, dict(read.getexif())) == ((8, 6), {})
    assert is_bare(Image.new("L", (8, 6)))
