"""Real SIGINT, Run All, and exits while a request is under way."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.conftest import Notebook, strict_environment
from tests.kernel.test_conversation import prompts
from tests.support.kernel import Kernel, Outcome, kernel
from tests.support.replies import Cut, Draw, Slow
from tests.support.sampling import sampled
from tests.support.strict_server import StrictServer

PROMPTLY = 1.5  # seconds: the promise
HANDLER = "import signal; print(signal.getsignal(signal.SIGINT))"


@pytest.fixture
def slow(server: StrictServer) -> Iterator[StrictServer]:
    """A server whose first answer takes long, and which lets it go at the end of the test."""
    server.will(Slow(20))
    yield server
    server.release()


def interrupted(notebook: Notebook, server: StrictServer, code: str) -> tuple[Outcome, float]:
    """Start a cell, interrupt it when its request has arrived, and say how long it took to end."""
    notebook.fresh = False
    asked = len(server.posts)
    name = notebook.kernel.send(code)
    notebook.kernel.until(lambda: len(server.posts) > asked, 15)
    time.sleep(0.2)
    began = time.monotonic()
    notebook.kernel.interrupt()
    outcome = notebook.kernel.finish(name, 15)
    return outcome, time.monotonic() - began


def orphan_id(text: str) -> str:
    found = re.search(r"%imagine recover ([0-9a-z]+)", text)
    assert found, text
    return found[1]


CELLS = {
    "cell": "%%imagine -c {name}\na slow fox",
    "python": "import nbgemini as nb\nnb.conversation('{name}').imagine('a slow fox')",
    "await": "import nbgemini as nb\nawait nb.conversation('{name}').aimagine('a slow fox')",
    "sync in async": """
import nbgemini as nb
async def f():
    return nb.conversation('{name}').imagine('a slow fox')
await f()""",
}
# Beside our send stands a wait of the user's own: an interrupt of that one is for ipykernel to tell.
ALL_CELLS = {
    **CELLS,
    "tasks": """
import asyncio
import nbgemini as nb
await asyncio.gather(nb.conversation('{name}').aimagine('a slow fox'), asyncio.sleep(20))""",
}


ASKS = """
import asyncio
import nbgemini as nb
asks = [nb.conversation(f'{name}-{{n}}').aimagine('a slow fox') for n in range(2)]
"""
# What cancels its tasks with the cell, and what lets them go on.
CANCELLING = {
    "TaskGroup": "async with asyncio.TaskGroup() as group:\n    tasks = [group.create_task(ask) for ask in asks]",
    "wait_for": "asks[1].close()\nawait asyncio.wait_for(asks[0], 30)",
}
GOING_ON = {
    "as_completed": "for next_one in asyncio.as_completed(asks):\n    await next_one",
    "wait": "await asyncio.wait([asyncio.ensure_future(ask) for ask in asks])",
    "shield": "await asyncio.shield(asyncio.gather(*asks))",
}


@pytest.mark.parametrize("kind", [*sampled([*CANCELLING], 2), *sampled([*GOING_ON], 3)])
def test_an_interrupt_of_a_cell_whose_tasks_wait(notebook: Notebook, server: StrictServer, kind: str) -> None:
    """Three lines wherever the cell itself waits; they say whether its tasks go on. Then all is well."""
    server.will(*[Slow(20)] * (1 if kind == "wait_for" else 2))  # it closes the other ask unsent
    code = ASKS.format(name=notebook.conversation) + {**CANCELLING, **GOING_ON}[kind]
    outcome, seconds = interrupted(notebook, server, code)
    server.release()
    assert seconds < PROMPTLY
    assert outcome.error_name == "KeyboardInterrupt"
    assert len(outcome.error_lines) <= 3, outcome.error_lines
    assert ("unchanged" in outcome.error_lines[0]) == (kind in CANCELLING)
    assert ("go on" in outcome.error_lines[0]) == (kind in GOING_ON)
    if kind in GOING_ON:
        notebook.kernel.until(lambda: notebook.python(f"nb.conversation('{notebook.conversation}-1').last") != "")
    mine = notebook.kernel.run("task = asyncio.ensure_future(asyncio.sleep(9))\ntask.cancel()\nawait task")
    assert mine.error_name == "CancelledError"  # the user's own stays what it is
    notebook.drawn("an owl")


@pytest.mark.parametrize("kind", ALL_CELLS)
def test_an_interrupt_ends_the_wait_and_keeps_the_answer(notebook: Notebook, slow: StrictServer, kind: str) -> None:
    """KeyboardInterrupt in three lines within 1.5 s; the history is unchanged; the late answer can be adopted."""
    handler = notebook.python(HANDLER)
    outcome, seconds = interrupted(notebook, slow, ALL_CELLS[kind].format(name=notebook.conversation))
    assert seconds < PROMPTLY
    assert outcome.error_name == "KeyboardInterrupt"
    assert len(outcome.error_lines) <= 3, outcome.error_lines
    assert notebook.python(HANDLER) == handler
    notebook.drawn("an owl", f"-c {notebook.conversation}")  # the next cell does not wait for the late answer
    assert prompts(slow.posts[-1].turns) == ["an owl"]
    slow.release()
    notebook.kernel.until(lambda: re.search(r"a slow fox[^\n]*late answer", notebook.line("recover").text) is not None)
    listed = notebook.line("recover").outputs
    orphan = re.search(r"\b([0-9a-f]{16})\b[^\n]*a slow fox", notebook.line("recover").text)
    assert orphan, listed
    adopted = notebook.line(f"recover {orphan[1]}")
    assert adopted.ok, adopted.error_lines
    assert adopted.pictures
    notebook.drawn("at night")
    assert prompts(slow.posts[-1].turns)[-2:] == ["a slow fox", "at night"]
    assert len(slow.posts) == 3


def test_the_late_answer_is_announced_where_it_was_asked(notebook: Notebook, slow: StrictServer) -> None:
    """The line that the interrupted cell left behind turns into one that names the orphan."""
    outcome, _ = interrupted(notebook, slow, notebook.cell("a slow fox"))
    slow.release()
    notebook.kernel.until(lambda: "makes it a turn" in outcome.text)
    assert notebook.line(f"recover {orphan_id(outcome.text)}").ok


EARLY = """
import signal
import nbgemini as nb
signal.raise_signal(signal.SIGINT)
await nb.conversation('{name}').aimagine('a slow fox')"""
LIMITED = """
import asyncio
import nbgemini as nb
async with asyncio.timeout(0.3):
    await nb.conversation('{name}').aimagine('a slow fox')"""


def test_an_interrupt_right_before_an_awaited_send(notebook: Notebook, server: StrictServer) -> None:
    """ipykernel cancels the cell's task for a SIGINT before our handler: still an interrupt."""
    outcome = notebook.kernel.run(EARLY.format(name=notebook.conversation))
    assert outcome.error_name == "KeyboardInterrupt"
    assert len(outcome.error_lines) <= 3, outcome.error_lines
    notebook.fresh = False
    notebook.drawn("an owl", f"-c {notebook.conversation}")
    assert prompts(server.posts[-1].turns) == ["an owl"]


def test_a_time_limit_around_an_awaited_send(notebook: Notebook, slow: StrictServer) -> None:
    """A cancellation that is no SIGINT stays one, for whoever asked for it."""
    outcome = notebook.kernel.run(LIMITED.format(name=notebook.conversation))
    assert outcome.error_name == "TimeoutError"
    notebook.fresh = False
    notebook.drawn("an owl", f"-c {notebook.conversation}")
    assert prompts(slow.posts[-1].turns) == ["an owl"]


def test_an_interrupt_between_cells_does_nothing(notebook: Notebook) -> None:
    """The handler is only there while a cell waits."""
    notebook.drawn("a fox")
    notebook.kernel.interrupt()
    time.sleep(0.3)
    notebook.drawn("at night")
    assert notebook.python("1 + 1") == "2"


def test_run_all(notebook: Notebook, server: StrictServer) -> None:
    """Cells queued behind a send all run, each after the other and in order."""
    server.will(Slow(20), Draw("plain"), Draw("drafts"))
    names = [
        notebook.kernel.send(notebook.cell("a fox", "-o fox")),
        notebook.kernel.send("fox.turn"),
        notebook.kernel.send(notebook.cell("at night")),
        notebook.kernel.send(notebook.cell("in snow", "-o snow")),
        notebook.kernel.send("snow.turn"),
    ]
    notebook.kernel.until(lambda: server.posts, 15)
    server.release()
    outcomes = [notebook.kernel.finish(name) for name in names]
    assert all(outcome.ok for outcome in outcomes), [outcome.error_lines for outcome in outcomes]
    assert [outcomes[1].text, outcomes[4].text] == ["1", "3"]
    assert prompts(server.posts[-1].turns) == ["a fox", "at night", "in snow"]


def test_queued_cells_answer_after_an_interrupt(notebook: Notebook, slow: StrictServer) -> None:
    """Those behind an interrupted send get their replies, none is lost."""
    asked = notebook.kernel.send(notebook.cell("a slow fox"), stop_on_error=False)
    queued = [notebook.kernel.send(f"{number} + 1") for number in range(3)]
    notebook.kernel.until(lambda: slow.posts, 15)
    time.sleep(0.2)
    notebook.kernel.interrupt()
    assert notebook.kernel.finish(asked, 5).error_name == "KeyboardInterrupt"
    assert [notebook.kernel.finish(name, 5).text for name in queued] == ["1", "2", "3"]


def until_it_is_told(kernel: Kernel, posts: int, server: StrictServer, times: int = 1) -> list[str]:
    """Wait until the waiting line has been shown after so many requests, so many times; then let the answer go."""
    kernel.until(lambda: len(server.posts) == posts, 15)
    before = len(kernel.messages)

    def told() -> list[str]:
        lines = [str(message["content"]) for message in kernel.messages[before:]]
        return [line for line in lines if "drawing…" in line]

    kernel.until(lambda: len(told()) >= times, 15)
    server.release()
    return told()


def test_the_live_line_counts_and_goes(notebook: Notebook, slow: StrictServer) -> None:
    """While waiting one line is updated; the result takes its place."""
    name = notebook.kernel.send(notebook.cell("a fox"), "cell")
    seen = until_it_is_told(notebook.kernel, 1, slow, times=2)
    outcome = notebook.kernel.finish(name)
    assert outcome.pictures, outcome.error_lines
    assert len(set(seen)) == len(seen), "it is shown anew only where it says something new"
    assert outcome.updates >= 1
    assert "drawing…" not in outcome.text


@pytest.mark.parametrize("line", sampled(["", "--only image", "--thoughts"], 3))
def test_a_slow_picture_is_an_output_of_its_own(notebook: Notebook, slow: StrictServer, line: str) -> None:
    """Nothing is updated in a console: qtconsole and jupyter-console would not show it."""
    name = notebook.kernel.send(notebook.cell("a fox", line), console=True)
    until_it_is_told(notebook.kernel, 1, slow)
    outcome = notebook.kernel.finish(name)
    assert outcome.pictures, outcome.error_lines
    assert outcome.updates == 0
    assert "drawing…" not in outcome.text


def test_slow_pictures_of_a_loop_stay(notebook: Notebook, slow: StrictServer) -> None:
    """The passing line of one cell magic is cleared, but never what else the request has shown."""
    slow.will(Slow(20))
    magic = "get_ipython().run_cell_magic('imagine', '--new', 'a fox')"
    name = notebook.kernel.send(f"print('begun')\nfor _ in range(2):\n    {magic}", console=True)
    for number in (1, 2):
        until_it_is_told(notebook.kernel, number, slow)
    outcome = notebook.kernel.finish(name)
    assert outcome.ok, outcome.error_lines
    assert len(outcome.pictures) == 2
    assert "begun" in outcome.text


def test_a_part_of_an_answer_is_kept(notebook: Notebook, server: StrictServer) -> None:
    """A whole picture in a body that broke off is on disk and can be adopted."""
    notebook.drawn("a fox")
    server.will(Cut(0.97))
    outcome = notebook.draw("at night")
    assert outcome.error_name == "OutcomeUnknown"
    adopted = notebook.line(f"recover {orphan_id(' '.join(outcome.error_lines))}")
    assert adopted.ok
    assert adopted.pictures
    notebook.drawn("in snow")
    assert len(server.posts) == 3


def leave_in_flight(running: Kernel, server: StrictServer) -> None:
    """Finish one turn, then have a request under way."""
    assert running.run("%%imagine -c trip\na fox").ok
    server.will(Slow(30))
    running.send("%%imagine\nat night")
    running.until(lambda: len(server.posts) == 2, 15)


@pytest.mark.deep
def test_exit_with_a_request_in_flight(own_kernel: Kernel, server: StrictServer) -> None:
    """The kernel ends within two seconds, and a new one names the request that was left."""
    leave_in_flight(own_kernel, server)
    assert own_kernel.exit() < 2
    own_kernel.start()
    own_kernel.run("%load_ext nbgemini")
    assert "at night" in own_kernel.run("%imagine recover").text
    listed = own_kernel.run("%imagine list").text
    assert "trip" in listed
    used = own_kernel.run("%imagine use trip")
    assert used.ok, used.error_lines
    assert own_kernel.run("%%imagine\nin snow").ok
    assert prompts(server.posts[-1].turns) == ["a fox", "in snow"]


@pytest.mark.deep
def test_kill_dash_nine_with_a_request_in_flight(own_kernel: Kernel, server: StrictServer) -> None:
    """Acknowledged turns are there after SIGKILL, the one in flight is listed, and the conversation goes on."""
    leave_in_flight(own_kernel, server)
    own_kernel.kill()
    own_kernel.start()
    own_kernel.run("%load_ext nbgemini")
    first = own_kernel.run("%%imagine -c other\na bird")
    assert "A request of an earlier kernel never ended, perhaps $" in first.text
    assert "never ended" not in own_kernel.run("%%imagine -c other\nin a tree").text
    assert "at night" in own_kernel.run("%imagine recover").text
    assert own_kernel.run("%imagine use trip").ok
    assert own_kernel.run("%%imagine\nin snow").ok
    assert prompts(server.posts[-1].turns) == ["a fox", "in snow"]
    history = str(own_kernel.run("%imagine history").outputs)
    assert "a fox" in history
    assert "in snow" in history


@pytest.mark.deep
def test_two_kernels_share_a_folder(tmp_path: Path, own_kernel: Kernel, server: StrictServer) -> None:
    """A second kernel sees what the first stored, goes on with it, and neither loses a turn."""
    assert own_kernel.run("%%imagine -c shared\na fox").ok
    with kernel(tmp_path, strict_environment(server)) as other:
        other.run("%load_ext nbgemini")
        assert other.run("%imagine use shared").ok
        assert other.run("%%imagine\nat night").ok
        assert own_kernel.run("%%imagine\nin snow").ok
        assert [prompts(request.turns) for request in server.posts[1:]] == [["a fox", "at night"], ["a fox", "in snow"]]
    own_kernel.restart()
    own_kernel.run("%load_ext nbgemini")
    own_kernel.run("%imagine use shared")
    history = str(own_kernel.run("%imagine history").outputs)
    assert [prompt for prompt in ("a fox", "at night", "in snow") if prompt not in history] == []


@pytest.mark.deep
def test_many_interrupts(notebook: Notebook, server: StrictServer) -> None:
    """Whenever SIGINT comes, an end that says "unchanged" is unchanged, and a normal end is committed."""
    notebook.drawn("scene 0")
    fate = {"scene 0": "kept"}
    for number in range(1, 40):
        server.will(Slow(0.15))
        name = notebook.kernel.send(notebook.cell(f"scene {number}"), stop_on_error=False)
        time.sleep(number % 13 * 0.03)
        notebook.kernel.interrupt()
        fate[f"scene {number}"] = fate_of(ended(notebook.kernel, name))
    notebook.drawn("the last")
    sent = prompts(server.posts[-1].turns)
    assert [scene for scene in fate if fate[scene] == "kept" and scene not in sent] == []
    assert [scene for scene in sent if fate.get(scene) == "unchanged"] == []
    assert list(fate.values()).count("outside") <= 3


def ended(kernel: Kernel, name: str) -> Outcome:
    """A cell's outcome. ipykernel loses the reply when SIGINT comes between its own steps, outside of the cell."""
    try:
        return kernel.finish(name, 10)
    except TimeoutError:
        if not kernel.cells[name].idle:
            raise
        return Outcome()


def fate_of(outcome: Outcome) -> str:
    """What a cell says became of it; a KeyboardInterrupt before or after our part of the cell says nothing."""
    if not outcome.reply or outcome.error_name == "NoneType":  # the interrupt came amid IPython's own steps
        return "outside"
    if outcome.ok:
        return "kept"
    assert outcome.error_name == "KeyboardInterrupt", (outcome.reply, outcome.outputs)
    ours = "stopped waiting" in " ".join(outcome.error_lines)
    return "unchanged" if ours else "outside"
