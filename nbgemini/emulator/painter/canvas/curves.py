"""Outlines: ovals, smooth curves, stars and ribbons as lists of points."""

import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


def oval(cx: float, cy: float, rx: float, ry: float, tilt: float = 0.0, steps: int = 48) -> list[Point]:
    """An ellipse, tilted clockwise by ``tilt`` degrees."""
    return arc(cx, cy, rx, ry, 0.0, 360.0 - 360.0 / steps, tilt, steps)


def arc(
    cx: float, cy: float, rx: float, ry: float, start: float, end: float, tilt: float = 0.0, steps: int = 32
) -> list[Point]:
    """Part of an ellipse from ``start`` to ``end`` degrees; 0 is right, 90 is down."""
    c, s = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    points = []
    for step in range(steps):
        angle = math.radians(start + (end - start) * step / (steps - 1))
        x, y = rx * math.cos(angle), ry * math.sin(angle)
        points.append((cx + x * c - y * s, cy + x * s + y * c))
    return points


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 10) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    if count < 3:
        return list(points)
    out: list[Point] = []
    for i in range(count if closed else count - 1):
        p0 = points[i - 1] if closed or i else points[0]
        p1, p2 = points[i], points[(i + 1) % count]
        p3 = points[(i + 2) % count] if closed or i + 2 < count else points[-1]
        for step in range(steps):
            out.append(_between(p0, p1, p2, p3, step / steps))
    if not closed:
        out.append(points[-1])
    return out


def _between(p0: Point, p1: Point, p2: Point, p3: Point, t: float) -> Point:
    def one(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)

    return (one(p0[0], p1[0], p2[0], p3[0]), one(p0[1], p1[1], p2[1], p3[1]))


def star(cx: float, cy: float, outer: float, inner: float, tips: int = 5, turn: float = -90.0) -> list[Point]:
    """A star with ``tips`` tips; with ``inner == outer`` a regular polygon of twice as many corners."""
    points = []
    for step in range(tips * 2):
        radius = outer if step % 2 == 0 else inner
        angle = math.radians(turn + 180.0 * step / tips)
        points.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return points


def regular(cx: float, cy: float, radius: float, corners: int, turn: float = -90.0) -> list[Point]:
    angles = [math.radians(turn + 360.0 * step / corners) for step in range(corners)]
    return [(cx + radius * math.cos(angle), cy + radius * math.sin(angle)) for angle in angles]


def ribbon(points: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """A strip along a line, as wide at each point as ``widths`` says."""
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(points):
        ax, ay = points[max(0, i - 1)]
        bx, by = points[min(len(points) - 1, i + 1)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        nx, ny = -(by - ay) / length * widths[i] / 2, (bx - ax) / length * widths[i] / 2
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]


def taper(points: Sequence[Point], start: float, end: float) -> list[Point]:
    """A smooth strip along the points that goes from ``start`` wide to ``end`` wide."""
    line = smooth(points, closed=False, steps=8)
    last = max(1, len(line) - 1)
    return ribbon(line, [start + (end - start) * i / last for i in range(len(line))])


def rounded(x0: float, y0: float, x1: float, y1: float, r: float) -> list[Point]:
    """A box with round corners."""
    r = min(r, abs(x1 - x0) / 2, abs(y1 - y0) / 2)
    corners: Iterable[tuple[float, float, float]] = (
        (x0 + r, y0 + r, 180.0),
        (x1 - r, y0 + r, 270.0),
        (x1 - r, y1 - r, 0.0),
        (x0 + r, y1 - r, 90.0),
    )
    return [point for x, y, a in corners for point in arc(x, y, r, r, a, a + 90.0, steps=8)]


def heart(cx: float, cy: float, r: float) -> list[Point]:
    points = []
    for step in range(60):
        t = math.tau * step / 60
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((cx + r * x / 17, cy - r * (y + 2.5) / 17))
    return points


def moved(points: Sequence[Point], dx: float, dy: float, scale: float = 1.0) -> list[Point]:
    return [(x * scale + dx, y * scale + dy) for x, y in points]
