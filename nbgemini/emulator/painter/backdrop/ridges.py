"""What rises behind the ground: hills, peaks, dunes, lines of trees, skylines."""

import math
from collections.abc import Callable

from PIL import ImageDraw

from ..canvas.curves import Point
from ..canvas.stage import Stage
from ..colours import RGB, darker, lighter, mix
from ..dice import Dice
from .seasons import grass, leaf

Line = list[Point]


def wave(stage: Stage, name: str, base: float, height: float, length: float, rough: float = 0.35) -> Line:
    """A gently rolling line; ``length`` is that of its longest wave in stage units."""
    dice, unit = stage.dice("wave", name), stage.unit
    parts = [(height * rough**k, length * 0.46**k, dice.between(0, math.tau)) for k in range(4)]
    step = max(2.0, unit / 160)
    count = int(stage.width / step) + 2
    return [
        (
            i * step,
            base - unit * sum(a * (0.5 + 0.5 * math.sin(i * step / unit * math.tau / w + p)) for a, w, p in parts),
        )
        for i in range(count)
    ]


def jagged(stage: Stage, name: str, base: float, height: float, gap: float) -> tuple[Line, list[tuple[Point, float]]]:
    """A line of peaks, and each peak with its height in pixels."""
    dice, unit = stage.dice("peaks", name), stage.unit
    points: Line = [(-unit, base)]
    tops: list[tuple[Point, float]] = []
    x = -gap * unit * dice.unit()
    while x < stage.width + gap * unit:
        tall = height * unit * dice.between(0.55, 1.0)
        top = (x + gap * unit * dice.between(0.4, 0.6), base - tall)
        points += _slope((x, base - tall * dice.between(0.1, 0.35)), top, dice)
        tops.append((top, tall))
        x += gap * unit * dice.between(0.75, 1.1)
        points += _slope(top, (x, base - tall * dice.between(0.1, 0.3)), dice)
    return points, tops


def _slope(start: Point, end: Point, dice: Dice) -> Line:
    """A climb with a few uneven steps."""
    rise, line = end[1] - start[1], [start]
    for k in (0.25, 0.5, 0.75):
        off = dice.between(-0.07, 0.07) * abs(rise)
        line.append((start[0] + (end[0] - start[0]) * k, start[1] + rise * k + off))
    return [*line, end]


def _lift(stage: Stage) -> float:
    """How much higher ranges stack in tall pictures, in pixels a layer."""
    return max(0.0, stage.horizon - stage.width * 1.3) * 0.16


def _hills(stage: Stage, name: str, height: float, length: float, far: float, lift: float) -> None:
    base = stage.horizon - lift * _lift(stage) + stage.unit * 0.02
    colour = mix(grass(stage), (92, 128, 120), 0.25 + 0.3 * far)
    top, low = stage.tone(colour, far), stage.tone(lighter(colour, 0.18), min(1.0, far + 0.22))
    stage.under(wave(stage, name, base, height, length), (top, low), stage.horizon + stage.unit * 0.1 + 2)


def far_hills(stage: Stage) -> None:
    for index in range(int(_lift(stage) > stage.unit * 0.2) * 2, -1, -1):
        _hills(stage, f"far{index}", 0.16, 1.25, 0.62 + 0.1 * index, 1.6 + index * 1.2)


def hills(stage: Stage) -> None:
    _hills(stage, "mid", 0.12, 1.6, 0.4, 0.6)
    _woods(stage, "mid-woods", 0.4, 0.6)


def near_hills(stage: Stage) -> None:
    _hills(stage, "near", 0.1, 2.2, 0.18, 0.0)


def _woods(stage: Stage, name: str, far: float, lift: float) -> None:
    """Groups of small round trees on a far slope."""
    if "tree" in stage.scene.without:
        return
    dice, unit = stage.dice(name), stage.unit
    draw = ImageDraw.Draw(stage.image)
    line = wave(stage, "mid", stage.horizon - lift * _lift(stage) + unit * 0.02, 0.12, 1.6)
    for _ in range(int(stage.width / unit * 5) + 2):
        u, many = dice.unit(), dice.whole(2, 5)
        for _ in range(many):
            at = u * stage.width + dice.between(-0.05, 0.05) * unit
            index = max(0, min(len(line) - 1, round(at / stage.width * (len(line) - 1))))
            y, r = line[index][1] + dice.between(0.005, 0.03) * unit, unit * dice.between(0.008, 0.016)
            colour = stage.tone(darker(leaf(stage, dice), 0.2), far)
            draw.ellipse((at - r, y - r * 1.5, at + r, y + r * 0.8), fill=colour)


def peaks(stage: Stage) -> None:
    """Two or three mountain ranges, the farther the paler, with snow on top."""
    lift = _lift(stage)
    count = 2 + int(lift > stage.unit * 0.25)
    for index in range(count - 1, -1, -1):
        far = 0.5 + 0.2 * index
        line, tops = jagged(
            stage, f"range{index}", stage.horizon - index * lift, 0.34 + 0.1 * index, 0.5 - 0.06 * index
        )
        rock = mix((96, 108, 134), (110, 96, 110), 0.3 * index)
        colours = (stage.tone(rock, far), stage.tone(lighter(rock, 0.25), min(1.0, far + 0.3)))
        stage.under(line, colours, stage.horizon + 2)
        for top, tall in tops:
            _snowcap(stage, top, tall, far, index)


def _snowcap(stage: Stage, top: Point, tall: float, far: float, index: int) -> None:
    """Snow on the lit side of a peak and down to an uneven edge."""
    dice = stage.dice("cap", index, round(top[0] / stage.unit, 1))
    deep = tall * (0.62 if stage.scene.season == "winter" else 0.3)
    side = 1 if stage.light.sun_u > 0.5 else -1
    half = deep * 0.55
    x, y = top
    edge = [(x + half * (1 - k / 3) - half * k / 3, y + deep * dice.between(0.62, 0.95)) for k in range(4)]
    draw = ImageDraw.Draw(stage.image)
    white, blue = stage.tone((248, 250, 252), far * 0.6), stage.tone((196, 210, 232), far * 0.7)
    draw.polygon([top, (x + half * 0.86, y + deep * 0.8), *edge, (x - half * 0.86, y + deep * 0.8)], fill=white)
    draw.polygon([top, (x - side * half * 0.86, y + deep * 0.8), (x - side * half * 0.2, y + deep * 0.7)], fill=blue)


def dunes(stage: Stage) -> None:
    for index in (1, 0):
        far = 0.25 + 0.3 * index
        sand = mix((230, 184, 118), (214, 150, 100), 0.4 * index)
        line = wave(
            stage, f"dune{index}", stage.horizon + stage.unit * 0.03, 0.1 + 0.05 * index, 1.1 + 0.5 * index, 0.22
        )
        colours = (stage.tone(lighter(sand, 0.2), far), stage.tone(darker(sand, 0.14), far))
        stage.under(line, colours, stage.horizon + stage.unit * 0.12)


def mesas(stage: Stage) -> None:
    """Flat-topped rocks far off."""
    dice, unit, base = stage.dice("mesas"), stage.unit, float(stage.horizon)
    line: Line = [(0.0, base)]
    x = dice.between(-0.2, 0.2) * unit
    while x < stage.width:
        wide, tall = dice.between(0.16, 0.42) * unit, dice.between(0.08, 0.24) * unit
        line += [(x, base), (x + 0.03 * unit, base - tall * 0.4), (x + 0.05 * unit, base - tall)]
        line += [
            (x + wide, base - tall * 0.97),
            (x + wide + 0.02 * unit, base - tall * 0.4),
            (x + wide + 0.06 * unit, base),
        ]
        x += wide + dice.between(0.2, 0.8) * unit
    rock = (188, 104, 76)
    stage.under(
        [*line, (stage.width, base)], (stage.tone(rock, 0.5), stage.tone(lighter(rock), 0.75)), stage.horizon + 2
    )


def snow_hills(stage: Stage) -> None:
    for index in (1, 0):
        far = 0.2 + 0.25 * index
        line = wave(stage, f"snow{index}", stage.horizon + stage.unit * 0.02, 0.1 + 0.05 * index, 1.3 + 0.4 * index)
        colours = (stage.tone((244, 248, 253), far), stage.tone((206, 220, 240), far))
        stage.under(line, colours, stage.horizon + stage.unit * 0.1)


def craters(stage: Stage) -> None:
    line, _ = jagged(stage, "rim", stage.horizon, 0.12, 0.6)
    stage.under(line, (stage.tone((138, 138, 148), 0.2), stage.tone((160, 160, 170), 0.2)), stage.horizon + 2)


def _treeline(stage: Stage, name: str, tall: float, far: float, gap: float) -> None:
    """A wall of trees, spruces and round crowns mixed."""
    dice, unit = stage.dice(name), stage.unit
    draw = ImageDraw.Draw(stage.image)
    base = stage.horizon + unit * 0.03
    x = -gap * unit
    while x < stage.width + gap * unit:
        high, wide = unit * tall * dice.between(0.6, 1.0), unit * gap * dice.between(0.7, 1.2)
        shade: RGB = stage.tone(darker(leaf(stage, dice), 0.12 + 0.2 * (1 - far)), far)
        if dice.chance(0.55):
            for k in range(3):
                y, w = base - high * (0.3 + 0.24 * k), wide * (1.0 - 0.26 * k)
                draw.polygon([(x - w, y + high * 0.08), (x, y - high * 0.34), (x + w, y + high * 0.08)], fill=shade)
        else:
            draw.ellipse((x - wide * 1.2, base - high, x + wide * 1.2, base - high * 0.2), fill=shade)
        draw.rectangle((x - wide * 0.9, base - high * 0.3, x + wide * 0.9, base), fill=shade)
        x += unit * gap * dice.between(0.6, 1.0)


def far_trees(stage: Stage) -> None:
    lift = min(0.5, _lift(stage) / stage.unit)
    _treeline(stage, "far-trees", 0.5 + lift, 0.62, 0.07)


def trees(stage: Stage) -> None:
    _treeline(stage, "trees", 0.36, 0.34, 0.085)


def skyline(stage: Stage) -> None:
    _blocks(stage, "skyline", 0.34, 0.28)


def far_skyline(stage: Stage) -> None:
    _blocks(stage, "far-skyline", 0.5, 0.62)


def _blocks(stage: Stage, name: str, tall: float, far: float) -> None:
    """Houses of a city, with windows that are lit when it is dark."""
    dice, unit = stage.dice(name), stage.unit
    draw = ImageDraw.Draw(stage.image)
    base, x = stage.horizon + unit * 0.02, -unit * 0.1
    stretch = 1 + _lift(stage) / unit * 2
    while x < stage.width:
        wide, high = unit * dice.between(0.08, 0.17), unit * tall * stretch * dice.between(0.4, 1.0)
        wall = dice.pick(((150, 158, 176), (176, 150, 140), (128, 142, 160), (190, 172, 152), (140, 132, 152)))
        front, cap = stage.tone(wall, far), dice.unit()
        draw.rectangle((x, base - high, x + wide, base), fill=front)
        draw.rectangle((x + wide * 0.78, base - high, x + wide, base), fill=stage.tone(darker(wall, 0.2), far))
        if cap < 0.3:
            draw.rectangle((x + wide * 0.3, base - high * 1.06, x + wide * 0.6, base - high), fill=front)
        elif cap < 0.42:
            draw.line(
                (x + wide / 2, base - high * 1.2, x + wide / 2, base - high),
                fill=front,
                width=max(1, round(unit * 0.004)),
            )
        _windows(stage, draw, (x, base - high, wide * 0.78, high), wall, far, dice)
        x += wide * dice.between(0.95, 1.25)


def _windows(
    stage: Stage, draw: ImageDraw.ImageDraw, house: tuple[float, float, float, float], wall: RGB, far: float, dice: Dice
) -> None:
    x, y, wide, high = house
    cell = stage.unit * 0.026
    dull = stage.tone(mix(wall, (70, 84, 110), 0.45), far)
    shine = mix((255, 214, 130), stage.light.haze, far * 0.45)
    for row in range(1, int(high / cell)):
        for column in range(int(wide / cell)):
            left, top = x + (column + 0.28) * cell + wide % cell / 2, y + (row - 0.3) * cell
            lit = dice.unit() < 0.42 * stage.light.dark
            draw.rectangle((left, top, left + cell * 0.42, top + cell * 0.5), fill=shine if lit else dull)


def cottages(stage: Stage) -> None:
    """A row of small houses on the slope behind."""
    dice, unit = stage.dice("cottages"), stage.unit
    draw = ImageDraw.Draw(stage.image)
    x = unit * dice.between(0.0, 0.1)
    while x < stage.width:
        s, base = unit * dice.between(0.05, 0.085), stage.horizon + unit * dice.between(0.0, 0.03)
        wall, roof = (
            dice.pick(((238, 226, 204), (226, 198, 160), (214, 214, 210))),
            dice.pick(((176, 84, 62), (142, 82, 70), (96, 96, 116))),
        )
        draw.rectangle((x, base - s * 0.8, x + s * 1.3, base), fill=stage.tone(wall, 0.25))
        draw.polygon(
            [(x - s * 0.15, base - s * 0.8), (x + s * 0.65, base - s * 1.5), (x + s * 1.45, base - s * 0.8)],
            fill=stage.tone(roof, 0.25),
        )
        lit = (255, 210, 120) if stage.light.dark > 0.5 else stage.tone((96, 108, 128), 0.25)
        for k in (0.25, 0.8):
            draw.rectangle((x + s * k, base - s * 0.55, x + s * (k + 0.24), base - s * 0.3), fill=lit)
        x += s * dice.between(1.6, 3.6)


def window(stage: Stage) -> None:
    from .rooms import window as paint_window

    paint_window(stage)


def soft_room(stage: Stage) -> None:
    from .rooms import soft

    soft(stage)


LAYERS: dict[str, Callable[[Stage], None]] = {
    "far-hills": far_hills,
    "hills": hills,
    "near-hills": near_hills,
    "peaks": peaks,
    "dunes": dunes,
    "mesas": mesas,
    "snow-hills": snow_hills,
    "craters": craters,
    "far-trees": far_trees,
    "trees": trees,
    "skyline": skyline,
    "far-skyline": far_skyline,
    "cottages": cottages,
    "window": window,
    "soft-room": soft_room,
}
