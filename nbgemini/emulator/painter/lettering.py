"""Set type: the shipped font, lines that fit, titles on pictures."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .colours import luminance, parse, readable_on
from .dice import Dice
from .scene import Letters, Scene
from .scripts import visual
from .styles import Style

FONTS = {"regular": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}


@lru_cache(maxsize=48)
def font(size: int, face: str = "bold") -> ImageFont.FreeTypeFont:
    """A size of the shipped font; the basic layout engine is the same on every platform."""
    path = Path(__file__).with_name("fonts") / FONTS.get(face, FONTS["bold"])
    return ImageFont.truetype(str(path), max(4, size), layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def has(letter: str, face: str = "bold") -> bool:
    """Whether the font can draw the letter."""
    if letter.isspace():
        return True
    own, none = font(24, face).getmask(letter), font(24, face).getmask("\uffff")
    return own.size != none.size or bytes(own) != bytes(none)


def clean(text: str) -> str:
    """Text without what cannot be set: controls, lone surrogates, joiners, variation selectors."""
    kept = "".join(
        letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cs", "Cf", "Mn", "Co", "Cn")
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


def mask(text: str, size: int, face: str = "bold") -> Image.Image:
    """One line of type as a mask; letters the font lacks become small woven signs."""
    letters = visual(clean(text)[:400]) or " "
    kind = font(size, face)
    ascent, descent = kind.getmetrics()
    lacking = [letter for letter in letters if not has(letter, face)]
    if not lacking:
        out = Image.new("L", (max(1, round(kind.getlength(letters)) + 2), ascent + descent))
        ImageDraw.Draw(out).text((0, 0), letters, font=kind, fill=255)
        return out
    widths = [kind.getlength(letter) if has(letter, face) else size * 0.95 for letter in letters]
    out = Image.new("L", (max(1, round(sum(widths)) + 2), ascent + descent))
    draw, x = ImageDraw.Draw(out), 0.0
    for letter, width in zip(letters, widths, strict=True):
        if has(letter, face):
            draw.text((round(x), 0), letter, font=kind, fill=255)
        else:
            _sign(draw, letter, round(x), ascent, size)
        x += width
    return out


def _sign(draw: ImageDraw.ImageDraw, letter: str, x: int, base: int, size: int) -> None:
    """A sign of 5 by 5 cells, mirrored left and right, the same for the same letter."""
    dice, cell = Dice("sign", letter), size * 0.78 / 5
    for row in range(5):
        for column in range(3):
            if dice.chance(0.58):
                for k in {column, 4 - column}:
                    left, top = x + size * 0.06 + k * cell, base - size * 0.76 + row * cell
                    draw.rectangle((round(left), round(top), round(left + cell) - 1, round(top + cell) - 1), fill=255)


def wrapped(text: str, size: int, width: float, face: str = "bold") -> list[str]:
    """Lines that are no wider than ``width``, broken at spaces, or anywhere if a word is too long."""
    lines: list[str] = []
    line = ""
    kind = font(size, face)
    for word in clean(text)[:600].split(" "):
        trial = f"{line} {word}".strip()
        if not line or kind.getlength(trial) <= width:
            line = trial
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def block(
    text: str, width: float, height: float, largest: int, face: str = "bold", leading: float = 1.16
) -> Image.Image:
    """Text set as large as fits the box, centred, as a mask."""
    size = max(6, largest)
    while size > 6:
        lines = wrapped(text, size, width, face)
        tall = len(lines) * size * leading
        if tall <= height and max(mask_width(line, size, face) for line in lines) <= width:
            break
        size = int(size * 0.92)
    masks = [mask(line, size, face) for line in wrapped(text, size, width, face)]
    step = round(size * leading)
    out = Image.new("L", (max(part.width for part in masks), step * (len(masks) - 1) + masks[0].height))
    for index, part in enumerate(masks):
        out.paste(part, ((out.width - part.width) // 2, index * step))
    return out.crop((0, 0, min(out.width, max(1, round(width) + 2)), out.height))


def mask_width(text: str, size: int, face: str = "bold") -> float:
    kind = font(size, face)
    return sum(kind.getlength(letter) if has(letter, face) else size * 0.95 for letter in clean(text))


def paint(image: Image.Image, scene: Scene, style: Style) -> Image.Image:
    """The scene's titles on the picture."""
    for letters in scene.letters[:8]:
        if clean(letters.text):
            _title(image, scene, letters, style)
    return image


def _title(image: Image.Image, scene: Scene, letters: Letters, style: Style) -> None:
    width, height = image.size
    short = min(width, height)
    alone = not scene.shown and scene.chart is None and scene.place in ("abstract", "plain", "studio", "sheet")
    share = 0.44 if alone and letters.place == "middle" else 0.2
    largest = round(short * (0.26 if alone else 0.13) * max(0.2, min(4.0, letters.size)))
    set_type = block(letters.text, width * 0.86, height * share * max(0.6, letters.size), largest, letters.font)
    margin = round(height * 0.045 + short * 0.02)
    y = {"top": margin, "bottom": height - margin - set_type.height - round(short * 0.02)}.get(
        letters.place, (height - set_type.height) // 2
    )
    x = (width - set_type.width) // 2
    below = style.ground(scene, letters.place)
    ink = parse(letters.colour) or readable_on(below)
    halo = (20, 18, 30) if luminance(ink) > 0.5 else (252, 248, 238)
    _halo(image, set_type, x, y, halo, short)
    image.paste(ink, (x, y), set_type)


def _halo(image: Image.Image, set_type: Image.Image, x: int, y: int, colour: tuple[int, int, int], short: int) -> None:
    """A soft ground round the letters, so that they read on anything."""
    from .stage import blurred

    small = 4
    pad = max(4, round(short * 0.03))
    size = ((set_type.width + 2 * pad) // small + 1, (set_type.height + 2 * pad) // small + 1)
    soft = Image.new("L", size)
    soft.paste(
        set_type.resize((max(1, set_type.width // small), max(1, set_type.height // small))),
        (pad // small, pad // small),
    )
    soft = blurred(soft, short * 0.012 / small).point([min(150, value * 2) for value in range(256)])
    soft = soft.resize((size[0] * small, size[1] * small), Image.Resampling.BILINEAR)
    image.paste(colour, (x - pad, y - pad), soft)
