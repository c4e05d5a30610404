"""How shots are divided into jobs, and how often a job is looked at."""

from __future__ import annotations

import threading
from typing import Any

from nbgemini.store.batch_log import BatchLog, Submission
from nbgemini.tuning.batch.job_sizes import Weighed, split
from nbgemini.tuning.batch.watching import Watcher, pause_at


def test_a_job_has_one_model_and_keeps_its_limits() -> None:
    """In order; a shot that is larger than a limit is alone."""
    shots = [Weighed(number, "m" if number % 2 else "n", 40, 10, 25) for number in range(1, 8)]
    assert [chunk.numbers for chunk in split(shots, 1000)] == [[1, 3], [2, 4], [5, 7], [6]]
    assert [chunk.numbers for chunk in split(shots, 50)] == [[1], [2], [3], [4], [5], [6], [7]]
    assert [chunk.numbers for chunk in split([Weighed(1, "m", 99, 99, 5), Weighed(2, "m", 1, 1, None)], 50)] == [
        [1],
        [2],
    ]


def test_pauses_grow() -> None:
    """From a second to five minutes with the age of a job, and with looks that fail."""
    assert [pause_at(age) for age in (0, 60, 600, 86_400)] == [1.0, 7.5, 75.0, 300.0]
    assert (pause_at(0, 3), pause_at(600, 9)) == (8.0, 300.0)


def test_a_watch_ends_with_the_last_job(tmp_path: Any) -> None:
    """Each look is told of; a look that fails ends nothing."""
    from nbgemini.store.store import Store

    log = BatchLog(
        Store.open(tmp_path).files, Submission(id="a" * 16, sweep="s", shown="x", model="m", backend="gemini")
    )
    left, told = [log], threading.Event()

    def turn(_: BatchLog) -> None:
        left.clear()
        raise RuntimeError("a fault")

    watcher = Watcher(lambda sweeps: list(left) if "s" in sweeps else [], turn)
    watcher.watch("s", told.set)
    assert told.wait(10)
    for _ in range(100):
        if watcher._thread is None:
            break
        threading.Event().wait(0.05)
    assert watcher._thread is None
