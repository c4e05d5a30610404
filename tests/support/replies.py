"""What a scripted server may answer: pictures in every documented shape, refusals, faults and broken lines.

Standard library only. The pictures are real JPEG files, declared as PNG as the API is known to do.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field
from functools import cache
from typing import Any

__all__ = [
    "Cut",
    "Draw",
    "Drop",
    "Reply",
    "Slow",
    "Streamed",
    "blocked",
    "empty",
    "events",
    "fault",
    "html",
    "internal",
    "jpeg",
    "overloaded",
]
__all__ += ["prompt_blocked", "quota", "signature", "words"]

STYLES = ("plain", "thoughts", "drafts", "unknown", "tail", "heavy")


@dataclass(frozen=True)
class Reply:
    """A complete answer."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draw:
    """A picture in one of `STYLES`; the server numbers it. None: each light style in turn."""

    style: str | None = None


@dataclass(frozen=True)
class Slow:
    """Another reply, `seconds` after the request has been read."""

    seconds: float
    then: Reply | Draw = field(default_factory=Draw)


@dataclass(frozen=True)
class Cut:
    """A picture whose body breaks off: `keep` is the share that is sent."""

    keep: float = 0.5


@dataclass(frozen=True)
class Drop:
    """The connection is closed after the request has been read, without a word."""


@dataclass(frozen=True)
class Streamed:
    """A picture as a stream: a pause of `seconds` behind the first event, the end after `keep` events (None: all).

    `answer` is what is told in pieces, in place of a picture in the given style.
    """

    seconds: float = 0.0
    style: str = "thoughts"
    keep: int | None = None
    then: bytes = b""
    answer: dict[str, Any] | None = None


Script = Reply | Draw | Slow | Cut | Drop | Streamed


def events(answer: dict[str, Any]) -> list[bytes]:
    """A whole answer as the events of a stream: one part each, unsigned texts in two pieces, the usage growing."""
    (candidate,) = answer["candidates"]
    turn = candidate["content"]
    pieces: list[dict[str, Any]] = []
    for part in turn["parts"]:
        if set(part) <= {"text", "thought"} and len(part["text"]) > 1:
            half = len(part["text"]) // 2
            pieces += [{**part, "text": part["text"][:half]}, {**part, "text": part["text"][half:]}]
        else:
            pieces.append(part)
    around = {name: value for name, value in answer.items() if name not in ("candidates", "usageMetadata")}
    told = [
        {**around, "candidates": [{"content": {**turn, "parts": [piece]}, "index": 0}], "usageMetadata": usage(0, at)}
        for at, piece in enumerate(pieces)
    ]
    last = {**candidate, "content": {"role": "model"}}
    told.append({**around, "candidates": [last], "usageMetadata": answer["usageMetadata"]})
    return [b"data: " + json.dumps(one).encode() + b"\r\n\r\n" for one in told]


def reply(value: Any, status: int = 200, **headers: str) -> Reply:
    """A JSON answer, indented as Google's are."""
    return Reply(json.dumps(value, indent=2).encode(), status, headers=headers)


def fault(status: int, reason: str, message: str, details: list[Any] | None = None, **headers: str) -> Reply:
    """Google's error envelope."""
    error = {"code": status, "message": message, "status": reason}
    return reply({"error": error | ({"details": details} if details else {})}, status, **headers)


def quota(delay: str = "1s", **headers: str) -> Reply:
    """429 for a minute's quota, with a RetryInfo hint."""
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    failure = {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel", "quotaValue": "10"}],
    }
    text = "You exceeded your current quota, please check your plan and billing details."
    return fault(429, "RESOURCE_EXHAUSTED", text, [failure, info], **headers)


def overloaded() -> Reply:
    """503 in Google's words."""
    return fault(503, "UNAVAILABLE", "This model is currently experiencing high demand. Please try again later.")


def internal() -> Reply:
    """500 in Google's words."""
    return fault(500, "INTERNAL", "An internal error has occurred. Please retry.")


def html(status: int = 502) -> Reply:
    """A web page from a proxy in between."""
    return Reply(b"<html><body><script>alert(1)</script><h1>Bad gateway</h1></body></html>", status, "text/html")


def blocked(reason: str = "IMAGE_SAFETY", message: str = "The image violates the prohibited use policy.") -> Reply:
    """HTTP 200 with a finish reason and no picture."""
    candidate = {"content": {}, "finishReason": reason, "finishMessage": message, "index": 0}
    return reply(
        {"candidates": [candidate], "usageMetadata": usage(0, 12), "modelVersion": "strict", "responseId": "b"}
    )


def prompt_blocked(reason: str = "PROHIBITED_CONTENT") -> Reply:
    """HTTP 200 without candidates: the prompt itself was refused."""
    ratings = [{"category": "HARM_CATEGORY_HARASSMENT", "probability": "HIGH", "blocked": True}]
    return reply({"promptFeedback": {"blockReason": reason, "safetyRatings": ratings}, "usageMetadata": usage(0, 0)})


def empty() -> Reply:
    """HTTP 200, STOP, and nothing in it."""
    return reply({"candidates": [{"content": {"role": "model"}, "finishReason": "STOP"}], "usageMetadata": usage(0, 0)})


def words(text: str = "I would rather describe it.") -> Reply:
    """A refusal in words: STOP with text only."""
    content = {"role": "model", "parts": [{"text": text, "thoughtSignature": signature("words")}]}
    return reply({"candidates": [{"content": content, "finishReason": "STOP"}], "usageMetadata": usage(0, 20)})


@cache
def signature(seed: str, size: int = 90) -> str:
    """A thought signature: base64 that no client can make up."""
    return base64.b64encode(hashlib.shake_256(seed.encode()).digest(size)).decode()


def usage(pictures: int, text: int) -> dict[str, Any]:
    """`usageMetadata` with its modality rows."""
    rows = [{"modality": "IMAGE", "tokenCount": 1120 * pictures}] if pictures else []
    output = 1120 * pictures + text
    return {
        "promptTokenCount": 30,
        "candidatesTokenCount": output,
        "totalTokenCount": output + 30,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 30}],
        "candidatesTokensDetails": rows,
    }


def picture_part(number: int, shade: str = "", *, signed: bool = True, size: int = 90) -> dict[str, Any]:
    """An inline JPEG that says it is a PNG, its fields in an unusual order."""
    name = f"picture {number}{shade}"
    data = base64.b64encode(jpeg(name)).decode()
    part: dict[str, Any] = {"thoughtSignature": signature(name, size)} if signed else {}
    return part | {"inlineData": {"data": data, "mimeType": "image/png"}}


def content(number: int, style: str) -> dict[str, Any]:
    """A model turn with picture `number`, in one of `STYLES`."""
    final = picture_part(number)
    words = {"text": f"Here is picture {number}.", "thoughtSignature": signature(f"text {number}")}
    parts = {
        "plain": [words, final],
        "thoughts": [
            {"text": "**Planning**\n\nI consider the light.", "thought": True},
            {"thought": True, **picture_part(number, " interim", signed=False)},
            words,
            final,
        ],
        "drafts": [
            picture_part(number, " draft a"),
            picture_part(number, " draft b"),
            final,
            {"text": "Third time lucky."},
        ],
        "unknown": [
            {"x-unknown": {"b": [1, 2.5, None, "ß\u2028 \\u003d"], "a": {}}, **words},
            {**final, "partMetadata": {"k": "v"}, "x-flag": False},
        ],
        "tail": [final, {"text": "Done."}, {"text": "", "thoughtSignature": signature(f"tail {number}")}],
        "heavy": [words, picture_part(number, size=900_000)],
    }[style]
    turn: dict[str, Any] = {"parts": parts, "role": "model"}
    return {"x-content": [number], **turn} if style == "unknown" else turn


def picture_reply(number: int, style: str) -> dict[str, Any]:
    """A whole answer around a model turn, its top-level fields in an unusual order."""
    pictures = 3 if style == "drafts" else 1
    return {
        "usageMetadata": usage(pictures, 25),
        "modelVersion": "strict-1",
        "responseId": f"response-{number}",
        "candidates": [
            {
                "finishReason": "STOP",
                "index": 0,
                "safetyRatings": None,
                "content": content(number, style),
                "x-new": {"n": 1},
            }
        ],
    }


@cache
def jpeg(name: str, width: int = 64, height: int = 48) -> bytes:
    """A real baseline JPEG in greys whose blocks depend on `name`: the smallest encoder that needs no library."""
    blocks = width // 8 * (height // 8)
    shades = hashlib.shake_256(name.encode()).digest(blocks)
    bits, last = "", 0
    for shade in shades:
        level = shade - 128
        bits, last = bits + _dc(level - last) + "0", level  # each block: its DC difference, then end of block
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")
    frame = struct.pack(">BHHB3B", 8, height, width, 1, 1, 0x11, 0)
    return (
        b"\xff\xd8"
        + _segment(0xFE, name.encode())
        + _segment(0xDB, b"\x00" + b"\x08" * 64)
        + _segment(0xC0, frame)
        + _segment(0xC4, b"\x00" + bytes([0, 0, 0, 10] + [0] * 12) + bytes(range(10)))
        + _segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\x00")
        + _segment(0xDA, bytes([1, 1, 0x00, 0, 63, 0]))
        + scan
        + b"\xff\xd9"
    )


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _dc(difference: int) -> str:
    """A DC difference: its category in four bits, then the value, negative ones in ones' complement."""
    size = abs(difference).bit_length()
    value = difference if difference >= 0 else difference + (1 << size) - 1
    return f"{size:04b}" + (f"{value:0{size}b}" if size else "")
