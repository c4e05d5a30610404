"""What is measured, each scene in a process of its own: `scenes WHO SCENE URL STAMPS` prints JSON.

Seconds of CPU are the process's own, all its threads together; megabytes are the peak over what it had before.
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

from nbgemini.bench.contenders import MODELS, Contender, Ours, Sdk

__all__ = ["CONTENDERS", "FIGURES", "SCENES", "Figures"]

Figures = dict[str, float]


def _floor() -> Contender:
    from nbgemini.bench.floor import Floor  # httpx comes with it

    return Floor()


CONTENDERS: dict[str, Callable[[], Contender]] = {"google-genai": Sdk, "nbgemini": Ours, "floor": _floor}

_TURNS = 10
_STEADY = 3  # turns at 4K, of which the median counts

# In the order of the table; each begins with what it counts.
FIGURES = {
    "load": "CPU s: import, in a shell that runs",
    "first": "CPU s: first 1K picture, set-up included",
    "steady": "CPU s: a 4K turn",
    "session": f"CPU s: {_TURNS} turns at 2K",
    "many_cpu": "CPU s: 64 pictures at 1K, 16 side by side",
    "first_byte": "wall s: call to first byte out, 4th turn at 4K",
    "last_byte": "wall s: last byte in to returned, 4K",
    "reopened": f"wall s: reopen {_TURNS} turns at 2K to first byte out",
    "shown": "wall s: asked to shown, a cell at 4K",
    "many": "wall s: 64 pictures at 1K, 16 side by side",
    "steady_room": "MB: a 4K turn",
    "session_room": f"MB: {_TURNS} turns at 2K",
    "many_room": "MB: 64 pictures at 1K, 16 side by side",
    "shown_room": "MB: what a kernel keeps of a shown 4K cell",
    "notebook": "MB: a 4K cell in the notebook file",
}


class _Room:
    """The most memory since it was made, in MB over what there was; Linux alone tells it."""

    def __init__(self) -> None:
        self._told = Path("/proc/self/clear_refs").exists()
        if self._told:
            Path("/proc/self/clear_refs").write_text("5")  # the peak starts afresh
            self._before = self._status("VmRSS")

    def peak(self, figure: str) -> Figures:
        return {figure: max(self._status("VmHWM") - self._before, 0.01)} if self._told else {}

    @staticmethod
    def _status(name: str) -> float:
        found = re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text("ascii", "replace"))
        return int(found[1]) / 1024 if found else 0.0


def _last_stamp() -> tuple[float, float]:
    began, ended = json.loads(Path(sys.argv[4]).read_text("ascii").splitlines()[-1])
    return began, ended


def load(contender: Contender) -> Figures:
    """What it takes in a running shell until a picture could be asked for."""
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()
    shell.run_cell("1 + 1", silent=True)
    shell.push({"contender": contender, "url": sys.argv[3], "model": MODELS["1K"]})
    code = "%load_ext nbgemini" if sys.argv[1] == "nbgemini" else "contender.start(url); contender.new(model, 'main')"
    began = time.process_time()
    shell.run_cell(code, silent=True).raise_error()
    return {"load": time.process_time() - began}


def first(contender: Contender) -> Figures:
    """The first picture, imports and set-up included."""
    began = time.process_time()
    contender.start(sys.argv[3])
    contender.new(MODELS["1K"], "main")
    contender.ask("a fox")
    return {"first": time.process_time() - began}


def turns_at_4k(contender: Contender) -> Figures:
    """Turns that are each the first of their conversation, in a process that is warm; then a fourth one after three."""
    _warm(contender)
    each: dict[str, list[float]] = {"steady": [], "last_byte": [], "steady_room": []}
    for number in range(_STEADY):
        contender.new(MODELS["4K"], f"steady-{number}")
        room, began = _Room(), time.process_time()
        contender.ask("an owl")
        each["steady"].append(time.process_time() - began)
        each["steady_room"] += room.peak("").values()
    for number in range(_STEADY):
        contender.new(MODELS["4K, then its end"], f"ended-{number}")
        contender.ask("an owl")
        each["last_byte"].append(time.monotonic() - _last_stamp()[1])
    contender.new(MODELS["4K"], "fourth")
    for number in range(3):
        contender.ask(f"an owl {number}")
    called = time.monotonic()
    contender.ask("at night")
    medians = {figure: statistics.median(values) for figure, values in each.items() if values}
    return medians | {"first_byte": _last_stamp()[0] - called}


def session(contender: Contender) -> Figures:
    """Ten turns at 2K, each with its signature; kept for `reopen`."""
    _warm(contender)
    contender.new(MODELS["2K"], "kept")
    room, began = _Room(), time.process_time()
    for number in range(_TURNS):
        contender.ask(f"turn {number}")
    took = time.process_time() - began
    contender.keep()
    return {"session": took} | room.peak("session_room")


def reopen(contender: Contender) -> Figures:
    """A stored conversation, from opening it to the first byte of the next request; after `session`."""
    _warm(contender, "again")
    began = time.monotonic()
    contender.reopen(MODELS["2K"], "kept")
    contender.ask("once more")
    return {"reopened": _last_stamp()[0] - began}


def many(contender: Contender) -> Figures:
    """64 pictures of 1K at 16 side by side."""
    _warm(contender)
    room, began, cpu = _Room(), time.monotonic(), time.process_time()
    contender.many(MODELS["1K"], 64, 16)
    took = {"many": time.monotonic() - began, "many_cpu": time.process_time() - cpu}
    return took | room.peak("many_room")


def shown(_: Contender) -> Figures:
    """A cell at 4K in a real kernel; of those that show nothing by themselves, the picture as it is."""
    from nbgemini.bench.shown_cell import shown_cell

    return shown_cell(sys.argv[1], sys.argv[3])


def _warm(contender: Contender, name: str = "warm") -> None:
    contender.start(sys.argv[3])
    contender.new(MODELS["1K"], name)
    contender.ask("a fox")


SCENES: dict[str, Callable[[Contender], Figures]] = {
    scene.__name__: scene for scene in (load, first, turns_at_4k, session, reopen, many, shown)
}


if __name__ == "__main__":
    sys.modules["trio"] = None  # type: ignore[assignment]  # httpcore would import it for all where it is installed
    print(json.dumps(SCENES[sys.argv[2]](CONTENDERS[sys.argv[1]]())))  # noqa: T201  # what is asked for
