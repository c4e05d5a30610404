"""The panel: buttons on the kernel's conversation.

Begin with `contract`: what the two halves tell each other (`replies`: the answers to questions); the page's half is
plain JavaScript in the folder `face/` (its own map is `face/README.md`). `opening` puts a panel into a cell, `widget`
is the anywidget. A page's message is read by `messages`, done by `verbs` in the `queue` of one `desk`, which knows
what is looked at. The desk has the `form`, the references that were `given` (uploads arrive in `pieces`, marks in
`marking`), the `gallery` of thumbnails, the `drafts` that are not sent yet, and the conversation that it is `looking`
at; `rows` makes traits of them, `progress` tells of a drawing on its way, `generate` begins one, what waits behind it
is `lined_up`, also for the next kernel (`later`). `varying` draws a sweep, or a `cheaper` one, `contact_rows` lays
out the sheet of one of the `rounds`, `side_by_side` says what differs, `refining` asks again; `copying` finds the
cell that does the same, which `source` writes. Not here: asking itself (`studio`, `tuning`), and outputs of cells
(`show`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbgemini.notebook.panel.widget import Panel

__all__ = ["panel"]


def panel() -> Panel:
    """A panel on the kernel's conversation; as the last line of a cell it shows itself.

    Whatever happens in it is seen by the cells, and the other way round. Several panels may be open.

    >>> desk = nb.panel()
    >>> desk.close()
    """
    from nbgemini.notebook.panel.widget import Panel
    from nbgemini.studio import process

    return Panel(process.studio())
