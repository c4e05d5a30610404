"""The subcommands that look over the whole store: find, and gallery for a page of what was found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from nbgemini.core.phrases import counted
from nbgemini.errors import OptionError
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.screen import Screen
from nbgemini.notebook.show.texts import in_bytes, one_line, path_text
from nbgemini.notebook.views.found_view import found_view
from nbgemini.tuning.finding.filters import Filters, filters_of_line
from nbgemini.tuning.finding.found import look_for

if TYPE_CHECKING:
    from nbgemini.notebook.line.arguments import Subcommand
    from nbgemini.studio.studio import Studio

__all__ = ["find_pictures", "write_gallery"]


def find_pictures(studio: Studio, asked: Subcommand, screen: Screen) -> Iterable[Bundle]:
    """`%imagine find`. Raises nbgemini's errors."""
    yield found_view(look_for(studio, _filters(asked)), rich=screen.rich)


def write_gallery(studio: Studio, asked: Subcommand, screen: Screen) -> Iterable[Bundle]:
    """`%imagine gallery`. Raises nbgemini's errors."""
    from nbgemini.notebook.export.found_page import write_found_page

    filters = _filters(asked)
    made = write_found_page(look_for(studio, filters), asked.argument)
    if not made.shown:
        raise OptionError(f"Nothing was found for `{one_line(filters.summary, 200)}`: no page was written.")
    pictures = counted(made.shown, "picture")
    name, size = path_text(made.path), in_bytes(made.path.stat().st_size)
    said = (
        f"Wrote {pictures} to `{name}` ({size})." if made.fresh else f"`{name}` already holds exactly this: {pictures}."
    )
    more = f"They are the newest of the {made.found:,} that were found." if made.found > made.shown else ""
    yield line_bundle(said, *filter(None, [more]))


def _filters(asked: Subcommand) -> Filters:
    words = [(word, at in asked.quoted) for at, word in enumerate(asked.words)]
    return filters_of_line(words, datetime.now().astimezone())
