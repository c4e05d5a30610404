"""Lighthouses, mills, bridges, statues and what stands in streets."""

import math

from ..canvas.curves import arc, rounded
from ..canvas.pen import Pen
from ..colours import darker, lighter, mix
from .figure import Look, figure
from .parts import pane


@figure("lighthouse", aspect=0.46, grip=0.95)
def lighthouse(pen: Pen, look: Look) -> None:
    main = look.main((206, 62, 54), (52, 92, 140))
    body = [(0.11, 0.94), (0.15, 0.24), (0.31, 0.24), (0.35, 0.94)]
    pen.blob([(0.0, 1.0), (0.06, 0.93), (0.2, 0.9), (0.36, 0.92), (0.46, 1.0), (0.24, 1.02)], (116, 110, 112))
    pen.poly(body, (248, 244, 236))
    for k in (0, 2, 4):
        pen.inside(
            [(0.0, 0.26 + k * 0.137), (0.5, 0.26 + k * 0.137), (0.5, 0.397 + k * 0.137), (0.0, 0.397 + k * 0.137)],
            main,
            1.0,
            body,
        )
    pen.inside([(0.25, 0.0), (0.5, 0.0), (0.5, 1.0), (0.26, 1.0)], (50, 44, 80), 0.2, body)
    pen.box(0.115, 0.215, 0.345, 0.245, (70, 72, 84))
    pen.box(0.165, 0.12, 0.295, 0.22, mix((190, 214, 222), (255, 226, 140), look.night), lit=look.night > 0.4)
    for x in (0.165, 0.23, 0.295):
        pen.line([(x, 0.12), (x, 0.22)], 0.01, (70, 72, 84))
    pen.poly([(0.14, 0.125), (0.23, 0.03), (0.32, 0.125)], main)
    pen.disc(0.23, 0.03, 0.015, (70, 72, 84))
    for y in (0.36, 0.6):
        pen.box(0.21, y, 0.25, y + 0.055, (86, 92, 110), 0.018)
    pen.box(0.195, 0.84, 0.265, 0.935, (96, 68, 56), 0.03)
    if look.night > 0.3:
        pen.glow(0.23, 0.17, 0.75, (255, 232, 160), 1.0)
        pen.glow(0.23, 0.17, 0.28, (255, 246, 210), 1.0)


@figure("windmill", aspect=0.95, grip=0.8)
def windmill(pen: Pen, look: Look) -> None:
    wall = look.main((236, 224, 200), (206, 186, 160))
    pen.poly([(0.3, 1.0), (0.37, 0.38), (0.58, 0.38), (0.65, 1.0)], wall)
    pen.inside([(0.5, 0.3), (0.7, 0.3), (0.7, 1.0), (0.5, 1.0)], darker(wall, 0.4), 0.25)
    pen.poly(arc(0.475, 0.4, 0.13, 0.14, 180, 360), (150, 76, 60))
    pane(pen, look, 0.43, 0.56, 0.08, 0.09)
    pen.poly([*arc(0.475, 0.88, 0.06, 0.06, 180, 360), (0.535, 1.0), (0.415, 1.0)], (112, 76, 56))
    turn = look.dice.between(10, 70)
    for k in range(4):
        a = math.radians(turn + 90 * k)
        c, s = math.cos(a), math.sin(a)
        tip = (0.475 + 0.42 * c, 0.36 + 0.42 * s)
        pen.line([(0.475, 0.36), tip], 0.02, (110, 84, 64))
        near, wide = 0.1, 0.09
        pen.poly(
            [
                (0.475 + near * c, 0.36 + near * s),
                tip,
                (tip[0] - wide * s, tip[1] + wide * c),
                (0.475 + near * c - wide * s, 0.36 + near * s + wide * c),
            ],
            (250, 244, 230),
        )
    pen.disc(0.475, 0.36, 0.03, (84, 64, 52))


@figure("wind turbine", aspect=0.8, grip=0.5)
def turbine(pen: Pen, look: Look) -> None:
    colour = look.main((244, 244, 246))
    pen.poly([(0.38, 1.0), (0.392, 0.36), (0.408, 0.36), (0.42, 1.0)], darker(colour, 0.08))
    turn = look.dice.between(0, 120)
    for k in range(3):
        a = math.radians(turn + 120 * k)
        c, s = math.cos(a), math.sin(a)
        pen.poly(
            [(0.4, 0.36), (0.4 + 0.1 * c - 0.022 * s, 0.36 + 0.1 * s + 0.022 * c), (0.4 + 0.36 * c, 0.36 + 0.36 * s)],
            colour,
        )
    pen.disc(0.4, 0.36, 0.022, darker(colour, 0.25))


@figure("temple", aspect=1.4, grip=0.98)
def temple(pen: Pen, look: Look) -> None:
    stone = look.main((230, 218, 196), (214, 204, 192))
    for k in range(3):
        pen.box(
            0.04 + k * 0.05,
            0.97 - k * 0.045,
            1.36 - k * 0.05,
            1.015 - k * 0.045,
            mix(stone, darker(stone, 0.3), (2 - k) / 3),
        )
    for k in range(6):
        x = 0.2 + k * 0.185
        pen.box(x, 0.38, x + 0.075, 0.88, stone)
        pen.inside([(x + 0.048, 0.3), (x + 0.08, 0.3), (x + 0.08, 0.9), (x + 0.048, 0.9)], darker(stone, 0.4), 0.4)
        pen.box(x - 0.015, 0.36, x + 0.09, 0.4, lighter(stone, 0.2))
    pen.box(0.14, 0.29, 1.26, 0.37, stone)
    pen.poly([(0.1, 0.29), (0.7, 0.06), (1.3, 0.29)], lighter(stone, 0.15))
    pen.inside([(0.3, 0.265), (0.7, 0.11), (1.1, 0.265)], darker(stone, 0.3), 0.4)


@figure("pagoda", aspect=0.8, grip=0.98)
def pagoda(pen: Pen, look: Look) -> None:
    wall, roof = look.main((196, 62, 52)), (64, 72, 84)
    pen.line([(0.4, 0.14), (0.4, 0.0)], 0.014, (222, 180, 92))
    for k in range(4):
        half, y = 0.14 + 0.055 * k, 0.14 + 0.21 * k
        pen.box(0.4 - half * 0.72, y + 0.06, 0.4 + half * 0.72, y + 0.24, wall)
        for x in (-0.4, 0.0, 0.4):
            pen.box(
                0.4 + x * half - 0.018,
                y + 0.11,
                0.4 + x * half + 0.018,
                y + 0.19,
                look.lamp((250, 232, 190)),
                lit=look.night > 0.4,
            )
        pen.poly(
            [
                (0.4 - half * 1.35, y + 0.055),
                (0.4 - half * 0.8, y + 0.03),
                (0.4 - half * 0.3, y - 0.045),
                (0.4 + half * 0.3, y - 0.045),
                (0.4 + half * 0.8, y + 0.03),
                (0.4 + half * 1.35, y + 0.055),
                (0.4 + half, y + 0.085),
                (0.4 - half, y + 0.085),
            ],
            roof,
        )
    pen.box(0.1, 0.97, 0.7, 1.0, (180, 172, 164))


@figure("bridge", aspect=3.2, grip=0.72)
def bridge(pen: Pen, look: Look) -> None:
    stone = look.main((176, 160, 144), (190, 92, 76))
    pen.poly([(0.0, 0.62), *arc(1.6, 0.72, 1.6, 0.46, 180, 360), (3.2, 1.0), (0.0, 1.0)], stone)
    for cx, r in ((0.62, 0.32), (1.6, 0.46), (2.58, 0.32)):
        pen.cut([*arc(cx, 1.02, r, 0.52 if r > 0.4 else 0.36, 180, 360)])
    pen.line(arc(1.6, 0.7, 1.62, 0.5, 184, 356), 0.07, lighter(stone, 0.25))
    for k in range(15):
        a = math.radians(190 + 160 * k / 14)
        x, y = 1.6 + 1.58 * math.cos(a), 0.7 + 0.49 * math.sin(a)
        pen.line([(x, y), (x, y - 0.13)], 0.035, lighter(stone, 0.15))
    pen.line([(x, y - 0.14) for x, y in arc(1.6, 0.7, 1.58, 0.49, 190, 350)], 0.045, lighter(stone, 0.3))


@figure("fence", aspect=4.0)
def fence(pen: Pen, look: Look) -> None:
    colour = look.main((246, 242, 232), (170, 124, 84))
    for y in (0.4, 0.74):
        pen.box(0.0, y, 4.0, y + 0.11, darker(colour, 0.12))
    for k in range(12):
        x = 0.08 + k * 0.335
        pen.poly([(x, 0.16), (x + 0.08, 0.0), (x + 0.16, 0.16), (x + 0.16, 1.0), (x, 1.0)], colour)


@figure("wall", aspect=3.6, grip=0.96)
def wall(pen: Pen, look: Look) -> None:
    colour = look.main((186, 104, 84), (176, 170, 164))
    pen.box(0.0, 0.05, 3.6, 1.0, darker(colour, 0.25))
    for row in range(5):
        for column in range(-1, 9):
            x = column * 0.42 + (row % 2) * 0.21
            pen.inside(
                rounded(x + 0.015, 0.07 + row * 0.19, x + 0.405, 0.235 + row * 0.19, 0.02),
                mix(colour, lighter(colour), look.dice.unit() * 0.5),
            )


@figure("well", aspect=1.0, grip=0.5)
def well(pen: Pen, look: Look) -> None:
    for x in (0.24, 0.76):
        pen.line([(x, 0.7), (x, 0.26)], 0.05, (120, 84, 60))
    pen.poly([(0.06, 0.34), (0.5, 0.04), (0.94, 0.34)], look.main((160, 78, 62)))
    pen.line([(0.5, 0.3), (0.5, 0.6)], 0.012, (150, 130, 100))
    pen.box(0.16, 0.66, 0.84, 1.0, (160, 156, 154), 0.04)
    pen.oval(0.5, 0.66, 0.34, 0.07, (90, 88, 92))


@figure("eiffel tower", aspect=0.62, grip=0.98)
def eiffel(pen: Pen, look: Look) -> None:
    iron = look.main((120, 96, 82))
    left = [(0.02, 1.0), (0.13, 0.72), (0.2, 0.48), (0.27, 0.14), (0.31, 0.0)]
    for side in (1, -1):
        pen.curve([(0.31 + side * (x - 0.31), y) for x, y in left], 0.034, iron)
    pen.curve([(0.31, 0.0), (0.31, 0.4)], 0.03, iron)
    for y, half in ((0.72, 0.22), (0.47, 0.135), (0.2, 0.07)):
        pen.box(0.31 - half, y, 0.31 + half, y + 0.03, darker(iron, 0.15))
    for k in range(14):
        y = 0.22 + k * 0.038
        half = 0.035 + 0.0085 * k
        pen.line([(0.31 - half, y), (0.31 + half, y + 0.036)], 0.008, iron)
        pen.line([(0.31 + half, y), (0.31 - half, y + 0.036)], 0.008, iron)
    pen.curve([(0.1, 1.0), (0.2, 0.84), (0.31, 0.8), (0.42, 0.84), (0.52, 1.0)], 0.024, iron)
    if look.night > 0.4:
        pen.glow(0.31, 0.5, 0.6, (255, 206, 130), 0.6)


@figure("bench", aspect=2.2, grip=0.5)
def bench(pen: Pen, look: Look) -> None:
    wood = look.main((150, 102, 66), (90, 130, 110))
    for x in (0.24, 1.9):
        pen.line([(x, 0.1), (x, 1.0)], 0.07, (64, 64, 72))
    for y in (0.14, 0.32):
        pen.box(0.08, y, 2.12, y + 0.13, wood, 0.02)
    pen.box(0.04, 0.54, 2.16, 0.66, lighter(wood, 0.15), 0.02)


@figure("street lamp", aspect=0.36, grip=0.98)
def street_lamp(pen: Pen, look: Look) -> None:
    iron = look.main((54, 60, 66))
    pen.line([(0.18, 0.2), (0.18, 0.98)], 0.022, iron)
    pen.box(0.12, 0.95, 0.24, 1.0, iron, 0.01)
    pen.poly(
        [(0.11, 0.06), (0.25, 0.06), (0.225, 0.2), (0.135, 0.2)],
        mix((220, 228, 222), (255, 226, 150), look.night),
        lit=look.night > 0.3,
    )
    pen.poly([(0.09, 0.065), (0.18, 0.0), (0.27, 0.065)], iron)
    pen.line([(0.13, 0.28), (0.23, 0.28)], 0.016, iron)
    if look.night > 0.3:
        pen.glow(0.18, 0.13, 0.62, (255, 216, 136), 0.9)


@figure("sign", aspect=1.3, grip=0.95)
def sign(pen: Pen, look: Look) -> None:
    board = look.main((176, 126, 82), (240, 232, 214), (66, 112, 104))
    for x in (0.3, 1.0):
        pen.line([(x, 0.5), (x, 1.0)], 0.06, (108, 78, 58))
    pen.poly(rounded(0.02, 0.06, 1.28, 0.66, 0.05), darker(board, 0.3))
    pen.poly(rounded(0.05, 0.09, 1.25, 0.63, 0.04), board)
    from ..canvas.lettering import block
    from ..colours import readable_on

    if look.text:
        pen.stamp(
            block(look.text, 1.08 * pen.unit, 0.44 * pen.unit, round(0.34 * pen.unit)), 0.65, 0.36, readable_on(board)
        )
    else:
        for y in (0.26, 0.36, 0.46):
            pen.box(0.2, y, 1.1 - (y - 0.2), y + 0.03, darker(board, 0.35), 0.01)


@figure("fountain", aspect=1.3, grip=0.4)
def fountain(pen: Pen, look: Look) -> None:
    stone = look.main((206, 200, 192))
    for k in range(7):
        dx = (k - 3) * 0.085
        pen.curve(
            [(0.65, 0.32), (0.65 + dx * 0.7, 0.04 + abs(k - 3) * 0.02), (0.65 + dx * 1.6, 0.44)], 0.018, (206, 232, 244)
        )
    pen.box(0.58, 0.4, 0.72, 0.9, stone)
    pen.poly(arc(0.65, 0.44, 0.34, 0.14, 0, 180), stone)
    pen.oval(0.65, 0.44, 0.34, 0.05, (140, 196, 220))
    pen.poly([(0.02, 0.76), (1.28, 0.76), (1.2, 1.0), (0.1, 1.0)], stone)
    pen.oval(0.65, 0.77, 0.62, 0.08, (130, 190, 216))


@figure("statue", aspect=0.5, grip=0.98)
def statue(pen: Pen, look: Look) -> None:
    stone = look.main((196, 192, 186), (130, 156, 142))
    pen.box(0.08, 0.78, 0.42, 1.0, darker(stone, 0.15))
    pen.box(0.04, 0.74, 0.46, 0.8, stone)
    pen.blob([(0.16, 0.75), (0.17, 0.42), (0.19, 0.24), (0.31, 0.24), (0.34, 0.44), (0.36, 0.75)], stone)
    pen.line([(0.31, 0.27), (0.44, 0.1)], 0.05, stone)
    pen.line([(0.19, 0.27), (0.12, 0.48)], 0.05, stone)
    pen.disc(0.25, 0.15, 0.07, stone)
    pen.inside([(0.27, 0.0), (0.5, 0.0), (0.5, 1.0), (0.27, 1.0)], darker(stone, 0.5), 0.3)
