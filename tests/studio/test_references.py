"""What may be shown to the model, in Python: values, files, patterns, URLs; what is sent is what a user expects."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy
import pytest
from PIL import Image, ImageDraw

from nbgemini.errors import ConversationError, OptionError, ReferenceImageError
from nbgemini.net.inprocess import InProcess
from nbgemini.studio.pictures.bringing import is_picture
from nbgemini.studio.pictures.encoding import picture_from_bytes
from nbgemini.studio.pictures.fetching import Sources
from nbgemini.studio.pictures.references import Labelled, expand
from nbgemini.studio.studio import Studio
from tests.conftest import PictureMaker
from tests.studio.server import Server, answer, jpeg, picture, studio_on
from tests.support import photos

GPS = 0x8825


class Desk:
    """A conversation with a server that remembers, and the parts of its last user turn."""

    def __init__(self, home: Path, sources: Sources | None = None) -> None:
        self.server = Server(answer(picture("red")))
        values = {"base_url": "https://gateway.example"}
        transport = InProcess(self.server.handle)
        self.studio = Studio(traits=lambda: values, home=home, transport=transport, sources=sources)
        self.conversation = self.studio.conversation()

    def shown(self, ref: Any, **words: Any) -> list[tuple[str, Image.Image]]:
        """(label, pixels) of each picture that was sent along."""
        self.result = self.conversation.imagine("a cat", ref=ref, new=True, **words)
        parts = self.parts()
        assert parts[-1] == {"text": "a cat"}
        pairs = zip(parts[:-1:2], parts[1:-1:2], strict=True)
        return [(label["text"], opened(shown["inlineData"])) for label, shown in pairs]

    def one(self, ref: Any, **words: Any) -> Image.Image:
        ((_, image),) = self.shown(ref, **words)
        return image

    def parts(self) -> list[dict[str, Any]]:
        return list(self.server.requests[-1]["contents"][-1]["parts"])

    def bytes(self) -> bytes:
        return base64.b64decode(self.parts()[1]["inlineData"]["data"])

    def refusal(self, ref: Any, **words: Any) -> ReferenceImageError:
        before = len(self.server.requests)
        with pytest.raises(ReferenceImageError) as caught:
            self.conversation.imagine("a cat", ref=ref, **words)
        assert len(self.server.requests) == before
        assert len(caught.value.lines()) <= 3
        return caught.value


def opened(inline: dict[str, str]) -> Image.Image:
    data = base64.b64decode(inline["data"])
    image = Image.open(io.BytesIO(data))
    assert Image.MIME[image.format or ""] == inline["mimeType"]
    image.load()
    return image


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# -- arrays ------------------------------------------------------------------------------------------------------------

GREY = numpy.arange(12, dtype=numpy.uint8).reshape(3, 4) * 20


@pytest.mark.parametrize(
    ("array", "mode"),
    [
        (GREY, "L"),
        (GREY[:, :, None], "L"),
        (numpy.stack([GREY] * 3, axis=-1), "RGB"),
        (numpy.stack([GREY] * 4, axis=-1), "RGBA"),
        (GREY / 255.0, "L"),
        ((GREY / 255.0).astype(numpy.float32), "L"),
        ((GREY / 255.0).astype(">f8"), "L"),
        (numpy.asfortranarray(numpy.stack([GREY] * 3, axis=-1)), "RGB"),
        (numpy.stack([GREY] * 3, axis=-1)[::-1, ::-1][::-1, ::-1], "RGB"),
    ],
)
def test_arrays(desk: Desk, array: Any, mode: str) -> None:
    """Grey, RGB and RGBA, of bytes or of floats from 0 to 1, in any layout in memory."""
    image = desk.one(array)
    assert (image.mode, image.size) == (mode, (4, 3))
    assert numpy.array_equal(numpy.asarray(image.convert("L")), GREY)


def test_a_mask(desk: Desk) -> None:
    """False is black, True is white."""
    assert list(desk.one(numpy.array([[False, True], [True, False]])).convert("L").tobytes()) == [0, 255, 255, 0]


@pytest.mark.parametrize(
    ("array", "says"),
    [
        (numpy.zeros((3, 4), numpy.int64), "int64"),
        (numpy.zeros((3, 4), numpy.uint16), "uint16"),
        (numpy.full((3, 4), 128.0), "from 0 to 1"),
        (numpy.full((3, 4), -0.1), "from 0 to 1"),
        (numpy.full((3, 4), numpy.nan), "from 0 to 1"),
        (numpy.zeros((3, 4), numpy.complex128), "complex"),
        (numpy.array([["a", "b"]]), "<U1"),
        (numpy.array([[object(), None]]), "object"),
        (numpy.zeros((3, 20, 30), numpy.uint8), "channels come first"),
        (numpy.zeros((20, 30, 2), numpy.uint8), "20 × 30 × 2"),
        (numpy.zeros((2, 20, 30, 3), numpy.uint8), "several pictures"),
        (numpy.zeros(12, numpy.uint8), "12"),
        (numpy.array(7, numpy.uint8), "single number"),
        (numpy.zeros((0, 4), numpy.uint8), "empty"),
        (numpy.broadcast_to(numpy.uint8(0), (20_000, 20_000)), "too many pixels"),
    ],
)
def test_arrays_that_could_mean_two_things(desk: Desk, array: Any, says: str) -> None:
    """The reason is said, nothing is guessed."""
    assert says in desk.refusal(array).message


# -- matplotlib --------------------------------------------------------------------------------------------------------


@pytest.mark.deep
def test_figures_are_drawn_by_their_own_canvas(desk: Desk) -> None:
    """pyplot keeps its current figure, the figure stays open, and its size and resolution are as before."""
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    figure, axes = plt.subplots(1, 2, figsize=(4, 2), dpi=50)
    axes[0].imshow([[0, 1]])
    other = plt.figure()
    before = (plt.get_fignums(), plt.gcf(), figure.dpi, figure.canvas, tuple(figure.get_size_inches()))
    assert desk.one(figure).size == (200, 100)
    left, right = desk.one(axes[0]), desk.one(axes[1])
    assert left.width < 150
    assert right.width < 150
    assert left.tobytes() != right.tobytes()
    assert (plt.get_fignums(), plt.gcf(), figure.dpi, figure.canvas, tuple(figure.get_size_inches())) == before
    assert plt.gcf() is other
    plt.close("all")


@pytest.mark.deep
def test_a_figure_without_pyplot_and_lone_axes(desk: Desk) -> None:
    """Axes that have their figure for themselves are the whole figure."""
    figures = pytest.importorskip("matplotlib.figure")
    figure = figures.Figure(figsize=(3, 2), dpi=40)
    axes = figure.subplots()
    assert desk.one(axes).size == desk.one(figure).size == (120, 80)
    axes.set_title("$\\frac{broken$")
    assert "cannot be drawn" in desk.refusal(figure).message


# -- what IPython holds ------------------------------------------------------------------------------------------------


def test_ipython_images_and_captured_outputs(desk: Desk, tmp_path: Path) -> None:
    """Their data, their file; of captured outputs the last picture, as bytes or as base64."""
    from IPython import display
    from IPython.utils.capture import CapturedIO

    Shown: Any = display.Image  # it publishes no types

    red, blue = jpeg("red"), jpeg("blue")
    (tmp_path / "red.jpg").write_bytes(red)
    desk.one(Shown(data=red))
    assert desk.bytes() == red
    for shown in (Shown(filename=str(tmp_path / "red.jpg")), Shown("red.jpg", embed=False)):
        desk.one(shown)
        assert desk.bytes() == red
    text = {"data": {"text/plain": "x"}}
    outputs = [{"data": {"image/jpeg": red}}, {"data": {"image/png": base64.encodebytes(blue).decode()}}, text]
    desk.one(CapturedIO(None, None, outputs))
    assert desk.bytes() == blue
    assert "no picture" in desk.refusal(CapturedIO(None, None, [text])).message


# -- PIL images, bytes and files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I;16", "La", "RGBa"]
)
def test_pil_images_of_any_mode(desk: Desk, mode: str) -> None:
    """All become PNG; transparency stays."""
    image = Image.new("RGBA", (6, 4), (200, 100, 50, 128))
    given = Image.new(mode, (6, 4)) if mode in ("HSV", "LAB", "I;16") else _as_mode(image, mode)
    sent = desk.one(given)
    assert (sent.format, sent.size) == ("PNG", (6, 4))
    assert sent.has_transparency_data == (mode in ("LA", "La", "RGBA", "RGBa"))


def _as_mode(image: Image.Image, mode: str) -> Image.Image:
    via = {"La": "LA", "RGBa": "RGBA", "LA": "LA", "RGBA": "RGBA"}.get(mode, "RGB")
    return image.convert(via).convert(mode)


def test_pil_images_whose_white_is_unknown_or_whose_file_is_broken(desk: Desk, picture: PictureMaker) -> None:
    """Refused with a reason; no exception of Pillow's gets out."""
    assert "mode F" in desk.refusal(Image.new("F", (4, 4))).message
    assert "mode I" in desk.refusal(Image.new("I", (4, 4))).message
    torn = Image.open(io.BytesIO(picture("PNG", (64, 64))[:300]))
    assert "cannot be read" in desk.refusal(torn).message


def test_a_photo_that_lies_on_its_side(desk: Desk, tmp_path: Path, picture: PictureMaker) -> None:
    """A file keeps its note of which way is up; pixels from a file are turned upright, a user's own are not."""
    notes = Image.Exif()
    notes[0x0112] = 6
    data = picture("JPEG", (40, 20), exif=notes.tobytes())
    (tmp_path / "photo.jpg").write_bytes(data)
    desk.one("photo.jpg")
    assert desk.bytes() == data
    assert desk.one(Image.open(io.BytesIO(data))).size == (20, 40)
    assert desk.one(Image.open(io.BytesIO(data)).copy()).size == (40, 20)


@pytest.mark.parametrize(("form", "kind"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_what_the_api_takes_passes_through(desk: Desk, picture: PictureMaker, form: str, kind: str) -> None:
    """Byte for byte, whatever the name of the file says."""
    data = picture(form)
    Path("wrong.bmp").write_bytes(data)
    desk.one("wrong.bmp")
    assert (desk.bytes(), desk.parts()[1]["inlineData"]["mimeType"]) == (data, kind)
    assert not any("converted" in notice for notice in desk.result.notices)


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"heim", b"heis"])
def test_heic_passes_through(desk: Desk, brand: bytes) -> None:
    """It cannot be read here; the API can."""
    data = b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + bytes(range(256)) * 4
    Path("photo.heic").write_bytes(data)
    desk.conversation.imagine("a cat", ref="photo.heic")
    assert desk.bytes() == data
    assert desk.parts()[1]["inlineData"]["mimeType"] in ("image/heic", "image/heif")


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "AVIF"])
def test_what_the_api_does_not_take_is_converted_and_said(desk: Desk, picture: PictureMaker, form: str) -> None:
    """In one line; the pixels are the same."""
    data = picture(form, (40, 30))
    sent = desk.one(data)
    assert (sent.format, sent.size) == ("PNG", (40, 30))
    assert [notice for notice in desk.result.notices if "converted" in notice and f"image/{form.lower()}" in notice]


def test_an_animation_is_its_first_frame(desk: Desk) -> None:
    """And that is said."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    assert desk.one(buffer.getvalue()).convert("RGB").getpixel((0, 0)) == (255, 0, 0)
    assert any("first frame" in notice for notice in desk.result.notices)


@pytest.mark.parametrize("left", [3, 12, 20, 30])
def test_an_animation_that_breaks_off_later_is_its_first_frame(desk: Desk, left: int) -> None:
    """What is damaged behind it is not looked at, wherever a reader stumbles over it."""
    frames = [Image.new("RGB", (80, 80), colour) for colour in ("red", "lime", "blue")]
    first, whole = io.BytesIO(), io.BytesIO()
    frames[0].save(first, "GIF")
    frames[0].save(whole, "GIF", save_all=True, append_images=frames[1:])
    data = whole.getvalue()[: len(first.getvalue()) + left]
    assert desk.one(data).convert("RGB").getpixel((0, 0)) == (255, 0, 0)


def test_the_place_of_a_photo_is_left_out_and_said(desk: Desk, picture: PictureMaker) -> None:
    """The file itself is not touched; what is sent has its orientation and no GPS."""
    notes = Image.Exif()
    notes[0x0112] = 6
    notes.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 29.5)})
    data = picture("JPEG", exif=notes.tobytes())
    Path("paris.jpg").write_bytes(data)
    sent = desk.one("paris.jpg")
    assert GPS not in sent.getexif()
    assert sent.getexif()[0x0112] == 6
    assert any("paris.jpg" in notice and "GPS" in notice for notice in desk.result.notices)
    assert Path("paris.jpg").read_bytes() == data


def test_a_jpeg_without_an_end_sends_its_pixels_alone(desk: Desk) -> None:
    """Where nothing marks the end of the picture, nothing tells it from a film behind it."""
    data = photos.picture("JPEG")[:-2] + photos.FILM
    sent = desk.one(data)
    assert (sent.format, sent.size) == ("PNG", (40, 24))
    assert photos.leaks(desk.bytes()) == []
    assert any("end" in notice for notice in desk.result.notices)


@pytest.mark.parametrize("value", ["file", "variable"])
def test_a_picture_that_is_encoded_anew_takes_no_notes_along(desk: Desk, value: str) -> None:
    """A TIFF, a GIF with a comment, a JPEG as a variable: pixels and profile, and nothing else."""
    for form, save in (
        ("TIFF", {"exif": photos.exif()}),
        ("GIF", {"comment": photos.SECRET}),
        ("JPEG", {"comment": photos.SECRET, "exif": photos.exif()}),
        ("PNG", {"exif": photos.exif()}),
    ):
        data = photos.picture(form, (9000, 20) if value == "file" else (40, 20), **save)
        desk.one(data if value == "file" else Image.open(io.BytesIO(data)), yes=True)
        assert photos.leaks(data) != []
        assert photos.leaks(desk.bytes()) == []
        assert photos.KEPT.encode() not in desk.bytes()


@pytest.mark.parametrize(
    ("begin", "says"),
    [
        (b"", "0 bytes"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\n<html lang=en>", "web page"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', "SVG"),
        (b"<svg/>", "SVG"),
        (b"%PDF-1.7", "PDF"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    ],
)
def test_what_a_file_is_instead(desk: Desk, begin: bytes, says: str) -> None:
    """Slips that people make, each with a sentence of its own; bytes and files alike."""
    Path("cat.png").write_bytes(begin)
    for given in ("cat.png", Path("cat.png"), begin):
        assert says in str(desk.refusal(given))


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("gs://bucket/a/cat.png", "`gs://bucket/a/cat.png` is in Google Cloud Storage"),
        (Path("gs://bucket/a/cat.png"), "`gs://bucket/a/cat.png` is in Google Cloud Storage"),
        ("gs://bucket/*.png", "`gs://bucket/*.png` is in"),
        ("s3://bucket/cat.png", "Amazon S3"),
        ("ftp://me:secret@host/cat.png", "`ftp://…@host/cat.png` is not fetched"),
        ("attachment:cat.png", "attached to a cell"),
        ("file://elsewhere/cat.png", "another machine"),
        ("file:///no/such/cat.png", "no such file"),
        ("data:image/png;base64,@@@@", "not a `data:` address"),
        ("data:image/png;base64", "not a `data:` address"),
        ("data:image/png;base64,", "0 bytes"),
        ("data:text/plain,hello", "not a picture"),
    ],
)
def test_addresses_that_are_not_fetched(desk: Desk, address: Any, says: str) -> None:
    """Each with a sentence of its own, written as it was given."""
    message = desk.refusal(address).message
    assert says in message
    assert "secret" not in message


def test_addresses_that_work(desk: Desk, tmp_path: Path) -> None:
    """A file of this machine, percent signs and all; data in base64 of either alphabet, or in percent signs."""
    data = photos.picture("PNG")
    path = tmp_path / "a #1 é.png"
    path.write_bytes(data)
    (tmp_path / "gs:").mkdir()
    (tmp_path / "gs:" / "cat.png").write_bytes(data)
    standard = base64.b64encode(data).decode()
    for given in (
        path.as_uri(),
        path.as_uri().replace("file://", "FILE://localhost"),
        f"data:image/png;base64,{standard}",
        f"DATA:image/png;charset=x;base64,{standard[:50]}\n {standard[50:]}",
        f"data:;base64,{base64.urlsafe_b64encode(data).decode().rstrip('=')}",
        f"data:image/png,{quote(data)}",
        "gs:/cat.png",
    ):
        assert desk.one(given).size == (40, 24)
        assert desk.bytes() == data


@pytest.mark.parametrize(
    "name", ["missing.png", "~nobody-here/x.png", "a" * 5000, "a\0b.png", "folder", "pipe", "", "x" * 300]
)
def test_files_that_cannot_be_read(desk: Desk, name: str) -> None:
    """Missing, a folder, a pipe, no name at all: an error of ours, and no waiting."""
    Path("folder").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo("pipe")
    assert desk.refusal(name).charged == "nothing sent"
    assert desk.refusal(Path(name)).charged == "nothing sent"


# -- large ones --------------------------------------------------------------------------------------------------------


def test_an_oversized_picture_waits_for_consent(desk: Desk) -> None:
    """More than 8192 pixels a side: refused with the way out; with it scaled, and said."""
    buffer = io.BytesIO()
    Image.new("RGB", (9000, 30), "teal").save(buffer, "PNG")
    refused = desk.refusal(buffer.getvalue())
    assert "9000 × 30" in refused.message
    assert "yes=True" in refused.hint
    assert desk.one(buffer.getvalue(), yes=True).size == (8192, 27)
    assert any("scaled from 9000 × 30" in notice for notice in desk.result.notices)


@pytest.mark.deep
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_heavy_picture_is_scaled_to_fit(desk: Desk, mode: str) -> None:
    """More than the 7 MB of Vertex AI; transparency stays. The Gemini API takes it as it is."""
    noise = Image.frombytes(mode, (1700, 1500), os.urandom(1700 * 1500 * len(mode)))
    buffer = io.BytesIO()
    noise.save(buffer, "PNG", compress_level=0)
    desk.one(buffer.getvalue())
    assert desk.bytes() == buffer.getvalue()
    with pytest.raises(ReferenceImageError, match="7 MB"):
        picture_from_bytes(buffer.getvalue(), "noise", desk.studio.store.blobs)
    small, _ = picture_from_bytes(buffer.getvalue(), "noise", desk.studio.store.blobs, scale=True)
    assert small.size <= 7_000_000
    assert Image.open(io.BytesIO(desk.studio.store.blobs.read(small.sha256))).mode == mode


@pytest.mark.deep
def test_pixels_in_memory_need_no_consent(desk: Desk) -> None:
    """Their PNG would be heavy, and no one chose PNG: another encoding carries all of them."""
    noise = numpy.frombuffer(os.urandom(1700 * 1500 * 3), numpy.uint8).reshape(1500, 1700, 3)
    sent = desk.one(noise)
    assert (sent.size, sent.format) == ((1700, 1500), "JPEG")
    assert len(desk.bytes()) <= 7_000_000


def test_a_bomb_is_refused(desk: Desk) -> None:
    """Before its pixels are made."""
    buffer = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(buffer, "PNG", compress_level=1)
    assert "million pixels" in desk.refusal(buffer.getvalue(), yes=True).message


def test_heavy_heic_is_refused_where_it_is_too_heavy(desk: Desk) -> None:
    """It cannot be scaled here, and the error says so."""
    photo = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(8_000_000)
    with pytest.raises(ReferenceImageError) as caught:
        picture_from_bytes(photo, "photo", desk.studio.store.blobs, scale=True)
    assert "HEIC" in caught.value.hint


# -- several -----------------------------------------------------------------------------------------------------------


def test_labels_and_order(desk: Desk, tmp_path: Path, picture: PictureMaker) -> None:
    """As they were given: files by their names, mappings by their keys, lists one after the other."""
    for name in ("my dog.png", "owl.png"):
        (tmp_path / name).write_bytes(picture(seed=len(name)))
    labels = [label for label, _ in desk.shown(["my dog.png", Path("owl.png"), picture(seed=5)])]
    assert labels == ["image 1: my dog", "image 2: owl", "image 3"]
    given = {"cat": picture(seed=7), "line\nbreak": [picture(seed=8), picture(seed=9)]}
    labels = [label for label, _ in desk.shown(given)]
    assert labels == ["image 1: cat", "image 2: line break 1", "image 3: line break 2"]


def test_a_pattern_is_its_files_in_natural_order(desk: Desk, tmp_path: Path, picture: PictureMaker) -> None:
    """cat2 before cat10; each is a reference of its own; folders are not; a pattern without a file is an error."""
    (tmp_path / "cat0.png").mkdir()
    for number in (10, 2, 1):
        (tmp_path / f"cat{number}.png").write_bytes(picture(seed=number))
    assert [label for label, _ in desk.shown("cat*.png")] == ["image 1: cat1", "image 2: cat2", "image 3: cat10"]
    assert [label for label, _ in desk.shown(str(tmp_path / "cat[12].png"))] == ["image 1: cat1", "image 2: cat2"]
    (tmp_path / "odd[1].png").write_bytes(picture(seed=4))
    assert [label for label, _ in desk.shown("odd[1].png")] == ["image 1: odd[1]"]
    assert "No file matches" in desk.refusal("dog*.png").message


def test_counts_are_checked_before_files_are_read(desk: Desk, tmp_path: Path) -> None:
    """Fifteen files that are no pictures: too many is what is said."""
    for number in range(15):
        (tmp_path / f"{number}.png").write_bytes(b"no picture")
    with pytest.raises(OptionError, match="at most 14"):
        desk.conversation.imagine("a cat", ref="*.png")
    for number in range(1001):
        (tmp_path / f"{number}.txt").touch()
    assert "more than 1000" in desk.refusal("*.txt").message


def test_a_list_that_holds_itself(desk: Desk) -> None:
    """It ends."""
    endless: list[Any] = []
    endless.append(endless)
    assert "nested too deeply" in desk.refusal(endless).message


@pytest.mark.parametrize("value", [7, 1.5, None, object(), print, os, {"a": 1}, [[1]], "x.png"])
def test_what_is_no_picture(desk: Desk, value: Any) -> None:
    """A clear error, whatever it is; None in a list too."""
    assert desk.refusal([value]).charged == "nothing sent"


def test_objects_that_bite_are_not_asked(desk: Desk) -> None:
    """No attribute of an unknown object is touched."""

    class Evil:
        def __getattribute__(self, name: str) -> Any:
            raise SystemError(name)

    assert not is_picture(Evil())
    assert "Evil" in desk.refusal([Labelled(Evil(), "evil")]).message


def test_results(desk: Desk, tmp_path: Path) -> None:
    """As they came, of this store or of another; an answer in words is none."""
    first = desk.conversation.imagine("a fox")
    desk.one(first)
    assert desk.bytes() == first.bytes
    other = studio_on(Server(answer(picture("blue"))), tmp_path / "elsewhere").conversation().imagine("a fox")
    desk.one(other)
    assert desk.bytes() == jpeg("blue")
    words = studio_on(Server(answer({"text": "No."})), tmp_path / "words").conversation().imagine("a fox")
    assert "text-only answer" in desk.refusal(words).message


# -- from outside ------------------------------------------------------------------------------------------------------


def test_urls_are_fetched(tmp_path: Path, picture: PictureMaker) -> None:
    """Once each, labelled by their file, converted like any other picture; http is refused by the fetcher itself."""
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return picture("GIF")

    desk = Desk(tmp_path, Sources(fetch=fetch))
    url = "https://pictures.example/a/my%20cat.gif?size=1"
    assert [label for label, _ in desk.shown([url, "HTTPS://pictures.example"])] == [
        "image 1: my cat",
        "image 2: pictures.example",
    ]
    assert asked == [url, "HTTPS://pictures.example"]
    assert any("converted" in notice for notice in desk.result.notices)
    assert "https" in Desk(tmp_path / "b").refusal("http://pictures.example/cat.png").message


def test_an_awaited_fetch_leaves_the_loop_free(tmp_path: Path) -> None:
    """A slow server stops the one who waits for it, not the caller's other tasks."""

    def fetch(url: str) -> bytes:
        time.sleep(0.3)
        return jpeg("blue")

    desk = Desk(tmp_path, Sources(fetch=fetch))
    ticks = 0

    async def main() -> None:
        nonlocal ticks
        task = asyncio.ensure_future(desk.conversation.aimagine("a cat", ref="https://a.example/b.png"))
        while not task.done():
            await asyncio.sleep(0.01)
            ticks += 1
        await task

    asyncio.run(main())
    assert ticks > 10
    assert desk.bytes() == jpeg("blue")


def test_the_clipboard(tmp_path: Path, picture: PictureMaker) -> None:
    """A picture, or the files that were copied; nothing in it is an error."""
    desk = Desk(tmp_path, Sources(clipboard=lambda: Image.new("RGB", (5, 4), "teal")))
    assert [(label, image.size) for label, image in desk.shown("@clipboard")] == [("image 1: clipboard", (5, 4))]
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(picture(seed=ord(name[0])))
    desk = Desk(tmp_path, Sources(clipboard=lambda: [str(tmp_path / "a.png"), str(tmp_path / "b.png")]))
    assert len(desk.shown("@clipboard")) == 2


@pytest.mark.skipif("DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ, reason="there may be a clipboard here")
def test_without_a_clipboard_the_error_is_ours(desk: Desk) -> None:
    """A kernel on a server has none."""
    assert "clipboard" in desk.refusal("@clipboard").message


# -- pictures in the prompt --------------------------------------------------------------------------------------------


def test_a_prompt_in_pieces(desk: Desk, picture: PictureMaker) -> None:
    """Pictures stand where they were put, labelled, numbered on from the references; texts stay as they are."""
    cat, dog, bird = (picture(seed=seed) for seed in (1, 2, 3))
    prompt = ["Put ", {"cat": cat}, " {beside} ", dog, "!\n"]
    result = desk.conversation.imagine(prompt, ref={"bird": bird})
    texts = [part.get("text") for part in desk.parts()]
    assert texts == ["image 1: bird", None, "Put ", "image 2: cat", None, " {beside} ", "image 3", None, "!\n"]
    assert result.exchange.prompt == "Put {cat} {beside} (picture)!"
    assert result.alt == "Put cat {beside} (picture)!"
    again = desk.conversation.imagine("and now at night")
    assert desk.server.requests[-1]["contents"][0]["parts"] == desk.server.requests[-2]["contents"][0]["parts"]
    assert again.exchange.prompt == "and now at night"


@pytest.mark.parametrize(
    ("pieces", "alt"),
    [
        (["a cup like this", None], "a cup like this (picture)"),
        ([None, "as a stamp"], "(picture) as a stamp"),
        (["like ", None, ", but red"], "like (picture), but red"),
        (["mix", None, None, "please"], "mix (picture) (picture) please"),
        ([{"my {hat}": None}, " in snow"], "my {hat} in snow"),
    ],
)
def test_an_alternative_text_can_be_read_aloud(desk: Desk, pieces: list[Any], alt: str) -> None:
    """Whatever stands beside the pictures, with a label or without."""
    shown = Image.new("RGB", (4, 4))
    given = [{key: shown for key in one} if isinstance(one, dict) else one or shown for one in pieces]
    assert desk.conversation.imagine(given).alt == alt


def test_the_words_outlive_the_kernel(desk: Desk, tmp_path: Path, picture: PictureMaker) -> None:
    """The stored conversation shows them too."""
    desk.conversation.imagine([{"cat": picture()}, " on a sofa"])
    later = Desk(tmp_path)
    later.studio.history.use("main")
    last = later.studio.conversation().last
    assert last is not None
    assert last.exchange.prompt == "{cat} on a sofa"


def test_pictures_in_the_prompt_count(desk: Desk, picture: PictureMaker) -> None:
    """Fourteen in all, wherever they stand."""
    with pytest.raises(OptionError, match="at most 14 reference pictures, not 15"):
        desk.conversation.imagine(["a ", *[picture(seed=n) for n in range(8)]], ref=[picture(seed=9)] * 7)
    desk.conversation.imagine(["a ", *[picture(seed=n) for n in range(7)]], ref=[picture(seed=9)] * 7)
    assert sum("inlineData" in part for part in desk.parts()) == 14


@pytest.mark.parametrize("prompt", [[], [""], ["  ", "\n"], [7], ["a", "half \ud83d"], 7, None, {"a": 1}])
def test_pieces_that_make_no_prompt(desk: Desk, prompt: Any) -> None:
    """An error of ours; nothing is sent."""
    with pytest.raises((OptionError, ReferenceImageError)):
        desk.conversation.imagine(prompt)
    assert desk.server.requests == []


def test_single_references_are_spelled_out() -> None:
    """`expand` reads no file and fetches nothing."""
    leaves = expand([["a.png", {"b": "c.png"}], Labelled(["d.png", "e.png"], "pair"), "https://x.example/y.png"])
    assert [leaf.label for leaf in leaves] == ["a", "b", "pair 1", "pair 2", "y"]


def test_a_drawing_on_a_pil_image_is_what_is_sent(desk: Desk) -> None:
    """Its pixels of this moment."""
    image = Image.new("RGB", (8, 8), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 7, 7), fill="red")
    assert desk.one(image).getpixel((3, 3)) == (255, 0, 0)


# -- turns -------------------------------------------------------------------------------------------------------------


def test_turns_by_the_names_that_a_cell_uses(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`@last`, `@1` and `@-2` are turns of the conversation that is asked, before `new` acts."""
    monkeypatch.chdir(tmp_path)
    desk.conversation.imagine("one").edit("two")
    assert [label for label, _ in desk.shown(["@1", {"hat": "@-2"}, "@last"])] == [
        "image 1: turn 1",
        "image 2: hat",
        "image 3: turn 2",
    ]
    with pytest.raises(ConversationError, match="has no `@last`"):
        desk.studio.conversation("night").imagine("a cat", ref="@last")


def test_a_file_wins_over_a_turn_in_python(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was a file name before still is, and a Path always."""
    monkeypatch.chdir(tmp_path)
    desk.conversation.imagine("one")
    Path("@last").write_bytes(jpeg("blue"))
    assert [label for label, _ in desk.shown("@last")] == ["image 1: @last"]


@pytest.mark.parametrize("ref", ["@", "@first", "@1.5", "@last.png", "@--1", "@9999999999"])
def test_no_ref_at_all(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ref: str) -> None:
    """A slip is told how REFs are written."""
    monkeypatch.chdir(tmp_path)
    assert "Write @last, @-2, @3, hero@3 or @clipboard." in desk.refusal(ref).lines()[-1]


@pytest.mark.parametrize(("origin", "before"), [("@1", ["one"]), ("@last", ["one", "two"]), ("@-2", ["one"])])
def test_from_takes_them_too(desk: Desk, origin: str, before: list[str]) -> None:
    """`from_="@1"` is the cell's `--from @1`."""
    desk.conversation.imagine("one").edit("two")
    desk.conversation.imagine("three", from_=origin)
    asked = [turn["parts"][0].get("text") for turn in desk.server.requests[-1]["contents"] if turn["role"] == "user"]
    assert asked == [*before, "three"]
