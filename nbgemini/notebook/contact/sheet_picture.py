"""A sheet as one drawn picture, its heads set in type: for whatever shows pictures and no HTML."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from nbgemini.notebook.contact.tiles import Tile
from nbgemini.notebook.show.texts import one_line
from nbgemini.tuning.holding.layout_of_shots import Block, Layout

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont
    from PIL.ImageFont import ImageFont as BitmapFont

    Font = FreeTypeFont | BitmapFont

__all__ = ["sheet_picture"]

_PAPER, _INK, _GREY, _EMPTY = (255, 255, 255), (32, 33, 36), (110, 113, 118), (238, 239, 241)
_MARGIN, _GAP, _FOOT, _HEAD = 20, 10, 18, 22
_ROW_HEAD = 120
_WIDEST = 2000  # pixels
_TALLEST = 6000


def sheet_picture(
    title: str, lines: Sequence[str], layout: Layout, tiles: Mapping[int, Tile], box: tuple[int, int], most: int
) -> tuple[bytes, int, int]:
    """A JPEG of at most about `most` bytes, with its width and height in pixels."""
    image = _drawn(title, lines, layout, tiles, box)
    quality = 82
    while True:
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality)
        if len(target.getvalue()) <= most or (quality <= 50 and image.width <= 400):
            return target.getvalue(), image.width, image.height
        if quality > 50:
            quality -= 16
        else:
            image = image.resize((image.width * 3 // 4, image.height * 3 // 4))


def _drawn(title: str, lines: Sequence[str], layout: Layout, tiles: Mapping[int, Tile], box: tuple[int, int]) -> Image:
    from PIL import Image, ImageDraw

    blocks = list(layout.blocks)
    flowing = not blocks[0].columns if blocks else True
    per_row = max(1, min(8, (_WIDEST - 2 * _MARGIN) // (box[0] + _GAP)))
    sizes = [_size(one, layout, box, per_row) for one in blocks]
    width = min(_WIDEST, max([400, *(across for across, _ in sizes)]) + 2 * _MARGIN)
    above = _MARGIN + 24 + 18 * len(lines) + 10
    height = min(_TALLEST, above + sum(down + _HEAD for _, down in sizes) + _MARGIN)
    image = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(image)
    _text(draw, (_MARGIN, _MARGIN), title, 17, _INK, width - 2 * _MARGIN)
    for at, line in enumerate(lines):
        _text(draw, (_MARGIN, _MARGIN + 24 + 18 * at), line, 12, _GREY, width - 2 * _MARGIN)
    top = above
    for one, (_, down) in zip(blocks, sizes, strict=True):
        if top > height:
            break
        if words := ", ".join(f"{name}: {label}" for name, label in one.heads):
            _text(draw, (_MARGIN, top), words, 13, _INK, width - 2 * _MARGIN)
        top += _HEAD if one.heads else 0
        (_draw_flow if flowing else _draw_table)(image, draw, one, layout, tiles, box, top, per_row)
        top += down
    return image


def _size(one: Block, layout: Layout, box: tuple[int, int], per_row: int) -> tuple[int, int]:
    """The pixels that a block takes."""
    if not one.columns:
        count = sum(map(len, one.cells.values()))
        rows = -(-count // per_row)
        return min(count, per_row) * (box[0] + _GAP), rows * (box[1] + _FOOT + _GAP)
    across, down = _cell_size(one, layout, box)
    beside = _ROW_HEAD if any(one.rows) else 0
    return beside + len(one.columns) * across, _HEAD + len(one.rows) * down


def _cell_size(one: Block, layout: Layout, box: tuple[int, int]) -> tuple[int, int]:
    tile = box[0] + _GAP, box[1] + _FOOT + _GAP
    return (tile[0], tile[1] * one.width) if layout.stacked else (tile[0] * one.width, tile[1])


def _draw_flow(
    image: Image, draw: ImageDraw, one: Block, layout: Layout, tiles: Mapping[int, Tile], box: tuple[int, int],
    top: int, per_row: int,
) -> None:  # fmt: skip
    every = [number for numbers in one.cells.values() for number in numbers if number in tiles]
    for at, number in enumerate(every):
        x, y = _MARGIN + at % per_row * (box[0] + _GAP), top + at // per_row * (box[1] + _FOOT + _GAP)
        _tile(image, draw, tiles[number], (x, y), box)


def _draw_table(
    image: Image, draw: ImageDraw, one: Block, layout: Layout, tiles: Mapping[int, Tile], box: tuple[int, int],
    top: int, per_row: int,
) -> None:  # fmt: skip
    across, down = _cell_size(one, layout, box)
    left = _MARGIN + (_ROW_HEAD if any(one.rows) else 0)
    for column, head in enumerate(one.columns):
        _text(draw, (left + column * across, top), head, 12, _INK, across - _GAP)
    for row, head in enumerate(one.rows):
        y = top + _HEAD + row * down
        if head:
            _wrapped(draw, (_MARGIN, y), head, _ROW_HEAD - _GAP)
        for column in range(len(one.columns)):
            for at, number in enumerate(one.cells.get((row, column), ())):
                step = (0, at * (box[1] + _FOOT + _GAP)) if layout.stacked else (at * (box[0] + _GAP), 0)
                if number in tiles:
                    _tile(image, draw, tiles[number], (left + column * across + step[0], y + step[1]), box)


def _tile(image: Image, draw: ImageDraw, tile: Tile, at: tuple[int, int], box: tuple[int, int]) -> None:
    x, y = at
    draw.rectangle((x, y, x + box[0] - 1, y + box[1] - 1), fill=_EMPTY)
    if tile.thumbnail is not None:
        from PIL import Image

        with Image.open(io.BytesIO(tile.thumbnail.data), formats=["JPEG", "PNG"]) as found:
            small = found.convert("RGB").resize(tile.thumbnail.fitted(*box))
        image.paste(small, (x + (box[0] - small.width) // 2, y + (box[1] - small.height) // 2))
    else:
        _wrapped(draw, (x + 8, y + 8), tile.said, box[0] - 16, most=max(1, (box[1] - 16) // 15), colour=_GREY)
    _text(draw, (x, y + box[1] + 3), tile.foot.replace("★", "*"), 11, _GREY, box[0])


def _font(size: int) -> Font:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _text(draw: ImageDraw, at: tuple[int, int], text: str, size: int, colour: tuple[int, int, int], room: int) -> None:
    """One line, cut to its room."""
    font, shown = _font(size), one_line(text, 300)
    while shown and draw.textlength(shown, font=font) > room:
        shown = shown[: max(len(shown) * 9 // 10 - 1, 0)].rstrip("…") + "…" if len(shown) > 2 else ""
    draw.text(at, shown, font=font, fill=colour)


def _wrapped(
    draw: ImageDraw, at: tuple[int, int], text: str, room: int, *, most: int = 4, colour: tuple[int, int, int] = _INK
) -> None:
    for number, line in enumerate(_lines(draw, one_line(text, 300), room)):
        if number < most:
            _text(draw, (at[0], at[1] + number * 15), line, 12, colour, room)


def _lines(draw: ImageDraw, text: str, room: int) -> Iterator[str]:
    line, font = "", _font(12)
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and draw.textlength(longer, font=font) > room:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line
