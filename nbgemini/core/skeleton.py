"""JSON whose long strings live elsewhere: a text with holes.

A picture lives once, as bytes on disk; its base64 is made on the way out. Everything that holds pictures (a request, an
answer, a stored turn) is therefore a `Skeleton`: the JSON text with those strings left empty, and for each of them a
`StoredText` that says which object holds it and how to spell it. Skeleton and objects together rebuild the JSON byte
for byte.
"""

from __future__ import annotations

import json
import re
import secrets
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, TypeAlias

from nbgemini._dataclass import dataclass

__all__ = ["ENDING", "Form", "Json", "Skeleton", "StoredText", "base64_length", "leaves", "walk"]

# A parsed JSON value; strings that live on disk appear as `StoredText`.
Json: TypeAlias = Any

Form = Literal["base64", "base64url", "text"]

ENDING = re.compile(r"(?:=|\\u003[dD]){0,2}")  # what may stand for the padding of base64: some encoders escape it


def base64_length(size: int) -> int:
    """Characters of padded base64 for `size` bytes."""
    return (size + 2) // 3 * 4


@dataclass(frozen=True, slots=True)
class StoredText:
    """A JSON string kept as an object on disk.

    `sha256` names the object, `size` is its length in bytes. With the forms `base64` and `base64url` the string is the
    padded base64 of the object's bytes, with `ending` in place of the padding where that was not plain `=`; with `text`
    the object holds the string as it stood between the quotes, escapes included. `picture` names the object with the
    decoded bytes when the form is `text` and they could be decoded.
    """

    sha256: str
    size: int
    form: Form = "base64"
    picture: str | None = None
    ending: str | None = None

    @property
    def length(self) -> int:
        """Bytes between the quotes on the wire."""
        if self.form == "text":
            return self.size
        odd = 0 if self.ending is None else len(self.ending) - -self.size % 3
        return base64_length(self.size) + odd

    @property
    def content(self) -> str | None:
        """The object with the decoded bytes, or None when they could not be decoded."""
        return self.picture if self.form == "text" else self.sha256


@dataclass(frozen=True)
class Skeleton:
    """JSON text with holes: `holes` are (byte offset in `text`, what stands there), in order of offset."""

    text: bytes
    holes: tuple[tuple[int, StoredText], ...] = ()

    @classmethod
    def of(cls, value: Json, *, canonical: bool = False) -> Skeleton:
        """`value` as compact ASCII JSON; a `Skeleton` in it stands for the value that it was made of.

        `canonical` is for hashes, without holes: keys in order, whole numbers as integers, long strings by object.
        Raises ValueError for anything that is not JSON; for NaN and infinities too, unless it is `canonical`.
        """
        left: list[StoredText | Skeleton] = []
        token = f"@{secrets.token_hex(12)}@"

        def leave_hole(leaf: object) -> Json:
            if canonical and isinstance(leaf, StoredText):
                return {"object": leaf.content or leaf.sha256}
            if not isinstance(leaf, StoredText | Skeleton):
                raise ValueError(f"not JSON: {type(leaf).__name__}")
            left.append(leaf)
            return token

        plain = _plain(value) if canonical else value
        how: dict[str, Any] = {"separators": (",", ":"), "allow_nan": canonical, "sort_keys": canonical}
        first, *rest = json.dumps(plain, default=leave_hole, **how).encode("ascii").split(token.encode("ascii"))
        pieces, holes, offset = [first], list[tuple[int, StoredText]](), len(first)
        for leaf, piece in zip(left, rest, strict=True):
            if isinstance(leaf, StoredText):
                holes.append((offset, leaf))
            else:  # in place of the token and its quotes
                pieces[-1], piece = pieces[-1][:-1], piece[1:]
                holes += [(offset - 1 + at, one) for at, one in leaf.holes]
                pieces.append(leaf.text)
                offset += len(leaf.text) - 1
            pieces.append(piece)
            offset += len(piece)
        return cls(b"".join(pieces), tuple(holes))

    @cached_property
    def size(self) -> int:
        """Bytes of the whole JSON, long strings included."""
        return len(self.text) + sum(leaf.length for _, leaf in self.holes)

    def pieces(self) -> Iterator[bytes | StoredText]:
        """The JSON in order: bytes of the text and, between them, what fills the holes."""
        start = 0
        for offset, leaf in self.holes:
            yield self.text[start:offset]
            yield leaf
            start = offset
        yield self.text[start:]

    def cut(self, start: int, end: int) -> Skeleton:
        """The text from `start` to `end` with the holes in it; neither may stand right beside a hole that is left."""
        first = bisect_left(self.holes, start, key=_offset)
        last = bisect_right(self.holes, end, key=_offset)
        return Skeleton(self.text[start:end], tuple((at - start, leaf) for at, leaf in self.holes[first:last]))

    @classmethod
    def joined(cls, pieces: Sequence[Skeleton], between: bytes = b"") -> Skeleton:
        """Several texts as one."""
        holes, offset = [], 0
        for piece in pieces:
            holes += [(offset + at, leaf) for at, leaf in piece.holes]
            offset += len(piece.text) + len(between)
        return cls(between.join(piece.text for piece in pieces), tuple(holes))

    def parse(self, loads: Callable[[bytes], Json] = json.loads) -> Json:
        """The value, with `StoredText` where strings live on disk. Raises ValueError when it is not JSON.

        `loads` is the parser, for texts that need a more patient one.
        """
        if not self.holes:
            return loads(self.text)
        mark = f"@{secrets.token_hex(12)}"
        filled, start = [], 0
        for index, (offset, _) in enumerate(self.holes):
            filled += [self.text[start:offset], f"{mark}:{index}".encode("ascii")]
            start = offset
        value = loads(b"".join([*filled, self.text[start:]]))
        leaves = {f"{mark}:{index}": leaf for index, (_, leaf) in enumerate(self.holes)}
        return walk(value, lambda text: leaves.get(text, text) if text.startswith(mark) else text)


def _offset(hole: tuple[int, StoredText]) -> int:
    return hole[0]


def _plain(value: Json) -> Json:
    """A copy in which whole numbers are integers, however they were written."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def walk(value: Json, change: Callable[[str], object]) -> Json:
    """A copy of `value` in which every string that is a value, not a key, went through `change`."""
    kind = type(value)  # what a parser makes; the rest takes a closer look
    if kind is str:
        return change(value)
    if kind is dict:
        return {key: walk(item, change) for key, item in value.items()}
    if kind is list:
        return [walk(item, change) for item in value]
    if value is None or kind in (int, float, bool):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: walk(item, change) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | StoredText):
        return [walk(item, change) for item in value]
    return value


_SIMPLE = frozenset({str, int, float, bool, type(None)})


def leaves(value: Json) -> Iterator[StoredText]:
    """Every string of `value` that lives on disk. Without recursion: it may be nested deeper than it should."""
    waiting: list[Json] = [value]
    while waiting:
        value = waiting.pop()
        if type(value) in _SIMPLE:  # most are
            continue
        if isinstance(value, StoredText):
            yield value
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
