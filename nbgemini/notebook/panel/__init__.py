"""The panel: the kernel-wide conversation with hands; `contract.py` says what its two halves tell each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbgemini.notebook.panel.widget import Panel

__all__ = ["panel"]


def panel() -> Panel:
    """A panel on the kernel's conversation; as the last line of a cell it shows itself.

    Whatever happens in it is seen by the cells, and the other way round. Several panels may be open.
    """
    from nbgemini.notebook.panel.widget import Panel
    from nbgemini.studio import process

    return Panel(process.studio())
