"""SIGINT at whichever line of ours the kernel is: three lines or a normal end, and nothing half done."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import dataclass
from typing import Any

import pytest

from tests.kernel.conftest import Notebook
from tests.kernel.test_conversation import prompts
from tests.kernel.test_interrupts import CELLS
from tests.support import figures
from tests.support.kernel import Kernel, Outcome
from tests.support.replies import Slow, Streamed
from tests.support.sampling import sampled
from tests.support.strict_server import StrictServer

# The next cell gets a SIGINT at the `at`th line or return of nbgemini in its thread.
HOOK = """
import signal, sys
class Hook:
    at = count = 0
    def arm(self, at):
        self.at, self.count = at, 0
        get_ipython().events.register('pre_run_cell', self.begin)
    def begin(self, info):
        get_ipython().events.unregister('pre_run_cell', self.begin)
        get_ipython().events.register('post_run_cell', self.end)
        sys.settrace(self.called)
    def end(self, result):
        sys.settrace(None)
        get_ipython().events.unregister('post_run_cell', self.end)
    def called(self, frame, event, arg):
        ours = '/nbgemini/' in frame.f_code.co_filename and frame.f_code.co_name != 'imagine'  # who calls it is there
        return self.ran if ours else None
    def ran(self, frame, event, arg):
        self.count += event in ('line', 'return')
        if self.count == self.at:
            sys.settrace(None)
            signal.raise_signal(signal.SIGINT)
        return self.ran
hook = Hook()
"""
STATE = "import json; print(json.dumps([hook.count, str(signal.getsignal(signal.SIGINT))]))"
DRAWING = {
    **CELLS,
    "several": "%%imagine -c {name} -n 3\na slow fox",
    "thoughts": "%%imagine -c {name} --thoughts\na slow fox",
    "background": "%%imagine -c {name} --bg -o later\na slow fox",
}
LOOKING = ["history", "list", "cost", "verify", "recover", "doctor", "models", "show 1", "export {number}.html"]
LOOKING += ["export {number}.md", "export {number}.ipynb", "save {number}.nbgemini", "fork f{number}", "use {name}"]
MOVING = ["undo", "redo", "reset", "use {name}"]
_NEVER = 10**9
_NUMBERS = itertools.count()


@dataclass
class Storm:
    """Runs cells of one conversation, each with an interrupt at a given line."""

    kernel: Kernel
    server: StrictServer
    name: str

    def __post_init__(self) -> None:
        assert self.kernel.run(HOOK).ok
        assert self.kernel.run(f"%%imagine -c {self.name}\nscene 0").ok

    def run(self, code: str, at: int = _NEVER) -> tuple[Outcome, int]:
        """How it ended, and how many lines of ours it ran in the main thread. The handler is as it was."""
        before = self.state()[1]
        self.kernel.run(f"hook.arm({at})")
        outcome = self.kernel.run(code.format(name=self.name, number=next(_NUMBERS)), timeout=90)
        count, handler = self.state()
        assert handler == before
        return outcome, int(count)

    def state(self) -> Any:
        outcome = self.kernel.run(STATE)
        assert outcome.ok, outcome.error_lines
        return json.loads(outcome.text)

    def points(self, code: str, most: int) -> list[int]:
        """Lines at which to interrupt, of all that it runs."""
        self.run(code)  # the first run imports
        count = self.run(code)[1]
        return sorted(random.Random(code).sample(range(1, count + 1), min(most, count)))


@pytest.fixture
def storm(notebook: Notebook, server: StrictServer) -> Storm:
    return Storm(notebook.kernel, server, notebook.conversation)


def fate(outcome: Outcome, *, python: bool = False) -> str:
    """`done`, or what an interrupt says. Outside of a wait, Python code that calls us shows where it was."""
    if outcome.ok:
        return "done"
    assert outcome.error_name == "KeyboardInterrupt", outcome.reply
    said = " ".join(outcome.error_lines)
    assert len(outcome.error_lines) <= 3 or (python and "stopped" not in said), outcome.error_lines
    return said


@pytest.mark.deep
@pytest.mark.parametrize("line", sampled(["history", "export {number}.html"], 2))
def test_a_subcommand(storm: Storm, line: str) -> None:
    """An interrupt says in one line that it stopped, without our frames; again it ends."""
    for at in storm.points(f"%imagine {line}", 3):
        outcome, _ = storm.run(f"%imagine {line}", at)
        assert fate(outcome) == "KeyboardInterrupt: stopped. Nothing was charged."
        assert storm.run(f"%imagine {line}")[0].ok


@pytest.mark.deep
@pytest.mark.parametrize("line", LOOKING)
def test_any_subcommand(storm: Storm, line: str) -> None:
    """At more moments; what it shows afterwards is whole."""
    for at in storm.points(f"%imagine {line}", 12):
        fate(storm.run(f"%imagine {line}", at)[0])
        again, _ = storm.run(f"%imagine {line}")
        assert again.ok, again.error_lines
    assert "No damage found" in storm.kernel.run("%imagine verify").text


@pytest.mark.deep
@pytest.mark.parametrize("line", MOVING)
def test_any_move(storm: Storm, server: StrictServer, line: str) -> None:
    """The head on disk is the one in memory, wherever a verb that moves it was interrupted."""
    storm.kernel.run("%%imagine\nscene 1")
    for at in storm.points(f"%imagine {line}", 12):
        storm.kernel.run(f"%imagine use {storm.name}")
        fate(storm.run(f"%imagine {line}", at)[0])
        heads = storm.kernel.run(
            "from nbgemini.studio.process import studio\n"
            f"opened = studio().session.get({storm.name!r})\n"
            "opened.value.head == studio().store.album.load(opened.key).head"
        )
        assert heads.text == "True"
        storm.kernel.run("%imagine redo")


@pytest.mark.deep
@pytest.mark.parametrize("kind", DRAWING)
def test_any_cell_that_draws(storm: Storm, server: StrictServer, kind: str) -> None:
    """What says "unchanged" or "stopped" is not in the history, what ended normally is."""
    fates = {}
    for number, at in enumerate(storm.points(DRAWING[kind], 16)):
        scene = f"scene {kind} {number}"
        server.will(*[Streamed(0.1) if kind == "thoughts" else Slow(0.1)] * (3 if kind == "several" else 1))
        outcome, _ = storm.run(DRAWING[kind].replace("a slow fox", scene), at)
        fates[scene] = fate(outcome, python="nb." in DRAWING[kind])
        server.forget()
    storm.kernel.run(f"%%imagine -c {storm.name}\nthe last")
    sent = prompts(server.posts[-1].turns)
    lost = [scene for scene in fates if fates[scene] == "done" and scene not in sent]
    changed = [scene for scene in sent if "stopped waiting" in fates.get(scene, "")]
    figures.add("interrupts at random moments", len(fates), lost=len(lost), history_changed=len(changed))
    assert (lost, changed) == ([], [])
