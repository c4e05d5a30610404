"""A transport that sends nothing: each request is kept as it would leave, and answered by an example."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from nbgemini.core.redact import Secret
from nbgemini.net.backends import Headers
from nbgemini.net.flight import Flight
from nbgemini.net.inprocess import InProcess
from nbgemini.net.seam import HttpRequest, Reply, Transport
from nbgemini.net.transport import HttpTransport
from tests.support.pictures import make_picture

__all__ = ["Left", "Recorder", "turn_of"]

Json = dict[str, Any]
_JSON = {"content-type": "application/json; charset=UTF-8"}


@dataclass(frozen=True)
class Left:
    """One request on its way out: keys and tokens uncovered, the body read back."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any


class Recorder:
    """Answers every request for a picture with one; requests to `elsewhere` (a login server) really go there."""

    def __init__(self, elsewhere: str = "nowhere:") -> None:
        self.left: list[Left] = []
        self._elsewhere = elsewhere
        self._inside = InProcess(self._answer)
        self._http: Transport | None = None

    @property
    def posts(self) -> list[Left]:
        """The requests for pictures."""
        return [one for one in self.left if "enerateContent" in one.url]

    def send(self, request: HttpRequest, flight: Flight) -> AbstractContextManager[Reply]:
        if request.url.startswith(self._elsewhere):
            self._http = self._http or HttpTransport()
            return self._http.send(request, flight)
        sent, plain = b"".join(piece for piece, _ in request.body or ()), _uncovered(request.headers)
        if request.paid and request.body:
            plain["content-type"] = request.body.media_type
        self.left.append(Left(request.method, request.url, plain, json.loads(sent) if request.paid else sent))
        return self._inside.send(request, flight)

    def _answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        path = urlsplit(target).path
        if "/upload/" in path:
            return self._uploading(headers, body)
        if method == "GET":
            return 200, _JSON, [b'{"models": []}']
        number = len(self.posts)
        answer = {
            "candidates": [{"content": turn_of(number), "finishReason": "STOP", "index": 0}],
            "usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 1120, "totalTokenCount": 1124},
            "modelVersion": "gemini-3.1-flash-image",
            "responseId": f"r{number}",
        }
        if path.endswith(":streamGenerateContent"):
            return 200, {"content-type": "text/event-stream"}, [_events(answer)]
        return 200, _JSON, [json.dumps(answer, indent=2).encode()]

    def _uploading(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        if headers["x-goog-upload-command"] == "start":
            url = f"{self.left[-1].url}?upload_id=1&upload_protocol=resumable"
            return 200, {"x-goog-upload-url": url, "x-goog-upload-status": "active"}, [b""]
        if "finalize" not in headers["x-goog-upload-command"]:
            return 200, {"x-goog-upload-status": "active"}, [b""]
        file = {
            "name": "files/one",
            "mimeType": "image/png",
            "uri": "https://generativelanguage.googleapis.com/v1beta/files/one",
            "expirationTime": "2099-01-01T00:00:00Z",
            "state": "ACTIVE",
        }
        return 200, {**_JSON, "x-goog-upload-status": "final"}, [json.dumps({"file": file}).encode()]


def turn_of(number: int) -> Json:
    """The model turn of an answer: words signed, a thought, a field that nobody knows, an odd order of fields."""
    data = base64.b64encode(make_picture("JPEG", (64, 48), seed=number)).decode()
    signature = base64.urlsafe_b64encode(f"turn {number}?>".encode()).decode()
    return {
        "parts": [
            {"thought": True, "text": f"I think of {number}."},
            {"thoughtSignature": signature, "text": f"Here is {number} <b>— “ok”\u2028</b>."},
            {"inlineData": {"data": data, "mimeType": "image/png"}, "thoughtSignature": signature + signature},
            {"text": "", "thoughtSignature": signature, "newField": {"a": [1.0, 1e3, None, "é"]}},
        ],
        "role": "model",
    }


def _events(answer: Json) -> bytes:
    """One part an event, the end without parts."""
    (candidate,) = answer["candidates"]
    parts = candidate["content"]["parts"]
    told = [{**answer, "candidates": [{"content": {"parts": [part], "role": "model"}, "index": 0}]} for part in parts]
    told.append({**answer, "candidates": [{**candidate, "content": {"role": "model"}}]})
    return b"".join(b"data: " + json.dumps(one).encode() + b"\r\n\r\n" for one in told)


def _uncovered(headers: Headers) -> dict[str, str]:
    return {name.lower(): v.reveal() if isinstance(v, Secret) else v for name, v in headers.items()}
