"""`%imagine panel`: a panel in the cell that runs; run again, the cell's earlier one is taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgemini.notebook.cell.running import this_cell
from nbgemini.notebook.panel.widget import Panel

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["open_panel"]

_opened: dict[tuple[str, str], Panel] = {}


def open_panel(studio: Studio) -> None:
    """Show a new panel. Nobody holds the one that the same cell showed before, and it would listen on for ever."""
    run = this_cell()
    panel = Panel(studio)
    if run is not None:
        earlier = _opened.pop((run.session, run.cell), None)
        _opened[(run.session, run.cell)] = panel
        if earlier is not None:
            earlier.close()
    panel.show()
