"""Colours `%%imagine` cells as what they are: a line of options, and a prompt that is no Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipython_pygments_lexers import IPython3Lexer
from pygments.lexers.special import TextLexer
from pygments.token import Keyword, Name, String, Text, _TokenType
from sphinx.application import Sphinx

_WORDS = re.compile(r"\s+|--?[a-z][\w-]*|\S+")


class CellLexer(IPython3Lexer):  # type: ignore[misc]  # it publishes no types
    """Python with IPython's magics, but for cells and lines of ours."""

    name = "A notebook's cell"

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        if re.match(r"%%?imagine\b", text) is None:
            yield from super().get_tokens_unprocessed(text)
            return
        at = 0
        for line in text.splitlines(keepends=True):
            is_magic = re.match(r"%%?\w+", line)
            yield from ((at + place, kind, piece) for place, kind, piece in _pieces(line, is_magic is not None))
            at += len(line)


def _pieces(line: str, is_magic: bool) -> Iterator[tuple[int, _TokenType, str]]:
    """The words of a magic's line; a line of a prompt with its `{names}`."""
    if is_magic:
        for word in _WORDS.finditer(line):
            kind = Keyword if not word.start() else Name.Attribute if word[0].startswith("-") else Text
            yield word.start(), kind, word[0]
        return
    for piece in re.finditer(r"\{[^{}]*\}|[^{]+|\{", line):
        yield piece.start(), Name.Variable if len(piece[0]) > 1 and piece[0][0] == "{" else String, piece[0]


def setup(app: Sphinx) -> dict[str, bool]:
    """Notebooks say `ipython3`; pages say `python`, as on GitHub, also where a block is a cell."""
    app.add_lexer("ipython3", CellLexer)
    app.add_lexer("python", CellLexer)
    for name in ("prompts", "edits", "ipythontb"):  # errors of ours are sentences
        app.add_lexer(name, TextLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
