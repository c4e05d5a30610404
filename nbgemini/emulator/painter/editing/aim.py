"""Finds the things an edit speaks of."""

import re

from ..colours import parse
from ..reading.mentions import Mention
from ..scene import Scene, Thing

ALIKE = (
    ("boat", "ship", "rowboat"),
    ("person", "man", "woman", "child", "girl"),
    ("flower", "tulip", "rose", "sunflower"),
    ("tree", "pine", "palm"),
    ("bird", "seagull", "eagle"),
    ("moon", "crescent"),
    ("star", "star shape"),
    ("car", "truck"),
    ("print", "photo print", "frame", "sticker"),
    ("house", "barn", "shop"),
    ("balloon", "hot-air balloon"),
    ("cup", "glass"),
    ("hat", "wizard hat", "party hat"),
    ("dog", "wolf"),
    ("person", "chef", "scientist"),
    ("diamond", "diamond shape"),
)


def named(scene: Scene, mention: Mention) -> list[Thing]:
    """The things a mention means: of its kind or one much like it, of its colour if it names one."""
    found = [thing for thing in scene.shown if thing.kind == mention.kind]
    if not found:
        alike = {kind for group in ALIKE if mention.kind in group for kind in group}
        found = [thing for thing in scene.shown if thing.kind in alike]
    if mention.colour:
        found = [thing for thing in found if _close(thing.colour, mention.colour)]
    if mention.material:
        found = [thing for thing in found if thing.material == mention.material]
    return found


def _close(one: str, other: str) -> bool:
    first, second = parse(one), parse(other)
    return bool(first and second) and sum(abs(a - b) for a, b in zip(first or (), second or (), strict=True)) < 90


def holding(scene: Scene, found: list[Thing], mention: Mention) -> list[Thing]:
    """Of several, those on the side that was named: "the left one"."""
    if len(found) < 2:
        return found
    for word, key in (
        ("left", lambda thing: thing.u),
        ("right", lambda thing: -thing.u),
        ("top", lambda thing: thing.v),
        ("bottom", lambda thing: -thing.v),
    ):
        if word in mention.at or mention.word.startswith(word):
            return [min(found, key=key)]
    return found


def subject(scene: Scene) -> list[Thing]:
    """What "it" means: the newest kind of thing, or the first of the scene."""
    shown = [thing for thing in scene.shown if thing.how not in ("wears", "holds")]
    if not shown:
        return []
    kind = shown[0].kind
    return [thing for thing in shown if thing.kind == kind]


def resized_words(low: str) -> float | None:
    """The factor a clause asks for, if any."""
    for pattern, factor in (
        (r"\b(?:twice|double|two times|2x|doubled)\b", 2.0),
        (r"\b(?:half|halve)\b", 0.5),
        (r"\b(?:triple|three times)\b", 2.6),
        (r"\bmuch (?:bigger|larger|taller)\b", 1.9),
        (r"\bmuch (?:smaller|shorter|tinier)\b", 0.45),
        (r"\b(?:huge|giant|enormous|gigantic)\b", 1.9),
        (r"\b(?:tiny|minuscule)\b", 0.42),
        (r"\b(?:slightly|a (?:little|bit)) (?:bigger|larger|taller)\b", 1.18),
        (r"\b(?:slightly|a (?:little|bit)) (?:smaller|shorter)\b", 0.84),
        (r"\b(?:bigger|larger|taller|enlarge|grow|scale up|big|large|tall)\b", 1.5),
        (r"\b(?:smaller|shorter|shrink|tinier|scale down|small|short)\b", 0.62),
    ):
        if re.search(pattern, low):
            return factor
    return None
