"""The sheet charts and diagrams are drawn on."""

from PIL import Image, ImageDraw

from ..backdrop.rooms import sheet_colour
from ..canvas import lettering
from ..canvas.curves import Point
from ..canvas.stage import Stage
from ..colours import RGB, mix, parse, readable_on
from ..scene import Chart

SERIES = ("#3f78b5", "#e08a4a", "#5fa36a", "#c9545a", "#8a6bb0", "#d8b04a", "#4aa6a6", "#c97fa6", "#7a7f8a", "#9a6a4a")
Area = tuple[float, float, float, float]


class Sheet:
    """The part of the picture a chart is drawn on, twice as large as needed unless the picture is large anyway."""

    def __init__(self, stage: Stage, chart: Chart) -> None:
        self.stage, self.chart = stage, chart
        self.scale = 2 if stage.width * stage.height < 3_500_000 else 1
        self.image = stage.image.resize((stage.width * self.scale, stage.height * self.scale), Image.Resampling.NEAREST)
        self.draw = ImageDraw.Draw(self.image)
        self.unit = min(stage.width, stage.height) * self.scale * 1.0
        base = sheet_colour(stage.scene)
        self.ink: RGB = readable_on(base)
        self.pale: RGB = mix(base, self.ink, 0.16)
        self.base = base

    def colour(self, index: int) -> RGB:
        own = parse(self.chart.colour)
        if own:
            return own if self.chart.kind in ("bar", "line") else mix(own, (250, 246, 238), (index % 4) * 0.18)
        palette = self.stage.scene.palette
        text = palette[index % len(palette)] if palette else SERIES[index % len(SERIES)]
        return parse(text) or (90, 120, 160)

    def text(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        height: float,
        size: float,
        ink: RGB | None = None,
        bold: bool = False,
    ) -> None:
        """Type centred on a point, made to fit a box."""
        mask = lettering.block(
            text, max(8.0, width), max(8.0, height), max(8, round(size)), "bold" if bold else "regular"
        )
        self.image.paste(ink or self.ink, (round(x - mask.width / 2), round(y - mask.height / 2)), mask)

    def line(self, points: list[Point], width: float, fill: RGB) -> None:
        self.draw.line(
            [(round(x, 1), round(y, 1)) for x, y in points], fill=fill, width=max(1, round(width)), joint="curve"
        )

    def round_box(self, area: Area, fill: RGB, radius: float, outline: RGB | None = None) -> None:
        self.draw.rounded_rectangle(
            (round(area[0]), round(area[1]), round(area[2]), round(area[3])),
            radius=radius,
            fill=fill,
            outline=outline,
            width=max(1, round(self.unit * 0.004)),
        )
