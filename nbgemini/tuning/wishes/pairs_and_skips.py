"""Which axes are walked in step, and which combinations are left out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbgemini.core.grid.axes import Axis, Dimension, Value, paired, quoted
from nbgemini.core.grid.combinations import left_out
from nbgemini.core.option_table import OPTIONS
from nbgemini.core.phrases import shortened
from nbgemini.errors import OptionError
from nbgemini.tuning.wishes.faults import Faults

__all__ = ["left_by", "paired_axes"]


def paired_axes(dimensions: list[Dimension], pairs: Sequence[Sequence[str]], faults: Faults) -> list[Dimension]:
    """With the axes of each pair walked in step, where the first of them stood."""
    for pair in pairs:
        found = [next((one for one in dimensions if one.names == (name,)), None) for name in pair]
        if missing := next((name for name, one in zip(pair, found, strict=True) if one is None), None):
            joint = next((one for one in dimensions if missing in one.names), None)
            if joint is not None:
                others = ", ".join(f"`{name}`" for name in joint.names if name != missing)
                faults.add(OptionError(f"`pair` names `{missing}`, which is walked in step with {others} already."))
            elif not faults.may_be_axis(missing):
                faults.add(OptionError(f"`pair` names `{missing}`, which is not an axis."))
            continue
        lengths = [len(one.steps) for one in found if one is not None]
        if len(set(lengths)) > 1:
            told = ", ".join(f"`{name}` {length}" for name, length in zip(pair, lengths, strict=True))
            faults.add(OptionError(f"A pair walks in step, and these have different numbers of values: {told}."))
            continue
        joint = paired([one.axis(one.names[0]) for one in found if one is not None])
        at = min(dimensions.index(one) for one in found if one is not None)
        dimensions = [one for one in dimensions if one not in found]
        dimensions.insert(at, joint)
    return dimensions


def left_by(
    skip: Sequence[tuple[str, str]] | Callable[[Any], Any], dimensions: Sequence[Dimension], faults: Faults
) -> Callable[[Mapping[str, Value]], bool] | None:
    """What says of a combination whether it is left out; what is wrong with it is noted."""
    if callable(skip):
        return lambda values: _asked_to_skip(skip, values)
    resolved: list[tuple[str, str]] = []
    axes = {name: dimension.axis(name) for dimension in dimensions for name in dimension.names}
    for name, label in skip:
        known = _label_of(axes[name], label) if name in axes else None
        resolved.append((name, known or label))
        if faults.may_be_axis(name):
            continue
        if name not in axes:
            close = difflib.get_close_matches(name, axes, n=1)
            faults.add(
                OptionError(
                    f"`skip` names `{name}`, which is not an axis.", hint=f"Did you mean `{close[0]}`?" if close else ""
                )
            )
        elif known is None:
            close = difflib.get_close_matches(label, axes[name].labels, n=1)
            hint = f"Did you mean {quoted(close[0])}?" if close else ""
            faults.add(OptionError(f"`skip` names {quoted(label)}, which is not a value of `{name}`.", hint=hint))
    return left_out(tuple(resolved))


def _label_of(axis: Axis, label: str) -> str | None:
    """The label of the value that is meant: itself, or another spelling of an option's value (`1k`, `1K`)."""
    if label in axis.labels:
        return label
    if axis.name not in OPTIONS:
        return None
    try:
        meant = OPTIONS[axis.name].parse(label)
    except OptionError:
        return None
    plain = isinstance(meant, str | int | float)
    return next((value.label for value in axis.values if plain and value.value == meant), None)


def _asked_to_skip(skip: Callable[[Any], Any], values: Mapping[str, Value]) -> bool:
    try:
        return bool(skip(Skipped({name: value.value for name, value in values.items()})))
    except Exception as problem:  # the user's own code
        raise OptionError(
            f"`skip` raised {type(problem).__name__}: {shortened(str(problem), 200)}",
            hint='It is called with each shot, as in `skip=lambda shot: shot["style"] == "ink"`.',
        ) from None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A shot as `skip=` sees it: its values by axis, before anything is asked."""

    axes: Mapping[str, object]

    def __getitem__(self, name: str) -> object:
        return self.axes[name]

    def __getattr__(self, name: str) -> object:
        try:
            return self.axes[name]
        except KeyError:
            raise AttributeError(name) from None
