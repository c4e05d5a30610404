"""One shot of a sweep as a kernel has it: what it asks, how it stands, and what came of it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, get_args

from nbgemini import errors
from nbgemini._dataclass import dataclass, field
from nbgemini.core.exchange import Exchange
from nbgemini.core.grid.combinations import Combination
from nbgemini.errors import NbgeminiError
from nbgemini.store.sweep_lines import End, Glanced
from nbgemini.store.sweep_log import SweepLog
from nbgemini.tuning.shooting.fates import Fate, Fates, State

__all__ = ["MOST_JOINED", "Answers", "Entry", "Standing", "error_of"]

Standing = Literal["waiting", "under way", "done", "failed", "unknown"]
_STANDINGS: dict[State, Standing] = {
    "free": "waiting",
    "busy": "under way",
    "batched": "under way",
    "done": "done",
    "failed": "failed",
    "unknown": "unknown",
}
_MOST_HELD = 256  # answers of a stored sweep that are in memory
# Of a sweep with more shots than these, the answers that a batch brought are not all held as turns of its conversation
# in this kernel: each is a few kilobytes. They are in the stored one, and here as soon as they are looked at.
MOST_JOINED = 1000


class Answers:
    """The answers of a stored sweep, read when they are asked for; those that were read last stay in memory.

    `replayed`: whether another kernel, or an earlier run, brought them.
    """

    def __init__(self, fates: Fates, *, replayed: bool = True) -> None:
        self._fates = fates
        self.replayed = replayed
        self._held: OrderedDict[str, Exchange] = OrderedDict()

    def of(self, fate: Fate, parent: str | None) -> Exchange | None:
        """The answer of a shot that goes on from `parent`; None where it cannot be read."""
        if (held := self._held.get(fate.name)) is not None:
            return held
        found = self._fates.answer(fate)
        if found is None:
            return None
        held = self._held[fate.name] = replace(found.adopted(parent), replayed=self.replayed)
        if len(self._held) > _MOST_HELD:
            self._held.popitem(last=False)
        return held


@dataclass(slots=True, eq=False)
class Entry:
    """One shot. `key` names it where it has no answer: `SWEEP/17`; `given` is what gave its values, if a kernel did."""

    number: int
    log: SweepLog
    given: Combination | None = None
    standing: Standing = "waiting"
    error: NbgeminiError | None = None
    since: float = field(default=0.0)
    batched: bool = False  # under way in a batch
    _exchange: Exchange | None = None
    _stored: tuple[Fate, Answers] | None = None

    @classmethod
    def of(cls, log: SweepLog, number: int, given: Combination | None = None) -> Entry:
        """From the plan on disk."""
        return cls(number, log, given)

    @property
    def values(self) -> Mapping[str, object]:
        """Those of its axes."""
        return self.labels if self.given is None else self.given.plain

    @property
    def plan(self) -> Glanced:
        return self.log.glanced(self.number)

    @property
    def labels(self) -> Mapping[str, str]:
        return self.plan.labels

    @property
    def sample(self) -> int:
        return self.plan.sample

    @property
    def parent(self) -> str | None:
        """The turn that it goes on from."""
        return self.plan.parent

    @property
    def asked(self) -> Exchange:
        """What it asks, read from the plan. Raises StoreError."""
        return self.log.planned(self.number).asked

    @property
    def key(self) -> str:
        return f"{self.log.about.id}/{self.number}"

    @property
    def estimate(self) -> int | None:
        """What it will probably cost, in micro-dollars."""
        return self.plan.estimate

    @property
    def exchange(self) -> Exchange | None:
        """Its answer; None while there is none. One that is on disk alone is read when it is asked for."""
        if self._exchange is not None or self._stored is None:
            return self._exchange
        fate, answers = self._stored
        found = answers.of(fate, self.parent)
        if found is None:
            self.standing, self._stored = "unknown", None
            self.error = errors.StoreError("Its answer cannot be read.", hint="`%imagine verify` says what is damaged.")
        return found

    @property
    def answer_id(self) -> str:
        """The id of its answer; empty while there is none."""
        if self._exchange is not None:
            return self._exchange.id
        return self._stored[0].name if self._stored is not None else ""

    @property
    def cost(self) -> int | None:
        """What its answer cost by the catalogue in micro-dollars; None: unknown, or no answer."""
        if self._exchange is not None:
            return self._exchange.likely_cost
        return self._stored[0].cost if self._stored is not None else None

    @property
    def emulated(self) -> bool:
        return (self._exchange.backend if self._exchange is not None else self.log.about.backend) == "emulator"

    @property
    def replayed(self) -> bool:
        """Whether its answer was not drawn in this kernel."""
        if self._exchange is not None:
            return self._exchange.replayed
        return self._stored is not None and self._stored[1].replayed

    @property
    def has_ended(self) -> bool:
        return self.standing in ("done", "failed")

    def begin(self) -> None:
        self.standing, self.error, self.since, self.batched = "under way", None, time.monotonic(), False

    def wait(self) -> None:
        self.standing = "waiting"

    def answer(self, exchange: Exchange) -> None:
        self._exchange, self._stored, self.error, self.standing = exchange, None, None, "done"

    def fail(self, error: NbgeminiError, state: State) -> None:
        self.error, self.standing = error.with_traceback(None), _STANDINGS[state]

    def recall(self, fate: Fate, answers: Answers | None = None) -> None:
        """What the store says of it; its answer is read when it is asked for."""
        self.standing, self.batched = _STANDINGS[fate.state], fate.state == "batched"
        self.error = error_of(fate.end) if fate.end is not None else None
        if fate.state == "done" and answers is not None:
            self._exchange, self._stored = None, (fate, answers)
        if fate.state == "unknown" and self.error is None:
            self.error = errors.OutcomeUnknown("Its kernel ended before an answer came.")


def error_of(end: End) -> NbgeminiError:
    """The error that ended a shot, as it was put down."""
    kind = getattr(errors, end.kind, NbgeminiError) if end.kind in errors.__all__ else NbgeminiError
    error: NbgeminiError = NbgeminiError.__new__(kind)
    NbgeminiError.__init__(error, end.message, hint=end.hint, amount=end.amount)
    error.charged = next((word for word in get_args(errors.Charged) if word == end.charged), "maybe")
    return error
