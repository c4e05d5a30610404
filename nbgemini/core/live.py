"""What arrives of an answer while the model still works on it."""

from __future__ import annotations

from nbgemini._dataclass import dataclass
from nbgemini.core.picture import Picture

__all__ = ["LivePart"]


@dataclass(frozen=True, slots=True)
class LivePart:
    """A piece of text or a whole picture that a stream has brought; `thought` marks the model's thinking.

    Texts that follow each other are pieces of one. `number` tells the requests of one ask apart, from 0.
    """

    text: str = ""
    picture: Picture | None = None
    thought: bool = False
    number: int = 0
