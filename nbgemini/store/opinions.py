"""Stars, notes, tags and scores on disk: each kernel appends to a file of its own, and all are read together."""

from __future__ import annotations

import hashlib
import json
import math
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from nbgemini.core.ratings import NOTHING, Mark, Marks, folded
from nbgemini.core.skeleton import Json
from nbgemini.store.fields import dump
from nbgemini.store.folder import Folder
from nbgemini.store.journal import Journal

__all__ = ["Opinions", "line_of", "mark_of"]

_SUFFIX = ".jsonl"
_LONGEST = 4000  # characters of a note


class Opinions:
    """The marks of a store. Threads may share it."""

    def __init__(self, folder: Folder, clock: Callable[[], int] = time.time_ns) -> None:
        self._folder = folder
        self._clock = clock
        self._own: tuple[str, Journal] | None = None
        self._lock = threading.Lock()
        self._read: dict[str, tuple[int, list[Mark]]] = {}  # by kernel: how many bytes were read, and what they said
        self._folded: dict[str, Marks] = {}

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
        """Say something of an answer. Raises StoreReadOnly or StoreError."""
        said = {"stars": stars, "note": note, "tags": list(tags), "untags": list(untags), "scores": dict(scores or {})}
        record: dict[str, Json] = {name: value for name, value in said.items() if value not in (None, [], {})}
        kernel = self._folder.join()
        with self._lock:
            if self._own is None or self._own[0] != kernel:
                self._own = kernel, Journal(self._folder, self._path(kernel))
        self._own[1].append({"of": of, "at": self._clock(), **record})

    def of(self, name: str) -> Marks:
        """What holds of an answer now. Raises StoreError."""
        return self.all().get(name, NOTHING)

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
            changed = False
            for kernel in self._folder.names("marks", _SUFFIX):
                changed |= self._look(kernel)
            if changed:
                self._folded = folded(mark for _, marks in self._read.values() for mark in marks)
            return self._folded

    def _look(self, kernel: str) -> bool:
        """Read what is new of one kernel's file."""
        size = self._folder.size(self._path(kernel))
        if size == self._read.get(kernel, (0, []))[0]:
            return False
        records = Journal(self._folder, self._path(kernel)).records()
        self._read[kernel] = size, [mark for record in records if (mark := mark_of(record)) is not None]
        return True

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
        note=note[:_LONGEST] if isinstance(note, str) else None,
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
