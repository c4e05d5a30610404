"""Answers that arrive at once are taken in one after the other, and nobody is held up by one that stalls."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from nbgemini.core.exchange import Answer
from nbgemini.net.taking_turns import LONG, TURNS, Turns
from tests.net.server import PATIENCE, Caller, Wire, answers, reply, serving

FOREVER = 60.0


def waits(turns: Turns, work: Callable[[], None]) -> threading.Thread:
    """A thread that has begun to wait for its turn, and will do this in it."""

    def wait() -> None:
        me = object()
        turns.take(me)
        work()
        turns.leave(me)

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


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    """One at a time; whoever has the turn may ask for it again, and nobody else can give it away."""
    turns, done = Turns(FOREVER), list[int]()
    turns.take("me")
    turns.take("me")
    threads = [waits(turns, lambda number=number: done.append(number)) for number in range(5)]  # type: ignore[misc]
    turns.leave("somebody else")
    assert done == []
    turns.leave("me")
    for thread in threads:
        thread.join(10)
    assert done == [0, 1, 2, 3, 4]
    turns.take("another")  # it is free again


def test_who_stands_back_goes_behind_those_that_wait() -> None:
    """What is less urgent than answers on the wire is done after them."""
    turns, done = Turns(FOREVER), list[str]()
    turns.take("me")
    first = waits(turns, lambda: done.append("waits"))

    def back() -> None:
        turns.stand_back()
        done.append("stood back")

    second = begun(turns, back)
    turns.leave("me")
    first.join(10)
    second.join(10)
    assert done == ["waits", "stood back"]


def test_a_long_turn_is_shared() -> None:
    """Who takes in a download lets pictures go first; a turn that has just begun goes on."""
    now, done = [100.0], list[str]()
    turns = Turns(FOREVER, clock=lambda: now[0])
    turns.take("download")
    first = waits(turns, lambda: done.append("picture"))
    turns.share("download")
    assert done == []
    now[0] += 2 * LONG
    turns.share("somebody else")
    assert done == []
    turns.share("download")
    assert done == ["picture"]
    first.join(10)
    second = waits(turns, lambda: done.append("another"))  # the turn is the download's again, from its beginning
    turns.share("download")
    assert done == ["picture"]
    turns.leave("download")
    second.join(10)
    assert done == ["picture", "another"]


def test_a_holder_that_is_stuck_holds_up_the_others_once() -> None:
    """After its patience one goes on; the turn is its own then, whatever the old holder does later."""
    turns, done = Turns(0.05), list[str]()
    turns.take("stuck")
    began = time.monotonic()
    turns.take("patient")
    assert time.monotonic() - began > 0.04
    turns.patience = FOREVER
    turns.leave("stuck")
    following = waits(turns, lambda: done.append("next"))  # "patient" has it still
    assert done == []
    turns.leave("patient")
    following.join(10)
    assert done == ["next"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_does_not_wait_for_a_turn_of_its_parent() -> None:
    """The lock was copied with its holder, who is not there any more."""
    code = """
import os, time
from nbgemini.net.taking_turns import TURNS
TURNS.patience = 60
TURNS.take("parent")
if os.fork() == 0:
    began = time.monotonic()
    TURNS.take("child")
    os._exit(0 if time.monotonic() - began < 30 else 1)
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
