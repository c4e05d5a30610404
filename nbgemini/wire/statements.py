"""What JSON of any maker says went wrong: in `error`, `errors`, `detail`, `message`, and inside of each other.

Gateways wrap Google's refusal into one of their own, as JSON in a text, once or more often.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from nbgemini._dataclass import dataclass
from nbgemini.core.skeleton import Json
from nbgemini.wire.typed import mapping, mappings

__all__ = ["Statement", "stated"]

_DEEPEST = 8  # of JSON in JSON
_LONGEST = 100_000  # characters of a text in which JSON is looked for
_FEW = 3  # items of a list that are quoted
_WRAPPERS = ("error", "errors", "fault", "Error", "base_resp")
_TEXTS = (
    "message",
    "detail",
    "error_description",
    "msg",
    "errorMessage",
    "error_message",
    "faultstring",
    "Message",
    "title",
    "description",
    "status_msg",
    "error_msg",
    "reason",
)
_MESSAGE = r'\\?"message\\?"\s*:\s*\\?"((?:[^"\\]|\\[^"])+)'


@dataclass(frozen=True, slots=True)
class Statement:
    """`code` is a status that stands beside the message, or 0; `wrapped`: all of it was found inside of a text."""

    message: str = ""
    reason: str = ""
    code: int = 0
    details: tuple[Mapping[str, Json], ...] = ()
    wrapped: bool = False


def stated(value: Json, depth: int = 0) -> Statement:
    """The innermost statement of a value; an empty one where it says nothing."""
    if depth > _DEEPEST:
        return Statement()
    if isinstance(value, str):
        inner = _inside(value, depth)
        return replace(inner, wrapped=True) if inner.message else Statement(value.strip())
    if isinstance(value, list):
        found = [one for one in (stated(item, depth + 1) for item in value[:_FEW]) if one.message]
        return replace(found[0], message="; ".join(one.message for one in found)) if found else Statement()
    return _of_object(value, depth) if isinstance(value, Mapping) else Statement()


def _of_object(value: Mapping[str, Json], depth: int) -> Statement:
    """Of an object: what a provider behind it said, else what it wraps, else its own words."""
    own = _own(value, depth)
    behind = stated(mapping(value.get("metadata")).get("raw"), depth + 1)
    inner = [behind, *(stated(value[name], depth + 1) for name in _WRAPPERS if value.get(name))]
    found = next((one for one in inner if one.message or one.details), own)
    if own.message and isinstance(value.get("error"), str) and not found.wrapped:  # a word, and beside it what it means
        return replace(own, reason=own.reason or found.message)
    return replace(found, reason=found.reason or own.reason, details=found.details or own.details)


def _own(value: Mapping[str, Json], depth: int) -> Statement:
    details = tuple(mappings(value.get("details")))
    reason = next((word for name in ("status", "code", "type") if (word := _word(value.get(name)))), "")
    code = next((code for name in ("code", "status", "statusCode") if type(code := value.get(name)) is int), 0)
    for name in _TEXTS:
        found = stated(value.get(name), depth + 1)
        if found.message and found.wrapped:
            return found
        if found.message:
            where = _where(value.get("loc"))
            return Statement(f"{where}{found.message}", reason, code, details)
    fields = "; ".join(f"{name}: {text}" for name, text in _fields(value, depth)) if depth else ""
    return Statement(fields, reason, code, details)


def _word(value: Json) -> str:
    """A reason in a word: no number, and no address of a page about it."""
    is_word = isinstance(value, str) and len(value) <= 100 and not value.isdigit() and ":" not in value
    return str(value) if is_word else ""


def _where(place: Json) -> str:
    """`body.contents: ` of the place that a framework names."""
    steps = [str(step) for step in place if isinstance(step, str | int)] if isinstance(place, list) else []
    return f"{'.'.join(steps[:9])}: " if steps else ""


def _fields(value: Mapping[str, Json], depth: int) -> Iterator[tuple[str, str]]:
    """What is said of each field, where an object is a list of them: `{"model": ["is not known"]}`."""
    named = [(name, item) for name, item in value.items() if isinstance(item, list) and name != "details"]
    for name, item in named[:_FEW]:
        if text := stated(item, depth + 1).message:
            yield name, text


def _inside(text: str, depth: int) -> Statement:
    """What the JSON in a text says, if any: alone, behind words of a gateway's, cut, or as Python prints it."""
    if len(text) > _LONGEST:
        return Statement()
    for start in _starts(text):
        for spelled in (text[start:], text[start:].replace("\\n", " ").replace('\\"', '"').replace("\\'", "'")):
            try:
                value, _ = json.JSONDecoder(strict=False).raw_decode(spelled)
            except (ValueError, RecursionError):
                continue
            found = stated(value, depth + 1)
            if found.message and (isinstance(value, Mapping) or found.code):
                return found
    cut = re.search(_MESSAGE, text)
    return Statement(cut[1].replace("\\n", " ").replace("\\", "").strip()) if cut else Statement()


def _starts(text: str) -> list[int]:
    """Where JSON may begin: the first braces, and the first bracket."""
    braces = [found.start() for found, _ in zip(re.finditer(r"\{", text), range(_FEW), strict=False)]
    bracket = text.find("[")
    return sorted({*braces, bracket} - {-1})
