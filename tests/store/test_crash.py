"""A power loss or a kill between any two operations of a commit leaves the turn there or not, and nothing broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nbgemini.store.store import Store
from tests.store.builders import Commit, body_of, exchange_of, picture_bytes, raw_of
from tests.store.disks import Killed, Loss, RecordingDisk

LOSSES: tuple[Loss, ...] = ("nothing", "everything", "bytes", "names", "dice")


class Life:
    """Two commits on a recorded disk, and how many operations had been done when each step was acknowledged."""

    def __init__(self, folder: Path) -> None:
        self.disk = RecordingDisk(folder)
        self.acknowledged: list[tuple[str, int, int]] = []  # (exchange id, step, operations)
        store = Store.open(folder / "store", disk=self.disk)
        parent = None
        for number in (1, 2):
            commit = Commit(store, exchange_of(number, parent=parent))
            self._run(commit)
            parent = commit.exchange.id

    def _run(self, commit: Commit) -> None:
        for step, take in enumerate(commit.steps()):
            take()
            self.acknowledged.append((commit.exchange.id, step, len(self.disk)))

    def steps_before(self, at: int) -> dict[str, int]:
        """The last step of each exchange that was acknowledged before operation `at`."""
        return {name: step for name, step, operations in self.acknowledged if operations <= at}


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return Life(tmp_path_factory.mktemp("life"))


def check_after(life: Life, at: int, loss: Loss, folder: Path, seed: int = 0) -> None:
    """Open what is left and hold it against what was acknowledged."""
    life.disk.after_loss(at, loss, folder, seed)
    store = Store.open(folder / "store")
    where = f"operation {at}, loss of {loss}, seed {seed}"
    placed = [exchange.id for stored in store.album.stored() for exchange in store.album.load(stored.key).exchanges]
    left = {leftover.exchange.id: leftover for leftover in store.intents.left_over()}
    assert store.album.problems == (), where
    assert store.intents.problems == (), where
    for name, step in life.steps_before(at).items():
        if step >= Commit.DECLARED:
            assert name in placed or name in left, f"{where}: {name} is forgotten after {Commit.STEPS[step]}"
        if step >= Commit.ANSWERED:
            raw = store.answer(name)
            assert raw is not None, where
            assert raw == raw_of(exchange_of(int(name, 16))), where
            assert picture_bytes(int(name, 16)) in body_of(store, raw), where
        if step >= Commit.APPENDED:
            assert name in placed, f"{where}: {name} is lost"
        if step >= Commit.SETTLED:
            assert name not in left, f"{where}: {name} is said to be on its way"
        if step >= Commit.PAID:
            assert {entry.id: entry.cost for entry in store.ledger.entries()}[name] == 134_000, where
    check_whole(store, placed, where)
    check_goes_on(store, placed, where)


def check_whole(store: Store, placed: list[str], where: str) -> None:
    """Whatever a conversation names is there, to the last byte."""
    for name in placed:
        exchange = store.album.exchange(name)
        assert exchange.picture is not None, where
        store.blobs.check(exchange.picture.sha256)
        assert exchange.prompt == f"prompt {int(name, 16)}", where
    for path in (store.folder / "objects").glob("??/*"):
        store.blobs.check(path.name)


def check_goes_on(store: Store, placed: list[str], where: str) -> None:
    """The next kernel commits on top of it, and what the dead one left half done is gone."""
    head = store.album.load("main").head if placed else None
    Commit(store, exchange_of(3, parent=head)).run()
    assert [exchange.id for exchange in store.album.load("main").exchanges] == [*placed, exchange_of(3).id], where
    assert list((store.folder / "tmp").iterdir()) == [], where


@pytest.mark.parametrize("loss", LOSSES)
def test_no_crash_point_breaks_a_commit(life: Life, loss: Loss, tmp_path: Path) -> None:
    """Every tenth operation of two commits, under each kind of loss; the deep run takes them all."""
    for at in range(2 * LOSSES.index(loss), len(life.disk) + 1, 10):
        check_after(life, at, loss, tmp_path / f"{at}")
        shutil.rmtree(tmp_path / f"{at}")


@pytest.mark.deep
@pytest.mark.parametrize("loss", LOSSES)
def test_every_crash_point(life: Life, loss: Loss, tmp_path: Path) -> None:
    """Each operation; where dice decide, six throws."""
    for at in range(len(life.disk) + 1):
        for seed in range(6 if loss == "dice" else 1):
            check_after(life, at, loss, tmp_path / f"{at}-{seed}", seed)
            shutil.rmtree(tmp_path / f"{at}-{seed}")


@pytest.mark.parametrize("stride", [8, pytest.param(1, marks=pytest.mark.deep)])
@pytest.mark.parametrize("loss", ["everything", "names"])
def test_a_second_life_does_not_trust_the_first(loss: Loss, stride: int, tmp_path: Path) -> None:
    """What a killed kernel had written but not forced, the next one forces before it builds on it."""
    whole = RecordingDisk(tmp_path)
    Commit(Store.open(tmp_path / "whole", disk=whole), exchange_of(1)).run()
    for fatal in range(1, len(whole), stride):
        folder = tmp_path / str(fatal)
        folder.mkdir()
        disk = RecordingDisk(folder, fatal=fatal)
        with pytest.raises(Killed):
            Commit(Store.open(folder / "store", disk=disk), exchange_of(1)).run()
        disk.fatal = None
        Commit(Store.open(folder / "store", disk=disk), exchange_of(1)).run()
        disk.after_loss(len(disk), loss, folder / "left")
        store = Store.open(folder / "left" / "store")
        check_whole(store, [exchange_of(1).id], f"killed at {fatal}")
        assert [stored.turns for stored in store.album.stored()] == [1], f"killed at {fatal}"
        shutil.rmtree(folder)


def test_a_request_that_was_not_sent_does_not_come_back(tmp_path: Path) -> None:
    """A released intent is gone for good: nothing recorded would tell that its charge is settled."""
    disk = RecordingDisk(tmp_path)
    store = Store.open(tmp_path / "store", disk=disk)
    reserve, declare, *_ = Commit(store, exchange_of(1)).steps()
    reserve()
    declare()
    store.intents.settle(exchange_of(1).id)
    disk.after_loss(len(disk), "everything", tmp_path / "left")
    assert Store.open(tmp_path / "left" / "store").intents.left_over() == []


def test_the_simulated_disk_finds_a_missing_force(tmp_path: Path) -> None:
    """A rename of unforced bytes is what these tests are there to catch: an empty file is left."""

    class Careless(RecordingDisk):
        def fsync(self, fd: int) -> None:
            pass

    disk = Careless(tmp_path)
    store = Store.open(tmp_path / "store", disk=disk)
    Commit(store, exchange_of(1)).run()
    disk.after_loss(len(disk), "bytes", tmp_path / "left")
    assert (tmp_path / "left" / "store" / "refs" / "main.json").read_bytes() == b""
