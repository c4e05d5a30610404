"""Arranges things: who stands where, and how large."""

from collections.abc import Sequence
from dataclasses import replace

from ..dice import Dice
from ..places import of_name
from ..reading.mentions import Mention
from ..reading.vocabulary import KINDS, Kind
from ..scene import Scene, Thing
from .planes import aloft, grounded, hung, spread

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
    if scene.place == "table" and kind.name == "fish":
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
        rows = {"ground": grounded, "air": aloft, "front": spread}.get(plane, hung)
        # What is new in the air also keeps clear of what towers into it.
        others = [other for other in taken if other.plane == plane or (plane == "air" and other.size > 0.45)]
        for thing in rows(scene, group, dice, others):
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
