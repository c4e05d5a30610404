"""Tools, gadgets, toys and pictures."""

import math

from ..canvas.curves import arc, oval, rounded, star
from ..canvas.pen import Pen
from ..colours import darker, lighter
from .figure import Look, figure
from .parts import INK, label


def shape_of(look: Look) -> float:
    return max(0.4, min(2.5, look.picture.width / look.picture.height)) if look.picture is not None else 1.0


@figure("book", aspect=1.7, grip=0.92)
def book(pen: Pen, look: Look) -> None:
    cover = look.main((176, 70, 64), (64, 108, 140), (104, 138, 104))
    pen.poly(rounded(0.06, 0.3, 1.64, 1.0, 0.06), cover)
    pen.box(0.16, 0.38, 1.64, 0.92, (246, 240, 224))
    for k in range(4):
        pen.line([(0.18, 0.46 + k * 0.12), (1.62, 0.46 + k * 0.12)], 0.012, (210, 200, 178))
    pen.poly([(0.06, 0.36), (0.4, 0.04), (1.68, 0.04), (1.64, 0.36)], lighter(cover, 0.14))
    label(pen, look, 0.9, 0.2, 1.1, 0.26, cover)


@figure("laptop", aspect=1.5, grip=0.9)
def laptop(pen: Pen, look: Look) -> None:
    case = look.main((176, 182, 192), (90, 94, 104))
    pen.poly(rounded(0.2, 0.02, 1.3, 0.8, 0.05), darker(case, 0.3))
    pen.box(0.25, 0.07, 1.25, 0.74, (44, 62, 92), lit=True)
    if look.text:
        label(pen, look, 0.75, 0.4, 0.9, 0.5, (44, 62, 92))
    else:
        for k in range(6):
            pen.box(
                0.32,
                0.14 + k * 0.09,
                0.32 + (0.5, 0.7, 0.4, 0.62, 0.3, 0.54)[k],
                0.18 + k * 0.09,
                ((120, 200, 180), (240, 190, 110), (220, 130, 150))[k % 3],
                0.015,
                lit=True,
            )
    pen.poly([(0.2, 0.8), (1.3, 0.8), (1.48, 0.98), (0.02, 0.98)], case)
    pen.poly([(0.3, 0.83), (1.2, 0.83), (1.27, 0.9), (0.23, 0.9)], darker(case, 0.3))
    pen.glow(0.75, 0.4, 0.7, (140, 190, 240), 0.3)


@figure("phone", aspect=0.52, grip=0.98)
def phone(pen: Pen, look: Look) -> None:
    pen.poly(rounded(0.02, 0.0, 0.5, 1.0, 0.08), look.main((48, 50, 60)))
    pen.poly(rounded(0.05, 0.05, 0.47, 0.95, 0.05), (120, 170, 220), lit=True)
    for row in range(4):
        for column in range(3):
            colour = ((236, 110, 96), (246, 196, 90), (110, 186, 130), (250, 248, 244), (150, 120, 200))[
                (row * 3 + column) % 5
            ]
            pen.poly(
                rounded(0.09 + column * 0.125, 0.16 + row * 0.17, 0.18 + column * 0.125, 0.26 + row * 0.17, 0.025),
                colour,
                lit=True,
            )
    pen.box(0.2, 0.07, 0.32, 0.085, (40, 42, 50))


@figure("camera", aspect=1.4, grip=0.9)
def camera(pen: Pen, look: Look) -> None:
    body = look.main((62, 62, 70), (150, 104, 80))
    pen.box(0.5, 0.06, 0.9, 0.26, darker(body, 0.2), 0.04)
    pen.poly(rounded(0.04, 0.18, 1.36, 1.0, 0.09), body)
    pen.box(0.04, 0.34, 1.36, 0.46, lighter(body, 0.3))
    pen.disc(0.7, 0.62, 0.32, (180, 184, 192))
    pen.disc(0.7, 0.62, 0.26, (40, 42, 50))
    pen.disc(0.7, 0.62, 0.17, (70, 100, 150))
    pen.inside(oval(0.64, 0.55, 0.06, 0.045, -30), (255, 255, 255), 0.7)
    pen.disc(1.2, 0.26, 0.04, (226, 80, 70))


@figure("lightbulb", aspect=0.66, shadow=False)
def lightbulb(pen: Pen, look: Look) -> None:
    light = look.main((255, 222, 110))
    pen.glow(0.33, 0.36, 1.0, light, 0.8)
    pen.blob(
        [
            (0.33, 0.02),
            (0.57, 0.14),
            (0.6, 0.4),
            (0.45, 0.62),
            (0.43, 0.74),
            (0.23, 0.74),
            (0.21, 0.62),
            (0.06, 0.4),
            (0.09, 0.14),
        ],
        light,
        lit=True,
    )
    pen.inside(oval(0.22, 0.24, 0.07, 0.1, 30), (255, 255, 255), 0.6, lit=True)
    pen.line([(0.25, 0.72), (0.25, 0.46), (0.33, 0.54), (0.41, 0.46), (0.41, 0.72)], 0.018, (210, 120, 50), lit=True)
    for k in range(3):
        pen.box(0.22, 0.75 + k * 0.07, 0.44, 0.81 + k * 0.07, (150, 154, 164), 0.02)
    pen.poly(arc(0.33, 0.95, 0.07, 0.05, 0, 180), (80, 82, 90))


@figure("pencil", aspect=0.2, grip=0.98)
def pencil(pen: Pen, look: Look) -> None:
    body = look.main((244, 190, 66), (206, 72, 66), (70, 130, 160))
    pen.box(0.03, 0.0, 0.17, 0.08, (232, 140, 140), 0.03)
    pen.box(0.03, 0.07, 0.17, 0.13, (180, 184, 190))
    pen.box(0.03, 0.13, 0.17, 0.8, body)
    pen.box(0.03, 0.13, 0.075, 0.8, lighter(body, 0.3))
    pen.box(0.13, 0.13, 0.17, 0.8, darker(body, 0.2))
    pen.poly([(0.03, 0.8), (0.17, 0.8), (0.1, 1.0)], (240, 214, 170))
    pen.poly([(0.078, 0.94), (0.122, 0.94), (0.1, 1.0)], INK)


@figure("key", aspect=2.3)
def key(pen: Pen, look: Look) -> None:
    metal = look.main((222, 178, 78))
    pen.box(0.7, 0.42, 2.26, 0.58, metal)
    for x, y in ((1.7, 0.92), (1.92, 0.84), (2.12, 0.94)):
        pen.box(x, 0.5, x + 0.12, y, metal)
    pen.disc(0.46, 0.5, 0.45, metal)
    pen.cut(oval(0.46, 0.5, 0.24, 0.24))


@figure("gear", aspect=1.0)
def gear(pen: Pen, look: Look) -> None:
    metal = look.main((140, 148, 160), (206, 148, 80))
    for k in range(10):
        a = math.tau * k / 10
        c, s = math.cos(a), math.sin(a)
        pen.poly(
            [
                (0.5 + r * c - w * s, 0.5 + r * s + w * c)
                for r, w in ((0.34, -0.09), (0.5, -0.06), (0.5, 0.06), (0.34, 0.09))
            ],
            metal,
        )
    pen.disc(0.5, 0.5, 0.4, metal)
    pen.disc(0.5, 0.5, 0.3, darker(metal, 0.15))
    pen.disc(0.5, 0.5, 0.22, lighter(metal, 0.2))
    pen.cut(oval(0.5, 0.5, 0.12, 0.12))


@figure("ball", aspect=1.0)
def ball(pen: Pen, look: Look) -> None:
    colour = look.main((214, 74, 66), (244, 190, 76), (70, 132, 170))
    pen.disc(0.5, 0.5, 0.49, colour)
    body = oval(0.5, 0.5, 0.49, 0.49)
    pen.inside(oval(0.5, 0.5, 0.2, 0.5, 24), (250, 247, 238), 1.0, body)
    pen.inside(oval(0.7, 0.68, 0.46, 0.44), darker(colour, 0.5), 0.26, body)
    pen.inside(oval(0.32, 0.28, 0.1, 0.07, -35), (255, 255, 255), 0.7)


@figure("flag", aspect=0.9, grip=0.98)
def flag(pen: Pen, look: Look) -> None:
    cloth = look.main((206, 64, 62), (66, 118, 164), (96, 156, 110))
    pen.line([(0.08, 0.02), (0.08, 0.99)], 0.034, (150, 120, 92))
    pen.blob(
        [(0.09, 0.06), (0.32, 0.02), (0.58, 0.1), (0.86, 0.04), (0.84, 0.48), (0.58, 0.54), (0.32, 0.45), (0.09, 0.5)],
        cloth,
    )
    pen.inside([(0.5, 0.0), (0.68, 0.0), (0.66, 0.6), (0.5, 0.6)], darker(cloth, 0.4), 0.25)
    label(pen, look, 0.46, 0.28, 0.6, 0.3, cloth)


@figure("trophy", aspect=0.9)
def trophy(pen: Pen, look: Look) -> None:
    gold = look.main((238, 190, 70))
    for side in (-1, 1):
        pen.line(arc(0.45 + side * 0.26, 0.26, 0.15, 0.17, 0, 360), 0.05, darker(gold, 0.15))
    pen.poly([(0.17, 0.04), (0.73, 0.04), (0.68, 0.4), (0.52, 0.58), (0.38, 0.58), (0.22, 0.4)], gold)
    pen.inside([(0.5, 0.0), (0.8, 0.0), (0.8, 0.6), (0.5, 0.6)], darker(gold, 0.4), 0.3)
    pen.box(0.4, 0.56, 0.5, 0.76, darker(gold, 0.2))
    pen.box(0.24, 0.76, 0.66, 1.0, (92, 66, 54), 0.02)
    pen.poly(star(0.42, 0.26, 0.1, 0.042), lighter(gold, 0.6))


@figure("diamond", aspect=1.2, grip=0.9)
def diamond(pen: Pen, look: Look) -> None:
    gem = look.main((130, 206, 230), (226, 110, 150), (120, 206, 160))
    pen.poly([(0.28, 0.04), (0.92, 0.04), (1.18, 0.36), (0.6, 1.0), (0.02, 0.36)], gem)
    for points, colour, alpha in (
        ([(0.28, 0.04), (0.44, 0.36), (0.02, 0.36)], (255, 255, 255), 0.3),
        ([(0.28, 0.04), (0.6, 0.04), (0.44, 0.36)], (255, 255, 255), 0.6),
        ([(0.6, 0.04), (0.76, 0.36), (0.44, 0.36)], (255, 255, 255), 0.38),
        ([(0.76, 0.36), (1.18, 0.36), (0.6, 1.0)], (20, 40, 90), 0.3),
        ([(0.44, 0.36), (0.76, 0.36), (0.6, 1.0)], (20, 40, 90), 0.14),
        ([(0.92, 0.04), (1.18, 0.36), (0.76, 0.36)], (20, 40, 90), 0.12),
    ):
        pen.inside(points, colour, alpha)


@figure("print", aspect=1.25, shadow=False)
def framed(pen: Pen, look: Look) -> None:
    shape = shape_of(look)
    pen.box(0.0, 0.0, 1.25, 1.0, (92, 66, 52), 0.02)
    pen.box(0.05, 0.05, 1.2, 0.95, (250, 247, 240))
    half_x, half_y = min(0.5, 0.4 * shape), min(0.4, 0.5 / shape)
    if look.picture is not None:
        pen.picture(look.picture, 0.625 - half_x, 0.5 - half_y, 0.625 + half_x, 0.5 + half_y)


@figure("photo print", aspect=0.95)
def photo_print(pen: Pen, look: Look) -> None:
    """An instant photo that leans."""
    pen.poly(rounded(0.0, 0.0, 0.95, 1.0, 0.015), (250, 248, 243))
    if look.picture is not None:
        side = min(look.picture.size)
        left, top = (look.picture.width - side) // 2, (look.picture.height - side) // 2
        pen.picture(look.picture.crop((left, top, left + side, top + side)), 0.07, 0.07, 0.88, 0.84)


@figure("sticker", aspect=1.0, shadow=False)
def sticker(pen: Pen, look: Look) -> None:
    """A picture cut out round, with the white rim of a sticker."""
    pen.disc(0.5, 0.5, 0.5, (252, 251, 247))
    if look.picture is None:
        pen.disc(0.5, 0.5, 0.44, look.main((206, 96, 84), (86, 140, 160)))
        return
    side = min(look.picture.size)
    left, top = (look.picture.width - side) // 2, (look.picture.height - side) // 2
    pen.medal(look.picture.crop((left, top, left + side, top + side)), 0.5, 0.5, 0.455)
