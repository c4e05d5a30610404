"""The HTTP request the emulator is given, and the response it gives back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

PIECE = 1 << 18
"""Bytes in one piece of a long body."""

MARK = {"x-nbgemini-emulator": "1"}
"""The header by which a client can tell the emulator from Google."""

COMMON = {
    "vary": "Origin, X-Origin, Referer",
    "x-xss-protection": "0",
    "x-frame-options": "SAMEORIGIN",
    "x-content-type-options": "nosniff",
    **MARK,
}
"""What every answer of the two APIs carries, as it was recorded."""

JSON_TYPE = "application/json; charset=UTF-8"
SSE_TYPE = "text/event-stream"


class ConnectionCut(Exception):
    """The connection ended before the answer did; on a socket this is a real close."""


@dataclass(frozen=True)
class Request:
    """One HTTP request: `target` is path and query, header names are lower-case, `body` is whole."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __repr__(self) -> str:
        """Without headers and query, which may hold a key."""
        return f"<Request {self.method} {self.path}, {len(self.body)} bytes>"

    @property
    def path(self) -> str:
        """The path, percent-decoded."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; the last of equal names wins."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))


@dataclass(frozen=True)
class Response:
    """One HTTP response; `body` is read once and may raise ConnectionCut between its pieces."""

    status: int
    headers: Mapping[str, str]
    body: Iterable[bytes]


def json_bytes(value: Any, *, pretty: bool) -> bytes:
    """`value` as Google prints it: camelCase as given, UTF-8, `<` and `>` escaped."""
    layout: dict[str, Any] = {"indent": 2} if pretty else {"separators": (",", ": ")}
    text = json.dumps(value, ensure_ascii=False, **layout)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").encode("utf-8", "replace")


def pieces(body: bytes) -> list[bytes]:
    """`body` cut into pieces that a socket takes gladly."""
    return [body[start : start + PIECE] for start in range(0, len(body), PIECE)]


def json_response(value: Any, *, status: int = 200) -> Response:
    """A whole JSON answer; like Google's it does not say how long it is."""
    return Response(status, {"content-type": JSON_TYPE, **COMMON}, pieces(json_bytes(value, pretty=True) + b"\n"))


def whole_response(
    body: bytes, content_type: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer of known length and any type."""
    told = {"content-type": content_type, "content-length": str(len(body))}
    return Response(status, {**told, **COMMON, **(headers or {})}, pieces(body))
