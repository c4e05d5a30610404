"""Exchanges to records and back: nothing is lost, nothing is mistaken for a reference, rubbish is named."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.content import Turn
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.options import ImageOptions
from nbgemini.core.picture import Picture
from nbgemini.core.skeleton import Json, Skeleton, StoredText
from nbgemini.core.usage import Usage
from nbgemini.errors import StoreError
from nbgemini.store.codec import decode_exchange, encode_exchange
from nbgemini.store.fields import dump, load
from tests.store.builders import exchange_of


def whole(text: str) -> str:
    """Two surrogates that make a pair are one character, in JSON as on the wire."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
IDS = st.text("0123456789abcdef", min_size=4, max_size=64)
TEXT = st.text(st.characters(), max_size=12).map(whole)
LEAF = st.builds(
    StoredText, HEX, st.integers(0, 2**40), st.sampled_from(["base64", "base64url", "text"]), st.none() | HEX
) | st.builds(
    StoredText, HEX, st.integers(0, 2**40), st.just("base64"), ending=st.sampled_from(["", "\\u003d", "\\u003D="])
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
# Field names of the records themselves are the likeliest to be confused with.
KEYS = TEXT | st.sampled_from(["content", "holes", "sha256", "size", "form", "picture", "parts", "role", ""])


def json_with(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
    )


OBJECT = st.dictionaries(KEYS, json_with(PLAIN | LEAF), max_size=4)
PICTURE = st.builds(Picture, HEX, st.integers(0), TEXT, st.integers(0), st.integers(0))
TURN = st.builds(Turn, st.sampled_from(["user", "model"]), OBJECT, st.dictionaries(TEXT, PICTURE, max_size=2))
COUNT = st.none() | st.integers(0, 2**53)
OPTIONS = st.builds(
    ImageOptions,
    aspect=st.none() | TEXT,
    size=st.none() | TEXT,
    only=st.sampled_from([None, "image", "both"]),
    system=st.none() | TEXT,
    seed=st.none() | st.integers(),
    temperature=st.none() | st.floats(allow_nan=False),
    top_k=st.none() | st.integers(),
    search=st.sampled_from([None, "web", "image", "both"]),
    safety=st.sampled_from([(), (("hate", "none"),), (("sexual", "only-high"), ("harassment", "off"))]),
    set=st.lists(st.tuples(TEXT, json_with(PLAIN)), max_size=2).map(tuple),
)
ANSWER = st.builds(
    Answer,
    turn=st.none() | TURN,
    finish_reason=TEXT,
    finish_message=TEXT,
    block_reason=TEXT,
    usage=st.none() | st.builds(Usage, COUNT, COUNT, COUNT, COUNT, COUNT),
    model_version=TEXT,
    response_id=TEXT,
    model_status=OBJECT,
    grounding=st.none() | OBJECT,
)
EXCHANGE = st.builds(
    Exchange,
    id=IDS,
    parent=st.none() | IDS,
    user=TURN,
    answer=ANSWER,
    model=TEXT,
    backend=st.sampled_from(["gemini", "vertex", "emulator"]),
    options=OPTIONS,
    outcome=st.sampled_from(["turn", "failed", "orphan"]),
    anchored=st.booleans(),
    cost=st.none() | st.integers(0),
    estimate=st.none() | st.integers(0),
    seconds=st.floats(0, 1e9),
    created=TEXT,
    alt=TEXT,
    reason=TEXT,
)


def again(record: dict[str, Json]) -> Exchange:
    """Through the bytes of a file, and back."""
    return decode_exchange(load(dump(record), "records/x.json"))


@given(exchange=EXCHANGE)
def test_what_is_kept_comes_back(exchange: Exchange) -> None:
    """Every field of every value, whatever the server put into it."""
    assert again(encode_exchange(exchange)) == exchange


def test_each_option_of_a_request_comes_back() -> None:
    """Those of tomorrow too, so that the request of a turn can be made again."""
    others = {"thoughts": True, "safety": (("hate", "none"),), "set": (("store", False),)}
    values = {
        one.name: others.get(one.name, 7 if one.type in ("int | None", "float | None") else "x")
        for one in dataclasses.fields(ImageOptions)
    }
    options = ImageOptions(**values)  # type: ignore[arg-type]  # values of each kind
    assert again(encode_exchange(dataclasses.replace(exchange_of(1), options=options))).options == options


@given(exchange=EXCHANGE)
def test_a_replayed_turn_is_the_same_bytes(exchange: Exchange) -> None:
    """The order of fields included, which equality of mappings does not see."""
    for turn, back in ((exchange.user, again(encode_exchange(exchange)).user),):
        assert Skeleton.of(back.content).text == Skeleton.of(turn.content).text if sendable(turn) else True
        assert list(map(repr, back.content)) == list(map(repr, turn.content))


def sendable(turn: Turn) -> bool:
    try:
        Skeleton.of(turn.content)
    except ValueError:
        return False
    return True


@given(content=st.dictionaries(KEYS, json_with(PLAIN), max_size=4))
def test_hostile_json_is_no_reference(content: dict[str, Json]) -> None:
    """An answer shaped like a record, with names of objects in it, stays the plain JSON that it is."""
    disguise = {**content, "holes": [[["a"], ["0" * 64, 3, "text", None]]], "content": {"a": ""}, "a": ""}
    exchange = exchange_of(1, answered=False)
    kept = again(encode_exchange(Exchange(**{**fields_of(exchange), "user": Turn("user", disguise)})))
    assert kept.user.content == disguise


def fields_of(exchange: Exchange) -> dict[str, Any]:
    return {name: getattr(exchange, name) for name in Exchange.__slots__}


def test_what_is_no_json_is_kept_all_the_same() -> None:
    """A NaN in an unknown field cannot be sent again, but it was paid for."""
    odd = {"role": "model", "parts": [{"text": "x", "odd": [math.nan, math.inf, -math.inf, 1e-320, -0.0]}]}
    exchange = Exchange(**{**fields_of(exchange_of(1)), "answer": Answer(turn=Turn("model", odd))})
    turn = again(encode_exchange(exchange)).turn
    assert turn is not None
    values = turn.content["parts"][0]["odd"]
    assert math.isnan(values[0])
    assert values[1:4] == [math.inf, -math.inf, 1e-320]
    assert math.copysign(1, values[4]) == -1


def places(value: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a record."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] + [inner for key, item in items for inner in places(item, (*path, key))]


def changed(record: Json, path: tuple[Any, ...], value: Json) -> Json:
    """A copy of the record with another value at one place."""
    if not path:
        return value
    copied = copy.deepcopy(record)
    at = copied
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return copied


@given(data=st.data(), value=json_with(PLAIN))
def test_rubbish_at_any_place_is_named(data: st.DataObject, value: Json) -> None:
    """Whatever stands anywhere in a record, it is an exchange or a StoreError that names the file."""
    record = encode_exchange(exchange_of(1))
    path = data.draw(st.sampled_from(places(record)))
    try:
        exchange = decode_exchange(load(json.dumps(changed(record, path, value)).encode(), "records/x.json"))
    except StoreError as error:
        text = error.message
    else:
        text = "records/x.json"
        assert again(encode_exchange(exchange)) == exchange
    assert "records/x.json" in text


@pytest.mark.parametrize("data", [b"", b"\x00" * 90, b"{", b"[]", b"null", b'{"id":' * 50_000, b"\xff\xfe", b"7"])
def test_a_file_without_a_record_is_named(data: bytes) -> None:
    """Empty, torn, or something else altogether."""
    with pytest.raises(StoreError, match=r"`records/x\.json` is damaged"):
        decode_exchange(load(data, "records/x.json"))


def test_fields_of_later_versions_are_passed_over() -> None:
    """On every level of a record."""
    record = encode_exchange(exchange_of(1))
    for path in places(record):
        inner: Json = record
        for key in path:
            inner = inner[key]
        if isinstance(inner, dict) and path[-1:] not in [("pictures",)] and "content" not in path:
            inner["later"] = {"any": [1, None]}
    assert again(record) == exchange_of(1)


def test_missing_fields_have_defaults() -> None:
    """A record of an earlier version may know less."""
    record = encode_exchange(exchange_of(1))
    least = {name: record[name] for name in ("id", "user", "answer", "backend", "outcome")}
    exchange = again(least)
    assert (exchange.turn, exchange.prompt) == (exchange_of(1).turn, "prompt 1")
    assert (exchange.cost, exchange.options, exchange.parent) == (None, ImageOptions(), None)


def test_too_deep_is_said() -> None:
    """Deeper than any answer that is let through: a StoreError, not a RecursionError."""
    deep: dict[str, Json] = {}
    for _ in range(3000):
        deep = {"a": deep}
    exchange = Exchange(**{**fields_of(exchange_of(1)), "user": Turn("user", deep)})
    with pytest.raises(StoreError, match="nested too deeply"):
        encode_exchange(exchange)


def test_what_is_not_json_is_said() -> None:
    """A programming error above is not written as something else."""
    with pytest.raises(StoreError, match="cannot be written as JSON"):
        dump({"a": b"bytes"})
