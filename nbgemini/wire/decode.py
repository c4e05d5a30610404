"""The body of a 200 answer as an `Answer`: whatever arrives becomes one, or AnswerUndecodable says why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nbgemini.core.content import Part, Turn, picture_part
from nbgemini.core.exchange import Answer
from nbgemini.core.pictures import Picture
from nbgemini.core.redact import redact
from nbgemini.core.seams import Objects
from nbgemini.core.skeleton import Json, Skeleton, StoredText
from nbgemini.core.usage import Usage
from nbgemini.errors import AnswerUndecodable, ObjectMissing
from nbgemini.wire.patient import NotJson, read
from nbgemini.wire.pictures import PICTURES_CAP, inspect, salvage, shelved
from nbgemini.wire.text import mapping, word

__all__ = ["answer", "rescued", "salvage"]

_PARTS_CAP = 10_000  # parts of a turn: every look at it walks through all of them
_AGAIN = "It is not sent again by itself: run the cell again when you are ready to pay for it twice."


def answer(skeleton: Skeleton, objects: Objects) -> Answer:
    """Decode a complete body. Raises AnswerUndecodable, whose `pictures` are what could be saved of it.

    Short pictures that are still in the text become objects, so that every picture has one.
    """
    try:
        found = _answer(_envelope(skeleton), objects)
        held = found.turn.pictures if found.turn else {}
        others = tuple(picture for picture in salvage(skeleton, objects) if picture.sha256 not in held)
        return replace(found, others=others)
    except NotJson as problem:
        reason = str(problem)
    failure = AnswerUndecodable(f"The answer cannot be read: {reason}.", hint=_AGAIN)
    failure.pictures = salvage(skeleton, objects)
    raise failure


def rescued(pictures: tuple[Picture, ...]) -> Answer:
    """An answer that holds nothing but pictures, for those that were saved from a broken body."""
    if not pictures:
        return Answer(turn=None)
    content = {"role": "model", "parts": [picture_part(picture) for picture in pictures]}
    return Answer(turn=Turn("model", content, {picture.sha256: picture for picture in pictures}))


def _envelope(skeleton: Skeleton) -> Mapping[str, Json]:
    """The response object; several in an array are read as one, with the candidates of all."""
    if not skeleton.text.strip() and not skeleton.holes:
        raise NotJson("it is empty")
    value = read(skeleton)
    found = [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else [mapping(value)]
    merged: dict[str, Json] = {}
    for item in found:
        merged.update(item)
    merged["candidates"] = [candidate for item in found for candidate in _mappings(item.get("candidates"))]
    if not merged["candidates"] and isinstance(error := merged.get("error"), Mapping):
        raise NotJson(f"it is an error under status 200: “{redact(word(error.get('message'), 200))}”")
    if not any(merged.get(name) for name in ("candidates", "promptFeedback", "usageMetadata")):
        raise NotJson("it has neither candidates nor a reason for that")
    return merged


def _mappings(value: Json) -> Iterator[Mapping[str, Json]]:
    yield from (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def _answer(envelope: Mapping[str, Json], objects: Objects) -> Answer:
    candidate, turn = _chosen(envelope["candidates"], objects)
    feedback = mapping(envelope.get("promptFeedback"))
    ratings = [*_mappings(candidate.get("safetyRatings")), *_mappings(feedback.get("safetyRatings"))]
    grounding = candidate.get("groundingMetadata")
    return Answer(
        turn=turn,
        finish_reason=word(candidate.get("finishReason"), 100),
        finish_message=redact(
            word(candidate.get("finishMessage"), 2000) or word(feedback.get("blockReasonMessage"), 2000)
        ),
        block_reason=word(feedback.get("blockReason"), 100),
        blocked=_blocked(ratings),
        usage=Usage.parse(envelope.get("usageMetadata")),
        model_version=redact(word(envelope.get("modelVersion"), 200)),
        response_id=redact(word(envelope.get("responseId"), 200)),
        model_status=mapping(envelope.get("modelStatus")),
        grounding=grounding if isinstance(grounding, Mapping) and grounding else None,
    )


def _blocked(ratings: list[Mapping[str, Json]]) -> tuple[str, ...]:
    """The categories that are marked as blocked; where none is marked, those that are rated high."""
    marked = [rating for rating in ratings if rating.get("blocked") is True]
    named = marked or [rating for rating in ratings if rating.get("probability") == "HIGH"]
    return tuple(dict.fromkeys(word(rating.get("category"), 100) for rating in named))


def _chosen(candidates: Json, objects: Objects) -> tuple[Mapping[str, Json], Turn | None]:
    """The first candidate with a picture, else the first that says anything, else the first; and its turn."""
    turns = [(candidate, _turn(candidate, objects)) for candidate in candidates[:PICTURES_CAP]]
    for candidate, turn in turns:
        if turn and turn.picture:
            return candidate, turn
    for candidate, turn in turns:
        if turn:
            return candidate, turn
    return turns[0] if turns else ({}, None)


def _turn(candidate: Mapping[str, Json], objects: Objects) -> Turn | None:
    """The model turn of a candidate, or None when no part of it says anything."""
    content = mapping(candidate.get("content"))
    parts = [dict(part) for part in _mappings(content.get("parts")) if part]
    if len(parts) > _PARTS_CAP:
        raise NotJson(f"it has more than {_PARTS_CAP:,} parts")
    if not any(_says(Part(part)) for part in parts):
        return None
    pictures: dict[str, Picture] = {}
    for at, part in enumerate(parts):
        parts[at], picture = _looked_at(part, objects)
        if picture:
            pictures[picture.sha256] = picture
        if len(pictures) > PICTURES_CAP:
            raise NotJson(f"it holds more than {PICTURES_CAP} pictures")
    role = {} if content.get("role") in (None, "model") else {"role": "model"}
    return Turn("model", {**content, "parts": parts, **role}, pictures)


def _says(part: Part) -> bool:
    """Whether a part holds anything beside an empty text and a flag."""
    return bool(part.text or part.signature) or any(name not in ("text", "thought") for name in part.raw)


def _looked_at(part: dict[str, Json], objects: Objects) -> tuple[dict[str, Json], Picture | None]:
    """The part, a short inline picture in it moved to an object; and the picture it carries."""
    view = Part(part)
    data = view.data
    if isinstance(data, str) and data and (leaf := shelved(objects, data)):
        name = "inlineData" if "inlineData" in part else "inline_data"
        part = {**part, name: {**mapping(view.inline), "data": leaf}}
        data = leaf
    try:
        return part, inspect(objects, data) if isinstance(data, StoredText) else None
    except ObjectMissing:
        return part, None
