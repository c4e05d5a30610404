"""Indoors: walls, windows, floors, table tops, studio sweeps; and a photo as a backdrop."""

import math

from PIL import Image, ImageDraw

from ..canvas.stage import Stage
from ..colours import RGB, darker, lighter, luminance, mix, parse, readable_on, rgb
from ..scene import Scene

WALLS: tuple[tuple[RGB, RGB], ...] = (
    ((226, 214, 196), (176, 128, 92)),
    ((204, 216, 210), (190, 146, 106)),
    ((232, 200, 178), (150, 104, 78)),
    ((190, 204, 218), (188, 152, 116)),
    ((222, 206, 214), (160, 116, 92)),
    ((236, 222, 188), (168, 122, 84)),
)


def _wall(stage: Stage) -> tuple[RGB, RGB]:
    """The wall's and the floor's colour."""
    wall, floor = stage.dice("wall").pick(WALLS)
    asked = stage.scene.tint("background") or stage.scene.tint("wall") or stage.scene.tint("sky")
    under = stage.scene.tint("ground")
    return rgb(asked) if asked else wall, rgb(under) if under else floor


def sheet_colour(scene: Scene) -> RGB:
    """What charts are drawn on; chalk and neon want it dark."""
    return parse(scene.tint("background")) or ((26, 33, 31) if scene.style in ("chalk", "neon") else (250, 248, 243))


def walls(stage: Stage) -> None:
    """The wall, brighter where the light falls."""
    wall, _ = _wall(stage)
    if stage.place.name == "sheet":
        wall = sheet_colour(stage.scene)
        stage.gradient((0, 0, stage.width, stage.height), (wall, mix(wall, (150, 140, 130), 0.06)))
        return
    base = stage.tone(wall)
    whole = (0, 0, stage.width, stage.height)
    stage.gradient(whole, (darker(base, 0.08), base, darker(base, 0.05)))
    warm = mix(lighter(base, 0.5), (255, 226, 176), 0.35)
    if not stage.flat:
        stage.spot(
            stage.across(0.36),
            stage.horizon * 0.5,
            stage.unit * 0.9,
            stage.unit * 0.7,
            warm,
            0.55 - 0.25 * stage.light.dark,
        )
    if stage.place.name == "plain":
        stage.gradient(whole, (wall, wall))
        if stage.scene.letters and not stage.scene.shown:
            _sunburst(stage, wall)
        elif not stage.flat:
            stage.spot(
                stage.width * 0.5, stage.height * 0.42, stage.width * 0.7, stage.height * 0.7, lighter(wall, 0.35), 0.5
            )


def _sunburst(stage: Stage, paper: RGB) -> None:
    """Rays from the middle and a frame: a ground for type."""
    draw, unit = ImageDraw.Draw(stage.image), stage.unit
    cx, cy, far = stage.width / 2, stage.height * 0.5, math.hypot(stage.width, stage.height)
    ray = mix(paper, (255, 250, 236) if luminance(paper) < 0.5 else (150, 96, 60), 0.1)
    for k in range(20):
        a, b = math.tau * k / 20, math.tau * (k + 0.5) / 20
        draw.polygon(
            [
                (cx, cy),
                (cx + far * math.cos(a), cy + far * math.sin(a)),
                (cx + far * math.cos(b), cy + far * math.sin(b)),
            ],
            fill=ray,
        )
    rim = round(unit * 0.045)
    ink = mix(paper, readable_on(paper), 0.7)
    draw.rectangle((rim, rim, stage.width - rim, stage.height - rim), outline=ink, width=max(1, round(unit * 0.006)))
    rim = round(unit * 0.06)
    draw.rectangle((rim, rim, stage.width - rim, stage.height - rim), outline=ink, width=max(1, round(unit * 0.002)))


def window(stage: Stage) -> None:
    """Windows to the world outside, one to about every two units of wall."""
    if "window" in stage.scene.without:
        return
    unit, low = stage.unit, stage.horizon
    count = max(1, round(stage.width / unit / 1.7))
    side = 0.24 if stage.dice("window").chance(0.5) else 0.76
    for index in range(count):
        u = side if count == 1 else (index + 0.5) / count
        wide, high = min(unit * 0.36, stage.width * 0.4), min(unit * 0.44, low * 0.62)
        _one_window(stage, stage.across(u) - wide / 2, low * 0.44 - high / 2, wide, high)


def _one_window(stage: Stage, x: float, y: float, wide: float, high: float) -> None:
    light, unit, draw = stage.light, stage.unit, ImageDraw.Draw(stage.image)
    frame = stage.tone((246, 242, 232))
    rim = unit * 0.016
    draw.rectangle((x - rim, y - rim, x + wide + rim, y + high + rim), fill=frame)
    stage.gradient(stage.box(x, y, x + wide, y + high), light.sky)
    green = stage.tone((120, 160, 110), 0.35)
    points = [
        (x, y + high * 0.78),
        (x + wide * 0.3, y + high * 0.7),
        (x + wide * 0.65, y + high * 0.8),
        (x + wide, y + high * 0.72),
    ]
    draw.polygon([*points, (x + wide, y + high), (x, y + high)], fill=green)
    if light.dark > 0.9:
        stage.spot(x + wide * 0.68, y + high * 0.26, unit * 0.03, unit * 0.03, (250, 244, 220), 1.0)
    draw.rectangle((x + wide / 2 - rim / 3, y, x + wide / 2 + rim / 3, y + high), fill=frame)
    draw.rectangle((x, y + high * 0.5 - rim / 3, x + wide, y + high * 0.5 + rim / 3), fill=frame)
    draw.rectangle((x - rim * 2, y + high + rim, x + wide + rim * 2, y + high + rim * 2.2), fill=frame)
    curtain, base = stage.tone((206, 122, 100)), y - rim * 2.4
    for left, right in ((x - wide * 0.2, x + wide * 0.1), (x + wide * 0.9, x + wide * 1.2)):
        stage.gradient(stage.box(left, base, right, y + high + rim * 4), (curtain, darker(curtain, 0.12)))
        for k in range(3):
            fold = left + (right - left) * (k + 0.7) / 3.4
            draw.rectangle((fold, base, fold + unit * 0.006, y + high + rim * 4), fill=darker(curtain, 0.14))
    draw.rectangle((x - wide * 0.26, base - rim * 0.7, x + wide * 1.26, base), fill=stage.tone((140, 98, 70)))
    stage.glow(x + wide / 2, y + high / 2, unit * 0.5, lighter(light.sky[2], 0.3), 0.26 * (1 - light.dark))


def floor(stage: Stage) -> None:
    """Boards, a skirting, and a rug."""
    wall, wood = _wall(stage)
    top, low, unit = stage.horizon, stage.height, stage.unit
    draw, tone = ImageDraw.Draw(stage.image), stage.tone(wood)
    stage.gradient((0, top, stage.width, low), (lighter(tone, 0.08), tone, darker(tone, 0.2)))
    middle = stage.width / 2
    step = unit * 0.16
    for index in range(-int(stage.width / step) - 2, int(stage.width / step) + 3):
        x = middle + index * step
        draw.line(
            (middle + (x - middle) * 0.72, top, middle + (x - middle) * 1.6, low),
            fill=darker(tone, 0.16),
            width=max(1, round(unit * 0.003)),
        )
    draw.rectangle((0, top - unit * 0.03, stage.width, top), fill=stage.tone(lighter(wall, 0.5)))
    draw.rectangle((0, top, stage.width, top + unit * 0.004), fill=darker(tone, 0.35))
    if "rug" not in stage.scene.without:
        rug = stage.dice("rug").pick(((182, 92, 84), (92, 128, 140), (206, 168, 104), (120, 132, 98)))
        y, half = top + (low - top) * 0.62, min(stage.width * 0.4, unit * 0.62)
        for scale, colour in ((1.0, rug), (0.9, lighter(rug, 0.3)), (0.84, rug)):
            draw.ellipse(
                (
                    middle - half * scale,
                    y - (low - top) * 0.26 * scale,
                    middle + half * scale,
                    y + (low - top) * 0.26 * scale,
                ),
                fill=stage.tone(colour),
            )


def soft(stage: Stage) -> None:
    """A room out of focus: large soft lights."""
    if stage.flat:
        return
    dice, unit, light = stage.dice("soft"), stage.unit, stage.light
    wall, _ = _wall(stage)
    shine = lighter(stage.tone(wall), 0.55) if light.dark < 0.5 else (255, 206, 130)
    for _ in range(int(stage.width / unit * 6) + 3):
        x, y, r = dice.unit() * stage.width, dice.unit() * stage.horizon, unit * dice.between(0.06, 0.2)
        stage.spot(x, y, r, r, mix(shine, (255, 236, 200), dice.unit() * 0.5), dice.between(0.15, 0.4))


def tabletop(stage: Stage) -> None:
    """A wooden table seen from a little above."""
    _, wood = _wall(stage)
    tone, top, low, unit = stage.tone(lighter(wood, 0.1)), stage.horizon, stage.height, stage.unit
    stage.gradient((0, top, stage.width, low), (lighter(tone, 0.28), tone, darker(tone, 0.12)))
    dice, draw = stage.dice("grain"), ImageDraw.Draw(stage.image)
    for _ in range(int(stage.width / unit * 16) + 6):
        v, x, wide = dice.unit() ** 1.3, dice.unit() * stage.width, unit * dice.between(0.2, 0.7)
        y = top + (low - top) * v
        draw.line((x, y, x + wide, y), fill=darker(tone, dice.between(0.03, 0.1)), width=max(1, round(unit * 0.0025)))
    draw.rectangle((0, top, stage.width, top + unit * 0.006), fill=lighter(tone, 0.45))
    stage.spot(
        stage.across(0.34),
        top + (low - top) * 0.3,
        unit * 0.7,
        (low - top) * 0.5,
        (255, 240, 210),
        0.3 - 0.2 * stage.light.dark,
    )


def studio(stage: Stage) -> None:
    """A seamless sweep of paper."""
    wall, _ = _wall(stage)
    asked = stage.scene.tint("background")
    base = stage.tone(rgb(asked) if asked else wall)
    line = stage.horizon
    stage.gradient(
        (0, 0, stage.width, stage.height),
        (darker(base, 0.06), lighter(base, 0.12), lighter(base, 0.04), darker(base, 0.1)),
    )
    stage.spot(stage.width / 2, line * 0.8, stage.width * 0.55, stage.height * 0.5, lighter(base, 0.5), 0.6)


def photo(stage: Stage) -> None:
    """The scene's photo, filling the picture; what does not fit is cut at the sides."""
    from ..canvas.images import opened

    picture = opened(stage.scene.photo) or Image.new("RGB", (4, 4), (128, 128, 128))
    scale = max(stage.width / picture.width, stage.height / picture.height)
    wide, high = stage.width / scale, stage.height / scale
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    box = (max(0.0, left), max(0.0, top), min(picture.width, left + wide), min(picture.height, top + high))
    stage.image.paste(picture.resize((stage.width, stage.height), Image.Resampling.BICUBIC, box=box), (0, 0))
    if stage.light.ambient != (255, 255, 255) and stage.scene.time != "day":
        from PIL import ImageChops

        stage.image = ImageChops.multiply(stage.image, Image.new("RGB", stage.image.size, stage.light.ambient))
        sky = stage.light.sky
        veil = Image.frombytes("L", (1, 64), bytes(round(110 * (1 - y / 63)) for y in range(64)))
        stage.gradient((0, 0, stage.width, stage.height), sky, veil.resize(stage.image.size, Image.Resampling.BILINEAR))
