"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

__all__ = ["Piece", "word_diff"]

# A word with the blanks behind it. Letters of scripts without blanks between words stand alone, as does punctuation.
_ALONE = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"(?:[{_ALONE}]|[^\W{_ALONE}]+|[^\w\s])\s*|\s+")
_LONGEST = 4000  # words of both; what is longer is told as a whole


class Piece(NamedTuple):
    """Words that both have, or one of them."""

    kind: Literal["same", "gone", "new"]
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """What became of the words: those that are gone stand before those that came in their place."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > _LONGEST:
        whole = [Piece("gone", before), Piece("new", after)]
        return [Piece("same", before)] if before == after else [piece for piece in whole if piece.text]
    return list(_merged(old, new))


def _merged(old: list[str], new: list[str]) -> Iterator[Piece]:
    # Blanks behind a word are not what differs.
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[other_start:other_end]))
            continue
        if start < end:
            yield Piece("gone", "".join(old[start:end]))
        if other_start < other_end:
            yield Piece("new", "".join(new[other_start:other_end]))
