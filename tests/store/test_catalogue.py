"""The user's own catalogue over the one that ships: partial files, new models, and what is wrong with a file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.exchange import ImageRequest
from nbgemini.core.models import Catalogue
from nbgemini.core.options import ImageOptions
from nbgemini.core.overrides import merged
from nbgemini.core.pricing import cost, estimate, grounding_cost
from nbgemini.core.usage import Usage
from nbgemini.errors import OptionError, SettingsError
from nbgemini.store.catalogue import load_catalogue
from tests.studio.server import Server, answer, picture, studio_on

SHIPPED = load_catalogue()


def over(tmp_path: Path, data: Any) -> Catalogue:
    """The catalogue with a file laid over it."""
    path = tmp_path / "mine.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return load_catalogue(str(path))


def test_one_price_of_one_model(tmp_path: Path) -> None:
    """Everything else stays, of that model and of the others, and the day of the shipped facts too."""
    row = {"id": "gemini-3-pro-image", "price_per_mtok_usd": {"output_image": 60}}
    mine = over(tmp_path, {"as_of": "2027-01-05", "models": [row]})
    pro, before = mine.find("pro"), SHIPPED.find("pro")
    assert (pro.image_token_price, pro.text_price, pro.sizes) == (60_000_000, before.text_price, before.sizes)
    assert cost(pro, Usage(prompt=0, candidates=1120, images=1120)) == 1120 * 60
    assert [card for card in mine.cards if card.id != pro.id] == [card for card in SHIPPED.cards if card.id != pro.id]
    assert mine.as_of == SHIPPED.as_of
    assert mine.override.endswith("mine.json, as of 2027-01-05: gemini-3-pro-image")


def test_a_new_model_takes_an_alias(tmp_path: Path) -> None:
    """`pro` is what the file says it is; what a row leaves out is unknown, and permissive."""
    row = {"id": "gemini-4-pro-image", "aliases": ["Pro"], "price_per_image_usd": {"1K": 0.2}}
    mine = over(tmp_path, {"models": [row]})
    assert mine.find("pro").id == "gemini-4-pro-image"
    assert mine.find("nano-banana-pro").id == "gemini-3-pro-image"
    assert mine.find("pro").image_price == {"1K": 200_000}
    assert estimate(mine.find("pro"), ImageRequest(model="x", turns=())) is None
    assert "without a date" in mine.override


def test_a_retired_model_comes_back_and_another_goes(tmp_path: Path) -> None:
    """A row for it is word that it lives; `retired` names more."""
    data = {
        "models": [{"id": "gemini-3-pro-image-preview"}],
        "retired": [{"id": "gemini-2.5-flash-image", "successor": "gemini-3-pro-image", "shutdown": "2026-10-02"}],
    }
    mine = over(tmp_path, data)
    assert mine.retirement("gemini-3-pro-image-preview") is None
    assert mine.retirement("gemini-2.5-flash-image") is not None
    assert mine.retirement("imagen-4.0-generate-001") is not None


def test_tiers_searches_and_unknown_prices(tmp_path: Path) -> None:
    """A multiplier, a price of searches, and a null that makes a price unknown again, never 0."""
    data = {
        "tiers": {"flex": {"multiplier": 0.4}},
        "grounding": {"gemini-3-image": {"usd_per_thousand_queries": 35}},
        "models": [{"id": "gemini-3-pro-image", "price_per_image_usd": {"4K": None}}],
    }
    mine = over(tmp_path, data)
    pro = mine.find("pro")
    assert pro.tiers == {"standard": 1000, "flex": 400, "priority": 1800, "batch": 500}
    assert grounding_cost(pro, 2) == 70_000
    assert estimate(pro, ImageRequest(model="x", turns=(), options=ImageOptions(size="4K"))) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("[]", "`the file` is not an object"),
        ("{", "it is not JSON: .* line 1"),
        ("", "it is not JSON"),
        ('{"models": [{"id": "x", "input_image_tokens": NaN}]}', "it holds `NaN`"),
        ({"model": []}, "`model` is not a field of a catalogue. Did you mean `models`"),
        ({"models": {}}, "`models` is not a list"),
        ({"models": [7]}, r"`models\[0\]` is not an object"),
        ({"models": [{}]}, r"`models\[0\].id` is not a model id: missing"),
        ({"models": [{"id": "a b"}]}, r"`models\[0\].id` is not a model id: 'a b'"),
        ({"models": [{"id": "x"}, {"id": "x"}]}, r"`models\[1\].id`: `x` appears twice"),
        ({"models": [{"id": "x", "price_per_imag_usd": {}}]}, "Did you mean `price_per_image_usd`"),
        ({"models": [{"id": "x", "price_per_image_usd": 3}]}, r"`models\[0\].price_per_image_usd` is not an object"),
        ({"models": [{"id": "x", "price_per_image_usd": {"1K": "0.1"}}]}, r"usd.1K` is not a number .*: '0.1'"),
        ({"models": [{"id": "x", "price_per_image_usd": {"1K": -1}}]}, r"usd.1K` is not a number"),
        ({"models": [{"id": "x", "price_per_image_usd": {"1K": True}}]}, r"usd.1K` is not a number"),
        ({"models": [{"id": "x", "price_per_mtok_usd": {"inptu": 1}}]}, "Did you mean `input`"),
        ({"models": [{"id": "x", "aliases": "pro"}]}, r"`models\[0\].aliases` is not a list"),
        ({"models": [{"id": "x", "aliases": [1]}]}, r"`models\[0\].aliases\[0\]` is not a text: 1"),
        ({"models": [{"id": "x", "sizes": ["1K", None]}]}, r"sizes\[1\]` is not a text: missing"),
        ({"models": [{"id": "x", "max_refs": 2.5}]}, r"max_refs` is not a whole number: 2.5"),
        ({"models": [{"id": "x", "thinking": {"levels": 3}}]}, r"thinking.levels` is not a list"),
        ({"models": [{"id": "x", "thinking": []}]}, r"thinking` is not an object"),
        ({"models": [{"id": "x", "features": {"web_search": "yes"}}]}, r"web_search` is neither true nor false"),
        ({"models": [{"id": "x", "limits": {"input_tokens": "many"}}]}, r"limits.input_tokens` is not a number"),
        ({"as_of": "January"}, "`as_of` is not a day"),
        ({"as_of": 2027}, "`as_of` is not a day"),
        ({"tiers": {"flex": 0.5}}, "`tiers.flex` is not an object"),
        ({"tiers": {"flex": {"multiplier": "half"}}}, "`tiers.flex.multiplier` is not a number"),
        ({"retired": [{"id": "x"}]}, r"`retired\[0\].successor` is not a model id: missing"),
    ],
)
def test_what_is_wrong_is_named(data: Any, words: str, tmp_path: Path) -> None:
    """The file, the field, what stands there and what to do, in three lines; never a foreign exception."""
    with pytest.raises(SettingsError, match=words) as caught:
        over(tmp_path, data)
    assert "mine.json" in str(caught.value)
    assert len(caught.value.lines()) == 3


def test_files_that_are_none(tmp_path: Path) -> None:
    """Missing, a folder, a pipe, no text, far too large, nested without end: an error each, and no waiting."""
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe{}")
    (tmp_path / "large").write_bytes(b" " * 4_000_001)
    (tmp_path / "deep").write_text("[" * 100_000)
    for name in ("gone", ".", "pipe", "bytes", "large", "deep", "a\0b", "~nobody-of-that-name/x"):
        path = name if name.startswith("~") else f"{tmp_path}/{name}"
        with pytest.raises(SettingsError, match="cannot be used") as caught:
            load_catalogue(path)
        assert "nested too deeply" in caught.value.message or name != "deep"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
BASE = json.loads((Path(__file__).parents[2] / "nbgemini" / "core" / "models.json").read_text("utf-8"))


FIELDS = st.sampled_from(sorted(BASE["models"][0]))


@given(st.dictionaries(FIELDS, JSON, max_size=3), st.sampled_from(["gemini-3-pro-image", "x"]))
def test_any_row_is_taken_or_refused(row: dict[str, Any], model: str) -> None:
    """Whatever stands in a field, there is a catalogue or an error that names the field."""
    try:
        data, _ = merged(BASE, {"models": [{**row, "id": model}]})
    except OptionError as problem:
        refused = problem.message
    else:
        found = estimate(Catalogue.parse(data).find(model), ImageRequest(model=model, turns=()))
        assert found is None or found >= 0
        refused = ""
    assert not refused or "models[0]" in refused


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    """No restart, no release: the next request has the new price."""
    path = tmp_path / "mine.json"
    studio = studio_on(Server(answer(picture())), tmp_path, catalogue=str(path))
    costs = []
    for price in (120, 60):
        rows = [{"id": "gemini-3-pro-image", "price_per_mtok_usd": {"output_image": price}}]
        path.write_text(json.dumps({"models": rows, "as_of": f"2027-01-{price % 28 + 1:02}"}))
        os.utime(path, ns=(price, price))
        costs.append(studio.imagine("a cat").exchange.cost)
    assert costs == [20 + 1120 * 120, 20 + 1120 * 60]


def test_the_example_of_the_settings_page_is_taken(tmp_path: Path) -> None:
    """What stands there can be pasted into a file."""
    page = (Path(__file__).parents[2] / ".github" / "SETTINGS.md").read_text("utf-8")
    example = page[page.index('`{"as_of"') + 1 :].partition("`")[0]
    assert over(tmp_path, example).find("pro").image_token_price == 90_000_000
