"""What is baked, cooked and eaten."""

import math

from ..canvas.curves import arc, oval, rounded
from ..canvas.pen import Pen
from ..colours import darker, lighter
from .figure import Look, figure
from .parts import fruit_body


@figure("egg", aspect=0.76, grip=0.9)
def egg(pen: Pen, look: Look) -> None:
    colour = look.main((246, 232, 212), (232, 196, 160))
    pen.blob(
        [(0.38, 0.02), (0.62, 0.2), (0.74, 0.58), (0.62, 0.9), (0.38, 0.99), (0.14, 0.9), (0.02, 0.58), (0.14, 0.2)],
        colour,
    )
    pen.inside(oval(0.56, 0.66, 0.26, 0.36), darker(colour, 0.5), 0.2)
    pen.inside(oval(0.24, 0.3, 0.06, 0.1, 24), (255, 255, 255), 0.7)


@figure("bread", aspect=1.7, grip=0.85)
def bread(pen: Pen, look: Look) -> None:
    crust = look.main((206, 142, 80))
    pen.blob(
        [(0.06, 0.7), (0.16, 0.3), (0.6, 0.1), (1.14, 0.12), (1.56, 0.36), (1.64, 0.74), (1.3, 0.96), (0.4, 0.97)],
        crust,
    )
    pen.inside(oval(0.9, 0.96, 0.9, 0.26), darker(crust, 0.4), 0.3)
    for x in (0.44, 0.78, 1.12):
        pen.inside(oval(x, 0.38, 0.06, 0.22, 26), (246, 222, 176))


@figure("cheese", aspect=1.5, grip=0.6)
def cheese(pen: Pen, look: Look) -> None:
    colour = look.main((246, 202, 86))
    pen.poly([(0.04, 0.56), (0.96, 0.08), (1.46, 0.42), (1.46, 0.54)], lighter(colour, 0.3))
    pen.poly([(0.04, 0.54), (1.46, 0.44), (1.46, 0.96), (0.04, 1.0)], colour)
    for x, y, r in ((0.3, 0.78, 0.1), (0.7, 0.66, 0.07), (0.96, 0.84, 0.11), (1.26, 0.66, 0.08)):
        pen.inside(oval(x, y, r, r), darker(colour, 0.3))


@figure("pizza", aspect=2.0, grip=0.7)
def pizza(pen: Pen, look: Look) -> None:
    pen.oval(1.0, 0.6, 0.99, 0.38, (196, 132, 74))
    pen.oval(1.0, 0.56, 0.97, 0.36, (226, 170, 100))
    pen.oval(1.0, 0.55, 0.85, 0.29, look.main((246, 206, 110)))
    for x, y in ((0.6, 0.46), (1.06, 0.4), (1.42, 0.52), (0.76, 0.66), (1.2, 0.66), (0.4, 0.58)):
        pen.oval(x, y, 0.13, 0.055, (196, 66, 56))
    for x, y in ((0.86, 0.5), (1.26, 0.46), (1.0, 0.72), (0.54, 0.62)):
        pen.oval(x, y, 0.06, 0.025, (90, 142, 76))


@figure("burger", aspect=1.2, grip=0.9)
def burger(pen: Pen, look: Look) -> None:
    bun = look.main((222, 156, 84))
    pen.poly(rounded(0.08, 0.78, 1.12, 0.99, 0.1), bun)
    pen.blob(
        [
            (0.02, 0.58),
            (0.3, 0.54),
            (0.9, 0.54),
            (1.18, 0.58),
            (1.0, 0.68),
            (0.8, 0.62),
            (0.6, 0.7),
            (0.4, 0.62),
            (0.2, 0.7),
        ],
        (126, 178, 84),
    )
    pen.poly(rounded(0.06, 0.64, 1.14, 0.82, 0.08), (112, 66, 46))
    pen.poly([(0.06, 0.62), (1.14, 0.62), (0.9, 0.7), (0.7, 0.64), (0.5, 0.74), (0.3, 0.64)], (250, 198, 84))
    pen.poly(rounded(0.08, 0.48, 1.12, 0.56, 0.04), (212, 66, 56))
    pen.poly([*arc(0.6, 0.48, 0.53, 0.42, 180, 360)], bun)
    for x, y in ((0.4, 0.24), (0.6, 0.16), (0.8, 0.24), (0.5, 0.34), (0.72, 0.36)):
        pen.inside(oval(x, y, 0.03, 0.018, 20), (250, 238, 208))


@figure("cake", aspect=1.2, grip=0.6)
def cake(pen: Pen, look: Look) -> None:
    cream = look.main((248, 196, 206), (246, 232, 208), (160, 106, 80))
    pen.oval(0.6, 0.94, 0.59, 0.06, (226, 222, 216))
    pen.poly(rounded(0.14, 0.5, 1.06, 0.94, 0.03), (226, 176, 112))
    for y in (0.6, 0.76):
        pen.box(0.14, y, 1.06, y + 0.05, (250, 244, 230))
    pen.poly(
        [
            (0.12, 0.42),
            (1.08, 0.42),
            (1.08, 0.54),
            *[(1.08 - k * 0.096, 0.66 if k % 2 else 0.54) for k in range(1, 10)],
            (0.12, 0.54),
        ],
        cream,
    )
    pen.oval(0.6, 0.42, 0.48, 0.09, lighter(cream, 0.3))
    for k, colour in enumerate(((222, 90, 90), (90, 150, 200), (246, 190, 80))):
        x = 0.4 + k * 0.2
        pen.box(x - 0.022, 0.16, x + 0.022, 0.42, colour)
        pen.blob([(x, 0.02), (x + 0.03, 0.1), (x, 0.15), (x - 0.03, 0.1)], (255, 206, 100), lit=True)
        pen.glow(x, 0.08, 0.3, (255, 210, 120), 0.6)
    if look.text:
        from ..canvas.lettering import block

        pen.stamp(block(look.text, 0.8 * pen.unit, 0.2 * pen.unit, round(0.14 * pen.unit)), 0.6, 0.74, (120, 60, 60))


@figure("cupcake", aspect=0.86, grip=0.9)
def cupcake(pen: Pen, look: Look) -> None:
    cream = look.main((246, 160, 186), (250, 236, 206), (150, 206, 200))
    pen.poly([(0.14, 0.56), (0.72, 0.56), (0.64, 1.0), (0.22, 1.0)], (206, 120, 96))
    for k in range(5):
        pen.inside(
            [(0.2 + k * 0.12, 0.5), (0.24 + k * 0.12, 0.5), (0.26 + k * 0.09, 1.0), (0.22 + k * 0.09, 1.0)],
            (250, 226, 196),
            0.6,
        )
    for y, rx in ((0.5, 0.38), (0.35, 0.29), (0.22, 0.18)):
        pen.oval(0.43, y, rx, 0.13, cream)
        pen.inside(oval(0.43, y + 0.06, rx, 0.06), darker(cream, 0.3), 0.3)
    fruit_body(pen, 0.43, 0.09, 0.08, 0.08, (206, 44, 60))


@figure("donut", aspect=1.2, grip=0.8)
def donut(pen: Pen, look: Look) -> None:
    glaze = look.main((240, 140, 172), (120, 76, 56), (250, 240, 222))
    pen.oval(0.6, 0.56, 0.58, 0.42, (216, 156, 92))
    pen.blob(
        [
            (0.6, 0.1),
            (1.0, 0.2),
            (1.16, 0.48),
            (0.98, 0.74),
            (0.8, 0.7),
            (0.6, 0.84),
            (0.4, 0.72),
            (0.2, 0.76),
            (0.04, 0.48),
            (0.2, 0.2),
        ],
        glaze,
    )
    pen.oval(0.6, 0.46, 0.2, 0.12, (176, 116, 66))
    pen.oval(0.6, 0.49, 0.17, 0.09, (120, 84, 60))
    for k in range(14):
        a = k * 2.4
        x, y = 0.6 + 0.36 * math.cos(a), 0.44 + 0.24 * math.sin(a)
        pen.inside(
            oval(x, y, 0.036, 0.013, k * 37), ((90, 160, 210), (250, 214, 90), (250, 250, 246), (120, 190, 120))[k % 4]
        )


@figure("ice cream", aspect=0.6, grip=0.9)
def ice_cream(pen: Pen, look: Look) -> None:
    one = look.main((248, 176, 190), (250, 236, 200), (170, 220, 200))
    pen.poly([(0.1, 0.46), (0.5, 0.46), (0.3, 1.0)], (222, 164, 96))
    for k in range(-4, 8):
        pen.inside(
            [(0.1 + k * 0.08, 0.44), (0.115 + k * 0.08, 0.44), (0.34 + k * 0.08, 1.0), (0.325 + k * 0.08, 1.0)],
            (176, 116, 60),
            0.6,
        )
        pen.inside(
            [(0.1 + k * 0.08, 0.44), (0.115 + k * 0.08, 0.44), (-0.1 + k * 0.08, 1.0), (-0.115 + k * 0.08, 1.0)],
            (176, 116, 60),
            0.6,
        )
    fruit_body(pen, 0.3, 0.36, 0.24, 0.2, one)
    fruit_body(pen, 0.3, 0.18, 0.2, 0.17, lighter(one, 0.35) if look.colour else (150, 100, 76))
    pen.disc(0.34, 0.03, 0.045, (206, 44, 60))


@figure("cookie", aspect=1.1, grip=0.9)
def cookie(pen: Pen, look: Look) -> None:
    dough = look.main((216, 162, 100))
    pen.oval(0.55, 0.53, 0.54, 0.46, darker(dough, 0.18))
    pen.oval(0.55, 0.49, 0.53, 0.44, dough)
    for x, y in ((0.3, 0.36), (0.56, 0.26), (0.8, 0.42), (0.44, 0.6), (0.7, 0.68), (0.26, 0.62)):
        pen.oval(x, y, 0.075, 0.06, (88, 56, 42))


@figure("sushi", aspect=1.8, grip=0.8)
def sushi(pen: Pen, look: Look) -> None:
    pen.poly(rounded(0.2, 0.46, 1.6, 0.98, 0.22), (250, 248, 242))
    pen.blob(
        [(0.06, 0.5), (0.4, 0.2), (1.1, 0.12), (1.7, 0.36), (1.74, 0.56), (1.1, 0.5), (0.5, 0.54)],
        look.main((242, 130, 92)),
    )
    for x in (0.5, 0.8, 1.1, 1.4):
        pen.inside([(x, 0.1), (x + 0.05, 0.1), (x - 0.06, 0.6), (x - 0.11, 0.6)], (255, 226, 206), 0.7)
    pen.box(0.8, 0.14, 1.06, 0.98, (44, 60, 52))
