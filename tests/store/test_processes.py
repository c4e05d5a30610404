"""Several kernels and threads in one folder lose nothing, whoever of them is killed or forked."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nbgemini.errors import StoreError
from nbgemini.store.disk import DISK
from nbgemini.store.locks import locked
from nbgemini.store.store import Store
from tests.store.builders import Commit, exchange_of, picture_bytes

REPOSITORY = Path(__file__).parents[2]


@contextmanager
def worker(*words: object) -> Iterator[subprocess.Popen[str]]:
    """A process of `worker.py`, ended with the test."""
    command = [sys.executable, "-m", "tests.store.worker", *map(str, words)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read(process: subprocess.Popen[str], count: int) -> list[str]:
    """Its next lines."""
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def said_last(process: subprocess.Popen[str]) -> list[str]:
    """All other lines of a process that has ended. (`communicate` would pass over those that wait in the buffer.)"""
    assert process.stdout is not None
    return process.stdout.read().splitlines()


def check_turns(folder: Path, numbers: list[int]) -> None:
    """These turns are in `main`, in whatever order, whole and paid."""
    store = Store.open(folder)
    loaded = store.album.load("main")
    assert store.album.problems == ()
    ids = sorted(exchange_of(number).id for number in numbers)
    assert sorted(exchange.id for exchange in loaded.exchanges) == ids
    assert set(ids) <= {entry.id for entry in store.ledger.entries() if entry.state == "settled"}
    for exchange in loaded.exchanges:
        assert exchange.picture is not None
        store.blobs.check(exchange.picture.sha256)
        assert store.answer(exchange.id) is not None


@pytest.mark.deep
def test_four_processes_lose_nothing(tmp_path: Path) -> None:
    """They append to one conversation, and take keys for themselves at the same moment."""
    with (
        worker("append", tmp_path, "main", 100, 10) as one,
        worker("append", tmp_path, "main", 200, 10) as two,
        worker("append", tmp_path, "main", 300, 10) as three,
        worker("append", tmp_path, "main", 400, 10) as four,
    ):
        said = [read(process, 11) for process in (one, two, three, four)]
        for process in (one, two, three, four):
            process.communicate(timeout=60)
            assert process.returncode == 0
    assert sorted(lines[0] for lines in said) == ["own", "own.2", "own.3", "own.4"]
    check_turns(tmp_path, [100 * process + number for process in range(1, 5) for number in range(10)])
    assert Store.open(tmp_path).intents.pending() == set()


def test_threads_lose_nothing(tmp_path: Path) -> None:
    """They share one Store, as the workers of a sweep do."""
    store = Store.open(tmp_path / "store")
    failures: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 4):
                Commit(store, exchange_of(number)).run()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(10 * number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    check_turns(store.folder, [10 * number + offset for number in range(1, 9) for offset in range(4)])
    assert len(list((store.folder / "kernels").iterdir())) == 1


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.deep)])
def test_kill_9_loses_nothing_that_was_acknowledged(kills: int, tmp_path: Path) -> None:
    """Killed at any moment, again and again in one folder; what was on its way is named."""
    dice = random.Random(7)
    acknowledged: list[int] = []
    for kill in range(kills):
        first = 1000 * (kill + 1)
        with worker("append", tmp_path, "main", first, 1000) as process:
            said = read(process, 1 + dice.randint(1, 6))
            threading.Event().wait(dice.random() * 0.02)
            process.kill()
            rest = said_last(process)
        acknowledged += range(first, first + len(said) - 1 + len(rest))
        store = Store.open(tmp_path)
        left = {int(leftover.exchange.id, 16) for leftover in store.intents.left_over()}
        there = {int(exchange.id, 16) for exchange in store.album.load("main").exchanges}
        assert set(acknowledged) <= there
        assert not left & there
        assert len(there - set(acknowledged)) + len(left) <= kill + 1
    Commit(Store.open(tmp_path), exchange_of(1)).run()
    assert list((tmp_path / "tmp").iterdir()) == []
    check_turns(tmp_path, sorted({*there, 1}))


@pytest.mark.skipif(os.name != "posix", reason="the holder takes a lock of POSIX")
def test_a_killed_process_gives_its_lock_back(tmp_path: Path) -> None:
    """Nobody waits for the dead; someone who lives too long on the lock is named."""
    store = Store.open(tmp_path)
    Commit(store, exchange_of(1)).run()
    lock = tmp_path / "refs" / ".lock"
    program = f"import fcntl; f = open({str(lock)!r}); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        read(holder, 1)
        with pytest.raises(StoreError, match="has held"), locked(DISK, str(lock), patience=0.05):
            pytest.fail("two hold one lock")
        holder.kill()
        holder.wait()
    Commit(store, exchange_of(2, parent=exchange_of(1).id)).run()
    check_turns(tmp_path, [1, 2])


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system stops no process")
@pytest.mark.parametrize("patience", [{"patience": 0.2}, pytest.param({}, marks=pytest.mark.deep)])
def test_a_stopped_neighbour_is_named(tmp_path: Path, patience: dict[str, float]) -> None:
    """Who holds a lock and does not go on is told by its process id, after seconds and not half a minute."""
    lock = tmp_path / ".lock"
    program = (
        "from nbgemini.store.disk import Disk\nfrom nbgemini.store.locks import locked\n"
        f"with locked(Disk(), {str(lock)!r}):\n    print(1, flush=True)\n    input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        read(holder, 1)
        holder.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(StoreError, match=f"Process {holder.pid} has held"), locked(DISK, str(lock), **patience):
            pytest.fail("two hold one lock")
        assert time.monotonic() - began < 20
        holder.kill()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_is_a_kernel_of_its_own(tmp_path: Path) -> None:
    """With its own name, lock and ledger; its end does not end its parent."""
    with worker("fork", tmp_path) as process:
        child, parent = map(json.loads, read(process, 2))
        assert process.wait(30) == 0
    assert child["child"] != child["parent"] == parent["parent"]
    assert parent["alive"]
    check_turns(tmp_path, [1, 2, 3])
    store = Store.open(tmp_path)
    assert {entry.id: entry.kernel for entry in store.ledger.entries()} == {
        exchange_of(1).id: parent["parent"],
        exchange_of(2).id: child["child"],
        exchange_of(3).id: parent["parent"],
    }


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_does_not_keep_its_parent_alive(tmp_path: Path) -> None:
    """The parent's request is left over although a copy of its open files lives on."""
    with worker("outlived", tmp_path) as process:
        (child,) = read(process, 1)
        process.wait(30)
        (left,) = Store.open(tmp_path).intents.left_over()
        assert left.kernel != child
        assert left.exchange.id == exchange_of(1).id


def test_leftovers_of_the_dead_are_swept(tmp_path: Path) -> None:
    """A half-written object of a dead kernel goes with the next first write; one of a living kernel stays."""
    living, dead = Store.open(tmp_path), Store.open(tmp_path)
    half = living.blobs.writer()
    half.write(picture_bytes(1))
    dead.blobs.writer().write(picture_bytes(2))
    dead_lock = tmp_path / "kernels" / f"{dead.kernel}.lock"
    dead.close()
    assert Store.open(tmp_path).blobs.put(b"x")
    assert [path.name.partition(".")[0] for path in (tmp_path / "tmp").iterdir()] == [living.kernel]
    assert not dead_lock.exists()
    sha256, _ = half.finish()
    assert living.blobs.read(sha256) == picture_bytes(1)
