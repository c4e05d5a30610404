"""What a batch job answered: drawn line by line while it is fetched, the same bytes each time, never all at once."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...apierrors import INTERNAL, ApiError
from ...traffic import json_bytes
from ..keeper import Keeper
from .job_fate import Job
from .job_lines import Artist, Index, Line, Task, status_of

__all__ = ["Output", "fails"]

LARGE, PAINTED = 200, 20
"""Of a job with more lines than the first, so many are painted, and the others are plain cards: ten thousand answers
come in a minute or two.
"""
AHEAD = 16 * 1024 * 1024
"""Bytes that are kept of what was drawn only to know how long it is."""

_AGAIN = 1_000_000
"""What sets a second answer to one request apart from the first."""


@dataclass(frozen=True)
class _Entry:
    """One answer: to which line, and under which key if that is not the line's own."""

    at: int
    again: bool = False
    foreign: str = ""


def fails(job: Job, line: Line, at: int, errors: frozenset[int], artist: Artist) -> bool:
    """Whether a line ends in an error."""
    if line.fault or at in errors:
        return True
    try:
        artist.check(line.request, Task(job, 0, "", card=True))
    except ApiError:
        return True
    return False


class Output:
    """The answers of one job."""

    def __init__(self, job: Job, keeper: Keeper, artist: Artist) -> None:
        self._job, self._artist = job, artist
        self._index = Index(keeper, job)
        self._errors = frozenset(job.chosen("errors"))
        self._torn = frozenset(job.chosen("garbled"))
        self._entries = list(self._arranged())
        self._sizes = array("Q", [0]) * len(self._entries)  # 0: not drawn yet
        self._ahead: dict[int, bytes] = {}

    def _arranged(self) -> Iterator[_Entry]:
        job = self._job
        missing, doubled = set(job.chosen("missing")), set(job.chosen("doubled"))
        kept = [_Entry(at) for at in range(job.lines) if at not in missing]
        kept += [_Entry(at, again=True) for at in sorted(doubled)]
        kept += [_Entry(at, foreign=f"foreign-{at + 1}") for at in job.chosen("foreign")]
        if job.has("shuffled"):
            random.Random(job.id).shuffle(kept)
        yield from kept

    @property
    def size(self) -> int | None:
        """How many bytes there are, if all of it was drawn once."""
        return sum(self._sizes) if all(self._sizes) else None

    def measured(self) -> int:
        """How many bytes there are; draws what was not drawn yet."""
        for at, size in enumerate(self._sizes):
            if not size:
                line, room = self._line(at), AHEAD - sum(map(len, self._ahead.values()))
                self._ahead |= {at: line} if len(line) < room else {}
        return sum(self._sizes)

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The file from a place on, a line at a time."""
        begins = 0
        for at in range(len(self._entries)):
            if stop is not None and begins >= stop:
                return
            size = self._sizes[at]
            if size and begins + size <= start:
                begins += size
                continue
            line = self._ahead.pop(at, b"") or self._line(at)
            yield line[max(0, start - begins) : None if stop is None else stop - begins]
            begins += len(line)

    def inline(self) -> Iterator[dict[str, Any]]:
        """The answers as they stand in an operation."""
        for entry in self._entries:
            line, told = self._answer(entry, tier="standard")
            yield {**told, **self._tag(entry, line)}

    def _line(self, at: int) -> bytes:
        """One line of the file; its names come in an order of its own, and the key last."""
        entry = self._entries[at]
        line, told = self._answer(entry, tier="SERVICE_TIER_STANDARD")
        tag = self._tag(entry, line)
        told = {"response": _turned(told["response"], at), **tag} if "response" in told else {**tag, **told}
        data = json_bytes(told, pretty=False)
        data = data[: len(data) // 2] if entry.at in self._torn else data
        self._sizes[at] = len(data) + 1
        return data + b"\n"

    def _tag(self, entry: _Entry, line: Line) -> dict[str, Any]:
        if self._job.has("no keys"):
            return {}
        if not entry.foreign:
            return line.tag
        return {name: entry.foreign if name == "key" else {"key": entry.foreign} for name in line.tag}

    def _answer(self, entry: _Entry, tier: str) -> tuple[Line, dict[str, Any]]:
        """The line, and its response or its error."""
        line = self._index.line(entry.at)
        sample = self._index.samples[entry.at] + (_AGAIN if entry.again else 0)
        task = Task(self._job, sample, self._response_id(entry), card=self._job.lines > LARGE and entry.at >= PAINTED)
        try:
            if entry.at in self._errors:
                raise ApiError(500, INTERNAL)
            if line.fault:
                raise line.fault
            response = self._artist.answer(line.request, task)
        except ApiError as error:
            return line, {"error": status_of(error)}
        if "serviceTier" in response.get("usageMetadata", {}):
            response["usageMetadata"]["serviceTier"] = tier
        return line, {"response": response}

    def _response_id(self, entry: _Entry) -> str:
        """The same each time: an answer is fetched again after a break, and must go on where it broke."""
        told = json.dumps([self._job.id, entry.at, entry.again, entry.foreign]).encode()
        return base64.urlsafe_b64encode(hashlib.blake2b(told, digest_size=17).digest()).decode().rstrip("=")


def _turned(response: dict[str, Any], by: int) -> dict[str, Any]:
    """The same fields, beginning with another."""
    names = list(response)
    by %= len(names)
    return {name: response[name] for name in (*names[by:], *names[:by])}
