"""Puts the things of a scene into the picture: size, light, shadow, reflection."""

import math
from dataclasses import dataclass

from PIL import Image, ImageChops

from ..canvas import images, materials
from ..canvas.pen import PAD, Pen
from ..canvas.stage import Stage
from ..colours import RGB, mix, parse
from ..dice import Dice
from ..reading.vocabulary import KINDS
from ..scene import Thing
from ..things import Figure, Look, figure_of

PLANES = {"sky": 0, "wall": 1, "air": 2, "ground": 3, "front": 4}
RAISED = ("umbrella", "balloon", "flag", "kite")  # held up high
DEEPEST = 1700  # pixels a figure is drawn with at most; larger ones are scaled up softly


@dataclass(slots=True)
class Spot:
    """Where a thing is in the picture: the middle of its foot and its height, in pixels."""

    thing: Thing
    figure: Figure
    x: float
    y: float
    tall: float

    @property
    def wide(self) -> float:
        return self.tall * self.figure.aspect

    @property
    def top(self) -> float:
        return self.y - self.tall


def paint(stage: Stage) -> None:
    """All things, the far ones first; the order does not depend on what was added when."""
    spots = place(stage)
    order = sorted(
        spots.values(), key=lambda spot: (PLANES.get(spot.thing.plane, 3), depth(spot, spots), spot.thing.id)
    )
    for spot in order:
        if not spot.thing.hidden:
            _draw(stage, spot)


def place(stage: Stage) -> dict[int, Spot]:
    """The spots of all things, those placed by others after them."""
    spots: dict[int, Spot] = {}
    waiting = list(stage.scene.things)
    for _ in range(6):
        later = []
        for thing in waiting:
            if thing.by in spots:
                spots[thing.id] = _beside(stage, thing, spots[thing.by])
            elif thing.by < 0 or stage.scene.thing(thing.by) is None:
                spots[thing.id] = _alone(stage, thing)
            else:
                later.append(thing)
        waiting = later
    for thing in waiting:
        spots[thing.id] = _alone(stage, thing)
    return spots


def depth(spot: Spot, spots: dict[int, Spot]) -> tuple[float, int]:
    """Sorting: what is placed on, before or behind another thing goes with that thing."""
    own, step, seen = spot.thing, 0, 0
    while own.by in spots and own.how in ("on", "wears", "front", "behind", "in", "holds") and seen < 8:
        step += -1 if own.how == "behind" else 1
        own, seen = spots[own.by].thing, seen + 1
    return own.v, step


def _height(stage: Stage, thing: Thing, figure: Figure) -> float:
    """Size in pixels: nearer is larger, and no thing outgrows its share of the width or the picture."""
    tall = max(0.004, min(4.0, thing.size)) * stage.unit
    if thing.plane == "ground":
        tall *= 0.55 + 0.65 * max(0.0, min(1.2, thing.v))
    widest = max(0.02, thing.room) * stage.width * 1.04 / figure.aspect
    limit = stage.height * (0.86 if thing.plane != "sky" else 0.6)
    if thing.plane == "wall":
        limit = stage.horizon * 0.66
    elif thing.plane == "ground":
        limit = min(limit, stage.foot(thing) * 0.97)
    return float(max(3.0, min(tall, widest, limit)))


def _alone(stage: Stage, thing: Thing) -> Spot:
    figure = figure_of(thing.kind)
    tall = _height(stage, thing, figure)
    x, y = stage.across(thing.u), stage.foot(thing)
    if thing.plane != "ground":
        y = min(max(y + tall / 2, tall * 1.02 + stage.height * 0.03), stage.height * 0.985)
    half = tall * figure.aspect / 2
    if half * 2 < stage.width:
        x = min(max(x, half * 0.9), stage.width - half * 0.9)
    return Spot(thing, figure, x, max(y, tall * 0.55), tall)


def _beside(stage: Stage, thing: Thing, host: Spot) -> Spot:
    """A thing placed by another; it keeps its own size within reason."""
    figure = figure_of(thing.kind)
    own = (
        thing.size
        * stage.unit
        * (0.55 + 0.65 * max(0.0, min(1.2, host.thing.v)) if host.thing.plane == "ground" else 1.0)
    )
    tall = max(3.0, min(own, stage.height * 0.8))
    x, y = host.x, host.y
    shift = (host.wide + tall * figure.aspect) / 2
    offset = (max(-1.0, min(2.0, thing.u)) - 0.5) * host.wide
    if thing.how in ("left", "right"):
        x += (-1 if thing.how == "left" else 1) * shift * 1.06
    elif thing.how == "beside":
        x += (1 if host.x < stage.width * 0.55 else -1) * shift * 1.0
    elif thing.how == "above":
        x, y = x + offset, host.top - tall * 0.12 - stage.unit * 0.02
    elif thing.how == "below":
        x, y = x + offset, host.y + tall * 1.06
    elif thing.how in ("on", "in"):
        tall = min(tall, host.wide * 0.95 / figure.aspect, host.tall * 1.4)
        x, y = x + offset, host.y - host.tall * host.figure.grip
    elif thing.how == "wears":
        tall = host.tall * KINDS[thing.kind].size * 0.9 if thing.kind in KINDS else host.tall * 0.2
        x, y = _worn(thing, host, tall)
    elif thing.how == "holds":
        tall = host.tall * 0.85 if thing.kind in RAISED else min(tall, host.tall * 0.55)
        side = -1 if host.thing.flip else 1
        x, y = host.x + side * (host.wide * 0.42 + tall * figure.aspect * 0.3), host.y - host.tall * 0.3
    elif thing.how == "front":
        x, y = x + host.wide * (0.34 if host.x < stage.width * 0.6 else -0.34), y + tall * 0.14
    elif thing.how == "behind":
        x, y = x + shift * 0.35, y - host.tall * 0.1
    half = tall * figure.aspect / 2
    x = min(max(x, half * 0.8), stage.width - half * 0.8)
    y = min(max(y, tall * 0.9), stage.height * 0.99)
    return Spot(thing, figure, x, y, tall)


def _worn(thing: Thing, host: Spot, tall: float) -> tuple[float, float]:
    """On the head, at the neck or before the eyes of the host."""
    hx, hy, r = host.figure.head
    side = -1 if host.thing.flip else 1
    x, y = host.x + side * (hx - host.figure.aspect / 2) * host.tall, host.top + hy * host.tall
    r *= host.tall
    if thing.kind in ("scarf", "bow tie", "tie"):
        return x, y + r * 1.2 + tall * 0.6
    if thing.kind in ("glasses", "sunglasses"):
        return x, y + tall * 0.5
    return x, y - r * 0.62


def _draw(stage: Stage, spot: Spot) -> None:
    """One thing, between what it casts on the ground or the water and the light it gives."""
    thing = spot.thing
    if spot.figure.shadow and thing.plane == "ground" and thing.how not in ("wears", "above"):
        _ground(stage, spot)
    far = max(0.0, 0.42 - 0.55 * thing.v) if thing.plane == "ground" and not stage.place.indoors else 0.0
    tall = min(max(8.0, spot.tall), 4000.0)
    pen = Pen(min(tall * _finer(tall), DEEPEST), spot.figure.aspect, lambda colour: stage.tone(colour, far))
    spot.figure.draw(pen, _look(stage, thing))
    patch, corner = _patch(stage, spot, pen)
    if stage.lift:
        _paper_shadow(stage, patch, corner)
    if thing.plane == "ground" and stage.on_water(spot.y):
        _mirror(stage, patch, spot, corner)
    stage.image.paste(patch, corner, patch)
    _shine(stage, spot, pen)


def _patch(stage: Stage, spot: Spot, pen: Pen) -> tuple[Image.Image, tuple[int, int]]:
    """The drawn figure at its size in the picture, without the empty room round it, and its upper left corner."""
    thing, image = spot.thing, pen.image
    if thing.flip:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    lit = thing.plane in ("sky", "front")
    scale = spot.tall / pen.unit
    used = image.getbbox() or (0, 0, 1, 1)
    if scale > 1:  # drawn smaller than shown: finish it while it is small
        image = formed(materials.made_of(image, thing.material, thing.seed), stage, lit)
    x0, y0 = int(used[0] * scale), int(used[1] * scale)
    x1, y1 = math.ceil(used[2] * scale), math.ceil(used[3] * scale)
    box = (x0 / scale, y0 / scale, min(image.width, x1 / scale), min(image.height, y1 / scale))
    how = Image.Resampling.BOX if scale < 0.56 else Image.Resampling.BILINEAR
    patch = image.resize((max(1, x1 - x0), max(1, y1 - y0)), how, box=box)
    if scale <= 1:
        patch = formed(materials.made_of(patch, thing.material, thing.seed), stage, lit)
    left = round(spot.x - (spot.figure.aspect / 2 + PAD) * spot.tall)
    return patch, (left + x0, round(spot.y - (1 + PAD) * spot.tall) + y0)


def _shine(stage: Stage, spot: Spot, pen: Pen) -> None:
    """The light a thing spills, strong in the dark."""
    strong = spot.thing.plane == "sky" or stage.scene.time in ("night", "dusk")
    for x, y, r, colour, strength in pen.glows:
        gx = (spot.figure.aspect - x if spot.thing.flip else x) - spot.figure.aspect / 2
        power = strength * (0.6 if strong else 0.15)
        stage.glow(spot.x + gx * spot.tall, spot.y - (1 - y) * spot.tall, r * spot.tall, colour, power)


def _finer(tall: float) -> float:
    """How many times larger a figure is drawn before it is scaled down: large ones need it less."""
    return next((times for limit, times in ((260, 3.0), (820, 2.0), (1300, 1.4)) if tall < limit), 1.15)


def _look(stage: Stage, thing: Thing) -> Look:
    picture = None
    if 0 <= thing.picture < len(stage.scene.pictures):
        picture = images.opened(stage.scene.pictures[thing.picture])
    season = "winter" if stage.scene.weather == "snow" else stage.scene.season
    return Look(
        colour=parse(thing.colour),
        dice=Dice(thing.seed, thing.kind),
        season=season,
        night=stage.light.dark,
        text=thing.text,
        picture=picture,
    )


def formed(patch: Image.Image, stage: Stage, lit: bool) -> Image.Image:
    """Light from one side and shade at the foot, over the whole figure."""
    if lit or stage.flat:
        return patch
    left = stage.light.sun_u < 0.5
    return ImageChops.multiply(patch, _form(left).resize(patch.size, Image.Resampling.BILINEAR))


def _form(left: bool) -> Image.Image:
    data = bytearray()
    for y in range(12):
        for x in range(12):
            side = x / 11 if left else 1 - x / 11
            shade = 255 - round(46 * side**1.6 + 26 * (y / 11) ** 2)
            data += bytes((shade, min(255, shade + 2), min(255, shade + 7), 255))
    return Image.frombytes("RGBA", (12, 12), bytes(data))


def _ground(stage: Stage, spot: Spot) -> None:
    """The shadow at the foot, drawn out away from the light."""
    dark: RGB = mix(stage.tone((60, 56, 84)), (16, 14, 36), 0.5)
    away = 1 if stage.light.sun_u < 0.5 else -1
    reach = 0.12 if stage.place.indoors else 0.3 * (1 - stage.light.overcast)
    rx, ry = spot.wide * 0.56, max(2.0, min(spot.wide * 0.16, spot.tall * 0.14))
    strength = 0.5 if not stage.on_water(spot.y) else 0.28
    stage.spot(spot.x, spot.y - ry * 0.15, rx, ry, dark, strength)
    stage.spot(spot.x + away * reach * spot.tall * 0.7, spot.y, rx * (0.9 + reach), ry * 1.1, dark, strength * 0.55)


def _paper_shadow(stage: Stage, patch: Image.Image, corner: tuple[int, int]) -> None:
    """The shadow a cut-out casts on the sheet below it."""
    from PIL import ImageFilter

    off = max(1, round(stage.unit * 0.008))
    alpha = patch.getchannel("A").filter(ImageFilter.BoxBlur(max(1, off * 0.8)))
    shade = alpha.point([round(value * 0.38) for value in range(256)])
    stage.image.paste((24, 18, 40), (corner[0] + off, corner[1] + off), shade)


def _mirror(stage: Stage, patch: Image.Image, spot: Spot, corner: tuple[int, int]) -> None:
    """The thing upside down in the water, broken by ripples."""
    high = max(2, round(patch.height * 0.5))
    image = patch.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((patch.width, high), Image.Resampling.BILINEAR)
    fade = bytes(round(120 * (1 - y / high)) for y in range(high))
    alpha = ImageChops.multiply(image.getchannel("A"), Image.frombytes("L", (1, high), fade).resize(image.size))
    image = ImageChops.multiply(image, Image.new("RGBA", image.size, (190, 206, 224, 255)))
    image.putalpha(alpha)
    top = corner[1] + patch.height - round(0.01 * spot.tall)
    strip = max(2, round(stage.unit * 0.011))
    dice = Dice(spot.thing.seed, "mirror")
    for y in range(0, high, strip):
        part = image.crop((0, y, image.width, min(high, y + strip)))
        sway = round(strip * 0.9 * math.sin(y / strip * 1.9 + dice.unit()))
        stage.image.paste(part, (corner[0] + sway, top + y), part)
