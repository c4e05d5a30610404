"""Kernels that are killed while they sweep, and others that go on: nothing is bought twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tuning.drawing_server import DrawingServer, serving

_SWEEP = """
import hashlib, sys
import nbgemini as nb
try:
    grid = nb.sweep("a {animal} in {style}", animal=[f"a{n}" for n in range(6)], style=[f"s{n}" for n in range(5)],
                    model="flash-lite", new=True, yes=True, workers=6, name="k")
except nb.errors.SweepFailed as failed:
    grid = failed.grid
if "unknown" in sys.argv:
    grid = grid.resume(unknown=True)
print(len(grid.done), sum(shot.state == "unknown" for shot in grid), len(grid))
print(hashlib.sha256(b"".join(shot.result.bytes for shot in grid.done)).hexdigest())
"""


def begun(folder: Path, url: str, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "GOOGLE_GEMINI_BASE_URL": url, "GOOGLE_API_KEY": "AIzaSyStrictSentinel0123456789abc"}
    command = [sys.executable, "-c", _SWEEP, *words]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> list[str]:
    out, _ = process.communicate(timeout=90)
    assert process.returncode == 0
    return out.split()


def bought_twice(server: DrawingServer) -> list[str]:
    return [prompt for prompt, count in server.drawn.items() if count > 1]


@pytest.mark.deep
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(3))
def test_kills_at_random_moments(tmp_path: Path, seed: int) -> None:
    """Whatever was asked before a kill is there, or is named as unknown and asked again only when told to."""
    dice, server = random.Random(seed), DrawingServer(latency=0.1)
    with serving(server) as url:
        for _ in range(3):
            process, wanted = begun(tmp_path, url), server.requests + dice.randint(1, 7)
            while server.requests < wanted and process.poll() is None:
                time.sleep(0.002)
            time.sleep(dice.uniform(0, 0.15))
            process.kill()
            process.communicate()
        done, unknown, shots, _ = ended(begun(tmp_path, url))
        assert (bought_twice(server), int(done) + int(unknown), int(shots)) == ([], 30, 30)
        before = server.requests
        assert ended(begun(tmp_path, url))[:2] == [done, unknown]
        assert server.requests == before
        all_, none, _, digest = ended(begun(tmp_path, url, "unknown"))
        assert (int(all_), int(none)) == (30, 0)
        assert server.requests == before + int(unknown)
        assert ended(begun(tmp_path, url)) == ["30", "0", "30", digest]
        assert server.requests == before + int(unknown)


@pytest.mark.deep
@pytest.mark.timeout(120)
@pytest.mark.parametrize("killed", [False, True])
def test_two_kernels_of_which_one_may_die(tmp_path: Path, killed: bool) -> None:
    """They share the shots; those of the dead one are known, or unknown and named."""
    server = DrawingServer(latency=0.15)
    with serving(server) as url:
        processes = [begun(tmp_path, url) for _ in range(2)]
        if killed:
            while server.requests < 10:
                time.sleep(0.005)
            processes[0].kill()
            processes[0].communicate()
        found = [ended(process) for process in processes[killed:]]
    assert bought_twice(server) == []
    assert all(int(done) + int(unknown) == 30 for done, unknown, *_ in found)
    if not killed:
        assert found[0] == found[1]
