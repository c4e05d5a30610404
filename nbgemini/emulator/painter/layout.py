"""Arranges things: who stands where, and how large."""

import math
from collections.abc import Sequence
from dataclasses import replace

from .dice import Dice
from .language import Mention
from .places import of_name
from .scene import Scene, Thing
from .vocabulary import KINDS, Kind

# Kinds with something to read on them are never turned round.
READ = (
    "sign",
    "shop",
    "bus",
    "truck",
    "book",
    "laptop",
    "clock",
    "flag",
    "cup",
    "box",
    "print",
    "photo print",
    "sticker",
    "frame",
)
HELD = ("on", "wears", "above", "below", "left", "right", "beside", "front", "behind", "in", "holds")


def made(scene: Scene, mention: Mention, first_id: int, dice: Dice) -> list[Thing]:
    """The things of one mention, not yet arranged."""
    kind = KINDS[mention.kind]
    plane = _plane(scene, kind, mention)
    count = max(1, min(60, mention.count or 1))
    things = []
    for index in range(count):
        size = round(kind.size * mention.size * _crowding(count) * (1.0 if count == 1 else dice.between(0.88, 1.08)), 4)
        things.append(
            Thing(
                id=first_id + index,
                kind=kind.name,
                size=size,
                plane=plane,
                seed=dice.whole(0, 2**31),
                colour=mention.colour,
                material=mention.material,
                flip=dice.chance(0.5) and kind.name not in READ,
                text=mention.text or _name(mention),
                how=_at(mention),
                picture=mention.picture - 1 if mention.picture > 0 else -1,
            )
        )
    return things


def _name(mention: Mention) -> str:
    """A shop that was called something else says so over its door."""
    return (
        mention.word.upper() if mention.kind == "shop" and mention.word not in ("shop", "store", "storefront") else ""
    )


def _at(mention: Mention) -> str:
    """Absolute positions ride in ``how`` until the thing is arranged."""
    return "@" + " ".join(mention.at) if mention.at else ""


def _crowding(count: int) -> float:
    return {1: 1.0, 2: 0.86, 3: 0.78, 4: 0.7, 5: 0.64}.get(count, 0.56 if count < 9 else 0.44 if count < 20 else 0.3)


def _plane(scene: Scene, kind: Kind, mention: Mention) -> str:
    if scene.place in ("space", "underwater", "sky") and kind.plane == "ground" and scene.place != "underwater":
        return "air"
    if scene.place == "plain" and kind.plane in ("ground", "air"):
        return "front"
    if scene.place == "table" and kind.plane == "air":
        return "ground"
    if kind.plane == "wall" and not of_name(scene.place).indoors:
        return "ground"
    if "top" in mention.at and kind.plane == "ground" and mention.kind not in ("sign",):
        return "air"
    return kind.plane


def arranged(scene: Scene, things: Sequence[Thing], dice: Dice, taken: Sequence[Thing] = ()) -> list[Thing]:
    """The things with their places; those in ``taken`` stay and are kept clear of."""
    free = [thing for thing in things if not (thing.by >= 0 and thing.how in HELD)]
    out: dict[int, Thing] = {}
    for plane in ("ground", "air", "sky", "wall", "front"):
        group = [thing for thing in free if thing.plane == plane]
        rows = {"ground": _grounded, "air": _aloft, "front": _spread}.get(plane, _hung)
        for thing in rows(scene, group, dice, [other for other in taken if other.plane == plane]):
            out[thing.id] = _moved_to(thing, [*taken, *out.values()])
    for thing in things:
        if thing.id not in out:
            same = sum(other.by == thing.by and other.how == thing.how for other in (*taken, *out.values()))
            shift = (0.0, -0.3, 0.3, -0.16, 0.16, 0.42, -0.42)[same % 7]
            out[thing.id] = replace(thing, u=round(0.5 + shift, 4))
    return [out[thing.id] for thing in things]


def _moved_to(thing: Thing, others: Sequence[Thing]) -> Thing:
    """Absolute positions: left, right, top, bottom, centre, front, far; clear of the others where there is room."""
    if not thing.how.startswith("@"):
        return thing
    u, v, size = thing.u, thing.v, thing.size
    aloft = thing.plane != "ground"
    for word in thing.how[1:].split():
        if word in ("left", "right"):
            if not (0.08 < u < 0.36 if word == "left" else 0.64 < u < 0.92):
                u = _clear(thing, others, (0.2, 0.12, 0.28, 0.36) if word == "left" else (0.8, 0.88, 0.72, 0.64))
        elif word == "centre":
            u, v = 0.5, 0.5 if aloft else v
        elif word == "top":
            v = 0.22 if aloft else 0.08
        elif word == "bottom":
            v = 0.86 if aloft else 0.94
        elif word == "front":
            v, size = (0.6 if aloft else 0.95), size * 1.25
        elif word == "far":
            v, size = (0.3 if aloft else 0.06), size * 0.7
    return replace(thing, u=round(u, 4), v=round(v, 4), size=round(size, 4), how="")


def _clear(thing: Thing, others: Sequence[Thing], spots: Sequence[float]) -> float:
    """The first of the spots that nothing of the same plane is near, or the freest."""
    same = [other for other in others if other.plane == thing.plane and other.id != thing.id]
    room = [min((abs(spot - other.u) for other in same), default=1.0) for spot in spots]
    return next((spot for spot, free in zip(spots, room, strict=True) if free > 0.2), spots[room.index(max(room))])


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
    from .things import figure_of

    return 0.06 + max(0.08, thing.size * figure_of(thing.kind).aspect)


def _grounded(scene: Scene, group: list[Thing], dice: Dice, taken: Sequence[Thing]) -> list[Thing]:
    """On the ground: the first thing in the middle or on a third, the others to its sides, larger ones farther back."""
    count = len(group)
    if count == 0:
        return []
    if taken:
        return [_into_gap(scene, thing, dice, [*taken, *group[:index]]) for index, thing in enumerate(group)]
    if count == 1:
        thing = group[0]
        indoors = of_name(scene.place).indoors
        big = thing.size > 0.45
        u = 0.5 + (
            dice.between(-0.03, 0.03)
            if indoors
            else dice.pick((-0.14, 0.12, 0.0))
            if not big
            else dice.pick((-0.16, 0.16))
        )
        return [
            replace(
                thing,
                u=round(u, 4),
                v=round(_depth(scene, thing, dice), 4),
                size=round(thing.size * _alone(scene, thing), 4),
            )
        ]
    rows = 1 if count <= 7 else 2 if count <= 16 else 3 if count <= 30 else 4
    out: dict[int, Thing] = {}
    for row in range(rows):
        members = list(range(row, count, rows))
        sides = [(("right" in group[k].how) - ("left" in group[k].how), k) for k in members]
        if any(side for side, _ in sides):
            members = [k for _, k in sorted(sides)]
        order = (
            _inside_out(members)
            if count <= 3 and len({t.kind for t in group}) > 1 and not any(x for x, _ in sides)
            else members
        )
        for index, (u, share) in _slots(group, order).items():
            thing = group[index]
            v = _depth(scene, thing, dice) if rows == 1 else 0.18 + 0.7 * (row + 0.5) / rows
            room = share * (1.06 if rows == 1 else 1.5)
            jitter = dice.between(-0.05, 0.05) * share
            if count <= 3:
                thing = replace(thing, size=round(thing.size * (1.6 if scene.place == "table" else 1.2), 4))
            out[index] = replace(
                thing,
                u=round(0.03 + 0.94 * (u + jitter), 4),
                v=round(v + dice.between(-0.05, 0.05), 4),
                room=round(min(1.0, room), 4),
            )
    return [out[index] for index in range(count)]


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


def _aloft(scene: Scene, group: list[Thing], dice: Dice, taken: Sequence[Thing]) -> list[Thing]:
    """In the air: spread over the width, high and low in turn, none on top of another."""
    count = len(group)
    out = []
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


def _hung(scene: Scene, group: list[Thing], dice: Dice, taken: Sequence[Thing]) -> list[Thing]:
    """In the sky or on the wall: high, evenly spread."""
    count, out = len(group), []
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


def _spread(scene: Scene, group: list[Thing], dice: Dice, taken: Sequence[Thing]) -> list[Thing]:
    """On a plain ground: centred in rows."""
    count = len(group)
    if taken:
        return [
            replace(_into_gap(scene, thing, dice, [*taken, *group[:index]]), v=0.5) for index, thing in enumerate(group)
        ]
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
