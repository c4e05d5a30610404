"""The pictures of a conversation in rows and columns: those of its newest sweep by their axes, else in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.panel.replies import SheetMessage, SheetRow, SheetTile
from nbgemini.notebook.panel.rounds import rounds_of
from nbgemini.notebook.show.texts import one_line
from nbgemini.tuning.front import sweeping
from nbgemini.tuning.holding.shot import Shot
from nbgemini.tuning.holding.sweep import Sweep

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["contact_rows"]

_MOST = 400  # pictures; the newest
_LONGEST = 60  # characters of a head


def contact_rows(studio: Studio, value: Conversation, group: str = "newest") -> SheetMessage:
    """What the sheet of a round shows, by its id; of the `newest` sweep, else of all, which a page lays out itself.

    All of them stand in the order of their turns, but what was asked for again stands beside what it is like.
    """
    sweep = _sweep(studio, value, group)
    shots = _shots(sweep, value) if sweep is not None else []
    if sweep is not None and shots:
        laid = _by_axes(shots)
        laid["group"] = sweep.about.id
    else:
        drawn = [one for one in value.exchanges if one.picture is not None]
        asked = [one for one in drawn if one.group == group]
        alike: dict[tuple[str | None, str], list[SheetTile]] = {}
        for one in (asked or drawn)[-_MOST:]:
            tile: SheetTile = {"id": one.id, "name": one_line(one.prompt, 2 * _LONGEST)}
            alike.setdefault((one.parent, one.prompt), []).append(tile)
        tiles = [tile for tiles in alike.values() for tile in tiles]
        rows: list[SheetRow] = [{"head": "", "tiles": tiles}]
        laid = {"title": value.name, "group": group if asked else "", "columns": [], "rows": rows, "rounds": []}
    laid["rounds"] = rounds_of(studio, value)
    return laid


def _sweep(studio: Studio, value: Conversation, group: str) -> Sweep | None:
    stored = sweeping(studio).stored
    if group == "newest":
        return stored.newest_of(value.name)
    if not any(one.shot and one.group == group for one in value.exchanges):
        return None
    try:
        return stored.open(group)
    except NbgeminiError:
        return None


def _shots(sweep: Sweep, value: Conversation) -> list[Shot]:
    """Those that the conversation has, where something varies."""
    shots = [shot for shot in sweep if shot.axes and shot.result is not None and shot.exchange.id in value]
    return shots[:_MOST]


def _by_axes(shots: list[Shot]) -> SheetMessage:
    """The last axis in columns; the others, and samples where there are several, in rows."""
    *others, across = list(shots[0].labels)
    columns = list(dict.fromkeys(shot.labels[across] for shot in shots))
    several = len({shot.sample for shot in shots}) > 1
    rows: dict[str, dict[str, SheetTile]] = {}
    for shot in shots:
        head = [shot.labels[axis] for axis in others]
        head += [f"sample {shot.sample}"] if several or not head else []
        name = ", ".join([*shot.labels.values(), f"sample {shot.sample}"])
        tile: SheetTile = {"id": shot.exchange.id, "name": one_line(name, 4 * _LONGEST)}
        rows.setdefault(", ".join(head), {})[shot.labels[across]] = tile
    laid: list[SheetRow] = [
        {
            "head": one_line(head, _LONGEST),
            "tiles": [tiles.get(column, {"id": "", "name": ""}) for column in columns],
        }
        for head, tiles in rows.items()
    ]
    return {
        "title": shots[0].called.rpartition("/")[0],
        "group": "",
        "rounds": [],
        "columns": [one_line(column, _LONGEST) for column in columns],
        "rows": laid,
    }
