"""A batch on a simulated disk, and the power cut at any point of its collection: what was shown is there."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.errors import NbgeminiError
from nbgemini.store.disk import Disk
from nbgemini.store.store import Store
from nbgemini.tuning.batch import taking
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.shooting.shots import Entry
from nbgemini.tuning.sweeping import Sweeping
from tests.crash.test_points import LOSSES, OrderlyDisk
from tests.store.disks import Loss
from tests.tuning.batch_server import BatchServer, Line
from tests.tuning.test_batch_kills import kernel_on

SHOTS = 5
WORDS = {"n": list(range(SHOTS)), "new": True, "batch": True, "name": "x", "model": "flash-lite"}


@dataclass(frozen=True)
class Moment:
    """What was shown as done after so many operations."""

    operations: int
    shown: frozenset[str]


def changed(lines: list[Line]) -> list[Line]:
    """The last line is an error, and the first comes once more with another picture."""
    again = {**lines[1], "key": lines[0]["key"]}
    return [*lines[:-1], {"key": lines[-1]["key"], "error": {"code": 13, "message": "internal"}}, again]


class Collection:
    """A batch that is submitted and collected, two answers at a time."""

    def __init__(self, folder: Path) -> None:
        self.server = BatchServer(polls=0, change=changed)
        self.disk = OrderlyDisk(folder)
        self.moments: list[Moment] = []
        kernel, studio = kernel_on(self.server, folder, self.disk)
        with Interrupts() as interrupts:
            under_way = kernel.begin(wish_of("a boat {n}", WORDS))
            before, shown = under_way.engine.told, set[str]()
            self.submitted = 0

            def told(entry: Entry) -> None:
                before(entry)
                shown.update({entry.answer_id} - {""})
                self.moments.append(Moment(len(self.disk), frozenset(shown)))

            grid = under_way.wait(interrupts=interrupts)
            under_way.engine.told = told
        self.submitted = len(self.disk)
        (job,) = kernel.batching.jobs()
        job.collect()
        assert [shot.state for shot in grid] == ["done"] * (SHOTS - 1) + ["failed"]
        self.moments.append(Moment(len(self.disk), frozenset(shown)))
        studio.store.close()


def check_after(made: Collection, at: int, loss: Loss, home: Path, seed: int) -> None:
    """What had been shown is there, without another word of Google's; then collecting again ends as it should."""
    made.disk.after_loss(at, loss, home, seed)
    where = f"{loss} after {at} of {len(made.disk)}"
    shown = next((moment.shown for moment in reversed(made.moments) if moment.operations <= at), frozenset[str]())
    store = Store.open(home / ".nbgemini")
    placed = {turn for key in store.album.keys() for turn in store.album.turns(key)}  # noqa: SIM118  # no mapping
    assert shown <= placed, where
    for name in shown:
        found = store.album.find(name)
        assert found is not None, where
        assert found.picture is not None, where
        store.blobs.check(found.picture.sha256)
        assert store.answer(name) is not None, where
    store.close()
    kernel = collected(made.server, home)
    grid = kernel.stored.open("x")
    assert [shot.state for shot in grid] == ["done"] * (SHOTS - 1) + ["failed"], where
    assert [len(shot.result.bytes) > 100 for shot in grid if shot.result] == [True] * (SHOTS - 1), where
    entries = kernel._studio.store.ledger.entries()
    assert [entry.cost for entry in entries if entry.state == "settled"] == [16802] * (SHOTS - 1), where
    assert len(kernel._studio.store.album.orphans()) == 1, where
    (job,) = kernel.batching.jobs()
    assert (job.state, job.done, len(made.server.jobs)) == ("collected", SHOTS, 1), where
    kernel._studio.store.close()


def collected(server: BatchServer, home: Path) -> Sweeping:
    kernel, _ = kernel_on(server, home, Disk())
    for job in kernel.batching.jobs():
        with suppress(NbgeminiError):
            job.collect()
    return kernel


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEMINI_API_KEY", BatchServer().key)
        patch.setattr(taking, "_TOGETHER", 2)
        return Collection(tmp_path_factory.mktemp("batch"))


@pytest.mark.parametrize(
    "stride", [29, pytest.param(1, marks=[pytest.mark.deep, pytest.mark.timeout(900)])], ids=["some", "all"]
)
@pytest.mark.parametrize("loss", LOSSES)
def test_no_point_of_a_collection_breaks_it(
    made: Collection, loss: Loss, stride: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each operation from the download to the end, under each kind of loss; where dice decide, three throws."""
    monkeypatch.setenv("GEMINI_API_KEY", BatchServer().key)
    monkeypatch.setattr(taking, "_TOGETHER", 2)
    cases = 0
    for at in range(made.submitted + LOSSES.index(loss) * 5 % stride, len(made.disk) + 1, stride):
        for seed in range(3 if loss == "dice" and stride == 1 else 1):
            home = tmp_path / f"{at}-{seed}"
            home.mkdir()
            check_after(made, at, loss, home, seed)
            shutil.rmtree(home)
            cases += 1
    assert cases
