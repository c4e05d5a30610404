"""One table of options: what a row says holds in a cell, in Python, in the help and for Tab."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from nbgemini.core.option_parsers import whole
from nbgemini.core.option_table import OPTIONS, OptionRow
from nbgemini.core.options import ImageOptions, Options
from nbgemini.core.setting_table import SETTINGS
from nbgemini.errors import OptionError
from nbgemini.notebook.help.pages import help_bundle
from nbgemini.notebook.line.optionline import parse_options
from nbgemini.notebook.tab.candidates import offer
from nbgemini.notebook.tab.facts import Names
from nbgemini.notebook.tab.place import Place
from nbgemini.notebook.traits import NbGemini
from nbgemini.notebook.views.plans import python_bundle
from nbgemini.studio.asking.ask import Ask
from nbgemini.studio.asking.words import AskWords
from tests.studio.server import Server, answer, picture, studio_on


@pytest.fixture
def glow(monkeypatch: pytest.MonkeyPatch) -> OptionRow:
    """An option that there is not, by one row of the table."""
    row = OptionRow(
        long="--glow-in",
        group="picture",
        what="how many candles the picture glows with",
        parse=whole("glow_in", 1, 9),
        value="N",
        choices=("1", "2"),
        axis=True,
    )
    monkeypatch.setitem(OPTIONS, row.name, row)
    return row


def offered(before: str) -> list[str]:
    """What Tab offers at the end of an option line."""
    found = offer(Place("options", before, ""), cast(Names, {}))
    return [] if found is None else [one.text for one in found.candidates]


def test_one_row_is_one_option(glow: OptionRow, tmp_path: Path) -> None:
    """A cell parses it, Python takes it with the same errors, the help and Tab know it, `--show python` writes it."""
    options = parse_options("--glow-in 3")
    assert options.glow_in == 3
    assert parse_options("").glow_in is None
    assert Options.parse({"glow_in": 3}) == options
    with pytest.raises(OptionError, match="`glow_in` goes from 1 to 9, not 10"):
        parse_options("--glow-in 10")
    with pytest.raises(OptionError, match="`glow_in` goes from 1 to 9, not 10"):
        Options.parse({"glow_in": 10})
    with pytest.raises(OptionError) as caught:
        parse_options("--glow 3")
    assert "`--glow-in`" in caught.value.hint
    assert f"  {glow.spelling}  " in help_bundle("options").data["text/plain"]
    assert "candles" in help_bundle("glow-in").data["text/plain"]
    assert "--glow-in" in offered("--")
    assert offered("--glow-in ")[:2] == ["1", "2"]
    assert "glow_in=3" in python_bundle("a fox", options).data["text/plain"]
    words: Any = {"glow_in": 3}
    assert studio_on(Server(answer(picture())), tmp_path).conversation().imagine("a fox", **words).turn == 1


def test_the_words_of_python_are_the_table() -> None:
    """The types of the keyword arguments name every option but those of cells alone and of later versions."""
    rows = {row.name for row in OPTIONS.values() if not row.instead}
    assert set(AskWords.__annotations__) == rows
    assert set(ImageOptions.__annotations__) <= rows
    assert {name for name in rows if name not in ImageOptions.__annotations__} - {"ref", "fresh"} <= set(
        Ask.__annotations__
    )


def test_defaults_are_those_of_the_dataclasses() -> None:
    """What holds where nothing is given is the same in the table and where it is used."""
    assert Options().image == ImageOptions()
    for name in set(OPTIONS) & set(ImageOptions.__annotations__):
        assert getattr(ImageOptions(), name) == OPTIONS[name].default, name


def test_axes_are_options_that_change_the_picture() -> None:
    """What each picture of a sweep may have of its own; never where it is kept, what it may cost, or a `--yes`."""
    axes = {row.name for row in OPTIONS.values() if row.axis}
    assert {"aspect", "size", "model", "thinking", "seed", "temperature", "system", "search", "tier", "only"} <= axes
    assert {"ref", "from_"} <= axes
    assert axes.isdisjoint({"count", "new", "save", "out", "yes", "budget", "timeout", "replay", "fresh", "raw"})
    assert OPTIONS["aspect"].parse("16x9") == "16:9"


def test_an_unknown_name_is_no_attribute() -> None:
    """A slip in our own code does not read as `not given`."""
    with pytest.raises(AttributeError):
        _ = Options().aspct


def test_one_row_is_one_setting() -> None:
    """The traits of `%config NbGemini` are the rows of the table of settings, with its words and its checks."""
    traits = NbGemini.class_traits(config=True)
    assert set(SETTINGS) <= set(traits)
    for name, row in SETTINGS.items():
        assert traits[name].help == row.help
        assert row.help.endswith(".")
    assert [name for name, row in SETTINGS.items() if row.initial is None] == [
        "aspect", "size", "budget", "timeout", "per_minute", "base_url", "project", "location", "recordings",
        "catalogue",
    ]  # fmt: skip
    assert NbGemini().given() == {}
