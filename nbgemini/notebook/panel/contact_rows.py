"""The pictures of a conversation in rows and columns: those of its newest sweep by their axes, else in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.notebook.panel.contract import SheetMessage, SheetRow, SheetTile
from nbgemini.notebook.show.texts import one_line
from nbgemini.tuning.front import sweeping
from nbgemini.tuning.holding.shot import Shot

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["contact_rows"]

_MOST = 400  # pictures; the newest
_LONGEST = 60  # characters of a head


def contact_rows(studio: Studio, value: Conversation) -> SheetMessage:
    """What the sheet of a conversation shows. A page lays tiles without columns out itself."""
    shots = _shots(studio, value)
    if shots:
        return _by_axes(shots)
    drawn = [exchange for exchange in value.exchanges if exchange.picture is not None][-_MOST:]
    tiles: list[SheetTile] = [{"id": one.id, "name": one_line(one.prompt, 2 * _LONGEST)} for one in drawn]
    return {"title": value.name, "columns": [], "rows": [{"head": "", "tiles": tiles}]}


def _shots(studio: Studio, value: Conversation) -> list[Shot]:
    """Those of the newest sweep, where the conversation has them and something varies."""
    sweep = sweeping(studio).stored.newest_of(value.name)
    if sweep is None:
        return []
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
        "columns": [one_line(column, _LONGEST) for column in columns],
        "rows": laid,
    }
