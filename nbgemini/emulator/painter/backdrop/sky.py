"""Skies: gradients, the sun and the moon, stars, clouds and rainbows."""

from PIL import Image, ImageDraw

from ..canvas.curves import oval
from ..canvas.stage import Stage, blurred
from ..colours import RGB, lighter, mix


def paint(stage: Stage) -> None:
    light, low = stage.light, stage.horizon
    if stage.place.name == "moon":
        _airless(stage)
        return
    stage.gradient((0, 0, stage.width, low), light.sky)
    stage.gradient((0, low, stage.width, stage.height), (light.sky[2], light.haze))
    if light.dark > 0.7:
        stars(stage, low, 1.0 - light.overcast)
    _body(stage)
    if stage.scene.weather == "rainbow":
        rainbow(stage)
    clouds(stage)


def _airless(stage: Stage) -> None:
    """A black sky with the Earth in it."""
    stage.gradient((0, 0, stage.width, stage.height), ((6, 7, 18), (14, 16, 38), (24, 26, 52)))
    stars(stage, stage.horizon, 1.5, 1.3)
    if any(thing.kind in ("earth", "planet") for thing in stage.scene.shown) or "earth" in stage.scene.without:
        return
    x, y, r = stage.across(stage.light.sun_u), stage.horizon * 0.3, stage.unit * 0.085
    stage.spot(x, y, r * 2.4, r * 2.4, (110, 170, 230), 0.35)
    disc(stage, x, y, r, (70, 132, 190))
    for dx, dy, size in ((-0.3, -0.2, 0.34), (0.28, 0.3, 0.3), (0.34, -0.36, 0.2)):
        stage.spot(x + dx * r, y + dy * r, size * r * 1.3, size * r, (120, 170, 110), 0.9)
    stage.spot(x, y - r * 0.5, r * 0.7, r * 0.16, (250, 250, 250), 0.9)


def _body(stage: Stage) -> None:
    """The sun or the moon where the light comes from, unless the scene has its own."""
    light, scene = stage.light, stage.scene
    own = any(thing.kind in ("sun", "moon") for thing in scene.shown) or {"sun", "moon"} & set(scene.without)
    x, y = stage.across(light.sun_u), light.sun_v * stage.horizon
    glow = mix(light.sun, light.sky[2], 0.25)
    reach = stage.unit * (0.95 if scene.time in ("sunset", "dawn", "dusk", "afternoon") else 0.6)
    stage.spot(x, y, reach * 1.35, reach * 0.9, glow, (0.72 - 0.3 * light.dark) * (1 - 0.7 * light.overcast))
    if own or light.overcast > 0.5 or scene.time == "dusk":
        return
    if light.dark > 0.9:
        moon(stage, x, y, stage.unit * 0.055)
    else:
        radius = stage.unit * (0.075 if scene.time in ("sunset", "dawn") else 0.05)
        disc(stage, x, y, radius, lighter(light.sun, 0.5))


def disc(stage: Stage, x: float, y: float, radius: float, colour: RGB) -> None:
    """A round light with smooth edges."""
    size = max(4, round(radius * 2))
    mask = Image.new("L", (size * 4, size * 4))
    ImageDraw.Draw(mask).ellipse((2, 2, size * 4 - 3, size * 4 - 3), fill=255)
    stage.image.paste(colour, (round(x) - size // 2, round(y) - size // 2), mask.reduce(4))


def moon(stage: Stage, x: float, y: float, radius: float, crescent: bool = True) -> None:
    """A moon with a soft halo; a crescent lets the sky show through."""
    stage.spot(x, y, radius * 4.2, radius * 4.2, stage.light.sun, 0.34)
    size = max(4, round(radius * 2))
    mask = Image.new("L", (size * 4, size * 4))
    draw = ImageDraw.Draw(mask)
    draw.ellipse((2, 2, size * 4 - 3, size * 4 - 3), fill=255)
    if crescent:
        draw.ellipse((-size * 1.35, -size * 0.55, size * 2.75, size * 3.5), fill=0)
    stage.image.paste((250, 244, 222), (round(x) - size // 2, round(y) - size // 2), mask.reduce(4))


def stars(stage: Stage, bottom: float, strength: float, crowd: float = 1.0) -> None:
    """Stars in even spread over the sky, fewer near the horizon."""
    dice, unit = stage.dice("stars"), stage.unit
    draw = ImageDraw.Draw(stage.image)
    count = min(1600, int(stage.width * bottom / (unit * unit) * 190 * crowd))
    for _ in range(count):
        x, high, bright = dice.unit() * stage.width, dice.unit(), dice.unit()
        warm, y = dice.unit(), high * bottom
        share = (0.25 + 0.75 * bright) * strength * (1 - 0.75 * high)
        radius = unit * (0.0008 + 0.0018 * bright**4)
        colour = mix((196, 214, 255), (255, 240, 212), warm)
        behind = stage.image.getpixel((min(stage.width - 1, int(x)), min(stage.height - 1, int(y))))
        assert isinstance(behind, tuple)
        fill = mix((behind[0], behind[1], behind[2]), colour, share)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
        if bright > 0.985:
            stage.spot(x, y, unit * 0.014, unit * 0.014, colour, 0.6 * strength)


def clouds(stage: Stage) -> None:
    """Flat-bottomed clouds, more of them the greyer the weather."""
    light, weather = stage.light, stage.scene.weather
    if "cloud" in stage.scene.without or weather in ("fog",):
        return
    dice = stage.dice("clouds")
    per_unit = {"clear": 1.5, "cloudy": 5.0, "rain": 6.0, "storm": 7.0, "snow": 4.0}.get(weather, 2.0)
    area = stage.width * max(stage.horizon, 1) / (stage.unit**2)
    base = mix(light.sky[2], (255, 255, 255), 0.55 * (1 - light.dark))
    base = mix(base, mix(light.sky[0], (120, 126, 138), 0.5), 0.45 * light.overcast)
    shade = mix(light.sky[1], base, 0.58)
    for _ in range(min(60, 1 + round(per_unit * area * 0.75))):
        u, v, size, seed = dice.unit(), dice.between(0.06, 0.74), dice.between(0.5, 1.0), dice.whole(0, 9999)
        wide = stage.unit * 0.44 * size * (1.15 - v)
        puff(stage, stage.across(u), v * stage.horizon, wide, (base, shade), seed, 0.82 - 0.35 * light.dark)


def puff(stage: Stage, x: float, y: float, wide: float, colours: tuple[RGB, RGB], seed: int, strength: float) -> None:
    """One cloud: a heap of discs cut off below, bright above and in shade below."""
    dice = stage.dice("puff", seed)
    height = wide * 0.36
    scale = min(2.0, 700 / max(1.0, wide))
    size = (max(4, round(wide * 1.1 * scale)), max(4, round(height * 1.3 * scale)))
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    for step in range(7):
        at = (step + 0.5) / 7 + dice.between(-0.04, 0.04)
        r = height * (0.2 + 0.36 * (1 - abs(at - 0.5) * 2) * dice.between(0.65, 1.05)) * scale
        cx, cy = (0.08 + 0.84 * at) * size[0], size[1] * 0.86 - r * 0.75
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=255)
    draw.rectangle((0, round(size[1] * 0.8), *size), fill=0)
    mask = blurred(mask, wide * scale * 0.008)
    real = (max(2, round(wide * 1.1)), max(2, round(height * 1.3)))
    mask = mask.resize(real, Image.Resampling.BILINEAR).point([round(value * strength) for value in range(256)])
    box = (round(x - real[0] / 2), round(y - real[1] / 2))
    stage.image.paste(_shaded(real, colours), box, mask)


def _shaded(size: tuple[int, int], colours: tuple[RGB, RGB]) -> Image.Image:
    from ..canvas.stage import column

    return column((colours[0], colours[0], colours[1], colours[1]), size[1]).resize(size, Image.Resampling.NEAREST)


def rainbow(stage: Stage) -> None:
    """An arch of seven bands, faint as a rainbow is."""
    small = 3
    width, height = stage.width // small + 1, stage.horizon // small + 1
    radius, cx = min(width * 0.42, height * 0.86), width * (1 - stage.light.sun_u * 0.6 - 0.2)
    bands = (
        (214, 70, 70),
        (236, 140, 60),
        (246, 214, 90),
        (110, 190, 110),
        (80, 160, 220),
        (84, 96, 190),
        (140, 90, 180),
    )
    thick = stage.unit * 0.013 / small
    for index, colour in enumerate(bands):
        mask = Image.new("L", (width, height))
        r = radius - index * thick
        for value, size in ((112, r), (0, r - thick)):
            ImageDraw.Draw(mask).polygon(oval(cx, height, size, size, steps=120), fill=value)
        full = blurred(mask, thick * 0.4).resize((stage.width, max(1, stage.horizon)), Image.Resampling.BILINEAR)
        stage.image.paste(colour, (0, 0), full)
