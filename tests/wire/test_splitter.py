"""The splitter: whatever arrives in whatever pieces, skeleton and objects rebuild it byte for byte."""

from __future__ import annotations

import base64
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.skeleton import StoredText
from nbgemini.wire.splitter import SHORT, Caps, Splitter
from tests.wire.answers import image, response, split, text
from tests.wire.shelf import NullShelf, Shelf

PICTURE = bytes(range(256)) * 20
STANDARD = base64.b64encode(PICTURE)
SAFE = base64.urlsafe_b64encode(PICTURE)

# The same picture as others may spell it, and strings that are no base64 at all.
SPELLINGS: dict[str, bytes] = {
    "canonical": STANDARD,
    "url-safe": SAFE,
    "no padding": STANDARD.rstrip(b"="),
    "escaped padding": STANDARD.replace(b"=", b"\\u003d"),
    "escaped slashes": STANDARD.replace(b"/", b"\\/"),
    "lines": b"\\r\\n".join(STANDARD[at : at + 76] for at in range(0, len(STANDARD), 76)),
    "late blank": STANDARD[:-10] + b" " + STANDARD[-10:],
    "mixed alphabets": STANDARD[:3000] + SAFE[3000:],
}
OTHERS: dict[str, bytes] = {
    "words": b"no base64 at all, " * 200,
    "escapes": b'\\"data\\":\\"' * 400,
    "backslashes": b"\\\\" * 3000,
    "padding only": b"=" * 5000,
    "padding inside": STANDARD[:2000] + b"====" + STANDARD[2000:],
    "joined": STANDARD + STANDARD,
    "trailing bits": STANDARD[:-2] + b"B=",
    "utf-8": "日本".encode() * 900,
    "broken utf-8": b"\xff\xfe" * 1500,
}


def body_with(data: bytes, signature: bytes = b"c2ln") -> bytes:
    """A response whose one part carries these raw strings."""
    return (
        b'{"candidates": [{"content": {"parts": [{"text": "he said \\"data\\": \\"x\\" \\\\"}, {"inlineData":'
        b' {"mimeType": "image/png", "data" : "' + data + b'"}, "thoughtSignature":"' + signature + b'"}]}}]}'
    )


def leaf_of(body: bytes, shelf: Shelf) -> StoredText:
    value = split(body, shelf).parse()["candidates"][0]["content"]["parts"][1]["inlineData"]["data"]
    assert isinstance(value, StoredText)
    return value


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_picture_is_decoded_however_it_is_spelled(spelling: str) -> None:
    """The decoded bytes are an object; base64 that is canonical but for its padding does without the text beside it."""
    shelf, body = Shelf(), body_with(SPELLINGS[spelling])
    leaf = leaf_of(body, shelf)
    assert leaf.content is not None
    assert shelf.held[leaf.content] == PICTURE
    plain = ("canonical", "no padding", "escaped padding")
    expected = "base64" if spelling in plain else "base64url" if spelling == "url-safe" else "text"
    assert leaf.form == expected
    assert len(shelf.held) == (2 if expected == "text" else 1)
    assert shelf.rebuilt(split(body, shelf)) == body


@pytest.mark.parametrize("spelling", OTHERS)
def test_anything_else_is_kept_verbatim(spelling: str) -> None:
    """What is no base64, or not quite, is spelled out again exactly as it came."""
    shelf, body = Shelf(), body_with(OTHERS[spelling], signature=OTHERS[spelling])
    for step in (1, 7, 4096):
        assert shelf.rebuilt(split(body, shelf, step)) == body


def test_a_late_oddity_in_a_long_string_is_kept_verbatim() -> None:
    """A string that turns odd after 200 kB and goes on for as long is both rebuilt and decoded."""
    data = bytes(range(256)) * 800
    raw = base64.b64encode(data)
    raw = raw[: len(raw) // 2] + b"\\n" + raw[len(raw) // 2 :]
    shelf, body = Shelf(), body_with(raw)
    leaf = leaf_of(body, shelf)
    assert leaf.form == "text"
    assert shelf.held[leaf.content or ""] == data
    assert shelf.rebuilt(split(body, shelf)) == body


def test_long_signatures_go_to_disk_as_well() -> None:
    """Signatures of megabytes were seen; they are treated like pictures, in either spelling of the key."""
    for key in ("thoughtSignature", "thought_signature"):
        shelf = Shelf()
        skeleton = split(response(text("", **{key: STANDARD.decode()})), shelf)
        assert len(skeleton.text) < 500
        assert list(shelf.held.values()) == [PICTURE]


def test_short_strings_stay_in_the_text() -> None:
    """Nothing is written for strings of 2 kB or less."""
    shelf = Shelf()
    skeleton = split(response(image(PICTURE[: SHORT * 3 // 4])), shelf)
    assert skeleton.holes == ()
    assert shelf.held == {}


JSONISH = st.recursive(
    st.none() | st.integers() | st.text(max_size=12) | st.sampled_from(["data", '"data": "', "\\", "\u2028"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["data", "thoughtSignature", "text", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
STRINGS = [*SPELLINGS.values(), *OTHERS.values(), b"", b"AAAA", b"\\u0041" * 700]


@st.composite
def bodies(draw: Any) -> bytes:
    """JSON with long strings of all kinds in it, sometimes cut, sometimes with rubbish in between."""
    pieces = []
    for _ in range(draw(st.integers(1, 3))):
        pieces.append(json.dumps(draw(JSONISH), indent=draw(st.sampled_from([None, 1])), ensure_ascii=False).encode())
        raw = draw(st.sampled_from(STRINGS))
        key = draw(st.sampled_from([b"data", b"thoughtSignature", b"thought_signature", b"other"]))
        pieces.append(b'{"' + key + b'"' + draw(st.sampled_from([b":", b" : ", b":\n  "])) + b'"' + raw + b'"}')
        pieces.append(draw(st.sampled_from([b"", b"\\", b'"', b'"data":"', b"\x00\xff"])))
    whole = b",".join(pieces)
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.booleans()) else whole


@given(body=bodies(), steps=st.lists(st.integers(1, 3000), min_size=1, max_size=5))
def test_any_body_in_any_pieces_is_rebuilt(body: bytes, steps: list[int]) -> None:
    """Valid, cut or rubbish: what was fed comes back byte for byte, and no object is left open."""
    shelf = Shelf()
    splitter, at, turn = Splitter(shelf), 0, 0
    while at < len(body):
        step = steps[turn % len(steps)]
        splitter.feed(body[at : at + step])
        at, turn = at + step, turn + 1
    skeleton = splitter.finish()
    assert shelf.rebuilt(skeleton) == body
    assert skeleton.size == len(body)
    assert not shelf.open


@given(cut=st.integers(0, 7200))
def test_a_body_cut_anywhere_keeps_what_arrived(cut: int) -> None:
    """An unfinished picture is on disk as far as it came."""
    shelf, body = Shelf(), body_with(STANDARD)
    part = body[:cut]
    skeleton = split(part, shelf)
    assert shelf.rebuilt(skeleton) == part
    begun = part.partition(b'"data" : "')[2]
    if SHORT < len(begun) < len(STANDARD):
        assert shelf.held[skeleton.holes[0][1].sha256] == PICTURE[: len(begun) // 4 * 3]


@pytest.mark.parametrize(
    ("caps", "body", "why"),
    [
        (Caps(decoded=12_000), response(image(PICTURE), image(PICTURE), image(PICTURE)), "of pictures"),
        (Caps(text=5_000), response(image(PICTURE), text("word " * 3000)), "of text"),
        (Caps(strings=2), response(*[image(PICTURE)] * 5), "pictures and signatures"),
    ],
)
def test_caps_end_the_reading_and_keep_what_was_complete(caps: Caps, body: Any, why: str) -> None:
    """Beyond a cap nothing more is taken in; pictures that were complete before it are on disk."""
    shelf = Shelf()
    splitter, data = Splitter(shelf, caps), json.dumps(body).encode()
    for at in range(0, len(data), 500):
        splitter.feed(data[at : at + 500])
    skeleton = splitter.finish()
    assert why in splitter.full
    assert skeleton.size < len(data)
    assert PICTURE in shelf.held.values()
    assert data.startswith(shelf.rebuilt(skeleton))


def test_giving_up_leaves_no_object_open() -> None:
    """`discard` throws away what was being written."""
    shelf = Shelf()
    splitter = Splitter(shelf)
    splitter.feed(body_with(STANDARD)[:4000])
    assert shelf.open
    splitter.discard()
    assert not shelf.open


def test_a_full_disk_leaves_no_object_open() -> None:
    """When a write fails, the splitter still lets itself be discarded."""

    class Full(Shelf):
        def written(self, size: int) -> None:
            raise OSError("no space")

    shelf = Full()
    splitter = Splitter(shelf)
    with pytest.raises(OSError, match="no space"):
        splitter.feed(body_with(STANDARD))
    splitter.discard()
    assert not shelf.open


@pytest.mark.parametrize("step", [16 * 1024, 256 * 1024])
def test_memory_stays_flat(step: int) -> None:
    """A 24 MB picture passes through in less than 2 MB of memory."""
    piece = base64.b64encode(bytes(range(256)) * 3 * 1024)  # 1 MB of base64

    def feed(splitter: Splitter, write: Callable[[bytes], None]) -> None:
        write(b'{"data":"')
        for _ in range(32):
            for at in range(0, len(piece), step):
                write(piece[at : at + step])
        write(b'"}')

    splitter = Splitter(NullShelf())
    tracemalloc.start()
    feed(splitter, splitter.feed)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert splitter.received > 32 * 2**20
    assert peak < 2 * 2**20


@pytest.mark.parametrize("picture", [PICTURE, PICTURE[:90]], ids=["long", "short"])
def test_a_picture_behind_too_much_text_is_kept(picture: bytes) -> None:
    """There is no room for more words, and the picture that was paid for goes to disk all the same."""
    shelf = Shelf()
    splitter = Splitter(shelf, Caps(text=5_000))
    data = json.dumps(response(text("word " * 3000), text("more " * 3000), image(picture))).encode()
    for at in range(0, len(data), 500):
        splitter.feed(data[at : at + 500])
    skeleton = splitter.finish()
    assert "of text" in splitter.full
    assert len(skeleton.text) < 25_000
    assert picture in shelf.held.values()


def test_a_text_of_megabytes_goes_to_disk() -> None:
    """It is no reason to give up what stands behind it, and is rebuilt as it came."""
    shelf = Shelf()
    words = 'he said "\u00e4"\n' * 200_000
    data = json.dumps(response(text(words), image(PICTURE))).encode()
    skeleton = split(data, shelf, 65_536)
    assert len(skeleton.text) < 1000
    assert shelf.rebuilt(skeleton) == data
