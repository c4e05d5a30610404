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
from tests.support.strict_server import KEY, Recorded, strict_server

REPOSITORY = Path(__file__).parents[1]
QUICKSTART = REPOSITORY / "notebooks" / "01-quickstart.ipynb"


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
    assert (notebook, page) == (str(folder / "quickstart.ipynb"), str(folder / "quickstart.html"))
    assert link == Path(page).as_uri()
    document = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types
    cells = [cell for cell in document.cells if cell.cell_type == "code"]
    assert len(re.findall(r"^ *\d+/\d+ .* s$", done.stdout, re.M)) == len(cells)
    assert len([cell for cell in cells if "image/" in json.dumps(cell.outputs)]) >= 7
    assert KEY not in Path(page).read_text("utf-8") + Path(notebook).read_text("utf-8") + done.stdout


@pytest.mark.deep
def test_the_demo_page_loads_nothing(
    demo: tuple[Path, subprocess.CompletedProcess[str], list[Recorded]],
) -> None:
    """The page shows without a network: no style, script or picture from elsewhere."""
    page = (demo[0] / "quickstart.html").read_text("utf-8")
    assert "<img" in page
    assert re.findall(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="https?:[^"]*"', page) == []


WITHOUT = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "nbclient" else find(name, package)
from nbgemini.__main__ import main
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
    assert "OptionError" in (tmp_path / "out" / "quickstart.ipynb").read_text("utf-8")


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Alone it prints what there is; a wrong word is an error."""
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert "%load_ext nbgemini" in shown
    assert "demo" in shown
    with pytest.raises(SystemExit) as caught:
        main(["demoo"])
    assert caught.value.code == 2


def test_the_notebook_is_clean() -> None:
    """It is committed without outputs, with ids, and each code cell has a text before it that explains."""
    document = nbformat.read(QUICKSTART, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types
    nbformat.validate(document)
    assert len({cell.id for cell in document.cells}) == len(document.cells)
    code = [cell for cell in document.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count] == []
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
