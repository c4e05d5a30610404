"""Real picture files for tests, made with Pillow, the same bytes every time."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image

__all__ = ["make_picture", "noise"]


def noise(width: int, height: int, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """A picture that does not compress to nothing: every pixel depends on its place and on `seed`."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(seed).randbytes(width * height * bands))


def make_picture(
    form: str = "PNG", size: tuple[int, int] = (48, 32), *, mode: str = "RGB", seed: int = 1, **save: Any
) -> bytes:
    """The bytes of a picture file. `save` goes to Pillow: `progressive=True`, `lossless=True`, `exif=…`."""
    file = io.BytesIO()
    noise(*size, mode=mode, seed=seed).save(file, form, **save)
    return file.getvalue()
