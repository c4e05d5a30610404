"""Axes as an option line spells them: `style=watercolor,"oil, thick",ink`, `seed=1..8`, `{shots}`, `shots.csv`."""

from __future__ import annotations

import re

from nbgemini._dataclass import dataclass
from nbgemini.core.grid.axes import MOST_VALUES
from nbgemini.core.phrases import shortened
from nbgemini.errors import OptionError

__all__ = ["AxisText", "Item", "RowsText", "name_in", "parse_axis", "parse_pair", "parse_skip"]

_NAME = re.compile(r"[^\W\d][\w.-]*")
_PIECE = re.compile(r'"(?P<quoted>(?:\\"|[^"])*)"|(?P<comma>,)|(?P<brace>\{[^{}]*\})|(?P<plain>[^",{]+|\{)|(?P<open>")')
_RANGE = re.compile(r"(-?\d{1,12})\.\.(-?\d{1,12})")
_VARIABLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Item:
    """One value as it is written. `quoted`: any of it stood between quotes. `variable`: it is `{name}` and no more."""

    text: str
    quoted: bool = False

    @property
    def variable(self) -> str:
        """The name in `{name}`, where that is all of it; else empty."""
        found = None if self.quoted else _VARIABLE.fullmatch(self.text)
        return found[1].strip() if found else ""


@dataclass(frozen=True, slots=True)
class AxisText:
    """An axis as it is written."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class RowsText:
    """An explicit list: a `variable`, or the path of a `.csv` `file`."""

    variable: str = ""
    file: str = ""


def parse_axis(text: str) -> AxisText | RowsText:
    """What `--vary` is given, quotes and all. Raises OptionError."""
    text = _bare(text.strip())
    if whole := _VARIABLE.fullmatch(text):
        return RowsText(variable=whole[1].strip())
    name, equals, values = text.partition("=")
    if not equals:
        if text.strip('"').lower().endswith((".xlsx", ".xls", ".ods", ".json", ".parquet")):
            raise OptionError(
                f"`--vary {shortened(text, 60)}` is a file, and only `.csv` and `.tsv` files are read.",
                hint="Read it into a DataFrame or a list of dicts, and write `--vary {shots}`.",
            )
        if text.strip('"').lower().endswith((".csv", ".tsv")):
            return RowsText(file=text.strip('"'))
        raise OptionError(
            f"`--vary {shortened(text, 60)}` has no values.",
            hint='Write it like `--vary style=watercolor,"oil, thick"`, `--vary {shots}` or `--vary shots.csv`.',
        )
    if len(values) > 1 and values[0] == values[-1] == "'":
        raise OptionError(
            f"The values of `{shortened(name.strip(), 40)}` stand between single quotes.",
            hint='Double quotes protect a value: `--vary style="oil, thick",ink`.',
        )
    return AxisText(axis_name(name, "--vary"), tuple(_spelled_out(_items(values, name.strip()), name.strip())))


def name_in(text: str) -> str:
    """The name of the axis in what could not be read; "": a table's."""
    found = re.match(r"[\W\d]*([^\W\d][\w-]*)(\.\w)?", text)
    return "" if found is None or found[2] else found[1].replace("-", "_")


def _bare(text: str) -> str:
    """Without the quotes that stand around all of it."""
    if len(text) >= 2 and text[0] == text[-1] == "'" and "'" not in text[1:-1]:
        return text[1:-1]
    if re.fullmatch(r'"(?:\\"|[^"])*"', text) and len(text) >= 2:
        return text[1:-1].replace('\\"', '"')
    return text


def axis_name(name: str, option: str) -> str:
    """The name of an axis, as Python writes it. Raises OptionError."""
    name = name.strip().removeprefix("--")
    bare = _VARIABLE.fullmatch(name)  # `{style}=a,b` is what some will write
    name = bare[1].strip() if bare else name
    if not _NAME.fullmatch(name):
        shown = f"`{shortened(name, 40)}`" if name else "An empty name"
        raise OptionError(
            f"{shown} cannot be the name of an axis in `{option}`.", hint="Write it like `style=watercolor,ink`."
        )
    return name.replace("-", "_")


def _items(values: str, name: str) -> list[Item]:
    """The values between commas."""
    items: list[tuple[list[str], bool]] = [([], False)]
    for piece in _PIECE.finditer(values):
        if piece["comma"]:
            items.append(([], False))
        elif piece["open"]:
            raise OptionError(f"A quotation mark is not closed in the values of `{name}`.")
        elif piece["quoted"] is not None:
            parts, _ = items[-1]
            if "".join(parts).strip() == "":  # blanks before a quote are none of the value
                parts.clear()
            items[-1] = ([*parts, piece["quoted"].replace('\\"', '"')], True)
        else:
            text = piece["plain"] or piece["brace"]
            items[-1][0].append(text if not items[-1][1] or text.strip() else "")
    return [Item(text if was else text.strip(), was) for parts, was in items for text in ["".join(parts)]]


def _spelled_out(items: list[Item], name: str) -> list[Item]:
    """Ranges as their numbers. Raises OptionError for no values, and for an empty one."""
    if len(items) == 1 and not items[0].text and not items[0].quoted:
        raise OptionError(f"`{name}` has no values.", hint=f"Write it like `--vary {name}=A,B`.")
    found: list[Item] = []
    for item in items:
        if not item.text and not item.quoted:
            raise OptionError(
                f"`{name}` has an empty value between its commas.", hint='Leave it out, or write `""` for none.'
            )
        span = None if item.quoted else _RANGE.fullmatch(item.text)
        found += _range(int(span[1]), int(span[2]), name) if span else [item]
    if len(found) > MOST_VALUES:
        raise OptionError(f"`{name}` has {len(found):,} values; the limit is {MOST_VALUES:,}.")
    return found


def _range(first: int, last: int, name: str) -> list[Item]:
    if abs(last - first) >= MOST_VALUES:
        raise OptionError(f"`{name}={first}..{last}` has more than {MOST_VALUES:,} values.")
    step = 1 if last >= first else -1
    return [Item(str(number)) for number in range(first, last + step, step)]


def parse_pair(text: str) -> tuple[str, ...]:
    """The names that `--pair A,B` walks in step. Raises OptionError."""
    names = tuple(axis_name(name, "--pair") for name in _bare(text.strip()).split(","))
    if len(names) < 2:
        raise OptionError(
            f"`--pair {shortened(text, 40)}` names one axis only.", hint="Write it like `--pair style,ref`."
        )
    if len(set(names)) < len(names):
        raise OptionError(f"`--pair {shortened(text, 40)}` names an axis twice.")
    return names


def parse_skip(text: str) -> tuple[tuple[str, str], ...]:
    """The values that `--skip A=x,B=y` leaves out where all of them meet. Raises OptionError."""
    found: list[tuple[str, str]] = []
    for item in _items(_bare(text.strip()), "--skip"):
        name, equals, value = item.text.partition("=")
        if not equals or not value.strip():
            raise OptionError(
                f"`--skip {shortened(text, 60)}` names no value.", hint="Write it like `--skip style=ink,model=pro`."
            )
        found.append((axis_name(name, "--skip"), value.strip()))
    names = [name for name, _ in found]
    if doubled := next((name for name in names if names.count(name) > 1), ""):
        raise OptionError(
            f"`--skip {shortened(text, 60)}` names `{doubled}` twice, and no shot has two values of it.",
            hint="Write `--skip` once for each.",
        )
    return tuple(found)
