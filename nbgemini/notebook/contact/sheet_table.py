"""A sheet as HTML: a real table for each block, with heads that stay in sight, and an alt text for each picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbgemini.notebook.contact.tiles import Tile
from nbgemini.notebook.show.bundles import FONT, MUTED, RULE, block, unseen
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape, joined
from nbgemini.notebook.show.texts import clean, one_line
from nbgemini.tuning.holding.layout_of_shots import Block, Layout

__all__ = ["sheet_table"]

# The page's own background, or what heads are read on would shine through them.
_PAGE = "var(--jp-layout-color0, var(--vscode-editor-background, Canvas))"
_HEAD = (
    f"position:sticky; background:{_PAGE}; font-weight:600; padding:4px 8px; border:0; text-align:left;"
    " line-height:1.35; z-index:1"
)
_LONGEST_HEAD = 48  # characters


def sheet_table(
    title: str, lines: Sequence[str], layout: Layout, tiles: Mapping[int, Tile], box: tuple[int, int]
) -> Html:
    """The tables under one title. `lines` stand beneath it; each tile fills at most `box` CSS pixels."""
    tables = [
        _table(one, layout, tiles, box, _caption(title, lines) if at == 0 else NOTHING)
        for at, one in enumerate(layout.blocks)
    ]
    style = f"font:12px/1.4 {FONT}; font-variant-numeric:tabular-nums; overflow:auto; max-width:100%; max-height:90vh"
    return block(*tables, style=style)


def _caption(title: str, lines: Sequence[str]) -> Html:
    head = element("div", escape(clean(title, 400)), style="font-weight:600; font-size:14px", dir="auto")
    said = (element("div", escape(clean(line, 1000)), style=f"opacity:{MUTED}", dir="auto") for line in lines)
    return joined([head, *said])


def _table(one: Block, layout: Layout, tiles: Mapping[int, Tile], box: tuple[int, int], above: Html) -> Html:
    words = ", ".join(f"{name}: {one_line(label, 120)}" for name, label in one.heads)
    own = element("div", escape(words), style="font-weight:600; padding-top:6px", dir="auto") if words else NOTHING
    caption = element("caption", above, own, style="text-align:left; padding:0 0 8px; caption-side:top; color:inherit")
    head = _column_heads(one, layout) if one.columns else NOTHING
    rows = [
        element(
            "tr",
            _row_head(row) if row else NOTHING,
            *(_cell(one.cells.get((at, column), ()), layout, tiles, box) for column in range(len(one.columns))),
            style="background:none",
        )
        for at, row in enumerate(one.rows)
    ]
    if not one.columns:
        every = [number for numbers in one.cells.values() for number in numbers]
        rows = [element("tr", _flow(every, tiles, box), style="background:none")]
    style = "border-collapse:collapse; border:0; margin:0 0 14px; font-size:inherit; color:inherit"
    return element("table", caption, head, element("tbody", *rows), style=style)


def _column_heads(one: Block, layout: Layout) -> Html:
    corner = element("td", style="border:0; padding:0") if any(one.rows) else NOTHING
    heads = (
        element(
            "th",
            escape(one_line(head, _LONGEST_HEAD)),
            scope="col",
            title=clean(head, 1000),
            dir="auto",
            style=f"{_HEAD}; top:0; vertical-align:bottom; max-width:20em",
        )
        for head in one.columns
    )
    return element("thead", element("tr", corner, *heads, style="background:none"))


def _row_head(row: str) -> Html:
    return element(
        "th",
        escape(one_line(row, _LONGEST_HEAD)),
        scope="row",
        title=clean(row, 1000),
        dir="auto",
        style=f"{_HEAD}; left:0; vertical-align:top; max-width:12em; min-width:4em; overflow-wrap:anywhere",
    )


def _cell(numbers: Sequence[int], layout: Layout, tiles: Mapping[int, Tile], box: tuple[int, int]) -> Html:
    direction = "column" if layout.stacked else "row"
    shown = [_figure(tiles[number], box) for number in numbers if number in tiles]
    inner = element("div", *shown, style=f"display:flex; flex-direction:{direction}; gap:8px")
    return element("td", inner, style="border:0; padding:4px 8px; vertical-align:top; text-align:left")


def _flow(numbers: Sequence[int], tiles: Mapping[int, Tile], box: tuple[int, int]) -> Html:
    shown = [_figure(tiles[number], box) for number in numbers if number in tiles]
    inner = element("div", *shown, style="display:flex; flex-wrap:wrap; gap:12px")
    return element("td", inner, style="border:0; padding:0; text-align:left")


def _figure(tile: Tile, box: tuple[int, int]) -> Html:
    width, height = box
    frame = (
        f"width:{width}px; height:{height}px; display:flex; align-items:center; justify-content:center;"
        f" overflow:hidden; border-radius:4px; background:rgba(128, 128, 128, .1); box-shadow:0 0 0 1px {RULE}"
    )
    if tile.thumbnail is not None:
        across, down = tile.thumbnail.fitted(width, height)
        inner = element(
            "img", src=tile.thumbnail.data_uri(), alt=tile.alt, width=across, height=down, title=tile.alt,
            style="display:block; margin:0",
        )  # fmt: skip
    else:
        style = f"padding:8px; opacity:{MUTED}; overflow-wrap:anywhere"
        inner = joined([unseen(tile.alt), element("span", escape(tile.said), style=style, dir="auto")])
    foot = element("figcaption", escape(tile.foot), style=f"padding-top:3px; opacity:{MUTED}; white-space:nowrap")
    faded = "; opacity:.45" if tile.dimmed else ""
    return element("figure", element("div", inner, style=frame), foot, style=f"margin:0; width:{width}px{faded}")
