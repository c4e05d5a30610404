"""File names for conversations of any name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.store.slugs import safe_name

ANY = st.text(alphabet=st.characters(), max_size=200)


@given(text=ANY)
def test_a_name_is_harmless(text: str) -> None:
    """Plain ASCII without separators, never hidden, never a device, and short."""
    name = safe_name(text)
    assert name.isascii()
    assert name == name.lower()
    assert not set(name) & set('/\\:*?"<>| \x00\n')
    assert 1 <= len(name) <= 100
    assert name[0] != "."
    assert name.partition(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(one=ANY, other=ANY)
def test_different_texts_have_different_names(one: str, other: str) -> None:
    """Also for a file system that ignores case."""
    assert (safe_name(one).casefold() == safe_name(other).casefold()) == (one == other)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("main", "main"),
        ("main.2", "main.2"),
        ("Hero", "%48ero"),
        ("héros", "h%c3%a9ros"),
        ("../x", "%2e.%2fx"),
        ("a/b", "a%2fb"),
        ("CON", "%43%4f%4e"),
        ("con", "%63on"),
        ("nul.txt", "%6eul.txt"),
        ("console", "console"),
        ("", "%"),
        ("%", "%25"),
        ("~", "%7e"),
        ("\ud800", "%ed%a0%80"),
    ],
)
def test_examples(text: str, name: str) -> None:
    """What people and their enemies call conversations."""
    assert safe_name(text) == name


def test_long_names_that_begin_alike_differ() -> None:
    """The cut end is replaced by a hash of the whole."""
    one, other = safe_name("x" * 500), safe_name("x" * 501)
    assert one != other
    assert len(one) == len(other) == 100
    assert safe_name("x" * 100) == "x" * 100
