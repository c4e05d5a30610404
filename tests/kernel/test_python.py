"""The same in Python: cells that await, programs without a notebook, `--save`, and `%config`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernel.conftest import Notebook
from tests.kernel.test_conversation import prompts
from tests.support.kernel import Kernel
from tests.support.replies import Slow, blocked
from tests.support.strict_server import StrictServer

SIDE_BY_SIDE = """
import asyncio
import nbgemini as nb
async def tick():
    for _ in range(4):
        await asyncio.sleep(0.05)
    print("ticked")
ticking = asyncio.ensure_future(tick())
a, b = nb.conversation("{name}a"), nb.conversation("{name}b")
one, two = await asyncio.gather(a.aimagine("a fox"), b.aimagine("an owl"))
print(one.turn, two.turn, (await one.aedit("at night")).turn)
"""


def test_awaiting_keeps_other_tasks_running(notebook: Notebook, server: StrictServer) -> None:
    """While a picture is awaited, the user's own tasks go on; two conversations draw side by side."""
    server.will(Slow(20), Slow(20))
    name = notebook.kernel.send(SIDE_BY_SIDE.format(name=notebook.conversation))
    notebook.kernel.until(lambda: len(server.posts) == 2 and "ticked" in notebook.kernel.cells[name].text, 15)
    server.release()
    assert notebook.kernel.finish(name).text.split() == ["ticked", "1", "1", "2"]


def test_turns_of_one_conversation_queue(notebook: Notebook, server: StrictServer) -> None:
    """Two awaited sends of one conversation run one after the other; the second builds on the first."""
    server.will(Slow(0.3))
    notebook.python(f"""
import asyncio
import nbgemini as nb
c = nb.conversation("{notebook.conversation}")
await asyncio.gather(c.aimagine("a fox"), c.aimagine("at night"))
""")
    assert [prompts(request.turns) for request in server.posts] == [["a fox"], ["a fox", "at night"]]


def test_a_failed_cell_run_again_takes_its_old_place(notebook: Notebook, server: StrictServer) -> None:
    """After a refusal the cell is run again with other words, from where it stood."""
    name = notebook.conversation
    notebook.draw("a fox", cell_id=f"{name}-a")
    server.will(blocked())
    assert not notebook.draw("something else", cell_id=f"{name}-b").ok
    assert notebook.draw("at night", cell_id=f"{name}-b").ok
    assert notebook.draw("in snow", cell_id=f"{name}-c").ok
    assert prompts(server.posts[-1].turns) == ["a fox", "at night", "in snow"]


SCRIPT = """
import asyncio, sys
import nbgemini as nb
fox = nb.conversation().imagine("A red fox in a forest", size="1K")
night = asyncio.run(fox.aedit("Make it night"))
night.save("night.jpg")
print(night.turn, fox.image.size, "IPython" in sys.modules, "ipywidgets" in sys.modules)
"""


@pytest.mark.deep
def test_a_plain_script(tmp_path: Path) -> None:
    """The library works without a kernel, and imports no IPython."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "(1408,", "768)", "False", "False"]
    assert (tmp_path / "night.jpg").stat().st_size > 10_000


def test_numbered_saves_and_folders(notebook: Notebook) -> None:
    """Several pictures are numbered; a folder takes the conversation's name and the turn's number."""
    folder = notebook.kernel.folder / notebook.conversation
    folder.mkdir()
    notebook.drawn("a fox", f"-n 2 --save {folder}/fox.jpg")
    notebook.drawn("at night", f"--save {folder}/")
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 3
    assert [name.startswith("fox") for name in names] == [True, True, False]


def test_traits_count_at_once(offline_kernel: Kernel, offline: Notebook) -> None:
    """`%config` holds for the next cell; an option beats it; a wrong value is refused when it is set."""
    assert offline_kernel.run("%config NbGemini.aspect = '21:9'").ok
    assert "21:9" in offline.drawn("A red balloon").text
    assert "4:3" in offline.drawn("A red balloon", "-a 4:3").text
    wrong = offline_kernel.run("%config NbGemini.size = '8k'")
    assert "2K" in wrong.text  # IPython reports a refused trait by itself
    assert offline_kernel.run("%config NbGemini.size").text in ("None", "")
    assert offline_kernel.run("%config NbGemini.aspect = None").ok


def test_a_conversation_shows_its_turns(offline: Notebook) -> None:
    """On the last line of a cell it is the strip; as text, in lists and in print it is one line."""
    offline.drawn("a fox", "-m flash -s 512")
    outcome = offline.kernel.run(f"import nbgemini as nb\nnb.conversation({offline.conversation!r})")
    (shown,) = outcome.displays
    assert shown["data"]["text/plain"] == f"<Conversation {offline.conversation}: 1 turn, at turn 1>"
    assert 'alt="a fox' in shown["data"]["text/html"]
    empty = offline.kernel.run("nb.conversation('nothing here yet')").displays[0]["data"]
    assert "No turns yet" in empty["text/html"]
