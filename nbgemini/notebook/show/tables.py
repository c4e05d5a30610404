"""Tables in HTML and in text, of cells that are plain text."""

from __future__ import annotations

from collections.abc import Sequence

from nbgemini.notebook.show.bundles import FONT, MUTED, RULE, Bundle, block, sentence
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape
from nbgemini.notebook.show.texts import clean

__all__ = ["pairs_bundle", "table_bundle"]

# The line height is said here too: JupyterLab sets it for the cells of all tables.
_PAIR = "text-align:left; vertical-align:top; padding:2px 16px 2px 0; border:0; line-height:1.5"
_WRAPPED = "white-space:pre-wrap; overflow-wrap:anywhere; max-width:72ch"
_CELL = (
    "text-align:left; vertical-align:top; padding:4px 16px 4px 0; line-height:1.5; border:0;"
    f" border-bottom:1px solid {RULE}"
)
_NOTE = f"padding-top:6px; font-size:12px; white-space:pre-line; opacity:{MUTED}"
_FIRST = "flex:0 0 15em; white-space:pre"  # a name that is broken cannot be read, nor copied
_FLOWING = "flex:1 1 14em; max-width:26em; white-space:pre-line"
_SHORT = 36  # characters of a cell that are kept on one line
_TABLE = "border-collapse:collapse; border:0; margin:0; font-size:inherit; color:inherit"
_WIDEST = 60  # characters of a column in text
_BODY = f"font:13px/1.5 {FONT}; font-variant-numeric:tabular-nums; overflow-x:auto"


def table_bundle(
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    note: str = "",
    mark: int | None = None,
    *,
    narrow: bool = False,
) -> Bundle:
    """A table under a title, with a note beneath. The row number `mark` is the current one.

    `narrow`: where the page is, the cells of a row stand beneath each other, instead of a table that scrolls sideways.
    """
    title, note = clean(title, 400), clean(note, 1000)
    cells = [[clean(cell, 2000) for cell in row] for row in rows]
    plain = [title, "", *_text_rows([list(head), *cells], mark), *(["", note] if note else [])]
    above = element("div", escape(title), style="font-weight:600; padding-bottom:4px", dir="auto")
    if narrow:
        return Bundle("\n".join(plain), block(above, _flowing(title, head, cells, mark), _note(note), style=_BODY))
    named = element("thead", _html_row(head, "th", f"font-weight:600; opacity:{MUTED}"))
    body = element("tbody", *(_html_row(row, "td", _weight(at == mark)) for at, row in enumerate(cells)))
    html = block(above, element("table", named, body, style=_TABLE), _note(note), style=_BODY)
    return Bundle("\n".join(plain), html)


def pairs_bundle(pairs: Sequence[tuple[str, str]], note: str = "") -> Bundle:
    """Names and values, one pair a line; a value may have several lines."""
    shown = [(clean(name, 100), clean(value, 4000)) for name, value in pairs]
    widest = max((len(name) for name, _ in shown), default=0)
    indent = "\n" + " " * (widest + 2)
    plain = [f"{name:<{widest}}  {value.replace(chr(10), indent)}" for name, value in shown]
    style = f"{_PAIR}; font-weight:400; opacity:{MUTED}; white-space:nowrap"
    rows = (
        element(
            "tr",
            element("th", escape(name), scope="row", style=style),
            element("td", escape(value), dir="auto", style=f"{_PAIR}; {_WRAPPED}"),
            style="background:none",
        )
        for name, value in shown
    )
    text = "\n".join([*plain, *(["", note] if note else [])])
    return Bundle(text, block(element("table", *rows, style=_TABLE), _note(note), style=_BODY))


def _note(note: str) -> Html:
    return element("div", sentence(note), dir="auto", style=_NOTE) if note else NOTHING


def _weight(marked: bool) -> str:
    return "font-weight:600" if marked else ""


def _flowing(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], mark: int | None) -> Html:
    """A table whose cells stand side by side where there is room, and beneath each other where there is none."""
    lines = [_flowing_row(head, "columnheader", f"font-weight:600; opacity:{MUTED}", "padding:0 0 2px")]
    lines += [
        _flowing_row(row, "cell", _weight(at == mark), f"border-top:1px solid {RULE}; padding:4px 0")
        for at, row in enumerate(rows)
    ]
    return element("div", *lines, role="table", aria_label=title)


def _flowing_row(cells: Sequence[str], role: str, style: str, around: str) -> Html:
    inner = (
        element("div", escape(cell), role=role, dir="auto", style=f"{_FLOWING if at else _FIRST}; {style}")
        for at, cell in enumerate(cells)
    )
    return element("div", *inner, role="row", style=f"display:flex; flex-wrap:wrap; gap:0 16px; {around}")


def _html_row(cells: Sequence[str], tag: str, style: str) -> Html:
    inner = (element(tag, escape(cell), dir="auto", style=f"{_CELL}; {_wrapping(cell)}; {style}") for cell in cells)
    return element("tr", *inner, style="background:none")


def _wrapping(cell: str) -> str:
    short = len(cell) <= _SHORT and "\n" not in cell
    return "white-space:nowrap" if short else "white-space:pre-wrap; overflow-wrap:anywhere; min-width:14em"


def _text_rows(rows: Sequence[Sequence[str]], mark: int | None) -> list[str]:
    flat = [[" ".join(cell.split())[:_WIDEST] for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in flat) for column in range(len(flat[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in flat]
    return [("▸ " if at - 1 == mark else "  ") + line for at, line in enumerate(lines)]
