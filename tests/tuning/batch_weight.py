"""A process that asks for many shots as a batch and collects them, and says how heavy it was.

`python -m tests.tuning.batch_weight HOME URL COUNT`: megabytes over what it weighed with a small batch behind it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from nbgemini.bridge import Interrupts
from nbgemini.studio.studio import Studio
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.sweeping import Sweeping


def weight(line: str) -> float:
    """A line of what the system says of this process: `VmRSS`, what it weighs, and `VmHWM`, the most that it did."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition(f"{line}:")[2].split()[0]) / 1000


def submitted(kernel: Sweeping, name: str, count: int) -> Sweep:
    wish = wish_of("boat {n}", {"n": list(range(count)), "new": True, "batch": True, "name": name, "yes": True})
    with Interrupts() as interrupts:
        return kernel.begin(wish).wait(interrupts=interrupts)


def collected(kernel: Sweeping) -> None:
    while any(job.collect().lives for job in kernel.batching.jobs()):
        time.sleep(0.2)


def main(home: str, url: str, count: int) -> None:
    kernel = Sweeping(Studio(traits=lambda: {"base_url": url, "model": "flash", "size": "512"}, home=Path(home)))
    submitted(kernel, "small", 3)
    collected(kernel)
    idle, weights = weight("VmRSS"), {}
    grid = submitted(kernel, "large", count)
    weights["submit"] = weight("VmHWM") - idle
    collected(kernel)
    weights["collect"] = weight("VmHWM") - idle
    sys.stdout.write(json.dumps({"done": len(grid.done), **weights}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
