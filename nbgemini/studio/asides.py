"""Remarks that a kernel makes once, beside the output of whichever cell comes next."""

from __future__ import annotations

__all__ = ["Asides"]


class Asides:
    """What was said in this kernel, and what waits to be said."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._waiting: list[str] = []

    def first(self, line: str) -> bool:
        """Whether this kernel has not asked about this line before: what is to be said once."""
        if line in self._said:
            return False
        self._said.add(line)
        return True

    def once(self, line: str) -> None:
        """Say a line with the next output, and never again."""
        if self.first(line):
            self.add(line)

    def add(self, line: str) -> None:
        """Say a line with the next output."""
        if line not in self._waiting:
            self._waiting.append(line)

    def taken(self) -> tuple[str, ...]:
        """What waits to be said; it waits no longer."""
        lines, self._waiting = tuple(self._waiting), []
        return lines
