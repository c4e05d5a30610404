"""`python -m nbgemini`: the demo runs offline whatever the environment says, and fails clearly."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from nbgemini.__main__ import main
from nbgemini.demo import named
from tests.support.course import NOTEBOOKS, code_of, read
from tests.support.strict_server import KEY, Recorded, strict_server


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str], list[Recorded]]:
    """The demo, run once with a key, a gateway and a wrong setting in the environment: its folder, its words, and what
    reached the gateway."""
    folder = tmp_path_factory.mktemp("demo")
    with strict_server() as server:
        unwanted = {"GOOGLE_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": server.url, "NBGEMINI_STORE": "/nowhere"}
        narrow = {"PYTHONIOENCODING": "ascii"}  # a console that lacks letters of the notebook
        done = subprocess.run(
            [sys.executable, "-m", "nbgemini", "demo"],
            capture_output=True, text=True, cwd=folder, env={**os.environ, **unwanted, **narrow}, timeout=100,
        )  # fmt: skip
        return folder / "nbgemini-demo", done, server.requests


@pytest.mark.deep
def test_the_demo_runs_offline(
    demo: tuple[Path, subprocess.CompletedProcess[str], list[Recorded]],
) -> None:
    """Every cell passes on the emulator; a key, a gateway and a setting in the environment are not even looked at."""
    folder, done, requests = demo
    assert (done.returncode, done.stderr, requests) == (0, "", [])
    notebook, page, link = (line.rpartition(": ")[2] for line in done.stdout.splitlines()[-3:])
    assert (notebook, page) == (str(folder / "01-quickstart.ipynb"), str(folder / "01-quickstart.html"))
    assert link == Path(page).as_uri()
    document = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types
    cells = [cell for cell in document.cells if cell.cell_type == "code"]
    assert len(re.findall(r"^ *\d+/\d+ .* s$", done.stdout, re.M)) == len(cells)
    assert (folder / "teapot.jpg").is_file()  # the files that cells of the course read
    assert len([cell for cell in cells if "image/" in json.dumps(cell.outputs)]) >= 7
    assert KEY not in Path(page).read_text("utf-8") + Path(notebook).read_text("utf-8") + done.stdout


@pytest.mark.deep
def test_the_demo_page_loads_nothing(
    demo: tuple[Path, subprocess.CompletedProcess[str], list[Recorded]],
) -> None:
    """The page shows without a network: no style, script or picture from elsewhere."""
    page = (demo[0] / "01-quickstart.html").read_text("utf-8")
    assert "<img" in page
    assert re.findall(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="https?:[^"]*"', page) == []


WITHOUT = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "nbclient" else find(name, package)
from nbgemini.__main__ import main
from nbgemini.demo import named
from tests.support.course import NOTEBOOKS, code_of, read
sys.exit(main(["demo"]))
"""


def test_without_the_extra_it_says_how(tmp_path: Path) -> None:
    """A missing package is named together with the command that brings it, and nothing is written."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 1
    assert "nbclient is not installed" in done.stderr
    assert "pip install 'nbgemini[demo]'" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.deep
def test_a_failing_cell_fails_the_demo(tmp_path: Path) -> None:
    """The error is shown as the notebook shows it, and what ran so far is written."""
    cell = nbformat.v4.new_code_cell("%load_ext nbgemini\n%imagine undoo")  # type: ignore[no-untyped-call]  # untyped
    document = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]  # as above
    nbformat.write(document, tmp_path / "wrong.ipynb")  # type: ignore[no-untyped-call]  # as above
    program = (
        "from pathlib import Path; from nbgemini import demo; demo.main(Path('out'), notebook=Path('wrong.ipynb'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 1
    assert re.search(r"(?s)DemoFailed: Cell 1 failed:\nOptionError: .*`%imagine undo`", done.stderr)
    assert "OptionError" in (tmp_path / "out" / "wrong.ipynb").read_text("utf-8")


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Alone it prints what there is; a wrong word is an error."""
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert "%load_ext nbgemini" in shown
    assert "demo" in shown
    with pytest.raises(SystemExit) as caught:
        main(["demoo"])
    assert caught.value.code == 2


def test_the_quickstart_is_quick() -> None:
    """It shows the main job in a dozen cells, and names what a newcomer needs."""
    code = code_of(read("01-quickstart"))
    assert 10 <= len(code) <= 14
    source = "\n".join(cell.source for cell in code)
    words = (
        "%load_ext nbgemini",
        "--new",
        "--from",
        "-o ",
        "-r ",
        "%imagine history",
        "%imagine undo",
        "--dry-run",
        "import nbgemini",
    )
    assert [word for word in words if word not in source] == []


def test_a_wrong_name_lists_the_course(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each notebook is named with what it is about, and nothing is run or written."""
    assert main(["demo", "swoops", "--out", str(tmp_path / "out")]) == 1
    shown = capsys.readouterr().err
    assert "`swoops` is not a notebook of the course" in shown
    for name in NOTEBOOKS:
        assert f"\n  {name.partition('-')[2]} " in shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [("5", "05-sweeps"), ("05", "05-sweeps"), ("Sweeps", "05-sweeps"), ("money", "08-money-and-replay"),
     ("t", "T-teaching"), ("10", "10-limits"), ("08-money-and-replay.ipynb", "08-money-and-replay")],
)  # fmt: skip
def test_names_of_notebooks(name: str, meant: str) -> None:
    """A number, a word, or all of the name."""
    assert named(name).stem == meant
