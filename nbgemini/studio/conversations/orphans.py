"""Answers that no conversation holds: those that came too late, and those that a dead kernel left behind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from nbgemini._dataclass import dataclass
from nbgemini.bridge import whole
from nbgemini.core.exchange import BESIDE, Answer, Exchange
from nbgemini.core.picture import HEAD, Picture, dimensions, sniff
from nbgemini.core.pricing import dollars, total
from nbgemini.core.seams import RawAnswer
from nbgemini.errors import ConversationError, NbgeminiError
from nbgemini.net.client import Client
from nbgemini.store.store import Store
from nbgemini.studio.conversations.session import Open, Session, take_key

__all__ = ["Kind", "Orphans", "Recoverable"]

Kind = Literal["late answer", "spare picture", "rescued picture", "lost turn", "no answer", "under way"]


@dataclass(frozen=True, slots=True)
class Recoverable:
    """A line of `%imagine recover`: an exchange that no conversation holds, and what it is.

    A rescued picture is all that could be read of its answer; a lost turn is one whose conversation is gone. What has
    no answer, or is under way, cannot be made a turn.
    """

    exchange: Exchange
    kind: Kind


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

    def listed(self) -> list[Recoverable]:
        """What can be made a turn, and what was sent without an answer that could be; those under way come last."""
        self.interpret_left_over()
        store = self._store()
        listed = {exchange.id: Recoverable(exchange, _kind(exchange)) for exchange in store.album.orphans()}
        lefts = store.intents.left_over()
        store.intents.tell([left.exchange.id for left in lefts if not left.told])
        for left in lefts:
            why = "its answer holds no complete picture" if left.has_answer else "no answer was kept"
            silent = replace(left.exchange, outcome="failed", reason=why)
            listed.setdefault(silent.id, Recoverable(silent, "no answer"))
        for exchange in store.intents.under_way():
            listed.setdefault(exchange.id, Recoverable(exchange, "under way"))
        return list(listed.values())

    def interpret_left_over(self) -> None:
        """Make orphans of answers that a dead kernel kept but did not live to interpret.

        What it had to keep in the spare place comes home in any case: a system empties its temporary folder.
        """
        if self._store().read_only:
            return
        self._store().bring_home()
        for left in self._store().intents.left_over():
            with suppress(NbgeminiError):  # it stays listed as a request without a usable answer
                self._interpret(left.exchange)

    @whole
    def _interpret(self, asked: Exchange) -> None:
        store = self._store()
        raw = store.answer(asked.id)
        answer = self._rescued(asked.id) if raw is None else self._read(raw)
        if answer is None or answer.turn is None or answer.turn.picture is None:
            return
        reason = "its kernel died before the answer was committed"
        orphan = replace(asked.answered(answer), outcome="orphan", reason=reason)
        orphan = replace(orphan, cost=self._cost(orphan))
        backend = orphan.backend if answer.emulated else ""
        store.ledger.settle(orphan.id, orphan.cost, "orphan", backend=backend)
        store.album.record(orphan)
        store.intents.settle(orphan.id)

    def _read(self, raw: RawAnswer) -> Answer:
        """What an answer says, or at least its pictures."""
        client = self._client()
        try:
            return client.interpret(raw, self._store().blobs)
        except NbgeminiError as error:
            return client.rescued(getattr(error, "pictures", ()))

    def _rescued(self, exchange_id: str) -> Answer:
        """The pictures of an answer whose kernel died while it arrived."""
        blobs, pictures = self._store().blobs, []
        for sha256 in self._store().intents.parts(exchange_id):
            with suppress(NbgeminiError):
                head = blobs.read(sha256, 0, HEAD)
                if media_type := sniff(head):
                    pictures.append(Picture(sha256, blobs.size(sha256), media_type, *dimensions(head)))
        return self._client().rescued(tuple(pictures))

    def news(self, store: Store | None = None) -> str:
        """A line on what dead kernels left under way, each request told once; empty without any. Raises nothing.

        `store` is where to look, None: in that of this moment.
        """
        store = store or self._store()
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
        return f"{what} of an earlier kernel never ended{price}: `%imagine recover` shows what became of {it}."

    @whole
    def recover(self, exchange_id: str, name: str | None = None) -> tuple[Open, Exchange]:
        """Make an orphan a turn of a conversation: it goes on from its own parent where that is there."""
        self._store().pay_debts()
        self.interpret_left_over()
        orphan = self._orphan(exchange_id)
        # A turn that is in no conversation is one too: its kernel died, or its conversation was lost.
        if orphan.outcome == "failed" or (orphan.outcome == "turn" and self._store().album.has_placed(orphan.id)):
            raise ConversationError(
                f"`{orphan.id}` is not a late answer, so it cannot be recovered.", hint="`%imagine recover` lists them."
            )
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
            asked = [left.exchange.id for left in self._store().intents.left_over()]
            out = [exchange.id for exchange in self._store().intents.under_way()]
            if not exchange_id or not any(one.startswith(exchange_id) for one in (*asked, *out)):
                raise
        if any(one.startswith(exchange_id) for one in out):
            raise ConversationError(
                f"`{exchange_id}` is still under way.", hint="`%imagine recover` shows it when it comes."
            )
        raise ConversationError(f"No answer to `{exchange_id}` was kept, so there is nothing to recover.")


def _kind(orphan: Exchange) -> Kind:
    """What people call an exchange that has an answer and no conversation."""
    if orphan.outcome == "turn":
        return "lost turn"
    if orphan.reason == BESIDE:
        return "spare picture"
    return "rescued picture" if orphan.answer.is_rescued else "late answer"
