"""Pictures the user gives: as a base, as a palette, framed, as stickers."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ..canvas import images
from ..dice import Dice, seed_of
from ..places import of_name
from ..reading.mentions import Mention, Reading
from ..scene import Scene
from .layout import arranged, made

SHOWN = 4  # pictures that are shown; all of them lend their colours


def from_photo(picture: bytes) -> Scene:
    """A scene that is nothing but a photo."""
    return Scene(
        seed=seed_of("photo", picture.hex()[:4096], len(picture)),
        words="a photo",
        place="photo",
        photo=images.kept(picture, 768),
        palette=images.palette(picture),
    )


def welcomed(scene: Scene, reading: Reading, prompt: str, references: Sequence[bytes], first: bool) -> Scene:
    """The scene with the given pictures: their colours, and themselves unless only their style is wanted."""
    kept = [images.kept(reference, 384) for reference in references[:14]]
    base = len(scene.pictures)
    colours = tuple(
        colour
        for reference in references[:14]
        for colour in images.palette(reference, 5 if len(references) == 1 else 3)
    )
    scene = replace(scene, pictures=(*scene.pictures, *kept), palette=colours[:10])
    if colours:
        scene = replace(scene, grade=(*(g for g in scene.grade if not g.startswith("tint=")), f"tint={colours[0]}"))
    if re.search(
        r"\b(?:colou?rs?|palette|style|mood|look|texture)s? (?:of|from|like)\b"
        r"|\b(?:its|same|this|that) (?:style|palette|colou?rs)\b",
        prompt.lower(),
    ):
        return scene
    named = [thing for thing in scene.things if thing.kind == "sticker" and thing.picture >= 0]
    if named:
        return replace(
            scene,
            things=tuple(
                replace(thing, picture=min(base + thing.picture, len(scene.pictures) - 1)) if thing in named else thing
                for thing in scene.things
            ),
        )
    return _hung(scene, base, min(SHOWN, len(kept)))


def _hung(scene: Scene, base: int, count: int) -> Scene:
    """Pictures on the wall indoors, as prints on the ground or the table elsewhere."""
    place = of_name(scene.place)
    kind = "print" if place.name in ("room", "studio") else "photo print"
    things = list(scene.things)
    for index in range(count):
        own = made(
            scene,
            Mention(kind=kind, word="picture", count=1, picture=base + index + 1),
            scene.next_id + index,
            Dice(scene.seed, "guest", base + index),
        )
        things += arranged(scene, own, Dice(scene.seed, "guest-place", base + index), things)
    return replace(scene, things=tuple(things))
