"""An explicit list of shots: a table, a list of mappings, a file of rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from nbgemini.core.grid.axes import MOST_VALUES, Dimension, Value, rows_of
from nbgemini.errors import OptionError
from nbgemini.tuning.wishes.axis_values import label_of, plain_label, unwrapped

__all__ = ["rows_from"]


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
    values = [_row(row, number) for number, row in enumerate(_whole_again(rows), 1)]
    if not any(values):
        raise OptionError(f"`{source}` has no values.")
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for number, row in enumerate(values, 1):
        key = tuple(sorted((name, value.label) for name, value in row.items()))
        if key in seen:
            raise OptionError(
                f"Rows {seen[key]} and {number} of `{source}` are the same.",
                hint="`count` (`-n`) draws each more than once.",
            )
        seen[key] = number
    return rows_of([name for name in names if any(name in row for row in values)], values)


def _whole_again(rows: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """With the whole numbers of a column that a missing value had made floats of, as pandas does."""
    gaps = {name for row in rows for name, value in row.items() if isinstance(value, float) and math.isnan(value)}
    whole = {
        name
        for name in gaps
        if all(isinstance(row.get(name), float) and (math.isnan(row[name]) or row[name].is_integer()) for row in rows)  # type: ignore[arg-type,attr-defined]  # floats
    }
    if not whole:
        return list(rows)
    return [
        {name: int(value) if name in whole and value == value else value for name, value in row.items()}  # type: ignore[call-overload]
        for row in rows
    ]


def _row(row: Mapping[str, object], number: int) -> dict[str, Value]:
    found = {}
    for name, value in row.items():
        plain = unwrapped(value)
        if plain is not None:
            found[_column(name, "")] = Value(plain_label(label_of(plain, number)), plain)
    return found


def _records(given: Any, source: str) -> list[Mapping[str, object]]:
    if hasattr(type(given), "to_dicts"):  # polars
        given = given.to_dicts()
    elif hasattr(type(given), "to_dict") and hasattr(given, "columns"):
        names = list(given.columns)
        if doubled := next((str(name) for name in names if names.count(name) > 1), ""):
            raise OptionError(f"`{source}` has the column `{doubled}` twice.")
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
    import csv

    try:
        with Path(path).expanduser().open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            between = "\t" if path.lower().endswith(".tsv") else ";" if ";" in head and "," not in head else ","
            rows = list(_cells(csv.reader(file, delimiter=between), path))
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
