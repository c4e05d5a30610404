"""The types of the public names, as a type checker sees them in a program of a user's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

USAGE = Path(__file__).with_name("typed_usage.py")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy has read need not be read twice."""
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.deep
def test_a_type_checker_agrees_with_the_examples(tmp_path: Path, cache: Path) -> None:
    """With the settings of a stranger: the package is found as it is installed, with its types."""
    pytest.importorskip("mypy", reason="comes with the extra `dev`")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}", str(USAGE)],
        capture_output=True, text=True, cwd=tmp_path, timeout=110,
    )  # fmt: skip
    assert done.stdout.startswith("Success"), done.stdout + done.stderr


@pytest.mark.deep
def test_a_mistake_is_found(tmp_path: Path, cache: Path) -> None:
    """Nothing public degrades to Any: without its `type: ignore`, every mistake of the examples is an error."""
    pytest.importorskip("mypy", reason="comes with the extra `dev`")
    lines = USAGE.read_text().splitlines()
    mistakes = [number for number, line in enumerate(lines, 1) if "# type: ignore" in line]
    bare = tmp_path / "mistakes.py"
    bare.write_text("\n".join(line.split("  # type: ignore")[0] for line in lines))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}", str(bare)],
        capture_output=True, text=True, cwd=tmp_path, timeout=110,
    )  # fmt: skip
    found = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    assert found == set(mistakes), done.stdout
    assert len(mistakes) > 15


_UNESCAPED = """
from nbgemini.notebook.show.bundles import Bundle, block
from nbgemini.notebook.show.markup import Html, element, escape, joined

words = "<b>"
good: Html = joined([block(element("p", escape(words), title=words)), Html("<br>")])
Bundle(words, good)
element("p", words)  # error
block(good, words)  # error
block(good + words)  # error
block(f"<p>{good}</p>")  # error
joined([good, words])  # error
Bundle(words, words)  # error
Bundle(words, "".join([good]))  # error
"""


@pytest.mark.deep
def test_a_text_that_is_not_escaped_is_found(tmp_path: Path, cache: Path) -> None:
    """HTML is a type: wherever it is wanted, a text is an error."""
    pytest.importorskip("mypy", reason="comes with the extra `dev`")
    snippet = tmp_path / "unescaped.py"
    snippet.write_text(_UNESCAPED)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}", str(snippet)],
        capture_output=True, text=True, cwd=tmp_path, timeout=110,
    )  # fmt: skip
    found = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    assert found == {at for at, line in enumerate(_UNESCAPED.splitlines(), 1) if line.endswith("# error")}, done.stdout
