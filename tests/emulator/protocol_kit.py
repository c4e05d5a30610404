"""What the protocol tests share: a caller for the service, and small pictures."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

from PIL import Image

from nbgemini.emulator import Request, Service

PRO = "gemini-3-pro-image"
FLASH = "gemini-3.1-flash-image"
LITE = "gemini-3.1-flash-lite-image"
NEWEST = "gemini-nano-banana-2.1"
OLD = "gemini-2.5-flash-image"

SMALL = {"imageConfig": {"imageSize": "512"}}
"""The generation config of the cheapest picture, for FLASH."""

SPOKEN = "a red boat on the sea; tell me about it"
"""A prompt that is answered in words besides: most are not."""

Json = dict[str, Any]


def user(*parts: str | Json) -> Json:
    """A user turn of texts and other parts."""
    return {"role": "user", "parts": [{"text": part} if isinstance(part, str) else part for part in parts]}


def inline(data: bytes, mime: str = "image/png") -> Json:
    return {"inlineData": {"mimeType": mime, "data": base64.b64encode(data).decode()}}


def picture(width: int = 40, height: int = 30, kind: str = "PNG", colour: str = "red") -> bytes:
    """The bytes of a plain picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind)
    return buffer.getvalue()


def size_of(part: Json) -> tuple[str | None, tuple[int, int]]:
    """The true format and size of an inline picture."""
    with Image.open(io.BytesIO(base64.b64decode(part["inlineData"]["data"]))) as opened:
        return opened.format, opened.size


class Caller:
    """Calls one service as a client would, and reads the answers."""

    def __init__(self, **options: Any) -> None:
        self.service = Service(**options)

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, Json]:
        """One request; the status and the JSON of the answer."""
        response = self.service.handle(Request(method, target, headers, body))
        return response.status, json.loads(b"".join(response.body))

    def get(self, target: str, **headers: str) -> tuple[int, Json]:
        return self.send("GET", target, headers)

    def post(self, body: Any, model: str = FLASH, method: str = "generateContent", **headers: str) -> tuple[int, Json]:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"content-type": "application/json", **headers}
        return self.send("POST", f"/v1beta/models/{model}:{method}", given, sent)

    def draw(self, *turns: Json | str, model: str = FLASH, config: Json | None = None, **fields: Any) -> Json:
        """The answer to a request that must succeed; on FLASH at 512, unless the config says otherwise."""
        config = config if config is not None else (SMALL if model == FLASH else {})
        status, answer = self.post(asked(*turns, config=config, **fields), model)
        assert status == 200, answer
        return answer

    def refused(self, body: Any, model: str = FLASH, **headers: str) -> tuple[int, str]:
        """Code and message of the error for a request that must fail."""
        status, answer = self.post(body, model, **headers)
        assert status == answer["error"]["code"]
        return status, answer["error"]["message"]

    def events(self, *turns: Json | str, model: str = FLASH, config: Json | None = None, **fields: Any) -> list[Json]:
        """The events of a stream."""
        body = json.dumps(asked(*turns, config=SMALL if config is None else config, **fields)).encode()
        target = f"/v1beta/models/{model}:streamGenerateContent?alt=sse"
        response = self.service.handle(Request("POST", target, {}, body))
        assert response.headers["content-type"] == "text/event-stream"
        *events, rest = b"".join(response.body).split(b"\r\n\r\n")
        assert rest == b""
        return [json.loads(event.removeprefix(b"data: ")) for event in events]


def asked(*turns: Json | str, config: Json | None = None, **fields: Any) -> Json:
    """A request of these turns; a string is a user turn."""
    contents = [user(turn) if isinstance(turn, str) else turn for turn in turns]
    return {"contents": contents, **({"generationConfig": config} if config else {}), **fields}


def candidate(answer: Json) -> Json:
    (only,) = answer["candidates"]
    assert isinstance(only, dict)
    return only


def content(answer: Json) -> Json:
    """The model turn of an answer."""
    turn = candidate(answer)["content"]
    assert isinstance(turn, dict)
    return turn


def pictures(answer: Json) -> list[Json]:
    """The parts with pictures."""
    return [part for part in content(answer)["parts"] if "inlineData" in part]
