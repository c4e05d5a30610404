"""What differs between two texts, word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.word_diff import word_diff


def test_words_that_went_and_came() -> None:
    """What is gone stands before what came in its place; punctuation is a word of its own."""
    found = word_diff("A boat at dawn, ink", "A boat at night, thick ink")
    assert [(kind, text.strip()) for kind, text in found] == [
        ("same", "A boat at"), ("gone", "dawn"), ("new", "night"), ("same", ","), ("new", "thick"), ("same", "ink"),
    ]  # fmt: skip


def test_scripts_without_blanks() -> None:
    """Letters of Chinese and Japanese stand alone, or all of a text would differ."""
    assert [tuple(piece) for piece in word_diff("夜の海", "朝の海")] == [
        ("gone", "夜"),
        ("new", "朝"),
        ("same", "の海"),
    ]


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_is_lost(before: str, after: str) -> None:
    """Without what came it is the text of before, without what went that of after, blanks aside."""
    found = word_diff(before, after)
    for left_out, text in (("new", before), ("gone", after)):
        assert "".join("".join(one.text for one in found if one.kind != left_out).split()) == "".join(text.split())


def test_texts_that_are_long() -> None:
    """Of very long texts both are told as a whole."""
    before, after = "a " * 3000, "b " * 3000
    assert [piece.kind for piece in word_diff(before, after)] == ["gone", "new"]
    assert [piece.kind for piece in word_diff(before, before)] == ["same"]
