"""Diagrams: flows, cycles, timelines, overlapping circles."""

import math
from itertools import pairwise

from PIL import Image, ImageDraw

from ..canvas.curves import Point, arc
from ..colours import RGB, lighter, mix
from ..scene import Item
from .sheets import Area, Sheet


def flow(sheet: Sheet, items: tuple[Item, ...], area: Area) -> None:
    """Boxes with arrows, along the longer side; long ones run in rows like a text."""
    x0, y0, x1, y1 = area
    wide, tall, count = x1 - x0, y1 - y0, len(items)
    columns = max(1, min(count, round(math.sqrt(count * wide / max(1.0, tall) / 1.9) + 0.4)))
    rows = math.ceil(count / columns)
    step_x, step_y = wide / columns, min(tall / rows, wide / columns * 1.5)
    top = (y0 + y1 - step_y * rows) / 2
    middles = []
    for index in range(count):
        row, column = divmod(index, columns)
        column = column if row % 2 == 0 else columns - 1 - column
        middles.append((x0 + (column + 0.5) * step_x, top + (row + 0.5) * step_y))
    half_x, half_y = step_x * 0.36, min(step_y * 0.3, step_x * 0.24)
    for one, other in pairwise(middles):
        _joined(sheet, one, other, half_x, half_y)
    for index, (item, (x, y)) in enumerate(zip(items, middles, strict=True)):
        _node(sheet, item.label, x, y, half_x, half_y, sheet.colour(index))


def _joined(sheet: Sheet, one: Point, other: Point, half_x: float, half_y: float) -> None:
    """An arrow from the rim of one box to the rim of the next."""
    gap = sheet.unit * 0.008
    if abs(one[1] - other[1]) < 1:
        side = 1 if other[0] > one[0] else -1
        _arrow(sheet, (one[0] + side * (half_x + gap), one[1]), (other[0] - side * (half_x + gap), other[1]))
    else:
        _arrow(sheet, (one[0], one[1] + half_y + gap), (other[0], other[1] - half_y - gap))


def _node(sheet: Sheet, label: str, x: float, y: float, half_x: float, half_y: float, colour: RGB) -> None:
    area = (x - half_x, y - half_y, x + half_x, y + half_y)
    off = sheet.unit * 0.007
    sheet.round_box(
        (area[0] + off, area[1] + off, area[2] + off, area[3] + off), mix(sheet.base, sheet.ink, 0.12), half_y * 0.4
    )
    sheet.round_box(area, lighter(colour, 0.78), half_y * 0.4, colour)
    sheet.text(label or "?", x, y, half_x * 1.8, half_y * 1.7, half_y * 0.62, (38, 34, 44), True)


def _arrow(sheet: Sheet, start: Point, end: Point) -> None:
    length = math.hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    dx, dy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    tip = min(sheet.unit * 0.026, length * 0.5)
    base = (end[0] - dx * tip, end[1] - dy * tip)
    ink = mix(sheet.ink, sheet.base, 0.25)
    sheet.line([start, base], sheet.unit * 0.0065, ink)
    half = tip * 0.48
    sheet.draw.polygon(
        [end, (base[0] - dy * half, base[1] + dx * half), (base[0] + dy * half, base[1] - dx * half)], fill=ink
    )


def cycle(sheet: Sheet, items: tuple[Item, ...], area: Area) -> None:
    """Labels round a circle, clockwise from the top, with arrows between them."""
    x0, y0, x1, y1 = area
    cx, cy, count = (x0 + x1) / 2, (y0 + y1) / 2, len(items)
    box_x = min(sheet.unit * 0.17, (x1 - x0) * 0.2)
    box_y = min(box_x * 0.5, (y1 - y0) * 0.1)
    rx, ry = min((x1 - x0) / 2 - box_x, (y1 - y0) * 0.95), min((y1 - y0) / 2 - box_y, (x1 - x0) * 0.95)
    middles = []
    for index in range(count):
        a = math.tau * index / count - math.pi / 2
        middles.append((cx + rx * math.cos(a), cy + ry * math.sin(a)))
        room = min(0.4, 0.5 * box_x / max(1.0, (rx + ry) / 2)) * 360 / math.tau * 1.5
        span = 360.0 / count
        start, end = (
            360.0 * index / count - 90 + min(room, span * 0.36),
            360.0 * (index + 1) / count - 90 - min(room, span * 0.36),
        )
        bow = arc(cx, cy, rx, ry, start, end, steps=24)
        sheet.line(bow, sheet.unit * 0.0065, mix(sheet.ink, sheet.base, 0.25))
        _arrow(sheet, bow[-3], bow[-1])
    for index, (item, (x, y)) in enumerate(zip(items, middles, strict=True)):
        _node(sheet, item.label, x, y, box_x, box_y, sheet.colour(index))


def timeline(sheet: Sheet, items: tuple[Item, ...], area: Area) -> None:
    """Points along a line, labels above and below in turn."""
    x0, y0, x1, y1 = area
    middle, step = (y0 + y1) / 2, (x1 - x0) / len(items)
    sheet.line([(x0, middle), (x1, middle)], sheet.unit * 0.008, sheet.pale)
    for index, item in enumerate(items):
        x, side = x0 + (index + 0.5) * step, -1 if index % 2 == 0 else 1
        reach, r = min((y1 - y0) * 0.22, sheet.unit * 0.2), sheet.unit * 0.02
        sheet.line([(x, middle), (x, middle + side * reach)], sheet.unit * 0.004, sheet.colour(index))
        sheet.draw.ellipse((x - r, middle - r, x + r, middle + r), fill=sheet.colour(index))
        size = sheet.unit * 0.036
        sheet.text(item.label or "?", x, middle + side * (reach + size * 1.4), step * 1.7, size * 3.4, size, bold=True)
        if item.value:
            sheet.text(f"{item.value:.0f}", x, middle - side * size * 1.4, step, size * 1.4, size * 0.9)


def venn(sheet: Sheet, items: tuple[Item, ...], area: Area) -> None:
    """Overlapping circles, two or three."""
    x0, y0, x1, y1 = area
    cx, cy, count = (x0 + x1) / 2, (y0 + y1) / 2, min(3, len(items))
    r = min((x1 - x0) * (0.3 if count > 1 else 0.45), (y1 - y0) * (0.46 if count < 3 else 0.29))
    spread = r * (0.62 if count > 1 else 0.0)
    for index in range(count):
        a = math.tau * index / count + (math.pi if count == 2 else -math.pi / 2)
        x, y = cx + spread * math.cos(a), cy + spread * math.sin(a)
        mask = Image.new("L", sheet.image.size)
        ImageDraw.Draw(mask).ellipse((x - r, y - r, x + r, y + r), fill=150)
        sheet.image.paste(sheet.colour(index), (0, 0), mask)
    for index in range(count):
        a = math.tau * index / count + (math.pi if count == 2 else -math.pi / 2)
        sheet.text(
            items[index].label,
            cx + spread * 1.75 * math.cos(a),
            cy + spread * 1.75 * math.sin(a),
            r * 0.95,
            r * 0.5,
            r * 0.17,
            (30, 26, 40),
            True,
        )
