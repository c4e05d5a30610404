"""The lines of a batch job: one JSON object each, as they came in a file, or as they would have come in one."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ...apierrors import ApiError, invalid
from ...registry import Model, models
from ...requests.protocol import jsontext, protojson
from ...requests.protocol.fieldtypes import STRING, Free, Message
from ..keeper import Keeper, lines_of
from .job_fate import Job

__all__ = ["Artist", "Index", "Line", "Task", "estimate", "read", "same_model", "status_of"]

KIND = "lines"
"""Where the keeper has them, under the id of the job."""

_LINE = Message("BatchLine", {"key": STRING, "metadata": Free(), "request": Free()})
_RPC = {400: 3, 401: 16, 403: 7, 404: 5, 409: 10, 413: 3, 429: 8, 499: 1, 500: 13, 501: 12, 503: 14, 504: 4}


@dataclass(frozen=True)
class Task:
    """What an artist has to know of a line besides its request."""

    job: Job
    sample: int
    response_id: str
    card: bool


class Artist(Protocol):
    """Who answers lines; both raise the ApiError that is the answer."""

    def check(self, request: Mapping[str, Any], task: Task) -> None:
        """Whether there will be an answer, without drawing it."""

    def answer(self, request: Mapping[str, Any], task: Task) -> dict[str, Any]:
        """What generateContent would answer."""


@dataclass(frozen=True)
class Line:
    """One line, read; `fault` is what is wrong with it."""

    key: str | None
    metadata: Mapping[str, Any] | None
    request: Mapping[str, Any]
    fault: ApiError | None = None

    @property
    def tag(self) -> dict[str, Any]:
        """What its answer is known by."""
        told = {"key": self.key, "metadata": self.metadata}
        return {name: value for name, value in told.items() if value is not None}


def read(line: bytes, job: Job) -> Line:
    """The line in these bytes."""
    try:
        value = jsontext.parse(line)
        fields = protojson.read(_LINE, value, version=job.version)
    except ApiError as error:
        return Line(None, None, {}, error)
    return Line(fields.get("key"), fields.get("metadata"), fields.get("request", {}), _fault(fields, job))


def _fault(fields: Mapping[str, Any], job: Job) -> ApiError | None:
    """What only batches refuse."""
    if (request := fields.get("request")) is None:
        return invalid("* BatchLine.request: request is not specified\n")
    model = str(request.get("model") or "").removeprefix("models/")
    if model and not same_model(model, job.model):
        return invalid(f"The request is for models/{model}, the batch for models/{job.model}.")
    if job.file and any(_is_empty(part) for part in _parts(request)):
        return invalid("Unable to submit request because it has an empty text parameter.")
    return None


def same_model(one: str, other: str) -> bool:
    """Whether two ids mean one model; some have several."""
    return one == other or (one in models() and models()[one] == models().get(other))


def _is_empty(part: Mapping[str, Any]) -> bool:
    """An empty text, which batches refuse; one that is signed comes from Google itself."""
    return part.get("text") == "" and not ("thoughtSignature" in part or "thought_signature" in part)


def _parts(request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    contents = request.get("contents")
    for content in contents if isinstance(contents, list) else [contents]:
        parts = content.get("parts") if isinstance(content, Mapping) else None
        for part in parts if isinstance(parts, list) else [parts]:
            if isinstance(part, Mapping):
                yield part


def estimate(line: bytes, model: Model) -> tuple[int, str]:
    """About how many tokens a line brings into the queue, and its words."""
    try:
        value = jsontext.parse(line)
        request = value.get("request") if isinstance(value, dict) else None
    except ApiError:
        return 0, ""
    tokens, words = 0, ""
    for part in _parts(request) if isinstance(request, Mapping) else ():
        text = part.get("text")
        if isinstance(text, str):
            tokens, words = tokens + len(text) // 4 + 1, text
        else:
            tokens += model.picture_tokens_in
    return tokens, words


def status_of(error: ApiError) -> dict[str, Any]:
    """The error of a line: a status of google.rpc, whose codes are no HTTP codes."""
    return {"code": _RPC.get(error.code, 2), "message": error.message}


class Index:
    """Where each line begins, and which of the equal ones it is, so that equal requests get different pictures."""

    def __init__(self, keeper: Keeper, job: Job) -> None:
        self._keeper, self._job = keeper, job
        self.starts, self.samples = array("Q"), array("L")
        seen: dict[bytes, int] = {}
        for start, line in lines_of(keeper, KIND, job.id):
            self.starts.append(start)
            mark = _likeness(line, job)
            self.samples.append(seen.get(mark, 0))
            seen[mark] = self.samples[-1] + 1

    def __len__(self) -> int:
        return len(self.starts)

    def line(self, at: int) -> Line:
        """One line, by its number from 0."""
        count = self.starts[at + 1] - self.starts[at] if at + 1 < len(self.starts) else None
        return read(self._keeper.read(KIND, self._job.id, self.starts[at], count) or b"", self._job)


def _likeness(line: bytes, job: Job) -> bytes:
    """A short hash of what a line asks for."""
    found = read(line, job)
    return hashlib.blake2b(repr(found.request).encode("utf-8", "replace"), digest_size=8).digest()
