"""Exchanges that someone else recorded, looked at before they are let in: nothing in them is believed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence

from nbgemini._dataclass import dataclass, field
from nbgemini.core.content import Turn
from nbgemini.core.exchange import Exchange
from nbgemini.core.picture import HEAD, Picture, dimensions, is_whole, sniff
from nbgemini.core.skeleton import Json, StoredText, leaves
from nbgemini.store.fields import damaged

__all__ = ["LARGEST_OBJECT", "Needs", "needs_of", "vet_exchange", "vet_object"]

LARGEST_OBJECT = 100_000_000  # bytes: more than one request may hold
_DEEPEST = 250  # levels of JSON: the 200 of an answer, and what a record puts around them
_MOST = 2**53  # of any count or sum
_MODEL = r"[A-Za-z0-9._-]{1,200}"
_TAIL = 1024
# What may stand between the quotes of a JSON string. Such an object is sent as it is, so it must not be able to end
# the string that it belongs to.
_INSIDE_QUOTES = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)


@dataclass(slots=True)
class Needs:
    """The objects that exchanges need: the size of each where it is known, which are pictures, which JSON text."""

    sizes: dict[str, int | None] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)

    def _add(self, sha256: str, size: int | None, source: str) -> None:
        known = self.sizes.get(sha256)
        if known is not None and size is not None and known != size:
            raise damaged(source, f"object {sha256[:12]} has two sizes")
        self.sizes[sha256] = size if known is None else known

    def add_leaf(self, leaf: StoredText, source: str) -> None:
        """A string that is kept as an object. Raises StoreError."""
        self._add(leaf.sha256, leaf.size, source)
        if leaf.form == "text":
            self.texts.add(leaf.sha256)
        if leaf.picture is not None:
            self._add(leaf.picture, None, source)

    def add_picture(self, picture: Picture, source: str) -> None:
        """A picture of a turn. Raises StoreError."""
        self._add(picture.sha256, picture.size, source)
        self.pictures.setdefault(picture.sha256, picture)


def needs_of(exchanges: Sequence[Exchange], source: str = "the conversation") -> Needs:
    """Every object that these exchanges name. Raises StoreError when they contradict each other."""
    needs = Needs()
    for exchange in exchanges:
        for value in _wire_objects(exchange):
            for leaf in leaves(value):
                needs.add_leaf(leaf, source)
        for turn in _turns(exchange):
            for picture in turn.pictures.values():
                needs.add_picture(picture, source)
    return needs


def _turns(exchange: Exchange) -> tuple[Turn, ...]:
    return (exchange.user,) if exchange.turn is None else (exchange.user, exchange.turn)


def _wire_objects(exchange: Exchange) -> tuple[Mapping[str, Json], ...]:
    answer = exchange.answer
    return (*(turn.content for turn in _turns(exchange)), answer.model_status, answer.grounding or {})


def vet_exchange(exchange: Exchange, source: str) -> None:
    """Refuse a turn that this version would not have made. Raises StoreError, which names the file `source`."""
    wrong = next((what for what, bad in _faults(exchange) if bad), None)
    if wrong is not None:
        raise damaged(source, wrong)


def _faults(exchange: Exchange) -> Iterator[tuple[str, bool]]:
    yield "it is not a turn of a conversation", exchange.outcome != "turn" or exchange.turn is None
    yield "its model is not a model id", re.fullmatch(_MODEL, exchange.model) is None
    yield "its roles are mixed up", exchange.user.role != "user" or any(map(_foreign_role, _turns(exchange)))
    if exchange.turn is not None:
        yield "its roles are mixed up", exchange.turn.role != "model"
    yield "a sum of money is out of range", not all(map(_is_count, (exchange.cost, exchange.estimate)))
    yield "its duration is out of range", not (math.isfinite(exchange.seconds) and 0 <= exchange.seconds < _MOST)
    usage = exchange.answer.usage
    yield "its usage is out of range", usage is not None and not all(map(_is_count, usage.counts()))
    yield "it is nested too deeply", any(map(_too_deep, _wire_objects(exchange)))
    yield "its options are not JSON", not _is_json(exchange.options.described())
    yield "its pictures are not described as pictures", any(map(_misdescribed, _turns(exchange)))


def _foreign_role(turn: Turn) -> bool:
    return bool(turn.content.get("role", turn.role) != turn.role)


def _is_count(number: int | None) -> bool:
    return number is None or 0 <= number < _MOST


def _misdescribed(turn: Turn) -> bool:
    return any(
        name != picture.sha256
        or not 0 < picture.size <= LARGEST_OBJECT
        or not (0 <= picture.width < _MOST and 0 <= picture.height < _MOST)
        for name, picture in turn.pictures.items()
    )


def _is_json(value: Json) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _too_deep(value: Json) -> bool:
    level: list[Json] = [value]
    for _ in range(_DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Json) -> Iterator[Json]:
    if isinstance(value, Mapping):
        return iter(value.values())
    return iter(value) if isinstance(value, list | tuple) else iter(())


def vet_object(sha256: str, data: bytes, needs: Needs, source: str) -> None:
    """Refuse the bytes of an object that are not what the exchanges say. Raises StoreError."""
    size, picture = needs.sizes[sha256], needs.pictures.get(sha256)
    if size is not None and size != len(data):
        raise damaged(source, f"object {sha256[:12]} has another size than its turn says")
    if sha256 in needs.texts and not _INSIDE_QUOTES.fullmatch(data):
        raise damaged(source, f"object {sha256[:12]} is not JSON")
    if picture is not None and not _is_as_described(picture, data):
        raise damaged(source, f"object {sha256[:12]} is not the picture that its turn describes")


def _is_as_described(picture: Picture, data: bytes) -> bool:
    head = data[:HEAD]
    kind, size = sniff(head), dimensions(head)
    # (0, 0) means that an earlier version could not read the header; later ones may.
    known = (picture.width, picture.height) in (size, (0, 0))
    return kind == picture.media_type and known and is_whole(kind, data[-_TAIL:], len(data), head)
