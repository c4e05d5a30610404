"""Frogs, insects and what else creeps and flutters."""

import math

from ..canvas.curves import arc, oval, taper
from ..canvas.pen import Pen
from ..colours import darker, lighter
from .figure import Look, figure
from .parts import INK, eye


@figure("frog", aspect=1.2, grip=0.9, head=(0.6, 0.3, 0.26))
def frog(pen: Pen, look: Look) -> None:
    body = look.main((110, 172, 84))
    for side in (-1, 1):
        pen.oval(0.6 + side * 0.36, 0.76, 0.2, 0.2, darker(body, 0.14))
        pen.oval(0.6 + side * 0.42, 0.95, 0.17, 0.05, body)
        pen.disc(0.6 + side * 0.2, 0.18, 0.13, body)
    pen.blob(
        [(0.6, 0.2), (0.92, 0.3), (0.98, 0.6), (0.84, 0.94), (0.6, 0.98), (0.36, 0.94), (0.22, 0.6), (0.28, 0.3)], body
    )
    pen.inside(oval(0.6, 0.82, 0.26, 0.22), lighter(body, 0.55))
    for side in (-1, 1):
        pen.disc(0.6 + side * 0.2, 0.17, 0.085, (255, 255, 255))
        eye(pen, 0.6 + side * 0.2, 0.18, 0.05)
    pen.line(arc(0.6, 0.4, 0.26, 0.14, 10, 170), 0.022, darker(body, 0.45))


@figure("snail", aspect=1.4, grip=0.9)
def snail(pen: Pen, look: Look) -> None:
    shell, skin = look.main((206, 136, 80), (176, 104, 110)), (226, 200, 156)
    pen.blob([(0.04, 0.96), (0.4, 0.82), (0.98, 0.82), (1.14, 0.5), (1.3, 0.46), (1.34, 0.66), (1.2, 0.98)], skin)
    for x in (1.18, 1.3):
        pen.line([(x, 0.5), (x + 0.03, 0.24)], 0.03, skin)
        pen.disc(x + 0.03, 0.22, 0.036, INK)
    pen.disc(0.6, 0.5, 0.42, shell)
    spiral = [(0.6 + 0.0052 * k * math.cos(k / 4.4), 0.5 + 0.0052 * k * math.sin(k / 4.4)) for k in range(66)]
    pen.line(spiral, 0.035, darker(shell, 0.35))


@figure("butterfly", aspect=1.3, shadow=False)
def butterfly(pen: Pen, look: Look) -> None:
    wing = look.main((240, 150, 60), (90, 150, 206), (226, 110, 150), (246, 206, 80))
    for side in (-1, 1):
        x = 0.65
        pen.blob(
            [(x, 0.5), (x + side * 0.2, 0.06), (x + side * 0.56, 0.02), (x + side * 0.6, 0.34), (x + side * 0.3, 0.54)],
            wing,
        )
        pen.blob(
            [
                (x, 0.54),
                (x + side * 0.3, 0.54),
                (x + side * 0.46, 0.76),
                (x + side * 0.3, 0.98),
                (x + side * 0.08, 0.8),
            ],
            darker(wing, 0.12),
        )
        pen.inside(oval(x + side * 0.4, 0.24, 0.1, 0.08), lighter(wing, 0.6))
        pen.inside(oval(x + side * 0.28, 0.76, 0.07, 0.07), lighter(wing, 0.6))
        pen.inside(
            [(x + side * 0.54, 0.0), (x + side * 0.66, 0.0), (x + side * 0.66, 0.4), (x + side * 0.57, 0.36)], INK, 0.8
        )
        pen.curve([(x, 0.24), (x + side * 0.06, 0.1), (x + side * 0.14, 0.04)], 0.02, INK)
    pen.oval(0.65, 0.52, 0.04, 0.3, INK)


@figure("bee", aspect=1.3, shadow=False)
def bee(pen: Pen, look: Look) -> None:
    body = look.main((248, 200, 62))
    for x, t in ((0.54, -20), (0.76, 16)):
        pen.veil(oval(x, 0.28, 0.13, 0.26, t), (228, 242, 250), 0.85)
    pen.oval(0.64, 0.64, 0.46, 0.3, body)
    shape = oval(0.64, 0.64, 0.46, 0.3)
    for x in (0.4, 0.62, 0.84):
        pen.inside([(x - 0.06, 0.2), (x + 0.05, 0.2), (x + 0.05, 1.0), (x - 0.06, 1.0)], INK, 1.0, shape)
    pen.poly([(0.2, 0.58), (0.06, 0.64), (0.2, 0.7)], INK)
    pen.disc(1.08, 0.6, 0.16, body)
    eye(pen, 1.14, 0.56, 0.035)


@figure("ladybug", aspect=1.3, grip=0.9)
def ladybug(pen: Pen, look: Look) -> None:
    shell = look.main((214, 54, 48))
    pen.disc(1.08, 0.62, 0.2, INK)
    pen.poly(arc(0.6, 0.9, 0.54, 0.76, 180, 360), shell)
    for x, y in ((0.36, 0.6), (0.62, 0.4), (0.82, 0.66), (0.56, 0.74)):
        pen.inside(oval(x, y, 0.085, 0.09), INK)
    pen.disc(1.14, 0.56, 0.045, (255, 255, 255))
    for x in (0.3, 0.6, 0.9):
        pen.line([(x, 0.88), (x, 1.0)], 0.05, INK)


@figure("spider", aspect=1.4, grip=0.9)
def spider(pen: Pen, look: Look) -> None:
    body = look.main((66, 58, 72))
    for side in (-1, 1):
        for k in range(4):
            x = 0.7 + side * (0.2 + 0.14 * k)
            pen.line([(0.7 + side * 0.1, 0.6), (x, 0.22 + 0.1 * k), (x + side * 0.14, 0.96)], 0.035, body)
    pen.disc(0.7, 0.54, 0.3, body)
    for x in (0.6, 0.8):
        pen.disc(x, 0.54, 0.08, (255, 255, 255))
        eye(pen, x, 0.55, 0.045)


@figure("snake", aspect=1.9, grip=0.6)
def snake(pen: Pen, look: Look) -> None:
    body = look.main((110, 160, 84), (196, 140, 80))
    line = [(0.06, 0.94), (0.36, 0.78), (0.62, 0.94), (0.92, 0.78), (1.2, 0.9), (1.4, 0.66), (1.3, 0.34), (1.5, 0.16)]
    pen.poly(taper(line, 0.05, 0.2), body)
    pen.oval(1.58, 0.16, 0.19, 0.13, body)
    pen.line([(1.76, 0.18), (1.88, 0.2)], 0.02, (214, 60, 60))
    for x, y in ((0.36, 0.8), (0.62, 0.92), (0.92, 0.8), (1.2, 0.88), (1.38, 0.64), (1.32, 0.4)):
        pen.inside(oval(x, y, 0.07, 0.045), darker(body, 0.3))
    eye(pen, 1.6, 0.12, 0.03)
