"""A disk that is full, broken, read-only or slow to take bytes costs the turn at most, never what was there before."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from nbgemini.errors import ObjectMissing, StoreError, StoreReadOnly
from nbgemini.store.disk import Disk
from nbgemini.store.store import Store
from tests.store.builders import Commit, exchange_of, picture_bytes
from tests.store.disks import FaultyDisk


def ready(folder: Path, disk: FaultyDisk) -> Store:
    """A store with one turn in it."""
    store = Store.open(folder, disk=disk)
    Commit(store, exchange_of(1)).run()
    return store


def operations_of_a_commit(folder: Path) -> range:
    disk = FaultyDisk()
    store = ready(folder, disk)
    first = disk.count
    Commit(store, exchange_of(2, parent=exchange_of(1).id)).run()
    return range(first, disk.count)


def failure_of(commit: Commit) -> StoreError | None:
    """What a commit raises: a StoreError, or nothing."""
    try:
        commit.run()
    except StoreError as error:
        return error
    return None


@pytest.mark.parametrize("stride", [9, pytest.param(1, marks=pytest.mark.deep)])
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_a_fault_at_any_operation(code: int, lasting: bool, stride: int, tmp_path: Path) -> None:
    """A typed error, the turns before it whole, no litter; and the same Store works on when the fault is gone."""
    for at in operations_of_a_commit(tmp_path / "count")[code % stride :: stride]:
        disk = FaultyDisk(at=at, code=code, lasting=lasting)
        store = ready(tmp_path / str(at), disk)
        commit = Commit(store, exchange_of(2, parent=exchange_of(1).id))
        error = failure_of(commit)
        if error is None:
            assert disk.failed == ["unlink"] * len(disk.failed), f"{disk.failed} was swallowed at {at}"
        else:
            assert isinstance(error, StoreReadOnly) == (code == errno.EROFS), at
        assert disk.failed, at
        reader = Store.open(store.folder)
        assert reader.album.load("main").turn(1) == exchange_of(1)
        assert reader.album.problems == ()
        disk.heal()
        Commit(store, commit.exchange).run()
        assert [exchange.id for exchange in reader.album.load("main").exchanges] == [exchange_of(n).id for n in (1, 2)]
        assert len(reader.ledger.entries()) == 2
        assert "unlink" in disk.failed or not list((store.folder / "tmp").iterdir()), at


def test_the_first_write_may_fail_too(tmp_path: Path) -> None:
    """Whatever fails while the folder comes into being, the next attempt makes it whole."""
    counting = FaultyDisk()
    Commit(Store.open(tmp_path / "count", disk=counting), exchange_of(1)).run()
    for at in range(0, counting.count, 2):
        disk = FaultyDisk(at=at, code=errno.EIO)
        store = Store.open(tmp_path / str(at), disk=disk)
        if failure_of(Commit(store, exchange_of(1))) is not None:
            Commit(store, exchange_of(1)).run()
        assert [stored.turns for stored in Store.open(store.folder).album.stored()] == [1], at
        assert (store.folder / "VERSION").read_text() == "1\n", at


@pytest.mark.parametrize("mouthful", [1, 7, 1000])
def test_short_writes_are_looped_over(mouthful: int, tmp_path: Path) -> None:
    """A disk that takes a few bytes at a time gets all of them in the end."""
    store = ready(tmp_path / "store", FaultyDisk(mouthful=mouthful))
    picture = exchange_of(1).picture
    assert picture is not None
    assert Store.open(store.folder).blobs.read(picture.sha256) == picture_bytes(1)
    assert Store.open(store.folder).album.exchange(exchange_of(1).id) == exchange_of(1)
    assert [entry.cost for entry in store.ledger.entries()] == [134_000]


def test_a_full_disk_says_what_to_do(tmp_path: Path) -> None:
    """What happened, where, and what now."""
    store = ready(tmp_path / "store", disk := FaultyDisk(code=errno.ENOSPC))
    disk.at, disk.lasting = disk.count, True
    with pytest.raises(StoreError, match=r"The disk is full: .* could not be written\.") as caught:
        store.album.record(exchange_of(2))
    assert "NBGEMINI_STORE" in caught.value.hint
    assert caught.value.__cause__ is None
    assert len(caught.value.lines()) <= 3


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (errno.ENOLCK, "has no locks"),
        (errno.ESTALE, "network file system"),
        (errno.EMFILE, "too many files open"),
        (errno.EIO, "%imagine verify"),
        (errno.ENOTDIR, "move it away"),
        (errno.EDQUOT, "NBGEMINI_STORE"),
        (errno.EACCES, "NBGEMINI_STORE"),
    ],
)
def test_each_fault_says_what_to_do(code: int, says: str, tmp_path: Path) -> None:
    """Whatever the system's word for it is, the way out stands beside it."""
    store = ready(tmp_path / "store", disk := FaultyDisk(code=code))
    disk.at, disk.lasting = disk.count, True
    with pytest.raises(StoreError) as caught:
        store.album.record(exchange_of(2))
    assert says in caught.value.hint
    assert len(caught.value.lines()) <= 3


def test_a_torn_ledger_line_costs_only_itself(tmp_path: Path) -> None:
    """Half a line stays when the disk is full; the next line begins on its own."""
    store = ready(tmp_path / "store", disk := FaultyDisk(code=errno.ENOSPC))
    store.ledger.entries()
    disk.at = disk.count + 1  # opening is one operation, writing the next
    with pytest.raises(StoreError):
        store.ledger.reserve("aa11", 5, "m", "gemini", "main")
    assert disk.failed == ["write"]
    store.ledger.reserve("bb22", 7, "m", "gemini", "main")
    assert {entry.id: entry.estimate for entry in store.ledger.entries()} == {exchange_of(1).id: 135_000, "bb22": 7}


class UnreadableDisk(Disk):
    """Everything can be written and nothing read."""

    def read(self, fd: int, size: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_reading_errors_are_typed(tmp_path: Path) -> None:
    """A bad sector in any file is a StoreError that names it, or a problem in a list."""
    ready(tmp_path / "store", FaultyDisk())
    store = Store.open(tmp_path / "store", disk=UnreadableDisk())
    picture = exchange_of(1).picture
    assert picture is not None
    for look in (
        lambda: store.album.load("main"),
        lambda: store.album.exchange(exchange_of(1).id),
        lambda: store.answer(exchange_of(1).id),
        lambda: store.blobs.read(picture.sha256),
        lambda: list(store.blobs.chunks(picture.sha256)),
        store.ledger.entries,
    ):
        with pytest.raises(StoreError, match="Input/output error"):
            look()
    assert store.album.stored() == []
    assert "main.json" in store.album.problems[0]


def test_short_reads_are_filled(tmp_path: Path) -> None:
    """Pieces have exactly the size asked for, whatever the disk hands out at a time."""

    class Sipping(Disk):
        def read(self, fd: int, size: int) -> bytes:
            return super().read(fd, min(size, 100))

    store = Store.open(tmp_path / "store", disk=Sipping())
    sha256, _ = store.blobs.put(picture_bytes(4, 2000))
    pieces = list(store.blobs.chunks(sha256, 768))
    assert [len(piece) for piece in pieces[:-1]] == [768] * (len(pieces) - 1)
    assert b"".join(pieces) == picture_bytes(4, 2000)


def test_a_folder_removed_under_a_running_kernel(tmp_path: Path) -> None:
    """`rm -rf .nbgemini` loses what was in it, and the next turn is kept all the same."""
    store = ready(tmp_path / "store", FaultyDisk())
    before = store.kernel
    shutil.rmtree(store.folder)
    Commit(store, exchange_of(2)).run()
    reopened = Store.open(store.folder)
    assert [exchange.id for exchange in reopened.album.load("main").exchanges] == [exchange_of(2).id]
    assert (store.folder / "VERSION").exists()
    assert store.kernel != before
    shutil.rmtree(store.folder / "records")
    shutil.rmtree(store.folder / "refs")
    Commit(store, exchange_of(3)).run()
    assert [exchange.id for exchange in reopened.album.load("main").exchanges] == [exchange_of(3).id]


def test_a_lost_object_is_named(tmp_path: Path) -> None:
    """Missing, or emptied by an accident: the same error, before anything is read."""
    store = ready(tmp_path / "store", FaultyDisk())
    picture = exchange_of(1).picture
    assert picture is not None
    store.blobs.path(picture.sha256).write_bytes(b"")
    with pytest.raises(ObjectMissing, match=f"{picture.sha256[:12]} is empty"):
        store.blobs.chunks(picture.sha256)
    store.blobs.path(picture.sha256).unlink()
    with pytest.raises(ObjectMissing, match=f"{picture.sha256[:12]} is missing"):
        store.blobs.read(picture.sha256)
