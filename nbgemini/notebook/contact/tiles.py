"""What a sheet shows of one picture: its alt text, its foot, what was said of it, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import Exchange
from nbgemini.core.picture import Picture
from nbgemini.core.pricing import dollars
from nbgemini.core.ratings import NOTHING, Marks
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.show.previews import Preview, make_thumbnail
from nbgemini.notebook.show.texts import alt_of, one_line
from nbgemini.tuning.holding.shot import Shot

__all__ = ["Original", "Thumbnails", "Tile", "file_tile", "result_tile", "shot_tile"]


@dataclass(frozen=True, slots=True)
class Original:
    """A picture to make small: its bytes when they are wanted, the name by which it is known, and its size."""

    key: str
    read: Callable[[], bytes]
    size: tuple[int, int]  # pixels; (0, 0): not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One picture on a sheet. `alt` says what it is to those who do not see it, `said` stands where no picture does.

    `beneath` is a second line of its foot: scores, tags and a note.
    """

    number: int
    alt: str
    foot: str
    beneath: str = ""
    original: Original | None = None
    said: str = ""
    stars: int = 0
    picked: bool = False
    dimmed: bool = False


class Answer(Protocol):
    """What a tile is made of."""

    @property
    def exchange(self) -> Exchange: ...
    def bytes_of(self, picture: Picture, /) -> bytes:
        """Raises OSError or StoreError."""


class Thumbnails:
    """Small pictures, each made once for each size."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int, int], Preview | None] = {}

    def of(self, original: Original, longest: int, quality: int) -> Preview | None:
        """A picture made small; None where it cannot be shown."""
        key = original.key, longest, quality
        if key not in self._made:
            try:
                made = make_thumbnail(original.read(), longest, quality)
            except (OSError, NbgeminiError):
                made = None
            self._made[key] = made if isinstance(made, Preview) else None
        return self._made[key]


def shot_tile(shot: Shot, *, samples: bool, picked: bool = False, of: int = 0) -> Tile:
    """A shot of a sweep, with or without an answer; one `of` so many pictures of a plain cell."""
    result, error = shot.result, shot.error
    original = _original(result) if result is not None else None
    marks = Marks(shot.stars, shot.note, shot.tags, shot.scores)
    return Tile(
        number=shot.number,
        alt=_alt_of_shot(shot, samples=samples, of=of),
        foot=foot_of(
            shot.number,
            _price(shot) if error is None else _money(error),
            marks.stars,
            picked="" if not picked else "here" if of else "picked",  # of a plain cell the first is, unasked
        ),
        beneath=_beneath(marks),
        original=original,
        said="" if original is not None else _said(shot),
        stars=marks.stars,
        picked=picked,
        dimmed="rejected" in marks.tags,
    )


def result_tile(number: int, result: Answer, marks: Marks = NOTHING, *, label: str = "") -> Tile:
    """An answer that is not a shot's. `label` begins its foot in place of its number."""
    exchange = result.exchange
    original = _original(result)
    return Tile(
        number=number,
        alt=f"{one_line(label, 100)}: {alt_of(exchange)}" if label else alt_of(exchange),
        foot=foot_of(number, _costs(exchange), marks.stars, label=label),
        beneath=_beneath(marks),
        original=original,
        said="" if original is not None else _words_alone(exchange),
        stars=marks.stars,
        dimmed="rejected" in marks.tags,
    )


def file_tile(number: int, label: str, original: Original) -> Tile:
    """A picture that nobody here asked for: a file's, or one of another library."""
    name = one_line(label, 100)
    return Tile(number=number, alt=name or f"picture {number}", foot=foot_of(number, label=name), original=original)


def foot_of(number: int, price: str = "", stars: int = 0, *, label: str = "", picked: str = "") -> str:
    """`17 · $0.034 · ★★★★`; the one that the conversation goes on from says `picked`."""
    facts = [one_line(label, 40) or str(number), price, "★" * stars, picked]
    return " · ".join(fact for fact in facts if fact)


def _original(result: Answer) -> Original | None:
    picture = result.exchange.picture
    if picture is None:
        return None
    return Original(picture.sha256, lambda: result.bytes_of(picture), (picture.width, picture.height))


def _alt_of_shot(shot: Shot, *, samples: bool, of: int) -> str:
    """`Shot 17: style ink, aspect 16:9, sample 2: A lighthouse on a cliff, ink`, `Picture 2 of 4: A lighthouse`."""
    values = [f"{name} {one_line(label, 400)}" for name, label in shot.labels.items()]
    values += [f"sample {shot.sample}"] if samples and not of else []
    what = ", ".join(values)
    own = shot.exchange.alt if shot.state == "done" else ""  # `--alt`
    words = one_line(own or shot.prompt, 160)
    waits = "in a batch" if shot.batched else _STATES.get(shot.state, "no picture")
    state = "" if shot.state == "done" else f" ({waits})"
    emulated = " (emulated)" if shot.state == "done" and shot.exchange.backend == "emulator" else ""
    called = f"Picture {shot.number} of {of}" if of else f"Shot {shot.number}"
    return f"{called}{': ' + what if what else ''}: {words}{emulated}{state}"


_STATES = {"waiting": "not asked yet", "under way": "under way", "failed": "failed", "unknown": "outcome unknown"}


def _beneath(marks: Marks) -> str:
    """`sharpness 0.82 · #keep · “too dark”`."""
    facts = [f"{one_line(name, 40)} {value:.3g}" for name, value in marks.scores.items()]
    facts += [f"#{one_line(tag, 60)}" for tag in marks.tags]
    facts += [f"“{one_line(marks.note, 400)}”"] if marks.note else []
    return " · ".join(facts)


def _price(shot: Shot) -> str:
    if not (shot.state in ("done", "waiting") or shot.batched) or shot.would_cost is None:
        return ""
    price = dollars(round(shot.would_cost * 1e6))
    return price if shot.state == "done" else f"≈ {price}"


def _costs(exchange: Exchange) -> str:
    return "" if exchange.likely_cost is None else dollars(exchange.likely_cost)


def _money(error: NbgeminiError) -> str:
    words: Mapping[str, str] = {"nothing sent": "not charged", "no": "not charged", "maybe": "may have been charged"}
    return words.get(error.charged, "charged")


def _said(shot: Shot) -> str:
    """What stands in the place of a picture."""
    if shot.error is not None and shot.state in ("failed", "unknown", "waiting"):
        return one_line(shot.error.message, 300)
    if shot.state == "under way":
        return "in a batch" if shot.batched else "drawing…"
    return _words_alone(shot.exchange) if shot.state == "done" else ""


def _words_alone(exchange: Exchange) -> str:
    """The words of an answer without a picture."""
    return one_line(exchange.turn.text if exchange.turn else "", 300) or "text only, no picture"
