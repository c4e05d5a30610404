"""The languages in which Google says that prompts for pictures work best, and whether a prompt is written in another.

Source: “Gemini image generation limitations” on docs.cloud.google.com (gemini-enterprise-agent-platform/models/
capabilities/gemini-image-generation-limitations), which has both lists, and the limitations on ai.google.dev
(gemini-api/docs/image-generation); stored copies of 2026, read on 2026-11-22. The codes are Google's own.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

__all__ = ["LANGUAGES", "another_script", "listed"]

LANGUAGES: dict[str, str] = {
    "EN": "English",
    "ar-EG": "Arabic",
    "de-DE": "German",
    "es-MX": "Spanish",
    "fr-FR": "French",
    "hi-IN": "Hindi",
    "id-ID": "Indonesian",
    "it-IT": "Italian",
    "ja-JP": "Japanese",
    "ko-KR": "Korean",
    "pt-BR": "Portuguese",
    "ru-RU": "Russian",
    "ua-UA": "Ukrainian",
    "vi-VN": "Vietnamese",
    "zh-CN": "Chinese",
}
_OF_2_5 = ("EN", "es-MX", "ja-JP", "zh-CN", "hi-IN")
# The words with which Unicode's names of letters begin, by the languages that are written with them.
_SCRIPTS = {
    "LATIN": ("EN", "de-DE", "es-MX", "fr-FR", "id-ID", "it-IT", "pt-BR", "vi-VN"),
    "ARABIC": ("ar-EG",),
    "DEVANAGARI": ("hi-IN",),
    "CYRILLIC": ("ru-RU", "ua-UA"),
    "CJK": ("ja-JP", "zh-CN"),
    "HIRAGANA": ("ja-JP",),
    "KATAKANA": ("ja-JP",),
    "HALFWIDTH": ("ja-JP",),
    "FULLWIDTH": ("EN",),
    "HANGUL": ("ko-KR",),
}
_LOOKED_AT = 2000  # characters of a prompt


def listed(model: str = "") -> str:
    """The languages for a model, in words: `English, Arabic, …`."""
    return ", ".join(LANGUAGES[code] for code in _codes(model))


def another_script(prompt: str, model: str = "") -> str:
    """The script that most letters of a prompt have, if none of the model's languages is written in it; else empty.

    Languages that share a script with a listed one cannot be told apart by their letters.
    """
    letters = Counter(_script(letter) for letter in prompt[:_LOOKED_AT] if letter.isalpha())
    if not letters:
        return ""
    script, count = letters.most_common(1)[0]
    codes = set(_codes(model))
    known = any(code in codes for code in _SCRIPTS.get(script, ()))
    return "" if known or not script or 2 * count <= letters.total() else script.capitalize()


def _codes(model: str) -> tuple[str, ...]:
    return _OF_2_5 if model.startswith("gemini-2.5") else tuple(LANGUAGES)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
