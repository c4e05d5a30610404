"""Set type: the shipped font, and lines that fit."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ..dice import Dice
from .scripts import visual

FONTS = {"regular": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}


@lru_cache(maxsize=48)
def font(size: int, face: str = "bold") -> ImageFont.FreeTypeFont:
    """A size of the shipped font; the basic layout engine is the same on every platform."""
    path = Path(__file__).parents[1] / "fonts" / FONTS.get(face, FONTS["bold"])
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
