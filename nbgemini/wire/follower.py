"""Looks over the shoulder of a splitter: what a stream has brought so far, part by part, for people who wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nbgemini.core.content import Part
from nbgemini.core.live import LivePart
from nbgemini.core.seams import Objects
from nbgemini.wire.events import Lines, Payload, split
from nbgemini.wire.in_text import Veil
from nbgemini.wire.inline import lift_picture, parts_of
from nbgemini.wire.patient import NotJson
from nbgemini.wire.splitter import Splitter

__all__ = ["Follower"]

_MOST_TOLD = 5000  # parts: more are of no use to a reader
_MOST_LINES = 20_000


class Follower:
    """Tells each part when the line that brings it is complete. Reads on its own: the answer itself is decoded later,
    from what was kept.
    """

    def __init__(self, splitter: Splitter, objects: Objects, tell: Callable[[LivePart], None]) -> None:
        self._splitter = splitter
        self._objects = objects
        self._tell = tell
        self._lines = Lines()
        self._veil = Veil()
        self._read = 0  # bytes of the splitter's text
        self._left = _MOST_LINES
        self._told = 0

    def look(self, chunk: bytes) -> None:
        """After the splitter was fed `chunk`: tell what has become complete. Raises what `tell` raises."""
        if b"\n" not in chunk or self._left <= 0 or self._told >= _MOST_TOLD:
            return
        new = self._splitter.lines(self._read)
        if new is None:
            return
        self._read += len(new.text)
        for line in split(new):
            self._left -= 1
            for payload in self._lines.line(line):
                for part in self._parts(payload):
                    self._told += 1
                    self._tell(part)

    def _parts(self, payload: Payload) -> Iterator[LivePart]:
        try:
            responses = payload.responses()
        except NotJson:
            return
        for response in responses:
            for raw in parts_of(response):
                part = Part(raw)
                picture = lift_picture(dict(raw), self._objects)[1]
                text = self._veil.over(part.text or "")
                if picture or text:
                    yield LivePart(text, picture, part.is_thought)
