"""One batch job on disk: an append-only file, from the intent to submit it to what became of it.

The intent is forced to disk before the job can be there, and so is the word that its creation was sent. Any number of
kernels, on any number of machines with a copy of the store, may look at one job: each line says something that stays
true, so that the same line twice is as good as once.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal, get_args

from nbgemini._dataclass import dataclass, field
from nbgemini.core.batch_jobs import JobState, JobStatus
from nbgemini.core.skeleton import Json
from nbgemini.store.disk import fault
from nbgemini.store.fields import dump, is_exchange_id
from nbgemini.store.folder import Folder
from nbgemini.store.journal import parse_lines
from nbgemini.store.locks import drop, hold, locked
from nbgemini.store.sweep_lines import one_sum
from nbgemini.store.sweep_log import append

__all__ = ["LOG", "BatchEnd", "BatchLog", "How", "Submission", "head_of", "submission"]

LOG = ".jsonl"
_RESULTS = ".results"
_PART = ".part"
How = Literal["collected", "failed", "cancelled", "expired", "refused", "gone", "given up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a job is: the shots of one model of one sweep, by number and the id of their exchange, which is their key.

    `sweep` is the sweep's id, `shown` the name that the job has at Google, `key` a mark by which a key is known again
    without being told.
    """

    id: str
    sweep: str
    shown: str
    model: str
    backend: str
    created: str = ""
    kernel: str = ""
    notebook: str = ""
    conversation: str = ""
    key: str = ""
    base_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEnd:
    """What became of a job, once: `lines` say it to people."""

    how: How
    lines: tuple[str, ...] = ()
    answered: int = 0
    failed: int = 0
    cost: int | None = None


@dataclass(slots=True)
class _Known:
    shots: dict[str, int] = field(default_factory=dict)  # numbers by exchange
    estimates: dict[str, int | None] = field(default_factory=dict)  # the same, in micro-dollars
    file: str = ""
    sent: bool = False
    lost: bool = False
    name: str = ""
    status: JobStatus | None = None
    asked_at: float = 0.0
    end: BatchEnd | None = None


class BatchLog:
    """The file of one job. Threads may share it; `refresh` takes in what others have added."""

    def __init__(self, folder: Folder, about: Submission) -> None:
        self._folder = folder
        self.about = about
        self._path = folder.path("batches", about.id + LOG)
        self._offset = 0
        self._known = _Known()
        self._guard = threading.Lock()

    @property
    def shots(self) -> Mapping[str, int]:
        """The numbers of its shots by the ids of their exchanges."""
        return self._known.shots

    @property
    def estimates(self) -> Mapping[str, int | None]:
        """What each of them will probably cost, in micro-dollars, by the ids of their exchanges."""
        return self._known.estimates

    @property
    def file(self) -> str:
        """Its input at the Files API, once it was uploaded."""
        return self._known.file

    @property
    def sent(self) -> bool:
        """Whether its creation may have left: then a job may be there, whatever is known of it."""
        return self._known.sent

    @property
    def is_leaving(self) -> bool:
        """Whether the kernel that submits it, if it still runs, waits for the answer to its creation."""
        known = self._known
        return known.sent and not (known.lost or known.name or known.end)

    @property
    def name(self) -> str:
        """What Google calls it (`batches/…`); empty before that is known."""
        return self._known.name

    @property
    def status(self) -> JobStatus | None:
        """What Google said of it last."""
        return self._known.status

    @property
    def asked_at(self) -> float:
        """When that was, in seconds since 1970."""
        return self._known.asked_at

    @property
    def end(self) -> BatchEnd | None:
        """What became of it; None while it lives, and before it was collected."""
        return self._known.end

    @property
    def lives(self) -> bool:
        """Whether answers may still come of it: it may be at Google, and is not collected."""
        return self.sent and self.end is None

    def refresh(self) -> None:
        """Take in what was added since, by whomever. Raises StoreError."""
        with self._guard:
            if self._folder.size(self._path) == self._offset:
                return
            data = self._folder.tail(self._path, self._offset)
            whole = data[: data.rfind(b"\n") + 1]
            self._offset += len(whole)
            for record in parse_lines(whole):
                with suppress(KeyError, TypeError, ValueError):
                    self._take(record)

    def _take(self, record: Mapping[str, Any]) -> None:
        """What one line says; one that says something odd says nothing."""
        known, kind = self._known, record.get("kind")
        if kind == "shots":
            for number, name, estimate in record["shots"]:
                if is_exchange_id(name):
                    known.shots[name] = int(number)
                    known.estimates[name] = one_sum(estimate) if type(estimate) is int else None
        elif kind == "file":
            known.file = str(record["name"])
        elif kind == "sent":
            known.sent = True
        elif kind == "lost":
            known.lost = True
        elif kind == "status":
            known.status, known.asked_at = _status(record["job"]), float(record["at"])
            known.name = known.name or known.status.name
        elif kind == "end" and record["how"] in get_args(How):
            known.end = known.end or _end(record)

    def put_shots(self, shots: Mapping[int, str], estimates: Mapping[int, int | None]) -> None:
        """Say which shots it asks, with their exchanges and prices. Raises StoreReadOnly or StoreError."""
        rows: list[Json] = [[number, name, estimates.get(number)] for number, name in shots.items()]
        self._append({"kind": "shots", "shots": rows})

    def put_file(self, name: str) -> None:
        """Its input is at the Files API. Raises StoreReadOnly or StoreError."""
        self._append({"kind": "file", "name": name})

    def put_sent(self) -> None:
        """Its creation is about to leave. Raises StoreReadOnly or StoreError; then it must not."""
        self._append({"kind": "sent"})

    def put_lost(self) -> None:
        """Its creation got no answer: nobody waits for one any more. Raises StoreReadOnly or StoreError."""
        self._append({"kind": "lost"})

    def put_status(self, status: JobStatus, at: float) -> None:
        """Google says this of it, at that moment. Raises StoreReadOnly or StoreError."""
        known = self._known.status
        forced = known is None or known.state != status.state or not self.name
        job = {name: getattr(status, name) for name in JobStatus.__slots__}
        self._append({"kind": "status", "at": at, "job": job}, forced=forced)

    def put_end(self, end: BatchEnd) -> None:
        """It is over, and what became of each of its shots was put down. Raises StoreReadOnly or StoreError."""
        words = {name: getattr(end, name) for name in BatchEnd.__slots__}
        self._append({"kind": "end", **words, "lines": list(end.lines)})

    def _append(self, record: dict[str, Json], *, forced: bool = True) -> None:
        self._folder.make(self._folder.path("batches"))
        with locked(self._folder.disk, self._folder.path("batches", ".lock")):
            append(self._folder, self._path, dump(record), forced=forced)
        self.refresh()

    # -- its files -----------------------------------------------------------------------------------------------------

    @property
    def results_path(self) -> str:
        """Where its results lie while they are read."""
        return self._folder.path("batches", self.about.id + _RESULTS)

    @property
    def part_path(self) -> str:
        """Where they lie while they arrive."""
        return self._folder.path("batches", self.about.id + _PART)

    def take_hold(self) -> int | None:
        """Be the one who collects it: what `let_go` takes, or None where somebody else is at it. Raises StoreError."""
        path = self._folder.path("batches", f".{self.about.id}.lock")
        self._folder.make(self._folder.path("batches"))
        try:
            return hold(self._folder.disk, path)
        except OSError as error:
            raise fault(error, path) from None

    def let_go(self, held: int) -> None:
        drop(held)
        with suppress(OSError):
            os.unlink(self._folder.path("batches", f".{self.about.id}.lock"))

    def drop_results(self) -> None:
        """The results were read: each answer is in the store."""
        self._folder.remove(self.results_path)


def head_of(about: Submission) -> dict[str, Json]:
    """The first line of a job's file."""
    return {"kind": "batch", **{name: getattr(about, name) for name in Submission.__slots__}}


def submission(name: str, line: bytes) -> Submission:
    """A job from the first line of its file. Raises KeyError, TypeError or ValueError for any other line."""
    record = json.loads(line)
    if record["kind"] != "batch" or record["id"] != name:
        raise ValueError("not the head of a batch")
    return Submission(**{field: str(record.get(field) or "") for field in Submission.__slots__})


def _status(job: Mapping[str, Any]) -> JobStatus:
    status = JobStatus(**{name: job[name] for name in JobStatus.__slots__ if name in job})
    return status if status.state in get_args(JobState) else replace(status, state="unknown")


def _end(record: Mapping[str, Any]) -> BatchEnd:
    cost = record.get("cost")
    return BatchEnd(
        how=record["how"],
        lines=tuple(map(str, record.get("lines", ()))),
        answered=int(record.get("answered", 0)),
        failed=int(record.get("failed", 0)),
        cost=cost if type(cost) is int else None,
    )
