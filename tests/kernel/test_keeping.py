"""`export`, `save`, `load` and `pick` typed into a real kernel."""

from __future__ import annotations

import pytest

from tests.kernel.conftest import Notebook
from tests.kernel.test_conversation import prompts
from tests.support.strict_server import StrictServer


def test_pick(notebook: Notebook, server: StrictServer) -> None:
    """The next cell goes on from the picked one; the footer and the history say how."""
    notebook.drawn("a fox")
    assert "%imagine pick K" in notebook.drawn("three hats", "-n 3").text
    picked = notebook.line("pick 3")
    assert picked.ok
    assert "is at turn 4" in picked.text
    assert "3 of 3" in picked.text
    notebook.drawn("go on")
    final = server.posts[-1].turns[-2]
    by_turn = notebook.line("pick @2")
    assert by_turn.ok
    notebook.drawn("go on")
    assert prompts(server.posts[-1].turns) == ["a fox", "three hats", "go on"]
    assert server.posts[-1].turns[-2] != final
    assert notebook.line("pick 1").ok  # a bare number is a picture of the newest sheet
    assert notebook.line("pick 4").error_name == "ConversationError"
    assert notebook.line("pick two").error_name == "ConversationError"
    assert notebook.line("pick").error_name == "OptionError"


def test_a_cell_after_a_picked_one(notebook: Notebook, server: StrictServer) -> None:
    """Run again, a cell goes on from what was picked in the cell before it."""
    notebook.draw("several", "-n 2", cell_id="one")
    notebook.draw("then", cell_id="two")
    notebook.line("undo")
    assert notebook.line("pick 2").ok
    notebook.draw("then", cell_id="two")
    second, first = server.posts[-1].turns, server.posts[-2].turns
    assert prompts(second) == prompts(first) == ["several", "then"]
    assert second[1] != first[1]


def test_save_and_load(notebook: Notebook, server: StrictServer) -> None:
    """What is loaded is current, is shown, says what it will send, and is accepted with its signatures."""
    notebook.drawn("a fox", "--system 'Paint in oil.'")
    notebook.drawn("at night")
    name = notebook.conversation
    saved = notebook.line(f"save {name}.nbgemini")
    assert saved.ok
    assert f"Saved `{name}` with 2 turns to `{name}.nbgemini`" in saved.text
    assert notebook.line(f"save {name}.nbgemini").ok  # it holds all of these turns already
    loaded = notebook.line(f"load {name}.nbgemini")
    assert loaded.ok
    assert f"Loaded `{name}.2` with 2 turns" in loaded.text
    assert "Paint in oil." in loaded.text
    assert f"turn 3 of {name}.2" in notebook.drawn("in snow").text
    assert prompts(server.posts[-1].turns) == ["a fox", "at night", "in snow"]
    assert notebook.line(f"save {name}.nbgemini").error_name == "OptionError"
    (notebook.kernel.folder / "bad.zip").write_bytes(b"PK\3\4 no archive")
    refused = notebook.line("load bad.zip")
    assert refused.error_name == "StoreError"
    assert len(refused.error_lines) <= 3


@pytest.mark.parametrize("suffix", ["html", "md", "ipynb"])
def test_export(suffix: str, notebook: Notebook, server: StrictServer) -> None:
    """A name with spaces between quotes, words behind it; what was written is said, a slip is named."""
    notebook.drawn("a fox")
    notebook.line("undo")
    notebook.drawn("an owl")
    file = f"{notebook.conversation} story.{suffix}"
    exported = notebook.line(f'export "{file}" all')
    assert exported.ok, exported.error_lines
    assert f"Exported 2 turns to `{file}`" in exported.text
    assert "an owl" in (notebook.kernel.folder / file).read_text("utf-8")
    assert notebook.line(f'export "{file}"').error_name == "OptionError"
    assert notebook.line(f"export other.{suffix} every").error_name == "OptionError"
    assert notebook.line("export").error_name == "OptionError"
    assert not list(notebook.kernel.folder.glob("other*"))
