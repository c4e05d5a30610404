"""Charts and diagrams with the numbers and labels that were given."""

import math
from collections.abc import Callable
from itertools import pairwise

from PIL import Image, ImageDraw

from . import lettering
from .backdrop.rooms import sheet_colour
from .colours import RGB, darker, lighter, luminance, mix, parse, readable_on
from .curves import Point, arc
from .scene import Chart, Item
from .stage import Stage

SERIES = ("#3f78b5", "#e08a4a", "#5fa36a", "#c9545a", "#8a6bb0", "#d8b04a", "#4aa6a6", "#c97fa6", "#7a7f8a", "#9a6a4a")
Area = tuple[float, float, float, float]


class Sheet:
    """The part of the picture a chart is drawn on, twice as large as needed unless the picture is large anyway."""

    def __init__(self, stage: Stage, chart: Chart) -> None:
        self.stage, self.chart = stage, chart
        self.scale = 2 if stage.width * stage.height < 3_500_000 else 1
        self.image = stage.image.resize((stage.width * self.scale, stage.height * self.scale), Image.Resampling.NEAREST)
        self.draw = ImageDraw.Draw(self.image)
        self.unit = min(stage.width, stage.height) * self.scale * 1.0
        base = sheet_colour(stage.scene)
        self.ink: RGB = readable_on(base)
        self.pale: RGB = mix(base, self.ink, 0.16)
        self.base = base

    def colour(self, index: int) -> RGB:
        own = parse(self.chart.colour)
        if own:
            return own if self.chart.kind in ("bar", "line") else mix(own, (250, 246, 238), (index % 4) * 0.18)
        palette = self.stage.scene.palette
        text = palette[index % len(palette)] if palette else SERIES[index % len(SERIES)]
        return parse(text) or (90, 120, 160)

    def text(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        height: float,
        size: float,
        ink: RGB | None = None,
        bold: bool = False,
    ) -> None:
        """Type centred on a point, made to fit a box."""
        mask = lettering.block(
            text, max(8.0, width), max(8.0, height), max(8, round(size)), "bold" if bold else "regular"
        )
        self.image.paste(ink or self.ink, (round(x - mask.width / 2), round(y - mask.height / 2)), mask)

    def line(self, points: list[Point], width: float, fill: RGB) -> None:
        self.draw.line(
            [(round(x, 1), round(y, 1)) for x, y in points], fill=fill, width=max(1, round(width)), joint="curve"
        )

    def round_box(self, area: Area, fill: RGB, radius: float, outline: RGB | None = None) -> None:
        self.draw.rounded_rectangle(
            [round(v) for v in area], radius=radius, fill=fill, outline=outline, width=max(1, round(self.unit * 0.004))
        )


def paint(stage: Stage, chart: Chart) -> None:
    """The chart in the middle of the picture, its title above it."""
    sheet = Sheet(stage, chart)
    width, height = sheet.image.size
    margin = min(width, height) * 0.09
    top = margin
    if chart.title:
        size = min(width, height) * 0.062
        sheet.text(chart.title, width / 2, margin * 0.75 + size * 0.6, width * 0.86, size * 2.4, size, bold=True)
        top = margin + size * 1.6
    if any(letters.place == "top" for letters in stage.scene.letters):
        top += min(width, height) * 0.12
    area = (margin, top, width - margin, height - margin * 1.1)
    DRAWN.get(chart.kind, bar)(sheet, chart.items or (Item(label="?", value=1.0),), area)
    stage.image = sheet.image.reduce(sheet.scale) if sheet.scale > 1 else sheet.image


def written(value: float) -> str:
    """A number as one would write it."""
    if value == int(value) and abs(value) < 1e12:
        return f"{int(value):,}".replace(",", "\u2009")
    return f"{value:.4g}"


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from at most ``low`` to at least ``high``."""
    span = (high - low) or 1.0
    step = 10.0 ** math.floor(math.log10(span / 4))
    step *= next(factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if span / (step * factor) <= 6)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [index * step for index in range(int(first), int(last) + 1)]


def _axes(sheet: Sheet, items: tuple[Item, ...], area: Area) -> tuple[Area, Callable[[float], float]]:
    """Grid lines with their numbers; gives the inner area and the height of a value."""
    x0, y0, x1, y1 = area
    size = sheet.unit * 0.03
    values = [item.value for item in items]
    ticks = _ticks(min(0.0, *values), max([*values, 0.0]) or 1.0)
    x0 += size * max(len(written(tick)) for tick in ticks) * 0.62 + size
    y1 -= size * 2.6

    def at(value: float) -> float:
        return y1 - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (y1 - y0)

    for tick in ticks:
        sheet.line(
            [(x0, at(tick)), (x1, at(tick))],
            sheet.unit * (0.004 if tick == 0 else 0.0018),
            sheet.ink if tick == 0 else sheet.pale,
        )
        mask = lettering.mask(written(tick), max(8, round(size)), "regular")
        sheet.image.paste(
            mix(sheet.ink, sheet.base, 0.3),
            (round(x0 - size * 0.6 - mask.width), round(at(tick) - mask.height / 2)),
            mask,
        )
    return (x0, y0, x1, y1), at


def bar(sheet: Sheet, items: tuple[Item, ...], area: Area) -> None:
    (x0, _, x1, y1), at = _axes(sheet, items, area)
    step = (x1 - x0) / len(items)
    size = min(sheet.unit * 0.036, step * 0.3)
    for index, item in enumerate(items):
        colour, middle = sheet.colour(index), x0 + (index + 0.5) * step
        half = min(step * 0.36, sheet.unit * 0.16)
        top, low = sorted((at(item.value), at(0.0)))
        sheet.draw.rectangle((round(middle - half), round(top), round(middle + half), round(low)), fill=colour)
        sheet.draw.rectangle(
            (round(middle + half * 0.62), round(top), round(middle + half), round(low)), fill=darker(colour, 0.12)
        )
        sheet.text(written(item.value), middle, top - size * 0.75, step, size * 1.6, size, bold=True)
        sheet.text(item.label, middle, y1 + sheet.unit * 0.042, step * 0.94, sheet.unit * 0.075, size)


def line(sheet: Sheet, items: tuple[Item, ...], area: Area) -> None:
    (x0, _, x1, y1), at = _axes(sheet, items, area)
    step = (x1 - x0) / len(items)
    points = [(x0 + (index + 0.5) * step, at(item.value)) for index, item in enumerate(items)]
    colour, size = sheet.colour(0), min(sheet.unit * 0.034, step * 0.34)
    if len(points) > 1:
        shade = [*points, (points[-1][0], at(0.0)), (points[0][0], at(0.0))]
        sheet.draw.polygon([(round(x, 1), round(y, 1)) for x, y in shade], fill=mix(colour, sheet.base, 0.82))
        sheet.line(points, sheet.unit * 0.008, colour)
    for (x, y), item in zip(points, items, strict=True):
        r = sheet.unit * 0.012
        sheet.draw.ellipse((x - r, y - r, x + r, y + r), fill=sheet.base, outline=colour, width=max(1, round(r * 0.45)))
        sheet.text(written(item.value), x, y - size * 1.15, step, size * 1.6, size, bold=True)
        sheet.text(item.label, x, y1 + sheet.unit * 0.042, step * 0.94, sheet.unit * 0.075, size)


def pie(sheet: Sheet, items: tuple[Item, ...], area: Area) -> None:
    """Slices from the top clockwise; the key stands beside the pie, or below it in tall pictures."""
    x0, y0, x1, y1 = area
    wide, tall = x1 - x0, y1 - y0
    beside = wide > tall * 1.15
    r = min(wide * 0.27, tall * 0.46) if beside else min(wide * 0.42, tall * 0.33)
    cx, cy = (x0 + r * 1.15 + (wide - 4.2 * r) * 0.3, (y0 + y1) / 2) if beside else ((x0 + x1) / 2, y0 + r * 1.08)
    total = sum(max(0.0, item.value) for item in items) or 1.0
    start = -90.0
    for index, item in enumerate(items):
        sweep = 360.0 * max(0.0, item.value) / total
        colour = sheet.colour(index)
        if sweep > 0:
            sheet.draw.polygon(
                [(cx, cy), *arc(cx, cy, r, r, start, start + sweep, steps=max(3, int(sweep)))], fill=colour
            )
            edge = arc(cx, cy, r, r, start, start + sweep, steps=2)
            if sweep < 359:
                sheet.line([(cx, cy), edge[0]], sheet.unit * 0.006, sheet.base)
        middle = math.radians(start + sweep / 2)
        if sweep > 16:
            ink = readable_on(colour) if luminance(colour) > 0.62 else (255, 255, 255)
            sheet.text(
                f"{100 * item.value / total:.0f}%",
                cx + r * 0.66 * math.cos(middle),
                cy + r * 0.66 * math.sin(middle),
                r * 0.5,
                r * 0.3,
                r * 0.15,
                ink,
                True,
            )
        start += sweep
    _key(sheet, items, (cx + r * 1.25, y0, x1, y1) if beside else (x0, cy + r * 1.2, x1, y1))


def _key(sheet: Sheet, items: tuple[Item, ...], area: Area) -> None:
    x0, y0, x1, y1 = area
    step = min((y1 - y0) / max(1, len(items)), sheet.unit * 0.085)
    top = (y0 + y1) / 2 - step * len(items) / 2
    for index, item in enumerate(items):
        y, side = top + (index + 0.5) * step, step * 0.42
        sheet.round_box((x0, y - side / 2, x0 + side, y + side / 2), sheet.colour(index), side * 0.2)
        text = f"{item.label}  {written(item.value)}" if item.label else written(item.value)
        mask = lettering.block(text, max(10.0, x1 - x0 - side * 1.6), step * 0.8, max(8, round(step * 0.46)), "regular")
        sheet.image.paste(sheet.ink, (round(x0 + side * 1.5), round(y - mask.height / 2)), mask)


def flow(sheet: Sheet, items: tuple[Item, ...], area: Area) -> None:
    """Boxes with arrows, along the longer side; long ones run in rows like a text."""
    x0, y0, x1, y1 = area
    wide, tall, count = x1 - x0, y1 - y0, len(items)
    columns = max(1, min(count, round(math.sqrt(count * wide / max(1.0, tall) / 1.9) + 0.4)))
    rows = math.ceil(count / columns)
    step_x, step_y = wide / columns, min(tall / rows, wide / columns * 0.9)
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


DRAWN: dict[str, Callable[[Sheet, tuple[Item, ...], Area], None]] = {
    "bar": bar,
    "line": line,
    "pie": pie,
    "flow": flow,
    "cycle": cycle,
    "timeline": timeline,
    "venn": venn,
}
