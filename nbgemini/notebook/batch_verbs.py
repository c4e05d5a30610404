"""`%imagine batches`: which jobs there are, what became of them, and what can be done about them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from nbgemini.bridge import Interrupted, Interrupts, Job, stopped
from nbgemini.core.phrases import counted
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.notebook.cell.batch_table import batch_lines, batch_table, called, sheet_lines
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.screen import Place, Screen
from nbgemini.tuning.batch.batch_job import BatchJob
from nbgemini.tuning.front import sweeping

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio
    from nbgemini.tuning.batch.all_jobs import Batching

__all__ = ["batches_verb"]

_WORDS = ("--collect", "--cancel", "--watch")
_LOOK = 2.0  # seconds between two looks of `--watch`, longer for older jobs
_NONE = "There are no batches in this store yet. `--batch` in a cell makes one: half the price, within 24 hours."


def batches_verb(studio: Studio, words: Sequence[str], screen: Screen) -> Iterable[Bundle]:
    """`%imagine batches [ID] [--collect | --cancel | --watch]`. Raises nbgemini's errors."""
    names, flag = _read(words)
    batching = sweeping(studio).batching
    jobs = batching.named(names[0]) if names else batching.jobs()
    if flag == "--cancel" and not names:
        raise OptionError("`%imagine batches --cancel` takes the ID of a job; `%imagine batches` lists them.")
    strangers = _others(batching) if not names and flag == "" else ()
    if not jobs:
        return [line_bundle(_NONE, *strangers)]
    work = {"--collect": _collect, "--cancel": _cancel, "--watch": _watch}.get(flag, _refresh)
    line, lived = Place(screen), [job for job in jobs if job.lives]
    told = work(jobs, lambda text: line.put(line_bundle(text)) if screen.follows else None)
    told += sheet_lines(job for job in lived if job.state == "collected")
    return [batch_table(jobs), *([line_bundle(*told, *strangers)] if (told or strangers) else [])]


def _read(words: Sequence[str]) -> tuple[list[str], str]:
    """The IDs, and the one flag. Raises OptionError."""
    names = [word for word in words if not word.startswith("-")]
    flags = [word for word in words if word.startswith("-")]
    if strange := next((word for word in flags if word not in _WORDS), None):
        raise OptionError(f"`{strange}` is not an option of `%imagine batches`; it takes {', '.join(_WORDS)}.")
    if len(flags) > 1:
        raise OptionError(f"`{flags[0]}` and `{flags[1]}` do not go together.")
    if len(names) > 1:
        raise OptionError("`%imagine batches` takes one ID, as in `%imagine batches 3f2a5b7c --collect`.")
    return names, "".join(flags)


Line = Callable[[str], None]


def _refresh(jobs: Sequence[BatchJob], told: Line) -> list[str]:
    _worked(lambda _: [job.refresh() for job in jobs if job.lives], told)
    return [line for job in jobs for line in batch_lines(job, alone=len(jobs) == 1 and not job.lives)]


def _collect(jobs: Sequence[BatchJob], told: Line) -> list[str]:
    """Each job's end is told, also of those that were collected before."""
    problems: dict[str, str] = {}

    def work(job: Job[None]) -> None:
        for one in jobs:
            if one.lives and not job.abandoned:
                try:
                    one.collect(watch=job.watch, progress=lambda line: setattr(job, "progress", line))
                except NbgeminiError as error:
                    problems[one.id] = f"`{called(one)}`: {error}"

    _worked(work, told)
    return [line for job in jobs for line in (problems.get(job.id), *batch_lines(job, alone=True)) if line]


def _cancel(jobs: Sequence[BatchJob], told: Line) -> list[str]:
    def work(_: Job[None]) -> None:
        for one in jobs:
            if one.lives:
                one.cancel()

    over = [f"`{called(job)}` had ended already." for job in jobs if not job.lives]
    _worked(work, told)
    return [*over, *(line for job in jobs for line in batch_lines(job, alone=True))]


def _watch(jobs: Sequence[BatchJob], told: Line) -> list[str]:
    """Look and collect until all have ended; an interrupt ends the watch and nothing else."""

    def work(job: Job[None]) -> None:
        due = dict.fromkeys((one.id for one in jobs), 0.0)
        while not job.abandoned and any(one.lives for one in jobs):
            for one in jobs:
                if one.lives and time.monotonic() >= due[one.id] and not job.abandoned:
                    one.collect(watch=job.watch)
                    due[one.id] = time.monotonic() + min(60.0, max(_LOOK, one.age / 20))
            living = [one for one in jobs if one.lives]
            job.progress = "; ".join(f"{one.sweep}: {one.told()}" for one in living[:4])
            time.sleep(0.1)

    _worked(work, told, watching=True)
    return [line for job in jobs for line in batch_lines(job, alone=True)]


def _worked(work: Callable[[Job[None]], object], told: Line, *, watching: bool = False) -> None:
    """Do it on a thread of its own, so that an interrupt ends the wait; say what it is at."""
    said = ""

    def tick(job: Job[None]) -> None:
        nonlocal said
        if job.progress and job.progress != said and job.seconds > 0.4:
            said = job.progress
            told(said)

    def run(job: Job[None]) -> None:
        work(job)

    try:
        with Interrupts() as interrupts:
            Job(run, name="nbgemini-batches").wait(tick, interrupts=interrupts)
    except Interrupted:
        left = "The jobs go on at Google" if watching else "What was taken in stays"
        raise stopped(f"stopped. {left}; `%imagine batches --collect` goes on.") from None
    if said:
        told("")


def _others(batching: Batching) -> list[str]:
    """Jobs of the project that nbgemini did not make here; nothing where they cannot be listed."""
    try:
        found = batching.strangers()
    except NbgeminiError:
        return []
    if not found:
        return []
    shown = ", ".join(f"`{job.name}`" + (f" (“{job.shown[:40]}”)" if job.shown else "") for job in found[:3])
    more = f" and {len(found) - 3} older" if len(found) > 3 else ""
    count, one = counted(len(found), "job"), len(found) == 1
    left = "is not ours, and is left alone" if one else "are not ours, and are left alone"
    return [f"{count} of this project {left}: {shown}{more}."]
