"""Decoding a picture when someone asks for its pixels; a damaged or monstrous one is an error of our own."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from nbgemini.core.picture import HEAD, dimensions
from nbgemini.errors import AnswerUndecodable

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["decoded"]

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST = 89_000_000  # pixels: Pillow warns of a decompression bomb above; the largest 4K picture has 17 million


def decoded(data: bytes) -> Image:
    """The picture as a PIL image, its pixels read. Raises AnswerUndecodable."""
    from PIL import Image

    width, height = dimensions(data[:HEAD])
    if width * height > _MOST:
        raise _undecodable(f"{width} × {height} pixels are too many")
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=_FORMATS)
        image.load()
    except Exception as problem:  # Pillow raises a dozen kinds for broken files
        raise _undecodable(f"{type(problem).__name__}") from None
    return image


def _undecodable(why: str) -> AnswerUndecodable:
    return AnswerUndecodable(
        f"This picture cannot be decoded: {why}.", charged="yes", hint="`.bytes` and `.path` give it as it came."
    )
