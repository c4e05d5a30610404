"""`--bg` in a real kernel: the cell returns at once, its places fill in, and what follows waits for it."""

from __future__ import annotations

import pytest

from tests.kernel.conftest import Notebook
from tests.kernel.test_conversation import prompts
from tests.support.replies import Slow, blocked
from tests.support.strict_server import StrictServer


def test_the_cell_returns_and_fills_in_later(notebook: Notebook, server: StrictServer) -> None:
    """Other cells run meanwhile; the picture, its alt text and the footer appear in the cell's own places."""
    server.will(Slow(20))
    outcome = notebook.draw("a fox", "--bg -o fox", cell_id="cell")
    assert outcome.ok
    assert "background" in outcome.text
    assert notebook.python("1 + 1") == "2"
    assert "on its way" in notebook.python("fox")
    server.release()
    notebook.kernel.until(lambda: f"turn 1 of {notebook.conversation}" in outcome.text)
    assert outcome.pictures[0]["metadata"]["image/jpeg"]["alt"] == "a fox"
    assert "background" not in outcome.text
    assert notebook.python("fox.turn") == "1"


def test_a_console_gets_a_new_output(notebook: Notebook, server: StrictServer) -> None:
    """A console may not follow updates: the picture comes as a new output of the same request."""
    server.will(Slow(20))
    outcome = notebook.kernel.run(notebook.cell("a fox", "--bg"), console=True)
    assert "background" in outcome.text
    server.release()
    notebook.kernel.until(lambda: f"turn 1 of {notebook.conversation}" in outcome.text)
    assert len(outcome.pictures) == 1
    assert outcome.updates == 0


@pytest.mark.deep
def test_a_cell_that_edits_it_waits_for_it(notebook: Notebook, server: StrictServer) -> None:
    """Both by going on with the conversation and by naming the result."""
    server.will(Slow(1.0))
    assert notebook.draw("a fox", "--bg -o fox").ok
    edited = notebook.drawn("add a hat")
    assert prompts(server.posts[-1].turns) == ["a fox", "add a hat"]
    assert "turn 2 of" in edited.text
    server.will(Slow(1.0))
    assert notebook.draw("an owl", "--bg -o owl --new").ok
    notebook.drawn("at night", "--from owl")
    assert prompts(server.posts[-1].turns) == ["an owl", "at night"]


def test_a_blocked_answer_says_so_in_the_cell(notebook: Notebook, server: StrictServer) -> None:
    """The error appears in the place of the picture and leaves the conversation alone."""
    notebook.drawn("a fox")
    server.will(blocked("IMAGE_SAFETY"))
    outcome = notebook.draw("something", "--bg -o held_back")
    assert outcome.ok
    notebook.kernel.until(lambda: "IMAGE_SAFETY" in outcome.text)
    notebook.drawn("add a hat")
    assert prompts(server.posts[-1].turns) == ["a fox", "add a hat"]


def test_several_in_the_background(notebook: Notebook, server: StrictServer) -> None:
    """One sheet has all of them, each with an alt text of its own."""
    outcome = notebook.draw("a fox", "--bg -n 3")
    notebook.kernel.until(lambda: "turns 1–3" in outcome.text)
    (sheet,) = outcome.pictures
    assert sheet["data"]["text/html"].count('alt="Picture ') == 3
