"""GenerateContentResponse objects: whole answers, events of a stream, blocked prompts, refusals, hollow shells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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

    @property
    def on_vertex(self) -> bool:
        return self.ask.model.backend == "vertex"

    def around(self, candidate: Json | None, usage: Json, *, stage: str = "", **more: Any) -> Json:
        """A response with this candidate, or with none; `stage` makes it say that the model is on its way out."""
        told: Json = {} if candidate is None else {"candidates": [candidate]}
        told |= {**more, "usageMetadata": usage, "modelVersion": self.ask.model.id}
        told |= {"createTime": self.created} if self.created else {}
        told |= {"responseId": self.response_id}
        return {**told, "modelStatus": self.ask.model.status(stage)} if stage else told

    def candidate(self, content: Json, **ending: Any) -> Json:
        """A candidate, its fields in the order of the wire; only the Gemini API numbers it."""
        grounding = ending.pop("groundingMetadata", None)
        told = {"content": content, **{name: value for name, value in ending.items() if value is not None}}
        told |= {} if self.on_vertex else {"index": 0}
        return told if grounding is None else {**told, "groundingMetadata": grounding}

    def content(self, parts: list[Json]) -> Json:
        """A model turn; the two APIs write its fields in different orders."""
        held: Json = {"parts": parts} if parts else {}
        return {"role": "model", **held} if self.on_vertex else {**held, "role": "model"}


def whole(frame: Frame, answer: Answer) -> Json:
    """The plain answer: every chunk joined into one candidate."""
    chunks = list(answer.chunks())
    parts = [part for chunk in chunks for part in chunk.parts]
    tally = _Tally(frame.ask)
    for chunk in chunks:
        tally.add(chunk)
    return frame.around(_candidate(frame, parts, chunks[-1]), tally.usage(), stage=answer.cue.stage)


def events(frame: Frame, answer: Answer, *, wait: Callable[[], None]) -> Iterator[Json]:
    """The same answer as the events of a stream; `wait` is called before each picture."""
    tally = _Tally(frame.ask)
    chunks = answer.chunks() if frame.ask.model.signs or frame.on_vertex else _ending_with_the_picture(answer.chunks())
    for chunk in chunks:
        if _has_picture(chunk):
            wait()
        tally.add(chunk)
        if chunk.parts or chunk.last:
            usage = tally.usage() if chunk.last or not frame.on_vertex else {"trafficType": "ON_DEMAND"}
            yield frame.around(_candidate(frame, chunk.parts, chunk), usage, stage=answer.cue.stage)


def _has_picture(chunk: Chunk) -> bool:
    return any("inlineData" in part for part in chunk.parts)


def _ending_with_the_picture(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The chunks, the end told along with the picture before it: so a stream of 2.5 was recorded."""
    held: Chunk | None = None
    for chunk in chunks:
        if held and chunk.last and not chunk.parts:
            chunk, held = replace(chunk, parts=held.parts, answered=held.answered, thought=held.thought), None
        if held:
            yield held
            held = None
        if _has_picture(chunk) and not chunk.last:
            held = chunk
        else:
            yield chunk


def is_told(cue: Cue) -> bool:
    """Whether the answer has no picture because of its cue."""
    return cue.verb in ("block", "hollow") or (cue.verb == "finish" and not cue.with_picture)


def told(frame: Frame, cue: Cue) -> Json:
    """An answer without a picture: a blocked prompt, a finish reason, or a hollow shell."""
    thought = counting.thoughts(frame.ask)
    usage = counting.usage(frame.ask, Count(), thought=0 if cue.verb == "block" else thought, refused=True)
    if cue.verb == "block":
        feedback: Json = {"blockReason": cue.reason}
        if cue.reason == "SAFETY":
            feedback["safetyRatings"] = _ratings(cue.category, cue.probability)
        if frame.on_vertex:
            feedback["blockReasonMessage"] = "The prompt could not be submitted. It may violate Google's policies."
        return frame.around(None, usage, promptFeedback=feedback)
    if cue.verb == "hollow":
        shell = None if cue.reason == "no candidates" else {**_HOLLOW[cue.reason], "finishReason": "STOP", "index": 0}
        return frame.around(shell, usage)
    return frame.around(_refusal(frame, cue), usage)


def _refusal(frame: Frame, cue: Cue) -> Json:
    content = frame.content([]) if frame.on_vertex else {}
    candidate = frame.candidate(content, finishReason=cue.reason, finishMessage=wording.FINISH.get(cue.reason))
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


def _candidate(frame: Frame, parts: list[Json], chunk: Chunk) -> Json:
    return frame.candidate(
        frame.content(parts),
        finishReason=chunk.reason,
        finishMessage=chunk.message,
        groundingMetadata=chunk.grounding,
    )


class _Tally:
    """Adds up what the chunks so far have cost."""

    def __init__(self, ask: Ask) -> None:
        self.ask, self.answered, self.thought = ask, Count(), 0

    def add(self, chunk: Chunk) -> None:
        self.thought += chunk.thought
        for modality, number in chunk.answered.by_modality:
            self.answered = self.answered.plus(modality, number)

    def usage(self) -> Json:
        return counting.usage(self.ask, self.answered, thought=self.thought)
