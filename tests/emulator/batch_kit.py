"""What the tests of batches share: a project that uploads, creates and looks, on a clock that a test sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbgemini.emulator import Request, Response, Script, Service

from .protocol_kit import FLASH, SMALL, Json, asked


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.5

    def __call__(self) -> float:
        return self.now


class Project:
    """One key's view of a service whose jobs take ten seconds; `folder`: where they outlive it."""

    def __init__(self, *steps: Any, key: str = "mine", folder: Path | None = None, **options: Any) -> None:
        self.clock: Clock = options.pop("clock", None) or Clock()
        place = (lambda _: folder) if folder else None
        options = {"batch_seconds": 10.0, **options}
        self.service = options.pop("service", None) or Service(
            clock=self.clock, script=Script(steps), place=place, **options
        )
        self.key = key

    def send(self, method: str, target: str, body: bytes = b"", **headers: str) -> Response:
        given = {"x-goog-api-key": self.key, **{name.replace("_", "-"): told for name, told in headers.items()}}
        return self.service.handle(Request(method, target, given, body))

    def call(self, method: str, target: str, body: Json | None = None) -> tuple[int, Json]:
        """Status and JSON of an answer."""
        response = self.send(method, f"/v1beta/{target}", json.dumps(body).encode() if body is not None else b"")
        return response.status, json.loads(b"".join(response.body))

    def upload(self, data: bytes, media_type: str = "application/jsonl") -> Json:
        """A file in one piece."""
        begun = self.send(
            "POST",
            "/upload/v1beta/files",
            x_goog_upload_protocol="resumable",
            x_goog_upload_command="start",
            x_goog_upload_header_content_length=str(len(data)),
            x_goog_upload_header_content_type=media_type,
        )
        target = begun.headers["x-goog-upload-url"].removeprefix("https://generativelanguage.googleapis.com")
        done = self.send("POST", target, data, x_goog_upload_command="upload, finalize", x_goog_upload_offset="0")
        file: Json = json.loads(b"".join(done.body))["file"]
        return file

    def create(self, source: Json, model: str = FLASH, **fields: Any) -> tuple[int, Json]:
        batch = {"displayName": "a job", "inputConfig": source, **fields}
        return self.call("POST", f"models/{model}:batchGenerateContent", {"batch": batch})

    def inline(self, *requests: Json, **fields: Any) -> Json:
        """A new job of these requests, whose metadata count them."""
        listed = [{"request": request, "metadata": {"key": str(at)}} for at, request in enumerate(requests)]
        status, job = self.create({"requests": {"requests": listed}}, **fields)
        assert status == 200, job
        return job

    def by_file(self, *requests: Json, model: str = FLASH) -> Json:
        """A new job of these requests in a file, whose keys count them."""
        lines = [json.dumps({"key": f"k{at}", "request": request}) for at, request in enumerate(requests)]
        file = self.upload("\n".join(lines).encode())
        status, job = self.create({"fileName": file["name"]}, model)
        assert status == 200, job
        return job

    def look(self, job: Json, after: float = 0.0) -> Json:
        """The job once more, when some seconds have gone by."""
        self.clock.now += after
        status, shown = self.call("GET", job["name"])
        assert status == 200, shown
        return shown

    def download(self, job: Json, **headers: str) -> Response:
        name = self.look(job)["response"]["responsesFile"]
        return self.send("GET", f"/v1beta/{name}:download?alt=media", b"", **headers)

    def lines(self, job: Json) -> list[Json]:
        """The answers in the file of a job that has ended."""
        return [json.loads(line) for line in b"".join(self.download(job).body).splitlines()]


def small(prompt: str = "a red boat", **fields: Any) -> Json:
    """The request of a small picture."""
    return asked(prompt, config=SMALL, **fields)


def state(job: Json) -> str:
    """Without its prefix."""
    told: str = job["metadata"]["state"]
    return told.removeprefix("BATCH_STATE_")
