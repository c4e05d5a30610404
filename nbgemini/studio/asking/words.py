"""The options of an ask as Python takes them, by name: for type checkers, and imported for nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeAlias, TypedDict

from nbgemini.core.option_parsers import Only, ReplayMode, Search, ThinkingLevel, Tier
from nbgemini.core.safety import GoogleCategory, GoogleThreshold, SafetyCategory, SafetyThreshold
from nbgemini.core.skeleton import Json
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.pictures.references import Reference

__all__ = ["AskWords", "EditWords"]


Category: TypeAlias = SafetyCategory | GoogleCategory
Threshold: TypeAlias = SafetyThreshold | GoogleThreshold


class EditWords(TypedDict, total=False):
    """The options of an edit in Python: the long forms of the cell, with underscores.

    `ConversationHandle.imagine` tells what each means. None everywhere: as if it were not given.
    """

    model: str | None
    aspect: str | None
    size: str | None
    count: int
    ref: Reference | Sequence[Reference]
    only: Only | None
    thinking: ThinkingLevel | None
    thoughts: bool | None
    system: str | None
    seed: int | None
    temperature: float | None
    top_p: float | None
    top_k: int | None
    max_tokens: int | None
    tier: Tier | None
    search: Search | bool | None
    safety: Mapping[Category, Threshold] | Sequence[object] | None
    person_generation: str | None
    image_output_options: str | Mapping[str, Json] | None
    set: Mapping[str, Json] | Sequence[str]
    save: str | Path | None
    alt: str | None
    timeout: float | None
    yes: bool
    budget: float | str | Decimal | None
    replay: ReplayMode | None
    history: int | Literal["all"] | None
    fresh: bool


class AskWords(EditWords, total=False):
    """And those of a picture that may start afresh, or go on from any turn."""

    new: bool
    from_: Drawn | int | str | None
