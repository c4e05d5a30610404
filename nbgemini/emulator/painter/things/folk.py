"""How people are built: legs, arms, faces, clothes."""

from ..canvas.curves import arc, oval
from ..canvas.pen import Pen
from ..colours import RGB, darker
from .figure import Look
from .parts import INK

SKIN: tuple[RGB, ...] = ((244, 208, 178), (226, 178, 140), (190, 136, 100), (140, 96, 70), (104, 70, 54))
HAIR: tuple[RGB, ...] = ((58, 44, 40), (104, 66, 44), (196, 148, 84), (150, 70, 46), (40, 38, 46), (176, 172, 172))
CLOTH: tuple[RGB, ...] = (
    (206, 86, 72),
    (70, 122, 150),
    (232, 178, 82),
    (104, 148, 112),
    (126, 96, 150),
    (222, 138, 104),
)
HEAD = (0.22, 0.14, 0.1)


def face(pen: Pen, x: float, y: float, r: float, skin: RGB) -> None:
    """Eyes, cheeks and a smile."""
    for side in (-1, 1):
        pen.oval(x + side * r * 0.36, y + r * 0.02, r * 0.1, r * 0.14, INK)
        pen.inside(oval(x + side * r * 0.55, y + r * 0.36, r * 0.18, r * 0.13), (226, 110, 100), 0.3)
    pen.line(arc(x, y + r * 0.22, r * 0.3, r * 0.28, 25, 155, steps=12), r * 0.1, darker(skin, 0.5))


def legs(pen: Pen, colour: RGB, shoe: RGB = (72, 58, 56), wide: float = 0.062) -> None:
    for side in (-1, 1):
        pen.line([(0.22 + side * wide, 0.6), (0.22 + side * wide, 0.94)], 0.085, colour)
        pen.poly(arc(0.22 + side * (wide + 0.018), 0.985, 0.06, 0.045, 180, 360), shoe)


def arms(pen: Pen, sleeve: RGB, skin: RGB, pose: int) -> None:
    """Hanging, waving or on the hips."""
    left = [(0.12, 0.32), (0.055, 0.45), (0.06, 0.58)]
    right = [(0.32, 0.32), (0.385, 0.45), (0.38, 0.58)]
    if pose == 1:
        right = [(0.32, 0.32), (0.42, 0.26), (0.43, 0.12)]
    elif pose == 2:
        left = [(0.12, 0.32), (0.02, 0.43), (0.1, 0.53)]
    for points in (left, right):
        pen.curve(points, 0.062, sleeve)
        pen.disc(*points[-1], 0.036, skin)


def torso(pen: Pen, colour: RGB, dress: bool = False) -> None:
    shape = [(0.13, 0.27), (0.31, 0.27), (0.335, 0.36), (0.32, 0.64), (0.12, 0.64), (0.105, 0.36)]
    if dress:
        shape = [(0.14, 0.27), (0.3, 0.27), (0.3, 0.46), (0.4, 0.8), (0.04, 0.8), (0.14, 0.46)]
    pen.poly(shape, colour)
    pen.inside([(0.25, 0.24), (0.5, 0.24), (0.5, 0.84), (0.25, 0.84)], darker(colour, 0.4), 0.2, shape)


def person(pen: Pen, look: Look, dress: bool, long_hair: bool, top: RGB | None = None) -> None:
    dice = look.dice
    skin, hair, low = dice.pick(SKIN), dice.pick(HAIR), dice.pick(((60, 72, 100), (92, 74, 66), (70, 84, 84)))
    cloth = top or look.main(*CLOTH)
    pose = dice.whole(0, 2)
    if long_hair:
        pen.blob(
            [(0.22, 0.02), (0.33, 0.08), (0.355, 0.26), (0.3, 0.36), (0.14, 0.36), (0.085, 0.26), (0.11, 0.08)],
            darker(hair, 0.15),
        )
    if dress:
        for side in (-1, 1):
            pen.line([(0.22 + side * 0.055, 0.76), (0.22 + side * 0.055, 0.95)], 0.055, skin)
            pen.poly(arc(0.22 + side * 0.07, 0.985, 0.055, 0.045, 180, 360), darker(cloth, 0.4))
    else:
        legs(pen, low)
    torso(pen, cloth, dress)
    arms(pen, cloth, skin, pose)
    pen.box(0.19, 0.2, 0.25, 0.3, darker(skin, 0.1))
    pen.disc(0.22, 0.14, 0.103, skin)
    pen.poly([*arc(0.22, 0.125, 0.112, 0.118, 176, 364), (0.3, 0.1), (0.2, 0.075), (0.13, 0.11)], hair)
    face(pen, 0.22, 0.155, 0.1, skin)


def coronet(pen: Pen, x: float, y: float, half: float) -> None:
    gold: RGB = (240, 194, 72)
    pen.poly(
        [
            (x - half, y),
            (x - half * 1.1, y - half * 1.05),
            (x - half * 0.5, y - half * 0.55),
            (x, y - half * 1.25),
            (x + half * 0.5, y - half * 0.55),
            (x + half * 1.1, y - half * 1.05),
            (x + half, y),
        ],
        gold,
    )
    for dx, dy in ((-1.1, 1.05), (0.0, 1.25), (1.1, 1.05)):
        pen.disc(x + half * dx, y - half * dy, half * 0.13, (212, 66, 70))
