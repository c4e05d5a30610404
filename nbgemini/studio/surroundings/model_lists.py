"""Which models the server itself lists, asked for once in a kernel, beside what the catalogue knows."""

from __future__ import annotations

import threading
from collections.abc import Callable

from nbgemini._dataclass import dataclass
from nbgemini.core.models import Catalogue
from nbgemini.core.skeleton import Json
from nbgemini.errors import NbgeminiError
from nbgemini.net.client import Client

__all__ = ["Listings", "Live"]

_PATIENCE = 4.0  # seconds in all: the catalogue is shown without the list when it does not come
_LIKE_PICTURES = ("image", "banana")  # the list says of no model whether it draws (facts sheet, section 9)


@dataclass(frozen=True, slots=True)
class Live:
    """The ids that a server lists, in its order; None with the reason `why` when there is no such list."""

    ids: tuple[str, ...] | None
    why: str = ""

    def unknown(self, catalogue: Catalogue) -> tuple[str, ...]:
        """Those that probably draw, by their names, and that the catalogue does not know."""
        known = {card.id for card in catalogue.cards} | {row.id for row in catalogue.retired}
        return tuple(one for one in self.ids or () if one not in known and any(word in one for word in _LIKE_PICTURES))


class Listings:
    """The lists of this kernel, one for each server, version and key. Thread-safe: asked twice at once, asked twice."""

    def __init__(self) -> None:
        self._known: dict[object, Live] = {}

    def of(self, client: Client, who: object, *, patience: float = _PATIENCE) -> Live:
        """The list, from memory if it came before; `who` tells one server and key from another. Never raises.

        `patience` is in seconds, for all pages together: a server that trickles is left alone after it.
        """
        if who in self._known:
            return self._known[who]
        live = _within(patience, lambda: _ask(client, patience))
        if live.ids is not None:
            self._known[who] = live
        return live


def _within(seconds: float, ask: Callable[[], Live]) -> Live:
    lists: list[Live] = []
    thread = threading.Thread(target=lambda: lists.append(ask()), name="nbgemini-models", daemon=True)
    thread.start()
    thread.join(seconds)
    return lists[0] if lists else Live(None, f"no answer within {seconds:g} seconds")


def _ask(client: Client, seconds: float) -> Live:
    try:
        rows = client.models(timeout=seconds, tries=1)
    except NbgeminiError as problem:
        return Live(None, problem.message)
    return Live(tuple(dict.fromkeys(name for row in rows if (name := _id(row)))))


def _id(row: dict[str, Json]) -> str:
    """The bare id of a row that can be asked for content; empty for embeddings, video and the like."""
    name, methods = row.get("name"), row.get("supportedGenerationMethods")
    draws = not isinstance(methods, list) or "generateContent" in methods
    return name.rsplit("/", 1)[-1][:200] if isinstance(name, str) and draws else ""
