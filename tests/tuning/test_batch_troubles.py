"""The troubles that people have with batches, one by one on the emulator; and thousands of shots at once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.emulator import Server, Service
from nbgemini.errors import NbgeminiError
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.embedded import Embedded
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.sweeping import Sweeping
from tests.tuning.batch_server import BatchServer

pytestmark = pytest.mark.deep

DONE, FREE, LOST, LIVES = ["done"] * 3, ["waiting"] * 3, ["unknown"] * 3, ["under way"] * 3
TROUBLES = [
    ("FAILED", "failed", FREE, "never ran"),
    ("CANCELLED", "cancelled", FREE, "never ran"),
    ("EXPIRED", "expired", FREE, "48 hours"),
    ("no file", "succeeded", LIVES, "names no file of results yet"),
    ("file gone", "gone", ["failed"] * 3, "is gone from Google"),
    ("never fetched", "pending", LIVES, "503"),
    ("stuck", "pending", LIVES, ""),
    ("stuck RUNNING", "running", LIVES, ""),
    ("shuffled", "collected", DONE, ""),
    ("errors 2", "collected", ["done", "failed", "failed"], "2 lines failed"),
    ("missing 2", "collected", ["done", "failed", "failed"], "2 shots have no answer"),
    ("doubled 2", "collected", DONE, "2 shots came more than once"),
    ("foreign 2", "collected", DONE, "2 lines were left out"),
    ("garbled 2", "collected", ["done", "failed", "failed"], "2 lines cannot be read"),
    ("no keys", "collected", ["failed"] * 3, "3 lines were left out"),
    ("deleted", "gone", LOST, "deleted elsewhere"),
    ("not yours", "pending", LIVES, "belongs to another project"),
    ("JOB_STATE", "collected", DONE, ""),
    ("done false", "collected", DONE, ""),
]


@pytest.mark.parametrize(("phrase", "state", "shots", "words"), TROUBLES, ids=[row[0] for row in TROUBLES])
def test_trouble(tmp_path: Path, phrase: str, state: str, shots: list[str], words: str) -> None:
    """It ends in a state that is told, with what became of each shot."""
    studio = Studio(home=tmp_path)
    studio.surroundings.embed(Embedded(batch_seconds=0.05))
    kernel = Sweeping(studio)
    wish = wish_of(
        f"a {{x}}\nemulate: batch {phrase}, 0.05s",
        {"x": ["cat", "dog", "fox"], "batch": True, "new": True, "name": "x"},
    )
    with Interrupts() as interrupts:
        grid = kernel.begin(wish).wait(interrupts=interrupts)
    time.sleep(0.1)
    (job,) = kernel.batching.jobs()
    for _ in range(2):
        with suppress(NbgeminiError):
            job.collect()
    assert (job.state, sorted(shot.state for shot in grid)) == (state, shots)
    assert words in f"{' '.join(job.lines)} {job.problem}"


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
@pytest.mark.timeout(600)
def test_thousands_of_shots_take_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, its planning included: a few kilobytes a shot, and no picture is held."""
    monkeypatch.setenv("GEMINI_API_KEY", BatchServer().key)
    with Server(Service(batch_seconds=0.1, batch_tier=3)) as url:
        command = [sys.executable, "-m", "tests.tuning.batch_weight", str(tmp_path), url, "3000"]
        ran = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    assert told.pop("done") == 3000
    assert max(told.values()) < 30, told  # MB
