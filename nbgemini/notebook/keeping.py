"""`%imagine export`, `save` and `load`: what they did, in a line or two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbgemini.core.phrases import counted
from nbgemini.notebook.bundles import Bundle, line_bundle
from nbgemini.notebook.texts import in_bytes, one_line, path_text

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["exported", "loaded", "saved"]


def exported(studio: Studio, path: str, words: Sequence[str]) -> Bundle:
    """Write a page, Markdown or a notebook. Raises nbgemini's errors."""
    from nbgemini.notebook.export.run import export

    made = export(studio, path, words)
    turns = counted(made.turns, "turn")
    if not made.fresh:
        return line_bundle(f"`{path_text(made.path)}` holds just this already: {turns}.", *made.notices)
    beside = f", with its pictures in `{path_text(made.folder)}`" if made.folder else ""
    size = in_bytes(made.path.stat().st_size)
    return line_bundle(f"Exported {turns} to `{path_text(made.path)}` ({size}){beside}.", *made.notices)


def saved(studio: Studio, path: str) -> Bundle:
    """Write an archive. Raises nbgemini's errors."""
    value = studio.value()
    made, fresh = studio.archives.save(path)
    turns = counted(len(value.exchanges), "turn")
    if not fresh:
        return line_bundle(f"`{path_text(made)}` has all of `{value.name}` already: {turns}.")
    return line_bundle(
        f"Saved `{value.name}` with {turns} to `{path_text(made)}`"
        f" ({in_bytes(made.stat().st_size)}). `%imagine load` goes on with it on another machine."
    )


def loaded(studio: Studio, path: str) -> Iterator[str]:
    """Read an archive: lines that say what came, and what of it will be sent."""
    value = studio.archives.load(path)
    yield f"Loaded `{value.name}` with {counted(len(value.exchanges), 'turn')}; cells go on with it."
    if value.system:
        yield f"Its system instruction is sent with every cell: “{one_line(value.system, 300)}”."
