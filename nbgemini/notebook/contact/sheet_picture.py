"""A sheet as one drawn picture, its heads set in type: for whatever shows pictures and no HTML."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.notebook.contact.setting_type import Lettering
from nbgemini.notebook.contact.sheet_parts import Box, Mean, Sheet
from nbgemini.notebook.contact.tiles import Tile
from nbgemini.notebook.show.previews import Preview
from nbgemini.notebook.show.texts import one_line
from nbgemini.tuning.holding.layout_of_shots import Block

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["sheet_picture"]

_PAPER, _INK, _GREY, _FAINT, _EMPTY = (255, 255, 255), (32, 33, 36), (95, 99, 104), (140, 144, 150), (241, 242, 244)
_PICKED = (26, 115, 232)
_MARGIN, _GAP = 28, 12
_APART = 36  # between blocks
_BESIDE = 1800  # pixels that blocks may take beside each other
_ROW_HEAD, _WIDER_ROW_HEAD = 132, 184  # where type is small, and where it has grown
_WIDEST, _TALLEST = 2400, 9000  # pixels
_SHOWN = 1000  # pixels: about as wide as pages show it; type grows with what is wider
_FLOW = 8  # tiles beside each other where nothing says how many
_LACKS = "In [brackets]: letters that no font on this machine has. The table next to this picture has them."


def sheet_picture(
    sheet: Sheet, boxes: Mapping[int, Box], thumbnails: Mapping[int, Preview], most: int
) -> tuple[bytes, int, int]:
    """A JPEG of at most about `most` bytes, with its width and height in pixels."""
    image = _Canvas(sheet, boxes, thumbnails).drawn()
    quality = 84
    while True:
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality)
        if len(target.getvalue()) <= most or (quality <= 50 and image.width <= 400):
            return target.getvalue(), image.width, image.height
        if quality > 50:
            quality -= 12
        else:
            image = image.resize((image.width * 3 // 4, image.height * 3 // 4))


@dataclass(slots=True)
class _Canvas:
    """A sheet being drawn, from top to bottom. Everything is measured before the picture is made."""

    sheet: Sheet
    boxes: Mapping[int, Box]
    thumbnails: Mapping[int, Preview]

    def drawn(self) -> Image:
        from PIL import Image, ImageDraw

        per_row = self._per_row()
        widest = max((self.block_width(one, per_row) for one in self.sheet.layout.blocks), default=0)
        width = min(_WIDEST, max(640, self.beside * (widest + _APART) - _APART) + 2 * _MARGIN)
        type_size = round(13 * max(1.0, min(1.9, width / _SHOWN)))
        measure = Lettering(ImageDraw.Draw(Image.new("RGB", (8, 8))))
        height = _Pen(self, measure, None, width, type_size, per_row).sheet()
        image = Image.new("RGB", (width, min(_TALLEST, height)), _PAPER)
        _Pen(self, Lettering(ImageDraw.Draw(image)), image, width, type_size, per_row).sheet()
        return image

    def _per_row(self) -> int:
        count = len(self.sheet.tiles)
        fits = max(1, (1600 - 2 * _MARGIN) // (self.widest + _GAP))
        return self.sheet.layout.fixed or (2 if count == 4 else min(_FLOW if count > 24 else 6, fits))

    @property
    def row_head(self) -> int:
        return _WIDER_ROW_HEAD if self.sheet.has_blocks else _ROW_HEAD

    @property
    def beside(self) -> int:
        """How many blocks stand beside each other."""
        blocks = self.sheet.layout.blocks
        if not self.sheet.has_blocks:
            return 1
        widest = max(self.block_width(one, 1) for one in blocks)
        return max(1, min(len(blocks), (_BESIDE + _APART) // (widest + _APART)))

    @property
    def widest(self) -> int:
        return max((box[0] for box in self.boxes.values()), default=160)

    def block_width(self, one: Block, per_row: int) -> int:
        if not one.columns:
            return min(len(one.cells), per_row) * (self.widest + _GAP)
        beside = self.row_head if any(one.rows) else 0
        return beside + sum(self.column_width(one, at) for at in range(len(one.columns)))

    def column_width(self, one: Block, column: int) -> int:
        """Of the tiles that stand in it, side by side or above each other."""
        widest = _GAP + 40
        for (_, at), numbers in one.cells.items():
            if at == column and numbers:
                wide = [self.boxes[number][0] + _GAP for number in numbers if number in self.boxes]
                widest = max(widest, *([max(wide)] if self.sheet.layout.stacked and wide else [sum(wide)]))
        return widest


@dataclass(slots=True)
class _Pen:
    """Goes over a sheet once and draws what it meets; without an image it only measures."""

    canvas: _Canvas
    letters: Lettering
    image: Image | None
    width: int
    size: int  # of type
    per_row: int

    def sheet(self) -> int:
        """Draw all of it: how high it became."""
        sheet, room = self.canvas.sheet, self.width - 2 * _MARGIN
        top = self._text((_MARGIN, _MARGIN), sheet.title, room, size=round(self.size * 1.45), bold=True, most=2) + 4
        for line in sheet.lines:
            top = self._text((_MARGIN, top), line, room, colour=_GREY, most=3)
        if sheet.legend:
            top = self._text((_MARGIN, top + (0 if sheet.has_blocks else self.size)), sheet.legend, room, colour=_GREY)
        top += self.size if sheet.has_blocks or not sheet.legend else 4
        blocks, beside = sheet.layout.blocks, self.canvas.beside
        for start in range(0, len(blocks), beside):
            left, bottom = _MARGIN, top
            for one in blocks[start : start + beside]:
                bottom = max(bottom, self._block(one, left, top))
                left += max(self.canvas.block_width(each, self.per_row) for each in blocks) + _APART
            top = bottom
        endings = [sheet.ending.replace("`", ""), _LACKS if self.letters.lacks else ""]
        for line in filter(None, endings):
            top = self._text((_MARGIN, top), line, room, colour=_GREY, most=2)
        return top + _MARGIN - _GAP

    def _block(self, one: Block, left: int, top: int) -> int:
        sheet = self.canvas.sheet
        if one.heads:
            words = ", ".join(f"{name}: {label}" for name, label in one.heads)
            room = max(200, self.canvas.block_width(one, self.per_row))
            top = self._head((left, top), words, sheet.block_mean(one), room, size=round(self.size * 1.15)) + 6
        if not one.columns:
            return self._flow([n for numbers in one.cells.values() for n in numbers], top) + _GAP
        places, x = [], left + (self.canvas.row_head if any(one.rows) else 0)
        for column in range(len(one.columns)):
            places.append(x)
            x += self.canvas.column_width(one, column)
        widths = [self.canvas.column_width(one, column) - _GAP for column in range(len(one.columns))]
        bottom = top
        for column, head in enumerate(one.columns):
            mean = sheet.column_mean(one, column)
            bottom = max(bottom, self._head((places[column], top), head, mean, widths[column]))
        for row, head in enumerate(one.rows):
            if head:
                mean = sheet.row_mean(one, row)
                under = self._head((left, bottom + 4), head, mean, self.canvas.row_head - _GAP, most=6)
            cells = [self._cell(one.cells.get((row, column), ()), x, bottom + 4) for column, x in enumerate(places)]
            bottom = max(under if head else 0, *cells)
        return bottom + _GAP

    def _cell(self, numbers: Sequence[int], x: int, top: int) -> int:
        stacked, y, bottom = self.canvas.sheet.layout.stacked, top, top
        for number in numbers:
            if number not in self.canvas.boxes:
                continue
            bottom = max(bottom, self._tile(self.canvas.sheet.tiles[number], x, y))
            if stacked:
                y = bottom
            else:
                x += self.canvas.boxes[number][0] + _GAP
        return bottom

    def _flow(self, numbers: Sequence[int], top: int) -> int:
        for start in range(0, len(numbers), self.per_row):
            line, x, bottom = numbers[start : start + self.per_row], _MARGIN, top
            for number in line:
                bottom = max(bottom, self._tile(self.canvas.sheet.tiles[number], x, top))
                x += self.canvas.widest + _GAP
            top = bottom
        return top

    def _tile(self, tile: Tile, x: int, y: int) -> int:
        width, height = self.canvas.boxes[tile.number]
        if self.image is not None:
            self._face(tile, x, y, width, height)
        size = max(11, self.size - 2)
        y = self._text((x, y + height + 4), tile.foot, width, colour=_GREY, size=size)
        if tile.beneath:
            y = self._text((x, y), tile.beneath, width, colour=_GREY, size=size)
        return y + _GAP

    def _face(self, tile: Tile, x: int, y: int, width: int, height: int) -> None:
        from PIL import Image, ImageDraw

        assert self.image is not None
        draw = ImageDraw.Draw(self.image)
        draw.rectangle((x, y, x + width - 1, y + height - 1), fill=_EMPTY)
        made = self.canvas.thumbnails.get(tile.number)
        if made is None:
            said = tile.said or ("" if tile.original is None else "not shown")
            size = max(11, self.size - 2)
            room = max(1, (height - 16) // (size + 5))
            for at, line in enumerate(self.letters.lines(one_line(said, 300), size, width - 20, room)):
                self.letters.line((x + 10, y + 8 + at * (size + 5)), line, size, _GREY, width - 20)
        else:
            with Image.open(io.BytesIO(made.data), formats=["JPEG"]) as opened:
                factor = min(width / made.width, height / made.height)
                across, down = max(1, round(made.width * factor)), max(1, round(made.height * factor))
                small = opened.convert("RGB").resize((across, down), Image.Resampling.LANCZOS)
            if tile.dimmed:
                small = Image.blend(small, Image.new("RGB", small.size, _PAPER), 0.55)
            self.image.paste(small, (x + (width - across) // 2, y + (height - down) // 2))
        if tile.picked:
            draw.rectangle((x - 3, y - 3, x + width + 2, y + height + 2), outline=_PICKED, width=3)

    def _head(
        self, at: tuple[int, int], text: str, mean: Mean | None, room: int, *, size: int = 0, most: int = 3
    ) -> int:
        top = self._text(at, text, room, size=size, most=most, bold=True)
        if mean is not None:
            top = self._text((at[0], top), mean.words, room, colour=_GREY if mean.firm else _FAINT)
        return top

    def _text(
        self, at: tuple[int, int], text: str, room: int, *, colour: tuple[int, int, int] = _INK, size: int = 0,
        bold: bool = False, most: int = 1,
    ) -> int:  # fmt: skip
        """Lines of type: where they end."""
        size = size or self.size
        for number, line in enumerate(self.letters.lines(one_line(text, 400), size, room, most, bold=bold)):
            if self.image is not None:
                self.letters.line((at[0], at[1] + number * (size + 6)), line, size, colour, room, bold=bold)
            last = number
        return at[1] + (last + 1) * (size + 6) if text.strip() else at[1]
