"""A batch job as Google shows it, as a value; and the limits that Google sets to batches."""

from __future__ import annotations

from typing import Literal

from nbgemini._dataclass import dataclass

__all__ = [
    "ENDED", "EXPIRES_AFTER", "LARGEST_INPUT", "MOST_JOBS", "JobState", "JobStatus", "is_job_name",
    "nothing_more_ran",
]  # fmt: skip

JobState = Literal["pending", "running", "succeeded", "failed", "cancelled", "expired", "unknown"]
ENDED: tuple[JobState, ...] = ("succeeded", "failed", "cancelled", "expired")

# Limits as Google's page on batches printed them in November 2026 (ai.google.dev/gemini-api/docs/batch-api); those of
# enqueued tokens are the models' own, in `models.json`.
LARGEST_INPUT = 2_000_000_000  # bytes of one input file
MOST_JOBS = 100  # that are not done, in one project
EXPIRES_AFTER = 48 * 3600  # seconds, pending or running: then a job has no results


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """A job as it was seen. `name` is `batches/…`, `results` the file of its answers (`files/…`), empty while there is
    none. Counts are None where nothing is said of them. `created` and `ended` are ISO moments. `error` is why all of it
    failed, `code` its google.rpc code.
    """

    name: str
    state: JobState
    shown: str = ""
    model: str = ""
    total: int | None = None
    pending: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    created: str = ""
    ended: str = ""
    results: str = ""
    error: str = ""
    code: int = 0

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def done(self) -> int:
        """How many of its requests have an answer, or failed."""
        return (self.succeeded or 0) + (self.failed or 0)


# Codes of google.rpc that refuse a job as a whole, before anything of it runs.
_REFUSES = {3, 5, 7, 8, 9, 11, 12, 16}


def nothing_more_ran(status: JobStatus, answered: int) -> bool:
    """Whether nothing of a job that ended early ran beside the `answered` requests whose lines are there.

    Counts of zero are left out on the wire, so that a total without them says that nothing ran.
    """
    if status.total is not None:
        return status.done <= answered
    return status.state == "failed" and status.code in _REFUSES


def is_job_name(text: str) -> bool:
    """Whether a text could be the name of a job at Google: `batches/` and letters that may stand in an address."""
    ident = text.removeprefix("batches/")
    return (
        text.startswith("batches/") and 0 < len(ident) <= 200 and ident.isascii() and ident.replace("-", "").isalnum()
    )
