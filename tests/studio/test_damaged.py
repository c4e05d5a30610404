"""Pictures that nobody can open: no turn, no passing cell, no next edit's input, and nothing paid for is lost."""

from __future__ import annotations

import base64
import random
import re
import struct
import tracemalloc
import warnings
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nbgemini.core.picture import Picture, dimensions, sniff
from nbgemini.errors import AnswerEmpty
from nbgemini.studio.sending.soundness import Inspector, flaw
from tests.studio.server import Server, answer, jpeg, picture, studio_on
from tests.support.pictures import make_picture

PNG = make_picture("PNG", (60, 40), seed=1)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG that may claim more than it holds."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def with_size(data: bytes, width: int, height: int) -> bytes:
    """A JPEG with another size in its header."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def inline(data: bytes) -> dict[str, Any]:
    encoded = base64.b64encode(data).decode()
    return {"inlineData": {"mimeType": "image/png", "data": encoded}, "thoughtSignature": "c2ln"}


LARGE = png(3000, 2000, random.Random(2).randbytes(300_000))
DAMAGED = {
    "a large PNG with a wrong checksum": LARGE[:90] + b"!!" + LARGE[92:],
    "no JPEG inside": b"\xff\xd8\xff\xe0" + bytes(range(200)) * 20 + b"\xff\xd9",
    "0 × 0": png(0, 0),
    "0 × 0 as JPEG": with_size(jpeg(), 0, 0),
    "60,000 × 60,000": png(60_000, 60_000, bytes(9)),
    "9,000 × 9,000": png(9_000, 9_000, bytes(99)),
    "a wrong checksum": PNG[:60] + bytes([PNG[60] ^ 255]) + PNG[61:],
    "a GIF without a frame": b"GIF89a\x40\x00\x40\x00\x00\x00\x00;",
    "no WebP inside": b"RIFF" + struct.pack("<I", 40) + b"WEBPVP8 " + bytes(32),
    "no HEIC inside": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100),
    "an AVIF without its list": b"\0\0\0\x14ftypavif\0\0\0\0avif" + b"\0\0\0\x10mdat" + bytes(8),
    "a heavy PNG whose pixels are no zlib stream": PNG[:33] + chunk(b"IDAT", bytes(300_000)) + chunk(b"IEND", b""),
    "a heavy PNG with a wrong checksum": PNG[:33] + chunk(b"IDAT", bytes(300_000))[:-1] + b"!" + chunk(b"IEND", b""),
    "a bomb of a PNG": png(2000, 2000, bytes(11_000_000)),
    "a PNG that is cut": PNG[:-40],
    "a JPEG that is cut": jpeg()[:-60],
    "a JPEG without tables": jpeg()[:2] + b"\xff\xda\x00\x02" + bytes(200) + b"\xff\xd9",
    "a PNG of too few pixels": png(100, 100, bytes(500)),
    "a PNG whose pixels are no zlib stream": PNG[:33] + chunk(b"IDAT", b"no stream at all") + chunk(b"IEND", b""),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_picture_fails_and_is_kept(tmp_path: Path, name: str) -> None:
    """Three lines, its bytes under the id that they name, and a history without it."""
    data = DAMAGED[name]
    server = Server(answer(inline(data)), answer(picture("blue")))
    studio = studio_on(server, tmp_path)
    talk = studio.conversation()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(AnswerEmpty) as caught:
            talk.imagine("a cat")
    assert len(caught.value.lines()) == 3
    assert caught.value.charged == "yes"
    found = re.search(r"Its bytes are kept as they came: `%imagine recover (\w+)`", caught.value.hint)
    assert found is not None
    (kept,) = [one.exchange for one in studio.orphans.listed()]
    assert kept.id == found[1]
    assert kept.picture is not None
    assert studio.store.blobs.read(kept.picture.sha256) == data
    assert talk.exchanges == ()
    talk.imagine("a dog")
    assert [turn["role"] for turn in server.requests[1]["contents"]] == ["user"]


def test_what_is_whole_passes(tmp_path: Path) -> None:
    """Odd metadata included: what Pillow says of that stays with it."""
    exif = b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01\x03\0" + b"\xff" * 30
    odd = jpeg()[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg()[2:]
    server = Server(answer(inline(odd)), answer(inline(PNG)))
    talk = studio_on(server, tmp_path).conversation()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert talk.imagine("a cat").bytes == odd
        assert talk.imagine("a dog").bytes == PNG


def test_a_huge_picture_that_may_be_one_is_not_judged(tmp_path: Path) -> None:
    """It is large enough for what it claims, and too large to be opened to look."""
    huge, file = Picture("0" * 64, 9, "image/png", 20_000, 20_000), tmp_path / "picture"
    file.write_bytes(bytes(100_000))
    assert flaw(huge, file) == ""
    file.write_bytes(bytes(1000))
    assert "20000 × 20000 pixels in 1,000 bytes" in flaw(huge, file)
    file.write_bytes(b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x0cmeta\0\0\0\0" + b"\0\0\0\0mdat" + bytes(99))
    assert flaw(Picture("0" * 64, 9, "image/heic", 0, 0), file) == ""


def test_a_heavy_png_is_not_inflated(tmp_path: Path) -> None:
    """A megabyte takes longer to inflate than all else that is done to it; what says enough is the beginning."""
    noise, file = random.Random(1).randbytes(900 * 600 * 3), tmp_path / "picture"
    Image.frombytes("RGB", (900, 600), noise).save(file, "PNG")
    size = file.stat().st_size
    tracemalloc.start()
    try:
        assert flaw(Picture("0" * 64, size, "image/png", 900, 600), file) == ""
        assert tracemalloc.get_traced_memory()[1] < 500_000 < size
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("piece", [1, 7, 5000, 1 << 20])
def test_it_is_the_same_while_it_comes_and_afterwards(tmp_path: Path, piece: int) -> None:
    """Whatever the pieces, the same is wrong with it; what was seen of one picture says nothing of another."""
    whole = {"whole": PNG, "light": png(3000, 2000, bytes(99)), "heavy": LARGE, "with bytes behind": LARGE + bytes(9)}
    damaged = {"cut": LARGE[:-9], "no end": LARGE[:-12] + LARGE[-4:]}
    for name, data in {**DAMAGED, **whole, **damaged}.items():
        walked, told = Inspector(), Picture("1" * 64, len(data), "image/png", 100, 100)
        walk, file = walked.begin(data[:40]), tmp_path / "picture"
        file.write_bytes(data)
        if walk is not None:
            for at in range(0, len(data), piece):
                walk.take(data[at : at + piece])
            walk.sha256 = told.sha256
        assert name not in damaged or walk is not None
        assert walked.flaw(told, file) == flaw(told, file), name
        assert name not in whole or walked.flaw(told, file) == "", name
        assert name not in damaged or walked.flaw(told, file) != "", name
        file.write_bytes(PNG)
        assert walked.flaw(replace(told, sha256="2" * 64), file) == "", name


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1", "CMYK", "I;16"])
def test_what_pillow_writes_is_sound(tmp_path: Path, form: str, mode: str) -> None:
    """Every mode that a format has, interlaced and progressive ones too."""
    drawn, file = Image.effect_mandelbrot((61, 37), (-2, -1, 1, 1), 20), tmp_path / "picture"
    try:
        drawn.convert(mode).save(file, form, progressive=True)
    except (OSError, ValueError):
        pytest.skip(f"{form} has no {mode}")
    data = file.read_bytes()
    kind = sniff(data)
    assert kind is not None
    assert flaw(Picture("0" * 64, len(data), kind, *dimensions(data)), file) == ""
