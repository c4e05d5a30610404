"""The verbs of sweeps in one kernel: begin, resume, open, pick; each through the kernel's studio."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbgemini._dataclass import dataclass
from nbgemini.bridge import Interrupts, Job
from nbgemini.core.exchange import BACKEND_NAMES, By, Exchange
from nbgemini.core.grid.pattern import Pattern
from nbgemini.errors import AnswerMissing, ConversationError, OptionError
from nbgemini.store.sweep_lines import About
from nbgemini.store.sweep_log import SweepLog
from nbgemini.studio.asking.ask import Ask
from nbgemini.studio.conversations.reruns import CellRun, Origin, Slot
from nbgemini.studio.handles import Result
from nbgemini.studio.pictures.saving import Target
from nbgemini.studio.sending.order import Order
from nbgemini.tuning.carrying.preparing import answered, entries_of, foreseen, forget, log_of, missing_of, unwritten
from nbgemini.tuning.carrying.stored_sweeps import StoredSweeps
from nbgemini.tuning.carrying.surveying import survey
from nbgemini.tuning.carrying.under_way import Told, UnderWay
from nbgemini.tuning.holding.shot import Run
from nbgemini.tuning.holding.shot_files import folder_target
from nbgemini.tuning.holding.sweep import SheetView, Sweep
from nbgemini.tuning.shooting.engine import Engine
from nbgemini.tuning.shooting.pace import Pace
from nbgemini.tuning.shooting.shots import Entry
from nbgemini.tuning.wishes.choosing import Known
from nbgemini.tuning.wishes.forecast import Forecast, check_room, forecast
from nbgemini.tuning.wishes.planning import plan
from nbgemini.tuning.wishes.wishing import Wish

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio
    from nbgemini.tuning.batch.all_jobs import Batching

__all__ = ["Preview", "Sweeping"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A sweep before it begins: its shots, none of them asked, and what it will take."""

    sweep: Sweep
    forecast: Forecast
    notices: tuple[str, ...]


class Sweeping:
    """The sweeps of one kernel. A `Sweep` asks this for all that it cannot know itself."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._known = Known()
        self._runs: dict[str, Run] = {}
        self._under_way: dict[str, UnderWay] = {}
        self.stored = StoredSweeps(studio, self, self._runs)

    @cached_property
    def batching(self) -> Batching:
        """Sweeps as batch jobs. Few are: its modules come with the first."""
        from nbgemini.tuning.batch.all_jobs import Batching

        return Batching(self._studio, self)

    def preview(self, wish: Wish, *, conversation: str | None = None, cell: CellRun | None = None) -> Preview:
        """What `begin` would do. Nothing is sent, nothing is put down."""
        made = plan(self._studio, _unsaved(wish)[0], conversation=conversation, slot=self._slot(cell), by="")
        surveyed = survey(self._studio, made, self._known)
        forget(made, surveyed)
        entries = entries_of(made, log := unwritten(made))
        run = self._run(log, made.conversation, entries, wish)
        line = foreseen(made, surveyed, self._workers(wish))
        return Preview(sweep=Sweep(run, sorted(entries)), forecast=line, notices=made.notices)

    def begin(
        self, wish: Wish, *, conversation: str | None = None, cell: CellRun | None = None, by: By = "python"
    ) -> UnderWay:
        """Check everything, put the plan down, and begin. Raises nbgemini's errors before anything is sent."""
        wish, target = _unsaved(wish)
        made = plan(self._studio, wish, conversation=conversation, slot=self._slot(cell), by=by)
        surveyed, purse = survey(self._studio, made, self._known), made.first.means.purse
        line = foreseen(made, surveyed, self._workers(wish))
        try:
            missing = missing_of(made, surveyed)
            if missing:
                made.first.means.approve(line.cost, len(missing))
                check_room(made.first.means.store.folder, line.size)
            aside = f"plan/{id(made)}"
            purse.reserve_each({f"{aside}/{at}": made.drafts[at].estimate for at in missing})
        except BaseException:
            forget(made, surveyed)
            raise
        log, surveyed = log_of(self._studio, made, surveyed, self._known)
        entries, places = entries_of(made, log), log.places()
        for at in missing:
            purse.rename(f"{aside}/{at}", entries[places[made.drafts[at].place]].key)
        run = self._run(log, made.conversation, entries, wish)
        run.notices += made.notices
        engine = self._engine(run, made.first, log, self._workers(wish), batch=wish.batch)
        numbers = answered(made, surveyed, log, engine)
        return self._launched(run, engine, numbers, line, strict=wish.strict, target=target, slot=made.slot, by=by)

    def _slot(self, cell: CellRun | None) -> Slot | None:
        return None if cell is None else self._studio.cells.slot(cell)

    def _run(self, log: SweepLog, conversation: str, entries: dict[int, Entry], wish: Wish) -> Run:
        labels = {axis.name: axis.labels for axis in wish.grid.axes}
        run = Run(
            about=log.about, store=self._studio.store, behind=self, conversation=conversation, entries=entries,
            labels=labels,
        )  # fmt: skip
        self._runs[log.about.id] = run
        return run

    def _workers(self, wish: Wish | None = None) -> int:
        return (wish.workers if wish is not None else None) or int(self._studio.settings().workers)

    def _engine(self, run: Run, order: Order, log: SweepLog, workers: int, *, batch: bool = False) -> Engine:
        kind = Engine
        if batch:
            from nbgemini.tuning.batch.submitting import Submitter

            kind = Submitter
        client, slots = order.means.client.without_waits(), threading.Semaphore(workers)
        return kind(
            order=replace(order, means=replace(order.means, client=client, slots=slots)),
            log=log,
            entries=run.entries,
            workers=workers,
            pace=Pace(self._studio.settings().per_minute),
        )

    def _launched(
        self,
        run: Run,
        engine: Engine,
        numbers: Sequence[int],
        line: Forecast,
        *,
        strict: bool = False,
        target: Target | None = None,
        slot: Slot | None = None,
        by: By,
    ) -> UnderWay:
        """Begin with these shots."""
        sweep = Sweep(run, sorted(run.entries))
        told = Told(sweep, engine, slot, target)
        engine.told = told
        told.begin()
        if by == "cell":
            self._studio.session.switch(engine.opened.name)

        def work(job: Job[None]) -> None:
            try:
                engine.run(numbers, job)
            finally:
                run.notices += [notice for notice in engine.notices if notice not in run.notices]
                if engine.stopped_by is not None:
                    run.notices.append(f"Stopped: {engine.stopped_by}")

        under_way = UnderWay(sweep, engine, Job(work, name="nbgemini-sweep"), line, strict=strict)
        self._under_way[run.about.id] = under_way
        return under_way

    # -- going on ------------------------------------------------------------------------------------------------------

    def resumed(self, name: str | None = None, *, unknown: bool = False, failed: bool = False) -> UnderWay:
        """Ask for what a sweep is missing; None: the newest sweep. Raises nbgemini's errors before anything is sent."""
        sweep = self.stored.open(name)
        under_way = self._under_way.get(sweep.about.id)
        if under_way is not None and self.is_under_way(sweep.about.id):
            return under_way
        run = self._runs[sweep.about.id]
        self.stored.home(run)
        batch = self.batching.is_batched(run.about.id)
        if batch:
            self.batching.settle(run.about.id)
            if unknown:
                self.batching.give_up_unknown(run.about.id)
        again = frozenset(word for word, wanted in (("unknown", unknown), ("failed", failed)) if wanted)
        asked = [entry for entry in sweep.entries if entry.standing in ("waiting", *again) or _never_came(entry, again)]
        busy = [entry for entry in sweep.entries if entry.standing == "under way"]
        order = self._order_again(run, sweep.entries[0], batch=batch)
        sizes = [entry.asked.options.asked_size or order.wanted.card.default_size or "1K" for entry in asked]
        sums, emulated = [entry.estimate for entry in asked], order.means.client.emulated
        line = forecast(len(sweep), sums, sizes, workers=self._workers(), emulated=emulated)
        check_room(self._studio.store.folder, line.size)
        order.means.purse.reserve_each({entry.key: entry.estimate for entry in asked})
        log = self._studio.store.sweeps.open(run.about)
        engine = self._engine(run, order, log, self._workers(), batch=batch)
        engine.asked_again = again
        return self._launched(run, engine, [entry.number for entry in (*asked, *busy)], line, by="cell")

    def follow(self, sweep: str, told: Callable[[], None]) -> None:
        """Watch the living jobs of a sweep from the background, if it has any; `told` is called after each look."""
        if self._studio.store.batches.of_sweep(sweep):
            self.batching.follow(sweep, told)

    def is_under_way(self, name: str) -> bool:
        """Whether this kernel is asking for shots of a run, by its id."""
        under_way = self._under_way.get(name)
        return under_way is not None and not under_way.job.settled and not under_way.job.abandoned

    def _order_again(self, run: Run, entry: Entry, *, batch: bool = False) -> Order:
        """What all shots of a run share, made anew for what is asked now."""
        asked = entry.asked
        if asked.backend != self._studio.settings(key_wanted=True).served_by:
            raise OptionError(
                f"`{self.name_of(run)}` was started with {BACKEND_NAMES[asked.backend]}, and now another backend would"
                " draw.",
                hint="Change the settings back, and resume it.",
            )
        ask = Ask(prompt=asked.prompt, options=asked.options, model=asked.model)
        order = self._studio.prepared(ask, run.conversation, None, "cell", batch=batch)
        return replace(order, origin=lambda: Origin(asked.parent, again=False))

    # -- what batches ask ----------------------------------------------------------------------------------------------

    def about(self, sweep: str) -> About | None:
        return next((about for about in self._studio.store.sweeps.all() if about.id == sweep), None)

    def engine_of(self, about: About) -> Engine:
        """What takes in answers to shots of a run that were asked before, in this kernel or another."""
        if about.id not in self._runs:
            self.stored.of(about)
        run, under_way = self._runs[about.id], self._under_way.get(about.id)
        self.stored.home(run)
        log = self._studio.store.sweeps.open(about)
        for number in log.numbers:  # the jobs of a run may ask for more of it than this kernel has shown
            if number not in run.entries:
                run.entries[number] = Entry.of(log, number)
        engine = self._engine(run, self._order_again(run, next(iter(run.entries.values()))), log, 1)
        engine.told = under_way.engine.told if under_way is not None else engine.told
        return engine

    # -- what a grid asks ----------------------------------------------------------------------------------------------

    def result_of(self, run: Run, exchange: Exchange) -> Result:
        opened = self._studio.session.find(run.conversation) if run.conversation else None
        if opened is None or exchange.id not in opened.value:
            opened = self.stored.home(run, exchange)
        return self._studio.result(exchange, opened.name)

    def rendered(self, sheet: SheetView) -> Any:
        renderer = self._studio.renderer
        return {"text/plain": repr(sheet.sweep)} if renderer is None else renderer(sheet)

    def pick(self, run: Run, entry: Entry) -> None:
        if (picked := entry.exchange) is None:
            raise ConversationError(f"Shot {entry.number} has no answer to go on from.")
        opened = self.stored.home(run, picked)
        self._studio.history.choose(picked.id, opened.name)
        # What it was drawn with stays with the conversation, as if its cell had asked for it alone.
        opened.change(lambda now: now.keeping(picked.model, picked.options.system))
        self._studio.session.switch(opened.name)

    def picked(self, run: Run) -> frozenset[str]:
        """The ids of what stands on the branch that the conversation of a run is on."""
        opened = self._studio.session.find(run.conversation) if run.conversation else None
        return frozenset() if opened is None else frozenset(one.id for one in opened.value.path(opened.value.head))

    def resume(self, run: Run, *, unknown: bool, failed: bool) -> Sweep:
        with Interrupts() as interrupts:
            return self.resumed(run.about.id, unknown=unknown, failed=failed).wait(interrupts=interrupts)

    def cancel(self, run: Run) -> bool:
        """Ask for nothing more; whether anything was to be asked still."""
        for batch in self.batching.jobs(run.about.id):
            batch.cancel()
        under_way = self._under_way.get(run.about.id)
        if under_way is None or not under_way.job.abandon():
            return False
        under_way.job.stop()
        return True

    def model_id(self, name: str) -> str:
        """The id of the model that a name stands for. Raises OptionError."""
        return self._studio.catalogue.find(name).id

    def name_of(self, run: Run) -> str:
        return self.stored.name_of(run.about)


def _never_came(entry: Entry, again: frozenset[str]) -> bool:
    """Whether a batch said nothing of a shot, and what may have been drawn is to be asked again."""
    return "unknown" in again and entry.standing == "failed" and isinstance(entry.error, AnswerMissing)


_NAMED_FILES = "Its files are named after the values of their axes."


def _unsaved(wish: Wish) -> tuple[Wish, Target | None]:
    """The wish without `save`, which is one folder for all. Raises OptionError."""
    words = dict(wish.words)
    save = words.pop("save", None)
    if isinstance(save, Pattern):
        raise OptionError("`save` is one folder for all shots, without places for values.", hint=_NAMED_FILES)
    return replace(wish, words=words), None if save is None else folder_target(str(save))
