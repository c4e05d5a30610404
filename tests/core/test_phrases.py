"""Texts that are cut, and things that are counted."""

from __future__ import annotations

import pytest

from nbgemini.core.phrases import counted, is_blank, opening, shortened


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


def test_the_opening_of_what_a_server_says() -> None:
    """Its first sentences; a short text is whole, a long first sentence is cut, and a version's point ends none."""
    first = "You exceeded your current quota, please check your plan and billing details."
    rest = f"For more information, head to: https://ai.google.dev/{'x' * 80}. To monitor your usage, go elsewhere."
    assert opening(f"{first}\n {rest}", 240) == f"{first} …"
    assert opening("No. Try  again.", 240) == "No. Try again."
    assert opening("word " * 100, 240) == ("word " * 48)[:239] + "…"
    version = f"The v1.5 model is not here: {'x' * 90}. Call ListModels to see the list of available models."
    assert opening(version, 240) == version.partition(" Call")[0] + " …"


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b", "\ufeff\u2060 \u200d", "\u2800\u3164", "\u00ad\u202e", "\ufe0f"]
)
def test_what_cannot_be_seen_is_blank(text: str) -> None:
    """Zero-width characters, fillers and marks alone say nothing."""
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "\u200bx\u200b", "\U0001f98a\ufe0f", ".", "\u732b", "e\u0301"])
def test_what_can_be_seen_is_not_blank(text: str) -> None:
    """Whatever stands around it."""
    assert not is_blank(text)
