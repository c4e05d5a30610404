"""The batch jobs of a store in one kernel: asked, collected, cancelled, and watched from the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from nbgemini.core.batch_jobs import JobStatus
from nbgemini.errors import ConversationError, NbgeminiError
from nbgemini.net.failures import interrupted
from nbgemini.net.flight import Flight
from nbgemini.store.batch_log import BatchLog, How
from nbgemini.store.sweep_lines import About
from nbgemini.tuning.batch.asking_jobs import ask, elsewhere, is_gone, release_unsent
from nbgemini.tuning.batch.batch_job import BatchJob
from nbgemini.tuning.batch.collecting import Collecting
from nbgemini.tuning.batch.watching import Watcher
from nbgemini.tuning.shooting.engine import Engine

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["Batching"]

Line = Callable[[str], None]
_STEP = 0.2  # seconds between two looks whether a wait was given up


class Runs(Protocol):
    """What batches ask of the sweeps of this kernel."""

    def about(self, sweep: str) -> About | None:
        """A sweep by its id."""

    def engine_of(self, about: About) -> Engine:
        """What takes answers in for a sweep that was asked before. Raises nbgemini's errors."""


class Batching:
    """The batch jobs of a store. `runs` are the sweeps that they belong to."""

    def __init__(self, studio: Studio, runs: Runs) -> None:
        self._studio = studio
        self._runs = runs
        self._problems: dict[str, str] = {}
        self._taken: dict[str, threading.RLock] = {}  # by job, while a thread collects it
        self.watcher = Watcher(self._living, self._turn)

    # -- which there are -----------------------------------------------------------------------------------------------

    def jobs(self, sweep: str | None = None) -> list[BatchJob]:
        """Every job that was, or may have been, created; of one sweep, by its id, or of all. Raises StoreError."""
        release_unsent(self._studio.store)
        return [self._handle(log) for log in self._logs(sweep)]

    def is_batched(self, sweep: str) -> bool:
        """Whether shots of a sweep were to be asked as a batch, also where no job came of it. Raises StoreError."""
        return bool(self._studio.store.batches.of_sweep(sweep))

    def _logs(self, sweep: str | None = None) -> list[BatchLog]:
        store = self._studio.store
        logs = store.batches.all() if sweep is None else store.batches.of_sweep(sweep)
        return [log for log in logs if log.sent and (log.end is None or log.end.how != "refused")]

    def _living(self, sweeps: frozenset[str]) -> list[BatchLog]:
        with suppress(NbgeminiError):
            return [log for log in self._logs() if log.about.sweep in sweeps and log.lives]
        return []

    def _handle(self, log: BatchLog) -> BatchJob:
        about = self._runs.about(log.about.sweep)
        return BatchJob(log, about.name if about is not None else log.about.sweep, self)

    def named(self, text: str) -> list[BatchJob]:
        """The jobs that an id, the beginning of one, Google's name or a sweep's name means. Raises ConversationError,
        also for a job that is there and that nbgemini did not make."""
        jobs = self.jobs()
        found = [job for job in jobs if text in (job.id, job.google_name, job.sweep)]
        found = found or [job for job in jobs if len(text) >= 4 and job.id.startswith(text)]
        if found:
            return found
        if (status := self._stranger(text)) is not None:
            raise ConversationError(_not_ours(status), hint=_THEIRS)
        raise ConversationError(f"There is no batch `{text[:80]}`.", hint="`%imagine batches` lists them.")

    def _stranger(self, text: str) -> JobStatus | None:
        """A job that this store did not make, by its name at Google or by the one that it is shown under.

        It is looked for in the list: asked for by itself, one that has its answers inline brings all of them.
        """
        with suppress(NbgeminiError):
            listed = self._studio.client().batches.listed()
            return next(
                (job for job in listed if text in (job.name, job.name.removeprefix("batches/"), job.shown)), None
            )
        return None

    def strangers(self) -> list[JobStatus]:
        """The jobs of the project that this store did not make. Raises nbgemini's errors."""
        logs = self._logs()
        ours = {log.about.shown for log in logs} | {log.name for log in logs if log.name}
        return [job for job in self._studio.client().batches.listed() if not {job.shown, job.name} & ours]

    # -- what becomes of them ------------------------------------------------------------------------------------------

    def refresh(self, log: BatchLog) -> None:
        """Ask Google now. What is in the way is the job's `problem`. Raises StoreError."""
        log.refresh()
        if not log.lives or self._studio.store.batches.is_being_created(log):
            return
        seen = ask(self._studio.client(), log)
        self._problems[log.about.id] = seen.problem
        if seen.gone:
            self._lost(log, seen.problem.rstrip("."), "gone")

    def collect(
        self,
        log: BatchLog,
        *,
        watch: Callable[[Flight], None] = lambda flight: None,
        progress: Line = lambda line: None,
    ) -> None:
        """Take the answers of a job in, if it has ended. Raises nbgemini's errors; the next time goes on from there.

        Where another thread of this kernel is at it, this waits until that has done.
        """
        with self._one_at_a_time(log, watch):
            log.refresh()
            if not log.lives or log.status is None or not log.status.has_ended or self._closed(log):
                return
            self._problems[log.about.id] = self._collecting(log, watch, progress).run()
        self.watcher.tell(log.about.sweep)

    @contextmanager
    def _one_at_a_time(self, log: BatchLog, watch: Callable[[Flight], None]) -> Iterator[None]:
        turn = self._taken.setdefault(log.about.id, threading.RLock())
        waits = Flight(float("inf"))
        watch(waits)
        while not turn.acquire(timeout=_STEP):
            if waits.cancelled:
                raise interrupted(waits)
        try:
            yield
        finally:
            turn.release()

    def _closed(self, log: BatchLog) -> bool:
        why = elsewhere(self._studio.client(), log)
        return bool(why) and log.about.backend != self._studio.client().endpoint.backend

    def cancel(self, log: BatchLog) -> None:
        """Ask Google to end a job; one that nobody knows of counts as ended. Raises nbgemini's errors."""
        self.refresh(log)
        if not log.lives:
            return
        if self._studio.store.batches.is_being_created(log):
            raise ConversationError(
                f"A kernel is creating batch `{log.about.id}` at this moment.", hint="Try again in a minute."
            )
        if not log.name:
            said = f"No job of the name `{log.about.shown}` was found at Google, and it was given up"
            self._lost(log, said, "given up")
            return
        try:
            self._studio.client().batches.cancel(log.name)
        except NbgeminiError as error:
            if not is_gone(error):
                raise
            self._lost(log, f"Google does not show `{log.name}` with this key, and it was given up", "given up")
        self.refresh(log)

    def _lost(self, log: BatchLog, why: str, how: How) -> None:
        self._collecting(log).lost(why, how)
        self.watcher.tell(log.about.sweep)

    def give_up_unknown(self, sweep: str) -> None:
        """Jobs of a sweep that may have been created, and that Google's list does not have: nothing is waited for."""
        for log in self._logs(sweep):
            if log.lives and not log.name and not self._studio.store.batches.is_being_created(log):
                self.cancel(log)

    def problem(self, log: BatchLog) -> str:
        """Why nothing more is known of a job, or can be had; empty: nothing is wrong."""
        return self._problems.get(log.about.id, "") if log.lives else ""

    def _collecting(
        self,
        log: BatchLog,
        watch: Callable[[Flight], None] = lambda flight: None,
        progress: Line = lambda line: None,
    ) -> Collecting:
        about = self._runs.about(log.about.sweep)
        if about is None:
            raise ConversationError(
                f"The sweep of batch `{log.about.id}` is not in this store, so its answers have no place.",
                hint="Copy the whole `.nbgemini` folder, `sweeps/` too.",
            )
        return Collecting(self._runs.engine_of(about), log, watch=watch, progress=progress)

    def _turn(self, log: BatchLog) -> None:
        """Ask for a job, and take in what has come. Raises nbgemini's errors, which are its `problem` from then on."""
        try:
            self.refresh(log)
            self.collect(log)
        except NbgeminiError as error:
            self._problems[log.about.id] = f"{error.message} {error.hint}".strip()
            raise

    def follow(self, sweep: str, told: Callable[[], None] = lambda: None) -> None:
        """Watch the living jobs of a sweep from the background; `told` is called after each look."""
        if any(log.lives for log in self._logs(sweep)):
            self.watcher.watch(sweep, told)

    def settle(self, sweep: str) -> None:
        """Ask for the living jobs of a sweep, and take in what has come. What fails is each job's `problem`."""
        for log in self._logs(sweep):
            if log.lives:
                with suppress(NbgeminiError):
                    self._turn(log)


_THEIRS = "What made it collects it, too: in Google's SDK `client.batches.get(name=…)`."


def _not_ours(status: JobStatus) -> str:
    shown = f" (“{status.shown[:60]}”)" if status.shown else ""
    if status.shown.startswith("nbgemini-"):
        return f"`{status.name}`{shown} was made by nbgemini in another store: collect it where that is."
    return f"`{status.name}`{shown} is not ours: something else made it, and nbgemini does not collect it."
