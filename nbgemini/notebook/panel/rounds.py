"""The rounds of a conversation: what was asked for together, a sweep or several pictures of one prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.panel.replies import RoundRow
from nbgemini.notebook.show.footer import price
from nbgemini.notebook.show.texts import one_line

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["rounds_of"]

_LONGEST = 60  # characters of a name
_MOST = 60  # rounds; the newest


def rounds_of(studio: Studio, value: Conversation) -> list[RoundRow]:
    """Those with two pictures or more, the first one first, each with what it cost."""
    groups: dict[str, list[Exchange]] = {}
    for exchange in value.exchanges:
        if exchange.group:
            groups.setdefault(exchange.group, []).append(exchange)
    try:
        names = {about.id: name for name, about in studio.store.sweeps.called()}
    except NbgeminiError:
        names = {}
    several = [(group, made) for group, made in groups.items() if len(made) > 1][-_MOST:]
    return [
        {
            "id": group,
            "name": one_line(names.get(group) or made[0].prompt, _LONGEST),
            "pictures": len(made),
            "cost": price(made),
        }
        for group, made in several
    ]
