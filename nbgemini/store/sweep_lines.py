"""The lines of one sweep: its head, its plan, claims and ends; what each of them says, as values."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from nbgemini._dataclass import dataclass, field
from nbgemini.core.exchange import Exchange
from nbgemini.core.grid.combinations import Place
from nbgemini.core.skeleton import Json
from nbgemini.store.codec import decode_exchange, encode_exchange
from nbgemini.store.fields import Fields, dump, is_exchange_id

__all__ = [
    "About", "Answered", "End", "Glanced", "Planned", "about_of", "claim_line", "end_line", "glance", "head_line",
    "plan_line", "planned",
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
        asked = self.asked
        return Glanced(
            labels=self.labels, sample=self.sample, request_hash=asked.request_hash, estimate=asked.estimate,
            parent=asked.parent,
        )  # fmt: skip


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Glanced:
    """What a glance takes of a shot of a plan."""

    labels: Mapping[str, str]
    sample: int
    request_hash: str
    estimate: int | None
    parent: str | None

    @property
    def place(self) -> Place:
        return tuple(sorted(self.labels.items())), self.sample


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
    asked = {name: value for name, value in encode_exchange(shot.asked).items() if name not in _UNSAID}
    row: list[Json] = [shot.number, [shot.labels.get(name) for name in axes], shot.sample, asked]
    return dump({"kind": "plan", "shots": [row]})


def claim_line(kernel: str, shots: Mapping[int, str]) -> bytes:
    """That a kernel has these shots, each with the id of its exchange."""
    return dump({"kind": "claim", "kernel": kernel, "shots": [list(pair) for pair in shots.items()]})


def end_line(number: int, exchange: str, end: End | Answered) -> bytes:
    """How a shot ended."""
    record: dict[str, Json] = {"kind": "end", "shot": number, "exchange": exchange}
    if isinstance(end, Answered):
        return dump({**record, "error": None, "cost": end.cost})
    return dump({**record, "error": {name: getattr(end, name) for name in End.__slots__}})


def glance(row: Any, axes: Sequence[str]) -> tuple[int, Glanced]:
    """The number of a shot and what a glance takes of it. Raises KeyError, TypeError or ValueError."""
    number, labels, sample, asked = row
    if type(number) is not int or type(sample) is not int or number < 1:
        raise ValueError("no shot")
    named = {name: sys.intern(str(label)) for name, label in zip(axes, labels, strict=True) if label is not None}
    estimate, parent = asked.get("estimate"), asked.get("parent")
    return number, Glanced(
        labels=named,
        sample=sample,
        request_hash=str(asked["request_hash"]),
        estimate=estimate if type(estimate) is int else None,
        parent=sys.intern(parent) if is_exchange_id(parent) else None,
    )


def planned(row: Any, axes: Sequence[str]) -> Planned:
    """A row of a plan with all that it asks. Raises KeyError, TypeError, ValueError or StoreError."""
    number, known = glance(row, axes)
    asked = decode_exchange(Fields({**row[3], "id": "0000"}, "the plan of a sweep"))
    return Planned(number=number, labels=known.labels, sample=known.sample, asked=asked)
