"""Counts tokens: pictures by the catalogue, text by its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .wanted import Ask

THINKING = {"MINIMAL": 58, "LOW": 120, "MEDIUM": 214, "HIGH": 486}
"""Tokens of thought by level; thinking is billed whether it is shown or not."""

UNLISTED, UNLISTED_BY_LITE, UNLISTED_OF_A_SEARCH = 96, 340, 660
"""Tokens of a Gemini 3 picture that the Gemini API counts without saying what they are; recorded: 88 to 660."""

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


def billable_characters(ask: Ask) -> int:
    """What Vertex AI counts besides tokens: the characters that are no white space."""
    texts = [ask.system, *(part.text or "" for turn in ask.turns for part in turn.parts)]
    return sum(len("".join(words.split())) for words in texts)


def thoughts(ask: Ask) -> int:
    """The tokens of thought for this request; none for a model that does not think."""
    if ask.thinking_level is None:
        return 0
    return THINKING.get(ask.thinking_level, THINKING["MEDIUM"]) + text(ask.prompt) // 8


def usage(ask: Ask, answered: Count, *, thought: int, refused: bool = False) -> dict[str, Any]:
    """`usageMetadata` for an answer of these tokens; cumulative, so a stream can tell it at any time.

    The Gemini API lists pictures alone, counts tokens that it does not list, and tells the thoughts of a refusal twice.
    Its Lite model says nothing of thoughts: they are among the unlisted.
    """
    going_in, vertex = prompt(ask), ask.model.backend == "vertex"
    listed = [one for one in answered.details() if vertex or one["modality"] == "IMAGE"]
    told_thoughts = thought if ask.model.tells_thoughts else 0
    candidates = answered.total + (0 if vertex else _unlisted(ask, answered, thought))
    total = going_in.total + candidates + told_thoughts
    if refused:
        candidates = candidates or told_thoughts
    head = {"promptTokenCount": going_in.total, "candidatesTokenCount": candidates, "totalTokenCount": total}
    told: dict[str, Any] = {name: number for name, number in head.items() if number}
    told |= {"trafficType": "ON_DEMAND"} if vertex else {}
    told |= {"promptTokensDetails": going_in.details()}
    told |= {"candidatesTokensDetails": listed} if listed else {}
    told |= {"thoughtsTokenCount": told_thoughts} if told_thoughts else {}
    return told if vertex else {**told, "serviceTier": ask.tier}


def _unlisted(ask: Ask, answered: Count, thought: int) -> int:
    """The tokens beyond those of texts and pictures, once there is a picture; none of the 2.5 family."""
    lite = 0 if ask.model.tells_thoughts else thought
    if not ask.model.thinks or not dict(answered.by_modality).get("IMAGE"):
        return lite
    if lite:
        return lite + UNLISTED_BY_LITE
    return UNLISTED_OF_A_SEARCH if ask.web_search or ask.image_search else UNLISTED
