"""The locks of Windows in memory, for a process that takes its system for Windows. Imports nothing of nbgemini."""

from __future__ import annotations

import errno
import os
from types import ModuleType

__all__ = ["Region"]


class Region(ModuleType):
    """`msvcrt`, as far as its locks go: one byte at the file's position, for one descriptor, and never shared."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        super().__init__("msvcrt")
        self.holders: dict[tuple[int, int, int], int] = {}

    def locking(self, fd: int, mode: int, size: int) -> None:
        about = os.fstat(fd)
        at = (about.st_dev, about.st_ino, os.lseek(fd, 0, os.SEEK_CUR))
        if mode == self.LK_UNLCK:
            if self.holders.get(at) != fd:
                raise PermissionError(errno.EACCES, "Permission denied")
            del self.holders[at]
        elif self.holders.setdefault(at, fd) != fd:
            raise PermissionError(errno.EACCES, "Permission denied")
