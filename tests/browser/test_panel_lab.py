"""The panel in JupyterLab with a real kernel: make, edit, mark, branch, cancel, reload, restart, two panels."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import LabNotebook, Requests, expect

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
        expect(self.options).to_have_count(count)

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
    expect(panel.root.get_by_role("img", name="add a red boat (emulated)")).to_have_count(1)


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
    """Cancel stops the wait; after a reload and a restart all is there, what was not sent yet included."""
    slow = "import nbgemini as nb; nb.emulator(latency=6);"
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
    expect(panel.prompt).to_have_value("make it night")
    panel.button("Keep it as a turn").click()
    panel.has(2)
    panel.prompt.fill("not sent yet")
    notebook.page.wait_for_timeout(800)
    notebook.saved()
    notebook.reload()
    panel = LabPanel(notebook, 1)
    panel.has(2)
    expect(panel.prompt).to_have_value("not sent yet")
    panel.button("Insert static result").click()
    notebook.pictures(1).first.wait_for()
    notebook.restart()
    panel.status.filter(has_text="Not connected: run").wait_for()
    panel.prompt.fill("not sent yet, and typed without a kernel")
    notebook.run(0, 1)
    panel = LabPanel(notebook, 1)
    panel.has(2)
    expect(panel.prompt).to_have_value("not sent yet, and typed without a kernel")
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


def test_a_large_paste_and_hostile_words(story: tuple[LabNotebook, LabPanel], requests: Requests) -> None:
    """A picture of 12 MB from the clipboard becomes a reference; script in a prompt stays text everywhere."""
    notebook, panel = story
    notebook.page.evaluate(
        """async () => {
            const canvas = document.createElement('canvas');
            canvas.width = 2400; canvas.height = 1800;
            const context = canvas.getContext('2d');
            const pixels = context.createImageData(2400, 1800);
            for (let at = 0; at < pixels.data.length; at += 65536) {
                crypto.getRandomValues(pixels.data.subarray(at, at + 65536));
            }
            for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = 255;
            context.putImageData(pixels, 0, 0);
            const blob = await new Promise(done => canvas.toBlob(done, 'image/png'));
            window.pasted = blob.size;
            await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
        }"""
    )
    assert notebook.page.evaluate("() => window.pasted") > 12_000_000
    panel.prompt.click()
    notebook.page.keyboard.press("Control+v")
    panel.root.get_by_role("button", name="Remove image").wait_for()
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> a fox in this place"
    panel.make(hostile, 1)
    assert panel.options.first.get_attribute("aria-label") == f"Turn 1: {hostile}"
    said = kernel(
        notebook, "print([p.size for p in __import__('nbgemini').conversation().last.exchange.user.pictures.values()])"
    )
    assert 100_000 < int(said.strip("[]")) < 7_000_000
    assert requests.dialogs == []


def test_a_kernel_that_is_busy_is_not_taken_for_dead(story: tuple[LabNotebook, LabPanel]) -> None:
    """While a cell runs, a click waits and says so; then it is done."""
    notebook, panel = story
    notebook.write(2, "import time; time.sleep(9)")
    asked = notebook.ask(2)
    panel.prompt.fill("a fox")
    panel.button("Generate").click()
    panel.status.filter(has_text="busy with a cell").or_(panel.options.first).first.wait_for()
    panel.has(1)
    notebook.ended(asked)
    assert "Not connected" not in (panel.status.text_content() or "")


def test_sixty_turns_and_what_they_weigh(opened: Open) -> None:
    """Cells make sixty turns while the panel looks on: each message stays small, and the strip is whole."""
    notebook = opened(LOAD, "%imagine panel", "")
    sizes: list[int] = []
    watching = notebook.page.context.new_cdp_session(notebook.page)  # the kernel's socket is open already
    watching.on("Network.webSocketFrameReceived", lambda frame: sizes.append(len(frame["response"]["payloadData"])))
    watching.send("Network.enable")
    notebook.run(0, 1)
    panel = LabPanel(notebook, 1)
    notebook.write(2, "import nbgemini as nb\nfor n in range(60):\n    nb.conversation().imagine(f'a fox, step {n}')")
    asked = notebook.ask(2)
    notebook.ended(asked, seconds=300)
    panel.has(60)
    assert len(sizes) > 60
    assert max(sizes) < 600_000  # a picture that is looked at
    assert statistics.median(sizes) < 60_000
    panel.options.nth(3).click()
    panel.root.get_by_role("img", name="a fox, step 3 (emulated)").wait_for()
