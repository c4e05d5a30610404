"""A stored sweep that is opened: what is read for that, and what only when it is asked for."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from nbgemini.store.disk import Disk
from tests.tuning.drawing_server import DrawingServer, sweeping_on
from tests.tuning.test_sweeping import drawn


class CountingDisk(Disk):
    """Counts what is opened, by the folder that it lies in."""

    def __init__(self) -> None:
        self.opened: Counter[str] = Counter()

    def open(self, path: str, flags: int) -> int:
        self.opened[os.path.basename(os.path.dirname(path))] += 1
        return super().open(path, flags)


def test_a_sweep_is_opened_without_its_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers, costs, axes and states stand in its own file, which is read in few pieces; an answer is read once
    for each shot that is looked at."""
    server = DrawingServer()
    grid = drawn(sweeping_on(server, tmp_path), n=list(range(10)), prompt="a {style} boat {n}", yes=True, name="t")
    kernel = sweeping_on(server, tmp_path)
    disk = CountingDisk()
    monkeypatch.setattr(kernel._studio.store.files, "disk", disk)
    found = kernel.stored.open("t")
    assert (len(found.done), found.cost, found.axes) == (40, grid.cost, grid.axes)
    assert (found[7].cost, found[7].would_cost) == (grid[7].cost, grid[7].would_cost)
    assert kernel.stored.glances()[0].done == 40
    assert disk.opened["records"] == 0
    assert disk.opened["sweeps"] < 12
    before = disk.opened["sweeps"]
    assert [found[7].prompt, found[7].prompt] == [grid[7].prompt] * 2
    assert (disk.opened["records"], disk.opened["sweeps"]) == (1, before)


def test_an_answer_that_is_lost_is_told(tmp_path: Path) -> None:
    """A shot whose record is gone or damaged is not done: its outcome is unknown, and it is not asked again by
    itself."""
    server = DrawingServer()
    grid = drawn(sweeping_on(server, tmp_path), name="t")
    records = tmp_path / ".nbgemini" / "records"
    (records / f"{grid[1].exchange.id}.json").unlink()
    (records / f"{grid[2].exchange.id}.json").write_bytes(b"{")
    found = sweeping_on(server, tmp_path).stored.open("t")
    assert [found[number].result for number in (1, 2)] == [None, None]
    assert [shot.state for shot in found] == ["unknown", "unknown", "done", "done"]
    assert len(found.resume().done) == 2
    assert server.requests == 4
