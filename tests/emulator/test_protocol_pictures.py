"""Pictures that go in: types by their first bytes, sizes by their headers, and whether they are whole."""

from __future__ import annotations

import base64
import contextlib
import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nbgemini.emulator import painter
from nbgemini.emulator.answering import easel
from nbgemini.emulator.apierrors import ApiError
from nbgemini.emulator.requests import inspecting

from .protocol_kit import FLASH, SMALL, Caller, Json, asked, candidate, inline, picture, size_of, user
from .protocol_kit import pictures as pictures_of


def saved(kind: str, mode: str = "RGB", size: tuple[int, int] = (123, 45), **options: Any) -> bytes:
    """A picture of this kind, with some detail in it."""
    buffer = io.BytesIO()
    Image.effect_noise(size, 40).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def heic(width: int, height: int) -> bytes:
    """The boxes of a HEIC file as far as its size: a tile first, then the picture."""
    extents = [struct.pack(">I4sIII", 20, b"ispe", 0, *pair) for pair in ((16, 16), (width, height))]
    return struct.pack(">I4s4sI", 16, b"ftyp", b"heic", 0) + b"".join(extents)


PICTURES = {
    "png": saved("PNG"),
    "palette png": saved("PNG", "P"),
    "jpeg": saved("JPEG"),
    "progressive jpeg": saved("JPEG", progressive=True),
    "grey jpeg": saved("JPEG", "L"),
    "cmyk jpeg": saved("JPEG", "CMYK"),
    "commented jpeg": saved("JPEG", comment=b"\xff\xc0" * 40),
    "lossy webp": saved("WEBP"),
    "lossless webp": saved("WEBP", lossless=True),
    "alpha webp": saved("WEBP", "RGBA"),
    "heic": heic(123, 45),
}


@pytest.mark.parametrize("name", PICTURES)
def test_types_and_sizes(name: str) -> None:
    """Read from the bytes, without a decoder."""
    assert inspecting.sniff(PICTURES[name]) == f"image/{name.split()[-1]}"
    assert inspecting.size(PICTURES[name]) == (123, 45)
    inspecting.check(PICTURES[name])


@pytest.mark.parametrize("name", [name for name in PICTURES if name != "heic"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_pictures_that_are_cut_short(name: str, share: float) -> None:
    """Whole is whole."""
    whole = PICTURES[name]
    with pytest.raises(ApiError, match="Unable to process input image"):
        inspecting.check(whole[: int(len(whole) * share)])


@pytest.mark.parametrize(("orientation", "seen"), [(1, (123, 45)), (3, (123, 45)), (6, (45, 123)), (8, (45, 123))])
def test_photos_of_phones_are_seen_upright(orientation: int, seen: tuple[int, int]) -> None:
    """They lie in their file, and a note says which way is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = saved("JPEG", exif=exif)
    assert inspecting.size(photo) == seen
    assert inspecting.size(inspecting.upright(photo)) == seen
    assert (inspecting.upright(photo) == photo) == (orientation == 1)


def test_a_picture_of_too_many_pixels() -> None:
    """Refused by its header, before memory is spent on it."""
    head = PICTURES["png"]
    bomb = head[:16] + struct.pack(">II", 60_000, 60_000) + head[24:]
    with pytest.raises(ApiError, match="Unable to process input image"):
        inspecting.check(bomb)


@given(st.sampled_from(sorted(PICTURES)), st.integers(0, 60), st.binary(min_size=1, max_size=8))
def test_spoilt_headers_are_refusals_not_failures(name: str, at: int, junk: bytes) -> None:
    """Whatever the bytes, the outcome is a size or a 400."""
    spoilt = PICTURES[name][:at] + junk + PICTURES[name][at + len(junk) :]
    with contextlib.suppress(ApiError):
        width, height = inspecting.size(spoilt)
        assert width * height > 0


@pytest.mark.parametrize("name", PICTURES)
def test_every_type_goes_in(name: str) -> None:
    """A picture of any type, declared as any of them, is taken and its shape followed."""
    status, answer = Caller().post(asked(user("add a hat", inline(PICTURES[name], "image/PNG")), config=SMALL), FLASH)
    assert status == 200
    *_, part = answer["candidates"][0]["content"]["parts"]
    assert size_of(part)[1] == (784, 336)


def test_a_large_photo_is_quick() -> None:
    """Twelve megapixels of a phone."""
    photo = picture(4000, 3000, "JPEG")
    assert inspecting.size(photo) == (4000, 3000)
    inspecting.check(photo)


def drawn_from(*parts: Any) -> Json:
    """The image part of an answer to one user turn."""
    answer = Caller().draw(user(*parts))
    return next(part for part in candidate(answer)["content"]["parts"] if "inlineData" in part)


def test_names_of_pictures_are_no_words_of_the_prompt() -> None:
    """A label right before a picture names it; as a prompt it would draw a cat."""
    shown = inline(picture())
    labelled = drawn_from("image 1: a black cat", shown, "a lighthouse by the sea")
    assert labelled == drawn_from(shown, "a lighthouse by the sea")
    assert labelled != drawn_from(shown, "image 1: a black cat", "a lighthouse by the sea")


def test_a_picture_is_edited_or_shown_as_the_words_say() -> None:
    """Words of change edit it; a prompt for something new takes it as a reference."""
    shown = inline(picture(colour="blue"))
    edited, new = drawn_from(shown, "make it night"), drawn_from(shown, "a mug on a table")
    current = drawn_from("image 1: the current picture", shown, "with a small red balloon")

    def corner(part: Json) -> tuple[int, ...]:
        with Image.open(io.BytesIO(base64.b64decode(part["inlineData"]["data"]))) as opened:
            return opened.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[return-value]

    assert corner(edited)[2] > 1.4 * corner(edited)[0]
    assert corner(new)[2] < 1.4 * corner(new)[0]
    assert corner(current)[2] > 1.4 * corner(current)[0]


def test_a_further_sample_is_another_picture() -> None:
    """Equal requests have equal pictures; a client that counts them gets one of its own each time, a seed aside."""
    caller = Caller()

    def drawn(sample: str = "", **config: int) -> Any:
        body = asked("a fox in a forest", config={**SMALL, **config})
        status, answer = caller.post(body, **({"x-nbgemini-sample": sample} if sample else {}))
        assert status == 200
        return pictures_of(answer)[0]["inlineData"]["data"]

    first = drawn()
    assert drawn() == drawn("0") == drawn("x") == first
    assert drawn("2") == drawn("2")
    assert len({first, drawn("1"), drawn("2"), drawn("3")}) == 4
    assert drawn("1", seed=7) == drawn(seed=7) != first


@pytest.mark.parametrize(
    "words", ["A poster of this chart", "This figure as a watercolor", "my graph as a chalk drawing"]
)
def test_a_chart_that_comes_along_is_the_picture(words: str) -> None:
    """A figure of the user's is restyled; no chart of other numbers is drawn in its place."""
    answer = Caller().draw(user(words, inline(picture())))
    said = "".join(part.get("text", "") for part in candidate(answer)["content"]["parts"])
    assert "chart of" not in said
    drawn = base64.b64decode(pictures_of(answer)[0]["inlineData"]["data"])
    with Image.open(io.BytesIO(drawn)) as opened:
        red, green, blue = opened.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    assert red > 1.3 * max(green, blue)


def test_a_picture_asked_for_again_is_the_same_and_what_is_kept_of_them_is_bounded() -> None:
    """The pictures painted last are at hand, the oldest go first, and what holds a user's picture is not kept."""
    recent, scene = easel.Recent(40_000), painter.Scene(words="a hill")
    how = (64, 48, "image/png")
    first = recent.painted(scene, *how)
    assert recent.painted(scene, *how) is first
    assert recent.painted(scene, *how) == painter.paint(scene, *how)
    assert recent.painted(scene, 48, 64, "image/png") != first
    for seed in range(1, 20):
        recent.painted(painter.Scene(words="a hill", seed=seed), *how)
    assert recent.painted(scene, *how) is not first
    mine = painter.Scene(photo=picture())
    assert recent.painted(mine, *how) is not recent.painted(mine, *how)
