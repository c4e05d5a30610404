"""Which shots go into one job: those of one model, as many as its file and its tokens may have."""

from __future__ import annotations

from collections.abc import Iterable

from nbgemini._dataclass import dataclass
from nbgemini.core.batch_jobs import LARGEST_INPUT

__all__ = ["Chunk", "Weighed", "split"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A shot: `size` is the bytes of its line, `most` how many tokens the model lets wait at once (None: unknown)."""

    number: int
    model: str
    size: int
    tokens: int
    most: int | None


@dataclass(slots=True)
class Chunk:
    """The shots of one job."""

    model: str
    numbers: list[int]
    size: int = 0
    tokens: int = 0

    def has_room(self, shot: Weighed, largest: int) -> bool:
        fits = self.size + shot.size <= largest and (shot.most is None or self.tokens + shot.tokens <= shot.most)
        return fits or not self.numbers

    def add(self, shot: Weighed) -> None:
        self.numbers.append(shot.number)
        self.size += shot.size
        self.tokens += shot.tokens


def split(shots: Iterable[Weighed], largest: int = LARGEST_INPUT) -> list[Chunk]:
    """The shots as jobs, in order. `largest` is in bytes of a file."""
    found: list[Chunk] = []
    open_: dict[str, Chunk] = {}
    for shot in shots:
        chunk = open_.get(shot.model)
        if chunk is None or not chunk.has_room(shot, largest):
            chunk = open_[shot.model] = Chunk(shot.model, [])
            found.append(chunk)
        chunk.add(shot)
    return found
