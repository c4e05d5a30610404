"""Axes, their combinations and the number of each shot, as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.grid.axes import Axis, Dimension, Value, paired, rows_of, single
from nbgemini.core.grid.axis_text import AxisText, Item, RowsText, parse_axis, parse_pair, parse_skip
from nbgemini.core.grid.combinations import Grid, left_out, numbered
from nbgemini.core.grid.pattern import parse_pattern, plain_names
from nbgemini.core.grid.selecting import by_name, by_value
from nbgemini.core.ratings import Mark, folded
from nbgemini.errors import OptionError


def axis(name: str, *labels: str) -> Axis:
    return Axis(name, tuple(Value(label, label) for label in labels))


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("style=ink", ["ink"]),
        ("style=ink,oil", ["ink", "oil"]),
        ('style=watercolor,"oil, thick",ink', ["watercolor", "oil, thick", "ink"]),
        ("'style=a,\"b, c\"'", ["a", "b, c"]),
        ('"style=a, b"', ["a", "b"]),
        ('style="",ink', ["", "ink"]),
        ('style="say \\"hi\\"",x', ['say "hi"', "x"]),
        ("seed=1..4", ["1", "2", "3", "4"]),
        ("seed=3..1", ["3", "2", "1"]),
        ('seed="1..4"', ["1..4"]),
        ("seed=-1..1,9", ["-1", "0", "1", "9"]),
        ("style={a},x", ["{a}", "x"]),
        ("aspect=1:1,16:9", ["1:1", "16:9"]),
        ("style=a=b,c", ["a=b", "c"]),
        ("top-p=0.1,1", ["0.1", "1"]),
    ],
)
def test_values_as_an_option_line_spells_them(text: str, texts: list[str]) -> None:
    """Commas part values, quotes protect one, and a range is its numbers."""
    found = parse_axis(text)
    assert isinstance(found, AxisText)
    assert [item.text for item in found.items] == texts
    assert found.name == text.strip("'\"").partition("=")[0].replace("-", "_")


def test_explicit_lists() -> None:
    """A name in braces is a variable, a CSV file one by its name."""
    assert parse_axis("{shots}") == RowsText(variable="shots")
    assert parse_axis("my shots.CSV") == RowsText(file="my shots.CSV")
    assert (Item("{a}").variable, Item("{a}", quoted=True).variable, Item("{a}b").variable) == ("a", "", "")


@pytest.mark.parametrize(
    "text", ["", "style", "=a", "style=", "style=a,,b", 'style="a', "a b=c", "seed=1..99999", "1=2"]
)
def test_axes_that_are_none(text: str) -> None:
    """Each is refused with an example."""
    with pytest.raises(OptionError):
        parse_axis(text)


def test_pairs_and_skips() -> None:
    """Names between commas, and values that meet."""
    assert parse_pair("style, top-p") == ("style", "top_p")
    assert parse_skip("style=ink,model=pro") == (("style", "ink"), ("model", "pro"))
    for wrong in ("style", "a,a", ""):
        with pytest.raises(OptionError):
            parse_pair(wrong)
    for wrong in ("style", "style=", "=x", ""):
        with pytest.raises(OptionError):
            parse_skip(wrong)


def test_a_quoted_value_of_a_skip() -> None:
    """Quotes protect a comma there as well."""
    assert parse_skip('style="oil, thick",model=pro') == (("style", "oil, thick"), ("model", "pro"))


@given(st.lists(st.integers(1, 4), max_size=3), st.integers(1, 3))
def test_the_size_is_the_product_of_the_axes(lengths: list[int], count: int) -> None:
    """First axis slowest, samples fastest, every place once."""
    dimensions = tuple(single(axis(f"a{at}", *map(str, range(length)))) for at, length in enumerate(lengths))
    grid = Grid(dimensions, count)
    found = list(grid.combinations())
    places = [one.place for one in found]
    assert len(found) == grid.size == len(set(places))
    assert [one.sample for one in found[:count]] == list(range(1, count + 1))
    assert numbered(places, {}) == {place: number for number, place in enumerate(places, 1)}


@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(0, 2))
def test_a_number_never_changes(length: int, count: int, longer: int, more: int) -> None:
    """What a longer axis or more samples add is numbered on."""

    def places(values: int, samples: int) -> list[object]:
        grid = Grid((single(axis("a", *map(str, range(values)))), single(axis("b", "x", "y"))), samples)
        return [one.place for one in grid.combinations()]

    before = numbered(places(length, count), {})  # type: ignore[arg-type]
    after = numbered(places(length + longer, count + more), before)  # type: ignore[arg-type]
    assert {place: after[place] for place in before} == before
    assert sorted(after.values()) == list(range(1, len(after) + 1))
    assert all(after[place] > len(before) for place in after if place not in before)


def test_pairs_lists_and_what_is_left_out() -> None:
    """A pair walks in step, an explicit list is crossed with further axes, and a row may say nothing of an axis."""
    pair = Grid((paired([axis("a", "1", "2"), axis("b", "x", "y")]), single(axis("c", "p", "q"))))
    assert [tuple(one.labels.values()) for one in pair.combinations()] == [
        ("1", "x", "p"), ("1", "x", "q"), ("2", "y", "p"), ("2", "y", "q"),
    ]  # fmt: skip
    rows = rows_of(["a", "b"], [{"a": Value("1", 1)}, {"a": Value("2", 2), "b": Value("x", "x")}])
    assert [one.labels for one in Grid((rows,)).combinations()] == [{"a": "1"}, {"a": "2", "b": "x"}]
    assert rows.axis("b").labels == ("x",)
    skipped = Grid(pair.dimensions, skips=(left_out([("a", "1"), ("c", "q")]),))
    assert len(list(skipped.combinations())) == 3
    assert Dimension(("a",), ((None,),)).axis("a").values == ()


def test_places_in_a_text() -> None:
    """Those of axes alone: JSON, LaTeX and doubled braces stay."""
    pattern = parse_pattern('a {style} {x} {{style}} {"style": 1} \\frac{style}{2}', ["style"])
    assert pattern.names == ("style",)
    assert "".join(map(str, pattern.filled({"style": "ink"}))).startswith('a ink {x} {{style}} {"style": 1}')
    assert pattern.text == 'a {style} {x} {{style}} {"style": 1} \\frac{style}{2}'
    assert plain_names('{a} {a.b} {{c}} {"d": 1} {e f}') == ("a",)


def test_shots_by_their_values() -> None:
    """By name, or by value alone where it belongs to the first free axis; a slip is told."""
    axes = {"style": ("ink", "oil"), "other": ("oil", "16:9")}
    assert by_name(axes, {"style": ["ink", "oil"], "other": "16:9"}) == {"style": {"ink", "oil"}, "other": {"16:9"}}
    assert by_value(axes, ["oil", "oil"]) == {"style": {"oil"}, "other": {"oil"}}
    with pytest.raises(OptionError, match="Did you mean `ink`"):
        by_name(axes, {"style": "inc"})
    with pytest.raises(OptionError, match="`stile` is not an axis"):
        by_name(axes, {"stile": "ink"})
    with pytest.raises(OptionError, match="No axis has the value `red`"):
        by_value(axes, ["red"])


def test_later_words_count() -> None:
    """Stars and notes are replaced, tags added and taken away, whichever order the kernels' files are read in."""
    marks = [
        Mark(of="a", at=3, stars=0, untags=("dark",)),
        Mark(of="a", at=1, stars=4, tags=("keep", "dark")),
        Mark(of="a", at=2, note="soft", scores={"sharpness": 1.0}),
    ]
    found = folded(marks)["a"]
    assert (found.stars, found.note, found.tags, dict(found.scores)) == (0, "soft", ("keep",), {"sharpness": 1.0})
