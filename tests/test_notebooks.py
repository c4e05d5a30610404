"""The course in `notebooks/`: tidy as it lies there, and whole in a real kernel, offline, twice, answers included."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.course import FOLDER, NOTEBOOKS, answers, code_of, first_cell, laid_out, read, run_all
from tests.support.kernel import Kernel, kernel
from tests.support.outputs import complaints

COURSE = [
    "01-quickstart", "02-conversation", "03-prompting", "04-references", "05-sweeps", "06-panel", "07-thinking",
    "08-money-and-replay", "09-beneath", "10-limits", "T-teaching",
]  # fmt: skip
_MACHINE = re.compile(r"(?<![\w.])(/(?:home|root|tmp|Users|work|private|var)/|[A-Z]:\\\\)")
_PICTURE = re.compile(r"!\[(.*?)\]\((.*?)\)", re.DOTALL)


def words_of(document: Any) -> list[str]:
    return [cell.source for cell in document.cells if cell.cell_type == "markdown"]


def test_the_course_is_whole() -> None:
    """Eleven notebooks, and the README leads to the first of them."""
    assert NOTEBOOKS == COURSE
    assert "(notebooks/01-quickstart.ipynb)" in (FOLDER.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", COURSE)
def test_it_teaches(name: str) -> None:
    """It opens with what one will be able to do, and has three exercises with folded answers and a box for a key."""
    document = read(name)
    words = words_of(document)
    assert re.match(r"# (?:\d+|T) · .+\n\nAfter this notebook you can\n\n(?:- .+\n(?:  .+\n)*){2,}", words[0])
    everything = "\n".join(words)
    exercises = everything.partition("## Exercises")[2]
    assert re.findall(r"^\*\*(\d)\.\*\*", exercises, re.M) == ["1", "2", "3"]
    assert len(re.findall(r"<details>\n<summary>Answer</summary>\n\n.*?\n\n</details>", exercises, re.DOTALL)) == 3
    assert exercises.count("<details>") == exercises.count("</details>") == 3
    assert len(answers(document)) >= 3
    assert "> **With a key**" in exercises
    kinds = [cell.cell_type for cell in document.cells]
    assert max(len(list(run)) for kind, run in itertools.groupby(kinds) if kind == "code") <= 3
    assert code_of(document)[0].source == first_cell()


@pytest.mark.parametrize("name", COURSE)
def test_it_reads_well_anywhere(name: str) -> None:
    """Small, tidy, run in order, and every output is something that a page without styles and scripts can show."""
    document = read(name)
    assert (FOLDER / f"{name}.ipynb").stat().st_size <= 1_500_000
    assert len({cell.id for cell in document.cells}) == len(document.cells)
    assert "$" not in "".join(words_of(document))  # a page would see formulas
    cells = code_of(document)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for output in itertools.chain.from_iterable(cell.outputs for cell in cells):
        assert complaints(output) == []
        assert _MACHINE.search(re.sub(r"[A-Za-z0-9+/=]{200,}", "", repr(dict(output)))) is None
        html = output.get("data", {}).get("text/html", "")
        assert not html or ("<table" in html and "<img" not in html)
        for kind in output.get("data", {}):
            if kind.startswith("image/"):
                assert output.metadata[kind]["alt"]


@pytest.mark.parametrize("name", COURSE)
def test_what_it_points_to_is_there(name: str) -> None:
    """Pictures in the words have alt texts; they and the other notebooks lie beside it."""
    words = "\n".join(words_of(read(name)))
    for alt, path in _PICTURE.findall(words):
        assert len(alt) > 20
        assert (FOLDER / path).is_file()
    for path in re.findall(r"\]\((?!https?:)([^)]+)\)", words):
        assert (FOLDER / path).is_file(), path


def runs_in(running: Kernel, name: str, *, replayed: bool) -> int:
    """Every cell and every answer passes, but those that show errors; pictures say where they come from: how many."""
    document, drawn = read(name), 0
    for cell, outcome in run_all(running, document):
        assert len(outcome.error_lines) <= 3
        if cell.source.startswith("%%imagine") and outcome.pictures and "--dry-run" not in cell.source:
            drawn += 1
            assert "emulator · $0, would be " in outcome.text
            assert ("· replayed" in outcome.text) == replayed, (cell.source, outcome.text)
    for number, code in enumerate(answers(document), 1):
        outcome = running.run(code, f"answer-{number}", timeout=60)
        assert outcome.ok, (code, outcome.text, outcome.error_lines)
    return drawn


def runs(name: str, folder: Path, *, replayed: bool) -> int:
    with kernel(laid_out(folder)) as running:
        return runs_in(running, name, replayed=replayed)


def test_one_runs(tmp_path: Path, lent_kernel: Kernel) -> None:
    """The notebook about the panel stands for all in every run of the tests."""
    lent_kernel.renew(laid_out(tmp_path))
    assert runs_in(lent_kernel, "06-panel", replayed=False) == 2


@pytest.mark.deep
@pytest.mark.parametrize("name", COURSE)
def test_it_runs_and_runs_again(name: str, tmp_path: Path) -> None:
    """In a fresh kernel all is drawn; in the next one, in the same folder, nothing is drawn anew."""
    drawn = runs(name, tmp_path, replayed=False)
    assert drawn >= 1
    assert runs(name, tmp_path, replayed=True) == drawn
