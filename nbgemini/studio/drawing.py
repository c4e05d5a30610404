"""A picture on its way: waited for, awaited or given up; then results, saved where `save` says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from nbgemini.bridge import Interrupted, Interrupts, Job, interrupt_of_task, reenter_refusal, stopped
from nbgemini.core.pictures import Picture
from nbgemini.core.pricing import dollars
from nbgemini.errors import NbgeminiError
from nbgemini.studio.ask import Ask
from nbgemini.studio.results import Result
from nbgemini.studio.saving import Target, save_original
from nbgemini.studio.shelf import Held
from nbgemini.studio.shoot import Shoot, Taken

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["Drawing"]


class Drawing:
    """A shoot on its way, with what is needed to make results of it. `estimate` is for all of it, in micro-dollars."""

    def __init__(
        self, studio: Studio, held: Held, ask: Ask, job: Job[Taken], shoot: Shoot, estimate: int | None
    ) -> None:
        self.studio = studio
        self.held = held
        self.ask = ask
        self.job = job
        self.model = shoot.card.id
        self.by = shoot.by
        self.emulated = shoot.client.endpoint.backend == "emulator"
        self.estimate = estimate
        self._lock = threading.Lock()
        self._result: Result | None = None
        self.unsaved: NbgeminiError | None = None  # why `--save` failed after the picture had come

    def check_saved(self) -> None:
        """Raises what kept a picture from being saved, for after it was shown."""
        if self.unsaved is not None:
            raise self.unsaved

    def __repr__(self) -> str:
        if self.job.settled:
            return f"<Drawing in {self.held.name}: ended>"
        return f"<Drawing in {self.held.name}: {self.model}, on its way for {self.job.seconds:.0f} s>"

    @property
    def done(self) -> Result | None:
        """The result, once someone has made it."""
        return self._result

    def picture_bytes(self, picture: Picture) -> bytes:
        """A picture that has come so far (`job.live`). Raises ObjectMissing."""
        return self.studio.store.blobs.read(picture.sha256)

    def get(self) -> Result:
        """The result of a cell with `--bg`, once it is there. An interrupt ends the wait alone: the drawing goes on.

        Raises what the drawing raised, and KeyboardInterrupt.
        """
        with Interrupts() as interrupts:
            while not self.job.settled_within(0.05):
                if interrupts.count:
                    raise stopped("stopped waiting for a cell in the background; it goes on.")
            return self.result(self.job.result())

    def wait(
        self,
        tick: Callable[[Job[Taken]], None] | None = None,
        *,
        interrupts: Interrupts,
        and_save: bool = False,
    ) -> Result:
        """Wait for it. Raises KeyboardInterrupt when the user stops waiting: the history is then unchanged.

        `and_save`: raises what kept it from being saved, too; who shows the picture first calls `check_saved` then.
        """
        try:
            taken = self.job.wait(tick, interrupts=interrupts, reenter=self._may_reenter())
        except Interrupted as given_up:
            raise self._interruption(given_up) from None
        result = self.result(taken)
        if and_save:
            self.check_saved()
        return result

    def _may_reenter(self) -> bool:
        """Whether the user's own tasks go on meanwhile; why they cannot where they should is said once."""
        if not self.studio.settings().keep_tasks_running:
            return False
        why = reenter_refusal()
        if why is not None:
            self.studio.asides.once(f"`keep_tasks_running` has no effect: {why}.")
        return why is None

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
        results = [self.studio.result(exchange, self.held.name, notices) for exchange in taken.exchanges]
        if self.ask.save is not None:
            notices += self._saved(results, self.ask.save)
            results = [replace(result, notices=notices) for result in results]
        if len(results) > 1:
            for result in results:
                result.siblings.extend(results)
        return results[0]

    def _saved(self, results: list[Result], target: Target) -> tuple[str, ...]:
        """What was saved where; what could not be is in `unsaved`: the picture is there all the same."""
        with_picture = [result for result in results if result.picture]
        notices: list[str] = []
        for number, result in enumerate(with_picture, 1):
            stem = f"{result.conversation.name}-{result.turn}"
            numbered = number if len(with_picture) > 1 else 0
            try:
                path, notice = save_original(result.bytes, result.mime, target, stem=stem, number=numbered)
            except NbgeminiError as problem:
                problem.hint = (
                    f"Turn {result.turn} of `{result.conversation.name}` is kept: `.save(PATH)` of its result."
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
        sum_ = "nothing: the emulator is free" if self.emulated else f"≈ {dollars(self.estimate)}"
        return (
            f"stopped waiting; the conversation is unchanged. May have been charged: {sum_}.",
            "The request goes on, and its answer will be kept: `%imagine orphans` lists it.",
        )

    def _interruption(self, given_up: Interrupted) -> KeyboardInterrupt:
        """A KeyboardInterrupt that shows none of our frames and says what becomes of the money."""
        said = self._given_up(sent=given_up.sent)
        if not given_up.cancelled:
            return stopped(*said)
        others = "This is one task of the cell: `%imagine orphans` lists what others have sent, too."
        return stopped(*said, others, kind=interrupt_of_task)
