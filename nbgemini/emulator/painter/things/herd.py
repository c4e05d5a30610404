"""Animals on four legs, seen from the side: horses, cows, sheep, deer."""

from ..canvas.curves import oval, taper
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter, turned
from .figure import Look, figure
from .gait import Build, ear, walker
from .parts import INK, eye

HORSE_HEAD = (0.98, 0.16, 0.12)


def _horse(pen: Pen, coat: RGB, mane: RGB) -> tuple[float, float]:
    hx, hy = walker(pen, Build(coat=coat, mane=mane, neck=(0.16, 0.26), tilt=38))
    ear(pen, hx - 0.02, hy - 0.02, 0.11, coat)
    pen.inside(oval(hx + 0.14, hy + 0.1, 0.07, 0.06), lighter(coat, 0.3), 0.8)
    pen.disc(hx + 0.16, hy + 0.105, 0.011, INK)
    eye(pen, hx + 0.045, hy + 0.005)
    return hx, hy


@figure("horse", aspect=1.15, grip=0.6, head=HORSE_HEAD)
def horse(pen: Pen, look: Look) -> None:
    coat = look.main((140, 88, 58), (88, 62, 50), (226, 206, 180), (168, 110, 70))
    _horse(pen, coat, darker(coat, 0.45) if sum(coat) > 330 else (44, 36, 38))


@figure("zebra", aspect=1.15, grip=0.6, head=HORSE_HEAD)
def zebra(pen: Pen, look: Look) -> None:
    _horse(pen, look.main((246, 244, 240)), (48, 44, 48))
    for k in range(9):
        x = 0.22 + k * 0.066
        pen.inside([(x, 0.36), (x + 0.03, 0.36), (x + 0.008, 0.62), (x - 0.006, 0.72), (x - 0.014, 0.6)], (48, 44, 48))
    for k in range(4):
        pen.inside(
            [
                (0.78 + k * 0.036, 0.4 - k * 0.06),
                (0.9 + k * 0.03, 0.44 - k * 0.06),
                (0.9 + k * 0.03, 0.425 - k * 0.06),
                (0.78 + k * 0.036, 0.375 - k * 0.06),
            ],
            (48, 44, 48),
        )


@figure("unicorn", aspect=1.15, grip=0.6, head=HORSE_HEAD)
def unicorn(pen: Pen, look: Look) -> None:
    coat = look.main((250, 246, 250))
    hx, hy = _horse(pen, coat, (222, 130, 176))
    for k in range(4):
        pen.inside(oval(0.74 + k * 0.03, 0.36 - 0.06 * k, 0.03, 0.045), turned((236, 130, 170), 0.16 * k))
    pen.poly([(hx + 0.03, hy - 0.06), (hx + 0.09, hy - 0.045), (hx + 0.14, hy - 0.27)], (238, 198, 96))
    pen.inside(
        [(hx + 0.05, hy - 0.12), (hx + 0.13, hy - 0.09), (hx + 0.13, hy - 0.105), (hx + 0.05, hy - 0.135)],
        (190, 146, 60),
    )


@figure("cow", aspect=1.2, grip=0.6, head=(1.02, 0.3, 0.12))
def cow(pen: Pen, look: Look) -> None:
    coat = look.main((246, 242, 236), (150, 96, 64))
    hx, hy = walker(
        pen,
        Build(
            coat=coat,
            back=0.36,
            deep=0.38,
            long=0.7,
            neck=(0.12, 0.1),
            thick=0.2,
            head=(0.13, 0.1),
            tilt=30,
            tail="thin",
            mane=INK,
        ),
    )
    patch = (62, 54, 56) if sum(coat) > 600 else darker(coat, 0.35)
    for x, y, rx, ry in ((0.36, 0.44, 0.1, 0.08), (0.62, 0.52, 0.11, 0.09), (0.78, 0.4, 0.07, 0.06)):
        pen.inside(oval(x, y, rx, ry, 20), patch)
    pen.oval(0.42, 0.73, 0.06, 0.045, (240, 176, 170))
    pen.oval(hx + 0.11, hy + 0.085, 0.07, 0.06, (240, 188, 176))
    for x in (0.09, 0.13):
        pen.disc(hx + x, hy + 0.085, 0.01, (150, 90, 90))
    pen.curve([(hx - 0.01, hy - 0.04), (hx - 0.02, hy - 0.12), (hx + 0.02, hy - 0.15)], 0.03, (232, 216, 186))
    pen.oval(hx - 0.06, hy + 0.0, 0.06, 0.03, patch, 20)
    eye(pen, hx + 0.05, hy + 0.0)


@figure("sheep", aspect=1.15, grip=0.66, head=(0.92, 0.38, 0.12))
def sheep(pen: Pen, look: Look) -> None:
    wool = look.main((246, 242, 232))
    for x in (0.32, 0.42, 0.68, 0.78):
        pen.line([(x, 0.7), (x, 0.97)], 0.06, (72, 62, 62))
    puffs = [
        (0.26, 0.5, 0.15),
        (0.4, 0.38, 0.17),
        (0.58, 0.36, 0.18),
        (0.74, 0.44, 0.16),
        (0.3, 0.64, 0.16),
        (0.5, 0.66, 0.18),
        (0.7, 0.64, 0.17),
        (0.5, 0.52, 0.24),
    ]
    for x, y, r in puffs:
        pen.disc(x, y + 0.015, r, darker(wool, 0.1))
    for x, y, r in puffs:
        pen.disc(x - 0.01, y - 0.012, r * 0.88, wool)
    pen.oval(0.92, 0.44, 0.095, 0.14, (78, 68, 68), -22)
    pen.oval(0.82, 0.4, 0.075, 0.035, (78, 68, 68), 28)
    for x, y in ((0.86, 0.3), (0.94, 0.29), (0.8, 0.33)):
        pen.disc(x, y, 0.06, wool)
    pen.disc(0.94, 0.42, 0.022, (255, 255, 255))
    pen.disc(0.945, 0.422, 0.013, INK)


@figure("goat", aspect=1.1, grip=0.6, head=(0.96, 0.24, 0.12))
def goat(pen: Pen, look: Look) -> None:
    coat = look.main((226, 216, 202), (150, 132, 116))
    hx, hy = walker(pen, Build(coat=coat, neck=(0.12, 0.2), thick=0.14, head=(0.12, 0.075), tail="puff", tilt=32))
    pen.poly(taper([(hx - 0.02, hy), (hx - 0.06, hy - 0.14), (hx - 0.16, hy - 0.18)], 0.05, 0.015), (120, 104, 90))
    pen.poly([(hx + 0.08, hy + 0.1), (hx + 0.12, hy + 0.1), (hx + 0.08, hy + 0.22)], lighter(coat, 0.4))
    eye(pen, hx + 0.04, hy)


@figure("pig", aspect=1.25, grip=0.7, head=(1.0, 0.46, 0.14))
def pig(pen: Pen, look: Look) -> None:
    skin = look.main((240, 172, 168))
    hx, hy = walker(
        pen,
        Build(
            coat=skin,
            back=0.26,
            deep=0.52,
            long=0.72,
            leg=0.11,
            neck=(0.1, -0.1),
            head=(0.18, 0.17),
            tilt=0,
            tail="none",
            hoof=(150, 96, 96),
        ),
    )
    pen.curve([(0.18, 0.46), (0.11, 0.42), (0.13, 0.36), (0.08, 0.34)], 0.026, darker(skin, 0.15))
    pen.poly([(hx - 0.06, hy - 0.1), (hx + 0.02, hy - 0.22), (hx + 0.08, hy - 0.1)], darker(skin, 0.14))
    pen.oval(hx + 0.2, hy + 0.06, 0.055, 0.075, darker(skin, 0.12))
    for y in (0.035, 0.085):
        pen.disc(hx + 0.21, hy + y, 0.013, darker(skin, 0.45))
    eye(pen, hx + 0.09, hy - 0.02)


@figure("deer", aspect=1.0, grip=0.62, head=(0.8, 0.3, 0.1))
def deer(pen: Pen, look: Look) -> None:
    coat = look.main((176, 118, 74), (156, 104, 70))
    hx, hy = walker(
        pen,
        Build(
            coat=coat,
            back=0.5,
            deep=0.22,
            long=0.5,
            leg=0.055,
            neck=(0.12, 0.24),
            thick=0.1,
            head=(0.1, 0.06),
            tail="puff",
            tilt=28,
        ),
    )
    for side in (-1, 1):
        x = hx + 0.01 + side * 0.02
        pen.curve([(x, hy - 0.02), (x + side * 0.09, hy - 0.13), (x + side * 0.1, hy - 0.27)], 0.02, (120, 90, 66))
        for t, dx in ((0.12, 0.09), (0.2, 0.13)):
            pen.line([(x + side * 0.09, hy - t), (x + side * dx * 1.6, hy - t - 0.08)], 0.015, (120, 90, 66))
    ear(pen, hx - 0.04, hy + 0.0, 0.08, darker(coat, 0.1), -0.06)
    for x, y in ((0.3, 0.54), (0.36, 0.58), (0.44, 0.545), (0.5, 0.59), (0.26, 0.6), (0.42, 0.63)):
        pen.inside(oval(x, y, 0.014, 0.012), lighter(coat, 0.6))
    pen.disc(hx + 0.14, hy + 0.075, 0.018, INK)
    eye(pen, hx + 0.035, hy + 0.01)
