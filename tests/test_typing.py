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
