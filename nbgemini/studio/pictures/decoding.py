"""Decoding a picture when someone asks for its pixels; a damaged or monstrous one is an error of our own.

And of an animation, which frame stands for it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from nbgemini.core.picture import HEAD, dimensions
from nbgemini.errors import AnswerUndecodable
from nbgemini.studio.silence import quiet

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MOST_PIXELS", "decoded", "frames_of", "load", "telling_frame"]

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST_FRAMES = 50  # of an animation that are looked at
MOST_PIXELS = 89_000_000  # Pillow warns of a decompression bomb above; the largest 4K picture has 17 million


def decoded(data: bytes) -> Image:
    """The picture as a PIL image, its pixels read. Raises AnswerUndecodable."""
    width, height = dimensions(data[:HEAD])
    if width * height > MOST_PIXELS:
        raise _undecodable(f"{width} × {height} pixels are too many")
    try:
        return load(data, _FORMATS)
    except Exception as problem:  # Pillow raises a dozen kinds for broken files
        raise _undecodable(f"{type(problem).__name__}") from None


def load(data: bytes, formats: tuple[str, ...]) -> Image:
    """The picture with its pixels read, of one of the `formats` by Pillow's names. Raises whatever Pillow raises."""
    from PIL import Image

    with quiet():
        image: Image.Image = Image.open(io.BytesIO(data), formats=formats)
        if image.width * image.height > MOST_PIXELS:  # of a kind whose head does not tell its size
            raise ValueError("too many pixels")
        image.load()
    return image


def _undecodable(why: str) -> AnswerUndecodable:
    return AnswerUndecodable(
        f"This picture cannot be decoded: {why}.", charged="yes", hint="`.bytes` and `.path` have it as it came."
    )


def frames_of(image: Image) -> int:
    """How many frames it has: 1 where no frame after the first can be found in a broken file."""
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:  # Pillow raises many kinds for a broken file
        return 1


def telling_frame(image: Image) -> int:
    """Wind an animation to that frame, and say which it is, from 1: the first where all are empty.

    A frame is empty when nothing in it is opaque, or when it has one colour and a later one has more.
    """
    frames = min(frames_of(image), _MOST_FRAMES)
    seen = [_colours(image, number) for number in range(frames)] if frames > 1 and _colours(image, 0) < 2 else [2]
    best = max(seen)
    number = seen.index(best)
    image.seek(number)
    image.load()
    return number + 1


def _colours(image: Image, number: int) -> int:
    """0 when nothing shows, 1 for one colour, 2 for more; of a frame that cannot be read 0."""
    try:
        image.seek(number)
        frame = image.convert("RGBA")
    except Exception:  # Pillow raises many kinds for a broken file
        return 0
    if frame.getchannel("A").getextrema() == (0, 0):
        return 0
    return 2 if any(low != high for low, high in frame.getextrema()) else 1  # type: ignore[misc]  # a pair a band
