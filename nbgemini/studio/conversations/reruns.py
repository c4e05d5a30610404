"""Which turn a cell goes on from when it is run again: that of the cell before it, as it is by now.

A cell goes on from the cell that it went on from before, at that cell's latest turn; a cell that began a conversation
begins it anew; a cell that is new goes on from where the conversation is. All of this lives in the kernel, and a
restart forgets it. Cells are told apart by the front end's `cellId`; without one nothing is rolled back.
"""

from __future__ import annotations

import threading

from nbgemini._dataclass import dataclass, field

__all__ = ["CellRun", "Cells", "Origin", "Slot", "Trail"]


@dataclass(frozen=True, slots=True)
class CellRun:
    """One execution of one cell: the front end's ids of the cell, of its own session, and of this execution."""

    cell: str
    session: str
    execution: str


@dataclass(frozen=True, slots=True)
class Slot:
    """The n-th ask of a cell; a loop in a cell asks several times."""

    cell: str
    notebook: str
    number: int


@dataclass(frozen=True, slots=True)
class Origin:
    """The exchange to go on from (None: a root), and whether the slot was run before."""

    parent: str | None
    again: bool


class Cells:
    """Gives every ask its slot. Two notebooks on one kernel may hold cells of the same id, when one is a copy.

    A page that was reloaded comes back under a new session, and its cells are the old ones. So a cell of another
    session is the same cell unless the session that had it was heard of since the new one appeared.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clock = 0
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._owners: dict[str, list[str]] = {}
        self._notebooks: dict[tuple[str, str], str] = {}
        self._asked: tuple[str, int] = ("", 0)

    def slot(self, run: CellRun) -> Slot:
        """The slot of the next ask in this execution."""
        with self._lock:
            self._clock += 1
            self._first.setdefault(run.session, self._clock)
            notebook = self._notebook(run)
            self._last[run.session] = self._last[notebook] = self._clock
            execution, number = self._asked
            number = number + 1 if execution == run.execution else 0
            self._asked = (run.execution, number)
            return Slot(run.cell, notebook, number)

    def _notebook(self, run: CellRun) -> str:
        known = self._notebooks.get((run.cell, run.session))
        if known is None:
            owners = self._owners.setdefault(run.cell, [])
            reloaded = [owner for owner in owners if self._last[owner] <= self._first[run.session]]
            known = reloaded[-1] if reloaded else run.session
            if known not in owners:
                owners.append(known)
            self._notebooks[(run.cell, run.session)] = known
        return known


@dataclass(slots=True)
class Trail:
    """The cells of one conversation: what each went on from, and what it made last. Used by one turn at a time."""

    _after: dict[Slot, Slot | str | None] = field(default_factory=dict)
    _latest: dict[Slot, str] = field(default_factory=dict)
    _maker: dict[str, Slot] = field(default_factory=dict)

    def origin(self, slot: Slot, head: str | None) -> Origin:
        """Where the slot goes on from; `head` is where the conversation is."""
        if slot not in self._after:
            return Origin(head, again=False)
        before = self._after[slot]
        return Origin(self._latest.get(before) if isinstance(before, Slot) else before, again=True)

    def latest(self, slot: Slot) -> str | None:
        """The turn that the slot made last, or None."""
        return self._latest.get(slot)

    def went_on(self, slot: Slot, parent: str | None, made: tuple[str, ...]) -> None:
        """The slot went on from `parent` and made these turns; the first is what the next cell goes on from."""
        maker = self._maker.get(parent) if parent is not None else None
        if maker is not None and maker != slot:
            self._after[slot] = maker
        elif maker is None:
            self._after[slot] = parent
        self._latest[slot] = made[0]
        self._maker.update(dict.fromkeys(made, slot))

    def spread(self, slot: Slot, parent: str | None, made: tuple[str, ...]) -> None:
        """The slot made these turns beside the branch: the next cell goes on from none of them until one is picked."""
        maker = self._maker.get(parent) if parent is not None else None
        if maker is None or maker != slot:
            self._after[slot] = maker or parent
        self._maker.update(dict.fromkeys(made, slot))

    def picked(self, turn: str) -> None:
        """Another of a cell's turns was picked: cells after it go on from that one."""
        if turn in self._maker:
            self._latest[self._maker[turn]] = turn
