"""Pictures from anywhere side by side, without a sweep: `nbgemini.sheet([cat, owl, "photo.jpg"])`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nbgemini._dataclass import dataclass, field
from nbgemini.core.content import NamedFile
from nbgemini.core.phrases import counted
from nbgemini.core.picture import Picture
from nbgemini.errors import OptionError, ReferenceImageError
from nbgemini.studio import process
from nbgemini.studio.drawing import Drawing
from nbgemini.studio.pictures.bringing import bring_in
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.pictures.references import Labelled, expand
from nbgemini.tuning.holding.shot import Shot
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.holding.writing import SheetAlone

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["Gathered", "Gathering", "gathered", "sheet"]

_MOST = 1000  # pictures on one sheet


@dataclass(frozen=True, slots=True)
class Gathered:
    """One of them: an answer of this store, or the bytes of any other picture, with the words that name it."""

    label: str
    picture: Picture
    drawn: Drawn | None = None
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Gathering(SheetAlone):
    """A sheet of pictures, which shows itself where a notebook is loaded.

    `columns`: how many stand beside each other, 0 for as many as fit; `title` stands above them; `pictures` are they,
    with their labels; `studio` is whose they are.

    >>> wall = nb.sheet({"the first": cat, "a boat": grid[1].result}, title="So far")
    >>> wall.title, len(wall), wall.columns, wall.pictures[0].label
    ('So far', 2, 0, 'the first')
    """

    pictures: tuple[Gathered, ...]
    columns: int
    title: str
    studio: Studio = field(repr=False)

    def __len__(self) -> int:
        return len(self.pictures)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        renderer = self.studio.renderer
        return {"text/plain": repr(self)} if renderer is None else renderer(self)

    def __repr__(self) -> str:
        return f"<sheet of {counted(len(self.pictures), 'picture')}>"


def sheet(pictures: Any, *, columns: int | None = None, title: str = "") -> Gathering:
    """A contact sheet of any pictures, in their order; nothing is sent.

    `pictures` are what `ref` takes: results, shots and sweeps, PIL images, arrays, figures, bytes, files, patterns,
    https URLs, turns such as "@3"; a list of them, or a mapping of names to them. `columns`: how many stand beside each
    other. Raises ReferenceImageError for what is no picture, OptionError for `columns` that are none.

    >>> nb.sheet([cat, grid], columns=3)
    <sheet of 3 pictures>
    """
    if columns is not None and (isinstance(columns, bool) or not isinstance(columns, int) or not 1 <= columns <= 100):
        raise OptionError(f"`columns` is a whole number from 1 to 100, not {columns!r}.")
    studio = process.studio()
    found = gathered(pictures, studio)
    if not found:
        raise OptionError("A sheet needs at least one picture.")
    return Gathering(found, columns or 0, str(title), studio)


def gathered(pictures: Any, studio: Studio) -> tuple[Gathered, ...]:
    """The pictures that references name, in order. Raises ReferenceImageError."""
    sources = studio.sources(None)
    listed = list(pictures) if isinstance(pictures, list | tuple) else [pictures]
    references = expand([one for value in listed for one in _spelled_out(value)], sources)
    if len(references) > _MOST:
        raise ReferenceImageError(f"A sheet takes {_MOST:,} pictures; these are {len(references):,}.")
    return tuple(_one(reference, sources) for reference in references)


def _spelled_out(value: Any) -> Sequence[Any]:
    """What references do not know: shots, sweeps and cells in the background."""
    if isinstance(value, Sweep):
        return [Labelled(shot.result, f"{value.name}/{shot.number}") for shot in value if _has_picture(shot)]
    if isinstance(value, Shot):
        if not _has_picture(value):
            raise ReferenceImageError(f"Shot {value.number} has no picture.")
        return [Labelled(value.result, value.called)]
    return [value.get() if isinstance(value, Drawing) else value]


def _has_picture(shot: Shot) -> bool:
    return shot.state == "done" and shot.exchange.picture is not None


def _one(reference: Labelled, sources: Any) -> Gathered:
    value = reference.value
    if isinstance(value, Drawn):
        if value.picture is None:
            raise ReferenceImageError(f"`{reference.label or 'A result'}` is a text-only answer; it has no picture.")
        turn = f"turn {value.turn}" if value.turn else ""
        return Gathered(reference.label or turn, value.picture, value)
    kept = _Kept()
    ((label, picture),), _ = bring_in([reference], kept, sources, scale=True)
    if isinstance(picture, NamedFile):
        raise ReferenceImageError(f"`{label}` is an uploaded file, which is not here to be shown.")
    return Gathered(label, picture, data=kept.data[picture.sha256])


class _Kept:
    """Holds bytes in memory: a sheet stores nothing."""

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}

    def has(self, sha256: str) -> bool:
        return sha256 in self.data

    def put(self, data: bytes) -> tuple[str, int]:
        name = hashlib.sha256(data).hexdigest()
        self.data[name] = data
        return name, len(data)
