"""A server on loopback that draws for sweeps: it counts each prompt, keeps to a limit a window, and forgets nothing."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image

from nbgemini.net.inprocess import InProcess
from nbgemini.studio.studio import Studio
from nbgemini.tuning.sweeping import Sweeping

__all__ = ["DrawingServer", "serving", "sweeping_on"]


@cache
def _picture(size: tuple[int, int], colour: tuple[int, int, int]) -> str:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG")
    return base64.b64encode(target.getvalue()).decode()


class DrawingServer:
    """`latency` is in seconds; `limit` requests pass in each `window` of seconds, the others get a 429 with a hint.

    `blocked` and `broken` are words: a prompt that has one of the first is blocked, one that has one of the second is
    answered by an end of the connection.
    """

    def __init__(
        self,
        *,
        latency: float = 0.0,
        limit: int | None = None,
        window: float = 2.0,
        blocked: str = "",
        broken: str = "",
        signature: int = 200,
        refusals: int = 0,
        hint: float = 1.0,
    ) -> None:
        self.latency = latency
        self.limit = limit
        self.window = window
        self.blocked = blocked
        self.broken = broken
        self.signature = base64.b64encode(b"s" * signature).decode()
        self.refusals = refusals
        self.hint = hint
        self.bodies: list[dict[str, Any]] = []
        self.arrivals: list[float] = []
        self.refused: list[tuple[float, float]] = []  # when, and until when its hint asks to wait
        self.drawn: Counter[str] = Counter()
        self.models: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.hold = threading.Event()
        self.hold.set()
        self.free = 0  # so many are answered whatever `hold` says
        self.began = time.monotonic()
        self._windows: Counter[int] = Counter()
        self._pictures = [_picture((64, 48), (20 * at, 255 - 20 * at, 90)) for at in range(8)]

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, bytes] | None:
        """A status and a body; None: the connection ends without an answer."""
        prompt = body["contents"][-1]["parts"][-1].get("text", "")
        now = time.monotonic()
        with self.lock:
            self.bodies.append(body)
            self.arrivals.append(now)
            seconds = self._seconds_to_wait(now)
            if seconds is not None:
                self.refused.append((now, now + seconds))
        if seconds is not None:
            return 429, _quota(seconds)
        if self.broken and self.broken in prompt:
            return None
        with self.lock:
            self.drawn[prompt] += 1
            self.models[path.split("/")[-1].partition(":")[0]] += 1
            number = sum(self.drawn.values())
        time.sleep(self.latency)
        if number > self.free:
            self.hold.wait(30)
        if self.blocked and self.blocked in prompt:
            return 200, json.dumps({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}).encode()
        return 200, self._drawn(number)

    def handle(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        """The same for a transport in this process; there a connection cannot end, and a broken one is a 504."""
        answered = self.answer(target, json.loads(body)) or (504, b"gateway timeout")
        return answered[0], {"content-type": "application/json"}, [answered[1]]

    @property
    def requests(self) -> int:
        """How many came."""
        return len(self.arrivals)

    def _seconds_to_wait(self, now: float) -> float | None:
        if self.refusals > 0:
            self.refusals -= 1
            return self.hint
        if self.limit is None:
            return None
        at = int((now - self.began) / self.window)
        if self._windows[at] >= self.limit:
            return self.began + (at + 1) * self.window - now + 0.01
        self._windows[at] += 1
        return None

    def _drawn(self, number: int) -> bytes:
        part = {
            "inlineData": {"mimeType": "image/jpeg", "data": self._pictures[number % len(self._pictures)]},
            "thoughtSignature": self.signature,
        }
        usage = {
            "promptTokenCount": 10, "candidatesTokenCount": 1120, "totalTokenCount": 1130,
            "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}],
        }  # fmt: skip
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
        return json.dumps({"candidates": [candidate], "usageMetadata": usage, "responseId": f"r{number}"}).encode()


def _quota(seconds: float) -> bytes:
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel", "quotaMetric": "requests"}],
        },
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{seconds:.3f}s"},
    ]
    error = {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded.", "details": details}
    return json.dumps({"error": error}).encode()


def sweeping_on(server: DrawingServer, home: Path, **traits: Any) -> Sweeping:
    """The sweeps of a new kernel that asks this server."""
    values = {"base_url": "https://gateway.example", "model": "flash-lite", **traits}
    return Sweeping(Studio(traits=lambda: values, home=home, transport=InProcess(server.handle)))


@contextmanager
def serving(server: DrawingServer) -> Iterator[str]:
    """Serve on loopback: the base URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            answered = server.answer(self.path, body)
            if answered is None:
                self.close_connection = True
                self.connection.close()
                return
            status, data = answered
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class Threads(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A killed kernel ends its connections."""

    http = Threads(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()
