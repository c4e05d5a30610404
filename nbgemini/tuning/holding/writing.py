"""Sheets as files: how they look is known by the room above, which says here how to write one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from nbgemini.errors import OptionError

__all__ = ["write_sheet", "write_with"]

Writer = Callable[[object, str], Path]  # a sheet and the name of the file; raises OptionError

_writers: list[Writer] = []


def write_with(writer: Writer) -> None:
    """What writes sheets from now on."""
    _writers[:] = [writer]


def write_sheet(sheet: object, path: str | os.PathLike[str]) -> Path:
    """Write a sheet into a new file. Raises OptionError."""
    if not isinstance(path, str | os.PathLike) or isinstance(path, bytes):
        raise OptionError(f"A file is named by a text or a path, not by {type(path).__name__}.")
    return _writers[-1](sheet, os.fspath(path))
