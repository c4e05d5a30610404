"""What can be asked of a conversation without asking for a picture: how many tokens, and what came over the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Unpack

from nbgemini.bridge import Interrupts, Job
from nbgemini.core.exchange import Exchange
from nbgemini.core.skeleton import Json, StoredText
from nbgemini.errors import NbgeminiError
from nbgemini.net.client import Client
from nbgemini.store.store import Store
from nbgemini.studio.conversations.session import Session
from nbgemini.studio.sending.fulfil import look_ahead
from nbgemini.studio.sending.order import Order

if TYPE_CHECKING:
    from nbgemini.studio.asking.ask import PromptWords
    from nbgemini.studio.asking.words import AskWords
    from nbgemini.studio.sending.plan import Plan

__all__ = ["Looks", "envelope_of", "rebuilt"]


class Looks:
    """Those of one kernel. `ordered` makes an order that is not sent."""

    def __init__(
        self,
        session: Session,
        store: Callable[[], Store],
        client: Callable[[], Client],
        ordered: Callable[..., Order],
    ) -> None:
        self._session, self._store, self._client, self._ordered = session, store, client, ordered

    def plan_again(self, exchange: Exchange, name: str) -> Plan:
        """The request of a turn of a conversation, as it would be sent now. Raises SettingsError."""
        from nbgemini.studio.sending.plan import planned_again

        return planned_again(self._session.get(name).value, exchange, self._client(), self._store())

    def response(self, exchange: Exchange) -> dict[str, Any]:
        """See `Result.response`."""
        return response_of(self._store(), self._client(), exchange)

    def count_tokens(self, prompt: PromptWords, *, conversation: str | None, **words: Unpack[AskWords]) -> int:
        """See `ConversationHandle.count_tokens`."""
        with Interrupts() as interrupts:
            order = self._ordered(prompt, words, conversation)
            request, means = look_ahead(order).placed.request, order.means

            def counted(_: Job[int]) -> int:
                return means.client.count_tokens(request, means.store.blobs)

            return Job(counted, name="nbgemini-count").wait(interrupts=interrupts)


def envelope_of(store: Store, client: Client, exchange: Exchange) -> tuple[Mapping[str, Json], bool] | None:
    """The response object as it came, and whether it is made of a stream's events; None where no store has it still.

    Long strings are on disk (`StoredText`).
    """
    for one in (store, store.lender):
        with suppress(NbgeminiError):
            if one is not None and (raw := one.answer(exchange.id)) is not None:
                return client.envelope(raw, one.blobs)
    return None


def response_of(store: Store, client: Client, exchange: Exchange) -> dict[str, Any]:
    """The response as plain JSON values; what lies on disk is named by the address of its file."""
    found = envelope_of(store, client, exchange)
    whole = rebuilt(exchange) if found is None else found[0]

    def plain(value: Json) -> Json:
        if isinstance(value, StoredText):
            return store.blobs.path(value.content or value.sha256).as_uri()
        if isinstance(value, Mapping):
            return {name: plain(item) for name, item in value.items()}
        return [plain(item) for item in value] if isinstance(value, list | tuple) else value

    return {name: plain(item) for name, item in whole.items()}


def rebuilt(exchange: Exchange) -> dict[str, Json]:
    """A response of the parts that the turn holds, where the answer itself is gone."""
    answer = exchange.answer
    candidate: dict[str, Json] = {} if answer.turn is None else {"content": answer.turn.content}
    if answer.finish_reason:
        candidate["finishReason"] = answer.finish_reason
    if answer.finish_message:
        candidate["finishMessage"] = answer.finish_message
    if answer.grounding is not None:
        candidate["groundingMetadata"] = answer.grounding
    usage = answer.usage.described() if answer.usage else {}
    more = {"usage": usage, "modelVersion": answer.model_version, "responseId": answer.response_id}
    return {"candidates": [candidate], **{name: value for name, value in more.items() if value}}
