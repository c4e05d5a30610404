"""A marked place: drawn on a copy of the picture, and named in words; the original stays clean."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbgemini.errors import ReferenceImageError
from nbgemini.notebook.panel.contract import MarkShape
from nbgemini.studio.pictures.encoding import png_bytes
from nbgemini.studio.pictures.tones import on_white, upright

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

__all__ = ["cropped", "marked_copy", "place_of", "worded"]

_LONGEST = 1536  # pixels of the copy's longer side: a picture counts as the same number of tokens whatever its size
_SMALLEST = 16  # pixels of a side of a part
_INK = (255, 0, 200)  # magenta: the colour that pictures hold least
_EDGE = (255, 255, 255)


def marked_copy(image: Image, shapes: Sequence[MarkShape]) -> bytes:
    """The picture with numbered marks on it, as JPEG."""
    from PIL import Image as images
    from PIL import ImageDraw

    copy = on_white(upright(image))
    copy.thumbnail((_LONGEST, _LONGEST), images.Resampling.BILINEAR)
    wash = copy.copy()
    pen = max(3, round(max(copy.size) / 220))
    for shape in shapes:
        if shape["kind"] == "brush":
            _stroke(ImageDraw.Draw(wash), _pixels(shape, copy.size), _width(shape, copy.size, pen), _INK)
    copy = images.blend(copy, wash, 0.55)
    draw = ImageDraw.Draw(copy)
    for number, shape in enumerate(shapes, 1):
        points = _pixels(shape, copy.size)
        if shape["kind"] == "box":
            _box(draw, points, pen)
        elif shape["kind"] == "arrow":
            _arrow(draw, points, pen)
        _number(draw, str(number), points[0], pen)
    target = io.BytesIO()
    copy.save(target, "JPEG", quality=90)
    return target.getvalue()


def cropped(image: Image, box: tuple[tuple[float, float], tuple[float, float]]) -> bytes:
    """A part of the picture as PNG; `box` are its corners in fractions. Raises ReferenceImageError for a tiny one."""
    image = upright(image)
    (left, top), (right, bottom) = ((round(x * image.width), round(y * image.height)) for x, y in box)
    if right - left < _SMALLEST or bottom - top < _SMALLEST:
        raise ReferenceImageError(f"This part has fewer than {_SMALLEST} pixels a side.", hint="Draw a larger box.")
    return png_bytes(image.crop((left, top, right, bottom)))


def _pixels(shape: MarkShape, size: tuple[int, int]) -> list[tuple[float, float]]:
    return [(across * (size[0] - 1), down * (size[1] - 1)) for across, down in shape["points"]]


def _width(shape: MarkShape, size: tuple[int, int], pen: int) -> int:
    """Of a stroke, in pixels."""
    return max(2, round(shape["width"] * max(size))) if shape.get("width") else pen * 6


def _stroke(draw: ImageDraw, points: list[tuple[float, float]], width: int, ink: tuple[int, int, int]) -> None:
    half = width / 2
    draw.line(points, fill=ink, width=width, joint="curve")
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - half, y - half, x + half, y + half), fill=ink)


def _box(draw: ImageDraw, points: list[tuple[float, float]], pen: int) -> None:
    (left, right), (top, bottom) = (sorted(values) for values in zip(*points, strict=True))
    draw.rectangle((left, top, right, bottom), outline=_EDGE, width=pen + 2)
    draw.rectangle((left + 1, top + 1, max(right - 1, left + 1), max(bottom - 1, top + 1)), outline=_INK, width=pen)


def _arrow(draw: ImageDraw, points: list[tuple[float, float]], pen: int) -> None:
    (x0, y0), (x1, y1) = points
    angle, length = math.atan2(y1 - y0, x1 - x0), pen * 6
    wings = [
        (x1 - length * math.cos(angle + turn), y1 - length * math.sin(angle + turn)) for turn in (math.pi / 7, -0.45)
    ]
    for ink, width in ((_EDGE, pen + 4), (_INK, pen)):
        draw.line(points, fill=ink, width=width)
        draw.polygon([(x1, y1), *wings], fill=ink)


def _number(draw: ImageDraw, number: str, at: tuple[float, float], pen: int) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(pen * 5)
    radius = pen * 4
    x, y = max(radius, at[0]), max(radius, at[1])
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_INK, outline=_EDGE, width=max(1, pen // 2))
    draw.text((x, y), number, fill=_EDGE, font=font, anchor="mm")


def _named(notes: Sequence[str]) -> str:
    """What should change, in a line: lists of turns show the beginning of a prompt."""
    told = list(dict.fromkeys(note.strip().rstrip(".") for note in notes if note.strip()))
    return "; ".join(told) + "." if told else "Change the marked places."


def place_of(shape: MarkShape) -> str:
    """`the upper left (10–40 % from the left, 5–30 % from the top)`; an arrow's place is its tip."""
    points = shape["points"][-1:] if shape["kind"] == "arrow" else shape["points"]
    across, down = ([point[axis] for point in points] for axis in (0, 1))
    row = ("upper", "", "lower")[_third((min(down) + max(down)) / 2)]
    column = ("left", "", "right")[_third((min(across) + max(across)) / 2)]
    named = " ".join(filter(None, (row, column))) or "middle"
    named = {"upper": "top", "lower": "bottom"}.get(named, named)
    return f"the {named} ({_span(across)} from the left, {_span(down)} from the top)"


def _third(middle: float) -> int:
    return min(2, int(middle * 3))


def _span(values: Sequence[float]) -> str:
    low, high = round(100 * min(values)), round(100 * max(values))
    return f"{low} %" if low == high else f"{low}–{high} %"


def worded(prompt: str, shapes: Sequence[MarkShape], image: int = 1) -> str:
    """The prompt with words that name the marked places; `image` is the number of the marked copy."""
    typed, notes = prompt.strip(), [shape.get("note", "") for shape in shapes]
    if not typed:
        typed, notes = (notes[0], [""]) if len(notes) == 1 else (_named(notes), notes)
    lines = [typed, ""]
    for number, (shape, note) in enumerate(zip(shapes, notes, strict=True), 1):
        pointed = "what the arrow points at, " if shape["kind"] == "arrow" else ""
        lines.append(
            f"Where: mark {number} of image {image}, {pointed}in {place_of(shape)}{f': {note}' if note else '.'}"
        )
    lines.append("Keep everything else as it is. The marks only point: leave them out of the result.")
    return "\n".join(lines)
