"""What stands on tables: vases, cups, bottles, bowls."""

import math

from ..canvas.curves import arc, oval, rounded
from ..canvas.pen import Pen
from ..colours import darker, lighter
from .figure import Look, figure
from .parts import WHITE, label


@figure("vase", aspect=0.62, grip=0.92)
def vase(pen: Pen, look: Look) -> None:
    body = look.main((88, 136, 156), (206, 118, 88), (236, 226, 206), (110, 142, 110))
    shape = [
        (0.22, 0.04),
        (0.4, 0.04),
        (0.39, 0.24),
        (0.56, 0.5),
        (0.5, 0.84),
        (0.41, 0.99),
        (0.21, 0.99),
        (0.12, 0.84),
        (0.06, 0.5),
        (0.23, 0.24),
    ]
    pen.blob(shape, body)
    for y, colour in ((0.44, lighter(body, 0.55)), (0.54, darker(body, 0.25)), (0.64, lighter(body, 0.55))):
        pen.inside([(0.0, y), (0.7, y), (0.7, y + 0.04), (0.0, y + 0.04)], colour, 0.9)
    pen.inside(oval(0.5, 0.6, 0.16, 0.5), darker(body, 0.45), 0.3)
    pen.inside(oval(0.18, 0.5, 0.04, 0.16, 8), (255, 255, 255), 0.4)
    pen.oval(0.31, 0.05, 0.1, 0.025, darker(body, 0.4))


@figure("bouquet", aspect=0.8, grip=0.9)
def bouquet(pen: Pen, look: Look) -> None:
    petals = (look.colour,) * 3 if look.colour else ((226, 96, 110), (246, 196, 90), (240, 236, 226), (150, 120, 196))
    for k in range(7):
        x = 0.1 + k * 0.1
        pen.line([(0.4, 0.62), (x, 0.22 + 0.1 * abs(k - 3) / 3)], 0.014, (92, 140, 84))
    for k in range(9):
        x, y = 0.12 + (k % 5) * 0.14 + (k // 5) * 0.07, 0.3 - (k // 5) * 0.16 + 0.06 * abs((k % 5) - 2) / 2
        colour = petals[k % len(petals)]
        for step in range(6):
            a = math.tau * step / 6
            pen.disc(
                x + 0.055 * math.cos(a), y + 0.055 * math.sin(a), 0.042, colour if step % 2 else darker(colour, 0.08)
            )
        pen.disc(x, y, 0.034, (240, 190, 80))
    pen.poly([(0.24, 0.52), (0.56, 0.52), (0.52, 1.0), (0.28, 1.0)], (142, 180, 186))
    pen.inside([(0.44, 0.5), (0.6, 0.5), (0.6, 1.0), (0.44, 1.0)], (60, 90, 100), 0.3)


@figure("cup", aspect=1.25, grip=0.9)
def cup(pen: Pen, look: Look) -> None:
    body = look.main((246, 242, 234), (206, 92, 76), (92, 140, 150), (236, 190, 96))
    for x in (0.4, 0.56):
        pen.curve([(x, 0.14), (x + 0.05, 0.06), (x - 0.03, -0.02), (x + 0.03, -0.1)], 0.022, (244, 240, 234))
    pen.oval(0.5, 0.96, 0.5, 0.06, darker(body, 0.12))
    pen.line(arc(0.92, 0.5, 0.2, 0.18, -100, 100), 0.07, darker(body, 0.08))
    pen.poly([(0.1, 0.24), (0.9, 0.24), (0.84, 0.74), (0.7, 0.93), (0.3, 0.93), (0.16, 0.74)], body)
    pen.inside([(0.64, 0.2), (1.0, 0.2), (1.0, 1.0), (0.6, 1.0)], darker(body, 0.4), 0.2)
    pen.oval(0.5, 0.24, 0.4, 0.09, lighter(body, 0.2))
    pen.oval(0.5, 0.255, 0.34, 0.065, (98, 62, 42))
    label(pen, look, 0.46, 0.58, 0.56, 0.3, body)


@figure("teapot", aspect=1.4, grip=0.9)
def teapot(pen: Pen, look: Look) -> None:
    body = look.main((96, 142, 138), (206, 106, 84), (244, 236, 220))
    pen.line(arc(0.28, 0.6, 0.22, 0.22, 80, 290), 0.07, darker(body, 0.12))
    pen.blob(
        [(0.9, 0.62), (1.12, 0.6), (1.22, 0.34), (1.36, 0.32), (1.26, 0.5), (1.16, 0.8), (0.94, 0.84)],
        darker(body, 0.08),
    )
    pen.oval(0.68, 0.64, 0.42, 0.35, body)
    pen.inside(oval(0.84, 0.74, 0.34, 0.34), darker(body, 0.4), 0.22)
    pen.inside(oval(0.5, 0.5, 0.1, 0.07, -30), (255, 255, 255), 0.45)
    pen.oval(0.68, 0.31, 0.2, 0.06, darker(body, 0.2))
    pen.disc(0.68, 0.22, 0.06, body)


@figure("bottle", aspect=0.36, grip=0.98)
def bottle(pen: Pen, look: Look) -> None:
    glass = look.main((66, 120, 92), (110, 60, 56), (90, 150, 170))
    pen.box(0.14, 0.0, 0.22, 0.08, (196, 160, 110), 0.01)
    pen.poly(
        [
            (0.135, 0.07),
            (0.225, 0.07),
            (0.23, 0.3),
            (0.32, 0.44),
            (0.32, 0.98),
            (0.04, 0.98),
            (0.04, 0.44),
            (0.13, 0.3),
        ],
        glass,
    )
    pen.box(0.04, 0.56, 0.32, 0.8, (246, 238, 220))
    pen.inside([(0.08, 0.1), (0.11, 0.1), (0.11, 0.98), (0.07, 0.98)], (255, 255, 255), 0.35)
    pen.inside([(0.24, 0.1), (0.4, 0.1), (0.4, 1.0), (0.24, 1.0)], darker(glass, 0.5), 0.3)
    label(pen, look, 0.18, 0.68, 0.25, 0.18, WHITE)


@figure("glass", aspect=0.6, grip=0.96)
def glass(pen: Pen, look: Look) -> None:
    drink = look.main((246, 176, 70), (226, 110, 100), (150, 200, 210))
    pen.veil([(0.06, 0.1), (0.54, 0.1), (0.46, 0.98), (0.14, 0.98)], (226, 238, 244), 0.6)
    pen.poly([(0.085, 0.3), (0.515, 0.3), (0.45, 0.94), (0.15, 0.94)], drink)
    pen.oval(0.3, 0.3, 0.215, 0.035, lighter(drink, 0.35))
    for x, y in ((0.2, 0.4), (0.36, 0.46), (0.27, 0.56)):
        pen.inside(rounded(x, y, x + 0.11, y + 0.1, 0.02), (255, 255, 255), 0.45)
    pen.line([(0.34, 0.3), (0.46, -0.06)], 0.03, (222, 84, 74))
    pen.inside([(0.12, 0.1), (0.17, 0.1), (0.2, 0.94), (0.16, 0.94)], (255, 255, 255), 0.5)


@figure("bowl", aspect=1.7, grip=0.8)
def bowl(pen: Pen, look: Look) -> None:
    body = look.main((90, 128, 156), (226, 214, 190), (196, 96, 76))
    pen.box(0.6, 0.9, 1.1, 1.0, darker(body, 0.25))
    pen.poly([(0.04, 0.3), (1.66, 0.3), *arc(0.85, 0.34, 0.8, 0.6, 0, 180)], body)
    pen.oval(0.85, 0.3, 0.82, 0.16, lighter(body, 0.3))
    pen.oval(0.85, 0.31, 0.72, 0.12, (226, 178, 104))
    for x in (0.5, 0.8, 1.1):
        pen.oval(x, 0.29, 0.13, 0.05, (246, 226, 160) if x != 0.8 else (110, 160, 90))
    pen.inside(oval(1.3, 0.7, 0.4, 0.4), darker(body, 0.4), 0.3)


@figure("plate", aspect=3.2, grip=0.6)
def plate(pen: Pen, look: Look) -> None:
    colour = look.main((246, 243, 236))
    pen.oval(1.6, 0.64, 1.58, 0.34, darker(colour, 0.16))
    pen.oval(1.6, 0.54, 1.58, 0.34, colour)
    pen.oval(1.6, 0.54, 1.1, 0.22, darker(colour, 0.07))
