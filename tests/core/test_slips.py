"""What people mean by an option that there is not, and what they are told where we have none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from nbgemini.core import slips
from nbgemini.core.option_table import OPTIONS
from nbgemini.core.options import Options
from nbgemini.core.phrases import close_to
from nbgemini.errors import OptionError
from nbgemini.notebook.line.optionline import parse_options


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ratio", "aspect"),
        ("ar", "aspect"),
        ("images", "ref"),
        ("image", "ref"),
        ("num", "count"),
        ("number", "count"),
        ("output", "save"),
        ("outfile", "save"),
        ("resolution", "size"),
        ("max_output_tokens", "max_tokens"),
        ("background", "bg"),
        ("aspct", "aspect"),
        ("conv", "conversation"),
        ("variations", "count"),
        ("branch", "from_"),
        ("seed-value", "seed"),
        ("sise", "size"),
        ("modle", "model"),
        ("timout", "timeout"),
    ],
)
def test_what_was_meant(typed: str, meant: str) -> None:
    """A cell and Python propose the same option, each as it is written there."""
    long = OPTIONS[meant].long
    with pytest.raises(OptionError) as in_cell:
        parse_options(f"--{typed.replace('_', '-')} x")
    with pytest.raises(OptionError) as in_python:
        Options.parse({typed: "x"})
    assert in_cell.value.hint == f"Did you mean `{long}`?"
    assert in_python.value.hint == f"Did you mean `{meant}`?"
    assert in_cell.value.charged == in_python.value.charged == "nothing sent"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("style", "in the prompt"),
        ("negative", "in the prompt"),
        ("negative-prompt", "in the prompt"),
        ("steps", "no such setting"),
        ("cfg-scale", "no such setting"),
        ("key", "GEMINI_API_KEY"),
        ("width", "`--aspect 16:9`"),
        ("height", "`--size 2K`"),
        ("edit", "edits the last picture anyway"),
    ],
)
def test_what_to_do_instead(typed: str, said: str) -> None:
    """Where no option is meant, a sentence says what to do; with one dash and with two, in capitals too."""
    for line in (f"--{typed} x", f"-{typed} x", f"--{typed.upper()}=x"):
        with pytest.raises(OptionError, match="is not an option") as caught:
            parse_options(line)
        assert said in caught.value.hint
        assert "Did you mean" not in caught.value.hint


@pytest.mark.parametrize("typed", ["undo", "reset", "list", "doctor"])
def test_a_line_of_its_own(typed: str) -> None:
    """What `%imagine` does in a line of its own is named as that."""
    with pytest.raises(OptionError) as caught:
        parse_options(f"--{typed}")
    assert caught.value.hint == f"That is a separate line: `%imagine {typed}`."


@pytest.mark.parametrize("typed", ["user", "scene", "reseat", "batman", "palette", "thinning-hair"])
def test_a_word_that_only_looks_alike_is_not_proposed(typed: str) -> None:
    """A slip has a letter or two that are wrong; another word is another wish."""
    with pytest.raises(OptionError) as caught:
        parse_options(f"--{typed} x")
    assert "Did you mean" not in caught.value.hint


@pytest.mark.parametrize("typed", ["yess", "ye", "yes-please", "y", "confirm", "force", "images", "eyes", "yes1", "ys"])
def test_yes_is_never_proposed(typed: str) -> None:
    """A slip must not lead to the option that spends more than the user's own limit."""
    with pytest.raises(OptionError) as in_cell:
        parse_options(f"--{typed}")
    with pytest.raises(OptionError) as in_python:
        Options.parse({typed.replace("-", "_"): True})
    assert "yes" not in in_cell.value.hint + in_python.value.hint


def test_the_tables_name_options_that_there_are() -> None:
    """Every word leads somewhere, in one table alone, and none of them is an option itself."""
    called = [word for words in slips._CALLED.values() for word in words.split()]
    instead = [word for words in slips._INSTEAD.values() for word in words]
    both = called + instead
    assert sorted(both) == sorted(set(both))
    assert set(slips._CALLED) <= set(OPTIONS)
    assert slips._NEVER in OPTIONS
    assert slips._NEVER not in slips._CALLED
    longs = {row.long.removeprefix("--") for row in OPTIONS.values()}
    assert longs.isdisjoint(both)
    for text in slips._INSTEAD:
        assert set(re.findall(r"\{(\w+)\}", text)) <= set(OPTIONS)


def test_other_names_do_not_take_the_place_of_attached_values() -> None:
    """`-ratio` is a name of something; `-rcat` and `-ocat` are values that stand at their letters."""
    assert parse_options("-rcat.png -ocat -n3 -a16:9").given == {
        "ref": ("cat.png",),
        "out": "cat",
        "count": 3,
        "aspect": "16:9",
    }


@pytest.mark.parametrize(("word", "known", "close"), [("aspct", ["size", "aspect"], "aspect"), ("x", ["size"], "")])
def test_close_to(word: str, known: Any, close: str) -> None:
    """The nearest word, or nothing."""
    assert close_to(word, known) == close
    assert close_to(word, iter(known)) == close
