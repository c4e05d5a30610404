"""Splits an option line into words as a shell does, except that a backslash is an ordinary character.

Windows paths survive that way. Inside double quotes, and only there, `\\"` stands for a quotation mark.
"""

from __future__ import annotations

import re

from nbgemini._dataclass import dataclass, field
from nbgemini.core.phrases import shortened
from nbgemini.errors import OptionError

__all__ = ["Word", "excerpt", "ref_and_text", "split"]

_PIECE = re.compile(
    r"""
      (?P<blank>\s+)
    | "(?P<double>(?:\\"|[^"])*)"
    | '(?P<single>[^']*)'
    | (?P<open>["'])
    | (?P<curly>[“”„‟«»‘‚‹›])
    | (?P<plain>[^\s"'“”„‟«»‘‚‹›]+)
    """,
    re.VERBOSE,
)


_FIRST = re.compile(r"""(?:"(?:\\"|[^"])*"|'[^']*'|[^\s"'])+(?=\s|$)""")


@dataclass(frozen=True, slots=True)
class Word:
    """One word. `quoted` says that it began with a quotation mark, so that it cannot be an option.

    `raw` is the word as it was typed, quotes and all.
    """

    text: str
    quoted: bool = False
    raw: str = field(default="", compare=False)


def split(line: str) -> tuple[Word, ...]:
    """The words of an option line. Raises OptionError for quotation marks that are not closed, or not plain ones."""
    words: list[Word] = []
    open_word = False
    for piece in _PIECE.finditer(line):
        if piece["blank"]:
            open_word = False
            continue
        _refuse(piece, line)
        text = _content(piece)
        if open_word:
            words[-1] = Word(words[-1].text + text, words[-1].quoted, words[-1].raw + piece[0])
        else:
            words.append(Word(text, quoted=piece["plain"] is None, raw=piece[0]))
        open_word = True
    return tuple(words)


def ref_and_text(line: str) -> tuple[str, str]:
    """The first word of a line, which may be quoted, and all that follows it as it stands: quotes in it are its own.

    Those around all of it are not. Raises OptionError for a quotation mark before the first word that is not closed.
    """
    line = line.strip()
    first = _FIRST.match(line)
    if first is None:
        return "".join(word.text for word in split(line)[:1]), ""
    text = line[first.end() :].strip()
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1].replace('\\"', ""):
        text = text[1:-1].replace('\\"', '"')
    return "".join(word.text for word in split(first[0])), text


def excerpt(value: object) -> str:
    """What was typed, short enough to be repeated in a sentence."""
    return shortened(str(value), 60)


def _content(piece: re.Match[str]) -> str:
    if piece["double"] is not None:
        return piece["double"].replace('\\"', '"')
    return piece["plain"] if piece["single"] is None else piece["single"]


def _refuse(piece: re.Match[str], line: str) -> None:
    if piece["open"]:
        raise OptionError(
            f"A quotation mark is not closed: `{excerpt(line[piece.start() :].strip())}`.",
            hint='Write text with spaces or an apostrophe in double quotes, as in `--alt "it\'s a cat"`.',
        )
    if piece["curly"]:
        raise OptionError(
            f"{piece['curly']} is a typographic quotation mark.",
            hint='Write the plain one: `"`.',
        )
