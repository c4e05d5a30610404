"""Where the cursor stands: on the option line of `%%imagine`, after `%imagine`, in a prompt, or somewhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from nbgemini._dataclass import dataclass

__all__ = ["Place", "locate"]

_CELL = re.compile(r"\s*%%imagine(?=\s|$)")
_LINE = re.compile(r"\s*(?:[\w.,*\[\]'\" \t]+=\s*)?%imagine[ \t]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor stands, with the text of that place before it and what follows it on its line.

    `options` is the whole option line of the cell and `body` what stands beneath it; both are empty for a command.
    """

    kind: Literal["options", "command", "prompt"]
    before: str
    after: str
    options: str = ""
    body: str = ""


def locate(text: str, row: int, column: int) -> Place | None:
    """The place of a cursor in a cell; None where Python, or another magic, has the word."""
    lines = text.split("\n")
    if not 0 <= row < len(lines):
        return None
    before, after = lines[row][:column], lines[row][column:].rstrip("\r")
    start = _option_row(lines)
    if start is None or row < start:
        match = _LINE.match(before)
        return Place("command", before[match.end() :], after) if match else None
    if row > start:
        return Place("prompt", "\n".join([*lines[start + 1 : row], before]), after, lines[start])
    match = _CELL.match(before)
    if match is None or match.end() == len(before):  # in the magic's own name, which IPython completes
        return None
    return Place("options", before[match.end() :], after, lines[row], "\n".join(lines[row + 1 :]))


def _option_row(lines: Sequence[str]) -> int | None:
    """The row of `%%imagine`: the first one with anything on it, but for other cell magics above (`%%time`)."""
    for row, line in enumerate(lines):
        if _CELL.match(line):
            return row
        if line.strip() and not line.lstrip().startswith("%%"):
            return None
    return None
