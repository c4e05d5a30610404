"""`--bg`: the cell returns at once, and its outputs fill in when the answer comes.

The cell leaves the three places that it may need: for a picture, or the sheet of several, and the words around it.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Sequence
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from nbgemini.bridge import Job, whole
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.cell.foreground import start
from nbgemini.notebook.cell.live_view import CALM
from nbgemini.notebook.cell.several import SeveralView, live_view, shown
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.markup import NOTHING, joined
from nbgemini.notebook.show.screen import Place, Screen, current_screen

if TYPE_CHECKING:
    from nbgemini.notebook.cell.asked import Typed
    from nbgemini.studio.drawing import Drawing
    from nbgemini.studio.studio import Studio

__all__ = ["begin"]

_FEW = 16  # pictures, each of which is shown as soon as it is there
_PLACES = 3
_SECOND = 1.0
_OFTEN = 60.0  # seconds for which every second is told


@whole  # an interrupt must not come between sending and taking note of it
def begin(studio: Studio, cell: Typed) -> None:
    """Begin to draw and return. Raises nbgemini's errors for what is wrong before anything is sent."""
    screen, options, user_ns = current_screen(), cell.options, cell.user_ns
    with studio.surroundings.one_moment():
        preview = options.preview or studio.settings().preview
        drawing = start(studio, cell)
    if options.out:
        user_ns[options.out] = drawing
    places = _Places(screen, drawing.model)

    def settled() -> None:
        bundles = _ended(drawing, preview, options.quiet, screen)
        if options.out and user_ns.get(options.out) is drawing and drawing.done is not None:
            user_ns[options.out] = drawing.done  # before it is seen: who sees the picture may use its name
        places.fill(bundles)

    if screen.follows and not options.quiet:
        _follow(drawing, places)
    drawing.job.when_settled(settled)
    if screen.follows:
        Job(lambda _: _tick(drawing, places), name="nbgemini-background-clock")


def _tick(drawing: Drawing, places: _Places) -> None:
    """Tell how long it takes, ever more seldom: each update travels to every page that is open."""
    pause = _SECOND
    while not drawing.job.settled_within(pause):
        places.waiting(drawing.job.seconds)
        pause = _SECOND if drawing.job.seconds < _OFTEN else 5 * _SECOND


def _follow(drawing: Drawing, places: _Places) -> None:
    """Show what a stream brings, as the worker hears of it; between updates is a pause, as in a cell that waits."""
    view, job, guard = live_view(drawing, drawing.ask.count), drawing.job, threading.Lock()
    last = float("-inf")
    calm = 0.0 if isinstance(view, SeveralView) and drawing.ask.count <= _FEW else CALM  # nothing comes after the last

    def come() -> None:
        nonlocal last
        with guard:
            if job.settled or time.monotonic() - last < calm:
                return
            last = time.monotonic()
            places.follow(view.bundle(list(job.live), running=True))

    job.on_live = come
    if job.live:  # some of it may have come before anybody listened
        come()


def _ended(drawing: Drawing, preview: int, quiet: bool, screen: Screen) -> Sequence[Bundle]:
    """What is shown of a drawing that has settled."""
    try:
        result = drawing.result(drawing.job.result())
    except NbgeminiError as error:
        return [line_bundle(*error.lines())]
    return shown(result, preview=preview, quiet=quiet, rich=screen.rich)


class _Places:
    """Outputs with nothing in them yet."""

    def __init__(self, screen: Screen, model: str) -> None:
        self._screen = screen
        self._places = [Place(screen) for _ in range(_PLACES)] if screen.follows else []
        self._model = model
        self._lock = threading.Lock()
        self._filled = False
        for number, place in enumerate(self._places):
            place.put(Bundle("") if number else self._line())
        if not screen.follows:
            screen.show(self._line())
        self._cell = contextvars.copy_context()

    def _line(self, seconds: float = 0) -> Bundle:
        clock = f" {seconds:.0f} s" if seconds >= _SECOND else ""
        return line_bundle(f"drawing in the background…{clock} · {self._model} · a cell that edits it will wait for it")

    def waiting(self, seconds: float) -> None:
        """Tell how long it takes."""
        with self._lock:
            if not self._filled:
                self._places[0].put(self._line(seconds))

    def follow(self, bundle: Bundle) -> None:
        """Put what has come so far beneath the line."""
        with self._lock:
            if not self._filled:
                self._places[1].put(bundle)

    def fill(self, bundles: Sequence[Bundle]) -> None:
        """Put everything into the places, in order."""
        if not self._screen.follows:
            for bundle in bundles:
                self._cell.copy().run(self._screen.show, bundle)
            return
        with self._lock:
            self._filled = True
            for place, bundle in zip_longest(self._places, _fitted(bundles, len(self._places)), fillvalue=Bundle("")):
                place.put(bundle)  # type: ignore[union-attr]  # there are never more bundles than places


def _fitted(bundles: Sequence[Bundle], most: int) -> list[Bundle]:
    """At most so many, in order: words that follow each other are one output, and what is too much joins the end."""
    runs = [(is_picture, list(run)) for is_picture, run in groupby(bundles, lambda bundle: bool(bundle.picture))]
    fitted = [one for is_picture, run in runs for one in (run if is_picture else [_joined(run)])]
    if len(fitted) <= most:
        return fitted
    pictures = [bundle for bundle in fitted if bundle.picture]
    return [*pictures[: most - 1], _joined([bundle for bundle in bundles if not bundle.picture])]


def _joined(bundles: Sequence[Bundle]) -> Bundle:
    """Several bundles of words as one."""
    return Bundle("\n".join(bundle.text for bundle in bundles), joined(bundle.html or NOTHING for bundle in bundles))
