"""The figures of the promise table: added up over processes, printed, and compared with what is claimed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import figures
from tests.support.figures import BEGIN, END, Figure
from tests.support.readme import README


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "figures.jsonl"
    monkeypatch.setenv(figures.VARIABLE, str(path))
    return path


def test_nothing_happens_unless_a_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary run leaves no trace."""
    monkeypatch.delenv(figures.VARIABLE, raising=False)
    figures.add("servers", 3, raw=0)
    assert list(tmp_path.iterdir()) == []


def test_records_of_one_name_are_added_up(file: Path) -> None:
    """Cases and counts are sums, measures are the largest."""
    figures.add("servers", 300, raw=0, never_ended=1, most={"MB": 20.5})
    figures.add("servers", 12, raw=0, never_ended=2, most={"MB": 7.0})
    figures.add("keys", 1000, leaks=0)
    found = figures.merged([file])
    assert found == {
        "keys": Figure(1000, {"leaks": 0}),
        "servers": Figure(312, {"raw": 0, "never ended": 3}, {"MB": 20.5}),
    }
    assert figures.table(found).splitlines()[2:] == [
        "| keys | 1,000 | 0 leaks |",
        "| servers | 312 | 0 raw, 3 never ended, ≤ 21 MB |",
    ]


def test_a_table_reads_back() -> None:
    """What is printed can be compared later."""
    figures_ = {"a": Figure(1200, {"lost": 0, "raw": 0}, {"MB": 2400.0}), "b": Figure(3)}
    page = f"# x\n\n{BEGIN}\n{figures.table(figures_)}\n{END}\n"
    assert figures.parsed(page) == figures_
    with pytest.raises(ValueError, match="no table"):
        figures.parsed("nothing")


def test_a_claim_beyond_what_was_produced_is_told() -> None:
    """Fewer cases or a higher limit may be claimed; never more cases, fewer faults, or a thing that was not tried."""
    produced = {"a": Figure(100, {"lost": 0}, {"MB": 200.0})}
    assert figures.disagreements({"a": Figure(90, {"lost": 0}, {"MB": 400.0})}, produced) == []
    assert figures.disagreements({"a": Figure(101, {"lost": 0}, {"MB": 400.0})}, produced) != []
    assert figures.disagreements({"a": Figure(100, {"lost": 0}, {"MB": 199.0})}, produced) != []
    assert figures.disagreements({"a": Figure(100, {}, {"MB": 400.0})}, produced) != []
    assert figures.disagreements({"b": Figure(1)}, produced) != []
    assert figures.disagreements({"a": Figure(100, {"lost": 0})}, {"a": Figure(100, {"lost": 1})}) != []


def test_the_command_prints_and_compares(file: Path) -> None:
    """`.ci/run` fails where the README claims too much."""
    figures.add("a", 5, lost=0)
    page = file.with_name("page.md")
    for cases, status in (("5", 0), ("6", 1)):
        page.write_text(f"{BEGIN}\n| tried | cases | outcome |\n|---|---:|---|\n| a | {cases} | 0 lost |\n{END}\n")
        command = [sys.executable, "-m", "tests.support.figures", "--check", str(page), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=README.parent, check=False)
        assert done.returncode == status, done.stderr
        assert "| a | 5 | 0 lost |" in done.stdout
