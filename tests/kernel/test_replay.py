"""Restart & Run All in real kernels: nothing is sent, and the outputs have the same bytes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.conftest import strict_environment
from tests.support.kernel import Kernel, Outcome, kernel
from tests.support.strict_server import StrictServer, strict_server

pytestmark = pytest.mark.deep

CELLS = [
    "%load_ext nbgemini",
    "%%imagine -a 16:9 -o bay\nA lighthouse on a cliff",
    "%%imagine\nMake it night",
    "%%imagine --from bay -n 2\nMake it day",
    "%%imagine --new\nA fox",
    "%%imagine --new\nA fox",
    "fox = 'red'",
    "%%imagine -r bay -r @1 --new --quiet\nA {fox} boat in these",
    "%imagine undo",
    "%%imagine --bg -o late\nA storm",
    "import nbgemini as nb\nnb.conversation('hero').imagine('A cat', count=2).edit('With a hat')",
    "%imagine fork dusk",
    "%%imagine -c dusk\nIn fog",
]


FILES = [
    "%load_ext nbgemini",
    "%%imagine -a 16:9 -o bay --save bay.png\nA lighthouse on a cliff",
    "%%imagine --bg --save late.jpg\nA storm comes",
    "%%imagine --save calm.jpg\nA calm sea",
    "%imagine undo",
    "%%imagine -n 2 --save pair.png\nMake it day",
    "%imagine pick 2",
    "place = bay.save('copy.jpg'); place = bay.save('copy.webp')",
    "%imagine save trip.zip",
    "%imagine export trip.html",
    "%imagine export story.md all",
    "%imagine export again.ipynb",
]


@pytest.fixture
def server() -> Iterator[StrictServer]:
    with strict_server() as started:
        yield started
        assert started.violations == []


def run_all(folder: Path, server: StrictServer, cells: list[str], *, named: bool, **more: str) -> list[Outcome]:
    """Every cell in a kernel of its own, as a notebook with or without cell ids."""
    with kernel(folder, {**strict_environment(server), **more}) as started:
        return [_ran(started, source, f"cell-{at}" if named else None) for at, source in enumerate(cells)]


def _ran(started: Kernel, source: str, cell_id: str | None) -> Outcome:
    outcome = started.run(source, cell_id, timeout=60)
    assert outcome.ok, outcome.error_lines
    if "--bg" in source:
        started.until(lambda: "turn" in outcome.text, 30)
    return outcome


def pictures(outcomes: list[Outcome]) -> list[list[dict[str, Any]]]:
    """What is shown of pictures, bytes and alt texts included."""
    return [[{"data": one["data"], "metadata": one["metadata"]} for one in outcome.pictures] for outcome in outcomes]


def words(outcomes: list[Outcome]) -> list[str]:
    return [outcome.text for outcome in outcomes]


@pytest.mark.parametrize("named", [True, False], ids=["JupyterLab", "nbclient"])
def test_restart_and_run_all(tmp_path: Path, server: StrictServer, named: bool) -> None:
    """0 requests; the outputs are byte for byte those of the run before."""
    first = run_all(tmp_path, server, CELLS, named=named)
    sent = len(server.posts)
    assert sent == 12
    second = run_all(tmp_path, server, CELLS, named=named)
    third = run_all(tmp_path, server, CELLS, named=named)
    assert len(server.posts) == sent
    assert pictures(second) == pictures(first)
    assert words(third) == words(second)
    drawing = [at for at, cell in enumerate(CELLS) if cell.startswith("%%imagine") and "--quiet" not in cell]
    assert all("· replayed" in words(second)[at] for at in drawing)
    assert all("$0, was $" in words(second)[at] for at in drawing)
    assert pictures(first)[4] != pictures(first)[5], "two equal cells keep two pictures"


@pytest.mark.parametrize("named", [True, False], ids=["JupyterLab", "nbclient"])
def test_restart_and_run_all_of_cells_that_write_files(tmp_path: Path, server: StrictServer, named: bool) -> None:
    """They are there already, byte for byte: every cell passes and says so, and none is touched or added."""

    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}

    run_all(tmp_path, server, FILES, named=named)
    sent, before = len(server.posts), files()
    assert sent == 5
    for _ in range(2):
        again = run_all(tmp_path, server, FILES, named=named)
        told = [outcome.text.count("already") for outcome in again]
        assert told == [0, 1, 1, 1, 0, 2, 0, 0, 1, 1, 1, 1]
    assert len(server.posts) == sent
    assert files() == before
    boat = f"%%imagine --new --save boat{next(tmp_path.glob('calm.*')).suffix}\nA boat"
    with kernel(tmp_path, strict_environment(server)) as started:
        _ran(started, FILES[0], None)
        _ran(started, boat, "cell-boat")
        refused = started.run(boat, "cell-boat")
    assert "exists already" in " ".join(refused.error_lines)
    assert len(server.posts) == sent + 1, "a new sample would not fit into the file"


def test_a_cell_that_was_run_twice(tmp_path: Path, server: StrictServer) -> None:
    """A second run sends; after a restart the newest is there, and what followed it."""
    with kernel(tmp_path, strict_environment(server)) as started:
        for source, cell in zip(CELLS[:3], "abc", strict=True):
            _ran(started, source, cell)
        _ran(started, CELLS[1], "b")
        after = _ran(started, CELLS[2], "c")
    assert len(server.posts) == 4
    with kernel(tmp_path, strict_environment(server)) as started:
        again = [_ran(started, source, cell) for source, cell in zip(CELLS[:3], "abc", strict=True)]
        assert len(server.posts) == 4
        assert pictures(again)[2] == pictures([after])[0]
        _ran(started, CELLS[2], "c")
    assert len(server.posts) == 5


def test_one_cell_is_edited(tmp_path: Path, server: StrictServer) -> None:
    """It is sent, and what goes on from it; nothing else."""
    run_all(tmp_path, server, CELLS, named=True)
    sent = len(server.posts)
    edited = [*CELLS[:2], "%%imagine\nMake it dusk", *CELLS[3:]]
    run_all(tmp_path, server, edited, named=True)
    assert len(server.posts) == sent + 1, "every later cell goes on from elsewhere"


def test_without_the_folder_all_is_sent(tmp_path: Path, server: StrictServer) -> None:
    """It is the recording."""
    run_all(tmp_path, server, CELLS, named=False)
    sent = len(server.posts)
    shutil.rmtree(tmp_path / ".nbgemini")
    run_all(tmp_path, server, CELLS, named=False)
    assert len(server.posts) == 2 * sent


def test_a_classroom_without_a_key(tmp_path: Path, server: StrictServer) -> None:
    """The same page under `only`, with nobody to ask, and a miss that explains itself in the notebook."""
    first = run_all(tmp_path, server, CELLS, named=True)
    there = shutil.copytree(tmp_path, tmp_path.parent / f"{tmp_path.name}-pupil")
    with kernel(there, {"NBGEMINI_REPLAY": "only"}) as started:
        again = [_ran(started, source, f"pupil-{at}") for at, source in enumerate(CELLS)]
        missed = started.run("%%imagine -a 1:1 --new\nA lighthouse on a cliff", "own")
        whole = started.run("%tb")
    assert [[one["data"].keys() for one in cell] for cell in pictures(again)] == [
        [one["data"].keys() for one in cell] for cell in pictures(first)
    ]
    assert missed.error_name == "ReplayMiss"
    assert len(missed.error_lines) == 3
    assert "The nearest recording differs" in " ".join(missed.error_lines)
    assert "+++ asked now" in "\n".join(whole.error_lines)


def test_papermill(tmp_path: Path, server: StrictServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names no cells; the k-th asking takes the k-th recording."""
    papermill = pytest.importorskip("papermill")
    for name, value in strict_environment(server).items():
        monkeypatch.setenv(name, value)
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for source in CELLS
        if "--bg" not in source
    ]
    kernelspec = {"name": "python3", "display_name": "Python", "language": "python"}
    book = {"cells": cells, "metadata": {"kernelspec": kernelspec}, "nbformat": 4, "nbformat_minor": 4}
    (tmp_path / "book.ipynb").write_text(json.dumps(book))
    made = []
    for number in range(2):
        target = tmp_path / f"out{number}.ipynb"
        papermill.execute_notebook(
            str(tmp_path / "book.ipynb"), str(target), cwd=str(tmp_path), progress_bar=False, log_output=False
        )
        outputs = [one for cell in json.loads(target.read_text())["cells"] for one in cell["outputs"]]
        made.append([one["data"] for one in outputs if any(re.match("image/", kind) for kind in one.get("data", ()))])
    assert len(server.posts) == 11
    assert made[0] == made[1]
    assert len(made[0]) == 8  # two pictures of one cell are one sheet
