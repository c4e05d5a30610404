"""The few operations that the store asks of an operating system, as one object that can be replaced."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from nbgemini.errors import StoreError, StoreReadOnly

__all__ = ["DISK", "Disk", "PatientDisk", "fault", "write_whole"]

T = TypeVar("T")

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700
# Windows translates line ends without O_BINARY; elsewhere a file must not leak into child processes.
_ALWAYS = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# What file systems in user space answer that cannot force a folder.
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})
_FIRST_NAP, _LONGEST_NAP = 0.005, 0.1  # seconds between two tries at a file that someone has open
_LONGEST_PATH = 248  # characters that every Windows takes, of a file or folder


_ELSEWHERE = "Set NBGEMINI_STORE to a folder on a local disk."
_HINTS = {
    errno.ENOLCK: f"This file system has no locks. {_ELSEWHERE}",
    errno.EOPNOTSUPP: f"This file system has no locks. {_ELSEWHERE}",
    errno.ESTALE: f"The network file system has lost it: mount it again. {_ELSEWHERE}",
    errno.EMFILE: "This process has too many files open: close some, or restart the kernel.",
    errno.ENFILE: "The system has too many files open: end some programs.",
    errno.EIO: "The disk is failing: copy the folder to another disk, then run `%imagine verify`.",
    errno.ENOTDIR: "A file is where the store has a folder: move it away.",
    errno.EBUSY: "A virus scanner, a backup, or a program that synchronises the folder? Try again in a moment, or "
    "set NBGEMINI_STORE to a folder that they leave alone.",
    errno.ENAMETOOLONG: "Set NBGEMINI_STORE to a folder with a shorter path.",
}


class Disk:
    """Thin wrappers that raise OSError; whatever changes the disk goes through one of them.

    `removes_open`: whether a file can be replaced and removed while someone has it open. Not so on Windows.
    """

    removes_open = sys.platform != "win32"

    def open(self, path: str, flags: int) -> int:
        # A pipe that someone put in the place of a file would be waited for without end.
        patience = 0 if flags & (os.O_WRONLY | os.O_RDWR) else getattr(os, "O_NONBLOCK", 0)
        return os.open(path, flags | patience | _ALWAYS, _FILE_MODE)

    def read(self, fd: int, size: int) -> bytes:
        """At most `size` bytes; fewer are no end, none is."""
        return os.read(fd, size)

    def write(self, fd: int, data: bytes | memoryview) -> int:
        """The number of bytes written, which may be fewer than given."""
        return os.write(fd, data)

    def fsync(self, fd: int) -> None:
        """Returns when the file's bytes will outlive a power loss."""
        if sys.platform == "darwin":
            import fcntl

            # There, fsync stops at the drive's cache. Some network file systems know only fsync.
            try:
                fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            except OSError:
                os.fsync(fd)
        else:
            os.fsync(fd)

    def close(self, fd: int) -> None:
        os.close(fd)

    def rename(self, source: str, target: str) -> None:
        """Replaces `target` in one step."""
        os.replace(source, target)

    def link(self, source: str, target: str) -> None:
        """Gives a file a second name, if that is free."""
        os.link(source, target)

    def unlink(self, path: str) -> None:
        os.unlink(path)

    def mkdir(self, path: str) -> None:
        os.mkdir(path, _FOLDER_MODE)

    def listdir(self, path: str) -> list[str]:
        return os.listdir(path)

    def fsync_dir(self, path: str) -> None:
        """Returns when the names in a folder will outlive a power loss. Windows offers no such thing."""
        if sys.platform == "win32":
            return
        fd = os.open(path, os.O_RDONLY | _ALWAYS)
        try:
            os.fsync(fd)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
        finally:
            os.close(fd)


class PatientDisk(Disk):
    """A disk as Windows has them: whoever looks into a file keeps it from being replaced, removed or opened.

    Virus scanners, backups and other kernels do so for a moment. What is refused for that is tried again for `patience`
    seconds (a file that is only opened, for a tenth of that). Then it is an error of its own, EBUSY, and never one of
    permissions.
    """

    removes_open = False

    def __init__(
        self, inner: Disk | None = None, *, patience: float = 2.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._inner = inner or Disk()
        self._patience = patience
        self._sleep = sleep

    def open(self, path: str, flags: int) -> int:
        return self._again(lambda: self._inner.open(path, flags), path, self._patience / 10)

    def rename(self, source: str, target: str) -> None:
        path = target if os.path.lexists(target) else source
        self._again(lambda: self._inner.rename(source, target), path, self._patience)

    def link(self, source: str, target: str) -> None:
        self._inner.link(source, target)

    def unlink(self, path: str) -> None:
        self._again(lambda: self._inner.unlink(path), path, self._patience)

    def mkdir(self, path: str) -> None:
        self._inner.mkdir(path)

    def listdir(self, path: str) -> list[str]:
        return self._inner.listdir(path)

    def read(self, fd: int, size: int) -> bytes:
        return self._inner.read(fd, size)

    def write(self, fd: int, data: bytes | memoryview) -> int:
        return self._inner.write(fd, data)

    def fsync(self, fd: int) -> None:
        self._inner.fsync(fd)

    def close(self, fd: int) -> None:
        self._inner.close(fd)

    def fsync_dir(self, path: str) -> None:
        self._inner.fsync_dir(path)

    def _again(self, work: Callable[[], T], path: str, patience: float) -> T:
        nap, left = _FIRST_NAP, patience
        while True:
            try:
                return work()
            except PermissionError as error:
                if not _may_be_in_use(error, path):
                    raise
                if left <= 0:
                    raise OSError(errno.EBUSY, "another program has it open", path) from None
            self._sleep(min(nap, left))
            left, nap = left - nap, min(2 * nap, _LONGEST_NAP)


def _may_be_in_use(error: PermissionError, path: str) -> bool:
    """Whether someone may have the file open that a system refuses to touch: it says the same of what is forbidden.

    32 and 33 are violations of sharing and of locks. 5 (and a mere EACCES, which `open` gives) are both: in use, where
    the file is there and not marked as read-only.
    """
    code = getattr(error, "winerror", None)
    return code in (32, 33) or (os.path.exists(path) and os.access(path, os.W_OK))


DISK: Disk = PatientDisk() if sys.platform == "win32" else Disk()


def write_whole(disk: Disk, fd: int, data: bytes | memoryview) -> None:
    """Write all of `data`, however little a write takes at a time. Raises OSError."""
    rest = memoryview(data)
    while rest:
        taken = disk.write(fd, rest)
        if not taken:  # a disk that takes nothing and does not say why would be asked for ever
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        rest = rest[taken:]


def fault(error: OSError, path: str) -> StoreError:
    """The error to raise for what the operating system said about `path`."""
    if error.errno in _REFUSED:
        return StoreReadOnly(
            f"`{path}` may not be read or written: {error.strerror}.",
            hint="Set NBGEMINI_STORE to a folder of your own.",
        )
    if error.errno in _FULL:
        return StoreError(
            f"The disk is full: `{path}` could not be written.",
            hint="Free some space, or set NBGEMINI_STORE to a folder on another disk.",
        )
    # Windows says that there is no such place, and not why, where a path is too long for it.
    long = error.errno == errno.ENOENT and len(path) > _LONGEST_PATH
    hint = _HINTS.get(errno.ENAMETOOLONG if long else error.errno or 0, "")
    return StoreError(f"`{path}` cannot be used: {error.strerror or error}.", hint=hint)
