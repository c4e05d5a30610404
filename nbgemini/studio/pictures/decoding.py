"""Decoding a picture when someone asks for its pixels; a damaged or monstrous one is an error of our own."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbgemini.core.picture import FORMATS, HEAD, Picture, dimensions
from nbgemini.errors import AnswerUndecodable

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["decoded", "flaw", "quiet"]

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST = 89_000_000  # pixels: Pillow warns of a decompression bomb above; the largest 4K picture has 17 million
_PIXELS_PER_BYTE = 9000  # no compression makes more of a byte: what claims so is a bomb
_LOCK = threading.Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """Pillow warns of what it finds odd in a file; none of that helps who asked for a picture."""
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def decoded(data: bytes) -> Image:
    """The picture as a PIL image, its pixels read. Raises AnswerUndecodable."""
    width, height = dimensions(data[:HEAD])
    if width * height > _MOST:
        raise _undecodable(f"{width} × {height} pixels are too many")
    try:
        return _read(data, _FORMATS)
    except Exception as problem:  # Pillow raises a dozen kinds for broken files
        raise _undecodable(f"{type(problem).__name__}") from None


def flaw(picture: Picture, data: bytes) -> str:
    """Why a picture that came is none that can be seen, in a few words; empty where it can, or where nobody here can
    tell.
    """
    form, pixels = FORMATS.get(picture.media_type), picture.width * picture.height
    if pixels > _MOST:
        return f"{picture.width} × {picture.height} pixels in {len(data):,} bytes" if _is_bomb(pixels, data) else ""
    if form is None:
        return ""
    try:
        _read(data, (form,))
    except MemoryError:
        return ""
    except Exception as problem:
        return f"its {form} data cannot be decoded ({type(problem).__name__})"
    return ""


def _is_bomb(pixels: int, data: bytes) -> bool:
    return pixels > _PIXELS_PER_BYTE * len(data)


def _read(data: bytes, formats: tuple[str, ...]) -> Image:
    """Raises whatever Pillow raises."""
    from PIL import Image

    with quiet():
        image: Image.Image = Image.open(io.BytesIO(data), formats=formats)
        if image.width * image.height > _MOST:  # of a kind whose head does not tell its size
            raise ValueError("too many pixels")
        image.load()
    return image


def _undecodable(why: str) -> AnswerUndecodable:
    return AnswerUndecodable(
        f"This picture cannot be decoded: {why}.", charged="yes", hint="`.bytes` and `.path` give it as it came."
    )
