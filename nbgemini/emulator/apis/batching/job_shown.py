"""A batch job as the API shows it: a long-running operation, its fields in the order of the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ...apierrors import INTERNAL
from .job_fate import Job, Standing

__all__ = ["file_resource", "operation", "stamp"]

_TYPE = "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch"
# Codes of google.rpc; which ones Google uses was not recorded.
_ERRORS = {
    "FAILED": (13, INTERNAL),
    "CANCELLED": (1, "The batch was cancelled."),
    "EXPIRED": (4, "The batch expired before it could be completed: it was pending or running for more than 48 hours."),
}


def operation(job: Job, standing: Standing, failed: int, output: dict[str, Any] | None = None) -> dict[str, Any]:
    """The operation; what it gave is in it twice. Counts are texts, and a count of 0 is left out."""
    metadata: dict[str, Any] = {"@type": _TYPE, "model": f"models/{job.model}"}
    metadata |= {"displayName": job.display_name} if job.display_name else {}
    metadata |= {"inputConfig": {"fileName": job.file}} if job.file else {}
    metadata |= {"output": output} if output else {}
    metadata["createTime"] = stamp(job.created)
    metadata |= {"endTime": stamp(standing.ended)} if standing.ended is not None else {}
    metadata["updateTime"] = stamp(job.created if standing.ended is None else standing.ended)
    counts = {
        "requestCount": job.lines,
        "successfulRequestCount": standing.worked - failed,
        "failedRequestCount": failed,
        "pendingRequestCount": job.lines - standing.worked,
    }
    metadata["batchStats"] = {name: str(count) for name, count in counts.items() if count}
    metadata["state"] = f"{'JOB' if job.has('JOB_STATE') else 'BATCH'}_STATE_{standing.state}"
    metadata["name"] = job.name
    told: dict[str, Any] = {"name": job.name, "metadata": metadata}
    if standing.ended is None:
        return {**told, "done": False} if job.has("done false") else told
    told["done"] = True
    if standing.state in _ERRORS:
        code, message = _ERRORS[standing.state]
        told["error"] = {"code": code, "message": message}
    elif output:
        told["response"] = {"@type": f"{_TYPE}Output", **output}
    return told


def file_resource(job: Job, ended: float, size: int | None) -> dict[str, Any]:
    """The file of its results as the Files API shows it; its size once all of it was drawn."""
    shown = {
        "name": job.results,
        "mimeType": "application/jsonl",
        "sizeBytes": None if size is None else str(size),
        "createTime": stamp(ended),
        "updateTime": stamp(ended),
        "state": "ACTIVE",
        "source": "GENERATED",
        "downloadUri": f"https://generativelanguage.googleapis.com/{job.version}/{job.results}:download?alt=media",
    }
    return {name: value for name, value in shown.items() if value is not None}


def stamp(seconds: float) -> str:
    """A time in nanoseconds, as operations have it."""
    whole = int(seconds)
    moment = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{round((seconds - whole) * 1e9) % 10**9:09d}Z"
