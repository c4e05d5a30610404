"""What drives and rolls."""

from ..canvas.curves import oval, rounded
from ..canvas.pen import Pen
from ..colours import darker, lighter, mix
from .figure import Look, figure
from .parts import PANE, TYRE, wheel


def says(pen: Pen, look: Look, x: float, y: float, wide: float) -> None:
    if look.text:
        from ..canvas.lettering import block

        pen.stamp(block(look.text, wide * pen.unit, 0.3 * pen.unit, round(0.2 * pen.unit)), x, y, (40, 40, 52))


@figure("car", aspect=2.3, grip=0.9)
def car(pen: Pen, look: Look) -> None:
    body = look.main((206, 62, 54), (52, 112, 168), (238, 190, 70), (96, 150, 126), (240, 236, 226))
    pen.blob([(0.5, 0.42), (0.78, 0.1), (1.1, 0.04), (1.44, 0.1), (1.72, 0.42), (1.1, 0.5)], body)
    pen.poly([(0.66, 0.42), (0.86, 0.16), (1.06, 0.12), (1.06, 0.42)], look.lamp(PANE))
    pen.poly([(1.13, 0.12), (1.34, 0.15), (1.56, 0.42), (1.13, 0.42)], look.lamp(PANE))
    pen.inside([(0.78, 0.42), (0.96, 0.1), (1.02, 0.1), (0.86, 0.42)], (255, 255, 255), 0.3)
    lower = rounded(0.08, 0.4, 2.22, 0.82, 0.16)
    pen.poly(lower, body)
    pen.inside([(0.0, 0.66), (2.3, 0.66), (2.3, 0.84), (0.0, 0.84)], darker(body, 0.4), 0.4, lower)
    pen.inside([(0.0, 0.44), (2.3, 0.44), (2.3, 0.49), (0.0, 0.49)], lighter(body, 0.5), 0.5, lower)
    pen.box(1.18, 0.52, 1.34, 0.55, darker(body, 0.4), 0.012)
    for x in (0.56, 1.74):
        pen.disc(x, 0.8, 0.25, darker(body, 0.6))
        wheel(pen, x, 0.8, 0.2)
    pen.disc(2.14, 0.55, 0.065, (255, 236, 170), lit=look.night > 0.4)
    pen.box(0.08, 0.5, 0.15, 0.6, (206, 50, 46), 0.02, lit=look.night > 0.4)
    if look.night > 0.4:
        pen.glow(2.3, 0.6, 0.9, (255, 232, 160), 0.6)


@figure("truck", aspect=2.1, grip=0.96)
def truck(pen: Pen, look: Look) -> None:
    body = look.main((214, 92, 62), (60, 118, 158), (110, 146, 96))
    pen.box(0.06, 0.08, 1.36, 0.8, (240, 236, 228), 0.03)
    pen.inside([(0.0, 0.62), (1.4, 0.62), (1.4, 0.8), (0.0, 0.8)], body, 0.9)
    pen.poly([(1.4, 0.26), (1.74, 0.26), (1.92, 0.5), (2.06, 0.54), (2.06, 0.84), (1.4, 0.84)], body)
    pen.poly([(1.5, 0.32), (1.72, 0.32), (1.86, 0.52), (1.5, 0.52)], look.lamp(PANE))
    pen.box(0.06, 0.78, 2.06, 0.86, darker(body, 0.5))
    pen.disc(2.02, 0.66, 0.05, (255, 236, 170), lit=look.night > 0.4)
    for x in (0.36, 0.72, 1.72):
        wheel(pen, x, 0.85, 0.145)
    says(pen, look, 0.7, 0.34, 1.1)


@figure("bus", aspect=2.2, grip=0.96)
def bus(pen: Pen, look: Look) -> None:
    body = look.main((206, 62, 54), (236, 178, 58), (64, 124, 168))
    shape = rounded(0.06, 0.06, 2.14, 0.86, 0.1)
    pen.poly(shape, body)
    pen.inside([(0.0, 0.1), (2.2, 0.1), (2.2, 0.14), (0.0, 0.14)], lighter(body, 0.5), 0.6, shape)
    for k in range(6):
        pen.box(0.16 + k * 0.3, 0.2, 0.41 + k * 0.3, 0.46, look.lamp(PANE), 0.03, lit=look.night > 0.6)
    pen.box(1.96, 0.2, 2.12, 0.5, look.lamp(PANE), 0.02)
    pen.inside([(0.0, 0.7), (2.2, 0.7), (2.2, 0.86), (0.0, 0.86)], darker(body, 0.4), 0.45, shape)
    for x in (0.5, 1.7):
        pen.disc(x, 0.85, 0.18, darker(body, 0.6))
        wheel(pen, x, 0.85, 0.145)
    pen.disc(2.08, 0.68, 0.045, (255, 236, 170), lit=look.night > 0.4)
    says(pen, look, 1.0, 0.58, 1.4)


@figure("train", aspect=2.6, grip=0.9)
def train(pen: Pen, look: Look) -> None:
    body = look.main((52, 92, 84), (150, 54, 50), (50, 70, 112))
    for x, y, r in ((0.6, 0.06, 0.13), (0.36, 0.0, 0.16)):
        pen.veil(oval(2.26 - x, y + 0.08, r, r * 0.8), (246, 244, 240), 0.75)
    pen.box(2.1, 0.22, 2.26, 0.5, (50, 50, 58))
    pen.poly([(2.04, 0.14), (2.32, 0.14), (2.26, 0.24), (2.1, 0.24)], (50, 50, 58))
    pen.box(1.5, 0.42, 2.44, 0.8, body, 0.1)
    pen.box(1.2, 0.2, 1.62, 0.82, body, 0.02)
    pen.box(1.14, 0.14, 1.68, 0.22, darker(body, 0.3), 0.02)
    pen.box(1.3, 0.3, 1.52, 0.5, look.lamp((250, 230, 180)), 0.02, lit=look.night > 0.4)
    for x in (1.74, 1.98):
        pen.box(x, 0.42, x + 0.03, 0.8, (222, 184, 92))
    pen.box(0.08, 0.34, 1.08, 0.82, mix(body, (190, 80, 64), 0.7), 0.03)
    pen.box(0.04, 0.28, 1.12, 0.36, darker(body, 0.3), 0.02)
    for k in range(3):
        pen.box(0.2 + k * 0.3, 0.44, 0.42 + k * 0.3, 0.62, look.lamp((250, 230, 180)), 0.02, lit=look.night > 0.4)
    pen.poly([(2.42, 0.76), (2.6, 0.98), (2.36, 0.98)], (60, 60, 68))
    for x, r in ((0.3, 0.11), (0.86, 0.11), (1.4, 0.17), (1.82, 0.13), (2.16, 0.13)):
        wheel(pen, x, 0.98 - r, r, (196, 70, 60))
    pen.disc(2.46, 0.52, 0.05, (255, 236, 170), lit=True)


@figure("bicycle", aspect=1.6, grip=0.55)
def bicycle(pen: Pen, look: Look) -> None:
    frame = look.main((58, 132, 146), (206, 70, 62), (238, 184, 70))
    for x in (0.34, 1.26):
        pen.disc(x, 0.68, 0.31, TYRE)
        pen.cut(oval(x, 0.68, 0.265, 0.265))
        for k in range(4):
            a = [
                (x + 0.26 * c, 0.68 + 0.26 * s)
                for c, s in (
                    (((1, 0), (-1, 0)), ((0, 1), (0, -1)), ((0.7, 0.7), (-0.7, -0.7)), ((0.7, -0.7), (-0.7, 0.7)))[k]
                )
            ]
            pen.line(a, 0.008, (176, 180, 186))
    for points in (
        [(0.34, 0.68), (0.6, 0.3), (1.1, 0.3), (0.74, 0.7), (0.34, 0.68)],
        [(0.56, 0.2), (0.74, 0.7)],
        [(1.26, 0.68), (1.08, 0.14)],
    ):
        pen.line(points, 0.04, frame)
    pen.line([(0.46, 0.2), (0.68, 0.19)], 0.07, (70, 52, 44))
    pen.curve([(1.0, 0.12), (1.1, 0.1), (1.22, 0.14), (1.2, 0.22)], 0.035, (70, 70, 78))
    pen.disc(0.74, 0.7, 0.07, (96, 98, 106))


@figure("motorcycle", aspect=1.6, grip=0.55)
def motorcycle(pen: Pen, look: Look) -> None:
    body = look.main((190, 56, 52), (88, 150, 140), (50, 70, 110))
    for x in (0.32, 1.3):
        wheel(pen, x, 0.76, 0.24)
    pen.line([(1.3, 0.76), (1.1, 0.24)], 0.05, (130, 134, 142))
    pen.blob([(0.24, 0.5), (0.5, 0.38), (1.1, 0.4), (1.16, 0.52), (0.96, 0.8), (0.56, 0.8)], body)
    pen.blob([(0.2, 0.42), (0.4, 0.34), (0.74, 0.36), (0.72, 0.46), (0.3, 0.48)], (58, 46, 44))
    pen.curve([(0.98, 0.2), (1.1, 0.22), (1.2, 0.18)], 0.045, (60, 60, 68))
    pen.disc(1.2, 0.36, 0.07, (255, 236, 170), lit=look.night > 0.4)
    pen.inside(oval(0.8, 0.5, 0.2, 0.06), lighter(body, 0.5), 0.5)


@figure("tractor", aspect=1.5, grip=0.9)
def tractor(pen: Pen, look: Look) -> None:
    body = look.main((206, 66, 52), (84, 142, 80))
    pen.box(0.36, 0.1, 0.86, 0.16, darker(body, 0.3), 0.02)
    for x in (0.4, 0.8):
        pen.line([(x, 0.14), (x, 0.5)], 0.035, darker(body, 0.3))
    pen.box(0.44, 0.16, 0.78, 0.46, look.lamp((180, 212, 222)))
    pen.poly(rounded(0.34, 0.44, 1.38, 0.76, 0.07), body)
    pen.box(1.08, 0.2, 1.14, 0.46, (70, 70, 78))
    for k in range(4):
        pen.box(1.14 + k * 0.05, 0.52, 1.165 + k * 0.05, 0.66, darker(body, 0.4))
    wheel(pen, 0.42, 0.68, 0.32, (236, 190, 74))
    wheel(pen, 1.2, 0.82, 0.18, (236, 190, 74))


@figure("skateboard", aspect=2.6)
def skateboard(pen: Pen, look: Look) -> None:
    deck = look.main((206, 84, 64), (70, 130, 140))
    pen.curve([(0.05, 0.2), (0.5, 0.42), (2.1, 0.42), (2.55, 0.2)], 0.2, deck)
    for x in (0.7, 1.9):
        pen.disc(x, 0.78, 0.2, (238, 226, 206))
        pen.disc(x, 0.78, 0.08, (120, 120, 128))
