"""A pen that draws one figure in units of its own height, larger than needed, for smooth edges."""

from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw

from ..colours import RGB
from .curves import Point, oval, rounded, smooth

PAD = 0.14  # room around the figure's box, in its heights
Tone = Callable[[RGB], RGB]


class Pen:
    """Coordinates run right and down from the upper left of the figure's box, in heights of the figure."""

    def __init__(self, height: float, aspect: float, tone: Tone) -> None:
        self.unit = height
        self.aspect = aspect
        self.tone = tone
        size = (max(2, round((aspect + 2 * PAD) * height)), max(2, round((1 + 2 * PAD) * height)))
        self.image = Image.new("RGBA", size)
        self.glows: list[tuple[float, float, float, RGB, float]] = []
        self._draw = ImageDraw.Draw(self.image)

    def poly(self, points: Sequence[Point], fill: RGB, lit: bool = False) -> None:
        """A filled polygon; ``lit`` colours shine by themselves and skip the light of the scene."""
        if len(points) > 2:
            self._draw.polygon(self._pixels(points), fill=(*(fill if lit else self.tone(fill)), 255))

    def blob(self, points: Sequence[Point], fill: RGB, lit: bool = False) -> None:
        """A smooth shape through the points."""
        self.poly(smooth(points), fill, lit)

    def oval(self, cx: float, cy: float, rx: float, ry: float, fill: RGB, tilt: float = 0.0, lit: bool = False) -> None:
        self.poly(oval(cx, cy, rx, ry, tilt), fill, lit)

    def disc(self, cx: float, cy: float, r: float, fill: RGB, lit: bool = False) -> None:
        self.poly(oval(cx, cy, r, r, steps=64 if r > 0.2 else 28), fill, lit)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: RGB, r: float = 0.0, lit: bool = False) -> None:
        corners = rounded(x0, y0, x1, y1, r) if r else [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        self.poly(corners, fill, lit)

    def line(self, points: Sequence[Point], width: float, fill: RGB, lit: bool = False) -> None:
        """A stroke with round ends."""
        colour = (*(fill if lit else self.tone(fill)), 255)
        thick = max(1, round(width * self.unit))
        self._draw.line(self._pixels(points), fill=colour, width=thick, joint="curve")
        if thick > 2:
            for x, y in (points[0], points[-1]):
                self._draw.polygon(self._pixels(oval(x, y, width / 2, width / 2, steps=16)), fill=colour)

    def curve(self, points: Sequence[Point], width: float, fill: RGB, lit: bool = False) -> None:
        """A smooth stroke through the points."""
        self.line(smooth(points, closed=False), width, fill, lit)

    def inside(
        self, points: Sequence[Point], fill: RGB, alpha: float = 1.0, within: Sequence[Point] = (), lit: bool = False
    ) -> None:
        """A shape that shows only where something was drawn before (or inside ``within``): shadows, stripes, spots."""
        pixels = self._pixels(points)
        box = self._bounds(pixels)
        if box is None:
            return
        mask = self._mask(pixels, box, round(255 * alpha))
        mask = ImageChops.multiply(mask, self.image.getchannel("A").crop(box))
        if within:
            mask = ImageChops.multiply(mask, self._mask(self._pixels(within), box, 255))
        self.image.paste((*(fill if lit else self.tone(fill)), 255), box, mask)

    def veil(self, points: Sequence[Point], fill: RGB, alpha: float, lit: bool = False) -> None:
        """A translucent shape, over nothing as well."""
        pixels = self._pixels(points)
        box = self._bounds(pixels)
        if box is None:
            return
        layer = Image.new("RGBA", (box[2] - box[0], box[3] - box[1]), (*(fill if lit else self.tone(fill)), 0))
        layer.putalpha(self._mask(pixels, box, round(255 * alpha)))
        self.image.alpha_composite(layer, box[:2])

    def cut(self, points: Sequence[Point]) -> None:
        """Takes the shape out of what was drawn."""
        self._draw.polygon(self._pixels(points), fill=(0, 0, 0, 0))

    def glow(self, x: float, y: float, r: float, colour: RGB, strength: float = 0.6) -> None:
        """Light that spills on what is around, once the figure is in the picture."""
        self.glows.append((x, y, r, colour, strength))

    def stamp(self, mark: Image.Image, cx: float, cy: float, fill: RGB) -> None:
        """A mask (such as set text) put with its middle at a point, in one colour."""
        x = round((cx + PAD) * self.unit - mark.width / 2)
        y = round((cy + PAD) * self.unit - mark.height / 2)
        self.image.paste((*self.tone(fill), 255), (x, y), mark)

    def picture(self, picture: Image.Image, x0: float, y0: float, x1: float, y1: float) -> None:
        """A picture in a box, toned like everything else."""
        box = (round((x0 + PAD) * self.unit), round((y0 + PAD) * self.unit))
        size = (max(1, round((x1 - x0) * self.unit)), max(1, round((y1 - y0) * self.unit)))
        small = picture.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        self.image.paste(ImageChops.multiply(small, Image.new("RGB", size, self.tone((255, 255, 255)))), box)

    def medal(self, picture: Image.Image, cx: float, cy: float, r: float) -> None:
        """A picture in a circle."""
        size = max(2, round(2 * r * self.unit))
        mask = Image.new("L", (size, size))
        ImageDraw.Draw(mask).ellipse((0, 0, size - 1, size - 1), fill=255)
        small = picture.convert("RGB").resize((size, size), Image.Resampling.BICUBIC)
        small = ImageChops.multiply(small, Image.new("RGB", small.size, self.tone((255, 255, 255))))
        self.image.paste(small, (round((cx - r + PAD) * self.unit), round((cy - r + PAD) * self.unit)), mask)

    def _pixels(self, points: Sequence[Point]) -> list[Point]:
        # Rounded, so that the last bit of a sine, which differs between platforms, moves no edge.
        unit = self.unit
        return [(round((x + PAD) * unit, 2), round((y + PAD) * unit, 2)) for x, y in points]

    def _bounds(self, pixels: Sequence[Point]) -> tuple[int, int, int, int] | None:
        xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
        box = (
            max(0, int(min(xs))),
            max(0, int(min(ys))),
            min(self.image.width, int(max(xs)) + 2),
            min(self.image.height, int(max(ys)) + 2),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None

    def _mask(self, pixels: Sequence[Point], box: tuple[int, int, int, int], value: int) -> Image.Image:
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in pixels], fill=value)
        return mask
