"""The values of axes as Python gives them: lists, columns, mappings of labels."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set, ValuesView
from datetime import date, time
from enum import Enum
from numbers import Number
from pathlib import PurePath
from typing import Any

from nbgemini._dataclass import dataclass
from nbgemini.core.grid.axes import MOST_VALUES, Axis, Value, labelled
from nbgemini.core.phrases import shortened
from nbgemini.errors import OptionError
from nbgemini.studio.pictures.bringing import is_picture
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.pictures.references import Labelled

__all__ = [
    "Fixed",
    "axis_of",
    "check_is_list",
    "fit_for_place",
    "fixed",
    "is_axis",
    "label_of",
    "plain_label",
    "scalar",
    "unwrapped",
]

_MAPPINGS = ("ref", "safety", "set")  # options for which a mapping is one value


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is a list, and no axis."""

    value: Any


def fixed(value: Any) -> Fixed:
    """A value that is a list, and no axis.

    >>> both = nb.fixed([cat, grid[1].result])  # each shot gets both pictures
    >>> nb.sweep("both, in {style}", ref=both, style=["ink"], model="flash-lite", new=True).axes
    {'style': ('ink',)}
    """
    return Fixed(value)


def is_axis(name: str, value: object) -> bool:
    """Whether a Python argument is an axis: a list is, and what stands for one."""
    kind = type(value)
    if issubclass(kind, dict):
        return name not in _MAPPINGS
    return issubclass(kind, list | tuple | range) or _is_column(value)


def _is_column(value: object) -> bool:
    """Whether it is a column of values: a Series, an index, an array of one dimension that is no picture."""
    kind = type(value)
    module = kind.__module__.partition(".")[0]
    if module in ("pandas", "polars", "pyarrow"):
        return hasattr(kind, "tolist") or hasattr(kind, "to_list")
    return module == "numpy" and getattr(value, "ndim", 0) == 1


def check_is_list(name: str, value: object) -> None:
    """Raises OptionError for what yields values and is no list: a generator runs once, and a set has no order."""
    if isinstance(value, Iterator | Set | ValuesView | deque):
        raise OptionError(
            f"`{name}` is a {type(value).__name__}, and an axis is a list.", hint=f"Write `{name}=list(…)`."
        )


def fit_for_place(name: str, value: object) -> object:
    """A value that goes into a prompt: text, or pictures. Raises OptionError for what is neither."""
    if value is None or isinstance(value, str | int | float | Labelled) or is_picture(value):
        return value
    if isinstance(value, Number | date | time):
        return str(value)
    if isinstance(value, Mapping) and value and all(is_picture(one) for one in value.values()):
        return value
    if isinstance(value, PurePath):  # whether it can be read is seen when it is
        return value
    hint = ""
    if isinstance(value, list | tuple):
        hint = "Join its texts into one."
    elif isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        hint = "A table is `shots=`, in a cell `--vary {shots}`; of anything else make a list first."
    raise OptionError(
        f"A value of `{name}` is of type {type(value).__name__}, which is neither text nor a picture.", hint=hint
    )


def axis_of(name: str, given: object) -> Axis:
    """The axis in a list, a column or a mapping of labels to values. Raises OptionError."""
    if isinstance(given, Mapping):
        pairs: list[tuple[str, object]] = [(str(label), value) for label, value in given.items()]
    else:
        pairs = [(label_of(value, number), value) for number, value in enumerate(_listed(name, given), 1)]
    if not pairs:
        raise OptionError(f"`{name}` has no values.")
    if len(pairs) > MOST_VALUES:
        raise OptionError(f"`{name}` has {len(pairs):,} values; the limit is {MOST_VALUES:,}.")
    _check_twice(name, pairs)
    return Axis(name, tuple(labelled((plain_label(label), unwrapped(value)) for label, value in pairs)))


def _listed(name: str, given: Any) -> list[Any]:
    for way in ("tolist", "to_list", "to_pylist"):
        if _is_column(given) and hasattr(given, way):
            return list(getattr(given, way)())
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise OptionError(f"The values of `{name}` must be a list, not {type(given).__name__}.")
    return list(given)


def _check_twice(name: str, pairs: Sequence[tuple[str, object]]) -> None:
    seen: dict[str, object] = {}
    for label, value in pairs:
        if label in seen and _same(seen[label], value):
            raise OptionError(
                f"`{name}` has the value `{shortened(label, 40)}` twice.",
                hint="`count` (`-n`) draws each value more than once.",
            )
        seen[label] = value


def _same(one: object, other: object) -> bool:
    one, other = (given.value if isinstance(given, Value) else given for given in (one, other))
    if one is other:
        return True
    if type(one) is not type(other) or not isinstance(one, str | int | float | bool | PurePath):
        return False
    return bool(one == other)


def unwrapped(value: object) -> object:
    """The value behind `nb.fixed`, and a missing one of a table as None."""
    value = scalar(value.value if isinstance(value, Fixed | Value | Enum) else value)
    return None if _is_missing(value) else value


def scalar(value: object) -> object:
    """A number of numpy's as one of Python's; anything else as it is."""
    item = getattr(value, "item", None)
    is_one = type(value).__module__.partition(".")[0] == "numpy" and getattr(value, "ndim", None) == 0
    return item() if is_one and callable(item) else value


def _is_missing(value: object) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in ("NAType", "NaTType")


def label_of(value: object, number: int = 1) -> str:
    """The words for a value: itself where it is plain, else what names it."""
    if isinstance(value, Value):
        return value.label
    value = value.value if isinstance(value, Fixed | Enum) else value
    if _is_missing(value):
        return "none"
    if isinstance(value, Labelled):
        return value.label or label_of(value.value, number)
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    if isinstance(value, str | int | float):
        return str(value)
    return _of_object(value, number)


def _of_object(value: object, number: int) -> str:
    if isinstance(value, Drawn):
        return f"{value.conversation_name}@{value.turn}"
    if isinstance(value, PurePath):
        return value.name
    if isinstance(value, list | tuple) and value:
        return ", ".join(label_of(item, at) for at, item in enumerate(value, 1))
    if isinstance(value, dict) and any(is_picture(one) for one in value.values()):
        return ", ".join(map(str, value))  # pictures under names of their own
    if isinstance(value, dict):
        return shortened(json.dumps(value, ensure_ascii=False, default=lambda inner: type(inner).__name__), 120)
    if is_picture(value):
        return f"picture {number}"
    try:
        text = " ".join(str(value).split())
    except Exception:  # a class of the user's may raise whatever it likes
        text = ""
    return text if 0 < len(text) <= 60 and "object at 0x" not in text else f"{type(value).__name__} {number}"


def plain_label(label: str) -> str:
    """A label that any file can hold."""
    return label.encode("utf-8", "replace").decode("utf-8")
