"""Safety thresholds in the words of the surface: which categories there are, and from where on each is blocked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from nbgemini.core.phrases import close_to, shortened
from nbgemini.errors import OptionError

__all__ = ["SafetyCategory", "SafetyThreshold", "Thresholds", "parse_safety"]

SafetyCategory = Literal["harassment", "hate", "sexual", "dangerous"]
SafetyThreshold = Literal["none", "off", "low", "medium", "only-high"]
Thresholds = tuple[tuple[SafetyCategory, SafetyThreshold], ...]

_CATEGORIES: tuple[str, ...] = get_args(SafetyCategory)
_THRESHOLDS: tuple[str, ...] = get_args(SafetyThreshold)
# What people write who know the words of the wire, or of Google's guides.
_MEANT = {
    "hate_speech": "hate",
    "sexually_explicit": "sexual",
    "dangerous_content": "dangerous",
    "block_none": "none",
    "block_low_and_above": "low",
    "block_medium_and_above": "medium",
    "block_only_high": "only-high",
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
    """Pairs as they were written, whatever they are."""
    if isinstance(value, Mapping):
        return list(value.items())
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(item, str) or _is_pair(item) for item in texts):
        raise OptionError("`safety` takes `CATEGORY=THRESHOLD` texts, or a mapping such as {'harassment': 'none'}.")
    return [_halves(item) if isinstance(item, str) else (item[0], item[1]) for item in texts]


def _is_pair(item: object) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2


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
    word = "off" if given is False else "none" if given is None else str(given).strip().lower()
    if word in known:
        return word
    bare = word.removeprefix("harm_category_")
    meant = _MEANT.get(bare, bare if bare in known else "")
    meant = meant if meant in known else close_to(bare, known, cutoff=0.5)
    hint = f"Did you mean `{meant}`? " if meant else ""
    raise OptionError(f"`{_short(given)}` is not a safety {kind}; write one of {', '.join(known)}.", hint=hint.strip())


def _short(value: object) -> str:
    text = str(value)
    return shortened(text, 60)
