"""A checked request: what is wanted, once every field has been looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..registry import Model
from .turns import Turn


@dataclass(frozen=True)
class Ask:
    """What a generateContent request wants."""

    model: Model
    turns: tuple[Turn, ...]
    system: str
    shape: str
    """A ratio; empty where none was asked for and no picture goes in whose shape could be followed."""
    size: str
    media_type: str
    """The type that pictures have; Vertex AI can be asked for one."""
    text_wanted: bool
    picture_wanted: bool
    show_thoughts: bool
    thinking_level: str | None
    seed: int | None
    max_tokens: int | None
    web_search: bool
    image_search: bool
    tier: str
    thresholds: Mapping[str, str]
    """The safety thresholds that were set, by harm category."""
    continued: bool
    sample: int = 0
    """Which of the pictures of this request it is to be, where a client says so."""

    @property
    def prompt(self) -> str:
        """The words of the last user turn."""
        return self.turns[-1].text

    @property
    def chance(self) -> int | None:
        """What is left to chance follows from this number; None: from the words alone."""
        return self.seed if self.seed is not None or not self.sample else -self.sample

    @property
    def pixels(self) -> tuple[int, int]:
        return self.model.pixels(self.shape, self.size)
