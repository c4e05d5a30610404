"""What the shots of a sweep force to disk: each what it must, and together what they can share."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from nbgemini.store.disk import Disk
from tests.tuning.drawing_server import DrawingServer, sweeping_on
from tests.tuning.test_sweeping import drawn


class CountingDisk(Disk):
    """Counts what is forced."""

    forced = 0

    def fsync(self, fd: int) -> None:
        self.forced += 1
        super().fsync(fd)

    def fsync_dir(self, path: str) -> None:
        self.forced += 1
        super().fsync_dir(path)


def test_a_shot_forces_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where nothing can be shared: intent, money, picture, signature, answer, record and ref, with their folders.

    A plan is one file, a claim takes several shots, and what has found its place is no longer forced away.
    """
    kernel = sweeping_on(DrawingServer(), tmp_path)
    drawn(kernel, style=["warm"], aspect=["1:1"])
    disk = CountingDisk()
    monkeypatch.setattr(kernel._studio.store.files, "disk", disk)
    grid = drawn(kernel, n=list(range(16)), prompt="a {style} boat {n}", aspect=["1:1"], workers=8, yes=True)
    assert len(grid.done) == 32
    assert disk.forced / 32 < 16
    assert not any(thread.name == "nbgemini-shot" for thread in threading.enumerate())
