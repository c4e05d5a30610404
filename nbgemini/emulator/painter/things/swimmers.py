"""What lives in the water."""

from ..canvas.curves import arc, oval, taper
from ..canvas.pen import Pen
from ..colours import darker, lighter
from .figure import Look, figure
from .parts import eye


@figure("fish", aspect=1.6, shadow=False)
def fish(pen: Pen, look: Look) -> None:
    body = look.main((240, 132, 56), (70, 150, 190), (240, 196, 70), (216, 90, 110))
    pen.blob([(0.36, 0.5), (0.06, 0.18), (0.14, 0.5), (0.06, 0.82)], darker(body, 0.18))
    pen.blob([(0.6, 0.22), (0.86, 0.02), (1.1, 0.2)], darker(body, 0.18))
    shape = [(0.3, 0.5), (0.6, 0.22), (1.0, 0.16), (1.4, 0.34), (1.54, 0.52), (1.4, 0.68), (1.0, 0.84), (0.6, 0.78)]
    pen.blob(shape, body)
    for x in (0.62, 1.04):
        pen.inside(oval(x, 0.5, 0.07, 0.4), lighter(body, 0.75))
    pen.inside(oval(0.9, 0.84, 0.7, 0.16), lighter(body, 0.5), 0.6)
    pen.blob([(0.86, 0.56), (1.06, 0.6), (0.92, 0.76)], darker(body, 0.25))
    pen.disc(1.3, 0.42, 0.075, (255, 255, 255))
    eye(pen, 1.32, 0.42, 0.048)
    pen.line(arc(1.5, 0.56, 0.08, 0.06, 100, 180), 0.02, darker(body, 0.4))


@figure("whale", aspect=1.7, grip=0.85, head=(1.2, 0.5, 0.3))
def whale(pen: Pen, look: Look) -> None:
    body = look.main((74, 116, 156), (92, 104, 134))
    for dx in (-0.16, 0.0, 0.16):
        pen.curve([(1.14, 0.32), (1.14 + dx * 0.6, 0.12), (1.14 + dx * 1.6, 0.1 + abs(dx))], 0.03, (206, 232, 244))
    pen.blob([(0.26, 0.58), (0.02, 0.18), (0.2, 0.24), (0.3, 0.1), (0.42, 0.5)], body)
    shape = [
        (0.24, 0.56),
        (0.6, 0.48),
        (1.0, 0.32),
        (1.44, 0.36),
        (1.66, 0.62),
        (1.54, 0.9),
        (1.1, 0.99),
        (0.6, 0.92),
        (0.34, 0.76),
    ]
    pen.blob(shape, body)
    pen.inside([(0.5, 0.9), (1.0, 0.78), (1.7, 0.74), (1.7, 1.0), (0.5, 1.0)], (236, 240, 242))
    for k in range(4):
        pen.inside(
            [
                (1.0 + 0.05 * k, 0.83 + 0.04 * k),
                (1.7, 0.79 + 0.04 * k),
                (1.7, 0.795 + 0.04 * k),
                (1.0, 0.84 + 0.04 * k),
            ],
            (150, 166, 182),
        )
    pen.blob([(0.96, 0.8), (1.12, 0.82), (0.9, 1.0)], darker(body, 0.25))
    eye(pen, 1.36, 0.66, 0.03)


@figure("dolphin", aspect=1.6, grip=0.7, head=(1.3, 0.44, 0.2))
def dolphin(pen: Pen, look: Look) -> None:
    body = look.main((110, 146, 176))
    pen.poly([(0.14, 0.8), (0.0, 0.98), (0.22, 0.9), (0.32, 1.0), (0.26, 0.76)], darker(body, 0.15))
    pen.poly([(0.7, 0.34), (0.66, 0.06), (0.96, 0.28)], darker(body, 0.15))
    pen.blob(
        [
            (0.14, 0.84),
            (0.44, 0.44),
            (0.84, 0.24),
            (1.2, 0.3),
            (1.36, 0.44),
            (1.56, 0.5),
            (1.34, 0.58),
            (1.0, 0.6),
            (0.6, 0.66),
        ],
        body,
    )
    pen.inside([(0.3, 0.86), (0.7, 0.58), (1.2, 0.5), (1.6, 0.54), (1.2, 0.7)], lighter(body, 0.65))
    pen.poly([(0.94, 0.54), (1.04, 0.56), (0.88, 0.82)], darker(body, 0.2))
    eye(pen, 1.22, 0.43, 0.026)


@figure("shark", aspect=2.0, shadow=False)
def shark(pen: Pen, look: Look) -> None:
    body = look.main((112, 130, 150))
    pen.poly([(0.24, 0.54), (0.02, 0.12), (0.2, 0.3), (0.42, 0.48)], darker(body, 0.12))
    pen.poly([(0.24, 0.56), (0.06, 0.86), (0.36, 0.64)], darker(body, 0.12))
    pen.poly([(0.86, 0.38), (0.98, 0.02), (1.24, 0.36)], darker(body, 0.12))
    pen.blob(
        [(0.16, 0.54), (0.7, 0.38), (1.2, 0.32), (1.7, 0.4), (1.96, 0.54), (1.7, 0.68), (1.1, 0.76), (0.6, 0.66)], body
    )
    pen.inside([(0.4, 0.64), (1.2, 0.6), (2.0, 0.58), (1.8, 0.8), (0.6, 0.8)], (238, 242, 244))
    pen.poly([(1.1, 0.66), (1.3, 0.66), (0.98, 0.98)], darker(body, 0.2))
    for k in range(3):
        pen.line([(1.42 + k * 0.06, 0.48), (1.4 + k * 0.06, 0.6)], 0.014, darker(body, 0.4))
    eye(pen, 1.72, 0.48, 0.03)


@figure("octopus", aspect=1.1, grip=0.9, head=(0.55, 0.3, 0.3))
def octopus(pen: Pen, look: Look) -> None:
    body = look.main((206, 96, 110), (140, 98, 170), (226, 130, 80))
    for k in range(8):
        t = (k - 3.5) / 3.5
        x = 0.55 + t * 0.26
        pen.poly(
            taper(
                [(x, 0.6), (x + t * 0.16, 0.84), (x + t * 0.2 + 0.05 * (-1) ** k, 0.97), (x + t * 0.28, 0.9)],
                0.14,
                0.04,
            ),
            body if k % 2 else darker(body, 0.14),
        )
    pen.blob(
        [(0.55, 0.02), (0.84, 0.14), (0.9, 0.4), (0.76, 0.66), (0.55, 0.72), (0.34, 0.66), (0.2, 0.4), (0.26, 0.14)],
        body,
    )
    pen.inside(oval(0.4, 0.16, 0.1, 0.06, -30), (255, 255, 255), 0.35)
    for x in (0.44, 0.66):
        pen.disc(x, 0.44, 0.08, (255, 255, 255))
        eye(pen, x + 0.01, 0.45, 0.05)
    pen.line(arc(0.55, 0.56, 0.06, 0.05, 10, 170), 0.02, darker(body, 0.45))


@figure("turtle", aspect=1.6, grip=0.9, head=(1.4, 0.5, 0.16))
def turtle(pen: Pen, look: Look) -> None:
    shell = look.main((104, 140, 84), (150, 112, 72))
    skin = (158, 186, 112)
    for x in (0.4, 1.04):
        pen.oval(x, 0.88, 0.14, 0.12, skin)
    pen.oval(1.36, 0.52, 0.17, 0.14, skin)
    pen.poly([(1.0, 0.7), (1.3, 0.42), (1.4, 0.62), (1.1, 0.86)], skin)
    pen.poly([(0.14, 0.78), (0.0, 0.92), (0.24, 0.88)], skin)
    pen.poly(arc(0.72, 0.84, 0.6, 0.72, 180, 360), shell)
    for cx, cy, r in ((0.72, 0.4, 0.17), (0.42, 0.6, 0.14), (1.02, 0.6, 0.14), (0.72, 0.72, 0.13)):
        pen.inside(oval(cx, cy, r, r * 0.8, steps=6), lighter(shell, 0.25), 0.8)
    pen.box(0.1, 0.8, 1.34, 0.88, darker(shell, 0.3), 0.04)
    eye(pen, 1.42, 0.48, 0.026)


@figure("crab", aspect=1.6, grip=0.9)
def crab(pen: Pen, look: Look) -> None:
    body = look.main((222, 86, 58))
    for side in (-1, 1):
        for k in range(3):
            pen.line(
                [
                    (0.8 + side * 0.3, 0.7),
                    (0.8 + side * (0.5 + 0.08 * k), 0.62 + 0.12 * k),
                    (0.8 + side * (0.56 + 0.04 * k), 0.94),
                ],
                0.06,
                darker(body, 0.15),
            )
        pen.line([(0.8 + side * 0.36, 0.56), (0.8 + side * 0.6, 0.4)], 0.09, body)
        pen.disc(0.8 + side * 0.62, 0.26, 0.15, body)
        pen.cut([(0.8 + side * 0.62, 0.24), (0.8 + side * 0.56, 0.04), (0.8 + side * 0.7, 0.06)])
        pen.line([(0.8 + side * 0.1, 0.5), (0.8 + side * 0.12, 0.34)], 0.035, body)
        pen.disc(0.8 + side * 0.12, 0.32, 0.055, (255, 255, 255))
        eye(pen, 0.8 + side * 0.12, 0.32, 0.034)
    pen.oval(0.8, 0.68, 0.42, 0.25, body)
    pen.line(arc(0.8, 0.68, 0.13, 0.09, 20, 160), 0.025, darker(body, 0.45))
