"""Fruit and vegetables."""

import math

from ..canvas.curves import arc, oval, taper
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter
from .figure import Look, figure
from .parts import LEAF, STALK, fruit_body, sprig


def mixed(colour: RGB, x: float) -> RGB:
    return darker(colour, 0.22 * abs(x - 0.625) / 0.4)


@figure("apple", aspect=0.95, grip=0.9)
def apple(pen: Pen, look: Look) -> None:
    colour = look.main((206, 56, 50), (132, 176, 68), (226, 110, 60))
    pen.curve([(0.48, 0.24), (0.5, 0.1), (0.56, 0.02)], 0.035, STALK)
    body = [
        (0.47, 0.22),
        (0.66, 0.15),
        (0.88, 0.28),
        (0.9, 0.58),
        (0.74, 0.92),
        (0.58, 0.99),
        (0.47, 0.95),
        (0.36, 0.99),
        (0.2, 0.92),
        (0.04, 0.58),
        (0.06, 0.28),
        (0.28, 0.15),
    ]
    pen.blob(body, colour)
    pen.inside(oval(0.72, 0.66, 0.34, 0.42), darker(colour, 0.5), 0.25)
    pen.inside(oval(0.24, 0.4, 0.07, 0.11, 24), (255, 255, 255), 0.5)
    sprig(pen, 0.52, 0.16, 0.26)


@figure("pear", aspect=0.7, grip=0.9)
def pear(pen: Pen, look: Look) -> None:
    colour = look.main((196, 204, 84), (218, 190, 90))
    pen.curve([(0.35, 0.14), (0.36, 0.06), (0.42, 0.0)], 0.03, STALK)
    pen.blob(
        [
            (0.35, 0.1),
            (0.48, 0.2),
            (0.5, 0.44),
            (0.67, 0.7),
            (0.58, 0.94),
            (0.35, 1.0),
            (0.12, 0.94),
            (0.03, 0.7),
            (0.2, 0.44),
            (0.22, 0.2),
        ],
        colour,
    )
    pen.inside(oval(0.52, 0.7, 0.24, 0.34), darker(colour, 0.5), 0.25)
    pen.inside(oval(0.2, 0.66, 0.05, 0.1, 20), (255, 255, 255), 0.45)
    sprig(pen, 0.37, 0.1, 0.18)


@figure("orange", aspect=1.0, grip=0.92)
def orange(pen: Pen, look: Look) -> None:
    colour = look.main((242, 146, 50))
    fruit_body(pen, 0.5, 0.54, 0.46, 0.45, colour)
    for k in range(14):
        a = k * 2.4
        r = 0.36 * math.sqrt((k + 1) / 14)
        pen.inside(oval(0.5 + r * math.cos(a), 0.56 + r * math.sin(a), 0.012, 0.012), darker(colour, 0.3), 0.6)
    sprig(pen, 0.5, 0.14, 0.26)
    pen.disc(0.5, 0.12, 0.03, STALK)


@figure("lemon", aspect=1.3, grip=0.9)
def lemon(pen: Pen, look: Look) -> None:
    colour = look.main((246, 214, 76))
    pen.blob(
        [
            (0.04, 0.54),
            (0.24, 0.24),
            (0.66, 0.12),
            (1.06, 0.26),
            (1.26, 0.54),
            (1.06, 0.84),
            (0.66, 0.98),
            (0.24, 0.84),
        ],
        colour,
    )
    pen.inside(oval(0.9, 0.7, 0.42, 0.36), darker(colour, 0.5), 0.22)
    pen.inside(oval(0.42, 0.36, 0.12, 0.06, -20), (255, 255, 255), 0.55)
    sprig(pen, 1.08, 0.26, 0.22)


@figure("banana", aspect=1.5, grip=0.6)
def banana(pen: Pen, look: Look) -> None:
    colour = look.main((248, 210, 72))
    pen.blob(
        [
            (0.12, 0.16),
            (0.22, 0.12),
            (0.36, 0.5),
            (0.7, 0.72),
            (1.16, 0.66),
            (1.4, 0.5),
            (1.46, 0.58),
            (1.2, 0.86),
            (0.74, 1.0),
            (0.32, 0.84),
            (0.12, 0.5),
        ],
        colour,
    )
    pen.inside(
        [(0.14, 0.3), (0.3, 0.66), (0.72, 0.86), (1.2, 0.78), (1.46, 0.56), (1.4, 0.9), (0.7, 1.1), (0.1, 0.8)],
        darker(colour, 0.4),
        0.3,
    )
    pen.poly([(0.1, 0.18), (0.08, 0.02), (0.18, 0.0), (0.23, 0.14)], (132, 120, 56))
    pen.disc(1.43, 0.53, 0.045, (96, 74, 48))


@figure("cherry", aspect=1.0, grip=0.8)
def cherry(pen: Pen, look: Look) -> None:
    colour = look.main((190, 36, 56))
    pen.curve([(0.28, 0.56), (0.38, 0.26), (0.66, 0.06)], 0.03, (110, 140, 80))
    pen.curve([(0.74, 0.6), (0.74, 0.3), (0.66, 0.06)], 0.03, (110, 140, 80))
    sprig(pen, 0.66, 0.08, 0.28)
    fruit_body(pen, 0.27, 0.74, 0.24, 0.24, colour)
    fruit_body(pen, 0.74, 0.76, 0.23, 0.23, colour)


@figure("strawberry", aspect=0.85, grip=0.9)
def strawberry(pen: Pen, look: Look) -> None:
    colour = look.main((220, 54, 62))
    pen.blob(
        [(0.42, 0.16), (0.76, 0.2), (0.82, 0.46), (0.6, 0.84), (0.42, 1.0), (0.24, 0.84), (0.02, 0.46), (0.08, 0.2)],
        colour,
    )
    for row in range(4):
        for k in range(4 - row // 2):
            pen.inside(oval(0.18 + k * 0.16 + row * 0.045, 0.36 + row * 0.15, 0.016, 0.026), (250, 220, 140))
    for k in range(5):
        pen.blob(
            [(0.42, 0.12), (0.1 + k * 0.16, 0.1), (0.12 + k * 0.15, 0.28 - 0.03 * abs(k - 2)), (0.3 + k * 0.06, 0.2)],
            LEAF,
        )


@figure("grapes", aspect=0.8, grip=0.9)
def grapes(pen: Pen, look: Look) -> None:
    colour = look.main((112, 72, 140), (150, 176, 84))
    pen.line([(0.4, 0.2), (0.42, 0.0)], 0.04, STALK)
    for row, (count, y) in enumerate(((4, 0.26), (5, 0.4), (4, 0.54), (3, 0.68), (2, 0.81), (1, 0.92))):
        for k in range(count):
            x = 0.4 + (k - (count - 1) / 2) * 0.155
            pen.disc(x, y, 0.088, darker(colour, 0.07 * ((k + row) % 3)))
            pen.disc(x - 0.028, y - 0.03, 0.022, lighter(colour, 0.6))
    sprig(pen, 0.42, 0.16, 0.3)


@figure("watermelon", aspect=1.7, grip=0.2)
def watermelon(pen: Pen, look: Look) -> None:
    flesh = look.main((232, 82, 84))
    pen.poly(arc(0.85, 0.1, 0.83, 0.88, 0, 180), (66, 130, 72))
    pen.poly(arc(0.85, 0.1, 0.76, 0.8, 0, 180), (220, 236, 190))
    pen.poly(arc(0.85, 0.1, 0.7, 0.73, 0, 180), flesh)
    for x, y in ((0.4, 0.24), (0.62, 0.42), (0.85, 0.24), (1.08, 0.44), (1.3, 0.24), (0.85, 0.62)):
        pen.blob([(x, y - 0.05), (x + 0.03, y + 0.03), (x - 0.03, y + 0.03)], (52, 40, 42))


@figure("pineapple", aspect=0.56, grip=0.98)
def pineapple(pen: Pen, look: Look) -> None:
    colour = look.main((232, 170, 62))
    for k in range(7):
        x = 0.28 + (k - 3) * 0.06
        pen.poly(
            [
                (0.28 + (k - 3) * 0.02 - 0.03, 0.4),
                (x + (k - 3) * 0.03, 0.02 + 0.05 * abs(k - 3)),
                (0.28 + (k - 3) * 0.02 + 0.03, 0.4),
            ],
            LEAF if k % 2 else darker(LEAF, 0.2),
        )
    pen.oval(0.28, 0.68, 0.24, 0.31, colour)
    for k in range(-6, 7):
        pen.inside(
            [(0.28 + k * 0.08, 0.36), (0.29 + k * 0.08, 0.36), (0.55 + k * 0.08, 1.0), (0.54 + k * 0.08, 1.0)],
            darker(colour, 0.35),
            0.6,
        )
        pen.inside(
            [(0.28 + k * 0.08, 0.36), (0.29 + k * 0.08, 0.36), (0.03 + k * 0.08, 1.0), (0.02 + k * 0.08, 1.0)],
            darker(colour, 0.35),
            0.6,
        )


@figure("tomato", aspect=1.05, grip=0.9)
def tomato(pen: Pen, look: Look) -> None:
    fruit_body(pen, 0.52, 0.58, 0.49, 0.41, look.main((222, 66, 48)))
    for k in range(5):
        a = math.tau * k / 5 - 1.57
        pen.blob(
            [
                (0.52, 0.2),
                (0.52 + 0.1 * math.cos(a + 0.4), 0.22 + 0.06 * math.sin(a + 0.4)),
                (0.52 + 0.24 * math.cos(a), 0.24 + 0.12 * math.sin(a)),
                (0.52 + 0.1 * math.cos(a - 0.4), 0.22 + 0.06 * math.sin(a - 0.4)),
            ],
            LEAF,
        )


@figure("carrot", aspect=0.5, grip=0.9)
def carrot(pen: Pen, look: Look) -> None:
    colour = look.main((238, 128, 50))
    for k in range(5):
        pen.poly(
            taper([(0.25, 0.3), (0.25 + (k - 2) * 0.06, 0.14), (0.25 + (k - 2) * 0.1, 0.0)], 0.03, 0.05),
            LEAF if k % 2 else darker(LEAF, 0.2),
        )
    pen.blob([(0.25, 0.24), (0.43, 0.3), (0.4, 0.56), (0.25, 1.0), (0.1, 0.56), (0.07, 0.3)], colour)
    for x, y in ((0.12, 0.42), (0.28, 0.52), (0.15, 0.62), (0.26, 0.74)):
        pen.inside([(x, y), (x + 0.1, y), (x + 0.1, y + 0.014), (x, y + 0.014)], darker(colour, 0.35), 0.8)


@figure("pumpkin", aspect=1.25, grip=0.85)
def pumpkin(pen: Pen, look: Look) -> None:
    colour = look.main((234, 130, 46))
    pen.curve([(0.62, 0.26), (0.62, 0.12), (0.72, 0.04)], 0.08, (104, 122, 66))
    for x, rx in ((0.26, 0.24), (0.99, 0.24), (0.44, 0.24), (0.81, 0.24), (0.625, 0.22)):
        pen.oval(x, 0.6, rx, 0.39, mixed(colour, x))
        pen.inside(oval(x - rx * 0.3, 0.46, rx * 0.16, 0.16), (255, 255, 255), 0.16)


@figure("avocado", aspect=0.72, grip=0.9)
def avocado(pen: Pen, look: Look) -> None:
    for scale, colour in ((1.0, (62, 92, 56)), (0.88, (206, 218, 120)), (0.7, (232, 234, 160))):
        points = [
            (0.36, 0.04),
            (0.5, 0.16),
            (0.56, 0.4),
            (0.68, 0.66),
            (0.58, 0.92),
            (0.36, 0.99),
            (0.14, 0.92),
            (0.04, 0.66),
            (0.16, 0.4),
            (0.22, 0.16),
        ]
        pen.blob([(0.36 + (x - 0.36) * scale, 0.58 + (y - 0.58) * scale) for x, y in points], colour)
    fruit_body(pen, 0.36, 0.7, 0.16, 0.16, (136, 86, 54))
