"""The threads of a sweep: one for each request on its way, one that watches all deadlines, a few for what came."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.core.exchange import Exchange
from nbgemini.studio.sending.attempt import Attempt
from nbgemini.studio.studio import Studio
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.sweeping import Sweeping
from tests.tuning.drawing_server import DrawingServer, serving, sweeping_on
from tests.tuning.test_sweeping import drawn


def test_one_thread_for_each_shot_on_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight side by side over sockets: nine threads of ours while all of them wait, and none when they are done."""
    monkeypatch.setenv("GOOGLE_API_KEY", "AIzaSyStrictSentinel0123456789abcdefghi")
    before, server = set(threading.enumerate()), DrawingServer()
    server.hold.clear()
    with serving(server) as url:
        values = {"base_url": url, "model": "flash-lite"}
        sweeping = Sweeping(Studio(traits=lambda: values, home=tmp_path))
        under_way = sweeping.begin(wish_of("a {n}", {"n": range(8), "new": True, "workers": 8}))
        while server.requests < 8:
            time.sleep(0.005)
        names = [one.name for one in set(threading.enumerate()) - before if one.name.startswith("nbgemini")]
        timers = [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
        server.hold.set()
        grid = under_way.wait(interrupts=Interrupts())
        assert (len(grid.done), timers) == (8, [])
        assert (len(names), names.count("nbgemini-watchdog")) == (9, 1)
        for thread in set(threading.enumerate()) - before:
            if thread.name.startswith("nbgemini"):
                thread.join(5)
                assert not thread.is_alive(), thread.name


def test_the_next_shot_leaves_while_the_last_is_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One at a time: the second request is there before what the first brought has been looked at."""
    server, asked_before = DrawingServer(), list[bool]()
    kernel, settle = sweeping_on(server, tmp_path), Attempt.settle

    def settle_later(attempt: Attempt, came: Exchange) -> None:
        until = time.monotonic() + 20
        while server.requests < 2 and time.monotonic() < until:
            time.sleep(0.002)
        asked_before.append(server.requests > 1)
        settle(attempt, came)

    monkeypatch.setattr(Attempt, "settle", settle_later)
    grid = drawn(kernel, aspect=["1:1"], workers=1)
    assert (len(grid.done), asked_before) == (2, [True, True])
