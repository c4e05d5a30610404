"""Windows, as far as its errors tell: files that someone has open, scanners, locks, devices and long paths."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from nbgemini.errors import ObjectMissing, StoreError, StoreReadOnly
from nbgemini.store.disk import Disk, PatientDisk, fault
from nbgemini.store.kernels import Kernels
from nbgemini.store.locks import drop, hold, locked
from nbgemini.store.spare import Spare
from nbgemini.store.store import Store
from tests.store.builders import Commit, exchange_of, picture_bytes
from tests.store.disks import AccessDenied, SharingViolation, WindowsDisk
from tests.support.msvcrt_locks import Region


def ready(folder: Path, inner: Disk, **words: Any) -> tuple[Store, list[float]]:
    """A store on a disk of Windows, and the naps that it took."""
    naps: list[float] = []
    return Store.open(folder, disk=PatientDisk(inner, sleep=naps.append, **words)), naps


def test_nothing_is_moved_or_removed_while_we_have_it_open(tmp_path: Path) -> None:
    """Commits, late kernels, damage, the spare place: each file is closed before its name changes."""
    windows = WindowsDisk()
    for number in (1, 2, 3):
        store, naps = ready(tmp_path / "store", windows)
        Commit(store, exchange_of(number, parent=exchange_of(number - 1).id if number > 1 else None)).run()
        store.close()
    picture = exchange_of(1).picture
    assert picture is not None
    store.blobs.home(picture.sha256).write_bytes(b"damaged")
    with pytest.raises(ObjectMissing, match="is now in"):
        store.blobs.check(picture.sha256)
    store.blobs.put(picture_bytes(1))
    spare = Spare("store", disk=PatientDisk(windows), parent=str(tmp_path))
    assert spare.keep("00.json", b"{}")
    spare.drop("00.json")
    assert (windows.refused, naps) == ([], [])
    assert spare.names() == []
    assert list((tmp_path / "store" / "tmp").iterdir()) == []


def test_lock_files_of_dead_kernels_do_not_pile_up(tmp_path: Path) -> None:
    """A locked file that is open cannot be removed there: the lock goes first."""
    for number in range(1, 6):
        store, _ = ready(tmp_path, WindowsDisk())
        Commit(store, exchange_of(number)).run()
        assert [path.stem for path in (tmp_path / "kernels").iterdir()] == [store.kernel]
        store.close()


def test_a_living_kernel_keeps_its_file(tmp_path: Path) -> None:
    """A neighbour that sweeps removes the dead alone."""
    alive, dead, sweeping = (Kernels(str(tmp_path), PatientDisk(WindowsDisk())) for _ in range(3))
    for kernels in (alive, dead, sweeping):
        kernels.claim()
    dead_one = dead.id
    dead.leave()
    sweeping.sweep()
    assert {path.stem for path in tmp_path.iterdir()} == {alive.id, sweeping.id}
    assert (sweeping.alive(alive.id), sweeping.alive(dead_one)) == (True, False)


@pytest.mark.parametrize("glances", [1, 5])
def test_a_scanner_that_looks_into_every_file_is_waited_for(glances: int, tmp_path: Path) -> None:
    """Each move, replacement and removal is tried again until the scanner has gone, and no longer."""
    windows = WindowsDisk(glances)
    store, naps = ready(tmp_path / "store", windows)
    for number in (1, 2):
        Commit(store, exchange_of(number, parent=exchange_of(1).id if number == 2 else None)).run()
    assert {line.split()[0] for line in windows.refused} == {"move", "replace", "remove", "open"}
    assert len(naps) == len(windows.refused)
    assert max(naps) <= 0.1
    reader = Store.open(tmp_path / "store")
    assert [exchange.id for exchange in reader.album.load("main").exchanges] == [exchange_of(n).id for n in (1, 2)]
    assert list((tmp_path / "store" / "tmp").iterdir()) == []


def test_what_stays_open_is_said_to_be_in_use_and_not_read_only(tmp_path: Path) -> None:
    """Two seconds for a change, then its own words; the file before it is still there, and later it works."""
    windows = WindowsDisk()
    store, naps = ready(tmp_path, windows)
    Commit(store, exchange_of(1)).run()
    windows.glances = -1
    with pytest.raises(StoreError, match="another program has it open") as caught:
        store.album.record(exchange_of(2))
    assert not isinstance(caught.value, StoreReadOnly)
    assert len(caught.value.lines()) <= 3
    assert "virus scanner" in caught.value.hint
    assert sum(naps) == pytest.approx(4.0)  # the record, and the file in the making that goes away again
    windows.glances = 0
    store.album.record(exchange_of(2))
    assert store.album.exchange(exchange_of(2).id) == exchange_of(2)


@pytest.mark.parametrize("kind", [SharingViolation, AccessDenied])
def test_a_file_held_by_another_kernel_comes_through(kind: type[PermissionError], tmp_path: Path) -> None:
    """Whichever of its two numbers Windows takes."""

    class HeldTwice(Disk):
        """Refuses the first two renames."""

        left = 2

        def rename(self, source: str, target: str) -> None:
            if self.left:
                self.left -= 1
                raise kind(source)
            super().rename(source, target)

    store, naps = ready(tmp_path, HeldTwice())
    Commit(store, exchange_of(1)).run()
    assert naps == [0.005, 0.01]


def test_what_is_forbidden_is_not_waited_for(tmp_path: Path) -> None:
    """A folder where nothing may be made: refused at once, and as read-only."""

    class Forbidden(Disk):
        """Makes no file."""

        def open(self, path: str, flags: int) -> int:
            raise PermissionError(errno.EACCES, "Permission denied", path)

    store, naps = ready(tmp_path, Forbidden())
    with pytest.raises(StoreReadOnly, match="may not be read or written"):
        Commit(store, exchange_of(1)).run()
    assert naps == []


@pytest.mark.parametrize("code", [errno.ENOENT, errno.ENAMETOOLONG])
def test_a_path_that_is_too_long_says_so(code: int) -> None:
    """Windows takes 260 characters, unless it was told otherwise, and says that there is no such place."""
    shown = fault(OSError(code, os.strerror(code)), "C:\\" + "long\\" * 60)
    assert "shorter path" in shown.hint


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    """The locks of Windows in the place of this system's."""
    found = Region()
    monkeypatch.setitem(sys.modules, "msvcrt", found)
    monkeypatch.setattr(sys, "platform", "win32")
    return found


def test_locks_of_windows_exclude_and_are_given_back(region: Region, tmp_path: Path) -> None:
    """One holder at a time, a locked byte that hides no text, and nothing left locked after the end."""
    path = str(tmp_path / ".lock")
    with locked(Disk(), path):
        assert hold(Disk(), path) is None
        ((_, _, at),) = region.holders
        assert at > 1000
        with pytest.raises(StoreError, match=f"Process {os.getpid()} has held"), locked(Disk(), path, patience=0.01):
            pytest.fail("two hold one lock")
    assert region.holders == {}
    fd = hold(Disk(), path)
    assert fd is not None
    drop(fd)
    drop(fd)
    assert region.holders == {}


def test_kernels_on_windows_know_the_living_from_the_dead(region: Region, tmp_path: Path) -> None:
    """By locks that cannot be shared: a look at one that lives changes nothing."""
    one, other = (Kernels(str(tmp_path), PatientDisk(WindowsDisk())) for _ in range(2))
    one.claim()
    other.claim()
    assert [other.alive(one.id), other.alive(one.id), one.alive(other.id)] == [True, True, True]
    left = one.id
    one.leave()
    assert not other.alive(left)
    other.sweep()
    assert [path.stem for path in tmp_path.iterdir()] == [other.id]


def test_what_an_earlier_holder_wrote_is_covered(region: Region, tmp_path: Path) -> None:
    """A short number over a long one is the short one."""
    path = tmp_path / ".lock"
    path.write_bytes(b"12345678901234567890")
    with locked(Disk(), str(path)):
        assert int(path.read_bytes()) == os.getpid()
