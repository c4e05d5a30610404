"""The body of a 200 answer as an `Answer`: whatever arrives becomes one, or AnswerUndecodable says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from nbgemini.core.content import Part, Turn, picture_part
from nbgemini.core.exchange import Answer
from nbgemini.core.phrases import AGAIN
from nbgemini.core.picture import Picture
from nbgemini.core.redact import redact
from nbgemini.core.seams import Objects
from nbgemini.core.skeleton import Json, Skeleton, StoredText
from nbgemini.core.usage import Usage
from nbgemini.errors import AnswerUndecodable, ApiError, ObjectMissing
from nbgemini.wire.events import error_of, is_last, is_stream, read_stream
from nbgemini.wire.in_text import foreign, spelled_out
from nbgemini.wire.inline import PICTURES_CAP, cut_short, lift_picture, read_back, salvage
from nbgemini.wire.patient import NotJson, read
from nbgemini.wire.typed import Hide, mapping, mappings, word

__all__ = ["answer", "envelope", "rescued", "salvage"]

_FOREIGN = "\0foreign"  # marks an envelope that was made here
_MOST_WORDS = 8 * 2**20  # bytes: more is of no use to a reader, and stays on disk
_PARTS_CAP = 10_000  # parts of a turn: every look at it walks through all of them


def answer(skeleton: Skeleton, objects: Objects, hide: Hide = redact) -> Answer:
    """Decode a complete body. Raises AnswerUndecodable, and ApiError for an error in the middle of a stream; the
    `pictures` of both are what could be saved.

    Short pictures that are still in the text become objects, so that every picture has one. `hide` takes secrets out of
    what is said beside the turn, which stays as it came.
    """
    failure: AnswerUndecodable | ApiError
    try:
        found = _answer(envelope(skeleton, objects, hide), objects, hide)
        held = found.turn.pictures if found.turn else {}
        others = salvage(skeleton, objects, held)
        return replace(found, others=others, broken=_broken(found.turn, objects))
    except ApiError as error:
        failure = error
    except NotJson as problem:
        from nbgemini.wire.refusals import fault_under_200  # most answers need none of its words

        failure = fault_under_200(skeleton, hide) or AnswerUndecodable(
            f"The answer cannot be read: {problem}.", hint=AGAIN
        )
    failure.pictures = salvage(skeleton, objects)
    raise failure


def _broken(turn: Turn | None, objects: Objects) -> tuple[Picture, ...]:
    """The pictures of a turn that are cut short."""
    found = []
    for part in turn.parts if turn else ():
        if turn and isinstance(part.data, StoredText) and turn.picture_of(part) is None:
            with suppress(ObjectMissing):
                found.append(cut_short(objects, part.data))
    return tuple(dict.fromkeys(filter(None, found)))


def rescued(pictures: tuple[Picture, ...]) -> Answer:
    """An answer that holds nothing but pictures, for those that were saved from a broken body."""
    if not pictures:
        return Answer(turn=None)
    content = {"role": "model", "parts": [picture_part(picture) for picture in pictures]}
    return Answer(turn=Turn("model", content, {picture.sha256: picture for picture in pictures}))


def envelope(skeleton: Skeleton, objects: Objects, hide: Hide) -> Mapping[str, Json]:
    """The response object; those of a stream, or of an array, are merged into one. Raises NotJson or ApiError."""
    if not skeleton.text.strip() and not skeleton.holes:
        raise NotJson("it is empty")
    found = (_streamed if is_stream(skeleton.text) else _plain)(skeleton, hide)
    envelope = found[0] if len(found) == 1 else _merged(found)
    if not any(envelope.get(name) for name in ("candidates", "promptFeedback", "usageMetadata")):
        parts = [] if "error" in envelope else foreign(envelope)
        if not any(lift_picture(dict(part), objects)[1] for part in parts):
            raise NotJson("it has no candidates, and no reason why not")
        content = {"role": "model", "parts": parts}
        return {_FOREIGN: True, "candidates": [{"content": content, "finishReason": "STOP"}]}
    return {**envelope, "candidates": list(mappings(envelope.get("candidates")))}


def _merged(responses: Sequence[Mapping[str, Json]]) -> Mapping[str, Json]:
    from nbgemini.wire.merge import merged  # most answers come at once

    return merged(responses)


def _plain(skeleton: Skeleton, hide: Hide) -> Sequence[Mapping[str, Json]]:
    """The object of a plain answer, or those of the array that a stream without events is."""
    value = read(skeleton)
    if not isinstance(value, list):
        return [mapping(value)]
    found = list(mappings(value))
    if len(found) > 1:
        _check_error(found, hide)
    return found


def _streamed(skeleton: Skeleton, hide: Hide) -> Sequence[Mapping[str, Json]]:
    """The objects of a stream of events. What breaks off after the end does not count."""
    stream = read_stream(skeleton)
    if stream.torn and not (stream.ended and stream.breaks_off):
        raise NotJson("an event of the stream is not JSON")
    if not stream.responses:
        raise NotJson("the stream was empty")
    _check_error(stream.responses, hide)
    return stream.responses


def _check_error(responses: Sequence[Mapping[str, Json]], hide: Hide) -> None:
    """Raises ApiError for an error in a stream that had not ended yet."""
    for at, response in enumerate(responses):
        if is_last(response):
            if (error := error_of(response)) is not None:
                from nbgemini.wire.refusals import fault_in_stream

                raise fault_in_stream(error, begun=at > 0, hide=hide)
            return


def _answer(envelope: Mapping[str, Json], objects: Objects, hide: Hide) -> Answer:
    candidate, turn, reshaped = _chosen(envelope["candidates"], objects)
    feedback = mapping(envelope.get("promptFeedback"))
    ratings = [*mappings(candidate.get("safetyRatings")), *mappings(feedback.get("safetyRatings"))]
    grounding = candidate.get("groundingMetadata")
    return Answer(
        turn=turn,
        reshaped=reshaped or _FOREIGN in envelope,
        finish_reason=word(candidate.get("finishReason"), 100, hide),
        finish_message=word(candidate.get("finishMessage"), 2000, hide)
        or word(feedback.get("blockReasonMessage"), 2000, hide),
        block_reason=word(feedback.get("blockReason"), 100, hide),
        blocked=_blocked(ratings, hide),
        usage=Usage.parse(envelope.get("usageMetadata")),
        model_version=word(envelope.get("modelVersion"), 200, hide),
        response_id=word(envelope.get("responseId"), 200, hide),
        model_status=mapping(envelope.get("modelStatus")),
        grounding=grounding if isinstance(grounding, Mapping) and grounding else None,
    )


def _blocked(ratings: list[Mapping[str, Json]], hide: Hide) -> tuple[str, ...]:
    """The categories that are marked as blocked; where none is marked, those that are rated high."""
    marked = [rating for rating in ratings if rating.get("blocked") is True]
    named = marked or [rating for rating in ratings if rating.get("probability") == "HIGH"]
    return tuple(dict.fromkeys(word(rating.get("category"), 100, hide) for rating in named))


def _chosen(candidates: Json, objects: Objects) -> tuple[Mapping[str, Json], Turn | None, bool]:
    """The first candidate with a picture, else the first that says anything, else the first; its turn, and whether that
    is not as it came.
    """
    found = [(candidate, *_turn(candidate, objects)) for candidate in candidates[:PICTURES_CAP]]
    drawn = (one for one in found if one[1] and one[1].picture)
    said = (one for one in found if one[1])
    return next(drawn, None) or next(said, None) or (found[0] if found else ({}, None, False))


def _turn(candidate: Mapping[str, Json], objects: Objects) -> tuple[Turn | None, bool]:
    """The model turn of a candidate, or None when no part of it says anything.

    True: pictures stood in its texts, and were taken out of them.
    """
    content, reshaped = _content(candidate.get("content"))
    parts: list[dict[str, Json]] = []
    room = _MOST_WORDS
    for raw in filter(None, mappings(content.get("parts"))):
        part = read_back(dict(raw), objects, room)
        room -= len(Part(part).text or "")
        made = spelled_out(part)
        reshaped = reshaped or made is not None
        parts += [part] if made is None else made
        if len(parts) > _PARTS_CAP:
            raise NotJson(f"it has more than {_PARTS_CAP:,} parts")
    if not any(_says(Part(part)) for part in parts):
        return None, False
    pictures: dict[str, Picture] = {}
    for at, part in enumerate(parts):
        parts[at], picture = lift_picture(part, objects)
        if picture:
            pictures[picture.sha256] = picture
        if len(pictures) > PICTURES_CAP:
            raise NotJson(f"it holds more than {PICTURES_CAP} pictures")
    role = {} if content.get("role") in (None, "model") else {"role": "model"}
    return Turn("model", {**content, "parts": parts, **role}, pictures), reshaped


def _content(value: Json) -> tuple[Mapping[str, Json], bool]:
    """The content of a candidate; True: a text, or a single part, stood in its place."""
    if isinstance(value, str) and spelled_out({"text": value}):
        return {"role": "model", "parts": [{"text": value}]}, True
    content = mapping(value)
    if isinstance(part := content.get("parts"), Mapping):
        return {**content, "parts": [part]}, True
    return content, False


def _says(part: Part) -> bool:
    """Whether a part holds anything beside an empty text and a flag."""
    stored = isinstance(part.raw.get("text"), StoredText)
    return bool(part.text or part.signature or stored) or any(name not in ("text", "thought") for name in part.raw)
