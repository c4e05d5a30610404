"""What a thing is made of: gold, wood, glass and so on, as a change of its drawn surface."""

from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from ..colours import RGB, mix
from ..dice import Dice

RAMPS: dict[str, tuple[RGB, ...]] = {
    "gold": ((70, 40, 8), (176, 116, 26), (236, 184, 66), (255, 240, 176)),
    "silver": ((40, 44, 54), (124, 132, 146), (196, 204, 214), (252, 253, 255)),
    "bronze": ((44, 24, 14), (134, 82, 44), (196, 136, 84), (246, 212, 166)),
    "copper": ((56, 22, 14), (168, 86, 54), (222, 140, 98), (255, 220, 188)),
    "wood": ((58, 34, 20), (134, 88, 52), (188, 138, 88), (232, 196, 146)),
    "stone": ((44, 46, 50), (112, 114, 118), (168, 168, 166), (222, 220, 214)),
    "marble": ((108, 112, 120), (188, 190, 194), (232, 230, 228), (254, 253, 250)),
    "glass": ((40, 92, 116), (120, 180, 196), (190, 228, 234), (250, 255, 255)),
    "crystal": ((60, 52, 130), (136, 130, 210), (200, 206, 246), (255, 252, 255)),
    "ice": ((60, 110, 160), (138, 190, 224), (204, 232, 246), (252, 255, 255)),
    "brick": ((66, 28, 22), (150, 74, 56), (192, 108, 84), (232, 176, 150)),
    "clay": ((80, 36, 24), (172, 96, 68), (210, 140, 106), (246, 204, 176)),
    "paper": ((120, 114, 104), (208, 202, 190), (238, 234, 224), (255, 253, 248)),
    "chocolate": ((30, 14, 8), (86, 48, 28), (130, 82, 52), (206, 158, 120)),
    "neon": ((20, 4, 60), (196, 20, 180), (40, 220, 255), (240, 255, 255)),
}


def made_of(patch: Image.Image, material: str, seed: int) -> Image.Image:
    """The figure in another material; its forms stay."""
    if not material or patch.width < 4 or patch.height < 4:
        return patch
    alpha = patch.getchannel("A")
    face = patch.convert("RGB")
    if material in RAMPS:
        face = _ramped(face, RAMPS[material])
    texture = _texture(material, seed % 7)
    if texture is not None:
        span = max(8, round(max(patch.size) * 0.5))
        tile = texture.resize((span, span), Image.Resampling.BICUBIC)
        cover = Image.new("RGB", patch.size)
        for x in range(0, patch.width, span):
            for y in range(0, patch.height, span):
                cover.paste(tile, (x, y))
        face = ImageChops.soft_light(face, cover)
    if material in ("glass", "ice", "crystal"):
        alpha = alpha.point([round(value * 0.72) for value in range(256)])
    out = face.convert("RGBA")
    out.putalpha(alpha)
    return out


def _ramped(face: Image.Image, ramp: tuple[RGB, ...]) -> Image.Image:
    """Brightness becomes a step on the ramp; a little of the own colour stays in dark parts."""
    grey = face.convert("L")
    bands = []
    for channel in range(3):
        table = []
        for value in range(256):
            at = value / 255 * (len(ramp) - 1)
            index = min(len(ramp) - 2, int(at))
            table.append(mix(ramp[index], ramp[index + 1], at - index)[channel])
        bands.append(grey.point(table))
    return Image.merge("RGB", bands)


@lru_cache(maxsize=32)
def _texture(material: str, seed: int) -> Image.Image | None:
    """A tile of 160 pixels whose middle grey changes nothing."""
    painter = TEXTURES.get(material)
    if painter is None:
        return None
    tile = Image.new("L", (SIZE, SIZE), 128)
    painter(ImageDraw.Draw(tile), Dice("texture", material, seed))
    return Image.merge("RGB", (tile, tile, tile))


def _grain(draw: ImageDraw.ImageDraw, dice: Dice) -> None:
    """Long fibres, bent a little."""
    for _ in range(46):
        y, bend, value = dice.unit() * SIZE, dice.between(3.0, 6.0), dice.whole(60, 190)
        line = [(float(x), y + bend * (x / SIZE * 2 - 1) ** 2) for x in range(0, SIZE + 1, 16)]
        draw.line(line, fill=value, width=dice.whole(1, 3))


def _clouded(draw: ImageDraw.ImageDraw, dice: Dice) -> None:
    """Soft patches, as in stone."""
    for _ in range(260):
        x, y, r, value = dice.unit() * SIZE, dice.unit() * SIZE, dice.between(3, 14), dice.whole(86, 172)
        draw.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=value)


def _stitches(draw: ImageDraw.ImageDraw, dice: Dice) -> None:
    for row in range(0, SIZE, 10):
        for column in range(0, SIZE, 10):
            draw.line([(column, row), (column + 5, row + 7), (column + 10, row)], fill=206, width=2)
            draw.line([(column, row + 4), (column + 5, row + 11), (column + 10, row + 4)], fill=64, width=2)


def _courses(draw: ImageDraw.ImageDraw, dice: Dice) -> None:
    """Bricks and their mortar."""
    for row in range(8):
        draw.line([(0, row * 20), (SIZE, row * 20)], fill=214, width=2)
        for column in range(5):
            x = column * 40 + (row % 2) * 20
            draw.line([(x, row * 20), (x, row * 20 + 20)], fill=214, width=2)


def _tiles(draw: ImageDraw.ImageDraw, dice: Dice) -> None:
    for row in range(0, SIZE, 16):
        for column in range(0, SIZE, 16):
            draw.rectangle((column, row, column + 13, row + 13), fill=dice.whole(70, 190))


def _gleam(draw: ImageDraw.ImageDraw, dice: Dice) -> None:
    """Slanting reflections."""
    for _ in range(5):
        x, wide = dice.unit() * SIZE, dice.whole(6, 22)
        draw.polygon([(x, 0), (x + wide, 0), (x + wide - 60, SIZE), (x - 60, SIZE)], fill=208)


SIZE = 160
SHINY = ("gold", "silver", "bronze", "copper", "metal", "glass", "ice", "crystal", "plastic")
TEXTURES: dict[str, Callable[[ImageDraw.ImageDraw, Dice], None]] = {
    "wood": _grain, "stone": _clouded, "marble": _clouded, "clay": _clouded, "plush": _clouded, "knitted": _stitches,
    "brick": _courses, "mosaic": _tiles, **dict.fromkeys(SHINY, _gleam),
}  # fmt: skip
