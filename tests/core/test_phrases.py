"""Texts that are cut, and things that are counted."""

from __future__ import annotations

import pytest

from nbgemini.core.phrases import counted, shortened


@pytest.mark.parametrize(
    ("text", "short"), [("", ""), ("a cat", "a cat"), ("abcdefgh", "abcdefgh"), ("abcdefghi", "abcdefg…")]
)
def test_a_text_is_cut_to_its_length_with_the_ellipsis_counted(text: str, short: str) -> None:
    """What fits stays as it is; what does not ends in one character that says so."""
    assert shortened(text, 8) == short


@pytest.mark.parametrize(("number", "words"), [(0, "0 turns"), (1, "1 turn"), (2, "2 turns"), (1200, "1,200 turns")])
def test_one_is_singular_and_thousands_are_set_apart(number: int, words: str) -> None:
    """Zero is plural in English."""
    assert counted(number, "turn") == words
