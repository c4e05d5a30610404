"""The batch jobs of a store: listed, made, opened."""

from __future__ import annotations

from nbgemini.core.skeleton import Json
from nbgemini.errors import StoreError
from nbgemini.store.batch_log import LOG, BatchLog, Submission, head_of, submission
from nbgemini.store.fields import dump, is_exchange_id
from nbgemini.store.folder import Folder

__all__ = ["CLAIM", "Batches"]

CLAIM = "batch:"  # before the id of a job, in place of the kernel that claimed a shot


class Batches:
    """The batch jobs of a store. What was read of one is kept, and only looked at again where its file has grown."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._known: dict[str, BatchLog] = {}

    def all(self) -> list[BatchLog]:
        """Every job, the newest last. Raises StoreError when nothing can be listed; those that cannot be read are left
        out."""
        names = [name for name in self._folder.names("batches", LOG) if is_exchange_id(name)]
        found = [log for name in names if (log := self.find(name)) is not None]
        return sorted(found, key=lambda log: (log.about.created, log.about.id))

    def of_sweep(self, sweep: str) -> list[BatchLog]:
        """The jobs of one sweep, by its id, the newest last. Raises StoreError."""
        return [log for log in self.all() if log.about.sweep == sweep]

    def find(self, name: str) -> BatchLog | None:
        """A job by its id, with all that is known of it by now; None where there is none that can be read."""
        log = self._known.get(name)
        if log is None:
            about = self._read(name)
            if about is None:
                return None
            log = self._known.setdefault(name, BatchLog(self._folder, about))
        log.refresh()
        return log

    def waiting(self) -> set[str]:
        """The ids of the requests that living jobs have, whichever kernel submitted them. Raises StoreError."""
        return {name for log in self.all() if log.lives for name in log.shots}

    def _read(self, name: str) -> Submission | None:
        try:
            data = self._folder.head(self._folder.path("batches", name + LOG), 1 << 16)
            return submission(name, data.partition(b"\n")[0])
        except (StoreError, KeyError, TypeError, ValueError):
            return None

    def create(self, about: Submission) -> BatchLog:
        """Put the intent down, forced to disk; nothing was claimed or sent. Raises StoreReadOnly or StoreError."""
        record: dict[str, Json] = head_of(about)
        self._folder.replace(self._folder.path("batches", about.id + LOG), dump(record))
        log = self._known[about.id] = BatchLog(self._folder, about)
        log.refresh()
        return log

    def is_being_created(self, log: BatchLog) -> bool:
        """Whether a kernel is at its creation: what is not at Google yet may be there in a moment."""
        return log.is_leaving and self.alive(log.about.kernel)

    def alive(self, kernel: str) -> bool:
        """Whether the kernel that submitted a job still runs."""
        return self._folder.alive(kernel)
