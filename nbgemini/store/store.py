"""One folder on disk, with a room for each kind of thing that is kept in it."""

from __future__ import annotations

import os
from pathlib import Path

from nbgemini.core.seams import RawAnswer
from nbgemini.errors import StoreError
from nbgemini.store.album import Album
from nbgemini.store.answers import Answers
from nbgemini.store.blobs import Blobs
from nbgemini.store.disk import DISK, Disk, fault
from nbgemini.store.files import FORMAT, Folder
from nbgemini.store.intents import Intents
from nbgemini.store.ledger import Ledger
from nbgemini.store.records import Records

__all__ = ["Store"]


class Store:
    """A `.nbgemini` folder, open. Any number of kernels may have the same one open, and threads may share a Store.

    A turn is committed by: `ledger.reserve`, `intents.declare`, the request, `keep_answer`, `ledger.settle`,
    `album.append`, `intents.settle`. After a kill between any two of them, the next kernel finds the turn in its
    conversation, or the request in `intents.left_over`.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        records = Records(folder)
        self.blobs = Blobs(folder)
        self._answers = Answers(folder, self.blobs)
        self.album = Album(folder, records, pending=lambda: self.intents.pending())
        self.intents = Intents(folder, answered=self._answers.has, recorded=self.album.has_placed)
        self.ledger = Ledger(folder)

    @classmethod
    def open(cls, folder: str | Path, *, disk: Disk = DISK) -> Store:
        """Open a folder, which need not exist: nothing is made before the first write.

        A folder that a newer version wrote, or that may not be written, is read-only. Raises StoreError for a path
        that cannot be a store.
        """
        root = os.path.abspath(folder)
        if os.path.lexists(root) and not os.path.isdir(root):
            raise StoreError(f"`{root}` is not a folder.", hint="Set NBGEMINI_STORE to another path.")
        version = _version_of(root)
        newer = version is not None and version > FORMAT
        closed = os.path.isdir(root) and not os.access(root, os.W_OK | os.X_OK)
        return cls(Folder(root, disk, read_only=newer or closed))

    @property
    def folder(self) -> Path:
        """The folder's absolute path."""
        return Path(self._folder.root)

    @property
    def read_only(self) -> bool:
        """Whether writing raises StoreReadOnly."""
        return self._folder.read_only

    @property
    def kernel(self) -> str:
        """This process's name among those that write here; a forked child has another."""
        return self._folder.kernels.id

    def close(self) -> None:
        """Stop being one of the folder's kernels, as the end of the process does. A later write begins a new one."""
        self._folder.kernels.leave()

    def keep_answer(self, exchange_id: str, raw: RawAnswer) -> None:
        """Force an answer to disk before anyone looks at it. Raises StoreReadOnly or StoreError."""
        self._answers.keep(exchange_id, raw)

    def answer(self, exchange_id: str) -> RawAnswer | None:
        """The answer as it arrived, or None when none was kept. Raises StoreError or ObjectMissing."""
        return self._answers.find(exchange_id)


def _version_of(folder: str) -> int | None:
    """What a store's VERSION says, or None when it has none. Raises StoreError."""
    path = os.path.join(folder, "VERSION")
    try:
        with open(path, "rb") as file:
            text = file.read(64)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise fault(error, path) from None
    if not text.strip().isdigit():
        raise StoreError(f"`{path}` does not hold a version number: the folder is not a store, or it is damaged.")
    return int(text)
