"""A sheet as text: the same table in letters, for a terminal and for those who read text alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from nbgemini.notebook.contact.sheet_parts import Mean, Sheet
from nbgemini.notebook.contact.tiles import Tile
from nbgemini.notebook.show.texts import one_line
from nbgemini.tuning.holding.layout_of_shots import Block

__all__ = ["sheet_words"]

_WIDEST = 28  # letters of a column
_MOST = 400  # lines


def sheet_words(sheet: Sheet) -> str:
    """Title, lines and tables; a cell has the foot of its tile, and what has no picture says why beneath."""
    found = [one_line(sheet.title, 200), *(one_line(line, 300) for line in sheet.lines)]
    for at, one in enumerate(sheet.layout.blocks):
        found += ["", *_table(sheet, one, sheet.legend if at == 0 else "")]
    said = [tile for tile in sheet.tiles.values() if tile.said or tile.beneath]
    if said:
        found += ["", *_reasons(said)]
    if len(found) > _MOST:
        found = [*found[:_MOST], f"… and {len(found) - _MOST} more lines"]
    return "\n".join(found)


def _reasons(tiles: Iterable[Tile]) -> Iterator[str]:
    """What was said of each; of neighbours once where it is the same: `1–9: in a batch`."""
    at_and_tile = enumerate(tiles)
    for (words, _), alike in groupby(at_and_tile, lambda pair: (_whole(pair[1]), pair[1].number - pair[0])):
        numbers = [tile.number for _, tile in alike]
        yield f"{numbers[0]}–{numbers[-1]}: {words}" if len(numbers) > 1 else f"{numbers[0]}: {words}"


def _whole(tile: Tile) -> str:
    return one_line(" · ".join(filter(None, (tile.said, tile.beneath))), 200)


def _table(sheet: Sheet, one: Block, legend: str) -> Iterator[str]:
    if one.heads:
        words = ", ".join(f"{name}: {one_line(label, 60)}" for name, label in one.heads)
        yield f"{words}{_mean(sheet.block_mean(one))}"
    if not one.columns:
        every = [number for numbers in one.cells.values() for number in numbers]
        yield from (sheet.tiles[number].foot for number in every if number in sheet.tiles)
        return
    if legend:
        yield legend
    heads = [f"{one_line(head, _WIDEST)}{_mean(sheet.column_mean(one, at))}" for at, head in enumerate(one.columns)]
    rows = [["", *heads]]
    for at, row in enumerate(one.rows):
        cells = (one.cells.get((at, column), ()) for column in range(len(one.columns)))
        feet = [" / ".join(sheet.tiles[n].foot for n in cell if n in sheet.tiles) or "–" for cell in cells]
        rows.append([f"{one_line(row, _WIDEST)}{_mean(sheet.row_mean(one, at))}", *feet])
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    if not widths[0]:  # no row has a head
        rows, widths = [row[1:] for row in rows], widths[1:]
    for line in rows:
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    """The columns that a text takes in a terminal: letters of East Asia take two, marks on letters none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)


def _mean(mean: Mean | None) -> str:
    return "" if mean is None else f" ({mean.words})"
