"""A real kernel process, killed at each step of a turn and at each stage of its request."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nbgemini.store.store import Store
from nbgemini.studio.reports.verifying import verify_and_restore
from nbgemini.studio.studio import Studio
from tests.crash.victim import STEPS
from tests.net.server import Server, Wire, reply, serving
from tests.support import figures
from tests.support.pictures import make_picture
from tests.support.sampling import sampled

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")

REPOSITORY = Path(__file__).parents[2]
PICTURES = [make_picture("PNG", (60, 40), seed=seed) for seed in (1, 2, 3, 4)]

# Stages of the request: what the server does to the process, and with which signal.
STAGES = ("while sending", "after it was sent", "while receiving", "SIGTERM", "SIGHUP")
# Steps at which the answer, or at least its picture, is on disk, so that the next kernel has the picture.
ANSWERED = tuple(STEPS)[tuple(STEPS).index("after the picture") :]
PLACED = ("after the ref", "before the intent is gone", "after the intent is gone")
QUICK = {"after the answer is kept", "holding the lock"}


def body_of(picture: bytes) -> bytes:
    data = base64.b64encode(picture).decode()
    part = {"inlineData": {"mimeType": "image/png", "data": data}, "thoughtSignature": "c2ln" * 900}
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 1120, "totalTokenCount": 1130}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
    return json.dumps({"candidates": [candidate], "usageMetadata": usage}).encode()


class Google:
    """Answers each request with a picture; at the second one the victim may die at a stage of it."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.victim: subprocess.Popen[str] | None = None
        self.posts = 0

    def __call__(self, wire: Wire) -> None:
        number, self.posts = self.posts, self.posts + 1
        if number != 1:
            wire.read()
            wire.send(reply(200, body_of(PICTURES[number])))
            return
        answer = reply(200, body_of(PICTURES[number]))
        wire.read(100 if self.stage == "while sending" else None)
        if self.stage == "while receiving":
            wire.send(answer[: len(answer) // 2])
        if self.stage in STAGES:
            self.kill()
        elif self.stage in STEPS:
            wire.send(answer)
        else:
            threading.Event().wait(5)

    def kill(self) -> None:
        assert self.victim is not None
        number = {"SIGTERM": signal.SIGTERM, "SIGHUP": signal.SIGHUP}.get(self.stage, signal.SIGKILL)
        time.sleep(0.05)
        self.victim.send_signal(number)


@contextmanager
def killed(home: Path, stage: str) -> Iterator[tuple[Server, float, Google]]:
    """A victim that has ended: the server, and how long its end took."""
    google = Google(stage)
    with serving(google) as server:
        command = [sys.executable, "-m", "tests.crash.victim", str(home), server.url, stage]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        google.victim = process
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "drawn\n", process.stderr and process.stderr.read()
            began = time.monotonic()
            process.communicate(timeout=30)
            assert process.returncode != 0 or stage == "the end of the script"
            yield server, time.monotonic() - began, google
        finally:
            process.kill()


def check_after(home: Path, stage: str, server: Server, google: Google) -> None:
    """The first turn is there; the second is there, or named; the next kernel goes on, and nothing was sent twice."""
    posts = google.posts
    heir = Studio(traits=lambda: {"base_url": server.url}, home=home, open_store=Store.open)
    news = heir.orphans.news()
    found = [line.exchange for line in heir.orphans.listed()]
    value = heir.history.use("main")
    prompts = [exchange.prompt for exchange in value.exchanges]
    assert prompts[0] == "a fox"
    if stage in PLACED:
        assert prompts == ["a fox", "at night"]
        assert found == []
        assert news == ""
    elif stage == "before the intent":
        assert (prompts, found, news, posts) == (["a fox"], [], "", 1)
    else:
        assert prompts == ["a fox"]
        assert [exchange.prompt for exchange in found] == ["at night"]
        assert "A request of an earlier kernel never ended, perhaps $" in news
        assert heir.orphans.news() == ""
        assert (found[0].picture is not None) == (stage in ANSWERED)
        if stage in ANSWERED:
            assert heir.recover(found[0].id).bytes == PICTURES[1]
            assert heir.orphans.listed() == []
    assert google.posts == posts
    assert heir.imagine("in snow").bytes in PICTURES
    assert google.posts == posts + 1
    assert [one.what for one in verify_and_restore(heir).troubles] == []


@pytest.mark.parametrize(
    "stage", [name if name in QUICK else pytest.param(name, marks=pytest.mark.deep) for name in (*STEPS, *STAGES)]
)
def test_killed_at_a_step(stage: str, tmp_path: Path) -> None:
    """Every acknowledged turn is there, and the request is named with its price and with what to do."""
    with killed(tmp_path, stage) as (server, _, google):
        check_after(tmp_path, stage, server, google)
    figures.add("real kills, one at each step", 1, acknowledged_turns_lost=0, requests_unnamed=0)


@pytest.mark.parametrize("stage", sampled(["the end of the script", "os._exit"], 2))
def test_an_end_with_a_request_under_way(stage: str, tmp_path: Path) -> None:
    """It takes less than two seconds and leaves a request that is named."""
    with killed(tmp_path, stage) as (server, seconds, google):
        assert seconds < 2 + 4, seconds  # the rest is the victim's own, on a machine that may be busy
        check_after(tmp_path, stage, server, google)


def test_the_steps_cover_everything_that_a_turn_writes() -> None:
    """Each kind of thing is there, so that none is forgotten when a step changes its name."""
    rooms = {room for _, path, _, _ in STEPS.values() for room in path.split("/") if room}
    assert rooms == {"intents", "ledgers", "tmp", "objects", "answers", "records", "refs"}
