"""The notebooks in `notebooks/`: tidy as they lie there, and whole in a real kernel, offline, twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.support.kernel import kernel

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def read(name: str) -> Any:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]  # it has no types


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_tidy(name: str) -> None:
    """Without outputs, small, with ids, a title first; no dollar sign in the words, where a page would see formulas."""
    document = read(name)
    nbformat.validate(document)
    assert (FOLDER / f"{name}.ipynb").stat().st_size < 10_000
    assert len({cell.id for cell in document.cells}) == len(document.cells)
    assert [cell for cell in document.cells if cell.get("outputs") or cell.get("execution_count")] == []
    words = [cell.source for cell in document.cells if cell.cell_type == "markdown"]
    assert words[0].startswith("# ")
    assert "$" not in "".join(words)


def test_the_readme_leads_to_each() -> None:
    """Nobody looks into folders."""
    text = (FOLDER.parent / "README.md").read_text("utf-8")
    assert [name for name in NOTEBOOKS if f"(notebooks/{name}.ipynb)" not in text] == []


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
                if cell.source.startswith("%%imagine") and outcome.pictures:
                    assert "emulator · $0, would be $" in outcome.text
                    assert ("· replayed" in outcome.text) == replayed
