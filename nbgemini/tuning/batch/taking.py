"""The answers of one job on their way into a sweep, by the same door as live ones: kept as they came, then read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from nbgemini._dataclass import dataclass, field
from nbgemini.core.exchange import Exchange
from nbgemini.core.pricing import total
from nbgemini.core.seams import Objects, RawAnswer
from nbgemini.errors import AnswerError, NbgeminiError, StoreError
from nbgemini.net.batch_results import Answered as Read
from nbgemini.replay.askings import Asking
from nbgemini.replay.lookup import Lookup
from nbgemini.store.batch_log import BatchLog
from nbgemini.store.ledger import GroupedLedger, Ledger
from nbgemini.store.sweep_lines import Answered, End
from nbgemini.studio.sending.attempt import FREE, Attempt
from nbgemini.studio.sending.commit import beside, keep_beside, record
from nbgemini.tuning.shooting.asked_shot import Nobody, ShotOrder, end_of, placed
from nbgemini.tuning.shooting.engine import Engine
from nbgemini.tuning.shooting.fates import Fate, Fates, state_of
from nbgemini.tuning.shooting.shots import MOST_JOINED, Answers, Entry, error_of

__all__ = ["Taken", "Taking"]

# Lines that are taken in at once: what they bring is forced together, and each time the list of all turns is written.
_TOGETHER = 256
_LARGEST = 64_000_000  # bytes of them


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOrder(ShotOrder):
    """The order of one shot of a job: what it asks is on disk, and no clock of this kernel's has a part in it."""

    job: BatchLog
    number: int
    sample: int
    cell: str
    lines: Ledger

    @property
    def ledger(self) -> Ledger:
        return self.lines

    def pending(self, found: Lookup, group: str = "", name: str = "") -> Exchange:
        began = datetime.fromisoformat(self.job.about.created) if self.job.about.created else datetime.now(UTC)
        created = (began + timedelta(microseconds=self.number)).isoformat(timespec="microseconds")
        return replace(
            self.shot,
            id=name,
            group=group,
            created=created,
            cell=self.cell,
            repeat=self.sample - 1,
            batch=self.job.about.id,
            estimate=self.job.estimates.get(name),
        )


@dataclass(slots=True)
class Taken:
    """What the lines of a job brought, by the ids of exchanges."""

    answered: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    foreign: int = 0
    nameless: int = 0
    unread: int = 0
    doubled: dict[str, int] = field(default_factory=dict)
    spare: list[str] = field(default_factory=list)
    costs: list[int | None] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many shots a line spoke of."""
        return len(self.answered) + len(self.failed)

    def has(self, key: str) -> bool:
        """Whether a line spoke of it."""
        return key in self.answered or key in self.failed

    @property
    def cost(self) -> int | None:
        return total(self.costs)


class Taking:
    """Takes in the lines of one job. What was taken before, by whomever, is left as it is.

    The file of results is on disk: so hundreds of answers are forced together, then looked at, and recorded together.
    Until then none of them is shown, or counts as collected. After a kill in between, the same lines are read again.
    """

    def __init__(self, engine: Engine, job: BatchLog) -> None:
        self._engine = engine
        self._job = job
        self._store = engine.order.means.store
        self._kept = self._store.grouped_answers()
        self._answers = Answers(Fates(self._store, engine.log), replayed=False)
        self._is_large = len(engine.entries) > MOST_JOINED
        self._waiting: dict[str, RawAnswer] = {}
        self._ends: dict[str, End] = {}
        self._turns: list[Exchange] = []
        self._found: list[Exchange] = []  # on disk already, and perhaps in no conversation yet
        self.ledger = GroupedLedger(self._store.ledger)
        self.objects: Objects = self._kept
        self.taken = Taken()

    def take(self, line: Read) -> None:
        """One line. Raises StoreError where the disk does not take it: nothing is lost, the results are still there."""
        taken, key = self.taken, line.key
        if line.unread:
            taken.unread += 1
        elif key is None or key not in self._job.shots:
            taken.nameless += key is None
            taken.foreign += key is not None
            self._stray(line)
        elif key in self._waiting or taken.has(key):
            self._again(line, key)
        elif line.error is not None:
            self._fail(key, line.error)
        elif not self._is_there(key):
            assert line.raw is not None
            self._kept.keep(key, line.raw)
            self._waiting[key] = line.raw
        if len(self._waiting) + len(self._ends) + len(self._found) >= _TOGETHER or self._kept.weight > _LARGEST:
            self.flush()

    def _is_there(self, key: str) -> bool:
        """Whether its answer was taken in before, here or by another kernel."""
        try:
            found = self._store.album.find(key)
        except NbgeminiError:
            return False
        if found is None:
            return False
        self.taken.costs.append(found.likely_cost)
        if found.outcome == "failed":
            self.taken.failed[key] = found.reason
            return True
        self.taken.answered.add(key)
        if found.turn is not None:
            self._found.append(replace(found.adopted(found.parent), replayed=True))
        return True

    def flush(self) -> None:
        """Force what waits, look at it, and fill it in. Raises StoreError."""
        waiting, self._waiting = self._waiting, {}
        self._kept.settle()
        try:
            for key, raw in waiting.items():
                self._look(key, raw)
        finally:
            self._commit()
            self._take_found()

    def _take_found(self) -> None:
        """What was recorded before, by a kernel that may have died before it was a turn of the conversation."""
        engine, found = self._engine, self._found
        self._found = []
        if not found:
            return
        if not self._store.album.has_turns([turn.id for turn in found]):
            self._keep(found)
        elif not self._is_large:
            engine.opened.change(lambda now: now.joined(*found))
        for turn in found:
            entry = engine.entries[self._job.shots[turn.id]]
            engine.order.means.purse.release(entry.key)
            if not entry.answer_id:
                self._fill_in(entry, turn)

    def _look(self, key: str, raw: RawAnswer) -> None:
        """An answer that is on disk."""
        attempt, client = self._attempt(self._job.shots[key], key), self._engine.order.means.client
        try:
            answer = client.interpret(raw, self._store.blobs)
        except StoreError:
            raise
        except NbgeminiError as error:
            if not error.pictures:
                self._fail(key, error)
                return
            answer = client.rescued(error.pictures)
        attempt.receive(answer)
        self._engine.notices.update(dict.fromkeys(attempt.job.notices))
        if attempt.error is None and attempt.exchange is not None:
            self.taken.answered.add(key)
            self.taken.costs.append(attempt.exchange.likely_cost)
            self._turns.append(attempt.exchange)
            return
        why = attempt.error or AnswerError("The answer cannot be used.")
        self.taken.costs.append(0 if why.charged in FREE else self._job.estimates.get(key))
        self._conclude(key, why)

    def _commit(self) -> None:
        """The money first, then records and turns, and with them on disk what became of each shot."""
        engine, turns, ends = self._engine, self._turns, self._ends
        self._turns, self._ends = [], {}
        self._store.owed.do(self.ledger.force)
        if turns:
            self._keep(turns)
        shots = self._job.shots
        # Of a shot that was asked anew since, this says nothing.
        ends = {key: end for key, end in ends.items() if engine.log.claimed(shots[key])[0] == key}
        if turns:
            with suppress(NbgeminiError):  # the records tell the same
                answers = [(turn.shot, turn.id, Answered(turn.likely_cost)) for turn in turns]
                engine.log.conclude(answers, forced=False)
        if ends:
            engine.log.conclude([(shots[key], key, end) for key, end in ends.items()], forced=True)
        for turn in turns:
            self._fill_in(engine.entries[turn.shot], turn)
        for key, end in ends.items():
            entry = engine.entries[shots[key]]
            entry.fail(error_of(end), state_of(end.kind, end.charged))
            engine.told(entry)

    def _keep(self, turns: Sequence[Exchange]) -> None:
        told = keep_beside(self._engine.opened, self._store, turns, joined=not self._is_large)
        self._engine.notices.update(dict.fromkeys(told))

    def _fill_in(self, entry: Entry, turn: Exchange) -> None:
        if self._is_large:
            entry.recall(Fate("done", name=turn.id, cost=turn.likely_cost), self._answers)
        else:
            entry.answer(turn)
        self._engine.told(entry)

    def _fail(self, key: str, error: NbgeminiError) -> None:
        """A line that is an error, or an answer that cannot be read."""
        self._conclude(key, error)
        free = error.charged in FREE
        (self.ledger.release if free else self.ledger.doubt)(key, reason=type(error).__name__)
        if free:
            self._engine.order.means.purse.release(key)
        self.taken.costs.append(0 if free else self._job.estimates.get(key))

    def _conclude(self, key: str, error: NbgeminiError) -> None:
        """A failed line is a failed shot, whatever failed: it is asked again when a user says so."""
        self.taken.failed[key] = error.message
        end = end_of(error)
        if state_of(end.kind, end.charged) == "free":
            end = replace(end, kind="AnswerError")
        self.put(key, end)

    def put(self, key: str, end: End) -> None:
        """Why a shot has no answer: put down and shown with what else waits."""
        self._ends[key] = end

    def _again(self, line: Read, key: str) -> None:
        """A key that came before: its first answer counts, and other ones of it are kept beside."""
        self.flush()
        raw = line.raw
        known = self._store.answer(key) if raw is not None else None
        if raw is None or (known is not None and known.skeleton == raw.skeleton):
            self.taken.doubled[key] = self.taken.doubled.get(key, 0) + 1
            return
        self.taken.doubled[key] = number = self.taken.doubled.get(key, 0) + 1
        self._spare(raw, beside(key, number), self._job.shots[key], "a batch brought more than one answer to its shot")

    def _stray(self, line: Read) -> None:
        """An answer of which nobody knows whose it is: never guessed by its place, and not thrown away."""
        if line.raw is None:
            return
        number = self.taken.foreign + self.taken.nameless
        first = next(iter(self._job.shots.values()))
        words = f"a shot of {self._engine.log.about.name}"
        self._spare(line.raw, beside(self._job.about.id, number), first, "a batch did not say of which shot", words)

    def _spare(self, raw: RawAnswer, name: str, number: int, reason: str, words: str = "") -> None:
        """Keep the picture of an answer that is of no shot, to be recovered."""
        self._kept.keep(name, raw)
        self._kept.settle()
        try:
            answer = self._engine.order.means.client.interpret(raw, self._store.blobs)
        except NbgeminiError:
            return
        if answer.turn is None or answer.turn.picture is None:
            return
        attempt = self._attempt(number, name)
        pending = attempt.order.pending(attempt.lookup, "", name)
        pending = replace(pending, words=words or pending.words, request_hash="" if words else pending.request_hash)
        record(self._store, replace(pending, answer=answer, outcome="orphan", reason=reason, shot=0))
        self.taken.spare.append(name)

    # -- the request that a line answers -------------------------------------------------------------------------------

    def _attempt(self, number: int, key: str) -> Attempt:
        engine, planned = self._engine, self._engine.log.planned(number)
        asked, means = planned.asked, engine.order.means
        ours = key in means.purse.kernel.sums  # the budget that counts is that of the kernel that submitted
        card = means.catalogue.find(asked.model).on(means.client.endpoint.backend)
        shared = engine.order.shared()
        order = BatchOrder(
            **{
                **shared,
                "means": replace(means, purse=means.purse if ours else replace(means.purse, free=True)),
                "wanted": replace(engine.order.wanted, options=asked.options, card=card),
                "batch": True,
            },
            shot=asked,
            job=self._job,
            number=number,
            sample=planned.sample,
            cell=engine.log.about.cell.rpartition(".")[0],
            lines=self.ledger,
        )
        lookup = Lookup(placed(asked, engine.opened.value.request(asked)), Asking(asked.request_hash, 1, 0))
        return Attempt(order, lookup, Nobody(), engine.log.about.id, name=key, shot=number)
