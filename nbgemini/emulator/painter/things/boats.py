"""What sails and dives."""

from ..canvas.curves import rounded
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter, mix
from .figure import Look, figure


@figure("boat", aspect=0.95, grip=0.2)
def boat(pen: Pen, look: Look) -> None:
    hull = look.main((190, 62, 54), (48, 92, 140), (236, 232, 222), (60, 116, 108))
    sail: RGB = (250, 246, 234) if hull[0] + hull[1] + hull[2] < 660 else (222, 96, 78)
    pen.line([(0.5, 0.02), (0.5, 0.8)], 0.022, (112, 80, 58))
    pen.poly([(0.53, 0.06), (0.6, 0.3), (0.86, 0.72), (0.53, 0.72)], sail)
    pen.inside([(0.53, 0.5), (0.86, 0.6), (0.9, 0.74), (0.53, 0.74)], darker(sail, 0.3), 0.28)
    pen.poly([(0.47, 0.12), (0.44, 0.4), (0.17, 0.72), (0.47, 0.72)], mix(sail, hull, 0.18))
    pen.poly([(0.5, 0.02), (0.5, 0.09), (0.62, 0.055)], hull)
    points = [(0.05, 0.77), (0.92, 0.77), (0.8, 0.98), (0.5, 1.0), (0.2, 0.98)]
    pen.poly(points, hull)
    pen.inside([(0.0, 0.9), (1.0, 0.9), (1.0, 1.0), (0.0, 1.0)], darker(hull, 0.4), 0.45, points)
    pen.inside([(0.0, 0.79), (1.0, 0.79), (1.0, 0.82), (0.0, 0.82)], lighter(hull, 0.6), 0.8, points)
    if look.night > 0.5:
        pen.disc(0.12, 0.72, 0.025, (255, 220, 140), lit=True)
        pen.glow(0.12, 0.72, 0.35, (255, 210, 130), 0.6)


@figure("rowboat", aspect=2.6, grip=0.5)
def rowboat(pen: Pen, look: Look) -> None:
    hull = look.main((150, 98, 64), (172, 70, 58), (60, 112, 130))
    pen.blob([(0.1, 0.3), (1.3, 0.5), (2.5, 0.28), (2.2, 0.9), (1.3, 1.0), (0.4, 0.9)], hull)
    pen.oval(1.3, 0.42, 1.05, 0.14, darker(hull, 0.4))
    for x in (0.9, 1.3, 1.7):
        pen.box(x - 0.06, 0.36, x + 0.06, 0.52, lighter(hull, 0.3))
    pen.inside([(0.0, 0.74), (2.6, 0.74), (2.6, 1.0), (0.0, 1.0)], darker(hull, 0.4), 0.4)
    pen.line([(1.5, 0.5), (2.2, 0.98)], 0.05, (196, 160, 110))


@figure("ship", aspect=2.0, grip=0.3)
def ship(pen: Pen, look: Look) -> None:
    hull = look.main((42, 62, 96), (150, 54, 50), (54, 60, 70))
    pen.box(0.5, 0.34, 1.56, 0.62, (244, 240, 230), 0.02)
    pen.box(0.64, 0.18, 1.36, 0.36, (250, 247, 240), 0.02)
    for x in (0.78, 1.08):
        pen.box(x, 0.0, x + 0.15, 0.2, (214, 84, 62))
        pen.box(x, 0.0, x + 0.15, 0.05, (50, 50, 60))
    for x in range(9):
        pen.disc(0.58 + x * 0.11, 0.5, 0.026, look.lamp(), lit=look.night > 0.4)
    for x in range(6):
        pen.box(0.7 + x * 0.105, 0.24, 0.76 + x * 0.105, 0.3, look.lamp(), lit=look.night > 0.4)
    points = [(0.1, 0.6), (1.92, 0.56), (1.74, 0.98), (0.3, 1.0)]
    pen.poly(points, hull)
    pen.inside([(0.0, 0.88), (2.0, 0.88), (2.0, 1.0), (0.0, 1.0)], (170, 58, 52), 0.9, points)
    pen.inside([(0.0, 0.6), (2.0, 0.56), (2.0, 0.62), (0.0, 0.66)], (246, 242, 232), 0.9, points)


@figure("submarine", aspect=2.2, grip=0.3)
def submarine(pen: Pen, look: Look) -> None:
    hull = look.main((238, 190, 62), (206, 84, 70))
    pen.line([(1.12, 0.32), (1.12, 0.02), (1.24, 0.02)], 0.05, darker(hull, 0.3))
    pen.box(0.86, 0.22, 1.34, 0.5, hull, 0.08)
    pen.poly([(0.2, 0.66), (0.02, 0.4), (0.02, 0.96)], darker(hull, 0.25))
    pen.poly(rounded(0.14, 0.42, 2.12, 0.98, 0.28), hull)
    pen.inside([(0.0, 0.78), (2.2, 0.78), (2.2, 1.0), (0.0, 1.0)], darker(hull, 0.4), 0.4)
    for x in (0.7, 1.14, 1.58):
        pen.disc(x, 0.66, 0.14, darker(hull, 0.3))
        pen.disc(x, 0.66, 0.1, look.lamp((168, 214, 226)), lit=look.night > 0.4)
