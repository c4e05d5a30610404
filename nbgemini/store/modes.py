"""What other users can read of a store, and what is not ours."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["is_meant_for_others", "mode_faults"]


def mode_faults(root: str) -> Iterator[str]:
    """A sentence each on what others can read and on what is not ours; nothing where others are meant to read."""
    if sys.platform == "win32" or not os.path.isdir(root) or is_meant_for_others(root):
        return
    open_: list[str] = []
    foreign: list[str] = []
    for path, about in _walked(root):
        if stat.S_IMODE(about.st_mode) & 0o077 and not stat.S_ISLNK(about.st_mode):
            open_.append(path)
        if about.st_uid != os.getuid():
            foreign.append(path)
    if open_:
        yield f"Other users of this machine can read {_first(open_)}."
    if foreign:
        yield f"Another user owns {_first(foreign)}."


def is_meant_for_others(root: str) -> bool:
    """Whether a folder is somebody else's, or one that git checked out: that is shared, under modes of git's making."""
    if sys.platform != "win32" and os.stat(root).st_uid != os.getuid():
        return True
    return any((parent / ".git").exists() for parent in Path(root).absolute().parents)


def _walked(root: str) -> Iterator[tuple[str, os.stat_result]]:
    """Everything there is, with what the system says of it."""
    yield root, os.lstat(root)
    folders = [root]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                with suppress(OSError):  # another kernel has just removed it
                    yield entry.path, entry.stat(follow_symlinks=False)


def _first(paths: list[str]) -> str:
    rest = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"`{paths[0]}`{rest}"
