"""What was spent, summed up from the ledger: in this kernel, today, by day, model, notebook, conversation and sweep.

The ledger knows nothing of replays, which write nothing: what they save is told by the turns of this kernel.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, tzinfo
from functools import cache, partial, reduce
from types import MappingProxyType

from nbgemini._dataclass import dataclass, field
from nbgemini.core.exchange import Exchange
from nbgemini.store.ledger import Entry, Ledger

__all__ = ["Group", "Saved", "Spending", "Sums", "saved", "spending"]

_QUARTER = 900  # seconds: days begin at the beginning of one, wherever


@dataclass(slots=True)
class Sums:
    """Micro-dollars and counts of some requests.

    `answers` were charged, `spent` in all; `guessed` of them did not say how much, so that their estimates count.
    `doubtful` ones may have been charged (`maybe`), `pending` ones have not come back yet (`underway`). `searches` is
    the most that searches cost beside these. `unknown` ones have neither a cost nor an estimate. `played` are the
    emulator's, which would be `play`; `lessons` of the others are the emulator's, too, where its prices count.
    """

    answers: int = 0
    spent: int = 0
    guessed: int = 0
    searches: int = 0
    doubtful: int = 0
    maybe: int = 0
    pending: int = 0
    underway: int = 0
    unknown: int = 0
    played: int = 0
    play: int = 0
    lessons: int = 0

    @property
    def counted(self) -> int:
        """All that a budget would count."""
        return self.spent + self.searches + self.maybe + self.underway

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    def add(self, entry: Entry, *, alive: bool, billing: bool = False) -> None:
        """Count an entry. `alive`: its kernel still runs, so that what it reserved may be on its way.

        `billing`: the emulator's count like Google's.
        """
        if entry.state == "released" or (entry.state == "settled" and entry.cost == 0 and not entry.searches):
            return  # nothing was charged
        elif entry.backend == "emulator" and not billing:
            self._play(entry)
        else:
            self.lessons += entry.backend == "emulator"
            self._charge(entry, alive)

    def _play(self, entry: Entry) -> None:
        if entry.state == "settled":
            self.played += 1
            self.play += (entry.estimate if entry.cost is None else entry.cost) or 0

    def _charge(self, entry: Entry, alive: bool) -> None:
        amount = entry.estimate if entry.state != "settled" or entry.cost is None else entry.cost
        self.searches += entry.searches or 0
        if amount is None or entry.searches is None:
            self.unknown += 1
        amount = amount or 0
        if entry.state == "reserved" and alive:
            self.pending, self.underway = self.pending + 1, self.underway + amount
        elif entry.state != "settled" or entry.maybe:
            self.doubtful, self.maybe = self.doubtful + 1, self.maybe + amount
        else:
            self.answers, self.spent = self.answers + 1, self.spent + amount
            self.guessed += entry.cost is None and entry.estimate is not None


@dataclass(frozen=True, slots=True)
class Saved:
    """What replay saved: `answers` were not bought again, for micro-dollars in all. `played` are the emulator's.

    `guessed` did not say what they cost, so that their estimates count; `unknown` have none of both.
    """

    answers: int = 0
    sum: int = 0
    guessed: int = 0
    unknown: int = 0
    played: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The requests of a day, a model, a notebook, a conversation or a sweep; an empty name: not known."""

    name: str
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Everything at a glance. `days` are local ones, the oldest first; the other groups begin with the dearest."""

    kernel: Sums = field(default_factory=Sums)
    today: Sums = field(default_factory=Sums)
    store: Sums = field(default_factory=Sums)
    days: tuple[Group, ...] = ()
    models: tuple[Group, ...] = ()
    notebooks: tuple[Group, ...] = ()
    conversations: tuple[Group, ...] = ()
    sweeps: tuple[Group, ...] = ()


def spending(
    ledger: Ledger,
    kernel: str,
    *,
    now: Callable[[], float] = time.time,
    zone: tzinfo | None = None,
    billing: bool = False,
    waiting: Container[str] = (),
    sweeps: Mapping[str, str] = MappingProxyType({}),
) -> Spending:
    """Sum the ledger up for a kernel; days are those of `zone` (None: the local one). Raises StoreError.

    `billing`: what the emulator drew counts as if Google had. `sweeps` are the names of sweeps by the ids of requests,
    `waiting` requests that are on their way whichever kernel sent them: those of batches.
    """
    alive, day = cache(ledger.alive), cache(partial(_day, zone=zone))
    alike: dict[tuple[str, ...], Sums] = {}  # what has all names in common is counted once
    for entry in ledger.entries():
        name = sweeps.get(entry.id, "")
        names = (day(entry.at // _QUARTER), entry.model, entry.notebook, entry.conversation, name, entry.kernel)
        under_way = entry.state == "reserved" and (entry.id in waiting or alive(entry.kernel))
        alike.setdefault(names, Sums()).add(entry, alive=under_way, billing=billing)
    days, models, notebooks, conversations, of_sweeps, kernels = (_grouped(alike, at) for at in range(6))
    today = day(now() // _QUARTER)
    return Spending(
        kernel=next((group.sums for group in kernels if group.name == kernel), Sums()),
        today=next((group.sums for group in days if group.name == today), Sums()),
        store=reduce(Sums.plus, alike.values(), Sums()),
        days=tuple(sorted(days, key=lambda group: group.name)),
        models=_dearest(models),
        notebooks=_dearest(notebooks),
        conversations=_dearest(conversations),
        sweeps=_dearest([one for one in of_sweeps if one.name]),
    )


def saved(turns: Iterable[Exchange]) -> Saved:
    """Over the turns of a kernel that came from disk; one that several conversations have counts once."""
    replayed = {turn.id: turn for turn in turns if turn.replayed}.values()
    asked = [turn for turn in replayed if turn.backend != "emulator"]
    sums = [turn.likely_cost for turn in asked]
    return Saved(
        answers=len(asked),
        sum=sum(amount or 0 for amount in sums),
        guessed=sum(turn.cost is None and turn.estimate is not None for turn in asked),
        unknown=sums.count(None),
        played=len(replayed) - len(asked),
    )


def _grouped(alike: Mapping[tuple[str, ...], Sums], at: int) -> list[Group]:
    """By one of the names, in the order of their first entries; groups in which nothing was asked for are left out."""
    found: dict[str, Sums] = {}
    for names, sums in alike.items():
        found[names[at]] = found[names[at]].plus(sums) if names[at] in found else sums
    return [Group(each, sums) for each, sums in found.items() if sums != Sums()]


def _dearest(groups: list[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda group: (-group.sums.counted, -group.sums.play)))


def _day(quarter: float, zone: tzinfo | None) -> str:
    """The local date as `2026-11-22` of the so many-th quarter of an hour; empty for one that no calendar has."""
    moment = quarter * _QUARTER
    try:
        return datetime.fromtimestamp(moment, UTC).astimezone(zone).date().isoformat() if moment > 0 else ""
    except (OverflowError, ValueError, OSError):
        return ""
