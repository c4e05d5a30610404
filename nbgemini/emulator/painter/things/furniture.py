"""What stands in rooms."""

from ..canvas.curves import arc, oval, rounded
from ..canvas.pen import Pen
from ..colours import darker, lighter, mix
from .figure import Look, figure
from .parts import INK, WOOD


@figure("table", aspect=1.9, grip=0.94)
def table(pen: Pen, look: Look) -> None:
    wood = look.main(WOOD, (186, 138, 94), (110, 78, 62))
    for x in (0.22, 1.68):
        pen.poly([(x - 0.06, 0.12), (x + 0.06, 0.12), (x + 0.04, 1.0), (x - 0.04, 1.0)], darker(wood, 0.2))
    pen.box(0.14, 0.14, 1.76, 0.3, darker(wood, 0.12))
    pen.box(0.02, 0.02, 1.88, 0.16, lighter(wood, 0.12), 0.03)


@figure("chair", aspect=0.66, grip=0.46)
def chair(pen: Pen, look: Look) -> None:
    wood = look.main((190, 130, 82), (206, 92, 76), (92, 132, 140))
    for x in (0.12, 0.54):
        pen.line([(x, 0.02), (x, 0.98)], 0.06, darker(wood, 0.1))
    for y in (0.08, 0.22):
        pen.box(0.1, y, 0.56, y + 0.09, wood, 0.02)
    pen.box(0.04, 0.52, 0.62, 0.62, lighter(wood, 0.2), 0.03)
    pen.box(0.12, 0.76, 0.54, 0.8, darker(wood, 0.2))


@figure("sofa", aspect=2.0, grip=0.48)
def sofa(pen: Pen, look: Look) -> None:
    cloth = look.main((92, 130, 136), (200, 112, 86), (216, 174, 96), (126, 118, 152), (120, 142, 104))
    for x in (0.26, 1.74):
        pen.line([(x, 0.88), (x, 0.98)], 0.07, (104, 74, 56))
    pen.poly(rounded(0.14, 0.06, 1.86, 0.8, 0.12), darker(cloth, 0.1))
    pen.line([(1.0, 0.1), (1.0, 0.5)], 0.012, darker(cloth, 0.35))
    for x in (0.26, 1.01):
        pen.poly(rounded(x, 0.48, x + 0.73, 0.72, 0.06), lighter(cloth, 0.18))
    pen.poly(rounded(0.2, 0.68, 1.8, 0.92, 0.04), cloth)
    for x in (0.02, 1.72):
        pen.poly(rounded(x, 0.36, x + 0.26, 0.92, 0.11), lighter(cloth, 0.06))
    pillow = look.dice.pick(((240, 200, 110), (222, 120, 100), (240, 232, 216)))
    pen.poly([(0.34, 0.28), (0.6, 0.24), (0.64, 0.5), (0.38, 0.54)], pillow)
    pen.inside([(0.1, 0.8), (1.9, 0.8), (1.9, 0.94), (0.1, 0.94)], darker(cloth, 0.5), 0.3)


@figure("bed", aspect=2.1, grip=0.5)
def bed(pen: Pen, look: Look) -> None:
    cover = look.main((104, 140, 170), (206, 126, 110), (150, 162, 120))
    pen.box(0.02, 0.06, 0.14, 1.0, WOOD, 0.03)
    pen.box(1.96, 0.46, 2.06, 1.0, WOOD, 0.03)
    pen.box(0.1, 0.7, 2.0, 0.88, darker(WOOD, 0.15))
    pen.poly(rounded(0.12, 0.52, 1.98, 0.76, 0.05), (248, 244, 236))
    pen.poly(rounded(0.18, 0.36, 0.56, 0.6, 0.08), (252, 250, 245))
    pen.poly(rounded(0.62, 0.46, 1.98, 0.82, 0.06), cover)
    pen.poly(rounded(0.6, 0.46, 0.8, 0.82, 0.04), lighter(cover, 0.5))


@figure("bookshelf", aspect=0.8, grip=0.98)
def bookshelf(pen: Pen, look: Look) -> None:
    wood, dice = look.main(WOOD, (120, 84, 62)), look.dice
    pen.box(0.02, 0.02, 0.78, 1.0, wood, 0.01)
    pen.box(0.06, 0.05, 0.74, 0.97, darker(wood, 0.45))
    for row in range(4):
        low, x = 0.26 + row * 0.23, 0.075
        while x < 0.68:
            wide, tall = dice.between(0.026, 0.056), dice.between(0.12, 0.185)
            shade = dice.pick(
                ((190, 74, 66), (66, 112, 140), (226, 178, 88), (104, 140, 104), (236, 226, 206), (116, 88, 130))
            )
            pen.box(x, low - tall, x + wide, low, shade)
            pen.box(x, low - tall * 0.8, x + wide, low - tall * 0.74, lighter(shade, 0.5))
            x += wide + (0.07 if dice.chance(0.1) else 0.004)
        pen.box(0.05, low, 0.75, low + 0.03, wood)


@figure("lamp", aspect=0.5, grip=0.98)
def lamp(pen: Pen, look: Look) -> None:
    shade = look.main((240, 206, 140), (222, 128, 96), (236, 230, 214))
    pen.line([(0.25, 0.3), (0.25, 0.95)], 0.03, (110, 92, 80))
    pen.poly(arc(0.25, 1.0, 0.16, 0.06, 180, 360), (110, 92, 80))
    pen.poly(
        [(0.13, 0.02), (0.37, 0.02), (0.49, 0.36), (0.01, 0.36)],
        mix(shade, (255, 226, 150), 0.6 * look.night),
        lit=look.night > 0.3,
    )
    pen.inside([(0.3, 0.0), (0.5, 0.0), (0.5, 0.4), (0.36, 0.4)], darker(shade, 0.4), 0.25)
    pen.glow(0.25, 0.4, 1.0, (255, 214, 140), 0.7)


@figure("lantern", aspect=0.6, grip=0.9)
def lantern(pen: Pen, look: Look) -> None:
    iron = look.main((70, 66, 70), (186, 70, 60))
    pen.line(arc(0.3, 0.2, 0.16, 0.19, 180, 360), 0.022, iron)
    pen.poly([(0.3, 0.12), (0.5, 0.28), (0.1, 0.28)], iron)
    pen.box(0.12, 0.28, 0.48, 0.86, (255, 222, 140), 0.02, lit=True)
    pen.blob([(0.3, 0.5), (0.36, 0.66), (0.3, 0.76), (0.24, 0.66)], (255, 150, 60), lit=True)
    for x in (0.12, 0.3, 0.48):
        pen.line([(x, 0.28), (x, 0.86)], 0.02, iron)
    pen.box(0.06, 0.86, 0.54, 0.98, iron, 0.02)
    pen.glow(0.3, 0.6, 1.2, (255, 200, 110), 0.9)


@figure("candle", aspect=0.5, grip=0.3)
def candle(pen: Pen, look: Look) -> None:
    wax = look.main((246, 238, 220), (206, 80, 70), (120, 150, 140))
    pen.poly(arc(0.25, 0.98, 0.22, 0.09, 0, 360), (176, 136, 76))
    pen.box(0.15, 0.34, 0.35, 0.96, wax, 0.02)
    pen.inside([(0.27, 0.3), (0.4, 0.3), (0.4, 1.0), (0.27, 1.0)], darker(wax, 0.4), 0.25)
    pen.line([(0.25, 0.36), (0.25, 0.26)], 0.016, INK)
    pen.blob([(0.25, 0.0), (0.32, 0.18), (0.25, 0.29), (0.18, 0.18)], (255, 186, 80), lit=True)
    pen.blob([(0.25, 0.1), (0.28, 0.2), (0.25, 0.27), (0.22, 0.2)], (255, 244, 190), lit=True)
    pen.glow(0.25, 0.16, 1.0, (255, 204, 120), 0.9)


@figure("clock", aspect=1.0, shadow=False)
def clock(pen: Pen, look: Look) -> None:
    rim = look.main((190, 74, 66), (70, 100, 120), (150, 106, 70))
    pen.disc(0.5, 0.5, 0.48, rim)
    pen.disc(0.5, 0.5, 0.4, (250, 247, 238))
    import math

    for k in range(12):
        a = math.tau * k / 12
        pen.line(
            [
                (0.5 + 0.33 * math.cos(a), 0.5 + 0.33 * math.sin(a)),
                (0.5 + 0.37 * math.cos(a), 0.5 + 0.37 * math.sin(a)),
            ],
            0.02,
            INK,
        )
    pen.line([(0.5, 0.5), (0.36, 0.34)], 0.036, INK)
    pen.line([(0.5, 0.5), (0.72, 0.32)], 0.024, INK)
    pen.disc(0.5, 0.5, 0.03, rim)


@figure("frame", aspect=1.25, shadow=False)
def frame(pen: Pen, look: Look) -> None:
    rim = look.main((166, 120, 72), (58, 54, 60), (206, 170, 100))
    pen.box(0.0, 0.0, 1.25, 1.0, rim, 0.02)
    pen.box(0.07, 0.07, 1.18, 0.93, (248, 244, 234))
    if look.picture is not None:
        pen.picture(look.picture, 0.12, 0.12, 1.13, 0.88)
        return
    sky = look.dice.pick(((246, 206, 160), (160, 204, 224), (236, 170, 150)))
    pen.box(0.15, 0.15, 1.1, 0.85, sky)
    pen.disc(0.86, 0.36, 0.09, (252, 240, 210))
    view = [(0.15, 0.15), (1.1, 0.15), (1.1, 0.85), (0.15, 0.85)]
    pen.inside([(0.1, 0.85), (0.46, 0.4), (0.8, 0.85)], (110, 128, 146), 1.0, view)
    pen.inside([(0.5, 0.9), (0.86, 0.52), (1.2, 0.9)], (90, 130, 110), 1.0, view)


@figure("door", aspect=0.5, grip=0.98)
def door(pen: Pen, look: Look) -> None:
    colour = look.main((76, 124, 132), (176, 82, 66), WOOD)
    pen.box(0.0, 0.0, 0.5, 1.0, (242, 236, 224))
    pen.box(0.05, 0.04, 0.45, 1.0, colour)
    for y0, y1 in ((0.1, 0.46), (0.54, 0.92)):
        pen.box(0.1, y0, 0.4, y1, darker(colour, 0.18))
        pen.box(0.12, y0 + 0.02, 0.38, y1 - 0.02, lighter(colour, 0.08))
    pen.disc(0.41, 0.52, 0.022, (238, 200, 110))


@figure("window", aspect=0.8, shadow=False)
def window(pen: Pen, look: Look) -> None:
    frame = look.main((250, 246, 236))
    pen.box(0.0, 0.0, 0.8, 0.94, frame)
    pen.box(0.06, 0.06, 0.74, 0.88, mix((166, 208, 232), (34, 48, 96), look.night))
    for k in range(2):
        pen.inside(
            [(0.16 + k * 0.3, 0.06), (0.26 + k * 0.3, 0.06), (0.06 + k * 0.3, 0.88), (-0.04 + k * 0.3, 0.88)],
            (255, 255, 255),
            0.2,
            [(0.06, 0.06), (0.74, 0.06), (0.74, 0.88), (0.06, 0.88)],
        )
    pen.box(0.38, 0.06, 0.42, 0.88, frame)
    pen.box(0.06, 0.44, 0.74, 0.48, frame)
    pen.box(-0.04, 0.92, 0.84, 1.0, darker(frame, 0.08))


@figure("mirror", aspect=0.7, shadow=False)
def mirror(pen: Pen, look: Look) -> None:
    pen.oval(0.35, 0.5, 0.34, 0.49, look.main((206, 168, 92), (120, 90, 70)))
    pen.oval(0.35, 0.5, 0.28, 0.43, (206, 224, 232))
    pen.inside([(0.1, 0.7), (0.4, 0.0), (0.5, 0.0), (0.2, 0.9)], (255, 255, 255), 0.5, oval(0.35, 0.5, 0.28, 0.43))


@figure("piano", aspect=1.6, grip=0.98)
def piano(pen: Pen, look: Look) -> None:
    wood = look.main((62, 46, 46), (126, 80, 56))
    pen.box(0.06, 0.04, 1.54, 1.0, wood, 0.02)
    pen.box(0.12, 0.1, 1.48, 0.44, lighter(wood, 0.1))
    pen.box(0.0, 0.52, 1.6, 0.7, darker(wood, 0.2), 0.02)
    pen.box(0.08, 0.53, 1.52, 0.63, (252, 250, 244))
    for k in range(28):
        x = 0.08 + k * 0.0515
        pen.box(x, 0.53, x + 0.004, 0.63, (150, 146, 142))
        if k % 7 not in (2, 6):
            pen.box(x + 0.036, 0.53, x + 0.066, 0.59, INK)
    pen.box(0.1, 0.7, 0.2, 1.0, darker(wood, 0.3))
    pen.box(1.4, 0.7, 1.5, 1.0, darker(wood, 0.3))
