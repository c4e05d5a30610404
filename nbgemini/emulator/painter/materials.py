"""What a thing is made of: gold, wood, glass and so on, as a change of its drawn surface."""

from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from .colours import RGB, mix
from .dice import Dice

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
    size, dice = 160, Dice("texture", material, seed)
    tile = Image.new("RGB", (size, size), (128, 128, 128))
    draw = ImageDraw.Draw(tile)
    if material == "wood":
        for _ in range(46):
            y, value = dice.unit() * size, dice.whole(60, 190)
            draw.line(
                [(x, y + 5 * ((x / size * 2 - 1) ** 2) * dice.between(0.8, 1.0)) for x in range(0, size + 1, 16)],
                fill=(value,) * 3,
                width=dice.whole(1, 3),
            )
    elif material in ("stone", "marble", "clay", "plush"):
        noise = Image.frombytes("L", (20, 20), dice.noise(400)).resize((size, size), Image.Resampling.BICUBIC)
        return Image.merge(
            "RGB",
            [noise.point([round(128 + (v - 128) * (0.9 if material == "stone" else 0.5)) for v in range(256)])] * 3,
        )
    elif material == "knitted":
        for row in range(0, size, 10):
            for column in range(0, size, 10):
                draw.line([(column, row), (column + 5, row + 7), (column + 10, row)], fill=(206, 206, 206), width=2)
                draw.line(
                    [(column, row + 4), (column + 5, row + 11), (column + 10, row + 4)], fill=(64, 64, 64), width=2
                )
    elif material == "brick":
        for row in range(8):
            draw.line([(0, row * 20), (size, row * 20)], fill=(220, 214, 204), width=2)
            for column in range(5):
                x = column * 40 + (row % 2) * 20
                draw.line([(x, row * 20), (x, row * 20 + 20)], fill=(220, 214, 204), width=2)
    elif material == "mosaic":
        for row in range(0, size, 16):
            for column in range(0, size, 16):
                value = dice.whole(70, 190)
                draw.rectangle((column, row, column + 13, row + 13), fill=(value,) * 3)
    elif material in ("gold", "silver", "bronze", "copper", "metal", "glass", "ice", "crystal", "plastic"):
        for _ in range(5):
            x, wide = dice.unit() * size, dice.whole(6, 22)
            draw.polygon([(x, 0), (x + wide, 0), (x + wide - 60, size), (x - 60, size)], fill=(208, 208, 208))
    else:
        return None
    return tile
