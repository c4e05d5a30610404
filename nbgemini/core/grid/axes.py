"""One axis of a sweep: a name, and the values that it takes, each with its words for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nbgemini._dataclass import dataclass
from nbgemini.core.phrases import shortened

__all__ = ["Axis", "Dimension", "Value", "labelled", "paired", "rows_of", "single"]

MOST_VALUES = 10_000  # of one axis


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an axis. `label` is its text in heads and in the store, and tells it from the others."""

    label: str
    value: object


@dataclass(frozen=True, slots=True)
class Axis:
    """A name and its values in order."""

    name: str
    values: tuple[Value, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(value.label for value in self.values)


@dataclass(frozen=True, slots=True)
class Dimension:
    """Axes that are walked in step: one alone, a pair, or the columns of an explicit list.

    Each step has one value for each name; None where a row of the list says nothing.
    """

    names: tuple[str, ...]
    steps: tuple[tuple[Value | None, ...], ...]

    def axis(self, name: str) -> Axis:
        """The values that one of its names takes, each once."""
        at = self.names.index(name)
        found = {step[at].label: step[at] for step in self.steps if step[at] is not None}  # type: ignore[union-attr]
        return Axis(name, tuple(found.values()))  # type: ignore[arg-type]  # None is left out in the line before


def single(axis: Axis) -> Dimension:
    """A dimension of one axis."""
    return Dimension((axis.name,), tuple((value,) for value in axis.values))


def paired(axes: Sequence[Axis]) -> Dimension:
    """Axes of equal length in step."""
    return Dimension(tuple(axis.name for axis in axes), tuple(zip(*(axis.values for axis in axes), strict=True)))


def rows_of(names: Sequence[str], rows: Iterable[Mapping[str, Value]]) -> Dimension:
    """An explicit list: one step a row."""
    return Dimension(tuple(names), tuple(tuple(row.get(name) for name in names) for row in rows))


def labelled(values: Iterable[tuple[str, object]]) -> Iterator[Value]:
    """Values with labels that tell them apart: the second `cat` is `cat (2)`."""
    seen: dict[str, int] = {}
    for label, value in values:
        seen[label] = seen.get(label, 0) + 1
        yield Value(label if seen[label] == 1 else f"{label} ({seen[label]})", value)


def quoted(label: str) -> str:
    """A label in a sentence."""
    return f"`{shortened(' '.join(label.split()), 40)}`"
