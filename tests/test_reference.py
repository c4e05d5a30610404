"""The reference: every public name has a page there, and a docstring whose examples run on the emulator."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import nbgemini
from nbgemini import errors
from nbgemini.studio import process
from tests.support.reference import Documented, documented, examples_of, failures, setting
from tests.support.sampling import sampled

PAGES = sorted({one.page for one in documented()})
# What the rest of nbgemini asks of these values; users have no need of it.
INSIDE = {
    "Conversation": "plan_again response_of value way_on",
    "Result": "bytes_of exchange home path_of price_words way_on",
    "Sweep": "about entries run store",
    "Shot": "exchange mark",
    "SheetView": "layout sweep",
    "Found": "count filters index store turns",
    "BatchJob": "log micro",
    "Embedded": "handle keep_in",
    "StreamPart": "read",
    "UploadedPictures": "described",
    "Usage": "counts parse",
}


@pytest.fixture
def names() -> Iterator[dict[str, Any]]:
    """What the examples begin with: one studio and one store for those of a page."""
    process.forget()
    given: dict[str, Any] = {"get_ipython": _shell}
    exec(setting(), given)
    yield given
    InteractiveShell.clear_instance()
    process.forget()


def _shell() -> InteractiveShell:
    """A notebook's own, without a history on disk."""
    return InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))


@pytest.mark.parametrize("page", sampled(PAGES, 3))
def test_the_examples_run(page: str, names: dict[str, Any]) -> None:
    """Each prints what its docstring says; those of one page go on from each other."""
    tests = [test for one in documented() if one.page == page for test in _tests(one, names)]
    assert failures(tests) == []
    assert sum(len(test.examples) for test in tests) > 0


def _tests(one: Documented, names: dict[str, Any]) -> Iterator[doctest.DocTest]:
    thing = one.thing
    yield examples_of(thing, one.name, names)
    for member in one.members:
        yield examples_of(getattr(thing, member, None), f"{one.name}.{member}", names)


def test_every_public_name_has_a_page() -> None:
    """All of `nbgemini.__all__` and of `nbgemini.errors`."""
    there = {one.name.removeprefix("nbgemini.") for one in documented()}
    assert set(nbgemini.__all__) - {"__version__", "errors"} - there == set()
    assert {f"errors.{name}" for name in errors.__all__ if name != "Charged"} - there == set()


@pytest.mark.parametrize("one", [one for one in documented() if one.members], ids=lambda one: one.name.split(".")[-1])
def test_no_member_is_left_out(one: Documented) -> None:
    """A page lists what its class has, but for what only nbgemini itself asks of it."""
    kind = one.thing
    public = {name for name in dir(kind) if not name.startswith("_")}
    public -= set(INSIDE.get(one.name.split(".")[-1], "").split())
    told = set(re.findall(r"`\.?(\w+)", kind.__doc__ or ""))
    fields = set(getattr(kind, "__dataclass_fields__", ()))
    assert public - set(one.members) - (fields & told) == set()


def without_example(one: Documented) -> list[str]:
    """It and its members, as far as they have none; a value that is read may be shown by the class instead."""
    own = examples_of(one.thing, one.name, {})
    shown = "".join(example.source for example in own.examples)
    return [
        *([] if own.examples else [one.name]),
        *(
            f"{one.name}.{member}"
            for member in one.members
            if not examples_of(getattr(one.thing, member, None), member, {}).examples
            and (callable(getattr(one.thing, member, None)) or not re.search(rf"\.{member}\b", shown))
        ),
    ]


def test_each_has_an_example() -> None:
    """In its own docstring; a value that is read may be shown by the class instead."""
    assert [name for one in documented() for name in without_example(one)] == []


def test_the_folder_has_no_other_page() -> None:
    """Each page of the folder stands in its index, which the test of the examples goes by."""
    pages = {path.stem for path in (Path(__file__).parents[1] / "notebooks" / "reference").glob("*.md")} - {"index"}
    assert pages == set(PAGES)
