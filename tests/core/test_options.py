"""Options are parsed at the door, once; a wrong one says what was probably meant."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.exchange import ImageRequest
from nbgemini.core.option_parsers import parse_aspect, parse_size
from nbgemini.core.options import ImageOptions, Options
from nbgemini.core.request_fields import parse_override
from nbgemini.errors import OptionError
from nbgemini.wire.encode import body


@pytest.mark.parametrize("ratio", ["1:1", "16:9", "9:16", "21:9", "4:5", "1:8", " 3:2 "])
def test_a_ratio(ratio: str) -> None:
    """Ratios are two numbers and a colon."""
    assert parse_aspect(ratio) == ratio.strip()


@pytest.mark.parametrize(
    ("typed", "ratio"),
    [
        ("16x9", "16:9"),
        ("16X9", "16:9"),
        ("16×9", "16:9"),
        ("16/9", "16:9"),
        ("4 : 3", "4:3"),
        ("3：4", "3:4"),  # as a Chinese or Japanese keyboard writes it
        ("landscape", "16:9"),
        ("Portrait", "9:16"),
        ("SQUARE", "1:1"),
        ("vertical", "9:16"),
        ("horizontal", "16:9"),
        ("16 by 9", "16:9"),
        ("4by5", "4:5"),
    ],
)
def test_a_ratio_that_is_clear_is_taken(typed: str, ratio: str) -> None:
    """What can mean one thing alone is no error."""
    assert parse_aspect(typed) == ratio


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("16-9", "`16:9`"),
        ("wide", "`16:9`"),
        ("1.78", "`16:9`"),
        ("", "`16:9`"),
        ("16:9:1", "`16:9`"),
        ("auto", "leave the option out"),
        ("1920x1080", "`16:9`"),
        ("1080 × 1350", "`4:5`"),
    ],
)
def test_a_wrong_ratio_says_how_to_write_it(typed: str, meant: str) -> None:
    """What was typed and what was meant are both in the message."""
    with pytest.raises(OptionError) as caught:
        parse_aspect(typed)
    assert f"`{typed.strip()}` is not a ratio" in caught.value.message
    assert meant in caught.value.message


@pytest.mark.parametrize("size", ["512", "1K", "2K", "4K", " 2K ", "2k", "4k"])
def test_a_size(size: str) -> None:
    """Sizes are spelled as on the wire; a small k is one too."""
    assert parse_size(size) == size.strip().upper()


def test_the_size_512_may_be_a_number() -> None:
    """From Python, 512 without quotes is the same size."""
    assert parse_size(512) == "512"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("512px", "`512`"),
        ("0.5K", "`512`"),
        ("1024", "`1K`"),
        ("2048", "`2K`"),
        ("8K", "`4K`"),
        ("big", "`1K`"),
    ],
)
def test_a_wrong_size_says_how_to_write_it(typed: str, meant: str) -> None:
    """Pixels and sizes that do not exist are told apart."""
    with pytest.raises(OptionError) as caught:
        parse_size(typed)
    assert typed in caught.value.message
    assert meant in caught.value.message


@pytest.mark.parametrize(
    ("name", "given", "parsed"),
    [
        ("only", "image", "image"),
        ("only", "Both", "both"),
        ("thinking", "HIGH", "high"),
        ("seed", "7", 7),
        ("seed", -(2**31), -(2**31)),
        ("temperature", "0.5", 0.5),
        ("temperature", 2, 2.0),
        ("top_p", 1, 1.0),
        ("top_k", "40", 40),
        ("max_tokens", 4096, 4096),
        ("system", "Paint.", "Paint."),
        ("system", "  ", ""),
        ("system", "\u200b\u2060", ""),
    ],
)
def test_each_option_is_parsed(name: str, given: object, parsed: object) -> None:
    """Strings from a cell and values from Python end as the same value."""
    assert getattr(ImageOptions.parse({name: given}), name) == parsed


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("only", "sound"),
        ("thinking", "max"),
        ("seed", "1.5"),
        ("seed", 2**31),
        ("seed", True),
        ("seed", "٣٣" * 9),
        ("temperature", "hot"),
        ("temperature", "nan"),
        ("temperature", float("inf")),
        ("temperature", 2.1),
        ("temperature", True),
        ("top_p", -0.1),
        ("top_p", []),
        ("top_k", 0),
        ("max_tokens", "-1"),
        ("max_tokens", None.__class__),
    ],
)
def test_a_wrong_value_names_its_option(name: str, given: object) -> None:
    """Nothing is clipped, rounded or guessed."""
    with pytest.raises(OptionError, match=f"`{name}`"):
        ImageOptions.parse({name: given})


def test_none_is_not_set() -> None:
    """None leaves an option out, as Python callers expect."""
    assert ImageOptions.parse(dict.fromkeys(field.name for field in fields(ImageOptions))) == ImageOptions()
    assert ImageOptions().described() == {}


def test_an_unknown_option_is_refused() -> None:
    """A typing error in a program is an error, not a silent default."""
    with pytest.raises(OptionError, match="`sise` is not an option"):
        ImageOptions.parse({"sise": "2K"})


def test_described_is_only_what_is_set() -> None:
    """The description for people holds no empty options."""
    options = ImageOptions.parse({"aspect": "16:9", "seed": 0, "set": 'a.b={"c": 1}'})
    assert options.described() == {"aspect": "16:9", "seed": 0, "set": (("a.b", {"c": 1}),)}


@pytest.mark.parametrize(
    ("given", "pairs"),
    [
        ("generationConfig.seed=7", (("generationConfig.seed", 7),)),
        (["a=null", 'b.c="x=y"'], (("a", None), ("b.c", "x=y"))),
        ({"a.b": [1, {"c": 2}]}, (("a.b", [1, {"c": 2}]),)),
        ([("a", 1)], (("a", 1),)),
        ({"a": {1: 2, "1": 3, "b": (4,)}}, (("a", {"1": 3, "b": [4]}),)),
        ([], ()),
    ],
)
def test_set_takes_pairs_in_any_form(given: Any, pairs: Any) -> None:
    """A string, several strings, pairs and a mapping say the same."""
    assert parse_override(given) == pairs


@pytest.mark.parametrize(
    "wrong",
    [
        "a",
        "=1",
        "a..b=1",
        "a.0=1",
        "a=",
        "a=yes",
        "a=1e999",
        'a="\\ud800"',
        "a=NaN",
        "a=Infinity",
        "a=-Infinity",
        "a={",
        "a[0]=1",
        "a b=1",
        "__class__ =1 2",
    ],
)
def test_set_refuses_what_is_no_path_or_no_json(wrong: str) -> None:
    """Half a pair, a broken path or broken JSON is refused with an example."""
    with pytest.raises(OptionError, match=r"is not a path|JSON|has no value"):
        parse_override(wrong)


@pytest.mark.parametrize(("wrong", "why"), [("contents=[]", "conversation itself"), ("a..b=1", "`a..b` is not a path")])
def test_set_names_what_is_wrong(wrong: str, why: str) -> None:
    """JSON at a place that cannot be written is not called bad JSON."""
    with pytest.raises(OptionError, match=why):
        parse_override(wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("contents=[]", "they are the conversation itself"),
        ("a..b=1", "`a..b` is not a path"),
        ("=1", "`` is not a path"),
        ("a=yes", "is not JSON: `yes`"),
    ],
)
def test_set_says_which_half_is_wrong(wrong: str, said: str) -> None:
    """A path that cannot be written is not taken for broken JSON."""
    with pytest.raises(OptionError, match=re.escape(said)):
        parse_override(wrong)


@pytest.mark.parametrize(
    "wrong", [5, [5], [("a",)], [("a", 1, 2)], {"a": float("nan")}, {"a": object()}, {"a b": 1}, {5: 1}, [("a", {1})]]
)
def test_set_refuses_other_python_values(wrong: Any) -> None:
    """What is neither text, nor pairs, nor JSON is refused as an option, not as an accident."""
    with pytest.raises(OptionError):
        ImageOptions.parse({"set": wrong})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    )
)
def test_any_json_can_be_set(value: Any) -> None:
    """The value behind the first equals sign is JSON, whatever it holds."""
    assert parse_override(f"a.b={json.dumps(value)}") == (("a.b", value),)


@given(st.text(max_size=30))
def test_any_text_is_taken_or_refused_by_name(text: str) -> None:
    """No spelling of an option escapes as another exception."""
    for name in ("aspect", "size", "only", "thinking", "seed", "temperature", "top_p", "top_k", "max_tokens", "set"):
        try:
            outcome: object = getattr(ImageOptions.parse({name: text}), name)
        except OptionError as problem:
            outcome = problem.lines()[:3] == problem.lines()
        assert outcome is not None
        assert outcome is not False


@pytest.mark.parametrize(
    ("given", "where"),
    [(True, "web"), ("web", "web"), ("IMAGE", "image"), ("both", "both"), (False, None), (None, None)],
)
def test_what_is_searched(given: Any, where: str | None) -> None:
    """True is the web, as `--search` alone is."""
    assert ImageOptions.parse({"search": given}).search == where


def test_a_search_that_is_none() -> None:
    """The nearest word is named."""
    with pytest.raises(OptionError, match=r"web, image, both.*Did you mean `image`") as caught:
        ImageOptions.parse({"search": "images"})
    assert caught.value.charged == "nothing sent"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"person_generation": "ALLOW_ADULT"}, {"personGeneration": "ALLOW_ADULT"}),
        ({"person_generation": "none"}, {"personGeneration": "ALLOW_NONE"}),
        ({"person_generation": "dont_allow"}, {"personGeneration": "ALLOW_NONE"}),
        ({"image_output_options": "PNG"}, {"imageOutputOptions": {"mimeType": "image/png"}}),
        (
            {"image_output_options": "jpg:80"},
            {"imageOutputOptions": {"mimeType": "image/jpeg", "compressionQuality": 80}},
        ),
        (
            {"image_output_options": {"mime_type": "image/jpeg", "compression_quality": 7}},
            {"imageOutputOptions": {"mimeType": "image/jpeg", "compressionQuality": 7}},
        ),
        (
            {"image_output_options": {"mimeType": "image/webp", "compressionQuality": None}},
            {"imageOutputOptions": {"mimeType": "image/webp"}},
        ),
    ],
)
def test_what_vertex_ai_takes_besides(given: dict[str, Any], field: dict[str, Any]) -> None:
    """Spelled as the wire does, and refused by name for the Gemini API before anything is sent."""
    options = ImageOptions.parse(given)
    options.check_backend("vertex")
    request = ImageRequest(model="gemini-3-pro-image", turns=(), options=options)
    assert body(request, backend="vertex").parse()["generationConfig"]["imageConfig"] == field
    name = next(iter(given)).replace("_", "-")
    with pytest.raises(OptionError, match=f"`--{name}` is for Vertex AI"):
        options.check_backend("gemini")


@pytest.mark.parametrize(
    "given",
    [
        {"person_generation": "everybody"},
        {"image_output_options": "gif"},
        {"image_output_options": "png:80"},
        {"image_output_options": "jpeg:101"},
        {"image_output_options": {"mime_type": "image/jpeg", "progressive": True}},
        {"image_output_options": 7},
        {"only": "text", "aspect": "16:9"},
        {"only": "text", "size": "2K"},
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any]) -> None:
    """Unknown words, a quality that a format has not, and the shape of a picture that is not to be drawn."""
    with pytest.raises(OptionError):
        Options.parse(given)
