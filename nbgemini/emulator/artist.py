"""Who answers the lines of batch jobs: what `apis` asks for, done by `answering`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .answering import batched
from .apis import models_api
from .apis.batching.job_lines import Task
from .apis.files_api import Files

__all__ = ["Artist"]

_REMEMBERED = 4  # files


class Artist:
    """Answers the lines of batch jobs, whose files are those that were there when the job ran."""

    def __init__(self, files: Files, *, real_weight: bool) -> None:
        self._files, self._real_weight = files, real_weight
        self._read: dict[tuple[str, str, float], tuple[str, bytes]] = {}

    def check(self, request: Mapping[str, Any], task: Task) -> None:
        """Whether there will be an answer, without drawing it."""
        self._look(request, task)

    def answer(self, request: Mapping[str, Any], task: Task) -> dict[str, Any]:
        """What generateContent would answer."""
        looked = self._look(request, task)
        return batched.answer(looked, task.response_id, real_weight=self._real_weight, card=task.card)

    def _look(self, request: Mapping[str, Any], task: Task) -> batched.Looked:
        model = models_api.find(task.job.model, task.job.version)
        return batched.look(request, model, task.job.version, lambda uri: self._fetch(uri, task), task.sample)

    def _fetch(self, uri: str, task: Task) -> tuple[str, bytes]:
        """A file; the last few are remembered, for the lines of a job often show the same ones."""
        wanted = uri, task.job.owner, task.job.created
        if (known := self._read.get(wanted)) is None:
            known = self._read[wanted] = self._files.fetch(*wanted)
            for old in list(self._read)[:-_REMEMBERED]:
                self._read.pop(old, None)
        return known
