"""Files that are written one by one and forced together, which costs a disk far less than one force for each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

from nbgemini.core.seams import ObjectWriter, RawAnswer
from nbgemini.store.answers import Answers
from nbgemini.store.blobs import Blobs
from nbgemini.store.disk import fault, write_whole
from nbgemini.store.folder import Folder

__all__ = ["Group", "GroupedAnswers"]


class Group(Folder):
    """A store's folder, whose new files get their names together: none of them before `settle`, all of them after it.

    Each is forced before it has its name, so that a power cut leaves some of them, whole, and never a part of one.
    For one thread. What waits cannot be read under its name yet.
    """

    def __init__(self, folder: Folder) -> None:
        vars(self).update(vars(folder))  # what is known of the folder is shared
        self._grown = folder
        self._waiting: dict[str, str] = {}  # where a file is to be, and where it lies until then
        self._folders: dict[str, None] = {}  # whose names are to be forced, beside those of what waits
        self.weight = 0  # bytes that wait

    def join(self) -> str:
        return self._grown.join()

    def _publish(self, fd: int, temp: str, path: str, pieces: Iterable[bytes] = (), *, keep: bool = False) -> None:
        try:
            for piece in pieces:
                write_whole(self.disk, fd, piece)
            self.weight += os.fstat(fd).st_size
        except BaseException:
            self.disk.close(fd)
            self.remove(temp)
            raise
        self.disk.close(fd)
        if (twin := self._waiting.pop(path, None)) is not None:
            self.remove(twin)
        self._waiting[path] = temp

    def force(self, path: str) -> None:
        self._folders[path] = None

    def settle(self) -> None:
        """Force all that waits, and give it its names. Raises StoreError; then some of it may be there, and the rest
        is given up."""
        waiting, self._waiting = self._waiting, {}
        folders = dict.fromkeys([*map(os.path.dirname, waiting), *self._folders])
        self._folders, self.weight = {}, 0
        try:
            for temp in waiting.values():
                self._force_file(temp)
            self._make_each(folders)
            for path, temp in waiting.items():
                self.disk.rename(temp, path)
            for folder in folders:
                self.sync_dir(folder)
        except OSError as error:
            self._give_up(waiting.values())
            raise fault(error, error.filename or self.root) from None

    def _force_file(self, path: str) -> None:
        # So many files are not held open meanwhile; what forces needs one that may be written.
        fd = self.disk.open(path, os.O_RDWR)
        try:
            self.disk.fsync(fd)
        finally:
            self.disk.close(fd)

    def _make_each(self, paths: Iterable[str]) -> None:
        """Folders, the names of all new ones forced at once."""
        new = [path for path in paths if path not in self._forced or not os.path.isdir(path)]
        parents = dict.fromkeys(map(os.path.dirname, new))
        for parent in parents:
            if parent != self.root:
                self._make(parent)
        for path in new:
            with suppress(FileExistsError):
                self.disk.mkdir(path)
        for parent in parents:
            self.sync_dir(parent)
        self._forced.update(new)

    def discard(self) -> None:
        """Give up what waits; never raises."""
        self._give_up(self._waiting.values())
        self._waiting, self._folders, self.weight = {}, {}, 0

    def _give_up(self, temps: Iterable[str]) -> None:
        for temp in temps:
            self.remove(temp)


class GroupedAnswers:
    """Answers that are kept together, as `Store.keep_answer` keeps one. Implements `core.seams.Objects` for theirs.

    For what can be had again until `settle` is back.
    """

    def __init__(self, folder: Folder, beside: Blobs | None = None) -> None:
        self._objects, self._records = Group(folder), Group(folder)
        self._blobs = Blobs(self._objects)
        self._blobs.beside = beside
        self._answers = Answers(self._records, self._blobs)

    @property
    def weight(self) -> int:
        """The bytes that wait."""
        return self._objects.weight + self._records.weight

    def writer(self) -> ObjectWriter:
        """Begin a new object. Raises StoreReadOnly or StoreError."""
        return self._blobs.writer()

    def chunks(self, sha256: str, size: int = 192 * 1024) -> Iterator[bytes]:
        """As `Blobs.chunks`; what waits is forced first."""
        self._objects.settle()
        return self._blobs.chunks(sha256, size)

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """As `Blobs.read`; what waits is forced first."""
        self._objects.settle()
        return self._blobs.read(sha256, start, length)

    def keep(self, exchange_id: str, raw: RawAnswer) -> None:
        """Let an answer wait with its skeleton, whose objects were written here. Raises StoreReadOnly or StoreError."""
        self._answers.keep(exchange_id, raw)

    def settle(self) -> None:
        """Force all of them to disk, their objects first. Raises StoreError; then none of them counts as kept."""
        try:
            self._objects.settle()
            self._records.settle()
        finally:
            self._records.discard()
