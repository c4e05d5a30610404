"""The `%%imagine` cell (or, where a cell cannot hold it, the Python) that does what a panel did or would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from nbgemini._dataclass import dataclass
from nbgemini.core.skeleton import Json
from nbgemini.errors import OptionError
from nbgemini.notebook.export.cell_source import is_a_body, keywords, option_words, quoted

__all__ = ["Deed", "Ref", "file_ref", "source_of", "turn_ref"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference picture: the REF that names it, and how Python writes the same."""

    ref: str
    python: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done: `base` is the turn it goes on from (None: the conversation's present one, 0: a new root).

    `axes` are the names of what varies.
    """

    prompt: str
    options: Mapping[str, Json]
    refs: Sequence[Ref] = ()
    base: int | None = None
    conversation: str | None = None
    axes: Sequence[str] = ()


def source_of(deed: Deed) -> str:
    """Its source; pasted into a notebook on the same conversation, it sends the same."""
    return _cell(deed) or _python(deed)


def _cell(deed: Deed) -> str:
    """The cell, or "" where a cell cannot hold it."""
    words = option_words(deed.options)
    prompt = deed.prompt.strip("\r\n")
    names = [quoted(one.ref) for one in deed.refs]
    name = None if deed.conversation is None else quoted(deed.conversation)
    is_body = is_a_body(prompt) or ("prompt" in deed.axes and not prompt)
    if words is None or not is_body or None in names or (deed.conversation is not None and name is None):
        return ""
    line = ["%%imagine", *([f"-c {name}"] if name else [])]
    if deed.base is not None:
        line.append(f"--from @{deed.base}" if deed.base else "--new")
    line += [*(f"-r {one}" for one in names), *words]
    bare = "".join([*line, prompt])
    for axis in deed.axes:  # its places are filled in, with `--raw` and without
        bare = bare.replace(f"{{{axis}}}", "")
    if "{" in bare:
        line.append("--raw")
    return f"{' '.join(line)}\n{prompt}"


def _python(deed: Deed) -> str:
    if deed.axes:
        raise OptionError("A cell cannot hold this sweep.", hint="`nbgemini.sweep(…)` in Python can.")
    words = [repr(deed.prompt), *keywords(deed.options)]
    if deed.base is not None:
        words.append(f"from_={deed.base}" if deed.base else "new=True")
    if deed.refs:
        words.append(f"ref=[{', '.join(one.python for one in deed.refs)}]")
    name = "" if deed.conversation is None else repr(deed.conversation)
    arguments = "".join(f"    {word},\n" for word in words)
    return f"import nbgemini as nb\n\nnb.conversation({name}).imagine(\n{arguments})"


def file_ref(path: Path) -> Ref:
    """A file as a reference; its label is the name without the suffix."""
    return Ref(str(path), repr(str(path)))


def turn_ref(number: int, conversation: str | None) -> Ref:
    """The picture of a turn of the conversation."""
    name = "" if conversation is None else repr(conversation)
    return Ref(f"@{number}", f"{{'turn {number}': nb.conversation({name}).exchanges[{number - 1}]}}")
