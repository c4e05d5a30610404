"""The one live line while a cell waits; the result takes its place, so that saved notebooks hold no leftover."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from typing import Protocol

from nbgemini.notebook.bundles import Bundle, line_bundle
from nbgemini.notebook.screen import Screen, publish
from nbgemini.notebook.texts import one_line

__all__ = ["Underway", "Waiting"]

_PATIENCE = 0.4  # seconds before the line appears: a quick answer needs none


class Underway(Protocol):
    """A job as the waiting line sees it: one line for each thing that happened on the way, the newest last."""

    @property
    def notices(self) -> Sequence[str]: ...


class Waiting:
    """`drawing… 7 s · gemini-3-pro-image · …`, on one screen, for one cell.

    Call `tick` about twice a second while waiting, then exactly one of `finish` (the result takes the line's place),
    `leave` (the cell is given up; the line says what becomes of the answer) and `fail` (an error follows).
    """

    def __init__(self, screen: Screen, model: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._screen = screen
        self._model = one_line(model, 80)
        self._clock = clock
        self._started = clock()
        self._display_id = f"nbgemini-{uuid.uuid4().hex}"
        self._visible = False
        self._said = ""

    def tick(self, job: Underway) -> None:
        """Show or update the line, at most once a second while only the time changes."""
        elapsed = self._clock() - self._started
        said = self._line(job, int(elapsed))
        if elapsed < _PATIENCE or said == self._said:
            return
        self._said = said
        self._put(line_bundle(said))

    def finish(self, bundles: Sequence[Bundle]) -> None:
        """The result: its first output takes the place of the line, the others follow."""
        if not bundles:
            self.fail()
        elif self._visible and self._screen.rich:
            self._screen.update(bundles[0], self._display_id)
            bundles = bundles[1:]
        publish(bundles, self._screen)

    def leave(self, *lines: str) -> None:
        """The cell stops waiting. The lines stay, and `announce` can replace them when the answer comes."""
        if self._screen.rich:
            self._put(line_bundle(*lines))
        else:
            self._screen.show(line_bundle(*lines))

    def announce(self, bundle: Bundle) -> None:
        """What became of an answer after `leave`; may be called from another thread."""
        if self._screen.rich:
            self._screen.update(bundle, self._display_id)

    def fail(self) -> None:
        """Say that it ended, before an error is shown. Other outputs of the cell are left alone."""
        if self._visible and self._screen.rich:
            self._put(line_bundle(f"no picture · {self._model} · {self.seconds:.1f} s"))
        elif self._visible:
            self._screen.clear()

    @property
    def seconds(self) -> float:
        """Seconds since the cell began to wait."""
        return self._clock() - self._started

    def _put(self, bundle: Bundle) -> None:
        if self._visible:
            self._screen.update(bundle, self._display_id)
        else:
            self._screen.show(bundle, self._display_id)
            self._visible = True

    def _line(self, job: Underway, seconds: int) -> str:
        stop = "■" if self._screen.rich else "Ctrl-C"
        news = one_line(job.notices[-1], 200) if job.notices else f"{stop} stops the waiting; the answer is kept"
        return f"drawing… {seconds} s · {self._model} · {news}"
