"""Restart & Run All in JupyterLab: the same pictures, “replayed” beneath them, and nothing leaves the kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import LabNotebook
from tests.kernel.conftest import strict_environment
from tests.support.strict_server import StrictServer, strict_server

pytestmark = pytest.mark.deep

CELLS = (
    "%%imagine -a 16:9 -o bay --save bay.jpg\nA lighthouse on a cliff",
    "%%imagine\nMake it night",
    "%%imagine --new\nA fox",
    "%%imagine --new\nA fox",
    "%imagine cost",
)
DRAWN = range(1, 5)


@pytest.fixture
def server() -> Iterator[StrictServer]:
    with strict_server() as started:
        yield started
        assert started.violations == []


def begin(opened: Open, server: StrictServer) -> LabNotebook:
    """A notebook whose kernel asks the strict server."""
    environment = strict_environment(server)
    return opened(f"import os\nos.environ.update({environment!r})\n%load_ext nbgemini", *CELLS)


def rerun(notebook: LabNotebook) -> None:
    """Kernel > Restart Kernel and Run All Cells."""
    notebook.restart()
    notebook.run_all()


def shown(notebook: LabNotebook, cells: range) -> list[str]:
    """The pictures in the page, as data URLs; each is there and whole."""
    found = []
    for at in cells:
        picture = notebook.pictures(at)
        picture.wait_for(state="attached")
        assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
        found.append(str(picture.get_attribute("src")))
    return found


def test_restart_and_run_all(opened: Open, server: StrictServer) -> None:
    """The same bytes in the page and in the file; two equal cells keep two pictures; what it saved is told."""
    notebook = begin(opened, server)
    notebook.run_all()
    before, sent = shown(notebook, DRAWN), len(server.posts)
    assert sent == 4
    assert len(set(before)) == 4, "two equal cells have two pictures"
    assert not any("replayed" in notebook.text(at) for at in DRAWN)
    for theme in ("Light", "Dark"):
        notebook.theme(theme)
        rerun(notebook)
        assert shown(notebook, DRAWN) == before
        assert all(re.search(rf"· turn {at} of main(, edits turn \d)? · replayed", notebook.text(at)) for at in DRAWN)
        assert all("$0, was $" in notebook.text(at) for at in DRAWN)
        assert "holds this picture already" in notebook.text(1)
        assert "saved by replay" in notebook.text(5)
    notebook.theme("Light")
    saved = notebook.saved()
    assert [output for cell in saved["cells"] for output in cell["outputs"] if output["output_type"] == "error"] == []
    assert len(server.posts) == sent


def test_a_cell_run_twice_and_a_duplicated_one(opened: Open, server: StrictServer) -> None:
    """A second run draws anew, and a restart shows the newest; a copy gets what no other cell shows."""
    notebook = begin(opened, server)
    notebook.run_all()
    before = shown(notebook, DRAWN)
    notebook.run(4)
    again = shown(notebook, DRAWN)
    assert len(server.posts) == 5
    assert again[:3] == before[:3]
    assert again[3] not in before
    notebook.edit(3)
    notebook.command("notebook:duplicate-below")
    notebook.cell(6).wait_for(state="attached")
    assert notebook.source(4) == CELLS[2]
    assert len(set(notebook.ids())) == 7, "the copy has an id of its own"
    rerun(notebook)
    copied = shown(notebook, range(1, 6))
    assert copied == [*again[:3], before[3], again[3]]
    notebook.run(4)
    assert len(server.posts) == 6
    copied[3] = shown(notebook, range(4, 5))[0]
    assert copied[3] not in (*before, *again)
    rerun(notebook)
    assert shown(notebook, range(1, 6)) == copied
    assert len(server.posts) == 6
