"""A scripted server in this process: it answers what a test says and remembers what it was asked."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from nbgemini.net.inprocess import InProcess
from nbgemini.studio.studio import Studio

Answer = tuple[int, Mapping[str, str], Iterable[bytes]]
JSON = {"content-type": "application/json"}


@cache
def jpeg(colour: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small JPEG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def picture(colour: str = "teal", **part: Any) -> dict[str, Any]:
    """A signed image part."""
    data = base64.b64encode(jpeg(colour)).decode()
    return {"inlineData": {"mimeType": "image/png", "data": data}, "thoughtSignature": f"c2ln{colour}", **part}


def answer(*parts: dict[str, Any], finish: str = "STOP", **more: Any) -> Answer:
    """HTTP 200 with these parts."""
    usage = {
        "promptTokenCount": 10,
        "candidatesTokenCount": 1120,
        "totalTokenCount": 1130,
        "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}],
    }
    candidate = {"content": {"role": "model", "parts": list(parts)}, "finishReason": finish}
    body = {"candidates": [candidate], "usageMetadata": usage, "responseId": "r1", **more}
    return 200, JSON, [json.dumps(body).encode()]


def failure(status: int, reason: str, message: str, **details: Any) -> Answer:
    """Google's error envelope."""
    error = {"error": {"code": status, "status": reason, "message": message, **details}}
    return status, JSON, [json.dumps(error).encode()]


class Server:
    """Answers in order, the last one for ever. An answer may be a function that is called when its turn comes."""

    def __init__(self, *answers: Answer | Callable[[], Answer]) -> None:
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []
        self.targets: list[str] = []
        self._lock = threading.Lock()

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        with self._lock:
            self.requests.append(json.loads(body))
            self.targets.append(target)
            chosen = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return chosen() if callable(chosen) else chosen

    def texts(self, request: int = -1) -> list[str]:
        """The texts of a request's contents, in order."""
        contents = self.requests[request]["contents"]
        return [part["text"] for turn in contents for part in turn["parts"] if "text" in part]


def held_back(released: threading.Event, then: Answer) -> Answer:
    """An answer whose body waits until it is released."""
    status, headers, body = then

    def pieces() -> Iterator[bytes]:
        assert released.wait(20)
        yield from body

    return status, headers, pieces()


def studio_on(server: Server, home: Path, **traits: Any) -> Studio:
    """A studio that believes it talks to the Gemini API through a gateway."""
    values = {"base_url": "https://gateway.example", **traits}
    return Studio(traits=lambda: values, home=home, transport=InProcess(server.handle))
