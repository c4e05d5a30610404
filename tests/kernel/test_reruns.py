"""Cells run out of order in a real kernel: each request's history is the branch that the reader expects."""

from __future__ import annotations

import uuid

from tests.kernel.conftest import Notebook
from tests.kernel.test_conversation import prompts
from tests.support.strict_server import StrictServer


class _Book:
    """A notebook whose cells the front end names."""

    def __init__(self, notebook: Notebook, server: StrictServer) -> None:
        self.notebook = notebook
        self.server = server
        self.mark = uuid.uuid4().hex[:6]
        self.said = ""

    def run(self, cell: str, prompt: str | None = None, line: str = "") -> list[str]:
        """Run a cell; the prompts of the request that it sent, oldest first."""
        outcome = self.notebook.draw(prompt or cell, line, cell_id=f"{self.mark}-{cell}")
        assert outcome.ok, outcome.error_lines
        self.said = outcome.text
        return prompts(self.server.posts[-1].turns)


def test_a_session_out_of_order(notebook: Notebook, server: StrictServer) -> None:
    """Edited and unedited, run again in any order: what follows builds on the latest of what came before."""
    book = _Book(notebook, server)
    assert book.run("a") == ["a"]
    assert book.run("b") == ["a", "b"]
    assert book.run("c") == ["a", "b", "c"]
    assert book.run("b", "b edited") == ["a", "b edited"]
    assert "run again" in book.said
    assert "turn 2 stays as a branch" in book.said
    assert book.run("c") == ["a", "b edited", "c"]
    assert book.run("d") == ["a", "b edited", "c", "d"]
    assert book.run("a", "a anew") == ["a anew"]
    assert "starts afresh" in book.said
    assert book.run("e") == ["a anew", "e"]
    assert book.run("c") == ["a", "b edited", "c"]
    assert book.run("b") == ["a anew", "b"]
    assert book.run("c") == ["a anew", "b", "c"]
    assert book.run("d") == ["a anew", "b", "c", "d"]


def test_nothing_is_rolled_back_without_a_cell_id(notebook: Notebook, server: StrictServer) -> None:
    """nbclient and papermill name no cells."""
    for _ in range(2):
        notebook.drawn("same")
    assert prompts(server.posts[-1].turns) == ["same", "same"]


def test_undo_and_options_between_runs(notebook: Notebook, server: StrictServer) -> None:
    """Undo moves where new cells go on from; `--new` and `--from` win over what a cell did before."""
    book = _Book(notebook, server)
    book.run("a", line="-o first")
    book.run("b")
    book.run("c")
    notebook.line("undo")
    assert book.run("d") == ["a", "b", "d"]
    assert book.run("c") == ["a", "b", "c"]
    assert book.run("c", "c new", "--new") == ["c new"]
    assert book.run("c", "c forked", "--from first") == ["a", "c forked"]
    assert book.run("c") == ["a", "c"]


def test_a_failed_run_keeps_the_place_of_a_cell(notebook: Notebook, server: StrictServer) -> None:
    """A cell that fails when it is run again goes on from the same cell the next time."""
    book = _Book(notebook, server)
    book.run("a")
    book.run("b")
    book.run("c")
    assert not notebook.draw("b", "-a 3:1", cell_id=f"{book.mark}-b").ok
    assert book.run("b") == ["a", "b"]


def test_a_loop_in_one_cell(notebook: Notebook, server: StrictServer) -> None:
    """Several asks of one execution go on from one another, also when the cell is run again."""
    book = _Book(notebook, server)
    book.run("a")
    code = "for word in ('x', 'y'):\n    get_ipython().run_cell_magic('imagine', '', word)"
    for _ in range(2):
        assert notebook.kernel.run(code, f"{book.mark}-loop").ok
        assert prompts(server.posts[-2].turns) == ["a", "x"]
        assert prompts(server.posts[-1].turns) == ["a", "x", "y"]


def test_two_notebooks_and_a_copied_cell(notebook: Notebook, server: StrictServer) -> None:
    """Cells of another notebook, and a copy with an id of its own, are new cells."""
    ours, theirs = _Book(notebook, server), _Book(notebook, server)
    ours.run("a")
    ours.run("b")
    assert theirs.run("a", "their a") == ["a", "b", "their a"]
    assert ours.run("b") == ["a", "b"]
    assert ours.run("b copy", "b") == ["a", "b", "b"]


def test_on_the_emulator_a_cell_draws_anew(offline: Notebook) -> None:
    """A cell that is run again brings another picture, as it would from Google; the same words elsewhere do not."""
    cell = uuid.uuid4().hex
    for name, where in (("first", cell), ("second", cell), ("elsewhere", uuid.uuid4().hex)):
        assert offline.draw("a fox in a forest", f"--new -m flash -s 512 -o {name}", cell_id=where).ok
    shown = offline.python("print(first.bytes == second.bytes, first.bytes == elsewhere.bytes)")
    assert shown.split() == ["False", "True"]
