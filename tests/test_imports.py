"""What `import nbgemini` and `%load_ext nbgemini` bring into a process: next to nothing, and nothing outside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAVY = [
    "IPython",
    "PIL",
    "anywidget",
    "asyncio",
    "httpx",
    "httpx2",
    "ipywidgets",
    "jinja2",
    "numpy",
    "ssl",
    "traitlets",
]
# IPython itself brings asyncio and traitlets; the rest must wait until it is needed.
HEAVY_IN_A_KERNEL = ["PIL", "anywidget", "httpx", "httpx2", "ipywidgets", "jinja2", "nest_asyncio", "numpy", "ssl"]

# Prints what each step added to the process: modules, audited events, output.
WATCH = """
import json, sys, os
seen = []
def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "sqlite3.")) or event in (
        "os.mkdir", "os.rename", "os.remove", "os.system", "os.exec", "os.fork", "os.putenv"
    ):
        seen.append(event)
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        seen.append(f"open {arguments[0]}")
    if event == "_thread.start_new_thread":
        seen.append("thread")
def added(step):
    sys.stdout.flush()
    before, files = set(sys.modules), sorted(os.listdir("."))
    del seen[:]
    step()
    return {
        "modules": sorted(set(sys.modules) - before), "events": list(seen),
        "files": sorted(set(os.listdir(".")) - set(files)),
    }
def tops(names):
    return sorted({name.partition(".")[0] for name in names})
"""
SHELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("1 + 1", silent=True)
"""


def run(program: str, folder: Path) -> Any:
    """Run a program in a fresh interpreter without the guard's own modules; its last line is JSON."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    child = subprocess.run(
        [sys.executable, "-W", "error", "-c", WATCH + program],
        capture_output=True, text=True, cwd=folder, env=environment, timeout=60,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    assert child.stderr == ""
    *printed, last = child.stdout.splitlines()
    assert printed == []
    return json.loads(last)


def test_importing_the_package_is_light(tmp_path: Path) -> None:
    """Neither IPython nor a network library, no thread, no socket, no file."""
    found = run(
        """
sys.addaudithook(watch)
def step():
    import nbgemini
print(json.dumps(added(step)))
""",
        tmp_path,
    )
    assert set(HEAVY) & {name.partition(".")[0] for name in found["modules"]} == set()
    assert (found["events"], found["files"]) == ([], [])


def test_all_public_names_can_be_had_without_ipython(tmp_path: Path) -> None:
    """A plain script gets every name in `__all__`, and still no IPython, httpx or PIL."""
    found = run(
        """
import nbgemini
def step():
    for name in nbgemini.__all__:
        getattr(nbgemini, name)
print(json.dumps(added(step)))
""",
        tmp_path,
    )
    tops = {name.partition(".")[0] for name in found["modules"]}
    assert tops & {"IPython", "PIL", "httpx", "ipywidgets", "ssl", "traitlets"} == set()
    assert found["files"] == []


def test_the_version_is_the_distributions(tmp_path: Path) -> None:
    """`nbgemini.__version__` is what the installed distribution says."""
    found = run(
        "import nbgemini, importlib.metadata as m; print(json.dumps([nbgemini.__version__, m.version('nbgemini')]))",
        tmp_path,
    )
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `%load_ext nbgemini` adds to a bare shell."""
    return run(
        SHELL
        + """
sys.addaudithook(watch)
def step():
    result = shell.run_cell("%load_ext nbgemini")
    result.raise_error()
print(json.dumps(added(step)))
""",
        tmp_path_factory.mktemp("loaded"),
    )


def test_loading_the_extension_is_light(loaded: Any) -> None:
    """Nothing heavy comes with the magics; it comes with the first picture."""
    assert set(HEAVY_IN_A_KERNEL) & {name.partition(".")[0] for name in loaded["modules"]} == set()
    assert any(name == "nbgemini.notebook.magics" for name in loaded["modules"])
    assert len([name for name in loaded["modules"] if name.startswith("nbgemini")]) <= 9
    # IPython 9 loads its own magics when they are first used, and that costs more than all of ours.
    others = {name for name in loaded["modules"] if name.startswith("IPython.core.magics.")}
    assert others <= {"IPython.core.magics.extension"}


def test_loading_the_extension_leaves_no_trace(loaded: Any) -> None:
    """No socket, no file, no folder, no thread; it prints nothing (`run` sees to that)."""
    assert loaded["files"] == []
    assert [event for event in loaded["events"] if "history.sqlite" not in event] == []


def test_the_magics_are_there_and_go_again(tmp_path: Path) -> None:
    """Loading adds `%imagine` and `%%imagine`, loading twice does no harm, unloading takes them back."""
    found = run(
        SHELL
        + """
def magics():
    return ["imagine" in shell.magics_manager.magics[kind] for kind in ("line", "cell")]
steps = [magics()]
for line in ("%load_ext nbgemini", "%reload_ext nbgemini", "%unload_ext nbgemini", "%load_ext nbgemini"):
    shell.run_cell(line).raise_error()
    steps.append(magics())
print(json.dumps(steps))
""",
        tmp_path,
    )
    assert found == [[False, False], [True, True], [True, True], [False, False], [True, True]]


# What a first cell does not use: it comes with the first cell or line that does.
UNUSED = """
    core.photos emulator.painter.reading.series net.adc net.fetch net.transport net.upload notebook.cell.background
    notebook.export notebook.help notebook.panel notebook.subcommands notebook.tab.candidates notebook.views
    studio.conversations.archives studio.reports studio.surroundings.model_lists studio.surroundings.uploads
    store.archive store.restoring store.verify wire.refusals
    store.batch_log store.opinions store.search_index store.sweep_log store.sweeps studio.pictures.clipboard
    notebook.contact notebook.sweep_verbs replay.difference tuning
"""


def test_a_first_cell_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    """Neither what reads photos nor what words errors, writes archives or shows plans, and no HTTP client."""
    found = run(
        SHELL
        + """
import contextlib, io
shell.run_cell("%load_ext nbgemini").raise_error()
def step():
    with contextlib.redirect_stdout(io.StringIO()):
        shell.run_cell("%%imagine\\na fox").raise_error()
print(json.dumps(added(step)))
""",
        tmp_path,
    )
    loaded = found["modules"]
    assert "nbgemini.studio.sending.fulfil" in loaded
    unused = [f"nbgemini.{name}" for name in UNUSED.split()]
    assert [name for name in loaded if name.startswith(tuple(unused))] == []
    assert {"httpx", "numpy", "ssl", "xml"} & {name.partition(".")[0] for name in loaded} == set()


def test_a_first_request_imports_h11_alone(tmp_path: Path) -> None:
    """h11 speaks for it; httpx would bring its command line and a cookie jar, httpcore every way to wait. Nobody
    listens: that is enough.

    Nor does it bring what reads mail: `urllib.request`, which looks for proxies where there may be some.
    """
    found = run(
        """
import contextlib, nbgemini
os.environ |= {"GEMINI_API_KEY": "no-key", "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:9"}
def step():
    with contextlib.suppress(Exception):
        nbgemini.imagine("a fox", timeout=0.5)
print(json.dumps(added(step)))
""",
        tmp_path,
    )
    assert "h11" in found["modules"]
    assert len([name for name in found["modules"] if name.startswith("nbgemini.")]) <= 140
    pictures = ["bringing", "encoding", "new_files", "references", "saving", "schemes", "tones", "values"]
    late = {f"nbgemini.studio.pictures.{name}" for name in pictures}
    late |= {"nbgemini.core.folding", "nbgemini.core.overrides", "nbgemini.replay.classroom", "nbgemini.wire.merge"}
    late |= {"nbgemini.store.vetting", "nbgemini.studio.asking.words"}
    late |= {"nbgemini.studio.sending.plan", "nbgemini.studio.sending.recipes"}
    assert late & set(found["modules"]) == set()
    unused = {"httpx", "httpcore", "certifi", "anyio", "logging", "click", "email", "pygments", "rich", "http"}
    assert unused & {name.partition(".")[0] for name in found["modules"]} == set()
