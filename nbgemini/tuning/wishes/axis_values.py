"""The values of axes as Python gives them: lists, columns, mappings of labels, tables, files of rows."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from nbgemini.core.grid.axes import MOST_VALUES, Axis, Dimension, Value, labelled, rows_of
from nbgemini.core.phrases import shortened
from nbgemini.errors import OptionError
from nbgemini.studio.pictures.bringing import is_picture
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.pictures.references import Labelled

__all__ = ["Fixed", "axis_of", "fixed", "is_axis", "label_of", "rows_from", "table_file"]

_MAPPINGS = ("ref", "safety", "set")  # options for which a mapping is one value


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is a list, and no axis."""

    value: Any


def fixed(value: Any) -> Fixed:
    """A value that is a list: `nb.sweep(…, ref=nb.fixed([cat, owl]), style=["ink", "oil"])`."""
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
    return Axis(name, tuple(labelled((_plain_label(label), _unwrapped(value)) for label, value in pairs)))


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
    if one is other:
        return True
    if type(one) is not type(other) or not isinstance(one, str | int | float | bool | PurePath):
        return False
    return bool(one == other)


def _unwrapped(value: object) -> object:
    """The value behind `nb.fixed`, and a missing one of a table as None."""
    value = value.value if isinstance(value, Fixed | Value) else value
    item = getattr(value, "item", None)
    if type(value).__module__.partition(".")[0] == "numpy" and getattr(value, "ndim", None) == 0 and callable(item):
        value = item()
    return None if _is_missing(value) else value


def _is_missing(value: object) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in ("NAType", "NaTType")


def label_of(value: object, number: int = 1) -> str:
    """The words for a value: itself where it is plain, else what names it."""
    if isinstance(value, Value):
        return value.label
    value = value.value if isinstance(value, Fixed) else value
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


def _plain_label(label: str) -> str:
    """A label that any file can hold."""
    return label.encode("utf-8", "replace").decode("utf-8")


def rows_from(given: object, *, source: str = "shots") -> Dimension:
    """An explicit list: a DataFrame, a list of mappings, or the path of a CSV file. Raises OptionError."""
    if isinstance(given, str | PurePath):
        return rows_from(table_file(str(given)), source=str(given))
    rows = _records(given, source)
    if not rows:
        raise OptionError(f"`{source}` has no rows.")
    if len(rows) > MOST_VALUES:
        raise OptionError(f"`{source}` has {len(rows):,} rows; the limit is {MOST_VALUES:,}.")
    names = list(dict.fromkeys(_column(name, source) for row in rows for name in row))
    values = [_row(row, number) for number, row in enumerate(rows, 1)]
    if not any(values):
        raise OptionError(f"`{source}` has no values.")
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for number, row in enumerate(values, 1):
        key = tuple(sorted((name, value.label) for name, value in row.items()))
        if key in seen:
            raise OptionError(
                f"Rows {seen[key]} and {number} of `{source}` are the same.",
                hint="`count` (`-n`) draws each value more than once.",
            )
        seen[key] = number
    return rows_of([name for name in names if any(name in row for row in values)], values)


def _row(row: Mapping[str, object], number: int) -> dict[str, Value]:
    found = {}
    for name, value in row.items():
        plain = _unwrapped(value)
        if plain is not None:
            found[_column(name, "")] = Value(_plain_label(label_of(plain, number)), plain)
    return found


def _records(given: Any, source: str) -> list[Mapping[str, object]]:
    if hasattr(type(given), "to_dicts"):  # polars
        given = given.to_dicts()
    elif hasattr(type(given), "to_dict") and hasattr(given, "columns"):
        given = given.to_dict("records")
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise OptionError(f"`{source}` is a DataFrame or a list of mappings, not {type(given).__name__}.")
    rows = list(given)
    if wrong := next((at for at, row in enumerate(rows, 1) if not isinstance(row, Mapping)), 0):
        raise OptionError(f"Row {wrong} of `{source}` is not a mapping of columns to values.")
    return rows


def _column(name: object, source: str) -> str:
    text = str(name).strip().replace("-", "_")
    if not isinstance(name, str) or not text:
        raise OptionError(
            f"A column of `{source}` has no name." if not text else f"`{text}` cannot be a column's name."
        )
    return "from_" if text == "from" else text


def table_file(path: str) -> list[dict[str, object]]:
    """The rows of a CSV file with a line of names; empty cells say nothing. Raises OptionError."""
    try:
        with Path(path).expanduser().open(encoding="utf-8-sig", newline="") as file:
            rows = list(_cells(csv.reader(file, delimiter="\t" if path.lower().endswith(".tsv") else ","), path))
    except OptionError:  # which is a ValueError
        raise
    except OSError as error:
        raise OptionError(f"`{path}` cannot be read: {error.strerror or type(error).__name__}.") from None
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise OptionError(f"`{path}` is not a CSV file in UTF-8: {str(error)[:80]}.") from None
    return rows


def _cells(lines: Iterator[list[str]], path: str) -> Iterator[dict[str, object]]:
    names = [name.strip() for name in next(lines, [])]
    if not any(names):
        raise OptionError(f"`{path}` has no line of names.")
    if doubled := next((name for name in names if names.count(name) > 1), ""):
        raise OptionError(f"`{path}` has the column `{doubled}` twice.")
    for number, cells in enumerate(lines, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names):
            raise OptionError(f"Line {number} of `{path}` has more cells than there are names.")
        row: dict[str, object] = {
            name: cell.strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()
        }
        yield row
