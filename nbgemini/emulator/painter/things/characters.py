"""Kings, wizards, robots, ghosts: those out of stories."""

from ..canvas.curves import arc, oval, rounded
from ..canvas.pen import Pen
from ..colours import darker, lighter, mix
from .figure import Look, figure
from .folk import HEAD, SKIN, coronet, face, person
from .parts import INK


@figure("king", aspect=0.5, grip=0.98, head=(0.25, 0.14, 0.1))
def king(pen: Pen, look: Look) -> None:
    robe, skin = look.main((150, 44, 66), (70, 60, 130)), look.dice.pick(SKIN)
    pen.poly([(0.16, 0.27), (0.34, 0.27), (0.46, 0.99), (0.04, 0.99)], robe)
    pen.poly([(0.22, 0.27), (0.28, 0.27), (0.31, 0.99), (0.19, 0.99)], (248, 244, 234))
    for k in range(6):
        pen.disc(0.25 + (0.012 if k % 2 else -0.016), 0.36 + k * 0.11, 0.01, (60, 54, 58))
    for side in (-1, 1):
        pen.curve(
            [(0.25 + side * 0.09, 0.32), (0.25 + side * 0.15, 0.46), (0.25 + side * 0.1, 0.56)],
            0.075,
            darker(robe, 0.15),
        )
        pen.disc(0.25 + side * 0.1, 0.57, 0.034, skin)
    pen.poly(arc(0.25, 0.29, 0.13, 0.07, 0, 360), (248, 244, 234))
    pen.disc(0.25, 0.15, 0.1, skin)
    pen.poly(arc(0.25, 0.17, 0.1, 0.13, 10, 170), (230, 226, 220) if look.dice.chance(0.5) else (104, 66, 44))
    face(pen, 0.25, 0.15, 0.09, skin)
    coronet(pen, 0.25, 0.08, 0.1)


@figure("wizard", aspect=0.6, grip=0.98, head=(0.3, 0.2, 0.09))
def wizard(pen: Pen, look: Look) -> None:
    robe, skin = look.main((78, 70, 150), (52, 92, 124), (110, 62, 130)), look.dice.pick(SKIN)
    pen.line([(0.5, 0.2), (0.5, 0.99)], 0.022, (124, 88, 60))
    pen.disc(0.5, 0.18, 0.042, (150, 220, 240), lit=True)
    pen.glow(0.5, 0.18, 0.3, (160, 224, 255), 0.8)
    pen.poly([(0.2, 0.33), (0.4, 0.33), (0.5, 0.99), (0.1, 0.99)], robe)
    pen.curve([(0.38, 0.37), (0.44, 0.5), (0.49, 0.52)], 0.085, darker(robe, 0.16))
    pen.curve([(0.22, 0.37), (0.15, 0.5), (0.18, 0.62)], 0.085, darker(robe, 0.16))
    for x, y in ((0.49, 0.52), (0.18, 0.63)):
        pen.disc(x, y, 0.034, skin)
    pen.disc(0.3, 0.24, 0.085, skin)
    pen.blob([(0.22, 0.25), (0.38, 0.25), (0.36, 0.42), (0.3, 0.56), (0.24, 0.42)], (240, 238, 232))
    face(pen, 0.3, 0.225, 0.075, skin)
    pen.oval(0.3, 0.18, 0.17, 0.03, darker(robe, 0.2))
    pen.poly([(0.2, 0.18), (0.31, -0.06), (0.4, 0.18)], robe)
    for x, y in ((0.29, 0.12), (0.33, 0.05), (0.24, 0.6), (0.36, 0.74), (0.2, 0.86)):
        pen.disc(x, y, 0.012, (246, 216, 110))


@figure("knight", aspect=0.56, grip=0.98, head=(0.26, 0.14, 0.1))
def knight(pen: Pen, look: Look) -> None:
    steel, cloth = look.main((170, 178, 190)), look.dice.pick(((186, 56, 56), (52, 92, 150)))
    for side in (-1, 1):
        pen.line([(0.26 + side * 0.065, 0.62), (0.26 + side * 0.065, 0.95)], 0.095, darker(steel, 0.12))
        pen.poly(arc(0.26 + side * 0.08, 0.985, 0.065, 0.045, 180, 360), darker(steel, 0.3))
    pen.poly([(0.15, 0.28), (0.37, 0.28), (0.39, 0.72), (0.13, 0.72)], cloth)
    pen.poly([(0.235, 0.34), (0.285, 0.34), (0.285, 0.64), (0.235, 0.64)], (250, 246, 236))
    pen.poly([(0.18, 0.42), (0.34, 0.42), (0.34, 0.47), (0.18, 0.47)], (250, 246, 236))
    pen.curve([(0.37, 0.33), (0.46, 0.42), (0.48, 0.5)], 0.075, steel)
    pen.line([(0.49, 0.14), (0.49, 0.56)], 0.026, lighter(steel, 0.5))
    pen.line([(0.43, 0.5), (0.55, 0.5)], 0.024, (206, 168, 82))
    pen.blob([(0.02, 0.36), (0.22, 0.36), (0.21, 0.54), (0.12, 0.66), (0.03, 0.54)], darker(cloth, 0.2))
    pen.poly([*arc(0.26, 0.14, 0.105, 0.13, 180, 360), (0.355, 0.26), (0.165, 0.26)], steel)
    pen.box(0.18, 0.13, 0.34, 0.165, INK)
    pen.blob([(0.26, 0.02), (0.2, -0.06), (0.1, -0.04), (0.06, 0.06), (0.16, 0.02)], cloth)


@figure("pirate", aspect=0.44, grip=0.98, head=HEAD)
def pirate(pen: Pen, look: Look) -> None:
    person(pen, look, False, False, look.main((186, 62, 58)))
    for y in (0.4, 0.48, 0.56):
        pen.inside([(0.1, y), (0.34, y), (0.34, y + 0.035), (0.1, y + 0.035)], (250, 246, 238))
    pen.blob([(0.04, 0.09), (0.12, 0.0), (0.22, -0.05), (0.32, 0.0), (0.4, 0.09), (0.22, 0.05)], (48, 42, 50))
    pen.disc(0.22, 0.015, 0.022, (250, 246, 238))
    pen.disc(0.257, 0.155, 0.03, (48, 42, 50))


@figure("astronaut", aspect=0.6, grip=0.98, head=(0.3, 0.18, 0.16))
def astronaut(pen: Pen, look: Look) -> None:
    suit = look.main((244, 244, 246))
    pen.box(0.12, 0.3, 0.48, 0.64, (176, 182, 192), 0.05)
    for side in (-1, 1):
        pen.line([(0.3 + side * 0.08, 0.62), (0.3 + side * 0.09, 0.92)], 0.125, suit)
        pen.line([(0.3 + side * 0.09, 0.93), (0.3 + side * 0.1, 0.95)], 0.13, (150, 158, 172))
    right = (
        [(0.42, 0.38), (0.55, 0.34), (0.57, 0.2)]
        if look.dice.chance(0.6)
        else [(0.42, 0.38), (0.53, 0.5), (0.52, 0.62)]
    )
    for points in ([(0.18, 0.38), (0.07, 0.5), (0.08, 0.62)], right):
        pen.curve(points, 0.1, suit)
        pen.disc(*points[-1], 0.056, (150, 158, 172))
    pen.poly(rounded(0.15, 0.3, 0.45, 0.7, 0.09), suit)
    pen.inside([(0.34, 0.28), (0.5, 0.28), (0.5, 0.72), (0.34, 0.72)], (120, 130, 150), 0.25)
    pen.box(0.22, 0.46, 0.38, 0.57, (196, 202, 210), 0.02)
    for k, colour in enumerate(((220, 80, 70), (90, 170, 110), (240, 190, 80))):
        pen.disc(0.25 + k * 0.05, 0.5, 0.014, colour, lit=True)
    pen.disc(0.3, 0.18, 0.175, suit)
    pen.blob([(0.3, 0.06), (0.43, 0.1), (0.44, 0.24), (0.3, 0.3), (0.16, 0.24), (0.17, 0.1)], (46, 62, 92))
    pen.inside([(0.18, 0.06), (0.28, 0.06), (0.2, 0.28), (0.14, 0.24)], (190, 220, 244), 0.55)
    pen.inside(oval(0.37, 0.22, 0.05, 0.03, 20), (240, 180, 110), 0.5)


@figure("robot", aspect=0.64, grip=0.98, head=(0.32, 0.2, 0.17))
def robot(pen: Pen, look: Look) -> None:
    metal = look.main((126, 168, 186), (196, 150, 92), (162, 170, 182), (206, 110, 92))
    dark = darker(metal, 0.35)
    pen.line([(0.32, 0.08), (0.32, -0.02)], 0.02, dark)
    pen.disc(0.32, -0.03, 0.032, (240, 96, 80), lit=True)
    pen.glow(0.32, -0.03, 0.2, (255, 120, 100), 0.6)
    for side in (-1, 1):
        pen.line([(0.32 + side * 0.09, 0.74), (0.32 + side * 0.09, 0.93)], 0.075, dark)
        pen.poly(rounded(0.32 + side * 0.1 - 0.085, 0.91, 0.32 + side * 0.1 + 0.085, 1.0, 0.03), metal)
        pen.curve([(0.32 + side * 0.18, 0.48), (0.32 + side * 0.27, 0.56), (0.32 + side * 0.26, 0.68)], 0.06, dark)
        pen.disc(0.32 + side * 0.26, 0.71, 0.052, metal)
        pen.disc(0.32 + side * 0.215, 0.22, 0.045, dark)
        pen.disc(0.32 + side * 0.18, 0.47, 0.055, dark)
    head = rounded(0.13, 0.06, 0.51, 0.36, 0.07)
    pen.poly(head, metal)
    pen.poly(rounded(0.175, 0.12, 0.465, 0.3, 0.05), (38, 48, 64))
    for side in (-1, 1):
        pen.disc(0.32 + side * 0.07, 0.2, 0.036, (120, 232, 240), lit=True)
        pen.disc(0.32 + side * 0.07 + 0.01, 0.19, 0.012, (255, 255, 255), lit=True)
        pen.glow(0.32 + side * 0.07, 0.2, 0.16, (120, 232, 240), 0.5)
    pen.line(arc(0.32, 0.235, 0.05, 0.03, 20, 160, steps=10), 0.012, (120, 232, 240), lit=True)
    pen.box(0.27, 0.35, 0.37, 0.42, dark)
    body = rounded(0.15, 0.4, 0.49, 0.78, 0.06)
    pen.poly(body, metal)
    pen.inside([(0.37, 0.36), (0.6, 0.36), (0.6, 0.8), (0.37, 0.8)], dark, 0.3, body)
    pen.poly(rounded(0.22, 0.47, 0.42, 0.64, 0.03), lighter(metal, 0.45))
    for k, colour in enumerate(((224, 90, 76), (246, 196, 84), (96, 176, 120))):
        pen.disc(0.265 + 0.055 * k, 0.52, 0.018, colour, lit=True)
    pen.box(0.25, 0.565, 0.39, 0.6, mix(metal, (30, 40, 56), 0.6), 0.01)


@figure("snowman", aspect=0.72, grip=0.98, head=(0.36, 0.2, 0.15))
def snowman(pen: Pen, look: Look) -> None:
    snow = look.main((248, 251, 255))
    for side in (-1, 1):
        pen.line([(0.36 + side * 0.15, 0.48), (0.36 + side * 0.34, 0.36)], 0.018, (110, 78, 56))
    for y, r in ((0.78, 0.24), (0.48, 0.18), (0.22, 0.14)):
        pen.disc(0.36, y, r, snow)
        pen.inside(oval(0.36 + r * 0.4, y + r * 0.25, r * 0.8, r * 0.85), (150, 178, 216), 0.26, oval(0.36, y, r, r))
    for y in (0.42, 0.5, 0.58):
        pen.disc(0.36, y, 0.016, INK)
    for side in (-1, 1):
        pen.disc(0.36 + side * 0.05, 0.19, 0.016, INK)
    pen.poly([(0.36, 0.22), (0.36, 0.255), (0.52, 0.25)], (240, 140, 60))
    pen.poly([(0.22, 0.31), (0.5, 0.31), (0.5, 0.365), (0.22, 0.365)], (206, 62, 58))
    pen.poly([(0.42, 0.34), (0.49, 0.34), (0.5, 0.5), (0.43, 0.5)], (206, 62, 58))
    pen.box(0.21, 0.085, 0.51, 0.11, (44, 42, 52), 0.01)
    pen.box(0.26, -0.04, 0.46, 0.1, (44, 42, 52), 0.01)
    pen.box(0.26, 0.05, 0.46, 0.08, (206, 62, 58))


@figure("ghost", aspect=0.76, shadow=False, head=(0.38, 0.26, 0.2))
def ghost(pen: Pen, look: Look) -> None:
    sheet = look.main((246, 248, 255))
    foot = [(0.72 - 0.057 * k, 0.98 if k % 2 else 0.88) for k in range(12)]
    pen.veil([*arc(0.38, 0.38, 0.34, 0.36, 180, 360), *foot, (0.04, 0.9)], sheet, 0.92)
    pen.glow(0.38, 0.5, 0.7, sheet, 0.35)
    for x in (0.27, 0.5):
        pen.oval(x, 0.36, 0.05, 0.075, INK)
    pen.oval(0.385, 0.53, 0.045, 0.06, INK)


@figure("alien", aspect=0.6, grip=0.98, head=(0.3, 0.24, 0.2))
def alien(pen: Pen, look: Look) -> None:
    skin = look.main((120, 192, 110), (150, 130, 200))
    for side in (-1, 1):
        pen.line([(0.3 + side * 0.1, 0.1), (0.3 + side * 0.18, 0.0)], 0.02, darker(skin, 0.2))
        pen.disc(0.3 + side * 0.18, 0.0, 0.032, skin)
        pen.line([(0.3 + side * 0.06, 0.76), (0.3 + side * 0.08, 0.96)], 0.07, skin)
        pen.curve([(0.3 + side * 0.1, 0.54), (0.3 + side * 0.21, 0.62), (0.3 + side * 0.2, 0.74)], 0.05, skin)
    pen.blob([(0.2, 0.48), (0.4, 0.48), (0.43, 0.74), (0.3, 0.84), (0.17, 0.74)], darker(skin, 0.12))
    pen.blob([(0.3, 0.03), (0.52, 0.12), (0.5, 0.34), (0.3, 0.52), (0.1, 0.34), (0.08, 0.12)], skin)
    for side in (-1, 1):
        pen.oval(0.3 + side * 0.1, 0.26, 0.062, 0.1, (30, 34, 44), side * 28)
        pen.disc(0.3 + side * 0.1 + 0.014, 0.22, 0.018, (255, 255, 255))
    pen.line(arc(0.3, 0.4, 0.05, 0.03, 20, 160, steps=10), 0.012, darker(skin, 0.5))
