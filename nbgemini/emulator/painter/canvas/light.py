"""The light of a scene: sky, haze and what they do to a colour."""

from dataclasses import dataclass

from ..colours import RGB, mix, rgb, times, turned
from ..dice import Dice
from ..scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """Colours of the air at one hour, and the ambient light every colour is multiplied with."""

    sky: tuple[RGB, RGB, RGB]  # top, middle, horizon
    haze: RGB
    ambient: RGB
    sun: RGB
    dark: float = 0.0  # 0 by day, 1 at night: how much lamps and windows glow
    mist: float = 0.5  # how much the haze takes of what is far
    sun_u: float = 0.7  # across the width
    sun_v: float = 0.3  # down the sky
    overcast: float = 0.0

    def tone(self, colour: RGB, far: float = 0.0) -> RGB:
        """``colour`` in this light, ``far`` (0 to 1) away."""
        return mix(times(colour, self.ambient), self.haze, min(1.0, far * self.mist * 2))


def _row(sky: str, haze: str, ambient: str, sun: str, dark: float, sun_v: float) -> Light:
    top, middle, horizon = (rgb(text) for text in sky.split())
    return Light(sky=(top, middle, horizon), haze=rgb(haze), ambient=rgb(ambient), sun=rgb(sun), dark=dark, sun_v=sun_v)


HOURS: dict[str, tuple[Light, ...]] = {
    "dawn": (
        _row("#6f8fcd #f2bfb4 #ffe6bd", "#f5d2c0", "#fff0e2", "#fff3cf", 0.15, 0.86),
        _row("#8d87c9 #f4a9b0 #ffd9b0", "#f2c4bb", "#ffeadf", "#ffedc4", 0.15, 0.9),
    ),
    "day": (
        _row("#3f93d6 #8fc8ee #e8f4f0", "#cfe5ee", "#ffffff", "#fffbe0", 0.0, 0.24),
        _row("#2f86c9 #7fc3e4 #f6f0dc", "#dbe6e2", "#fffdf8", "#fffbe0", 0.0, 0.3),
        _row("#59a6d8 #a9d8ea #f2f6ea", "#d6e9ea", "#ffffff", "#fffbe0", 0.0, 0.2),
    ),
    "afternoon": (
        _row("#5d9fd4 #f0dcb2 #ffe7b6", "#f3dcb0", "#fff1d8", "#fff0b8", 0.0, 0.55),
        _row("#7db0c9 #f6d9a0 #ffdf9c", "#f5d6a2", "#ffedcd", "#ffeeb0", 0.0, 0.62),
    ),
    "sunset": (
        _row("#38306f #d95d74 #ffb964", "#ec8f70", "#ffd9c2", "#ffe9a8", 0.35, 0.84),
        _row("#274b7c #e77b5e #ffcf70", "#f0a070", "#ffdcc0", "#fff0b0", 0.3, 0.8),
        _row("#5a2f6d #ee6c6c #ffc27a", "#ee9076", "#ffd6c2", "#ffe6a2", 0.35, 0.88),
    ),
    "dusk": (
        _row("#202a5e #66609f #eb9d8c", "#8173a3", "#b9b2dc", "#ffd3a8", 0.75, 0.93),
        _row("#1c3560 #5a7aa6 #f0b48e", "#7f86a8", "#b8bcdc", "#ffdcae", 0.7, 0.93),
    ),
    "night": (
        _row("#0a1230 #182a57 #365084", "#233763", "#7484bd", "#f4efd6", 1.0, 0.26),
        _row("#0d1026 #241f50 #4a4481", "#2c2c5c", "#7a7cb8", "#f6f0da", 1.0, 0.3),
        _row("#07192c #11364f #2f6478", "#1d4154", "#6c8cb0", "#f2f2dc", 1.0, 0.24),
    ),
}
# How grey the sky is, how near the haze comes.
WEATHER: dict[str, tuple[float, float]] = {
    "clear": (0.0, 0.5),
    "cloudy": (0.35, 0.55),
    "rain": (0.72, 0.7),
    "storm": (0.9, 0.75),
    "snow": (0.55, 0.7),
    "fog": (0.5, 1.0),
    "wind": (0.1, 0.5),
    "rainbow": (0.15, 0.5),
}


def of(scene: Scene) -> Light:
    """The light of the scene; its variant and the sun's place follow the scene's seed."""
    dice = Dice(scene.seed, "light")
    rows = HOURS.get(scene.time, HOURS["day"])
    pick, hue, side = dice.unit(), dice.between(-0.012, 0.012), dice.unit()
    base = rows[int(pick * len(rows))]
    grey, mist = WEATHER.get(scene.weather, (0.0, 0.5))
    over = mix((168, 178, 188), base.sky[0], 0.45 * base.dark + 0.1)
    sky = tuple(mix(turned(colour, hue), over, grey * (0.8 - 0.12 * step)) for step, colour in enumerate(base.sky))
    asked = scene.tint("sky")
    if asked:
        own = times(rgb(asked), mix(base.ambient, (255, 255, 255), 0.35))
        sky = (mix(own, (20, 16, 40), 0.22), own, mix(own, (255, 246, 230), 0.45))
    haze = mix(base.haze, sky[1], 0.35 + 0.4 * grey)
    ambient = mix(base.ambient, mix((205, 212, 222), base.ambient, base.dark * 0.7), grey)
    return Light(
        sky=(sky[0], sky[1], sky[2]),
        haze=haze,
        ambient=ambient,
        sun=base.sun,
        dark=max(base.dark, 0.4 * (grey > 0.8)),
        mist=mist,
        sun_u=0.16 + 0.2 * side if side < 0.5 else 0.62 + 0.2 * side,
        sun_v=base.sun_v,
        overcast=grey,
    )
