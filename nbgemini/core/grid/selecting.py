"""Shots found by their values: `grid["watercolor", "16:9"]`, `where(model="pro")`, `pick "watercolor" 16:9`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from nbgemini.core.grid.axes import quoted
from nbgemini.errors import OptionError

__all__ = ["by_name", "by_value"]


def by_name(axes: Mapping[str, Sequence[str]], wanted: Mapping[str, object]) -> dict[str, set[str]]:
    """The labels that are meant, by axis; a list means any of them. Raises OptionError."""
    found: dict[str, set[str]] = {}
    for name, given in wanted.items():
        if name not in axes:
            raise OptionError(f"`{name}` is not an axis.", hint=_meant(name, axes) or _listed("The axes are", axes))
        values = given if isinstance(given, list | tuple | set | frozenset) else (given,)
        found[name] = {_label(name, axes[name], value) for value in values}
    return found


def by_value(axes: Mapping[str, Sequence[str]], wanted: Iterable[object]) -> dict[str, set[str]]:
    """The same from values alone: each belongs to the first axis that has it and is not taken. Raises OptionError."""
    found: dict[str, set[str]] = {}
    for value in wanted:
        text = str(value)
        name = next((name for name, labels in axes.items() if name not in found and text in labels), None)
        if name is None:
            everything = [label for labels in axes.values() for label in labels]
            hint = _meant(text, everything) or "`.axes` shows all values."
            raise OptionError(f"No axis has the value {quoted(text)}.", hint=hint)
        found[name] = {text}
    return found


def _label(name: str, labels: Sequence[str], value: object) -> str:
    text = str(value)
    if text not in labels:
        raise OptionError(
            f"`{name}` has no value {quoted(text)}.", hint=_meant(text, labels) or _listed("It has", labels)
        )
    return text


def _meant(text: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(text, list(known), n=1)
    return f"Did you mean {quoted(close[0])}?" if close else ""


def _listed(words: str, known: Iterable[str]) -> str:
    names = [quoted(name) for name in known]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"{words} {', '.join(names[:12])}{more}." if names else ""
