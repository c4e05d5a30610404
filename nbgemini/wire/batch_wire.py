"""A batch job on the wire: the body that creates it, and what is said of its state."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from nbgemini.core.batch_jobs import JobState, JobStatus, is_job_name
from nbgemini.core.redact import redact
from nbgemini.core.skeleton import Json
from nbgemini.wire.typed import Hide, mapping, mappings, word

__all__ = ["creation", "job_status", "listed"]

# `BATCH_STATE_…` on the wire, `JOB_STATE_…` in Google's examples and in its SDK.
_STATE = re.compile(r"(?:BATCH|JOB)_STATE_([A-Z_]+)")
_STATES: dict[str, JobState] = {
    "PENDING": "pending",
    "QUEUED": "pending",
    "RUNNING": "running",
    "CANCELLING": "running",
    "SUCCEEDED": "succeeded",
    "PARTIALLY_SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
    "EXPIRED": "expired",
}
# Names of files of results are longer than the 40 characters that an upload may choose.
_FILE = re.compile(r"files/[A-Za-z0-9_.-]{1,200}")
_MOST = 10**9  # requests in one job: a larger count is believed of nobody


def creation(shown: str, file: str) -> bytes:
    """The body that makes a job of an uploaded file."""
    return json.dumps({"batch": {"displayName": shown, "inputConfig": {"fileName": file}}}).encode()


def job_status(value: Json, hide: Hide = redact) -> JobStatus | None:
    """A job from the operation that stands for it; None for what is none."""
    top = mapping(value)
    meta = mapping(top.get("metadata")) or top
    name = top.get("name") if isinstance(top.get("name"), str) else meta.get("name")
    if not isinstance(name, str) or not is_job_name(name):
        return None
    stats, error = mapping(meta.get("batchStats")), mapping(top.get("error")) or mapping(meta.get("error"))
    code = error.get("code")
    return JobStatus(
        name=name,
        state=_state(meta.get("state") or top.get("state"), failed=bool(error)),
        shown=word(meta.get("displayName"), 400, hide),
        model=word(meta.get("model"), 200, hide).removeprefix("models/"),
        total=_count(stats.get("requestCount")),
        pending=_count(stats.get("pendingRequestCount")),
        succeeded=_count(stats.get("successfulRequestCount")),
        failed=_count(stats.get("failedRequestCount")),
        created=word(meta.get("createTime"), 40, hide),
        ended=word(meta.get("endTime"), 40, hide),
        results=_results(top, meta),
        error=word(error.get("message"), 1000, hide),
        code=code if type(code) is int else 0,
    )


def _state(value: Json, *, failed: bool) -> JobState:
    found = _STATE.fullmatch(value) if isinstance(value, str) else None
    state = _STATES.get(found[1]) if found else None
    return state or ("failed" if failed else "unknown")


def _results(top: Mapping[str, Json], meta: Mapping[str, Json]) -> str:
    """The file of the results; it stands in two places, and one of them may come later than the state."""
    for holder in (mapping(top.get("response")), mapping(meta.get("output"))):
        name = holder.get("responsesFile")
        if isinstance(name, str) and _FILE.fullmatch(name):
            return name
    return ""


def _count(value: Json) -> int | None:
    """Counts are 64-bit numbers, which travel as texts."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value[:12])
    return value if type(value) is int and 0 <= value < _MOST else None


def listed(value: Json, hide: Hide = redact) -> tuple[list[JobStatus], str]:
    """The jobs of one page of the list, and the token of the next page."""
    page = mapping(value)
    rows = [*mappings(page.get("operations")), *mappings(page.get("batches"))]
    token = page.get("nextPageToken")
    return [job for row in rows if (job := job_status(row, hide))], token if isinstance(token, str) else ""
