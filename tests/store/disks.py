"""Disks for tests: one that fails on demand, and one that remembers what a power loss would leave of it."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from nbgemini.store.disk import Disk

__all__ = ["AccessDenied", "FaultyDisk", "Killed", "Loss", "RecordingDisk", "SharingViolation", "WindowsDisk"]


class FaultyDisk(Disk):
    """Fails at the operation number `at` with `code`, and, when `lasting`, at all that change something after it.

    A failing write takes half of its bytes first. No write takes more than `mouthful` bytes. With `reading` it fails at
    what reads, and at nothing else.
    """

    def __init__(
        self, *, at: int = -1, code: int = 0, lasting: bool = False, mouthful: int = 1 << 30, reading: bool = False
    ) -> None:
        self.at = at
        self.reading = reading
        self.code = code
        self.lasting = lasting
        self.mouthful = mouthful
        self.count = 0
        self.failed: list[str] = []

    def heal(self) -> None:
        """Fail no more."""
        self.at = -1
        self.lasting = False

    def _step(self, name: str, *, reads: bool = False) -> bool:
        """Whether this operation has to fail."""
        if reads != self.reading:
            return False
        number, self.count = self.count, self.count + 1
        if number == self.at or (self.lasting and 0 <= self.at < number):
            self.failed.append(name)
            return True
        return False

    def _maybe_fail(self, name: str, *, reads: bool = False) -> None:
        if self._step(name, reads=reads):
            raise OSError(self.code, os.strerror(self.code))

    def open(self, path: str, flags: int) -> int:
        self._maybe_fail("open", reads=not flags & (os.O_WRONLY | os.O_RDWR))
        return super().open(path, flags)

    def read(self, fd: int, size: int) -> bytes:
        self._maybe_fail("read", reads=True)
        return super().read(fd, size)

    def listdir(self, path: str) -> list[str]:
        self._maybe_fail("list", reads=True)
        return super().listdir(path)

    def write(self, fd: int, data: bytes | memoryview) -> int:
        if self._step("write"):
            if len(data) > 1 and not self.lasting:
                super().write(fd, data[: len(data) // 2])
            raise OSError(self.code, os.strerror(self.code))
        return super().write(fd, data[: self.mouthful])

    def fsync(self, fd: int) -> None:
        self._maybe_fail("fsync")
        super().fsync(fd)

    def rename(self, source: str, target: str) -> None:
        self._maybe_fail("rename")
        super().rename(source, target)

    def unlink(self, path: str) -> None:
        self._maybe_fail("unlink")
        super().unlink(path)

    def mkdir(self, path: str) -> None:
        self._maybe_fail("mkdir")
        super().mkdir(path)

    def fsync_dir(self, path: str) -> None:
        self._maybe_fail("fsync_dir")
        super().fsync_dir(path)


class SharingViolation(PermissionError):
    """What Windows says when someone has the file open that is to be moved or removed."""

    winerror = 32

    def __init__(self, path: str) -> None:
        super().__init__(errno.EACCES, "The process cannot access the file because it is being used", path)


class AccessDenied(PermissionError):
    """What Windows says when someone has the file open that is to be replaced; and of what is forbidden."""

    winerror = 5

    def __init__(self, path: str) -> None:
        super().__init__(errno.EACCES, "Access is denied", path)


class WindowsDisk(Disk):
    """Refuses what Windows does: to move, replace or remove a file that is open here, or that a scanner looks into.

    A scanner looks into every file with something in it, and has gone after so many `glances` at a name. With -1 it
    stays, and lets others read. Without `links` it is a memory card.
    """

    removes_open = False

    def __init__(self, glances: int = 0, *, links: bool = True) -> None:
        self.glances = glances
        self.links = links
        self.refused: list[str] = []
        self._fds: set[int] = set()
        self._seen: dict[tuple[str, str], int] = {}

    def open(self, path: str, flags: int) -> int:
        reads = not flags & (os.O_WRONLY | os.O_RDWR)
        if not (reads and self.glances < 0) and self._is_scanned("open", path):
            raise PermissionError(errno.EACCES, "Permission denied", path)  # `os.open` gives no number of Windows
        fd = super().open(path, flags)
        self._fds.add(fd)
        return fd

    def rename(self, source: str, target: str) -> None:
        if self._is_open(source) or self._is_scanned("move", source):
            raise SharingViolation(source)
        if self._is_open(target) or self._is_scanned("replace", target):
            raise AccessDenied(source)
        super().rename(source, target)

    def link(self, source: str, target: str) -> None:
        if not self.links:
            raise OSError(errno.EINVAL, "Incorrect function", source)
        super().link(source, target)

    def unlink(self, path: str) -> None:
        if self._is_open(path) or self._is_scanned("remove", path):
            raise SharingViolation(path)
        super().unlink(path)

    def _is_scanned(self, what: str, path: str) -> bool:
        if not os.path.isfile(path) or not os.path.getsize(path):
            return False
        seen = self._seen[what, path] = self._seen.get((what, path), 0) + 1
        if 0 <= self.glances < seen:
            return False
        self.refused.append(f"{what} {os.path.basename(path)}")
        return True

    def _is_open(self, path: str) -> bool:
        for fd in self._fds:
            try:
                if os.path.samestat(os.fstat(fd), os.stat(path)):
                    self.refused.append(f"open here: {path}")
                    return True
            except OSError:
                continue  # closed meanwhile, or no such file, which is somebody else's to say
        return False


# What a power loss takes: nothing (a mere kill), whatever was not forced, unforced bytes only, unforced names only,
# or a choice by dice.
Loss = Literal["nothing", "everything", "bytes", "names", "dice"]


@dataclass
class _File:
    data: bytearray = field(default_factory=bytearray)
    safe: bytes = b""


@dataclass
class _Dir:
    names: dict[str, _File | _Dir] = field(default_factory=dict)
    safe: dict[str, _File | _Dir] = field(default_factory=dict)


class Killed(BaseException):
    """The process is gone. Not an Exception, so that no clean-up that a kill would skip gets to run."""


class RecordingDisk(Disk):
    """A real disk that logs every change, so that the state after a loss at any point can be built elsewhere.

    After `fatal` changes it raises Killed at every one, as a process would do no more.
    """

    def __init__(self, root: Path, *, fatal: int | None = None) -> None:
        self._root = str(root)
        self._log: list[Callable[[_World], None]] = []
        self.fatal = fatal
        self._found()

    def _found(self) -> None:
        """What is there already is safe."""
        for path in sorted(Path(self._root).rglob("*")):
            name = str(path)
            if path.is_dir():
                self._log.append(lambda world, name=name: world.mkdir(name))  # type: ignore[misc]
            elif path.is_file():
                data = path.read_bytes()
                self._log.append(lambda world, name=name, data=data: world.hold(name, data))  # type: ignore[misc]
        for path in (Path(self._root), *Path(self._root).rglob("*")):
            if path.is_dir():
                self._log.append(lambda world, name=str(path): world.force_dir(name))  # type: ignore[misc]

    def __len__(self) -> int:
        return len(self._log)

    def _live(self) -> None:
        if self.fatal is not None and len(self._log) >= self.fatal:
            raise Killed

    def open(self, path: str, flags: int) -> int:
        new = bool(flags & os.O_CREAT) and not os.path.exists(path)
        if flags & (os.O_WRONLY | os.O_RDWR):
            self._live()
        fd = super().open(path, flags)
        if new:
            self._log.append(lambda world: world.create(path))
        # A name may change while the file is open: later operations mean the file, not the name.
        if flags & (os.O_WRONLY | os.O_RDWR):
            self._log.append(lambda world: world.bind(fd, path))
        return fd

    def write(self, fd: int, data: bytes | memoryview) -> int:
        self._live()
        count = super().write(fd, data)
        written = bytes(data[:count])
        self._log.append(lambda world: world.bound[fd].data.extend(written))
        return count

    def fsync(self, fd: int) -> None:
        self._live()
        super().fsync(fd)
        self._log.append(lambda world: world.force(fd))

    def rename(self, source: str, target: str) -> None:
        self._live()
        super().rename(source, target)
        self._log.append(lambda world: world.rename(source, target))

    def unlink(self, path: str) -> None:
        self._live()
        super().unlink(path)
        self._log.append(lambda world: world.unlink(path))

    def mkdir(self, path: str) -> None:
        self._live()
        super().mkdir(path)
        self._log.append(lambda world: world.mkdir(path))

    def fsync_dir(self, path: str) -> None:
        self._live()
        super().fsync_dir(path)
        self._log.append(lambda world: world.force_dir(path))

    def after_loss(self, at: int, loss: Loss, target: Path, seed: int = 0) -> None:
        """Build in `target` what is left when the power fails after the first `at` changes."""
        world = _World(self._root)
        for change in self._log[:at]:
            change(world)
        world.build(world.root, str(target), loss, random.Random(f"{at} {seed}"))


class _World:
    """What is in memory and what is on the platter, while a log is played."""

    def __init__(self, root: str) -> None:
        self._base = root
        self.root = _Dir()
        self.bound: dict[int, _File] = {}

    def _dir(self, path: str) -> _Dir:
        place = self.root
        for name in Path(path).relative_to(self._base).parts:
            inner = place.names[name]
            assert isinstance(inner, _Dir)
            place = inner
        return place

    def _parent(self, path: str) -> tuple[_Dir, str]:
        folder, name = os.path.split(path)
        return self._dir(folder), name

    def create(self, path: str) -> None:
        folder, name = self._parent(path)
        folder.names[name] = _File()

    def hold(self, path: str, data: bytes) -> None:
        folder, name = self._parent(path)
        folder.names[name] = _File(bytearray(data), data)

    def bind(self, fd: int, path: str) -> None:
        folder, name = self._parent(path)
        found = folder.names[name]
        assert isinstance(found, _File)
        self.bound[fd] = found

    def force(self, fd: int) -> None:
        self.bound[fd].safe = bytes(self.bound[fd].data)

    def rename(self, source: str, target: str) -> None:
        folder, name = self._parent(source)
        other, new = self._parent(target)
        other.names[new] = folder.names.pop(name)

    def unlink(self, path: str) -> None:
        folder, name = self._parent(path)
        del folder.names[name]

    def mkdir(self, path: str) -> None:
        folder, name = self._parent(path)
        folder.names[name] = _Dir()

    def force_dir(self, path: str) -> None:
        if path.startswith(self._base):
            folder = self._dir(path)
            folder.safe = dict(folder.names)

    def build(self, folder: _Dir, target: str, loss: Loss, dice: random.Random) -> None:
        os.makedirs(target, exist_ok=True)
        for name, found in self._left_names(folder, loss, dice).items():
            path = os.path.join(target, name)
            if isinstance(found, _Dir):
                self.build(found, path, loss, dice)
            else:
                Path(path).write_bytes(_left_bytes(found, loss, dice))

    def _left_names(self, folder: _Dir, loss: Loss, dice: random.Random) -> dict[str, _File | _Dir]:
        if loss in ("nothing", "bytes"):
            return folder.names
        if loss in ("everything", "names"):
            return folder.safe
        left = {}
        for name in sorted(folder.names.keys() | folder.safe.keys()):
            found = dice.choice([folder.names.get(name), folder.safe.get(name)])
            if found is not None:
                left[name] = found
        return left


def _left_bytes(file: _File, loss: Loss, dice: random.Random) -> bytes:
    data = bytes(file.data)
    if loss in ("nothing", "names") or data == file.safe:
        return data
    if loss in ("everything", "bytes"):
        return file.safe
    # Blocks may reach the platter in any order, and a file may grow before its bytes arrive.
    kept = dice.randint(len(file.safe), len(data))
    return data[:kept] + bytes(dice.choice([0, len(data) - kept]))
