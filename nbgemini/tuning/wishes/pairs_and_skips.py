"""Which axes are walked in step, and which combinations are left out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbgemini._dataclass import dataclass
from nbgemini.core.grid.axes import Axis, Dimension, Value, paired, quoted
from nbgemini.core.grid.combinations import left_out
from nbgemini.core.grid.spelling import ModelId
from nbgemini.core.phrases import shortened
from nbgemini.errors import OptionError
from nbgemini.tuning.wishes.axis_values import label_of
from nbgemini.tuning.wishes.faults import Faults
from nbgemini.tuning.wishes.meanings import means_same

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
    skip: Sequence[tuple[str, object]] | Callable[[Any], Any],
    dimensions: Sequence[Dimension],
    faults: Faults,
    model_id: ModelId,
) -> Callable[[Mapping[str, Value]], bool] | None:
    """What says of a combination whether it is left out; what is wrong with it is noted. A list means any of it."""
    if callable(skip):
        return lambda values: _asked_to_skip(skip, values)
    resolved: list[tuple[str, frozenset[str]]] = []
    axes = {name: dimension.axis(name) for dimension in dimensions for name in dimension.names}
    for name, given in skip:
        if faults.may_be_axis(name):
            continue
        if name not in axes:
            close = difflib.get_close_matches(name, axes, n=1)
            faults.add(
                OptionError(
                    f"`skip` names `{name.rstrip('_')}`, which is not an axis.",
                    hint=f"Did you mean `{close[0].rstrip('_')}`?" if close else "",
                )
            )
            continue
        listed = isinstance(given, list | tuple | set | frozenset)
        whole = any(means_same(name, value.value, given, model_id) for value in axes[name].values)  # of lists
        wanted = list(given) if listed and not whole else [given]  # type: ignore[call-overload]  # it is listed
        if not wanted:
            faults.add(OptionError(f"`skip` names no value of `{name.rstrip('_')}`."))
        labels = [_label_of(axes[name], one, faults, model_id) for one in wanted]
        resolved.append((name, frozenset(label for label in labels if label is not None)))
    return left_out(tuple(resolved)) if len(resolved) == len(skip) else None


def _label_of(axis: Axis, given: object, faults: Faults, model_id: ModelId) -> str | None:
    """The label of the value that is meant; None after taking note that there is none."""
    label = label_of(given)
    if label in axis.labels and isinstance(given, Value | str | int | float | None):
        return label
    meant = [value.label for value in axis.values if means_same(axis.name, value.value, given, model_id)]
    if not meant:
        close = difflib.get_close_matches(label, axis.labels, n=1)
        hint = f"Did you mean {quoted(close[0])}?" if close else ""
        name = axis.name.rstrip("_")
        faults.add(OptionError(f"`skip` names {quoted(label)}, which is not a value of `{name}`.", hint=hint))
    return meant[0] if meant else None


def _asked_to_skip(skip: Callable[[Any], Any], values: Mapping[str, Value]) -> bool:
    try:
        return bool(skip(Skipped({name: value.value for name, value in values.items()})))
    except Exception as problem:  # the user's own code
        raise OptionError(
            f"`skip` raised {type(problem).__name__}: {shortened(str(problem), 200).rstrip('.')}.",
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
