"""Answers that arrive at once are taken in one after the other, and nobody is held up by one that stalls."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from nbgemini.core.exchange import Answer
from nbgemini.core.seams import RawAnswer
from nbgemini.errors import NotSent
from nbgemini.net import sockets
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.flight import Flight
from nbgemini.net.taking_turns import LONG, TURNS, Turns
from tests.net.server import PATIENCE, Caller, Wire, answers, reply, serving
from tests.wire.answers import image, response, text
from tests.wire.shelf import Shelf, Writer

FOREVER = 60.0


def waits(turns: Turns, work: Callable[[], None]) -> threading.Thread:
    """A thread that has begun to wait for its turn, and will do this in it."""

    def wait() -> None:
        turns.take()
        work()
        turns.leave()

    return begun(turns, wait)


def begun(turns: Turns, work: Callable[[], None]) -> threading.Thread:
    """The thread of what is made to wait."""
    before = turns.waiting
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    end = time.monotonic() + 10
    while turns.waiting == before:
        assert time.monotonic() < end
        time.sleep(0.001)
    return thread


def elsewhere(work: Callable[[], None]) -> None:
    """Do it on a thread of its own, to the end."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(PATIENCE / 2)
    assert not thread.is_alive()


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    """One at a time; whoever has the turn may ask for it again, and nobody else can give it away."""
    turns, done = Turns(FOREVER), list[int]()
    turns.take()
    turns.take()
    threads = [waits(turns, lambda number=number: done.append(number)) for number in range(5)]  # type: ignore[misc]
    elsewhere(turns.leave)
    assert done == []
    turns.leave()
    for thread in threads:
        thread.join(10)
    assert done == [0, 1, 2, 3, 4]
    elsewhere(turns.take)  # it is free again


def test_who_stands_back_goes_behind_those_that_wait() -> None:
    """What is less urgent than answers on the wire is done after them."""
    turns, done = Turns(FOREVER), list[str]()
    turns.take()
    first = waits(turns, lambda: done.append("waits"))

    def back() -> None:
        turns.stand_back()
        done.append("stood back")

    second = begun(turns, back)
    turns.leave()
    first.join(10)
    second.join(10)
    assert done == ["waits", "stood back"]


def test_a_long_turn_is_shared() -> None:
    """Who takes in a download lets pictures go first; a turn that has just begun goes on."""
    now, done = [100.0], list[str]()
    turns = Turns(FOREVER, clock=lambda: now[0])
    turns.take()
    first = waits(turns, lambda: done.append("picture"))
    turns.take()
    assert done == []
    now[0] += 2 * LONG
    turns.take()
    assert done == ["picture"]
    first.join(10)
    second = waits(turns, lambda: done.append("another"))  # the turn is this thread's again, from its beginning
    turns.take()
    assert done == ["picture"]
    turns.leave()
    second.join(10)
    assert done == ["picture", "another"]


def test_a_holder_that_is_stuck_holds_up_the_others_once() -> None:
    """After its patience one goes on; the turn is its own then, whatever the old holder does later."""
    turns, done = Turns(0.05), list[str]()
    elsewhere_taken, stuck = threading.Event(), threading.Event()

    def is_stuck() -> None:
        turns.take()
        elsewhere_taken.set()
        stuck.wait(10)
        turns.leave()

    thread = threading.Thread(target=is_stuck, daemon=True)
    thread.start()
    assert elsewhere_taken.wait(10)
    began = time.monotonic()
    turns.take()
    assert time.monotonic() - began > 0.04
    turns.patience = FOREVER
    stuck.set()
    thread.join(10)
    following = waits(turns, lambda: done.append("next"))  # this thread has it still
    assert done == []
    turns.leave()
    following.join(10)
    assert done == ["next"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_does_not_wait_for_a_turn_of_its_parent() -> None:
    """The lock was copied with its holder, who is not there any more."""
    code = """
import os, threading
from nbgemini.net.taking_turns import TURNS
TURNS.patience = 60
TURNS.take()
if os.fork() == 0:
    another = threading.Thread(target=TURNS.take, daemon=True)
    another.start()
    another.join(30)
    os._exit(another.is_alive())
raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))
"""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False, timeout=100).returncode == 0


def test_an_answer_that_stalls_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its turn ends where it has to wait for the network, and when it is there no turn is left over."""
    monkeypatch.setattr(TURNS, "patience", FOREVER)
    half, arrived, answer = threading.Event(), threading.Event(), reply()

    def stalls(wire: Wire) -> None:
        wire.read()
        wire.send(answer[:-20])
        half.set()
        arrived.wait(PATIENCE)
        wire.send(answer[-20:])

    with serving(stalls, answers()) as server:
        slow: list[Answer] = []
        thread = threading.Thread(target=lambda: slow.append(Caller(server.url).ask()), daemon=True)
        thread.start()
        assert half.wait(PATIENCE)
        began = time.monotonic()
        for _ in range(4):
            assert Caller(server.url).ask().turn is not None
        assert time.monotonic() - began < PATIENCE  # who waited for a turn would wait until the server gives up
        arrived.set()
        thread.join(PATIENCE)
        assert [answer.turn is not None for answer in slow] == [True]
    began = time.monotonic()
    TURNS.stand_back()
    assert time.monotonic() - began < FOREVER / 2


def test_an_answer_that_has_come_already_waits_for_its_turn_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fast server has answered before it is looked for: its answers would otherwise be taken in all at once."""
    monkeypatch.setattr(TURNS, "patience", FOREVER)
    got: list[Answer] = []
    with serving(answers()) as server:
        TURNS.take()
        try:
            thread = begun(TURNS, lambda: got.append(Caller(server.url).ask()))
            assert not got
        finally:
            TURNS.leave()
        thread.join(PATIENCE)
    assert [answer.turn is not None for answer in got] == [True]


class Forced(Writer):
    """A file that takes its time at the end; meanwhile the turn is another's."""

    def finish(self) -> tuple[str, int]:
        elsewhere(take_and_leave)
        return super().finish()


class Disk(Shelf):
    def writer(self) -> Writer:
        return Forced(self)


def take_and_leave() -> None:
    TURNS.take()
    TURNS.leave()


@pytest.mark.parametrize("part", [image(bytes(300_000), thoughtSignature="c2ln" * 1000), text("a few words")])
def test_who_waits_for_the_disk_has_no_turn(part: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Forcing a picture to disk, or the answer around it, may take longer than taking the next one in."""
    monkeypatch.setattr(TURNS, "patience", FOREVER)
    kept: list[RawAnswer] = []

    def keep(raw: RawAnswer) -> None:
        elsewhere(take_and_leave)
        kept.append(raw)

    with serving(answers(body=json.dumps(response(part)).encode())) as server:
        caller = Caller(server.url)
        caller.client.generate(
            caller.request(), objects=Disk(), keep=keep, flight=Flight(PATIENCE), notice=caller.notices.append
        )
    assert len(kept) == 1


def test_a_tunnel_is_made_without_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy has answered, but not yet the server behind it: that was a wait of half a second for the next one."""
    monkeypatch.setattr(TURNS, "patience", FOREVER)
    said_yes, go_on = threading.Event(), threading.Event()

    def stalls(wire: Wire) -> None:
        while b"\r\n\r\n" not in wire.sock.recv(65536):
            pass
        wire.send(b"HTTP/1.1 200 OK\r\n\r\n")
        said_yes.set()
        go_on.wait(PATIENCE)

    def ask() -> None:
        with pytest.raises(NotSent):
            Caller("https://127.0.0.1:9", policy=RetryPolicy(unsent=0, begun=0)).ask()

    with serving(stalls) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        assert said_yes.wait(PATIENCE)
        while not any("handshake" in frame for frame in frames_of(thread)):
            time.sleep(0.001)
        elsewhere(take_and_leave)
        go_on.set()
        thread.join(PATIENCE)


def frames_of(thread: threading.Thread) -> list[str]:
    """The names of the functions that a thread is in."""
    frame, names = sys._current_frames().get(thread.ident or 0), []
    while frame is not None:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def test_many_that_wait_share_one_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen connections that wait for their answers hold no memory for them."""
    monkeypatch.setattr(sockets, "_rooms", [])
    go_on = threading.Event()

    def late(wire: Wire) -> None:
        wire.read()
        go_on.wait(PATIENCE)
        wire.send(reply())

    with serving(late) as server:
        threads = [threading.Thread(target=Caller(server.url).ask, daemon=True) for _ in range(16)]
        for thread in threads:
            thread.start()
        while len(server.requests) < 16:
            time.sleep(0.001)
        assert len(sockets._rooms) <= 1
        go_on.set()
        for thread in threads:
            thread.join(PATIENCE)
    assert len(sockets._rooms) == 1


def test_pieces_grow_with_the_answer() -> None:
    """Small ones cost a new process less, large ones a long answer; many connections share what memory there is."""
    ours, theirs = socket.socketpair()
    with closing(theirs):
        sender = threading.Thread(target=theirs.sendall, args=(bytes(5 * 2**20),), daemon=True)
        sender.start()
        stream = sockets.Stream(ours, Flight(PATIENCE))
        come = 0
        while come < 4 * 2**20:
            assert stream.piece == 128 * 1024
            size = len(stream.read(PATIENCE))
            assert size <= 128 * 1024
            come += size
        assert stream.piece == 256 * 1024
        while come < 5 * 2**20:
            come += len(stream.read(PATIENCE))
        others = [sockets.Stream(ours, Flight(PATIENCE)) for _ in range(4)]
        assert stream.piece == 64 * 1024
        for one in (*others, stream):
            one.close()
        sender.join(PATIENCE)
