"""One request of an ask, from its intent on disk to a turn that waits for its commit."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from nbgemini.core.content import turn_of_pictures
from nbgemini.core.continuing import begin_anew
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.live import LivePart
from nbgemini.core.picture import Picture
from nbgemini.core.pricing import ON_THE_EMULATOR, charged, dollars, input_estimate
from nbgemini.errors import (
    AnswerEmpty,
    AnswerError,
    InternalFault,
    ModelNotFound,
    NbgeminiError,
    NotSent,
    OutcomeUnknown,
    RequestTooLarge,
    SignatureRejected,
    StoreError,
)
from nbgemini.net.flight import Flight, time_allowed
from nbgemini.replay.lookup import Lookup
from nbgemini.studio.sending.answer_costs import cost_of, searches_of
from nbgemini.studio.sending.commit import keep_others, record
from nbgemini.studio.sending.hearing import Ear, Gate, OpenGate
from nbgemini.studio.sending.notices import of_searches, of_status, take_back_foretold
from nbgemini.studio.sending.order import Order
from nbgemini.studio.sending.soundness import Inspector

__all__ = ["FREE", "Attempt"]

T = TypeVar("T")

FREE = ("nothing sent", "no")  # of `NbgeminiError.charged`


class Attempt:
    """One of the `count` requests of an ask, or one of a sweep's: its `shot`, under the `name` that was claimed."""

    def __init__(
        self,
        order: Order,
        lookup: Lookup,
        job: Ear,
        group: str = "",
        number: int = 0,
        *,
        name: str = "",
        shot: int = 0,
        gate: Gate | None = None,
    ) -> None:
        self.order = order
        self.job = job
        self.group = group
        self.id = name or secrets.token_hex(8)
        self.number, self.shot = number, shot
        self.gate = gate or OpenGate()
        self.lookup = lookup
        self.estimate = order.estimated(lookup.placed)
        self._inspector = Inspector()
        self.exchange: Exchange | None = None
        self.error: NbgeminiError | None = None
        self.at_stake: int | None = 0  # what a failure may have cost, in micro-dollars

    def run(self) -> None:
        if (came := self.ask()) is not None:
            self.settle(came)

    def ask(self) -> Exchange | None:
        """Ask: what came, which is on disk and was not looked at. None: `error` says why nothing did."""
        with self.order.means.slots:
            return self._noting(self._asked)

    def settle(self, came: Exchange) -> None:
        """Look at what came: it is the `exchange` of this attempt, or `error` says why not."""
        self._noting(lambda: self._take(came))

    def _noting(self, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except NbgeminiError as error:
            self.error = self._explained(error)
        except Exception as error:  # a fault of ours must not hide that money may have been spent
            self.error = self._explained(InternalFault.of(error))
        if self.error.charged in FREE or self._is_lent():
            self.order.means.purse.release(self.id)
        return None

    def receive(self, answer: Answer) -> None:
        """Take an answer that came by another way than a reply: a line of a batch's results, which is kept."""
        self._noting(lambda: self._take(replace(self._pending(), answer=answer)))

    def _pending(self) -> Exchange:
        return replace(self.order.pending(self.lookup, self.group, self.id), shot=self.shot)

    def _asked(self) -> Exchange:
        if self.job.abandoned:
            raise NotSent("Stopped before anything was sent.")
        pending = self._pending()
        self.order.means.replay.recall.askings.sent(pending.id)
        self._announce(pending)
        began = time.monotonic()
        try:
            answer, model = self._answer(pending)
        except NbgeminiError as error:
            self.gate.heard(error)
            self._close(pending, error)
            raise
        return replace(pending.answered(answer), model=model, seconds=time.monotonic() - began)

    def _announce(self, pending: Exchange) -> None:
        """The intent and the reservation, on disk. Raises StoreError; then nothing may be sent, and nothing is left."""
        store, name = self.order.means.store, self.order.opened.name
        store.pay_debts()
        try:
            store.intents.declare(
                pending, request_hash=pending.request_hash, key=self.order.opened.key, conversation=name
            )
            store.ledger.reserve(
                pending.id,
                estimate=pending.estimate,
                model=pending.model,
                backend="emulator" if self.order.means.client.emulated else pending.backend,
                conversation=name,
                notebook=self.order.means.notebook,
            )
        except NbgeminiError:  # it may have its name already, and must not be taken for a request that left
            store.owed.do(lambda: store.intents.settle(pending.id))
            raise

    def _answer(self, pending: Exchange) -> tuple[Answer, str]:
        """The answer and the model that gave it: a retired model's successor is asked once, and that is said."""
        try:
            return self._sent(pending, pending.model), pending.model
        except ModelNotFound as unknown:
            gone = self.order.means.catalogue.retirement(pending.model)
            if gone is None:
                successor = self.order.wanted.card.successor
                better = (
                    f"`{successor}` takes its place." if successor else self.order.means.catalogue.hint(pending.model)
                )
                unknown.hint = f"{better} {unknown.hint}".strip()
                raise
            take_back_foretold(self.job.notices)  # the line below says as much, and what came of it
            when = f" on {gone.shutdown}" if gone.shutdown else ""
            self.job.notices.append(f"`{gone.id}` was shut down{when}; `{gone.successor}` drew instead.")
            return self._sent(pending, gone.successor), gone.successor

    def _sent(self, pending: Exchange, model: str) -> Answer:
        order = self.order
        request = self.lookup.placed.request.asking(model)
        allowed = (
            time_allowed(order.wanted.options.size or order.wanted.card.default_size)
            + order.means.client.route(request).seconds
        )
        if not self.gate.may_leave():
            raise NotSent("Held back before anything was sent.")
        flight = Flight(order.timeout or allowed, may_leave=self.gate.may_leave)
        self.job.watch(flight)
        return order.means.client.again(self._sample()).generate(
            request,
            objects=order.means.store.arriving(pending.id, order.along.onlooker, self._inspector),
            keep=lambda raw: order.means.store.catch_answer(pending.id, raw),
            flight=flight,
            notice=self.job.notices.append,
            live=self._tell if order.along.stream or order.wanted.options.thoughts else None,
            progress=self._progress,
        )

    def _sample(self) -> int:
        """Which of the pictures of one request this is to be: of several the next, of a cell that is run again too."""
        asking = self.lookup.asking
        return (asking.place if asking.again else 0) + len(self.lookup.exchanges) + self.number

    def _tell(self, part: LivePart) -> None:
        self.job.tell(replace(part, number=self.number))

    def _progress(self, line: str) -> None:
        self.job.progress = line

    def _take(self, exchange: Exchange) -> None:
        """Settle an answer: a turn waits for its commit, anything else is recorded as failed."""
        order = self.order
        self._remark(exchange)
        exchange, problem = self._judged(exchange)
        free = problem is not None and problem.charged in FREE
        exchange = replace(exchange, cost=0 if free else self._cost(exchange))
        searches = 0 if free else searches_of(order.means.catalogue, exchange)
        if exchange.stood_for is not None:  # at an address that nobody knew to be an emulator's
            order.means.purse.release(self.id)
        else:
            order.means.purse.settle(self.id, None if exchange.cost is None else exchange.cost + (searches or 0))
        order.means.store.owed.do(lambda: self._account(exchange, problem, searches))
        others = exchange.answer.others
        if problem is None:
            self.exchange = exchange
            if order.ask.count > 1 and not order.wanted.options.thoughts:  # else the stream has brought it already
                self._tell(LivePart(picture=exchange.picture))
            if others:
                self.job.notices.append(keep_others(order.means.store, exchange, others))
            return
        broken = exchange.answer.broken
        drawn = (*(exchange.answer.turn.pictures.values() if exchange.answer.turn else ()), *others)
        if pictures := (*broken, *(one for one in drawn if one not in broken)):
            self._save_partial(exchange, pictures, problem, whole=len(pictures) > len(broken))
        else:
            record(order.means.store, replace(exchange, outcome="failed", reason=problem.message))
        raise self._priced(problem, exchange)

    def _cost(self, exchange: Exchange) -> int | None:
        """By its usage; a prompt that was blocked costs no more than what was read of it."""
        known = cost_of(self.order.means.catalogue, exchange)
        if known is None and exchange.answer.block_reason and exchange.turn is None:
            card = self.order.means.catalogue.find(exchange.model)
            return input_estimate(card, self.lookup.placed.request)
        return known

    def _judged(self, exchange: Exchange) -> tuple[Exchange, AnswerError | None]:
        """Why it becomes no turn, if so; what cannot be shown must not become the next edit's input either."""
        problem, picture, why = self.order.means.client.verdict(exchange.answer), exchange.picture, ""
        if problem is not None or picture is None or not self._billed():  # what our own emulator drew can be shown
            return exchange, problem
        with suppress(OSError, StoreError):  # the disk's trouble is told where it matters
            why = self._inspector.flaw(picture, self.order.means.store.blobs.path(picture.sha256))
        if not why:
            return exchange, None
        damaged = AnswerEmpty(f"The picture in the answer is damaged: {why}.", charged="yes")
        return replace(exchange, answer=replace(exchange.answer, broken=(picture,))), damaged

    def _account(self, exchange: Exchange, problem: NbgeminiError | None, searches: int | None) -> None:
        """What it cost, in the ledger."""
        outcome = "turn" if problem is None else "failed"
        maybe = problem is not None and problem.charged == "maybe"
        backend = "" if exchange.stood_for is None else exchange.backend
        self.order.ledger.settle(
            exchange.id, cost=exchange.cost, outcome=outcome, maybe=maybe, searches=searches, backend=backend
        )

    def _remark(self, exchange: Exchange) -> None:
        """Say what the searches may cost on top, and once what the server says of its model."""
        card = self.order.means.catalogue.find(exchange.model)
        self.job.notices += of_searches(card, exchange)
        self.job.notices += [line for line in of_status(card, exchange) if self.order.means.first(line)]

    def _close(self, pending: Exchange, error: NbgeminiError) -> None:
        """Release what was reserved, unless money may have been spent; complete pictures that arrived are kept.

        With an unknown outcome and no picture the intent stays, so that the request is named; also where an answer came
        that the disk does not give back, which the next kernel may find readable.
        """
        store, pictures = self.order.means.store, error.pictures
        unread = isinstance(error, StoreError) and error.charged not in FREE
        if pictures:
            self._save_partial(pending, pictures, error)
        elif unread and store.has_answer(pending.id):
            error.hint = f"Its answer is kept: restart the kernel, and `%imagine recover` looks for it. {error.hint}"
        # The money first: after a kill between the two, it must not look as if nothing had been sent.
        reason, backend = type(error).__name__, "" if self._billed() else "emulator"
        if error.charged in FREE:
            store.owed.do(lambda: store.ledger.release(pending.id, reason=reason))
        else:
            store.owed.do(lambda: store.ledger.doubt(pending.id, reason=reason, backend=backend))
        if not pictures and not unread and not isinstance(error, OutcomeUnknown):
            store.owed.do(lambda: store.intents.settle(pending.id))

    def _save_partial(
        self, pending: Exchange, pictures: tuple[Picture, ...], error: NbgeminiError, *, whole: bool = True
    ) -> None:
        """What cannot become a turn holds pictures: an orphan, so that they can be seen and recovered."""
        answer = Answer(turn=turn_of_pictures(pictures), emulated=self._is_lent())
        orphan = replace(pending.answered(answer), outcome="orphan", reason=error.message)
        record(self.order.means.store, orphan)
        what = "A complete picture had arrived and is kept" if whole else "Its bytes are kept as they came"
        error.hint = f"{what}: `%imagine recover {orphan.id}`."

    def _explained(self, error: NbgeminiError) -> NbgeminiError:
        """With the sum in question, and a way on where the server rejects a signature."""
        if error.charged not in FREE and not error.amount:
            self.at_stake = self.estimate
            error.amount = self._amount(f"≈ {dollars(self.estimate)}")
        lacking = isinstance(error, AnswerError) and error.finish_reason == "MISSING_THOUGHT_SIGNATURE"
        if isinstance(error, SignatureRejected) or lacking:
            error.hint = f"The history is unchanged. {self._way_on()}"
        elif isinstance(error, RequestTooLarge) and self.lookup.placed.parent is not None:
            error.hint = f"{error.hint} {self._way_on()}"
        return error

    def _way_on(self) -> str:
        """How to leave the turns before out."""
        anew = begin_anew(self.order.opened.value, self.lookup.placed.parent)
        start = "goes on from the last picture in" if "-r" in anew else "begins"
        return f"`%%imagine {anew}` {start} a branch of its own, without the turns before it."

    def _priced(self, problem: AnswerError, exchange: Exchange) -> AnswerError:
        if problem.charged not in FREE and not problem.amount:
            self.at_stake = exchange.likely_cost
            problem.amount = self._amount(charged(exchange.cost, exchange.estimate))
        return problem

    def _amount(self, sum_: str) -> str:
        """A sum in question; the emulator charges nothing, whether budgets count it or not."""
        if self._billed():
            return sum_
        played = self.order.means.purse.free or self._is_lent()
        return ON_THE_EMULATOR if played else f"{ON_THE_EMULATOR}; budgets count {sum_}"

    def _billed(self) -> bool:
        return not self.order.means.client.emulated

    def _is_lent(self) -> bool:  # an emulator was found at the address of another backend
        return not self._billed() and self.order.means.client.endpoint.backend != "emulator"
