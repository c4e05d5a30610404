"""An ask on its worker thread: reserve, send, keep what came, commit; the order in which nothing paid for is lost."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from nbgemini.bridge import Job
from nbgemini.core.content import Prompt, Turn, picture_part
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.options import ImageOptions
from nbgemini.core.pictures import Picture
from nbgemini.core.pricing import cost, dollars
from nbgemini.errors import (
    AnswerError,
    ModelNotFound,
    NbgeminiError,
    NotSent,
    OutcomeUnknown,
    RequestTooLarge,
    SignatureRejected,
)
from nbgemini.net.client import Client
from nbgemini.net.flight import Flight, time_allowed
from nbgemini.store.store import Store
from nbgemini.studio.ask import Ask
from nbgemini.studio.placing import Placed, place
from nbgemini.studio.reruns import Origin, Slot
from nbgemini.studio.shelf import Held

__all__ = ["LARGEST_REQUEST", "Shoot", "Taken"]

LARGEST_REQUEST = 100_000_000  # bytes; the Gemini API's inline cap since 2026-01-08 (facts sheet, section 7)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a shoot brought: committed exchanges (the first is the head), notices, and errors of the siblings."""

    exchanges: tuple[Exchange, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shoot:
    """Everything that a worker needs for one ask; calling it with its job does the work."""

    store: Store
    client: Client
    catalogue: Catalogue
    held: Held
    ask: Ask
    card: ModelCard
    options: ImageOptions
    prompt: Prompt
    pictures: tuple[tuple[str, Picture], ...]
    origin: Callable[[], Origin]  # looked up when the turn's place is fixed
    slot: Slot | None  # the cell that asks, where the front end names it
    estimate: int | None
    slots: threading.Semaphore
    timeout: float | None = None
    notices: tuple[str, ...] = ()

    def __call__(self, job: Job[Taken]) -> Taken:
        origin = self.origin()
        placed = self.placed(origin)
        job.notices += [*self.notices, *self._said_of(origin), *placed.notices]
        self._check_size(placed)
        group = secrets.token_hex(8) if self.ask.count > 1 else ""
        shots = [_Shot(self, placed, job, group) for _ in range(self.ask.count)]
        _side_by_side([shot.run for shot in shots])
        return self._commit(job, placed, shots)

    def placed(self, origin: Origin) -> Placed:
        """The request at its place in the conversation as it is now."""
        return place(
            self.held.value,
            origin.parent,
            self.prompt,
            self.pictures,
            self.options,
            self.card,
            self.client.endpoint.backend,
        )

    def _said_of(self, origin: Origin) -> tuple[str, ...]:
        """That a cell was run again, and what became of its earlier turn."""
        latest = self.held.trail.latest(self.slot) if self.slot is not None and origin.again else None
        value = self.held.value
        if latest is None or latest not in value:
            return ()
        parent = origin.parent
        start = f"goes on from turn {value.number(parent)}" if parent and parent in value else "begins anew"
        return (f"This cell was run again: it {start}, and turn {value.number(latest)} stays as a branch.",)

    def _check_size(self, placed: Placed) -> None:
        size = self.client.skeleton(placed.request).size
        if size > LARGEST_REQUEST:
            raise RequestTooLarge(
                f"The request has {size / 1e6:.0f} MB; the API takes {LARGEST_REQUEST / 1e6:.0f} MB.",
                hint="`--new -r VAR` begins anew from a picture; fewer or smaller references help too.",
                charged="nothing sent",
            )

    def _commit(self, job: Job[Taken], placed: Placed, shots: list[_Shot]) -> Taken:
        good = [shot.exchange for shot in shots if shot.error is None and shot.exchange is not None]
        errors = [shot.error for shot in shots if shot.error is not None]
        if not job.claim():
            self._keep_as_orphans(job, good, errors)
            return Taken((), ())
        if not good:
            raise errors[0]
        if errors:
            job.notices.append(f"{len(errors)} of {len(shots)} failed: {errors[0]}")
        kept = self.held.value.keeping(self.card.id if self.ask.model else None, self.ask.options.system)
        self._store_turns(job, good, kept)
        self.held.change(lambda now: now.extended(*good).keeping(kept.model, kept.system))
        if self.slot is not None:
            self.held.trail.went_on(self.slot, placed.parent, tuple(exchange.id for exchange in good))
        return Taken(tuple(good), tuple(job.notices))

    def _store_turns(self, job: Job[Taken], good: list[Exchange], kept: Conversation) -> None:
        held, album = self.held, self.store.album
        if held.key is None:
            held.key = album.new_key(held.name)
            if held.key != held.name != "main":
                job.notices.append(
                    f"`{held.name}` begins anew in this kernel; `%imagine use {held.name}` goes on with the stored one."
                )
        expected = held.stored_head
        if not album.append(held.key, held.name, good, expected=expected, model=kept.model, system=kept.system):
            job.notices.append(f"Another kernel moved `{held.name}` meanwhile; its turns are a branch of their own.")
        held.stored_head = good[0].id
        for exchange in good:
            self.store.intents.settle(exchange.id)

    def _keep_as_orphans(self, job: Job[Taken], good: list[Exchange], errors: list[NbgeminiError]) -> None:
        for exchange in good:
            orphan = replace(exchange, outcome="orphan", reason="its cell was interrupted")
            self.store.album.record(orphan)
            self.store.intents.settle(orphan.id)
            job.late(f"The late answer is kept: `%imagine adopt {orphan.id}` makes it a turn.")
        if errors and not good:
            job.late(f"The interrupted request ended: {errors[0]}")


class _Shot:
    """One of the `count` requests of an ask."""

    def __init__(self, shoot: Shoot, placed: Placed, job: Job[Taken], group: str = "") -> None:
        self.shoot = shoot
        self.job = job
        self.group = group
        self.placed = placed
        self.exchange: Exchange | None = None
        self.error: NbgeminiError | None = None

    def run(self) -> None:
        with self.shoot.slots:
            try:
                self._run()
            except NbgeminiError as error:
                self.error = self._explained(error)
            except Exception as error:  # a fault of ours must not hide that money may have been spent
                self.error = NbgeminiError(
                    f"An error inside nbgemini: {type(error).__name__}: {error}", charged="maybe"
                )

    def _run(self) -> None:
        if self.job.abandoned:
            raise NotSent("Given up before anything was sent.")
        shoot, pending = self.shoot, self._pending()
        shoot.store.intents.declare(
            pending,
            request_hash=pending.request_hash,
            key=shoot.held.key,
            conversation=shoot.held.name,
        )
        shoot.store.ledger.reserve(
            pending.id,
            estimate=pending.estimate,
            model=pending.model,
            backend=pending.backend,
            conversation=shoot.held.name,
        )
        began = time.monotonic()
        try:
            answer, model = self._answer(pending)
        except NbgeminiError as error:
            self._close(pending, error)
            raise
        self._take(replace(pending, answer=answer, model=model, seconds=time.monotonic() - began))

    def _pending(self) -> Exchange:
        shoot = self.shoot
        return Exchange(
            id=secrets.token_hex(8),
            parent=self.placed.parent,
            user=self.placed.request.turns[-1],
            answer=Answer(turn=None),
            model=self.placed.request.model,
            backend=shoot.client.endpoint.backend,
            options=shoot.options,
            anchored=self.placed.anchored,
            request_hash=shoot.client.request_hash(self.placed.request),
            estimate=shoot.estimate,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            alt=shoot.ask.alt,
            words=shoot.ask.prompt if shoot.ask.pieces else "",
            group=self.group,
        )

    def _answer(self, pending: Exchange) -> tuple[Answer, str]:
        """The answer and the model that gave it: a retired model's successor is asked once, and that is said."""
        try:
            return self._sent(pending, pending.model), pending.model
        except ModelNotFound:
            gone = self.shoot.catalogue.retirement(pending.model)
            if gone is None:
                raise
            self.job.notices.append(f"`{gone.id}` was shut down{_on(gone.shutdown)}; `{gone.successor}` drew instead.")
            return self._sent(pending, gone.successor), gone.successor

    def _sent(self, pending: Exchange, model: str) -> Answer:
        shoot = self.shoot
        request = replace(self.placed.request, model=model)
        flight = Flight(shoot.timeout or time_allowed(shoot.options.size or shoot.card.default_size))
        self.job.watch(flight)
        return shoot.client.generate(
            request,
            objects=shoot.store.blobs,
            keep=lambda raw: shoot.store.keep_answer(pending.id, raw),
            flight=flight,
            notice=self.job.notices.append,
        )

    def _take(self, exchange: Exchange) -> None:
        """Settle an answer: a turn waits for its commit, anything else is recorded as failed."""
        shoot = self.shoot
        exchange = replace(exchange, cost=cost(shoot.catalogue.find(exchange.model), exchange.answer.usage))
        problem = shoot.client.verdict(exchange.answer)
        outcome = "turn" if problem is None else "failed"
        shoot.store.ledger.settle(exchange.id, cost=exchange.cost, outcome=outcome)
        if problem is None:
            self.exchange = exchange
            return
        shoot.store.album.record(replace(exchange, outcome="failed", reason=problem.message))
        shoot.store.intents.settle(exchange.id)
        raise self._priced(problem, exchange)

    def _close(self, pending: Exchange, error: NbgeminiError) -> None:
        """Release what was reserved, unless money may have been spent; whole pictures that arrived are kept.

        With an unknown outcome and no picture the intent stays, so that the request is named.
        """
        pictures = getattr(error, "pictures", ())
        if pictures:
            self._save_partial(pending, pictures, error)
        elif not isinstance(error, OutcomeUnknown):
            self.shoot.store.intents.settle(pending.id)
        if error.charged in ("nothing sent", "no"):
            self.shoot.store.ledger.release(pending.id, reason=type(error).__name__)
        elif not isinstance(error, OutcomeUnknown):
            self.shoot.store.ledger.settle(pending.id, cost=None, outcome="failed")

    def _save_partial(self, pending: Exchange, pictures: tuple[Picture, ...], error: NbgeminiError) -> None:
        """A body that broke off held whole pictures: an orphan, so that they can be seen and adopted."""
        turn = Turn(
            "model",
            {"role": "model", "parts": [picture_part(picture) for picture in pictures]},
            {picture.sha256: picture for picture in pictures},
        )
        orphan = replace(pending, answer=Answer(turn=turn), outcome="orphan", reason=error.message)
        self.shoot.store.album.record(orphan)
        self.shoot.store.intents.settle(orphan.id)
        error.hint = f"A whole picture had arrived and is kept: `%imagine adopt {orphan.id}`."

    def _explained(self, error: NbgeminiError) -> NbgeminiError:
        """With the sum in question, and a way on where the server rejects a signature."""
        if isinstance(error, OutcomeUnknown) and not error.amount and self._billed():
            error.amount = f"≈ {dollars(self.shoot.estimate)}"
        if isinstance(error, SignatureRejected):
            error.hint = (
                "The history is unchanged. `%%imagine --new -r VAR` begins a new branch from the last picture"
                " (VAR: its result)."
            )
        return error

    def _priced(self, problem: AnswerError, exchange: Exchange) -> AnswerError:
        if problem.charged in ("yes", "maybe") and not problem.amount and self._billed():
            problem.amount = dollars(exchange.cost) if exchange.cost is not None else f"≈ {dollars(exchange.estimate)}"
        return problem

    def _billed(self) -> bool:
        return self.shoot.client.endpoint.backend != "emulator"


def _on(day: str | None) -> str:
    return f" on {day}" if day else ""


def _side_by_side(runs: list[Callable[[], None]]) -> None:
    """Run all of them at once and wait; a single one needs no further thread."""
    others = [threading.Thread(target=run, name="nbgemini-shot", daemon=True) for run in runs[1:]]
    for thread in others:
        thread.start()
    runs[0]()
    for thread in others:
        thread.join()
