"""What errors advise for a cell, said for Python: `size="4K"` for `--size 4K`, `.undo()` for `%imagine undo`.

A script has no cells. Where Python has no other word for it, what a notebook takes stays, and is said to be one's.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from nbgemini.core.option_table import option
from nbgemini.errors import NbgeminiError

__all__ = ["in_python", "speaking_python"]

_CALLS = {
    "undo": "conversation.undo()",
    "redo": "conversation.redo()",
    "pick K": "conversation.pick(K)",
    "panel": "nbgemini.panel()",
    "fork NAME": "conversation.fork(NAME)",
    "use NAME": "nbgemini.conversation(NAME, stored=True)",
    "save FILE": "conversation.save(FILE)",
    "sweeps": "nbgemini.sweeps()",
}
_SAID = (
    ("Write what to draw below the `%%imagine` line.", "Say what to draw."),
    ("Write it below the line `%%imagine`, for example: a tabby cat on a sofa.", "Say what to draw."),
    ("a cell waits", "a request waits"),
    ("this cell", "this request"),
    ("the cell", "the call"),
)


@contextmanager
def speaking_python() -> Iterator[None]:
    """Words of Python in the errors that pass through."""
    try:
        yield
    except NbgeminiError as error:
        error.cover(in_python)
        raise


def in_python(text: str) -> str:
    """The text with options and subcommands as Python has them."""
    for cell, python in _SAID:
        text = text.replace(cell, python)
    text = text.replace("`%%imagine -", "`-")
    text = re.sub(r"`%imagine ([a-z]+(?: [A-Z]+)?)`", _call, text)
    return re.sub(r"`(-[^`]*)`", _arguments, text)


def _call(found: re.Match[str]) -> str:
    python = _CALLS.get(found[1])
    return f"`{python}`" if python else f"`%imagine {found[1]}` (in a notebook)"


def _arguments(found: re.Match[str]) -> str:
    """Options as they stand in a cell as keyword arguments; what is not made of options stays."""
    words = deque(found[1].split())
    arguments = []
    while words:
        row = option(words.popleft())
        if row is None:
            return found[0]
        if not row.value:
            arguments.append(f"{row.name}=True")
        elif words and not words[0].startswith("--"):
            value = words.popleft()
            while words and not words[0].startswith("-"):  # a text in quotes
                value += f" {words.popleft()}"
            bare = re.fullmatch(r"[\d.]+|[A-Z]+|…", value)
            arguments.append(f"{row.name}={value}" if bare else f'{row.name}="{value.strip(chr(34))}"')
        else:
            arguments.append(row.name)
    return f"`{', '.join(arguments)}`"
