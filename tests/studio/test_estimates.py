"""Estimates held against what the emulator then counts: never too low, and not much too high."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nbgemini.store.catalogue import load_catalogue
from nbgemini.studio.handles import Result
from nbgemini.studio.studio import Studio
from tests.support.sampling import sampled, sampled_rows

MODELS = [card.id for card in load_catalogue().cards]
LEVELS = [(card.id, level) for card in load_catalogue().cards for level in card.thinking_levels or ()]
SIZES = [(card.id, size) for card in load_catalogue().cards for size in card.sizes or ()]
LONG = "A lighthouse on a cliff above the sea, at sunset, with gulls and a small red boat. " * 60


def covered(result: Result) -> bool:
    """Whether the estimate covers the cost, and is at most 1.3 times as high."""
    cost, expected = result.exchange.cost, result.exchange.estimate
    assert cost is not None
    assert expected is not None
    return cost <= expected <= 1.3 * cost


@pytest.mark.parametrize("model", sampled(MODELS, 5))
def test_an_ordinary_cell_and_its_edits(model: str, tmp_path: Path) -> None:
    """A picture, and an edit of it with the whole history and a picture shown along."""
    first = Studio(home=tmp_path).imagine("a lighthouse at sunset", model=model)
    for result in (first, first.edit("make it night", ref=first)):
        assert covered(result)


@pytest.mark.parametrize(("model", "options"), sampled_rows([
    ("flash", {"size": "512"}),
    ("pro", {"only": "image"}),
    ("pro", {"tier": "priority"}),
    ("flash-lite", {"seed": 7}),
    ("flash", {"size": "512", "tier": "flex", "system": "Draw in ink. " * 50}),
    ("nano-banana-2.1", {"tier": "flex", "system": "Draw in ink. " * 50}),
], 2))  # fmt: skip
def test_options_and_tiers(model: str, options: dict[str, Any], tmp_path: Path) -> None:
    """What an option adds or takes away is in the estimate as well."""
    assert covered(Studio(home=tmp_path).imagine("a lighthouse at sunset", model=model, **options))


@pytest.mark.deep
@pytest.mark.parametrize("prompt", [LONG, "一只猫在雪地里，旁边有一座红色的房子。" * 40, "кот на диване " * 100])
def test_long_prompts_of_any_script(prompt: str, tmp_path: Path) -> None:
    """Words count by their bytes: scripts with more bytes a letter have fewer letters a token."""
    assert covered(Studio(home=tmp_path).imagine(prompt, model="flash-lite"))


@pytest.mark.deep
@pytest.mark.parametrize(("model", "level"), LEVELS)
def test_every_thinking_level(model: str, level: Any, tmp_path: Path) -> None:
    """Thoughts are billed whether they are shown or not."""
    assert covered(Studio(home=tmp_path).imagine("a lighthouse at sunset", model=model, thinking=level))


@pytest.mark.deep
@pytest.mark.parametrize(
    ("model", "size"), [(card.id, size) for card in load_catalogue().cards for size in card.sizes or ()]
)
def test_every_size(model: str, size: str, tmp_path: Path) -> None:
    """Up to 4K, where the picture is nearly all of the price."""
    assert covered(Studio(home=tmp_path).imagine("a lighthouse at sunset", model=model, size=size))


def test_a_request_of_its_own_for_each_is_estimated_for_all(tmp_path: Path) -> None:
    """A plan of four says the price of four, at the tier that is asked for."""
    studio = Studio(home=tmp_path)
    one = studio.plan("a lighthouse").estimate
    assert one is not None
    assert studio.plan("a lighthouse", count=4).estimate == 4 * one
    half = studio.plan("a lighthouse", count=4, tier="flex").estimate
    assert half is not None
    assert 0 <= half - 2 * one < 4
