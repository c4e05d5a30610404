"""Places without a ground under the feet: space, the deep sea, above the clouds."""

from PIL import Image

from ..canvas.stage import Stage
from ..colours import RGB, mix, rgb
from . import sky


def space(stage: Stage) -> None:
    """Darkness with clouds of gas and many stars."""
    asked = stage.scene.tint("sky") or stage.scene.tint("background")
    dice = stage.dice("space")
    low: RGB = mix(rgb(asked), (8, 8, 20), 0.45) if asked else (24, 18, 52)
    stage.gradient((0, 0, stage.width, stage.height), ((7, 8, 22), mix(low, (7, 8, 22), 0.4), low))
    hues = dice.pick(
        (
            ((72, 48, 150), (190, 70, 130), (40, 110, 170)),
            ((30, 90, 150), (60, 160, 170), (120, 70, 170)),
            ((150, 60, 90), (220, 130, 90), (80, 50, 140)),
        )
    )
    whole = (0, 0, stage.width, stage.height)
    for index, hue in enumerate(hues):
        stage.mottle(whole, hue, 0.34, f"gas{index}", 0.3, 1.0)
    for _ in range(int(stage.width * stage.height / stage.unit**2 * 4) + 2):
        x, y, r = dice.unit() * stage.width, dice.unit() * stage.height, dice.between(0.15, 0.5) * stage.unit
        stage.spot(x, y, r, r * dice.between(0.4, 1.0), dice.pick(hues), 0.22)
    sky.stars(stage, stage.height, 1.6, 1.5)


def sea_light(stage: Stage) -> None:
    """Blue that deepens downwards, with rays from above."""
    asked = stage.scene.tint("water") or stage.scene.tint("background")
    own: RGB = rgb(asked) if asked else (30, 120, 160)
    own = mix(own, stage.tone(own), 0.6)
    stage.light = type(stage.light)(
        sky=(mix(own, (190, 240, 240), 0.55), own, mix(own, (8, 36, 74), 0.5)),
        haze=mix(own, (10, 60, 100), 0.3),
        ambient=mix((190, 226, 236), stage.light.ambient, 0.4),
        sun=(220, 250, 250),
        dark=stage.light.dark,
        mist=0.5,
        sun_u=stage.light.sun_u,
        sun_v=0.0,
    )
    stage.gradient((0, 0, stage.width, stage.height), stage.light.sky)
    dice, unit = stage.dice("rays"), stage.unit
    rays = Image.new("L", (max(8, round(stage.width / unit * 96)), 96))
    from PIL import ImageDraw, ImageFilter

    draw = ImageDraw.Draw(rays)
    for _ in range(int(rays.width / 9) + 2):
        x, wide, lean = dice.unit() * rays.width, dice.between(1, 6), dice.between(8, 22)
        draw.polygon([(x, 0), (x + wide, 0), (x + wide * 2.4 - lean, 96), (x - lean, 96)], fill=dice.whole(30, 100))
    fade = Image.frombytes("L", (1, 96), bytes(round(255 * (1 - y / 95) ** 1.2) for y in range(96)))
    rays = Image.composite(rays, Image.new("L", rays.size), fade.resize(rays.size)).filter(
        ImageFilter.GaussianBlur(1.2)
    )
    stage.image.paste((226, 250, 246), (0, 0), rays.resize((stage.width, stage.height), Image.Resampling.BICUBIC))
    _bubbles(stage)


def _bubbles(stage: Stage) -> None:
    dice, unit = stage.dice("bubbles"), stage.unit
    for _ in range(int(stage.width * stage.height / unit**2 * 14) + 4):
        x, y, r = dice.unit() * stage.width, dice.unit() * stage.height, unit * dice.between(0.004, 0.014)
        stage.spot(x, y, r, r, (214, 244, 246), 0.5)


def cloud_floor(stage: Stage) -> None:
    """A sea of clouds at the lower edge."""
    dice, light = stage.dice("floor"), stage.light
    deep = stage.height - stage.horizon
    for row in range(3):
        base = mix(mix(light.sky[2], (255, 255, 255), 0.5 * (1 - light.dark)), light.sky[1], 0.35 - 0.15 * row)
        shade = mix(base, light.sky[1], 0.3)
        for _ in range(int(stage.width / stage.unit * 5) + 3):
            u, seed = dice.between(-0.1, 1.1), dice.whole(0, 9999)
            wide = stage.unit * (0.55 + 0.25 * row)
            y = stage.horizon + deep * (0.15 + 0.34 * row) + dice.between(-0.02, 0.02) * stage.unit
            sky.puff(stage, u * stage.width, y, wide, (base, shade), seed, 0.9)
        top = stage.horizon + round(deep * (0.3 + 0.34 * row))
        stage.gradient((0, min(stage.height, top), stage.width, stage.height), (shade, mix(shade, base, 0.5)))
