"""The cell that was meant where a prompt stands on the option line."""

from __future__ import annotations

import re
from collections import deque

from nbgemini.core.option_table import OptionRow, option
from nbgemini.core.slips import meant
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
        row, spelled = _option(word)
        if row is not None:
            options.append(spelled)
            if row.value and words and "=" not in spelled and len(spelled) in (2, len(row.long)):
                taken = not row.bare or words[0].text in row.choices
                options += [words.popleft().raw] if taken else []
            elif row.value and not row.bare and "=" not in spelled and len(spelled) in (2, len(row.long)):
                return ""  # its value is missing
            before = row
        elif (word.text.startswith("-") and not word.quoted) or _may_go_on(before, word, body):
            return ""
        else:
            prompt.append(word.text)
    if not prompt or (len(prompt) == 1 and subcommand(prompt[0])) or "," in (options or [" "])[-1]:
        return ""
    if body.strip() and len(prompt) == 1 and (option_meant := _as_option(prompt[0])):
        options, prompt = [*options, option_meant], []
    text = "\n".join(filter(None, (" ".join(prompt), body.strip())))
    return "\n".join((" ".join(("%%imagine", *options)), text))


def _as_option(word: str) -> str:
    """A word that stands alone above a prompt, as the option whose value it is; empty where it is that of none."""
    name, equals, value = word.partition("=")
    if equals and value and (row := option(f"--{name.replace('_', '-')}") or meant(name)):
        return f"{row.long} {value}"
    plain = word.rpartition(":")[2] if word.startswith("google") else word  # as `%%ai` names models
    kinds = (
        ("-m", r"pro|flash|flash-lite|nano-banana.*|gemini-.+"),
        ("-a", r"\d{1,2}:\d{1,2}"),
        ("-s", r"(?i:512|[124]k)"),
        ("-n", r"[1-9]"),
        ("-r", r"@.+|\{.+\}|.+\.(?i:png|jpe?g|webp|gif|heic)|https?://.+"),
    )
    return next((f"{short} {plain}" for short, pattern in kinds if re.fullmatch(pattern, plain)), "")


def _may_go_on(row: OptionRow | None, word: Word, body: str) -> bool:
    """Whether a word may belong to the value before it, which then lacks its quotation marks."""
    return row is not None and row.value.strip("[]") not in _CLOSED and not word.quoted and bool(body.strip())


def _option(word: Word) -> tuple[OptionRow | None, str]:
    """The option that a word begins with, if any, and how it is written: `--ar` of other tools becomes `--aspect`."""
    if word.quoted or not word.text.startswith("-"):
        return None, word.raw
    name, equals, value = word.text.partition("=")
    if row := option(name) or (option(name[:2]) if name[:1] == "-" != name[1:2] else None):
        return row, word.raw
    row = meant(name.strip("-")) if name.startswith("--") else None
    return row, f"{row.long}{equals}{value}" if row else word.raw
