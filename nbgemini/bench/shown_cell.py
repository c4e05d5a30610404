"""One cell in a real kernel, from asking until it is shown, and the memory that it leaves there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import nbclient
import nbformat

from nbgemini.bench.contenders import MODELS

__all__ = ["shown_cell"]

_OURS = (
    "%load_ext nbgemini",
    f"%%imagine -m {MODELS['1K']}\na fox",
    f"%%imagine --new -m {MODELS['4K']}\nan owl",
)
_THEIRS = (
    """
from IPython.display import Image, display
from nbgemini.bench.contenders import MODELS
from nbgemini.bench.scenes import CONTENDERS
contender = CONTENDERS["{who}"]()
contender.start("{url}")""",
    "contender.new(MODELS['1K'], 'warm')\ndisplay(Image(filename=contender.ask('a fox'), format='png'))",
    "contender.new(MODELS['4K'], 'shown')\ndisplay(Image(filename=contender.ask('an owl'), format='png'))",
)
_ROOM = """
import gc, re
gc.collect()
try:
    print(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
except OSError:
    pass"""


def shown_cell(who: str, url: str) -> dict[str, float]:
    """Run it; `who` is the name of a contender, `url` where it asks."""
    start, small, large = _OURS if who == "nbgemini" else (code.format(who=who, url=url) for code in _THEIRS)
    cells = [nbformat.v4.new_code_cell(code) for code in (start, small, _ROOM, large, _ROOM)]  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    nbclient.NotebookClient(notebook, timeout=120).execute()
    times = cells[3].metadata.execution
    begun, done = (datetime.fromisoformat(times[name]) for name in ("iopub.execute_input", "iopub.status.idle"))
    cells[3].metadata.pop("execution")
    alone = nbformat.v4.new_notebook(cells=[cells[3]])  # type: ignore[no-untyped-call]
    written: str = nbformat.writes(alone)  # type: ignore[no-untyped-call]
    figures = {"shown": (done - begun).total_seconds(), "notebook": len(written) / 2**20}
    before, after = _told(cells[2]), _told(cells[4])
    return figures | ({"shown_room": max((after - before) / 1024, 0.01)} if before else {})


def _told(cell: Any) -> int:
    return int(cell.outputs[0].text) if cell.outputs else 0
