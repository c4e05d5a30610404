"""Answers that no conversation holds: those that came too late, and those that a dead kernel left behind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from nbgemini.bridge import whole
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.pricing import dollars, total
from nbgemini.core.seams import RawAnswer
from nbgemini.errors import ConversationError, NbgeminiError
from nbgemini.net.client import Client
from nbgemini.store.store import Store
from nbgemini.studio.conversations.session import Open, Session, take_key

__all__ = ["Orphans"]


class Orphans:
    """The orphans of a store."""

    def __init__(
        self,
        session: Session,
        store: Callable[[], Store],
        client: Callable[[], Client],
        cost: Callable[[Exchange], int | None],
    ) -> None:
        self._session = session
        self._store = store
        self._client = client
        self._cost = cost  # in micro-dollars

    def found(self) -> list[Exchange]:
        """Answers that came after their cell was given up, and requests that a dead kernel left behind."""
        self.recover()
        found = {exchange.id: exchange for exchange in self._store().album.orphans()}
        lefts = self._store().intents.left_over()
        self._store().intents.tell([left.exchange.id for left in lefts if not left.told])
        for left in lefts:
            why = "its answer holds no whole picture" if left.has_answer else "no answer was kept"
            found.setdefault(left.exchange.id, replace(left.exchange, outcome="failed", reason=why))
        return list(found.values())

    def recover(self) -> None:
        """Make orphans of answers that a dead kernel kept but did not live to interpret.

        What it had to keep in the spare place comes home in any case: a system empties its temporary folder.
        """
        if self._store().read_only:
            return
        self._store().bring_home()
        lefts = [left for left in self._store().intents.left_over() if left.has_answer]
        for left in lefts:
            with suppress(NbgeminiError):  # it stays listed as a request without a usable answer
                self._interpret(left.exchange)

    @whole
    def _interpret(self, asked: Exchange) -> None:
        store = self._store()
        raw = store.answer(asked.id)
        answer = None if raw is None else self._read(raw)
        if answer is None or answer.turn is None or answer.turn.picture is None:
            return
        reason = "its kernel died before the answer was committed"
        orphan = replace(asked, answer=answer, outcome="orphan", reason=reason)
        orphan = replace(orphan, cost=self._cost(orphan))
        store.ledger.settle(orphan.id, orphan.cost, "orphan")
        store.album.record(orphan)
        store.intents.settle(orphan.id)

    def _read(self, raw: RawAnswer) -> Answer:
        """What an answer says, or at least its pictures."""
        client = self._client()
        try:
            return client.interpret(raw, self._store().blobs)
        except NbgeminiError as error:
            return client.rescued(getattr(error, "pictures", ()))

    def news(self) -> str:
        """A line on what dead kernels left under way, each request told once; empty without any. Raises nothing."""
        store = self._store()
        try:
            fresh = [left.exchange for left in store.intents.left_over() if not left.told]
        except NbgeminiError:
            return ""  # `verify` and the doctor say more
        if not fresh:
            return ""
        store.intents.tell([exchange.id for exchange in fresh])
        sums = [exchange.estimate for exchange in fresh if exchange.backend != "emulator"]
        price = f", perhaps {dollars(total(sums))}" if sums else ""
        what, it = ("A request", "it") if len(fresh) == 1 else (f"{len(fresh)} requests", "them")
        return f"{what} of an earlier kernel never ended{price}: `%imagine orphans` tells what came of {it}."

    @whole
    def adopt(self, exchange_id: str, name: str | None = None) -> tuple[Open, Exchange]:
        """Make an orphan a turn of a conversation: it goes on from its own parent where that is there."""
        self._store().pay_debts()
        self.recover()
        orphan = self._orphan(exchange_id)
        # A turn that is in no conversation is one too: its kernel died, or its conversation was lost.
        if orphan.outcome == "failed" or (orphan.outcome == "turn" and self._store().album.has_placed(orphan.id)):
            raise ConversationError(f"`{orphan.id}` is no orphan.", hint="`%imagine orphans` lists them.")
        opened = self._session.get(name)
        parent = orphan.parent if orphan.parent and orphan.parent in opened.value else None
        key = take_key(opened, self._store().album, opened.value)
        model, system = opened.value.model or orphan.model, opened.value.system
        turn = self._store().album.adopt(key, opened.name, orphan, parent=parent, model=model, system=system)
        opened.stored_head = turn.id
        opened.change(lambda now: now.extended(turn))
        return opened, turn

    def _orphan(self, exchange_id: str) -> Exchange:
        """Raises ConversationError, also for a request that is listed and has no answer."""
        try:
            return self._store().album.exchange(exchange_id)
        except ConversationError:
            lefts = self._store().intents.left_over()
            if not exchange_id or not any(left.exchange.id.startswith(exchange_id) for left in lefts):
                raise
        raise ConversationError(f"No answer to `{exchange_id}` was kept, so there is nothing to adopt.")
