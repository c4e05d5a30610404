"""Runs a notebook of the course in a real kernel on the emulator, and shows what came out.

The kernel is this interpreter, with an IPython profile of its own and no key, whatever the environment holds: a demo
never costs money. Where an earlier one left its pictures they are replayed, as in any kernel that starts.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgemini.core.setting_table import SETTINGS

if TYPE_CHECKING:
    from nbclient import NotebookClient

__all__ = ["DemoFailed", "main", "named"]

_EXTRA = ("ipykernel", "nbclient", "nbconvert")
# Set empty, a variable counts as not set: so the kernel has neither key nor gateway, and every setting at its default.
_OFFLINE = (
    "GOOGLE_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_GEMINI_BASE_URL",
    "GOOGLE_VERTEX_BASE_URL",
    "GOOGLE_GENAI_API_VERSION",
    "GOOGLE_GENAI_USE_ENTERPRISE",
    "GOOGLE_GENAI_USE_VERTEXAI",
    *(f"NBGEMINI_{name.upper()}" for name in SETTINGS),
)
_PATIENCE = 120  # seconds for one cell
_BESIDE = {".jpg", ".csv"}


class DemoFailed(Exception):
    """The demo cannot run, or a cell of it failed; the text says why in a few lines."""


def main(folder: Path, name: str = "quickstart", *, lab: bool = False, notebook: Path | None = None) -> None:
    """Run a notebook of the course (or another), write it and a web page of it into `folder`, say where.

    `name` is its number, a word of its name, or all of it. Raises DemoFailed.
    """
    source = notebook or named(name)
    _require(_EXTRA, "The demo runs a notebook in a real kernel", "pip install 'nbgemini[demo]'")
    if lab:
        _require(("jupyterlab",), "`--lab` opens JupyterLab", "pip install jupyterlab")
    import nbformat

    folder.mkdir(parents=True, exist_ok=True)
    document = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]  # it has no types
    for cell in document.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)  # in a checkout it has kept some
    if notebook is None:
        _bring_files(source.parent, folder)
    executed, page = (folder.resolve() / f"{source.stem}{suffix}" for suffix in (".ipynb", ".html"))
    try:
        _run(document, folder, source.stem)
    finally:
        _write(document, executed, page)
    print(f"\nThe notebook: {executed}\nThe same as a web page: {page}\n{page.as_uri()}", flush=True)
    if lab:
        print("Opening JupyterLab; Ctrl-C ends it.", flush=True)
        subprocess.run([sys.executable, "-m", "jupyterlab", str(executed)], check=False)


def _require(modules: tuple[str, ...], why: str, how: str) -> None:
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise DemoFailed(f"{why}; {', '.join(missing)} is not installed here.\nRun: {how}")


def _course() -> list[Path]:
    """The notebooks of the course, in the wheel or in a checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "course", here.parent / "notebooks"):
        if found := sorted(folder.glob("*.ipynb")):
            return found
    raise DemoFailed("This installation has no notebooks; install nbgemini again.")


def named(name: str) -> Path:
    """The notebook that is meant by `5`, `05`, `sweeps` or `05-sweeps`."""
    course = _course()
    wanted = name.lower().removesuffix(".ipynb").lstrip("0")
    for path in course:
        whole = path.stem.lower().lstrip("0")
        if wanted and wanted in (whole, whole.partition("-")[2], *whole.split("-")):
            return path
    lines = "\n".join(f"  {path.stem.partition('-')[2]:18} {_title(path)}" for path in course)
    raise DemoFailed(f"`{name}` is not a notebook of the course. These are:\n{lines}")


def _title(path: Path) -> str:
    """The first line of a notebook, as text."""
    first = json.loads(path.read_text("utf-8"))["cells"][0]["source"]
    return re.sub(r"[#*`]", "", "".join(first).partition("\n")[0]).strip()


def _bring_files(source: Path, folder: Path) -> None:
    """The files that cells of the course read."""
    for path in source.iterdir():
        if path.suffix in _BESIDE and source.resolve() != folder.resolve():
            shutil.copy(path, folder)


def _run(document: Any, folder: Path, name: str) -> None:
    """Run every code cell, with one line of progress for each."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    cells = [(index, cell) for index, cell in enumerate(document.cells) if cell.cell_type == "code"]
    began = time.monotonic()
    print(f"Running {len(cells)} cells of {name} in a kernel of {sys.executable}, offline.", flush=True)
    with _client(document, folder) as client:
        for number, (index, cell) in enumerate(cells, 1):
            print(f"{number:3}/{len(cells)}  {_headline(cell.source):<68.68}", end="", flush=True)
            started = time.monotonic()
            try:
                client.execute_cell(cell, index)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as problem:
                print("  failed", flush=True)
                raise DemoFailed(f"Cell {number} failed:\n{_why(cell, problem)}") from None
            print(f"{time.monotonic() - started:6.1f} s", flush=True)
    print(f"Done in {time.monotonic() - began:.1f} s.", flush=True)


@contextmanager
def _client(document: Any, folder: Path) -> Iterator[NotebookClient]:
    """A client with a started kernel: this interpreter, no key, no profile of the user's."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    # On Windows a kernel that is just ending may still hold a file in there.
    with tempfile.TemporaryDirectory(prefix="nbgemini-demo-", ignore_cleanup_errors=True) as scratch:
        spec = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "--log-level=40", "-f", "{connection_file}"],
            "display_name": "nbgemini demo",
            "language": "python",
            "env": {**dict.fromkeys(_OFFLINE, ""), "IPYTHONDIR": str(Path(scratch, "ipython"))},
        }
        Path(scratch, "demo").mkdir()
        Path(scratch, "demo", "kernel.json").write_text(json.dumps(spec), "utf-8")
        specs = KernelSpecManager(kernel_dirs=[scratch], ensure_native_kernel=False)
        manager = AsyncKernelManager(kernel_name="demo", kernel_spec_manager=specs)
        client = NotebookClient(document, km=manager, timeout=_PATIENCE, resources={"metadata": {"path": str(folder)}})
        with client.setup_kernel(cwd=str(folder)):
            yield client


def _headline(source: str) -> str:
    """What a cell does, in one line: its magic, and the first line of its prompt."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    first = next((line for line in lines if not line.startswith("#")), "")
    return f"{first}  {lines[1]}" if first.startswith("%%") and len(lines) > 1 else first


def _why(cell: Any, problem: Exception) -> str:
    """The error as the cell shows it."""
    shown = [output for output in cell.outputs if output.output_type == "error"]
    return "\n".join(shown[-1].traceback) if shown else str(problem)


def _write(document: Any, notebook: Path, page: Path) -> None:
    """The executed notebook, and a page of it that loads nothing from elsewhere."""
    import nbformat
    from nbconvert import HTMLExporter

    nbformat.write(document, notebook)  # type: ignore[no-untyped-call]  # as above
    nothing = {"require_js_url": "", "mathjax_url": "", "jquery_url": ""}
    exporter = HTMLExporter(**nothing)  # type: ignore[no-untyped-call]  # nor has nbconvert
    text, _ = exporter.from_notebook_node(document, resources={"metadata": {"name": f"nbgemini {notebook.stem}"}})
    page.write_text(text, "utf-8")
