"""Safety thresholds as they are typed, and what was meant by those that are none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest

from nbgemini.core.options import ImageOptions
from nbgemini.core.safety import CATEGORIES, ON_VERTEX, SafetyCategory, parse_safety
from nbgemini.errors import OptionError


class Category(str, Enum):  # noqa: UP042  # as google-genai has it
    """A text that does not show as one."""

    HATE = "HARM_CATEGORY_HATE_SPEECH"


@dataclass
class SafetySetting:
    """As google-genai's."""

    category: Category
    threshold: str


@pytest.mark.parametrize(
    "written",
    [
        ["harassment=none", "hate=only-high"],
        ("harassment=none", " Hate = ONLY-HIGH "),
        {"harassment": "none", "hate": "only-high"},
        [("harassment", "none"), ("hate", "only-high")],
        {"harassment": None, "hate": "only-high"},
        {"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE", "HARM_CATEGORY_HATE_SPEECH": "BLOCK_ONLY_HIGH"},
        ["HARM_CATEGORY_HARASSMENT=BLOCK_NONE", "hate_speech=block_only_high"],
        [
            {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"},
            SafetySetting(Category.HATE, "BLOCK_ONLY_HIGH"),
        ],
    ],
)
def test_every_spelling_is_the_same_pairs(written: Any) -> None:
    """Texts of the option line, a mapping or pairs of Python."""
    assert parse_safety(written) == (("harassment", "none"), ("hate", "only-high"))


def test_one_text_alone() -> None:
    """A single text needs no list; `described` gives what `parse` takes."""
    options = ImageOptions.parse({"safety": "sexual=off"})
    assert options.safety == (("sexual", "off"),)
    assert options.described() == {"safety": {"sexual": "off"}}
    assert ImageOptions.parse(options.described()) == options


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("harrassment=none", "Did you mean `harassment`?"),
        ("HARM_CATEGORY_HATE=none", "Did you mean `hate`?"),
        ("dangerous_contents=off", "Did you mean `dangerous`?"),
        ("hate=BLOCK_MEDIUM", "Did you mean `medium`?"),
        ("hate=high", "Did you mean `only-high`?"),
        ("hate=meduim", "Did you mean `medium`?"),
        ("hate", "harassment=none"),
        ("=none", "harassment, hate, sexual, dangerous"),
        ("hate=", "none, off, low, medium, only-high"),
        ("HARM_CATEGORY_MEDICAL=none", "harassment, hate, sexual, dangerous"),
        (["hate=none", "hate=none"], "names `hate` twice"),
        ({"hate": 3}, "`3` is not a safety threshold"),
        (7, "`CATEGORY=THRESHOLD`"),
        ([7], "`CATEGORY=THRESHOLD`"),
    ],
)
def test_what_is_none_says_what_was_meant(written: Any, says: str) -> None:
    """Unknown words, wire words, halves, duplicates and other types."""
    with pytest.raises(OptionError) as caught:
        parse_safety(written)
    assert says in str(caught.value)
    assert len(caught.value.lines()) <= 3


@pytest.mark.parametrize("category", ON_VERTEX)
def test_image_categories_are_for_vertex_ai(category: SafetyCategory) -> None:
    """By our words and by Google's; the Gemini API, which has no such field, is not asked."""
    options = ImageOptions.parse({"safety": {CATEGORIES[category]: "off"}})
    assert options.safety == ((category, "off"),)
    options.check_backend("vertex")
    for backend in ("gemini", "emulator"):
        with pytest.raises(OptionError, match=f"`--safety {category}=…` is for Vertex AI"):
            options.check_backend(backend)
