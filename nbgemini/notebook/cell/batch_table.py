"""Batch jobs as people read them: a table of them, and what became of each in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.tables import table_bundle
from nbgemini.notebook.show.texts import moment, one_line
from nbgemini.tuning.batch.batch_job import BatchJob, age_words

__all__ = ["batch_lines", "batch_table", "called", "footer_lines", "sheet_lines"]

_HEAD = ("id", "sweep", "state", "shots", "age", "price", "expires (UTC)", "at Google")
_EXPIRES = _HEAD.index("expires (UTC)")
_NOTE = "`%imagine batches --collect` takes in what is done, `--watch` waits for it, `--cancel ID` ends a job."


def batch_table(jobs: Sequence[BatchJob]) -> Bundle:
    """The jobs, the newest last. When they expire is told where any of them may."""
    rows = [
        [
            called(job),
            one_line(job.sweep, 40),
            job.state,
            f"{job.done:,} of {job.total:,}" + (f", {job.failed:,} failed" if job.failed else ""),
            age_words(job.age),
            price_of(job),
            moment(job.expires) if job.expires else "–",
            job.google_name or "not known",
        ]
        for job in jobs
    ]
    head = list(_HEAD)
    if not any(job.expires for job in jobs):
        for row in (head, *rows):
            del row[_EXPIRES]
    return table_bundle(counted(len(jobs), "batch job"), head, rows, _NOTE if any(job.lives for job in jobs) else "")


def called(job: BatchJob) -> str:
    """As many letters of its ID as tell it from others, and as every verb takes."""
    return job.id[:8]


def price_of(job: BatchJob) -> str:
    """Half the standard price, estimated until it is known."""
    if job.micro == 0:
        return "$0"
    sum_ = dollars(job.micro) if job.state == "collected" else f"≈ {dollars(job.micro)}"
    return f"$0, would be {sum_}" if job.emulated else sum_


def batch_lines(job: BatchJob, *, alone: bool) -> Iterator[str]:
    """What is to be said of a job: why nothing more is known, or, where it is looked at `alone`, how it stands."""
    name = f"`{called(job)}` of `{one_line(job.sweep, 60)}`"
    if job.problem:
        yield f"{name}: {job.problem}"
    elif alone and job.lives:
        yield f"{name}: {job.told()}"
    elif alone and job.state == "collected":
        yield f"{name} is collected: {job.total - job.failed:,} of {counted(job.total, 'shot')}, {price_of(job)}."
        yield from (f"↳ {line}" for line in job.lines)
    elif alone:
        yield f"{name}: {job.state}."
        yield from (f"↳ {line}" for line in job.lines)


def sheet_lines(jobs: Iterable[BatchJob]) -> Iterator[str]:
    """Where the pictures of jobs are that were just collected."""
    names = list(dict.fromkeys(job.sweep for job in jobs))
    if len(names) > 2:
        yield "`nbgemini.open(NAME)` shows the sheet of each; `%imagine pick NAME/N` goes on from shot N."
        return
    for name in names:
        yield f'`nbgemini.open("{name}")` shows the sheet; `%imagine pick {name}/N` goes on from shot N.'


def _asked_again(job: BatchJob, later: Sequence[BatchJob]) -> bool:
    """Whether all of its shots are in later jobs."""
    return set(job.log.shots.values()) <= {number for other in later for number in other.log.shots.values()}


def footer_lines(jobs: Sequence[BatchJob], *, follows: bool) -> Iterator[str]:
    """What a cell says of the jobs of its sweep; `follows`: its sheet can be put anew when pictures come."""
    for at, job in enumerate(jobs):
        if job.lives:
            yield f"Batch `{called(job)}`: {job.told()}"
            if job.problem:
                yield job.problem
        elif job.lines and not _asked_again(job, jobs[at + 1 :]):
            yield f"Batch `{called(job)}` ({job.state}): {' '.join(job.lines)}"
    if any(job.lives for job in jobs):
        here = "The sheet fills in by itself while this kernel runs." if follows else ""
        yield f"{here} `%imagine batches --watch` waits for it, `--collect` asks once.".strip()
