"""A sheet before it is drawn: what stands on it and where, how large, and what its heads say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from nbgemini._dataclass import dataclass, field
from nbgemini.notebook.contact.tiles import Tile
from nbgemini.tuning.holding.layout_of_shots import Block, Layout

__all__ = ["Box", "Mean", "Sheet", "Sizes", "boxes_of", "sizes_of"]

Box = tuple[int, int]  # CSS pixels across and down

_ROOM = 960  # CSS pixels that a notebook's column has on a screen of 1280, beside a panel at its left
_ROW_HEAD = 120
_GAP = 12
_RATED = 6  # stars say nothing of a head before so many shots have any
_FIRM = 3  # … and little where fewer than these stand behind them


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the stars under one head, and how many it is made of. Not `firm`: of very few."""

    stars: float
    rated: int

    @property
    def firm(self) -> bool:
        return self.rated >= _FIRM

    @property
    def words(self) -> str:
        return f"★ {self.stars:.1f} · {self.rated} rated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on a sheet. `lines` stand under its title, `ending` beneath everything where it stands alone.

    `ratios` are what was asked for (`16:9`), by number; `by_ratio`: each has a box of its own shape. `planned`: nothing
    of it was drawn, or will be.
    """

    title: str
    lines: tuple[str, ...]
    layout: Layout
    tiles: Mapping[int, Tile]
    said: str = ""
    ending: str = ""
    by_ratio: bool = False
    ratios: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    planned: bool = False

    @property
    def legend(self) -> str:
        """`style ↓ · aspect →`: what the heads are values of."""
        layout = self.layout
        down = f"{layout.row_axis} ↓" if layout.row_axis else ""
        across = f"{layout.column_axis} →" if layout.column_axis else ""
        return " · ".join(filter(None, (down, across)))

    @property
    def has_blocks(self) -> bool:
        """Whether its tables have heads of their own, and may stand beside each other."""
        return any(one.heads for one in self.layout.blocks)

    @property
    def is_rated(self) -> bool:
        return sum(tile.stars > 0 for tile in self.tiles.values()) >= _RATED

    def mean(self, numbers: Iterable[int]) -> Mean | None:
        """The mean of some tiles; None before enough of the sheet is rated, and where none of these is."""
        rated = [self.tiles[number].stars for number in numbers if number in self.tiles and self.tiles[number].stars]
        return Mean(sum(rated) / len(rated), len(rated)) if rated and self.is_rated else None

    def column_mean(self, one: Block, column: int) -> Mean | None:
        return self.mean(number for (_, at), numbers in one.cells.items() if at == column for number in numbers)

    def row_mean(self, one: Block, row: int) -> Mean | None:
        return self.mean(number for (at, _), numbers in one.cells.items() if at == row for number in numbers)

    def block_mean(self, one: Block) -> Mean | None:
        return self.mean(number for numbers in one.cells.values() for number in numbers) if one.heads else None


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large tiles are: the box that they fill in CSS pixels, and the longest side of their thumbnails in pixels."""

    box: Box
    thumbnail: int


def sizes_of(sheet: Sheet) -> Sizes:
    """Few tiles are large; many are small, and smaller where that many stand beside each other."""
    count = len(sheet.tiles)
    most = 160 if sheet.planned or count > 24 else 480 if count <= 4 else 320
    least = 120 if sheet.planned or count > 4 else 240
    across = max((_across(one, sheet.layout) for one in sheet.layout.blocks), default=1)
    room = _ROOM - (_ROW_HEAD if any(any(one.rows) for one in sheet.layout.blocks) else 0)
    width = max(least, min(most, room // max(across, 1) - _GAP)) if across else most
    if count == 3 and not across and not sheet.planned:
        width = _ROOM // 3 - _GAP
    return Sizes((width, min(width, 400)), 720 if count <= 4 else 320 if count <= 24 else 160)


def _across(one: Block, layout: Layout) -> int:
    """How many tiles stand beside each other; 0 where as many as there is room for."""
    if not one.columns:
        return layout.fixed
    return len(one.columns) * (1 if layout.stacked else one.width)


def boxes_of(sheet: Sheet, most: Box) -> dict[int, Box]:
    """The box of each tile: one for all of them, or one for each ratio where that is an axis."""
    if not sheet.by_ratio:
        return dict.fromkeys(sheet.tiles, _box(sheet, tuple(sheet.tiles), most))
    found: dict[int, Box] = {}
    for label in dict.fromkeys(sheet.ratios.values()):
        alike = tuple(number for number in sheet.tiles if sheet.ratios.get(number) == label)
        found.update(dict.fromkeys(alike, _box(sheet, alike, most)))
    return {number: found.get(number, most) for number in sheet.tiles}


def _box(sheet: Sheet, numbers: Sequence[int], most: Box) -> Box:
    """As wide and as high as the widest and the highest of them; before there is any, as was asked for."""
    originals = [sheet.tiles[number].original for number in numbers]
    sizes = [fitted(one.size, most) for one in originals if one is not None and all(one.size)]
    if not sizes:
        sizes = [fitted(_ratio(label), most) for label in {sheet.ratios.get(number, "") for number in numbers} or {""}]
    # A reason must find room where a picture does not.
    return max(96, *(across for across, _ in sizes)), max(72, *(down for _, down in sizes))


def fitted(size: tuple[int, int], most: Box) -> Box:
    """A shape made as large as a box takes it."""
    factor = min(most[0] / size[0], most[1] / size[1])
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _ratio(label: str) -> tuple[int, int]:
    across, colon, down = label.partition(":")
    if colon and across.isdecimal() and down.isdecimal() and 0 < int(across) < 100 and 0 < int(down) < 100:
        return int(across), int(down)
    return 3, 2
