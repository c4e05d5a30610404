"""IPython's own tests of magics, completion and extensions, with nbgemini loaded in the shell that they test.

IPython 8 installs its tests; from 9 on they are in the source distribution alone, and IPYTHON_SOURCES names the folder
where `.ci/run` has unpacked that of the installed version.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import IPython
import pytest

NAMES = (
    "test_magic", "test_magic_arguments", "test_magic_terminal", "test_completer", "test_completerlib",
    "test_extension", "test_oinspect", "test_events", "test_inputtransformer2", "test_interactiveshell",
)  # fmt: skip
LOADED = """
def pytest_collection_finish(session):
    shell = __import__("IPython").get_ipython()
    shell.run_line_magic("load_ext", "nbgemini")

def pytest_sessionfinish(session):
    shell = __import__("IPython").get_ipython()
    print("\\nnbgemini:", "imagine" in shell.magics_manager.magics["cell"])
"""


@pytest.fixture
def suite(tmp_path: Path) -> list[str]:
    """What to tell pytest in `tmp_path`, where everything that the tests need lies."""
    inside = Path(IPython.__file__).parent / "core" / "tests"
    sources = os.environ.get("IPYTHON_SOURCES", "")
    if inside.is_dir():
        return ["--pyargs", *(f"IPython.core.tests.{name}" for name in NAMES)]
    if not sources:
        pytest.skip("IPYTHON_SOURCES names no folder with the sources of the installed IPython")
    assert IPython.__version__ == _version(Path(sources)), "these are the sources of another version"
    shutil.copytree(Path(sources, "tests"), tmp_path / "tests")
    shutil.copy(Path(sources, "conftest.py"), tmp_path)
    return [f"tests/{name}.py" for name in NAMES]


def _version(sources: Path) -> str:
    found = re.search(r"^Version: (\S+)", (sources / "PKG-INFO").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def outcomes(folder: Path, *options: str) -> tuple[set[str], int, str]:
    """(the tests that failed, how many passed, everything that was said)."""
    (folder / "nbgemini_loaded.py").write_text(LOADED)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", "-W", "default", *options],
        capture_output=True, text=True, cwd=folder, timeout=600,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])},
    )  # fmt: skip
    shutil.rmtree(folder / "tmp-ipython-pytest-profiledir", ignore_errors=True)
    passed = re.search(r"(\d+) passed", done.stdout)
    failed = set(re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE))
    return failed, int(passed[1]) if passed else 0, done.stdout + done.stderr


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_what_passes_without_us_passes_with_us(tmp_path: Path, suite: list[str]) -> None:
    """Some fail by themselves, for want of a plugin or a program; then all are asked again without us."""
    failed, passed, said = outcomes(tmp_path, "-p", "nbgemini_loaded", *suite)
    assert "nbgemini: True" in said
    assert passed > 300, said[-3000:]
    if failed:
        without, _, _ = outcomes(tmp_path, *suite)
        assert failed <= without, said[-3000:]
