"""What a notebook holds as a picture, as the bytes of one: arrays, figures, IPython's images, captured outputs.

The libraries are never imported here: a value of theirs can only be met where they are loaded already.
"""

from __future__ import annotations

import base64
import binascii
import io
import math
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbgemini.core.phrases import counted
from nbgemini.core.picture import HEAD, sniff
from nbgemini.errors import ReferenceImageError
from nbgemini.studio.pictures.encoding import first_line, png_bytes, upright_png
from nbgemini.studio.pictures.tones import UnknownWhite

if TYPE_CHECKING:
    import os

__all__ = ["MADE", "as_bytes", "class_name", "kind_of"]

MADE = ("image", "array", "figure", "axes")  # kinds that are pixels, encoded here

_SLACK = 0.001  # by which floats may miss 0 and 1, as they do after a resampling: less than a step of eight bits
_MOST_PIXELS = 89_000_000  # of an array: Pillow's own bound against bombs


def kind_of(value: object) -> str | None:
    """Which kind of picture a value is ("array", "figure", "axes", "image", "shown", "captured", "bytes"), or None.

    Looks at classes alone, so that no code of the value's own runs.
    """
    names = {_full_name(base) for base in _bases(type(value))}
    for kind, known in _KINDS.items():
        if names & known:
            return kind
    return None


# The slots of `type` itself: a metaclass of the user's cannot answer in its place.
_bases = type.__dict__["__mro__"].__get__
_name = type.__dict__["__qualname__"].__get__
_module = type.__dict__["__module__"].__get__


def class_name(kind: type) -> str:
    """The name of a class, without asking its metaclass."""
    return str(_name(kind))


def _full_name(kind: type) -> str:
    module = _module(kind)  # classes written in C, numpy's among them, do not have it in their dictionary
    return f"{module}.{_name(kind)}" if type(module) is str else ""


_KINDS = {
    "image": {"PIL.Image.Image"},
    "array": {"numpy.ndarray"},
    "figure": {"matplotlib.figure.FigureBase"},
    "axes": {"matplotlib.axes._base._AxesBase"},
    "shown": {"IPython.core.display.Image"},
    "captured": {"IPython.utils.capture.CapturedIO"},
    "bytes": {"builtins.bytes", "builtins.bytearray", "builtins.memoryview"},
}


def as_bytes(value: Any, name: str) -> bytes | str | os.PathLike[str] | None:
    """The bytes of a picture, a file or URL that a value stands for, or None for what is no picture.

    Raises ReferenceImageError for a value that should be one.
    """
    kind = kind_of(value)
    if kind == "bytes":
        return bytes(value)
    if kind == "image":
        return _image(value, name)
    if kind == "array":
        return _array(value, name)
    if kind in ("figure", "axes"):
        return _figure(value, name, axes=kind == "axes")
    if kind == "shown":
        return _shown(value, name)
    return _captured(value, name) if kind == "captured" else None


def _image(image: Any, name: str) -> bytes:
    """A PIL image, which may still lie in a file that is gone or broken."""
    try:
        return upright_png(image)
    except UnknownWhite as problem:
        raise ReferenceImageError(
            f"{name} is a PIL image of {problem}: which value is white is unknown.",
            hint="Scale it to 0…255 and convert it to `L` or `RGB`.",
        ) from None
    except Exception as problem:  # Pillow raises many kinds for a file that cannot be read
        why = f"{type(problem).__name__}: {first_line(problem)}"
    raise ReferenceImageError(f"{name} cannot be read as a picture: {why}.")


# -- numpy -------------------------------------------------------------------------------------------------------------


def _array(array: Any, name: str) -> bytes:
    """A grey, RGB or RGBA array of 0…255, 0.0…1.0 or False/True. What could mean two things is refused."""
    from PIL import Image

    numpy = sys.modules["numpy"]
    array = numpy.asarray(array)
    _check_shape(array.shape, name)
    levels = _levels(array, name, numpy)
    if levels.ndim == 3 and levels.shape[2] == 1:
        levels = levels[:, :, 0]
    return png_bytes(Image.fromarray(numpy.ascontiguousarray(levels)))


def _check_shape(shape: tuple[int, ...], name: str) -> None:
    sides = " × ".join(map(str, shape)) or "a single number"
    if 0 in shape:
        raise ReferenceImageError(f"{name} is an empty array ({sides}).")
    if len(shape) == 4:
        raise ReferenceImageError(f"{name} is an array of {sides}: several pictures.", hint="Give `list(…)` of it.")
    if len(shape) == 3 and shape[0] in (1, 3, 4) and min(shape[1:]) > 4:
        hint = "Move its channels to the end: `numpy.moveaxis(array, 0, -1)`."
        raise ReferenceImageError(f"{name} is an array of {sides}: its channels come first.", hint=hint)
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in (1, 3, 4)):
        why = f": {counted(shape[2], 'channel')} at its end" if len(shape) == 3 else ""
        hint = "A picture is height × width (grey), height × width × 3 (RGB) or × 4 (RGBA)."
        raise ReferenceImageError(f"{name} is an array of {sides}, not a picture{why}.", hint=hint)
    if shape[0] * shape[1] > _MOST_PIXELS:
        raise ReferenceImageError(f"{name} is an array of {sides}: too many pixels.", hint="Scale it down first.")


def _levels(array: Any, name: str, numpy: Any) -> Any:
    """The array as 0…255."""
    kind = array.dtype.kind
    if kind == "b":
        return array.astype(numpy.uint8) * 255
    if kind == "f":
        low, high = float(array.min()), float(array.max())
        if not (low >= -_SLACK and high <= 1.0 + _SLACK):  # NaN included
            raise _beyond(low, high, name)
        return numpy.rint(array.astype(numpy.float64).clip(0.0, 1.0) * 255.0).astype(numpy.uint8)
    if array.dtype == numpy.uint8:
        return array
    raise ReferenceImageError(
        f"{name} is an array of {array.dtype}: whether its white is 1, 255 or 65535 is unknown.",
        hint="Make it `uint8` (0 to 255), floats from 0 to 1, or bool.",
    )


def _beyond(low: float, high: float, name: str) -> ReferenceImageError:
    """Floats that are no tones, and why."""
    if not (math.isfinite(low) and math.isfinite(high)):
        why, hint = "has values without a size (NaN or infinite)", "Replace them: `numpy.nan_to_num(array)`."
    else:
        why = f"goes from {low:.9g} to {high:.9g}"
        hint = "Divide it, or make it `uint8` if it goes from 0 to 255."
    return ReferenceImageError(f"{name} is a float array that {why}; a picture's floats go from 0 to 1.", hint=hint)


# -- matplotlib --------------------------------------------------------------------------------------------------------


def _figure(value: Any, name: str, *, axes: bool) -> bytes:
    """A figure as its own canvas draws it; axes among others are cut out. pyplot hears nothing of it."""
    figure = value.figure if axes else value
    root = getattr(figure, "figure", None) or figure  # a subfigure is drawn by its figure
    buffer = io.BytesIO()
    try:
        part = value if root is not figure or (axes and len(root.axes) > 1) else None
        box = None if part is None else _box(part, root)
        root.savefig(buffer, format="png", bbox_inches=box, pad_inches=0.05)
    except Exception as problem:  # drawing runs the user's own artists
        why = f"{type(problem).__name__}: {first_line(problem)}"
        raise ReferenceImageError(f"{name} cannot be drawn: {why}.") from None
    return buffer.getvalue()


def _box(part: Any, root: Any) -> Any:
    """Where a part of a figure stands, in inches."""
    root.draw_without_rendering()  # a layout engine moves axes when it draws
    box = part.get_tightbbox()
    return box.transformed(root.dpi_scale_trans.inverted()) if kind_of(part) == "axes" else box


# -- IPython -----------------------------------------------------------------------------------------------------------


def _shown(value: Any, name: str) -> bytes | str:
    """An `IPython.display.Image`: its data, its file or its URL."""
    data = getattr(value, "data", None)
    if isinstance(data, bytes):
        return data
    if isinstance(data, str) and (decoded := _decoded(data)):
        return decoded
    for source in (getattr(value, "filename", None), getattr(value, "url", None)):
        if source:
            return str(source)
    raise ReferenceImageError(f"{name} is an IPython Image without data.")


def _captured(value: Any, name: str) -> bytes:
    """The last picture among the outputs of a `%%capture` cell."""
    for output in reversed(value.outputs):
        data = getattr(output, "data", None)
        for media_type, content in data.items() if isinstance(data, Mapping) else ():
            found = content if isinstance(content, bytes) else _decoded(content)
            if str(media_type).startswith("image/") and found and sniff(found[:HEAD]):
                return found
    raise ReferenceImageError(f"{name} is the output of a cell that showed no picture.")


def _decoded(content: object) -> bytes | None:
    if not isinstance(content, str):
        return None
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
