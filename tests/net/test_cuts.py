"""Cancelling and deadlines: in every phase, from another thread, in bounded time, and with the money told right."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from nbgemini.errors import DeadlinePassed, NbgeminiError, NotSent, OutcomeUnknown, TransportError
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.flight import Flight, time_allowed
from tests.net.server import ANSWER, PNG, Act, Caller, Wire, answers, google, hint, reply, serving, silence, trickle
from tests.wire.shelf import Shelf

BIG = bytes(30_000_000)  # more than the buffers of a loopback connection hold


def takes_nothing(wire: Wire) -> None:
    """Read the head, and leave the body where it is."""
    wire.read(limit=0)
    time.sleep(5)


def asked(caller: Caller, flight: Flight, *, data: bytes = b"") -> tuple[threading.Thread, list[NbgeminiError]]:
    """Ask in a thread of its own; what it raises ends up in the list."""
    raised: list[NbgeminiError] = []

    def run() -> None:
        try:
            caller.ask(caller.request("x", data), flight=flight)
        except NbgeminiError as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, raised


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    assert condition()


@contextmanager
def deaf() -> Iterator[str]:
    """An address that never completes a connection: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = []
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            sock.connect_ex(address)
            waiting.append(sock)
        time.sleep(0.05)
        yield f"http://127.0.0.1:{address[1]}"
        for sock in waiting:
            sock.close()


# Phase: (what the server does, the picture in the request, when to cancel, what is raised)
PHASES: dict[str, tuple[Act, bytes, Callable[[Flight], bool], type[TransportError]]] = {
    "sending": (takes_nothing, BIG, lambda flight: flight.begun, NotSent),
    "waiting for the answer": (silence, b"", lambda flight: flight.stage == "sent", OutcomeUnknown),
    "receiving": (trickle(reply(), start=3000), b"", lambda flight: flight.received > 1500, OutcomeUnknown),
    "headers": (trickle(reply(), start=10), b"", lambda flight: flight.stage == "sent", OutcomeUnknown),
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_cancel_from_another_thread_ends_every_phase(phase: str) -> None:
    """Within a second, once, with the charge known; and the connection is really closed."""
    act, data, ready, kind = PHASES[phase]
    with serving(act) as server:
        caller, flight = Caller(server.url), Flight(8)
        thread, raised = asked(caller, flight, data=data)
        until(lambda: ready(flight) and bool(server.requests))  # what is cancelled sooner may never be read there
        began = time.monotonic()
        flight.cancel()
        thread.join(2)
        took = time.monotonic() - began
        assert not thread.is_alive()
        if data == b"":
            assert server.left.wait(2)
    assert took < 1.0
    assert type(raised[0]) is kind
    assert raised[0].charged == ("no" if kind is NotSent else "maybe")
    assert len(server.requests) == 1
    assert flight.stage == "done"


def test_a_cancel_ends_a_connection_attempt() -> None:
    """Before there is a connection nothing can have been charged."""
    with deaf() as url:
        flight = Flight(8)
        thread, raised = asked(Caller(url), flight)
        time.sleep(0.15)
        assert flight.withdraw()
        thread.join(1.5)
    assert not thread.is_alive()
    assert type(raised[0]) is NotSent
    assert raised[0].message == "Cancelled before the request was sent."


def test_a_cancel_ends_a_wait_between_two_tries() -> None:
    """After a 429 nothing was charged; the next try is not begun."""
    with serving(google(429, "x", "X", hint("5s"))) as server:
        caller, flight = Caller(server.url), Flight(20)
        thread, raised = asked(caller, flight)
        until(lambda: bool(caller.notices))
        assert flight.withdraw()
        thread.join(1.5)
    assert not thread.is_alive()
    assert type(raised[0]) is NotSent
    assert len(server.requests) == 1


def test_a_cancel_before_the_start_sends_nothing() -> None:
    """A flight may be given up before its thread gets to it."""
    with serving(answers()) as server:
        flight = Flight(8)
        flight.cancel()
        with pytest.raises(NotSent, match="Cancelled before"):
            Caller(server.url).ask(flight=flight)
    assert server.requests == []


def test_what_has_left_is_not_withdrawn() -> None:
    """An interrupt after the body was sent lets the request go on; its answer arrives."""
    release = threading.Event()

    def slow(wire: Wire) -> None:
        wire.read()
        release.wait(5)
        wire.send(reply())

    with serving(slow) as server:
        caller, flight = Caller(server.url), Flight(8)
        thread, raised = asked(caller, flight)
        until(lambda: flight.stage == "sent")
        assert flight.withdraw() is False
        assert flight.cancelled is False
        release.set()
        thread.join(5)
    assert raised == []
    assert caller.kept[0].complete


@pytest.mark.parametrize(
    ("act", "data", "kind"),
    [
        (silence, b"", DeadlinePassed),
        (trickle(reply(), pause=0.02, start=200), b"", DeadlinePassed),
        pytest.param(trickle(reply(), pause=0.02, start=5), b"", DeadlinePassed, marks=pytest.mark.deep),
        pytest.param(trickle(reply(length=None), pause=0.02, start=300), b"", DeadlinePassed, marks=pytest.mark.deep),
        (takes_nothing, BIG, NotSent),
    ],
    ids=["silence", "trickle in the body", "trickle in the headers", "trickle without a length", "upload"],
)
def test_the_deadline_holds(act: Act, data: bytes, kind: type[TransportError]) -> None:
    """Within a fraction of a second, also on a trickle that keeps every single read short."""
    with serving(act) as server:
        caller = Caller(server.url)
        request = caller.request("x", data)
        began = time.monotonic()
        with pytest.raises(kind) as caught:
            caller.ask(request, seconds=0.6)
        took = time.monotonic() - began
    assert 0.5 <= took < 1.6
    assert type(caught.value) is kind
    assert len(server.requests) == 1


def test_the_deadline_holds_while_connecting() -> None:
    """A server that never accepts."""
    with deaf() as url:
        began = time.monotonic()
        with pytest.raises(NotSent):
            Caller(url).ask(seconds=0.5)
    assert time.monotonic() - began < 1.5


def test_an_answer_that_was_whole_survives_the_deadline() -> None:
    """The last byte is there, only the end of the connection is not: that is an answer."""

    def stays_open(wire: Wire) -> None:
        wire.read()
        wire.send(reply(length=len(ANSWER) + 100))
        wire.wait_until_left()

    with serving(stays_open) as server:
        caller = Caller(server.url)
        answer = caller.ask(seconds=0.5)
    assert answer.turn is not None
    assert answer.turn.picture is not None


def test_a_deadline_keeps_what_had_arrived() -> None:
    """The picture was whole when time ran out: it is on disk, and named."""
    data = reply()

    with serving(trickle(data, pause=0.5, start=len(data) - 40)) as server:
        caller = Caller(server.url)
        with pytest.raises(DeadlinePassed) as caught:
            caller.ask(seconds=0.6)
    assert [caller.shelf.held[picture.sha256] for picture in caught.value.pictures] == [PNG]
    assert "1 complete picture arrived" in caught.value.hint


def test_the_time_allowed_follows_the_size() -> None:
    """180 s, 240 s for 2K, 420 s for 4K."""
    assert [time_allowed(size) for size in (None, "512", "1K", "2K", "4K", "8K")] == [180, 180, 180, 240, 420, 180]


def test_any_number_of_seconds_may_be_allowed() -> None:
    """Timers of the system take no infinity."""
    with serving(answers()) as server:
        assert Caller(server.url).ask(seconds=float("inf")).turn is not None


def test_a_hammer_of_cancels_never_lies_about_the_money() -> None:
    """Cancelled at random moments: a NotSent that reached the server whole would be a lie."""
    with serving(answers()) as server:
        caller = Caller(server.url, policy=RetryPolicy(unsent=0, begun=0))
        for turn in range(60):
            flight = Flight(5)
            posts = len(server.requests)
            thread, raised = asked(caller, flight)
            time.sleep(turn * 0.0002)
            withdrawn = flight.withdraw()
            thread.join(5)
            assert not thread.is_alive()
            arrived = len(server.requests) > posts and server.requests[-1].body != b""
            if raised:
                assert type(raised[0]) is NotSent
                assert not arrived
            assert not (withdrawn and arrived)
    assert isinstance(caller.shelf, Shelf)
    assert not caller.shelf.open
