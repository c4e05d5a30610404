"""Where each shot of a sweep stands on its sheet: rows, columns and blocks, with heads that say only what differs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from nbgemini._dataclass import dataclass
from nbgemini.errors import OptionError

__all__ = ["FITTING", "Block", "Layout", "Spot", "axes_named", "lay_out", "lay_out_in_order"]

FITTING = 8  # tiles beside each other

Heads = tuple[str, ...]  # the labels of one step of a dimension


@dataclass(frozen=True, slots=True)
class Spot:
    """A shot to be placed: its number, its labels by axis and its sample."""

    number: int
    labels: Mapping[str, str]
    sample: int


@dataclass(frozen=True, slots=True)
class Block:
    """One table. `heads` are (axis, label) of what all its shots have; `cells` hold numbers, by row and column.

    Without `columns` it is a flow of tiles without heads.
    """

    heads: tuple[tuple[str, str], ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[int, int], tuple[int, ...]]

    @property
    def width(self) -> int:
        """How many tiles its widest cell has side by side."""
        return max((len(numbers) for numbers in self.cells.values()), default=1)


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of a sheet in order. `row_axis` and `column_axis` name what their heads are values of.

    `stacked`: samples stand above each other, else beside each other. `fixed` is how many tiles a flow has beside each
    other, 0 for as many as there is room for.
    """

    blocks: tuple[Block, ...]
    row_axis: str = ""
    column_axis: str = ""
    stacked: bool = False
    fixed: int = 0


def lay_out(
    spots: Sequence[Spot],
    dimensions: Sequence[Sequence[str]],
    *,
    rows: str = "",
    columns: str = "",
    fitting: int = FITTING,
) -> Layout:
    """Lay shots out. `dimensions` are the axes, those together that are walked in step; the ones without a choice are
    left out. `rows` and `columns` name an axis each. Raises OptionError.
    """
    for name in filter(None, (rows, columns)):
        if not any(name in names for names in dimensions):
            raise OptionError(f"`{name}` is not an axis of this sheet.")
    if rows and rows == columns:
        raise OptionError("Rows and columns are two axes.")
    varying = [tuple(names) for names in dimensions if len(_steps(spots, names)) > 1]
    across, down, beyond = _chosen(varying, dimensions, spots, rows, columns, fitting)
    if across is None:
        return lay_out_in_order([spot.number for spot in spots])
    if down is None:
        return Layout(tuple(_wrapped(spots, across, fitting)), column_axis=_said(across), stacked=True)
    blocks = tuple(
        _block(inside, down, across, tuple(zip(itertools.chain(*beyond), itertools.chain(*heads), strict=True)))
        for heads in itertools.product(*(_steps(spots, names) for names in beyond))
        if (inside := [spot for spot in spots if _is_in(spot, beyond, heads)])
    )
    return Layout(blocks, row_axis=_said(down), column_axis=_said(across))


def axes_named(axes: Sequence[str], rows: object, columns: object) -> dict[str, str]:
    """The axes that run down and across, as somebody named them (None: as it comes). Raises OptionError."""
    for name in (rows, columns):
        if name is not None and (not isinstance(name, str) or name.rstrip("_") not in axes):
            known = ", ".join(f"`{axis}`" for axis in axes) or "none"
            raise OptionError(
                f"`rows` and `columns` name axes of the sweep, not {name!r}; there are {known}.",
                hint="`nbgemini.sheet(grid, columns=3)` puts that many side by side.",
            )
    if rows and rows == columns:
        raise OptionError("Rows and columns are two axes.")
    return {"rows": str(rows or ""), "columns": str(columns or "")}


def lay_out_in_order(numbers: Sequence[int], columns: int = 0) -> Layout:
    """One after the other without heads; `columns` beside each other, 0: as many as there is room for."""
    return Layout((Block((), ("",), (), {(0, at): (number,) for at, number in enumerate(numbers)}),), fixed=columns)


def _chosen(
    varying: Sequence[Heads],
    dimensions: Sequence[Sequence[str]],
    spots: Sequence[Spot],
    rows: str,
    columns: str,
    fitting: int,
) -> tuple[Heads | None, Heads | None, list[Heads]]:
    """Which dimension runs across, which down, and which make blocks."""
    left = list(varying)

    def take(name: str) -> Heads | None:
        if not name:
            return None
        found = next(tuple(names) for names in dimensions if name in names)
        if found in left:
            left.remove(found)
        return found

    down, across = take(rows), take(columns)
    if across is None and down is None and len(left) >= 2:
        down, across = left.pop(0), left.pop(0)
        samples = max((spot.sample for spot in spots), default=1)
        wide, tall = len(_steps(spots, across)) * samples, len(_steps(spots, down)) * samples
        if wide > fitting >= tall:
            down, across = across, down
    elif across is None and left:
        across = left.pop(0)
    elif down is None and across is not None and left:
        down = left.pop(0)
    if across is None and down is not None:
        return down, None, left
    return across, down, left


def _said(names: Heads) -> str:
    return ", ".join(name.rstrip("_") for name in names)


def _steps(spots: Iterable[Spot], names: Sequence[str]) -> list[Heads]:
    """The different values of a dimension, in the order of appearance."""
    return list(dict.fromkeys(tuple(spot.labels.get(name, "") for name in names) for spot in spots))


def _heads(steps: Sequence[Heads]) -> tuple[str, ...]:
    """The words of each step: only what differs between them."""
    differing = [at for at in range(len(steps[0])) if len({step[at] for step in steps}) > 1] or [0]
    return tuple(", ".join(step[at] or "–" for at in differing) for step in steps)


def _is_in(spot: Spot, dimensions: Sequence[Heads], heads: Sequence[Heads]) -> bool:
    return all(
        tuple(spot.labels.get(name, "") for name in names) == step
        for names, step in zip(dimensions, heads, strict=True)
    )


def _wrapped(spots: Sequence[Spot], across: Heads, fitting: int) -> Iterable[Block]:
    """One row of columns, or several where there are more than fit."""
    steps = _steps(spots, across)
    heads = _heads(steps)
    for start in range(0, len(steps), fitting):
        part = steps[start : start + fitting]
        cells = {
            (0, at): tuple(spot.number for spot in spots if _is_in(spot, [across], [step]))
            for at, step in enumerate(part)
        }
        yield Block((), ("",), heads[start : start + fitting], cells)


def _block(spots: Sequence[Spot], down: Heads, across: Heads, heads: tuple[tuple[str, str], ...]) -> Block:
    rows, columns = _steps(spots, down), _steps(spots, across)
    at_row, at_column = ({step: at for at, step in enumerate(steps)} for steps in (rows, columns))
    cells: dict[tuple[int, int], tuple[int, ...]] = {}
    for spot in spots:
        row, column = (tuple(spot.labels.get(name, "") for name in names) for names in (down, across))
        place = at_row[row], at_column[column]
        cells[place] = (*cells.get(place, ()), spot.number)
    return Block(tuple((name.rstrip("_"), label) for name, label in heads), _heads(rows), _heads(columns), cells)
