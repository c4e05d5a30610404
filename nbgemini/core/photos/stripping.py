"""What of a picture file is sent: the picture, up to its end, and no more of what rides along than tells no place.

Pixels, orientation, colour profile and marks of provenance (C2PA) stay as they are; a file without anything to leave
out is not touched. Notes that cannot be taken apart go as a whole: they may say anything.
"""

from __future__ import annotations

from collections.abc import Callable

from nbgemini.core.photos.blocks import Stripped
from nbgemini.core.photos.boxes import strip_boxes
from nbgemini.core.photos.chunked import strip_png, strip_webp
from nbgemini.core.photos.geotags import blank_places
from nbgemini.core.photos.jpegs import strip_jpeg
from nbgemini.core.picture import HEAD, sniff

__all__ = ["strip"]


def strip(data: bytes) -> Stripped:
    """The file as it is sent. Never raises: what is broken is left as it is, for the decoder to refuse."""
    by_type: dict[str | None, Callable[[bytes], Stripped]] = {
        "image/jpeg": strip_jpeg,
        "image/png": strip_png,
        "image/webp": strip_webp,
        "image/heic": strip_boxes,
        "image/heif": strip_boxes,
        "image/tiff": _tiff,
    }
    return by_type.get(sniff(data[:HEAD]), Stripped)(data)


def _tiff(data: bytes) -> Stripped:
    """A TIFF is converted, and nothing but its pixels is sent: it is only said that there was a place."""
    return Stripped(data, place=blank_places(bytearray(data)))
