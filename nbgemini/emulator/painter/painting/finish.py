"""The last touches: accents, colour grading, grain and the mark."""

import math
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from ..backdrop.abstract import roundness
from ..canvas import lettering
from ..canvas.curves import oval, regular, taper
from ..canvas.pen import Pen
from ..canvas.stage import Stage
from ..colours import parse, turned
from ..dice import Dice
from ..scene import Accent

TILE = 512
STRIP = 128  # rows; a tile is a whole number of them


def accents(stage: Stage) -> None:
    """Small forms for words the vocabulary does not know, each group in its own corner of the picture."""
    for index, accent in enumerate(stage.scene.accents):
        _accent(stage, accent, index)


def _accent(stage: Stage, accent: Accent, index: int) -> None:
    dice = Dice(accent.seed, accent.words)
    size = min(stage.unit * 0.3, stage.width * 0.5, stage.height * 0.5)
    base = parse(accent.colour) or turned((226, 96, 74), dice.unit())
    u, v = ((0.14, 0.16), (0.86, 0.2), (0.86, 0.8), (0.15, 0.82))[(index + accent.seed) % 4]
    soft = roundness(accent.words)
    pen = Pen(size * 2, 1.0, stage.tone)
    count = 4 + min(8, len(accent.words.split()) * 2)
    for k in range(count):
        a, reach = k * 2.4 + dice.unit(), 0.42 * math.sqrt((k + 0.5) / count)
        x, y, r = 0.5 + reach * math.cos(a), 0.5 + reach * math.sin(a), dice.between(0.05, 0.12)
        colour = turned(base, dice.between(-0.09, 0.09), 1.0, dice.between(0.85, 1.1))
        if dice.unit() < soft:
            pen.poly(oval(x, y, r, r), colour)
        elif dice.chance(0.5):
            pen.poly(regular(x, y, r * 1.2, 3, dice.between(0, 360)), colour)
        else:
            pen.poly(taper([(0.5, 0.5), ((x + 0.5) / 2 + 0.05, (y + 0.5) / 2), (x, y)], 0.02, 0.05), colour)
    patch = pen.image.reduce(2)
    corner = (round(u * stage.width - patch.width / 2), round(v * stage.height - patch.height / 2))
    stage.image.paste(patch, corner, patch)


def graded(image: Image.Image, grades: tuple[str, ...]) -> Image.Image:
    """Overall changes, in the order they were asked for."""
    for grade in grades[:12]:
        image = _graded(image, grade)
    return image


def _graded(image: Image.Image, grade: str) -> Image.Image:
    white = {"warmer": (255, 240, 214), "cooler": (222, 238, 255)}
    if grade in white:
        return ImageChops.multiply(image, Image.new("RGB", image.size, white[grade]))
    if grade.startswith("tint="):
        own = parse(grade[5:]) or (255, 255, 255)
        return Image.blend(image, ImageChops.soft_light(image, Image.new("RGB", image.size, own)), 0.75)
    if grade in ("grey", "sepia"):
        grey = image.convert("L")
        if grade == "grey":
            return grey.convert("RGB")
        return Image.merge(
            "RGB",
            [grey.point([min(255, round(v * k + 10 * (k - 0.7))) for v in range(256)]) for k in (1.06, 0.92, 0.74)],
        )
    if grade == "blurred":
        return image.filter(ImageFilter.BoxBlur(max(1, min(image.size) / 180)))
    gains = {"brighter": 1.16, "darker": 0.8, "vivid": 1.4, "muted": 0.6, "contrast": 1.25, "softer": 0.8}
    if grade in ("vivid", "muted"):
        return ImageEnhance.Color(image).enhance(gains[grade])
    if grade in ("contrast", "softer"):
        # About a fixed grey: the picture's own mean would move every pixel with each small change.
        gain = gains[grade]
        return image.point([max(0, min(255, round((v - 124) * gain + 124))) for v in range(256)] * 3)
    if grade in gains:
        return image.point([min(255, round(v * gains[grade])) for v in range(256)] * 3)
    return image


@lru_cache(maxsize=4)
def _grain(strength: int) -> Image.Image:
    """A tile of film grain round middle grey; it depends on nothing but the place in the picture."""
    noise = Dice("grain").noise(TILE * TILE)
    table = [128 + round((value - 127.5) / 127.5 * strength) for value in range(256)]
    grey = Image.frombytes("L", (TILE, TILE), noise).point(table)
    return Image.merge("RGB", (grey, grey, grey))


def grained(image: Image.Image, strength: int) -> Image.Image:
    """The picture with a little grain, added strip by strip to keep memory small."""
    if strength <= 0:
        return image
    tile = _grain(strength)
    for y in range(0, image.height, STRIP):
        strip = image.crop((0, y, image.width, min(image.height, y + STRIP)))
        cover, part = Image.new("RGB", strip.size), tile.crop((0, y % TILE, TILE, y % TILE + strip.height))
        for x in range(0, image.width, TILE):
            cover.paste(part, (x, 0))
        image.paste(ImageChops.add(strip, cover, 1.0, -128), (0, y))
    return image


def marked(image: Image.Image, word: str = "") -> Image.Image:
    """The picture with a small honest mark in its corner, and who painted it."""
    short = min(image.size)
    size = max(9, round(short * 0.0185))
    text = lettering.mask(f"emulated · {word}" if word else "emulated", size, "regular")
    wide, high = text.width + round(size * 1.1), round(size * 1.7)
    pill = Image.new("L", (wide * 3, high * 3))
    ImageDraw.Draw(pill).rounded_rectangle((0, 0, wide * 3 - 1, high * 3 - 1), radius=high * 1.5, fill=104)
    x, y = image.width - wide - round(size * 0.8), image.height - high - round(size * 0.8)
    image.paste((24, 22, 32), (x, y), pill.reduce(3))
    ink = text.point([round(value * 0.86) for value in range(256)])
    image.paste((255, 255, 255), (x + (wide - text.width) // 2, y + (high - text.height) // 2), ink)
    return image
