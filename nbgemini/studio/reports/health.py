"""The health of the store, looked at without changing anything: where it is, what is in it, what is wrong."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nbgemini._dataclass import dataclass
from nbgemini.errors import NbgeminiError
from nbgemini.store.folder import FORMAT
from nbgemini.store.modes import is_meant_for_others
from nbgemini.store.store import Store

__all__ = ["Health", "Problem", "examine_store", "no_store"]

_MOST_FILES = 200_000
_LONGEST_LOOK = 2.0  # seconds for adding up sizes
_BETWEEN = 100  # files between two looks at the clock
_LITTLE_ROOM = 200_000_000  # bytes: a few dozen pictures at 4K
_MOST_PROBLEMS = 5  # of a kind that are told one by one


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what to do, a sentence each."""

    what: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found. `version` is None where there is no store yet; sizes are bytes, None where they cannot be told.

    `whole` says whether all files were counted, or only as many as there was time for.
    """

    path: Path
    exists: bool
    writable: bool
    version: int | None = None
    conversations: int = 0
    turns: int = 0
    orphans: int = 0
    left_over: int = 0
    batches: int = 0
    sweeps: int = 0
    size: int = 0
    files: int = 0
    whole: bool = True
    free: int | None = None
    problems: tuple[Problem, ...] = ()


_READ_ONLY = (
    "Its recordings are used, and new pictures are kept only until the kernel ends. Set NBGEMINI_STORE to a folder that"
    " you may write to; if a newer version wrote it, update nbgemini."
)


def examine_store(store: Store) -> Health:
    """Everything about a store that can be told without writing to it. Raises nothing that a store may cause."""
    path = store.folder
    exists = os.path.isdir(path)
    writable, why = _writable(path, store)
    conversations, turns, orphans, left_over, problems = _contents(store) if exists else (0, 0, 0, 0, [])
    sweeps, unread = _sweeps(store) if exists else (0, [])
    size, files, whole = _size(path) if exists else (0, 0, True)
    free = _free(path)
    if not writable:
        problems.insert(0, Problem(why, _READ_ONLY))
    return Health(
        path=path,
        exists=exists,
        writable=writable,
        version=_version(path),
        conversations=conversations,
        turns=turns,
        orphans=orphans,
        left_over=left_over,
        batches=_living(store) if exists else 0,
        sweeps=sweeps,
        size=size,
        files=files,
        whole=whole,
        free=free,
        problems=(*problems, *unread, *_of_the_disk(path, free), *_of_the_version(path)),
    )


def _contents(store: Store) -> tuple[int, int, int, int, list[Problem]]:
    """How many conversations, turns, orphans and requests without an answer; and what could not be read."""
    stored, orphans, left_over = [], [], []
    problems: list[str] = []
    try:
        stored = store.album.stored()
        problems += store.album.problems
        orphans = store.album.orphans()
        problems += store.album.problems
        left_over = store.intents.left_over()
        problems += store.intents.problems
    except NbgeminiError as problem:
        problems.append(problem.message)
    turns = sum(one.turns for one in stored)
    return len(stored), turns, len(orphans), len(left_over), _unreadable(list(dict.fromkeys(problems)))


def _living(store: Store) -> int:
    """How many batch jobs are not collected."""
    try:
        return sum(log.lives for log in store.batches.all())
    except NbgeminiError:
        return 0


def _sweeps(store: Store) -> tuple[int, list[Problem]]:
    """How many sweeps, and what could not be read of them."""
    try:
        known = [about.id for about in store.sweeps.all()]
        unread = [name for name in store.files.names("sweeps", ".jsonl") if name not in known]
        store.opinions.all()
    except NbgeminiError as problem:
        return 0, _unreadable([problem.message])
    where = store.folder / "sweeps"
    return len(known), _unreadable([f"`{where / name}.jsonl` is not a sweep, or it is damaged." for name in unread])


def _unreadable(told: list[str]) -> list[Problem]:
    advice = "Restore the file from a backup; the turns that can be read are not affected."
    problems = [Problem(line, advice) for line in told[:_MOST_PROBLEMS]]
    if len(told) > _MOST_PROBLEMS:
        problems.append(Problem(f"{len(told) - _MOST_PROBLEMS} more files of the store cannot be read.", advice))
    return problems


def _writable(path: Path, store: Store) -> tuple[bool, str]:
    """Whether a file can be made there, and the reason if not; the probe has no name and leaves nothing."""
    if store.read_only:
        return False, f"The store `{path}` is read-only: a newer version wrote it, or it is not yours."
    nearest = _nearest(path)
    try:
        if path != nearest:
            return os.access(
                nearest, os.W_OK | os.X_OK
            ), f"The store cannot be created: `{nearest}` cannot be written to."
        with tempfile.TemporaryFile(dir=path):
            return True, ""
    except OSError as problem:
        return False, f"The store `{path}` cannot be written: {problem.strerror or problem}."


def _nearest(path: Path) -> Path:
    """The folder itself, or the first one above it that exists."""
    return next((one for one in (path, *path.parents) if os.path.isdir(one)), path)


def _size(path: Path) -> tuple[int, int, bool]:
    """Bytes and files, and whether there was time for all of them."""
    end = time.monotonic() + _LONGEST_LOOK
    size = files = 0
    folders: list[str | Path] = [path]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                    continue
                try:
                    size += entry.stat(follow_symlinks=False).st_size
                except OSError:
                    continue  # another kernel has just removed it
                files += 1
                if files >= _MOST_FILES or (files % _BETWEEN == 0 and time.monotonic() > end):
                    return size, files, False
    return size, files, True


def _free(path: Path) -> int | None:
    try:
        return shutil.disk_usage(_nearest(path)).free
    except OSError:
        return None


def _version(path: Path) -> int | None:
    try:
        return int((path / "VERSION").read_text("ascii"))
    except (OSError, ValueError):
        return None


def _of_the_version(path: Path) -> Iterator[Problem]:
    version = _version(path)
    if version is not None and version > FORMAT:
        yield Problem(f"The store has format {version}; this nbgemini writes {FORMAT}.", "Update nbgemini.")


def _of_the_disk(path: Path, free: int | None) -> Iterator[Problem]:
    if free is not None and free < _LITTLE_ROOM:
        yield Problem(
            f"Only {free / 1e6:.0f} MB are free on the disk of the store.", "Free some space for more pictures."
        )
    try:
        mode = path.stat().st_mode
        if sys.platform == "win32" or is_meant_for_others(str(path)):
            return
    except OSError:
        return
    if stat.S_IMODE(mode) & 0o077:
        others = "if it is a class's store, leave it so, and let them only read: `chmod -R go-w`"
        advice = f"Make it private: `chmod 700 {path}`; {others}."
        yield Problem("Other users of this computer can read the store.", advice)


def no_store(path: Path, what: str, advice: str) -> Health:
    """The health of what cannot be opened as a store."""
    problem = Problem(what, advice or "Set NBGEMINI_STORE to another folder.")
    return Health(path=path, exists=os.path.exists(path), writable=False, free=_free(path), problems=(problem,))
