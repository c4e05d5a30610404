"""What a user shows to the model, brought into the store: results, PIL images, bytes and files become `Picture`s."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgemini.core.models import INPUT_TYPES
from nbgemini.core.pictures import HEAD, Picture, dimensions, sniff
from nbgemini.errors import ReferenceImageError
from nbgemini.store.blobs import Blobs

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Labelled", "Reference", "bring_in", "picture_from_bytes"]

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_LARGEST_FILE = 100_000_000  # bytes: more than one request may hold


@dataclass(frozen=True, slots=True)
class Labelled:
    """A reference with the words that name it in the request."""

    value: object
    label: str = ""


Reference = object  # a result, a PIL image, bytes, a Path or a file name, each also as `Labelled`


def bring_in(references: Sequence[Reference], blobs: Blobs) -> tuple[tuple[tuple[str, Picture], ...], tuple[str, ...]]:
    """(label, picture) pairs in order, and notices about what was converted. Raises ReferenceImageError."""
    pictures, notices = [], []
    for number, given in enumerate(references, 1):
        labelled = given if isinstance(given, Labelled) else Labelled(given)
        label, picture, notice = _one(labelled, number, blobs)
        pictures.append((label, picture))
        notices += [notice] if notice else []
    return tuple(pictures), tuple(notices)


def _one(reference: Labelled, number: int, blobs: Blobs) -> tuple[str, Picture, str]:
    value, name = reference.value, reference.label or f"reference {number}"
    stored = getattr(value, "picture", None)
    if isinstance(stored, Picture) and blobs.has(stored.sha256):
        return reference.label, stored, ""
    if isinstance(value, bytes | bytearray | memoryview):
        return (reference.label, *picture_from_bytes(bytes(value), name, blobs))
    if isinstance(value, str | os.PathLike):
        path = Path(value).expanduser()
        return (reference.label or path.stem, *picture_from_bytes(_read(path), path.name, blobs))
    data = getattr(value, "bytes", None)
    if isinstance(data, bytes):  # a result of another store
        return (reference.label, *picture_from_bytes(data, name, blobs))
    if hasattr(value, "save") and hasattr(value, "getbands"):
        return (reference.label, *picture_from_bytes(_png(value), name, blobs))
    raise ReferenceImageError(
        f"{name} is a {type(value).__name__}, not a picture.",
        hint="A reference is a result, a PIL image, bytes, a Path or a file name.",
    )


def picture_from_bytes(data: bytes, name: str, blobs: Blobs) -> tuple[Picture, str]:
    """The picture in the store, and a notice when it had to be converted. Raises ReferenceImageError."""
    media_type = sniff(data[:HEAD])
    if media_type is None:
        raise ReferenceImageError(f"{name} is not a picture: no PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or HEIF.")
    notice = ""
    if media_type not in ("image/heic", "image/heif", "image/avif"):  # Pillow alone cannot read these
        image = _load(data, name)
        if media_type not in INPUT_TYPES:
            data, notice = _png(image), f"{name}: {media_type} was converted to PNG, which the API takes."
            media_type = "image/png"
    elif media_type not in INPUT_TYPES:
        raise ReferenceImageError(f"{name} is {media_type}, which the API does not take; save it as PNG or JPEG.")
    sha256, size = blobs.put(data)
    width, height = dimensions(data[:HEAD])
    return Picture(sha256, size, media_type, width, height), notice


def _read(path: Path) -> bytes:
    """The bytes of a regular file; a pipe or a device is refused without waiting on it."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as problem:
        why = "there is no such file" if isinstance(problem, FileNotFoundError) else problem.strerror
        raise ReferenceImageError(f"`{path}` cannot be read: {why}.") from None
    except ValueError:
        raise ReferenceImageError("The file name of a reference holds a NUL character.") from None
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        raise ReferenceImageError(f"`{path}` is not a regular file.")
    with os.fdopen(handle, "rb") as file:
        if about.st_size > _LARGEST_FILE:
            raise ReferenceImageError(f"`{path}` has {about.st_size / 1e6:.0f} MB; a request takes 100 MB at most.")
        return file.read()


def _load(data: bytes, name: str) -> Image:
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            image.load()  # a file cut short is noticed here, not by the server
    except Exception as problem:  # Pillow raises many kinds for a broken file
        raise ReferenceImageError(f"{name} cannot be read as a picture: {_first_line(problem)}") from None
    return image


def _png(image: Any) -> bytes:
    buffer = io.BytesIO()
    if image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        image = image.convert("RGB")
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0]
