"""What went over the wire for one turn: its request, the request before it to compare with, and its answer."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.errors import NbgeminiError
from nbgemini.store.store import Store

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["OnWire", "on_the_wire"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWire:
    """JSON for people, its pictures elided. `size` is that of the request in bytes.

    `before` is the request of turn `since`, from which this one goes on; None: there is none to compare with.
    `model_before` was asked then: it stands in the address and not in the request. `kept` says that the answer is the
    body as it arrived, and not made anew of what the turn holds of it.
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


def on_the_wire(studio: Studio, exchange: Exchange, value: Conversation) -> OnWire:
    """The wire of a turn of a conversation of this kernel. Raises SettingsError, StoreError."""
    client, store = studio.client(), studio.store
    request = value.request(exchange)
    skeleton = client.skeleton(request)
    parent = value.get(exchange.parent) if exchange.parent is not None and exchange.parent in value else None

    def shown(body: Skeleton) -> Json:
        return json.loads(client.elided(body))

    kept = _as_it_came(store, exchange)
    answer: Json = None
    if kept is not None:
        with suppress(ValueError):  # the events of a stream are merged into one answer
            answer = shown(kept)
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
        answer=shown(Skeleton.of(_rebuilt(exchange))) if answer is None else answer,
        kept=answer is not None,
    )


def _as_it_came(store: Store, exchange: Exchange) -> Skeleton | None:
    """The body of the answer, where a store has it still."""
    for one in (store, store.lender):
        with suppress(NbgeminiError):
            if one is not None and (raw := one.answer(exchange.id)) is not None:
                return raw.skeleton
    return None


def _rebuilt(exchange: Exchange) -> Json:
    """An answer of the parts that the turn holds."""
    answer = exchange.answer
    candidate: dict[str, Json] = {} if answer.turn is None else {"content": answer.turn.content}
    if answer.finish_reason:
        candidate["finishReason"] = answer.finish_reason
    usage = answer.usage.described() if answer.usage else {}
    more = {"usage": usage, "modelVersion": answer.model_version, "responseId": answer.response_id}
    return {"candidates": [candidate], **{name: value for name, value in more.items() if value}}
