"""A request that is looked at instead of sent: `--dry-run` and `--show`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nbgemini._dataclass import dataclass
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange, ImageRequest
from nbgemini.core.pricing import tokens_in
from nbgemini.core.skeleton import Skeleton
from nbgemini.net.body import Body
from nbgemini.net.client import Client
from nbgemini.store.store import Store
from nbgemini.studio.asking.checks import weight_line
from nbgemini.studio.sending.fulfil import look_ahead
from nbgemini.studio.sending.order import Order
from nbgemini.studio.sending.recipes import HERE, SHELLS, Shell, curl, genai

__all__ = ["Plan", "planned", "planned_again"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be sent. `size` is the body in bytes; `estimate` is in micro-dollars, for those that are sent.

    Of the `count` requests, `replayed` would be answered from disk; where `never` holds, the others would not be sent.
    """

    client: Client
    request: ImageRequest
    skeleton: Skeleton
    store: Store
    count: int
    estimate: int | None
    emulated: bool
    notices: tuple[str, ...] = ()
    replayed: int = 0
    never: bool = False
    tokens: int = 0  # about
    before: Skeleton | None = None  # the request of the turn that it goes on from, to compare with

    @property
    def url(self) -> str:
        """Where it would be sent."""
        return self.client.url(self.request)

    @property
    def model(self) -> str:
        return self.request.model

    @property
    def size(self) -> int:
        return self.skeleton.size

    def request_json(self) -> str:
        """The body as JSON for reading: pictures and other long strings are elided."""
        return self.client.elided(self.skeleton)

    def before_json(self) -> str | None:
        """The same of the request before it on its branch, or None."""
        return None if self.before is None else self.client.elided(self.before)

    def curl(self, shell: Shell = HERE) -> str:
        """A curl command with `$GEMINI_API_KEY`, or with a token of gcloud's for a project on Vertex AI.

        It is for this system's shell unless another is named. The whole body is written to a file in the store's
        folder. Raises StoreReadOnly or StoreError.
        """
        return curl(shell, self.url, self._body_file(), token=bool(self.client.endpoint.project))

    def other_shells(self) -> Iterator[tuple[str, str]]:
        """The same for the other shells: the name of each and its command, on one line. Raises as `curl` does."""
        return ((one, self.curl(one).replace(" \\\n", "")) for one in SHELLS if one != HERE)

    def genai(self) -> str:
        """A program of google-genai's that sends the same. Raises as `curl` does."""
        body = self.skeleton.parse()
        return genai(self.model, body if isinstance(body, Mapping) else {}, self._body_file())

    def _body_file(self) -> str:
        body = Body(self.skeleton, self.store.blobs)
        name = self.client.request_hash(self.request)
        return str(self.store.write_request(name, (piece for piece, _ in body)))


def planned(order: Order) -> Plan:
    """What an order would send if its turn came now. Nothing is sent."""
    lookup = look_ahead(order)
    request, each = lookup.placed.request, order.estimated(lookup.placed)
    value, parent = order.opened.value, lookup.placed.parent
    earlier = value.request(value.get(parent)) if parent is not None and parent in value else None
    route = order.means.client.route(request)
    return Plan(
        client=order.means.client,
        request=request,
        skeleton=order.means.client.skeleton(request),
        store=order.means.store,
        count=order.ask.count,
        estimate=None if each is None else each * lookup.missing,
        emulated=order.means.client.emulated,
        notices=(
            *order.notices,
            *lookup.placed.notices,
            *lookup.notices,
            *filter(None, [route.told() if lookup.missing else "", weight_line(order.means.client, request, route)]),
        ),
        replayed=len(lookup.exchanges),
        never=order.means.replay.mode == "only",
        tokens=tokens_in(order.wanted.card, request),
        before=None if earlier is None else order.means.client.skeleton(earlier),
    )


def planned_again(conversation: Conversation, exchange: Exchange, client: Client, store: Store) -> Plan:
    """The request of a turn, as `client` would send it anew."""
    request = conversation.request(exchange)
    return Plan(
        client=client,
        request=request,
        skeleton=client.skeleton(request),
        store=store,
        count=1,
        estimate=exchange.estimate,
        emulated=exchange.backend == "emulator",
    )
