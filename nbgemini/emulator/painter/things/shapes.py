"""Plain shapes and solids, and the sculpture that stands for an unknown word."""

import math

from ..canvas.curves import arc, heart, oval, regular, rounded, star, taper
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter, mix, turned
from .figure import Look, figure

FRESH: tuple[RGB, ...] = ((214, 84, 70), (242, 184, 72), (70, 128, 178), (96, 158, 112), (126, 92, 160))


def _flat(pen: Pen, points: list[tuple[float, float]], look: Look) -> None:
    colour = look.main(*FRESH)
    pen.poly(points, colour)
    pen.inside([(x - 0.07, y - 0.08) for x, y in points], lighter(colour, 0.5), 0.16)


@figure("circle", aspect=1.0)
def circle(pen: Pen, look: Look) -> None:
    _flat(pen, oval(0.5, 0.5, 0.5, 0.5, steps=96), look)


@figure("square", aspect=1.0)
def square(pen: Pen, look: Look) -> None:
    _flat(pen, [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98)], look)


@figure("rectangle", aspect=1.6)
def rectangle(pen: Pen, look: Look) -> None:
    _flat(pen, [(0.02, 0.02), (1.58, 0.02), (1.58, 0.98), (0.02, 0.98)], look)


@figure("triangle", aspect=1.12)
def triangle(pen: Pen, look: Look) -> None:
    _flat(pen, [(0.56, 0.0), (1.12, 1.0), (0.0, 1.0)], look)


@figure("pentagon", aspect=1.0)
def pentagon(pen: Pen, look: Look) -> None:
    _flat(pen, regular(0.5, 0.53, 0.52, 5), look)


@figure("hexagon", aspect=1.1)
def hexagon(pen: Pen, look: Look) -> None:
    _flat(pen, regular(0.55, 0.5, 0.54, 6, 0.0), look)


@figure("octagon", aspect=1.0)
def octagon(pen: Pen, look: Look) -> None:
    _flat(pen, regular(0.5, 0.5, 0.53, 8, 22.5), look)


@figure("diamond shape", aspect=0.8)
def rhombus(pen: Pen, look: Look) -> None:
    _flat(pen, [(0.4, 0.0), (0.8, 0.5), (0.4, 1.0), (0.0, 0.5)], look)


@figure("heart", aspect=1.05)
def one_heart(pen: Pen, look: Look) -> None:
    colour = look.main((216, 62, 78))
    points = heart(0.52, 0.42, 0.54)
    pen.poly(points, colour)
    pen.inside(oval(0.28, 0.26, 0.12, 0.08, -35), (255, 255, 255), 0.4)


@figure("star shape", aspect=1.0)
def star_shape(pen: Pen, look: Look) -> None:
    _flat(pen, star(0.5, 0.54, 0.54, 0.22), look)


@figure("cross", aspect=1.0)
def cross(pen: Pen, look: Look) -> None:
    a, b = 0.33, 0.67
    _flat(pen, [(a, 0), (b, 0), (b, a), (1, a), (1, b), (b, b), (b, 1), (a, 1), (a, b), (0, b), (0, a), (a, a)], look)


@figure("ring", aspect=1.0)
def ring(pen: Pen, look: Look) -> None:
    _flat(pen, oval(0.5, 0.5, 0.5, 0.5, steps=96), look)
    pen.cut(oval(0.5, 0.5, 0.32, 0.32, steps=80))


@figure("arrow", aspect=1.7)
def arrow(pen: Pen, look: Look) -> None:
    _flat(pen, [(0.0, 0.34), (1.05, 0.34), (1.05, 0.05), (1.7, 0.5), (1.05, 0.95), (1.05, 0.66), (0.0, 0.66)], look)


@figure("spiral", aspect=1.0)
def spiral(pen: Pen, look: Look) -> None:
    points = [(0.5 + 0.0066 * k * math.cos(k / 4.2), 0.5 + 0.0066 * k * math.sin(k / 4.2)) for k in range(74)]
    pen.poly(taper(points, 0.03, 0.09), look.main(*FRESH))


@figure("line", aspect=4.0)
def line(pen: Pen, look: Look) -> None:
    pen.line([(0.05, 0.5), (3.95, 0.5)], 0.14, look.main(*FRESH))


@figure("dot", aspect=1.0)
def dot(pen: Pen, look: Look) -> None:
    pen.disc(0.5, 0.5, 0.42, look.main(*FRESH))


@figure("cube", aspect=1.1)
def cube(pen: Pen, look: Look) -> None:
    colour = look.main(*FRESH)
    pen.poly([(0.55, 0.02), (1.07, 0.26), (0.55, 0.5), (0.03, 0.26)], lighter(colour, 0.3))
    pen.poly([(0.03, 0.26), (0.55, 0.5), (0.55, 1.0), (0.03, 0.74)], colour)
    pen.poly([(1.07, 0.26), (1.07, 0.74), (0.55, 1.0), (0.55, 0.5)], darker(colour, 0.28))


@figure("sphere", aspect=1.0)
def sphere(pen: Pen, look: Look) -> None:
    colour = look.main(*FRESH)
    pen.disc(0.5, 0.5, 0.5, darker(colour, 0.25))
    body = oval(0.5, 0.5, 0.5, 0.5, steps=80)
    for k in range(9):
        pen.inside(
            oval(0.47 - 0.012 * k, 0.46 - 0.014 * k, 0.47 - 0.05 * k, 0.47 - 0.05 * k),
            lighter(colour, 0.06 * k),
            0.5,
            body,
        )
    pen.inside(oval(0.33, 0.28, 0.09, 0.06, -35), (255, 255, 255), 0.6)


@figure("cone", aspect=0.9)
def cone(pen: Pen, look: Look) -> None:
    colour = look.main(*FRESH)
    pen.poly([(0.45, 0.0), *arc(0.45, 0.88, 0.44, 0.12, 0, 180)], colour)
    pen.inside([(0.45, 0.0), (0.95, 0.9), (0.5, 1.05)], darker(colour, 0.45), 0.4)
    pen.inside([(0.45, 0.0), (0.2, 1.0), (0.3, 1.0)], lighter(colour, 0.5), 0.4)


@figure("cylinder", aspect=0.75)
def cylinder(pen: Pen, look: Look) -> None:
    colour = look.main(*FRESH)
    pen.poly([(0.02, 0.12), (0.73, 0.12), *arc(0.375, 0.88, 0.355, 0.11, 0, 180)], colour)
    pen.inside([(0.5, 0.0), (0.8, 0.0), (0.8, 1.0), (0.5, 1.0)], darker(colour, 0.4), 0.4)
    pen.inside([(0.12, 0.0), (0.24, 0.0), (0.24, 1.0), (0.12, 1.0)], lighter(colour, 0.5), 0.45)
    pen.oval(0.375, 0.12, 0.355, 0.11, lighter(colour, 0.28))


@figure("pyramid", aspect=1.3)
def pyramid(pen: Pen, look: Look) -> None:
    colour = look.main((226, 182, 112))
    pen.poly([(0.62, 0.0), (1.3, 0.94), (0.5, 1.0), (0.0, 0.92)], colour)
    pen.poly([(0.62, 0.0), (1.3, 0.94), (0.5, 1.0)], darker(colour, 0.3))
    for k in range(1, 9):
        y = k / 9
        pen.inside([(0.0, y), (1.3, y), (1.3, y + 0.008), (0.0, y + 0.008)], darker(colour, 0.5), 0.35)


@figure("form", aspect=1.0)
def form(pen: Pen, look: Look) -> None:
    """A sculpture on a base, of forms and colours that follow the word."""
    dice, base = look.dice, look.main(*FRESH)
    pen.box(0.22, 0.88, 0.78, 1.0, (206, 200, 190), 0.02)
    pen.inside([(0.6, 0.8), (0.8, 0.8), (0.8, 1.0), (0.6, 1.0)], (120, 112, 112), 0.4)
    y, size = 0.88, dice.between(0.3, 0.38)
    for k in range(3):
        colour = turned(base, dice.between(-0.12, 0.12) * k, 1.0, 1.0)
        cx, turn = 0.5 + dice.between(-0.05, 0.05), dice.between(0, 60)
        kind = dice.whole(0, 3)
        if kind == 0:
            pen.disc(cx, y - size / 2, size / 2, colour)
        elif kind == 1:
            pen.poly(rounded(cx - size * 0.5, y - size * 0.9, cx + size * 0.5, y, size * 0.2), colour)
        elif kind == 2:
            pen.poly(regular(cx, y - size * 0.48, size * 0.55, dice.whole(3, 6), turn), colour)
        else:
            pen.poly(arc(cx, y, size * 0.6, size * 0.9, 180, 360), colour)
        pen.inside(oval(cx + size * 0.3, y - size * 0.4, size * 0.4, size * 0.6), darker(colour, 0.4), 0.25)
        pen.inside(
            oval(cx - size * 0.2, y - size * 0.6, size * 0.12, size * 0.09, -30), mix(colour, (255, 255, 255), 0.7), 0.6
        )
        y -= size * 0.86
        size *= dice.between(0.66, 0.86)
