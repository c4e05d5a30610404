"""A sheet as HTML: a real table for each block, with heads that stay in sight, and an alt text for each picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbgemini._dataclass import dataclass
from nbgemini.notebook.contact.sheet_parts import Box, Mean, Sheet
from nbgemini.notebook.contact.tiles import Tile
from nbgemini.notebook.show.bundles import ACCENT, FONT, MUTED, block, sentence, unseen
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape
from nbgemini.notebook.show.previews import Preview
from nbgemini.notebook.show.texts import clean, one_line
from nbgemini.tuning.holding.layout_of_shots import Block

__all__ = ["sheet_table"]

# The page's own background, or what heads are read on would shine through them.
_PAGE = "var(--jp-layout-color0, var(--vscode-editor-background, Canvas))"
# On paper nothing scrolls. Browsers that do not know `if` keep the declaration before it.
_HEAD = (
    f"position:sticky; background:{_PAGE}; color:inherit; font-weight:600; border:0; text-align:left;"
    " line-height:1.35; z-index:1; white-space:normal; overflow-wrap:anywhere"
)
_SCROLLING = "max-height:90vh; max-height:if(media(overflow-block: paged): none; else: 90vh)"
_OVERFLOW = "overflow:auto; overflow:if(media(overflow-block: paged): visible; else: auto)"
_LONGEST_HEAD = 60  # characters
_TALL = 1000  # CSS pixels: what is higher than this scrolls inside itself, under its heads
_SHRINKING = "width:100%; height:100%; object-fit:scale-down"
_FAINT = ".62"  # of what may be passed over
_RING = "box-shadow:0 0 0 1px rgba(128, 128, 128, .22)"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A sheet with what its tiles look like."""

    sheet: Sheet
    boxes: Mapping[int, Box]
    thumbnails: Mapping[int, Preview]
    bare: bool

    def html(self) -> Html:
        sheet = self.sheet
        tables = [self._table(one, first=at == 0) for at, one in enumerate(sheet.layout.blocks)]
        box = f"position:relative; {_OVERFLOW}; max-width:100%"  # or what is unseen would stick out
        tall = self._height() > _TALL and any(one.columns for one in sheet.layout.blocks)
        style = f"{box}; {_SCROLLING}" if tall else box
        # What scrolls is reached by keyboard too.
        scroller = element("div", *tables, style=style, tabindex=0, role="group", aria_label=clean(sheet.title, 200))
        font = f"font:12px/1.45 {FONT}; font-variant-numeric:tabular-nums"
        return block(_heading(sheet, bare=self.bare), scroller, style=font)

    def _height(self) -> int:
        """About how high all of it is, in CSS pixels."""
        down = max((box[1] for box in self.boxes.values()), default=0) + 40
        rows = 0
        for one in self.sheet.layout.blocks:
            stacked = one.width if self.sheet.layout.stacked else 1
            rows += len(one.rows) * stacked if one.columns else -(-len(one.cells) // 6)
        return rows * down

    def _table(self, one: Block, *, first: bool) -> Html:
        head = self._column_heads(one) if one.columns else NOTHING
        rows = [self._row(one, at) for at in range(len(one.rows))] if one.columns else [self._flow(one)]
        style = "border-collapse:collapse; border:0; margin:0 0 12px; font-size:inherit; color:inherit"
        if not one.columns:  # or it would be as wide as its widest tile, where that is more than the page
            style += "; width:100%; table-layout:fixed"
        if self.sheet.has_blocks:  # narrow ones stand beside each other
            style += "; display:inline-table; vertical-align:top; margin-right:28px"
        return element("table", self._caption(one, first=first), head, element("tbody", *rows), style=style)

    def _caption(self, one: Block, *, first: bool) -> Html:
        """What the block has in common; before the first, what the heads are values of."""
        words = ", ".join(f"{name}: {one_line(label, 120)}" for name, label in one.heads)
        whole = ", ".join(f"{name}: {clean(label, 1000)}" for name, label in one.heads)
        mean = _mean(self.sheet.block_mean(one))
        style = "font-weight:600; font-size:13px; padding-top:6px"
        own = element("div", escape(words), mean, title=whole, dir="auto", style=style) if words else NOTHING
        legend = self.sheet.legend if first and not self.sheet.has_blocks else ""
        if not legend and not words:
            return element("caption", unseen("Contact sheet" if first else "continued"), style="padding:0")
        what = element("div", escape(clean(legend, 300)), style=f"opacity:{MUTED}; white-space:nowrap")
        return element("caption", own, what if legend else NOTHING, style=_CAPTION)

    def _column_heads(self, one: Block) -> Html:
        corner = element("td", style=f"{_HEAD}; top:0; left:0; z-index:2; padding:0") if any(one.rows) else NOTHING
        heads = (
            element(
                "th",
                escape(one_line(head, _LONGEST_HEAD)),
                _mean(self.sheet.column_mean(one, at)),
                scope="col",
                title=clean(head, 1000),
                dir="auto",
                style=f"{_HEAD}; top:0; vertical-align:bottom; padding:4px 12px 6px 0; max-width:{self._room(one)}px",
            )
            for at, head in enumerate(one.columns)
        )
        return element("thead", element("tr", corner, *heads, style="background:none"), style="border:0")

    def _room(self, one: Block) -> int:
        return max((box[0] for box in self.boxes.values()), default=160) * (
            1 if self.sheet.layout.stacked else one.width
        )

    def _row(self, one: Block, at: int) -> Html:
        row = one.rows[at]
        head = NOTHING
        if row:
            # A box of its own keeps the head narrow: a table would break its words, or be as wide as the longest.
            words = element("div", escape(one_line(row, _LONGEST_HEAD)), style="width:max-content; max-width:108px")
            head = element(
                "th",
                words,
                _mean(self.sheet.row_mean(one, at)),
                scope="row",
                title=clean(row, 1000),
                dir="auto",
                style=f"{_HEAD}; left:0; vertical-align:top; padding:0 14px 8px 0",
            )
        cells = (self._cell(one.cells.get((at, column), ())) for column in range(len(one.columns)))
        return element("tr", head, *cells, style="background:none; break-inside:avoid")

    def _cell(self, numbers: Sequence[int]) -> Html:
        direction = "column" if self.sheet.layout.stacked else "row"
        inner = self._figures(numbers, f"display:flex; flex-direction:{direction}; gap:8px 12px")
        return element("td", inner, style="border:0; padding:0 12px 8px 0; vertical-align:top; text-align:left")

    def _flow(self, one: Block) -> Html:
        numbers = [number for numbers in one.cells.values() for number in numbers]
        few = {2: 2, 3: 3, 4: 2}  # two by two rather than three and one
        beside = self.sheet.layout.fixed or few.get(len(numbers), 0)
        widest = max((box[0] for box in self.boxes.values()), default=0)
        narrow = f"; max-width:{beside * (widest + 12) + 2}px" if beside else ""
        inner = self._figures(numbers, f"display:flex; flex-wrap:wrap; gap:12px{narrow}", beside)
        return element(
            "tr", element("td", inner, style="border:0; padding:1px; text-align:left"), style="background:none"
        )

    def _figures(self, numbers: Sequence[int], style: str, beside: int = 0) -> Html:
        shown = [self._figure(self.sheet.tiles[number], beside) for number in numbers if number in self.sheet.tiles]
        return element("div", *shown, style=f"{style}; padding:1px")

    def _figure(self, tile: Tile, beside: int) -> Html:
        """A tile; where so many are to stand `beside` each other, it shrinks rather than wraps."""
        width, height = self.boxes[tile.number]
        high = f"aspect-ratio:{width}/{height}" if beside else f"height:{height}px"
        ring = f"box-shadow:0 0 0 2px {ACCENT}" if tile.picked else _RING
        frame = (
            f"box-sizing:border-box; width:100%; {high}; display:flex; align-items:center;"
            f" justify-content:center; overflow:hidden; border-radius:4px; background:rgba(128, 128, 128, .09); {ring}"
        )
        foot = element("div", escape(tile.foot), dir="auto", style=f"{_ELIDED}; opacity:{MUTED}")
        beneath = NOTHING
        if tile.beneath:
            words = one_line(tile.beneath, 160)
            beneath = element("div", escape(words), title=tile.beneath, dir="auto", style=f"{_ELIDED}; opacity:{MUTED}")
        caption = element("figcaption", foot, beneath, style="padding-top:3px; text-align:left")
        faded = "; opacity:.4" if tile.dimmed else ""  # its words stay as readable as any
        inner = element("div", self._face(tile, width, height, beside), style=f"{frame}{faded}")
        least = f"; max-width:calc({100 // beside}% - 12px); min-width:{min(width, 120)}px" if beside else ""
        style = f"margin:0; width:{width}px; flex:none; break-inside:avoid{least}"
        return element("figure", inner, caption, style=style)

    def _face(self, tile: Tile, width: int, height: int, beside: int) -> Html:
        thumbnail = self.thumbnails.get(tile.number)
        if thumbnail is not None:
            across, down = thumbnail.fitted(width, height)
            return element(
                "img", src=thumbnail.data_uri(), alt=tile.alt, width=across, height=down, title=tile.alt,
                style=f"display:block; margin:0; {_SHRINKING if beside else 'max-width:none'}",
            )  # fmt: skip
        said = tile.said or ("" if tile.original is None else "not shown: its file is gone or damaged")
        lines = max(1, (height - 16) // 17)
        style = (
            f"padding:0 10px; opacity:{MUTED}; overflow-wrap:anywhere; text-align:center; display:-webkit-box;"
            f" -webkit-line-clamp:{lines}; -webkit-box-orient:vertical; overflow:hidden"
        )
        return element(
            "div", escape(said), role="img", aria_label=f"{tile.alt}: {said}", title=said, dir="auto", style=style
        )


def sheet_table(
    sheet: Sheet, boxes: Mapping[int, Box], thumbnails: Mapping[int, Preview], *, bare: bool = False
) -> Html:
    """The tables under one title; `bare`: without it and its lines."""
    return _Drawn(sheet, boxes, thumbnails, bare).html()


_CAPTION = "text-align:left; padding:0 0 4px; caption-side:top; color:inherit; font-style:normal"
_ELIDED = "white-space:nowrap; overflow:hidden; text-overflow:ellipsis"


def _heading(sheet: Sheet, *, bare: bool) -> Html:
    title = element("div", escape(clean(sheet.title, 400)), dir="auto", style="font-weight:600; font-size:15px")
    lines = [*(() if bare else sheet.lines), *([sheet.legend] if sheet.has_blocks else [])]
    said = [element("div", sentence(clean(line, 1000)), dir="auto", style=f"opacity:{MUTED}") for line in lines]
    inner = said if bare else [title, *said]
    return (
        element("div", *inner, style="padding:0 0 10px; max-width:90ch; overflow-wrap:anywhere") if inner else NOTHING
    )


def _mean(mean: Mean | None) -> Html:
    """The mean of the stars under a head; grey where very few stand behind it."""
    if mean is None:
        return NOTHING
    style = f"font-weight:400; white-space:nowrap; opacity:{MUTED if mean.firm else _FAINT}"
    words = f"mean of the stars of {mean.rated} rated"
    return element("div", escape(mean.words), title=words, dir="ltr", style=style)
