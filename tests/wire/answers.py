"""Answers as Google gives them, made to measure."""

from __future__ import annotations

import base64
import json
from typing import Any

from nbgemini.core.exchange import Answer
from nbgemini.core.skeleton import Skeleton
from nbgemini.wire.decode import answer
from nbgemini.wire.splitter import Splitter
from tests.wire.shelf import Shelf

__all__ = ["decoded", "image", "response", "split", "text"]


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"text": words, **more}


def image(data: bytes, media_type: str = "image/png", **more: Any) -> dict[str, Any]:
    return {"inlineData": {"mimeType": media_type, "data": base64.b64encode(data).decode()}, **more}


def response(*parts: Any, finish: str | None = "STOP", **top: Any) -> dict[str, Any]:
    """A response with one candidate."""
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if finish is not None:
        candidate["finishReason"] = finish
    usage = {"promptTokenCount": 7, "candidatesTokenCount": 1120, "totalTokenCount": 1127}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-3-pro-image", **top}


def split(body: Any, shelf: Shelf, step: int = 997) -> Skeleton:
    """A body (bytes, or a value that becomes JSON) taken apart in pieces of `step` bytes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    splitter = Splitter(shelf)
    for at in range(0, len(data), step):
        splitter.feed(data[at : at + step])
    skeleton = splitter.finish()
    assert not shelf.open
    return skeleton


def decoded(body: Any, shelf: Shelf | None = None) -> Answer:
    shelf = shelf or Shelf()
    return answer(split(body, shelf), shelf)
