"""What surrounds a cell: patched loops, forks, other threads, time limits, and an opt-in that cannot work here."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.kernel.conftest import Notebook, strict_environment
from tests.kernel.test_conversation import prompts
from tests.kernel.test_frontends import in_a_child
from tests.kernel.test_interrupts import CELLS, interrupted
from tests.support.kernel import Kernel, kernel
from tests.support.replies import Slow
from tests.support.strict_server import StrictServer

REENTERS = int(version("ipykernel").split(".")[0]) < 7 and sys.version_info < (3, 14)
TICKING = """
import asyncio
ticks = []
async def tick():
    while True:
        ticks.append(1)
        await asyncio.sleep(0.05)
task = asyncio.ensure_future(tick())
await asyncio.sleep(0)
"""


@pytest.mark.deep
def test_keep_tasks_running_works_or_says_once_why_it_cannot(own_kernel: Kernel, server: StrictServer) -> None:
    """The user's tasks go on while a cell waits; where re-entering the loop would hurt, a line says so, once."""
    own_kernel.run("%config NbGemini.keep_tasks_running = True")
    assert own_kernel.run(TICKING).ok
    server.will(Slow(1), Slow(1))
    said = [own_kernel.run("before = len(ticks)\nget_ipython().run_cell_magic('imagine', '', 'a fox')\n"
                           "print('ticks:', len(ticks) - before)").text for _ in range(2)]  # fmt: skip
    assert ["keep_tasks_running" in text for text in said] == [not REENTERS, False]
    assert ["ticks: 0" in text for text in said] == [not REENTERS] * 2
    assert prompts(server.posts[-1].turns) == ["a fox", "a fox"]


def test_a_thread_may_draw(notebook: Notebook, server: StrictServer) -> None:
    """Outside the main thread no signal handler is set, and a picture comes all the same."""
    shown = notebook.python(f"""
import threading
import nbgemini as nb
drawn = []
thread = threading.Thread(target=lambda: drawn.append(nb.conversation("{notebook.conversation}").imagine("a fox")))
thread.start()
thread.join(20)
print([result.turn for result in drawn])
""")
    assert shown == "[1]\n"
    assert len(server.posts) == 1


@pytest.mark.deep
@pytest.mark.parametrize("kind", ["cell", "await", "sync in async"])
def test_after_nest_asyncio(own_kernel: Kernel, server: StrictServer, kind: str) -> None:
    """A first cell that patches the loop changes neither the promptness of an interrupt nor the next cell."""
    own_kernel.run("import nest_asyncio; nest_asyncio.apply()")
    server.will(Slow(20))
    outcome, seconds = interrupted(Notebook(own_kernel, "patched"), server, CELLS[kind].format(name="patched"))
    server.release()
    assert seconds < 2
    assert outcome.error_name == "KeyboardInterrupt"
    assert own_kernel.run("%%imagine -c patched\na fox").ok
    assert prompts(server.posts[-1].turns) == ["a fox"]


@pytest.mark.deep
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_has_a_studio_of_its_own(own_kernel: Kernel, server: StrictServer) -> None:
    """A forked child draws by itself, and the parent goes on as if nothing had been."""
    assert own_kernel.run("%%imagine -c family\na fox").ok
    shown = own_kernel.run("""
import os, warnings
import nbgemini as nb
warnings.simplefilter("ignore")
child = os.fork()
if child == 0:
    try:
        made = nb.conversation("child").imagine("an owl")
        os._exit(0 if made.turn == 1 else 1)
    except BaseException:
        os._exit(2)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""")
    assert shown.text == "0\n", shown.error_lines
    assert own_kernel.run("%%imagine\nat night").ok
    assert [prompts(request.turns) for request in server.posts] == [["a fox"], ["an owl"], ["a fox", "at night"]]


TIMED = """
import nbformat, nbclient
document = nbformat.read("in.ipynb", as_version=4)
limits = {"timeout": 3, "interrupt_on_timeout": True, "allow_errors": True}
client = nbclient.NotebookClient(document, kernel_name="thispython", **limits)
client.execute()
nbformat.write(document, "out.ipynb")
"""


@pytest.mark.deep
def test_nbclient_interrupts_on_timeout(tmp_path: Path, server: StrictServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that takes too long is interrupted by the client; the notebook goes on with the next."""
    for name, value in strict_environment(server).items():
        monkeypatch.setenv(name, value)
    server.will(Slow(25))
    cells = ["%load_ext nbgemini", "%%imagine\na slow fox", "%%imagine\nan owl", "print('the end')"]
    done = in_a_child(TIMED, tmp_path, *cells)
    server.release()
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "out.ipynb").read_text()
    assert "stopped waiting" in text
    assert "the end" in text
    assert prompts(server.posts[-1].turns) == ["an owl"]


SAFE_EXIT = """
import threading
import nbgemini as nb
conversation = nb.conversation()
threading.Thread(target=lambda: conversation.imagine("a slow fox"), daemon=True).start()
input()
"""


def test_a_script_ends_with_a_request_in_flight(
    tmp_path: Path, server: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No exit hook waits for an answer that may take minutes."""
    for name, value in strict_environment(server).items():
        monkeypatch.setenv(name, value)
    server.will(Slow(60))
    with subprocess.Popen(
        [sys.executable, "-c", SAFE_EXIT], cwd=tmp_path, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as script:  # fmt: skip
        while not server.posts:
            assert script.poll() is None
            time.sleep(0.02)
        assert script.communicate("go\n", timeout=30) == ("", "")
    server.release()
    assert script.returncode == 0
    assert len(server.posts) == 1


@pytest.mark.deep
def test_a_gateway_without_a_key(tmp_path: Path, emulator: str) -> None:
    """With a base URL and no key the request is sent without one; here to the emulator on loopback, which signs."""
    with kernel(tmp_path, {"GOOGLE_GEMINI_BASE_URL": emulator}) as running:
        running.run("%load_ext nbgemini")
        assert running.run("%%imagine -o sea\nA lighthouse on a cliff above the sea").ok
        edited = running.run("%%imagine -o night\nMake it night")
        assert edited.ok, edited.error_lines
        assert "turn 2 of main" in edited.text
        shown = running.run("sea.image.size == night.image.size and sea.bytes != night.bytes")
        assert shown.text == "True"
