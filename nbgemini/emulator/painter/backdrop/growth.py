"""Small plants and stones, trunks and paths, scattered over the ground."""

from collections.abc import Callable

from PIL import ImageDraw

from ..canvas.stage import Stage
from ..colours import RGB, darker, lighter, mix
from .seasons import grass, leaf


def sway(t: float) -> float:
    return (t - 0.15) * (t - 0.7) * 9


def growth(stage: Stage) -> None:
    """Small plants and stones, as many to the width as the place asks for."""
    makers: dict[str, Callable[[Stage], None]] = {
        "tufts": _tufts,
        "flowers": _flowers,
        "stones": _stones,
        "pines": _pines,
        "reeds": _tufts,
        "trunks": _trunks,
        "shells": _stones,
        "weeds": _weeds,
        "path": _path,
    }
    for name in stage.place.grown:
        if name not in stage.scene.without:
            makers[name](stage)


def _spots(stage: Stage, name: str, per_unit: float, low: float = 0.08) -> list[tuple[float, float, float, int]]:
    """Places on the ground from far to near: x, y, scale, seed."""
    dice, deep = stage.dice("spots", name), stage.height - stage.horizon
    area = stage.width / stage.unit * max(0.3, deep / stage.unit)
    spots = []
    for _ in range(min(500, int(per_unit * area) + 2)):
        u, v, seed = dice.unit(), low + (0.98 - low) * dice.unit(), dice.whole(0, 10**6)
        spots.append((u * stage.width, stage.horizon + v * deep, 0.35 + 0.9 * v, seed))
    return sorted(spots, key=lambda spot: spot[1])


def _tufts(stage: Stage) -> None:
    draw, unit = ImageDraw.Draw(stage.image), stage.unit
    colour = grass(stage)
    low = 0.86 if stage.place.ground == "bank" else 0.08
    for x, y, scale, seed in _spots(stage, "tufts", 110 if low < 0.5 else 30, low):
        dice = stage.dice("tuft", seed)
        shade = stage.tone(mix(darker(colour, 0.3), lighter(colour, 0.3), dice.unit()))
        tall = unit * 0.022 * scale
        for k in range(4):
            lean, high = dice.between(-0.5, 0.5) * tall, tall * dice.between(0.6, 1.1)
            draw.polygon(
                [(x + k * tall * 0.16, y), (x + (k + 0.7) * tall * 0.16, y), (x + k * tall * 0.16 + lean, y - high)],
                fill=shade,
            )


def _flowers(stage: Stage) -> None:
    if stage.scene.season in ("winter", "autumn") or stage.scene.weather == "snow":
        return
    draw, unit = ImageDraw.Draw(stage.image), stage.unit
    for x, y, scale, seed in _spots(stage, "flowers", 26 if stage.scene.season == "summer" else 60, 0.2):
        dice = stage.dice("flower", seed)
        r = unit * 0.0052 * scale
        colour = dice.pick(((250, 246, 236), (246, 206, 84), (232, 120, 130), (170, 130, 210)))
        draw.line((x, y, x, y - r * 4), fill=stage.tone((86, 130, 70)), width=max(1, round(r * 0.5)))
        draw.ellipse((x - r, y - r * 5, x + r, y - r * 3), fill=stage.tone(colour))


def _stones(stage: Stage) -> None:
    draw, unit = ImageDraw.Draw(stage.image), stage.unit
    base: RGB = {"sand": (176, 132, 98), "shore": (240, 226, 206)}.get(stage.place.ground, (120, 120, 128))
    for x, y, scale, seed in _spots(stage, "stones", 12, 0.5 if stage.place.ground == "shore" else 0.1):
        dice = stage.dice("stone", seed)
        r = unit * dice.between(0.005, 0.014) * scale
        draw.ellipse((x - r * 1.4, y - r * 0.8, x + r * 1.4, y + r * 0.7), fill=stage.tone(darker(base, 0.25)))
        draw.ellipse((x - r * 1.2, y - r * 0.9, x + r * 0.9, y + r * 0.3), fill=stage.tone(base))


def _pines(stage: Stage) -> None:
    """A few dark spruces at the sides, far enough to leave the middle free."""
    if "tree" in stage.scene.without:
        return
    draw, unit = ImageDraw.Draw(stage.image), stage.unit
    for x, y, scale, seed in _spots(stage, "pines", 9):
        if y > stage.horizon + (stage.height - stage.horizon) * 0.45:
            continue
        dice = stage.dice("pine", seed)
        tall = unit * dice.between(0.1, 0.17) * (scale + 0.3)
        shade = darker(leaf(stage, dice), 0.25)
        for k in range(4):
            w, top = tall * (0.3 - 0.055 * k), y - tall * (0.12 + 0.22 * k)
            draw.polygon([(x - w, top), (x, top - tall * 0.36), (x + w, top)], fill=stage.tone(shade, 0.2))
            draw.polygon([(x, top), (x, top - tall * 0.36), (x + w, top)], fill=stage.tone(darker(shade, 0.18), 0.2))


def _trunks(stage: Stage) -> None:
    """Tall trunks that frame the picture; they leave the middle free."""
    if "tree" in stage.scene.without:
        return
    dice, unit = stage.dice("trunks"), stage.unit
    draw = ImageDraw.Draw(stage.image)
    count = max(4, round(stage.width / unit * 6))
    for index in range(count):
        u = (index + dice.between(0.15, 0.85)) / count
        near = abs(u - 0.5) * 2
        base = stage.horizon + (stage.height - stage.horizon) * (0.04 + 0.4 * near * dice.unit())
        if near < 0.35 and stage.width < unit * 2.4:
            base = stage.horizon + unit * 0.02
        wide = unit * dice.between(0.012, 0.024) * (0.7 + near)
        bark = stage.tone(mix((98, 76, 62), (132, 104, 84), dice.unit()), 0.35 * (1 - near))
        x = u * stage.width
        draw.polygon([(x - wide, 0), (x + wide, 0), (x + wide * 1.25, base), (x - wide * 1.25, base)], fill=bark)
        draw.polygon(
            [(x + wide * 0.3, 0), (x + wide, 0), (x + wide * 1.25, base), (x + wide * 0.4, base)],
            fill=darker(bark, 0.2),
        )
    _canopy(stage)


def _canopy(stage: Stage) -> None:
    """Leaves that hang in from above."""
    dice, unit, draw = stage.dice("canopy"), stage.unit, ImageDraw.Draw(stage.image)
    for _ in range(int(stage.width / unit * 46)):
        u, deep = dice.unit(), dice.unit() ** 2
        r, y = unit * dice.between(0.03, 0.075), unit * (0.16 * deep * (0.4 + 1.2 * abs(u - 0.5)) - 0.01)
        shade = stage.tone(mix(darker(leaf(stage, dice), 0.35), leaf(stage, dice), deep), 0.1)
        draw.ellipse((u * stage.width - r * 1.3, y - r, u * stage.width + r * 1.3, y + r * 0.8), fill=shade)


def _weeds(stage: Stage) -> None:
    draw, unit = ImageDraw.Draw(stage.image), stage.unit
    for x, y, scale, seed in _spots(stage, "weeds", 26):
        dice = stage.dice("weed", seed)
        tall, colour = (
            unit * dice.between(0.06, 0.2) * scale,
            dice.pick(((70, 140, 110), (196, 96, 110), (110, 90, 150), (220, 150, 90))),
        )
        sway = dice.between(-0.2, 0.2) * tall
        line = [(x + sway * (k / 6) ** 2 + (tall * 0.05 if k % 2 else 0), y - tall * k / 6) for k in range(7)]
        draw.line(line, fill=stage.tone(colour, 0.35), width=max(1, round(tall * 0.07)), joint="curve")


def _path(stage: Stage) -> None:
    """A sandy path to the front."""
    top, deep, unit = stage.horizon, stage.height - stage.horizon, stage.unit
    draw, mid = ImageDraw.Draw(stage.image), stage.width * 0.5
    left, right = [], []
    for k in range(17):
        t = k / 16
        x, half = mid + unit * 0.2 * sway(t) * (1 - t), unit * (0.012 + 0.15 * t**1.4)
        left.append((x - half, top + deep * (0.06 + t)))
        right.append((x + half, top + deep * (0.06 + t)))
    draw.polygon(left + right[::-1], fill=stage.tone((222, 198, 152), 0.1))
