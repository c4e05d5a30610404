"""The state of one paid POST, shared between the thread that makes it and those that wait for it or give it up.

There is no lock in it: a signal handler may call everything here. Each attribute is written by one side only, and
where two of them race (`cancelled` and `sent`, `cancelled` and the socket) each side writes its own before it reads
the other's, so that at least one of them sees both.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Literal

__all__ = ["Errand", "Flight", "Line", "Stage", "time_allowed"]

Stage = Literal["waiting", "sending", "sent", "receiving", "done"]

_SECONDS = {"2K": 240.0, "4K": 420.0}
_LONGEST = 7 * 86400.0  # seconds: the system's timers take no more than some years


def time_allowed(size: str | None) -> float:
    """The default deadline of a request in seconds, waits included, by image size; 180 s for 1K and smaller."""
    return _SECONDS.get(size or "", 180.0)


class Line:
    """A second handle on a connection's socket, so that another thread can cut it, wrapped in TLS or not.

    It closes itself when the last holder drops it; a closed handle could be another connection's by then.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock.dup()

    def cut(self) -> None:
        """Shut the connection down in both directions: whoever reads or writes it is woken."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):
            self._socket.close()


class Flight:
    """One POST on its way, retries and the waits between them included.

    `stage` is for people. `begun` and `sent` tell of the try that is under way: whether the first and the last piece
    of its body were handed over. `received` counts the bytes of the answer. `cancelled`, `expired` and `held` say who
    cut it. `may_leave` is asked once more when a try is connected, the last moment before anything of it leaves.
    """

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        may_leave: Callable[[], bool] = lambda: True,
    ) -> None:
        self._clock = clock
        self._may_leave = may_leave
        self._line: Line | None = None
        self._gate = threading.Lock()  # held until the flight is cut: a bare lock has no Python code to interrupt
        self._gate.acquire()
        self.deadline = clock() + min(seconds, _LONGEST)
        self.stage: Stage = "waiting"
        self.begun = False
        self.sent = False
        self.received = 0
        self.cancelled = False
        self.expired = False
        self.held = False

    def remaining(self) -> float:
        """Seconds until the deadline, 0 when it has passed."""
        return max(0.0, self.deadline - self._clock())

    @property
    def is_cut(self) -> bool:
        """Whether it was cancelled, ran out of time or was held back."""
        return self.cancelled or self.expired or self.held

    def cancel(self) -> None:
        """Cut the connection now, or as soon as there is one, and end every wait."""
        self.cancelled = True
        self._cut()

    def withdraw(self) -> bool:
        """Cancel if the last piece of the body was not handed over yet. False: it is too late, it goes on.

        After True nothing was charged and nothing will be.
        """
        if self.sent:
            return False
        self.cancelled = True
        self._cut()
        return not self.sent

    def expire(self) -> None:
        """What `cancel` does, in the name of the deadline."""
        self.expired = True
        self._cut()

    def _cut(self) -> None:
        line = self._line
        if line is not None:
            line.cut()
        self._open()

    def _open(self) -> None:
        with contextlib.suppress(RuntimeError):  # it was open already
            self._gate.release()

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond a cut."""
        if self._gate.acquire(timeout=max(0.0, seconds)):
            self._open()

    # What the thread that makes the POST says.

    def begin(self) -> None:
        """A new try starts: nothing of it was handed over."""
        self.begun = self.sent = False
        self.received = 0
        self.stage = "waiting"

    def connected(self, sock: socket.socket) -> None:
        """The connection of this try; cut at once when the flight was cut before."""
        self._line = Line(sock)
        if self.is_cut:
            self._line.cut()

    def departs(self) -> bool:
        """This try is connected and about to leave. False: it was cut or is held back, hand nothing over."""
        if not self.begun and not self._may_leave():
            self.held = True
        return not self.is_cut

    def handing_over(self, *, last: bool) -> bool:
        """A piece of the body is about to be handed over. False: it was cut, hand nothing over."""
        self.stage = "sending"
        if last:
            self.sent = True
        if self.is_cut:
            self.sent = False
            return False
        self.begun = True
        return True

    def handed_over(self) -> None:
        """The server has the whole body."""
        self.stage = "sent"

    def arrived(self, size: int) -> None:
        """So many more bytes of the answer are here."""
        self.stage = "receiving"
        self.received += size

    def end(self) -> None:
        """This try is over; its connection is closed."""
        self._line = None

    def settle(self) -> None:
        """There will be no further try."""
        self._line = None
        self.stage = "done"


class Errand(Flight):
    """What must be done before a flight can leave, and costs nothing: it is cut with it and ends with its time.

    Whatever it sends, the flight itself has not left.
    """

    def __init__(self, flight: Flight) -> None:
        super().__init__(flight.remaining())
        self._flight = flight
        self.cancelled = flight.cancelled

    @property
    def is_cut(self) -> bool:
        """Whether either of them was cut."""
        return self.cancelled or self.expired or self._flight.is_cut

    def connected(self, sock: socket.socket) -> None:
        """The connection of this errand; cutting the flight cuts it."""
        super().connected(sock)
        self._flight.connected(sock)

    def end(self) -> None:
        """It is over; its connection is closed."""
        super().end()
        self._flight.end()
