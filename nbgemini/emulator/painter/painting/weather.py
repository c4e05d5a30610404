"""Rain, snow, fog and wind in front of everything."""

from PIL import Image, ImageDraw

from ..canvas.stage import Stage
from ..colours import mix


def paint(stage: Stage) -> None:
    weather = stage.scene.weather
    if stage.place.indoors and not stage.scene.photo:
        return
    if weather in ("rain", "storm"):
        _rain(stage, 1.0 if weather == "rain" else 1.5)
    elif weather == "snow":
        _snow(stage)
    elif weather == "fog":
        _fog(stage)
    elif weather == "wind":
        _wind(stage)


def _rain(stage: Stage, heavy: float) -> None:
    """Slanted streaks, drawn once on a smaller layer."""
    scale = max(1.0, stage.unit / 900)
    size = (max(1, round(stage.width / scale)), max(1, round(stage.height / scale)))
    layer, unit, dice = Image.new("L", size), stage.unit / scale, stage.dice("rain")
    draw = ImageDraw.Draw(layer)
    for _ in range(min(2200, int(size[0] * size[1] / unit**2 * 330 * heavy))):
        x, y, long = dice.unit() * size[0] * 1.1, dice.between(-0.05, 1.0) * size[1], unit * dice.between(0.02, 0.07)
        draw.line((x, y, x - long * 0.22, y + long), fill=dice.whole(50, 130), width=max(1, round(unit * 0.0016)))
    stage.image.paste((226, 234, 242), (0, 0), layer.resize(stage.image.size, Image.Resampling.BILINEAR))


def _snow(stage: Stage) -> None:
    dice, unit = stage.dice("flakes"), stage.unit
    draw = ImageDraw.Draw(stage.image)
    white = mix((255, 255, 255), stage.light.haze, 0.25 * stage.light.dark)
    for index in range(min(1500, int(stage.width * stage.height / unit**2 * 300))):
        x, y, near = dice.unit() * stage.width, dice.unit() * stage.height, dice.unit()
        r = unit * (0.0014 + 0.005 * near**3)
        if index % 16 == 0:
            stage.spot(x, y, r * 3.4, r * 3.4, white, 0.7)
        else:
            draw.ellipse((x - r, y - r, x + r, y + r), fill=white)


def _fog(stage: Stage) -> None:
    """Banks of mist, thickest at the horizon."""
    dice, unit, light = stage.dice("fog"), stage.unit, stage.light
    colour = mix(light.haze, (236, 238, 240), 0.4 * (1 - light.dark))
    veil = Image.frombytes("L", (1, 64), bytes(round(150 * max(0.0, 1 - abs(y / 63 - 0.55) * 1.5)) for y in range(64)))
    stage.image.paste(colour, (0, 0), veil.resize(stage.image.size, Image.Resampling.BILINEAR))
    for _ in range(int(stage.width / unit * 8) + 4):
        x, y = dice.unit() * stage.width, stage.horizon + dice.between(-0.3, 0.3) * unit
        stage.spot(x, y, unit * dice.between(0.3, 0.7), unit * dice.between(0.05, 0.12), colour, dice.between(0.3, 0.7))


def _wind(stage: Stage) -> None:
    """Long thin curls of air."""
    dice, unit = stage.dice("wind"), stage.unit
    draw = ImageDraw.Draw(stage.image)
    for _ in range(int(stage.width * stage.height / unit**2 * 7) + 2):
        x, y, long = dice.unit() * stage.width, dice.unit() * stage.horizon, unit * dice.between(0.1, 0.3)
        curve = [(x + long * k / 10, y + unit * 0.008 * ((k - 5) / 5) ** 2) for k in range(11)]
        draw.line(
            curve, fill=mix(stage.light.sky[1], (255, 255, 255), 0.6), width=max(1, round(unit * 0.003)), joint="curve"
        )
