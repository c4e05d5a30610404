"""An `ImageRequest` as the JSON of `generateContent`.

Only camelCase is written, and only what was asked for: an unknown or superfluous field is answered with 400.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from nbgemini.core.content import Part, Role, Turn
from nbgemini.core.exchange import Backend, ImageRequest
from nbgemini.core.option_parsers import Search
from nbgemini.core.options import ImageOptions
from nbgemini.core.request_fields import output_fields, person_field
from nbgemini.core.safety import CATEGORIES, SafetyThreshold
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.errors import OptionError

__all__ = ["body", "fields", "request_hash"]


FileData: TypeAlias = tuple[str, str]
"""Type and uri of an uploaded file."""


def body(
    request: ImageRequest,
    *,
    backend: Backend = "gemini",
    files: Mapping[tuple[Role, str], FileData] = MappingProxyType({}),
) -> Skeleton:
    """The request's JSON, pictures left on disk; those in `files` (by role and object) go by reference.

    It is written once, and each turn of it once for all requests that hold it. Raises OptionError when a `--set` path
    runs through something that is not an object, or a value is not JSON.
    """
    if not files and (known := request.bodies.get(backend)) is not None:
        return known
    written = _written(request, backend, lambda turn: _by_reference(turn, files) if files else turn.encoded)
    if not files:
        request.bodies[backend] = written
    return written


def _written(
    request: ImageRequest, backend: Backend, spell: Callable[[Turn], Json], *, canonical: bool = False
) -> Skeleton:
    """The request as JSON, each turn of it as `spell` gives it. Raises OptionError."""
    try:
        value = fields(request, backend, [spell(turn.replayed) for turn in request.turns])
        if canonical and isinstance(settings := value.get("safetySettings"), list):
            value["safetySettings"] = sorted(settings, key=repr)
        asked = {"backend": backend, "model": request.model, "body": value} if canonical else value
        return Skeleton.of(asked, canonical=canonical)
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, OptionError):
            raise
        reason = "it is nested too deeply" if isinstance(problem, RecursionError) else str(problem)
    raise OptionError(f"The request cannot be written as JSON: {reason}.")


def _by_reference(turn: Turn, files: Mapping[tuple[Role, str], FileData]) -> Json:
    """The turn with `fileData` in place of the inline data of each picture that was uploaded."""
    if not any((turn.role, leaf.content) in files for leaf in turn.leaves):
        return turn.encoded
    parts = [_referred(raw, files.get((turn.role, Part(raw).object or ""))) for raw in turn.content["parts"]]
    return {**turn.content, "parts": parts}


def _referred(raw: Mapping[str, Json], file: FileData | None) -> Mapping[str, Json]:
    if file is None:
        return raw
    rest = {name: value for name, value in raw.items() if name not in ("inlineData", "inline_data")}
    return {"fileData": {"mimeType": file[0], "fileUri": file[1]}, **rest}


def request_hash(request: ImageRequest, backend: Backend) -> str:
    """SHA-256 (hex) of what is asked: model, backend and canonical JSON, with pictures by object. No key, no URL.

    `1.0` and `1` are the same number: `--temperature 1` and `--set generationConfig.temperature=1` ask the same; so do
    safety settings in another order.
    """
    if backend not in request.hashes:
        written = _written(request, backend, lambda turn: turn.canonical, canonical=True)
        request.hashes[backend] = hashlib.sha256(written.text).hexdigest()
    return request.hashes[backend]


def fields(request: ImageRequest, backend: Backend, contents: list[Json] | None = None) -> dict[str, Json]:
    """The request as JSON values, its turns as `contents` gives them. `backend` is for fields that only one of them
    takes. Raises OptionError."""
    options = request.options
    plain = [turn.replayed.content for turn in request.turns] if contents is None else contents
    value: dict[str, Json] = {"contents": plain}
    if options.system is not None:
        who = {"role": "user"} if backend == "vertex" else {}  # there every content says who speaks
        value["systemInstruction"] = {**who, "parts": [{"text": options.system}]}
    value["generationConfig"] = _generation(options)
    if options.tier is not None and backend != "vertex":
        value["serviceTier"] = options.tier
    if options.search is not None:
        value["tools"] = [{"googleSearch": dict(_SEARCHES.get(options.search, {}))}]
    if options.safety:
        value["safetySettings"] = [
            {"category": CATEGORIES[category], "threshold": _THRESHOLDS[threshold]}
            for category, threshold in options.safety
            if category in CATEGORIES and threshold in _THRESHOLDS  # a record may hold words that were taken once
        ]
    for path, item in options.set:
        _write(value, path, item)
    return value


# The web alone is what an empty tool asks for; every model that searches knows that spelling (facts sheet, 2.5).
_SEARCHES: dict[Search, Mapping[str, Json]] = {
    "web": {},
    "image": {"searchTypes": {"imageSearch": {}}},
    "both": {"searchTypes": {"webSearch": {}, "imageSearch": {}}},
}
_THRESHOLDS: dict[SafetyThreshold, str] = {
    "none": "BLOCK_NONE",
    "off": "OFF",
    "low": "BLOCK_LOW_AND_ABOVE",
    "medium": "BLOCK_MEDIUM_AND_ABOVE",
    "only-high": "BLOCK_ONLY_HIGH",
}


_MODALITIES = {"image": ["IMAGE"], "text": ["TEXT"], "both": ["TEXT", "IMAGE"]}


def _generation(options: ImageOptions) -> dict[str, Json]:
    config: dict[str, Json] = {"responseModalities": _MODALITIES.get(options.only or "both", ["TEXT", "IMAGE"])}
    config.update(_image(options))
    if thinking := _thinking(options):
        config["thinkingConfig"] = thinking
    plain = {
        "seed": options.seed,
        "temperature": options.temperature,
        "topP": options.top_p,
        "topK": options.top_k,
        "maxOutputTokens": options.max_tokens,
    }
    config.update({name: number for name, number in plain.items() if number is not None})
    return config


def _thinking(options: ImageOptions) -> dict[str, Json]:
    """How long to think, and whether to show it; thinking is billed either way."""
    level: dict[str, Json] = {} if options.thinking is None else {"thinkingLevel": options.thinking.upper()}
    return {**level, "includeThoughts": True} if options.thoughts else level


def _image(options: ImageOptions) -> dict[str, Json]:
    """Shape and size of the picture: the one place that knows how the wire spells them.

    `responseFormat` is to replace `imageConfig`, but its spelling on the Gemini API is in doubt (facts sheet, 2.2).
    """
    asked = {"aspectRatio": options.aspect, "imageSize": options.size}
    image: dict[str, Json] = {name: word for name, word in asked.items() if word is not None}
    if options.person_generation is not None:
        image["personGeneration"] = person_field(options.person_generation)
    if options.image_output_options is not None:
        image["imageOutputOptions"] = output_fields(options.image_output_options)
    return {"imageConfig": image} if image else {}


def _write(value: dict[str, Json], path: str, item: Json) -> None:
    """Write `item` at a dotted path, making objects on the way; shared objects are copied, never changed."""
    *steps, last = path.split(".")
    at = value
    for depth, step in enumerate(steps, 1):
        inner = at.get(step, {})
        if not isinstance(inner, Mapping):
            raise OptionError(f"`--set {path}`: `{'.'.join(steps[:depth])}` is not an object.")
        at[step] = inner = dict(inner)
        at = inner
    at[last] = item
