"""What a shot weighs while it is submitted and collected: its id, its state and its place, and none of its answer."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.tuning.batch import taking
from nbgemini.tuning.carrying import stored_sweeps, surveying
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.sweeping import Sweeping
from tests.tuning.batch_server import BatchServer, batching_on


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", BatchServer().key)


class Forgetful(BatchServer):
    """Has no memory of what it was asked, beside its bytes, so that a test weighs the kernel alone."""

    def _create(self, *given: Any) -> Any:
        answered = super()._create(*given)
        (job,) = self.jobs.values()
        job.requests.clear()
        return answered


def submitted(kernel: Sweeping, count: int, **words: Any) -> Sweep:
    words = {"n": list(range(count)), "new": True, "batch": True, "name": "x", "yes": True, **words}
    with Interrupts() as interrupts:
        return kernel.begin(wish_of("boat {n}", words)).wait(interrupts=interrupts)


def weighed(work: Callable[[], object]) -> tuple[float, float]:
    """(bytes that are kept of it, bytes at its peak)."""
    gc.collect()
    tracemalloc.start()
    try:
        made = work()
        gc.collect()
        kept, peak = tracemalloc.get_traced_memory()
        del made
        return kept, peak
    finally:
        tracemalloc.stop()


def hold_at_most(monkeypatch: pytest.MonkeyPatch, shots: int) -> None:
    """A sweep of more is a large one."""
    for module in (taking, stored_sweeps, surveying):
        monkeypatch.setattr(module, "MOST_JOINED", shots)


def test_a_shot_weighs_little_when_it_is_submitted(tmp_path: Path) -> None:
    """Two kilobytes, and a few while all of it is planned: what five hundred further ones add."""
    weights = []
    for count in (500, 1000):
        kernel = batching_on(Forgetful(), tmp_path / str(count))
        weights.append(weighed(lambda kernel=kernel, count=count: submitted(kernel, count)))  # type: ignore[misc]
    (kept, peak), (more_kept, more_peak) = weights
    assert (more_kept - kept) / 500 < 2150  # of which 400 are the server's, bytes of the file that it was given
    assert (more_peak - peak) / 500 < 5500  # the test server and tables that double are in it


def test_answers_are_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large sweep they stay on disk when a batch brings them: so what is kept does not grow by their weight."""
    hold_at_most(monkeypatch, 10)
    server = BatchServer(polls=0)
    kernel = batching_on(server, tmp_path)
    grid = submitted(kernel, 150)
    (job,) = kernel.batching.jobs()
    job.refresh()
    kept, _ = weighed(job.collect)
    assert len(grid.done) == 150
    (made,) = server.jobs.values()
    assert (kept - len(made.results)) / 150 < 2500  # an answer weighs six kilobytes


def test_a_large_sweep_is_held_as_far_as_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answers are turns of the stored conversation; a result or a pick makes one of them a turn here."""
    hold_at_most(monkeypatch, 4)
    server = BatchServer(polls=0)
    kernel = batching_on(server, tmp_path)
    grid = submitted(kernel, 6)
    (job,) = kernel.batching.jobs()
    job.collect()
    studio = kernel._studio
    assert (len(grid.done), studio.value("main").exchanges) == (6, ())
    assert len(studio.store.album.turns("main")) == 6
    assert grid.cost == pytest.approx(6 * 0.0168, abs=0.0002)
    assert grid[3].result is not None
    assert len(studio.value("main").exchanges) == 1
    grid.pick(5)
    assert studio.imagine("at night").edits == 2
    assert (grid.picked, server.live) == ((5,), 1)
    fresh = batching_on(server, tmp_path)
    again = submitted(fresh, 6)
    assert (len(again.done), len(server.jobs), len(fresh._studio.value("main").exchanges)) == (6, 1, 0)
    assert [shot.result.bytes for shot in again if shot.result] == [shot.result.bytes for shot in grid if shot.result]
    assert studio.store.album.orphans() == []
    studio.store.close()
    fresh.stored.open("x").pick(5)
    fresh._studio.imagine("at night")
    fresh._studio.imagine("by day")
    assert (fresh._studio.store.album.keys(), server.live) == (["main"], 2)  # it goes on with what it has replayed
