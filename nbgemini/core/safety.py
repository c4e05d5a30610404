"""Safety thresholds in the words of the surface: which categories there are, and from where on each is blocked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from nbgemini.core.phrases import close_to, shortened
from nbgemini.errors import OptionError

__all__ = [
    "CATEGORIES",
    "ON_VERTEX",
    "GoogleCategory",
    "GoogleThreshold",
    "SafetyCategory",
    "SafetyThreshold",
    "Thresholds",
    "parse_safety",
]

SafetyCategory = Literal[
    "harassment", "hate", "sexual", "dangerous", "civic-integrity",
    "image-hate", "image-dangerous", "image-harassment", "image-sexual", "jailbreak",
]  # fmt: skip
GoogleCategory = Literal[
    "HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH", "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT", "HARM_CATEGORY_CIVIC_INTEGRITY", "HARM_CATEGORY_IMAGE_HATE",
    "HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT", "HARM_CATEGORY_IMAGE_HARASSMENT", "HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_JAILBREAK",
]  # fmt: skip
GoogleThreshold = Literal["BLOCK_NONE", "OFF", "BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH"]
SafetyThreshold = Literal["none", "off", "low", "medium", "only-high"]
Thresholds = tuple[tuple[SafetyCategory, SafetyThreshold], ...]

CATEGORIES: dict[SafetyCategory, GoogleCategory] = dict(
    zip(get_args(SafetyCategory), get_args(GoogleCategory), strict=True)
)
"""Our words and Google's names, which do as well."""
ON_VERTEX: tuple[SafetyCategory, ...] = get_args(SafetyCategory)[5:]
"""The categories that the Gemini API does not have."""

_CATEGORIES: tuple[str, ...] = get_args(SafetyCategory)
_THRESHOLDS: tuple[str, ...] = get_args(SafetyThreshold)
# What people write who know the words of the wire, or of Google's guides.
_SAME = {
    **{name.lower(): word for word, name in CATEGORIES.items()},
    **{name.lower().removeprefix("harm_category_"): word for word, name in CATEGORIES.items()},
    "block_none": "none",
    "block_low_and_above": "low",
    "block_medium_and_above": "medium",
    "block_only_high": "only-high",
}
_MEANT = {
    "high": "only-high",
    "only_high": "only-high",
    "onlyhigh": "only-high",
}


def parse_safety(value: object) -> Thresholds:
    """`CATEGORY=THRESHOLD` texts, or a mapping of categories to thresholds. Raises OptionError with what was meant."""
    pairs = [_pair(category, threshold) for category, threshold in _written(value)]
    given = [category for category, _ in pairs]
    for category in given:
        if given.count(category) > 1:
            raise OptionError(f"`safety` names `{category}` twice.", hint="Leave one out.")
    return tuple(pairs)


def _written(value: object) -> Iterable[tuple[object, object]]:
    """Pairs as they were written, whatever they are: texts, a mapping, or google-genai's settings."""
    if isinstance(value, Mapping) and not _is_setting(value):
        return list(value.items())
    given = value if isinstance(value, list | tuple) else [value]
    pairs = [_pair_of(item) for item in given]
    if None in pairs:
        raise OptionError("`safety` takes `CATEGORY=THRESHOLD` texts, or a mapping such as {'harassment': 'none'}.")
    return [pair for pair in pairs if pair is not None]


def _pair_of(item: Any) -> tuple[object, object] | None:
    """One of them, or None for what is none."""
    if isinstance(item, str):
        return _halves(item)
    if isinstance(item, list | tuple) and len(item) == 2:
        return item[0], item[1]
    if isinstance(item, Mapping):
        return (item["category"], item["threshold"]) if _is_setting(item) else None
    category, threshold = getattr(item, "category", None), getattr(item, "threshold", None)  # `types.SafetySetting`
    return None if category is None or threshold is None else (category, threshold)


def _is_setting(value: Mapping[Any, Any]) -> bool:
    return {"category", "threshold"} <= set(value)


def _halves(text: str) -> tuple[str, str]:
    category, equals, threshold = text.partition("=")
    if not equals:
        raise OptionError(
            f"`--safety {_short(text)}` has no threshold; write it like `--safety harassment=none`.",
            hint=f"Thresholds: {', '.join(_THRESHOLDS)}.",
        )
    return category, threshold


def _pair(category: object, threshold: object) -> tuple[SafetyCategory, SafetyThreshold]:
    return (
        _word("category", category, _CATEGORIES),  # type: ignore[return-value]  # one of the words of the Literals
        _word("threshold", threshold, _THRESHOLDS),
    )


def _word(kind: str, given: object, known: tuple[str, ...]) -> str:
    text = str(getattr(given, "value", given))  # an enum of google-genai's is a text, but does not show as one
    word = "off" if given is False else "none" if given is None else text.strip().lower()
    word = _SAME.get(word, word)
    if word in known:
        return word
    bare = word.removeprefix("harm_category_")
    meant = _MEANT.get(bare, bare)
    meant = meant if meant in known else close_to(bare, known, cutoff=0.5)
    hint = f"Did you mean `{meant}`? " if meant else ""
    raise OptionError(f"`{_short(given)}` is not a safety {kind}; write one of {', '.join(known)}.", hint=hint.strip())


def _short(value: object) -> str:
    text = str(value)
    return shortened(text, 60)
