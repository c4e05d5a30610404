"""Whether two values of an axis are one, however they were written: a picture and its path, a turn and its result."""

from __future__ import annotations

import os
from pathlib import PurePath

from nbgemini.core.grid.axes import Value
from nbgemini.core.grid.spelling import ModelId, same
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.pictures.references import Labelled
from nbgemini.tuning.wishes.axis_values import Fixed

__all__ = ["means_same"]


def means_same(name: str, one: object, other: object, model_id: ModelId) -> bool:
    """Whether a value of an axis and another mean the same."""
    if same(name, one, other, model_id):
        return True
    one, other = _bare(one), _bare(other)
    if one is other:
        return True
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(
            means_same(name, *pair, model_id) for pair in zip(one, other, strict=True)
        )
    if name == "from_" and isinstance(one, Drawn) != isinstance(other, Drawn):
        drawn, named = (one, other) if isinstance(one, Drawn) else (other, one)
        return isinstance(drawn, Drawn) and _thing(name, named) in _names_of(drawn)
    return _thing(name, one) == _thing(name, other)


def _names_of(drawn: Drawn) -> tuple[str, str]:
    """The REFs of a turn; all turns that shots go on from are of one conversation."""
    return f"@{drawn.turn}", f"{drawn.conversation_name}@{drawn.turn}"


def _bare(value: object) -> object:
    """A value without what stands around it; a list of one is that one."""
    while isinstance(value, Value | Fixed | Labelled):
        value = value.value
    return _bare(value[0]) if isinstance(value, list | tuple) and len(value) == 1 else value


def _thing(name: str, value: object) -> object:
    """What tells a value from another: its text, the file that a path names, the exchange of a result."""
    if isinstance(value, Drawn):
        return "turn", value.exchange.id
    if isinstance(value, PurePath) or (name == "ref" and isinstance(value, str)):
        return "file", os.path.realpath(os.path.expanduser(value))
    if name == "from_" and isinstance(value, int):
        return f"@{value}"
    return value if isinstance(value, str | int | float | bytes | None) else ("object", id(value))
