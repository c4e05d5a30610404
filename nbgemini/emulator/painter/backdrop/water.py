"""Water: the sky in it, ripples, the path of the sun."""

from PIL import Image, ImageDraw

from ..canvas.stage import Stage
from ..colours import lighter, mix, rgb


def paint(stage: Stage, top: int, bottom: int) -> None:
    """Water from one height down to another, reflecting what is above it."""
    if bottom <= top:
        return
    light, asked = stage.light, stage.scene.tint("water")
    deep = stage.tone(rgb(asked) if asked else (38, 104, 146))
    far = mix(light.sky[2], deep, 0.3 if not asked else 0.55)
    stage.gradient((0, top, stage.width, bottom), (far, mix(far, deep, 0.55), deep, mix(deep, (10, 24, 50), 0.18)))
    _mirror(stage, top, bottom)
    _shine(stage, top, bottom)
    ripples(stage, top, bottom)


def _mirror(stage: Stage, top: int, bottom: int) -> None:
    """What rises at the horizon, upside down and fading."""
    high = min(bottom - top, top, round(stage.unit * 0.34))
    if high < 8:
        return
    small = stage.image.crop((0, top - high, stage.width, top))
    flipped = small.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    fade = Image.frombytes("L", (1, high), bytes(round(150 * (1 - y / high) ** 1.3) for y in range(high)))
    stage.image.paste(flipped, (0, top), fade.resize(flipped.size, Image.Resampling.NEAREST))


def _shine(stage: Stage, top: int, bottom: int) -> None:
    """The path of light below the sun or the moon."""
    light, unit, scene = stage.light, stage.unit, stage.scene
    if light.overcast > 0.5 or {"sun", "moon"} & set(scene.without):
        return
    own = next((thing for thing in scene.shown if thing.kind in ("sun", "moon")), None)
    x = stage.across(own.u if own else light.sun_u)
    strength = 0.6 if scene.time in ("sunset", "dawn", "afternoon") else 0.34
    stage.spot(x, (top + bottom) / 2, unit * 0.3, (bottom - top) * 0.62, lighter(light.sun, 0.2), strength * 0.5)
    dice, draw = stage.dice("shine"), ImageDraw.Draw(stage.image)
    for _ in range(90):
        at = dice.unit() ** 1.2
        y, half = top + (bottom - top) * at, unit * (0.02 + 0.1 * at)
        cx, wide = x + half * (dice.unit() + dice.unit() - 1) * 1.1, unit * dice.between(0.006, 0.03) * (0.5 + at)
        _lens(draw, cx, y, wide, unit * 0.0022 * (0.6 + at), mix(light.sun, light.sky[2], dice.between(0.0, 0.5)))


def ripples(stage: Stage, top: int, bottom: int) -> None:
    """Flat lens shapes, small and pale far off, larger towards the front."""
    dice, draw, unit = stage.dice("ripples", top), ImageDraw.Draw(stage.image), stage.unit
    light = stage.light
    count = min(900, int(stage.width / unit * 150))
    for index in range(count):
        at = ((index + dice.unit()) / count) ** 1.35
        y, x = top + (bottom - top) * at, dice.unit() * stage.width
        wide, tall = unit * dice.between(0.012, 0.07) * (0.25 + at), unit * 0.0023 * (0.4 + 1.6 * at)
        asked = stage.scene.tint("water")
        base = stage.tone(rgb(asked) if asked else (50, 122, 164))
        if dice.chance(0.55):
            colour = mix(base, light.sky[1], dice.between(0.25, 0.6))
        else:
            colour = mix(base, (12, 30, 60), dice.between(0.1, 0.4))
        _lens(draw, x, y, wide, tall, colour)


def _lens(
    draw: ImageDraw.ImageDraw, x: float, y: float, wide: float, tall: float, colour: tuple[int, int, int]
) -> None:
    draw.polygon(
        [
            (x - wide, y),
            (x - wide * 0.4, y - tall),
            (x + wide * 0.4, y - tall * 0.8),
            (x + wide, y),
            (x + wide * 0.4, y + tall),
            (x - wide * 0.4, y + tall * 0.8),
        ],
        fill=colour,
    )
