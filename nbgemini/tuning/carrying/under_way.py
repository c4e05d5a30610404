"""A sweep on its way: waited for, awaited or given up, what each shot that ends sets off, and what it raises."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from nbgemini.bridge import Interrupted, Interrupts, Job, interrupt_of_task, stopped
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars, total
from nbgemini.errors import NbgeminiError, SweepFailed
from nbgemini.studio.conversations.reruns import Slot
from nbgemini.studio.pictures.saving import Target
from nbgemini.studio.sending.attempt import FREE
from nbgemini.tuning.holding.shot import Shot
from nbgemini.tuning.holding.shot_files import save_shot
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.shooting.engine import Engine
from nbgemini.tuning.shooting.shots import Entry
from nbgemini.tuning.wishes.forecast import Forecast

__all__ = ["Told", "UnderWay"]

_OTHERS = "Other requests of the cell that were sent are kept, too: `%imagine recover` lists them."


class UnderWay:
    """A sweep on its way: waited for, awaited or given up."""

    def __init__(self, sweep: Sweep, engine: Engine, job: Job[None], forecast: Forecast, *, strict: bool) -> None:
        self.sweep = sweep
        self.engine = engine
        self.job = job
        self.forecast = forecast
        self.on_shot: Callable[[Shot], Any] | None = None
        self._strict = strict
        self._told: set[int] = {entry.number for entry in sweep.entries if entry.has_ended}
        self._lock = threading.Lock()

    @property
    def made_jobs(self) -> bool:
        """Whether it made batch jobs, which go on when it has ended."""
        return bool(getattr(self.engine, "jobs", ()))

    def listen(self, on_shot: Callable[[Shot], Any] | None, *, live: bool) -> None:
        """Call this with each shot that has ended: from the thread that waits, or `live` from the one that asks."""
        self.on_shot = on_shot
        if live and on_shot is not None:
            before = self.engine.told

            def told(entry: Entry) -> None:
                before(entry)
                self.news()

            self.engine.told = told

    def news(self) -> None:
        """Tell `on_shot` of the shots that have ended since; what it raises is a notice."""
        if self.on_shot is None:
            return
        with self._lock:
            fresh = [entry for entry in self.sweep.entries if entry.has_ended and entry.number not in self._told]
            self._told.update(entry.number for entry in fresh)
        for entry in fresh:
            try:
                self.on_shot(self.sweep.shot(entry.number))
            except Exception as problem:
                self.engine.notices[f"`on_shot` raised {type(problem).__name__}: {str(problem)[:200]}"] = None

    def seconds_left(self) -> str | None:
        """About how long it will still take, once that can be told."""
        entries = self.sweep.entries
        made = sum(entry.standing == "done" and not entry.replayed for entry in entries)
        left = sum(entry.standing in ("waiting", "under way") for entry in entries)
        if made < max(2, self.engine.workers // 2):
            return None
        seconds = self.job.seconds / made * left
        return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"

    def wait(
        self,
        tick: Callable[[], None] = lambda: None,
        *,
        interrupts: Interrupts,
        reenter: bool = False,
    ) -> Sweep:
        """Wait for all of it. Raises KeyboardInterrupt when the user stops waiting: what is there stays there."""

        def on_tick(_: Job[None]) -> None:
            self.news()
            tick()

        try:
            self.job.wait(on_tick, interrupts=interrupts, reenter=reenter)
        except Interrupted as given_up:
            raise self.interruption(given_up) from None
        self.news()
        return self.checked()

    async def awaited(self) -> Sweep:
        """Wait on the caller's own loop."""
        try:
            await self.job.awaited()
        except Interrupted as given_up:
            raise self.interruption(given_up) from None
        self.news()
        return self.checked()

    def interruption(self, given_up: Interrupted) -> KeyboardInterrupt:
        """A KeyboardInterrupt that says what is there, what will come and how to go on."""
        entries = self.sweep.entries
        done, on_way = (sum(entry.standing == word for entry in entries) for word in ("done", "under way"))
        lines = [f"stopped: {done:,} of {counted(len(entries), 'shot')} are done."]
        if on_way:
            it = "is" if on_way == 1 else "are"
            lines.append(f"{on_way:,} {it} on the way: answers are kept, and appear on the sheet when they arrive.")
        lines.append(f"`%imagine resume {self.sweep.name}` asks for the rest.")
        if given_up.cancelled:
            return stopped(lines[0], *lines[1:], _OTHERS, kind=interrupt_of_task)
        return stopped(lines[0], *lines[1:])

    def checked(self) -> Sweep:
        """The grid. Raises SweepFailed where all failed, or one with `strict`."""
        entries, why = self.sweep.entries, self.engine.stopped_by
        done = [entry for entry in entries if entry.standing == "done"]
        if why is not None and not done:
            why.grid = self.sweep  # type: ignore[attr-defined]  # as with SweepFailed
            raise why
        bad = [entry for entry in entries if entry.standing != "done" and entry.error is not None]
        if bad and (not done or self._strict):
            raise _failed(self.sweep, bad)
        return self.sweep


class Told:
    """What is done as soon as a shot has ended: its turn is the cell's, and its picture goes where `save` says."""

    def __init__(self, sweep: Sweep, engine: Engine, slot: Slot | None, target: Target | None) -> None:
        self._sweep = sweep
        self._engine = engine
        self._slot = slot
        self._target = target
        self._sampled = any(entry.sample > 1 for entry in sweep.entries)

    def begin(self) -> None:
        """For the shots that have ended already."""
        if self._slot is not None:
            self._engine.opened.trail.spread(self._slot, self._sweep.entries[0].parent, ())
        for entry in self._sweep.entries:
            self(entry)

    def __call__(self, entry: Entry) -> None:
        if not entry.answer_id:
            return
        if self._slot is not None:
            self._engine.opened.trail.spread(self._slot, entry.parent, (entry.answer_id,))
        if self._target is not None:
            try:
                save_shot(self._sweep.shot(entry.number), self._target, sampled=self._sampled)
            except NbgeminiError as problem:
                self._engine.notices[f"Not saved: {problem.message}"] = None


def _failed(sweep: Sweep, bad: Sequence[Entry]) -> SweepFailed:
    """The error for a sweep, in the words of the first of its shots."""
    first = bad[0].error
    assert first is not None  # those are the bad ones
    if len(bad) == len(sweep):
        message = f"All {counted(len(bad), 'shot')} failed. The first: {first.message}"
    else:
        message = f"{len(bad):,} of {counted(len(sweep), 'shot')} failed. The first: {first.message}"
    paid = [entry for entry in bad if entry.error is not None and entry.error.charged not in FREE]
    charged = paid[0].error.charged if paid and paid[0].error is not None else first.charged
    billed = [entry for entry in paid if not entry.emulated]
    amount = f"≈ {dollars(total([entry.estimate for entry in billed]))}" if billed else ""
    error = SweepFailed(message, hint=first.hint, charged=charged, amount=amount)
    error.grid = sweep
    return error
