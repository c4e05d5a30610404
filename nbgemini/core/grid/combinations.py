"""The shots of a grid in order, first axis slowest and samples fastest, each with a number that never changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from nbgemini._dataclass import dataclass
from nbgemini.core.grid.axes import Axis, Dimension, Value

__all__ = ["Combination", "Grid", "Place", "numbered"]

# What tells a shot from the others of its sweep: the labels of its values by axis, and which sample it is.
Place = tuple[tuple[tuple[str, str], ...], int]


@dataclass(frozen=True, slots=True)
class Combination:
    """One value of each axis, and the number of the sample, from 1."""

    values: tuple[tuple[str, Value], ...]
    sample: int

    @property
    def place(self) -> Place:
        """What tells it from the others, whatever the order of the axes."""
        return tuple(sorted((name, value.label) for name, value in self.values)), self.sample

    @property
    def labels(self) -> dict[str, str]:
        return {name: value.label for name, value in self.values}

    @property
    def plain(self) -> dict[str, object]:
        """The values themselves, by axis."""
        return {name: value.value for name, value in self.values}


@dataclass(frozen=True, slots=True)
class Grid:
    """Dimensions, what is left out of their product, and how many samples each combination has.

    `skips` say of the values of a combination whether it is left out.
    """

    dimensions: tuple[Dimension, ...] = ()
    count: int = 1
    skips: tuple[Callable[[Mapping[str, Value]], bool], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all axes, in order."""
        return tuple(name for dimension in self.dimensions for name in dimension.names)

    @property
    def axes(self) -> tuple[Axis, ...]:
        return tuple(dimension.axis(name) for dimension in self.dimensions for name in dimension.names)

    @property
    def size(self) -> int:
        """How many shots there are before any is left out."""
        total = self.count
        for dimension in self.dimensions:
            total *= len(dimension.steps)
        return total

    def combinations(self) -> Iterator[Combination]:
        """Every shot in order."""
        for steps in itertools.product(*(dimension.steps for dimension in self.dimensions)):
            values = tuple(
                (name, value)
                for dimension, step in zip(self.dimensions, steps, strict=True)
                for name, value in zip(dimension.names, step, strict=True)
                if value is not None
            )
            known = dict(values)
            if not any(skip(known) for skip in self.skips):
                yield from (Combination(values, sample) for sample in range(1, self.count + 1))


def numbered(places: Iterable[Place], known: Mapping[Place, int]) -> dict[Place, int]:
    """The number of each place: those that have one keep it, the others are numbered on in order."""
    numbers = dict(known)
    free = itertools.count(max(numbers.values(), default=0) + 1)
    for place in places:
        if place not in numbers:
            numbers[place] = next(free)
    return numbers


def left_out(conditions: Sequence[tuple[str, Collection[str]]]) -> Callable[[Mapping[str, Value]], bool]:
    """A skip for the combinations in which each of these axes has one of its labels."""
    return lambda values: all(name in values and values[name].label in labels for name, labels in conditions)
