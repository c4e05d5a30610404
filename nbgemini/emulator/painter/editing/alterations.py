"""Edits that leave a thing what it is: recolour, resize, move, flip."""

import re
from dataclasses import replace

from ..reading.mentions import Reading
from ..scene import Scene, Thing
from .aim import holding, named, resized_words, subject
from .changes import with_things


def recoloured(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """A colour or a material for what is named."""
    low = clause.lower()
    if re.search(r"\b(?:add|another|remove)\b", low) or not (
        reading.colours or reading.material or any(m.colour or m.material for m in reading.mentions)
    ):
        return None
    colour = reading.colours[-1] if reading.colours else ""
    material = reading.material
    if not reading.mentions:
        if re.search(r"\b(?:all|everything|them|it|they)\b", low) and scene.shown and not reading.tints:
            found = list(scene.shown) if re.search(r"\b(?:all|everything|them|they)\b", low) else subject(scene)
            return with_things(scene, {thing.id: _dressed(thing, colour, material) for thing in found})
        return None
    changed: dict[int, Thing] = {}
    for mention in reading.mentions:
        old = replace(mention, colour="", material="") if not colour and not material else mention
        found = named(scene, old)
        if colour or material:
            found = holding(scene, found, old)
        found = found[: mention.count] if mention.counted and mention.count < len(found) else found
        for thing in found:
            changed[thing.id] = _dressed(thing, colour or mention.colour, material or mention.material)
    return (
        with_things(scene, changed)
        if changed and changed != {thing.id: thing for thing in scene.things if thing.id in changed}
        else None
    )


def _dressed(thing: Thing, colour: str, material: str) -> Thing:
    """In a new colour, or of a new material, whose own colour then shows."""
    if material:
        return replace(thing, colour=colour, material=material)
    return replace(thing, colour=colour or thing.colour, material="" if colour else thing.material)


def resized(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    factor = resized_words(clause.lower())
    if factor is None or re.search(r"\b(?:add|another)\b", clause.lower()):
        return None
    if re.search(r"\b(?:text|title|letters|font|caption|words)\b", clause.lower()):
        return None
    found = [thing for mention in reading.mentions for thing in holding(scene, named(scene, mention), mention)]
    found = found or (subject(scene) if not reading.mentions else [])
    if not found:
        return None
    return with_things(
        scene,
        {
            thing.id: replace(
                thing,
                size=round(max(0.01, min(3.0, thing.size * factor)), 4),
                room=round(min(1.0, thing.room * max(1.0, factor)), 4),
            )
            for thing in found
        },
    )


def moved(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    """Left, right, up, down, to a side, near another thing, nearer, farther."""
    low = clause.lower()
    mentions = reading.mentions
    found = holding(scene, named(scene, mentions[0]), mentions[0]) if mentions else subject(scene)
    if not found:
        return None
    if mentions and mentions[0].how and 0 <= mentions[0].by < len(mentions):
        host = named(scene, mentions[mentions[0].by])
        if host:
            return with_things(
                scene,
                {
                    thing.id: replace(thing, by=host[0].id, how=mentions[0].how, u=0.5)
                    for thing in found
                    if thing.id != host[0].id
                },
            )
    spots = [spot for mention in mentions for spot in mention.at]
    step = (
        0.1
        if re.search(r"\b(?:little|slightly|bit)\b", low)
        else 0.34
        if re.search(r"\b(?:far|lot|much)\b", low)
        else 0.22
    )
    changed = {thing.id: _shifted(replace(thing, by=-1, how=""), low, spots, step) for thing in found}
    return with_things(scene, changed) if changed != {thing.id: thing for thing in found} else None


def _shifted(thing: Thing, low: str, spots: list[str], step: float) -> Thing:
    u, v = thing.u, thing.v
    side = re.search(
        r"\bto the (?:far |very )?(left|right)(?: side| edge| corner)\b|\b(?:on|at) the (left|right)\b", low
    )
    if "centre" in spots or re.search(r"\bcent(?:er|re)\b|\bmiddle\b", low):
        u = 0.5
    elif side:
        u = 0.16 if "left" in side.group(0) else 0.84
    elif re.search(r"\bleft\b", low):
        u -= step
    elif re.search(r"\bright\b", low):
        u += step
    if re.search(r"\b(?:up|higher|raise|top)\b", low):
        v -= step if thing.plane != "ground" else step * 0.8
    elif re.search(r"\b(?:down|lower|bottom|closer|nearer|forward|foreground|front)\b", low):
        v += step
    elif re.search(r"\b(?:back|farther|further|away|background|distance)\b", low):
        v -= step
    return replace(thing, u=round(max(0.04, min(0.96, u)), 4), v=round(max(0.04, min(1.0, v)), 4))


def flipped(scene: Scene, clause: str, reading: Reading, seed: int) -> Scene | None:
    found = [thing for mention in reading.mentions for thing in named(scene, mention)] or subject(scene)
    return with_things(scene, {thing.id: replace(thing, flip=not thing.flip) for thing in found}) if found else None
