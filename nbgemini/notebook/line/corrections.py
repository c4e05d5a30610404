"""The cell that was meant where a prompt stands on the option line."""

from __future__ import annotations

from collections import deque

from nbgemini.core.option_table import OptionRow, option
from nbgemini.errors import OptionError
from nbgemini.notebook.line.grammar import subcommand
from nbgemini.notebook.line.splitting import Word, split

__all__ = ["with_prompt_below"]

_CLOSED = ("MODEL", "RATIO", "SIZE", "N", "WHAT", "LEVEL", "TIER", "INT", "F", "S", "USD", "PX", "MODE", "")


def with_prompt_below(line: str, body: str) -> str:
    """The cell with its options on the first line and all other words beneath it.

    Empty where the words may be something else: a slip of an option, a value that lacks its quotation marks, a
    subcommand.
    """
    try:
        words = deque(split(line))
    except OptionError:
        return ""
    options: list[str] = []
    prompt: list[str] = []
    before: OptionRow | None = None
    while words:
        word = words.popleft()
        row = _option(word)
        if row is not None:
            options.append(word.raw)
            if row.value and words and "=" not in word.text and len(word.text) in (2, len(row.long)):
                taken = not row.bare or words[0].text in row.choices
                options += [words.popleft().raw] if taken else []
            before = row
        elif (word.text.startswith("-") and not word.quoted) or _may_go_on(before, word, body):
            return ""
        else:
            prompt.append(word.text)
    if not prompt or (len(prompt) == 1 and subcommand(prompt[0])) or "," in (options or [" "])[-1]:
        return ""
    text = "\n".join(filter(None, (" ".join(prompt), body.strip())))
    return "\n".join((" ".join(("%%imagine", *options)), text))


def _may_go_on(row: OptionRow | None, word: Word, body: str) -> bool:
    """Whether a word may belong to the value before it, which then lacks its quotation marks."""
    return row is not None and row.value.strip("[]") not in _CLOSED and not word.quoted and bool(body.strip())


def _option(word: Word) -> OptionRow | None:
    """The option that a word begins with, if any."""
    if word.quoted:
        return None
    name = word.text.partition("=")[0]
    return option(name) or (option(name[:2]) if name[:1] == "-" != name[1:2] else None)
