"""Places that a prompt names by a mark on a copy of the picture: what is added for a mark stands where it points."""

import re
from dataclasses import dataclass, replace

from ..scene import Scene, Thing

# "Where: mark 1 of image 1, in the upper left (10–30 % from the left, 5–20 % from the top): add a red balloon"
_MARK = re.compile(
    r"(?i)^where: mark \d{1,3} of image \d{1,3},[^\n(]{0,120}\((\d{1,3})(?:–(\d{1,3}))? % from the left,"
    r" (\d{1,3})(?:–(\d{1,3}))? % from the top\)(?:: ([^\n]*)|\.)$",
    re.MULTILINE,
)
_ASIDE = re.compile(r"(?i)^(?:change the marked places\.|[^\n]{0,80}the marks only point[^\n]*)$", re.MULTILINE)
_MOST = 24


@dataclass(frozen=True, slots=True)
class Mark:
    """The middle of a place in fractions of the picture, its width, and what should change there (or nothing)."""

    u: float
    v: float
    wide: float
    note: str


def read(prompt: str) -> tuple[str, tuple[Mark, ...]]:
    """The words without the marks, and the marks."""
    found = tuple(_mark(match) for match in list(_MARK.finditer(prompt))[:_MOST])
    return (_ASIDE.sub("", _MARK.sub("", prompt)).strip(), found) if found else (prompt, ())


def _mark(match: re.Match[str]) -> Mark:
    left, right, top, bottom = (int(match[at] or match[at - 1 if at in (2, 4) else at]) / 100 for at in (1, 2, 3, 4))
    return Mark((left + right) / 2, (top + bottom) / 2, max(0.0, right - left), (match[5] or "").strip())


def placed(before: Scene, after: Scene, mark: Mark) -> Scene:
    """With the things that have come put where the mark points."""
    known = {thing.id for thing in before.things}
    return replace(after, things=tuple(one if one.id in known else _moved(one, mark) for one in after.things))


def _moved(thing: Thing, mark: Mark) -> Thing:
    lower = mark.v > 0.6
    plane = "ground" if thing.plane == "ground" and lower else "air" if thing.plane == "ground" else thing.plane
    down = (mark.v - 0.5) * 2 if plane == "ground" else mark.v
    room = min(thing.room, max(0.1, mark.wide * 1.2)) if mark.wide else thing.room
    return replace(
        thing, u=round(mark.u, 4), v=round(max(0.04, min(1.0, down)), 4), plane=plane, room=room, by=-1, how=""
    )
