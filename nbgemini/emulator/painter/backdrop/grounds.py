"""What the things of a scene stand on."""

from collections.abc import Callable

from PIL import Image, ImageDraw

from ..canvas.curves import Point
from ..canvas.stage import Stage
from ..colours import RGB, darker, lighter, mix, rgb
from . import water
from .growth import sway
from .ridges import wave
from .seasons import grass


def _soil(stage: Stage, colour: RGB, name: str, far: float = 0.3, rise: float = 0.02) -> None:
    """A ground that is hazy at the horizon and deeper at the feet, with uneven patches."""
    near = darker(colour, 0.2)
    line = wave(stage, f"ground-{name}", stage.horizon + stage.unit * 0.012, rise, 2.6)
    stage.under(
        line, (stage.tone(lighter(colour, 0.1), far), stage.tone(colour, far * 0.3), stage.tone(near)), stage.height
    )
    box = (0, stage.horizon + round(stage.unit * 0.02), stage.width, stage.height)
    stage.mottle(box, stage.tone(lighter(colour, 0.2)), 0.4, name)
    stage.mottle(box, stage.tone(darker(colour, 0.3)), 0.3, name + "-dark", 0.09, 4.0)


def grassland(stage: Stage) -> None:
    _soil(stage, grass(stage), "grass")


def moss(stage: Stage) -> None:
    _soil(stage, mix(grass(stage), (92, 108, 70), 0.4), "moss", 0.36)


def sand(stage: Stage) -> None:
    asked = stage.scene.tint("ground")
    _soil(stage, rgb(asked) if asked else (232, 196, 136), "sand", 0.3, 0.04)
    _ripples(stage)


def _ripples(stage: Stage) -> None:
    """Lines the wind draws in sand."""
    dice, draw, unit = stage.dice("ripples"), ImageDraw.Draw(stage.image), stage.unit
    deep = stage.height - stage.horizon
    for index in range(9):
        at = ((index + 1) / 10) ** 1.5
        y, wide = stage.horizon + deep * (0.12 + at * 0.85), unit * (0.2 + 0.5 * at)
        for _ in range(int(stage.width / unit * 2) + 1):
            x, bend = dice.unit() * stage.width, dice.between(0.1, 0.3) * wide * 0.2
            curve: list[Point] = [(x + wide * k / 8, y - bend * (1 - (k / 4 - 1) ** 2)) for k in range(9)]
            draw.line(
                curve, fill=stage.tone(darker((226, 186, 124), 0.12)), width=max(1, round(unit * 0.003 * (0.5 + at)))
            )


def snow(stage: Stage) -> None:
    _soil(stage, (240, 245, 252), "snow", 0.25, 0.03)


def lunar(stage: Stage) -> None:
    _soil(stage, (168, 168, 176), "lunar", 0.1, 0.03)
    dice, unit = stage.dice("lunar"), stage.unit
    for _ in range(int(stage.width / unit * 12) + 4):
        at = dice.unit() ** 0.7
        x, y = dice.unit() * stage.width, stage.horizon + (stage.height - stage.horizon) * (0.08 + 0.9 * at)
        r = unit * dice.between(0.02, 0.07) * (0.3 + at)
        stage.spot(x, y, r * 1.5, r * 0.5, stage.tone((120, 120, 130)), 0.8)
        stage.spot(x, y + r * 0.2, r * 1.2, r * 0.3, stage.tone((196, 196, 204)), 0.5)


def street(stage: Stage) -> None:
    """A pavement, a road and its markings."""
    top, low, unit = stage.horizon, stage.height, stage.unit
    deep = low - top
    asphalt = rgb(stage.scene.tint("ground") or "#6f7480")
    if stage.scene.weather == "snow" or stage.scene.season == "winter":
        asphalt = mix(asphalt, (232, 238, 246), 0.55)
    kerb, road = top + round(deep * 0.26), top + round(deep * 0.3)
    stage.gradient((0, top, stage.width, kerb), (stage.tone((206, 200, 192), 0.2), stage.tone((188, 182, 176))))
    stage.gradient((0, kerb, stage.width, road), (stage.tone((150, 146, 144)), stage.tone((120, 118, 120))))
    stage.gradient((0, road, stage.width, low), (stage.tone(lighter(asphalt, 0.12)), stage.tone(darker(asphalt, 0.15))))
    stage.mottle((0, road, stage.width, low), stage.tone(lighter(asphalt, 0.3)), 0.25, "road", 0.08, 6.0)
    draw, y = ImageDraw.Draw(stage.image), top + deep * 0.66
    thick, gap = deep * 0.018 + 1, unit * 0.24
    for index in range(int(stage.width / gap) + 2):
        x = (index - 0.5) * gap
        stripe = [(x, y), (x + gap * 0.5, y), (x + gap * 0.48, y + thick), (x - gap * 0.03, y + thick)]
        draw.polygon(stripe, fill=stage.tone((240, 232, 210)))


def shore(stage: Stage) -> None:
    """Sea above, foam, wet and dry sand below."""
    top, deep = stage.horizon, stage.height - stage.horizon
    water.paint(stage, top, top + round(deep * 0.5))
    dry = rgb(stage.scene.tint("ground") or "#ecd3a4")
    for name, at, colours in (
        ("wet", 0.38, ((196, 168, 128), (206, 178, 136))),
        ("foam", 0.385, ((252, 252, 250), (236, 244, 246))),
        ("damp", 0.41, ((200, 170, 128), (214, 186, 142))),
        ("dry", 0.5, (lighter(dry, 0.15), darker(dry, 0.12))),
    ):
        line = wave(stage, "dry" if name == "dry" else "tide", top + deep * at, 0.05, 1.3)
        stage.under(line, (stage.tone(colours[0]), stage.tone(colours[1])), stage.height)
    box = (0, top + round(deep * 0.55), stage.width, stage.height)
    stage.mottle(box, stage.tone(darker(dry, 0.25)), 0.3, "beach", 0.06, 5.0)


def bank(stage: Stage) -> None:
    """A lake, and a grassy bank in front of it."""
    deep = stage.height - stage.horizon
    water.paint(stage, stage.horizon, stage.height)
    colour = grass(stage)
    line = wave(stage, "bank", stage.horizon + deep * 0.86, 0.05, 1.7)
    stage.under(line, (stage.tone(lighter(colour, 0.1)), stage.tone(darker(colour, 0.22))), stage.height)


def river(stage: Stage) -> None:
    """Grass with a river winding from the horizon to the front."""
    grassland(stage)
    unit, top, deep = stage.unit, stage.horizon, stage.height - stage.horizon
    centre = stage.width * 0.5
    left, right = [], []
    for k in range(25):
        t = k / 24
        bend = centre + unit * 0.42 * (1 - t) * (-1 if k % 2 < 0 else 1) * sway(t) + unit * 0.12 * t
        half = unit * (0.015 + 0.34 * t**1.6)
        left.append((bend - half, top + deep * (0.03 + t)))
        right.append((bend + half, top + deep * (0.03 + t)))
    mask = Image.new("L", (stage.width, stage.height - top))
    ImageDraw.Draw(mask).polygon([(x, y - top) for x, y in left + right[::-1]], fill=255)
    sky = stage.light.sky
    colours = (mix(sky[2], sky[1], 0.4), mix(stage.tone((84, 150, 178)), sky[1], 0.35), stage.tone((56, 116, 150)))
    stage.gradient((0, top, stage.width, stage.height), colours, mask)


def seabed(stage: Stage) -> None:
    _soil(stage, (196, 186, 140), "seabed", 0.55, 0.05)


def plain(stage: Stage) -> None:
    """Nothing: walls and ground are one."""


def sea(stage: Stage) -> None:
    water.paint(stage, stage.horizon, stage.height)


def _clouds(stage: Stage) -> None:
    from .deep import cloud_floor

    cloud_floor(stage)


def _indoor(name: str) -> Callable[[Stage], None]:
    def paint(stage: Stage) -> None:
        from . import rooms

        getattr(rooms, name)(stage)

    return paint


GROUNDS: dict[str, Callable[[Stage], None]] = {
    "grass": grassland,
    "moss": moss,
    "sand": sand,
    "snow": snow,
    "lunar": lunar,
    "street": street,
    "shore": shore,
    "bank": bank,
    "river": river,
    "seabed": seabed,
    "water": sea,
    "clouds": _clouds,
    "none": plain,
    "plain": plain,
    "floor": _indoor("floor"),
    "tabletop": _indoor("tabletop"),
    "studio": _indoor("studio"),
    "sheet": plain,
}
