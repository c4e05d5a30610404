"""The thin seam to whatever shows outputs: a notebook front end or a terminal."""

from __future__ import annotations

import contextvars
import functools
import shutil
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TextIO

from nbgemini.core.phrases import shortened
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.terminal_pictures import Way, drawn, linked, way_of
from nbgemini.settings import terminal_variables

__all__ = [
    "AppendingScreen", "NotebookScreen", "Place", "Screen", "TerminalScreen", "current_screen", "parent_request",
    "publish",
]  # fmt: skip


_PASSING = 79  # characters: a longer line would take two rows of a console, and the second could not be cleared


class Screen(Protocol):
    """Where bundles go. `rich` says whether HTML is shown, or text alone; `pictures`, whether pictures are; `follows`,
    whether updates are.

    Where updates are not followed, what has a `display_id` is a passing line, and a result is an output of its own.
    """

    rich: bool
    pictures: bool
    follows: bool

    def show(self, bundle: Bundle, display_id: str | None = None) -> None:
        """A new output; with a `display_id` it can be updated later."""

    def update(self, bundle: Bundle, display_id: str) -> None:
        """Put another bundle where the output with this id stands."""

    def clear(self) -> None:
        """Take the passing line of a terminal away; what was shown stays."""


# IPython's display functions publish no types.
def _call(function: Callable[..., object], *given: object, **named: object) -> None:
    function(*given, **named)


class NotebookScreen:
    """Through IPython's display protocol: JupyterLab, Notebook, VS Code, Colab."""

    rich = True
    pictures = True
    follows = True

    def show(self, bundle: Bundle, display_id: str | None = None) -> None:
        from IPython.display import display

        identified = {"display_id": display_id} if display_id else {}
        _call(display, bundle.data, raw=True, metadata=dict(bundle.metadata), **identified)

    def update(self, bundle: Bundle, display_id: str) -> None:
        from IPython.display import update_display

        _call(update_display, bundle.data, raw=True, metadata=dict(bundle.metadata), display_id=display_id)

    def clear(self) -> None:
        """Nothing passes here: a live line is an output that is updated."""


class TerminalScreen:
    """Plain text. A line with a display id is a passing one: it is drawn over, and only where there is a terminal."""

    rich = False
    follows = False

    def __init__(self, stream: TextIO | None = None, way: Way = "") -> None:
        self._stream = sys.stdout if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._way: Way = way if self._is_terminal else ""
        self.pictures = bool(self._way)
        self._passing = False

    def show(self, bundle: Bundle, display_id: str | None = None) -> None:
        if display_id:
            self.update(bundle, display_id)
            return
        self.clear()
        if self._way and bundle.picture:
            self._write(drawn(next(iter(bundle.picture.values())), self._way))
        self._write((linked(bundle.text) if self._is_terminal else bundle.text) + "\n")

    def update(self, bundle: Bundle, display_id: str) -> None:
        if self._is_terminal:
            line = shortened(" ".join(bundle.text.split()), shutil.get_terminal_size().columns - 1)
            self._write(f"\r\x1b[2K{line}")
            self._stream.flush()
            self._passing = True

    def clear(self) -> None:
        if self._passing:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._passing = False

    def _write(self, text: str) -> None:
        """Letters that the terminal lacks (`↳` in a console of Windows) become question marks, not an error."""
        try:
            self._stream.write(text)
        except UnicodeEncodeError as problem:
            self._stream.write(text.encode(problem.encoding, "replace").decode(problem.encoding))


class AppendingScreen(NotebookScreen):
    """A kernel's front end that may not follow updates: qtconsole, jupyter-console, Spyder.

    `alone`: the request is one cell magic, whose outputs are all ours, so that its passing line can be cleared away.
    """

    follows = False

    def __init__(self, *, alone: bool) -> None:
        self._alone = alone
        self._passing = 0  # characters of the passing line

    def show(self, bundle: Bundle, display_id: str | None = None) -> None:
        if display_id:
            self.update(bundle, display_id)
            return
        self.clear()
        super().show(bundle)
        self._alone = False

    def update(self, bundle: Bundle, display_id: str) -> None:
        if not hasattr(sys.stdout, "pub_thread"):  # captured: nothing passes in what is looked at later
            return
        line = shortened(" ".join(bundle.text.split()), _PASSING)
        sys.stdout.write(f"\r{line.ljust(self._passing)}")
        sys.stdout.flush()
        self._passing = max(self._passing, len(line))

    def clear(self) -> None:
        if not self._passing:
            return
        sys.stdout.write(f"\r{' ' * self._passing}\r")  # for a console, which does not clear
        sys.stdout.flush()
        self._passing = 0
        if self._alone:
            from IPython.display import clear_output

            _call(clear_output, wait=True)


def current_screen() -> Screen:
    """The screen of the request that runs: a notebook's where it names its cell, else that of a console or a terminal.

    A console (it names no cell, and somebody can answer its questions) may not follow updates of an output: qtconsole,
    jupyter-console and Spyder do not. nbclient and papermill name no cell either, but nobody sits there, and they do.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if not hasattr(shell, "kernel"):
        return TerminalScreen(way=_way() if sys.stdout.isatty() else "")
    request = parent_request()
    if not request or _value(request, "metadata", "cellId") or _value(request, "content", "allow_stdin") is False:
        return NotebookScreen()
    return AppendingScreen(alone=str(_value(request, "content", "code")).lstrip().startswith("%%imagine"))


@functools.cache
def _way() -> Way:
    """How the terminal of this process takes pictures; it is asked once."""
    return way_of(sys.stdout, terminal_variables(), sys.stdin)


def parent_request() -> Mapping[str, object]:
    """The message that asked for what runs; empty where there is none, and in a thread of the user's own."""
    from IPython.core.getipython import get_ipython

    try:
        parent = getattr(get_ipython(), "parent_header", None)
    except LookupError:  # ipykernel 7.0 in a thread
        return {}
    return parent if isinstance(parent, dict) else {}


def _value(request: Mapping[str, object], part: str, name: str) -> object:
    values = request.get(part)
    return values.get(name) if isinstance(values, dict) else None


def publish(bundles: Iterable[Bundle], screen: Screen) -> None:
    """Show bundles one after the other, each as its own output."""
    for bundle in bundles:
        screen.show(bundle)


class Place:
    """An output that can be put anew; it is there once something was put.

    A front end takes updates of a cell that has ended, but nothing new: what is to come later needs its place in time.
    Each update belongs to the cell that put it first, whichever runs by then, and may come from any thread.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._id = f"nbgemini-{uuid.uuid4().hex}"
        self._cell: contextvars.Context | None = None

    @property
    def visible(self) -> bool:
        """Whether something was put."""
        return self._cell is not None

    def put(self, bundle: Bundle) -> None:
        if self._cell is None:
            self._screen.show(bundle, self._id)
            self._cell = contextvars.copy_context()
        else:
            # A copy, since two threads cannot be in one context. Without it, ipykernel takes the cell that runs now.
            self._cell.copy().run(self._screen.update, bundle, self._id)
