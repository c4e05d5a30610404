"""The build of animals that sit and face us: tail, body, ears and face."""

import math
from dataclasses import dataclass

from ..canvas.curves import arc, oval
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter

INK: RGB = (44, 36, 42)
PINK: RGB = (226, 140, 142)
HEAD = (0.45, 0.32, 0.22)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fur:
    """The colours and features of one kind of sitting animal."""

    coat: RGB
    belly: RGB
    ears: str = "pointed"  # pointed, round, long, flop, tall
    inner: RGB = PINK
    tail: str = "curl"  # curl, bush, ring, stub, thin, none
    tip: RGB | None = None
    cheeks: RGB | None = None  # a lighter lower half of the face
    mask: RGB | None = None  # dark patches at the eyes
    stripes: RGB | None = None
    spots: RGB | None = None
    mane: RGB | None = None
    whiskers: bool = False
    muzzle: float = 1.0
    wide: float = 1.0
    paws: RGB | None = None


def sitter(pen: Pen, fur: Fur) -> None:
    """The whole animal, from the tail to the nose."""
    _tail(pen, fur)
    _body(pen, fur)
    if fur.mane:
        for k in range(14):
            a = math.tau * k / 14
            pen.disc(
                0.45 + 0.24 * math.cos(a),
                0.34 + 0.23 * math.sin(a),
                0.095,
                fur.mane if k % 2 else darker(fur.mane, 0.14),
            )
    _ears(pen, fur)
    _face(pen, fur)


def _tail(pen: Pen, fur: Fur) -> None:
    coat, tip = darker(fur.coat, 0.1), fur.tip or darker(fur.coat, 0.1)
    if fur.tail == "curl":
        pen.curve([(0.62, 0.93), (0.82, 0.94), (0.88, 0.8), (0.82, 0.66)], 0.075, coat)
        pen.curve([(0.875, 0.76), (0.86, 0.7), (0.82, 0.66)], 0.075, tip)
    elif fur.tail in ("bush", "ring"):
        tail = [(0.58, 0.94), (0.78, 0.98), (0.94, 0.84), (0.93, 0.62), (0.82, 0.5), (0.74, 0.62), (0.72, 0.78)]
        pen.blob(tail, coat)
        if fur.tail == "bush":
            pen.inside([(0.7, 0.4), (1.0, 0.4), (1.0, 0.63), (0.9, 0.68), (0.84, 0.62), (0.72, 0.66)], tip)
        else:
            for k in range(3):
                pen.inside(
                    [(0.7, 0.56 + k * 0.12), (1.0, 0.52 + k * 0.12), (1.0, 0.57 + k * 0.12), (0.7, 0.61 + k * 0.12)],
                    tip,
                )
    elif fur.tail == "thin":
        pen.curve([(0.6, 0.95), (0.8, 0.98), (0.9, 0.86), (0.84, 0.74)], 0.026, fur.inner)
    elif fur.tail == "stub":
        pen.disc(0.68, 0.88, 0.075, lighter(fur.coat, 0.2))


def _body(pen: Pen, fur: Fur) -> None:
    w = 0.235 * fur.wide
    body = [
        (0.45, 0.42),
        (0.45 + w * 0.75, 0.5),
        (0.45 + w * 1.05, 0.76),
        (0.45 + w * 1.12, 0.95),
        (0.45, 1.0),
        (0.45 - w * 1.12, 0.95),
        (0.45 - w * 1.05, 0.76),
        (0.45 - w * 0.75, 0.5),
    ]
    pen.blob(body, fur.coat)
    pen.inside(oval(0.45, 0.72, w * 0.55, 0.24), fur.belly)
    if fur.stripes:
        for k in range(3):
            for side in (-1, 1):
                y = 0.6 + 0.1 * k
                pen.inside(
                    [
                        (0.45 + side * w * 1.3, y - 0.02),
                        (0.45 + side * w * 0.62, y + 0.012),
                        (0.45 + side * w * 1.3, y + 0.035),
                    ],
                    fur.stripes,
                )
    if fur.spots:
        for x, y in ((0.26, 0.62), (0.64, 0.66), (0.24, 0.78), (0.66, 0.82), (0.3, 0.7), (0.6, 0.56)):
            pen.inside(oval(x, y, 0.03, 0.026), fur.spots)
    paws = fur.paws or fur.coat
    for side in (-1, 1):
        x = 0.45 + side * 0.085
        pen.line([(x, 0.7), (x, 0.93)], 0.105, paws if fur.mask else fur.coat)
        pen.line([(x, 0.88), (x, 0.93)], 0.105, paws)
        pen.oval(x, 0.965, 0.075, 0.04, paws)
        pen.oval(0.45 + side * w * 0.95, 0.955, 0.095, 0.05, fur.coat if not fur.paws else paws)
    pen.inside(oval(0.45 + w, 0.78, w * 0.5, 0.26), darker(fur.coat, 0.4), 0.2)
    pen.line([(0.45, 0.74), (0.45, 0.94)], 0.008, darker(fur.coat, 0.3))


def _ears(pen: Pen, fur: Fur) -> None:
    coat, inner = fur.coat, fur.inner
    for side in (-1, 1):
        x = 0.45 + side * 0.14
        if fur.ears == "pointed":
            pen.poly([(x - side * 0.07, 0.17), (x + side * 0.075, 0.0), (x + side * 0.085, 0.24)], coat)
            pen.poly([(x - side * 0.025, 0.16), (x + side * 0.058, 0.05), (x + side * 0.06, 0.2)], inner)
        elif fur.ears == "round":
            pen.disc(x + side * 0.025, 0.15, 0.085, coat)
            pen.disc(x + side * 0.025, 0.155, 0.048, inner)
        elif fur.ears == "big":
            pen.disc(x + side * 0.09, 0.14, 0.13, coat)
            pen.disc(x + side * 0.09, 0.145, 0.09, inner)
        elif fur.ears == "long":
            pen.oval(x - side * 0.05, 0.08, 0.062, 0.19, coat, side * 10)
            pen.oval(x - side * 0.05, 0.09, 0.032, 0.14, inner, side * 10)


def _flops(pen: Pen, fur: Fur) -> None:
    for side in (-1, 1):
        x = 0.45 + side * 0.19
        pen.blob(
            [
                (x - side * 0.07, 0.15),
                (x + side * 0.04, 0.16),
                (x + side * 0.075, 0.34),
                (x + side * 0.03, 0.45),
                (x - side * 0.025, 0.36),
            ],
            darker(fur.coat, 0.22),
        )


def _face(pen: Pen, fur: Fur) -> None:
    cx, cy = 0.45, 0.32
    w = 0.235 if fur.ears != "long" else 0.2
    skull = [
        (cx, 0.115), (cx + w * 0.72, 0.17), (cx + w, 0.33), (cx + w * 0.62, 0.475), (cx, 0.525),
        (cx - w * 0.62, 0.475), (cx - w, 0.33), (cx - w * 0.72, 0.17),
    ]  # fmt: skip
    pen.blob(skull, fur.coat)
    _markings(pen, fur, cx, w, oval(cx, cy, w * 1.1, 0.24))
    if fur.ears == "flop":
        _flops(pen, fur)
    _features(pen, fur, cx)
    if fur.whiskers:
        for side in (-1, 1):
            for k in (-1, 1):
                line = [(cx + side * 0.11, 0.43 + k * 0.012), (cx + side * 0.27, 0.42 + k * 0.034)]
                pen.line(line, 0.005, lighter(fur.coat, 0.6))


def _markings(pen: Pen, fur: Fur, cx: float, w: float, head: list[tuple[float, float]]) -> None:
    """Stripes, light cheeks, dark patches round the eyes."""
    if fur.stripes:
        for dx in (-0.06, 0.0, 0.06):
            stripe = [(cx + dx - 0.016, 0.1), (cx + dx + 0.016, 0.1), (cx + dx * 0.8, 0.215)]
            pen.inside(stripe, fur.stripes, 1.0, head)
    for side in (-1, 1):
        far = cx + side * w * 1.05
        if fur.stripes:
            pen.inside([(far, 0.33), (cx + side * w * 0.68, 0.36), (far, 0.38)], fur.stripes)
        if fur.cheeks:
            cheek = [(cx, 0.33), (cx + side * 0.06, 0.36), (far, 0.32), (cx + side * w * 0.7, 0.5), (cx, 0.54)]
            pen.inside(cheek, fur.cheeks, 1.0, head)
        if fur.mask:
            pen.inside(oval(cx + side * 0.1, 0.315, 0.068, 0.056, side * 32), fur.mask)


def _features(pen: Pen, fur: Fur, cx: float) -> None:
    """Muzzle, eyes, nose and mouth."""
    pen.oval(cx, 0.43, 0.085 * fur.muzzle, 0.062 * fur.muzzle, fur.cheeks or lighter(fur.belly, 0.15))
    for side in (-1, 1):
        pen.oval(cx + side * 0.098, 0.31, 0.031, 0.037, INK)
        pen.disc(cx + side * 0.098 + 0.011, 0.298, 0.0115, (255, 255, 255))
    nose = PINK if fur.whiskers and fur.ears != "flop" else INK
    pen.blob([(cx - 0.034, 0.395), (cx + 0.034, 0.395), (cx, 0.43)], nose)
    pen.line(arc(cx - 0.028, 0.442, 0.028, 0.022, 0, 150), 0.009, INK)
    pen.line(arc(cx + 0.028, 0.442, 0.028, 0.022, 30, 180), 0.009, INK)
