"""Styles: how large a picture is worked at, and what is made of it at the end."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from ..canvas import light as lights
from ..canvas.stage import Stage
from ..colours import RGB, mix, parse
from ..scene import Scene
from . import brushes, prints

_AREA = 2_400_000


def _same(stage: Stage) -> Image.Image:
    return stage.image


@dataclass(frozen=True, slots=True)
class Style:
    """``limit`` is the most pixels worked on, ``cells`` the short side of a coarse picture."""

    name: str
    label: str
    apply: Callable[[Stage], Image.Image] = _same
    flat: bool = False
    lift: bool = False
    focus: bool = False
    grain: int = 7
    limit: int = 0
    cells: int = 0
    resample: Image.Resampling = Image.Resampling.BICUBIC
    paper: RGB | None = None

    def work(self, width: int, height: int) -> tuple[int, int]:
        """The size the picture is worked at before it is scaled to the size asked for."""
        scale = 1.0
        if self.cells:
            scale = self.cells / min(width, height)
        elif self.limit and width * height > self.limit:
            scale = (self.limit / (width * height)) ** 0.5
        return max(1, round(width * scale)), max(1, round(height * scale))

    def ground(self, scene: Scene, place: str) -> RGB:
        """The colour titles stand on, as far as it is known without looking at the picture."""
        if self.paper:
            return self.paper
        asked = scene.tint("background") or (scene.tint("sky") if place == "top" else scene.tint("ground"))
        own = parse(asked)
        if own:
            return own
        light = lights.of(scene)
        if scene.place in ("space", "underwater"):
            return (20, 24, 50)
        if scene.place in ("sheet", "studio", "plain", "room", "table", "abstract"):
            return mix((236, 228, 214), (20, 20, 40), light.dark * 0.8)
        return light.sky[0] if place == "top" else mix((70, 90, 70), (10, 12, 30), light.dark * 0.7)


STYLES = {
    style.name: style
    for style in (
        Style("", "A picture"),
        Style("photo", "A photo-like picture", prints.photo, focus=True, grain=10),
        Style("watercolor", "A watercolor", brushes.watercolor, limit=_AREA, grain=8, paper=(236, 232, 222)),
        Style("oil", "An oil painting", brushes.oil, limit=_AREA, grain=9),
        Style("ink", "An ink drawing", brushes.ink, limit=_AREA, grain=9, paper=(244, 239, 226)),
        Style("pencil", "A pencil drawing", brushes.pencil, limit=_AREA, grain=11, paper=(242, 240, 234)),
        Style("pixel", "Pixel art", prints.pixel, cells=112, grain=5, resample=Image.Resampling.NEAREST),
        Style("blueprint", "A blueprint", brushes.blueprint, True, limit=_AREA, grain=8, paper=(28, 66, 132)),
        Style("chalk", "A chalk drawing", brushes.chalk, True, limit=_AREA, grain=10, paper=(44, 58, 54)),
        Style("papercut", "A paper cut", prints.papercut, True, True, limit=_AREA, grain=8),
        Style("poster", "A poster", prints.poster, True, limit=_AREA, grain=6),
        Style("comic", "A comic panel", prints.comic, True, limit=_AREA, grain=5),
        Style("mosaic", "A mosaic", prints.mosaic, limit=_AREA, grain=7),
        Style("points", "A pointillist painting", prints.points, limit=_AREA, grain=7),
        Style("neon", "A neon drawing", brushes.neon, True, limit=_AREA, grain=7, paper=(14, 10, 30)),
        Style("draft", "A draft", brushes.draft, True, limit=700_000, grain=9, paper=(240, 237, 229)),
        Style("colour draft", "A draft", brushes.colour_draft, True, limit=260_000, grain=8),
    )
}


def of_name(name: str) -> Style:
    return STYLES.get(name, STYLES[""])
