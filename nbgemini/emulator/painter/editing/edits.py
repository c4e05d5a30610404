"""Edits a scene as a prompt asks; what is not asked for stays as it is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..colours import parse
from ..dice import seed_of
from ..places import PLACES
from ..reading import figures, language
from ..reading.clauses import clauses
from ..reading.mentions import Reading
from ..reading.tokens import LONGEST
from ..scene import Accent, Scene
from . import alterations, changes, marks, retouch

_UNDO = re.compile(
    r"\b(?:undo|revert|go back|roll back|previous (?:version|picture|image|one)|take (?:that|it) back|never ?mind"
    r"|as (?:it was )?before)\b"
)
_FIRST = re.compile(r"\b(?:first|original|beginning|start(?:ing)?(?: version| picture)?)\b")


def edit(
    scene: Scene, prompt: str, *, seed: int | None, references: Sequence[bytes], earlier: Sequence[Scene] = ()
) -> Scene:
    """The scene after the edit; anything may be asked and something always comes of it."""
    words, pointed = marks.read(prompt[:LONGEST])
    if pointed:
        return _at_marks(scene, words, pointed, seed=seed, references=references, earlier=earlier)
    text = prompt[:LONGEST]
    if _UNDO.search(text.lower()):
        before = _before(text.lower(), earlier)
        rest = _UNDO.split(text.lower(), maxsplit=1)[-1]
        parts = clauses(rest)[1:]
        if not parts:
            return before or scene
        scene, text = before or scene, ". ".join(parts)
    start = scene
    chance = seed_of("edit", scene.seed if seed is None else seed, prompt, len(scene.things))
    for clause in clauses(text)[:24]:
        scene = _clause(scene, clause, chance)
    if references:
        from ..arranging import guests

        scene = guests.welcomed(scene, language.read(text), text, references, first=False)
    return scene if scene != start else _accented(scene, prompt, chance)


def _at_marks(
    scene: Scene,
    words: str,
    pointed: Sequence[marks.Mark],
    *,
    seed: int | None,
    references: Sequence[bytes],
    earlier: Sequence[Scene],
) -> Scene:
    """What is asked for as a whole, then each note at its mark; without any note the whole is meant for the marks."""
    noted = [mark for mark in pointed if mark.note]
    if words:
        changed = edit(scene, words, seed=seed, references=references, earlier=earlier)
        scene = changed if noted else marks.placed(scene, changed, pointed[0])
    for mark in noted:
        scene = marks.placed(scene, edit(scene, mark.note, seed=seed, references=(), earlier=earlier), mark)
    return scene


def _before(text: str, earlier: Sequence[Scene]) -> Scene | None:
    """The scene meant by "go back": the first, the one before, or some steps before."""
    if not earlier:
        return None
    if _FIRST.search(text):
        return earlier[0]
    words = {"two": 2, "twice": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4}
    steps = next((number for word, number in words.items() if re.search(rf"\b{word}\b", text)), 1)
    return earlier[-min(steps, len(earlier))]


Change = Callable[[Scene, str, Reading, int], Scene | None]

# Tried in this order; the first that knows what to do has done it.
_CHANGES: tuple[tuple[str, Change], ...] = (
    (r"", retouch.translated),
    (r"\b(?:text|title|caption|words?|letters?|lettering|headline|says?|reads?|label)\b|[\"“«]", retouch.lettering),
    (r"", retouch.chart),
    (
        r"\b(?:remove|delete|erase|get rid of|take (?:away|out|off)|without|drop|clear|no more|hide|lose|no)\b",
        changes.removed,
    ),
    (
        r"\b(?:replace|swap|exchange|switch|instead|turn|change|make|transform|convert|become|becomes|into)\b",
        changes.replaced,
    ),
    (
        r"\b(?:recolou?r|paint|colou?r|dye|make|turn|change|should be|is now|are now|give|tint|in)\b",
        alterations.recoloured,
    ),
    (
        r"\b(?:bigger|larger|smaller|tiny|huge|giant|enlarge|shrink|grow|scale|resize|double|half|twice|taller|shorter|size|tinier|big|large|small)\b",
        alterations.resized,
    ),
    (r"\b(?:move|shift|put|place|slide|bring|push|send|raise|lower|drag|swap)\b", alterations.moved),
    (r"\b(?:flip|mirror|turn around|face the other|facing)\b", alterations.flipped),
    (r"\b(?:zoom|closer|wider|pull back|close-up|crop)\b", retouch.zoomed),
    (r"", changes.counted),
    (r"", changes.added),
)


def _clause(scene: Scene, clause: str, seed: int) -> Scene:
    """One thing asked for: light and style first, then what happens to the things."""
    reading = language.read(clause)
    low = clause.lower()
    chart = figures.chart(clause) if scene.chart is None else None
    if chart is not None:
        return replace(scene, chart=chart, place="sheet", things=(), time="day")
    lit = _circumstances(scene, reading, low)
    for pattern, change in _CHANGES:
        if re.search(pattern, low):
            done = change(lit, clause, reading, seed)
            if done is not None:
                return done
    return lit


def _circumstances(scene: Scene, reading: Reading, low: str) -> Scene:
    """Hour, weather, season, style, place, colours of sky and ground."""
    undo = re.search(r"\b(?:remove|stop|no|without|clear|melt|get rid of|take away)\b", low)
    scene = replace(scene, time=reading.time or scene.time)
    if reading.weather:
        scene = replace(scene, weather="clear" if undo else reading.weather)
    if undo and re.search(r"\b(?:snow|rain|fog|clouds?|storm|mist)\b", low):
        gone = ("cloud",) if "cloud" in low else ()
        season = "spring" if "snow" in low and scene.season == "winter" else scene.season
        scene = replace(scene, weather="clear", season=season, without=tuple(sorted({*scene.without, *gone})))
    elif reading.season:
        weather = "snow" if re.search(r"\bsnow", low) else "clear" if scene.weather == "snow" else scene.weather
        scene = replace(scene, season=reading.season, weather=reading.weather or weather)
    if re.search(r"\b(?:add|with|more) clouds\b", low):
        scene = replace(scene, weather="cloudy")
    if reading.style:
        scene = replace(scene, style="" if reading.style == "plain" else reading.style)
    if re.search(r"\b(?:normal|original|no) style\b", low):
        scene = replace(scene, style="")
    if reading.place and _place_meant(scene, reading, low):
        scene = replace(scene, place=reading.place, tints=(), photo=b"")
    for part, colour in sorted(reading.tints.items()):
        own = tuple(tint for tint in scene.tints if not tint.startswith(f"{part}="))
        scene = replace(scene, tints=(*own, f"{part}={colour}"))
    return replace(scene, grade=(*scene.grade, *reading.grades)[-12:]) if reading.grades else scene


_WATERY = ("lake", "river", "beach", "underwater")
_SEA = re.compile(r"\b(?:sea|ocean|seascape|bay)\b")


def _place_meant(scene: Scene, reading: Reading, low: str) -> bool:
    """Whether a place is asked for as the new place, not as part of a phrase like "a boat on the sea"."""
    if reading.place == scene.place or reading.place not in PLACES or (reading.place == "sky" and scene.photo):
        return False
    if re.search(r"\b(?:remove|delete|erase)\b", low):
        return False
    if reading.place == "sea" and scene.place in _WATERY and not _SEA.search(low):
        return False  # the water is the one that is there
    if re.search(
        r"\b(?:background|backdrop|scene|setting|place|location|set it|put (?:it|them|her|him)|move (?:it|them)"
        r"|same)\b",
        low,
    ):
        return True
    at_the_end = re.search(r"\b(?:in|on|at|to|into|by) (?:a|an|the)? ?[\w ]{0,20}$", low)
    return not reading.mentions or bool(at_the_end and not re.search(r"\b(?:add|sea|sky|water)\b", low))


def _accented(scene: Scene, prompt: str, seed: int) -> Scene:
    """Words nobody knows still leave a trace: a few forms in their colours, in a corner."""
    reading = language.read(prompt)
    colour = next((text for text in reading.colours if parse(text)), "")
    words = " ".join(prompt[:200].encode("utf-8", "replace").decode().split())
    accent = Accent(words=words, seed=seed % 10_000, colour=colour)
    return replace(scene, accents=(*scene.accents, accent)[-12:])
