"""Money: whole micro-dollars, rounded up, unknown rather than zero."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.pricing import Usage, cost, dollars, estimate

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


@pytest.mark.parametrize(("model", "size", "price"), TABLE)
def test_a_picture_costs_what_the_table_says(model: str, size: str | None, price: str) -> None:
    """Without words or references the estimate is the table's price."""
    micro = estimate(CATALOGUE.find(model), size=size, prompt_characters=0, pictures=0)
    assert micro == Fraction(price) * 1_000_000


@pytest.mark.parametrize("model", ["nano-banana-2.1", "pro", "flash", "flash-lite", "nano-banana"])
def test_without_a_size_the_default_size_counts(model: str) -> None:
    """Nothing sent means 1K, or the only size there is."""
    card = CATALOGUE.find(model)
    expected = estimate(card, size="1K" if card.sizes else None, prompt_characters=0, pictures=0)
    assert estimate(card, size=None, prompt_characters=0, pictures=0) == expected


def test_words_and_references_are_counted() -> None:
    """Four characters a token, and each picture at its input tokens."""
    alone = estimate(PRO, size="1K", prompt_characters=0, pictures=0)
    more = estimate(PRO, size="1K", prompt_characters=4000, pictures=3)
    assert alone is not None
    assert more == alone + (1000 + 3 * 560) * 2


def test_an_unknown_price_is_none() -> None:
    """Never zero: a cost guard must be able to tell."""
    unknown = CATALOGUE.find("gemini-9-image")
    assert estimate(unknown, size="1K", prompt_characters=9, pictures=1) is None
    assert estimate(PRO, size="512", prompt_characters=0, pictures=0) is None
    assert cost(unknown, Usage(prompt=10, candidates=1120)) is None


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
    """Rounded up in each of its three parts: at least the exact sum, and less than three micro-dollars above."""
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
    assert exact <= found < exact + 3


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
