"""Houses, shops, towers and what people live and work in."""

from ..canvas.curves import arc
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter, mix
from .figure import Look, figure
from .parts import WARM, pane, snowy


@figure("house", aspect=1.2, grip=0.98)
def house(pen: Pen, look: Look) -> None:
    wall = look.main((240, 226, 200), (222, 178, 142), (206, 218, 214), (236, 206, 170), (214, 126, 102))
    roof = look.dice.pick(((168, 78, 60), (104, 92, 112), (142, 84, 66), (78, 100, 116)))
    pen.box(0.8, 0.06, 0.92, 0.4, darker(roof, 0.2))
    pen.box(0.14, 0.44, 1.06, 1.0, wall)
    pen.inside([(0.72, 0.4), (1.1, 0.4), (1.1, 1.0), (0.72, 1.0)], darker(wall, 0.4), 0.2)
    pen.poly([(0.02, 0.5), (0.3, 0.1), (0.9, 0.1), (1.18, 0.5)], roof)
    for k in range(1, 5):
        y = 0.1 + 0.08 * k
        pen.inside([(0.0, y), (1.2, y), (1.2, y + 0.012), (0.0, y + 0.012)], darker(roof, 0.4), 0.5)
    snowy(pen, look, [(0.06, 0.42), (0.28, 0.07), (0.92, 0.07), (1.14, 0.42), (0.9, 0.34), (0.6, 0.4), (0.3, 0.33)])
    pane(pen, look, 0.24, 0.6, 0.17, 0.17)
    pane(pen, look, 0.8, 0.6, 0.17, 0.17)
    door = mix(roof, (60, 90, 110), 0.5)
    pen.box(0.5, 0.63, 0.7, 1.0, (244, 238, 226))
    pen.box(0.52, 0.65, 0.68, 1.0, door)
    pen.disc(0.65, 0.84, 0.012, (238, 200, 110))
    pen.box(0.46, 0.97, 0.74, 1.0, (188, 178, 166))


@figure("barn", aspect=1.2, grip=0.98)
def barn(pen: Pen, look: Look) -> None:
    wall = look.main((176, 58, 50), (150, 70, 54))
    pen.poly([(0.1, 1.0), (0.1, 0.44), (0.28, 0.18), (0.6, 0.04), (0.92, 0.18), (1.1, 0.44), (1.1, 1.0)], wall)
    for k in range(1, 12):
        pen.inside(
            [(0.1 + k * 0.084, 0.0), (0.106 + k * 0.084, 0.0), (0.106 + k * 0.084, 1.0), (0.1 + k * 0.084, 1.0)],
            darker(wall, 0.4),
            0.4,
        )
    pen.line([(0.06, 0.48), (0.26, 0.18), (0.6, 0.04), (0.94, 0.18), (1.14, 0.48)], 0.06, (96, 88, 92))
    snowy(
        pen,
        look,
        [(0.04, 0.44), (0.26, 0.13), (0.6, -0.01), (0.94, 0.13), (1.16, 0.44), (0.94, 0.2), (0.6, 0.07), (0.26, 0.2)],
    )
    pen.box(0.38, 0.56, 0.82, 1.0, (240, 232, 218))
    pen.box(0.41, 0.59, 0.79, 1.0, darker(wall, 0.18))
    for a, b in (
        ((0.41, 0.59), (0.6, 1.0)),
        ((0.6, 0.59), (0.41, 1.0)),
        ((0.6, 0.59), (0.79, 1.0)),
        ((0.79, 0.59), (0.6, 1.0)),
    ):
        pen.line([a, b], 0.022, (240, 232, 218))
    pane(pen, look, 0.52, 0.26, 0.16, 0.15)


@figure("tower", aspect=0.42, grip=0.92)
def tower(pen: Pen, look: Look) -> None:
    wall = look.main((176, 166, 154), (196, 178, 150))
    pen.poly([(0.1, 1.0), (0.12, 0.22), (0.3, 0.22), (0.32, 1.0)], wall)
    pen.inside([(0.23, 0.2), (0.4, 0.2), (0.4, 1.0), (0.23, 1.0)], darker(wall, 0.4), 0.35)
    for row in range(12):
        for column in range(3):
            x, y = 0.12 + column * 0.07 + (row % 2) * 0.03, 0.3 + row * 0.057
            pen.inside([(x, y), (x + 0.04, y), (x + 0.04, y + 0.014), (x, y + 0.014)], darker(wall, 0.3), 0.3)
    pen.box(0.075, 0.16, 0.345, 0.24, lighter(wall, 0.1))
    for k in range(4):
        pen.box(0.075 + k * 0.075, 0.11, 0.12 + k * 0.075, 0.17, lighter(wall, 0.1))
    pen.line([(0.21, 0.13), (0.21, 0.0)], 0.012, (96, 80, 70))
    pen.poly([(0.215, 0.0), (0.34, 0.035), (0.215, 0.07)], (206, 66, 60))
    for y in (0.36, 0.58):
        pen.poly(
            [*arc(0.21, y, 0.028, 0.035, 180, 360), (0.238, y + 0.06), (0.182, y + 0.06)],
            look.lamp((70, 68, 78)),
            lit=look.night > 0.4,
        )
    pen.poly([*arc(0.21, 0.88, 0.05, 0.06, 180, 360), (0.26, 1.0), (0.16, 1.0)], (92, 66, 50))


@figure("castle", aspect=1.3, grip=0.9)
def castle(pen: Pen, look: Look) -> None:
    wall = look.main((190, 180, 170), (206, 190, 164), (176, 172, 184))
    roof = look.dice.pick(((86, 98, 142), (160, 74, 62), (78, 112, 110)))
    for x, wide, top in ((0.5, 0.3, 0.26), (0.06, 0.22, 0.4), (1.02, 0.22, 0.4), (0.32, 0.16, 0.18), (0.84, 0.16, 0.3)):
        shade = lighter(wall, 0.12) if x in (0.06, 1.02) else wall
        pen.box(x, top, x + wide, 1.0, shade)
        pen.inside(
            [(x + wide * 0.6, top), (x + wide, top), (x + wide, 1.0), (x + wide * 0.6, 1.0)], darker(wall, 0.4), 0.25
        )
        pen.poly([(x - 0.025, top + 0.01), (x + wide / 2, top - wide * 1.05), (x + wide + 0.025, top + 0.01)], roof)
        pen.inside(
            [(x + wide / 2, top - wide * 1.1), (x + wide + 0.03, top + 0.01), (x + wide / 2, top + 0.01)],
            darker(roof, 0.4),
            0.3,
        )
        pen.box(
            x + wide * 0.38,
            top + 0.08,
            x + wide * 0.62,
            top + 0.16,
            look.lamp((80, 76, 90)),
            0.03,
            lit=look.night > 0.4,
        )
        if look.night > 0.4:
            pen.glow(x + wide / 2, top + 0.12, 0.2, WARM, 0.4)
    pen.box(0.2, 0.62, 1.1, 1.0, lighter(wall, 0.06))
    for k in range(8):
        pen.box(0.2 + k * 0.116, 0.57, 0.268 + k * 0.116, 0.63, lighter(wall, 0.06))
    pen.poly([*arc(0.65, 0.84, 0.12, 0.14, 180, 360), (0.77, 1.0), (0.53, 1.0)], (84, 62, 52))
    for x in (0.59, 0.65, 0.71):
        pen.line([(x, 0.74), (x, 1.0)], 0.008, (52, 40, 36))
    pen.line([(0.65, -0.06), (0.65, -0.02)], 0.01, (90, 80, 80))
    pen.poly([(0.65, -0.09), (0.78, -0.06), (0.65, -0.03)], (212, 70, 62))


@figure("church", aspect=0.95, grip=0.6)
def church(pen: Pen, look: Look) -> None:
    wall = look.main((240, 234, 222), (222, 204, 180))
    roof: RGB = (96, 106, 128)
    pen.box(0.36, 0.6, 0.92, 1.0, wall)
    pen.poly([(0.32, 0.62), (0.46, 0.42), (0.84, 0.42), (0.95, 0.62)], roof)
    pen.box(0.12, 0.36, 0.36, 1.0, lighter(wall, 0.2))
    pen.poly([(0.09, 0.38), (0.24, 0.08), (0.39, 0.38)], roof)
    pen.inside([(0.24, 0.05), (0.42, 0.4), (0.24, 0.38)], darker(roof, 0.4), 0.3)
    pen.line([(0.24, 0.09), (0.24, 0.0)], 0.014, (206, 170, 90))
    pen.line([(0.21, 0.03), (0.27, 0.03)], 0.014, (206, 170, 90))
    for x, y in ((0.24, 0.52), (0.5, 0.76), (0.66, 0.76), (0.82, 0.76)):
        pen.poly(
            [*arc(x, y, 0.035, 0.05, 180, 360), (x + 0.035, y + 0.1), (x - 0.035, y + 0.1)],
            look.lamp(),
            lit=look.night > 0.4,
        )
        if look.night > 0.4:
            pen.glow(x, y, 0.2, WARM, 0.4)
    pen.poly([*arc(0.24, 0.86, 0.06, 0.07, 180, 360), (0.3, 1.0), (0.18, 1.0)], (112, 76, 56))
    snowy(pen, look, [(0.36, 0.56), (0.47, 0.4), (0.84, 0.4), (0.92, 0.56), (0.64, 0.5)])


@figure("skyscraper", aspect=0.46, grip=0.99)
def skyscraper(pen: Pen, look: Look) -> None:
    wall = look.main((118, 142, 168), (170, 150, 140), (96, 118, 140), (188, 172, 156))
    pen.line([(0.23, 0.1), (0.23, 0.0)], 0.012, (120, 124, 132))
    pen.box(0.12, 0.08, 0.34, 0.3, lighter(wall, 0.1))
    pen.box(0.05, 0.2, 0.41, 1.0, wall)
    pen.inside([(0.29, 0.0), (0.46, 0.0), (0.46, 1.0), (0.29, 1.0)], darker(wall, 0.45), 0.32)
    for row in range(18):
        for column in range(6):
            x, y = 0.075 + column * 0.054, 0.235 + row * 0.04
            lit = look.dice.chance(0.55)
            pen.box(
                x,
                y,
                x + 0.034,
                y + 0.024,
                look.lamp((176, 206, 224)) if lit else mix((70, 96, 124), wall, 0.3),
                lit=lit and look.night > 0.4,
            )
    pen.box(0.18, 0.95, 0.28, 1.0, look.lamp((210, 226, 232)), lit=look.night > 0.4)


@figure("shop", aspect=1.15, grip=0.98)
def shop(pen: Pen, look: Look) -> None:
    wall = look.main((206, 160, 126), (150, 172, 166), (222, 206, 178), (176, 98, 84))
    stripe = look.dice.pick(((204, 76, 66), (66, 124, 120), (222, 150, 70)))
    pen.box(0.06, 0.1, 1.1, 1.0, wall)
    pen.box(0.02, 0.06, 1.14, 0.13, lighter(wall, 0.3))
    pen.box(0.14, 0.2, 1.02, 0.38, (62, 54, 58), 0.02)
    from ..canvas.lettering import block

    pen.stamp(
        block(look.text or "SHOP", 0.8 * pen.unit, 0.15 * pen.unit, round(0.12 * pen.unit)), 0.58, 0.29, (250, 238, 208)
    )
    for k in range(8):
        x = 0.08 + k * 0.1255
        pen.poly(
            [(x + 0.02, 0.42), (x + 0.1255 + 0.005, 0.42), (x + 0.1255, 0.58), (x, 0.58)],
            stripe if k % 2 else (248, 242, 232),
        )
        pen.poly(arc(x + 0.063, 0.575, 0.063, 0.035, 0, 180), stripe if k % 2 else (248, 242, 232))
    pen.box(0.14, 0.62, 0.68, 0.92, look.lamp((150, 182, 190)), lit=look.night > 0.4)
    for k in range(4):
        pen.disc(0.22 + k * 0.125, 0.87, 0.045, mix(stripe, (240, 200, 120), k / 4))
    pen.box(0.78, 0.6, 1.0, 1.0, darker(stripe, 0.35))
    pen.box(0.81, 0.64, 0.97, 0.84, look.lamp((150, 182, 190)), lit=look.night > 0.4)
    if look.night > 0.4:
        pen.glow(0.45, 0.8, 0.8, WARM, 0.5)


@figure("igloo", aspect=1.7, grip=0.95)
def igloo(pen: Pen, look: Look) -> None:
    snow = look.main((236, 244, 252))
    pen.poly([*arc(0.8, 1.0, 0.76, 0.96, 180, 360)], snow)
    for r in (0.36, 0.62, 0.84):
        pen.inside(
            arc(0.8, 1.0, 0.76 * r + 0.01, 0.96 * r + 0.012, 180, 360) + arc(0.8, 1.0, 0.76 * r, 0.96 * r, 360, 180),
            (150, 184, 216),
            0.8,
        )
    pen.poly(arc(1.25, 1.0, 0.36, 0.56, 180, 360), lighter(snow, 0.3))
    pen.poly(arc(1.3, 1.0, 0.22, 0.38, 180, 360), mix((60, 80, 116), WARM, look.night), lit=look.night > 0.4)
    pen.inside([*arc(0.8, 1.0, 0.76, 0.96, 180, 250), (0.5, 1.0)], (140, 176, 214), 0.3)


@figure("tent", aspect=1.4, grip=0.9)
def tent(pen: Pen, look: Look) -> None:
    cloth = look.main((226, 140, 62), (82, 138, 110), (196, 76, 66))
    pen.poly([(0.5, 0.06), (1.3, 0.22), (1.38, 1.0), (0.9, 1.0)], darker(cloth, 0.18))
    pen.poly([(0.5, 0.06), (0.94, 1.0), (0.04, 1.0)], cloth)
    pen.poly([(0.5, 0.3), (0.68, 1.0), (0.3, 1.0)], mix((70, 50, 44), WARM, look.night), lit=look.night > 0.4)
    pen.poly([(0.5, 0.3), (0.3, 1.0), (0.22, 1.0)], lighter(cloth, 0.3))
    pen.line([(0.5, 0.0), (0.5, 0.1)], 0.02, (96, 76, 60))
    if look.night > 0.4:
        pen.glow(0.5, 0.8, 0.7, WARM, 0.6)


@figure("factory", aspect=1.5, grip=0.6)
def factory(pen: Pen, look: Look) -> None:
    wall = look.main((170, 110, 92), (140, 146, 156))
    for x in (0.2, 0.48):
        pen.veil(arc(x + 0.16, 0.03, 0.16, 0.08, 0, 360), (226, 222, 218), 0.7)
        pen.poly([(x, 0.6), (x + 0.02, 0.1), (x + 0.12, 0.1), (x + 0.14, 0.6)], darker(wall, 0.2))
        pen.box(x + 0.02, 0.14, x + 0.12, 0.18, (236, 228, 216))
    pen.poly(
        [
            (0.06, 1.0),
            (0.06, 0.54),
            (0.74, 0.54),
            (0.74, 0.66),
            (0.98, 0.5),
            (0.98, 0.66),
            (1.22, 0.5),
            (1.22, 0.66),
            (1.46, 0.5),
            (1.46, 1.0),
        ],
        wall,
    )
    for k in range(6):
        pen.box(0.14 + k * 0.22, 0.74, 0.28 + k * 0.22, 0.86, look.lamp(), lit=look.night > 0.4)
