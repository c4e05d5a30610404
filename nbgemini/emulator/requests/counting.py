"""Counts tokens: pictures by the catalogue, text by its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .wanted import Ask

THINKING = {"MINIMAL": 58, "LOW": 120, "MEDIUM": 214, "HIGH": 486}
"""Tokens of thought by level; thinking is billed whether it is shown or not."""

_OTHER_MEDIA = {"video": ("VIDEO", 12_000), "application": ("DOCUMENT", 60_000)}
"""Modality of other input media, and how many of its bytes make 258 tokens."""


@dataclass(frozen=True)
class Count:
    """Tokens by modality, in the order in which they are told."""

    by_modality: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        return sum(tokens for _, tokens in self.by_modality)

    def plus(self, modality: str, tokens: int) -> Count:
        """This count and some more tokens of one modality."""
        counted = dict(self.by_modality)
        counted[modality] = counted.get(modality, 0) + tokens
        return Count(tuple((name, number) for name, number in counted.items() if number))

    def details(self) -> list[dict[str, Any]]:
        """The wire's list of modality and token count."""
        return [{"modality": name, "tokenCount": number} for name, number in self.by_modality]


def text(words: str) -> int:
    """About four bytes a token, as Google says of its tokenizer."""
    return -(-len(words.encode()) // 4)


def prompt(ask: Ask) -> Count:
    """The tokens of everything that goes in, history included; thoughts that come back are not counted."""
    count = Count().plus("TEXT", text(ask.system))
    for part in (part for turn in ask.turns for part in turn.parts if not part.thought):
        if part.text is not None:
            count = count.plus("TEXT", text(part.text))
        if part.picture is not None:
            count = count.plus("IMAGE", ask.model.picture_tokens_in)
        if part.media is not None:
            modality, unit = _OTHER_MEDIA[part.media[0].split("/")[0]]
            count = count.plus(modality, 258 * max(1, -(-part.media[1] // unit)))
    return count


def thoughts(ask: Ask) -> int:
    """The tokens of thought for this request; none for a model that does not think."""
    if ask.thinking_level is None:
        return 0
    return THINKING.get(ask.thinking_level, THINKING["MEDIUM"]) + text(ask.prompt) // 8


def usage(ask: Ask, answered: Count, *, thought: int, searches: int = 0) -> dict[str, Any]:
    """`usageMetadata` for an answer of these tokens; cumulative, so a stream can tell it at any time."""
    going_in, tool_use = prompt(ask), 68 * searches
    counts = {
        "promptTokenCount": going_in.total,
        "candidatesTokenCount": answered.total,
        "toolUsePromptTokenCount": tool_use,
        "thoughtsTokenCount": thought,
    }
    told: dict[str, Any] = {name: number for name, number in counts.items() if number}
    told["totalTokenCount"] = sum(counts.values())
    told["promptTokensDetails"] = going_in.details()
    if answered.total:
        told["candidatesTokensDetails"] = answered.details()
    if tool_use:
        told["toolUsePromptTokensDetails"] = [{"modality": "TEXT", "tokenCount": tool_use}]
    return told | ({"trafficType": "ON_DEMAND"} if ask.model.backend == "vertex" else {"serviceTier": ask.tier})
