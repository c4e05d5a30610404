"""Trees, bushes, flowers and what else grows."""

import math

from ..backdrop.seasons import foliage
from ..canvas.curves import oval, smooth, star, taper
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter, mix
from .figure import Look, figure

BARK: RGB = (118, 86, 64)


def crown(pen: Pen, look: Look, discs: list[tuple[float, float, float]], colour: RGB) -> None:
    """A head of leaves: discs in shade, then the same a little up and to the light."""
    for x, y, r in discs:
        pen.disc(x, y, r, darker(colour, 0.22))
    for x, y, r in discs:
        pen.disc(x - r * 0.1, y - r * 0.12, r * 0.86, colour)
    for x, y, r in discs:
        pen.disc(x - r * 0.26, y - r * 0.3, r * 0.46, lighter(colour, 0.16))
    if look.season == "winter":
        for x, y, r in discs:
            pen.inside(oval(x - r * 0.1, y - r * 0.66, r * 0.7, r * 0.24), (250, 252, 255), 0.9)


def _leaves(look: Look) -> RGB:
    return look.colour or foliage(look.season, look.dice)


@figure("tree", aspect=0.8)
def tree(pen: Pen, look: Look) -> None:
    dice, green = look.dice, _leaves(look)
    pen.poly([(0.36, 1.0), (0.375, 0.5), (0.425, 0.5), (0.44, 1.0), (0.47, 1.0), (0.33, 1.0)], BARK)
    pen.line([(0.4, 0.72), (0.27, 0.54)], 0.03, BARK)
    pen.line([(0.4, 0.66), (0.54, 0.5)], 0.028, BARK)
    pen.inside([(0.41, 0.4), (0.5, 0.4), (0.5, 1.0), (0.415, 1.0)], darker(BARK, 0.4), 0.5)
    discs = [
        (0.4, 0.42, 0.26),
        (0.22, 0.44, 0.18),
        (0.58, 0.42, 0.19),
        (0.3, 0.24, 0.19),
        (0.5, 0.22, 0.18),
        (0.41, 0.14, 0.13),
    ]
    crown(
        pen,
        look,
        [
            (x + dice.between(-0.02, 0.02), y + dice.between(-0.02, 0.02), r * dice.between(0.92, 1.08))
            for x, y, r in discs
        ],
        green,
    )


@figure("pine", aspect=0.6)
def pine(pen: Pen, look: Look) -> None:
    green = look.colour or mix(
        (52, 104, 84), foliage(look.season if look.season == "winter" else "summer", look.dice), 0.22
    )
    pen.box(0.265, 0.84, 0.335, 1.0, BARK)
    for k in range(4):
        top, low, half = 0.02 + 0.17 * k, 0.36 + 0.175 * k, 0.13 + 0.055 * k
        points = [
            (0.3, top),
            (0.3 + half, low),
            (0.3 + half * 0.5, low - 0.035),
            (0.3, low + 0.015),
            (0.3 - half * 0.5, low - 0.035),
            (0.3 - half, low),
        ]
        pen.poly(points, lighter(green, 0.05 * (3 - k)))
        pen.inside([(0.3, top), (0.3 + half, low), (0.3, low + 0.015)], darker(green, 0.4), 0.35, points)
        if look.season == "winter":
            pen.inside(
                [(0.3, top), (0.3 + half * 0.7, low - 0.1), (0.3, low - 0.13), (0.3 - half * 0.8, low - 0.06)],
                (248, 251, 255),
                0.92,
                points,
            )


@figure("palm", aspect=0.9)
def palm(pen: Pen, look: Look) -> None:
    green = look.main((74, 146, 88), (96, 156, 78))
    pen.poly(taper([(0.38, 1.0), (0.4, 0.75), (0.46, 0.5), (0.53, 0.28)], 0.07, 0.04), (150, 112, 78))
    for k in range(8):
        pen.inside(
            [(0.3, 0.34 + k * 0.085), (0.6, 0.35 + k * 0.085), (0.6, 0.36 + k * 0.085), (0.3, 0.35 + k * 0.085)],
            (96, 68, 46),
            0.6,
        )
    for k, (dx, dy) in enumerate(
        (
            (-0.42, 0.16),
            (-0.38, -0.06),
            (-0.2, -0.2),
            (0.06, -0.24),
            (0.28, -0.14),
            (0.36, 0.06),
            (0.26, 0.26),
            (-0.24, 0.28),
        )
    ):
        x, y = 0.53, 0.27
        mid = (x + dx * 0.55, y + dy * 0.5 - 0.1)
        tip = (x + dx, y + dy + 0.06)
        pen.poly(smooth([(x, y), mid, tip, (mid[0], mid[1] + 0.075)]), mix(green, darker(green, 0.35), (k % 3) / 3))
    for x, y in ((0.5, 0.31), (0.57, 0.32), (0.53, 0.34)):
        pen.disc(x, y, 0.032, (116, 78, 50))


@figure("bush", aspect=1.5)
def bush(pen: Pen, look: Look) -> None:
    crown(pen, look, [(0.4, 0.64, 0.34), (1.05, 0.62, 0.36), (0.72, 0.44, 0.38), (0.72, 0.72, 0.3)], _leaves(look))


@figure("cactus", aspect=0.7)
def cactus(pen: Pen, look: Look) -> None:
    green = look.main((86, 142, 92))
    for points, wide in (
        ([(0.34, 0.98), (0.34, 0.12)], 0.17),
        ([(0.34, 0.62), (0.14, 0.6), (0.1, 0.52), (0.1, 0.36)], 0.1),
        ([(0.34, 0.5), (0.52, 0.48), (0.57, 0.42), (0.57, 0.26)], 0.1),
    ):
        pen.line(points, wide, green)
    for x in (0.3, 0.34, 0.38):
        pen.inside([(x, 0.0), (x + 0.008, 0.0), (x + 0.008, 1.0), (x, 1.0)], darker(green, 0.35), 0.6)
    pen.inside([(0.37, 0.0), (0.5, 0.0), (0.5, 1.0), (0.37, 1.0)], darker(green, 0.35), 0.3)
    for x, y in ((0.34, 0.04), (0.1, 0.31), (0.57, 0.21)):
        for k in range(5):
            pen.disc(x + 0.03 * math.cos(k * 1.256), y + 0.03 * math.sin(k * 1.256), 0.024, (236, 110, 138))


def _stem(pen: Pen, top: float = 0.42) -> None:
    pen.curve([(0.35, 1.0), (0.33, 0.75), (0.35, top)], 0.028, (88, 138, 76))
    pen.blob([(0.34, 0.84), (0.5, 0.68), (0.56, 0.66), (0.48, 0.8)], (104, 156, 84))
    pen.blob([(0.33, 0.76), (0.18, 0.62), (0.12, 0.62), (0.2, 0.74)], (92, 144, 78))


@figure("flower", aspect=0.7)
def flower(pen: Pen, look: Look) -> None:
    petal = look.main((246, 244, 236), (240, 130, 150), (250, 200, 80), (160, 130, 214))
    _stem(pen)
    for k in range(10):
        a = math.tau * k / 10
        pen.oval(
            0.35 + 0.19 * math.cos(a),
            0.28 + 0.19 * math.sin(a),
            0.125,
            0.06,
            petal if k % 2 else darker(petal, 0.07),
            math.degrees(a),
        )
    pen.disc(0.35, 0.28, 0.1, (236, 178, 58))
    pen.inside(oval(0.33, 0.26, 0.05, 0.05), (252, 220, 120), 0.7)


@figure("tulip", aspect=0.7)
def tulip(pen: Pen, look: Look) -> None:
    petal = look.main((220, 66, 76), (240, 150, 60), (226, 110, 160), (246, 208, 90))
    _stem(pen, 0.4)
    pen.blob(
        [(0.2, 0.08), (0.27, 0.2), (0.35, 0.04), (0.43, 0.2), (0.5, 0.08), (0.53, 0.3), (0.35, 0.46), (0.17, 0.3)],
        petal,
    )
    pen.inside([(0.35, 0.0), (0.27, 0.24), (0.35, 0.5), (0.43, 0.24)], lighter(petal, 0.3), 0.6)
    pen.inside([(0.44, 0.0), (0.6, 0.0), (0.6, 0.5), (0.4, 0.5)], darker(petal, 0.4), 0.35)


@figure("rose", aspect=0.7)
def rose(pen: Pen, look: Look) -> None:
    petal = look.main((206, 46, 66), (232, 126, 146), (246, 222, 190))
    _stem(pen, 0.42)
    pen.disc(0.35, 0.27, 0.22, darker(petal, 0.2))
    for k in range(5):
        a = math.tau * k / 5 + 0.3
        pen.disc(0.35 + 0.1 * math.cos(a), 0.27 + 0.1 * math.sin(a), 0.125, mix(petal, darker(petal, 0.3), k / 6))
    for k, r in enumerate((0.12, 0.085, 0.05)):
        pen.disc(0.35 + 0.012 * k, 0.26, r, lighter(petal, 0.1 + 0.1 * k) if k % 2 == 0 else darker(petal, 0.22))


@figure("sunflower", aspect=0.7)
def sunflower(pen: Pen, look: Look) -> None:
    petal = look.main((246, 190, 52))
    _stem(pen, 0.36)
    for ring, (count, reach) in enumerate(((16, 0.24), (14, 0.2))):
        for k in range(count):
            a = math.tau * (k + 0.5 * ring) / count
            pen.oval(
                0.35 + reach * 0.8 * math.cos(a),
                0.3 + reach * 0.8 * math.sin(a),
                0.1,
                0.04,
                petal if ring else darker(petal, 0.18),
                math.degrees(a),
            )
    pen.disc(0.35, 0.3, 0.145, (96, 62, 42))
    for k in range(40):
        r, a = 0.135 * math.sqrt(k / 40), k * 2.4
        pen.disc(0.35 + r * math.cos(a), 0.3 + r * math.sin(a), 0.009, (150, 104, 60))


@figure("mushroom", aspect=1.0)
def mushroom(pen: Pen, look: Look) -> None:
    cap = look.main((206, 62, 52), (196, 120, 74))
    pen.blob([(0.4, 0.5), (0.6, 0.5), (0.62, 0.9), (0.66, 1.0), (0.34, 1.0), (0.38, 0.9)], (240, 228, 206))
    pen.inside([(0.54, 0.4), (0.7, 0.4), (0.7, 1.0), (0.56, 1.0)], (150, 120, 110), 0.35)
    pen.blob([(0.06, 0.52), (0.14, 0.24), (0.5, 0.04), (0.86, 0.24), (0.94, 0.52), (0.5, 0.6)], cap)
    for x, y, r in ((0.32, 0.26, 0.07), (0.6, 0.18, 0.06), (0.74, 0.4, 0.065), (0.48, 0.42, 0.05), (0.18, 0.44, 0.045)):
        pen.inside(oval(x, y, r, r * 0.85), (252, 246, 236))
    pen.inside(oval(0.8, 0.5, 0.3, 0.4, 20), darker(cap, 0.5), 0.22)


@figure("leaf", aspect=1.0)
def leaf(pen: Pen, look: Look) -> None:
    colour = look.main((206, 74, 46), (222, 140, 58), (110, 156, 84))
    points = star(0.5, 0.48, 0.48, 0.26, 7, -90)
    pen.poly(points, colour)
    for k in range(7):
        pen.line([(0.5, 0.62), points[2 * k]], 0.012, darker(colour, 0.3))
    pen.line([(0.5, 0.6), (0.52, 1.0)], 0.026, darker(colour, 0.35))


@figure("potted plant", aspect=0.8, grip=1.0)
def potted(pen: Pen, look: Look) -> None:
    green = look.main((86, 148, 98), (66, 132, 100))
    for k, (x, y) in enumerate(
        ((0.1, 0.3), (0.24, 0.08), (0.42, 0.0), (0.6, 0.1), (0.72, 0.32), (0.3, 0.34), (0.52, 0.34))
    ):
        pen.blob(
            [(0.4, 0.66), ((x + 0.4) / 2 - 0.07, (y + 0.66) / 2), (x, y), ((x + 0.4) / 2 + 0.08, (y + 0.6) / 2)],
            mix(green, darker(green, 0.35), (k % 3) / 3),
        )
    pen.poly([(0.2, 0.64), (0.6, 0.64), (0.54, 1.0), (0.26, 1.0)], (200, 112, 82))
    pen.box(0.18, 0.6, 0.62, 0.68, (214, 128, 96), 0.015)
    pen.inside([(0.46, 0.6), (0.7, 0.6), (0.7, 1.0), (0.44, 1.0)], (110, 54, 46), 0.3)


@figure("grass", aspect=1.6)
def grass(pen: Pen, look: Look) -> None:
    green, dice = look.main((116, 166, 84), (98, 150, 80)), look.dice
    for k in range(26):
        x, tall, lean = 0.1 + 1.4 * k / 25, dice.between(0.5, 1.0), dice.between(-0.2, 0.2)
        pen.poly([(x - 0.03, 1.0), (x + lean, 1 - tall), (x + 0.03, 1.0)], mix(green, darker(green, 0.4), dice.unit()))
