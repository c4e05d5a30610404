"""The end of a job: its results brought to disk, taken in line by line, and what became of every shot said once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from nbgemini.core.batch_jobs import JobStatus, nothing_more_ran
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import ON_THE_EMULATOR, dollars, total
from nbgemini.errors import NbgeminiError
from nbgemini.net.batch_results import answers_in
from nbgemini.net.flight import Flight
from nbgemini.store.batch_files import ResultsFile, pieces_of
from nbgemini.store.batch_log import BatchEnd, BatchLog, How
from nbgemini.store.sweep_lines import End
from nbgemini.tuning.batch.asking_jobs import elsewhere, is_gone
from nbgemini.tuning.batch.taking import Taken, Taking
from nbgemini.tuning.shooting.engine import Engine

__all__ = ["Collecting"]

_SECOND_LOOK = 1.0  # seconds before a file counts as gone
_NEVER_CAME = 24 * 3600.0  # seconds after the end of a job without a file of results


class Collecting:
    """Collects one job. `watch` lets an interrupt reach the download, `progress` hears how far it is."""

    def __init__(
        self,
        engine: Engine,
        log: BatchLog,
        *,
        watch: Callable[[Flight], None] = lambda flight: None,
        progress: Callable[[str], None] = lambda line: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._log = log
        self._watch = watch
        self._progress = progress
        self._now = now

    def run(self) -> str:
        """Collect it, if there is anything to collect: a line on why not, or empty. Raises nbgemini's errors.

        What was collected before, here or elsewhere, changes nothing.
        """
        with self._alone() as alone:
            self._log.refresh()
            if self._log.end is not None:
                return ""
            if not alone:
                return "Another kernel is collecting it."
            return self._collected()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        held = self._log.take_hold()
        try:
            yield held is not None
        finally:
            if held is not None:
                self._log.let_go(held)

    def _collected(self) -> str:
        status = self._log.status
        if status is None or not status.has_ended:
            return ""
        self._engine.order.means.store.pay_debts()
        if status.results:
            return self._read(status)
        if status.state == "succeeded" and self._age(status) < _NEVER_CAME:
            return "Google says that it is done, but names no file of results yet. Nothing is lost: collect it later."
        self._close(status, Taken())
        return ""

    def _age(self, status: JobStatus) -> float:
        """Seconds since a job ended, as far as that is told."""
        from datetime import datetime

        try:
            ended = datetime.fromisoformat(status.ended[:19] + "+00:00")
        except ValueError:
            return 0.0
        return self._now() - ended.timestamp()

    def _read(self, status: JobStatus) -> str:
        try:
            self._bring(status)
        except NbgeminiError as error:
            if not is_gone(error):
                raise
            if why := elsewhere(self._engine.order.means.client, self._log):
                return why
            self._lost(f"Its file of results is gone from Google ({error.message})", "gone")
            return ""
        taking, folder = Taking(self._engine, self._log), self._engine.order.means.store.files
        try:
            for done, line in enumerate(answers_in(pieces_of(folder, self._log.results_path), taking.objects), 1):
                taking.take(line)
                self._progress(f"taking in {done:,} of {counted(len(self._log.shots), 'answer')}")
        finally:
            taking.flush()
        self._close(status, taking.taken)
        if not taking.taken.unread:
            self._log.drop_results()
        return ""

    def _bring(self, status: JobStatus) -> None:
        """The results as a file on disk. Raises ApiError, TransportError, StoreError."""
        if os.path.exists(self._log.results_path):
            return
        calls = self._engine.order.means.client.batches
        with ResultsFile(self._engine.order.means.store.files, self._log.part_path) as file:
            for look in (1, 2):
                try:
                    calls.download(status.results, file, self._watch, self._told)
                    break
                except NbgeminiError as error:
                    if look == 2 or not is_gone(error):
                        raise
                    time.sleep(_SECOND_LOOK)  # a file may appear a moment later than the job's end
            file.publish(self._log.results_path)

    def _told(self, size: int) -> None:
        self._progress(f"fetching its results: {size / 1e6:.1f} MB")

    # -- what became of all of it --------------------------------------------------------------------------------------

    def lost(self, why: str, how: How = "gone") -> None:
        """Nothing more will come of it: say so of each of its shots. Raises StoreError."""
        with self._alone():
            self._log.refresh()
            if self._log.end is None:
                self._lost(why, how)

    def _lost(self, why: str, how: How) -> None:
        taking = Taking(self._engine, self._log)
        missing = self._missing(Taken())
        ran = how == "gone" and self._log.status is not None and self._log.status.state == "succeeded"
        kind, charged = ("AnswerMissing", "yes") if ran else ("OutcomeUnknown", "maybe")
        for key in missing:
            taking.put(key, End(kind=kind, message=f"{why}.", charged=charged, hint=self._hint, amount=self._sum(key)))
            taking.ledger.doubt(key, how)
        taking.flush()
        money = self._money("Charged, about" if ran else "May have been charged, up to about", missing) + "."
        lines = (f"{why}. {counted(len(missing), 'shot')} will get no answer.", money, f"{self._resume('--unknown')}.")
        self._log.put_end(BatchEnd(how=how, lines=lines, failed=len(missing) if ran else 0))

    def _close(self, status: JobStatus, taken: Taken) -> None:
        """Say of each shot without an answer what that means, and of the job how it ended."""
        missing = self._missing(taken)
        free = status.state != "succeeded" and nothing_more_ran(status, taken.seen)
        taking = Taking(self._engine, self._log)
        for key in missing:
            taking.put(key, self._end(status, key, free=free))
            if free:
                self._engine.order.means.purse.release(key)
            (taking.ledger.release if free else taking.ledger.doubt)(key, status.state)
        taking.flush()
        how: How = "collected" if status.state == "succeeded" else status.state  # type: ignore[assignment]  # it ended
        lines = (*_what_came(taken), *self._what_is_missing(status, missing, free=free))
        failed = len(taken.failed) + (len(missing) if how == "collected" else 0)  # of others it is not known
        self._log.put_end(BatchEnd(how=how, lines=lines, answered=len(taken.answered), failed=failed, cost=taken.cost))

    def _missing(self, taken: Taken) -> dict[str, int]:
        """The shots that no line speaks of, and that were not asked anew since."""
        log = self._engine.log
        log.refresh()
        shots = self._log.shots.items()
        return {key: number for key, number in shots if not taken.has(key) and log.claimed(number)[0] == key}

    def _end(self, status: JobStatus, key: str, *, free: bool) -> End:
        if status.state == "succeeded":
            said = "The batch ended without an answer for this shot."
            return End(kind="AnswerMissing", message=said, charged="maybe", amount=self._sum(key), hint=self._hint)
        what = {"failed": "failed", "cancelled": "was cancelled", "expired": "expired after 48 hours"}[status.state]
        if free:
            said = f"Its batch {what} before this shot was drawn."
            return End(
                kind="NotSent", message=said, charged="nothing sent", hint="`%imagine resume` asks for it again."
            )
        said = f"Its batch {what}, and it is not known whether this shot was drawn."
        return End(kind="OutcomeUnknown", message=said, charged="maybe", amount=self._sum(key), hint=self._hint)

    def _sum(self, key: str) -> str:
        return "" if self._log.about.backend == "emulator" else f"≈ {dollars(self._log.estimates.get(key))}"

    def _money(self, charged: str, missing: Iterable[str]) -> str:
        if self._log.about.backend == "emulator":
            return f"not charged: {ON_THE_EMULATOR}" if charged[0].islower() else f"Not charged: {ON_THE_EMULATOR}"
        return f"{charged} {dollars(total([self._log.estimates.get(key) for key in missing]))}"

    @property
    def _name(self) -> str:
        return self._engine.log.about.name

    @property
    def _hint(self) -> str:
        return f"`%imagine resume {self._name} --unknown` asks for it again."

    def _resume(self, word: str = "") -> str:
        return f"`%imagine resume {self._name}{f' {word}' if word else ''}` asks for them again, as a batch"

    def _what_is_missing(self, status: JobStatus, missing: dict[str, int], *, free: bool) -> Iterator[str]:
        """How it ended, what was charged, and what to do."""
        why = f": {status.error}" if status.error else ""
        if status.state == "failed":
            yield f"Google says that the job failed{why}."
        elif status.state == "expired":
            yield "It expired: Google gives a job 48 hours, and a job that expires has no results."
        if not missing:
            return
        shots, have = counted(len(missing), "shot"), "has" if len(missing) == 1 else "have"
        if free:
            yield f"{shots} never ran; not charged. {self._resume()}."
            return
        money = self._money("may have been charged, up to about", missing)
        word = "--failed" if status.state == "succeeded" else "--unknown"
        yield f"{shots} {have} no answer; {money}. {self._resume(word)}."


def _what_came(taken: Taken) -> Iterator[str]:
    """What the lines brought that is worth a word."""
    if taken.failed:
        first = next(iter(taken.failed.values()))
        yield f"{counted(len(taken.failed), 'line')} failed. The first: {first}"
    if taken.doubled:
        yield f"{counted(len(taken.doubled), 'shot')} came more than once: the first answer of each counts."
        yield "Google may have charged for the others, too."
    if taken.foreign:
        yield f"{_left_out(taken.foreign)} of no shot of this job."
    if taken.nameless:
        yield f"{_left_out(taken.nameless)} without a word on which shot is meant."
    if taken.spare:
        is_kept = "picture is kept" if len(taken.spare) == 1 else "pictures are kept"
        yield f"{len(taken.spare):,} spare {is_kept}: `%imagine recover` lists them."
    if taken.unread:
        yield f"{counted(taken.unread, 'line')} cannot be read; the file of results is kept in `.nbgemini/batches/`."


def _left_out(lines: int) -> str:
    return f"{counted(lines, 'line')} {'was' if lines == 1 else 'were'} left out:"
