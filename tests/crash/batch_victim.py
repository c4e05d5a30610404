"""A kernel that asks for a sweep as a batch, collects it, and says what it has; it may be killed at any moment.

`python -m tests.crash.batch_victim HOME URL [unknown]`: the same each time, as a cell that is run again is; `unknown`
asks again for what may have been lost.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path

from nbgemini.bridge import Interrupts
from nbgemini.studio.studio import Studio
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.sweeping import Sweeping

WORDS = {"style": ["ink", "oil", "wax"], "new": True, "batch": True, "name": "x", "model": "flash-lite", "yes": True}


def main(home: str, url: str, unknown: bool) -> None:
    studio = Studio(traits=lambda: {"base_url": url}, home=Path(home))
    kernel = Sweeping(studio)
    with Interrupts() as interrupts:
        grid = kernel.begin(wish_of("a {style} boat", WORDS)).wait(interrupts=interrupts)
    if unknown:
        grid = kernel.stored.open("x").resume(unknown=True)
    until = time.monotonic() + 20
    while [job for job in kernel.batching.jobs() if job.collect().lives and job.state != "unconfirmed"]:
        assert time.monotonic() < until, kernel.batching.jobs()
        time.sleep(0.1)
    pictures = [hashlib.sha256(shot.result.bytes).hexdigest() if shot.result else shot.state for shot in grid]
    entries = [{"state": entry.state, "cost": entry.cost or 0} for entry in studio.store.ledger.entries()]
    entries.sort(key=lambda entry: (str(entry["state"]), entry["cost"]))
    states = [job.state for job in kernel.batching.jobs()]
    sys.stdout.write(json.dumps({"pictures": pictures, "ledger": entries, "jobs": states}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], "unknown" in sys.argv)
