"""A disk that counts how often something is forced to it."""

from __future__ import annotations

from nbgemini.store.disk import Disk

__all__ = ["ForceCounter"]


class ForceCounter(Disk):
    """Files and folders alike, in `forced`."""

    forced = 0

    def fsync(self, fd: int) -> None:
        self.forced += 1
        super().fsync(fd)

    def fsync_dir(self, path: str) -> None:
        self.forced += 1
        super().fsync_dir(path)
