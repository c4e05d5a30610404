"""What the shots of a sweep force to disk: each what it must, and together what they can share."""

from __future__ import annotations

import base64
import io
import threading
from pathlib import Path

import pytest
from PIL import Image

from tests.support.force_counter import ForceCounter
from tests.tuning.batch_server import BatchServer, Line, batching_on
from tests.tuning.drawing_server import DrawingServer, sweeping_on
from tests.tuning.test_sweeping import drawn


def test_a_shot_forces_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where nothing can be shared: intent, money, picture, signature, answer, record and ref, with their folders.

    A plan is one file, a claim takes several shots, and what has found its place is no longer forced away.
    """
    kernel = sweeping_on(DrawingServer(), tmp_path)
    drawn(kernel, style=["warm"], aspect=["1:1"])
    disk = ForceCounter()
    monkeypatch.setattr(kernel._studio.store.files, "disk", disk)
    grid = drawn(kernel, n=list(range(16)), prompt="a {style} boat {n}", aspect=["1:1"], workers=8, yes=True)
    assert len(grid.done) == 32
    assert disk.forced / 32 < 16
    assert not any(thread.name == "nbgemini-shot" for thread in threading.enumerate())


def _enlarged(lines: list[Line]) -> list[Line]:
    """With pictures that are too large to stand in the text of an answer."""
    for line in lines:
        target = io.BytesIO()
        Image.effect_noise((96, 64), 90).save(target, "PNG")
        data = {"mimeType": "image/png", "data": base64.b64encode(target.getvalue()).decode()}
        line["response"]["candidates"][0]["content"]["parts"][0]["inlineData"] = data
    return lines


def test_the_answers_of_a_batch_are_forced_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its files once, and all of their folders together: picture, answer and its skeleton, record."""
    monkeypatch.setenv("GEMINI_API_KEY", BatchServer().key)
    kernel = batching_on(BatchServer(polls=0, change=_enlarged), tmp_path)
    grid = drawn(kernel, n=list(range(120)), prompt="a {style} boat {n}", aspect=["1:1"], batch=True, yes=True)
    (job,) = kernel.batching.jobs()
    job.refresh()
    disk = ForceCounter()
    monkeypatch.setattr(kernel._studio.store.files, "disk", disk)
    kernel.batching.collect(job.log)
    assert len(grid.done) == 240
    assert disk.forced / 240 < 5.5
