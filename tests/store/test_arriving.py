"""Who looks on while an object arrives reads what was written, and costs it nothing."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from nbgemini.core.seams import Growing, Onlooker
from nbgemini.store.disk import Disk
from nbgemini.store.store import Store
from tests.store.disks import FaultyDisk, WindowsDisk

PIECES = [bytes([number]) * 100_000 for number in range(5)]
WHOLE = b"".join(PIECES)
SHA256 = hashlib.sha256(WHOLE).hexdigest()
_PATIENCE = 60  # seconds


class Reader:
    """Reads all of what it looks at, so many bytes at a time, as soon as `may_begin` is set."""

    def __init__(self, wanted: bytes = PIECES[0], size: int = 70_001) -> None:
        self.wanted = wanted
        self.size = size
        self.may_begin = threading.Event()
        self.may_begin.set()
        self.asked: list[bytes] = []
        self.seen: list[Future[tuple[bytes, str]]] = []

    def wants(self, head: bytes, /) -> bool:
        self.asked.append(head)
        return head == self.wanted

    def look(self, growing: Growing, /) -> None:
        self.seen.append(Future())
        threading.Thread(target=self._read, args=(growing, self.seen[-1]), daemon=True).start()

    def _read(self, growing: Growing, seen: Future[tuple[bytes, str]]) -> None:
        self.may_begin.wait(_PATIENCE)
        data = b""
        with growing.file as file:
            while piece := file.read(self.size):
                data += piece
        seen.set_result((data, growing.sha256))

    def result(self) -> tuple[bytes, str]:
        (seen,) = self.seen
        return seen.result(_PATIENCE)


class Eye:
    """Sees what is written, of what begins as it likes."""

    def __init__(self, liked: bytes = PIECES[0]) -> None:
        self.liked = liked
        self.seen = b""
        self.sha256 = ""

    def begin(self, head: bytes, /) -> Eye | None:
        return self if head == self.liked else None

    def take(self, data: bytes, /) -> None:
        self.seen += data


def write(folder: Path, onlooker: Onlooker, *, disk: Disk | None = None, end: bool = True) -> tuple[str, int]:
    """Write all pieces; without `end`, throw them away then."""
    store = Store.open(folder, disk=disk or Disk())
    writer = store.arriving("abcd", onlooker).writer()
    for piece in PIECES:
        writer.write(piece)
    if end:
        return writer.finish()
    writer.discard()
    return "", 0


@pytest.mark.parametrize("size", [1 << 20, 70_001, 999])
def test_it_is_read_while_it_grows(tmp_path: Path, size: int) -> None:
    """All of its bytes in order, and then its hash."""
    reader = Reader(size=size)
    assert write(tmp_path, reader) == (SHA256, len(WHOLE))
    assert reader.result() == (WHOLE, SHA256)
    assert reader.asked == [PIECES[0]]


def test_it_is_a_file_as_any_other(tmp_path: Path) -> None:
    """Decoders go back and forth, and ask for its end: that is told once it is there."""
    found = Future[tuple[int, bytes, int, bytes]]()

    class Seeking(Reader):
        def _read(self, growing: Growing, seen: Future[tuple[bytes, str]]) -> None:
            with growing.file as file:
                file.read(150_000)
                at = file.seek(-50_001, os.SEEK_CUR)
                middle = file.read(2)
                end = file.seek(-3, os.SEEK_END)
                found.set_result((at, middle, end, file.read()))

    write(tmp_path, Seeking())
    assert found.result(_PATIENCE) == (99_999, WHOLE[99_999:100_001], len(WHOLE) - 3, WHOLE[-3:])


def test_who_is_late_holds_up_nothing(tmp_path: Path) -> None:
    """The object has its name before the first byte was read; it can be read all the same."""
    reader = Reader()
    reader.may_begin.clear()
    assert write(tmp_path, reader) == (SHA256, len(WHOLE))
    reader.may_begin.set()
    assert reader.result() == (WHOLE, SHA256)


def test_what_is_not_wanted_is_not_opened(tmp_path: Path) -> None:
    """It is asked once, by the first bytes."""
    reader = Reader(wanted=b"")
    write(tmp_path, reader)
    assert (reader.asked, reader.seen) == ([PIECES[0]], [])


def test_what_is_given_up_ends(tmp_path: Path) -> None:
    """Nobody waits for the rest of an answer that broke off."""
    reader = Reader()
    reader.may_begin.clear()
    write(tmp_path, reader, end=False)
    reader.may_begin.set()
    assert reader.result() == (b"", "")


def test_a_disk_that_fails_ends_it_and_the_object_is_kept(tmp_path: Path) -> None:
    """It goes on in the spare place, where nobody looks on."""
    disk = FaultyDisk(code=errno.ENOSPC, lasting=True)
    store, reader = Store.open(tmp_path, disk=disk), Reader()
    writer = store.arriving("abcd", reader).writer()
    for piece in PIECES:
        if piece is PIECES[3]:
            disk.at = disk.count
        writer.write(piece)
    assert writer.finish() == (SHA256, len(WHOLE))
    data, sha256 = reader.result()
    assert (WHOLE.startswith(data), sha256) == (True, "")
    assert store.blobs.read(SHA256) == WHOLE


@pytest.mark.parametrize("fails", ["begin", "take"])
def test_an_inspector_that_fails_is_asked_no_more(tmp_path: Path, fails: str) -> None:
    """It is told no hash either: whoever wants to know looks at the file."""

    class Broken(Eye):
        def begin(self, head: bytes, /) -> Eye | None:
            if fails == "begin":
                raise MemoryError("a fault")
            return self

        def take(self, data: bytes, /) -> None:
            super().take(data)
            raise ValueError("a fault")

    eye = Broken()
    writer = Store.open(tmp_path).arriving("abcd", inspector=eye).writer()
    for piece in PIECES:
        writer.write(piece)
    assert writer.finish() == (SHA256, len(WHOLE))
    assert (eye.seen, eye.sha256) == (b"" if fails == "begin" else PIECES[0], "")


@pytest.mark.parametrize("fails", ["wants", "look"])
def test_what_goes_wrong_there_is_told_to_nobody(tmp_path: Path, fails: str) -> None:
    """The object is written as if nobody looked on."""

    class Broken(Reader):
        def wants(self, head: bytes, /) -> bool:
            if fails == "wants":
                raise ValueError("a fault")
            return True

        def look(self, growing: Growing, /) -> None:
            growing.file.close()
            raise MemoryError("a fault")

    assert write(tmp_path, Broken()) == (SHA256, len(WHOLE))


def test_a_disk_that_cannot_be_read_costs_the_look_alone(tmp_path: Path) -> None:
    """The reader hears of it."""
    disk, told = FaultyDisk(code=errno.EIO, lasting=True, reading=True), Future[str]()

    class Told(Reader):
        def _read(self, growing: Growing, seen: Future[tuple[bytes, str]]) -> None:
            try:
                growing.file.read(self.size)
            except OSError as problem:
                told.set_result(os.strerror(problem.errno or 0))

        def look(self, growing: Growing, /) -> None:
            disk.at = disk.count
            super().look(growing)

    assert write(tmp_path, Told(), disk=disk) == (SHA256, len(WHOLE))
    assert told.result(_PATIENCE) == os.strerror(errno.EIO)


def test_on_windows_nobody_looks_on(tmp_path: Path) -> None:
    """A file that is open there would not get its name."""
    reader = Reader()
    assert write(tmp_path, reader, disk=WindowsDisk()) == (SHA256, len(WHOLE))
    assert reader.asked == []


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("liked", [True, False])
def test_an_inspector_sees_what_is_written(tmp_path: Path, liked: bool, fails: bool) -> None:
    """All of it before it is told the hash; of what the disk refused in the middle it is told none."""
    disk, eye = FaultyDisk(code=errno.ENOSPC, lasting=True), Eye() if liked else Eye(b"other")
    writer = Store.open(tmp_path, disk=disk).arriving("abcd", inspector=eye).writer()
    for piece in PIECES:
        if fails and piece is PIECES[3]:
            disk.at = disk.count
        writer.write(piece)
    assert writer.finish() == (SHA256, len(WHOLE))
    assert eye.sha256 == (SHA256 if liked and not fails else "")
    assert eye.seen == (b"" if not liked else b"".join(PIECES[:3]) if fails else WHOLE)
