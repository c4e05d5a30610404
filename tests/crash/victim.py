"""A kernel that draws, says so, and is killed with signal 9 where it is told to: at a step on its disk, or on the way.

`python -m tests.crash.victim HOME URL STEP`: the first picture is drawn and said, the second one is the last thing.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from nbgemini.store.disk import Disk
from nbgemini.store.store import Store
from nbgemini.studio.studio import Studio

# (operation, a part of the path, whether before or after it is done, how many of its kind have to pass)
STEPS: dict[str, tuple[str, str, str, int]] = {
    "before the intent": ("rename", "/intents/", "before", 1),
    "after the intent": ("fsync_dir", "/intents", "after", 1),
    "after the reservation": ("close", "/ledgers/", "after", 1),
    "while the picture is written": ("write", "/tmp/", "after", 2),
    "before the picture has its name": ("rename", "/objects/", "before", 1),
    "after the picture": ("fsync_dir", "/objects/", "after", 1),
    "after the answer is kept": ("fsync_dir", "/answers", "after", 1),
    "after the settlement": ("close", "/ledgers/", "after", 2),
    "before the record": ("rename", "/records/", "before", 1),
    "after the record": ("fsync_dir", "/records", "after", 1),
    "holding the lock": ("rename", "/refs/", "before", 1),
    "after the ref": ("fsync_dir", "/refs", "after", 1),
    "before the intent is gone": ("unlink", "/intents/", "before", 1),
    "after the intent is gone": ("unlink", "/intents/", "after", 1),
}


class FatalDisk(Disk):
    """Kills its process at one step, once it is armed."""

    def __init__(self) -> None:
        self.step: tuple[str, str, str, int] | None = None
        self.paths: dict[int, str] = {}
        self.seen = 0

    def reached(self, operation: str, path: str, when: str) -> None:
        if self.step and (operation, when) == (self.step[0], self.step[2]) and self.step[1] in path:
            self.seen += 1
            if self.seen == self.step[3]:
                os.kill(os.getpid(), signal.SIGKILL)

    def open(self, path: str, flags: int) -> int:
        fd = super().open(path, flags)
        self.paths[fd] = path if flags & (os.O_WRONLY | os.O_RDWR) else ""
        return fd

    def write(self, fd: int, data: bytes | memoryview) -> int:
        count = super().write(fd, data)
        self.reached("write", self.paths[fd], "after")
        return count

    def close(self, fd: int) -> None:
        path = self.paths.pop(fd, "")
        super().close(fd)
        self.reached("close", path, "after")

    def rename(self, source: str, target: str) -> None:
        self.reached("rename", target, "before")
        super().rename(source, target)

    def unlink(self, path: str) -> None:
        self.reached("unlink", path, "before")
        super().unlink(path)
        self.reached("unlink", path, "after")

    def fsync_dir(self, path: str) -> None:
        super().fsync_dir(path)
        self.reached("fsync_dir", path, "after")


def main(home: str, url: str, step: str) -> None:
    disk = FatalDisk()
    studio = Studio(
        traits=lambda: {"base_url": url}, home=Path(home), open_store=lambda folder: Store.open(folder, disk=disk)
    )
    studio.imagine("a fox")
    sys.stdout.write("drawn\n")
    sys.stdout.flush()
    disk.step = STEPS.get(step)
    if step == "os._exit":
        drawing = studio.start("at night")
        drawing.job.settled_within(0.5)
        os._exit(3)
    if step == "the end of the script":
        studio.start("at night").job.settled_within(0.5)
        return
    studio.imagine("at night")


if __name__ == "__main__":
    main(*sys.argv[1:])
