"""The shots of a sweep on their way: claimed, paced, asked side by side, and committed as soon as they are there."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from nbgemini._dataclass import dataclass, field
from nbgemini.bridge import Job
from nbgemini.core.exchange import Exchange
from nbgemini.errors import InternalFault, NbgeminiError, NotSent, QuotaExceeded
from nbgemini.replay.askings import Asking
from nbgemini.replay.lookup import Lookup
from nbgemini.store.sweep_lines import Answered, End
from nbgemini.store.sweep_log import SweepLog
from nbgemini.store.together import Together
from nbgemini.studio.conversations.session import Open
from nbgemini.studio.sending.attempt import FREE, Attempt
from nbgemini.studio.sending.commit import keep_beside
from nbgemini.studio.sending.order import Order
from nbgemini.tuning.shooting.asked_shot import PacedGate, ShotEar, ShotOrder, end_of, may_wait, placed, request_of
from nbgemini.tuning.shooting.fates import Fate, Fates, state_of
from nbgemini.tuning.shooting.pace import Pace, Preparing
from nbgemini.tuning.shooting.settling import Settling
from nbgemini.tuning.shooting.shots import Entry

__all__ = ["Engine"]

_SETTLING = 4  # threads that see to what came
_LOOK = 0.25  # seconds between two looks at what other kernels do
# After one of these the others would fare no better: what is left stays missing, and the sweep says why.
_REFUSED = ("AuthenticationFailed", "BudgetExceeded", "ModelNotFound", "PermissionRefused", "SettingsError")
_FATAL = frozenset((*_REFUSED, "StoreError", "StoreReadOnly"))


@dataclass(slots=True, kw_only=True)
class Engine:
    """Asks shots of a sweep. `order` is what all of them share; `entries` are the shots, by number.

    `asked_again` are states that are asked again beside those that are free; `told` is called after every change, from
    whichever thread made it. `skips` are the numbers to leave alone.
    """

    order: Order
    log: SweepLog
    entries: Mapping[int, Entry]
    workers: int
    pace: Pace
    askings: dict[int, Asking] = field(default_factory=dict)
    asked_again: frozenset[str] = frozenset()
    told: Callable[[Entry], None] = lambda entry: None
    notices: dict[str, None] = field(default_factory=dict)
    stopped_by: NbgeminiError | None = None
    began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _queue: deque[int] = field(default_factory=deque)
    _claimed: deque[tuple[int, str]] = field(default_factory=deque)
    _elsewhere: set[int] = field(default_factory=set)
    _again: set[int] = field(default_factory=set)  # numbers whose first claim may take what ended before
    _failures: int = 0  # in a row, of those that say nothing of the shot
    _preparing: Preparing = field(default_factory=Preparing)
    _commits: Together[tuple[int, Exchange]] = field(init=False)
    _settling: Settling = field(init=False)
    _most: int = field(init=False)  # shots that the next claim takes

    def __post_init__(self) -> None:
        self._commits, self._most = Together(self._commit), self.workers

    @property
    def opened(self) -> Open:
        return self.order.opened

    def run(self, numbers: Iterable[int], job: Job[None]) -> None:
        """Ask these shots, and wait for those that another kernel is at."""
        self._queue.extend(numbers)
        self._again = set(self._queue) if self.asked_again else set()
        self._work(job)
        while self._elsewhere and not job.abandoned and self.stopped_by is None:
            if self._look_elsewhere():
                self._work(job)
            elif self._elsewhere:
                time.sleep(_LOOK)

    def _work(self, job: Job[None]) -> None:
        """Workers until nothing is left to be claimed; the first is this thread."""
        threads: list[threading.Thread] = []
        self._settling = Settling(min(_SETTLING, self.workers))
        for _ in range(min(self.workers, len(self._queue)) - 1):
            thread = threading.Thread(target=self._worker, args=(job,), name="nbgemini-shot", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the system allows no more of them: fewer are slower
                break
            threads.append(thread)
        self._worker(job)
        for thread in threads:
            thread.join()
        self._settling.end()

    def _worker(self, job: Job[None]) -> None:
        while not job.abandoned and self.stopped_by is None:
            try:
                claimed = self._next()
            except NbgeminiError as error:
                self._stop(error)
                break
            if claimed is None:
                break
            self._ask(*claimed, job)
        self._give_back()

    def _next(self) -> tuple[int, str] | None:
        """A shot that is claimed for this kernel. Raises StoreError."""
        with self._lock:
            if not self._claimed and self._queue:
                self._claim()
            return self._claimed.popleft() if self._claimed else None

    def _claim(self) -> None:
        """Claim a few of those that are left, first one a worker; those that another kernel has are waited for."""
        fates = Fates(self.order.means.store, self.log)
        fates.look()
        while self._queue and not self._claimed:
            most, self._most = self._most, max(1, self.workers // 4)
            wanted = [self._queue.popleft() for _ in range(min(len(self._queue), most))]
            found = self.log.claim(wanted, lambda number: self._is_free(fates, number), len(wanted))
            self._claimed.extend(found.items())
            self._elsewhere.update(number for number in wanted if number not in found)

    def _is_free(self, fates: Fates, number: int) -> bool:
        state = fates.of(number).state
        if state in self.asked_again and number in self._again:
            self._again.discard(number)
            return True
        return state == "free"

    def _give_back(self) -> None:
        """What was claimed and will not be asked is free again."""
        with self._lock:
            left, self._claimed = list(self._claimed), deque()
        if left:
            end = End(kind="NotSent", message="Stopped before anything was sent.", charged="nothing sent")
            with suppress(NbgeminiError):
                self.log.conclude([(number, name, end) for number, name in left], forced=False)

    def _stop(self, error: NbgeminiError) -> None:
        with self._lock:
            self.stopped_by = self.stopped_by or error

    # -- one shot ----------------------------------------------------------------------------------------------------

    def _ask(self, number: int, name: str, job: Job[None]) -> None:
        entry = self.entries[number]
        entered = self.pace.enter(lambda: job.abandoned or self.stopped_by is not None)
        if entered is None:
            self._conclude(entry, name, NotSent("Stopped before anything was sent."))
            return
        with self._preparing.begin() as ready:
            self._send(entry, name, job, PacedGate(self.pace, entered, ready))

    def _send(self, entry: Entry, name: str, job: Job[None], gate: PacedGate) -> None:
        ear = ShotEar(job)
        try:
            attempt = self._attempt(entry, name, ear, gate)
        except NbgeminiError as error:
            self._conclude(entry, name, error)
            return
        except Exception as error:
            self._conclude(entry, name, InternalFault.of(error, charged="nothing sent"))
            return
        entry.begin()
        self.told(entry)
        came = attempt.ask()
        if came is None:
            self._ended(entry, attempt, job, held=gate.held)
            return
        self.pace.passed()
        self._settling.give(lambda: self._settle(entry, attempt, came, job))

    def _settle(self, entry: Entry, attempt: Attempt, came: Exchange, job: Job[None]) -> None:
        """Look at what came, while the next shot is on its way."""
        attempt.settle(came)
        try:
            self._ended(entry, attempt, job, held=False)
        except Exception as error:
            self._conclude(entry, attempt.id, InternalFault.of(error))

    def _ended(self, entry: Entry, attempt: Attempt, job: Job[None], *, held: bool) -> None:
        self.notices.update(dict.fromkeys(attempt.job.notices))
        if attempt.exchange is not None and attempt.error is None:
            self._failures = 0
            self.take(entry, attempt.exchange)
        else:
            self._failed(entry, attempt.id, attempt.error or NotSent("Nothing was sent."), job, held=held)

    def _attempt(self, entry: Entry, name: str, ear: ShotEar, gate: PacedGate) -> Attempt:
        """The request of a shot. Raises nbgemini's errors."""
        order, planned = self.order, self.log.planned(entry.number)
        request = request_of(planned.asked, self.opened, order.means.client)
        replay = order.means.replay
        if (asking := self.askings.get(entry.number)) is None:
            asking = replay.recall.askings.begin(planned.asked.request_hash, replay.asker, 1)
            self.askings[entry.number] = asking
        order.means.purse.rename(entry.key, name)
        return Attempt(
            ShotOrder.of(order, planned.asked), Lookup(placed(planned.asked, request), asking), ear,
            self.log.about.id, asking.place, name=name, shot=entry.number, gate=gate,
        )  # fmt: skip

    def take(self, entry: Entry, exchange: Exchange) -> None:
        """Commit an answer, beside the branch that the conversation is on, with those that have come meanwhile."""
        store = self.order.means.store
        store.owed.do(lambda: store.album.record(exchange))  # what is owed is done in this order, and told below
        self._commits.do((entry.number, exchange))
        asking = self.askings.pop(entry.number, None)
        if asking is not None:
            self.order.means.replay.recall.askings.end(asking, made=1)
        entry.answer(exchange)
        self.told(entry)

    def _commit(self, taken: Sequence[tuple[int, Exchange]]) -> None:
        turns = [exchange for _, exchange in taken]
        self.notices.update(dict.fromkeys(keep_beside(self.opened, self.order.means.store, turns, recorded=True)))
        ends = [(number, exchange.id, Answered(exchange.likely_cost)) for number, exchange in taken]
        with suppress(NbgeminiError):  # the records tell the same
            self.log.conclude(ends, forced=False)

    def _failed(self, entry: Entry, name: str, error: NbgeminiError, job: Job[None], *, held: bool) -> None:
        """What becomes of a shot without an answer: it is asked again, stays missing, or has ended."""
        waits = may_wait(error) and not self.pace.given_up
        if not job.abandoned and (waits or (held and isinstance(error, NotSent))):
            self._requeue(entry, name, error)
            return
        if error.pictures and (partial := self._kept(name)) is not None:
            self.take(entry, partial)
            return
        self._conclude(entry, name, error)
        self._count(error)

    def _requeue(self, entry: Entry, name: str, error: NbgeminiError) -> None:
        """Let it wait with the others; its money is set aside again."""
        entry.wait()
        with suppress(NbgeminiError):
            self.log.conclude([(entry.number, name, end_of(error))], forced=False)
        try:
            self.order.means.purse.reserve_each({entry.key: entry.estimate})
        except NbgeminiError as refused:
            self._stop(refused)
            return
        with self._lock:
            self._queue.appendleft(entry.number)
        self.told(entry)

    def _kept(self, name: str) -> Exchange | None:
        """The complete pictures of an answer that broke off, as the answer of its shot."""
        try:
            found = self.order.means.store.album.find(name)
        except NbgeminiError:
            return None
        return None if found is None or found.turn is None else found.adopted(found.parent)

    def _conclude(self, entry: Entry, name: str, error: NbgeminiError) -> None:
        asking = self.askings.pop(entry.number, None)
        if asking is not None:
            self.order.means.replay.recall.askings.end(asking)
        entry.fail(error, state_of(type(error).__name__, error.charged))
        with suppress(NbgeminiError):
            self.log.conclude([(entry.number, name, end_of(error))], forced=error.charged not in FREE)
        if error.charged in FREE:
            self.order.means.purse.release(entry.key)
        self.told(entry)

    def _count(self, error: NbgeminiError) -> None:
        """Stop where the others would fare no better."""
        kind = type(error).__name__
        passing = error.charged in FREE and state_of(kind, error.charged) == "free"
        self._failures = self._failures + 1 if passing else 0
        if kind in _FATAL or isinstance(error, QuotaExceeded) or self._failures >= max(3, self.workers):
            self._stop(error)

    # -- what other kernels do ---------------------------------------------------------------------------------------

    def _look_elsewhere(self) -> bool:
        """Take in what others have brought; whether anything is free again."""
        fates = Fates(self.order.means.store, self.log)
        try:
            fates.look()
            found = {number: fates.of(number) for number in self._elsewhere}
        except NbgeminiError as error:
            self._stop(error)
            return False
        free = False
        for number, fate in found.items():
            if fate.state == "busy":
                continue
            self._elsewhere.discard(number)
            if fate.state == "free":
                self._queue.append(number)
                free = True
            else:
                self.adopt(self.entries[number], fate, fates.answer(fate))
        return free

    def adopt(self, entry: Entry, fate: Fate, exchange: Exchange | None) -> None:
        """What somebody else brought, or what was on disk before."""
        if exchange is not None:
            shown = replace(exchange.adopted(exchange.parent), replayed=True)
            keep_beside(self.opened, self.order.means.store, [shown])
            entry.answer(shown)
        elif fate.end is not None or fate.state != "free":
            entry.recall(fate)
        self.order.means.purse.release(entry.key)
        self.told(entry)
