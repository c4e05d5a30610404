"""Stars, notes, tags and scores on disk: each kernel appends to a file of its own, and all are read together."""

from __future__ import annotations

import hashlib
import json
import math
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from nbgemini.core.ratings import LONGEST_NOTE, NOTHING, Mark, Marks, folded
from nbgemini.core.skeleton import Json
from nbgemini.store.fields import dump
from nbgemini.store.folder import Folder
from nbgemini.store.journal import Journal, parse_lines

__all__ = ["Opinions", "line_of", "mark_of"]

_SUFFIX = ".jsonl"


class Opinions:
    """The marks of a store. Threads may share it."""

    def __init__(self, folder: Folder, clock: Callable[[], int] = time.time_ns) -> None:
        self._folder = folder
        self._clock = clock
        self._own: tuple[str, Journal] | None = None
        self._lock = threading.Lock()
        self._read: dict[str, tuple[int, list[Mark]]] = {}  # by kernel: how many bytes were read, and what they said
        self._folded: dict[str, Marks] = {}
        self._latest: dict[str, int] = {}  # when the last thing was said of each answer

    def add(
        self,
        of: str,
        *,
        stars: int | None = None,
        note: str | None = None,
        tags: tuple[str, ...] = (),
        untags: tuple[str, ...] = (),
        scores: Mapping[str, float] | None = None,
    ) -> None:
        """Say something of an answer: later than all that was said of it, whatever the clocks of other machines said.

        Raises StoreReadOnly or StoreError.
        """
        said = {"stars": stars, "note": note, "tags": list(tags), "untags": list(untags), "scores": dict(scores or {})}
        record: dict[str, Json] = {name: value for name, value in said.items() if value not in (None, [], {})}
        kernel = self._folder.join()
        self.all()
        with self._lock:
            at = self._latest[of] = max(self._clock(), self._latest.get(of, 0) + 1)
            if self._own is None or self._own[0] != kernel:
                self._own = kernel, Journal(self._folder, self._path(kernel))
        self._own[1].append({"of": of, "at": at, **record})

    def of(self, *names: str) -> Marks:
        """What holds of an answer now, of all of its names: a shot was marked as `SWEEP/17` before its answer came.

        Raises StoreError.
        """
        known = self.all()
        said = [name for name in dict.fromkeys(names) if name in known]
        if len(said) < 2:
            return known[said[0]] if said else NOTHING
        marks = (replace(mark, of="") for mark in self.said_of(said))
        return folded(marks)[""]

    def said_of(self, names: Collection[str]) -> tuple[Mark, ...]:
        """All that was said of these, the earliest first. Raises StoreError."""
        self.all()
        with self._lock:
            marks = [mark for _, read in self._read.values() for mark in read if mark.of in names]
        found = {json.dumps(line_of(mark)): mark for mark in marks}
        return tuple(sorted(found.values(), key=lambda mark: (mark.at, mark.of)))

    def take(self, marks: Sequence[Mark]) -> None:
        """Put down what was said in another store, with the time at which it was. Raises StoreReadOnly, StoreError."""
        if not marks:
            return
        lines = b"".join(dump(line_of(mark)) for mark in marks)
        self._folder.replace(self._path(hashlib.sha256(lines).hexdigest()[:16]), lines)

    def all(self) -> dict[str, Marks]:
        """What holds of every answer that anything was said of. Raises StoreError."""
        with self._lock:
            new = [mark for kernel in self._folder.names("marks", _SUFFIX) for mark in self._new_of(kernel)]
            if new:
                self._folded = self._after(sorted(new, key=lambda mark: mark.at))
            return self._folded

    def _new_of(self, kernel: str) -> list[Mark]:
        """What was added to one kernel's file since it was read."""
        size, (offset, known) = self._folder.size(self._path(kernel)), self._read.get(kernel, (0, []))
        if size < offset:  # another file in its place
            offset, known = 0, []
        if size == offset:
            return []
        data = self._folder.tail(self._path(kernel), offset)
        whole = data[: data.rfind(b"\n") + 1]
        new = [mark for record in parse_lines(whole) if (mark := mark_of(record)) is not None]
        self._read[kernel] = offset + len(whole), [*known, *new]
        return new

    def _after(self, new: list[Mark]) -> dict[str, Marks]:
        """What holds with these: later words come on top, others find their place among what was said before."""
        are_later = all(mark.at >= self._latest.get(mark.of, 0) for mark in new)
        for mark in new:
            self._latest[mark.of] = max(mark.at, self._latest.get(mark.of, 0))
        if not are_later:
            return folded(mark for _, marks in self._read.values() for mark in marks)
        now = dict(self._folded)
        for mark in new:
            now[mark.of] = now.get(mark.of, NOTHING).after(mark)
        return now

    def _path(self, kernel: str) -> str:
        return self._folder.path("marks", kernel + _SUFFIX)


def line_of(mark: Mark) -> dict[str, Json]:
    """A mark as its line says it."""
    said: dict[str, Json] = {
        "stars": mark.stars, "note": mark.note, "tags": list(mark.tags), "untags": list(mark.untags),
        "scores": dict(mark.scores),
    }  # fmt: skip
    return {
        "of": mark.of,
        "at": mark.at,
        **{name: value for name, value in said.items() if value not in (None, [], {})},
    }


def mark_of(record: dict[str, Json]) -> Mark | None:
    """What one line says; None for one that is none of ours."""
    of, at, stars, note = (record.get(name) for name in ("of", "at", "stars", "note"))
    if not isinstance(of, str) or not isinstance(at, int) or isinstance(at, bool):
        return None
    scores = record.get("scores")
    return Mark(
        of=of[:200],
        at=at,
        stars=stars if isinstance(stars, int) and not isinstance(stars, bool) and 0 <= stars <= 5 else None,
        note=note[:LONGEST_NOTE] if isinstance(note, str) else None,
        tags=_words(record.get("tags")),
        untags=_words(record.get("untags")),
        scores={str(name)[:60]: float(value) for name, value in scores.items() if _is_number(value)}
        if isinstance(scores, dict)
        else {},
    )


def _words(value: Json) -> tuple[str, ...]:
    return tuple(word[:60] for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
