"""Pictures of words nothing else answers to: their colours and forms follow the letters."""

import math

from PIL import Image, ImageDraw

from ..canvas.curves import Point, arc, oval, regular, ribbon, smooth, star
from ..canvas.stage import Stage
from ..colours import RGB, darker, lighter, mix, parse, rgb, turned
from ..dice import Dice
from ..scene import Scene

ROUND, SHARP = set("aoumbdgqecnрофсюöüä"), set("ktxzivwyf{}[]<>/\\4712жцчшкл")


# Palettes that were chosen by eye; five colours that hold together.
PALETTES = (
    "#264653 #2a9d8f #e9c46a #f4a261 #e76f51",
    "#355070 #6d597a #b56576 #e56b6f #eaac8b",
    "#1d3557 #457b9d #a8dadc #f1c27d #e63946",
    "#3d405b #81b29a #f2cc8f #e07a5f #6a7fa0",
    "#5f0f40 #9a031e #fb8b24 #e36414 #0f4c5c",
    "#2b2d42 #8d99ae #ef6f6c #f7b267 #56a3a6",
    "#606c38 #283618 #dda15e #bc6c25 #8a9a5b",
    "#0b3954 #087e8b #bfd7ea #ff5a5f #f4b860",
    "#6b705c #a5a58d #cb997e #ddbea9 #3f5e5a",
    "#22577a #38a3a5 #57cc99 #80ed99 #f2b880",
    "#4a4e69 #9a8c98 #c9ada7 #f28482 #84a59d",
    "#7b2d26 #d7c9aa #0b7a75 #19535f #e0a458",
    "#3a0ca3 #7209b7 #f72585 #4cc9f0 #ffb703",
    "#582f0e #a68a64 #656d4a #333d29 #d98e4a",
)


def colours(scene: Scene) -> list[RGB]:
    """Five colours that go together: those given first, then a palette the words pick."""
    dice = Dice(scene.seed, scene.words, "colours")
    said = [text for text in scene.palette if parse(text)]
    own = [turned(rgb(text), dice.between(-0.015, 0.015)) for text in dice.pick(PALETTES).split()]
    return ([rgb(text) for text in said] + own)[:5]


def roundness(words: str) -> float:
    """How soft the words sound: 1 for bouba, 0 for kiki."""
    soft = sum(letter in ROUND for letter in words.lower())
    hard = sum(letter in SHARP for letter in words.lower())
    return soft / (soft + hard) if soft + hard else 0.5


def paint(stage: Stage) -> None:
    scene = stage.scene
    tints = colours(scene)
    ground = scene.tint("background") or scene.tint("sky")
    paper = rgb(ground) if ground else mix(tints[0], (248, 240, 224), 0.82)
    paper = stage.tone(paper) if not ground else paper
    if scene.time in ("night", "dusk"):
        paper = mix(paper, (16, 18, 44), 0.8)
    stage.gradient((0, 0, stage.width, stage.height), (lighter(paper, 0.12), paper, darker(paper, 0.1)))
    dice = Dice(scene.seed, scene.words, "forms")
    forms = (_discs, _ribbons, _tiles, _strata, _orbit)
    if roundness(scene.words) > 0.6:
        forms = (_discs, _ribbons, _orbit, _discs, _strata)
    elif roundness(scene.words) < 0.4:
        forms = (_tiles, _shards, _strata, _shards, _orbit)
    dice.pick(forms)(stage, tints, dice)
    _sprinkle(stage, tints, dice)


class _Layer:
    """Translucent shapes, drawn on a smaller mask that is scaled to the picture."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def shape(self, points: list[Point], colour: RGB, alpha: float) -> None:
        stage = self.stage
        xs, ys = [x for x, _ in points], [y for _, y in points]
        x0, y0 = math.floor(max(-8.0, min(xs) - 2)), math.floor(max(-8.0, min(ys) - 2))
        x1, y1 = math.ceil(min(stage.width + 8.0, max(xs) + 2)), math.ceil(min(stage.height + 8.0, max(ys) + 2))
        if x1 <= x0 or y1 <= y0:
            return
        scale = 2 if (x1 - x0) * (y1 - y0) < 2_000_000 else 1
        mask = Image.new("L", ((x1 - x0) * scale, (y1 - y0) * scale))
        pixels = [(round((x - x0) * scale, 1), round((y - y0) * scale, 1)) for x, y in points]
        ImageDraw.Draw(mask).polygon(pixels, fill=round(255 * alpha))
        stage.image.paste(colour, (x0, y0), mask.reduce(scale) if scale > 1 else mask)


def _cells(stage: Stage, step: float) -> list[tuple[float, float]]:
    """Middles of a loose grid over the picture."""
    columns, rows = max(1, round(stage.width / step)), max(1, round(stage.height / step))
    return [
        ((i + 0.5) / columns * stage.width, (j + 0.5) / rows * stage.height)
        for j in range(rows)
        for i in range(columns)
    ]


def _discs(stage: Stage, tints: list[RGB], dice: Dice) -> None:
    """Overlapping circles and rings, one of them large."""
    layer, unit = _Layer(stage), stage.unit
    for index, (x, y) in enumerate(_cells(stage, unit * 0.42)):
        cx, cy = x + dice.between(-0.2, 0.2) * unit, y + dice.between(-0.2, 0.2) * unit
        r = unit * (dice.between(0.05, 0.2) if index % 3 else dice.between(0.18, 0.32))
        colour = dice.pick(tints)
        layer.shape(oval(cx, cy, r, r, steps=90), colour, dice.between(0.55, 0.92))
        if dice.chance(0.4):
            layer.shape(oval(cx, cy, r * 0.6, r * 0.6, steps=80), lighter(colour, 0.55), 0.85)
        if dice.chance(0.3):
            half = arc(cx, cy, r * 1.2, r * 1.2, 0, 180, dice.between(0, 360), 60)
            layer.shape(half, dice.pick(tints), 0.7)


def _ribbons(stage: Stage, tints: list[RGB], dice: Dice) -> None:
    """Bands that flow through the picture along its longer side."""
    layer, unit = _Layer(stage), stage.unit
    tall = stage.height > stage.width * 1.4
    long, wide = (stage.height, stage.width) if tall else (stage.width, stage.height)
    for index in range(9):
        base, swing, phase = wide * (index + 0.5) / 9, unit * dice.between(0.05, 0.16), dice.between(0, math.tau)
        length, thick = unit * dice.between(0.7, 1.5), unit * dice.between(0.03, 0.13)
        line = [
            (
                at,
                base
                + swing * math.sin(at / length * math.tau + phase)
                + swing * 0.4 * math.sin(at / length * 11 + phase * 2),
            )
            for at in [long * k / 60 - 0.02 * long for k in range(63)]
        ]
        widths = [thick * (0.55 + 0.45 * math.sin(k / 63 * math.pi * 2 + phase)) + unit * 0.006 for k in range(63)]
        points = ribbon([(y, x) for x, y in line] if tall else line, widths)
        layer.shape(points, tints[index % 5], dice.between(0.75, 0.95))


def _tiles(stage: Stage, tints: list[RGB], dice: Dice) -> None:
    """A grid of quarter circles, triangles and squares."""
    layer = _Layer(stage)
    size = stage.unit / dice.pick((4, 5, 6))
    columns, rows = max(1, round(stage.width / size)), max(1, round(stage.height / size))
    w, h = stage.width / columns, stage.height / rows
    for row in range(rows):
        for column in range(columns):
            x, y = column * w, row * h
            ground, front, form, turn = dice.pick(tints), dice.pick(tints), dice.whole(0, 5), dice.whole(0, 3)
            square: list[Point] = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
            layer.shape(square, lighter(ground, 0.35), 1.0)
            corner = square[turn]
            if form < 2:
                layer.shape([corner, *arc(corner[0], corner[1], w, h, turn * 90, turn * 90 + 90, steps=40)], front, 1.0)
            elif form == 2:
                layer.shape([square[turn], square[(turn + 1) % 4], square[(turn + 2) % 4]], front, 1.0)
            elif form == 3:
                layer.shape(oval(x + w / 2, y + h / 2, w * 0.38, h * 0.38, steps=60), front, 1.0)
            elif form == 4:
                layer.shape([corner, *arc(corner[0], corner[1], w, h, turn * 90, turn * 90 + 90, steps=40)], front, 1.0)
                layer.shape(
                    [corner, *arc(corner[0], corner[1], w / 2, h / 2, turn * 90, turn * 90 + 90, steps=40)],
                    dice.pick(tints),
                    1.0,
                )


def _strata(stage: Stage, tints: list[RGB], dice: Dice) -> None:
    """Layers like land seen from afar, and a disc above them."""
    unit, layer = stage.unit, _Layer(stage)
    x, y, r = dice.between(0.25, 0.75) * stage.width, stage.height * 0.3, unit * dice.between(0.12, 0.2)
    layer.shape(oval(x, y, r, r, steps=90), tints[1], 0.95)
    count = 7
    for index in range(count):
        base = stage.height * (0.4 + 0.58 * index / count)
        swing = unit * dice.between(0.03, 0.12)
        knots = [(k / 6 * stage.width, base + dice.between(-1, 1) * swing) for k in range(-1, 9)]
        line = smooth(knots, closed=False)
        colour = mix(tints[(index + 2) % 5], (250, 240, 225), 0.5 * (1 - index / count))
        stage.under(
            [(px, py) for px, py in line if -unit < px < stage.width + unit],
            (lighter(colour, 0.1), colour, darker(colour, 0.1)),
            stage.height,
        )


def _shards(stage: Stage, tints: list[RGB], dice: Dice) -> None:
    """Triangles and stars with sharp tips."""
    layer, unit = _Layer(stage), stage.unit
    for x, y in _cells(stage, unit * 0.3):
        cx, cy, r = (
            x + dice.between(-0.15, 0.15) * unit,
            y + dice.between(-0.15, 0.15) * unit,
            unit * dice.between(0.08, 0.26),
        )
        turn, colour = dice.between(0, 360), dice.pick(tints)
        corners = regular(cx, cy, r, 3, turn)
        layer.shape(corners, colour, dice.between(0.6, 0.95))
        middle = (cx, cy)
        layer.shape([corners[0], corners[1], middle], darker(colour, 0.2), 0.6)
        if dice.chance(0.2):
            layer.shape(star(cx, cy, r * 0.7, r * 0.18, 4, turn), lighter(colour, 0.6), 0.9)


def _orbit(stage: Stage, tints: list[RGB], dice: Dice) -> None:
    """Rings round two centres, with small bodies on them."""
    layer, unit = _Layer(stage), stage.unit
    long = max(stage.width, stage.height) / unit
    for k in range(max(1, round(long * 0.8))):
        at = (k + 0.5) / max(1, round(long * 0.8))
        cx = stage.width * (at if stage.width >= stage.height else dice.between(0.35, 0.65))
        cy = stage.height * (dice.between(0.4, 0.6) if stage.width >= stage.height else at)
        for index in range(6, 0, -1):
            r = unit * 0.075 * index
            colour = tints[index % 5]
            layer.shape(oval(cx, cy, r, r, steps=90), mix(colour, (250, 244, 232), 0.1 * (index % 3)), 0.92)
            a = dice.between(0, math.tau)
            size = unit * dice.between(0.012, 0.032)
            layer.shape(
                oval(cx + r * math.cos(a), cy + r * math.sin(a), size, size, steps=32), tints[(index + 2) % 5], 1.0
            )


def _sprinkle(stage: Stage, tints: list[RGB], dice: Dice) -> None:
    """A few dots, rings and strokes on top; their number follows the number of words."""
    layer, unit = _Layer(stage), stage.unit
    area = stage.width * stage.height / unit**2
    for _ in range(round((6 + min(20, len(stage.scene.words.split()))) * area)):
        x, y, r = dice.unit() * stage.width, dice.unit() * stage.height, unit * dice.between(0.004, 0.014)
        colour = darker(dice.pick(tints), 0.45) if dice.chance(0.6) else (250, 246, 236)
        if dice.chance(0.6):
            layer.shape(oval(x, y, r, r, steps=24), colour, 0.9)
        else:
            a, long = dice.between(0, math.tau), unit * dice.between(0.03, 0.09)
            line = [(x, y), (x + long * math.cos(a), y + long * math.sin(a))]
            layer.shape(ribbon(line, [r * 0.7, r * 0.7]), colour, 0.9)
