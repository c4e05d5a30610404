"""One `%%imagine` cell with `--vary`: a line that tells how far it is, the sheet that fills in beneath, and its end."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nbgemini.bridge import Interrupted, Interrupts, Job, whole
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars, total
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.notebook.cell.asked import Typed
from nbgemini.notebook.cell.batch_table import footer_lines
from nbgemini.notebook.cell.running import this_cell
from nbgemini.notebook.cell.varied import wish_of_cell
from nbgemini.notebook.contact.contact_sheet import contact_sheet
from nbgemini.notebook.contact.tiles import Thumbnails
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.screen import Place, Screen, current_screen, publish
from nbgemini.tuning.batch.batch_job import BatchJob
from nbgemini.tuning.carrying.under_way import UnderWay
from nbgemini.tuning.front import sweeping
from nbgemini.tuning.holding.sweep import Sweep, price_words

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio
    from nbgemini.tuning.batch.all_jobs import Batching

__all__ = ["begin_sweep", "draw_sweep", "finish_sweep", "look_at_sweep"]

_PATIENCE = 0.4  # seconds before anything appears
_CALM = 1.5  # seconds between two sheets, and ten times as long as one takes to make


def draw_sweep(studio: Studio, cell: Typed) -> None:
    """Draw all shots and show the sheet. Raises nbgemini's errors, and KeyboardInterrupt when the wait is given up."""
    with Interrupts() as interrupts:
        under_way = _started(studio, cell)
        finish_sweep(studio, under_way, interrupts, quiet=cell.options.quiet, keep=_keeper(cell))


def _look_once(batching: Batching, under_way: UnderWay, interrupts: Interrupts) -> None:
    """Where jobs of an earlier run of the cell live, ask for them once, and take in what is done."""
    name = under_way.sweep.about.id
    if not under_way.made_jobs and any(job.lives for job in batching.jobs(name)):
        try:
            Job(lambda _: batching.settle(name), name="nbgemini-batches").wait(interrupts=interrupts)
        except Interrupted as given_up:
            raise under_way.interruption(given_up) from None


def finish_sweep(
    studio: Studio,
    under_way: UnderWay,
    interrupts: Interrupts,
    *,
    quiet: bool = False,
    keep: Callable[[Sweep], None] = lambda sweep: None,
) -> None:
    """Show a sweep that is under way until it ends. Raises what it raises."""
    batching = sweeping(studio).batching
    board = Board(current_screen(), under_way, lambda: batching.jobs(under_way.sweep.about.id), quiet=quiet)
    try:
        sweep = under_way.wait(board.tick, interrupts=interrupts, reenter=studio.may_reenter())
        _look_once(batching, under_way, interrupts)
    except KeyboardInterrupt:
        keep(under_way.sweep)
        board.leave()
        raise
    except NbgeminiError:
        keep(under_way.sweep)
        board.finish()
        raise
    keep(sweep)
    board.finish()
    batching.follow(sweep.about.id, board.renew)
    remarks = studio.notices.taken()
    publish([line_bundle(*remarks)] if remarks else [], current_screen())


@whole  # an interrupt must not come between sending and taking note of it
def begin_sweep(studio: Studio, cell: Typed) -> None:
    """`--bg`: begin and return; line and sheet fill in from a thread. Raises nbgemini's errors before it begins."""
    under_way = _started(studio, cell)
    _keeper(cell)(under_way.sweep)
    screen = current_screen()
    batching, name = sweeping(studio).batching, under_way.sweep.about.id
    board = Board(screen, under_way, lambda: batching.jobs(name), quiet=cell.options.quiet)
    if screen.follows:
        board.tick(at_once=True)
    else:
        what = "submitting" if under_way.forecast.batch else "drawing"
        screen.show(line_bundle(f"{what} in the background… · {under_way.forecast.line()}"))

    def follow() -> None:
        while not under_way.job.settled_within(0.5):
            if screen.follows:
                board.tick()
        board.finish()
        batching.follow(name, board.renew)

    of_this_cell = contextvars.copy_context()
    threading.Thread(target=of_this_cell.run, args=(follow,), name="nbgemini-sheet", daemon=True).start()


def look_at_sweep(studio: Studio, cell: Typed) -> None:
    """`--dry-run`: the empty sheet with a price in each tile; `--show python`: the same in Python. Nothing is sent."""
    options = cell.options
    if options.show not in (None, "python"):
        raise OptionError(
            f"`--show {options.show}` shows one request, and a sweep has many.",
            hint="`--show python` shows the same in Python, `--dry-run` its sheet.",
        )
    if options.out and not options.show:
        raise OptionError("`--out` keeps what was drawn, and `--dry-run` draws nothing.", hint="Leave one out.")
    screen, wish = current_screen(), wish_of_cell(cell, studio)
    preview = sweeping(studio).preview(wish, conversation=options.conversation, cell=this_cell())
    if options.show:
        from nbgemini.notebook.cell.sweep_source import sweep_source
        from nbgemini.notebook.views.plans import program_bundle

        publish([program_bundle(sweep_source(cell, wish))], screen)
        return
    publish(
        [
            line_bundle(f"Nothing was sent. {preview.forecast.line()}", *preview.notices),
            contact_sheet(preview.sweep, rich=screen.rich),
        ],
        screen,
    )


def _started(studio: Studio, cell: Typed) -> UnderWay:
    wish = wish_of_cell(cell, studio)
    return sweeping(studio).begin(wish, conversation=cell.options.conversation, cell=this_cell(), by="cell")


def _keeper(cell: Typed) -> Callable[[Sweep], None]:
    """Keeps a sweep in the variable of `--out`."""

    def keep(sweep: Sweep) -> None:
        if cell.options.out:
            cell.user_ns[cell.options.out] = sweep

    return keep


class Board:
    """The outputs of one sweep while it runs: a line, and beneath it the sheet."""

    def __init__(
        self,
        screen: Screen,
        under_way: UnderWay,
        jobs: Callable[[], Sequence[BatchJob]] = tuple,
        *,
        quiet: bool = False,
    ) -> None:
        self._screen = screen
        self._under_way = under_way
        self._jobs = jobs
        self._quiet = quiet
        self._line = Place(screen)
        self._sheet = Place(screen)
        self._thumbnails = Thumbnails()
        self._guard = threading.Lock()
        self._said = ""
        self._shown: tuple[str, ...] = ()
        self._sheet_at = float("-inf")
        self._took = 0.0
        self._renewed: object = None

    def tick(self, *, at_once: bool = False) -> None:
        """Say how far it is, at most once a second; and fill the sheet in, more rarely the longer that takes."""
        with self._guard:
            if self._under_way.job.seconds < _PATIENCE and not at_once:
                return
            said = "" if self._quiet else progress(self._under_way)
            if said != self._said:
                self._said = said
                self._line.put(line_bundle(said))
            if self._screen.follows and time.monotonic() - self._sheet_at >= max(_CALM, 10 * self._took):
                self._fill_in()

    def _fill_in(self) -> None:
        standings = tuple(entry.standing for entry in self._under_way.sweep.entries)
        if standings == self._shown:
            return
        began = time.monotonic()
        self._sheet.put(contact_sheet(self._under_way.sweep, self._thumbnails, drawn=False))
        self._shown, self._sheet_at = standings, time.monotonic()
        self._took = self._sheet_at - began

    def finish(self) -> None:
        """The end of it: what it cost and how to go on, and the whole sheet."""
        with self._guard:
            sweep = self._under_way.sweep
            sheet = contact_sheet(sweep, self._thumbnails, rich=self._screen.pictures)
            if self._screen.follows:
                if not self._quiet:
                    self._line.put(footer_of(self._under_way, self._jobs(), follows=True))
                self._sheet.put(sheet)
                return
            self._screen.clear()
            self._screen.show(sheet)
            if not self._quiet:
                self._screen.show(footer_of(self._under_way, self._jobs()))

    def renew(self) -> None:
        """A batch was asked: show what is new, where outputs can be put anew."""
        if not self._screen.follows:
            return
        now = (
            tuple(entry.standing for entry in self._under_way.sweep.entries),
            tuple((job.state, job.done, job.problem) for job in self._jobs()),
        )
        if now != self._renewed:
            self._renewed = now
            self.finish()

    def leave(self) -> None:
        """The cell stops waiting; what still comes is put in when it comes."""
        engine, before = self._under_way.engine, self._under_way.engine.told
        self.finish()
        of_this_cell = contextvars.copy_context()

        def told(entry: object) -> None:
            before(entry)  # type: ignore[arg-type]  # it is one
            if self._screen.follows:
                self.finish()
            elif self._screen.rich and self._under_way.job.settled:
                of_this_cell.copy().run(self.finish)

        engine.told = told


def progress(under_way: UnderWay) -> str:
    """`drawing… 12 of 24 shots · 1 failed · $0.82 · about 40 s left`."""
    entries = under_way.sweep.entries
    done = sum(entry.standing == "done" for entry in entries)
    bad = sum(entry.standing in ("failed", "unknown") for entry in entries)
    if under_way.job.progress:
        return under_way.job.progress
    if under_way.forecast.batch:
        return f"submitting… {under_way.forecast.line()}"
    facts = [f"drawing… {done:,} of {counted(len(entries), 'shot')}"]
    facts += [f"{bad:,} failed"] if bad else []
    costs = [entry.cost for entry in entries if entry.answer_id and not entry.replayed]
    if costs and under_way.forecast.emulated:
        facts.append("emulator · $0")
    elif costs:
        facts.append(dollars(total(costs)))
    until = under_way.engine.pace.waits_until
    if until is not None:
        at = time.localtime(time.time() + until - time.monotonic())
        facts.append(f"waiting for a limit until {time.strftime('%H:%M:%S', at)}")
    elif (left := under_way.seconds_left()) is not None:
        facts.append(f"about {left} left")
    else:
        facts.append(under_way.forecast.line().partition(" · ")[2])
    return " · ".join(facts)


def footer_of(under_way: UnderWay, jobs: Sequence[BatchJob] = (), *, follows: bool = False) -> Bundle:
    """What it cost, what failed, and how to go on."""
    sweep = under_way.sweep
    name, done, failed = sweep.name, sweep.done, sweep.failed
    waiting = [entry for entry in sweep.entries if entry.standing == "waiting"]
    unknown = sum(entry.standing == "unknown" for entry in sweep.entries)
    on_way = sum(entry.standing == "under way" for entry in sweep.entries)
    replayed = sum(bool(entry.answer_id) and entry.replayed for entry in sweep.entries)
    facts = [f"`{name}`", counted(len(sweep), "shot"), price_words(sweep), f"{under_way.job.seconds:.1f} s"]
    if sweep and all(shot.batched for shot in sweep):
        facts[2:] = ["all in a batch" if len(sweep) > 1 else "in a batch"]
    elif jobs:
        facts.pop()  # for how long the cell ran says nothing
    if replayed:
        facts.append("replayed" if replayed == len(sweep) else f"{replayed:,} of {len(sweep):,} replayed")
    lines = [" · ".join(facts)]
    lines += [f"↳ {line}" for line in footer_lines(jobs, follows=follows)]
    if on_way and not any(job.lives for job in jobs):
        lines.append(f"↳ {on_way:,} on the way: they will appear here.")
    if len(failed):
        lines.append(f"↳ {len(failed):,} failed: `%imagine resume {name} --failed` asks again.")
    if unknown:
        lines.append(f"↳ {unknown:,} with an unknown outcome: `%imagine resume {name} --unknown` asks again.")
    if waiting and under_way.engine.order.means.replay.mode == "only":
        lines.append(
            f"↳ {len(waiting):,} not recorded, and `replay` is `only`: run it with `--replay auto` to ask for the rest."
        )
    elif waiting:
        lines.append(f"↳ {len(waiting):,} missing: `%imagine resume {name}` asks for them.")
    if len(done):
        first = next(iter(done)).number
        lines.append(f"↳ The conversation stays where it is: `%imagine pick {name}/{first}` goes on from a shot.")
    lines += [f"↳ {notice}" for notice in sweep.notices]
    return line_bundle(*lines)
