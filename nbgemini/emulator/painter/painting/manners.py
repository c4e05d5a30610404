"""Manners: how one painter and another paint the same scene, in detail, in palette and in the word of the mark."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageEnhance

from ..scene import Scene

STRIP = 128  # rows


@dataclass(frozen=True, slots=True)
class Manner:
    """All of it is the same for every pixel or for every place, so that what an edit leaves alone stays as it was."""

    word: str = ""
    """What the mark says besides "emulated"."""
    detail: float = 1.0
    """The share of the size at which it is worked; less is softer."""
    levels: int = 0
    """How many steps each colour has; 0: all of them."""
    colour: float = 1.0
    """How much colour there is; 0 is grey."""
    contrast: float = 1.0
    lift: int = 0
    """How far the darkest tones are raised."""
    light: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """What the light does to red, green and blue."""
    edges: float = 0.0
    """How much darker it is towards the corners."""

    def size(self, scene: Scene, width: int, height: int) -> tuple[int, int]:
        """The size at which a scene is worked; charts and photos are never made soft."""
        share = 1.0 if scene.chart or scene.photo else self.detail
        return max(1, round(width * share)), max(1, round(height * share))


PLAIN = Manner()
MANNERS = {
    "pro": Manner("Pro", colour=1.16, contrast=1.14, light=(1.03, 1.0, 0.95), edges=0.42),
    "2.1": Manner("2.1", colour=1.45, contrast=1.04, lift=14, light=(1.02, 1.02, 1.0)),
    "flash": Manner("Flash", colour=0.9, contrast=1.06, light=(0.93, 0.99, 1.08)),
    "lite": Manner("Lite", detail=0.26, levels=9, contrast=1.05),
    "2.5": Manner("2.5", detail=0.5, colour=0.72, contrast=0.84, lift=22, light=(1.06, 1.0, 0.9)),
}


def of_name(name: str) -> Manner:
    return MANNERS.get(name, PLAIN)


def painted(image: Image.Image, manner: Manner, *, sheet: bool) -> Image.Image:
    """The picture in this manner, strip by strip to keep memory small; a sheet with a chart on it is evenly lit."""
    if manner == PLAIN:
        return image
    edges = None if sheet or not manner.edges else _edges(*image.size, manner.edges)
    for top in range(0, image.height, STRIP):
        box = (0, top, image.width, min(image.height, top + STRIP))
        strip = image.crop(box)
        if manner.colour != 1.0:
            strip = ImageEnhance.Color(strip).enhance(manner.colour)
        strip = strip.point(_table(manner))
        if edges is not None:
            strip = ImageChops.multiply(strip, edges.crop(box).convert("RGB"))
        image.paste(strip, box)
    return image


@lru_cache(maxsize=8)
def _table(manner: Manner) -> list[int]:
    """What becomes of each value of red, green and blue."""

    def toned(value: int, light: float) -> int:
        tone = ((value - 124) * manner.contrast + 124) * (255 - manner.lift) / 255 + manner.lift
        tone = max(0.0, min(255.0, tone * light))
        return round(tone) if not manner.levels else round(round(tone / 255 * manner.levels) * 255 / manner.levels)

    return [toned(value, light) for light in manner.light for value in range(256)]


@lru_cache(maxsize=4)
def _edges(width: int, height: int, strength: float) -> Image.Image:
    """A soft fall of light towards the corners, drawn small and made large."""
    small = (48, 32)
    values = bytearray()
    for y in range(small[1]):
        for x in range(small[0]):
            far = ((x / (small[0] - 1) - 0.5) ** 2 + (y / (small[1] - 1) - 0.5) ** 2) * 2
            values.append(round(255 * (1 - strength * far**1.5)))
    return Image.frombytes("L", small, bytes(values)).resize((width, height), Image.Resampling.BICUBIC)
