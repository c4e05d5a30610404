"""Other people's loops: uvloop, trio, subshells, widget callbacks, and interrupts at any moment."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.kernel.conftest import Notebook, strict_environment
from tests.kernel.test_conversation import prompts
from tests.kernel.test_interrupts import ALL_CELLS, CELLS, PROMPTLY, ended, fate_of, interrupted
from tests.support import figures
from tests.support.kernel import Kernel, kernel
from tests.support.replies import Slow
from tests.support.strict_server import StrictServer

pytestmark = pytest.mark.deep

IPYKERNEL = int(version("ipykernel").split(".")[0])
UVLOOP = """
import asyncio, sys, uvloop, warnings
warnings.simplefilter("ignore", DeprecationWarning)
asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
from ipykernel import kernelapp
kernelapp.launch_new_instance(argv=sys.argv[1:])
"""
needs_uvloop = pytest.mark.skipif(find_spec("uvloop") is None, reason="uvloop is not installed")
needs_trio = pytest.mark.skipif(find_spec("trio") is None, reason="trio is not installed")


@pytest.fixture(scope="module")
def uv_kernel(tmp_path_factory: pytest.TempPathFactory, strict_session: StrictServer) -> Iterator[Kernel]:
    """A kernel whose own loop is uvloop's."""
    folder = tmp_path_factory.mktemp("uvloop")
    with kernel(folder, strict_environment(strict_session), launcher=("-c", UVLOOP)) as running:
        assert running.run("%load_ext nbgemini").ok
        yield running


@needs_uvloop
@pytest.mark.parametrize("kind", ALL_CELLS)
def test_a_kernel_on_uvloop(uv_kernel: Kernel, server: StrictServer, kind: str) -> None:
    """An interrupt is prompt there too, the history unchanged, and the next cell works."""
    name = f"uv-{kind.replace(' ', '-')}"
    loop = uv_kernel.run("import asyncio\nprint(type(asyncio.get_running_loop()).__module__)\nawait asyncio.sleep(0)")
    assert "uvloop" in loop.text, loop.error_lines
    server.will(Slow(20))
    outcome, seconds = interrupted(Notebook(uv_kernel, name), server, ALL_CELLS[kind].format(name=name))
    server.release()
    assert seconds < PROMPTLY
    assert outcome.error_name == "KeyboardInterrupt"
    assert uv_kernel.run(f"%%imagine -c {name}\na fox").ok
    assert prompts(server.posts[-1].turns) == ["a fox"]


@needs_uvloop
def test_the_opt_in_says_why_it_cannot_work_on_uvloop(uv_kernel: Kernel, server: StrictServer) -> None:
    """`keep_tasks_running` re-enters asyncio's own loops alone."""
    uv_kernel.run("%config NbGemini.keep_tasks_running = True")
    said = uv_kernel.run("%%imagine -c plain\na fox")
    uv_kernel.run("%config NbGemini.keep_tasks_running = False")
    assert said.ok, said.error_lines
    assert "uvloop" in said.text


@needs_trio
def test_cells_that_await_on_trio(own_kernel: Kernel, server: StrictServer) -> None:
    """`%autoawait trio` runs trio inside of asyncio: the one that runs the task is the one that is woken."""
    own_kernel.run("%autoawait trio\nimport nbgemini as nb, trio")
    asked = """
pictures = {}
async def draw(prompt):
    pictures[prompt] = (await nb.conversation(prompt.replace(' ', '-')).aimagine(prompt)).turn
async with trio.open_nursery() as nursery:
    for prompt in ('a fox', 'an owl', 'a cat'):
        nursery.start_soon(draw, prompt)
sorted(pictures.items())
"""
    server.will(Slow(0.3))
    outcome = own_kernel.run(asked)
    assert outcome.ok, outcome.error_lines
    assert outcome.text == "[('a cat', 1), ('a fox', 1), ('an owl', 1)]"
    server.will(Slow(20))
    given_up = own_kernel.run(
        "with trio.move_on_after(0.3) as scope:\n    await nb.conversation('slow').aimagine('a slow fox')\n"
        "scope.cancelled_caught, nb.conversation('slow').last"
    )
    server.release()
    assert given_up.text == "(True, None)"


SCRIPT = """
import {loop}
import nbgemini as nb

async def main():
    conversation = nb.conversation()
    fox = await conversation.aimagine("a fox")
    night = await fox.aedit("at night")
    return night.turn

print({loop}.run({main}))
"""


@pytest.mark.parametrize(("loop", "main"), [("asyncio", "main()"), ("uvloop", "main()"), ("trio", "main")])
def test_scripts_on_other_loops(
    tmp_path: Path, server: StrictServer, monkeypatch: pytest.MonkeyPatch, loop: str, main: str
) -> None:
    """A script awaits on whatever loop it runs, and no thread of ours holds it at the end."""
    if find_spec(loop) is None:
        pytest.skip(f"{loop} is not installed")
    for name, value in strict_environment(server).items():
        monkeypatch.setenv(name, value)
    program = SCRIPT.format(loop=loop, main=main)
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("2\n", "")
    assert prompts(server.posts[-1].turns) == ["a fox", "at night"]


TIMEOUTS = """
import asyncio
import nbgemini as nb

async def main():
    conversation = nb.conversation()
    try:
        await asyncio.wait_for(conversation.aimagine("a slow fox"), 0.5)
    except asyncio.TimeoutError:
        print("given up")
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(nb.conversation(name).aimagine(name)) for name in ("owl", "cat")]
    print([task.result().turn for task in tasks], conversation.last)

asyncio.run(main())
"""


def test_a_caller_s_time_limit(tmp_path: Path, server: StrictServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """`asyncio.wait_for` gives a request up at once; other tasks go on, and nothing was committed."""
    for name, value in strict_environment(server).items():
        monkeypatch.setenv(name, value)
    server.will(Slow(20))
    done = subprocess.run([sys.executable, "-c", TIMEOUTS], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    server.release()
    assert (done.stdout, done.stderr) == ("given up\n[1, 1] None\n", "")


@pytest.mark.skipif(IPYKERNEL < 7, reason="subshells came with ipykernel 7")
def test_a_subshell_draws_while_the_main_shell_is_busy(own_kernel: Kernel, server: StrictServer) -> None:
    """A picture comes in a subshell; SIGINT ends the main shell's cell alone."""
    shell = own_kernel.subshell()
    server.will(Slow(1.5))
    busy = own_kernel.send("import time\ntime.sleep(30)", stop_on_error=False)
    drawn = own_kernel.send("%%imagine -c sub\na fox", subshell=shell)
    own_kernel.until(lambda: len(server.posts) == 1, 15)
    own_kernel.interrupt()
    assert own_kernel.finish(busy, 5).error_name == "KeyboardInterrupt"
    outcome = own_kernel.finish(drawn, 15)
    assert outcome.ok, outcome.error_lines
    assert outcome.pictures
    assert own_kernel.run("%%imagine -c sub\nat night").ok
    assert prompts(server.posts[-1].turns) == ["a fox", "at night"]


@pytest.mark.skipif(IPYKERNEL < 7, reason="subshells came with ipykernel 7")
def test_the_main_shell_draws_while_a_subshell_asks(own_kernel: Kernel, server: StrictServer) -> None:
    """Two shells ask at once; an interrupt stops the main shell's wait, and each conversation has its own turns."""
    shell = own_kernel.subshell()
    server.will(Slow(20), Slow(0.2))
    main = own_kernel.send("%%imagine -c main-shell\na slow fox", stop_on_error=False)
    own_kernel.until(lambda: len(server.posts) == 1, 15)
    beside = own_kernel.send(
        "import nbgemini as nb\nowl = nb.conversation('beside').imagine('an owl')\nowl.turn", subshell=shell
    )
    assert own_kernel.finish(beside, 15).text == "1"
    own_kernel.interrupt()
    assert own_kernel.finish(main, 5).error_name == "KeyboardInterrupt"
    server.release()
    assert own_kernel.run("%%imagine -c beside\nat night").ok
    assert prompts(server.posts[-1].turns) == ["an owl", "at night"]


BUTTON = """
import ipywidgets, nbgemini as nb
drawn = []
def clicked(button):
    drawn.append(nb.conversation("button").imagine("a fox").turn)
button = ipywidgets.Button()
button.on_click(clicked)
print(button.comm.comm_id)
"""
CLICK = {"method": "custom", "content": {"event": "click"}}


def test_a_widget_callback_draws(own_kernel: Kernel, server: StrictServer) -> None:
    """A click draws in an idle kernel; one that comes while a cell draws has its turn after it."""
    comm = own_kernel.run(BUTTON).text.strip()
    own_kernel.tell(comm, CLICK)
    own_kernel.until(lambda: own_kernel.run("print(drawn)").text == "[1]\n")
    server.will(Slow(1))
    drawing = own_kernel.send("%%imagine -c button\nat night")
    own_kernel.until(lambda: len(server.posts) == 2, 15)
    own_kernel.tell(comm, CLICK)
    assert own_kernel.finish(drawing).ok
    own_kernel.until(lambda: own_kernel.run("print(drawn)").text == "[1, 3]\n")
    assert prompts(server.posts[-1].turns) == ["a fox", "at night", "a fox"]


@pytest.mark.parametrize("seed", range(4))
def test_interrupts_at_any_moment(own_kernel: Kernel, server: StrictServer, seed: int) -> None:
    """Sixty SIGINTs at random moments in all kinds of cells: "unchanged" is unchanged, a normal end is committed."""
    dice, fate = random.Random(seed), {"scene 0": "kept"}
    own_kernel.run("%%imagine -c storm\nscene 0")
    for number in range(1, 61):
        scene = f"scene {number}"
        code = CELLS[dice.choice(list(CELLS))].format(name="storm").replace("a slow fox", scene)
        server.will(Slow(dice.choice((0.02, 0.1, 0.25))))
        name = own_kernel.send(code, stop_on_error=False)
        time.sleep(dice.random() * 0.4)
        own_kernel.interrupt()
        fate[scene] = fate_of(ended(own_kernel, name))
    own_kernel.run("%%imagine -c storm\nthe last")
    sent = prompts(server.posts[-1].turns)
    lost = [scene for scene in fate if fate[scene] == "kept" and scene not in sent]
    changed = [scene for scene in sent if fate.get(scene) == "unchanged"]
    figures.add("interrupts at random moments", 60, lost=len(lost), history_changed=len(changed))
    assert (lost, changed) == ([], [])
    assert list(fate.values()).count("outside") <= 20
