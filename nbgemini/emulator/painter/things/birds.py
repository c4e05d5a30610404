"""Birds, on the wing and on the ground."""

from ..canvas.curves import arc, oval, taper
from ..canvas.pen import Pen
from ..colours import darker, lighter, mix
from .figure import Look, figure
from .parts import BEAK, INK, eye


@figure("bird", aspect=1.4, shadow=False, grip=0.6, head=(1.1, 0.34, 0.14))
def bird(pen: Pen, look: Look) -> None:
    body = look.main((66, 120, 168), (206, 90, 70), (238, 178, 66), (90, 140, 110))
    pen.poly([(0.1, 0.62), (0.0, 0.86), (0.46, 0.72), (0.5, 0.56)], darker(body, 0.3))
    pen.blob([(0.3, 0.62), (0.6, 0.42), (1.0, 0.34), (1.24, 0.42), (1.1, 0.68), (0.74, 0.82), (0.44, 0.78)], body)
    pen.inside(oval(0.96, 0.74, 0.34, 0.2, -20), lighter(body, 0.65), 0.9)
    pen.disc(1.12, 0.36, 0.17, body)
    pen.poly([(1.26, 0.32), (1.42, 0.4), (1.26, 0.44)], BEAK)
    eye(pen, 1.15, 0.33, 0.035)
    pen.blob([(0.9, 0.56), (0.62, 0.36), (0.36, 0.02), (0.3, 0.16), (0.36, 0.44), (0.54, 0.64)], darker(body, 0.18))
    pen.inside([(0.3, 0.0), (0.5, 0.4), (0.44, 0.5), (0.2, 0.2)], darker(body, 0.5), 0.3)


@figure("seagull", aspect=1.9, shadow=False)
def seagull(pen: Pen, look: Look) -> None:
    body = look.main((250, 250, 250))
    grey = mix(body, (120, 130, 146), 0.5)
    for side in (-1, 1):
        pen.blob(
            [
                (0.95, 0.56),
                (0.95 + side * 0.4, 0.2),
                (0.95 + side * 0.92, 0.3),
                (0.95 + side * 0.5, 0.42),
                (0.95 + side * 0.2, 0.64),
            ],
            grey if side > 0 else lighter(grey, 0.3),
        )
        pen.inside(
            [(0.95 + side * 0.66, 0.0), (0.95 + side, 0.0), (0.95 + side, 0.6), (0.95 + side * 0.78, 0.6)], (56, 58, 66)
        )
    pen.oval(0.95, 0.62, 0.2, 0.13, body, 12)
    pen.disc(1.1, 0.54, 0.09, body)
    pen.poly([(1.17, 0.52), (1.3, 0.58), (1.16, 0.6)], BEAK)
    eye(pen, 1.12, 0.52, 0.02)


@figure("eagle", aspect=2.2, shadow=False)
def eagle(pen: Pen, look: Look) -> None:
    body = look.main((106, 74, 54))
    for side in (-1, 1):
        pen.blob(
            [
                (1.1, 0.5),
                (1.1 + side * 0.4, 0.2),
                (1.1 + side * 0.95, 0.14),
                (1.1 + side * 0.8, 0.4),
                (1.1 + side * 0.3, 0.66),
            ],
            body,
        )
        for k in range(4):
            x = 1.1 + side * (0.6 + 0.12 * k)
            pen.line([(x, 0.34), (x + side * 0.16, 0.44 - 0.04 * k)], 0.07, darker(body, 0.2))
    pen.poly([(0.96, 0.7), (1.24, 0.7), (1.32, 0.98), (0.88, 0.98)], (244, 240, 230))
    pen.oval(1.1, 0.58, 0.16, 0.24, body)
    pen.disc(1.1, 0.34, 0.12, (246, 242, 232))
    pen.poly([(1.05, 0.38), (1.15, 0.38), (1.1, 0.5)], BEAK)
    for x in (1.05, 1.15):
        pen.disc(x, 0.32, 0.02, INK)


@figure("owl", aspect=0.8, grip=0.98, head=(0.4, 0.28, 0.24))
def owl(pen: Pen, look: Look) -> None:
    body = look.main((140, 106, 80), (176, 152, 128), (110, 100, 110))
    for side in (-1, 1):
        pen.poly([(0.4 + side * 0.12, 0.16), (0.4 + side * 0.28, 0.0), (0.4 + side * 0.28, 0.24)], body)
    pen.blob(
        [(0.4, 0.08), (0.66, 0.16), (0.74, 0.5), (0.64, 0.88), (0.4, 0.97), (0.16, 0.88), (0.06, 0.5), (0.14, 0.16)],
        body,
    )
    pen.inside(oval(0.4, 0.7, 0.2, 0.26), lighter(body, 0.5))
    for row in range(3):
        for k in range(3 + row % 2):
            pen.inside(
                arc(0.31 + k * 0.09 - 0.045 * (row % 2), 0.58 + row * 0.1, 0.03, 0.03, 0, 180), darker(body, 0.1)
            )
    for side in (-1, 1):
        pen.inside(
            [(0.4 + side * 0.22, 0.42), (0.4 + side * 0.4, 0.42), (0.4 + side * 0.34, 0.9), (0.4 + side * 0.26, 0.84)],
            darker(body, 0.25),
        )
        pen.disc(0.4 + side * 0.125, 0.3, 0.125, lighter(body, 0.65))
        pen.disc(0.4 + side * 0.115, 0.3, 0.08, (244, 190, 70))
        pen.disc(0.4 + side * 0.115, 0.3, 0.048, INK)
        pen.disc(0.4 + side * 0.115 + 0.016, 0.282, 0.016, (255, 255, 255))
        pen.oval(0.4 + side * 0.1, 0.97, 0.06, 0.03, BEAK)
    pen.poly([(0.36, 0.36), (0.44, 0.36), (0.4, 0.45)], BEAK)


@figure("duck", aspect=1.25, grip=0.6, head=(0.96, 0.24, 0.18))
def duck(pen: Pen, look: Look) -> None:
    body = look.main((246, 242, 232), (240, 200, 84), (150, 118, 88))
    pen.blob(
        [(0.02, 0.5), (0.22, 0.62), (0.6, 0.52), (0.92, 0.54), (1.02, 0.78), (0.8, 0.97), (0.34, 0.97), (0.1, 0.8)],
        body,
    )
    pen.blob([(0.3, 0.66), (0.7, 0.62), (0.8, 0.74), (0.56, 0.86), (0.3, 0.8)], darker(body, 0.12))
    pen.poly(taper([(0.86, 0.7), (0.92, 0.5), (0.94, 0.3)], 0.26, 0.2), body)
    pen.disc(0.95, 0.24, 0.18, body)
    pen.blob([(1.08, 0.2), (1.24, 0.24), (1.24, 0.3), (1.08, 0.32)], BEAK)
    eye(pen, 1.0, 0.19, 0.028)


@figure("rubber duck", aspect=1.25, grip=0.6, head=(0.96, 0.24, 0.18))
def rubber_duck(pen: Pen, look: Look) -> None:
    body = look.main((250, 210, 62))
    pen.blob(
        [(0.04, 0.46), (0.26, 0.6), (0.6, 0.54), (0.94, 0.54), (1.08, 0.8), (0.84, 0.99), (0.34, 0.99), (0.08, 0.82)],
        body,
    )
    pen.blob([(0.32, 0.66), (0.68, 0.62), (0.78, 0.74), (0.54, 0.86), (0.3, 0.8)], darker(body, 0.14))
    pen.disc(0.86, 0.3, 0.27, body)
    pen.blob([(1.06, 0.26), (1.26, 0.28), (1.26, 0.4), (1.04, 0.42)], (236, 112, 52))
    pen.inside(oval(0.76, 0.18, 0.06, 0.04, -30), (255, 255, 255), 0.7)
    eye(pen, 0.94, 0.24, 0.036)


@figure("flamingo", aspect=0.7, grip=0.5, head=(0.52, 0.12, 0.08))
def flamingo(pen: Pen, look: Look) -> None:
    body = look.main((242, 140, 150))
    pen.line([(0.32, 0.56), (0.32, 0.98)], 0.02, darker(body, 0.2))
    pen.line([(0.4, 0.56), (0.4, 0.76), (0.3, 0.8)], 0.02, darker(body, 0.2))
    pen.curve([(0.46, 0.46), (0.6, 0.34), (0.4, 0.22), (0.5, 0.1)], 0.05, body)
    pen.blob([(0.08, 0.54), (0.24, 0.4), (0.46, 0.38), (0.54, 0.48), (0.42, 0.6), (0.2, 0.6)], body)
    pen.blob([(0.08, 0.54), (0.26, 0.46), (0.4, 0.48), (0.3, 0.56)], darker(body, 0.18))
    pen.disc(0.52, 0.11, 0.055, body)
    pen.blob([(0.56, 0.09), (0.66, 0.14), (0.64, 0.22), (0.56, 0.15)], (250, 226, 214))
    pen.inside([(0.6, 0.16), (0.7, 0.16), (0.7, 0.26), (0.6, 0.26)], INK)
    eye(pen, 0.53, 0.1, 0.013)


@figure("penguin", aspect=0.7, grip=0.98, head=(0.35, 0.2, 0.18))
def penguin(pen: Pen, look: Look) -> None:
    coat = look.main((46, 52, 68))
    for side in (-1, 1):
        pen.blob(
            [
                (0.35 + side * 0.2, 0.4),
                (0.35 + side * 0.33, 0.56),
                (0.35 + side * 0.3, 0.76),
                (0.35 + side * 0.2, 0.62),
            ],
            darker(coat, 0.15),
        )
        pen.oval(0.35 + side * 0.11, 0.97, 0.1, 0.035, BEAK)
    pen.blob(
        [
            (0.35, 0.02),
            (0.52, 0.12),
            (0.58, 0.46),
            (0.56, 0.84),
            (0.35, 0.96),
            (0.14, 0.84),
            (0.12, 0.46),
            (0.18, 0.12),
        ],
        coat,
    )
    pen.inside(oval(0.35, 0.66, 0.17, 0.3), (250, 250, 248))
    for side in (-1, 1):
        pen.inside(oval(0.35 + side * 0.07, 0.22, 0.09, 0.1), (250, 250, 248))
        eye(pen, 0.35 + side * 0.075, 0.2, 0.024)
    pen.poly([(0.3, 0.25), (0.4, 0.25), (0.35, 0.33)], BEAK)


@figure("parrot", aspect=0.6, grip=0.98, head=(0.32, 0.18, 0.14))
def parrot(pen: Pen, look: Look) -> None:
    body = look.main((210, 60, 56), (70, 150, 110))
    pen.poly([(0.16, 0.6), (0.1, 1.0), (0.2, 0.98), (0.3, 0.66)], (60, 110, 180))
    pen.blob([(0.32, 0.04), (0.48, 0.14), (0.5, 0.4), (0.4, 0.66), (0.24, 0.76), (0.14, 0.6), (0.18, 0.2)], body)
    pen.blob([(0.2, 0.34), (0.32, 0.36), (0.34, 0.54), (0.18, 0.78), (0.12, 0.56)], (242, 190, 66))
    pen.inside([(0.1, 0.56), (0.36, 0.5), (0.3, 0.8), (0.1, 0.8)], (60, 110, 180))
    pen.disc(0.38, 0.17, 0.07, (250, 246, 238))
    pen.blob([(0.44, 0.14), (0.56, 0.2), (0.5, 0.32), (0.44, 0.26)], (60, 54, 58))
    eye(pen, 0.37, 0.16, 0.024)


@figure("chicken", aspect=0.95, grip=0.6, head=(0.66, 0.22, 0.13))
def chicken(pen: Pen, look: Look) -> None:
    body = look.main((250, 244, 232), (190, 112, 66))
    for x in (0.42, 0.54):
        pen.line([(x, 0.8), (x, 0.97), (x + 0.08, 0.98)], 0.026, BEAK)
    pen.blob(
        [
            (0.06, 0.3),
            (0.2, 0.34),
            (0.34, 0.5),
            (0.56, 0.44),
            (0.58, 0.2),
            (0.76, 0.14),
            (0.8, 0.46),
            (0.72, 0.76),
            (0.46, 0.88),
            (0.2, 0.74),
        ],
        body,
    )
    pen.blob([(0.26, 0.56), (0.5, 0.52), (0.56, 0.64), (0.36, 0.74)], darker(body, 0.14))
    for x in (0.6, 0.67, 0.73):
        pen.disc(x, 0.1, 0.045, (214, 58, 52))
    pen.poly([(0.78, 0.2), (0.9, 0.25), (0.78, 0.3)], BEAK)
    pen.oval(0.77, 0.35, 0.035, 0.06, (214, 58, 52))
    eye(pen, 0.71, 0.21, 0.022)
