"""An order: one ask, its options completed and its pictures brought in, as a worker will send it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from nbgemini._dataclass import dataclass, field
from nbgemini.core.continuing import Kept, Placed, Wanted, place
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Answer, Backend, By, Exchange, ImageRequest
from nbgemini.core.models import Catalogue
from nbgemini.core.pricing import estimate
from nbgemini.core.seams import Onlooker
from nbgemini.net.client import Client
from nbgemini.replay.lookup import Lookup, Replay
from nbgemini.store.ledger import Ledger
from nbgemini.store.store import Store
from nbgemini.studio.asking.ask import Ask
from nbgemini.studio.conversations.reruns import Origin, Slot
from nbgemini.studio.conversations.session import Open
from nbgemini.studio.sending.budget import Purse

__all__ = ["ALONE", "Along", "Means", "Order", "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an order brought: committed exchanges (the first is the head), notices, and errors of the siblings."""

    exchanges: tuple[Exchange, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """Who goes along while an answer comes: with `stream` its parts are told, `onlooker` may read its pictures."""

    stream: bool = False
    onlooker: Onlooker | None = None


ALONE = Along()


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What an order is fulfilled with: those of the moment in which it was made.

    `slots` are as many as may be sent side by side. `approve` raises where so many micro-dollars, for so many requests,
    need a `--yes`; `first` tells whether a line is to be said that is said once in a kernel; `notebook` is the name of
    its file, where that is known.
    """

    store: Store
    client: Client
    catalogue: Catalogue
    slots: threading.Semaphore
    replay: Replay
    purse: Purse
    approve: Callable[[int | None, int], None]
    first: Callable[[str], bool]
    notebook: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An ask as it will be sent: completed, its pictures brought in, its place known when its turn comes.

    `origin` is looked up when the turn's place is fixed; `slot` is the cell that asks, where the front end names it;
    `asked` is when, as an ISO moment to the microsecond:
    recordings are told apart by their order.
    """

    means: Means
    ask: Ask
    wanted: Wanted
    opened: Open
    origin: Callable[[], Origin]
    slot: Slot | None
    asked: str
    timeout: float | None = None  # seconds
    along: Along = ALONE
    by: By = ""
    notices: tuple[str, ...] = ()
    batch: bool = False  # at the price of a batch
    _places: dict[tuple[str | None, Backend, bool], tuple[Conversation, Placed]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _prices: dict[int, tuple[ImageRequest, int | None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def ledger(self) -> Ledger:
        """Where the money of its answers is put down."""
        return self.means.store.ledger

    def shared(self) -> dict[str, Any]:
        """What an order is made of, for one of a kind of its own; not what was worked out of it."""
        return {one.name: getattr(self, one.name) for one in fields(Order) if one.init}

    def at(self, parent: str | None, backend: Backend) -> Placed:
        """The request where it would go on from `parent`: the same one, unless the conversation has changed."""
        value, blobs, google = self.opened.value, self.means.store.blobs, self.means.client.is_google
        known = self._places.get((parent, backend, google))
        if known is None or known[0] is not value:
            kept = Kept(blobs.intact, blobs.is_json_text)
            placed = place(value, parent, self.wanted, backend, kept, google=google)
            known = self._places[parent, backend, google] = value, placed
        return known[1]

    def group(self, lookup: Lookup) -> str:
        """What siblings share: that of the recorded ones, if there are any."""
        if self.ask.count == 1:
            return ""
        return next((one.group for one in lookup.exchanges if one.group), "") or secrets.token_hex(8)

    def pending(self, lookup: Lookup, group: str = "", name: str = "") -> Exchange:
        """One of the requests, without an answer yet."""
        request = lookup.placed.request
        return Exchange(
            id=name or secrets.token_hex(8),
            parent=lookup.placed.parent,
            user=request.turns[-1],
            answer=Answer(turn=None),
            model=request.model,
            backend=self.means.client.endpoint.backend,
            options=self.wanted.options,
            anchored=lookup.placed.anchored,
            reach=lookup.placed.reach,
            request_hash=lookup.sent_as or lookup.asking.request_hash,
            estimate=self.estimated(lookup.placed),
            created=self.asked,
            alt=self.ask.alt,
            words=self.ask.prompt if self.ask.pieces else "",
            group=group,
            cell=lookup.asking.asker.cell if lookup.asking.asker else "",
            by=self.by,
        )

    def estimated(self, placed: Placed) -> int | None:
        """What one answer to this request will probably cost, in micro-dollars."""
        request = placed.request
        if id(request) not in self._prices:
            tier = "batch" if self.batch else None
            self._prices[id(request)] = request, estimate(self.wanted.card, request, tier=tier)
        return self._prices[id(request)][1]

    def expected(self) -> int | None:
        """What the whole ask would probably cost from where the conversation is now, in micro-dollars."""
        one = self.estimated(self.at(self.origin().parent, self.means.client.endpoint.backend))
        return None if one is None else one * self.ask.count
