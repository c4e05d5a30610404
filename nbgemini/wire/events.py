"""The body of a streamed answer as the responses that it brings, one after the other.

Server-sent events as they should be and as gateways make them: bytes are split at line feeds alone (a JSON text may
hold U+2028), carriage returns before them are dropped, comments and other fields are passed over, the last blank line
may be missing, and what stands between the events without a `data:` may be JSON too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nbgemini._dataclass import dataclass, field
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.wire.patient import NotJson, breaks_off, is_costly, read
from nbgemini.wire.typed import mapping

__all__ = [
    "Lines",
    "Payload",
    "Stream",
    "error_of",
    "is_last",
    "is_stream",
    "is_whole",
    "read_stream",
    "split",
]

_EVENTS_CAP = 20_000  # an answer has at most 32,768 tokens, and pictures take most of them
_LINES_CAP = 200_000  # each takes some 200 bytes of memory, however short it is
_BOM = b"\xef\xbb\xbf"
_FIELD = rb"(?:\A|[\r\n])(?:data|event|id|retry)?:"
_OTHER = (b"event", b"id", b"retry")
_DONE = b"[DONE]"  # how streams of another maker end; gateways have it from there


def is_stream(text: bytes) -> bool:
    """Whether a body is a stream of events rather than one JSON text."""
    begins = text[:1024].lstrip(_BOM + b" \t\r\n")
    return not begins.startswith((b"{", b"[")) and bool(re.search(_FIELD, text.removeprefix(_BOM)))


@dataclass(slots=True)
class Lines:
    """Takes the lines of a stream, without their line feeds; gives the payload of an event when it is complete."""

    _data: list[Skeleton] = field(default_factory=list)
    _bare: list[Skeleton] = field(default_factory=list)  # JSON that is in no event
    _begun: bool = False

    def line(self, line: Skeleton) -> Iterator[Payload]:
        """Take the next one."""
        if not self._begun and line.text.startswith(_BOM):
            line = line.cut(len(_BOM), len(line.text))
        self._begun = True
        if line.text.endswith(b"\r"):
            line = line.cut(0, len(line.text) - 1)
        name, colon, _ = line.text.partition(b":")
        if name == b"data":
            yield from self._ended(self._bare)
            start = len(name) + len(colon)
            self._data.append(line.cut(start + line.text.startswith(b" ", start), len(line.text)))
        elif not line.text:
            yield from self._ended(self._data)
        elif (name or not colon) and name not in _OTHER:
            self._bare.append(line)

    def end(self) -> Iterator[Payload]:
        """What the end of the body completes."""
        yield from self._ended(self._data)
        yield from self._ended(self._bare)

    def _ended(self, lines: list[Skeleton]) -> Iterator[Payload]:
        if lines:
            taken = tuple(lines)
            lines.clear()
            yield Payload(taken)


@dataclass(frozen=True, slots=True)
class Payload:
    """The text of an event, line by line."""

    lines: tuple[Skeleton, ...]

    @property
    def text(self) -> Skeleton:
        return Skeleton.joined(self.lines, b"\n")

    def responses(self) -> list[Mapping[str, Json]]:
        """The objects in it: one as a rule; those of a list; one a line where no blank lines part the events.

        Raises NotJson. What does not begin like JSON is passed over.
        """
        whole = self.text
        begins = whole.text.strip()
        if not begins.startswith((b"{", b"[")) or begins == _DONE:
            return []
        try:
            return _objects(read(whole))
        except NotJson:
            if len(self.lines) == 1:
                raise
        return [found for line in self.lines for found in Payload((line,)).responses()]


def _objects(value: Json) -> list[Mapping[str, Json]]:
    found = value if isinstance(value, list) else [value]
    return [item for item in found if isinstance(item, Mapping)]


@dataclass(frozen=True, slots=True)
class Stream:
    """The responses of a stream, and those events that cannot be read."""

    responses: tuple[Mapping[str, Json], ...]
    torn: tuple[Skeleton, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether it said how it ends: with a reason, or with an error. What follows matters to nobody."""
        return any(is_last(response) for response in self.responses)

    @property
    def breaks_off(self) -> bool:
        """Whether it ends in the middle of an event."""
        return bool(self.torn) and breaks_off(self.torn[-1].text)


def is_last(response: Mapping[str, Json]) -> bool:
    """Whether a response says how the stream ends."""
    candidates = response.get("candidates")
    reasons = [mapping(one).get("finishReason") for one in candidates] if isinstance(candidates, list) else []
    blocked = mapping(response.get("promptFeedback")).get("blockReason")
    return any(reasons) or bool(blocked) or error_of(response) is not None


def error_of(response: Mapping[str, Json]) -> Mapping[str, Json] | None:
    """The error that a response is, or None; gateways give one as a mere text, or as a list, too."""
    error = response.get("error")
    if isinstance(error, Mapping):
        return error
    if not error:
        return None
    from nbgemini.wire.statements import stated  # most answers have none

    return {"message": stated(error).message}


def read_stream(skeleton: Skeleton) -> Stream:
    """All that a body holds, as far as it came. Raises NotJson for one that costs too much to read."""
    if is_costly(skeleton.text) or skeleton.text.count(b"\n") + skeleton.text.count(b"\r") > 2 * _LINES_CAP:
        raise NotJson("it has too many parts")
    responses: list[Mapping[str, Json]] = []
    torn: list[Skeleton] = []
    for payload in _payloads(skeleton):
        try:
            responses += payload.responses()
        except NotJson:
            torn.append(payload.text)
        if len(responses) + len(torn) > _EVENTS_CAP:
            raise NotJson(f"it has more than {_EVENTS_CAP:,} events")
    return Stream(tuple(responses), tuple(torn))


def is_whole(skeleton: Skeleton, *, ended: bool) -> bool:
    """Whether a stream is all there: it said how it ends, or its body ended properly and not in the middle of an event.

    `ended` says whether the transport came to a proper end.
    """
    try:
        stream = read_stream(skeleton)
    except NotJson:
        return ended
    return stream.ended or (ended and not stream.breaks_off)


def _payloads(skeleton: Skeleton) -> Iterator[Payload]:
    lines = Lines()
    for line in split(skeleton, b"\n" if b"\n" in skeleton.text else b"\r"):
        yield from lines.line(line)
    yield from lines.end()


def split(skeleton: Skeleton, at: bytes = b"\n") -> Iterator[Skeleton]:
    """The lines of a text, the last one also without its end."""
    start = 0
    while (end := skeleton.text.find(at, start)) >= 0:
        yield skeleton.cut(start, end)
        start = end + 1
    if start < len(skeleton.text) or (skeleton.holes and skeleton.holes[-1][0] >= start):
        yield skeleton.cut(start, len(skeleton.text))
