"""What a sheet shows of one shot: a small picture with its alt text and foot, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nbgemini.core.pricing import dollars
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.show.previews import Preview, make_thumbnail
from nbgemini.notebook.show.texts import one_line
from nbgemini.tuning.holding.shot import Shot
from nbgemini.tuning.holding.sweep import Sweep

__all__ = ["Thumbnails", "Tile", "tile_of"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One shot on a sheet. `alt` says what it is to those who do not see it, `said` stands where no picture does."""

    number: int
    alt: str
    foot: str
    thumbnail: Preview | None = None
    said: str = ""
    ratio: tuple[int, int] = (1, 1)
    dimmed: bool = False


class Thumbnails:
    """Small pictures, each made once for each size."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int, int], Preview | None] = {}

    def of(self, shot: Shot, longest: int, quality: int) -> Preview | None:
        """The picture of a shot made small; None where it has none that can be shown."""
        result = shot.result
        picture = result.picture if result is not None else None
        if result is None or picture is None:
            return None
        key = picture.sha256, longest, quality
        if key not in self._made:
            try:
                made = make_thumbnail(result.bytes_of(picture), longest, quality)
            except (OSError, NbgeminiError):
                made = None
            self._made[key] = made if isinstance(made, Preview) else None
        return self._made[key]


def tile_of(sweep: Sweep, shot: Shot, thumbnails: Thumbnails, longest: int, quality: int, *, samples: bool) -> Tile:
    """What is shown of a shot, its picture at most so many pixels a side."""
    thumbnail = thumbnails.of(shot, longest, quality)
    result = shot.result
    picture = result.picture if result is not None else None
    ratio = (picture.width, picture.height) if picture is not None and picture.width else (1, 1)
    return Tile(
        number=shot.number,
        alt=alt_of_shot(shot, samples=samples),
        foot=foot_of(shot),
        thumbnail=thumbnail,
        said="" if thumbnail is not None else _said(shot),
        ratio=ratio,
        dimmed="rejected" in shot.tags,
    )


def alt_of_shot(shot: Shot, *, samples: bool) -> str:
    """`Shot 17: style ink, aspect 16:9, sample 2: A lighthouse on a cliff, ink`."""
    values = [f"{name} {one_line(label, 200)}" for name, label in shot.labels.items()]
    values += [f"sample {shot.sample}"] if samples else []
    what = ", ".join(values)
    words = one_line(shot.prompt, 160)
    state = "" if shot.state == "done" else f" ({_words(shot)})"
    emulated = " (emulated)" if shot.result is not None and shot.result.emulated else ""
    return f"Shot {shot.number}{': ' + what if what else ''}: {words}{emulated}{state}"


def foot_of(shot: Shot) -> str:
    """`17 · $0.034 · ★★★★`."""
    facts = [str(shot.number)]
    if shot.state == "done" or (shot.state == "waiting" and shot.error is None):
        facts.append(_price(shot))
    elif shot.error is not None:
        facts.append(_money(shot.error))
    if shot.stars:
        facts.append("★" * shot.stars)
    return " · ".join(fact for fact in facts if fact)


def _price(shot: Shot) -> str:
    if shot.would_cost is None:
        return ""
    price = dollars(round(shot.would_cost * 1e6))
    return price if shot.state == "done" else f"≈ {price}"


def _money(error: NbgeminiError) -> str:
    words: Mapping[str, str] = {"nothing sent": "not charged", "no": "not charged", "maybe": "may have been charged"}
    return words.get(error.charged, "charged")


def _words(shot: Shot) -> str:
    return {"waiting": "not asked yet", "under way": "under way", "failed": "failed", "unknown": "outcome unknown"}.get(
        shot.state, "no picture"
    )


def _said(shot: Shot) -> str:
    """What stands in the place of a picture."""
    if shot.error is not None and shot.state in ("failed", "unknown", "waiting"):
        return one_line(shot.error.message, 160)
    if shot.state == "under way":
        return "in a batch" if shot.batched else "drawing…"
    if shot.state == "waiting":
        return ""
    result = shot.result
    if result is not None and result.picture is None:
        return one_line(result.text, 160) or "no picture, only words"
    return "not shown: its file is gone or damaged"
