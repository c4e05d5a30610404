"""What is worn and carried."""

from ..canvas.curves import arc, oval, rounded, star
from ..canvas.pen import Pen
from ..colours import darker, lighter
from .figure import Look, figure


@figure("crown", aspect=1.4)
def crown(pen: Pen, look: Look) -> None:
    gold = look.main((240, 194, 72))
    pen.poly([(0.14, 0.98), (0.04, 0.26), (0.4, 0.56), (0.7, 0.06), (1.0, 0.56), (1.36, 0.26), (1.26, 0.98)], gold)
    pen.inside([(0.8, 0.0), (1.4, 0.0), (1.4, 1.0), (0.86, 1.0)], darker(gold, 0.35), 0.3)
    pen.box(0.12, 0.82, 1.28, 1.0, darker(gold, 0.14), 0.03)
    for x, y in ((0.06, 0.24), (0.7, 0.06), (1.34, 0.24)):
        pen.disc(x, y, 0.08, (206, 60, 72))
    for x, colour in ((0.4, (70, 130, 190)), (0.7, (206, 60, 72)), (1.0, (90, 160, 110))):
        pen.disc(x, 0.91, 0.06, colour)


@figure("hat", aspect=1.6, grip=0.95)
def hat(pen: Pen, look: Look) -> None:
    felt = look.main((58, 54, 66), (150, 96, 62), (186, 62, 60))
    pen.poly([(0.4, 0.06), (1.2, 0.06), (1.16, 0.84), (0.44, 0.84)], felt)
    pen.oval(0.8, 0.08, 0.4, 0.07, lighter(felt, 0.1))
    pen.box(0.42, 0.62, 1.18, 0.8, (206, 66, 62) if sum(felt) < 330 else darker(felt, 0.5))
    pen.oval(0.8, 0.86, 0.79, 0.14, darker(felt, 0.12))
    pen.poly(
        [(0.44, 0.7), (1.16, 0.7), (1.16, 0.82), *arc(0.8, 0.8, 0.36, 0.08, 0, 180)],
        (206, 66, 62) if sum(felt) < 330 else darker(felt, 0.5),
    )


@figure("wizard hat", aspect=1.2, grip=0.95)
def wizard_hat(pen: Pen, look: Look) -> None:
    felt = look.main((84, 70, 156), (58, 54, 66))
    pen.oval(0.6, 0.9, 0.6, 0.1, darker(felt, 0.2))
    pen.blob(
        [(0.24, 0.88), (0.44, 0.4), (0.5, 0.1), (0.78, 0.0), (0.7, 0.2), (0.8, 0.5), (0.96, 0.88), (0.6, 0.94)], felt
    )
    pen.inside([(0.2, 0.74), (1.0, 0.74), (1.0, 0.84), (0.2, 0.84)], (240, 196, 84))
    for x, y in ((0.5, 0.6), (0.68, 0.42), (0.6, 0.26)):
        pen.poly(star(x, y, 0.06, 0.025), (248, 214, 110))


@figure("party hat", aspect=0.8, grip=0.95)
def party_hat(pen: Pen, look: Look) -> None:
    paper = look.main((236, 96, 120), (84, 150, 200))
    pen.poly([(0.4, 0.1), (0.74, 1.0), (0.06, 1.0)], paper)
    for k in range(3):
        y = 0.34 + k * 0.24
        pen.inside([(0.0, y), (0.8, y - 0.12), (0.8, y - 0.02), (0.0, y + 0.1)], (250, 214, 100))
    pen.disc(0.4, 0.09, 0.09, (250, 246, 236))


@figure("scarf", aspect=2.0)
def scarf(pen: Pen, look: Look) -> None:
    wool = look.main((206, 64, 62), (70, 120, 150))
    pen.poly([(1.3, 0.3), (1.66, 0.3), (1.76, 1.0), (1.4, 1.0)], darker(wool, 0.12))
    pen.poly(rounded(0.06, 0.04, 1.94, 0.5, 0.22), wool)
    for k in range(6):
        x = 0.2 + k * 0.3
        pen.inside([(x, 0.0), (x + 0.1, 0.0), (x + 0.06, 0.5), (x - 0.04, 0.5)], lighter(wool, 0.5), 0.8)


@figure("bow tie", aspect=2.0)
def bow_tie(pen: Pen, look: Look) -> None:
    silk = look.main((196, 56, 62), (54, 78, 130))
    for side in (-1, 1):
        pen.poly([(1.0, 0.5), (1.0 + side * 0.9, 0.02), (1.0 + side * 0.9, 0.98)], silk)
        pen.inside([(1.0, 0.5), (1.0 + side * 0.9, 0.5), (1.0 + side * 0.9, 1.0)], darker(silk, 0.35), 0.4)
    pen.box(0.82, 0.26, 1.18, 0.74, darker(silk, 0.2), 0.08)


@figure("glasses", aspect=2.6)
def glasses(pen: Pen, look: Look) -> None:
    rim = look.main((52, 48, 56))
    for x in (0.66, 1.94):
        pen.veil(oval(x, 0.5, 0.5, 0.44), (60, 70, 90), 0.5)
        pen.line(oval(x, 0.5, 0.52, 0.44), 0.13, rim)
    pen.line(arc(1.3, 0.46, 0.18, 0.16, 190, 350), 0.12, rim)


@figure("shoe", aspect=1.8, grip=0.9)
def shoe(pen: Pen, look: Look) -> None:
    cloth = look.main((206, 72, 66), (66, 120, 150), (70, 66, 72))
    pen.poly([(0.12, 0.1), (0.62, 0.06), (0.8, 0.36), (1.3, 0.5), (1.72, 0.66), (1.74, 0.84), (0.1, 0.84)], cloth)
    pen.box(0.06, 0.8, 1.78, 1.0, (250, 247, 238), 0.09)
    pen.poly(arc(1.52, 0.82, 0.24, 0.26, 180, 360), (250, 247, 238))
    for k in range(3):
        pen.line([(0.7 + k * 0.17, 0.3 + k * 0.07), (0.86 + k * 0.17, 0.2 + k * 0.09)], 0.05, (250, 247, 238))


@figure("umbrella", aspect=1.1, grip=0.98)
def umbrella(pen: Pen, look: Look) -> None:
    cloth = look.main((206, 66, 64), (70, 126, 156), (240, 186, 76))
    pen.line([(0.55, 0.06), (0.55, 0.9)], 0.026, (110, 80, 60))
    pen.line(arc(0.48, 0.9, 0.07, 0.08, 0, 170), 0.03, (110, 80, 60))
    bows = [p for k in range(4) for p in arc(0.925 - 0.25 * k, 0.5, 0.125, 0.06, 0, -180, steps=10)]
    shape = [*arc(0.55, 0.5, 0.5, 0.44, 180, 360), *bows]
    pen.poly(shape, cloth)
    for rx in (0.25,):
        pen.inside(
            [*arc(0.55, 0.5, rx, 0.44, 180, 360), *arc(0.55, 0.5, rx, 0.06, 0, -180)], lighter(cloth, 0.45), 1.0, shape
        )
    pen.inside([*arc(0.55, 0.5, 0.09, 0.44, 180, 360), (0.64, 0.6), (0.46, 0.6)], cloth, 1.0, shape)
