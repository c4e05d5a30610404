"""Cells with `--vary` in a real kernel: drawn, stopped, resumed, run again, and picked from."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.kernel import Kernel
from tests.tuning.drawing_server import DrawingServer, serving

CELL = '%%imagine --vary style=ink,"oil, thick" --vary aspect=1:1,16:9 --name t --new -o grid\na {style} boat'


@pytest.fixture(name="server")
def _server() -> DrawingServer:
    return DrawingServer()


@pytest.fixture(name="kernel")
def _kernel(server: DrawingServer, tmp_path: Path, lent_kernel: Kernel) -> Iterator[Kernel]:
    with serving(server) as url:
        variables = {"GOOGLE_GEMINI_BASE_URL": url, "GOOGLE_API_KEY": "AIzaSyStrictSentinel0123456789abcdefghi"}
        lent_kernel.renew(tmp_path, {**variables, "NBGEMINI_MODEL": "flash-lite"})
        lent_kernel.run("%load_ext nbgemini")
        yield lent_kernel


def test_a_sweep_in_a_cell(kernel: Kernel, server: DrawingServer) -> None:
    """One sheet, a line above it, the grid in its variable; a dry run and a slip send nothing."""
    dry = kernel.run(CELL.replace("-o grid", "--dry-run"))
    assert dry.ok
    assert "≈ $0.034" in dry.text
    wrong = kernel.run("%%imagine --vary style=ink,ink --vary aspect=1:1,16-9 --vary foo=1,2\na {style} {bar}")
    assert wrong.error_name == "OptionError"
    assert "4 things are wrong" in wrong.error_lines[0]
    assert all(f"({number})" in wrong.text for number in range(1, 5))  # all of them, above the error
    assert len(wrong.error_lines) <= 3
    assert server.requests == 0
    outcome = kernel.run(CELL, "cell")
    assert outcome.ok
    assert (server.requests, len(outcome.pictures)) == (4, 1)
    assert "`t` · 4 shots" in outcome.text
    assert kernel.run("(len(grid), grid['oil, thick', '16:9'].number)").text == "(4, 4)"
    compared = kernel.run("%imagine compare t/1 t/4")
    assert (compared.ok, len(compared.pictures)) == (True, 1)
    assert "{+oil, thick+}" in compared.text
    assert "5 pictures" in kernel.run("import nbgemini as nb\nnb.sheet([grid[1], grid], columns=2)").text
    assert kernel.run("%imagine pick t/2").ok
    kernel.run("%%imagine\nadd a bird")
    for said in ("star t/1 4", "star t/2 5", "tag t/2 keep sky", "note t/2 too dark"):
        assert kernel.run(f"%imagine {said}").ok
    history = kernel.run("%imagine history").text
    assert "★★★★★ · #keep #sky · “too dark”" in history
    assert "1 starred, the best ★★★★" in history
    assert "There is no sweep `nosuch`." in kernel.run("%imagine pick nosuch/1").error_lines[0]
    assert kernel.run("%imagine export told.md").ok
    assert "★★★★★ · " in (kernel.folder / "told.md").read_text("utf-8")
    assert "3 shots of t" in kernel.run("%imagine history").text  # the fourth is on the branch
    assert "4 of 4" in kernel.run("%imagine sweeps").text


def test_an_interrupt_and_what_comes_after_it(kernel: Kernel, server: DrawingServer) -> None:
    """Stopped within seconds; the late answers are put in, and only what is missing is asked for."""
    server.hold.clear()
    name = kernel.send(CELL.replace("--new", "--new --workers 2"), "cell")
    while server.requests < 2:
        time.sleep(0.01)
    time.sleep(0.2)
    kernel.interrupt()
    outcome = kernel.finish(name)
    assert outcome.error_name == "KeyboardInterrupt"
    assert len(outcome.error_lines) == 3
    server.hold.set()
    for _ in range(100):
        if "2 of 4" in kernel.run("%imagine sweeps").text:
            break
    assert "The sweep `t` is not finished: of 4 shots 2 missing." in kernel.run("%imagine doctor").text
    missing = kernel.run("import nbgemini as nb\nnb.open('t').missing.numbers[0]").text
    assert kernel.run(f"%imagine star t/{missing} 5").ok
    resumed = kernel.run("%imagine resume t")
    marked = kernel.run(f"(nb.open('t')[{missing}].stars, nb.open('t')[{missing}].result.stars, len(nb.find(stars=5)))")
    assert marked.text == "(5, 5, 1)"
    assert resumed.ok
    assert (server.requests, set(server.drawn.values())) == (4, {2})
    assert "4 shots, all done" in resumed.text


@pytest.mark.deep
def test_a_restart_shows_all_of_it_for_nothing(kernel: Kernel, server: DrawingServer) -> None:
    """Restart & Run All sends nothing; the same cell run once more draws anew."""
    first = kernel.run(CELL, "cell")
    kernel.restart()
    kernel.run("%load_ext nbgemini")
    again = kernel.run(CELL, "cell")
    assert (server.requests, again.pictures[0]["data"]) == (4, first.pictures[0]["data"])
    assert "replayed" in again.text
    kernel.run(CELL, "cell")
    assert server.requests == 8


@pytest.mark.deep
def test_after_a_restart_what_an_export_says_sends_nothing(kernel: Kernel, server: DrawingServer) -> None:
    """The cell of an exported notebook is the same sweep; nor does the cell itself ask again after it."""
    first = kernel.run(CELL, "cell")
    assert kernel.run("%imagine export again.ipynb").ok
    cells = json.loads((kernel.folder / "again.ipynb").read_text("utf-8"))["cells"]
    exported = next("".join(cell["source"]) for cell in cells if cell["id"] == "sweep-1")
    assert "style=['ink', 'oil, thick']" in exported
    kernel.restart()
    kernel.run("%load_ext nbgemini")
    assert "4 shots, all done" in kernel.run(exported, "export").text
    assert server.requests == 4
    kernel.restart()
    kernel.run("%load_ext nbgemini")
    again = kernel.run(CELL, "cell")
    assert (server.requests, again.pictures[0]["data"]) == (4, first.pictures[0]["data"])


@pytest.mark.parametrize("cell_id", ["cell", None])
def test_in_the_background(kernel: Kernel, server: DrawingServer, cell_id: str | None) -> None:
    """The cell returns at once, and its sheet fills in; where updates may not be followed, it comes as a new output."""
    server.hold.clear()
    outcome = kernel.run(CELL.replace("--new", "--new --bg"), cell_id, console=cell_id is None)
    assert outcome.ok
    server.hold.set()
    for _ in range(100):
        kernel.run("pass")
        if "all done" in outcome.text:
            break
        time.sleep(0.05)
    assert "4 shots, all done" in outcome.text
    assert kernel.run("len(grid.done)").text == "4"


def test_a_sweep_is_called_off(kernel: Kernel, server: DrawingServer) -> None:
    """`sweeps --cancel` asks for nothing more of one that runs in the background; of another it says so."""
    server.hold.clear()
    assert kernel.run(CELL.replace("--new", "--new --bg --workers 1")).ok
    while server.requests < 1:
        time.sleep(0.01)
    assert "Nothing more is asked for `t`" in kernel.run("%imagine sweeps --cancel t").text
    server.hold.set()
    assert kernel.run("%imagine sweeps --cancel t").error_name == "ConversationError"
    assert kernel.run("%imagine sweeps t").error_name == "OptionError"
    assert server.requests == 1


def test_several_of_one_cell_fill_a_sheet(kernel: Kernel, server: DrawingServer) -> None:
    """A plain cell with `-n` shows each picture as it comes; its numbers are those that pick and star take."""
    server.hold.clear()
    server.free = 2
    outcome = kernel.run("%%imagine -n 3 --new --bg\na fox", "cell")

    def sheet() -> str:
        return "".join(shown["data"].get("text/html", "") for shown in outcome.displays)

    kernel.until(lambda: "drawing…" in sheet() and sheet().count("data:image/") == 2)
    server.hold.set()
    kernel.until(lambda: "turns 1–3" in outcome.text)
    assert (server.requests, len(outcome.pictures), sheet().count("data:image/")) == (3, 1, 3)
    assert "Turn 2: ★★★★★." in kernel.run("%imagine star 2 5").text
    assert "`main` is at turn 3" in kernel.run("%imagine pick 3").text
