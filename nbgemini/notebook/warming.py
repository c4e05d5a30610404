"""Imports what a first picture needs while the user thinks: a second after the last cell, never while one runs."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["register", "unregister"]

_IDLE = 1.0  # seconds


def _values() -> None:
    from nbgemini import settings  # noqa: F401
    from nbgemini.core import continuing, options  # noqa: F401


def _disk() -> None:
    from nbgemini import bridge  # noqa: F401
    from nbgemini.store import store  # noqa: F401


def _client() -> None:
    from nbgemini.net import client  # noqa: F401


def _transport() -> None:
    from nbgemini.net import transport  # noqa: F401


def _studio() -> None:
    from nbgemini.studio import handles, studio  # noqa: F401


def _pictures() -> None:
    from PIL import Image  # noqa: F401


def _cell() -> None:
    from nbgemini.notebook import dispatch  # noqa: F401
    from nbgemini.notebook.cell import asked, foreground  # noqa: F401
    from nbgemini.notebook.show import display  # noqa: F401


def _certificates() -> None:
    from nbgemini.net.certificates import prepare
    from nbgemini.settings import certificate_variables

    prepare(certificate_variables())


# From the bottom to the top, so that each is a short piece: a cell that comes waits for no more than one of them.
_STEPS = (_values, _disk, _client, _transport, _studio, _pictures, _cell, _certificates)


class _Warming:
    """Of one kernel, until it is done. The steps run on a thread, everything else on the kernel's own."""

    def __init__(self) -> None:
        self._left = list(_STEPS)
        self._timer: asyncio.TimerHandle | None = None
        self._thread: threading.Thread | None = None
        self._goes_on = False

    def wait(self, _: Any = None) -> None:
        """A cell has ended."""
        self.stop()
        if self._left:
            import asyncio  # a kernel has it

            with suppress(RuntimeError):  # a cell that ran on no loop
                self._timer = asyncio.get_running_loop().call_later(_IDLE, self._begin)

    def stop(self, _: Any = None) -> None:
        """A cell begins; what is under way ends with the step that it is at."""
        self._goes_on = False
        if self._timer is not None:
            self._timer.cancel()

    def _begin(self) -> None:
        self._goes_on = True
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._warm, name="nbgemini-warming", daemon=True)
            self._thread.start()

    def _warm(self) -> None:
        while self._goes_on and self._left:
            try:
                self._left[0]()
            except Exception:  # the cell that needs it says what is wrong
                self._left.clear()
                return
            del self._left[0]


_ours: list[_Warming] = []


def register(shell: InteractiveShell) -> None:
    """Begin to wait."""
    warming = _Warming()
    _ours[:] = [warming]
    shell.events.register("pre_run_cell", warming.stop)
    shell.events.register("post_run_cell", warming.wait)


def unregister(shell: InteractiveShell) -> None:
    """Take it back."""
    for warming in _ours:
        warming.stop()
        for event, verb in (("pre_run_cell", warming.stop), ("post_run_cell", warming.wait)):
            if verb in shell.events.callbacks[event]:
                shell.events.unregister(event, verb)
    _ours.clear()
