"""Numbers that a user's own functions give to shots, kept with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

from nbgemini.core.ratings import LONGEST_NOTE
from nbgemini.errors import OptionError
from nbgemini.studio.handles import Result
from nbgemini.tuning.holding.shot import Shot

__all__ = ["score_shots"]

_LONGEST = 200  # characters of what a function raised


def score_shots(shots: Iterable[Shot], functions: Mapping[str, Callable[[Result], float]]) -> None:
    """Keep what each function gives for each shot that has an answer; what it raises is a note on that shot.

    Raises OptionError before any is called, StoreReadOnly or StoreError.
    """
    for name, function in functions.items():
        if not callable(function):
            raise OptionError(f"`{name}` is scored by a function of a result, not by {type(function).__name__}.")
    if not functions:
        raise OptionError("There is nothing to score by.", hint="Write it like `grid.score(sharpness=function)`.")
    for shot in shots:
        result = shot.result
        if result is not None:
            for name, function in functions.items():
                _score(shot, result, name, function)


def _score(shot: Shot, result: Result, name: str, function: Callable[[Result], float]) -> None:
    try:
        value = float(function(result))
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a finite number")
    except Exception as problem:
        shot.mark(note=_noted(shot.note, name, f"{type(problem).__name__}: {str(problem)[:_LONGEST]}"))
        return
    note = _noted(shot.note, name, "")
    shot.mark(scores={name: value}, note=note if note != shot.note else None)


def _noted(note: str, name: str, why: str) -> str:
    """A note with why a score failed beneath the user's own words, once, and without what failed of it before."""
    begin = f"`{name}` failed: "
    lines = [line for line in note.split("\n") if not line.startswith(begin)]
    said = f"{begin}{' '.join(why.split())}" if why else ""
    own = "\n".join(lines)[: LONGEST_NOTE - len(said) - 1]
    return "\n".join(part for part in (own, said) if part)
