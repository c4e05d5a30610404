"""A line of a batch: of the file that asks, and of the file that answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from nbgemini._dataclass import dataclass
from nbgemini.core.redact import redact
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.errors import ApiError
from nbgemini.wire.patient import NotJson, read
from nbgemini.wire.typed import Hide, mapping

__all__ = ["Line", "input_line", "line_fault", "result_line"]

# What an error of one line would have been as a status of its own: google.rpc codes in HTTP's words.
_HTTP = {1: 499, 3: 400, 4: 504, 5: 404, 7: 403, 8: 429, 9: 400, 10: 409, 11: 400, 12: 501, 13: 500, 14: 503, 16: 401}
_WORDS = {
    1: "CANCELLED", 3: "INVALID_ARGUMENT", 4: "DEADLINE_EXCEEDED", 5: "NOT_FOUND", 7: "PERMISSION_DENIED",
    8: "RESOURCE_EXHAUSTED", 9: "FAILED_PRECONDITION", 10: "ABORTED", 11: "OUT_OF_RANGE", 12: "UNIMPLEMENTED",
    13: "INTERNAL", 14: "UNAVAILABLE", 16: "UNAUTHENTICATED",
}  # fmt: skip


def input_line(key: str, body: Skeleton) -> Skeleton:
    """One line of an input file, its line break included; `body` is what `generateContent` would be sent."""
    begins = Skeleton(b'{"key":' + json.dumps(key).encode("ascii") + b',"request":')
    return Skeleton.joined([begins, body, Skeleton(b"}\n")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the results: whose it is, and its answer or its error. `key` is None where it does not say."""

    key: str | None
    response: Skeleton | None = None
    error: Mapping[str, Json] | None = None


def result_line(skeleton: Skeleton) -> Line:
    """A line, its answer cut out as it came. Raises NotJson for one that is no object."""
    spans = dict(_members(skeleton.text))
    texts = {name: skeleton.cut(*span) for name, span in spans.items()}
    key = read(texts["key"]) if "key" in texts else mapping(_value(texts.get("metadata"))).get("key")
    error = next((found for name in ("error", "status") if (found := mapping(_value(texts.get(name))))), None)
    response = texts.get("response")
    if response is not None and not _OBJECT.match(response.text):  # what stands in it is read when it is kept
        response = None
    return Line(key=key if isinstance(key, str) else None, response=response, error=error)


def _value(text: Skeleton | None) -> Json:
    return None if text is None else read(text)


_SPACE = rb"[ \t\r\n]*"
_NAME = re.compile(_SPACE + rb'"((?:[^"\\]++|\\.)*+)"' + _SPACE + rb":" + _SPACE, re.DOTALL)
_OBJECT = re.compile(rb"\{" + _SPACE + rb"[^ \t\r\n}]")
_NEXT = re.compile(_SPACE + rb"([,}])", re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{},]', re.DOTALL)


def _members(text: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """The members of an object and where their values stand. Raises NotJson. Holes are empty strings to it."""
    at = text.find(b"{")
    if at < 0 or text[:at].strip(b"\xef\xbb\xbf \t\r\n"):
        raise NotJson("it is no object")
    at += 1
    while True:
        name = _NAME.match(text, at)
        if name is None:
            if re.compile(_SPACE + rb"}").match(text, at):
                return
            raise NotJson("it breaks off")
        end = _value_end(text, name.end())
        yield name[1].decode("ascii", "replace"), (name.end(), end)
        after = _NEXT.match(text, end)
        if after is None:
            raise NotJson("it breaks off")
        if after[1] == b"}":
            return
        at = after.end()


def _value_end(text: bytes, start: int) -> int:
    """Where the value that begins at `start` ends. Raises NotJson."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        first = token[0][:1]
        if first in b"[{":
            depth += 1
        elif first in b"]}":
            if depth == 0:
                return start + len(text[start : token.start()].rstrip())
            depth -= 1
            if depth == 0:
                return token.end()
        elif depth == 0:
            return token.end() if first == b'"' else start + len(text[start : token.start()].rstrip())
    raise NotJson("it breaks off")


def line_fault(error: Mapping[str, Json], hide: Hide = redact) -> ApiError:
    """The error of one line: its code is one of google.rpc, not of HTTP."""
    from nbgemini.wire.refusals import fault  # most lines need none of its words

    code = error.get("code")
    code = code if type(code) is int else 13
    said = error.get("message")
    status = _HTTP.get(code, code if 400 <= code <= 599 else 500)
    inner = {
        "code": status,
        "status": _WORDS.get(code, "INTERNAL"),
        "message": said if isinstance(said, str) and said else "no reason given",
    }
    found = fault(status, {}, json.dumps({"error": inner}).encode(), now=0.0, hide=hide)
    found.charged = "no"
    return found
