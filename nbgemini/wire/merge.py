"""The responses of a stream as the one response that a plain call would have brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nbgemini.core.skeleton import Json
from nbgemini.wire.events import is_last
from nbgemini.wire.typed import mapping, mappings

__all__ = ["merged"]

_UNSAID = "FINISH_REASON_UNSPECIFIED"


def merged(responses: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """One response: candidates by their index, each with one model turn; of all else the last that says anything.

    `usageMetadata` is cumulative, so its last one counts.
    """
    whole: dict[str, Json] = {}
    candidates: dict[Json, list[Mapping[str, Json]]] = {}
    for response in _once(responses):
        _update(whole, {name: value for name, value in response.items() if name != "candidates"})
        for at, candidate in enumerate(mappings(response.get("candidates"))):
            index = candidate.get("index", at)
            candidates.setdefault(index if type(index) is int else at, []).append(candidate)
    whole["candidates"] = [_candidate(chunks) for _, chunks in sorted(candidates.items())]
    return whole


def _once(responses: Sequence[Mapping[str, Json]]) -> Iterator[Mapping[str, Json]]:
    """Without the last response's echoes: some gateways send it twice."""
    before: Mapping[str, Json] | None = None
    for response in responses:
        if response != before or not is_last(response):
            yield response
        before = response


def _update(whole: dict[str, Json], later: Mapping[str, Json]) -> None:
    """What is said later counts; nothing, and an empty value, take back nothing."""
    for name, value in later.items():
        if name not in whole or value not in (None, "", {}, []):
            whole[name] = value


def _candidate(chunks: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    whole: dict[str, Json] = {}
    content: dict[str, Json] = {}
    parts: list[Mapping[str, Json]] = []
    grounding: dict[str, Json] = {}
    for chunk in chunks:
        later = dict(chunk)
        said = mapping(later.pop("content", None))
        parts += mappings(said.get("parts"))
        _update(content, {**said, "parts": None} if "parts" in said else said)
        _update(grounding, mapping(later.pop("groundingMetadata", None)))
        if later.get("finishReason") == _UNSAID and whole.get("finishReason"):
            del later["finishReason"]
        _update(whole, later)
    if parts:
        content["parts"] = joined(parts)
    else:
        content.pop("parts", None)
    return {"content": content, **whole, **({"groundingMetadata": grounding} if grounding else {})}


def joined(parts: Sequence[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
    """The parts of all chunks as those of one turn: pieces of a text that nothing vouches for become one again.

    A signature belongs to its very part, so a signed part is never joined; nor is one with any field beside its text
    and the flag of a thought.
    """
    made: list[Mapping[str, Json]] = []
    run: list[str] = []  # the pieces of the last part made
    for part in parts:
        if made and _is_piece(part) and _is_piece(made[-1]) and _flag(part) == _flag(made[-1]):
            run.append(part["text"])
            continue
        _close(made, run)
        made.append(part)
        run = [part["text"]] if _is_piece(part) else []
    _close(made, run)
    return made


def _close(made: list[Mapping[str, Json]], run: list[str]) -> None:
    if len(run) > 1:
        made[-1] = {**made[-1], "text": "".join(run)}


def _is_piece(part: Mapping[str, Json]) -> bool:
    return isinstance(part.get("text"), str) and part.keys() <= {"text", "thought"}


def _flag(part: Mapping[str, Json]) -> Json:
    return part.get("thought", False)
