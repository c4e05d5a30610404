"""A sheet as text: the same table in letters, for a terminal and for those who read text alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nbgemini.notebook.contact.tiles import Tile
from nbgemini.notebook.show.texts import one_line
from nbgemini.tuning.holding.layout_of_shots import Block, Layout

__all__ = ["sheet_words"]

_WIDEST = 28  # characters of a column
_MOST = 400  # lines


def sheet_words(title: str, lines: Sequence[str], layout: Layout, tiles: Mapping[int, Tile]) -> str:
    """Title, lines and tables; a cell has the foot of its tile."""
    found = [one_line(title, 200), *(one_line(line, 300) for line in lines)]
    for one in layout.blocks:
        found += ["", *_table(one, tiles)]
    if len(found) > _MOST:
        found = [*found[:_MOST], f"… and {len(found) - _MOST} more lines"]
    return "\n".join(found)


def _table(one: Block, tiles: Mapping[int, Tile]) -> Iterator[str]:
    if one.heads:
        yield ", ".join(f"{name}: {one_line(label, 60)}" for name, label in one.heads)
    if not one.columns:
        every = [number for numbers in one.cells.values() for number in numbers]
        yield from (_words(tiles[number]) for number in every if number in tiles)
        return
    rows = [["", *one.columns]]
    for at, row in enumerate(one.rows):
        cells = (one.cells.get((at, column), ()) for column in range(len(one.columns)))
        rows.append([row, *(" / ".join(_words(tiles[n]) for n in cell if n in tiles) or "–" for cell in cells)])
    flat = [[one_line(cell, _WIDEST) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in flat) for column in range(len(flat[0]))]
    for line in flat:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()


def _words(tile: Tile) -> str:
    return f"{tile.foot}: {tile.said}" if tile.said else tile.foot
