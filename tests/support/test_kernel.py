"""The kernel harness, tested itself: updates, cell ids, interrupts and restarts are seen as a front end sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.kernel import Kernel, kernel


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, lent_kernel: Kernel) -> Kernel:
    lent_kernel.renew(tmp_path_factory.mktemp("kernel"), {"HELLO": "there"})
    return lent_kernel


def test_outputs_and_updates(running: Kernel) -> None:
    """An updated display shows its last state, whichever cell it stands in."""
    first = running.run("from IPython.display import display\nh = display('one', display_id=True)\nprint('p')")
    assert [output["output_type"] for output in first.outputs] == ["display_data", "stream"]
    second = running.run("h.update('two')\n40 + 2")
    assert first.displays[0]["data"]["text/plain"] == "'two'"
    assert (second.text, second.updates, second.ok) == ("42", 1, True)


def test_it_is_this_interpreter_in_its_folder(running: Kernel) -> None:
    """The same Python, the given folder and environment, and the guard."""
    outcome = running.run(
        "import sys, os; [sys.executable, os.getcwd(), os.environ['HELLO'], hasattr(sys, '_stays_on_loopback')]"
    )
    assert [word in outcome.text for word in (str(running.folder), "there", "True")] == [True] * 3


def test_the_cell_id_arrives(running: Kernel) -> None:
    """As JupyterLab and VS Code send it: in the metadata of the request."""
    outcome = running.run("get_ipython().kernel.get_parent()['metadata'].get('cellId')", cell_id="c-1")
    assert outcome.text == "'c-1'"


def test_an_error_is_seen(running: Kernel) -> None:
    """Name, message and the lines of the traceback."""
    outcome = running.run("1 / 0")
    assert not outcome.ok
    assert outcome.error_name == "ZeroDivisionError"
    assert outcome.error_lines[-1].startswith("ZeroDivisionError")


def test_an_interrupt_is_a_real_one(running: Kernel) -> None:
    """SIGINT ends a sleep, and the next cell works."""
    name = running.send("print('begun', flush=True)\nimport time; time.sleep(20)")
    running.until(lambda: running.cells[name].text)
    running.interrupt()
    assert running.finish(name, 5).error_name == "KeyboardInterrupt"
    assert running.run("1").ok


@pytest.mark.deep
def test_a_restart_forgets_and_a_kill_kills(tmp_path: Path) -> None:
    """Variables are gone after a restart; a killed kernel can be started anew."""
    with kernel(tmp_path) as own:
        own.run("x = 1")
        own.restart()
        assert own.run("x").error_name == "NameError"
        own.kill()
        assert not own.alive
        own.start()
        assert own.run("2").text == "2"
