"""Locks between processes, which end with the process that holds them; who holds one too long is named."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from nbgemini.errors import StoreError
from nbgemini.store.disk import Disk, fault

__all__ = ["drop", "hold", "locked"]

_PATIENCE = 5.0  # seconds; a ref is held for milliseconds, so that whoever holds it longer was stopped
_NAP = 0.001  # seconds, up to five times this
# The byte that is locked on Windows. Nobody else can read a locked byte there: it lies far behind the holder's number.
_BYTE = 1 << 30
_NUMBER = 20  # bytes, with blanks behind it: what an earlier holder wrote is covered

_held: set[int] = set()


def _let_go_in_child() -> None:
    """A forked child shares its parent's locks: closing its copies leaves them to the parent alone."""
    for fd in tuple(_held):
        _held.discard(fd)
        with suppress(OSError):
            os.close(fd)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_in_child)


def _try(fd: int, *, shared: bool) -> bool:
    """Lock an open file without waiting; False when someone else holds it. Raises OSError where locks are unknown."""
    if sys.platform == "win32":
        import msvcrt

        # There are no shared locks: of two who look at the same time, one looks again before it takes the other for
        # the owner.
        for last in (False, True) if shared else (True,):
            os.lseek(fd, _BYTE, os.SEEK_SET)
            try:
                msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
            except PermissionError:
                if last:
                    return False
                time.sleep(_NAP)
            else:
                return True
    else:
        import fcntl

        try:
            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _release(fd: int) -> None:
    """Give a lock back before its file is closed: Windows takes its time otherwise."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(fd, _BYTE, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)


def hold(disk: Disk, path: str, *, create: bool = True, shared: bool = False) -> int | None:
    """Take the lock on a file, at once or not at all: its descriptor for `drop`, or None when another holds it.

    Two descriptors of one process exclude each other too, so that threads need no lock of their own. Raises OSError.
    """
    fd = disk.open(path, os.O_RDONLY if shared else os.O_RDWR | (os.O_CREAT if create else 0))
    _held.add(fd)
    try:
        if _try(fd, shared=shared):
            return fd
    except OSError:
        drop(fd)
        raise
    drop(fd)
    return None


def drop(fd: int) -> None:
    """Give a lock back. Does nothing in a forked child, which has lost it already."""
    if fd in _held:
        _held.discard(fd)
        with suppress(OSError):
            _release(fd)
        with suppress(OSError):
            os.close(fd)


@contextmanager
def locked(disk: Disk, path: str, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the lock on a file for the body of a `with`. Raises StoreError after `patience` seconds of waiting."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fd = hold(disk, path)
        except OSError as error:
            raise fault(error, path) from None
        if fd is not None:
            break
        if time.monotonic() > deadline:
            raise StoreError(
                f"{_holder(path)} has held `{path}` for {patience:.0f} s.",
                hint="It may be a suspended kernel: resume it, or end it.",
            )
        # Uneven naps, or two waiters knock at the same moments for ever. (The dice of `random` are the user's.)
        time.sleep(_NAP * (1 + os.urandom(1)[0] / 64))
    with suppress(OSError):  # for whoever waits: it is no part of the lock
        os.lseek(fd, 0, os.SEEK_SET)
        os.write(fd, b"%-*d" % (_NUMBER, os.getpid()))
    try:
        yield
    finally:
        drop(fd)


def _holder(path: str) -> str:
    """Who holds a lock, as far as its file tells."""
    with suppress(OSError, ValueError), open(path, "rb") as file:
        return f"Process {int(file.read(_NUMBER))}"
    return "Another process"
