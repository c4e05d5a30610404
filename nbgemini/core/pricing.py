"""Money in micro-dollars, rounded up: estimates before sending, costs from the usage that the server reports.

An unknown price is None, never 0. Prices are the catalogue's (standard tier); its date is `Catalogue.as_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nbgemini.core.models import ModelCard
from nbgemini.core.skeleton import Json

__all__ = ["Usage", "cost", "dollars", "estimate"]

_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one exchange, as `usageMetadata` reports them. None: not reported."""

    prompt: int | None = None
    candidates: int | None = None
    thoughts: int | None = None
    total: int | None = None
    images: int | None = None

    @classmethod
    def parse(cls, metadata: Json) -> Usage | None:
        """From `usageMetadata`; whatever is not a count is treated as not reported."""
        if not isinstance(metadata, Mapping):
            return None
        return cls(
            prompt=_count(metadata.get("promptTokenCount")),
            candidates=_count(metadata.get("candidatesTokenCount")),
            thoughts=_count(metadata.get("thoughtsTokenCount")),
            total=_count(metadata.get("totalTokenCount")),
            images=_modality(metadata.get("candidatesTokensDetails"), "IMAGE"),
        )

    def described(self) -> dict[str, int]:
        """Only what was reported, as plain JSON."""
        values = {name: getattr(self, name) for name in ("prompt", "candidates", "thoughts", "total", "images")}
        return {name: value for name, value in values.items() if value is not None}


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _modality(details: Json, modality: str) -> int | None:
    if not isinstance(details, list):
        return None
    rows = [row for row in details if isinstance(row, Mapping) and row.get("modality") == modality]
    counts = [count for row in rows if (count := _count(row.get("tokenCount"))) is not None]
    return sum(counts) if counts else None


def _per_million(tokens: int, price: int) -> int:
    return -(-tokens * price // 1_000_000)


def estimate(card: ModelCard, *, size: str | None, prompt_characters: int, pictures: int) -> int | None:
    """What one picture will probably cost, in micro-dollars: the picture, the words, and the pictures sent along."""
    picture = card.image_price.get(size or card.default_size or "default")
    if picture is None or card.input_price is None:
        return None
    tokens = prompt_characters // _CHARACTERS_PER_TOKEN + pictures * (card.input_image_tokens or 0)
    return picture + _per_million(tokens, card.input_price)


def cost(card: ModelCard, usage: Usage | None) -> int | None:
    """What an answer cost, in micro-dollars, or None when the usage or a price is missing.

    Output that is not pictures is text and thoughts. `totalTokenCount` is trusted over the sum of its parts, because
    on refusals `candidatesTokenCount` repeats `thoughtsTokenCount` (facts sheet, section 3).
    """
    if usage is None or usage.prompt is None or None in (card.input_price, card.text_price, card.image_token_price):
        return None
    output = (usage.candidates or 0) + (usage.thoughts or 0)
    if usage.total is not None and usage.total >= usage.prompt:
        output = usage.total - usage.prompt
    images = min(usage.images or 0, output)
    return (
        _per_million(usage.prompt, card.input_price or 0)
        + _per_million(images, card.image_token_price or 0)
        + _per_million(output - images, card.text_price or 0)
    )


def dollars(micro: int | None) -> str:
    """`$0.134`: three decimals below one dollar, two above; `$?` for an unknown sum."""
    if micro is None:
        return "$?"
    return f"${micro / 1e6:.3f}" if micro < 1_000_000 else f"${micro / 1e6:,.2f}"
