"""A sweep through a studio: each shot is asked once, whatever happens on the way."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.errors import BudgetExceeded, ConfirmationNeeded, OptionError, StoreError, SweepFailed
from nbgemini.store.disk import Disk
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.sweeping import Sweeping
from tests.tuning.drawing_server import DrawingServer, sweeping_on

PROMPT = "a {style} boat"
WORDS: dict[str, Any] = {"style": ["ink", "oil"], "aspect": ["1:1", "16:9"], "new": True}


def drawn(kernel: Sweeping, prompt: str = PROMPT, **words: Any) -> Sweep:
    with Interrupts() as interrupts:
        return kernel.begin(wish_of(prompt, {**WORDS, **words})).wait(interrupts=interrupts)


def facts(grid: Sweep) -> list[tuple[int, str, bytes]]:
    return [(shot.number, str(shot.labels), shot.result.bytes) for shot in grid if shot.result is not None]


def test_one_request_for_each_shot(tmp_path: Path) -> None:
    """Numbered in order; beside the branch, so that the head stays; found again by name, values and number."""
    server = DrawingServer()
    kernel = sweeping_on(server, tmp_path)
    grid = drawn(kernel, name="tuesday", count=2)
    assert (server.requests, len(grid), grid.numbers) == (8, 8, tuple(range(1, 9)))
    assert grid[5].axes == {"style": "oil", "aspect": "1:1"}
    assert grid["oil", "1:1"].number == 5
    assert [shot.number for shot in grid.where(style="ink")] == [1, 2, 3, 4]
    assert [shot.number for shot in grid["16:9"]] == [3, 4, 7, 8]
    value = kernel._studio.value()
    assert (len(value.exchanges), value.head) == (8, None)
    assert {one.group for one in value.exchanges} == {grid.about.id}
    assert grid.cost == pytest.approx(sum(shot.result.cost or 0 for shot in grid if shot.result))
    again = kernel.stored.open("tuesday")
    assert facts(again) == facts(grid)
    with pytest.raises(OptionError, match="There is no shot 99"):
        grid[99]


def test_a_new_kernel_brings_the_whole_sheet_for_nothing(tmp_path: Path) -> None:
    """Byte for byte, in the same order, without a request; with one more value its shots alone are asked."""
    server = DrawingServer()
    before = facts(drawn(sweeping_on(server, tmp_path), name="tuesday"))
    kernel = sweeping_on(server, tmp_path)
    grid = drawn(kernel, name="tuesday")
    assert (facts(grid), server.requests) == (before, 4)
    assert all(shot.result is not None and shot.result.replayed for shot in grid)
    longer = drawn(kernel, name="tuesday", style=["red", "ink", "oil"])
    assert server.requests == 6
    assert facts(longer)[2:] == before or sorted(facts(longer))[:4] == before
    assert longer["red", "1:1"].number == 5
    fewer = drawn(kernel, name="tuesday", style=["ink"])
    assert ([shot.number for shot in fewer], server.requests) == ([1, 2], 6)
    more = drawn(kernel, name="tuesday", style=["ink"], count=2)
    assert (len(more), server.requests) == (4, 8)


def test_a_finished_sweep_that_is_run_again_draws_anew(tmp_path: Path) -> None:
    """In one kernel; both runs are kept, the newest has the name, and a new kernel shows both for nothing."""
    server = DrawingServer()
    kernel = sweeping_on(server, tmp_path)
    first, second = facts(drawn(kernel, name="x")), facts(drawn(kernel, name="x"))
    assert server.requests == 8
    assert [glance.name for glance in kernel.stored.glances()] == ["x.1", "x"]
    assert facts(kernel.stored.open("x.1")) == first
    other = sweeping_on(server, tmp_path)
    assert [facts(drawn(other, name="x")), facts(drawn(other, name="x"))] == [first, second]
    assert server.requests == 8
    drawn(other, "another {style} boat", name="x")
    assert [glance.name for glance in other.stored.glances()] == ["x.1", "x.2", "x"]


def test_blocked_shots_have_ended_and_unknown_ones_are_asked_when_told(tmp_path: Path) -> None:
    """What was blocked is asked again with `failed` alone, what is unknown with `unknown` alone."""
    server = DrawingServer(blocked="bad", broken="lost")
    kernel = sweeping_on(server, tmp_path)
    grid = drawn(kernel, style=["good", "bad", "lost"], aspect=["1:1"], name="x")
    assert [shot.state for shot in grid] == ["done", "failed", "unknown"]
    assert ([shot.number for shot in grid.failed], [shot.number for shot in grid.missing]) == ([2], [3])
    assert "blocked" in str(grid[2].error)
    asked = server.requests
    for other in (sweeping_on(server, tmp_path), kernel):
        found = drawn(other, style=["good", "bad", "lost"], aspect=["1:1"], name="x")
        assert [shot.state for shot in found] == ["done", "failed", "unknown"]
        assert str(found[2].error) == str(grid[2].error)
    assert kernel.stored.open("x").resume().missing.numbers == (3,)
    assert server.requests == asked
    kernel.stored.open("x").resume(failed=True)
    assert server.requests == asked + 1
    server.broken = ""
    assert [shot.state for shot in kernel.stored.open("x").resume(unknown=True)] == ["done", "failed", "done"]
    assert server.requests == asked + 2


def test_when_it_fails(tmp_path: Path) -> None:
    """All failed, or one with `strict`: an error that has the grid."""
    kernel = sweeping_on(DrawingServer(blocked="bad"), tmp_path)
    with pytest.raises(SweepFailed, match="All 2 shots failed") as caught:
        drawn(kernel, style=["bad", "very bad"], aspect=["1:1"])
    assert len(caught.value.grid.failed) == 2
    with pytest.raises(SweepFailed, match="1 of 2 shots failed"):
        drawn(kernel, style=["good", "bad"], aspect=["1:1"], strict=True)


def test_a_limit_holds_all_back(tmp_path: Path) -> None:
    """No request between a refusal and the end of its hint, and each shot is drawn once."""
    server = DrawingServer(limit=6, window=0.5)
    grid = drawn(sweeping_on(server, tmp_path), n=list(range(5)), prompt="a {style} boat {n}", workers=8, yes=True)
    assert len(grid.done) == 20
    assert set(server.drawn.values()) == {2}  # each prompt in two ratios
    ends = sorted({round(until, 2) for _, until in server.refused})
    firsts = [min(refused for refused, until in server.refused if round(until, 2) == end) for end in ends]
    for first, end in zip(firsts, ends, strict=True):  # only what was on its way already comes before the hint is over
        assert sum(first < at < end - 0.02 for at in server.arrivals) < 8


def test_money_is_set_aside_as_a_whole(tmp_path: Path) -> None:
    """A price above `confirm_over`, or above a budget, is refused before anything is put down."""
    server = DrawingServer()
    kernel = sweeping_on(server, tmp_path, confirm_over="0.10")
    with pytest.raises(ConfirmationNeeded, match="4 requests would cost about"):
        drawn(kernel)
    with pytest.raises(BudgetExceeded, match="4 requests would cost about"):
        drawn(kernel, yes=True, budget=0.1)
    assert server.requests == 0
    assert kernel.stored.glances() == []
    drawn(kernel, yes=True, budget=1)
    assert kernel._studio.money.spent.total == 4 * 33600 + 4 * 3


def test_an_interrupt_keeps_what_is_under_way(tmp_path: Path) -> None:
    """What was sent is put in when it comes, what was not is missing, and `resume` asks for that alone."""
    server = DrawingServer()
    server.hold.clear()
    kernel = sweeping_on(server, tmp_path)
    under_way = kernel.begin(wish_of(PROMPT, {**WORDS, "count": 2, "workers": 3}))
    while server.requests < 3:
        time.sleep(0.01)
    assert under_way.job.abandon()
    server.hold.set()
    assert under_way.job.settled_within(20)
    grid = under_way.sweep
    assert [shot.state for shot in grid].count("done") == 3
    assert len(kernel._studio.value().exchanges) == 3
    assert grid.resume().done.numbers == tuple(range(1, 9))
    assert (server.requests, set(server.drawn.values())) == (8, {4})


def test_two_kernels_share_one_sweep(tmp_path: Path) -> None:
    """No shot is bought twice, and both show all of them."""
    server = DrawingServer(latency=0.03)
    kernels = [sweeping_on(server, tmp_path) for _ in range(2)]
    grids: dict[int, Sweep] = {}

    def run(at: int) -> None:
        grids[at] = drawn(kernels[at], style=[str(n) for n in range(10)], name="x", workers=3)

    threads = [threading.Thread(target=run, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (server.requests, set(server.drawn.values())) == (20, {2})
    assert facts(grids[0]) == facts(grids[1])
    assert all(any(shot.result and not shot.result.replayed for shot in grid) for grid in grids.values())


def test_a_picked_shot_is_gone_on_from(tmp_path: Path) -> None:
    """Shots edit the turn on which the conversation stood; after a pick the next turn edits the shot."""
    server = DrawingServer()
    kernel = sweeping_on(server, tmp_path)
    studio = kernel._studio
    base = studio.conversation().imagine("a harbour")
    grid = drawn(kernel, new=False)
    assert {shot.result.exchange.parent for shot in grid if shot.result} == {base.exchange.id}
    assert studio.value().head == base.exchange.id
    grid.pick(3).star(3, 4).note(3, "soft").tag(3, "keep")
    after = studio.conversation().imagine("add a boat")
    assert after.exchange.parent == grid[3].result.exchange.id
    found = sweeping_on(server, tmp_path).stored.open()[3]
    assert (found.stars, found.note, found.tags) == (4, "soft", ("keep",))
    assert grid.best is not None
    assert grid.best.number == 3


class FullDisk(Disk):
    """Takes no more records once it is full."""

    full = False

    def open(self, path: str, flags: int) -> int:
        if self.full and "/.nbgemini/tmp/" in path and flags & os.O_RDWR:
            raise OSError(28, "No space left on device")
        return super().open(path, flags)


def test_a_full_disk_stops_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is asked later; nothing was bought that could not be kept."""
    server = DrawingServer()
    kernel = sweeping_on(server, tmp_path)
    drawn(kernel)
    disk = FullDisk()
    monkeypatch.setattr(kernel._studio.store.files, "disk", disk)
    monkeypatch.setattr("shutil.disk_usage", lambda place: (_ for _ in ()).throw(OSError()))
    disk.full = True
    with pytest.raises(StoreError, match="disk is full"):
        drawn(kernel, "another {style}")
    assert server.requests == 4
    disk.full = False
    assert len(drawn(kernel, "another {style}").done) == 4


def test_a_value_in_another_spelling_costs_nothing(tmp_path: Path) -> None:
    """In a new kernel, a model by its id in place of its alias asks for nothing that is there."""
    server = DrawingServer()
    models = ["flash-lite", "flash"]
    drawn(sweeping_on(server, tmp_path), style=["ink"], aspect=["1:1"], model=models, name="m")
    again = ["gemini-3.1-flash-lite-image", "flash"]
    grid = drawn(sweeping_on(server, tmp_path), style=["ink"], aspect=["1:1"], model=again, name="m")
    assert (server.requests, len(grid.done), grid.axes["model"]) == (2, 2, tuple(again))
    added = [*again, "pro"]
    grid = drawn(sweeping_on(server, tmp_path), style=["ink"], aspect=["1:1"], model=added, name="m", yes=True)
    assert (server.requests, len(grid.done)) == (3, 3)


def test_a_value_in_another_spelling_costs_nothing_in_the_same_kernel(tmp_path: Path) -> None:
    """A longer axis asks for its new values alone, however the others are spelled now; the same again is drawn anew."""
    server = DrawingServer()
    kernel = sweeping_on(server, tmp_path)
    first = drawn(kernel, style=["ink"], aspect=["16:9"], model=["flash-lite"], name="m")
    models = ["gemini-3.1-flash-lite-image"]
    grid = drawn(kernel, style=["ink"], aspect=["16x9", "1:1"], model=models, name="m")
    assert (server.requests, len(grid.done)) == (2, 2)
    assert (grid.axes["aspect"], grid.axes["model"]) == (("16x9", "1:1"), tuple(models))
    assert grid["ink", "16:9", "flash-lite"].result.path == first[1].result.path
    grid = drawn(kernel, style=["ink"], aspect=["16:9", "1:1", "3:2"], model=["flash-lite"], name="m")
    assert (server.requests, len(grid.done)) == (3, 3)
    drawn(kernel, style=["ink"], aspect=["16:9", "1x1", "3:2"], model=["flash-lite"], name="m")
    assert server.requests == 3
    drawn(kernel, style=["ink"], aspect=["16:9", "1x1", "3:2"], model=["flash-lite"], name="m")
    assert server.requests == 6
