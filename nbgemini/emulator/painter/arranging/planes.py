"""Where things go on each plane: on the ground, in the air, on the wall, in front."""

import math
from collections.abc import Sequence
from dataclasses import replace

from ..dice import Dice
from ..places import of_name
from ..reading.vocabulary import KINDS
from ..scene import Scene, Thing


def _slots(things: Sequence[Thing], order: list[int]) -> dict[int, tuple[float, float]]:
    """Shares of the width by size; gives each thing its middle and its share."""
    weights = {index: _width(things[index]) for index in order}
    total = sum(weights.values())
    at, out = 0.0, {}
    for index in order:
        share = weights[index] / total
        out[index] = (at + share / 2, share)
        at += share
    return out


def _width(thing: Thing) -> float:
    """How much of the ground a thing asks for."""
    from ..things import figure_of

    return 0.06 + max(0.08, thing.size * figure_of(thing.kind).aspect)


def grounded(scene: Scene, group: list[Thing], dice: Dice, taken: Sequence[Thing]) -> list[Thing]:
    """On the ground: the first thing in the middle or on a third, the others to its sides, larger ones farther back."""
    if taken:
        return _among(scene, group, dice, taken)
    if len(group) == 1:
        return [_subject(scene, group[0], dice)]
    count = len(group)
    rows = 1 if count <= 7 else 2 if count <= 16 else 3 if count <= 30 else 4
    out: dict[int, Thing] = {}
    for row in range(rows):
        for index, (u, share) in _slots(group, _order(group, list(range(row, count, rows)))).items():
            thing = group[index]
            v = _depth(scene, thing, dice) if rows == 1 else 0.18 + 0.7 * (row + 0.5) / rows
            room = share * (1.06 if rows == 1 else 1.5)
            u += dice.between(-0.05, 0.05) * share
            v += dice.between(-0.05, 0.05)
            size = thing.size * ((1.6 if scene.place == "table" else 1.2) if count <= 3 else 1.0)
            placed = replace(thing, u=round(0.03 + 0.94 * u, 4), v=round(v, 4), size=round(size, 4))
            out[index] = replace(placed, room=round(min(1.0, room), 4))
    return [out[index] for index in range(count)]


def _among(scene: Scene, group: list[Thing], dice: Dice, taken: Sequence[Thing]) -> list[Thing]:
    """New things between those that stay, one after the other."""
    out: list[Thing] = []
    for thing in group:
        out.append(_into_gap(scene, thing, dice, [*taken, *out]))
    return out


def _subject(scene: Scene, thing: Thing, dice: Dice) -> Thing:
    """A thing alone: in the middle indoors and when it is small, on a third when it is large."""
    if of_name(scene.place).indoors:
        off = dice.between(-0.03, 0.03)
    else:
        off = dice.pick((-0.16, 0.16) if thing.size > 0.45 else (-0.14, 0.12, 0.0))
    size = round(thing.size * _alone(scene, thing), 4)
    return replace(thing, u=round(0.5 + off, 4), v=round(_depth(scene, thing, dice), 4), size=size)


def _order(group: list[Thing], members: list[int]) -> list[int]:
    """From left to right: as said ("on the left"), else a small mixed group from its middle outwards."""
    sides = [(("right" in group[index].how) - ("left" in group[index].how), index) for index in members]
    if any(side for side, _ in sides):
        return [index for _, index in sorted(sides)]
    mixed = len(group) <= 3 and len({thing.kind for thing in group}) > 1
    return _inside_out(members) if mixed else members


def _alone(scene: Scene, thing: Thing) -> float:
    """A single thing is the subject and may be large."""
    if scene.place == "table":
        return 1.8
    return 1.25 if thing.size < 0.5 else 1.1


def _inside_out(members: list[int]) -> list[int]:
    """The first in the middle: 2 0 1, or 0 1 for two."""
    return members if len(members) < 3 else [members[2], members[0], members[1]]


def _depth(scene: Scene, thing: Thing, dice: Dice) -> float:
    """Tall things stand farther back, small ones nearer."""
    near = 0.78 - 0.75 * min(0.7, thing.size)
    if scene.place == "table":
        near = 0.5
    elif scene.place in ("studio", "room"):
        near = max(0.36, near)
    elif scene.place == "lake" and {"lake", "sea"}.isdisjoint(KINDS[thing.kind].homes if thing.kind in KINDS else ()):
        near = 0.88
    elif scene.place in ("sea", "lake"):
        near = min(0.5, near)
    elif scene.place == "beach":
        near = 0.2 if thing.kind in ("boat", "ship", "rowboat", "whale", "dolphin", "island") else max(0.62, near)
    elif scene.place == "city":
        near = (
            0.66 if thing.kind in ("car", "bus", "truck", "motorcycle", "bicycle") else 0.2 if thing.size > 0.4 else 0.5
        )
    return near + dice.between(-0.06, 0.06)


def _into_gap(scene: Scene, thing: Thing, dice: Dice, taken: Sequence[Thing]) -> Thing:
    """A place for one more: where the others leave most room, a little nearer or farther if need be."""
    base = _depth(scene, thing, dice)
    spots = [
        (0.1 + 0.8 * step / 14, min(0.95, max(0.08, base + off))) for off in (0.0, 0.16, -0.14) for step in range(15)
    ]
    best, gap = (0.5, base), -1.0
    for u, v in spots:
        room = min(
            (math.hypot(u - other.u, (v - other.v) * 0.8) - 0.16 * (other.size + thing.size) for other in taken),
            default=1.0,
        )
        room -= 0.05 * abs(u - 0.5) + 0.12 * abs(v - base)
        if room > gap + 1e-9:
            best, gap = (u, v), room
    room = max(0.2, min(1.0, gap * 2 + 0.3))
    return replace(thing, u=round(best[0] + dice.between(-0.015, 0.015), 4), v=round(best[1], 4), room=round(room, 4))


def aloft(scene: Scene, group: list[Thing], dice: Dice, taken: Sequence[Thing]) -> list[Thing]:
    """In the air: spread over the width, high and low in turn, none on top of another."""
    count = len(group)
    out: list[Thing] = []
    free = scene.place in ("space", "underwater", "sky")
    for index, thing in enumerate(group):
        if taken:
            u = _into_gap(scene, thing, dice, [*taken, *out]).u
        else:
            u = (index + 0.5) / count if count > 1 else 0.5 + dice.pick((-0.1, 0.0, 0.1))
        low, high = (0.3, 0.62) if free else (0.3, 0.56)
        v = (low + high) / 2 if count == 1 else (low, high, 0.44)[index % 3] + dice.between(-0.05, 0.05)
        if thing.size < 0.16:
            v -= 0.1
        size = thing.size * (1.3 if count == 1 and thing.size > 0.15 else 1.0)
        room = 1.4 / count if count > 1 else 1.0
        out.append(
            replace(
                thing,
                u=round(u + dice.between(-0.03, 0.03), 4),
                v=round(v, 4),
                size=round(size, 4),
                room=round(min(1.0, max(0.12, room)), 4),
            )
        )
    return out


def hung(scene: Scene, group: list[Thing], dice: Dice, taken: Sequence[Thing]) -> list[Thing]:
    """In the sky or on the wall: high, evenly spread."""
    count = len(group)
    out: list[Thing] = []
    for index, thing in enumerate(group):
        u = (index + 0.5) / count if count > 1 else dice.pick((0.26, 0.74))
        if taken:
            u = _into_gap(scene, thing, dice, [*taken, *out]).u
        v = 0.26 + (dice.between(-0.12, 0.14) if count > 1 else 0.0)
        room = 1.1 / count if count > 1 else 1.0
        out.append(
            replace(
                thing,
                u=round(u, 4),
                v=round(max(0.12, v + 0.12 * (thing.plane == "wall")), 4),
                room=round(max(0.08, room), 4),
            )
        )
    return out


def spread(scene: Scene, group: list[Thing], dice: Dice, taken: Sequence[Thing]) -> list[Thing]:
    """On a plain ground: centred in rows."""
    count = len(group)
    if taken:
        return [replace(thing, v=0.5) for thing in _among(scene, group, dice, taken)]
    columns = (
        count if count <= 4 else -(-count // 2) if count <= 10 else -(-count // 3) if count <= 21 else -(-count // 5)
    )
    rows = -(-count // columns) if count else 0
    out = []
    for index, thing in enumerate(group):
        row, column = divmod(index, columns)
        across = columns if row < rows - 1 else count - columns * (rows - 1)
        size = thing.size * (1.3 if count == 1 else 1.1) / max(1.0, rows * 0.7)
        out.append(
            replace(
                thing,
                u=round((column + 0.5) / across, 4),
                v=round((row + 0.5) / rows, 4),
                size=round(size, 4),
                room=round(0.86 / columns, 4),
            )
        )
    return out
