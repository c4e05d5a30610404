"""The two doors that one suite knocks at: the emulator on loopback, or Google, where every picture costs money."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from tests.contract import shapes

__all__ = [
    "DRAWS",
    "FLASH",
    "LITE",
    "NEWEST",
    "OLD",
    "PRICE",
    "PRO",
    "SMALL",
    "Answer",
    "Door",
    "asked",
    "merged",
    "user",
]

PRO = "gemini-3-pro-image"
FLASH = "gemini-3.1-flash-image"
LITE = "gemini-3.1-flash-lite-image"
NEWEST = "gemini-nano-banana-2.1"
OLD = "gemini-2.5-flash-image"

DRAWS = LITE  # the cheapest picture, where a test does not need what another model has
SMALL = {"imageConfig": {"imageSize": "512"}}
PRICE = {LITE: 0.034, NEWEST: 0.034, FLASH: 0.068, OLD: 0.039, PRO: 0.134}
"""US dollars for a picture, rounded up; of FLASH for 1K, though the tests ask for 512 wherever they can."""

Json = dict[str, Any]


@cache
def _trusted() -> ssl.SSLContext:
    """Whom a client trusts, read once: at loopback it is asked for nothing."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def candidate(self) -> Json:
        assert self.status == 200, self.body[:500]
        (only,) = self.json["candidates"]
        assert isinstance(only, dict)
        return only

    @property
    def turn(self) -> Json:
        """The model turn, as it must come back."""
        turn = self.candidate["content"]
        assert isinstance(turn, dict)
        return turn

    @property
    def parts(self) -> list[Json]:
        return list(self.turn.get("parts", ()))

    @property
    def pictures(self) -> list[bytes]:
        """The pictures that are no thoughts."""
        shown = [part for part in self.parts if "inlineData" in part and not part.get("thought")]
        return [base64.b64decode(part["inlineData"]["data"]) for part in shown]


@dataclass
class Door:
    """One of the two, with a key that is good there. `pictures` counts what was drawn through it in this test."""

    base_url: str
    key: str = field(repr=False)
    live: bool
    allowed: int = 0
    """Pictures that this test said it draws."""
    left: float = 0.0
    """US dollars that may still be spent."""
    pictures: int = 0

    def call(self, method: str, target: str, body: Any = None, **headers: str) -> Answer:
        """One request; `target` is a path, or a whole address on this server. Bytes go as they are."""
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"x-goog-api-key": self.key, "content-type": "application/json", **named}
        given = {name: value for name, value in given.items() if value}
        url = target if target.startswith("http") else f"{self.base_url}{target}"
        assert url.startswith(self.base_url), "the key stays with its server"
        with httpx.Client(timeout=300, trust_env=False, verify=_trusted()) as client:
            response = client.request(method, url, content=sent, headers=given)
            return Answer(response.status_code, dict(response.headers), response.content)

    def post(self, body: Json, model: str = DRAWS, verb: str = "generateContent", **headers: str) -> Answer:
        """A request for a picture, once it is known that it may be paid for."""
        self.expect(model)
        answer = self.call("POST", f"/v1beta/models/{model}:{verb}", body, **headers)
        self.pictures += answer.body.count(b'"inlineData"') > 0
        self.left += PRICE[model] if answer.status != 200 else 0
        return answer

    def draw(self, body: Json, model: str = DRAWS) -> Answer:
        """A request that must succeed; its shape is looked at."""
        answer = self.post(body, model)
        assert answer.status == 200, answer.body[:1000]
        shapes.generated(answer.json)
        return answer

    def stream(self, body: Json, model: str = DRAWS) -> list[Json]:
        """The events of a stream that must succeed, taken apart byte by byte."""
        answer = self.post(body, model, "streamGenerateContent?alt=sse")
        assert answer.status == 200, answer.body[:1000]
        assert answer.headers["content-type"].startswith("text/event-stream")
        *events, rest = answer.body.replace(b"\r\n", b"\n").split(b"\n\n")
        assert rest == b""
        assert all(event.startswith(b"data: ") and b"\n" not in event for event in events)
        told = [json.loads(event[6:]) for event in events]
        for event in told:
            shapes.generated(event)
        return told

    def refused(self, body: Json, model: str = DRAWS, **headers: str) -> tuple[int, str]:
        """Status and message of a request that must fail."""
        answer = self.post(body, model, **headers)
        assert answer.status != 200, "it was drawn"
        return answer.status, shapes.error(answer.json, answer.status)

    def expect(self, model: str) -> None:
        """A picture may be drawn: not beyond what was allowed to be spent."""
        if self.live:
            assert PRICE[model] <= self.left, "the allowance for live tests is used up"
            self.left -= PRICE[model]


def user(*parts: str | Json) -> Json:
    """A user turn of texts and other parts."""
    return {"role": "user", "parts": [{"text": part} if isinstance(part, str) else part for part in parts]}


def asked(*turns: Json | str, config: Json | None = None, **fields: Any) -> Json:
    """A request of these turns; a string is a user turn."""
    contents = [user(turn) if isinstance(turn, str) else turn for turn in turns]
    return {"contents": contents, **({"generationConfig": config} if config else {}), **fields}


def merged(events: list[Json]) -> Json:
    """The model turn that the events of a stream make: unsigned texts of one kind run together, all else is kept."""
    parts: list[Json] = []
    for event in events:
        for part in event["candidates"][0].get("content", {}).get("parts", ()):
            mergeable = set(part) <= {"text", "thought"} and bool(parts) and set(parts[-1]) <= {"text", "thought"}
            if mergeable and part.get("thought") == parts[-1].get("thought"):
                parts[-1] = {**parts[-1], "text": parts[-1]["text"] + part["text"]}
            else:
                parts.append(part)
    return {"role": "model", "parts": parts}
