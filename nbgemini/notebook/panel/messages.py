"""Messages of a page, read with suspicion: known verbs, known shapes, numbers within their caps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from nbgemini._dataclass import dataclass
from nbgemini.core.options import ImageOptions
from nbgemini.core.safety import parse_safety
from nbgemini.errors import OptionError
from nbgemini.notebook.panel.contract import (
    CHUNK,
    LONGEST_PROMPT,
    MOST_IDS,
    MOST_MARKS,
    MOST_PARTS,
    MOST_POINTS,
    Marks,
    MarkShape,
)

__all__ = ["FORM", "Chunk", "Message"]

FORM = (
    "model", "aspect", "size", "count", "thinking", "search", "thoughts", "tier", "seed", "safety", "system", "prompt",
)  # fmt: skip
_PARSED = ("aspect", "size", "thinking", "search", "tier", "seed")
_LONGEST_WORD = 200  # characters of a name or an id
_MOST_AXES = 6
_LONGEST_VALUES = 4000
_LONGEST_NOTE = 2000
_BROADEST = 0.2  # of a picture's longer side


def _refused(why: str) -> OptionError:
    return OptionError(
        f"The page sent something that the panel does not accept: {why}.", hint="Run the panel's cell again."
    )


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of an upload; `part` counts from 0."""

    upload: str
    name: str
    part: int
    parts: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What a page sent. Every reader raises OptionError for what is not as the contract tells."""

    content: Mapping[str, Any]
    buffers: Sequence[Any] = ()

    @classmethod
    def of(cls, content: object, buffers: object) -> Message:
        if not isinstance(content, Mapping):
            raise _refused("no object")
        return cls(content, buffers if isinstance(buffers, list | tuple) else ())

    @property
    def verb(self) -> str:
        return self.word("do")

    def word(self, name: str, longest: int = _LONGEST_WORD) -> str:
        """A text; "" when it is not there."""
        value = self.content.get(name, "")
        if not isinstance(value, str) or len(value) > longest:
            raise _refused(f"`{name}` is not a text of at most {longest} characters")
        return value

    @property
    def prompt(self) -> str:
        return self.word("prompt", LONGEST_PROMPT)

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of several words."""
        value = self.word(name)
        if value not in allowed:
            raise _refused(f"`{name}` is not one of {', '.join(allowed)}")
        return value

    def flag(self, name: str) -> bool:
        """True only when it is said."""
        return self.content.get(name) is True

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number within limits."""
        value = self.content.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _refused(f"`{name}` is not a whole number from {low} to {high}")
        return value

    def ids(self) -> tuple[str, ...]:
        """The ids that something is asked of."""
        value = self.content.get("ids")
        if not isinstance(value, list) or len(value) > MOST_IDS:
            raise _refused(f"`ids` is not a list of at most {MOST_IDS}")
        if not all(isinstance(one, str) and len(one) <= _LONGEST_WORD for one in value):
            raise _refused("an id is not a short text")
        return tuple(value)

    def form(self) -> dict[str, str | int | bool]:
        """What it says of the form."""
        words: dict[str, str | int | bool] = {}
        for name in FORM:
            if name in self.content:
                words[name] = self._control(name)
        ImageOptions.parse({name: words[name] for name in _PARSED if words.get(name)})
        if words.get("safety"):
            parse_safety({"harassment": words["safety"]})
        return words

    def _control(self, name: str) -> str | int | bool:
        if name == "count":
            return self.whole(name, 1, 1000)
        return self.flag(name) if name == "thoughts" else self.word(name, LONGEST_PROMPT)

    def chunk(self) -> Chunk:
        """The piece of an upload that it carries."""
        parts = self.whole("parts", 1, MOST_PARTS)
        part = self.whole("part", 0, parts - 1)
        if len(self.buffers) != 1:
            raise _refused("a piece of a picture without its bytes")
        data = bytes(self.buffers[0])
        if not 0 < len(data) <= CHUNK:
            raise _refused(f"a piece of a picture has {len(data):,} bytes; the limit is {CHUNK:,}")
        return Chunk(self.word("upload"), self.word("name"), part, parts, data)

    def box(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Two corners of a part of a picture, the upper left one first."""
        points = self.content.get("box")
        if not isinstance(points, list) or len(points) != 2:
            raise _refused("a part of a picture has two corners")
        (x0, y0), (x1, y1) = (_point(one) for one in points)
        return (min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))

    def axes(self) -> list[tuple[str, str]]:
        """The names of axes, and their values as they were typed."""
        value = self.content.get("axes")
        if not isinstance(value, list) or not 0 < len(value) <= _MOST_AXES:
            raise _refused(f"`axes` is not a list of 1 to {_MOST_AXES} axes")
        told = [Message.of(one, ()) for one in value]
        return [(one.word("name"), one.word("values", _LONGEST_VALUES)) for one in told]

    def marks(self) -> Marks | None:
        """What is marked, or None."""
        value = self.content.get("marks")
        if value is None:
            return None
        shapes = value.get("shapes") if isinstance(value, Mapping) else None
        if not isinstance(shapes, list) or not isinstance(value.get("turn"), str) or len(shapes) > MOST_MARKS:
            raise _refused(f"`marks` is not a turn with at most {MOST_MARKS} shapes")
        return {"turn": value["turn"], "shapes": [_shape(one) for one in shapes]} if shapes else None


def _shape(value: object) -> MarkShape:
    if not isinstance(value, Mapping) or value.get("kind") not in ("box", "arrow", "brush"):
        raise _refused("a mark is not a box, arrow or stroke")
    kind: Literal["box", "arrow", "brush"] = value["kind"]
    points, note = value.get("points"), value.get("note", "")
    most = MOST_POINTS if kind == "brush" else 2
    if not isinstance(points, list) or not (1 if kind == "brush" else 2) <= len(points) <= most:
        raise _refused(f"a {kind} has at most {most} points")
    if not isinstance(note, str) or len(note) > _LONGEST_NOTE:
        raise _refused(f"a note is a text of at most {_LONGEST_NOTE} characters")
    shape: MarkShape = {"kind": kind, "points": [_point(one) for one in points], "note": " ".join(note.split())}
    if kind == "brush" and "width" in value:
        shape["width"] = min(_BROADEST, _fraction(value["width"]))
    return shape


def _point(value: object) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise _refused("a point has two numbers")
    across, down = (_fraction(one) for one in value)
    return across, down


def _fraction(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _refused("a point has two numbers")
    return min(1.0, max(0.0, float(value)))
