"""One line of a batch job: looked at when the job comes to it, drawn when its answer is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..cues import Cue
from ..registry import Model
from ..requests import reader
from ..requests.protocol import protojson, schema
from ..requests.turns import Fetch
from ..requests.wanted import Ask
from . import easel, provoked, responses
from .chunks import Answer
from .cueing import cued
from .responses import Frame

Looked = tuple[Ask, Cue, str]


def look(request: Mapping[str, Any], model: Model, version: str, fetch: Fetch, sample: int) -> Looked:
    """The request, checked like any other, and what it is to be answered with; ApiError where that is an error."""
    fields = protojson.read(schema.REQUEST, dict(request), version=version)
    ask = replace(reader.from_fields(fields, model, fetch), sample=sample)
    cue, prompt = cued(ask)
    if cue.verb == "error":
        raise provoked.of(cue, model.id, version)
    return ask, cue, prompt


def answer(looked: Looked, response_id: str, *, real_weight: bool, card: bool) -> dict[str, Any]:
    """What generateContent would answer; `card` has a plain card drawn in place of the scene, which is much quicker."""
    ask, cue, prompt = looked
    frame = Frame(ask, response_id)
    if responses.is_told(cue):
        return responses.told(frame, cue)
    canvas = easel.canvas(ask, prompt, real_weight, card=card)
    return responses.whole(frame, Answer(ask, cue, canvas, prompt, False))
