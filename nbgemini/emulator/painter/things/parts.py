"""Parts that several figures share: eyes, wheels, windows, labels."""

from ..canvas.curves import oval
from ..canvas.pen import Pen
from ..colours import RGB, darker
from .figure import Look

BEAK: RGB = (240, 168, 60)
INK: RGB = (44, 38, 44)
LEAF: RGB = (98, 158, 84)
PANE: RGB = (150, 190, 210)
PINK: RGB = (226, 140, 142)
STALK: RGB = (112, 82, 58)
TYRE: RGB = (44, 44, 52)
WARM: RGB = (255, 200, 110)
WHITE: RGB = (252, 250, 244)
WOOD: RGB = (156, 106, 70)


def pane(pen: Pen, look: Look, x: float, y: float, wide: float, high: float, frame: RGB = (244, 238, 226)) -> None:
    """A window with a cross, lit at night."""
    rim = min(wide, high) * 0.12
    pen.box(x - rim, y - rim, x + wide + rim, y + high + rim, frame)
    pen.box(x, y, x + wide, y + high, look.lamp(), lit=look.night > 0.4)
    pen.box(x + wide / 2 - rim / 3, y, x + wide / 2 + rim / 3, y + high, frame)
    pen.box(x, y + high / 2 - rim / 3, x + wide, y + high / 2 + rim / 3, frame)
    if look.night > 0.4:
        pen.glow(x + wide / 2, y + high / 2, high * 2.4, WARM, 0.42)


def snowy(pen: Pen, look: Look, points: list[tuple[float, float]]) -> None:
    if look.season == "winter":
        pen.poly(points, (246, 250, 255))


def wheel(pen: Pen, x: float, y: float, r: float, hub: RGB = (190, 194, 200)) -> None:
    pen.disc(x, y, r, TYRE)
    pen.disc(x, y, r * 0.56, hub)
    pen.disc(x, y, r * 0.2, darker(hub, 0.35))


def eye(pen: Pen, x: float, y: float, r: float = 0.018) -> None:
    pen.disc(x, y, r, INK)
    pen.disc(x + r * 0.3, y - r * 0.35, r * 0.38, (255, 255, 255))


def fruit_body(pen: Pen, cx: float, cy: float, rx: float, ry: float, colour: RGB) -> None:
    """A round fruit with shade and shine."""
    body = oval(cx, cy, rx, ry)
    pen.poly(body, colour)
    pen.inside(oval(cx + rx * 0.42, cy + ry * 0.3, rx * 0.85, ry * 0.9), darker(colour, 0.5), 0.25, body)
    pen.inside(oval(cx - rx * 0.4, cy - ry * 0.42, rx * 0.2, ry * 0.14, -35), (255, 255, 255), 0.55)


def sprig(pen: Pen, x: float, y: float, size: float = 0.2) -> None:
    pen.blob([(x, y), (x + size * 0.5, y - size * 0.55), (x + size * 1.1, y - size * 0.5), (x + size * 0.7, y)], LEAF)


def label(pen: Pen, look: Look, x: float, y: float, wide: float, high: float, on: RGB) -> None:
    if look.text:
        from ..canvas.lettering import block
        from ..colours import readable_on

        pen.stamp(
            block(look.text, wide * pen.unit, high * pen.unit, round(high * 0.7 * pen.unit)), x, y, readable_on(on)
        )
