"""`--thoughts` in JupyterLab: the model is seen thinking, and what is left is the result with its thoughts folded."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.browser.conftest import Open
from tests.browser.driving import LabNotebook, Requests, expect

pytestmark = pytest.mark.deep

SLOWLY = "%load_ext nbgemini\nimport nbgemini as nb\nemulator = nb.emulator(latency=9)"
HOSTILE = "<img src=x onerror=alert(1)> <script>alert(2)</script> $x^2$ a fox on a hill"


def looked_at(notebook: LabNotebook, folder: Path, name: str) -> None:
    """Keep how the cell looks in both themes."""
    for theme in ("Light", "Dark"):
        notebook.theme(theme)
        notebook.cell(1).screenshot(path=folder / f"{name}-{theme.lower()}.png")


def test_the_model_is_seen_thinking(opened: Open, requests: Requests, tmp_path: Path) -> None:
    """An open block with words and thumbnails while it draws; afterwards one folded output above the result."""
    notebook = opened(SLOWLY, f"%%imagine --thoughts -m nano-banana-2.1 --thinking high\n{HOSTILE}")
    notebook.run(0)
    asked = notebook.ask(1)
    block = notebook.cell(1).locator("details")
    notebook.says(1, "Reading the request")
    assert block.get_attribute("open") is not None
    expect(notebook.pictures(1)).to_have_count(0)
    block.locator("img").nth(1).wait_for(state="visible")
    for thumbnail in block.locator("img").all():
        box = thumbnail.bounding_box()
        assert box is not None
        assert max(box["width"], box["height"]) <= 160
    pane = block.locator("div").first.locator("div").first
    assert pane.evaluate("node => node.scrollHeight - node.clientHeight - Math.abs(node.scrollTop)") >= 0
    looked_at(notebook, tmp_path, "live")
    notebook.ended(asked)
    expect(notebook.cell(1).locator("details")).to_have_count(1)
    assert block.get_attribute("open") is None
    expect(notebook.pictures(1)).to_have_count(1)
    assert "thinking…" not in notebook.text(1)
    assert "drawing…" not in notebook.text(1)
    looked_at(notebook, tmp_path, "folded")
    block.locator("summary").click()
    assert block.get_attribute("open") is not None
    looked_at(notebook, tmp_path, "opened")
    saved = notebook.saved()
    nbformat.validate(saved)
    assert len(saved["cells"][1]["outputs"]) == 4
    assert requests.dialogs == []
    assert requests.elsewhere == []


def test_the_stop_button_leaves_the_thoughts(opened: Open, tmp_path: Path) -> None:
    """Folded, below the line that says what becomes of the answer."""
    notebook = opened(SLOWLY, "%%imagine --thoughts\na fox")
    notebook.run(0)
    asked = notebook.ask(1)
    notebook.says(1, "Reading the request")
    notebook.front.locator('[data-jp-item-name="interrupt"]').click()
    notebook.ended(asked)
    notebook.says(1, "thoughts until then")
    assert notebook.cell(1).locator("details").get_attribute("open") is None
    looked_at(notebook, tmp_path, "stopped")
