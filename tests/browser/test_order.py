"""The life of cells in JupyterLab: run again, out of order, all of them, copied, and after a restart."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import LabNotebook

pytestmark = pytest.mark.deep

STORY = ("%load_ext nbgemini", "%%imagine\na fox", "%%imagine\nat night", "%%imagine\nin snow")


def check_footer(notebook: LabNotebook, at: int, turn: int, notice: str) -> None:
    """The last line of a cell's outputs names its turn, and where it went on from if it was run again."""
    place, _, said = notebook.text(at).splitlines()[-1].partition("↳")
    said = said.replace(" A cell edits the last picture; --new starts afresh.", "")  # with a kernel's first edit
    assert f"turn {turn} of main" in place
    assert notice in said if notice else said == ""


def test_cells_run_again_out_of_order(opened: Open) -> None:
    """Each goes on from the cell that it went on from before, at that cell's latest turn; Run All twice does too."""
    notebook = opened(*STORY)
    notebook.run(0, 1, 2, 3)
    for at in (1, 2, 3):
        check_footer(notebook, at, at, "")
    notebook.run(2)
    check_footer(notebook, 2, 4, "goes on from turn 1, and turn 2 stays as a branch")
    notebook.run(3)
    check_footer(notebook, 3, 5, "goes on from turn 4, and turn 3 stays as a branch")
    notebook.run(1)
    check_footer(notebook, 1, 6, "starts afresh, and turn 1 stays as a branch")
    notebook.write(2, "%%imagine\nat noon")  # edited, it is the same cell
    notebook.run(2)
    check_footer(notebook, 2, 7, "goes on from turn 6, and turn 4 stays as a branch")
    notebook.run_all()
    notebook.run_all()
    check_footer(notebook, 1, 11, "starts afresh, and turn 8 stays as a branch")
    check_footer(notebook, 2, 12, "goes on from turn 11, and turn 9 stays as a branch")
    check_footer(notebook, 3, 13, "goes on from turn 12, and turn 10 stays as a branch")
    assert notebook.asked() == [f"cell-{at}" for at in (0, 1, 2, 3, 2, 3, 1, 2, 0, 1, 2, 3, 0, 1, 2, 3)]


def test_a_copied_cell_is_new_and_a_restart_forgets(opened: Open) -> None:
    """A copy goes on from where the conversation is; after Restart Kernel a cell in the middle begins afresh."""
    notebook = opened(*STORY)
    notebook.run(0, 1, 2, 3)
    before = notebook.ids()  # Shift+Enter in the last cell has made another one below
    notebook.edit(2)
    for key in ("Escape", "c", "v"):
        notebook.page.keyboard.press(key)
    notebook.page.wait_for_function("n => window.driver.ids().length > n", arg=len(before))
    assert notebook.source(3) == notebook.source(2)
    assert notebook.ids()[3] not in before
    notebook.run(3)
    check_footer(notebook, 3, 4, "")
    assert "edits turn 3" in notebook.text(3)  # so it went on from the last cell
    notebook.run(2)
    check_footer(notebook, 2, 5, "goes on from turn 1, and turn 2 stays as a branch")
    notebook.restart()
    notebook.run(0, 2)
    check_footer(notebook, 2, 1, "")
    assert "edits turn" not in notebook.text(2)
