"""How texts for people are put: cut to a length, counted in words."""

from __future__ import annotations

__all__ = ["counted", "shortened"]


def shortened(text: str, most: int) -> str:
    """`text`, or its beginning and `…`: at most `most` characters in all."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def counted(number: int, noun: str) -> str:
    """`1 turn`, `3 turns`, `1,200 requests`; for nouns that take an `s`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
