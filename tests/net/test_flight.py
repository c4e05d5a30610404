"""A flight is shared between threads without a lock."""

from __future__ import annotations

import gc
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from nbgemini.net.flight import Flight, Line

IMPORTS = """
import sys
import nbgemini.net.client, nbgemini.net.inprocess, nbgemini.net.seam
print(sorted(name for name in ("httpx", "httpcore", "ssl", "asyncio", "PIL", "urllib.request") if name in sys.modules))
"""


def test_the_client_imports_no_network_library() -> None:
    """httpx and ssl come with the first request, not with the extension."""
    found = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_deadline_counts_from_the_start() -> None:
    """Seconds left, never below zero."""
    now = [100.0]
    flight = Flight(5.0, clock=lambda: now[0])
    assert (flight.deadline, flight.remaining()) == (105.0, 5.0)
    now[0] = 107.0
    assert flight.remaining() == 0.0


def test_a_cut_ends_every_sleep() -> None:
    """Those that are under way and those that begin later."""
    flight = Flight(60.0)
    timer = threading.Timer(0.1, flight.cancel)
    timer.start()
    began = time.monotonic()
    flight.sleep(5.0)
    flight.sleep(5.0)
    assert time.monotonic() - began < 1.0
    flight.cancel()
    flight.expire()
    assert flight.cancelled
    assert flight.expired
    timer.join()


def test_a_sleep_that_is_not_cut_lasts() -> None:
    """As long as it was asked to."""
    began = time.monotonic()
    Flight(60.0).sleep(0.05)
    Flight(60.0).sleep(-1.0)
    assert 0.045 <= time.monotonic() - began < 1.0


def test_withdrawing_and_handing_over_never_both_win() -> None:
    """Whichever comes first: a flight that was withdrawn hands nothing over, one that left is not withdrawn."""
    for turn in range(400):
        flight = Flight(60.0)
        won: list[bool] = []
        start = threading.Barrier(2)

        def hand_over(flight: Flight = flight, won: list[bool] = won, start: threading.Barrier = start) -> None:
            start.wait()
            won.append(flight.handing_over(last=True))

        thread = threading.Thread(target=hand_over)
        thread.start()
        start.wait()
        if turn % 2:
            time.sleep(0)
        withdrawn = flight.withdraw()
        thread.join()
        assert not (withdrawn and won[0])


def test_a_cut_before_the_connection_ends_it_when_it_comes() -> None:
    """It is remembered."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        flight = Flight(60.0)
        flight.cancel()
        flight.connected(ours)
        theirs.settimeout(2)
        assert theirs.recv(1) == b""


def test_a_line_closes_itself_when_nobody_holds_it() -> None:
    """The second handle does not keep the connection open."""
    ours, theirs = socket.socketpair()
    with theirs:
        line = Line(ours)
        ours.close()
        theirs.settimeout(0.05)
        with pytest.raises(TimeoutError):
            theirs.recv(1)
        del line
        gc.collect(0)  # those of all tests before are not looked at
        theirs.settimeout(2)
        assert theirs.recv(1) == b""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no interval timer")
def test_a_signal_handler_may_cancel() -> None:
    """Interrupting the very same call at any bytecode does not deadlock."""
    flight = Flight(60.0)
    calls: list[int] = []

    def handle(*_: object) -> None:
        calls.append(1)
        flight.cancel()
        flight.withdraw()
        flight.sleep(0.0)

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        end = time.monotonic() + 10
        while len(calls) <= 100 and time.monotonic() < end:
            flight.cancel()
            flight.sleep(0.001)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(calls) > 100
