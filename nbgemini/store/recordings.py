"""Which recorded answers there are to a request: an index of the records, made anew whenever it is gone.

Records never change but for failures, which an answer may replace; so what was looked at once is looked at no more. A
store of many records keeps the index in `cache/`, which anybody may remove.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, get_args

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import Outcome
from nbgemini.errors import StoreError
from nbgemini.store.fields import Fields, dump, is_exchange_id, load
from nbgemini.store.folder import Folder
from nbgemini.store.records import Records

__all__ = ["Recording", "Recordings"]

_WORTH_KEEPING = 200  # records: reading fewer takes less than 20 ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A record at a glance. `answers` says that its answer is whole, so that it can answer its request again;
    `emulated` that an emulator gave it at the address of another backend.
    """

    id: str
    request_hash: str
    cell: str
    repeat: int
    created: str
    answers: bool
    emulated: bool = False


class Recordings:
    """The recordings of a store. Threads may share it; it reads what other kernels have added at each look."""

    def __init__(self, folder: Folder, records: Records) -> None:
        self._folder = folder
        self._records = records
        self._lock = threading.Lock()
        self._held = threading.local()  # what a thread looked at once for all
        self.beside: Recordings | None = None  # those of a store that is only read
        self._known: dict[str, Recording] | None = None
        self._kept = 0  # of these, how many the file in `cache/` holds
        self._damaged: set[str] = set()
        self._told: set[str] = set()  # those of the damaged that were spoken of

    def of(self, request_hash: str) -> list[Recording]:
        """The recordings of a request in the order of asking, failures too. Raises StoreError."""
        if not request_hash:
            return []
        seen: dict[str, list[Recording]] | None = getattr(self._held, "seen", None)
        if seen is None:
            return _in_order([one for one in self._everywhere() if one.request_hash == request_hash])
        if not seen:
            for one in self._everywhere():
                seen.setdefault(one.request_hash, []).append(one)
            seen.setdefault("", [])  # it was looked
        return _in_order(seen.get(request_hash, []))

    @contextmanager
    def one_look(self) -> Iterator[None]:
        """For this thread, `of` looks once for the whole `with`: a sweep seeks thousands of requests."""
        self._held.seen = {}
        try:
            yield
        finally:
            self._held.seen = None

    def of_cell(self, cell: str) -> list[Recording]:
        """The recordings that a cell asked for, in the order of asking. Raises StoreError."""
        return _in_order([one for one in self._everywhere() if one.cell == cell]) if cell else []

    def newest(self, most: int) -> list[Recording]:
        """The recordings of late, the newest first. Raises StoreError."""
        return _in_order(self._everywhere())[: -most - 1 : -1]

    def damage(self, *, again: bool = False) -> str:
        """A sentence on records that cannot be read and may hold an answer, each told once unless `again`; or empty."""
        if self.beside is not None and (told := self.beside.damage(again=again)):
            return told
        with self._lock:
            new = self._damaged if again else self._damaged - self._told
            self._told |= new
        if not new:
            return ""
        what, it = ("A record", "it holds") if len(new) == 1 else (f"{len(new)} records", "they hold")
        return f"{what} of the store cannot be read, and what {it} is not replayed: see `%imagine verify`."

    def _everywhere(self) -> list[Recording]:
        """Those beside, too; what was copied from there is here."""
        lent = [] if self.beside is None else self.beside._everywhere()
        return list({one.id: one for one in (*lent, *self._all())}.values())

    def _all(self) -> list[Recording]:
        with self._lock:
            if self._known is None:
                self._known = self._cached()
                self._kept = len(self._known)
            self._look(self._known)
            return list(self._known.values())

    def _look(self, known: dict[str, Recording]) -> None:
        """Take in what is new, let go of what is gone."""
        ids = self._records.ids()
        for exchange_id in known.keys() - set(ids):
            del known[exchange_id]
        for exchange_id in ids:
            if exchange_id not in known or not known[exchange_id].answers:
                glanced = self._glance(exchange_id)
                if glanced is not None:
                    known[exchange_id] = glanced
                    self._damaged.discard(exchange_id)
        self._damaged &= set(ids)
        self._keep([one for one in known.values() if one.answers])

    def _glance(self, exchange_id: str) -> Recording | None:
        """What a record says; None for one that cannot be read, which a good one may replace any time."""
        try:
            path = self._records.path(exchange_id)
            data = self._folder.read(path)
            return None if data is None else _glanced(exchange_id, load(data, path))
        except StoreError:
            self._damaged.add(exchange_id)
            return None

    def _keep(self, answers: list[Recording]) -> None:
        """Spare the next kernel the reading. An index that cannot be kept is no loss."""
        if len(answers) - self._kept < _WORTH_KEEPING or self._folder.read_only:
            return
        self._kept = len(answers)
        rows = [[one.id, one.request_hash, one.cell, one.repeat, one.created, one.emulated] for one in answers]
        with suppress(StoreError):
            self._folder.replace(self._path(), dump({"recordings": rows}))

    def _cached(self) -> dict[str, Recording]:
        """What the file in `cache/` says; nothing when there is none, or it says something odd."""
        try:
            data = self._folder.read(self._path())
            rows = [] if data is None else load(data, self._path()).get("recordings", list, [])
            recordings = [_of_row(row) for row in rows]
        except (StoreError, TypeError, ValueError):
            return {}
        return {one.id: one for one in recordings}

    def _path(self) -> str:
        return self._folder.path("cache", "recordings.json")


def _in_order(found: list[Recording]) -> list[Recording]:
    return sorted(found, key=lambda one: (one.created, one.repeat, one.id))


def _glanced(exchange_id: str, fields: Fields) -> Recording:
    answer = fields.inner("answer")
    outcome: Outcome = fields.word("outcome", get_args(Outcome))
    # An orphan without a finish reason is what was rescued of an answer that broke off.
    whole = outcome == "turn" or (outcome == "orphan" and bool(answer.get("finish_reason", str, "")))
    return Recording(
        id=exchange_id,
        request_hash=fields.get("request_hash", str, ""),
        cell=fields.get("cell", str, ""),
        repeat=fields.get("repeat", int, 0),
        created=fields.get("created", str, ""),
        answers=whole and answer.maybe_inner("turn") is not None,
        emulated="stood_for" in fields.record,
    )


def _of_row(row: Any) -> Recording:
    """Raises TypeError or ValueError for anything else than what `_keep` writes."""
    exchange_id, request_hash, cell, repeat, created, emulated = row
    texts = (exchange_id, request_hash, cell, created)
    typed = all(type(text) is str for text in texts) and type(repeat) is int and type(emulated) is bool
    if not (is_exchange_id(exchange_id) and typed):
        raise ValueError("no row of the index")
    return Recording(
        id=exchange_id,
        request_hash=request_hash,
        cell=cell,
        repeat=repeat,
        created=created,
        answers=True,
        emulated=emulated,
    )
