"""A picture on its way: waited for, awaited or given up; then results, saved where `save` says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nbgemini.bridge import Interrupted, Interrupts, Job, interrupt_of_task, stopped
from nbgemini.core.content import Turn, user_turn
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.live import LivePart
from nbgemini.core.picture import Picture
from nbgemini.core.pricing import ON_THE_EMULATOR, dollars
from nbgemini.errors import NbgeminiError, NotSent
from nbgemini.store.store import Store
from nbgemini.studio.asking.ask import Ask
from nbgemini.studio.handles import Result
from nbgemini.studio.sending.order import Order, Taken

if TYPE_CHECKING:
    from nbgemini.studio.pictures.saving import Target

__all__ = ["Drawing", "UnderWay"]


_TICK = 0.2  # seconds between two looks at the progress, on a loop


class Drawing:
    """An order on its way, with what is needed to make results of it.

    `estimate` is for all of it, in micro-dollars. `make` gives the result of an exchange of a conversation, with
    notices, from a store; `may_reenter` says whether the user's own tasks go on while a cell waits.
    """

    def __init__(
        self,
        order: Order,
        job: Job[Taken],
        estimate: int | None,
        *,
        make: Callable[[Exchange, str, tuple[str, ...], Store], Result],
        may_reenter: Callable[[], bool] = lambda: False,
    ) -> None:
        self.opened = order.opened
        self.ask: Ask = order.ask
        self.job = job
        self.model = order.wanted.card.id
        self.by = order.by
        self._client = order.means.client
        self.estimate = estimate
        self.store = order.means.store
        self._order = order
        self._make = make
        self._may_reenter = may_reenter
        self._lock = threading.Lock()
        self._result: Result | None = None
        self.unsaved: NbgeminiError | None = None  # why `--save` failed after the picture had come

    @property
    def emulated(self) -> bool:
        """Whether it costs nothing, as far as is known by now."""
        return self._client.emulated

    @property
    def asked(self) -> Exchange:
        """What one of its requests asks, for who shows it before its answer is there."""
        order = self._order
        return Exchange(
            id="0000",
            parent=None,
            user=user_turn(self.ask.prompt, ()),
            answer=Answer(turn=None),
            model=self.model,
            backend="emulator" if self.emulated else order.means.client.endpoint.backend,
            options=order.wanted.options,
            created=order.asked,
            alt=self.ask.alt,
            estimate=None if self.estimate is None else self.estimate // self.ask.count,
        )

    def check_saved(self) -> None:
        """Raises what kept a picture from being saved, for after it was shown."""
        if self.unsaved is not None:
            raise self.unsaved

    def __repr__(self) -> str:
        if self.job.settled:
            return f"<Drawing in {self.opened.name}: ended>"
        return f"<Drawing in {self.opened.name}: {self.model}, on its way for {self.job.seconds:.0f} s>"

    @property
    def done(self) -> Result | None:
        """The result, once someone has made it."""
        return self._result

    def picture_bytes(self, picture: Picture) -> bytes:
        """A picture that has come so far (`job.live`). Raises ObjectMissing."""
        return self.store.blobs.read(picture.sha256)

    @property
    def live(self) -> Sequence[LivePart]:
        """What a stream has brought so far."""
        return self.job.live

    @property
    def ended(self) -> bool:
        """Whether nothing more comes of it: it has settled, or was given up."""
        return self.job.settled or self.job.abandoned

    def wait_for_more(self, known: int) -> None:
        """Wait until more than `known` parts have come, or it has ended. Raises KeyboardInterrupt, as `wait` does."""
        with Interrupts() as interrupts:
            while len(self.live) <= known and not self.ended and not self.job.settled_within(0.02):
                if interrupts.count and self.job.abandon():
                    raise self._interruption(Interrupted(sent=not self.job.stop()))

    async def await_more(self, known: int) -> None:
        """The same, on the caller's own loop; a cancellation gives it up."""
        try:
            await self.job.awaited_more(known)
        except Interrupted as given_up:
            raise self._interruption(given_up) from None

    def outcome(self) -> Result:
        """The result of what has ended. Raises what went wrong, NotSent for what was given up."""
        if self.job.abandoned:
            raise NotSent("It was given up.", hint="`%imagine recover` lists an answer that came all the same.")
        result = self.result(self.job.result())
        self.check_saved()
        return result

    def turns(self) -> Sequence[Turn]:
        """The model's turns that it has become."""
        return [one.exchange.turn for one in (*self.outcome().variants,) if one.exchange.turn is not None]

    def get(self) -> Result:
        """The result, once it is there; `wait()` of a cell with `--bg`. An interrupt ends the wait alone: it goes on.

        Raises what the drawing raised, and KeyboardInterrupt.
        """
        with Interrupts() as interrupts:
            while not self.job.settled_within(0.05):
                if interrupts.count:
                    raise stopped("stopped waiting for a cell in the background; it continues.")
            return self.result(self.job.result())

    def wait(
        self,
        tick: Callable[[Job[Taken]], None] | None = None,
        *,
        interrupts: Interrupts | None = None,
        and_save: bool = False,
    ) -> Result:
        """Wait for it. Raises KeyboardInterrupt when the user stops waiting: the history is then unchanged.

        Without `interrupts`, as of `a` after `%%imagine --bg -o a`, an interrupt ends the wait alone (`get`).
        `and_save`: raises what kept it from being saved, too; who shows the picture first calls `check_saved` then.
        """
        if interrupts is None:
            return self.get()
        try:
            taken = self.job.wait(tick, interrupts=interrupts, reenter=self._may_reenter())
        except Interrupted as given_up:
            raise self._interruption(given_up) from None
        result = self.result(taken)
        if and_save and tick is not None:
            tick(self.job)  # the last news
        if and_save:
            self.check_saved()
        return result

    async def reported(self, tick: Callable[[Job[Taken]], None]) -> None:
        """Call `tick` on the caller's own loop, now and then, until it has settled. A cancellation gives it up."""
        while not self.ended:
            tick(self.job)
            try:
                await self.job.awaited_for(_TICK)
            except Interrupted as given_up:
                raise self._interruption(given_up) from None
        tick(self.job)

    async def awaited(self) -> Result:
        """Wait for it on the caller's own loop."""
        try:
            taken = await self.job.awaited()
        except Interrupted as given_up:
            raise self._interruption(given_up) from None
        result = self.result(taken)
        self.check_saved()
        return result

    def result(self, taken: Taken) -> Result:
        """The first result; its `variants` are all of them. Saves them where `save` says, once."""
        with self._lock:
            self._result = self._result or self._made(taken)
            return self._result

    def _made(self, taken: Taken) -> Result:
        notices = taken.notices
        results = [self._make(exchange, self.opened.name, notices, self.store) for exchange in taken.exchanges]
        if self.ask.save is not None:
            notices += self._save(results, self.ask.save)
            results = [replace(result, notices=notices) for result in results]
        if len(results) > 1:
            for result in results:
                result.siblings.extend(results)
        return results[0]

    def _save(self, results: list[Result], target: Target) -> tuple[str, ...]:
        """What was saved where; what could not be is in `unsaved`: the picture is there all the same."""
        from nbgemini.studio.pictures.saving import save_original

        with_picture = [result for result in results if result.picture]
        notices: list[str] = []
        for number, result in enumerate(with_picture, 1):
            stem = f"{result.conversation_name}-{result.turn}"
            numbered = number if len(with_picture) > 1 else 0
            try:
                path, notice = save_original(result.bytes, result.mime, target, stem=stem, number=numbered)
            except NbgeminiError as problem:
                problem.hint = (
                    f"Turn {result.turn} of `{result.conversation_name}` is kept: `.save(PATH)` of its result."
                )
                self.unsaved = problem
                notices.append(f"Not saved: {problem.message}")
            else:
                notices.append(notice or f"Saved as `{path}`.")
        return tuple(notices)

    def give_up(self) -> tuple[str, ...]:
        """Stop waiting for it, as an interrupt of its cell would: what becomes of it and of the money, a line each.

        Empty when it is too late: the turn is committed, or will be at once.
        """
        return self._given_up(sent=not self.job.stop()) if self.job.abandon() else ()

    def _given_up(self, *, sent: bool) -> tuple[str, *tuple[str, ...]]:
        if not sent:
            return ("stopped waiting. Nothing was sent, nothing was charged.",)
        estimate = f"May have been charged: ≈ {dollars(self.estimate)}"
        charged = f"Not charged: {ON_THE_EMULATOR}" if self.emulated else estimate
        return (
            f"stopped waiting; the conversation is unchanged. {charged}.",
            "The request continues, and its answer will be kept: `%imagine recover` lists it.",
        )

    def _interruption(self, given_up: Interrupted) -> KeyboardInterrupt:
        """A KeyboardInterrupt that shows none of our frames and says what becomes of the money."""
        lines = self._given_up(sent=given_up.sent)
        if not given_up.cancelled:
            return stopped(*lines)
        others = "This is one task of the cell: `%imagine recover` lists what others have sent, too."
        return stopped(*lines, others, kind=interrupt_of_task)


class UnderWay:
    """The drawings on their way in one kernel, so that every front end can show what another one has begun.

    In the order in which they were begun. `told` is called after every change, from whichever thread made it."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._lock = threading.Lock()
        self._drawings: tuple[Drawing, ...] = ()

    def begin(self, drawing: Drawing) -> Drawing:
        """Count a drawing until it has settled."""
        with self._lock:
            self._drawings += (drawing,)
        self._told()
        drawing.job.when_settled(lambda: self._end(drawing))
        return drawing

    def _end(self, drawing: Drawing) -> None:
        with self._lock:
            self._drawings = tuple(one for one in self._drawings if one is not drawing)
        self._told()

    def of(self, name: str) -> tuple[Drawing, ...]:
        """Those in a conversation that somebody still waits for."""
        drawings = (one for one in self._drawings if one.opened.name == name)
        return tuple(one for one in drawings if not one.job.settled and not one.job.abandoned)
