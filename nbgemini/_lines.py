"""Texts as the few lines that a notebook shows of an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["corrected", "ended", "numbered", "one_line", "some_of", "three_lines"]

_LINE = 400  # characters: a notebook line that still reads as one
_TWO_ENDS = r"(?<!\.)([.!?…]|\.{3}|[.!?…][\"”’'])\.(?=\s|$)"  # a pattern for the first error: loading compiles none
_WIDTH, _LINES = 100, 3  # what JupyterLab shows of an error without breaking words, in a window of 1280 px


def one_line(text: str) -> str:
    """`text` without line breaks and control characters, cut to a length that can be read."""
    flat = " ".join("".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text).split())
    return flat if len(flat) <= _LINE else flat[: _LINE - 1] + "…"


def ended(text: str) -> str:
    """`text` with one mark at the end of each sentence: what is quoted in it often brings its own."""
    return re.sub(_TWO_ENDS, lambda found: found[1], text)


def three_lines(what: str, money: str, hint: str) -> list[str]:
    """The parts as lines of their own, or as one text where that fits better. `%tb` has what is left out.

    What goes first, where it is too long: the middle of paths and of what a server said, then advice after its first
    sentence.
    """
    import textwrap  # for the first error: loading the extension has none

    def wrapped(text: str, most: int | None = None) -> list[str]:
        return textwrap.wrap(text, _WIDTH, max_lines=most, placeholder=" …", break_on_hyphens=False)

    def fitting(what: str, hint: str) -> list[str]:
        one = f"{what} {money} {hint}"
        for layout in ((what, money, hint), (f"{what} {money}", hint), (what, f"{money} {hint}"), (one,)):
            lines = [line for text in layout for line in wrapped(text)]
            if len(lines) <= _LINES and all(len(word) <= _WIDTH for text in layout for word in text.split()):
                return lines
        return []

    what, hint = one_line(what), one_line(hint)
    first_advice = re.split(r"(?<=[.?!]) (?=[A-Z`])", hint)[0]
    for quoted, advice in ((400, hint), (100, hint), (40, hint), (100, first_advice), (40, first_advice)):
        if lines := fitting(what, advice) or fitting(_shorter(what, quoted), _shorter(advice, quoted)):
            return lines
    told = wrapped(_shorter(what, 40), _LINES - 1)
    return [*told, *wrapped(f"{money} {_shorter(hint, 40)}", _LINES - len(told))]


def corrected(what: str, money: str, cell: str) -> list[str]:
    """What happened, and beneath it the cell as it was meant, ready to be copied."""
    said = one_line(f"{what} {money} Write:")
    if len(said) > _WIDTH:
        said = one_line(f"{what.partition(';')[0].rstrip('.')}. {money} Write:")
    line, _, prompt = cell.partition("\n")
    return [said, *(one_line(text) for text in (line, prompt) if text.strip())]


def numbered(faults: Iterable[str]) -> list[str]:
    """Several things that are wrong, a line each."""
    return [f"({number}) {one_line(fault)}" for number, fault in enumerate(faults, 1)]


def some_of(lines: list[str], faults: Sequence[str], money: str, *, listed: bool) -> list[str]:
    """The lines of an error for several things; where not all of these fit, as many as do, and where the others are."""
    told = [one_line(fault) for fault in faults]
    if all(fault in " ".join(lines) for fault in told):
        return lines
    where = "All stand above this error." if listed else f"`%tb` shows all {len(told)}."
    for shown in range(len(told) - 1, 0, -1):
        first = f"{shown} of them" if shown > 1 else "one of them"
        some = " ".join(numbered(told[:shown]))
        lines = three_lines(f"OptionError: {len(told)} things are wrong, {first}: {some}", money, where)
        if all(fault in " ".join(lines) for fault in told[:shown]) and where in " ".join(lines):
            break
    return lines


def _shorter(text: str, quoted: int) -> str:
    """`text` with the middle of long words left out, and of a server's words all but the first `quoted` characters."""
    cut = re.sub(rf"“([^”]{{{quoted}}})[^”]{{5,}}”", r"“\1…”", text)
    return re.sub(r"\S{49,}", lambda found: f"{found[0][:16]}…{found[0][-30:]}", cut)
