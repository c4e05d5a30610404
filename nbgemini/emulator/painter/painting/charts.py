"""Charts and diagrams with the numbers and labels that were given."""

import math
from collections.abc import Callable

from ..canvas import lettering
from ..canvas.curves import arc
from ..canvas.stage import Stage
from ..colours import darker, luminance, mix, readable_on
from ..scene import Chart, Item
from .diagrams import cycle, flow, timeline, venn
from .sheets import Area, Sheet


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


DRAWN: dict[str, Callable[[Sheet, tuple[Item, ...], Area], None]] = {
    "bar": bar,
    "line": line,
    "pie": pie,
    "flow": flow,
    "cycle": cycle,
    "timeline": timeline,
    "venn": venn,
}
