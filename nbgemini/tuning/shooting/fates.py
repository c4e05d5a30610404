"""What became of each shot of a sweep, as the whole store tells it: no line of a dead kernel's is needed for that."""

from __future__ import annotations

from typing import Literal

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import Exchange
from nbgemini.errors import NbgeminiError, StoreError
from nbgemini.store.batch_logs import CLAIM
from nbgemini.store.ledger import Entry
from nbgemini.store.store import Store
from nbgemini.store.sweep_lines import End
from nbgemini.store.sweep_log import SweepLog

__all__ = ["Fate", "Fates", "State"]

# free: not asked, or asked in vain at no cost; busy: a living kernel is at it; batched: a batch job has it; done: there
# is an answer; failed: it ended without one that can be used; unknown: it left, and nobody knows what became of it.
State = Literal["free", "busy", "batched", "done", "failed", "unknown"]

# Errors after which a shot is asked again as if it had never been: they say nothing of the shot itself.
PASSING = frozenset(
    (
        "AuthenticationFailed",
        "BudgetExceeded",
        "InternalFault",
        "ModelNotFound",
        "NotSent",
        "PermissionRefused",
        "QuotaExceeded",
        "ReplayMiss",
        "ServerFault",
        "SettingsError",
        "StoreError",
        "StoreReadOnly",
        "UnexpectedReply",
    )
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one shot. `end` says why it has no answer, `name` is the id of its exchange.

    `cost` is what its answer cost by the catalogue in micro-dollars; None: unknown, or no answer.
    """

    state: State
    end: End | None = None
    name: str = ""
    cost: int | None = None


_FREE = Fate("free")  # of any number of shots


class Fates:
    """Looks shots up. `look` first, then `of` each; the looks are cheap, but for shots of kernels that died.

    `answer` reads what a shot brought: a sweep that is opened reads no record of an answer whose end was put down.
    """

    def __init__(self, store: Store, log: SweepLog) -> None:
        self._store = store
        self._log = log
        self._under_way: set[str] = set()
        self._ledger: dict[str, Entry] | None = None

    def look(self) -> None:
        """Take in what has changed. Raises StoreError."""
        self._log.refresh()
        self._under_way = self._store.intents.pending()
        self._ledger = None

    def of(self, number: int) -> Fate:
        """What became of a shot. Raises StoreError."""
        name, kernel = self._log.claimed(number)
        if not name:
            return _FREE
        answered = self._log.answered(number)
        if answered is not None and self._store.album.has(name):
            return Fate("done", name=name, cost=answered.cost)
        exchange = self._recorded(name)
        if exchange is not None:
            return self._of_record(exchange, name, self._log.end(number))
        end = self._log.end(number)
        if end is not None:
            return Fate(state_of(end.kind, end.charged), end=end, name=name)
        if answered is not None:  # its record is gone or damaged
            return Fate("unknown", name=name)
        if kernel.startswith(CLAIM):
            return Fate(self._in_batch(kernel.removeprefix(CLAIM)), name=name)
        if self._store.sweeps.alive(kernel):
            return Fate("busy", name=name)
        return Fate("unknown" if self._may_have_left(name) else "free", name=name)

    def _in_batch(self, job: str) -> State:
        """What is known of a shot whose batch has said nothing of it."""
        log = self._store.batches.find(job)
        if log is None or (log.sent and log.end is not None):
            return "unknown"
        if log.sent:
            return "batched"
        return "busy" if log.end is None and self._store.batches.alive(log.about.kernel) else "free"

    def _of_record(self, exchange: Exchange, name: str, end: End | None) -> Fate:
        if exchange.outcome != "failed" and exchange.turn is not None:
            return Fate("done", name=name, cost=exchange.likely_cost)
        said = end or End(kind="AnswerError", message=exchange.reason or "No picture came.", charged="maybe")
        return Fate("failed", end=said, name=name)

    def answer(self, fate: Fate) -> Exchange | None:
        """The answer of a shot, read from the store; None where it has none, or that cannot be read."""
        found = self._recorded(fate.name) if fate.state == "done" else None
        return found if found is not None and found.turn is not None else None

    def _recorded(self, name: str) -> Exchange | None:
        try:
            return self._store.album.find(name)
        except StoreError:
            return None

    def _may_have_left(self, name: str) -> bool:
        """Whether a dead kernel may have sent it: its intent lies there, or its money is not free again."""
        if name in self._under_way:
            return True
        if self._ledger is None:
            try:
                self._ledger = {entry.id: entry for entry in self._store.ledger.entries()}
            except NbgeminiError:
                return True
        entry = self._ledger.get(name)
        return entry is not None and entry.state != "released"


def state_of(kind: str, charged: str) -> State:
    """What an error makes of a shot."""
    if charged in ("nothing sent", "no"):
        return "free" if kind in PASSING else "failed"
    answered = kind.startswith("Answer")
    return "failed" if answered else "unknown"
