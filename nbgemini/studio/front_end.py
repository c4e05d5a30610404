"""What a front end tells the rooms below of itself; where none does, it is a script. Imports nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from nbgemini.studio.conversations.reruns import CellRun

__all__ = ["FrontEnd", "current", "set_up", "sheet_writer", "write_with"]


def _nobody() -> None:
    """The cell that runs, in a script."""


class FrontEnd:
    """Where the `%config` values come from (`traits`), how results are shown (`renderer`), where a relative store lies
    (`home`), the name of the `notebook`'s file, empty where that is not known, and which cell is `running`, where it is
    named.
    """

    def __init__(
        self,
        traits: Callable[[], dict[str, Any]] = dict,
        renderer: Callable[[Any], Any] | None = None,
        home: Path | None = None,
        notebook: Callable[[], str] = str,
        running: Callable[[], CellRun | None] = _nobody,
    ) -> None:
        self.traits, self.renderer, self.home, self.notebook, self.running = traits, renderer, home, notebook, running


_current = FrontEnd()
_writers: list[Callable[[object, str], Path]] = []


def set_up(one: FrontEnd | None = None) -> None:
    """From now on it is this one; None: a script. A studio that is there already keeps its conversations and folder."""
    global _current
    _current = one or FrontEnd()


def current() -> FrontEnd:
    """The one of this moment."""
    return _current


def write_with(writer: Callable[[object, str], Path]) -> None:
    """What writes a sheet under the name of a file from now on; it raises OptionError."""
    _writers[:] = [writer]


def sheet_writer() -> Callable[[object, str], Path]:
    """What writes sheets: whoever loads them has said so before."""
    return _writers[-1]
