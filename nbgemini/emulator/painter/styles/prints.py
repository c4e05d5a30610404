"""Styles made by machine or scissors: photo, pixel art, paper cut, poster, comic, mosaic."""

from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from ..colours import RGB, rgb
from ..dice import Dice
from .brushes import edges, sheet

if TYPE_CHECKING:
    from ..canvas.stage import Stage

INKS = (
    "#1b1b2a #2e2f4f #4a4e7a #6d77a8 #9aa8cf #c9d5ea #f4f1e6 #fff8dc #10233a #1d4566 #2c7196 #56a5bf #98d2d6 #d2ede2 "
    "#16322c #275a44 #3f8554 #74ad5c #b4cf72 #e4e8a4 #3a2018 #6b3a24 #9c5c34 #c98a50 #e8bd83 #f6e0b8 #4a1526 #85203a "
    "#bf3a3f #e3643f #f2964a #f8c45c #fbe28a #431c4c #77336f #b04f86 #dd7f95 #f3b7b0 #6e6a72 #9f9a9c #ccc6c2 #3a3a44"
)


@lru_cache(maxsize=4)
def _inks(text: str) -> Image.Image:
    """A palette image; spare places repeat the first colour."""
    colours = [rgb(code) for code in text.split()]
    data = [value for colour in colours for value in colour] + list(colours[0]) * (256 - len(colours))
    image = Image.new("P", (1, 1))
    image.putpalette(data)
    return image


def inked(image: Image.Image, text: str = INKS) -> Image.Image:
    """Each pixel in the nearest of a fixed set of inks."""
    return image.quantize(palette=_inks(text), dither=Image.Dither.NONE).convert("RGB")


def photo(stage: "Stage") -> Image.Image:
    """A lens: more contrast, darker corners."""
    curve = [round(max(0.0, min(255.0, 255 * _curve(value / 255)))) for value in range(256)]
    image = stage.image.point(curve * 3)
    small = Image.new("L", (64, 64))
    for y in range(64):
        for x in range(64):
            square = ((x - 31.5) / 45) ** 2 + ((y - 31.5) / 45) ** 2
            small.putpixel((x, y), round(min(110.0, 105 * square**1.5)))
    image.paste((14, 12, 18), (0, 0), small.resize(image.size, Image.Resampling.BILINEAR))
    return image


def _curve(value: float) -> float:
    return value + 0.13 * (value - 0.5) * (1 - abs(2 * value - 1)) * 1.6 - 0.01


def defocused(image: Image.Image, unit: float, horizon: int) -> Image.Image:
    """What is far out of focus, as behind a subject near the lens."""
    deep = max(1, image.height - horizon)
    low = min(image.height, horizon + round(deep * 0.53))
    far = image.crop((0, 0, image.width, low))
    step = max(2, round(unit * 0.008))
    small = far.resize((max(1, far.width // step), max(1, low // step)), Image.Resampling.BOX)
    soft = small.filter(ImageFilter.BoxBlur(0.8)).resize(far.size, Image.Resampling.BILINEAR)
    fade = bytes(round(255 * max(0.0, min(1.0, 1.15 - (y - horizon) / deep * 2.2))) for y in range(low))
    image.paste(soft, (0, 0), Image.frombytes("L", (1, low), fade).resize(far.size, Image.Resampling.NEAREST))
    return image


def pixel(stage: "Stage") -> Image.Image:
    """Few colours in large squares."""
    vivid = ImageEnhance.Color(stage.image).enhance(1.15)
    return inked(vivid)


def papercut(stage: "Stage") -> Image.Image:
    """Sheets of coloured paper with a little tooth."""
    fibre = sheet(stage, "fibre", 0.003, 0.17)
    tooth = sheet(stage, "pulp", 0.03, 0.05)
    image = ImageEnhance.Color(stage.image).enhance(1.1)
    image = ImageChops.soft_light(image, Image.merge("RGB", (fibre, fibre, fibre)))
    return ImageChops.soft_light(image, Image.merge("RGB", (tooth, tooth, tooth)))


def poster(stage: "Stage") -> Image.Image:
    """Flat inks, as in a screen print, and a rim of paper."""
    image = inked(ImageEnhance.Color(stage.image).enhance(1.2))
    image = image.filter(ImageFilter.SMOOTH)
    rim = max(2, round(stage.unit * 0.028))
    ImageDraw.Draw(image).rectangle((0, 0, image.width - 1, image.height - 1), outline=(246, 239, 222), width=rim)
    worn = sheet(stage, "worn", 0.004, 0.1)
    return ImageChops.soft_light(image, Image.merge("RGB", (worn, worn, worn)))


def comic(stage: "Stage") -> Image.Image:
    """Inked outlines, flat colours and dots of the printing screen."""
    unit = stage.unit
    image = inked(ImageEnhance.Color(stage.image).enhance(1.4))
    grey = stage.image.convert("L")
    dots = _dots(max(4, round(unit * 0.009)), image.size)
    shade = grey.point([max(0, min(110, (150 - value) * 2)) for value in range(256)])
    image.paste((28, 24, 60), (0, 0), ImageChops.multiply(dots, shade))
    image.paste((22, 20, 30), (0, 0), edges(stage.image, max(2, round(unit * 0.0038)), 5.0))
    rim = max(2, round(unit * 0.018))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, image.width - 1, image.height - 1), outline=(250, 248, 240), width=rim)
    draw.rectangle(
        (rim, rim, image.width - 1 - rim, image.height - 1 - rim), outline=(22, 20, 30), width=max(2, rim // 4)
    )
    return image


def _dots(gap: int, size: tuple[int, int]) -> Image.Image:
    tile = Image.new("L", (gap * 4, gap * 4))
    draw = ImageDraw.Draw(tile)
    for cx, cy in ((1, 1), (3, 3)):
        r = gap * 0.66
        draw.ellipse((cx * gap - r, cy * gap - r, cx * gap + r, cy * gap + r), fill=255)
    tile = tile.resize((gap * 2, gap * 2), Image.Resampling.BOX)
    out = Image.new("L", size)
    for x in range(0, size[0], tile.width):
        for y in range(0, size[1], tile.height):
            out.paste(tile, (x, y))
    return out


def mosaic(stage: "Stage") -> Image.Image:
    """Small stones in mortar."""
    return _cells(stage, 0.0145, (196, 190, 182), square=True)


def points(stage: "Stage") -> Image.Image:
    """Dots of pure colour side by side."""
    return _cells(stage, 0.0095, (238, 230, 212), square=False)


def _cells(stage: "Stage", cell: float, ground: RGB, square: bool) -> Image.Image:
    """Every cell of a jittered grid in one colour taken from below it."""
    image = ImageEnhance.Color(stage.image).enhance(1.25)
    step = max(4.0, cell * stage.unit)
    columns, rows = int(image.width / step) + 1, int(image.height / step) + 1
    colours = image.resize((columns, rows), Image.Resampling.BOX).tobytes()
    out = Image.new("RGB", image.size, ground)
    draw, dice = ImageDraw.Draw(out), Dice("cells")
    for row in range(rows):
        for column in range(columns):
            at = 3 * (row * columns + column)
            light = 1 + (dice.unit() - 0.5) * 0.22
            r, g, b = (min(255, round(value * light)) for value in colours[at : at + 3])
            x, y = (column + 0.5 + dice.between(-0.12, 0.12)) * step, (row + 0.5 + dice.between(-0.12, 0.12)) * step
            half = step * (0.46 if square else 0.62)
            if square:
                lean = dice.between(-0.05, 0.05) * step
                draw.polygon(
                    [
                        (x - half, y - half + lean),
                        (x + half + lean, y - half),
                        (x + half, y + half - lean),
                        (x - half - lean, y + half),
                    ],
                    fill=(r, g, b),
                )
            else:
                draw.ellipse((x - half, y - half, x + half, y + half), fill=(r, g, b))
    return out
