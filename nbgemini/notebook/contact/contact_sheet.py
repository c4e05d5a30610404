"""Any sheet as one output: a table, a drawn picture and a text, whose size stays within its limits."""

from __future__ import annotations

from base64 import b64encode

from nbgemini.notebook.contact.on_sheets import sheet_of_sweep
from nbgemini.notebook.contact.sheet_parts import Sheet, boxes_of, sizes_of
from nbgemini.notebook.contact.sheet_picture import sheet_picture
from nbgemini.notebook.contact.sheet_table import sheet_table
from nbgemini.notebook.contact.sheet_words import sheet_words
from nbgemini.notebook.contact.tiles import Thumbnails
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.markup import Html
from nbgemini.notebook.show.previews import Preview
from nbgemini.notebook.show.texts import one_line
from nbgemini.tuning.holding.sweep import Sweep

__all__ = ["contact_sheet", "drawn_sheet", "sheet_bundle", "sheet_html"]

_MANY = 48  # tiles
_MOST_SMALL = 980_000  # characters of the whole output, up to so many tiles
_MOST_LARGE = 1_950_000
_PICTURE = 180_000  # characters of it that are kept for the drawn picture
_SMALL, _LARGE = 300_000, 700_000  # bytes of the drawn picture
_FINE, _COARSE = 82, 40  # quality of the thumbnails


def contact_sheet(
    sweep: Sweep,
    thumbnails: Thumbnails | None = None,
    *,
    rich: bool = True,
    rows: str = "",
    columns: str = "",
    drawn: bool = True,
) -> Bundle:
    """The sheet of a sweep as it is now. `drawn`: with the picture, which takes a moment; without while it fills in."""
    sheet = sheet_of_sweep(sweep, rows=rows, columns=columns)
    return sheet_bundle(sheet, thumbnails, rich=rich, drawn=drawn)


def sheet_bundle(
    sheet: Sheet, thumbnails: Thumbnails | None = None, *, rich: bool = True, drawn: bool = True
) -> Bundle:
    """A sheet as an output. Not `rich`: as text alone; `thumbnails` are those that were made before."""
    text = sheet_words(sheet)
    if not rich:
        return Bundle(text)
    thumbnails = thumbnails or Thumbnails()
    most = _MOST_SMALL if len(sheet.tiles) <= _MANY else _MOST_LARGE
    html = sheet_html(sheet, thumbnails, most=most - len(text) - (_PICTURE if drawn else 0))
    if not drawn or not sheet.tiles:
        return Bundle(text, html)
    room = (most - len(html) - len(text)) * 3 // 4 - 5_000
    data, width, height = drawn_sheet(sheet, thumbnails, most=min(room, _SMALL))
    alt = ": ".join(filter(None, (f"Contact sheet of {sheet.title}", sheet.said)))
    return Bundle(
        text,
        html,
        {"image/jpeg": b64encode(data).decode("ascii")},
        {"image/jpeg": {"alt": one_line(alt, 1000), "width": width, "height": height}},
    )


def sheet_html(sheet: Sheet, thumbnails: Thumbnails, *, most: int = _MOST_LARGE, bare: bool = False) -> Html:
    """Its tables, of about `most` characters: coarser thumbnails, then smaller ones, where they would be more.

    `bare`: without the title and its lines, which stand elsewhere.
    """
    sizes, quality = sizes_of(sheet), _FINE
    boxes, longest = boxes_of(sheet, sizes.box), sizes.thumbnail
    while True:
        html = sheet_table(sheet, boxes, _made(sheet, thumbnails, longest, quality), bare=bare)
        if len(html) <= most or (quality <= _COARSE and longest <= 80):
            return html
        quality -= 14
        if quality < _COARSE:
            longest, quality = longest * 3 // 4, 68


def drawn_sheet(sheet: Sheet, thumbnails: Thumbnails, *, most: int = _LARGE) -> tuple[bytes, int, int]:
    """The whole sheet as one JPEG of at most about `most` bytes, with its size as a page shows it."""
    made = _made(sheet, thumbnails, sizes_of(sheet).thumbnail, _FINE)
    return sheet_picture(sheet, boxes_of(sheet, sizes_of(sheet).box), made, most)


def _made(sheet: Sheet, thumbnails: Thumbnails, longest: int, quality: int) -> dict[int, Preview]:
    found = {}
    for number, tile in sheet.tiles.items():
        if tile.original is not None and (made := thumbnails.of(tile.original, longest, quality)) is not None:
            found[number] = made
    return found
