"""Styles made by hand: watercolor, oil, ink, pencil, chalk, blueprint.

Each pixel of the result depends only on what is near it and on its place, so that an edit changes nothing far away.
"""

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from ..colours import RGB
from ..dice import Dice

if TYPE_CHECKING:
    from ..canvas.stage import Stage


def edges(image: Image.Image, reach: int, gain: float) -> Image.Image:
    """Lines where neighbouring colours differ, as a mask."""
    across = ImageChops.difference(image, ImageChops.offset(image, reach, 0))
    down = ImageChops.difference(image, ImageChops.offset(image, 0, reach))
    r, g, b = ImageChops.lighter(across, down).split()
    out = ImageChops.lighter(ImageChops.lighter(r, g), b)
    out = out.point([max(0, min(255, round((value - 9) * gain))) for value in range(256)])
    ImageDraw.Draw(out).rectangle((0, 0, out.width - 1, out.height - 1), outline=0, width=reach)
    return out


@lru_cache(maxsize=24)
def texture(name: str, size: int, cell: int, contrast: float) -> Image.Image:
    """A square of uneven grey, ``cell`` pixels to a patch, round middle grey."""
    count = max(2, size // cell)
    noise = Image.frombytes("L", (count, count), Dice("texture", name).noise(count * count))
    noise = noise.point([round(128 + (value - 128) * contrast) for value in range(256)])
    wrapped = tiled(noise, (count + 4, count + 4))  # what is left of the first column is the last: no seams
    wrapped = ImageChops.offset(wrapped, 2, 2)
    for box, corner in (((count, 0, count + 2, count + 4), (0, 0)), ((2, 0, 4, count + 4), (count + 2, 0))):
        wrapped.paste(wrapped.crop(box), corner)
    for box, corner in (((0, count, count + 4, count + 2), (0, 0)), ((0, 2, count + 4, 4), (0, count + 2))):
        wrapped.paste(wrapped.crop(box), corner)
    return wrapped.resize((size, size), Image.Resampling.BICUBIC, box=(2, 2, count + 2, count + 2))


def tiled(tile: Image.Image, size: tuple[int, int]) -> Image.Image:
    out = Image.new(tile.mode, size)
    for x in range(0, size[0], tile.width):
        for y in range(0, size[1], tile.height):
            out.paste(tile, (x, y))
    return out


def sheet(stage: "Stage", name: str, cell: float, contrast: float) -> Image.Image:
    """A grey texture over the whole picture; ``cell`` is in stage units."""
    pixels = max(1, round(cell * stage.unit))
    return tiled(texture(name, max(64, pixels * 48), pixels, contrast), stage.image.size)


def _coloured(grey: Image.Image) -> Image.Image:
    return Image.merge("RGB", (grey, grey, grey))


def wobbled(image: Image.Image, stage: "Stage", amount: float, cell: float = 0.03) -> Image.Image:
    """Edges drawn by an unsteady hand: a fine mesh, each knot a little off."""
    step = max(6, round(stage.unit * cell))
    dice = Dice("wobble", step)
    columns, rows = image.width // step + 2, image.height // step + 2
    off = stage.unit * amount
    knots = [
        [(x * step + dice.between(-off, off), y * step + dice.between(-off, off)) for x in range(columns)]
        for y in range(rows)
    ]
    mesh = []
    for y in range(rows - 1):
        for x in range(columns - 1):
            box = (x * step, y * step, min(image.width, (x + 1) * step), min(image.height, (y + 1) * step))
            if box[0] >= box[2] or box[1] >= box[3]:
                continue
            a, b, c, d = knots[y][x], knots[y + 1][x], knots[y + 1][x + 1], knots[y][x + 1]
            mesh.append((box, (*a, *b, *c, *d)))
    base = image.copy()
    moved = image.transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    inner = Image.new("L", image.size)
    ImageDraw.Draw(inner).rectangle((step, step, image.width - step, image.height - step), fill=255)
    base.paste(moved, (0, 0), inner)
    return base


def watercolor(stage: "Stage") -> Image.Image:
    """Washes that pool dark at their edges, on rough paper with an uneven white rim."""
    unit = stage.unit
    image = wobbled(stage.image, stage, 0.0045)
    image = image.filter(ImageFilter.BoxBlur(unit * 0.0016))
    line = edges(image, max(1, round(unit * 0.0022)), 2.2).filter(ImageFilter.BoxBlur(unit * 0.0012))
    pale = Image.blend(image, Image.new("RGB", image.size, (252, 248, 238)), 0.2)
    pale = ImageEnhance.Color(pale).enhance(1.3)
    pale = ImageChops.soft_light(pale, _coloured(sheet(stage, "bloom", 0.06, 0.22)))
    pale = ImageChops.soft_light(pale, _coloured(sheet(stage, "grain", 0.003, 0.13)))
    dark = ImageChops.multiply(pale, pale)
    image = Image.composite(dark, pale, line.point([round(value * 0.75) for value in range(256)]))
    return _rimmed(image, stage, (250, 247, 239), 0.045)


def _rimmed(image: Image.Image, stage: "Stage", paper: RGB, wide: float) -> Image.Image:
    """The picture on paper that shows round its uneven border."""
    unit = stage.unit
    rim = max(3, round(unit * wide * 0.6))
    small = 4
    size = (image.width // small + 1, image.height // small + 1)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rectangle(
        (rim // small, rim // small, size[0] - rim // small - 1, size[1] - rim // small - 1), fill=255
    )
    mask = mask.filter(ImageFilter.BoxBlur(max(1.0, rim / small * 0.8))).resize(image.size, Image.Resampling.BILINEAR)
    rough = sheet(stage, "rim", 0.02, 0.5)
    mask = ImageChops.add(mask, rough, 1.0, -128).point([max(0, min(255, (value - 108) * 7)) for value in range(256)])
    return Image.composite(image, Image.new("RGB", image.size, paper), mask)


def oil(stage: "Stage") -> Image.Image:
    """Strokes of a broad brush, then of a finer one, each in the colour below it."""
    unit = stage.unit
    image = ImageEnhance.Color(stage.image).enhance(1.22)
    out = image.filter(ImageFilter.BoxBlur(unit * 0.006))
    for layer, (cell, long, thick) in enumerate(((0.03, 0.052, 0.026), (0.0095, 0.021, 0.0082))):
        _strokes(out, image, stage, layer, cell * unit, long * unit, thick * unit)
    out = out.filter(ImageFilter.SMOOTH)
    bristle = sheet(stage, "bristle", 0.0028, 0.4).filter(ImageFilter.BoxBlur(unit * 0.0012))
    return ImageChops.soft_light(out, _coloured(bristle))


def _strokes(
    out: Image.Image, image: Image.Image, stage: "Stage", layer: int, cell: float, long: float, thick: float
) -> None:
    """Short strokes on a jittered grid, whose direction turns slowly across the picture."""
    cell = max(cell, 3.0)
    columns, rows = int(image.width / cell) + 1, int(image.height / cell) + 1
    colours = image.resize((columns, rows), Image.Resampling.BOX).tobytes()
    draw, dice, unit = ImageDraw.Draw(out), Dice("strokes", layer), stage.unit
    for row in range(rows):
        for column in range(columns):
            at = 3 * (row * columns + column)
            jitter, shade = dice.unit(), 1 + (dice.unit() - 0.5) * 0.085
            x, y = (column + jitter) * cell, (row + dice.unit()) * cell
            angle = 0.5 * math.sin(x / unit * 3.1 + 0.7) + 0.7 * math.sin(y / unit * 4.3) + (jitter - 0.5) * 0.7
            dx, dy = math.cos(angle) * long / 2, math.sin(angle) * long / 2
            fill = (
                min(255, round(colours[at] * shade)),
                min(255, round(colours[at + 1] * shade)),
                min(255, round(colours[at + 2] * shade)),
            )
            draw.line(
                (round(x - dx, 1), round(y - dy, 1), round(x + dx, 1), round(y + dy, 1)),
                fill=fill,
                width=max(1, round(thick)),
            )


@lru_cache(maxsize=8)
def _hatch(gap: int, lean: int) -> Image.Image:
    """Parallel pen strokes as a mask, ``gap`` pixels apart, in a tile that repeats."""
    size = gap * 24
    scale = 3
    big = Image.new("L", (size * scale, size * scale))
    draw = ImageDraw.Draw(big)
    for k in range(-24, 49):
        x = k * gap * scale
        draw.line((x, 0, x + lean * size * scale, size * scale), fill=255, width=max(1, round(gap * scale * 0.3)))
    return big.reduce(scale)


def _hatched(stage: "Stage", levels: tuple[int, ...], gap: float) -> Image.Image:
    """Pen strokes where the picture is dark; crossed where it is darker."""
    grey = stage.image.convert("L").filter(ImageFilter.BoxBlur(stage.unit * 0.003))
    pixels = max(3, round(gap * stage.unit))
    out = Image.new("L", grey.size)
    for index, level in enumerate(levels):
        lines = tiled(_hatch(max(3, pixels - index % 2), (1, -1, 1, -1)[index]), grey.size)
        if index >= 2:
            lines = ImageChops.offset(lines, pixels // 2, 0)
        where = grey.point([max(0, min(255, (level - value) * 9)) for value in range(256)])
        out = ImageChops.lighter(out, ImageChops.multiply(lines, where))
    return out


def ink(stage: "Stage") -> Image.Image:
    """Black pen on cream paper: outlines and hatching, with a touch of the colours as a wash."""
    unit = stage.unit
    line = edges(stage.image, max(1, round(unit * 0.002)), 5.0)
    lines = ImageChops.lighter(line, _hatched(stage, (158, 112, 74), 0.0065))
    paper = ImageChops.multiply(
        Image.new("RGB", stage.image.size, (246, 241, 228)), _soft_white(sheet(stage, "paper", 0.006, 0.3))
    )
    paper.paste((30, 28, 36), (0, 0), lines)
    return paper


def _soft_white(grey: Image.Image) -> Image.Image:
    """A texture near white, to be multiplied with."""
    return _coloured(grey.point([min(255, 238 + (value - 128) // 7) for value in range(256)]))


def pencil(stage: "Stage") -> Image.Image:
    """Soft graphite: dark lines, strokes where it is shady, white paper."""
    unit = stage.unit
    line = edges(wobbled(stage.image, stage, 0.002), max(1, round(unit * 0.0026)), 9.0)
    grey = stage.image.convert("L").filter(ImageFilter.BoxBlur(unit * 0.003))
    tone = grey.point([max(0, min(205, round((226 - value) * 1.5))) for value in range(256)])
    tooth = sheet(stage, "tooth", 0.0026, 1.0).point([min(255, 96 + value) for value in range(256)])
    hatch = ImageChops.lighter(tiled(_hatch(max(4, round(unit * 0.0056)), 1), tone.size), Image.new("L", tone.size, 96))
    strokes = ImageChops.multiply(ImageChops.multiply(tone, tooth), hatch)
    lines = ImageChops.lighter(ImageChops.multiply(line, tooth), strokes)
    paper = ImageChops.multiply(
        Image.new("RGB", stage.image.size, (250, 248, 242)), _soft_white(sheet(stage, "tooth", 0.003, 0.5))
    )
    paper.paste((50, 50, 58), (0, 0), lines)
    return paper


def blueprint(stage: "Stage") -> Image.Image:
    """White lines on blue with a grid."""
    unit, size = stage.unit, stage.image.size
    out = Image.new("RGB", size, (26, 64, 130))
    out = ImageChops.soft_light(out, _coloured(sheet(stage, "blue", 0.08, 0.16)))
    draw = ImageDraw.Draw(out)
    step, count = unit / 20, 0
    for vertical, length in ((True, size[0]), (False, size[1])):
        for count in range(1, int(length / step) + 1):
            at = round(count * step)
            fill = (74, 114, 176) if count % 5 == 0 else (50, 90, 154)
            draw.line(
                (at, 0, at, size[1]) if vertical else (0, at, size[0], at),
                fill=fill,
                width=max(1, round(unit * 0.0012)),
            )
    grey = stage.image.convert("L").point([round(max(0, value - 70) * 0.3) for value in range(256)])
    out.paste((120, 168, 226), (0, 0), grey)
    line = edges(stage.image, max(1, round(unit * 0.0022)), 6.0)
    out.paste((236, 243, 252), (0, 0), line.point([round(value * 0.95) for value in range(256)]))
    rim = round(unit * 0.02)
    draw = ImageDraw.Draw(out)
    for k, wide in ((rim, max(1, round(unit * 0.003))), (round(rim * 1.5), 1)):
        draw.rectangle((k, k, size[0] - k - 1, size[1] - k - 1), outline=(226, 236, 250), width=wide)
    return out


def chalk(stage: "Stage") -> Image.Image:
    """Chalk on a wiped blackboard: strokes of colour, then bright outlines."""
    unit, size = stage.unit, stage.image.size
    board = ImageChops.soft_light(Image.new("RGB", size, (48, 62, 57)), _coloured(sheet(stage, "wiped", 0.11, 0.22)))
    bright = ImageEnhance.Color(Image.blend(stage.image, Image.new("RGB", size, (255, 255, 250)), 0.3)).enhance(1.4)
    tooth = sheet(stage, "chalk", 0.0026, 1.0).point([max(60, min(255, (value - 60) * 3)) for value in range(256)])
    strokes = ImageChops.lighter(tiled(_hatch(max(4, round(unit * 0.008)), 1), size), Image.new("L", size, 110))
    tone = (
        stage.image.convert("L")
        .filter(ImageFilter.BoxBlur(unit * 0.002))
        .point([round(70 + value * 0.5) for value in range(256)])
    )
    board = Image.composite(bright, board, ImageChops.multiply(ImageChops.multiply(strokes, tooth), tone))
    line = edges(stage.image, max(2, round(unit * 0.0034)), 6.0)
    white = Image.blend(bright, Image.new("RGB", size, (252, 252, 246)), 0.6)
    firm = line.point([round(value * 0.62) for value in range(256)])
    return Image.composite(white, board, ImageChops.lighter(ImageChops.multiply(line, tooth), firm))


def neon(stage: "Stage") -> Image.Image:
    """Glowing lines in the dark."""
    unit, size = stage.unit, stage.image.size
    line = edges(stage.image, max(1, round(unit * 0.0026)), 6.0)
    vivid = ImageEnhance.Color(stage.image.filter(ImageFilter.BoxBlur(unit * 0.006))).enhance(2.6)
    vivid = vivid.point([min(255, value + 46) for value in range(256)] * 3)
    glow = (
        line.resize((max(1, size[0] // 4), max(1, size[1] // 4)))
        .filter(ImageFilter.BoxBlur(unit * 0.004))
        .resize(size, Image.Resampling.BILINEAR)
    )
    dark = Image.blend(stage.image, Image.new("RGB", size, (12, 8, 28)), 0.88)
    out = Image.composite(vivid, dark, glow.point([min(255, round(value * 1.3)) for value in range(256)]))
    return Image.composite(Image.blend(vivid, Image.new("RGB", size, (255, 255, 255)), 0.55), out, line)


def draft(stage: "Stage") -> Image.Image:
    """A first pencil sketch with the lines of the thirds."""
    unit, size = stage.unit, stage.image.size
    image = wobbled(stage.image.filter(ImageFilter.BoxBlur(unit * 0.005)), stage, 0.004, 0.05)
    line = edges(image, max(1, round(unit * 0.005)), 2.4).filter(ImageFilter.SMOOTH)
    out = Image.new("RGB", size, (241, 238, 230))
    draw = ImageDraw.Draw(out)
    for k in (1, 2):
        draw.line(
            (size[0] * k / 3, 0, size[0] * k / 3, size[1]), fill=(186, 206, 222), width=max(1, round(unit * 0.002))
        )
        draw.line(
            (0, size[1] * k / 3, size[0], size[1] * k / 3), fill=(186, 206, 222), width=max(1, round(unit * 0.002))
        )
    out.paste((92, 104, 128), (0, 0), line.point([round(value * 0.8) for value in range(256)]))
    return out


def colour_draft(stage: "Stage") -> Image.Image:
    """Broad pale colours without detail."""
    soft = stage.image.filter(ImageFilter.BoxBlur(stage.unit * 0.008))
    out = Image.blend(ImageEnhance.Color(soft).enhance(0.7), Image.new("RGB", soft.size, (240, 236, 228)), 0.3)
    line = edges(soft, max(1, round(stage.unit * 0.008)), 2.0)
    out.paste((80, 84, 104), (0, 0), line.point([round(value * 0.4) for value in range(256)]))
    return out
