"""Who is alive: each process that writes holds the lock on a file of its own, and the dead hold none."""

from __future__ import annotations

import os
import re
import threading
import weakref
from contextlib import suppress

from nbgemini.store.disk import Disk
from nbgemini.store.locks import drop, hold

__all__ = ["Kernels"]

_SUFFIX = ".lock"
_ID = r"[0-9a-f]{12}"
_all: weakref.WeakSet[Kernels] = weakref.WeakSet()


def _begin_anew_in_child() -> None:
    for kernels in tuple(_all):
        kernels.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew_in_child)


class Kernels:
    """The processes that write into one store. This process joins them with its first write."""

    def __init__(self, folder: str, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk
        self.forget()
        _all.add(self)

    def leave(self) -> None:
        """Be no kernel any more; the next write makes a new one."""
        if self._leave is not None:
            self._leave()
        self.forget()

    def forget(self) -> None:
        """Be a new kernel from now on, as a forked child must. The lock, if any, is left to its holder."""
        self._id = os.urandom(6).hex()
        self._claimed = False
        self._leave: weakref.finalize[..., Kernels] | None = None
        self._guard = threading.Lock()  # a new one: a fork may have copied it locked

    @property
    def id(self) -> str:
        """This kernel's name: twelve hexadecimal digits, different in a forked child."""
        return self._id

    def claim(self) -> None:
        """Join, once: create this kernel's file in the existing folder and lock it. Raises OSError."""
        with self._guard:
            while not self._claimed:
                fd = hold(self._disk, self._path(self._id))
                # A sweeping neighbour may have removed the file between its making and its locking.
                if fd is not None and self._is_still_named(fd):
                    self._leave = weakref.finalize(self, _drop_in, os.getpid(), fd)
                    self._claimed = True
                else:
                    if fd is not None:
                        drop(fd)
                    self._id = os.urandom(6).hex()

    def is_listed(self) -> bool:
        """Whether this kernel's file is still there: its neighbours leave it alone, but people remove folders."""
        return os.path.exists(self._path(self._id))

    def alive(self, kernel: str) -> bool:
        """Whether the process of that name still runs. Raises OSError where that cannot be told."""
        if not re.fullmatch(_ID, kernel):
            return False
        try:
            # Shared, so that two who look at the same time do not take each other for the owner.
            fd = hold(self._disk, self._path(kernel), create=False, shared=True)
        except FileNotFoundError:
            return False
        if fd is not None:
            drop(fd)
        return fd is None

    def sweep(self) -> None:
        """Remove the files of the dead: a kernel without a file counts as dead too. Never raises."""
        with suppress(OSError):
            for name in self._disk.listdir(self._folder):
                if name.endswith(_SUFFIX) and name != self._id + _SUFFIX:
                    self._bury(os.path.join(self._folder, name))

    def _bury(self, path: str) -> None:
        with suppress(OSError):
            fd = hold(self._disk, path, create=False)
            if fd is None:
                return
            try:
                if not self._disk.removes_open:
                    drop(fd)  # nobody takes the name of a dead kernel, and a new one that is at it keeps it open
                self._disk.unlink(path)
            finally:
                drop(fd)

    def _path(self, kernel: str) -> str:
        return os.path.join(self._folder, kernel + _SUFFIX)

    def _is_still_named(self, fd: int) -> bool:
        try:
            return os.path.samestat(os.fstat(fd), os.stat(self._path(self._id)))
        except FileNotFoundError:
            return False


def _drop_in(pid: int, fd: int) -> None:
    """Drop a lock in the process that took it: in a forked child the number may mean another file by now."""
    if os.getpid() == pid:
        drop(fd)
