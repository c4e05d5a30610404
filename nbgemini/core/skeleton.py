"""JSON whose long strings live elsewhere: a text with holes.

A picture lives once, as bytes on disk; its base64 is made on the way out. Everything that holds pictures (a request, an
answer, a stored turn) is therefore a `Skeleton`: the JSON text with those strings left empty, and for each of them a
`StoredText` that says which object holds it and how to spell it. Skeleton and objects together rebuild the JSON byte
for byte.
"""

from __future__ import annotations

import json
import secrets
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Form", "Json", "Skeleton", "StoredText", "base64_length", "leaves", "walk"]

# A parsed JSON value; strings that live on disk appear as `StoredText`.
Json: TypeAlias = Any

Form = Literal["base64", "base64url", "text"]


def base64_length(size: int) -> int:
    """Characters of padded base64 for `size` bytes."""
    return (size + 2) // 3 * 4


@dataclass(frozen=True, slots=True)
class StoredText:
    """A JSON string kept as an object on disk.

    `sha256` names the object, `size` is its length in bytes. With the forms `base64` and `base64url` the string is the
    padded base64 of the object's bytes; with `text` the object holds the string as it stood between the quotes, escapes
    included. `picture` names the object with the decoded bytes when the form is `text` and they could be decoded.
    """

    sha256: str
    size: int
    form: Form = "base64"
    picture: str | None = None

    @property
    def length(self) -> int:
        """Bytes between the quotes on the wire."""
        return self.size if self.form == "text" else base64_length(self.size)

    @property
    def content(self) -> str | None:
        """The object with the decoded bytes, or None when they could not be decoded."""
        return self.picture if self.form == "text" else self.sha256


@dataclass(frozen=True, slots=True)
class Skeleton:
    """JSON text with holes: `holes` are (byte offset in `text`, what stands there), in order of offset."""

    text: bytes
    holes: tuple[tuple[int, StoredText], ...] = ()

    @classmethod
    def of(cls, value: Json) -> Skeleton:
        """`value` as compact ASCII JSON. Raises ValueError for NaN, infinities and anything that is not JSON."""
        stored: list[StoredText] = []
        token = f"@{secrets.token_hex(12)}@"

        def leave_hole(leaf: object) -> str:
            if not isinstance(leaf, StoredText):
                raise ValueError(f"not JSON: {type(leaf).__name__}")
            stored.append(leaf)
            return token

        text = json.dumps(value, default=leave_hole, separators=(",", ":"), allow_nan=False).encode("ascii")
        pieces = text.split(token.encode("ascii"))
        holes, offset = [], 0
        for piece, leaf in zip(pieces, stored, strict=False):
            offset += len(piece)
            holes.append((offset, leaf))
        return cls(b"".join(pieces), tuple(holes))

    @property
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


def walk(value: Json, change: Callable[[str], object]) -> Json:
    """A copy of `value` in which every string that is a value, not a key, went through `change`."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: walk(item, change) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | StoredText):
        return [walk(item, change) for item in value]
    return value


def leaves(value: Json) -> Iterator[StoredText]:
    """Every string of `value` that lives on disk. Without recursion: it may be nested deeper than it should."""
    waiting: list[Json] = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, StoredText):
            yield value
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
