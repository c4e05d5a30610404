"""Tables in HTML and in text, of cells that are plain text."""

from __future__ import annotations

from collections.abc import Sequence

from nbgemini.notebook.show.bundles import FONT, MUTED, RULE, Bundle, block, sentence
from nbgemini.notebook.show.texts import clean, escape

__all__ = ["pairs_bundle", "table_bundle"]

# The line height is said here too: JupyterLab sets it for the cells of all tables.
_PAIR = "text-align:left; vertical-align:top; padding:2px 16px 2px 0; border:0; line-height:1.5"
_WRAPPED = "white-space:pre-wrap; overflow-wrap:anywhere; max-width:72ch"
_CELL = (
    "text-align:left; vertical-align:top; padding:4px 16px 4px 0; line-height:1.5; border:0;"
    f" border-bottom:1px solid {RULE}"
)
_NOTE = f"padding-top:6px; font-size:12px; white-space:pre-line; opacity:{MUTED}"
_BREAKING = "white-space:normal; padding-right:12px"
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

    `narrow`: where the page is, short cells wrap as well, instead of a table that scrolls sideways.
    """
    title, note = clean(title, 400), clean(note, 1000)
    cells = [[clean(cell, 2000) for cell in row] for row in rows]
    plain = [title, "", *_text_rows([list(head), *cells], mark), *(["", note] if note else [])]
    inner = (
        f'<div style="font-weight:600; padding-bottom:4px" dir="auto">{escape(title)}</div>'
        f'<table style="{_TABLE}">'
        f"<thead>{_html_row(head, 'th', f'font-weight:600; opacity:{MUTED}', narrow)}</thead><tbody>"
        f"{''.join(_html_row(row, 'td', _weight(at == mark), narrow) for at, row in enumerate(cells))}</tbody></table>"
    )
    inner += _note(note)
    return Bundle({"text/plain": "\n".join(plain), "text/html": block(inner, _BODY)})


def pairs_bundle(pairs: Sequence[tuple[str, str]], note: str = "") -> Bundle:
    """Names and values, one pair a line; a value may have several lines."""
    shown = [(clean(name, 100), clean(value, 4000)) for name, value in pairs]
    widest = max((len(name) for name, _ in shown), default=0)
    indent = "\n" + " " * (widest + 2)
    plain = [f"{name:<{widest}}  {value.replace(chr(10), indent)}" for name, value in shown]
    rows = "".join(
        f'<tr style="background:none"><th scope="row" style="{_PAIR}; font-weight:400; opacity:{MUTED};'
        f' white-space:nowrap">{escape(name)}</th>'
        f'<td dir="auto" style="{_PAIR}; {_WRAPPED}">'
        f"{escape(value)}</td></tr>"
        for name, value in shown
    )
    inner = f'<table style="{_TABLE}">{rows}</table>'
    inner += _note(note)
    text = "\n".join([*plain, *(["", note] if note else [])])
    return Bundle({"text/plain": text, "text/html": block(inner, _BODY)})


def _note(note: str) -> str:
    return f'<div dir="auto" style="{_NOTE}">{sentence(note)}</div>' if note else ""


def _weight(marked: bool) -> str:
    return "font-weight:600" if marked else ""


def _html_row(cells: Sequence[str], tag: str, style: str, narrow: bool = False) -> str:
    inner = "".join(
        f'<{tag} dir="auto" style="{_CELL}; {_BREAKING if narrow else _wrapping(cell)}; {style}">{escape(cell)}</{tag}>'
        for cell in cells
    )
    return f'<tr style="background:none">{inner}</tr>'


def _wrapping(cell: str) -> str:
    short = len(cell) <= _SHORT and "\n" not in cell
    return "white-space:nowrap" if short else "white-space:pre-wrap; overflow-wrap:anywhere; min-width:14em"


def _text_rows(rows: Sequence[Sequence[str]], mark: int | None) -> list[str]:
    flat = [[" ".join(cell.split())[:_WIDEST] for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in flat) for column in range(len(flat[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in flat]
    return [("▸ " if at - 1 == mark else "  ") + line for at, line in enumerate(lines)]
