"""GenerateContentResponse objects: whole answers, events of a stream, blocked prompts, refusals, hollow shells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .. import base64text
from ..cues import Cue
from ..requests import counting
from ..requests.counting import Count
from ..requests.wanted import Ask
from . import wording
from .chunks import Answer, Chunk

Json = dict[str, Any]

_RATED = ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT")
_HOLLOW: dict[str, Json] = {
    "no content": {},
    "empty content": {"content": {}},
    "no parts": {"content": {"role": "model"}},
    "null parts": {"content": {"role": "model", "parts": None}},
}


@dataclass(frozen=True)
class Frame:
    """What every response to one request has in common."""

    ask: Ask
    response_id: str
    created: str = ""
    """When it was made, as Vertex AI tells it."""

    def around(self, candidate: Json | None, usage: Json, **more: Any) -> Json:
        """A response with this candidate, or with none."""
        told: Json = {} if candidate is None else {"candidates": [candidate]}
        told |= {**more, "usageMetadata": usage, "modelVersion": self.ask.model.id, "responseId": self.response_id}
        told |= {"createTime": self.created} if self.created else {}
        status = self.ask.model.status()
        return told if status is None else {**told, "modelStatus": status}


def whole(frame: Frame, answer: Answer) -> Json:
    """The plain answer: every chunk joined into one candidate."""
    chunks = list(answer.chunks())
    parts = [part for chunk in chunks for part in chunk.parts]
    tally = _Tally(frame.ask)
    for chunk in chunks:
        tally.add(chunk)
    candidate = _candidate(parts, chunks[-1])
    return frame.around(candidate, tally.usage())


def events(frame: Frame, answer: Answer, *, wait: Callable[[], None]) -> Iterator[Json]:
    """The same answer as the events of a stream; `wait` is called before each picture."""
    tally = _Tally(frame.ask)
    for chunk in answer.chunks():
        if any("inlineData" in part for part in chunk.parts):
            wait()
        tally.add(chunk)
        if chunk.parts or chunk.last:
            yield frame.around(_candidate(chunk.parts, chunk), tally.usage())


def told(frame: Frame, cue: Cue) -> Json:
    """An answer without a picture: a blocked prompt, a finish reason, or a hollow shell."""
    thought = counting.thoughts(frame.ask)
    usage = counting.usage(frame.ask, Count(), thought=0 if cue.verb == "block" else thought)
    if cue.verb == "block":
        feedback: Json = {"blockReason": cue.reason}
        if cue.reason == "SAFETY":
            feedback["safetyRatings"] = _ratings(cue.category, cue.probability)
        if frame.ask.model.backend == "vertex":
            feedback["blockReasonMessage"] = "The prompt could not be submitted. It may violate Google's policies."
        return frame.around(None, usage, promptFeedback=feedback)
    if cue.verb == "hollow":
        shell = None if cue.reason == "no candidates" else {**_HOLLOW[cue.reason], "finishReason": "STOP", "index": 0}
        return frame.around(shell, usage)
    return frame.around(_refusal(cue), usage)


def _refusal(cue: Cue) -> Json:
    candidate: Json = {"finishReason": cue.reason}
    if cue.reason in wording.FINISH:
        candidate["finishMessage"] = wording.FINISH[cue.reason]
    candidate["index"] = 0
    if cue.reason == "SAFETY":
        candidate["safetyRatings"] = _ratings(cue.category, cue.probability)
    if cue.reason == "CONTINUATION":
        candidate["continuationToken"] = base64text.encode(b"go on")
    return candidate


def _ratings(blocked: str, probability: str) -> list[Json]:
    return [
        {"category": f"HARM_CATEGORY_{name}", "probability": probability, "blocked": True}
        if name == blocked
        else {"category": f"HARM_CATEGORY_{name}", "probability": "NEGLIGIBLE"}
        for name in _RATED
    ]


def _candidate(parts: list[Json], chunk: Chunk) -> Json:
    content: Json = {"parts": parts} if parts else {}
    candidate: Json = {"content": {**content, "role": "model"}}
    if chunk.reason is not None:
        candidate["finishReason"] = chunk.reason
    if chunk.message is not None:
        candidate["finishMessage"] = chunk.message
    candidate["index"] = 0
    if chunk.grounding is not None:
        candidate["groundingMetadata"] = chunk.grounding
    return candidate


class _Tally:
    """Adds up what the chunks so far have cost."""

    def __init__(self, ask: Ask) -> None:
        self.ask, self.answered, self.thought = ask, Count(), 0

    def add(self, chunk: Chunk) -> None:
        self.thought += chunk.thought
        for modality, number in chunk.answered.by_modality:
            self.answered = self.answered.plus(modality, number)

    def usage(self) -> Json:
        searches = self.ask.web_search + self.ask.image_search
        return counting.usage(self.ask, self.answered, thought=self.thought, searches=searches)
