"""Reads the shape of answers by a table of its own: a name that the API is not known to send is a fault, so is a type.

It shares nothing with nbgemini or its emulator. The table is the union of what is documented and what was seen.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Misshapen", "error", "file", "generated", "model", "page_of_files", "page_of_models", "tokens"]

Check = Callable[[Any, str], None]


class Misshapen(AssertionError):
    """An answer has a field that is not known, or a value of another type; it names the path."""


def _is(kind: type | tuple[type, ...], *, least: int | None = None) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise Misshapen(f"{path} is {value!r:.80}")
        if least is not None and isinstance(value, int | float) and value < least:
            raise Misshapen(f"{path} is {value}, which is less than {least}")

    return check


def _like(pattern: str) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.DOTALL):
            raise Misshapen(f"{path} is {value!r:.80}")

    return check


def _each(check: Check) -> Check:
    def each(value: Any, path: str) -> None:
        _is(list)(value, path)
        for at, item in enumerate(value):
            check(item, f"{path}[{at}]")

    return each


def _fields(known: Mapping[str, Check], needed: tuple[str, ...] = ()) -> Check:
    def check(value: Any, path: str) -> None:
        _is(dict)(value, path)
        if unknown := sorted(set(value) - set(known)):
            raise Misshapen(f"{path} has {unknown}, which the API is not known to send")
        if missing := sorted(set(needed) - set(value)):
            raise Misshapen(f"{path} lacks {missing}")
        for name, item in value.items():
            known[name](item, f"{path}.{name}")

    return check


def _base64(value: Any, path: str) -> None:
    _is(str)(value, path)
    data = base64.b64decode(value, validate=True)
    if base64.b64encode(data).decode() != value or not data:
        raise Misshapen(f"{path} is no canonical base64")


_TEXT, _BOOL, _COUNT, _SHARE = _is(str), _is(bool), _is(int, least=0), _is((int, float), least=0)
_WORD = _like(r"[A-Z][A-Z0-9_]*")  # names of enums are an open set
_STAMP = _like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_URL = _like(r"https?://\S+")

_PART = _fields(
    {
        "text": _TEXT,
        "inlineData": _fields({"mimeType": _like(r"image/[a-z0-9.+-]+"), "data": _base64}, ("mimeType", "data")),
        "thought": _BOOL,
        "thoughtSignature": _base64,
    }
)
_RATING = _fields({"category": _WORD, "probability": _WORD, "blocked": _BOOL}, ("category", "probability"))
_MODALITY = _fields({"modality": _like("TEXT|IMAGE|VIDEO|AUDIO|DOCUMENT"), "tokenCount": _COUNT}, ("modality",))
_COUNTS = ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount")
_DETAILS = ("promptTokensDetails", "candidatesTokensDetails", "cacheTokensDetails", "toolUsePromptTokensDetails")
_USAGE = _fields(
    {
        **dict.fromkeys((*_COUNTS, "cachedContentTokenCount", "totalTokenCount"), _COUNT),
        **dict.fromkeys(_DETAILS, _each(_MODALITY)),
        "trafficType": _WORD,
        "serviceTier": _like("standard|flex|priority"),
    },
    ("promptTokenCount", "totalTokenCount"),
)
_WEB = _fields({"uri": _URL, "title": _TEXT, "domain": _TEXT}, ("uri",))
_IMAGE = _fields({"sourceUri": _URL, "imageUri": _URL, "title": _TEXT, "domain": _TEXT}, ("sourceUri",))
_SEGMENT = _fields({"startIndex": _COUNT, "endIndex": _COUNT, "partIndex": _COUNT, "text": _TEXT})
_SUPPORT = _fields(
    {"segment": _SEGMENT, "groundingChunkIndices": _each(_COUNT), "confidenceScores": _each(_SHARE)}, ("segment",)
)
_GROUNDING = _fields(
    {
        "searchEntryPoint": _fields({"renderedContent": _TEXT, "sdkBlob": _base64}),
        "webSearchQueries": _each(_TEXT),
        "imageSearchQueries": _each(_TEXT),
        "groundingChunks": _each(_fields({"web": _WEB, "image": _IMAGE})),
        "groundingSupports": _each(_SUPPORT),
        "retrievalMetadata": _is(dict),
    }
)
_CANDIDATE = _fields(
    {
        "content": _fields({"role": _like("model"), "parts": _each(_PART)}),
        "finishReason": _WORD,
        "finishMessage": _TEXT,
        "index": _COUNT,
        "safetyRatings": _each(_RATING),
        "groundingMetadata": _GROUNDING,
        "citationMetadata": _is(dict),
        "tokenCount": _COUNT,
        "continuationToken": _base64,
        "avgLogprobs": _is((int, float)),
    }
)
_FEEDBACK = _fields({"blockReason": _WORD, "blockReasonMessage": _TEXT, "safetyRatings": _each(_RATING)})
_STATUS = _fields({"modelStage": _WORD, "retirementTime": _STAMP, "message": _TEXT}, ("modelStage",))
_GENERATED = {
    "candidates": _each(_CANDIDATE),
    "promptFeedback": _FEEDBACK,
    "usageMetadata": _USAGE,
    "modelVersion": _TEXT,
    "responseId": _like(r"[A-Za-z0-9_-]+"),
    "modelStatus": _STATUS,
    "createTime": _STAMP,
}
_FILE = _fields(
    {
        "name": _like(r"files/[a-z0-9-]{1,40}"),
        "displayName": _TEXT,
        "mimeType": _TEXT,
        "sizeBytes": _like(r"\d+"),
        **dict.fromkeys(("createTime", "updateTime", "expirationTime"), _STAMP),
        "sha256Hash": _base64,
        "uri": _URL,
        "downloadUri": _URL,
        "state": _like("PROCESSING|ACTIVE|FAILED"),
        "source": _like("UPLOADED|GENERATED|REGISTERED"),
    },
    ("name", "mimeType", "sizeBytes", "createTime", "expirationTime", "sha256Hash", "uri", "state"),
)
_MODEL = _fields(
    {
        "name": _like(r"models/[A-Za-z0-9._-]+"),
        **dict.fromkeys(("version", "displayName", "description", "baseModelId"), _TEXT),
        **dict.fromkeys(("inputTokenLimit", "outputTokenLimit", "topK"), _COUNT),
        **dict.fromkeys(("temperature", "topP", "maxTemperature"), _SHARE),
        "supportedGenerationMethods": _each(_TEXT),
        "thinking": _BOOL,
    },
    ("name", "inputTokenLimit", "outputTokenLimit", "supportedGenerationMethods"),
)
_DETAIL: Check = _is(dict)  # google.rpc has many kinds of them; `error` looks at their type
_ERROR = _fields(
    {"code": _COUNT, "message": _TEXT, "status": _WORD, "details": _each(_DETAIL)}, ("code", "message", "status")
)


def generated(value: Any, *, vertex: bool = False) -> None:
    """A GenerateContentResponse, whole or one event of a stream. Raises Misshapen."""
    only_here = {"createTime"} if vertex else {"modelStatus"}
    hidden = {"createTime", "modelStatus"} - only_here
    _fields({name: check for name, check in _GENERATED.items() if name not in hidden}, ("modelVersion", "responseId"))(
        value, "answer"
    )
    for candidate in value.get("candidates", ()):
        for at, part in enumerate(candidate.get("content", {}).get("parts", ())):
            _check_part(part, f"part {at}")


def _check_part(part: Mapping[str, Any], path: str) -> None:
    if ("text" in part) == ("inlineData" in part):
        raise Misshapen(f"{path} carries neither one text nor one picture")
    if part.get("thought") and "thoughtSignature" in part:
        raise Misshapen(f"{path} is a thought with a signature")
    if part.get("thought") is False:
        raise Misshapen(f"{path} says that it is no thought, which is left out on the wire")


def error(value: Any, status: int) -> str:
    """Google's envelope; the message. Raises Misshapen."""
    _fields({"error": _ERROR}, ("error",))(value, "answer")
    found = value["error"]
    if found["code"] != status:
        raise Misshapen(f"answer.error.code is {found['code']} on HTTP {status}")
    for detail in found.get("details", ()):
        _like(r"type\.googleapis\.com/google\.rpc\.[A-Za-z]+")(detail.get("@type"), "answer.error.details.@type")
    return str(found["message"])


def file(value: Any) -> None:
    """A file of the Files API. Raises Misshapen."""
    _FILE(value, "file")


def page_of_files(value: Any) -> None:
    """A page of files. Raises Misshapen."""
    _fields({"files": _each(_FILE), "nextPageToken": _TEXT})(value, "files")


def model(value: Any) -> None:
    """A model. Raises Misshapen."""
    _MODEL(value, "model")


def page_of_models(value: Any) -> None:
    """A page of models. Raises Misshapen."""
    _fields({"models": _each(_MODEL), "nextPageToken": _TEXT}, ("models",))(value, "models")


def tokens(value: Any) -> None:
    """The answer to countTokens. Raises Misshapen."""
    known = {"totalTokens": _COUNT, "cachedContentTokenCount": _COUNT, "promptTokensDetails": _each(_MODALITY)}
    _fields(known, ("totalTokens",))(value, "tokens")
