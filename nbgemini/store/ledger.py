"""Money on disk: what was reserved before a request, and settled or released after it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Literal, TypeAlias

from nbgemini._dataclass import dataclass
from nbgemini.core.skeleton import Json
from nbgemini.store.fields import many
from nbgemini.store.folder import Folder
from nbgemini.store.journal import Journal

__all__ = ["Entry", "GroupedLedger", "Ledger", "Total"]

State = Literal["reserved", "unknown", "settled", "released"]
_RANK: dict[State, int] = {"reserved": 0, "unknown": 1, "released": 2, "settled": 3}
_SUFFIX = ".jsonl"
_AT_ONCE = 500  # lines that are forced together
_LONGEST = 400  # characters of a name
_MOST = 2**53  # micro-dollars: a larger sum is a damaged line


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The money of one exchange. Sums are in micro-dollars (None: unknown), `at` in seconds since 1970.

    `kernel` is the one that reserved it; `note` is the outcome of a settled entry, the reason of another. A state of
    "unknown" means that it left and nobody knows what became of it; `maybe` that it is not sure whether a settled sum
    is charged. `searches` is the most that its searches cost beside `cost`. `notebook` is the file's name, empty where
    that is not known.
    """

    id: str
    kernel: str
    state: State
    at: float = 0.0
    model: str = ""
    backend: str = ""
    conversation: str = ""
    notebook: str = ""
    estimate: int | None = None
    cost: int | None = None
    searches: int | None = 0
    maybe: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Micro-dollars that were settled, that are still reserved, and how many sums beside them are unknown."""

    settled: int = 0
    reserved: int = 0
    unknown: int = 0


class Ledger:
    """The ledger of a store: each kernel appends to a file of its own, and all are read together."""

    def __init__(self, folder: Folder, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._own: tuple[str, Journal] | None = None

    def reserve(
        self, exchange_id: str, estimate: int | None, model: str, backend: str, conversation: str, notebook: str = ""
    ) -> None:
        """Set money aside before a request: micro-dollars, None when unknown. Raises StoreReadOnly or StoreError."""
        more = {"notebook": notebook} if notebook else {}
        of = {"estimate": estimate, "model": model, "backend": backend, "conversation": conversation, **more}
        self._append(exchange_id, "reserved", of)

    def reserve_each(
        self, sums: Mapping[str, int | None], model: str, backend: str, conversation: str, notebook: str = ""
    ) -> None:
        """The same for many requests at once, a sum for each."""
        more = {"notebook": notebook} if notebook else {}
        of = {"model": model, "backend": backend, "conversation": conversation, **more, "at": self._clock()}
        self._write({"id": name, "state": "reserved", "estimate": sum_, **of} for name, sum_ in sums.items())

    def _write(self, lines: Iterable[dict[str, Json]]) -> None:
        rest = iter(lines)
        while some := list(islice(rest, _AT_ONCE)):
            self._journal().append(*some)

    def settle(
        self,
        exchange_id: str,
        cost: int | None,
        outcome: str,
        *,
        maybe: bool = False,
        searches: int | None = 0,
        backend: str = "",
    ) -> None:
        """Say what it cost in micro-dollars, None when unknown; `searches` come on top of that, at most.

        `maybe`: whether it is charged at all is not sure. `backend` is who answered, where that is not who was asked.
        Raises StoreReadOnly or StoreError.
        """
        more: dict[str, Json] = {"maybe": True} if maybe else {}
        if backend:
            more["backend"] = backend
        if searches != 0:
            more["searches"] = searches
        self._append(exchange_id, "settled", {"cost": cost, "note": outcome, **more})

    def release(self, exchange_id: str, reason: str) -> None:
        """Say that nothing was charged. A later `settle` has the last word. Raises StoreReadOnly or StoreError."""
        self._append(exchange_id, "released", {"note": reason})

    def doubt(self, exchange_id: str, reason: str, *, backend: str = "") -> None:
        """Say that it left, and that no answer came; `backend` as in `settle`. Raises StoreReadOnly or StoreError."""
        self._append(exchange_id, "unknown", {"note": reason, **({"backend": backend} if backend else {})})

    def alive(self, kernel: str) -> bool:
        """Whether a kernel still runs, so that what it reserved may be on its way."""
        return self._folder.alive(kernel)

    def _append(self, exchange_id: str, state: State, more: dict[str, Json]) -> None:
        self._journal().append({"id": exchange_id, "state": state, "at": self._clock(), **more})

    def _journal(self) -> Journal:
        kernel = self._folder.join()
        if self._own is None or self._own[0] != kernel:  # the first time, and the first time in a forked child
            self._own = kernel, Journal(self._folder, self._path(kernel))
        return self._own[1]

    def _path(self, kernel: str) -> str:
        return self._folder.path("ledgers", kernel + _SUFFIX)

    def entries(self) -> list[Entry]:
        """One entry for each exchange, over all kernels, oldest first. Raises StoreError."""
        entries: dict[str, list[_Line]] = {}
        with many():
            for kernel in self._folder.names("ledgers", _SUFFIX):
                for record in Journal(self._folder, self._path(kernel)).records():
                    line = _line(record, kernel)
                    if line is not None:
                        entries.setdefault(record["id"], []).append(line)
            return sorted(map(_merged, entries.values()), key=_AT)

    def total(self, kernel: str | None = None) -> Total:
        """The sums over one kernel's entries, or over all. The emulator's money is play money and left out."""
        entries = self.entries()
        return _total(entry for entry in entries if entry.backend != "emulator" and kernel in (None, entry.kernel))


class GroupedLedger(Ledger):
    """A ledger whose lines wait, and are forced together; those of answers that failed wait for nothing, because what
    is put down of those next says that they were accounted for."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger._folder, ledger._clock)
        self._journal = ledger._journal  # type: ignore[method-assign]  # one for each kernel
        self._waiting: list[dict[str, Json]] = []

    def _append(self, exchange_id: str, state: State, more: dict[str, Json]) -> None:
        self._waiting.append({"id": exchange_id, "state": state, "at": self._clock(), **more})
        if state == "settled" and more["note"] != "turn":
            self.force()

    def force(self) -> None:
        """Write what waits. Raises StoreReadOnly or StoreError, and then it still waits."""
        self._write(self._waiting)
        self._waiting = []


def _total(entries: Iterable[Entry]) -> Total:
    total = Total()
    for entry in entries:
        sums = {"settled": entry.cost, "reserved": entry.estimate, "unknown": entry.estimate, "released": 0}
        amount = sums[entry.state]
        if amount is None:
            total = replace(total, unknown=total.unknown + 1)
        elif entry.state == "settled":
            total = replace(total, settled=total.settled + amount)
        else:
            total = replace(total, reserved=total.reserved + amount)
    return total


_Line: TypeAlias = "tuple[int, float, str, dict[str, Json]]"
"""One line: the rank of its state, when it was written, its kernel, and what it says."""
_IN_ORDER, _WRITTEN, _AT = itemgetter(0, 1), itemgetter(1), attrgetter("at")


def _line(record: dict[str, Json], kernel: str) -> _Line | None:
    """What one line says, or None when it is none of ours."""
    state, exchange_id = record.get("state"), record.get("id")
    if not isinstance(state, str) or state not in _RANK or not isinstance(exchange_id, str):
        return None
    at = record.get("at")
    return _RANK[state], at if isinstance(at, float) and math.isfinite(at) else 0.0, kernel, record


def _merged(lines: list[_Line]) -> Entry:
    """All lines on one exchange, in whatever order they were read: settled outranks all others."""
    lines.sort(key=_IN_ORDER)
    (_, _, kernel, first), (_, _, _, last) = lines[0], lines[-1]
    return Entry(
        id=last["id"],
        kernel=kernel,
        state=last["state"],
        at=min(map(_WRITTEN, lines)),
        model=_text(first.get("model")),
        backend=_text(last.get("backend")) or _text(first.get("backend")),
        conversation=_text(first.get("conversation")),
        notebook=_text(first.get("notebook")),
        estimate=_sum(first.get("estimate")),
        cost=_sum(last.get("cost")),
        searches=_sum(last.get("searches", 0)),
        maybe=last.get("maybe") is True,
        note=_text(last.get("note")),
    )


def _text(value: Json) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _sum(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST else None
