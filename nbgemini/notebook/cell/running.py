"""Which cell runs, where the front end names it."""

from __future__ import annotations

from nbgemini.notebook.show.screen import parent_request
from nbgemini.studio.conversations.reruns import CellRun

__all__ = ["this_cell"]


def this_cell() -> CellRun | None:
    """The cell that runs, where the front end names it (JupyterLab, Notebook, VS Code, Colab); nbclient does not."""
    parent = parent_request()
    header, metadata = (parent.get(name) for name in ("header", "metadata"))
    if not isinstance(header, dict) or not isinstance(metadata, dict):
        return None
    cell = metadata.get("cellId")
    if not isinstance(cell, str) or not cell:
        return None
    return CellRun(cell, str(header.get("session", "")), str(header.get("msg_id", "")))
