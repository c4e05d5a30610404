"""Reads JSON that a strict parser would drop, because a paid picture may be in it; bounds what it may cost."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from nbgemini.core.skeleton import Json, Skeleton

__all__ = ["DEPTH_CAP", "NotJson", "breaks_off", "is_closed", "is_costly", "read"]

DEPTH_CAP = 200  # levels of objects and arrays
_CONTAINERS_CAP = 500_000  # objects and arrays: each takes 60 to 200 bytes of memory, however short it is written
_LONGEST_INT = 4000  # digits; Python refuses to convert more than 4300
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_OPENING = b"[{"
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class NotJson(ValueError):
    """The text cannot be read, even with patience."""


def read(skeleton: Skeleton) -> Json:
    """The value, with `StoredText` where strings live on disk. Raises NotJson, nothing else.

    Taken as they are: byte order marks, control characters in strings, NaN and infinities, duplicate keys (the last one
    counts), lone surrogates, numbers of any length (as floats), bytes that are not UTF-8 (as U+FFFD).
    """
    if is_costly(skeleton.text):
        raise NotJson("it has too many parts")
    if _openings(skeleton.text) > DEPTH_CAP and _depths(skeleton.text)[1] > DEPTH_CAP:
        raise NotJson(f"it is nested more than {DEPTH_CAP} levels deep")
    try:
        return skeleton.parse(_loads)
    except (ValueError, RecursionError) as problem:
        reason = _plain(problem)
    raise NotJson(reason)


def is_closed(text: bytes) -> bool:
    """Whether every object and array that was opened is closed again, and at least one was."""
    depth, deepest = (1, 1) if is_costly(text) else _depths(text)
    return deepest > 0 and depth <= 0


def breaks_off(text: bytes) -> bool:
    """Whether it begins like JSON and ends inside an object or array; what is beyond the caps does not count."""
    begins = text[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    return begins and not is_costly(text) and 0 < _depths(text)[0] <= DEPTH_CAP


def is_costly(text: bytes) -> bool:
    """Whether reading it would take more memory than an answer may."""
    return _openings(text) > _CONTAINERS_CAP


def _openings(text: bytes) -> int:
    """At most so many objects and arrays are in it."""
    return text.count(b"{") + text.count(b"[")


@lru_cache(maxsize=1)  # several places ask it of one answer, one after the other
def _depths(text: bytes) -> tuple[int, int]:
    """(open objects and arrays at the end, the most at any point; counting stops beyond the cap)."""
    depth = deepest = 0
    for bracket in _STRING.sub(b"", text).translate(None, _NO_BRACKETS):
        if bracket not in _OPENING:
            depth -= 1
            continue
        depth += 1
        if depth > deepest:
            deepest = depth
            if depth > DEPTH_CAP:
                break
    return depth, deepest


def _loads(text: bytes) -> Json:
    characters = text.decode(json.detect_encoding(text), "replace").lstrip("\ufeff")
    return json.loads(characters, parse_int=_int, strict=False)


def _int(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST_INT else float(digits)


def _plain(problem: Exception) -> str:
    """Why, in a few words that hold nothing of the body."""
    if isinstance(problem, json.JSONDecodeError):
        return f"{problem.msg} at character {problem.pos}"
    return "it is nested too deeply" if isinstance(problem, RecursionError) else "it is not text"
