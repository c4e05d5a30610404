"""What flies."""

from ..canvas.curves import arc, oval
from ..canvas.pen import Pen
from ..colours import darker, lighter
from .figure import Look, figure


@figure("airplane", aspect=2.3, shadow=False)
def airplane(pen: Pen, look: Look) -> None:
    body = look.main((246, 244, 240), (220, 92, 72), (80, 140, 190))
    mark = (206, 66, 60) if min(body) > 200 else lighter(body, 0.6)
    pen.poly([(0.14, 0.06), (0.36, 0.08), (0.62, 0.46), (0.3, 0.5)], mark)
    pen.blob([(0.08, 0.46), (0.8, 0.38), (1.8, 0.38), (2.2, 0.52), (2.1, 0.62), (1.7, 0.68), (0.7, 0.64)], body)
    pen.inside([(0.0, 0.56), (2.3, 0.56), (2.3, 0.7), (0.0, 0.7)], darker(body, 0.4), 0.28)
    for k in range(9):
        pen.box(0.72 + k * 0.12, 0.45, 0.78 + k * 0.12, 0.52, (90, 120, 150), 0.02)
    pen.poly([(1.94, 0.44), (2.12, 0.48), (2.06, 0.53), (1.92, 0.52)], (90, 120, 150))
    pen.poly([(1.0, 0.56), (1.4, 0.56), (0.84, 0.96), (0.66, 0.96)], darker(body, 0.12))
    pen.poly([(0.2, 0.5), (0.44, 0.5), (0.2, 0.68), (0.08, 0.68)], darker(body, 0.12))
    pen.box(0.98, 0.7, 1.24, 0.8, mark, 0.05)


@figure("helicopter", aspect=1.9, shadow=False)
def helicopter(pen: Pen, look: Look) -> None:
    body = look.main((226, 120, 60), (64, 120, 150))
    pen.line([(0.3, 0.08), (1.84, 0.08)], 0.03, (90, 92, 100))
    pen.line([(1.1, 0.08), (1.1, 0.28)], 0.05, (90, 92, 100))
    pen.poly([(0.0, 0.24), (0.12, 0.24), (0.8, 0.42), (0.8, 0.56), (0.1, 0.4)], body)
    pen.poly([(0.0, 0.1), (0.1, 0.1), (0.16, 0.34), (0.06, 0.34)], darker(body, 0.25))
    pen.oval(1.16, 0.52, 0.5, 0.28, body)
    pen.inside(oval(1.42, 0.46, 0.3, 0.22), (160, 204, 220), 1.0)
    pen.inside([(0.6, 0.62), (1.7, 0.62), (1.7, 0.84), (0.6, 0.84)], darker(body, 0.4), 0.4)
    pen.line([(0.82, 0.96), (1.6, 0.96)], 0.035, (80, 82, 90))
    for x in (0.98, 1.36):
        pen.line([(x, 0.78), (x, 0.96)], 0.03, (80, 82, 90))


@figure("hot-air balloon", aspect=0.74, shadow=False)
def hot_air_balloon(pen: Pen, look: Look) -> None:
    main = look.main((214, 76, 62), (240, 170, 66), (64, 128, 160), (126, 96, 158), (84, 150, 118))
    second = lighter(main, 0.68)
    shape = [*arc(0.37, 0.36, 0.36, 0.35, 150, 390, steps=50), (0.45, 0.76), (0.29, 0.76)]
    pen.poly(shape, main)
    for cx, rx in ((0.37, 0.36), (0.37, 0.215), (0.37, 0.075)):
        colour = second if rx in (0.215,) else main
        pen.inside(oval(cx, 0.38, rx, 0.46), colour, 1.0, shape)
    pen.inside(oval(0.56, 0.5, 0.28, 0.5, 12), darker(main, 0.5), 0.2, shape)
    pen.inside(oval(0.24, 0.2, 0.09, 0.15, 24), (255, 255, 255), 0.28, shape)
    if look.night > 0.4:
        pen.inside(oval(0.37, 0.62, 0.26, 0.3), (255, 208, 120), 0.55, shape, lit=True)
        pen.glow(0.37, 0.55, 0.7, (255, 190, 110), 0.5)
    for x in (0.3, 0.37, 0.44):
        pen.line([(x, 0.75), (0.37 + (x - 0.37) * 0.75, 0.88)], 0.008, (110, 84, 64))
    pen.box(0.305, 0.87, 0.435, 1.0, (158, 110, 70), 0.02)
    pen.box(0.295, 0.86, 0.445, 0.89, (190, 140, 94), 0.01)


@figure("balloon", aspect=0.56, shadow=False)
def balloon(pen: Pen, look: Look) -> None:
    main = look.main((214, 64, 62), (242, 184, 70), (70, 136, 180), (232, 132, 160), (104, 164, 112))
    pen.curve([(0.28, 0.6), (0.31, 0.72), (0.25, 0.84), (0.29, 1.0)], 0.009, (120, 112, 112))
    pen.poly([(0.28, 0.55), (0.235, 0.625), (0.325, 0.625)], darker(main, 0.2))
    shape = [
        (0.28, 0.585),
        (0.12, 0.45),
        (0.03, 0.26),
        (0.1, 0.08),
        (0.28, 0.01),
        (0.46, 0.08),
        (0.53, 0.26),
        (0.44, 0.45),
    ]
    pen.blob(shape, main)
    pen.inside(oval(0.4, 0.36, 0.22, 0.34, 18), darker(main, 0.45), 0.24)
    pen.inside(oval(0.17, 0.17, 0.05, 0.1, 28), (255, 255, 255), 0.62)
    pen.inside(oval(0.3, 0.5, 0.14, 0.05), lighter(main, 0.5), 0.3)
    if look.text:
        from ..canvas.lettering import block

        pen.stamp(block(look.text, 0.4 * pen.unit, 0.3 * pen.unit, round(0.12 * pen.unit)), 0.28, 0.28, (255, 252, 244))


@figure("rocket", aspect=0.52, shadow=False)
def rocket(pen: Pen, look: Look) -> None:
    body = look.main((244, 242, 238), (230, 228, 224))
    fin = (212, 66, 60) if min(body) > 200 else lighter(body, 0.5)
    for scale, colour in ((1.0, (255, 150, 60)), (0.62, (255, 222, 120))):
        pen.blob(
            [(0.26 - 0.09 * scale, 0.78), (0.26 + 0.09 * scale, 0.78), (0.26, 0.8 + 0.22 * scale)], colour, lit=True
        )
    pen.glow(0.26, 0.9, 0.5, (255, 180, 90), 0.7)
    for side in (-1, 1):
        pen.poly(
            [
                (0.26 + side * 0.1, 0.5),
                (0.26 + side * 0.25, 0.72),
                (0.26 + side * 0.24, 0.84),
                (0.26 + side * 0.1, 0.74),
            ],
            fin,
        )
    pen.blob(
        [
            (0.26, 0.0),
            (0.37, 0.18),
            (0.405, 0.44),
            (0.36, 0.77),
            (0.26, 0.79),
            (0.16, 0.77),
            (0.115, 0.44),
            (0.15, 0.18),
        ],
        body,
    )
    pen.inside([(0.0, 0.0), (0.6, 0.0), (0.6, 0.16), (0.0, 0.16)], fin)
    pen.inside([(0.0, 0.68), (0.6, 0.68), (0.6, 0.72), (0.0, 0.72)], fin)
    pen.inside(oval(0.4, 0.42, 0.1, 0.5), darker(body, 0.45), 0.26)
    pen.disc(0.26, 0.35, 0.085, (110, 118, 132))
    pen.disc(0.26, 0.35, 0.062, (120, 190, 220))
    pen.inside(oval(0.24, 0.33, 0.025, 0.02), (255, 255, 255), 0.8)
    pen.box(0.245, 0.6, 0.275, 0.82, darker(fin, 0.15), 0.012)


@figure("satellite", aspect=2.0, shadow=False)
def satellite(pen: Pen, look: Look) -> None:
    body = look.main((216, 190, 120), (206, 210, 216))
    for x0 in (0.05, 1.32):
        pen.box(x0, 0.3, x0 + 0.62, 0.74, (52, 84, 150))
        for k in range(1, 4):
            pen.box(x0 + k * 0.155 - 0.006, 0.3, x0 + k * 0.155 + 0.006, 0.74, (180, 200, 230))
        pen.box(x0, 0.51, x0 + 0.62, 0.525, (180, 200, 230))
    pen.box(0.66, 0.5, 1.34, 0.54, (160, 162, 170))
    pen.box(0.8, 0.28, 1.2, 0.8, body, 0.04)
    pen.inside([(1.06, 0.2), (1.3, 0.2), (1.3, 0.9), (1.06, 0.9)], darker(body, 0.4), 0.4)
    pen.poly(arc(1.0, 0.24, 0.24, 0.16, 180, 360), (236, 236, 238))
    pen.line([(1.0, 0.1), (1.0, 0.0)], 0.03, (160, 162, 170))


@figure("ufo", aspect=2.2, shadow=False)
def ufo(pen: Pen, look: Look) -> None:
    body = look.main((150, 158, 172), (120, 140, 150))
    pen.poly(arc(1.1, 0.46, 0.42, 0.44, 180, 360), (160, 220, 214))
    pen.inside([*arc(1.1, 0.46, 0.42, 0.44, 190, 240), (1.1, 0.46)], (255, 255, 255), 0.4)
    pen.oval(1.1, 0.6, 1.05, 0.27, darker(body, 0.3))
    pen.oval(1.1, 0.54, 1.05, 0.24, body)
    pen.oval(1.1, 0.46, 0.46, 0.09, lighter(body, 0.3))
    for k in range(7):
        x = 0.3 + k * 0.267
        pen.disc(x, 0.66 + 0.08 * (1 - abs(k - 3) / 3), 0.055, (252, 220, 110), lit=True)
    pen.glow(1.1, 0.9, 0.9, (190, 250, 190), 0.5)


@figure("kite", aspect=0.8, shadow=False)
def kite(pen: Pen, look: Look) -> None:
    main = look.main((214, 70, 66), (64, 130, 170), (240, 180, 70))
    points = [(0.4, 0.0), (0.74, 0.3), (0.4, 0.68), (0.06, 0.3)]
    pen.curve([(0.4, 0.68), (0.48, 0.78), (0.34, 0.88), (0.44, 1.0)], 0.012, (110, 100, 100))
    for x, y in ((0.46, 0.76), (0.37, 0.87)):
        pen.poly([(x - 0.06, y - 0.03), (x, y), (x - 0.06, y + 0.03)], lighter(main, 0.4))
        pen.poly([(x + 0.06, y - 0.03), (x, y), (x + 0.06, y + 0.03)], lighter(main, 0.4))
    pen.poly(points, main)
    pen.inside([(0.4, 0.0), (0.74, 0.3), (0.4, 0.3)], lighter(main, 0.55))
    pen.inside([(0.06, 0.3), (0.4, 0.3), (0.4, 0.68)], lighter(main, 0.55))


@figure("parachute", aspect=0.9, shadow=False)
def parachute(pen: Pen, look: Look) -> None:
    main = look.main((226, 110, 70), (80, 140, 170))
    for x in (0.06, 0.26, 0.64, 0.84):
        pen.line([(x, 0.36), (0.45, 0.76)], 0.006, (120, 112, 108))
    shape = [
        *arc(0.45, 0.4, 0.43, 0.38, 180, 360),
        *arc(0.735, 0.4, 0.145, 0.05, 0, -180),
        *arc(0.45, 0.4, 0.14, 0.05, 0, -180),
        *arc(0.165, 0.4, 0.145, 0.05, 0, -180),
    ]
    pen.poly(shape, main)
    pen.inside(oval(0.45, 0.4, 0.16, 0.44), lighter(main, 0.65), 1.0, shape)
    pen.disc(0.45, 0.78, 0.05, (240, 206, 176))
    pen.box(0.4, 0.82, 0.5, 0.94, (70, 90, 120), 0.03)
    for x in (0.43, 0.47):
        pen.line([(x, 0.92), (x, 1.0)], 0.03, (60, 60, 72))
