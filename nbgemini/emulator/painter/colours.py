"""Colours: their names, and how they mix."""

import colorsys
from typing import TypeAlias

RGB: TypeAlias = tuple[int, int, int]

NAMES: dict[str, str] = {
    "red": "#d8392f",
    "crimson": "#b3203a",
    "scarlet": "#e23b25",
    "maroon": "#7a1f2b",
    "burgundy": "#6d1a36",
    "ruby": "#b01244",
    "coral": "#f27a62",
    "salmon": "#f2917f",
    "pink": "#f29bb5",
    "magenta": "#c93a8c",
    "fuchsia": "#d42f96",
    "rose": "#e06a86",
    "orange": "#ee8130",
    "tangerine": "#f28c28",
    "amber": "#f0a830",
    "peach": "#f8be9a",
    "apricot": "#f5b183",
    "yellow": "#f4c934",
    "mustard": "#cf9f2e",
    "lemon": "#f6e05a",
    "cream": "#f6ecd2",
    "ivory": "#f5f0e1",
    "beige": "#dfcfae",
    "tan": "#cfae82",
    "khaki": "#b8a76b",
    "brown": "#83563a",
    "chocolate": "#5d3a26",
    "caramel": "#b87840",
    "copper": "#b5683c",
    "bronze": "#a5763a",
    "rust": "#a94a26",
    "terracotta": "#c8694a",
    "green": "#4f9a4e",
    "lime": "#9ccb3b",
    "olive": "#7d7f3a",
    "mint": "#a5dcc0",
    "emerald": "#1f9a6a",
    "jade": "#3aa17e",
    "sage": "#9db08e",
    "teal": "#1f8a8a",
    "turquoise": "#3cbcb4",
    "cyan": "#35b9d4",
    "aqua": "#5fc9d0",
    "blue": "#2f6fc4",
    "navy": "#1e3260",
    "azure": "#3a8fdc",
    "cobalt": "#2450a8",
    "indigo": "#3f3a94",
    "ultramarine": "#2b3fae",
    "purple": "#7e4aa6",
    "violet": "#8a5cc4",
    "lavender": "#b9a5de",
    "lilac": "#c6a8d8",
    "plum": "#74395f",
    "mauve": "#a8839f",
    "black": "#26262c",
    "white": "#f7f5f0",
    "grey": "#8f9399",
    "gray": "#8f9399",
    "silver": "#c3c8ce",
    "charcoal": "#3d4248",
    "slate": "#5d6b78",
    "skyblue": "#82c1ea",
}
SHADES: dict[str, tuple[str, float]] = {
    "light": ("white", 0.42),
    "pale": ("white", 0.5),
    "pastel": ("white", 0.48),
    "soft": ("white", 0.3),
    "dark": ("black", 0.42),
    "deep": ("black", 0.3),
    "midnight": ("black", 0.55),
}


def parse(text: str) -> RGB | None:
    """The colour of ``#rrggbb`` or a name; ``None`` for anything else."""
    text = NAMES.get(text, text)
    if len(text) != 7 or text[0] != "#":
        return None
    try:
        return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))
    except ValueError:
        return None


def code(colour: RGB) -> str:
    return f"#{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}"


def rgb(text: str) -> RGB:
    """The colour of a code known to be good, as in our own tables."""
    colour = parse(text)
    if colour is None:
        raise ValueError(f"`{text}` is not a colour")
    return colour


def mix(one: RGB, other: RGB, share: float) -> RGB:
    """``one`` with ``share`` (0 to 1) of ``other`` in it."""
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def times(one: RGB, other: RGB) -> RGB:
    """``one`` seen in the light of ``other``."""
    return (one[0] * other[0] // 255, one[1] * other[1] // 255, one[2] * other[2] // 255)


def darker(colour: RGB, share: float = 0.22) -> RGB:
    """A shadow of the colour, leaning to a cool violet as shadows do."""
    return mix(colour, (26, 20, 52), share)


def lighter(colour: RGB, share: float = 0.25) -> RGB:
    """A light of the colour, leaning to a warm white."""
    return mix(colour, (255, 250, 232), share)


def luminance(colour: RGB) -> float:
    """Brightness from 0 to 1 as the eye sees it."""
    return (colour[0] * 299 + colour[1] * 587 + colour[2] * 114) / 255000


def turned(colour: RGB, hue: float = 0.0, vivid: float = 1.0, bright: float = 1.0) -> RGB:
    """The colour with its hue turned (1 is a full circle), its saturation and value scaled."""
    h, s, v = colorsys.rgb_to_hsv(colour[0] / 255, colour[1] / 255, colour[2] / 255)
    r, g, b = colorsys.hsv_to_rgb((h + hue) % 1.0, min(1.0, s * vivid), min(1.0, v * bright))
    return (round(r * 255), round(g * 255), round(b * 255))


def readable_on(ground: RGB) -> RGB:
    """A dark or a light ink, whichever reads better on ``ground``."""
    return (38, 34, 44) if luminance(ground) > 0.55 else (250, 246, 236)


def nearest_name(colour: RGB) -> str:
    """The plain name of a colour, for captions."""
    plain = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "black", "white", "grey")
    exact = [name for name, text in NAMES.items() if text == code(colour)]
    return exact[0] if exact else min(plain, key=lambda name: (_distance(rgb(name), colour), name))


def _distance(one: RGB, other: RGB) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
