"""Texts as the few lines that a notebook shows of an error."""

from __future__ import annotations

import re

__all__ = ["one_line", "three_lines"]

_LINE = 400  # characters: a notebook line that still reads as one
_WIDTH, _LINES = 100, 3  # what JupyterLab shows of an error without breaking words, in a window of 1280 px


def one_line(text: str) -> str:
    """`text` without line breaks and control characters, cut to a length that can be read."""
    flat = " ".join("".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text).split())
    return flat if len(flat) <= _LINE else flat[: _LINE - 1] + "…"


def three_lines(*parts: str) -> list[str]:
    """The parts as lines that fit beside each other's, or as one text where they do not; `%tb` tells what is cut."""
    import textwrap  # for the first error: loading the extension has none

    def wrapped(text: str, most: int | None = None) -> list[str]:
        return textwrap.wrap(text, _WIDTH, max_lines=most, placeholder=" …", break_on_hyphens=False)

    what, money, hint = (one_line(part) for part in parts)
    layouts = ((what, money, hint), (f"{what} {money}", hint), (what, f"{money} {hint}"), (f"{what} {money} {hint}",))
    for shorten in (str, _shorter_names):
        for layout in layouts:
            texts = [shorten(text) for text in layout]
            lines = [line for text in texts for line in wrapped(text)]
            if len(lines) <= _LINES and all(len(word) <= _WIDTH for text in texts for word in text.split()):
                return lines
    rest = wrapped(_shorter_names(f"{money} {hint}"), _LINES - 1)
    return [*wrapped(_shorter_names(what), _LINES - len(rest)), *rest]


def _shorter_names(text: str) -> str:
    """`text` with the middle of paths and other long words left out: how they begin and end says which they are."""
    return re.sub(r"\S{49,}", lambda found: f"{found[0][:16]}…{found[0][-30:]}", text)
