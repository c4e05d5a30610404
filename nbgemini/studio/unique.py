"""Values that belong to this process: a copy of one is itself, and none can be pickled."""

from __future__ import annotations

from typing import NoReturn, TypeVar

__all__ = ["Unique"]

S = TypeVar("S")


class Unique:
    """A base for them. `way_on` ends the sentence that says so."""

    __slots__ = ()

    @property
    def way_on(self) -> str:
        """The end of the sentence."""
        return "."

    def __copy__(self: S) -> S:
        return self

    def __deepcopy__(self: S, _: object) -> S:
        return self

    def __reduce__(self) -> NoReturn:
        kind = type(self).__name__.removesuffix("Handle")
        raise TypeError(f"A {kind} belongs to this process and cannot be pickled{self.way_on}")
