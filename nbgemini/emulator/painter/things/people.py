"""People, as simple figures."""

from ..canvas.curves import arc, oval
from ..canvas.pen import Pen
from .figure import Look, figure
from .folk import CLOTH, HAIR, HEAD, SKIN, face, person

CHILD = (0.31, 0.24, 0.19)


def _child(pen: Pen, look: Look, girl: bool) -> None:
    dice = look.dice
    skin, hair, cloth = dice.pick(SKIN), dice.pick(HAIR), look.main(*CLOTH)
    if girl:
        for side in (-1, 1):
            pen.oval(0.31 + side * 0.22, 0.3, 0.06, 0.1, hair, side * -16)
    for side in (-1, 1):
        pen.line([(0.31 + side * 0.07, 0.74), (0.31 + side * 0.07, 0.94)], 0.09, skin if girl else (70, 84, 112))
        pen.poly(arc(0.31 + side * 0.09, 0.985, 0.075, 0.055, 180, 360), (196, 78, 66))
        pen.curve([(0.31 + side * 0.12, 0.5), (0.31 + side * 0.21, 0.58), (0.31 + side * 0.22, 0.68)], 0.075, cloth)
        pen.disc(0.31 + side * 0.22, 0.69, 0.043, skin)
    pen.poly([(0.22, 0.44), (0.4, 0.44), (0.47 if girl else 0.42, 0.8), (0.15 if girl else 0.2, 0.8)], cloth)
    pen.disc(0.31, 0.24, 0.195, skin)
    pen.poly([*arc(0.31, 0.215, 0.21, 0.21, 174, 366), (0.44, 0.15), (0.3, 0.12), (0.17, 0.17)], hair)
    face(pen, 0.31, 0.27, 0.19, skin)


@figure("person", aspect=0.44, grip=0.98, head=HEAD)
def someone(pen: Pen, look: Look) -> None:
    woman = look.dice.chance(0.5)
    person(pen, look, woman and look.dice.chance(0.5), woman)


@figure("man", aspect=0.44, grip=0.98, head=HEAD)
def man(pen: Pen, look: Look) -> None:
    person(pen, look, False, False)


@figure("woman", aspect=0.44, grip=0.98, head=HEAD)
def woman(pen: Pen, look: Look) -> None:
    person(pen, look, look.dice.chance(0.65), True)


@figure("child", aspect=0.62, grip=0.98, head=CHILD)
def child(pen: Pen, look: Look) -> None:
    _child(pen, look, False)


@figure("girl", aspect=0.62, grip=0.98, head=CHILD)
def girl(pen: Pen, look: Look) -> None:
    _child(pen, look, True)


@figure("chef", aspect=0.44, grip=0.98, head=HEAD)
def chef(pen: Pen, look: Look) -> None:
    coat = look.main((248, 246, 240))
    person(pen, look, False, False, coat)
    for y in (0.36, 0.44, 0.52):
        for x in (0.195, 0.245):
            pen.disc(x, y, 0.009, (90, 86, 90))
    pen.poly([(0.17, 0.24), (0.27, 0.24), (0.22, 0.3)], (206, 72, 64))
    for x, r in ((0.15, 0.05), (0.22, 0.065), (0.29, 0.05)):
        pen.disc(x, -0.02, r, (250, 249, 245))
    pen.box(0.13, -0.02, 0.31, 0.06, (250, 249, 245))
    pen.box(0.13, 0.04, 0.31, 0.06, (222, 218, 212))


@figure("scientist", aspect=0.44, grip=0.98, head=HEAD)
def scientist(pen: Pen, look: Look) -> None:
    person(pen, look, False, look.dice.chance(0.5), look.main((246, 247, 249)))
    pen.poly([(0.19, 0.27), (0.25, 0.27), (0.24, 0.46), (0.2, 0.46)], (110, 150, 180))
    pen.poly([(0.105, 0.5), (0.335, 0.5), (0.35, 0.76), (0.09, 0.76)], look.main((246, 247, 249)))
    pen.line([(0.22, 0.46), (0.22, 0.76)], 0.008, (196, 200, 206))
    for x in (0.183, 0.257):
        pen.line(oval(x, 0.155, 0.03, 0.03), 0.009, (60, 60, 70))
