"""The results of a batch, line by line: pictures go to disk on the way, and each answer is cut out as it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbgemini._dataclass import dataclass
from nbgemini.core.redact import redact
from nbgemini.core.seams import Objects, RawAnswer
from nbgemini.core.skeleton import Skeleton
from nbgemini.errors import ApiError
from nbgemini.wire.batch_line import line_fault, result_line
from nbgemini.wire.patient import NotJson
from nbgemini.wire.splitter import Splitter
from nbgemini.wire.typed import Hide

__all__ = ["Answered", "answers_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One line: whose it is (None: it does not say), and its answer or its error; neither where it cannot be read."""

    key: str | None
    raw: RawAnswer | None = None
    error: ApiError | None = None
    unread: str = ""


def answers_in(pieces: Iterable[tuple[bytes, bool]], objects: Objects, hide: Hide = redact) -> Iterator[Answered]:
    """Each line of a file, which comes in pieces that say whether a line ends with them. Raises StoreError."""
    for skeleton, full in _lines(pieces, objects):
        if not skeleton.text.strip() and not skeleton.holes:
            continue
        try:
            line = result_line(skeleton)
        except NotJson as problem:
            yield Answered(key=None, unread=full or str(problem))
            continue
        if full:
            yield Answered(key=line.key, unread=full)
        elif line.response is not None:
            yield Answered(key=line.key, raw=RawAnswer(skeleton=line.response))
        elif line.error is not None:
            yield Answered(key=line.key, error=line_fault(line.error, hide))
        else:
            yield Answered(key=line.key, unread="it has neither an answer nor an error")


def _lines(pieces: Iterable[tuple[bytes, bool]], objects: Objects) -> Iterator[tuple[Skeleton, str]]:
    splitter: Splitter | None = None
    try:
        for piece, ends in pieces:
            splitter = splitter or Splitter(objects)
            splitter.feed(piece)
            if ends:
                done, splitter = splitter, None
                yield done.finish(), done.full
    finally:
        if splitter is not None:
            splitter.discard()
