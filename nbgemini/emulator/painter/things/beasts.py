"""Large and strange animals: giraffes, elephants, dinosaurs, dragons."""

import math

from ..canvas.curves import oval, smooth, taper
from ..canvas.pen import Pen
from ..colours import darker, lighter
from .figure import Look, figure
from .gait import Build, walker
from .parts import INK, eye


@figure("giraffe", aspect=0.62, grip=0.3, head=(0.5, 0.1, 0.06))
def giraffe(pen: Pen, look: Look) -> None:
    coat = look.main((238, 190, 106))
    spot = darker(coat, 0.45)
    for x in (0.2, 0.38):
        pen.line([(x, 0.64), (x, 0.98)], 0.04, darker(coat, 0.2))
    pen.poly(taper([(0.36, 0.6), (0.42, 0.36), (0.46, 0.1)], 0.16, 0.06), coat)
    pen.blob([(0.1, 0.66), (0.16, 0.58), (0.34, 0.53), (0.45, 0.58), (0.42, 0.72), (0.26, 0.74), (0.13, 0.74)], coat)
    for x in (0.16, 0.42):
        pen.line([(x, 0.66), (x, 0.98)], 0.045, coat)
    for x, y, r in (
        (0.2, 0.64, 0.035),
        (0.29, 0.6, 0.03),
        (0.36, 0.66, 0.035),
        (0.27, 0.69, 0.025),
        (0.37, 0.54, 0.03),
        (0.4, 0.46, 0.028),
        (0.43, 0.37, 0.025),
        (0.41, 0.3, 0.02),
        (0.45, 0.24, 0.018),
    ):
        pen.inside(oval(x, y, r, r * 0.85), spot)
    pen.oval(0.51, 0.1, 0.085, 0.04, coat, 22)
    for x in (0.45, 0.49):
        pen.line([(x, 0.07), (x - 0.005, 0.012)], 0.014, spot)
        pen.disc(x - 0.005, 0.012, 0.013, spot)
    pen.poly([(0.44, 0.09), (0.36, 0.07), (0.43, 0.12)], darker(coat, 0.15))
    pen.curve([(0.11, 0.64), (0.07, 0.72), (0.08, 0.78)], 0.012, spot)
    eye(pen, 0.5, 0.09, 0.011)


@figure("elephant", aspect=1.3, grip=0.8, head=(0.98, 0.34, 0.2))
def elephant(pen: Pen, look: Look) -> None:
    skin = look.main((142, 148, 162), (156, 150, 156))
    walker(
        pen,
        Build(
            coat=skin,
            back=0.16,
            deep=0.52,
            long=0.72,
            leg=0.15,
            neck=(0.0, 0.0),
            head=(0.02, 0.02),
            tail="thin",
            hoof=darker(skin, 0.3),
        ),
    )
    pen.poly(taper([(1.04, 0.42), (1.2, 0.56), (1.17, 0.82), (1.24, 0.92)], 0.17, 0.07), skin)
    pen.disc(0.98, 0.34, 0.22, skin)
    pen.blob([(0.86, 0.16), (0.98, 0.3), (0.94, 0.56), (0.78, 0.62), (0.64, 0.48), (0.68, 0.24)], darker(skin, 0.16))
    pen.inside(
        [
            (x * 0.72 + 0.23, y * 0.72 + 0.11)
            for x, y in smooth([(0.86, 0.16), (0.98, 0.3), (0.94, 0.56), (0.78, 0.62), (0.64, 0.48), (0.68, 0.24)])
        ],
        (214, 170, 176),
        0.4,
    )
    pen.poly(taper([(1.06, 0.5), (1.14, 0.62), (1.26, 0.62)], 0.055, 0.015), (250, 246, 232))
    eye(pen, 1.07, 0.3, 0.022)


@figure("camel", aspect=1.15, grip=0.72, head=(0.98, 0.18, 0.1))
def camel(pen: Pen, look: Look) -> None:
    coat = look.main((206, 156, 100))
    hx, hy = walker(
        pen,
        Build(
            coat=coat,
            back=0.4,
            deep=0.26,
            long=0.56,
            leg=0.06,
            neck=(0.2, 0.24),
            thick=0.1,
            head=(0.1, 0.06),
            tilt=12,
            tail="thin",
        ),
    )
    pen.blob([(0.26, 0.46), (0.38, 0.2), (0.5, 0.44), (0.62, 0.24), (0.74, 0.46), (0.5, 0.54)], coat)
    pen.inside([(0.28, 0.4), (0.7, 0.4), (0.66, 0.6), (0.34, 0.6)], (186, 76, 66), 0.9)
    eye(pen, hx + 0.05, hy + 0.01)


@figure("hedgehog", aspect=1.5, grip=0.9, head=(1.2, 0.6, 0.2))
def hedgehog(pen: Pen, look: Look) -> None:
    coat = look.main((120, 92, 74))
    for ring in range(3):
        for k in range(22):
            a = math.pi + math.pi * 1.02 * k / 21
            r = 0.6 - ring * 0.1
            x, y = 0.66 + r * math.cos(a) * 0.95, 0.9 + r * math.sin(a) * 1.25
            pen.line(
                [(0.66 + (r - 0.16) * math.cos(a), 0.9 + (r - 0.16) * math.sin(a) * 1.2), (x, y)],
                0.036,
                darker(coat, 0.12 * ring + 0.1) if (k + ring) % 2 else lighter(coat, 0.25),
            )
    pen.blob([(0.9, 0.5), (1.2, 0.62), (1.44, 0.78), (1.2, 0.95), (0.6, 0.97), (0.8, 0.7)], (232, 200, 164))
    pen.disc(1.43, 0.77, 0.045, INK)
    eye(pen, 1.18, 0.7, 0.036)
    for x in (0.56, 0.98):
        pen.oval(x, 0.96, 0.1, 0.04, (206, 170, 136))


@figure("dinosaur", aspect=1.3, grip=0.6, head=(1.08, 0.12, 0.12))
def dinosaur(pen: Pen, look: Look) -> None:
    skin = look.main((96, 156, 104), (126, 146, 92), (104, 130, 170))
    pen.poly(taper([(0.02, 0.92), (0.2, 0.8), (0.42, 0.66)], 0.02, 0.26), skin)
    for x in (0.42, 0.72):
        pen.line([(x, 0.68), (x, 0.97)], 0.11, darker(skin, 0.2))
    pen.blob([(0.26, 0.74), (0.42, 0.5), (0.64, 0.46), (0.84, 0.56), (0.82, 0.76), (0.56, 0.86), (0.36, 0.84)], skin)
    pen.poly(taper([(0.74, 0.64), (0.92, 0.46), (1.0, 0.14)], 0.26, 0.11), skin)
    pen.blob([(0.94, 0.08), (1.08, 0.05), (1.24, 0.12), (1.24, 0.19), (1.06, 0.22), (0.95, 0.18)], skin)
    for x in (0.34, 0.66):
        pen.line([(x, 0.74), (x, 0.97)], 0.12, skin)
    for x, y in ((0.46, 0.56), (0.56, 0.52), (0.66, 0.55), (0.5, 0.64), (0.86, 0.42), (0.94, 0.28)):
        pen.inside(oval(x, y, 0.035, 0.026), darker(skin, 0.25))
    pen.inside(oval(0.58, 0.86, 0.3, 0.1), lighter(skin, 0.4), 0.5)
    eye(pen, 1.06, 0.11, 0.02)


@figure("dragon", aspect=1.4, grip=0.5, head=(1.16, 0.2, 0.12))
def dragon(pen: Pen, look: Look) -> None:
    skin = look.main((92, 150, 104), (176, 66, 62), (96, 110, 170))
    wing = lighter(skin, 0.32)
    pen.poly(
        [(0.56, 0.52), (0.3, 0.02), (0.5, 0.14), (0.62, 0.06), (0.7, 0.2), (0.86, 0.16), (0.78, 0.52)],
        darker(wing, 0.25),
    )
    pen.poly(taper([(0.04, 0.76), (0.14, 0.94), (0.36, 0.9), (0.5, 0.74)], 0.02, 0.24), skin)
    pen.poly([(0.0, 0.68), (0.1, 0.74), (0.03, 0.82)], darker(skin, 0.3))
    pen.blob([(0.36, 0.78), (0.48, 0.56), (0.72, 0.5), (0.92, 0.62), (0.88, 0.82), (0.64, 0.92), (0.44, 0.9)], skin)
    pen.poly(taper([(0.82, 0.66), (1.0, 0.52), (1.04, 0.26)], 0.26, 0.12), skin)
    pen.blob([(0.98, 0.18), (1.12, 0.1), (1.34, 0.2), (1.36, 0.28), (1.14, 0.34), (1.0, 0.3)], skin)
    pen.poly([(1.02, 0.16), (0.92, 0.02), (1.1, 0.12)], (236, 216, 170))
    for x in (0.56, 0.8):
        pen.line([(x, 0.8), (x, 0.96)], 0.11, darker(skin, 0.12))
        pen.oval(x + 0.03, 0.97, 0.08, 0.03, darker(skin, 0.12))
    pen.inside(
        [(0.6, 0.94), (0.92, 0.86), (1.1, 0.5), (1.02, 0.56), (0.84, 0.78), (0.6, 0.84)], lighter(skin, 0.55), 0.8
    )
    for k in range(6):
        x, y = 0.36 + k * 0.1, 0.72 - 0.055 * k if k < 4 else 0.55
        pen.poly([(x - 0.035, y + 0.03), (x, y - 0.06), (x + 0.04, y + 0.02)], darker(skin, 0.35))
    pen.poly([(0.62, 0.58), (0.42, 0.04), (0.6, 0.18), (0.72, 0.08), (0.8, 0.24), (0.94, 0.22), (0.86, 0.58)], wing)
    for tip in ((0.42, 0.04), (0.72, 0.08), (0.94, 0.22)):
        pen.line([(0.74, 0.58), tip], 0.016, darker(wing, 0.3))
    eye(pen, 1.14, 0.19, 0.024)
    pen.disc(1.32, 0.22, 0.012, INK)


@figure("crocodile", aspect=3.0, grip=0.7, head=(2.4, 0.5, 0.2))
def crocodile(pen: Pen, look: Look) -> None:
    skin = look.main((92, 140, 88))
    for x in (0.9, 1.7):
        pen.oval(x, 0.92, 0.14, 0.09, darker(skin, 0.25))
    pen.blob(
        [
            (0.02, 0.84),
            (0.5, 0.56),
            (1.1, 0.44),
            (1.9, 0.46),
            (2.2, 0.4),
            (2.95, 0.62),
            (2.95, 0.76),
            (2.2, 0.84),
            (1.2, 0.94),
            (0.5, 0.9),
        ],
        skin,
    )
    for k in range(11):
        x = 0.4 + k * 0.15
        pen.poly(
            [(x - 0.07, 0.6 - 0.02 * min(k, 7)), (x, 0.38 - 0.015 * min(k, 6)), (x + 0.08, 0.58 - 0.02 * min(k, 7))],
            darker(skin, 0.2),
        )
    pen.disc(2.2, 0.42, 0.1, skin)
    eye(pen, 2.22, 0.39, 0.05)
    for k in range(6):
        pen.poly([(2.3 + k * 0.1, 0.7), (2.34 + k * 0.1, 0.8), (2.38 + k * 0.1, 0.7)], (252, 248, 236))
