"""The notebooks in `notebooks/`: tidy as they lie there, and whole in a real kernel, offline, twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.support.kernel import kernel
from tests.support.outputs import complaints

FOLDER = Path(__file__).parents[1] / "notebooks"
KEPT = {"05-sweeps"}  # with their outputs, for those who look at them on GitHub
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def read(name: str) -> Any:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]  # it has no types


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_tidy(name: str) -> None:
    """Small, with ids, a title first; no dollar sign in the words, where a page would see formulas."""
    document = read(name)
    nbformat.validate(document)
    size = (FOLDER / f"{name}.ipynb").stat().st_size
    assert len({cell.id for cell in document.cells}) == len(document.cells)
    shown = [cell for cell in document.cells if cell.get("outputs") or cell.get("execution_count")]
    if name in KEPT:
        assert size < 1_500_000
        assert [said for cell in shown for output in cell.outputs for said in complaints(output)] == []
    else:
        assert size < 10_000
        assert shown == []
    words = [cell.source for cell in document.cells if cell.cell_type == "markdown"]
    assert words[0].startswith("# ")
    assert "$" not in "".join(words)


def test_the_readme_leads_to_each() -> None:
    """Nobody looks into folders."""
    text = (FOLDER.parent / "README.md").read_text("utf-8")
    assert [name for name in NOTEBOOKS if f"(notebooks/{name}.ipynb)" not in text] == []


@pytest.mark.parametrize("name", sorted(KEPT))
def test_what_is_kept_tells_the_story(name: str) -> None:
    """No paths of a machine, cells run in order, and the sheet as one picture with an alt text."""
    cells = [cell for cell in read(name).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [
        text for output in outputs for text in output.data.values() if re.search(r"/(home|root|tmp|Users)/", text)
    ]
    alone = [output for output in outputs if "image/jpeg" in output.data and "text/html" not in output.data]
    assert all(output.metadata["image/jpeg"]["alt"] for output in alone)
    assert any("Contact sheet" in output.metadata["image/jpeg"]["alt"] for output in alone)


@pytest.mark.deep
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_and_runs_again(name: str, tmp_path: Path) -> None:
    """Every cell passes on the emulator but those that show errors; a fresh kernel draws nothing anew."""
    cells = [cell for cell in read(name).cells if cell.cell_type == "code"]
    for replayed in (False, True):
        with kernel(tmp_path) as running:
            for cell in cells:
                outcome = running.run(cell.source, cell.id)
                fails = "raises-exception" in cell.metadata.get("tags", ())
                assert outcome.ok != fails, (cell.source, outcome.text, outcome.error_lines)
                assert len(outcome.error_lines) <= 3
                if cell.source.startswith("%%imagine") and outcome.pictures and "--dry-run" not in cell.source:
                    assert "emulator · $0, would be " in outcome.text
                    assert ("· replayed" in outcome.text) == replayed
