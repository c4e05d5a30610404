"""What users hold of a batch job: what is known of it, and what can be done."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from nbgemini.core.batch_jobs import EXPIRES_AFTER
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars, total
from nbgemini.net.flight import Flight
from nbgemini.store.batch_log import BatchLog

__all__ = ["BatchJob", "Handled"]


class Handled(Protocol):
    """What a job asks of the batches of its kernel."""

    def refresh(self, log: BatchLog) -> None: ...
    def collect(
        self, log: BatchLog, *, watch: Callable[[Flight], None] = ..., progress: Callable[[str], None] = ...
    ) -> None: ...
    def cancel(self, log: BatchLog) -> None: ...
    def problem(self, log: BatchLog) -> str: ...


class BatchJob:
    """One job of `nb.batches()`; `sweep` is the name of the sweep that it draws.

    `collect()` asks Google and takes in what has come, `cancel()` ends it, `refresh()` only asks, `wait()` waits.

    >>> (job,) = nb.batches("night")
    >>> job.sweep, job.model, job.total, job.emulated
    ('night', 'gemini-3.1-flash-lite-image', 2, True)
    >>> job.google_name.startswith("batches/"), len(job.id) > 8, job.age < 60
    (True, True, True)
    >>> job.price, job.failed, job.problem
    (0.034396, 0, '')
    >>> job.expires > job.created, job.lives, job.done, job.state in ("pending", "running"), job.lines
    (True, True, 0, True, ())
    """

    def __init__(self, log: BatchLog, sweep: str, behind: Handled) -> None:
        self.log = log
        self.sweep = sweep
        self._behind = behind

    @property
    def id(self) -> str:
        """Its ID in the store, as `%imagine batches` shows it."""
        return self.log.about.id

    @property
    def google_name(self) -> str:
        """What Google calls it (`batches/…`); empty while that is not known."""
        return self.log.name

    @property
    def model(self) -> str:
        """The id of the model that draws."""
        return self.log.about.model

    @property
    def lives(self) -> bool:
        """Whether answers may still come of it."""
        return self.log.lives

    @property
    def state(self) -> str:
        """`pending`, `running`, `succeeded` (not collected yet), `collected`, `failed`, `cancelled`, `expired`, `gone`,
        `refused`, `given up`, or `unconfirmed`: it is not known whether it was created."""
        if self.log.end is not None:
            return self.log.end.how
        return "unconfirmed" if self.log.status is None else self.log.status.state

    @property
    def total(self) -> int:
        """How many shots it asks for."""
        return len(self.log.shots)

    @property
    def done(self) -> int:
        """How many of them have ended, as far as Google tells."""
        if self.log.end is not None:
            return self.log.end.answered + self.log.end.failed
        status = self.log.status
        if status is None:
            return 0
        waiting = self.total if status.pending is None or status.has_ended else status.pending
        return max(0, min(self.total, max(status.done, self.total - waiting)))

    @property
    def failed(self) -> int:
        """How many of them have ended without an answer that can be used."""
        end, status = self.log.end, self.log.status
        return end.failed if end is not None else (status.failed or 0) if status is not None else 0

    @property
    def created(self) -> str:
        """When it was submitted, as an ISO moment."""
        return self.log.about.created

    @property
    def age(self) -> float:
        """Seconds since it was submitted."""
        began = _moment(self.created)
        return 0.0 if began is None else max(0.0, time.time() - began.timestamp())

    @property
    def expires(self) -> str:
        """When it expires, as an ISO moment; empty once it has ended."""
        began = _moment(self.created)
        if began is None or not self.lives or (self.log.status is not None and self.log.status.has_ended):
            return ""
        return datetime.fromtimestamp(began.timestamp() + EXPIRES_AFTER, UTC).isoformat(timespec="seconds")

    @property
    def micro(self) -> int | None:
        """What it costs in micro-dollars: the estimate, once collected what its answers say."""
        end = self.log.end
        if end is not None and end.cost is not None and end.how != "gone":
            return end.cost
        return total(list(self.log.estimates.values()))

    @property
    def price(self) -> float | None:
        """The same in US dollars; None: unknown. The emulator's is what it would be."""
        return None if self.micro is None else self.micro / 1e6

    @property
    def emulated(self) -> bool:
        """Whether the emulator draws it."""
        return self.log.about.backend == "emulator"

    @property
    def problem(self) -> str:
        """Why nothing more is known of it, or can be had; empty: nothing is wrong."""
        return self._behind.problem(self.log)

    @property
    def lines(self) -> tuple[str, ...]:
        """What became of it, in sentences; empty while it lives."""
        return self.log.end.lines if self.log.end is not None else ()

    def refresh(self) -> BatchJob:
        """Ask Google what became of it. Costs nothing.

        >>> job.refresh().lives
        True
        """
        self._behind.refresh(self.log)
        return self

    def collect(
        self, *, watch: Callable[[Flight], None] = lambda flight: None,
        progress: Callable[[str], None] = lambda line: None,
    ) -> BatchJob:  # fmt: skip
        """Ask Google, and take in what has come. A second time changes nothing. Raises nbgemini's errors.

        >>> job.collect().total
        2
        """
        self._behind.refresh(self.log)
        self._behind.collect(self.log, watch=watch, progress=progress)
        return self

    def cancel(self) -> BatchJob:
        """Ask Google to end it, and take in what came by then. Raises nbgemini's errors.

        >>> job.cancel().state
        'cancelled'
        """
        self._behind.cancel(self.log)
        self._behind.collect(self.log)
        return self

    def wait(self, timeout: float | None = None, pause: float = 10.0) -> BatchJob:
        """Wait until it has ended and is collected, or `timeout` seconds; look every `pause` seconds.

        >>> _ = nb.emulator(batch_seconds=0)
        >>> soon = nb.sweep("{style} foxes", style=["ink"], model="flash-lite", new=True, batch=True, name="soon")
        >>> nb.batches("soon")[0].wait(timeout=30, pause=0.05).state
        'collected'
        """
        until = None if timeout is None else time.monotonic() + timeout
        while self.collect().lives and (until is None or time.monotonic() < until):
            time.sleep(pause if until is None else max(0.0, min(pause, until - time.monotonic())))
        return self

    def told(self) -> str:
        """`running · 3 of 24 shots done · 12 min old · ≈ $0.41 at half the price · expires 2026-12-01 14:03 UTC`.

        >>> job.told()
        'cancelled · 0 of 2 shots done · ... old · emulator · $0, would be $0'
        """
        facts = [self.state, f"{self.done:,} of {counted(self.total, 'shot')} done", f"{age_words(self.age)} old"]
        about = (
            f"{'≈ ' if self.log.end is None else ''}{dollars(self.micro)} at half the price"
            if self.micro != 0
            else "$0"
        )
        facts.append(f"emulator · $0, would be {about}" if self.emulated else about)
        if self.expires:
            facts.append(f"expires {self.expires[:16].replace('T', ' ')} UTC")
        return " · ".join(facts)

    def __repr__(self) -> str:
        return f"<Batch {self.id} of {self.sweep}: {self.told()}>"


def age_words(seconds: float) -> str:
    """`40 s`, `12 min`, `3.5 h`, `2 days`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 2 * 86400 else f"{seconds / 86400:.0f} days"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
