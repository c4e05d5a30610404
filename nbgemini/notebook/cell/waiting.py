"""The one live line while a cell waits; the result takes its place, so that saved notebooks hold no leftover."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from nbgemini.core.live import LivePart
from nbgemini.notebook.cell.live_view import CALM, View, latest
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.screen import Place, Screen, publish
from nbgemini.notebook.show.texts import one_line

__all__ = ["Underway", "Waiting"]

_PATIENCE = 0.4  # seconds before the line appears: a quick answer needs none


class Underway(Protocol):
    """A job as the waiting line sees it: a line for each thing that happened on the way, and what has come so far."""

    @property
    def notices(self) -> Sequence[str]: ...
    @property
    def progress(self) -> str:
        """What it is at now, if that is worth a word: it goes before the news."""

    @property
    def live(self) -> Sequence[LivePart]: ...


class Waiting:
    """`drawing… 7 s · gemini-3-pro-image · …`, on one screen, for one cell; below it what a stream has brought.

    Call `tick` about twice a second while waiting, then exactly one of `finish` (the result takes the line's place),
    `leave` (the cell is given up; the line says what becomes of the answer) and `fail` (an error follows). `view` shows
    what a stream brings; without one the line alone tells of it.
    """

    def __init__(
        self, screen: Screen, model: str, view: View | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._screen = screen
        self._model = one_line(model, 80)
        self._view = view
        self._clock = clock
        self._started = clock()
        self._line_place = Place(screen)
        self._live_place = Place(screen)
        self._left: contextvars.Context | None = None  # that of the cell, when it has stopped waiting
        self._said = ""
        self._second = -1
        self._thinking = ""
        self._live: Sequence[LivePart] = ()
        self._shown = 0  # parts
        self._shown_at = float("-inf")

    def tick(self, job: Underway) -> None:
        """Show or update the line, at most once a second while only the time changes; so, too, what has come."""
        elapsed = self._clock() - self._started
        if elapsed < _PATIENCE:
            return
        self._live = job.live
        if int(elapsed) != self._second:
            self._second = int(elapsed)
            self._thinking = "" if self._view else latest(list(job.live))
        said = self._line(job)
        if said != self._said:
            self._said = said
            self._line_place.put(line_bundle(said))
        self._follow(elapsed)

    def _follow(self, elapsed: float) -> None:
        """Show what has come since."""
        if self._view is None or len(self._live) == self._shown or elapsed - self._shown_at < CALM:
            return
        self._shown, self._shown_at = len(self._live), elapsed
        self._live_place.put(self._view.bundle(list(self._live), running=True))

    def _fold(self) -> None:
        """There is no result that would take the place of what has come: it stays, folded away."""
        if self._view is not None and self._live_place.visible:
            self._live_place.put(self._view.bundle(list(self._live), running=False))

    def finish(self, bundles: Sequence[Bundle]) -> None:
        """The result: its first outputs take the places of what was shown, the others follow."""
        if not bundles:
            self.fail()
            return
        left = list(bundles)
        for place in (self._line_place, self._live_place):
            if place.visible and self._screen.follows:
                place.put(left.pop(0) if left else Bundle(""))
        publish(left, self._screen)

    def leave(self, *lines: str) -> None:
        """The cell stops waiting. The lines stay, and `announce` can replace them when the answer comes."""
        if self._screen.follows:
            self._line_place.put(line_bundle(*lines))
            self._fold()
        else:
            self._screen.show(line_bundle(*lines))
            self._left = contextvars.copy_context()

    def announce(self, bundle: Bundle) -> None:
        """What became of an answer after `leave`; may be called from another thread."""
        if self._screen.follows:
            if self._line_place.visible:
                self._line_place.put(bundle)
        elif self._screen.rich and self._left is not None:
            self._left.copy().run(self._screen.show, bundle)

    def fail(self) -> None:
        """Say that it ended, before an error is shown. Other outputs of the cell are left alone."""
        if self._line_place.visible and self._screen.follows:
            self._line_place.put(line_bundle(f"no picture · {self._model} · {self.seconds:.1f} s"))
            self._fold()
        elif self._line_place.visible:
            self._screen.clear()

    @property
    def seconds(self) -> float:
        """Seconds since the cell began to wait."""
        return self._clock() - self._started

    def _line(self, job: Underway) -> str:
        stop = "■" if self._screen.follows else "Ctrl-C"
        advice = self._thinking or f"{stop} stops waiting; the answer is kept"
        told = job.progress or (job.notices[-1] if job.notices else "")
        news = one_line(told, 200) if told else advice
        return f"drawing… {self._second} s · {self._model} · {news}"
