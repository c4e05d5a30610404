"""What people say of a picture: stars, a note, tags and scores; later words of theirs count."""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nbgemini._dataclass import dataclass, field
from nbgemini.errors import OptionError

__all__ = [
    "LONGEST_NOTE", "NOTHING", "Mark", "Marked", "Marks", "folded", "parse_note", "parse_stars", "parse_tags",
    "plain_tag",
]  # fmt: skip

LONGEST_NOTE = 20_000  # characters
# No blanks, commas or control characters, and no mark that turns the direction of what stands around it.
_TAG = r"(?![#-])[^\s,\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]{1,60}"  # compiled with the first tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that was said of an answer: None and empty where it says nothing of that kind.

    `of` is the exchange's id, or a shot's (`SWEEP/17`) where it has no answer. `at` is in nanoseconds since 1970.
    """

    of: str
    at: int
    stars: int | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()
    untags: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Marks:
    """All that holds of one answer now."""

    stars: int = 0
    note: str = ""
    tags: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)

    def after(self, mark: Mark) -> Marks:
        """With what was said later."""
        kept = tuple(tag for tag in self.tags if tag not in mark.untags)
        return replace(
            self,
            stars=self.stars if mark.stars is None else mark.stars,
            note=self.note if mark.note is None else mark.note,
            tags=(*kept, *(tag for tag in dict.fromkeys(mark.tags) if tag not in kept)),
            scores={**self.scores, **mark.scores},
        )


NOTHING = Marks()


class Marked:
    """What has a price and can be starred, noted and tagged: a result, a shot of a sweep."""

    @property
    @abstractmethod
    def _marks(self) -> Marks:
        """All that was said of it."""

    @property
    @abstractmethod
    def _likely(self) -> int | None:
        """What it costs by the catalogue's prices, in micro-dollars; None: unknown."""

    @property
    def would_cost(self) -> float | None:
        """What it costs with Google by the catalogue's prices, in US dollars: the emulator's and replayed ones too."""
        return None if self._likely is None else self._likely / 1e6

    @property
    def stars(self) -> int:
        """1 to 5, 0 before any: `%imagine star`."""
        return self._marks.stars

    @property
    def note(self) -> str:
        """What was noted on it, or nothing."""
        return self._marks.note

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, in the order of tagging."""
        return self._marks.tags


def folded(marks: Iterable[Mark]) -> dict[str, Marks]:
    """What holds of each answer, by `of`: the later word counts, whichever kernel wrote it."""
    found: dict[str, Marks] = {}
    for mark in sorted(marks, key=lambda one: one.at):
        found[mark.of] = found.get(mark.of, NOTHING).after(mark)
    return found


def parse_stars(value: object) -> int:
    """0 to 5. Raises OptionError."""
    text = str(value).strip()
    if isinstance(value, bool) or text not in ("0", "1", "2", "3", "4", "5"):
        raise OptionError(f"Stars go from 1 to 5, and 0 removes them; not `{text[:40]}`.")
    return int(text)


def parse_note(value: object) -> str:
    """A note as one text; an empty one takes the note away. Raises OptionError."""
    if not isinstance(value, str):
        raise OptionError(f"A note is text, not {type(value).__name__}.")
    if len(value) > LONGEST_NOTE:
        raise OptionError(f"A note can have at most {LONGEST_NOTE:,} characters, not {len(value):,}.")
    return value.strip().encode("utf-8", "replace").decode("utf-8")


def parse_tags(words: Iterable[object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags to add and, written `-WORD`, those to take away. Raises OptionError."""
    added: list[str] = []
    removed: list[str] = []
    for word in words:
        text = str(word).strip()
        (removed if text.startswith("-") else added).append(plain_tag(text.removeprefix("-")))
    if not added and not removed:
        raise OptionError("No tag was given.", hint="Write it like `%imagine tag @3 keep`.")
    return tuple(added), tuple(removed)


def plain_tag(value: object) -> str:
    """One tag, without the `#` that some write before it, its letters put together. Raises OptionError."""
    text = unicodedata.normalize("NFC", str(value).strip().removeprefix("#"))
    if not isinstance(value, str) or not re.fullmatch(_TAG, text):
        shown = "".join(letter for letter in text[:40] if letter.isprintable())
        raise OptionError(
            f"`{shown}` cannot be a tag.", hint="A tag is one word of at most 60 characters, without spaces or commas."
        )
    return text
