"""The quickstart in JupyterLab: it runs whole, every picture is described, and nothing leaves the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import Requests, expect

pytestmark = pytest.mark.deep

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "01-quickstart.ipynb"
_FACES = "all => all.map(one => one.getAttribute('alt'))"
_LARGER = "all => all.filter(one => one.complete && one.naturalWidth > 300).length"


def test_the_quickstart_runs_whole(opened: Open, requests: Requests) -> None:
    """No cell fails, pictures stand above footers, all are described, and the page asks its own server alone."""
    notebook = opened(copy_of=QUICKSTART)
    notebook.run_all()
    saved = notebook.saved()
    outputs = [output for cell in saved["cells"] for output in cell.get("outputs", [])]
    assert [output for output in outputs if output["output_type"] == "error"] == []
    drawn = [at for at, cell in enumerate(saved["cells"]) if _draws("".join(cell["source"]))]
    assert len(drawn) >= 5
    for at in drawn:
        expect(notebook.pictures(at)).to_have_count(1)
        assert notebook.pictures(at).evaluate_all(_LARGER) == 1
        # JupyterLab gives no alt text to picture outputs, so a hidden line beside them does. If this fails one day
        # because it has learnt to, the hidden line can go.
        assert notebook.pictures(at).evaluate_all(_FACES) == [None]
        heard = notebook.cell(at).locator("span", has_text="Picture: ")
        assert _alt(saved["cells"][at]) in (heard.text_content() or "")
        assert heard.evaluate("one => one.getBoundingClientRect().width") <= 1
        assert "emulator · $0, would be $" in notebook.text(at).splitlines()[-1]
    thumbnails = notebook.front.locator(".jp-RenderedHTML img").evaluate_all(_FACES)
    assert thumbnails
    assert all(thumbnails)
    assert len(requests.addresses) > 20
    assert requests.elsewhere == []


def _draws(source: str) -> bool:
    return source.startswith("%%imagine") and "--dry-run" not in source


def _alt(cell: dict[str, object]) -> str:
    """The alt text in the metadata of the cell's picture."""
    outputs = cell["outputs"]
    assert isinstance(outputs, list)
    found = [
        facts["alt"]
        for output in outputs
        for mime, facts in output.get("metadata", {}).items()
        if mime.startswith("image/")
    ]
    assert len(found) == 1
    return str(found[0])
