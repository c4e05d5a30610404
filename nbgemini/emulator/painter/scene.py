"""What is in a picture: frozen values, and their compact JSON."""

import base64
import binascii
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from .colours import parse

LIMIT = 400  # things, items or letters in one scene; more would only be hostile


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One figure: where it stands is kept in fractions, so that every ratio and size shows the same scene."""

    id: int = 0
    kind: str = ""
    u: float = 0.5  # across the width
    v: float = 0.5  # down its plane: on the ground 0 is the horizon, 1 the lower edge
    size: float = 0.3  # its height in stage units (about the short side)
    room: float = 1.0  # the share of the width it may take
    plane: str = "ground"  # sky, air, wall, ground, front
    seed: int = 0
    colour: str = ""
    material: str = ""
    flip: bool = False
    by: int = -1  # the id of the thing it is placed by
    how: str = ""  # on, above, below, left, right, front, behind, wears, beside, in
    text: str = ""
    picture: int = -1  # which of the scene's pictures it shows
    hidden: bool = False  # gone, but still what another thing is placed by


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """A line or two of set text."""

    text: str = ""
    place: str = "top"  # top, middle, bottom
    colour: str = ""
    size: float = 1.0
    font: str = "bold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A label and its number in a chart."""

    label: str = ""
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Numbers or steps to be drawn: bar, pie, line, flow, cycle."""

    kind: str = "bar"
    items: tuple[Item, ...] = ()
    colour: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accent:
    """A trace of words that nothing in the vocabulary answers to."""

    words: str = ""
    seed: int = 0
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A picture before it is painted."""

    seed: int = 0
    words: str = ""
    place: str = "meadow"
    time: str = "day"
    weather: str = "clear"
    season: str = "summer"
    style: str = ""
    things: tuple[Thing, ...] = ()
    letters: tuple[Letters, ...] = ()
    chart: Chart | None = None
    accents: tuple[Accent, ...] = ()
    tints: tuple[str, ...] = ()  # "sky=#aabbcc"
    palette: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    photo: bytes = b""
    zoom: float = 1.0

    def dump(self) -> bytes:
        """Compact JSON, the same bytes for the same scene."""
        return json.dumps(_plain(self), separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def load(cls, data: bytes) -> "Scene":
        """The scene of a dump; ``ValueError`` for anything else."""
        try:
            plain = json.loads(data)
            return _scene(plain)
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError, binascii.Error) as error:
            raise ValueError(f"not a scene: {error}") from None

    def tint(self, part: str) -> str:
        """The colour asked for ``part`` of the backdrop ("sky", "ground", "background"), or ``""``."""
        asked = next((text.partition("=")[2] for text in self.tints if text.partition("=")[0] == part), "")
        return asked if parse(asked) else ""

    def thing(self, number: int) -> Thing | None:
        return next((thing for thing in self.things if thing.id == number), None)

    @property
    def shown(self) -> tuple[Thing, ...]:
        return tuple(thing for thing in self.things if not thing.hidden)

    @property
    def next_id(self) -> int:
        return max((thing.id for thing in self.things), default=-1) + 1


def _plain(value: Any) -> Any:
    """JSON for a value of ours; fields at their defaults are left out."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, str | int) or value is None:
        return value
    return {
        field.name: _plain(getattr(value, field.name))
        for field in fields(value)
        if getattr(value, field.name) != field.default
    }


def _scene(plain: object) -> Scene:
    parts: dict[str, Callable[[object], object]] = {
        "things": _many(lambda item: _value(Thing, item)),
        "letters": _many(lambda item: _value(Letters, item)),
        "accents": _many(lambda item: _value(Accent, item)),
        "chart": _chart,
        "photo": _bytes,
        "pictures": _many(_bytes),
        "tints": _many(_text),
        "palette": _many(_text),
        "grade": _many(_text),
        "without": _many(_text),
    }
    scene: Scene = _value(Scene, plain, parts)
    return scene


def _chart(plain: object) -> Chart | None:
    if plain is None:
        return None
    chart: Chart = _value(Chart, plain, {"items": _many(lambda item: _value(Item, item))})
    return chart


def _many(reader: Callable[[object], object]) -> Callable[[object], object]:
    def read(plain: object) -> object:
        if not isinstance(plain, list) or len(plain) > LIMIT:
            raise ValueError("a list is expected")
        return tuple(reader(item) for item in plain)

    return read


def _value(shape: Any, plain: object, parts: dict[str, Callable[[object], object]] | None = None) -> Any:
    """A dataclass from its JSON; every name, type and range is checked, since the bytes may come from anywhere."""
    if not isinstance(plain, dict):
        raise ValueError(f"{shape.__name__} must be an object")
    known = {field.name: field.default for field in fields(shape)}
    given: dict[str, object] = {}
    for name, item in plain.items():
        if name not in known:
            raise ValueError(f"unknown field {name!r:.40}")
        reader = (parts or {}).get(name)
        given[name] = reader(item) if reader else _same_type(item, known[name])
    return shape(**given)


def _same_type(item: object, default: object) -> object:
    if isinstance(default, bool):
        if isinstance(item, bool):
            return item
    elif isinstance(default, int):
        if isinstance(item, int) and not isinstance(item, bool) and abs(item) < 2**53:
            return item
    elif isinstance(default, float):
        if isinstance(item, int | float) and not isinstance(item, bool) and math.isfinite(item) and abs(item) < 1e15:
            return float(item)
    elif isinstance(item, str):
        return _text(item)
    raise ValueError(f"{item!r:.40} is not of the type of {default!r}")


def _text(item: object) -> str:
    if not isinstance(item, str) or len(item) > 4000:
        raise ValueError("a text is expected")
    return item


def _bytes(item: object) -> bytes:
    if not isinstance(item, str):
        raise ValueError("base64 is expected")
    return base64.b64decode(item, validate=True)
