"""What went over the wire for one turn: its request, the request before it to compare with, and its answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.studio.looks import envelope_of, rebuilt

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["OnWire", "on_the_wire"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWire:
    """JSON for people, its pictures elided. `size` is that of the request in bytes.

    `before` is the request of turn `since`, from which this one goes on; None: there is none to compare with.
    `model_before` was asked then: it stands in the address and not in the request. `kept` says that the answer is what
    arrived, and not made anew of what the turn holds of it; `streamed` that the events of a stream are one answer here.
    """

    exchange: Exchange
    number: int
    name: str
    url: str
    size: int
    request: Json
    before: Json | None
    since: int | None
    model_before: str
    answer: Json
    kept: bool
    streamed: bool


def on_the_wire(studio: Studio, exchange: Exchange, value: Conversation) -> OnWire:
    """The wire of a turn of a conversation of this kernel. Raises SettingsError, StoreError."""
    client, store = studio.client(), studio.store
    request = value.request(exchange)
    skeleton = client.skeleton(request)
    parent = value.get(exchange.parent) if exchange.parent is not None and exchange.parent in value else None

    def shown(body: Skeleton) -> Json:
        return json.loads(client.elided(body))

    found = envelope_of(store, client, exchange)
    answer, streamed = (rebuilt(exchange), False) if found is None else found
    return OnWire(
        exchange=exchange,
        number=value.number(exchange.id),
        name=value.name,
        url=client.url(request),
        size=skeleton.size,
        request=shown(skeleton),
        before=None if parent is None else shown(client.skeleton(value.request(parent))),
        since=None if parent is None else value.number(parent.id),
        model_before="" if parent is None else parent.model,
        answer=shown(Skeleton.of(answer)),
        kept=found is not None,
        streamed=streamed,
    )
