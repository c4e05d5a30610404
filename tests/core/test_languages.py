"""The languages that Google lists, and scripts that none of them is written in."""

from __future__ import annotations

import pytest

from nbgemini.core.languages import LANGUAGES, another_script, listed


def test_the_list() -> None:
    """Fifteen for the models of today, five for the family before."""
    assert len(LANGUAGES) == 15
    assert listed("gemini-3-pro-image").startswith("English, Arabic, German")
    assert listed("gemini-2.5-flash-image") == "English, Spanish, Japanese, Chinese, Hindi"


@pytest.mark.parametrize(
    "prompt",
    [
        "a red fox",
        "eine Füchsin",
        "红色的狐狸",
        "赤いキツネ",
        "붉은 여우",
        "рыжая лиса",
        "ثعلب أحمر",
        "लाल लोमड़ी",
        "một con cáo",
        "",
        "1 + 1",
        "🦊",
    ],
)
def test_listed_scripts(prompt: str) -> None:
    """Nothing is said about a prompt that may be in a listed language."""
    assert another_script(prompt) == ""


@pytest.mark.parametrize(
    ("prompt", "script"),
    [
        ("κόκκινη αλεπού", "Greek"),
        ("จิ้งจอกแดง", "Thai"),
        ("שועל אדום", "Hebrew"),
        ("செந்நரி", "Tamil"),
        ("a მელა წითელი", "Georgian"),
    ],
)
def test_other_scripts(prompt: str, script: str) -> None:
    """The one that most letters have is named."""
    assert another_script(prompt) == script


def test_a_script_of_some_models() -> None:
    """Korean is listed for the models of today alone."""
    assert another_script("붉은 여우", "gemini-2.5-flash-image") == "Hangul"
