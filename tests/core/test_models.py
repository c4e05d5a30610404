"""The catalogue: every row of the data file, and names that are in none of them."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.options import ImageOptions
from nbgemini.errors import OptionError

DATA: dict[str, Any] = json.loads(resources.files("nbgemini").joinpath("core", "models.json").read_text("utf-8"))
CATALOGUE = Catalogue.parse(DATA)
ROWS = {row["id"]: row for row in DATA["models"]}
RATIOS_10 = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]
RATIOS_14 = [*RATIOS_10, "1:4", "4:1", "1:8", "8:1"]


def options(**values: Any) -> ImageOptions:
    return ImageOptions.parse(values)


def test_the_documented_models_are_there() -> None:
    """The five models of the surface, each known and dated."""
    assert list(ROWS) == [
        "gemini-nano-banana-2.1",
        "gemini-3-pro-image",
        "gemini-3.1-flash-image",
        "gemini-3.1-flash-lite-image",
        "gemini-2.5-flash-image",
    ]
    assert CATALOGUE.as_of == DATA["as_of"]
    assert all(CATALOGUE.find(name).known for name in ROWS)


@pytest.mark.parametrize(
    ("alias", "model"),
    [
        ("pro", "gemini-3-pro-image"),
        ("nano-banana-2.1", "gemini-nano-banana-2.1"),
        ("flash", "gemini-3.1-flash-image"),
        ("flash-lite", "gemini-3.1-flash-lite-image"),
        ("nano-banana", "gemini-2.5-flash-image"),
        ("PRO", "gemini-3-pro-image"),
        (" flash ", "gemini-3.1-flash-image"),
        ("models/gemini-3-pro-image", "gemini-3-pro-image"),
        ("publishers/google/models/gemini-3-pro-image", "gemini-3-pro-image"),
    ],
)
def test_aliases(alias: str, model: str) -> None:
    """The short names of the surface lead to their models."""
    assert CATALOGUE.find(alias).id == model


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("Nano Banana Pro", "gemini-3-pro-image"),
        ("nano banana", "gemini-2.5-flash-image"),
        ("Nano_Banana 2", "gemini-3.1-flash-image"),
        ("  Gemini 3 Pro Image ", "gemini-3-pro-image"),
        ("Flash Lite", "gemini-3.1-flash-lite-image"),
    ],
)
def test_names_as_people_write_them(written: str, model: str) -> None:
    """Google's own names of the models, and ids with blanks, are clear."""
    assert CATALOGUE.find(written).id == model


def test_no_name_means_two_models() -> None:
    """Ids, aliases and retired ids are all different."""
    names = [name for card in CATALOGUE.cards for name in (card.id, *card.aliases)]
    names += [row.id for row in CATALOGUE.retired]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("model", ROWS)
def test_a_model_takes_what_its_row_says(model: str) -> None:
    """Every size, ratio and thinking level of the row is taken; those of other rows are not."""
    row, card = ROWS[model], CATALOGUE.find(model)
    for size in ("512", "1K", "2K", "4K"):
        assert taken(card, size=size) is (size in row["sizes"]), size
    for ratio in RATIOS_14:
        assert taken(card, aspect=ratio) is (ratio in row["aspect_ratios"]), ratio
    for level in ("minimal", "low", "medium", "high"):
        assert taken(card, thinking=level) is (level.upper() in row["thinking"]["levels"]), level
    assert taken(card)


def taken(card: ModelCard, **values: Any) -> bool:
    try:
        card.check(options(**values))
    except OptionError as problem:
        return card.id not in problem.message  # a refusal must name the model
    return True


@pytest.mark.parametrize(
    ("model", "ratios"),
    [
        ("pro", RATIOS_10),
        ("nano-banana", RATIOS_10),
        ("flash", RATIOS_14),
        ("flash-lite", RATIOS_14),
        ("nano-banana-2.1", RATIOS_14),
    ],
)
def test_ratios_of_the_facts(model: str, ratios: list[str]) -> None:
    """Ten ratios for Pro and 2.5, fourteen for the others."""
    assert CATALOGUE.find(model).aspects == tuple(ratios)


@pytest.mark.parametrize(
    ("model", "wrong", "says"),
    [
        ("nano-banana", {"size": "1K"}, "one size only"),
        ("pro", {"size": "512"}, "cannot draw 512; it takes 1K, 2K, 4K"),
        ("flash-lite", {"size": "4K"}, "it takes 1K"),
        ("pro", {"aspect": "8:1"}, "cannot draw 8:1"),
        ("nano-banana", {"thinking": "high"}, "does not think"),
        ("pro", {"thinking": "high"}, "cannot be set"),
        ("flash", {"thinking": "low"}, "minimal, high"),
    ],
)
def test_a_refusal_says_what_the_model_takes(model: str, wrong: dict[str, str], says: str) -> None:
    """The message holds the way out."""
    with pytest.raises(OptionError, match=says):
        CATALOGUE.find(model).check(options(**wrong))


@pytest.mark.parametrize(
    ("model", "most"), [("pro", 14), ("flash", 14), ("flash-lite", 14), ("nano-banana-2.1", 14), ("nano-banana", 3)]
)
def test_reference_counts(model: str, most: int) -> None:
    """As many references as the model takes, and not one more."""
    card = CATALOGUE.find(model)
    card.check(ImageOptions(), refs=most)
    with pytest.raises(OptionError, match=f"at most {most} reference pictures, not {most + 1}"):
        card.check(ImageOptions(), refs=most + 1)


def test_an_unknown_id_is_permissive() -> None:
    """A model of tomorrow takes every option, and its price is not known."""
    card = CATALOGUE.find("gemini-9-ultra-image")
    assert not card.known
    assert card.signs
    card.check(options(size="512", aspect="99:1", thinking="low"), refs=99)


def test_an_unknown_2_5_model_is_not_expected_to_sign() -> None:
    """Signatures came with Gemini 3."""
    assert not CATALOGUE.find("gemini-2.5-something").signs
    assert not CATALOGUE.find("nano-banana").signs
    assert CATALOGUE.find("pro").signs


@pytest.mark.parametrize("name", ["", "a b", "gemini/../x", "x?key=1", "märchen", "tunedModels/x", "a\nb"])
def test_what_is_no_id_is_refused(name: str) -> None:
    """Only letters, digits, dot, underscore and hyphen reach a URL."""
    with pytest.raises(OptionError, match="is not a model id"):
        CATALOGUE.find(name)


def test_a_near_miss_is_pointed_out() -> None:
    """A typing error is sent as typed, with a hint."""
    assert "`gemini-3-pro-image`" in CATALOGUE.hint("gemini-3-pro-imgae")
    assert CATALOGUE.hint("pro") == ""
    assert CATALOGUE.hint("something-entirely-different") == ""


@pytest.mark.parametrize(
    "row", [row for row in DATA["retired"] if row.get("endpoint") != "predict"], ids=lambda row: row["id"]
)
def test_a_retired_gemini_model_is_sent_as_typed(row: dict[str, Any]) -> None:
    """It takes and costs what its successor does, under its own name."""
    card, gone = CATALOGUE.find(row["id"]), CATALOGUE.retirement(row["id"])
    assert gone is not None
    assert (gone.successor, gone.shutdown, gone.speaks_predict) == (row["successor"], row["shutdown"], False)
    assert card.id == row["id"]
    assert card.status == "retired"
    assert card.sizes == CATALOGUE.find(row["successor"]).sizes


@pytest.mark.parametrize(
    "row", [row for row in DATA["retired"] if row.get("endpoint") == "predict"], ids=lambda row: row["id"]
)
def test_imagen_is_explained_with_its_successor(row: dict[str, Any]) -> None:
    """Another protocol, and shut down: it is not sent."""
    with pytest.raises(OptionError, match="Imagen") as caught:
        CATALOGUE.find(row["id"])
    assert row["successor"] in caught.value.message
    assert not row["shutdown"] or row["shutdown"] in caught.value.message


def test_an_imagen_model_that_no_row_names() -> None:
    """The whole family is gone."""
    with pytest.raises(OptionError, match="all are shut down"):
        CATALOGUE.find("imagen-5.0-generate-001")


def test_no_retirement_for_a_living_model() -> None:
    """Only retired ids have one."""
    assert CATALOGUE.retirement("gemini-3-pro-image") is None


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"as_of": "x"},
        {"as_of": "x", "models": [{}]},
        {"as_of": "x", "models": 3},
        {"as_of": "x", "models": [], "retired": [{}]},
    ],
)
def test_a_broken_catalogue_does_not_pass(broken: dict[str, Any]) -> None:
    """A data file of another shape is an error that the reader of the file explains."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        Catalogue.parse(broken)


def test_prices_are_whole_micro_dollars() -> None:
    """No price passes through floating point."""
    card = CATALOGUE.find("nano-banana-2.1")
    assert dict(card.image_price) == {"1K": 33_600, "2K": 50_400, "4K": 113_400}
    assert (card.input_price, card.text_price, card.image_token_price) == (1_500_000, 7_500_000, 30_000_000)


SEARCHES = {
    "gemini-nano-banana-2.1": {"web", "image", "both"},
    "gemini-3-pro-image": {"web"},
    "gemini-3.1-flash-image": {"web", "image", "both"},
    "gemini-3.1-flash-lite-image": set(),
    "gemini-2.5-flash-image": set(),
}


@pytest.mark.parametrize("model", SEARCHES)
@pytest.mark.parametrize("where", ["web", "image", "both"])
def test_each_model_searches_what_it_can(model: str, where: str) -> None:
    """What it cannot is refused, and the models that can are named."""
    card = CATALOGUE.find(model)
    if where in SEARCHES[model]:
        CATALOGUE.check(card, options(search=where))
        return
    with pytest.raises(OptionError) as caught:
        CATALOGUE.check(card, options(search=where))
    able = {name for name, kinds in SEARCHES.items() if where in kinds}
    assert all(f"`{name}`" in caught.value.hint for name in able)
    assert not any(f"`{name}`" in caught.value.hint for name in set(SEARCHES) - able)


def test_an_unknown_model_may_search() -> None:
    """And so may a row that says nothing about it; a retired id does what its successor does."""
    CATALOGUE.check(CATALOGUE.find("gemini-9-image"), options(search="both"))
    bare = Catalogue.parse({"as_of": "2030-01-01", "models": [{"id": "x", "features": {"batch": True}}]})
    bare.check(bare.find("x"), options(search="image"))
    with pytest.raises(OptionError):
        CATALOGUE.check(CATALOGUE.find("gemini-3-pro-image-preview"), options(search="image"))
