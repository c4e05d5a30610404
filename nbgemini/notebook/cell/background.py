"""`--bg`: the cell returns at once, and its outputs fill in when the answer comes.

The cell leaves the two places that it will need: one for the picture, or the sheet of several, and one for the words.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbgemini.bridge import whole
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


@whole  # an interrupt must not come between sending and taking note of it
def begin(studio: Studio, cell: Typed) -> None:
    """Begin to draw and return. Raises nbgemini's errors for what is wrong before anything is sent."""
    screen, options, user_ns = current_screen(), cell.options, cell.user_ns
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
        self._places = [Place(screen), Place(screen)] if screen.follows else []
        waiting = line_bundle(f"drawing in the background… · {model} · a cell that edits it will wait for it")
        for number, place in enumerate(self._places):
            place.put(Bundle("") if number else waiting)
        if not screen.follows:
            screen.show(waiting)
        self._cell = contextvars.copy_context()

    def follow(self, bundle: Bundle) -> None:
        """Put what has come so far where the words will stand."""
        self._places[-1].put(bundle)

    def fill(self, bundles: Sequence[Bundle]) -> None:
        """Put pictures into the first places and everything else, in order, into the last."""
        if not self._screen.follows:
            for bundle in bundles:
                self._cell.copy().run(self._screen.show, bundle)
            return
        pictures = [bundle for bundle in bundles if bundle.picture]
        words = [bundle for bundle in bundles if bundle not in pictures]
        filled = [*pictures[: len(self._places) - 1], _joined(words)]
        for place, bundle in zip(self._places, filled, strict=False):
            place.put(bundle)


def _joined(bundles: Sequence[Bundle]) -> Bundle:
    """Several bundles of words as one."""
    return Bundle("\n".join(bundle.text for bundle in bundles), joined(bundle.html or NOTHING for bundle in bundles))
