"""The build of animals that walk: trunk, legs, neck, tail and head."""

from dataclasses import dataclass

from ..canvas.curves import oval, taper
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Measures of a walking animal in its own height; it looks to the right."""

    coat: RGB
    back: float = 0.4  # height of the back
    deep: float = 0.3  # depth of the trunk
    long: float = 0.62
    leg: float = 0.075
    neck: tuple[float, float] = (0.18, 0.26)  # how far forward and up the head is
    thick: float = 0.15
    head: tuple[float, float] = (0.16, 0.085)
    tilt: float = 24.0
    hoof: RGB = (70, 54, 48)
    tail: str = "hair"
    mane: RGB | None = None


def walker(pen: Pen, build: Build) -> tuple[float, float]:
    """Tail, legs, neck, trunk and head; gives the middle of the head."""
    coat = build.coat
    left, right, belly = 0.18, 0.18 + build.long, build.back + build.deep
    for x in (left + 0.16, right - 0.16):
        leg(pen, x, belly - 0.08, build, darker(coat, 0.2))
    _tail(pen, build, left)
    hx, hy = right - 0.06 + build.neck[0], build.back + 0.06 - build.neck[1]
    if build.neck[1] > 0.02:
        bend = ((right + hx) / 2 - 0.06, (build.back + hy) / 2 + 0.02)
        neck = [(right - 0.14, build.back + 0.14), bend, (hx - 0.02, hy + 0.01)]
        pen.poly(taper(neck, build.thick * 1.7, build.thick), coat)
    _trunk(pen, build, left, right, belly)
    for x in (left + 0.07, right - 0.07):
        leg(pen, x, belly - 0.1, build, coat)
    if build.mane:
        bend = ((right + hx) / 2 - 0.13, (build.back + hy) / 2)
        pen.curve([(right - 0.15, build.back + 0.03), bend, (hx - 0.08, hy - 0.05)], 0.07, build.mane)
    pen.oval(hx + 0.05, hy + 0.03, build.head[0], build.head[1], coat, build.tilt)
    return hx, hy


def _tail(pen: Pen, build: Build, left: float) -> None:
    """Hair, a thin tail with a tuft, or a puff."""
    shade, y = darker(build.coat, 0.2), build.back
    if build.tail == "hair":
        line = [(left + 0.03, y + 0.04), (left - 0.06, y + 0.14), (left - 0.07, y + 0.34)]
        pen.poly(taper(line, 0.03, 0.06), build.mane or shade)
    elif build.tail == "thin":
        pen.curve([(left + 0.03, y + 0.06), (left - 0.06, y + 0.2), (left - 0.05, y + 0.32)], 0.02, shade)
        pen.disc(left - 0.05, y + 0.33, 0.028, build.mane or shade)
    elif build.tail == "puff":
        pen.disc(left, y + 0.08, 0.05, lighter(build.coat, 0.4))


def _trunk(pen: Pen, build: Build, left: float, right: float, belly: float) -> None:
    """The body, with shade below."""
    middle, side, back = (left + right) / 2, build.back + build.deep * 0.45, build.back
    upper = [(left, side), (left + 0.1, back), (middle, back + 0.035), (right - 0.08, back), (right + 0.02, side)]
    pen.blob([*upper, (right - 0.08, belly), (middle, belly - 0.015), (left + 0.09, belly)], build.coat)
    pen.inside(oval(middle, belly + 0.01, build.long * 0.5, build.deep * 0.36), darker(build.coat, 0.4), 0.22)


def leg(pen: Pen, x: float, top: float, build: Build, colour: RGB) -> None:
    pen.poly(
        [
            (x - build.leg * 0.66, top),
            (x + build.leg * 0.66, top),
            (x + build.leg * 0.42, 0.97),
            (x - build.leg * 0.42, 0.97),
        ],
        colour,
    )
    pen.box(x - build.leg * 0.46, 0.945, x + build.leg * 0.5, 1.0, build.hoof, 0.008)


def ear(pen: Pen, x: float, y: float, size: float, colour: RGB, lean: float = 0.0) -> None:
    pen.blob(
        [
            (x - size * 0.3, y),
            (x + lean - size * 0.1, y - size),
            (x + lean + size * 0.15, y - size * 0.9),
            (x + size * 0.35, y),
        ],
        colour,
    )
