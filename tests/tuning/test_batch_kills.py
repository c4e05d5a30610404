"""A kernel that dies at any operation of its disk while it submits or collects: nothing is drawn or charged twice."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.errors import NbgeminiError
from nbgemini.net.inprocess import InProcess
from nbgemini.store.disk import Disk
from nbgemini.store.store import Store
from nbgemini.studio.studio import Studio
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.sweeping import Sweeping
from tests.tuning.batch_server import BatchServer

WORDS: dict[str, Any] = {"style": ["ink", "oil", "wax"], "new": True, "batch": True, "name": "x", "model": "flash-lite"}


class Killed(BaseException):
    """The kernel is dead from here on."""


class FatalDisk(Disk):
    """Takes so many changes; every later one finds the kernel dead."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.used = 0

    def _change(self) -> None:
        self.used += 1
        if self.used > self.left:
            raise Killed

    def open(self, path: str, flags: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            self._change()
        return super().open(path, flags)

    def write(self, fd: int, data: bytes | memoryview) -> int:
        self._change()
        return super().write(fd, data)

    def fsync(self, fd: int) -> None:
        self._change()
        super().fsync(fd)

    def rename(self, source: str, target: str) -> None:
        self._change()
        super().rename(source, target)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", BatchServer().key)


def kernel_on(server: BatchServer, home: Path, disk: Disk) -> tuple[Sweeping, Studio]:
    studio = Studio(
        traits=lambda: {"base_url": "https://gateway.example"},
        home=home,
        transport=InProcess(server.handle),
        open_store=lambda folder: Store.open(folder, disk=disk),
    )
    return Sweeping(studio), studio


def lived(server: BatchServer, home: Path, disk: Disk, *, unknown: bool = False) -> Sweeping:
    """All that a kernel does with a batch, from its cell to the end."""
    kernel, studio = kernel_on(server, home, disk)
    try:
        with Interrupts() as interrupts:
            kernel.begin(wish_of("a {style} boat", WORDS)).wait(interrupts=interrupts)
        for _ in range(2):
            for job in kernel.batching.jobs():
                with suppress(NbgeminiError):
                    job.collect()
            if unknown:
                with suppress(NbgeminiError):
                    kernel.stored.open("x").resume(unknown=True)
    finally:
        studio.store.close()
    return kernel


def operations(tmp_path: Path) -> int:
    disk = FatalDisk(10**9)
    lived(BatchServer(polls=0), tmp_path / "whole", disk)
    return disk.used


def check(tmp_path: Path, left: int) -> None:
    server, home = BatchServer(polls=0), tmp_path / str(left)
    with suppress(Killed, NbgeminiError):
        lived(server, home, FatalDisk(left))
    for unknown in (False, True, False):
        with suppress(NbgeminiError):
            kernel = lived(server, home, Disk(), unknown=unknown)
    grid = kernel.stored.open("x")
    assert ([shot.state for shot in grid], server.drawn, len(server.jobs)) == (["done"] * 3, 3, 1), left
    entries = kernel._studio.store.ledger.entries()
    assert [entry.cost for entry in entries if entry.state == "settled"] == [16802] * 3, left
    # Where it died between its word that the creation leaves and the creation, nobody knows that it never left.
    assert {entry.state for entry in entries} <= {"settled", "released", "unknown"}, left
    assert len(kernel._studio.store.album.orphans()) == 0, left


@pytest.mark.deep
def test_a_kernel_that_dies_on_the_way(tmp_path: Path) -> None:
    """At a few moments, from the first file to the last."""
    count = operations(tmp_path)
    for left in range(3, count, count // 6):
        check(tmp_path, left)


@pytest.mark.deep
@pytest.mark.timeout(600)
def test_a_kernel_that_dies_at_any_moment(tmp_path: Path) -> None:
    """At every third operation of its disk, from each of which the two after it differ little."""
    for left in range(0, operations(tmp_path), 3):
        check(tmp_path, left)
