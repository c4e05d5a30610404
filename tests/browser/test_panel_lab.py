"""The panel in JupyterLab with a real kernel: make, edit, mark, branch, cancel, reload, restart, two panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import LabNotebook, Requests

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.deep

LOAD = "%load_ext nbgemini"


class LabPanel:
    """The panel in the output of a cell."""

    def __init__(self, notebook: LabNotebook, at: int) -> None:
        self.notebook = notebook
        self.at = at
        self.root = notebook.cell(at).locator(".nbgemini-panel")
        self.root.wait_for()

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    @property
    def prompt(self) -> Locator:
        return self.root.get_by_role("textbox", name="Prompt", exact=True)

    @property
    def status(self) -> Locator:
        return self.root.get_by_role("status")

    @property
    def options(self) -> Locator:
        return self.root.get_by_role("listbox", name="Turns").get_by_role("option")

    def has(self, count: int) -> None:
        """Wait until the strip has so many turns."""
        self.options.nth(count - 1).wait_for()
        assert self.options.count() == count

    def make(self, prompt: str, count: int) -> None:
        """Write, press Generate, wait for the strip to have so many turns and the prompt to be empty."""
        self.prompt.fill(prompt)
        self.button("Generate").click()
        self.has(count)
        self.notebook.page.wait_for_function("at => !at.value", arg=self.prompt.element_handle())


@pytest.fixture
def story(opened: Open) -> tuple[LabNotebook, LabPanel]:
    notebook = opened(LOAD, "%imagine panel", "")
    notebook.run(0, 1)
    return notebook, LabPanel(notebook, 1)


def kernel(notebook: LabNotebook, code: str) -> str:
    """What a cell prints."""
    notebook.write(2, code)
    notebook.run(2)
    return notebook.text(2).strip()


def test_a_picture_is_made_and_edited(story: tuple[LabNotebook, LabPanel]) -> None:
    """Two clicks make two turns that a cell sees, and a cell's turn stands in the strip."""
    notebook, panel = story
    panel.make("a lighthouse", 1)
    panel.make("make it night", 2)
    assert [one.get_attribute("aria-label") for one in panel.options.all()] == [
        "Turn 1: a lighthouse",
        "Turn 2: make it night",
    ]
    code = "import nbgemini as nb\nprint([(e.prompt, e.by) for e in nb.conversation().value.exchanges])"
    assert kernel(notebook, code) == "[('a lighthouse', 'panel'), ('make it night', 'panel')]"
    kernel(notebook, "%%imagine\nadd a red boat")
    panel.has(3)
    assert panel.root.get_by_role("img", name="add a red boat (emulated)").count() == 1


def test_branch_undo_and_marks(story: tuple[LabNotebook, LabPanel]) -> None:
    """Edit from here branches, undo goes back, and a marked place travels as a picture with words."""
    notebook, panel = story
    panel.make("a lighthouse", 1)
    panel.make("make it night", 2)
    panel.options.nth(0).click()
    panel.button("Edit from here").click()
    panel.root.get_by_text("Edit turn 1").wait_for()
    panel.make("make it snow", 3)
    assert (
        kernel(
            notebook,
            "c = __import__('nbgemini').conversation().value\n"
            "print([c.number(e.parent) if e.parent else 0 for e in c.exchanges])",
        )
        == "[0, 1, 1]"
    )
    panel.button("Undo").click()
    panel.root.get_by_text("Edit turn 1").wait_for()
    panel.button("Redo").click()
    panel.root.get_by_text("Edit turn 3").wait_for()
    panel.options.filter(has_text="make it snow").click()
    panel.button("Mark region").click()
    panel.root.get_by_role("combobox", name="Place").select_option("upper right")
    panel.button("Add place").click()
    panel.root.get_by_role("textbox", name="What should change at mark 1").fill("add a red balloon")
    panel.button("Generate").click()
    panel.has(4)
    code = """e = __import__('nbgemini').conversation().last.exchange
print(len(e.user.pictures), [p.text for p in e.user.parts if p.text])"""
    said = kernel(notebook, code)
    assert said.startswith("1 ['image 1: turn 3, marked', 'add a red balloon")
    assert "upper right" in said


def test_back_to_the_notebook(story: tuple[LabNotebook, LabPanel]) -> None:
    """The copied cell does the same, the inserted output is an ordinary one in the saved file."""
    notebook, panel = story
    panel.root.get_by_role("combobox", name="Aspect").select_option("16:9")
    panel.make('a "quoted" fox that\'s red {x}', 1)
    panel.button("Copy as cell").click()
    panel.status.filter(has_text="Copied turn 1 as a cell").wait_for()
    copied = notebook.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == '%%imagine --new --aspect 16:9 --raw\na "quoted" fox that\'s red {x}'
    kernel(notebook, copied)
    panel.has(2)
    assert (
        kernel(
            notebook,
            "a, b = __import__('nbgemini').conversation().value.exchanges\nprint(a.request_hash == b.request_hash)",
        )
        == "True"
    )
    panel.button("Insert static result").click()
    notebook.pictures(1).first.wait_for()
    panel.button("Insert static result").click()
    notebook.pictures(1).nth(1).wait_for()
    outputs = notebook.saved()["cells"][1]["outputs"]
    assert sum(1 for one in outputs if any(kind.startswith("image/") for kind in one["data"])) == 2


def test_cancel_reload_restart(opened: Open, requests: Requests) -> None:
    """Cancel stops the wait, a reload brings all back, a restart says so, and a new panel shows the same turns."""
    slow = "import nbgemini as nb; nb.emulator(latency=3);"
    notebook = opened(LOAD, "%imagine panel", "")
    notebook.run(0, 1)
    panel = LabPanel(notebook, 1)
    panel.make("a lighthouse", 1)
    kernel(notebook, slow)
    panel.prompt.fill("make it night")
    panel.button("Generate").click()
    panel.status.filter(has_text="Drawing").wait_for()
    panel.button("Cancel").click()
    panel.root.get_by_text("Stopped waiting").wait_for()
    assert panel.prompt.input_value() == "make it night"
    panel.button("Keep it as a turn").click()
    panel.has(2)
    panel.prompt.fill("not sent yet")
    notebook.page.wait_for_timeout(800)
    notebook.saved()
    notebook.reload()
    panel = LabPanel(notebook, 1)
    panel.has(2)
    assert panel.prompt.input_value() == "not sent yet"
    notebook.restart()
    panel.status.filter(has_text="Not connected: run").wait_for()
    notebook.run(0, 1)
    panel = LabPanel(notebook, 1)
    panel.has(2)
    panel.make("add a red boat", 3)
    assert requests.elsewhere == []


def test_two_panels(opened: Open) -> None:
    """What one panel makes, the other shows."""
    notebook = opened(LOAD, "%imagine panel", "import nbgemini as nb\nnb.panel()")
    notebook.run(0, 1, 2)
    one, two = LabPanel(notebook, 1), LabPanel(notebook, 2)
    one.make("a lighthouse", 1)
    two.has(1)
    two.make("make it night", 2)
    one.has(2)
    one.button("Undo").click()
    two.root.get_by_text("Edit turn 1").wait_for()
    assert [panel.options.count() for panel in (one, two)] == [2, 2]
