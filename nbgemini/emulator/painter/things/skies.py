"""What hangs in the sky: sun, moon, stars, clouds, planets."""

import math

from ..canvas.curves import arc, oval, star
from ..canvas.pen import Pen
from ..colours import darker, lighter, mix
from .figure import Look, figure


@figure("sun", shadow=False)
def sun(pen: Pen, look: Look) -> None:
    colour = look.main((255, 214, 92))
    pen.glow(0.5, 0.5, 1.5, colour, 0.55)
    for k in range(12):
        a = math.tau * k / 12
        x, y = 0.5 + 0.46 * math.cos(a), 0.5 + 0.46 * math.sin(a)
        pen.line([(0.5 + 0.37 * math.cos(a), 0.5 + 0.37 * math.sin(a)), (x, y)], 0.035, colour, lit=True)
    pen.disc(0.5, 0.5, 0.3, colour, lit=True)
    pen.inside(oval(0.45, 0.44, 0.2, 0.2), lighter(colour, 0.6), 0.5, lit=True)


@figure("moon", shadow=False)
def moon(pen: Pen, look: Look) -> None:
    colour = look.main((248, 240, 212))
    pen.glow(0.5, 0.5, 1.3, colour, 0.4)
    pen.disc(0.5, 0.5, 0.46, colour, lit=True)
    for x, y, r in ((0.36, 0.4, 0.09), (0.58, 0.6, 0.12), (0.62, 0.32, 0.06), (0.38, 0.68, 0.05)):
        pen.inside(oval(x, y, r, r * 0.92), darker(colour, 0.14), 0.7, lit=True)
    pen.inside(
        [(x, y) for x, y in arc(0.5, 0.5, 0.46, 0.46, -60, 120, steps=40)]
        + arc(0.38, 0.42, 0.46, 0.46, 100, -40, steps=40),
        darker(colour, 0.2),
        0.5,
        lit=True,
    )


@figure("crescent", shadow=False)
def crescent(pen: Pen, look: Look) -> None:
    colour = look.main((250, 240, 205))
    pen.glow(0.5, 0.5, 1.1, colour, 0.35)
    pen.disc(0.5, 0.5, 0.46, colour, lit=True)
    pen.cut(oval(0.68, 0.42, 0.4, 0.4))


@figure("star", shadow=False)
def one_star(pen: Pen, look: Look) -> None:
    colour = look.main((250, 214, 96))
    pen.glow(0.5, 0.52, 0.9, colour, 0.35)
    points = star(0.5, 0.54, 0.5, 0.21)
    pen.poly(points, colour, lit=True)
    for k in range(5):
        pen.inside([(0.5, 0.54), points[2 * k], points[2 * k - 1]], darker(colour, 0.35), 0.28, lit=True)


@figure("cloud", aspect=1.9, shadow=False)
def cloud(pen: Pen, look: Look) -> None:
    base = look.main((250, 250, 250))
    shade = mix(base, (150, 170, 200), 0.35)
    puffs = ((0.35, 0.66, 0.27), (0.7, 0.45, 0.38), (1.12, 0.4, 0.34), (1.48, 0.62, 0.3))
    for x, y, r in puffs:
        pen.disc(x, y, r, base)
    pen.box(0.3, 0.6, 1.55, 0.93, base, 0.16)
    pen.inside([(0.0, 0.74), (0.5, 0.8), (1.0, 0.72), (1.9, 0.78), (1.9, 1.0), (0.0, 1.0)], shade, 0.6)


@figure("planet", aspect=1.6, shadow=False)
def planet(pen: Pen, look: Look) -> None:
    base = look.main((222, 150, 92), (96, 150, 196), (186, 110, 140), (140, 170, 120))
    ring = lighter(base, 0.5)
    tilt = -16.0
    pen.poly(oval(0.8, 0.5, 0.78, 0.2, tilt), darker(ring, 0.2), lit=True)
    pen.cut(oval(0.8, 0.5, 0.62, 0.13, tilt))
    pen.disc(0.8, 0.5, 0.4, base, lit=True)
    body = oval(0.8, 0.5, 0.4, 0.4)
    for k, y in enumerate((0.28, 0.44, 0.58, 0.72)):
        pen.inside(
            oval(0.8, y, 0.5, 0.045, tilt), lighter(base, 0.35) if k % 2 else darker(base, 0.2), 0.6, body, lit=True
        )
    pen.inside(oval(0.98, 0.6, 0.44, 0.44), darker(base, 0.6), 0.35, body, lit=True)
    front = [p for p in arc(0.8, 0.5, 0.78, 0.2, 8, 172, tilt, 50)] + arc(0.8, 0.5, 0.62, 0.13, 172, 8, tilt, 50)
    pen.poly(front, ring, lit=True)


@figure("earth", shadow=False)
def earth(pen: Pen, look: Look) -> None:
    sea = look.main((58, 128, 190))
    pen.glow(0.5, 0.5, 0.75, (130, 190, 240), 0.4)
    pen.disc(0.5, 0.5, 0.46, sea, lit=True)
    for cx, cy, rx, ry, t in (
        (0.34, 0.32, 0.2, 0.11, 20),
        (0.42, 0.64, 0.1, 0.18, -16),
        (0.72, 0.4, 0.15, 0.2, 30),
        (0.76, 0.72, 0.1, 0.06, 0),
    ):
        pen.inside(oval(cx, cy, rx, ry, t), (104, 162, 92), lit=True)
    for cx, cy, rx in ((0.5, 0.24, 0.2), (0.3, 0.52, 0.14), (0.62, 0.58, 0.18)):
        pen.inside(oval(cx, cy, rx, 0.025, -8), (250, 250, 250), 0.75, lit=True)
    pen.inside(
        arc(0.5, 0.5, 0.46, 0.46, -50, 130, steps=40) + arc(0.36, 0.38, 0.5, 0.5, 110, -30, steps=40),
        (8, 18, 50),
        0.4,
        lit=True,
    )


@figure("comet", aspect=2.0, shadow=False)
def comet(pen: Pen, look: Look) -> None:
    colour = look.main((220, 236, 255))
    for spread, alpha in ((0.34, 0.25), (0.2, 0.4), (0.1, 0.7)):
        pen.veil([(0.05, 0.05), (1.7, 0.8 - spread), (1.75, 0.8 + spread * 0.6)], colour, alpha, lit=True)
    pen.glow(1.7, 0.8, 0.6, colour, 0.7)
    pen.disc(1.7, 0.8, 0.14, (255, 255, 250), lit=True)


@figure("rainbow", aspect=2.0, shadow=False)
def rainbow(pen: Pen, look: Look) -> None:
    bands = (
        (220, 70, 66),
        (240, 140, 60),
        (248, 212, 90),
        (104, 184, 104),
        (76, 154, 216),
        (86, 92, 186),
        (146, 90, 178),
    )
    for k, colour in enumerate(bands):
        r = 0.95 - 0.06 * k
        pen.poly(arc(1.0, 1.0, r, r, 180, 360, steps=90), colour)
    r = 0.95 - 0.06 * len(bands)
    pen.cut(arc(1.0, 1.0, r, r, 180, 360, steps=90))


@figure("lightning", aspect=0.6, shadow=False)
def lightning(pen: Pen, look: Look) -> None:
    colour = look.main((255, 232, 120))
    pen.glow(0.3, 0.5, 0.7, colour, 0.5)
    pen.poly(
        [(0.36, 0.0), (0.08, 0.54), (0.28, 0.54), (0.14, 1.0), (0.54, 0.4), (0.33, 0.4), (0.5, 0.0)], colour, lit=True
    )


@figure("snowflake", shadow=False)
def snowflake(pen: Pen, look: Look) -> None:
    colour = look.main((226, 240, 252))
    for k in range(6):
        a = math.tau * k / 6
        c, s = math.cos(a), math.sin(a)
        pen.line([(0.5, 0.5), (0.5 + 0.46 * c, 0.5 + 0.46 * s)], 0.05, colour, lit=True)
        for at in (0.22, 0.34):
            for turn in (-0.7, 0.7):
                x, y = 0.5 + at * c, 0.5 + at * s
                pen.line(
                    [(x, y), (x + 0.13 * math.cos(a + turn), y + 0.13 * math.sin(a + turn))], 0.035, colour, lit=True
                )


@figure("drop", aspect=0.7, shadow=False)
def drop(pen: Pen, look: Look) -> None:
    colour = look.main((88, 164, 214))
    pen.blob([(0.35, 0.02), (0.48, 0.36), (0.62, 0.68), (0.35, 0.97), (0.08, 0.68), (0.22, 0.36)], colour)
    pen.inside(oval(0.24, 0.68, 0.06, 0.14, 20), (255, 255, 255), 0.6)
