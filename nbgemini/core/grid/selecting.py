"""Shots found by their values: `grid["watercolor", "16:9"]`, `where(model="pro")`, `pick "watercolor" 16:9`."""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from numbers import Integral, Number

from nbgemini.core.grid.axes import quoted
from nbgemini.errors import OptionError

__all__ = ["Same", "by_name", "by_value", "number_in"]

Same = Callable[[str, str, str], bool]
"""Whether, of an axis, two spellings are one value."""


def _spelled_alike(name: str, one: str, other: str) -> bool:
    return one == other


def by_name(
    axes: Mapping[str, Sequence[str]], wanted: Mapping[str, object], same: Same = _spelled_alike
) -> dict[str, set[str]]:
    """The labels that are meant, by axis; a list means any of them. Raises OptionError."""
    found: dict[str, set[str]] = {}
    for name, given in wanted.items():
        if name not in axes:
            raise OptionError(f"`{name}` is not an axis.", hint=_meant(name, axes) or _listed("The axes are", axes))
        values = given if isinstance(given, list | tuple | set | frozenset) else (given,)
        found[name] = {_label(name, axes[name], value, same) for value in values}
    return found


def by_value(
    axes: Mapping[str, Sequence[str]], wanted: Iterable[object], same: Same = _spelled_alike
) -> dict[str, set[str]]:
    """The same from values alone: each belongs to the first axis that has it and is not taken. Raises OptionError."""
    found: dict[str, set[str]] = {}
    for value in wanted:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Number):
            kind = type(value).__name__
            raise OptionError(f"A shot is found by its number or by values of its axes, not by a value of type {kind}.")
        text = str(value)
        free = [(name, labels) for name, labels in axes.items() if name not in found]
        exact = ((name, text) for name, labels in free if text in labels)
        meant = next(chain(exact, _spelled(free, text, same)), None)
        if meant is None and (taken := next((name for name, labels in axes.items() if text in labels), "")):
            raise OptionError(f"Two of these are values of `{taken}`.", hint="`.where(NAME=[…])` takes any of several.")
        if meant is None:
            everything = [label for labels in axes.values() for label in labels]
            hint = _meant(text, everything) or "`.axes` shows all values."
            raise OptionError(f"No axis has the value {quoted(text)}.", hint=hint)
        found[meant[0]] = {meant[1]}
    return found


def number_in(wanted: object, name: str, axes: Mapping[str, Sequence[str]]) -> int | None:
    """The number of a shot of the sweep of that name, also as numpy or a text has it: `17`, `"17"`, `"tuesday/17"`.

    None for what is none, such as the text of a value.
    """
    if isinstance(wanted, str):
        sweep, _, number = wanted.rpartition("/")
        is_value = any(wanted in labels for labels in axes.values())
        return int(number) if number.isdecimal() and sweep in ("", name) and not is_value else None
    if isinstance(wanted, bool) or not isinstance(wanted, int | Integral):
        return None
    return operator.index(wanted)


def _label(name: str, labels: Sequence[str], value: object, same: Same) -> str:
    text = str(value)
    if text in labels:
        return text
    for _, label in _spelled([(name, labels)], text, same):
        return label
    raise OptionError(f"`{name}` has no value {quoted(text)}.", hint=_meant(text, labels) or _listed("It has", labels))


def _spelled(axes: Iterable[tuple[str, Sequence[str]]], text: str, same: Same) -> Iterator[tuple[str, str]]:
    """The axes that have a value in another spelling, and how it is spelled there."""
    return ((name, label) for name, labels in axes for label in labels if same(name, label, text))


def _meant(text: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(text, list(known), n=1)
    return f"Did you mean {quoted(close[0])}?" if close else ""


def _listed(words: str, known: Iterable[str]) -> str:
    names = [quoted(name) for name in known]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"{words} {', '.join(names[:12])}{more}." if names else ""
