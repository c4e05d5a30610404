"""Rocks, mountains, islands, fire and falling water."""

from ..backdrop.seasons import foliage
from ..canvas.curves import oval
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter, mix
from .figure import Look, figure


@figure("rock", aspect=1.4, grip=0.9)
def rock(pen: Pen, look: Look) -> None:
    stone = look.main((140, 138, 142), (156, 144, 132))
    points = [(0.06, 0.98), (0.14, 0.5), (0.46, 0.14), (0.86, 0.06), (1.2, 0.36), (1.36, 0.98)]
    pen.poly(points, stone)
    pen.inside([(0.46, 0.14), (0.86, 0.06), (0.74, 0.4), (0.3, 0.46), (0.14, 0.5)], lighter(stone, 0.35), 0.8)
    pen.inside([(0.86, 0.06), (1.2, 0.36), (1.4, 1.0), (0.9, 1.0), (0.74, 0.4)], darker(stone, 0.4), 0.4)
    if look.season == "winter":
        pen.inside([(0.2, 0.5), (0.46, 0.1), (0.9, 0.0), (1.1, 0.26), (0.8, 0.24), (0.5, 0.32)], (248, 251, 255))


@figure("mountain", aspect=1.5, shadow=False)
def mountain(pen: Pen, look: Look) -> None:
    rock_ = look.main((112, 122, 146), (122, 112, 124))
    points = [(0.0, 1.0), (0.3, 0.56), (0.44, 0.5), (0.76, 0.04), (0.98, 0.36), (1.1, 0.42), (1.5, 1.0)]
    pen.poly(points, rock_)
    pen.inside([(0.76, 0.0), (1.6, 1.0), (0.86, 1.0), (0.92, 0.7), (0.72, 0.48), (0.8, 0.3)], darker(rock_, 0.4), 0.4)
    deep = 0.2 if look.season == "winter" else 0.0
    pen.inside(
        [
            (0.76, 0.0),
            (0.56, 0.34 + deep),
            (0.66, 0.29 + deep),
            (0.72, 0.4 + deep),
            (0.8, 0.28 + deep),
            (0.88, 0.38 + deep),
            (0.98, 0.34 + deep),
        ],
        (248, 251, 255),
    )
    pen.inside([(0.76, 0.0), (0.8, 0.28 + deep), (0.88, 0.38 + deep), (0.98, 0.36 + deep)], (190, 206, 232))


@figure("volcano", aspect=1.5, shadow=False)
def volcano(pen: Pen, look: Look) -> None:
    rock_ = look.main((112, 86, 84))
    for x, y, r in ((0.72, 0.02, 0.14), (0.86, -0.04, 0.12), (0.62, -0.06, 0.1), (0.78, 0.12, 0.1)):
        pen.veil(oval(x, y, r, r * 0.8), (120, 112, 118), 0.85)
    pen.glow(0.75, 0.26, 0.5, (255, 140, 60), 0.9)
    pen.poly([(0.0, 1.0), (0.36, 0.6), (0.56, 0.28), (0.94, 0.28), (1.14, 0.6), (1.5, 1.0)], rock_)
    pen.inside([(0.8, 0.2), (1.0, 0.2), (1.6, 1.0), (0.9, 1.0)], darker(rock_, 0.4), 0.4)
    lava: RGB = (246, 110, 44)
    pen.oval(0.75, 0.28, 0.19, 0.035, lava, lit=True)
    for points in (
        [(0.62, 0.28), (0.7, 0.28), (0.6, 0.6), (0.5, 0.7)],
        [(0.74, 0.28), (0.84, 0.28), (0.86, 0.54), (0.8, 0.8), (0.76, 0.5)],
    ):
        pen.poly(points, lava, lit=True)


@figure("island", aspect=2.4, grip=0.6, shadow=False)
def island(pen: Pen, look: Look) -> None:
    pen.blob([(0.02, 0.96), (0.5, 0.66), (1.3, 0.5), (2.0, 0.7), (2.38, 0.96), (1.2, 1.02)], look.main((238, 210, 152)))
    green = foliage(look.season, look.dice)
    pen.blob([(0.56, 0.72), (0.9, 0.3), (1.3, 0.18), (1.7, 0.4), (1.92, 0.74), (1.2, 0.8)], green)
    pen.inside(oval(1.6, 0.6, 0.4, 0.3), darker(green, 0.4), 0.3)
    pen.curve([(1.1, 0.4), (1.14, 0.1), (1.24, -0.06)], 0.05, (140, 104, 72))
    for dx, dy in ((-0.26, 0.02), (-0.16, -0.12), (0.14, -0.12), (0.28, 0.02), (0.2, 0.14), (-0.16, 0.14)):
        pen.blob(
            [
                (1.24, -0.06),
                (1.24 + dx * 0.6, -0.1 + dy * 0.6),
                (1.24 + dx, -0.02 + dy),
                (1.24 + dx * 0.6, 0.0 + dy * 0.5),
            ],
            darker(green, 0.15),
        )


@figure("iceberg", aspect=1.2, grip=0.8, shadow=False)
def iceberg(pen: Pen, look: Look) -> None:
    ice = look.main((220, 238, 248))
    pen.poly([(0.02, 1.0), (0.16, 0.5), (0.36, 0.3), (0.5, 0.04), (0.74, 0.3), (0.9, 0.36), (1.18, 1.0)], ice)
    pen.inside([(0.5, 0.0), (0.74, 0.3), (0.9, 0.34), (1.2, 1.0), (0.7, 1.0), (0.62, 0.5)], (130, 176, 212), 0.6)
    pen.inside([(0.36, 0.3), (0.5, 0.04), (0.52, 0.4), (0.3, 0.62)], (255, 255, 255), 0.8)


@figure("waterfall", aspect=0.9, shadow=False)
def waterfall(pen: Pen, look: Look) -> None:
    stone = look.main((112, 108, 110))
    pen.poly([(0.0, 1.0), (0.06, 0.2), (0.26, 0.06), (0.64, 0.06), (0.84, 0.2), (0.9, 1.0)], stone)
    for x, y in ((0.08, 0.4), (0.14, 0.66), (0.74, 0.36), (0.76, 0.7)):
        pen.inside([(x, y), (x + 0.1, y - 0.04), (x + 0.12, y + 0.1), (x + 0.02, y + 0.12)], darker(stone, 0.3), 0.6)
    pen.poly([(0.3, 0.06), (0.6, 0.06), (0.62, 0.96), (0.28, 0.96)], (176, 216, 234))
    for k in range(9):
        x = 0.31 + k * 0.034
        pen.line([(x, 0.08 + 0.02 * (k % 3)), (x + 0.003, 0.92)], 0.01, (246, 252, 255) if k % 2 else (140, 192, 218))
    for k in range(6):
        pen.disc(0.26 + k * 0.076, 0.95, 0.06, (246, 252, 255))
    green = foliage(look.season, look.dice)
    for x, y, r in ((0.14, 0.14, 0.11), (0.28, 0.06, 0.08), (0.66, 0.06, 0.09), (0.8, 0.18, 0.1)):
        pen.disc(x, y, r, mix(green, darker(green), (x * 7) % 1))


@figure("campfire", aspect=0.9, shadow=False)
def campfire(pen: Pen, look: Look) -> None:
    for a, b in (((0.08, 0.86), (0.8, 0.98)), ((0.82, 0.86), (0.1, 0.98))):
        pen.line([a, b], 0.1, (112, 76, 52))
        pen.disc(*a, 0.05, (196, 150, 106))
    main = look.main((246, 116, 46))
    for scale, colour in ((1.0, main), (0.68, mix(main, (255, 200, 70), 0.7)), (0.36, (255, 240, 170))):
        base = 0.9
        pen.blob(
            [
                (0.45, base - 0.86 * scale),
                (0.45 + 0.12 * scale, base - 0.5 * scale),
                (0.45 + 0.3 * scale, base - 0.44 * scale),
                (0.45 + 0.28 * scale, base - 0.08 * scale),
                (0.45, base + 0.02),
                (0.45 - 0.28 * scale, base - 0.08 * scale),
                (0.45 - 0.26 * scale, base - 0.4 * scale),
                (0.45 - 0.12 * scale, base - 0.34 * scale),
            ],
            colour,
            lit=True,
        )
    pen.glow(0.45, 0.6, 1.6, (255, 160, 80), 0.7)
