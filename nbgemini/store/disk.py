"""The few operations that the store asks of an operating system, as one object that can be replaced."""

from __future__ import annotations

import errno
import os
import sys

from nbgemini.errors import StoreError, StoreReadOnly

__all__ = ["DISK", "Disk", "fault", "write_whole"]

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700
# Windows translates line ends without O_BINARY; elsewhere a file must not leak into child processes.
_ALWAYS = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# What file systems in user space answer that cannot force a folder.
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})


_ELSEWHERE = "Set NBGEMINI_STORE to a folder on a local disk."
_HINTS = {
    errno.ENOLCK: f"This file system knows no locks. {_ELSEWHERE}",
    errno.EOPNOTSUPP: f"This file system knows no locks. {_ELSEWHERE}",
    errno.ESTALE: f"The network file system has lost it: mount it again. {_ELSEWHERE}",
    errno.EMFILE: "This process has too many files open: close some, or restart the kernel.",
    errno.ENFILE: "The system has too many files open: end some programs.",
    errno.EIO: "The disk fails: copy the folder to another one, then run `%imagine verify`.",
    errno.ENOTDIR: "A file stands where the store has a folder: move it away.",
}


class Disk:
    """Thin wrappers that raise OSError; whatever changes the disk goes through one of them."""

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


DISK = Disk()


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
    return StoreError(f"`{path}` cannot be used: {error.strerror or error}.", hint=_HINTS.get(error.errno or 0, ""))
