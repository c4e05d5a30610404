"""Tab in JupyterLab: keys typed into a cell, and the list that opens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import LabNotebook

pytestmark = pytest.mark.deep

SETUP = "%load_ext nbgemini\nname, nation, anything = 'x', 'y', 3\nimport os"
AT = 2
# JupyterLab itself adds the words of the cell to the list, after what the kernel offers.
TOKENS = {"%", "%%", "imagine", "-", "a", "m", "r", "use"}


@pytest.fixture(scope="module")
def typing(opened_for_long: Open) -> Iterator[LabNotebook]:
    """A notebook with a picture in `cat`, some names, and an empty cell."""
    notebook = opened_for_long(SETUP, "%%imagine -o cat\na cat", "")
    notebook.run(0, 1)
    yield notebook
    notebook.close()


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("%%imagine --asp", "%%imagine --aspect"),
        ("%%imagine -a 16:", "%%imagine -a 16:9"),
        ("%%imagine -m gemini-3-p", "%%imagine -m gemini-3-pro-image"),
        ("%imagine us", "%imagine use"),
        ("%%imagine -r ca", "%%imagine -r cat"),
        ("%%imagine --from @l", "%%imagine --from @last"),
        ("%%imagine\na {nam", "%%imagine\na {name"),
        ("anyth", "anything"),
        ("os.path.basen", "os.path.basename"),
    ],
)
def test_one_offer_is_taken(typing: LabNotebook, typed: str, whole: str) -> None:
    """What is begun is completed in place: ours in cells and lines of ours, Python's names elsewhere."""
    assert len(typing.tab(AT, typed)) == 1
    assert typing.accept(AT) == whole


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%%imagine -a ", {"1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"}),
        ("%%imagine -m ", {"gemini-3-pro-image", "gemini-nano-banana-2.1", "pro", "flash", "nano-banana"}),
        ("%%imagine -r ", {"cat", "@last", "@1", "@clipboard"}),
        ("%imagine use ", {"main"}),
        ("%%imagine\na {na", {"name", "nation"}),
    ],
)
def test_all_that_fits_is_offered(typing: LabNotebook, typed: str, offered: set[str]) -> None:
    """Values of the option, models, conversations, references, and names of the user's own in the prompt."""
    found = typing.tab(AT, typed)
    assert offered <= set(found)
    if "-m " not in typed:  # there are more names of models than these
        assert set(found) <= offered | TOKENS


@pytest.mark.parametrize("typed", ["%%imagine ", "%%imagine --", "%%imagine an", "%%imagine\na pri"])
def test_names_of_python_stay_out(typing: LabNotebook, typed: str) -> None:
    """The option line offers options, and a prompt is left alone: no variable, builtin or file is among them."""
    words = set(typing.tab(AT, typed)) - TOKENS
    assert all(word.startswith("--") for word in words)
    assert len(words) > 20 or typed.endswith(("an", "pri"))
