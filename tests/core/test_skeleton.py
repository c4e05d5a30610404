"""JSON with holes: what goes in comes out, whatever the strings say and wherever the holes are."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.skeleton import Skeleton, StoredText, base64_length, walk

HASHES = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")
STORED = st.builds(StoredText, HASHES, st.integers(0, 10**9), st.sampled_from(["base64", "base64url", "text"]))
# Strings that look like the marks inside, like JSON, or like broken text.
HOSTILE = st.sampled_from(
    [
        "@",
        "@@",
        "@0123456789abcdef01234567@",
        '"',
        '\\"',
        "\\",
        "{}",
        '"data":"',
        "\u2028",
        "\x00",
        "\ud800",
        "‮",
        "</script>",
    ]
)
TEXTS = st.one_of(st.text(max_size=20), HOSTILE)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False), TEXTS
)


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=25
    )


JSON = trees(LEAVES)
JSON_WITH_HOLES = trees(st.one_of(LEAVES, STORED))


def filled(skeleton: Skeleton, fill: str) -> bytes:
    """The whole JSON, each hole filled with `fill`."""
    return b"".join(piece if isinstance(piece, bytes) else fill.encode() for piece in skeleton.pieces())


@given(JSON)
def test_without_holes_it_is_the_json_itself(value: Any) -> None:
    """A value without stored strings is plain compact JSON and comes back equal."""
    skeleton = Skeleton.of(value)
    assert skeleton.holes == ()
    assert skeleton.parse() == value == json.loads(skeleton.text)
    assert skeleton.size == len(skeleton.text)


@given(JSON_WITH_HOLES)
def test_parse_undoes_of(value: Any) -> None:
    """Stored strings come back where they stood, however many there are and whatever stands beside them."""
    assert Skeleton.of(value).parse() == value


@given(JSON_WITH_HOLES)
def test_pieces_are_the_json_in_order(value: Any) -> None:
    """The pieces with every hole filled are valid JSON, and each hole lies between quotes."""
    skeleton = Skeleton.of(value)
    expected = walk_stored(value, "FILLED")
    assert json.loads(filled(skeleton, "FILLED")) == expected
    for offset, _ in skeleton.holes:
        assert skeleton.text[offset - 1 : offset + 1] == b'""'


def walk_stored(value: Any, fill: str) -> Any:
    """`value` with every stored string replaced by `fill`; written apart from the code under test."""
    if isinstance(value, StoredText):
        return fill
    if isinstance(value, dict):
        return {key: walk_stored(item, fill) for key, item in value.items()}
    return [walk_stored(item, fill) for item in value] if isinstance(value, list) else value


@given(JSON_WITH_HOLES)
def test_size_counts_what_will_be_sent(value: Any) -> None:
    """`size` is the length of the text plus that of every string on disk."""
    skeleton = Skeleton.of(value)
    assert skeleton.size == len(skeleton.text) + sum(leaf.length for _, leaf in skeleton.holes)


def test_the_same_object_twice_is_two_holes() -> None:
    """A picture that stands in two places is sent twice, and both places are kept."""
    leaf = StoredText("ab" * 32, 10)
    skeleton = Skeleton.of([leaf, {"again": leaf}])
    assert [found for _, found in skeleton.holes] == [leaf, leaf]
    assert skeleton.parse() == [leaf, {"again": leaf}]


def test_a_stored_string_alone_is_a_skeleton() -> None:
    """The smallest JSON with a hole is the hole between its quotes."""
    leaf = StoredText("00" * 32, 3)
    skeleton = Skeleton.of(leaf)
    assert skeleton.text == b'""'
    assert skeleton.size == 6
    assert skeleton.parse() == leaf


def test_a_string_cannot_pose_as_a_hole() -> None:
    """Strings shaped like the marks of another run stay strings."""
    first = Skeleton.of([StoredText("00" * 32, 3)])
    pose = filled(first, "@000000000000000000000000:0").decode()
    assert Skeleton.of([pose, StoredText("11" * 32, 1)]).parse() == [pose, StoredText("11" * 32, 1)]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, b"bytes", {1, 2}, object()])
def test_what_is_not_json_is_refused(value: Any) -> None:
    """NaN, infinities and foreign objects are a ValueError, never broken JSON on the wire."""
    with pytest.raises(ValueError, match="JSON"):
        Skeleton.of({"x": [value]})


@given(JSON_WITH_HOLES)
def test_the_text_is_plain_ascii(value: Any) -> None:
    """Whatever the alphabet, the text is ASCII without line breaks, so that offsets are bytes."""
    text = Skeleton.of(value).text
    assert text.isascii()
    assert b"\n" not in text


@pytest.mark.parametrize(("size", "length"), [(0, 0), (1, 4), (2, 4), (3, 4), (4, 8), (3_000_000, 4_000_000)])
def test_base64_length(size: int, length: int) -> None:
    """Four characters for every three bytes begun."""
    assert base64_length(size) == length
    assert StoredText("00" * 32, size).length == length
    assert StoredText("00" * 32, size, "text").length == size


def test_content_names_the_decoded_bytes() -> None:
    """A string kept as base64 names its own object; one kept as text names the decoded picture, if there is one."""
    as_bytes = StoredText("aa" * 32, 5)
    as_text = StoredText("bb" * 32, 8, "text")
    assert as_bytes.content == "aa" * 32
    assert as_text.content is None
    assert replace(as_text, picture="cc" * 32).content == "cc" * 32


def test_walk_changes_values_but_no_keys() -> None:
    """Only strings that are values go through the change; keys and other values stay."""
    value = {"a": ["a", 1, None, {"a": "a"}], "b": True}
    assert walk(value, str.upper) == {"a": ["A", 1, None, {"a": "A"}], "b": True}
    assert value["a"] == ["a", 1, None, {"a": "a"}]
