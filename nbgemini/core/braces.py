"""Finds `{…}` in a prompt, in one pass, and tells placeholders from LaTeX, doubled braces and other people's syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nbgemini._dataclass import dataclass

__all__ = ["Brace", "braces", "plain_braces"]

_LONGEST = 300  # characters between two braces
_PLAIN = re.compile(rf"(?<!\{{)\{{([^{{}}]{{1,{_LONGEST}}})\}}(?!\}})")
_TOKEN = r"""
    (?P<command> \\ (?!n\b) [A-Za-z]+ \*? (?: \[ [^\[\]{}\\]{0,80} \] )? )   # \frac, \sqrt[3]; a typed \n is none
  | (?P<escape> \\ . )                                                       # \{ and \} are no braces
  | (?P<script> (?<!\w) [^\W\d_] _ (?=\{) | \^ (?=\{) )                      # x_{i} and ^{2}, but not img_{i}
  | (?P<open> \{ )
  | (?P<close> \} )
"""


@dataclass(slots=True)
class Brace:
    """`{inner}` without braces inside. `latex`: it is an argument of LaTeX; `doubled`: it stands in `{{…}}`."""

    start: int
    end: int
    inner: str
    latex: bool
    doubled: bool


@dataclass(slots=True)
class _Open:
    start: int
    latex: bool
    doubled: bool
    leaf: bool = True


@cache
def _token() -> re.Pattern[str]:
    """Compiled for the first text with a brace in it: that takes two milliseconds."""
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


def braces(text: str) -> Iterator[Brace]:
    """The innermost pairs of braces, from left to right. Takes time in proportion to the text."""
    if "{" not in text:
        return
    stack: list[_Open] = []
    latex_until = -1  # where something of LaTeX ended: a brace right there is its next argument
    for token in _token().finditer(text):
        start, end = token.span()
        if token["command"] or token["script"]:
            latex_until = end
        elif token["open"]:
            before = text[start - 1 : start]
            latex = start == latex_until or (before == "_" and start - 1 == latex_until)  # \sum_{i}
            if stack:
                latex |= stack[-1].latex
                stack[-1].leaf = False
            stack.append(_Open(start, latex, doubled=before == "{"))
        elif token["close"] and stack:
            opened = stack.pop()
            if opened.latex:
                latex_until = end
            if opened.leaf and end - opened.start <= _LONGEST + 2:
                yield Brace(opened.start, end, text[opened.start + 1 : start], opened.latex, opened.doubled)


def plain_braces(text: str) -> Iterator[Brace]:
    """The same in a name or a number: no LaTeX stands there, and a backslash is a part of a path."""
    return (Brace(*found.span(), found[1], latex=False, doubled=False) for found in _PLAIN.finditer(text))
