"""The fields of JSON records: each look at one checks its type, and what is wrong names the file."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from nbgemini.core.skeleton import Json
from nbgemini.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Fields", "Record", "damaged", "dump", "is_exchange_id", "is_sha256", "load", "many"]

Record = dict[str, Json]
T = TypeVar("T")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXCHANGE_ID = re.compile(r"[0-9a-f]{4,64}")


def is_exchange_id(value: Json) -> bool:
    """Whether a value may be an exchange's id: 4 to 64 lower-case hexadecimal digits."""
    return isinstance(value, str) and _EXCHANGE_ID.fullmatch(value) is not None


def is_sha256(value: Json) -> bool:
    """Whether a value may be an object's name: 64 lower-case hexadecimal digits."""
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def dump(record: Record) -> bytes:
    """A record as one line of ASCII JSON. Raises StoreError for what is not JSON, or is nested too deeply.

    A NaN in an unknown field of an answer is written as Python writes it: what came is kept, even what cannot be
    sent again.
    """
    try:
        return json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"A record cannot be written as JSON: {error}.") from None


def load(data: bytes, source: str) -> Fields:
    """The record in the bytes of the file `source`. Raises StoreError, which names the file."""
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        raise damaged(source, "it is not JSON") from None
    return Fields(record, source)


@contextmanager
def many() -> Iterator[None]:
    """While records are read by the thousand, which hold no circles: looking for some takes a fifth of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def damaged(source: str, why: str) -> StoreError:
    """The error to raise for the file `source`."""
    return StoreError(f"`{source}` is damaged: {why}.", hint="Restore it from a backup, or remove it.")


class Fields:
    """One JSON object of a record. Fields that nobody asks for are passed over. Its methods raise StoreError."""

    __slots__ = ("record", "source")

    def __init__(self, record: Json, source: str) -> None:
        self.source = source
        self.record: Record = self._checked("record", record, dict)

    def _checked(self, name: str, value: Json, kind: type[T] | tuple[type[T], ...]) -> T:
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        raise damaged(self.source, f"`{name}` is a value of type {type(value).__name__}")

    def get(self, name: str, kind: type[T], default: T) -> T:
        """A value of that kind; the default when the field is missing."""
        value = self.record.get(name, default)
        return value if type(value) is kind else self._checked(name, value, kind)

    def optional(self, name: str, kind: type[T] | tuple[type[T], ...]) -> T | None:
        """A value of that kind, or None when the field is missing or null."""
        value = self.record.get(name)
        return None if value is None else self._checked(name, value, kind)

    def inner(self, name: str) -> Fields:
        """A JSON object; an empty one when the field is missing."""
        return Fields(self.record.get(name, {}), self.source)

    def maybe_inner(self, name: str) -> Fields | None:
        """A JSON object, or None when the field is missing or null."""
        return None if self.record.get(name) is None else self.inner(name)

    def word(self, name: str, allowed: Sequence[str]) -> Any:
        """One of the words of a `Literal`."""
        value = self.record.get(name)
        if value not in allowed:
            raise damaged(self.source, f"`{name}` is not one of {', '.join(allowed)}")
        return value

    def exchange_id(self, name: str) -> str:
        """The id of an exchange."""
        value = self.record.get(name)
        if not is_exchange_id(value):
            raise damaged(self.source, f"`{name}` is not the id of an exchange")
        return str(value)

    def optional_id(self, name: str) -> str | None:
        """The id of an exchange, or None when the field is missing or null."""
        return None if self.record.get(name) is None else self.exchange_id(name)
