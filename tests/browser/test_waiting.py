"""While an answer is on its way in JupyterLab: background cells, and the stop button."""

from __future__ import annotations

import re
import time
from typing import Any

import nbformat
import pytest

from tests.browser.conftest import Open
from tests.browser.driving import expect

pytestmark = pytest.mark.deep


def slowly(seconds: float) -> str:
    """A first cell, after which each picture takes its time."""
    return f"%load_ext nbgemini\nimport nbgemini as nb\nemulator = nb.emulator(latency={seconds})"


def kinds(output: dict[str, Any]) -> set[str]:
    return {mime.partition("/")[0] for mime in output.get("data", {})}


def test_a_background_cell_fills_in_later(opened: Open) -> None:
    """It ends without pictures, another cell runs meanwhile, its places fill in, and the file holds what is seen."""
    notebook = opened(slowly(6), "%%imagine --bg -n 2\na fox", "6 * 7")
    notebook.run(0, 1)
    assert "drawing in the background" in notebook.text(1)
    expect(notebook.pictures(1)).to_have_count(0)
    notebook.run(2)
    assert notebook.text(2) == "42"
    expect(notebook.pictures(1)).to_have_count(0)
    notebook.says(1, "turns 1–2 of main")
    expect(notebook.cell(1).locator("table img")).to_have_count(2)
    assert "background" not in notebook.text(1)
    saved = notebook.saved()
    nbformat.validate(saved)
    outputs = saved["cells"][1]["outputs"]
    (sheet,) = [output for output in outputs if "image" in kinds(output)]
    html = "".join(sheet["data"]["text/html"])
    assert [html.count(f'alt="Picture {number} of 2: a fox (emulated)"') for number in (1, 2)] == [1, 1]
    assert any("turns 1–2 of main" in "".join(output["data"]["text/plain"]) for output in outputs)


def test_the_stop_button_ends_the_wait(opened: Open) -> None:
    """The cell ends long before the answer, in three lines; the late one is announced in its place, with its id."""
    notebook = opened(slowly(9), "%%imagine\na fox", "")
    notebook.run(0)
    asked = notebook.ask(1)
    notebook.says(1, "drawing…")
    began = time.monotonic()
    notebook.front.locator('[data-jp-item-name="interrupt"]').click()
    notebook.ended(asked)
    assert time.monotonic() - began < 4  # with the browser's own time; tests/kernel measures the promise
    assert "makes it a turn" not in notebook.text(1)
    errors = [one for one in notebook.saved()["cells"][1]["outputs"] if one["output_type"] == "error"]
    assert [error["ename"] for error in errors] == ["KeyboardInterrupt"]
    assert len("\n".join(errors[0]["traceback"]).strip().splitlines()) <= 3
    assert "KeyboardInterrupt" in notebook.text(1)
    places = notebook.output(1).count()
    notebook.says(1, "makes it a turn")
    expect(notebook.output(1)).to_have_count(places)
    found = re.search(r"%imagine recover ([0-9a-f]{16})", notebook.text(1))
    assert found
    notebook.write(2, found[0])
    notebook.run(2)
    expect(notebook.pictures(2)).to_have_count(1)
    assert "turn 1 of main" in notebook.text(2)
