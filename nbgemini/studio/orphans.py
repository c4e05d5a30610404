"""Answers that no conversation holds: those that came too late, and those that a dead kernel left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nbgemini.core.exchange import Exchange
from nbgemini.errors import ConversationError, NbgeminiError
from nbgemini.net.client import Client
from nbgemini.store.store import Store
from nbgemini.studio.shelf import Held, Shelf

__all__ = ["Orphans"]


class Orphans:
    """The orphans of a store."""

    def __init__(
        self,
        shelf: Shelf,
        store: Callable[[], Store],
        client: Callable[[], Client],
        cost: Callable[[Exchange], int | None],
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._client = client
        self._cost = cost  # in micro-dollars

    def found(self) -> list[Exchange]:
        """Answers that came after their cell was given up, and requests that a dead kernel left behind."""
        self._recover()
        found = {exchange.id: exchange for exchange in self._store().album.orphans()}
        for left in self._store().intents.left_over():
            found.setdefault(left.exchange.id, replace(left.exchange, outcome="failed", reason="no answer was kept"))
        return list(found.values())

    def _recover(self) -> None:
        """Make orphans of answers that a dead kernel kept but did not live to interpret."""
        client, lefts = self._client(), self._store().intents.left_over()
        if any(left.has_answer for left in lefts):
            self._store().bring_home()
        for left in lefts:
            raw = self._store().answer(left.exchange.id) if left.has_answer else None
            if raw is None:
                continue
            try:
                answer = client.interpret(raw, self._store().blobs)
            except NbgeminiError:
                continue  # it stays listed as a request without a usable answer
            if answer.turn is not None and answer.turn.picture is not None:
                reason = "its kernel died before the answer was committed"
                orphan = replace(left.exchange, answer=answer, outcome="orphan", reason=reason)
                orphan = replace(orphan, cost=self._cost(orphan))
                self._store().ledger.settle(orphan.id, orphan.cost, "orphan")
                self._store().album.record(orphan)
                self._store().intents.settle(orphan.id)

    def adopt(self, exchange_id: str, name: str | None = None) -> tuple[Held, Exchange]:
        """Make an orphan a turn of a conversation: it goes on from its own parent where that is there."""
        self._recover()
        orphan = self._store().album.exchange(exchange_id)
        # A turn that is in no conversation is one too: its kernel died, or its conversation was lost.
        if orphan.outcome == "failed" or (orphan.outcome == "turn" and self._store().album.has_placed(orphan.id)):
            raise ConversationError(f"`{orphan.id}` is no orphan.", hint="`%imagine orphans` lists them.")
        held = self._shelf.get(name)
        parent = orphan.parent if orphan.parent and orphan.parent in held.value else None
        if held.key is None:
            held.key = self._store().album.new_key(held.name)
        model, system = held.value.model or orphan.model, held.value.system
        turn = self._store().album.adopt(held.key, held.name, orphan, parent=parent, model=model, system=system)
        held.stored_head = turn.id
        held.change(lambda now: now.extended(turn))
        return held, turn
