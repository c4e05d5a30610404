"""What the server says it counted: the tokens of one exchange, and the tier that served it."""

from __future__ import annotations

from collections.abc import Mapping

from nbgemini._dataclass import dataclass
from nbgemini.core.skeleton import Json

__all__ = ["COUNTS", "Usage"]

COUNTS = ("prompt", "candidates", "thoughts", "total", "images", "prompt_images", "tool_use", "cached")
_MOST_TOKENS = 10_000_000  # of one exchange: far more than any model takes, so that a wild count buys nothing


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one exchange, as `usageMetadata` reports them. None: not reported.

    `images` are those of `candidates` that are pictures, `prompt_images` those of `prompt`; `cached` is a part of
    `prompt`; `tool_use` is what searches put in beside it; `thoughts` are billed beside `candidates`, and `total` is
    the sum. `tier` is the service tier that was used, or empty.

    >>> cat.usage.prompt, cat.usage.images, cat.usage.tier
    (3, 1120, 'standard')
    """

    prompt: int | None = None
    candidates: int | None = None
    thoughts: int | None = None
    total: int | None = None
    images: int | None = None
    prompt_images: int | None = None
    tool_use: int | None = None
    cached: int | None = None
    tier: str = ""

    @classmethod
    def parse(cls, metadata: Json) -> Usage | None:
        """From `usageMetadata`; whatever is not a count is treated as not reported."""
        if not isinstance(metadata, Mapping):
            return None
        tier = metadata.get("serviceTier")
        return cls(
            prompt=_count(metadata.get("promptTokenCount")),
            candidates=_count(metadata.get("candidatesTokenCount")),
            thoughts=_count(metadata.get("thoughtsTokenCount")),
            total=_count(metadata.get("totalTokenCount")),
            images=_modality(metadata.get("candidatesTokensDetails"), "IMAGE"),
            prompt_images=_modality(metadata.get("promptTokensDetails"), "IMAGE"),
            tool_use=_count(metadata.get("toolUsePromptTokenCount")),
            cached=_count(metadata.get("cachedContentTokenCount")),
            tier=_word(tier) if isinstance(tier, str) else "",
        )

    def counts(self) -> tuple[int | None, ...]:
        """All of them, in the order of `COUNTS`."""
        return tuple(getattr(self, name) for name in COUNTS)

    def described(self) -> dict[str, int | str]:
        """Only what was reported, as plain JSON.

        >>> cat.usage.described()["total"] == cat.usage.total
        True
        """
        values = dict(zip((*COUNTS, "tier"), (*self.counts(), self.tier or None), strict=True))
        return {name: value for name, value in values.items() if value is not None}


def _count(value: Json) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value <= _MOST_TOKENS else None


def _word(tier: str) -> str:
    """`flex` of `flex`, `FLEX` or `SERVICE_TIER_FLEX`; empty for one that is not specified."""
    word = tier.strip().lower().removeprefix("service_tier_")[:40]
    return "" if word == "unspecified" else word


def _modality(details: Json, modality: str) -> int | None:
    if not isinstance(details, list):
        return None
    rows = [row for row in details if isinstance(row, Mapping) and row.get("modality") == modality]
    counts = [count for row in rows if (count := _count(row.get("tokenCount"))) is not None]
    return sum(counts) if counts else None
