"""Bytes of a picture as the API takes them: passed through where possible, else converted or scaled, and said."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any, Protocol

from nbgemini.core.geotags import without_location
from nbgemini.core.models import INPUT_TYPES
from nbgemini.core.picture import FORMATS, HEAD, Picture, dimensions, sniff
from nbgemini.errors import ReferenceImageError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["LARGEST_FILE", "LARGEST_ON_VERTEX", "Keeper", "picture_from_bytes", "png_bytes", "upright_png"]

LARGEST_ON_VERTEX = 7_000_000  # bytes of a picture that travels inline (facts sheet, 1.2)
LARGEST_FILE = 100_000_000  # bytes that are read of a reference: as many as the Gemini API takes in a request
# No model draws on more than about 8192 pixels a side: a picture counts as the same number of tokens whatever its size,
# so that scaling costs the model nothing.
_LARGEST_SIDE = 8192
# What Pillow may be asked to open, by the type that the bytes show; HEIC it cannot read, and the API can.
_FORMATS = {**FORMATS, "image/avif": "AVIF"}
_QUALITY = 92


class Keeper(Protocol):
    """Where the bytes of a reference are kept; `store.blobs` is one."""

    def has(self, sha256: str, /) -> bool: ...

    def put(self, data: bytes, /) -> tuple[str, int]:
        """(SHA-256 in hex, size). Raises StoreError."""


def picture_from_bytes(
    data: bytes, name: str, blobs: Keeper, *, scale: bool = False, made: bool = False, most: int = LARGEST_ON_VERTEX
) -> tuple[Picture, tuple[str, ...]]:
    """The picture in the store, and what was done to it, a sentence each.

    `scale`: an oversized one may be scaled. `made`: the bytes were made here from pixels in memory, so that another
    encoding of them is as good. `most` is what the backend takes, in bytes. Raises ReferenceImageError.
    """
    data, media_type, notices = _fitted(data, name, scale=scale, made=made, most=most)
    sha256, size = blobs.put(data)
    width, height = dimensions(data[:HEAD])
    return Picture(sha256, size, media_type, width, height), notices


def _fitted(data: bytes, name: str, *, scale: bool, made: bool, most: int) -> tuple[bytes, str, tuple[str, ...]]:
    """(bytes, media type, notices) fit to be sent."""
    media_type = sniff(data[:HEAD])
    if media_type is None:
        raise ReferenceImageError(f"{name} is not a picture: no PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, HEIC or HEIF.")
    data, located = without_location(data)
    notices: tuple[str, ...] = ()
    if located:
        notices = (f"{name}: the place where it was taken (EXIF GPS) was left out of what is sent.",)
    image = _load(data, media_type, name) if media_type in _FORMATS else None
    if media_type not in INPUT_TYPES and image is not None:
        part = "the first frame of " if getattr(image, "n_frames", 1) > 1 else ""
        notices += (f"{name}: {part}{media_type} was converted to PNG, which the API takes.",)
        data, media_type, made = png_bytes(_upright(image)), "image/png", True
    if made and image is not None and len(data) > LARGEST_ON_VERTEX:
        data, media_type = _smaller(data, image)
    if not _is_oversized(data, image, most):
        return data, media_type, notices
    _agree(data, image, name, scale=scale, most=most)
    assert image is not None
    small, media_type = _scaled(image)
    return small, media_type, (*notices, _said(data, image, small, name))


def _is_oversized(data: bytes, image: Image | None, most: int) -> bool:
    return len(data) > most or (image is not None and max(image.size) > _LARGEST_SIDE)


def _smaller(data: bytes, image: Image) -> tuple[bytes, str]:
    """Pixels that make a large PNG, as the JPEG or WebP that a camera would have made of them."""
    image = _plain(image)
    form = "WEBP" if image.mode == "RGBA" else "JPEG"
    small = _saved(image, form)
    return (small, f"image/{form.lower()}") if len(small) < len(data) else (data, "image/png")


def _agree(data: bytes, image: Image | None, name: str, *, scale: bool, most: int) -> None:
    """Raises ReferenceImageError where an oversized picture may not, or cannot, be scaled."""
    pixels = "" if image is None else f"{image.width} × {image.height} pixels and "
    bounds = f"{_LARGEST_SIDE} pixels and {most // 1_000_000} MB"
    too_large = f"{name} has {pixels}{len(data) / 1e6:.1f} MB; references go up to {bounds}."
    if image is None:
        raise ReferenceImageError(too_large, hint="HEIC cannot be scaled here; save a smaller copy.")
    if not scale:
        raise ReferenceImageError(too_large, hint="`--yes` (in Python `yes=True`) sends a scaled copy.")


def _said(data: bytes, image: Image, small: bytes, name: str) -> str:
    width, height = dimensions(small[:HEAD])
    return (
        f"{name}: scaled from {image.width} × {image.height} ({len(data) / 1e6:.1f} MB)"
        f" to {width} × {height} ({len(small) / 1e6:.1f} MB)."
    )


def _load(data: bytes, media_type: str, name: str) -> Image:
    from PIL import Image, features

    if media_type == "image/avif" and not features.check("avif"):
        raise ReferenceImageError(f"{name} is AVIF, which the API does not take; save it as PNG or JPEG.")
    limit = Image.MAX_IMAGE_PIXELS or 89_478_485
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow thinks of a file's metadata is not ours to pass on …
            warnings.simplefilter("error", Image.DecompressionBombWarning)  # … but a bomb is
            image = Image.open(io.BytesIO(data), formats=[_FORMATS[media_type]])
            image.load()  # a file cut short is noticed here, not by the server
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ReferenceImageError(
            f"{name} has more than {limit // 1_000_000} million pixels.", hint="Save a smaller copy."
        ) from None
    except Exception as problem:  # Pillow raises many kinds for a broken file
        raise ReferenceImageError(f"{name} cannot be read as a picture: {_first_line(problem)}") from None
    return image


def _scaled(image: Image) -> tuple[bytes, str]:
    """A copy within the bounds, upright, with its colour profile."""
    image = _plain(_upright(image))
    form = "WEBP" if image.mode == "RGBA" else "JPEG"
    side = min(_LARGEST_SIDE, max(image.size))
    while True:
        image.thumbnail((side, side))
        data = _saved(image, form)
        if len(data) <= LARGEST_ON_VERTEX:
            return data, f"image/{form.lower()}"
        side = side * 3 // 4


def _plain(image: Image) -> Image:
    """In grey or RGB, or in RGBA where something shines through."""
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return image.copy()
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    opaque = image.mode == "RGBA" and image.getchannel("A").histogram()[255] == image.width * image.height
    return image.convert("RGB") if opaque else image


def _saved(image: Image, form: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, quality=_QUALITY, icc_profile=image.info.get("icc_profile"))
    return buffer.getvalue()


def _upright(image: Image) -> Image:
    """The picture as it is looked at; a copy that is encoded anew loses the note of which way is up."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # a picture whose notes are spoilt is still a picture
        return image


def png_bytes(image: Any) -> bytes:
    """A PIL image as PNG, its colour profile kept."""
    if image.mode in ("La", "RGBa", "PA"):
        image = image.convert("LA" if image.mode == "La" else "RGBA")
    if image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I;16B"):
        image = image.convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", icc_profile=image.info.get("icc_profile"))
    return buffer.getvalue()


def upright_png(image: Any) -> bytes:
    """A user's PIL image as PNG: one that comes straight from a file is turned upright as its EXIF says."""
    return png_bytes(_upright(image) if getattr(image, "format", None) else image)


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0]
