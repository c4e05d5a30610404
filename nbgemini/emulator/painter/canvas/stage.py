"""The canvas and its measures: where a scene's fractions fall in pixels."""

from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

from ..colours import RGB, mix
from ..dice import Dice
from ..places import of_name
from ..scene import Scene, Thing
from . import light as lights
from .curves import Point

Box = tuple[int, int, int, int]


class Stage:
    """One picture in the making."""

    def __init__(self, scene: Scene, width: int, height: int) -> None:
        short, long = min(width, height), max(width, height)
        self.scene = scene
        self.width, self.height = width, height
        # Long pictures show more of the world, not a larger one: the unit grows far slower than the long side.
        growth = min(1.36, (long / short) ** 0.25) if width > height else min(2.1, (long / short) ** 0.38)
        self.unit = max(1.0, short * growth * max(0.25, min(4.0, scene.zoom)))
        self.place = of_name(scene.place)
        self.light = lights.of(scene)
        self.horizon = round(self._horizon())
        self.flat = False  # the style wants no shading
        self.lift = False  # the style cuts things out of paper
        self.image = Image.new("RGB", (width, height), self.light.sky[1])

    def _horizon(self) -> float:
        """Ground is never deeper than about a picture's width, so that tall pictures gain sky and hills."""
        ground = self.height * (1 - self.place.horizon)
        return self.height - min(ground, max(self.width * 1.15, self.height * 0.16))

    def tone(self, colour: RGB, far: float = 0.0) -> RGB:
        return self.light.tone(colour, far)

    def dice(self, *parts: object) -> Dice:
        return Dice(self.scene.seed, self.scene.place, *parts)

    def across(self, u: float) -> float:
        u = max(-1.0, min(2.0, u))
        return (0.5 + (u - 0.5) * max(1.0, min(4.0, self.scene.zoom))) * self.width

    def foot(self, thing: Thing) -> float:
        """The height in the picture of the point a thing stands on, or of its middle in the air."""
        v = max(-0.5, min(1.5, thing.v))
        if thing.plane in ("sky", "air", "wall"):
            return v * self.horizon
        if thing.plane == "front":
            return v * self.height
        return self.horizon + v * (self.height - self.horizon)

    def on_water(self, y: float) -> bool:
        """Whether water is at this height of the picture."""
        ground, deep = self.place.ground, self.height - self.horizon
        if ground == "bank":
            return y < self.horizon + deep * 0.8
        return ground == "water" or (ground == "shore" and y < self.horizon + deep * 0.36)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Whole pixels inside the picture."""
        return (max(0, round(x0)), max(0, round(y0)), min(self.width, round(x1)), min(self.height, round(y1)))

    def gradient(self, box: Box, stops: Sequence[RGB], mask: Image.Image | None = None) -> None:
        """Fills a box with colours from top to bottom."""
        x0, y0, x1, y1 = box
        if x1 > x0 and y1 > y0:
            self.image.paste(column(stops, y1 - y0).resize((x1 - x0, y1 - y0), Image.Resampling.NEAREST), box, mask)

    def under(self, ridge: Sequence[Point], stops: Sequence[RGB], bottom: float) -> None:
        """Fills all below a line across the picture; only the strip with the line in it is drawn twice as large."""
        top = max(0, int(min(y for _, y in ridge)) - 1)
        low = min(self.height, int(max(y for _, y in ridge)) + 2)
        bottom = min(self.height, round(bottom))
        if top >= bottom:
            return
        low = min(low, bottom)
        mask = Image.new("L", (self.width, bottom - top), 255)
        if low > top:
            strip = Image.new("L", (self.width * 2, (low - top) * 2))
            points = [(round(x * 2, 1), round((y - top) * 2, 1)) for x, y in ridge]
            edge = [(self.width * 2 + 4, (low - top) * 2 + 4), (-4, (low - top) * 2 + 4)]
            ImageDraw.Draw(strip).polygon([*points, *edge], fill=255)
            mask.paste(strip.reduce(2), (0, 0))
            if self.lift:
                self._sheet_shadow(strip.reduce(2), top)
        self.gradient((0, top, self.width, bottom), stops, mask)

    def _sheet_shadow(self, edge: Image.Image, top: int) -> None:
        """The shadow of a cut edge on the sheet behind it."""
        off = max(2, round(self.unit * 0.012))
        shade = edge.filter(ImageFilter.BoxBlur(off * 0.7)).point([round(value * 0.4) for value in range(256)])
        self.image.paste((20, 16, 36), (0, top - off), shade)

    def glow(self, x: float, y: float, radius: float, colour: RGB, strength: float) -> None:
        """Light spilled round a point."""
        self.spot(x, y, radius, radius, colour, strength)

    def spot(self, x: float, y: float, rx: float, ry: float, colour: RGB, strength: float) -> None:
        """A soft oval of colour: a shadow, a glow, a shine on water."""
        x0, y0, w, h = round(x - rx), round(y - ry), max(1, round(2 * rx)), max(1, round(2 * ry))
        left, top = max(0, -x0), max(0, -y0)
        right, low = min(w, self.width - x0), min(h, self.height - y0)
        if left >= right or top >= low:
            return
        base = soft_disc()
        scale_x, scale_y = base.width / w, base.height / h
        part = (left * scale_x, top * scale_y, right * scale_x, low * scale_y)
        mask = base.resize((right - left, low - top), Image.Resampling.BILINEAR, box=part)
        mask = mask.point([round(value * max(0.0, min(1.0, strength))) for value in range(256)])
        self.image.paste(colour, (x0 + left, y0 + top), mask)

    def mottle(
        self, box: Box, colour: RGB, strength: float, seed: str, cell: float = 0.12, stretch: float = 3.0
    ) -> None:
        """Uneven patches of a colour, as of light and growth on the ground."""
        x0, y0, x1, y1 = box
        if x1 <= x0 or y1 <= y0:
            return
        step = max(2.0, cell * self.unit)
        columns, rows = 2 + int((x1 - x0) / step / stretch), 2 + int((y1 - y0) / step)
        noise = Image.frombytes("L", (columns, rows), self.dice("mottle", seed).noise(columns * rows))
        mask = noise.point([round(max(0, value - 96) * 1.6 * strength) for value in range(256)])
        mask = mask.resize((x1 - x0, y1 - y0), Image.Resampling.BICUBIC)
        self.image.paste(colour, box, mask)


def column(stops: Sequence[RGB], height: int) -> Image.Image:
    """A gradient one pixel wide."""
    last = len(stops) - 1
    data = bytearray()
    for y in range(height):
        at = y / max(1, height - 1) * last
        index = min(last - 1, int(at)) if last else 0
        data += bytes(mix(stops[index], stops[min(last, index + 1)], at - index))
    return Image.frombytes("RGB", (1, height), bytes(data))


@lru_cache(maxsize=1)
def soft_disc() -> Image.Image:
    """A mask that falls off smoothly from its middle to nothing at its edge."""
    size, half = 96, 48
    rows = []
    for y in range(half):
        squares = (((x - 47.5) ** 2 + (y - 47.5) ** 2) / 47.5**2 for x in range(half))
        left = bytes(round(255 * max(0.0, 1 - square) ** 2.2) for square in squares)
        rows.append(left + left[::-1])  # what is right of the middle, and below it, mirrors the rest
    return Image.frombytes("L", (size, size), b"".join([*rows, *reversed(rows)]))


def blurred(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius)) if radius >= 0.3 else image
