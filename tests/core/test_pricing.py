"""Money: whole micro-dollars, rounded up, unknown rather than zero."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.content import Turn
from nbgemini.core.exchange import ImageRequest
from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.option_parsers import parse_dollars
from nbgemini.core.options import ImageOptions
from nbgemini.core.pricing import (
    cost,
    dollars,
    estimate,
    grounding_cost,
    input_estimate,
    micro,
    queries,
    total,
)
from nbgemini.core.usage import Usage
from nbgemini.errors import OptionError

CATALOGUE = Catalogue.parse(json.loads(resources.files("nbgemini").joinpath("core", "models.json").read_text("utf-8")))
PRO = CATALOGUE.find("pro")
COUNTS = st.integers(0, 200_000)

# The facts' own table: model, size, price of one picture in dollars.
TABLE = [
    ("nano-banana-2.1", "1K", "0.0336"),
    ("nano-banana-2.1", "2K", "0.0504"),
    ("nano-banana-2.1", "4K", "0.1134"),
    ("pro", "1K", "0.134"),
    ("pro", "2K", "0.134"),
    ("pro", "4K", "0.24"),
    ("flash", "512", "0.045"),
    ("flash", "1K", "0.067"),
    ("flash", "2K", "0.101"),
    ("flash", "4K", "0.151"),
    ("flash-lite", "1K", "0.0336"),
    ("nano-banana", None, "0.039"),
]


def asked(*texts: str, pictures: int = 0, **options: Any) -> ImageRequest:
    """A request of one turn for each text, the last with pictures."""
    turns = [Turn("user", {"parts": [{"text": text}]}) for text in texts]
    shown = [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}] * pictures
    return ImageRequest(
        model="any", turns=(*turns, Turn("user", {"parts": shown})), options=ImageOptions.parse(options)
    )


def drawn(card: ModelCard, size: str | None = None) -> Fraction:
    """The price of the picture alone, by its tokens."""
    tokens = card.image_tokens[size or card.default_size or "default"]
    return Fraction(tokens * (card.image_token_price or 0), 1_000_000)


@pytest.mark.parametrize(("model", "size", "price"), TABLE)
def test_a_picture_costs_what_the_table_says(model: str, size: str | None, price: str) -> None:
    """An estimate covers the picture's price, and its allowance for words and thoughts is at most a sixth of it."""
    micro = estimate(CATALOGUE.find(model), asked(size=size))
    assert micro is not None
    assert Fraction(price) * 1_000_000 <= micro <= Fraction(price) * 1_000_000 * 7 / 6


@pytest.mark.parametrize("model", ["nano-banana-2.1", "pro", "flash", "flash-lite", "nano-banana"])
def test_without_a_size_the_default_size_counts(model: str) -> None:
    """Nothing sent means 1K, or the only size there is."""
    card = CATALOGUE.find(model)
    assert estimate(card, asked()) == estimate(card, asked(size="1K" if card.sizes else None))


def test_words_and_references_are_counted() -> None:
    """Three bytes a token in any script, each picture at its input tokens, and the history like everything else."""
    alone = estimate(PRO, asked())
    assert alone is not None
    assert estimate(PRO, asked("a" * 3000, pictures=3)) == alone + (1000 + 3 * 560) * 2
    assert estimate(PRO, asked("猫" * 1000, "b" * 300)) == alone + 1100 * 2
    assert estimate(PRO, asked(system="c" * 30)) == alone + 10 * 2


def test_a_picture_alone_needs_no_words() -> None:
    """With `only=image` the allowance for words is left out; thoughts are billed all the same."""
    with_words, alone = estimate(PRO, asked()), estimate(PRO, asked(only="image"))
    assert alone is not None
    assert with_words == alone + 130 * 12
    assert alone > drawn(PRO)


@pytest.mark.parametrize("level", ["minimal", "medium", "high"])
def test_more_thinking_is_estimated_higher(level: str) -> None:
    """Each level has its own allowance, and the default level is the model's own."""
    card = CATALOGUE.find("nano-banana-2.1")
    lower = {"minimal": 0, "medium": estimate(card, asked(thinking="minimal")), "high": estimate(card, asked())}[level]
    found = estimate(card, asked(thinking=level))
    assert found is not None
    assert lower is not None
    assert found > lower
    assert estimate(card, asked()) == estimate(card, asked(thinking="medium"))


def test_an_unknown_price_is_none() -> None:
    """Never zero: a cost guard must be able to tell."""
    unknown = CATALOGUE.find("gemini-9-image")
    assert estimate(unknown, asked(size="1K")) is None
    assert estimate(PRO, asked(size="512")) is None
    assert estimate(PRO, asked(), tier="gold") is None
    assert cost(unknown, Usage(prompt=10, candidates=1120)) is None
    assert cost(PRO, Usage(prompt=10, candidates=1120, tier="gold")) is None
    assert grounding_cost(unknown, 3) is None


@pytest.mark.parametrize(("tier", "times"), [("standard", "1"), ("flex", "0.5"), ("priority", "1.8"), ("batch", "0.5")])
def test_each_tier_has_its_price(tier: str, times: str) -> None:
    """Estimates and costs alike, rounded up; what the answer says of the tier counts more than what was asked for."""
    standard = estimate(PRO, asked("a cat"))
    assert standard is not None
    assert 0 <= (estimate(PRO, asked("a cat"), tier=tier) or 0) - Fraction(times) * standard < 2
    exact = Fraction(times) * (10 * 2 + 1120 * 120)
    for spent in (
        cost(PRO, Usage(prompt=10, candidates=1120, images=1120), tier=tier),
        cost(PRO, Usage(prompt=10, candidates=1120, images=1120, tier=tier), tier="standard"),
    ):
        assert spent is not None
        assert exact <= spent < exact + 1


def test_what_is_set_by_hand_counts() -> None:
    """`set` writes the request last, so its size and tier are what is paid for."""
    paths = {"generationConfig.imageConfig": {"imageSize": "4K"}, "serviceTier": "flex"}
    by_hand = estimate(PRO, asked(size="1K", set=paths))
    assert by_hand == estimate(PRO, asked(size="4K", tier="flex"))
    assert ImageOptions.parse({"set": {"serviceTier": 7}, "tier": "flex"}).asked_tier == "flex"


def test_searches_cost_at_most_their_list_price() -> None:
    """$14 for a thousand queries of the Gemini 3 family, when none of the free ones is left."""
    assert [grounding_cost(PRO, number) for number in (-1, 0, 1, 2, 1000)] == [0, 0, 14_000, 28_000, 14_000_000]
    assert grounding_cost(CATALOGUE.find("nano-banana"), 1) is None
    assert PRO.free_queries == 5000


@pytest.mark.parametrize(
    ("grounding", "number"),
    [
        (None, 0),
        ({}, 0),
        ({"webSearchQueries": ["a", "b"]}, 2),
        ({"webSearchQueries": ["a"], "imageSearchQueries": ["a", "b"]}, 3),
        ({"webSearchQueries": "abc", "imageSearchQueries": [1, None, {}]}, 0),
    ],
)
def test_queries_are_counted(grounding: Any, number: int) -> None:
    """Each query that the metadata names is billed; what is no list of words names none."""
    assert queries(grounding) == number


def usage(**metadata: Any) -> Usage:
    parsed = Usage.parse(metadata)
    assert parsed is not None
    return parsed


def test_the_cost_of_an_ordinary_answer() -> None:
    """Prompt, picture and thoughts, each at its own price."""
    reported = usage(
        promptTokenCount=100,
        candidatesTokenCount=1120,
        thoughtsTokenCount=200,
        totalTokenCount=1420,
        candidatesTokensDetails=[{"modality": "IMAGE", "tokenCount": 1120}],
    )
    assert cost(PRO, reported) == 100 * 2 + 1120 * 120 + 200 * 12


def test_a_refusal_that_repeats_its_thoughts_is_counted_once() -> None:
    """On refusals the candidates repeat the thoughts; the total knows better."""
    reported = usage(promptTokenCount=50, candidatesTokenCount=300, thoughtsTokenCount=300, totalTokenCount=350)
    assert cost(PRO, reported) == 50 * 2 + 300 * 12


def test_details_that_list_only_pictures() -> None:
    """Output tokens that no modality explains are text and thoughts."""
    reported = usage(
        promptTokenCount=0,
        candidatesTokenCount=1408,
        totalTokenCount=1408,
        candidatesTokensDetails=[{"modality": "IMAGE", "tokenCount": 1120}],
    )
    assert cost(PRO, reported) == 1120 * 120 + 288 * 12


def test_without_a_total_the_parts_are_summed() -> None:
    """Some gateways leave the total out."""
    assert cost(PRO, usage(promptTokenCount=1, candidatesTokenCount=2, thoughtsTokenCount=3)) == 2 + 5 * 12


def test_a_total_below_the_prompt_is_not_believed() -> None:
    """A broken total does not make an answer free."""
    assert cost(PRO, usage(promptTokenCount=100, candidatesTokenCount=10, totalTokenCount=3)) == 200 + 120


def test_without_a_prompt_count_the_cost_is_unknown() -> None:
    """Half a usage is no usage."""
    assert cost(PRO, usage(candidatesTokenCount=10)) is None
    assert cost(PRO, None) is None


@pytest.mark.parametrize("metadata", [None, [], "x", 3])
def test_usage_that_is_none(metadata: Any) -> None:
    """Whatever is not an object is no usage."""
    assert Usage.parse(metadata) is None


@pytest.mark.parametrize("count", [None, -1, 1.5, "7", True, 2**60, math.nan, [], {}])
def test_odd_counts_are_not_reported(count: Any) -> None:
    """What is not a sensible count is treated as missing."""
    parsed = usage(promptTokenCount=count, candidatesTokensDetails=[{"modality": "IMAGE", "tokenCount": count}])
    assert parsed == Usage()
    assert parsed.described() == {}


@pytest.mark.parametrize(
    "details", [None, {}, [None], [{"modality": "TEXT", "tokenCount": 4}], [{"modality": "IMAGE"}]]
)
def test_odd_details_are_not_reported(details: Any) -> None:
    """Details without pictures say nothing about pictures."""
    assert usage(candidatesTokensDetails=details).images is None


def test_several_rows_of_pictures_are_added() -> None:
    """Drafts are billed too, and may come as rows of their own."""
    rows = [
        {"modality": "IMAGE", "tokenCount": 1120},
        {"modality": "TEXT", "tokenCount": 9},
        {"modality": "IMAGE", "tokenCount": 1120},
    ]
    assert usage(candidatesTokensDetails=rows).images == 2240


@given(st.sampled_from(CATALOGUE.cards), COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_cost_is_never_too_low(card: ModelCard, prompt: int, images: int, text: int, thoughts: int) -> None:
    """Rounded up once: at least the exact sum, and less than a micro-dollar above."""
    reported = usage(
        promptTokenCount=prompt,
        candidatesTokenCount=images + text,
        thoughtsTokenCount=thoughts,
        totalTokenCount=prompt + images + text + thoughts,
        candidatesTokensDetails=[{"modality": "IMAGE", "tokenCount": images}],
    )
    exact = Fraction(
        prompt * (card.input_price or 0)
        + images * (card.image_token_price or 0)
        + (text + thoughts) * (card.text_price or 0),
        1_000_000,
    )
    found = cost(card, reported)
    assert found is not None
    assert exact <= found < exact + 1


@pytest.mark.deep
@given(
    st.dictionaries(
        st.sampled_from(["promptTokenCount", "candidatesTokenCount", "totalTokenCount", "candidatesTokensDetails"]),
        st.none()
        | st.integers()
        | st.text()
        | st.lists(st.dictionaries(st.sampled_from(["modality", "tokenCount"]), st.integers() | st.just("IMAGE"))),
    )
)
def test_no_usage_is_an_accident(metadata: dict[str, Any]) -> None:
    """Any metadata gives a cost that is not negative, or none."""
    found = cost(PRO, Usage.parse(metadata))
    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("micro", "text"),
    [
        (None, "$?"),
        (0, "$0.000"),
        (1, "$0.001"),
        (134_000, "$0.134"),
        (33_600, "$0.034"),
        (999_999, "$1.000"),
        (1_000_000, "$1.00"),
        (1_234_567_890, "$1,234.57"),
    ],
)
def test_dollars(micro: int | None, text: str) -> None:
    """Three decimals below one dollar, two above, a question mark for an unknown sum."""
    assert dollars(micro) == text


@pytest.mark.parametrize(
    ("text", "found"), [("2", 2_000_000), ("$0.5", 500_000), (" 1e-3 ", 1000), (0.1, 100_000), ("0", 0)]
)
def test_sums_as_people_write_them(text: object, found: int) -> None:
    """Dollars, with or without their sign, as whole micro-dollars."""
    assert micro(parse_dollars(text)) == found


@pytest.mark.parametrize("text", ["", "x", "-1", "nan", "inf", "1e999999999", "1,5", True, None, [1], "$", "10**3"])
def test_sums_that_are_none(text: object) -> None:
    """Negative, endless and absurd sums are refused, quickly."""
    with pytest.raises(OptionError, match="is not a sum in dollars"):
        parse_dollars(text)


def test_a_limit_is_rounded_down() -> None:
    """Half a micro-dollar of a limit is never spent."""
    assert micro(parse_dollars("0.0000019")) == 1


# What gateways and odd days were seen to answer, and what a picture of Pro at 1K then cost in micro-dollars.
PICTURE, TEXT = 1120 * 120, 12
ODD_USAGE: list[tuple[dict[str, Any], int, int | None]] = [
    ({"promptTokenCount": 10, "candidatesTokenCount": 1120, "totalTokenCount": 1130}, 1, 20 + PICTURE),
    ({"promptTokenCount": 10, "candidatesTokenCount": 3460, "totalTokenCount": 3470}, 3, 20 + 3 * PICTURE + 100 * TEXT),
    ({"promptTokenCount": 10, "candidatesTokenCount": 1220, "thoughtsTokenCount": 300}, 1, 20 + PICTURE + 400 * TEXT),
    ({"promptTokenCount": 10, "totalTokenCount": 10}, 1, None),
    ({"promptTokenCount": 10}, 1, None),
    ({"promptTokenCount": 10, "totalTokenCount": 10}, 0, 20),
    ({"promptTokenCount": -1, "candidatesTokenCount": 1120}, 1, None),
    ({"promptTokenCount": "10", "candidatesTokenCount": 1120}, 1, None),
    ({"promptTokenCount": 10, "candidatesTokenCount": 1120, "totalTokenCount": 10**15}, 1, 20 + PICTURE),
    ({"promptTokenCount": 10, "toolUsePromptTokenCount": 50, "totalTokenCount": 1180}, 1, 120 + PICTURE),
    ({"promptTokenCount": 100, "cachedContentTokenCount": 90, "candidatesTokenCount": 1120}, 1, 200 + PICTURE),
    ({"promptTokenCount": 10, "candidatesTokenCount": 1120, "serviceTier": 7}, 1, 20 + PICTURE),
    ({"promptTokenCount": 10, "candidatesTokenCount": 1120, "serviceTier": "SERVICE_TIER_FLEX"}, 1, 10 + PICTURE // 2),
    ({"promptTokenCount": 10, "candidatesTokenCount": 1120, "serviceTier": "unspecified"}, 1, 20 + PICTURE),
    ({"promptTokenCount": 10, "candidatesTokenCount": 1120, "serviceTier": "gold"}, 1, None),
]  # fmt: skip


@pytest.mark.parametrize(("metadata", "pictures", "expected"), ODD_USAGE)
def test_odd_answers_are_priced_or_unknown(metadata: dict[str, Any], pictures: int, expected: int | None) -> None:
    """Missing details are made up for by the pictures that came; one that the usage leaves out has no known cost."""
    assert cost(PRO, usage(**metadata), pictures=pictures, size="1K") == expected


def test_pictures_that_go_in_may_have_a_price_of_their_own() -> None:
    """A price list may tell text from pictures; ours does not today."""
    card = replace(PRO, picture_input_price=5_000_000)
    rows = [{"modality": "TEXT", "tokenCount": 10}, {"modality": "IMAGE", "tokenCount": 560}]
    found = usage(promptTokenCount=570, candidatesTokenCount=0, promptTokensDetails=rows)
    assert cost(card, found) == 10 * 2 + 560 * 5
    assert cost(PRO, found) == 570 * 2


@given(st.sampled_from(CATALOGUE.cards), COUNTS, COUNTS, COUNTS, st.sampled_from(["prompt", "candidates", "thoughts"]))
def test_more_tokens_never_cost_less(card: ModelCard, prompt: int, candidates: int, thoughts: int, more: str) -> None:
    """A cost grows with each of its counts, and is never negative."""
    counts: dict[str, Any] = {"prompt": prompt, "candidates": candidates, "thoughts": thoughts}
    less, larger = (
        cost(card, replace(Usage(), **counts)),
        cost(card, replace(Usage(), **{**counts, more: counts[more] + 1000})),
    )
    assert less is not None
    assert larger is not None
    assert 0 <= less <= larger


@given(st.text(max_size=50), st.text(max_size=50), st.integers(0, 5), st.sampled_from(CATALOGUE.cards))
def test_longer_requests_are_never_estimated_lower(text: str, more: str, pictures: int, card: ModelCard) -> None:
    """Neither words nor pictures make a request cheaper, whatever characters they are of."""
    small, large = estimate(card, asked(text)), estimate(card, asked(text + more, pictures=pictures))
    assert small is not None
    assert large is not None
    assert 0 < small <= large


@pytest.mark.parametrize(("sums", "whole"), [([], 0), ([1, 2], 3), ([1, None], None), ([None], None), ([0], 0)])
def test_a_total_is_unknown_when_a_part_of_it_is(sums: list[int | None], whole: int | None) -> None:
    """An unknown sum is not counted as nothing."""
    assert total(sums) == whole


@pytest.mark.parametrize(
    "usage",
    [
        Usage(prompt=10, candidates=120, total=130),
        Usage(prompt=10, candidates=0, total=10),
        Usage(prompt=10, candidates=120, images=0, total=130),
        Usage(prompt=10, total=10),
        Usage(prompt=10),
    ],
)
def test_a_usage_that_cannot_hold_the_picture_tells_no_cost(usage: Usage) -> None:
    """A gateway that counts words alone would make a picture cost $0.002."""
    assert cost(PRO, usage, pictures=1, size="1K") is None
    assert cost(PRO, usage) is not None


def test_pictures_that_are_not_told_apart_are_counted_by_the_catalogue() -> None:
    """Two of them take twice the tokens, or the usage is not believed."""
    whole = Usage(prompt=10, candidates=2300, total=2310)
    assert cost(PRO, whole, pictures=2, size="1K") == cost(PRO, replace(whole, images=2240), pictures=2, size="1K")
    assert cost(PRO, whole, pictures=3, size="1K") is None


@pytest.mark.parametrize(
    ("web", "image", "count"),
    [
        ([""], [], 0),
        (["fox", "", " "], [""], 1),
        (["fox", "fox", "fox "], [], 1),
        (["fox", "cat"], ["fox"], 3),
        (["fox", 7, None], "fox", 1),
        ([], None, 0),
    ],
)
def test_empty_and_repeated_queries_are_free(web: Any, image: Any, count: int) -> None:
    """What is asked twice in one answer is billed once; a search for pictures is a search of its own."""
    assert queries({"webSearchQueries": web, "imageSearchQueries": image}) == count


def test_a_batch_costs_half_although_its_answers_say_standard() -> None:
    """Google writes `standard` into the usage of batch answers; a tier that was asked for is corrected as before."""
    usage = Usage(prompt=10, candidates=1120, images=1120, total=1130, tier="standard")
    assert cost(PRO, usage, tier="batch") == cost(PRO, replace(usage, tier=""), tier="batch")
    assert 2 * (cost(PRO, usage, tier="batch") or 0) == pytest.approx(cost(PRO, usage) or 0, abs=2)
    assert cost(PRO, usage, tier="priority") == cost(PRO, usage)


def test_what_is_only_read_costs_its_input() -> None:
    """A prompt that was blocked, for example."""
    request = asked("a fox " * 100, pictures=1)
    one = input_estimate(PRO, request)
    assert one is not None
    assert 0 < one < (estimate(PRO, request) or 0) / 10
    assert input_estimate(replace(PRO, input_price=None), request) is None
