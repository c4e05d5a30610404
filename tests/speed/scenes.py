"""What is measured, each in a process of its own: `python -m tests.speed.scenes CLIENT SCENE STAMPS` prints JSON.

Seconds of CPU time are the process's own, all its threads together; megabytes are the peak over what it had before.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.speed.clients import CLIENTS, Client, Ours

TURNS = 10
_STEADY = 5  # turns at 4K, of which the median counts

Figures = dict[str, float]


class _Memory:
    """The most memory since it was made, in MB over what there was."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts afresh
        self._before = self._status("VmRSS")

    def peak(self) -> float:
        return self._status("VmHWM") - self._before

    @staticmethod
    def _status(name: str) -> float:
        found = re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())
        assert found
        return int(found[1]) / 1024


def _last_stamp() -> tuple[float, float]:
    began, ended = json.loads(Path(sys.argv[3]).read_text().splitlines()[-1])
    return began, ended


def load(client: Client) -> Figures:
    """What it costs a running shell until a picture could be asked for."""
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()
    shell.run_cell("1 + 1", silent=True)
    shell.push({"client": client})
    code = "%load_ext nbgemini" if sys.argv[1] == "ours" else "client.start(); client.new('speed-1k', 'main')"
    began = time.process_time()
    assert shell.run_cell(code, silent=True).success
    return {"load, CPU s": time.process_time() - began}


def first(client: Client) -> Figures:
    """The first picture, imports and set-up included."""
    began = time.process_time()
    client.start()
    client.new("speed-1k", "main")
    assert client.ask("a fox").stat().st_size > 100_000
    return {"first 1K picture, CPU s": time.process_time() - began}


def steady(client: Client) -> Figures:
    """Turns at 4K, each the first of its conversation, in a process that is warm."""
    client.start()
    client.new("speed-1k", "warm")
    client.ask("a fox")
    cpu, memory, after = list[float](), list[float](), list[float]()
    for number in range(_STEADY):
        client.new("speed-4k", f"steady-{number}")
        room, began = _Memory(), time.process_time()
        client.ask("an owl")
        cpu.append(time.process_time() - began)
        memory.append(room.peak())
        after.append(time.monotonic() - _last_stamp()[1])
    return {
        "4K turn, CPU s": statistics.median(cpu),
        "4K turn, MB": statistics.median(memory),
        "last byte in to the end of the turn, 4K, s": statistics.median(after),
    }


def fourth(client: Client) -> Figures:
    """From the call to the first byte of the request, with three pictures of 4K behind."""
    client.start()
    client.new("speed-4k", "main")
    for number in range(3):
        client.ask(f"an owl {number}")
    began = time.monotonic()
    client.ask("at night")
    return {"call to first byte out, 4th turn at 4K, s": _last_stamp()[0] - began}


def session(client: Client) -> Figures:
    """Ten turns at 2K, each with a signature of 1.6 MB; kept for `reopen`."""
    client.start()
    client.new("speed-1k", "warm")
    client.ask("a fox")
    client.new("speed-2k", "kept")
    room, began = _Memory(), time.process_time()
    for number in range(TURNS):
        client.ask(f"turn {number}")
    figures = {f"{TURNS} turns at 2K, CPU s": time.process_time() - began, f"{TURNS} turns at 2K, MB": room.peak()}
    client.keep()
    return figures


def reopen(client: Client) -> Figures:
    """A stored conversation, from opening it to the first byte of the next request; after `session`."""
    client.start()
    client.new("speed-1k", "warm")
    client.ask("a fox, again")
    began = time.monotonic()
    client.reopen("speed-2k", "kept")
    client.ask("once more")
    return {"reopen 10 turns at 2K to first byte out, s": _last_stamp()[0] - began}


def shown(client: Client) -> Figures:
    """What a turn at 2K leaves in the notebook; of those that show nothing by themselves, the picture as it is."""
    if not isinstance(client, Ours):
        client.start()
        client.new("speed-2k", "shown")
        return {"notebook of a 2K turn, MB": client.ask("a fox").stat().st_size * 4 / 3 / 2**20}
    import nbclient
    import nbformat

    cells = ["%load_ext nbgemini", "%%imagine -m speed-2k\na fox"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])  # type: ignore[no-untyped-call]
    nbclient.NotebookClient(notebook).execute()
    written = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    assert '"image/jpeg"' in written
    return {"notebook of a 2K turn, MB": len(written) / 2**20}


def many(client: Client) -> Figures:
    """64 pictures of 1K at 16 side by side."""
    client.start()
    client.new("speed-1k", "warm")
    client.ask("a fox")
    room, began, cpu = _Memory(), time.monotonic(), time.process_time()
    client.many("speed-1k", 64, 16)
    return {
        "64 at 16 side by side, s": time.monotonic() - began,
        "64 at 16 side by side, CPU s": time.process_time() - cpu,
        "64 at 16 side by side, MB": room.peak(),
    }


SCENES: dict[str, Callable[[Client], Figures]] = {
    scene.__name__: scene for scene in (load, first, steady, fourth, session, reopen, shown, many)
}


if __name__ == "__main__":
    sys.modules["trio"] = None  # type: ignore[assignment]  # there for other tests; httpcore would import it for all
    print(json.dumps(SCENES[sys.argv[2]](CLIENTS[sys.argv[1]]())))  # noqa: T201  # what is asked for
