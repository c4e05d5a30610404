"""Previews made while their picture comes: the same as those made later, of the right picture, and of no other."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nbgemini.notebook.show.previews import Ahead, Preview, look_ahead, make_preview, taken
from nbgemini.store.store import Store


def encoded(form: str, size: tuple[int, int] = (2400, 1700), **how: Any) -> bytes:
    """A picture with slopes, so that no two of its rows are equal."""
    bands = [Image.linear_gradient("L").resize(size).rotate(turn) for turn in (0, 90, 180)]
    target = io.BytesIO()
    Image.merge("RGB", bands).save(target, form, **how)
    return target.getvalue()


def arrive(folder: Path, onlooker: Ahead, data: bytes, *, whole: bool = True) -> str:
    """Let a picture come, piece by piece: its hash; not `whole`, it breaks off."""
    writer = Store.open(folder).arriving("abcd", onlooker).writer()
    for at in range(0, len(data), 50_000):
        writer.write(data[at : at + 50_000])
    if whole:
        return writer.finish()[0]
    writer.discard()
    return ""


@pytest.mark.parametrize(
    "data",
    [
        encoded("PNG", compress_level=1),
        encoded("JPEG"),
        encoded("JPEG", progressive=True),
        encoded("WEBP", quality=1, method=0),
        encoded("PNG", (1500, 2700), icc_profile=b"no profile", compress_level=1),
    ],
    ids=["PNG", "JPEG", "progressive", "WebP", "a PNG for Pillow"],
)
@pytest.mark.parametrize("longest", [1024, 300])
def test_it_is_the_preview_that_is_made_later(tmp_path: Path, data: bytes, longest: int) -> None:
    """To the last byte, whichever way its kind is read."""
    onlooker = look_ahead(longest)
    sha256 = arrive(tmp_path, onlooker, data)
    made = taken(sha256, longest)
    assert isinstance(made, Preview)
    assert made == make_preview(data, longest)
    assert taken(sha256, longest + 1) is None
    assert taken("0" * 64, longest) is None
    look_ahead(longest)
    assert taken(sha256, longest) is None


@pytest.mark.parametrize(
    "data", [encoded("PNG", (1900, 1000)), b"\x89PNG\r\n\x1a\n", b"no picture" * 9000], ids=["small", "head", "text"]
)
def test_what_is_quick_or_no_picture_is_not_looked_at(tmp_path: Path, data: bytes) -> None:
    """A thread costs more than it brings there."""
    onlooker = Ahead(1024)
    assert onlooker.taken(arrive(tmp_path, onlooker, data), 1024) is None


def test_it_looks_at_the_first_pictures_of_an_answer(tmp_path: Path) -> None:
    """An interim picture may come before the one that counts; an answer of very many is none to wait for."""
    onlooker, data = Ahead(1024), [encoded("JPEG", (2400, 1700 + number)) for number in range(5)]
    hashes = [arrive(tmp_path, onlooker, one) for one in data]
    made = [onlooker.taken(sha256, 1024) for sha256 in hashes]
    assert made == [*(make_preview(one) for one in data[:4]), None]


@pytest.mark.parametrize("data", [encoded("PNG")[:-200], encoded("JPEG")[:-200]], ids=["PNG", "JPEG"])
def test_what_is_damaged_is_left_to_who_shows_it(tmp_path: Path, data: bytes) -> None:
    """It says why, from the file."""
    onlooker = Ahead(1024)
    assert onlooker.taken(arrive(tmp_path, onlooker, data), 1024) is None


def test_an_answer_that_breaks_off_leaves_no_thread(tmp_path: Path) -> None:
    """Nobody waits for what does not come."""
    before, onlooker = set(threading.enumerate()), Ahead(1024)
    arrive(tmp_path, onlooker, encoded("PNG")[:300_000], whole=False)
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
        assert not thread.is_alive()
    assert onlooker.taken("", 1024) is None


def test_where_no_thread_can_be_started_it_is_made_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may have no more of them."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    onlooker = Ahead(1024)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert onlooker.taken(arrive(tmp_path, onlooker, encoded("JPEG")), 1024) is None
