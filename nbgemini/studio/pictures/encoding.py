"""Bytes of a picture as the API takes them: passed through where possible, else converted or scaled, and said."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Protocol

from nbgemini.core.models import INPUT_TYPES
from nbgemini.core.picture import FORMATS, HEAD, Picture, dimensions, sniff
from nbgemini.errors import ReferenceImageError
from nbgemini.studio.pictures.decoding import frames_of, telling_frame
from nbgemini.studio.pictures.tones import UnknownWhite, eight_bits, encoded, is_turned, plain, upright
from nbgemini.studio.silence import quiet

if TYPE_CHECKING:
    from PIL.Image import Image

    from nbgemini.core.photos.blocks import Stripped

__all__ = [
    "LARGEST_FILE",
    "LARGEST_ON_VERTEX",
    "Keeper",
    "first_line",
    "picture_from_bytes",
    "png_bytes",
    "upright_png",
]

LARGEST_ON_VERTEX = 7_000_000  # bytes of a picture that travels inline (facts sheet, 1.2)
LARGEST_FILE = 100_000_000  # bytes that are read of a reference: as many as the Gemini API takes in a request
# No model draws on more than about 8192 pixels a side: a picture counts as the same number of tokens whatever its size,
# so that scaling costs the model nothing.
_LARGEST_SIDE = 8192
# What Pillow may be asked to open, by the type that the bytes show; HEIC it cannot read, and the API can.
_FORMATS = {**FORMATS, "image/avif": "AVIF"}
_IN_MEMORY = r"\s*<[\w.]+ object at 0x[0-9a-fA-F]+>"
_SCALE_IT = "Scale it to 0…255 and convert it to `L` or `RGB`."
# What a file that is no picture is instead, by its first bytes: each is a slip that people make.
_OTHERS = (
    (b"version https://git-lfs", "is a pointer of Git LFS, not the picture itself", "Fetch it with `git lfs pull`."),
    (b"%PDF", "is a PDF, not a picture", "Save the page as PNG."),
    (b"<svg", "is an SVG drawing, which the API does not take", "Save it as PNG."),
    (b"<!doctype html", "is a web page, not a picture", "Give the address of the picture itself."),
    (b"<html", "is a web page, not a picture", "Give the address of the picture itself."),
)


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
    with quiet():
        data, media_type, notices = _fitted(data, name, scale=scale, made=made, most=most)
    sha256, size = blobs.put(data)
    width, height = dimensions(data[:HEAD])
    return Picture(sha256, size, media_type, width, height), notices


def _fitted(data: bytes, name: str, *, scale: bool, made: bool, most: int) -> tuple[bytes, str, tuple[str, ...]]:
    """(bytes, media type, notices) fit to be sent."""
    media_type = sniff(data[:HEAD])
    if media_type is None:
        raise _no_picture(data, name)
    from nbgemini.core.photos.stripping import strip  # a dozen modules, for references alone

    stripped = strip(data)
    data, notices = stripped.data, _left_out(stripped, name)
    image = _load(data, media_type, name) if media_type in _FORMATS else None
    if image is not None and (change := _needed_change(image, media_type, data[-2:])):
        notices += (f"{name}: {change}",)
        data, media_type, made = png_bytes(upright(image)), "image/png", True
    if made and image is not None and len(data) > LARGEST_ON_VERTEX:
        data, media_type = _smaller(data, upright(image))
    if not _is_oversized(data, image, most):
        return data, media_type, notices
    _agree(data, image, name, scale=scale, most=most)
    assert image is not None
    small, media_type = _scaled(image)
    return small, media_type, (*notices, _said(data, image, small, name))


def _no_picture(data: bytes, name: str) -> ReferenceImageError:
    """What it is instead."""
    if not data:
        return ReferenceImageError(f"{name} is empty: it has 0 bytes.")
    begin = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, what, hint in _OTHERS:
        if begin.startswith(mark.lower()) or (mark == b"<svg" and begin.startswith(b"<?xml") and mark in begin):
            return ReferenceImageError(f"{name} {what}.", hint=hint)
    return ReferenceImageError(f"{name} is not a picture: no PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, HEIC or HEIF.")


def _left_out(stripped: Stripped, name: str) -> tuple[str, ...]:
    """What of a file is not sent, a sentence each."""
    notices = []
    if stripped.place:
        notices.append(f"{name}: the place where it was taken (such as EXIF GPS) was not sent.")
    if stripped.behind:
        size = f"{stripped.behind / 1e6:.1f} MB" if stripped.behind >= 100_000 else f"{stripped.behind:,} bytes"
        notices.append(f"{name}: {size} after the end of the picture, such as a video, were not sent.")
    if stripped.unknown:
        notices.append(f"{name}: camera notes that nbgemini cannot read were not sent.")
    return tuple(notices)


def _needed_change(image: Image, media_type: str, tail: bytes) -> str:
    """Why a file cannot go as it is, in words; empty when it can. An animation is at its telling frame then."""
    if media_type == "image/jpeg" and tail != b"\xff\xd9":
        return "nothing marks the end of the picture, so only its pixels were converted to PNG."
    number, several = telling_frame(image), frames_of(image) > 1
    frame = f"frame {number} of the {media_type}, the first that shows anything," if number > 1 else media_type
    if media_type not in INPUT_TYPES:
        part = "the first frame of " if several and number == 1 else ""
        return f"{part}{frame} was converted to PNG, which the API takes."
    if number > 1:
        return f"{frame} was converted to PNG: the API looks at the first."
    if media_type in ("image/png", "image/webp") and is_turned(image):  # in these, few readers look at the note
        return "it was turned upright, as its EXIF says, and converted to PNG."
    return ""


def _is_oversized(data: bytes, image: Image | None, most: int) -> bool:
    return len(data) > most or (image is not None and max(image.size) > _LARGEST_SIDE)


def _smaller(data: bytes, image: Image) -> tuple[bytes, str]:
    """Pixels that make a large PNG, as the JPEG or WebP that a camera would have made of them."""
    image = plain(image)
    form = "WEBP" if image.mode == "RGBA" else "JPEG"
    small = encoded(image, form)
    return (small, f"image/{form.lower()}") if len(small) < len(data) else (data, "image/png")


def _agree(data: bytes, image: Image | None, name: str, *, scale: bool, most: int) -> None:
    """Raises ReferenceImageError where an oversized picture may not, or cannot, be scaled."""
    pixels = "" if image is None else f"{image.width} × {image.height} pixels and "
    bounds = f"{_LARGEST_SIDE} pixels and {most // 1_000_000} MB"
    too_large = f"{name} has {pixels}{len(data) / 1e6:.1f} MB; references go up to {bounds}."
    if image is None:
        raise ReferenceImageError(too_large, hint="HEIC cannot be scaled here; save a smaller copy.")
    if not scale:
        raise ReferenceImageError(too_large, hint="`--yes` sends a scaled copy.")


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
        image = Image.open(io.BytesIO(data), formats=[_FORMATS[media_type]])
        if image.width * image.height > limit:
            raise Image.DecompressionBombError
        image.load()  # a file cut short is noticed here, not by the server
        eight_bits(image)
    except UnknownWhite as problem:
        raise ReferenceImageError(
            f"{name} is a picture of numbers ({problem}), and nbgemini cannot tell which number is white.",
            hint=_SCALE_IT,
        ) from None
    except Image.DecompressionBombError:
        raise ReferenceImageError(
            f"{name} has more than {limit // 1_000_000} million pixels.", hint="Save a smaller copy."
        ) from None
    except Exception as problem:  # Pillow raises many kinds for a broken file
        raise ReferenceImageError(
            f"{name} cannot be read as a picture: {_what_is_broken(problem)}.", hint="Export or download it again."
        ) from None
    return image


def _what_is_broken(problem: Exception) -> str:
    """Pillow's words are for programmers; whoever dropped a file wants to know what to do with it."""
    return "the file ends too early" if "truncated" in str(problem).lower() else "its data is damaged"


def _scaled(image: Image) -> tuple[bytes, str]:
    """A copy within the bounds, upright, with its colour profile."""
    image = plain(upright(image))
    form = "WEBP" if image.mode == "RGBA" else "JPEG"
    side = min(_LARGEST_SIDE, max(image.size))
    while True:
        image.thumbnail((side, side))
        data = encoded(image, form)
        if len(data) <= LARGEST_ON_VERTEX:
            return data, f"image/{form.lower()}"
        side = side * 3 // 4


def png_bytes(image: Image) -> bytes:
    """A PIL image as PNG, its colour profile kept. Raises UnknownWhite."""
    image = eight_bits(image)
    if image.mode in ("1", "L", "P", "RGB", "LA", "RGBA"):
        return encoded(image, "PNG")
    if image.mode in ("La", "RGBa", "PA"):
        return encoded(image.convert("LA" if image.mode == "La" else "RGBA"), "PNG")
    return encoded(plain(image), "PNG")


def upright_png(image: Image) -> bytes:
    """A user's PIL image as PNG: one that comes straight from a file is turned upright as its EXIF says."""
    with quiet():
        return png_bytes(upright(_telling(image)) if getattr(image, "format", None) else image)


def _telling(image: Image) -> Image:
    """Of an animation that its user has not wound, the first frame that shows anything; it is wound back."""
    if frames_of(image) < 2 or image.tell():
        return image
    try:
        return image.copy() if telling_frame(image) > 1 else image
    finally:
        image.seek(0)


def first_line(problem: Exception) -> str:
    """What a foreign exception says, in one line without a full stop; where an object lies in memory is left out."""
    return (re.sub(_IN_MEMORY, "", str(problem)).strip().splitlines() or [type(problem).__name__])[0].rstrip(".")
