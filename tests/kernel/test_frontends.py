"""The same notebook in nbclient, papermill, nbconvert and a terminal, on the embedded emulator."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pexpect  # type: ignore[import-untyped]  # it publishes no types
import pytest

from tests.kernel.conftest import Notebook
from tests.support.kernel import Kernel
from tests.support.outputs import complaints

SPEC = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "py",
    "language": "python",
}
CELLS = [
    "%load_ext nbgemini",
    "%%imagine -a 16:9 -o bay --alt 'a lighthouse by the sea'\nA lighthouse on a cliff above the sea",
    "%%imagine\nMake it night",
    "%imagine history",
    "bay",
    "print(bay.turn, bay.image.size)",
]
WRONG = ["%load_ext nbgemini", "%%imagine -s 8k\na fox", "print('this must not run')"]


def a_notebook(*sources: str) -> Any:
    return nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]  # nbformat has no types
        cells=[nbformat.v4.new_code_cell(source) for source in sources],  # type: ignore[no-untyped-call]  # as above
        metadata={"kernelspec": {"name": "thispython", "display_name": "py", "language": "python"}},
    )


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A notebook that nbclient ran from top to bottom."""
    folder = tmp_path_factory.mktemp("nbclient")
    program = """
import nbformat, nbclient
document = nbformat.read("in.ipynb", as_version=4)
nbclient.NotebookClient(document, kernel_name="thispython", timeout=60).execute()
nbformat.write(document, "out.ipynb")
"""
    done = in_a_child(program, folder, *CELLS)
    assert done.returncode == 0, done.stderr
    return nbformat.read(folder / "out.ipynb", as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types


def in_a_child(program: str, folder: Path, *cells: str) -> subprocess.CompletedProcess[str]:
    """Run a program beside a notebook `in.ipynb`, with a kernelspec for this interpreter where Jupyter looks."""
    spec = folder / "jupyter" / "kernels" / "thispython"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps(SPEC))
    nbformat.write(a_notebook(*cells), folder / "in.ipynb")  # type: ignore[no-untyped-call]  # nbformat has no types
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, cwd=folder, timeout=90,
        env={**os.environ, "JUPYTER_PATH": str(folder / "jupyter")},
    )  # fmt: skip


def pictures(cell: Any) -> list[Any]:
    return [output for output in cell.outputs if any(kind.startswith("image/") for kind in output.get("data", {}))]


@pytest.mark.deep
def test_nbclient(executed: Any) -> None:
    """Each drawing cell holds its picture with an alt text and a footer, and no leftover of the waiting."""
    nbformat.validate(executed)
    assert [len(pictures(cell)) for cell in executed.cells] == [0, 1, 1, 0, 1, 0]
    shown = pictures(executed.cells[1])[0]
    kind = next(kind for kind in shown.data if kind.startswith("image/"))
    assert shown.metadata[kind]["alt"].startswith("a lighthouse by the sea")
    text = json.dumps(executed)
    assert "emulator" in text
    assert "drawing…" not in text
    assert len(text) < 1_500_000
    assert executed.cells[5].outputs[0].text == "1 (1376, 768)\n"


@pytest.mark.deep
def test_nbconvert_to_html(executed: Any) -> None:
    """Pictures with their alt texts, prompts and footers are in the page; no output of ours holds a script."""
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter().from_notebook_node(executed)  # type: ignore[no-untyped-call]  # nbconvert has no types
    assert re.search(r'<img[^>]*alt="a lighthouse by the sea', page)
    assert all(text in page for text in ("Make it night", "turn 2 of main"))
    assert [said for cell in executed.cells for output in cell.outputs for said in complaints(output)] == []


@pytest.mark.deep
def test_nbconvert_to_markdown(executed: Any) -> None:
    """Pictures become files beside the text, and the footers are in it."""
    from nbconvert import MarkdownExporter

    page, resources = MarkdownExporter().from_notebook_node(executed)  # type: ignore[no-untyped-call]  # as above
    assert len(re.findall(r"!\[.*?\]\(.*?\)", page)) >= 3
    assert len(resources["outputs"]) >= 3
    assert all(text in page for text in ("Make it night", "turn 2 of main"))


PAPERMILL = "import papermill; papermill.execute_notebook('in.ipynb', 'out.ipynb', progress_bar=False)"


@pytest.mark.deep
def test_papermill(tmp_path: Path) -> None:
    """Papermill runs the notebook to its end."""
    done = in_a_child(PAPERMILL, tmp_path, *CELLS)
    assert done.returncode == 0, done.stderr
    document = nbformat.read(tmp_path / "out.ipynb", as_version=4)  # type: ignore[no-untyped-call]  # as above
    assert [len(pictures(cell)) for cell in document.cells] == [0, 1, 1, 0, 1, 0]


@pytest.mark.deep
def test_papermill_stops_at_a_failing_cell(tmp_path: Path) -> None:
    """A failed cell fails the run, its message is in the report and in the notebook, and later cells do not run."""
    done = in_a_child(PAPERMILL, tmp_path, *WRONG)
    assert done.returncode != 0
    assert "OptionError" in done.stderr
    assert "`8k` is not a size" in done.stderr
    out = (tmp_path / "out.ipynb").read_text()
    assert "`8k` is not a size" in out
    assert '"this must not run\\n"' not in out


@pytest.mark.deep
def test_a_terminal_shows_text_and_a_path(tmp_path: Path) -> None:
    """In terminal IPython a cell prints words, the place of the file, and the footer."""
    terminal = pexpect.spawn(
        sys.executable,
        ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor"],
        cwd=str(tmp_path), encoding="utf-8", timeout=30, dimensions=(50, 500),
    )  # fmt: skip
    terminal.expect(r"In \[1\]: ")
    terminal.sendline("%load_ext nbgemini")
    terminal.expect(r"In \[2\]: ")
    terminal.sendline("get_ipython().run_cell_magic('imagine', '-o cat', 'A ginger cat on a blue sofa')")
    terminal.expect(r"In \[3\]: ")
    shown = str(terminal.before)
    terminal.sendline("get_ipython().run_cell_magic('imagine', '-s 8k', 'A cat')")
    terminal.expect(r"In \[4\]: ")
    failed = str(terminal.before)
    terminal.sendline("cat")
    terminal.expect(r"In \[5\]: ")
    repeated = str(terminal.before)
    terminal.sendline("exit")
    terminal.expect(pexpect.EOF)
    terminal.close()
    linked = re.search(r"\x1b\]8;;(file://\S+?)\x1b\\", shown)
    assert linked, shown
    path = re.search(r"\S*objects/\S+", re.sub(r"\x1b\]8;;.*?\x1b\\", "", shown))
    assert path
    assert (tmp_path / path[0]).is_file()
    assert "turn 1 of main" in shown
    assert "emulator" in shown
    assert "<" not in shown.replace("<module>", "")
    assert "OptionError: `8k` is not a size; sizes are `512`, `1K`, `2K`, `4K`." in failed
    assert "Traceback" not in failed
    assert "Result" in repeated or "cat" in repeated


def test_vs_code_sends_no_widget(offline: Notebook) -> None:
    """A cell opens no comm: front ends without widgets show the same."""
    before = len(offline.kernel.messages)
    offline.drawn("A red balloon")
    assert [message for message in offline.kernel.messages[before:] if message["msg_type"].startswith("comm")] == []


def test_the_emulator_says_so(offline: Notebook) -> None:
    """Without a key every footer says that it is the emulator, and what Google would ask."""
    outcome = offline.drawn("A red balloon")
    assert re.search(r"emulator · \$0, would be \$0\.\d{3}", outcome.text)
    assert "turn 1" in outcome.text


def test_edits_change_the_picture_before(offline: Notebook) -> None:
    """On the emulator an edit really edits: other pixels, the same size; deterministic by prompt."""
    offline.drawn("A lighthouse on a cliff above the sea", "-a 16:9 -o first")
    offline.drawn("Make it night", "-o second")
    offline.drawn("A lighthouse on a cliff above the sea", "-a 16:9 --new -o again")
    shown = offline.python(
        "from PIL import ImageStat\n"
        "light = [sum(ImageStat.Stat(r.image.convert('L')).mean) for r in (first, second, again)]\n"
        "print(first.image.size == second.image.size, light[1] < light[0] * 0.8, first.bytes == again.bytes)"
    )
    assert shown.split() == ["True", "True", "True"]


@pytest.mark.deep
def test_from_a_result_of_another_kernel_generation(offline_kernel: Kernel, offline: Notebook) -> None:
    """A stored conversation on the emulator outlives the process: its signatures stay valid."""
    offline.drawn("A small house by a lake")
    offline_kernel.restart()
    assert offline_kernel.run("%load_ext nbgemini").ok
    assert offline.line(f"use {offline.conversation}").ok
    offline.drawn("Make it winter")
