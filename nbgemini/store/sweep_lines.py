"""The lines of one sweep: its head, its plan, claims and ends; what each of them says, as values."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

from nbgemini._dataclass import dataclass, field
from nbgemini.core.exchange import Exchange
from nbgemini.core.grid.combinations import Place
from nbgemini.core.skeleton import Json
from nbgemini.store.codec import decode_exchange, encode_exchange
from nbgemini.store.fields import Fields, dump, is_exchange_id, is_sha256

__all__ = [
    "About", "Answered", "Drafted", "End", "Glanced", "Planned", "about_of", "answered_at", "asks_of", "claim_line",
    "drafted_line", "end_line", "glance", "head_line", "one_sum", "plan_line", "planned", "read_asks",
]  # fmt: skip

_UNSAID = ("id", "answer", "cost", "seconds", "created", "reason", "group", "repeat")  # of what is only asked


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What one run of a sweep is. `key` tells by what it is known; `name` is what people call it, typed or made.

    `dimensions` are its axes, those together that are walked in step. `constant` are the options that are the same for
    all shots, by name, in words; `prompt` has its places in braces.
    """

    id: str
    name: str
    key: str
    cell: str = ""
    dimensions: tuple[tuple[str, ...], ...] = ()
    prompt: str = ""
    constant: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    backend: str = ""
    conversation: str = ""
    parent: str | None = None
    created: str = ""
    by: str = ""

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of its axes, those that are walked in step one after the other."""
        return tuple(name for names in self.dimensions for name in names)

    @property
    def is_named(self) -> bool:
        """Whether somebody gave it its name."""
        return self.key.startswith("name:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One shot as it was planned: its number (0: none yet), its values by axis, and what it asks, without an answer."""

    number: int = 0
    labels: Mapping[str, str]
    sample: int
    asked: Exchange

    @property
    def place(self) -> Place:
        return tuple(sorted(self.labels.items())), self.sample

    @property
    def glanced(self) -> Glanced:
        """What a glance takes of it."""
        names, labels, asked = tuple(self.labels), tuple(self.labels.values()), self.asked
        return Glanced(names, labels, self.sample, _packed(asked.request_hash), asked.estimate, asked.parent)

    def numbered(self, number: int) -> Planned:
        """The same under a number."""
        return replace(self, number=number)

    def line(self, number: int, axes: Sequence[str]) -> bytes:
        """The same as a line of a plan. Raises StoreError."""
        return plan_line(self.numbered(number), axes)


class Drafted(Protocol):
    """A shot before it is put down: a `Planned`, or one that takes less memory."""

    @property
    def place(self) -> Place: ...
    @property
    def glanced(self) -> Glanced: ...
    def numbered(self, number: int) -> Planned: ...
    def line(self, number: int, axes: Sequence[str]) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Why a shot has no answer. `kind` is the error's class, `charged` and `amount` are its money."""

    kind: str
    message: str
    charged: str
    hint: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """That a shot has an answer, and what that cost by the catalogue in micro-dollars; None: unknown."""

    cost: int | None = None


@lru_cache(maxsize=256)
def answered_at(cost: int | None) -> Answered:
    """The same object for equal costs."""
    return Answered(cost)


@dataclass(frozen=True, slots=True)
class Glanced:
    """What a glance takes of a shot of a plan. `values` are its labels by the `names` of axes, `asks` is the hash of
    its request, as bytes where it is one: there are tens of thousands of these in memory."""

    names: tuple[str, ...]
    values: tuple[str | None, ...]
    sample: int
    asks: bytes | str
    estimate: int | None
    parent: str | None

    @property
    def labels(self) -> dict[str, str]:
        return {name: label for name, label in zip(self.names, self.values, strict=True) if label is not None}

    @property
    def request_hash(self) -> str:
        return self.asks if isinstance(self.asks, str) else self.asks.hex()

    @property
    def place(self) -> Place:
        return tuple(sorted(self.labels.items())), self.sample


def _packed(request_hash: str) -> bytes | str:
    return bytes.fromhex(request_hash) if is_sha256(request_hash) else request_hash


def head_line(about: About) -> bytes:
    """The first line of a sweep."""
    return dump({"kind": "sweep", **{name: _plain(getattr(about, name)) for name in About.__slots__}})


def _plain(value: Any) -> Json:
    if isinstance(value, tuple):
        return [list(names) for names in value]
    return dict(value) if isinstance(value, Mapping) else value


def about_of(name: str, record: Mapping[str, Any]) -> About:
    """Raises KeyError, TypeError or ValueError for what is not the first line of a sweep."""
    if record["kind"] != "sweep" or record["id"] != name:
        raise ValueError("not the head of a sweep")
    words = {field: str(record.get(field) or "") for field in About.__slots__}
    parent = record.get("parent")
    return About(
        **{
            **words,
            "dimensions": tuple(tuple(str(name) for name in names) for names in record["dimensions"]),
            "constant": {str(key): str(value) for key, value in record["constant"].items()},
            "parent": parent if is_exchange_id(parent) else None,
        }  # type: ignore[arg-type]  # the words above, three of them replaced
    )


def plan_line(shot: Planned, axes: Sequence[str]) -> bytes:
    """A shot of the plan as a line. Raises StoreError."""
    return drafted_line(shot.number, shot.labels, shot.sample, asks_of(shot.asked), axes)


def drafted_line(number: int, labels: Mapping[str, str], sample: int, asks: bytes, axes: Sequence[str]) -> bytes:
    """The same, of what `asks_of` makes of what it asks."""
    of = dump({"kind": "plan", "shots": [[number, [labels.get(name) for name in axes], sample]]})
    return of.removesuffix(b"]]}\n") + b"," + asks + b"]]}\n"


def asks_of(asked: Exchange) -> bytes:
    """What a shot asks, as it stands in a plan. Raises StoreError."""
    return dump({name: value for name, value in encode_exchange(asked).items() if name not in _UNSAID})[:-1]


def read_asks(asks: bytes) -> Exchange:
    """What a shot asks. Raises StoreError."""
    return _asked(json.loads(asks))


def _asked(record: Mapping[str, Any]) -> Exchange:
    return decode_exchange(Fields({**record, "id": "0000"}, "the plan of a sweep"))


def claim_line(kernel: str, shots: Mapping[int, str]) -> bytes:
    """That a kernel has these shots, each with the id of its exchange."""
    return dump({"kind": "claim", "kernel": kernel, "shots": [list(pair) for pair in shots.items()]})


def end_line(number: int, exchange: str, end: End | Answered) -> bytes:
    """How a shot ended."""
    record: dict[str, Json] = {"kind": "end", "shot": number, "exchange": exchange}
    if isinstance(end, Answered):
        return dump({**record, "error": None, "cost": end.cost})
    return dump({**record, "error": {name: getattr(end, name) for name in End.__slots__}})


def glance(row: Any, axes: tuple[str, ...]) -> tuple[int, Glanced]:
    """The number of a shot and what a glance takes of it. Raises KeyError, TypeError or ValueError."""
    number, labels, sample, asked = row
    if type(number) is not int or type(sample) is not int or number < 1 or len(labels) != len(axes):
        raise ValueError("no shot")
    values = tuple([None if label is None else sys.intern(str(label)) for label in labels])
    estimate, parent = asked.get("estimate"), asked.get("parent")
    return number, Glanced(
        axes,
        values,
        sample,
        _packed(str(asked["request_hash"])),
        one_sum(estimate) if type(estimate) is int else None,
        sys.intern(parent) if is_exchange_id(parent) else None,
    )


@lru_cache(maxsize=256)
def one_sum(amount: int) -> int:
    """The same object for equal sums, of which ten thousand shots have a few."""
    return amount


def planned(row: Any, axes: tuple[str, ...]) -> Planned:
    """A row of a plan with all that it asks. Raises KeyError, TypeError, ValueError or StoreError."""
    number, known = glance(row, axes)
    return Planned(number=number, labels=known.labels, sample=known.sample, asked=_asked(row[3]))
