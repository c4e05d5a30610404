"""A real kernel process with a batch, killed at each step of submitting, asking, downloading and collecting."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nbgemini.emulator import Request, Response, Server, Service

pytestmark = [
    pytest.mark.deep,
    pytest.mark.timeout(180),
    pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX"),
]

REPOSITORY = Path(__file__).parents[2]
KEY = "AIza" + "k" * 35
BEFORE = ("upload begins", "upload arrives")  # … the creation: nothing of it can run
AFTER = ("created", "polled", "download begins", "half a download", "downloaded")


class Google(Service):
    """Kills its victim when it is asked for something, the first time."""

    def __init__(self, moment: str) -> None:
        super().__init__(key=KEY, batch_seconds=0.3)
        self.moment = moment
        self.victim: subprocess.Popen[str] | None = None
        self.calls: Counter[str] = Counter()

    def kill(self, moment: str) -> None:
        if self.victim is not None and moment == self.moment:
            self.victim.send_signal(signal.SIGKILL)
            self.victim.wait(20)
            self.victim = None

    def handle(self, request: Request) -> Response:
        if request.path.endswith(":batchGenerateContent"):
            self.kill("creation arrives")
            if self.moment == "creation arrives" and not self.calls["create"]:
                self.moment = ""
                return Response(503, {}, [b""])  # nobody hears it
            self.calls["create"] += 1
            answer = super().handle(request)
            self.kill("created")
            return answer
        if request.path.startswith("/upload/"):
            self.kill("upload begins")
            if "finalize" in request.headers.get("x-goog-upload-command", ""):
                self.kill("upload arrives")
        elif request.path.startswith("/v1beta/batches/"):
            self.kill("polled")
        elif request.path.endswith(":download"):
            self.kill("download begins")
            answer = super().handle(request)
            return replace(answer, body=self._downloaded(answer.body))
        return super().handle(request)

    def _downloaded(self, body: Any) -> Iterator[bytes]:
        for at, piece in enumerate(body):
            if at == 1:
                self.kill("half a download")
            yield piece
        self.kill("downloaded")


def run(google: Google, home: Path, url: str, *words: str, dies: bool = False) -> dict[str, Any]:
    """What a kernel says in the end; one that `dies` says nothing."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("NBGEMINI")}
    command = [sys.executable, "-m", "tests.crash.batch_victim", str(home), url, *words]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, env={**environment, "GEMINI_API_KEY": KEY}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    google.victim = process if dies else None
    said, failed = process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGKILL if dies else 0), failed
    told: dict[str, Any] = {} if dies else json.loads(said)
    return told


def check(told: dict[str, Any], google: Google) -> None:
    """Three pictures, each paid for once, of one job."""
    assert len(set(told["pictures"])) == 3, told
    assert all(len(name) == 64 for name in told["pictures"]), told
    assert [entry["state"] for entry in told["ledger"]].count("settled") == 3, told
    assert google.calls["create"] == 1


@pytest.mark.parametrize("moment", [*BEFORE, *AFTER])
def test_killed(tmp_path: Path, moment: str) -> None:
    """The next kernel has all of it, once; and so has one on another machine that got a copy of the store."""
    google = Google(moment)
    with Server(google) as url:
        run(google, tmp_path / "here", url, dies=True)
        shutil.copytree(tmp_path / "here", tmp_path / "there")
        told = run(google, tmp_path / "here", url)
        check(told, google)
        if moment in AFTER:  # before that, a copy cannot know what is sent from here
            assert run(google, tmp_path / "there", url) == told
        assert run(google, tmp_path / "here", url) == told
        check(told, google)


def test_killed_while_the_creation_is_lost(tmp_path: Path) -> None:
    """Nobody knows whether there is a job, so that none is made by itself; `unknown` asks for one more."""
    google = Google("creation arrives")
    with Server(google) as url:
        run(google, tmp_path, url, dies=True)
        told = run(google, tmp_path, url)
        assert (told["jobs"], google.calls["create"]) == (["unconfirmed"], 0)
        told = run(google, tmp_path, url, "unknown")
        assert told["jobs"] == ["given up", "collected"]
        check(told, google)
