"""A strict server for batches, in the shapes of recorded answers: it forgives nothing, and fails as it is told to."""

from __future__ import annotations

import base64
import io
import json
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from nbgemini.net.inprocess import InProcess
from nbgemini.studio.studio import Studio
from nbgemini.tuning.sweeping import Sweeping

__all__ = ["BatchServer", "Line", "batching_on"]

Line = dict[str, Any]
_TYPE = "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch"


def _jpeg(colour: tuple[int, int, int]) -> str:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(target, "JPEG")
    return base64.b64encode(target.getvalue()).decode()


def response(number: int) -> Line:
    """An answer as a batch brings it: the tier says `standard`, and a signature goes along."""
    part = {
        "inlineData": {"mimeType": "image/jpeg", "data": _jpeg((number * 37 % 256, number * 11 % 256, 90))},
        "thoughtSignature": base64.b64encode(f"signature {number} ".encode() * 9).decode(),
    }
    usage = {
        "promptTokenCount": 10,
        "candidatesTokenCount": 1120,
        "totalTokenCount": 1130,
        "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}],
        "serviceTier": "SERVICE_TIER_STANDARD",
    }
    candidate = {"content": {"parts": [part], "role": "model"}, "finishReason": "STOP", "index": 0}
    return {"candidates": [candidate], "usageMetadata": usage, "responseId": f"r{number}", "modelVersion": "m"}


@dataclass(slots=True)
class Job:
    """One job: `ends` is the state after so many `polls`."""

    name: str
    shown: str
    model: str
    file: str
    requests: list[Line]
    ends: str
    polls: int
    seen: int = 0
    state: str = "PENDING"
    results: bytes = b""
    moment: str = field(default_factory=lambda: time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime()))


@dataclass(slots=True, kw_only=True)
class BatchServer:
    """`polls` are the looks until a job has ended, as `ends`; `stats` are what its counts say then.

    `change` is given the lines of the results, and returns those that are written. `creation` says what becomes of a
    creation: "made", "lost" (made, and the answer never comes), "unmade" (an answer never comes, and there is no job),
    or a status to refuse it with. `cut` is where downloads break off, once for each number.
    """

    polls: int = 1
    ends: str = "SUCCEEDED"
    prefix: str = "BATCH_STATE_"
    stats: dict[str, str] | None = None
    error: Line | None = None
    late_file: int = 0
    ranges: bool = True
    change: Any = None
    creation: Any = "made"
    cut: list[int] = field(default_factory=list)
    key: str = "AIza" + "k" * 35
    gone: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    live: int = 0
    uploads: dict[str, bytearray] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    drawn: int = 0

    def handle(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        """One request, for a transport in this process."""
        headers = {name.lower(): text for name, text in headers.items()}
        path, _, query = target.partition("?")
        if headers.get("x-goog-api-key") != self.key and "/session/" not in path:
            return _refused(403, "PERMISSION_DENIED", "You do not have permission to access it or it may not exist.")
        for pattern, verb in _ROUTES:
            found = re.fullmatch(pattern, f"{method} {path}")
            if found:
                self.calls[verb] += 1
                answered: tuple[int, Mapping[str, str], Iterable[bytes]] = getattr(self, f"_{verb}")(
                    found, query, headers, body
                )
                return answered
        return _refused(404, "NOT_FOUND", f"No such method: {method} {path}")

    # -- files ---------------------------------------------------------------------------------------------------------

    def _begin(self, found: Any, query: str, headers: Mapping[str, str], body: bytes) -> Any:
        assert headers["x-goog-upload-command"] == "start"
        asked = json.loads(body)["file"]
        assert re.fullmatch(r"files/[a-z0-9-]{1,40}", asked["name"])
        self.uploads[asked["name"]] = bytearray()
        self.types[asked["name"]] = asked["mimeType"]
        url = f"https://gateway.example/upload/session/{asked['name']}"
        return 200, {"x-goog-upload-url": url, "x-goog-upload-status": "active"}, [b""]

    def _bytes(self, found: Any, query: str, headers: Mapping[str, str], body: bytes) -> Any:
        name, data = found[1], self.uploads[found[1]]
        if headers["x-goog-upload-command"] == "query":
            status = {"x-goog-upload-status": "active", "x-goog-upload-size-received": str(len(data))}
            return 200, status, [b""]
        assert int(headers["x-goog-upload-offset"]) == len(data)
        data += body
        if "finalize" not in headers["x-goog-upload-command"]:
            return 200, {"x-goog-upload-status": "active"}, [b""]
        self.files[name] = bytes(data)
        return _json({"file": self._resource(name)}, {"x-goog-upload-status": "final"})

    def _resource(self, name: str) -> Line:
        uri = f"https://gateway.example/v1beta/{name}"
        return {"name": name, "uri": uri, "mimeType": self.types[name], "state": "ACTIVE"}

    def _file(self, found: Any, query: str, headers: Mapping[str, str], body: bytes) -> Any:
        return _json(self._resource(found[1]))

    def _download(self, found: Any, query: str, headers: Mapping[str, str], body: bytes) -> Any:
        assert query == "alt=media"
        job = next((one for one in self.jobs.values() if one.name == f"batches/{found[1]}"), None)
        if job is None or "results" in self.gone or not job.results:
            return _refused(404, "NOT_FOUND", "Requested entity was not found.")
        start = 0
        if self.ranges and "range" in headers:
            start = int(headers["range"].removeprefix("bytes=").removesuffix("-"))
            if start >= len(job.results):
                return 416, {"content-range": f"bytes */{len(job.results)}"}, [b""]
        cut = self.cut.pop(0) if self.cut else None
        total = len(job.results)
        told = {"content-range": f"bytes {start}-{total - 1}/{total}"} if start else {}
        return 206 if start else 200, told, _pieces(job.results[start:], cut)

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def _create(self, found: Any, query: str, headers: Mapping[str, str], body: bytes) -> Any:
        asked = json.loads(body)
        assert asked.keys() == {"batch"}
        assert asked["batch"].keys() == {"displayName", "inputConfig"}
        assert asked["batch"]["inputConfig"].keys() == {"fileName"}
        if isinstance(self.creation, int):
            return _refused(self.creation, "RESOURCE_EXHAUSTED" if self.creation == 429 else "FAILED", "No batch.")
        file = asked["batch"]["inputConfig"]["fileName"]
        if self.creation != "unmade":
            requests = [_strict(line) for line in self.files[file].decode().split("\n")[:-1]]
            name = "batches/" + secrets.token_hex(18)
            job = Job(name, asked["batch"]["displayName"], found[1], file, requests, self.ends, self.polls)
            self.jobs[name] = job
        if self.creation in ("lost", "unmade"):
            raise ConnectionResetError("the answer is lost")
        return _json(self._operation(job))

    def _get(self, found: Any, query: str, headers: Mapping[str, str], body: bytes) -> Any:
        job = self.jobs.get(f"batches/{found[1]}")
        if job is None:
            return _refused(404, "NOT_FOUND", "Requested entity was not found.")
        job.seen += 1
        if job.state in ("PENDING", "RUNNING"):
            job.state = "RUNNING"
            if job.seen > job.polls:
                self._end(job, job.ends)
        return _json(self._operation(job))

    def _list(self, found: Any, query: str, headers: Mapping[str, str], body: bytes) -> Any:
        jobs = list(reversed(self.jobs.values()))
        start = int(re.search(r"pageToken=(\d+)", query)[1]) if "pageToken" in query else 0  # type: ignore[index]
        more = {"nextPageToken": str(start + 2)} if start + 2 < len(jobs) else {}
        return _json({"operations": [self._operation(job) for job in jobs[start : start + 2]], **more})

    def _cancel(self, found: Any, query: str, headers: Mapping[str, str], body: bytes) -> Any:
        self._end(self.jobs[f"batches/{found[1]}"], "CANCELLED")
        return _json({})

    def _end(self, job: Job, state: str) -> None:
        job.state = state
        if state == "SUCCEEDED":
            lines = [self._answered(request) for request in job.requests]
            lines = self.change(lines) if self.change else lines
            job.results = b"".join(
                line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines
            )

    def _answered(self, request: Line) -> Line:
        self.drawn += 1
        return {"response": response(self.drawn), "key": request["key"]}

    def _operation(self, job: Job) -> Line:
        done = job.state not in ("PENDING", "RUNNING")
        count = str(len(job.requests))
        stats = {"requestCount": count, **({} if done else {"pendingRequestCount": count})}
        if done:
            stats = self.stats or ({**stats, "successfulRequestCount": count} if job.results else stats)
        meta: Line = {
            "@type": _TYPE,
            "model": f"models/{job.model}",
            "displayName": job.shown,
            "inputConfig": {"fileName": job.file},
            "createTime": job.moment,
            "updateTime": job.moment,
            "batchStats": stats,
            "state": f"{self.prefix}{job.state}",
            "name": job.name,
        }
        operation: Line = {"name": job.name, "metadata": meta}
        if not done:
            return operation
        meta["endTime"] = job.moment
        operation["done"] = True
        if self.error is not None:
            operation["error"] = self.error
        if job.results and self.late_file <= 0:
            file = f"files/batch-{job.name.removeprefix('batches/')}"
            meta["output"] = {"responsesFile": file}
            operation["response"] = {"@type": f"{_TYPE}Output", "responsesFile": file}
        self.late_file -= 1
        return operation

    def _generate(self, found: Any, query: str, headers: Mapping[str, str], body: bytes) -> Any:
        self.live += 1
        self.last = json.loads(body)
        return _json(response(1000 + self.live))

    last: Line = field(default_factory=dict)


_NAME = r"(files/[a-z0-9-]+)"
_ROUTES = (
    (r"POST /upload/v1beta/files", "begin"),
    (rf"POST /upload/session/{_NAME}", "bytes"),
    (rf"GET /v1beta/{_NAME}", "file"),
    (r"GET /v1beta/files/batch-([a-z0-9]+):download", "download"),
    (r"POST /v1beta/models/([a-z0-9.-]+):batchGenerateContent", "create"),
    (r"GET /v1beta/batches/([a-z0-9]+)", "get"),
    (r"GET /v1beta/batches", "list"),
    (r"POST /v1beta/batches/([a-z0-9]+):cancel", "cancel"),
    (r"POST /v1beta/models/([a-z0-9.-]+):generateContent", "generate"),
)


def _strict(text: str) -> Line:
    line: Line = json.loads(text)
    assert line.keys() == {"key", "request"}
    known = {"contents", "generationConfig", "systemInstruction", "tools", "safetySettings"}
    assert line["request"].keys() <= known
    assert line["request"]["contents"][-1]["role"] == "user"
    return line


def _pieces(data: bytes, cut: int | None) -> Iterator[bytes]:
    for at in range(0, len(data), 1000):
        if cut is not None and at >= cut:
            raise ConnectionResetError("it broke off")
        yield data[at : at + 1000]


def _json(value: Line, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
    told = {"content-type": "application/json; charset=UTF-8", **(headers or {})}
    return 200, told, [json.dumps(value, indent=2).encode()]


def _refused(status: int, word: str, message: str) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
    error = {"error": {"code": status, "message": message, "status": word}}
    return status, {"content-type": "application/json"}, [json.dumps(error).encode()]


def batching_on(server: BatchServer, home: Path, **traits: Any) -> Sweeping:
    """The sweeps of a new kernel that asks this server."""
    values = {"base_url": "https://gateway.example", "model": "flash-lite", **traits}
    values = {name: value for name, value in values.items() if value is not None}
    return Sweeping(Studio(traits=lambda: values, home=home, transport=InProcess(server.handle)))
