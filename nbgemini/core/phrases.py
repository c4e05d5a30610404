"""How texts for people are put: cut to a length, counted in words, compared with what was probably meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from nbgemini.errors import OptionError

__all__ = ["AGAIN", "all_of", "close_to", "counted", "is_blank", "opening", "shortened"]

AGAIN = "nbgemini will not resend it: run the cell again when you are ready to pay for it twice."

_SENTENCE = r"(?<=[^.\s]{2}[.!?]) (?=[A-Z])"
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that show nothing
_FEW = 160  # characters of the sentences that an opening may hold


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: blanks, zero-width characters, fillers, marks that belong to no letter."""
    return all(c.isspace() or c in _INVISIBLE or unicodedata.category(c) in ("Cf", "Cc", "Mn") for c in text)


def shortened(text: str, most: int) -> str:
    """`text`, or its beginning and `…`: at most `most` characters in all."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def opening(text: str, most: int) -> str:
    """The first sentences of a text that runs on, `…` for the rest; a long first one is cut at `most` characters.

    What a server says first is what happened; where to read more about it follows.
    """
    text = " ".join(text.split())
    if len(text) <= _FEW:
        return text
    ends = [end.start() for end in re.finditer(_SENTENCE, text[: _FEW + 1])]
    return f"{text[: ends[-1]]} …" if ends else shortened(text, most)


def counted(number: int, noun: str) -> str:
    """`1 turn`, `3 turns`, `1,200 requests`; for nouns that take an `s`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def close_to(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The one of `known` that is written most like `word`, or nothing. `cutoff`: from 0, anything, to 1, the same."""
    import difflib  # for those who mistype: the others need not wait for it

    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)), "")


def all_of(faults: Sequence[OptionError]) -> OptionError:
    """One error for several things that are wrong; the one itself where it is alone."""
    if len(faults) == 1:
        return faults[0]
    told = " ".join(f"({number}) {fault.message}" for number, fault in enumerate(faults, 1))
    error = OptionError(f"{len(faults)} things are wrong: {told}", hint=faults[0].hint)
    error.faults = tuple(faults)
    return error
