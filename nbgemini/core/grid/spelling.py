"""Two spellings of one value of an option: `1k` and `1K`, `7` and `07`, `pro` and the id of its model."""

from __future__ import annotations

from collections.abc import Callable

from nbgemini.core.option_table import OPTIONS
from nbgemini.errors import OptionError

__all__ = ["ModelId", "meaning", "same"]

ModelId = Callable[[str], str]
"""The id of the model that a name or an alias stands for. Raises OptionError."""


def meaning(name: str, value: object, model_id: ModelId) -> str | int | float | None:
    """What a plain value of an option is however it is spelled; None for any other."""
    row = OPTIONS.get(name)
    if row is None or not row.axis:
        return None
    try:
        meant = row.parse(value)
        meant = model_id(meant) if name == "model" else meant
    except OptionError:
        return None
    return meant if isinstance(meant, str | int | float) else None


def same(name: str, one: object, other: object, model_id: ModelId) -> bool:
    """Whether two plain values of an option are one."""
    meant = meaning(name, one, model_id)
    return meant is not None and meant == meaning(name, other, model_id)
