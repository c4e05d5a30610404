"""How often this kernel has asked what, and in which cell: the count behind "the k-th asking"."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from nbgemini._dataclass import dataclass, field
from nbgemini.store.recordings import Recording

__all__ = ["Asker", "Asking", "Askings"]


class RunOfCell(Protocol):
    """One execution of one cell, by the front end's ids."""

    @property
    def cell(self) -> str: ...
    @property
    def execution(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """One run of one cell. `cell` is a digest: some front ends put the path of the notebook into the id."""

    cell: str
    execution: str

    @classmethod
    def of(cls, cell: str, execution: str) -> Asker:
        """From the front end's own ids."""
        return cls(hashlib.sha256(cell.encode("utf-8", "surrogatepass")).hexdigest()[:16], execution)

    @classmethod
    def of_run(cls, run: RunOfCell | None) -> Asker | None:
        """That of the cell that runs, where the front end names one."""
        return None if run is None else cls.of(run.cell, run.execution)


@dataclass(frozen=True, slots=True)
class Asking:
    """`count` equal requests of one ask.

    `place` is the number of equal requests before them in this kernel, `repeat` that in this run of the cell. `again`
    says that an earlier run of the cell asked the same: then it is to be a new sample.
    """

    request_hash: str
    count: int
    place: int
    asker: Asker | None = None
    repeat: int = 0
    again: bool = False


@dataclass(slots=True)
class _Run:
    """The last run of a cell that asked for a request: how often it has, and whether an earlier one did."""

    execution: str
    asked: int = 0
    earlier: bool = False
    answered: dict[int, str] = field(default_factory=dict)  # which recordings did, by repeat; earlier runs included


class Askings:
    """The askings of one kernel. What ended without a turn was not asked: the next takes its place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        self._runs: dict[tuple[str, str], _Run] = {}
        self._taken: set[str] = set()
        self._made: set[str] = set()

    def begin(self, request_hash: str, asker: Asker | None, count: int) -> Asking:
        """Take the next places of a request; `end` follows in any case."""
        with self._lock:
            place = self._asked[request_hash]
            self._asked[request_hash] += count
            if asker is None:
                return Asking(request_hash, count, place)
            run = self._run(asker, request_hash)
            repeat, run.asked = run.asked, run.asked + count
            return Asking(request_hash, count, place, asker, repeat, run.earlier)

    def _run(self, asker: Asker, request_hash: str) -> _Run:
        last = self._runs.get((asker.cell, request_hash))
        if last is None or last.execution != asker.execution:
            answered = {} if last is None else dict(last.answered)
            earlier = last is not None and (last.earlier or last.asked > 0)
            last = _Run(asker.execution, earlier=earlier, answered=answered)
            self._runs[asker.cell, request_hash] = last
        return last

    def sent(self, exchange_id: str) -> None:
        """This kernel sends a request: whatever comes of it answers none of its own later ones."""
        with self._lock:
            self._made.add(exchange_id)

    def end(self, asking: Asking, replayed: Sequence[str] = (), made: int = 0) -> None:
        """Which recordings answered, and how many turns are new; none of both after a failure or an interrupt."""
        with self._lock:
            short = asking.count - len(replayed) - made
            # What a cell is given once more is no further asking.
            self._asked[asking.request_hash] -= asking.count if asking.again and not made else short
            if asking.asker is not None:
                run = self._runs[asking.asker.cell, asking.request_hash]
                run.asked -= short if run.execution == asking.asker.execution else 0
                run.answered.update(enumerate(replayed, asking.repeat))
            self._taken.update(replayed)

    def choose(self, recordings: Sequence[Recording], asking: Asking, *, samples: bool = True) -> list[Recording]:
        """The recordings that answer, at most as many as were asked for; `recordings` are all, in the order of asking.

        The cell's own come first: the newest of each repeat. Where it has none, the k-th asking takes the k-th
        recording, or, when another cell has taken that one already, one that is still free. What this kernel made
        itself never answers. A cell that is run again gets none, so that it brings a new sample; where nothing may be
        sent there are no `samples`, and it gets what it got before.
        """
        with self._lock:
            usable = [one for one in recordings if one.answers and one.id not in self._made]
            taken = set(self._taken)
            run = self._runs.get((asking.asker.cell, asking.request_hash)) if asking.asker else None
            before = dict(run.answered) if run is not None and asking.again else {}
        if asking.again and samples:
            return []
        if before:
            known = {one.id: one for one in usable}
            ids = [before.get(asking.repeat + slot, "") for slot in range(asking.count)]
            return [known[name] for name in ids if name in known]
        own = _own(usable, asking)
        taken.update(one.id for one in own.values())
        chosen = (own.get(slot) or _free(usable, asking.place + slot, taken) for slot in range(asking.count))
        return [one for one in chosen if one is not None]


def _own(usable: Sequence[Recording], asking: Asking) -> dict[int, Recording]:
    """The newest recordings of the cell itself, by their place among those that are asked for."""
    if asking.asker is None:
        return {}
    return {one.repeat - asking.repeat: one for one in usable if one.cell == asking.asker.cell}  # later ones win


def _free(usable: Sequence[Recording], place: int, taken: set[str]) -> Recording | None:
    """The recording at a place, or else an older one that is not taken; from now on it is.

    Never a newer one: which recording answers must not change when others are added.
    """
    if place >= len(usable):
        return None
    free = next((one for one in (usable[place], *usable[:place]) if one.id not in taken), None)
    if free is not None:
        taken.add(free.id)
    return free
