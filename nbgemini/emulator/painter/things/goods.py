"""Instruments, bags, boxes and barrels."""

from ..canvas.curves import arc, oval, rounded
from ..canvas.pen import Pen
from ..colours import darker, lighter
from .figure import Look, figure
from .parts import WOOD


@figure("guitar", aspect=0.44, grip=0.9)
def guitar(pen: Pen, look: Look) -> None:
    wood = look.main((206, 134, 70), (150, 76, 54))
    pen.box(0.195, 0.08, 0.245, 0.58, (92, 64, 50))
    pen.poly([(0.175, 0.0), (0.265, 0.0), (0.25, 0.11), (0.19, 0.11)], (70, 50, 44))
    pen.blob(
        [
            (0.22, 0.46),
            (0.34, 0.5),
            (0.34, 0.62),
            (0.42, 0.8),
            (0.34, 0.97),
            (0.22, 1.0),
            (0.1, 0.97),
            (0.02, 0.8),
            (0.1, 0.62),
            (0.1, 0.5),
        ],
        wood,
    )
    pen.inside(oval(0.34, 0.8, 0.12, 0.26), darker(wood, 0.4), 0.25)
    pen.disc(0.22, 0.68, 0.065, (64, 44, 38))
    pen.box(0.14, 0.86, 0.3, 0.885, (64, 44, 38))
    for k in range(4):
        x = 0.205 + k * 0.01
        pen.line([(x, 0.04), (x, 0.87)], 0.003, (240, 232, 214))


@figure("drum", aspect=1.2, grip=0.92)
def drum(pen: Pen, look: Look) -> None:
    body = look.main((206, 66, 60), (66, 118, 156))
    pen.poly([(0.06, 0.2), (1.14, 0.2), *arc(0.6, 0.86, 0.54, 0.13, 0, 180)], body)
    for k in range(6):
        x = 0.1 + k * 0.18
        pen.line([(x, 0.3), (x + 0.09, 0.86), (x + 0.18, 0.3)], 0.02, (240, 222, 180))
    pen.oval(0.6, 0.2, 0.55, 0.14, (248, 242, 230))
    pen.line(arc(0.6, 0.2, 0.55, 0.14, 0, 180), 0.05, (226, 180, 90))
    for a, b in (((0.3, 0.14), (0.9, -0.06)), ((0.9, 0.16), (0.36, -0.08))):
        pen.line([a, b], 0.03, WOOD)


@figure("bag", aspect=0.9, grip=0.9)
def bag(pen: Pen, look: Look) -> None:
    cloth = look.main((176, 96, 64), (76, 122, 132), (206, 150, 80))
    pen.line(arc(0.45, 0.26, 0.18, 0.22, 180, 360), 0.05, darker(cloth, 0.3))
    pen.poly(rounded(0.05, 0.24, 0.85, 1.0, 0.14), cloth)
    pen.poly(rounded(0.05, 0.24, 0.85, 0.6, 0.14), darker(cloth, 0.15))
    pen.box(0.38, 0.52, 0.52, 0.68, (236, 196, 104), 0.03)
    pen.poly(rounded(0.2, 0.72, 0.7, 0.94, 0.05), darker(cloth, 0.22))


@figure("box", aspect=1.15, grip=0.86)
def box(pen: Pen, look: Look) -> None:
    card = look.main((196, 150, 100), (156, 110, 72))
    pen.poly([(0.04, 0.24), (0.3, 0.06), (1.12, 0.06), (0.86, 0.24)], lighter(card, 0.3))
    pen.poly([(0.86, 0.24), (1.12, 0.06), (1.12, 0.8), (0.86, 1.0)], darker(card, 0.28))
    pen.box(0.04, 0.24, 0.86, 1.0, card)
    pen.box(0.38, 0.24, 0.52, 0.46, lighter(card, 0.4))
    if look.text:
        from ..canvas.lettering import block

        pen.stamp(
            block(look.text, 0.7 * pen.unit, 0.3 * pen.unit, round(0.2 * pen.unit)), 0.45, 0.68, darker(card, 0.6)
        )


@figure("gift", aspect=0.95, grip=0.86)
def gift(pen: Pen, look: Look) -> None:
    paper = look.main((206, 64, 66), (84, 142, 120), (86, 116, 180))
    ribbon = (246, 212, 110) if sum(paper) < 560 else (206, 64, 66)
    for side in (-1, 1):
        pen.blob(
            [(0.475, 0.26), (0.475 + side * 0.1, 0.04), (0.475 + side * 0.28, 0.06), (0.475 + side * 0.2, 0.24)], ribbon
        )
    pen.box(0.08, 0.4, 0.87, 1.0, paper)
    pen.box(0.03, 0.24, 0.92, 0.44, lighter(paper, 0.15), 0.02)
    pen.box(0.4, 0.24, 0.55, 1.0, ribbon)
    pen.inside([(0.62, 0.2), (1.0, 0.2), (1.0, 1.0), (0.62, 1.0)], darker(paper, 0.4), 0.22)
    pen.disc(0.475, 0.25, 0.055, darker(ribbon, 0.15))


@figure("barrel", aspect=0.8, grip=0.94)
def barrel(pen: Pen, look: Look) -> None:
    wood = look.main(WOOD)
    pen.blob([(0.14, 0.06), (0.66, 0.06), (0.79, 0.5), (0.66, 0.98), (0.14, 0.98), (0.01, 0.5)], wood)
    for x in (0.2, 0.34, 0.47, 0.6):
        pen.inside([(x, 0.0), (x + 0.012, 0.0), (x + 0.012, 1.0), (x, 1.0)], darker(wood, 0.4), 0.6)
    for y in (0.2, 0.72):
        pen.inside([(0.0, y), (0.8, y), (0.8, y + 0.08), (0.0, y + 0.08)], (92, 92, 100))
    pen.oval(0.4, 0.08, 0.27, 0.06, lighter(wood, 0.2))
