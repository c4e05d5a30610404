"""The Batch API: jobs are created, looked at, listed, cancelled, deleted; each is an operation until its end.

Nothing runs in between: how far a job is follows from the clock, its lines are looked at when somebody asks how far
it is, and drawn when their answers are fetched. So ten thousand lines take no room, and with a keeper on disk a job
goes on while no process is there.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ...apierrors import DOMAIN, OVERLOADED, ApiError, NotRouted, detail, invalid
from ...cues import Cue, in_prompt
from ...registry import Model
from ...requests.protocol import fieldtypes, jsontext, protojson, schema
from ...traffic import Request, Response, json_response
from .. import models_api
from ..files_api import Files, bare, no_file, owner_of
from ..keeper import Keeper, lines_of
from ..paging import page_token, start_of
from ..routes import check_query
from .job_fate import FILE_LATE, Job, Standing
from .job_lines import KIND, Artist, estimate, read, same_model
from .job_output import Output, fails
from .job_shown import operation

__all__ = ["LARGEST_INLINE", "Batches"]

LARGEST_INLINE = 20 * 1024 * 1024
"""Bytes of a request that creates a job with its lines in it."""
MOST_JOBS = 100
"""Jobs of a project at a time."""
FETCHED = 120
"""Answers of an inline job beyond which asking for it ends in 503: recorded of one with 150 pictures, not of 122."""
REMEMBERED = 20
"""Answers of an inline job up to which they are not drawn again when it is asked for again."""
KEPT = 42 * 24 * 3600.0
"""Seconds that results are kept: six weeks."""

_JOBS = re.compile(r"/(v1|v1beta)/batches(?:/([^/:]+))?(?::(\w+))?")
_ID = "0123456789abcdefghijklmnopqrstuvwxyz"
_WITHIN = 1 << 20


class Batches:
    """The jobs of every key; any thread may ask. `tier` is the project's, from 1 to 3; 0: a free one."""

    def __init__(
        self,
        files: Files,
        keeper: Keeper,
        artist: Artist,
        clock: Callable[[], float],
        *,
        seconds: float | None = None,
        tier: int = 2,
    ) -> None:
        self._files, self._keeper, self._artist, self._clock = files, keeper, artist, clock
        self._seconds, self._tier = seconds, tier
        self._lock = threading.Lock()
        self._drawn: tuple[str, list[dict[str, Any]]] = ("", [])

    @staticmethod
    def kind_of(request: Request) -> str:
        """What a request wants of a job: poll, list, cancel, delete; empty if it is about none."""
        found = _JOBS.fullmatch(request.path)
        if not found:
            return ""
        if request.method == "DELETE":
            return "delete"
        return "cancel" if request.method == "POST" else "poll" if found[2] else "list"

    def handle(self, request: Request) -> Response:
        """The answer to one request; ApiError or NotRouted for what cannot be answered."""
        found = _JOBS.fullmatch(request.path)
        assert found is not None
        id_, verb, owner = found[2] or "", found[3] or "", owner_of(request)
        check_query(request, listing=not id_)
        match request.method, bool(id_), verb:
            case "GET", False, "":
                return json_response(self._list(request.query, owner))
            case "GET", True, "":
                return json_response(self._shown(self._polled(id_, owner), whole=True))
            case "POST", True, "cancel":
                self._cancel(self._polled(id_, owner))
            case "DELETE", True, "":
                self._delete(self._polled(id_, owner))
            case _:
                raise NotRouted
        return json_response({})

    # -- creating ----------------------------------------------------------------------------------

    def create(self, request: Request, asked: str, version: str, cue: Cue) -> Response:
        """A new job for the model that was `asked`; a 400 for what none can be made of, a 429 for what is too much."""
        if len(request.body) > LARGEST_INLINE:
            raise invalid(f"Request payload size exceeds the limit: {LARGEST_INLINE} bytes.")
        model, value, owner = models_api.find(asked, version), jsontext.parse(request.body), owner_of(request)
        batch = protojson.read(schema.BATCH_REQUEST, value, version=version).get("batch", {})
        told = batch.get("model", "").removeprefix("models/") or asked
        if not same_model(told, asked):
            raise invalid(f"* BatchGenerateContentRequest.batch.model: models/{told} is not the model of the URL\n")
        file = batch.get("input_config", {}).get("file_name", "")
        if file:
            self._files.find(file, owner)
        self._tidy()
        id_ = "".join(secrets.choice(_ID) for _ in range(36))
        try:
            given = lines_of(self._keeper, "bytes", bare(file)) if file else enumerate(_inlined(value, version))
            lines, tokens, fates = self._copy(given, id_, model)
            if not lines:
                raise invalid("* BatchGenerateContentRequest.batch.input_config: there are no requests in it\n")
            job = Job(
                id=id_,
                owner=owner,
                model=asked,
                version=version,
                display_name=batch.get("display_name", ""),
                file=file,
                created=self._clock(),
                seconds=4 + lines / 500 if self._seconds is None else self._seconds,
                lines=lines,
                tokens=tokens,
                fates=cue.fates or fates,
            )
            self._check_room(job, model)
        except ApiError:
            self._keeper.drop(KIND, id_)
            raise
        self._keeper.put("jobs", f"{id_}.json", json.dumps(asdict(job)).encode())
        return json_response(operation(job, Standing("PENDING", None, 0), 0))

    def _tidy(self) -> None:
        """Give the room of jobs back whose results are kept no longer."""
        for name in self._keeper.names("jobs"):
            job = self._job(name.removesuffix(".json"))
            if job and self._is_gone(job):
                self._delete(job)

    def _is_gone(self, job: Job) -> bool:
        return self._clock() > job.created + KEPT

    def _copy(self, lines: Iterable[tuple[int, bytes]], id_: str, model: Model) -> tuple[int, int, tuple[str, ...]]:
        """Keep the lines of a job, as its file may go: how many they are, their tokens, and the fates in a prompt."""
        count, tokens, block = 0, 0, bytearray()
        fates: tuple[str, ...] = ()
        for _, line in lines:
            cost, words = estimate(line, model)
            count, tokens = count + 1, tokens + cost
            fates = fates or (in_prompt(words)[0].fates if "emulate: batch" in words else ())
            block += line + b"\n"
            if len(block) > _WITHIN:
                self._keeper.add(KIND, id_, bytes(block))
                block.clear()
        self._keeper.add(KIND, id_, bytes(block))
        return count, tokens, fates

    def _check_room(self, job: Job, model: Model) -> None:
        """429 for more jobs or tokens at a time than the project may have."""
        waiting = [one for one in self._jobs(job.owner) if self._standing(one).ended is None]
        if len(waiting) >= MOST_JOBS:
            raise _too_much("BatchJobsPerProject", MOST_JOBS, model.id)
        limits = model.row.get("enqueued_batch_tokens")
        if self._tier == 0:
            raise _too_much("BatchEnqueuedTokensPerProjectPerModel-FreeTier", 0, model.id)
        limit = limits and limits.get(f"tier{self._tier}")
        if limit and sum(one.tokens for one in waiting if same_model(one.model, job.model)) + job.tokens > limit:
            raise _too_much("BatchEnqueuedTokensPerProjectPerModel", limit, model.id)

    # -- looking -----------------------------------------------------------------------------------

    def _job(self, id_: str) -> Job | None:
        data = self._keeper.read("jobs", f"{id_}.json")
        if data is None:
            return None
        told = json.loads(data)
        return Job(**{**told, "fates": tuple(told["fates"])})

    def _jobs(self, owner: str) -> list[Job]:
        """Those of a key, newest first."""
        kept = (self._job(name.removesuffix(".json")) for name in self._keeper.names("jobs"))
        mine = [job for job in kept if job and job.owner == owner and not job.has("deleted")]
        return sorted(mine, key=lambda job: job.created, reverse=True)

    def _polled(self, id_: str, owner: str) -> Job:
        job = self._job(id_)
        if job is None or job.has("deleted") or self._is_gone(job):
            raise ApiError(404, "Requested entity was not found.")
        if job.owner != owner or job.has("not yours"):
            raise ApiError(403, "The caller does not have permission")
        return job

    def _standing(self, job: Job) -> Standing:
        stopped = self._keeper.read("cancelled", job.id)
        return job.at(self._clock(), None if stopped is None else float(stopped))

    def _list(self, query: Mapping[str, str], owner: str) -> dict[str, Any]:
        """One page, newest first; the answers of inline jobs are left out."""
        given = {fieldtypes.camel(name): value for name, value in query.items()}
        try:
            size = min(max(int(given.get("pageSize") or 0), 0) or 10, 1000)
        except ValueError:
            raise invalid("page_size is no number.") from None
        jobs, start = self._jobs(owner), start_of(given.get("pageToken", ""), "batches")
        page = jobs[start : start + size]
        told: dict[str, Any] = {"operations": [self._shown(job, whole=False) for job in page]} if page else {}
        if start + len(page) < len(jobs):
            told["nextPageToken"] = page_token("batches", start + len(page))
        return told

    def _shown(self, job: Job, *, whole: bool) -> dict[str, Any]:
        """The operation as it is now; `whole`: with the answers of an inline job."""
        standing = self._standing(job)
        failed = self._worked_on(job, standing.worked)
        output: dict[str, Any] | None = None
        if standing.ended is not None and standing.state == "SUCCEEDED":
            if whole and (job.has("never fetched") or (not job.file and job.lines > FETCHED)):
                raise ApiError(503, OVERLOADED)
            if not job.file:
                output = self._inlined(job) if whole else None
            elif not job.has("no file") and not (job.has("late file") and self._clock() < standing.ended + FILE_LATE):
                output = {"responsesFile": job.results}
        return operation(job, standing, failed, output)

    def _inlined(self, job: Job) -> dict[str, Any]:
        with self._lock:
            drawn = self._drawn
        if drawn[0] != job.id:
            drawn = job.id, list(Output(job, self._keeper, self._artist).inline())
            with self._lock:
                self._drawn = drawn if job.lines <= REMEMBERED else ("", [])
        return {"inlinedResponses": {"inlinedResponses": drawn[1]}}

    def _worked_on(self, job: Job, lines: int) -> int:
        """How many of the first lines have failed; looks at those that nobody has looked at yet."""
        with self._lock:
            told = json.loads(self._keeper.read("progress", f"{job.id}.json") or b"[0, 0, 0]")
            done, failed, place = told
            if done >= lines:
                return int(failed)
            errors = frozenset(job.chosen("errors"))
            for start, line in lines_of(self._keeper, KIND, job.id, place):
                if done >= lines:
                    break
                failed += fails(job, read(line, job), done, errors, self._artist)
                done, place = done + 1, start + len(line) + 1
            self._keeper.put("progress", f"{job.id}.json", json.dumps([done, failed, place]).encode())
            return int(failed)

    # -- ending ------------------------------------------------------------------------------------

    def _cancel(self, job: Job) -> None:
        if self._standing(job).ended is None:
            self._keeper.put("cancelled", job.id, repr(self._clock()).encode())

    def _delete(self, job: Job) -> None:
        for kind in ("jobs", "progress"):
            self._keeper.drop(kind, f"{job.id}.json")
        for kind in ("cancelled", "deleted", KIND):
            self._keeper.drop(kind, job.id)

    def delete_results(self, name: str, owner: str) -> None:
        """Have the file of a job's answers no more; 403 where there is none."""
        job, _, _ = self.results_of(name, owner)
        self._keeper.put("deleted", job.id, b"")

    def results_of(self, name: str, owner: str) -> tuple[Job, float, Callable[[], Output]]:
        """The job behind a file of results, when it ended, and what brings the answers; 403 where there is none."""
        job = self._job(name.removeprefix("files/batch-"))
        if job is None or job.owner != owner or not job.file or job.has("file gone"):
            raise no_file(name)
        if self._keeper.size("deleted", job.id) is not None:
            raise no_file(name)
        standing = self._standing(job)
        if standing.ended is None or standing.state != "SUCCEEDED" or self._is_gone(job):
            raise no_file(name)
        return job, standing.ended, lambda: Output(job, self._keeper, self._artist)


def _inlined(value: Any, version: str) -> list[bytes]:
    """The inlined requests as they were sent, a line each; that their fields are known was seen before."""
    batch = protojson.read(schema.BATCH_AS_SENT, value, version=version).get("batch", {})
    found = batch.get("input_config", {}).get("requests", {}).get("requests", [])
    return [json.dumps(one, ensure_ascii=False).encode("utf-8", "replace") for one in found]


def _too_much(quota: str, limit: int, model: str) -> ApiError:
    """429 at creation. That it comes was reported, its words were not."""
    metric = f"{DOMAIN}/batch_enqueued_tokens" if "Tokens" in quota else f"{DOMAIN}/batch_jobs"
    message = (
        "You exceeded your current quota, please check your plan and billing details. "
        f"\n* Quota exceeded for metric: {metric}, limit: {limit}, model: {model}"
    )
    violation = {"quotaMetric": metric, "quotaId": quota, "quotaDimensions": {"model": model}, "quotaValue": str(limit)}
    return ApiError(429, message, details=[detail("QuotaFailure", violations=[violation])])
