"""Runs the course in a real kernel and keeps what its cells show: `python -m tests.support.course [NAME …]`.

What is kept is what any reader can show: of a sheet or a widget its picture or its text, and no path of this machine.
Where a new output says the same as the kept one but for seconds, days and ids, the kept one stays: nothing changes in
git that does not change for a reader. The first cells get the address of the repository, which stands in pyproject.toml
alone.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from tests.support.kernel import Kernel, Outcome, kernel

__all__ = ["FOLDER", "NOTEBOOKS", "SMALL", "answers", "code_of", "first_cell", "laid_out", "read", "run_all"]

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
# Kept pictures are small, so that each file opens quickly on a page.
SMALL = {"NBGEMINI_PREVIEW": "640"}

_WIDGET = "application/vnd.jupyter.widget-view+json"
_ANSWER = re.compile(r"<details>.*?</details>", re.DOTALL)
_FENCED = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# What differs from run to run and says nothing to a reader.
_PASSING = re.compile(r"\d+(?:\.\d+)? s\b|\d{4}-\d\d-\d\d|\d\d:\d\d|\b[0-9a-f]{12,64}\b|batches/\w+")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


_FIRST = """\
import sys

if "google.colab" in sys.modules:  # in Colab, this installs nbgemini and the files of the course
    !git clone -q --depth 1 {repository} /content/nbgemini
    %pip install -q /content/nbgemini
    %cd -q /content/nbgemini/notebooks
%load_ext nbgemini"""


def first_cell() -> str:
    """The first cell of each notebook: it installs where that is needed, and loads the extension."""
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))
    return _FIRST.format(repository=project["tool"]["nbgemini"]["repository"])


def read(name: str) -> Any:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]  # it has no types


def code_of(document: Any) -> list[Any]:
    return [cell for cell in document.cells if cell.cell_type == "code"]


def answers(document: Any) -> list[str]:
    """The cells in the folded answers of the exercises, in order."""
    words = "\n".join(cell.source for cell in document.cells if cell.cell_type == "markdown")
    return [code.strip() for answer in _ANSWER.findall(words) for code in _FENCED.findall(answer)]


def laid_out(folder: Path) -> Path:
    """A folder with the files that the notebooks read."""
    for path in FOLDER.iterdir():
        if path.is_file() and path.suffix not in {".ipynb", ".py", ".md"}:
            shutil.copy(path, folder)
    return folder


def run_all(running: Kernel, document: Any) -> Iterator[tuple[Any, Outcome]]:
    """Each code cell with what came of it; one that fails without the tag for it ends the run."""
    for cell in code_of(document):
        outcome = running.run(cell.source, cell.id, timeout=60)
        fails = "raises-exception" in cell.metadata.get("tags", ())
        assert outcome.ok != fails, (cell.source, outcome.text, outcome.error_lines)
        yield cell, outcome


def kept(outcome: Outcome, folder: Path) -> list[Any]:
    """A cell's outputs as the file keeps them."""
    found: list[dict[str, Any]] = []
    for output in outcome.outputs:
        still = _still(output, folder)
        if found and "text" in still and still.get("name") == found[-1].get("name"):
            found[-1]["text"] += still["text"]  # what is printed comes in pieces
        elif still.get("data") != {"text/plain": ""}:
            found.append(still)
    return [nbformat.from_dict(still) for still in found]  # type: ignore[no-untyped-call]  # as above


def _still(output: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One output without what needs a kernel, a style sheet or this machine."""

    def nameless(text: str) -> str:
        return text.replace(f"{folder}/", "").replace(str(folder), ".")

    still: dict[str, Any] = {
        key: output[key] for key in ("output_type", "name", "execution_count", "ename", "evalue") if key in output
    }
    if "data" not in output:
        if "text" in output:
            still["text"] = nameless(output["text"])
        else:
            still["evalue"] = nameless(output["evalue"])
            still["traceback"] = [nameless(_COLOURS.sub("", line)) for line in output["traceback"]]
        return still
    data = {kind: nameless(text) for kind, text in output["data"].items() if kind != _WIDGET}
    if not _plain(data.get("text/html", "")) or any(kind.startswith("image/") for kind in data):
        data.pop("text/html", None)
    metadata = {kind: facts for kind, facts in output["metadata"].items() if kind in data}
    return {**still, "data": data, "metadata": metadata}


def _plain(html: str) -> bool:
    """Whether HTML is a table that reads well without styles and without the pictures in it, as GitHub shows it."""
    return "<table" in html and "<img" not in html


def _says(outputs: list[Any]) -> str:
    """What outputs say, without what passes."""
    return _PASSING.sub("…", repr([dict(output) for output in outputs]))


def write(name: str) -> float:
    """Run a notebook in a fresh folder and keep its outputs in its file; the seconds it took."""
    document, seconds = read(name), 0.0
    code_of(document)[0].source = first_cell()
    with tempfile.TemporaryDirectory(prefix="course-") as scratch, kernel(laid_out(Path(scratch)), SMALL) as running:
        for number, (cell, outcome) in enumerate(run_all(running, document), 1):
            seconds += outcome.seconds
            outputs = kept(outcome, Path(scratch))
            cell.execution_count = number
            for output in outputs:
                if output.output_type == "execute_result":
                    output.execution_count = number
            if _says(outputs) != _says(cell.outputs):
                cell.outputs = outputs
    nbformat.validate(document)
    nbformat.write(document, FOLDER / f"{name}.ipynb")  # type: ignore[no-untyped-call]  # as above
    return seconds


def main(names: list[str]) -> None:
    for name in names or NOTEBOOKS:
        seconds = write(name)
        size = (FOLDER / f"{name}.ipynb").stat().st_size
        sys.stdout.write(f"{name}: {seconds:.1f} s, {size:,} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
