"""Tuning in the panel in JupyterLab with a real kernel: a sweep, its sheet, choosing, a queue over a restart."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import Requests, expect
from tests.browser.test_panel_lab import LOAD, LabPanel

pytestmark = pytest.mark.deep


def test_from_a_sweep_to_its_best(opened: Open, requests: Requests) -> None:
    """Varied, seen in a sheet, rated, decided two by two, compared, looked at, refined, and copied as a cell."""
    notebook = opened(LOAD, "%imagine panel", "")
    notebook.run(0, 1)
    panel, page = LabPanel(notebook, 1), notebook.page
    keyboard = page.keyboard
    panel.prompt.fill("a lighthouse in ink")
    panel.prompt.evaluate("at => at.setSelectionRange(16, 19)")
    panel.button("Vary").click()
    dialog = panel.root.get_by_role("dialog", name="Vary")
    dialog.get_by_role("textbox", name="Values of Axis 1").fill('ink, oil, chalk, "pale, washed"')
    dialog.get_by_role("button", name="Generate 4 pictures").click()
    grid = panel.root.get_by_role("grid", name="Contact sheet")
    expect(grid.get_by_role("gridcell")).to_have_count(4)
    panel.status.filter(has_text="All pictures are ready.").wait_for()
    expect(panel.root.get_by_role("option", name="Sweep of 4 pictures")).to_have_count(1)
    grid.get_by_role("gridcell").first.focus()
    keyboard.press("5")
    expect(grid.get_by_role("gridcell", name="5 stars")).to_have_count(1)
    panel.button("Two by two").click()
    view = panel.root.get_by_role("region", name="Two by two")
    view.get_by_role("group").focus()
    for _ in range(6):
        keyboard.press("ArrowLeft")
    expect(view.get_by_role("table", name="Ranking after 6 choices")).to_be_visible()
    view.get_by_role("button", name="Pick turn").first.click()
    panel.button("Compare").click()
    compared = panel.root.get_by_role("region", name="Compare")
    expect(compared.get_by_role("img")).to_have_count(2)
    expect(panel.root.get_by_role("region", name="What differs").locator("ins")).to_have_count(1)
    keyboard.press("Escape")
    panel.button("Lightbox").click()
    large = panel.root.get_by_role("dialog", name="Lightbox")
    first = large.get_by_role("img").get_attribute("alt")
    keyboard.press("ArrowLeft" if "4 of 4" in (large.locator(".caption").text_content() or "") else "ArrowRight")
    expect(large.get_by_role("img")).not_to_have_attribute("alt", first or "")
    keyboard.press("Escape")
    expect(panel.button("Lightbox")).to_be_focused()
    panel.button("Copy as cell").click()
    panel.status.filter(has_text="Copied the sweep as a cell").wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == "%%imagine --new --vary 'choice=ink,oil,chalk,\"pale, washed\"'\na lighthouse in {choice}"
    expect(panel.button("Again")).to_contain_text("would be $")
    panel.button("Refine").click()
    refine = panel.root.get_by_role("dialog", name="Refine")
    expect(refine.get_by_role("navigation", name="Rounds").get_by_role("listitem")).to_have_count(1)
    refine.get_by_role("button", name="Draw the starred at 2K").click()
    page.wait_for_function(
        "at => at.shadowRoot?.querySelectorAll('[role=gridcell]').length === 5", arg=panel.root.element_handle()
    )
    assert requests.elsewhere == []


def test_pictures_come_and_the_queue_outlives_the_kernel(opened: Open) -> None:
    """Pictures of one ask as they come; what waits is there after a restart, and drawn once, when asked to."""
    notebook = opened(LOAD, "%imagine panel", "")
    notebook.run(0, 1)
    panel = LabPanel(notebook, 1)
    notebook.write(2, "import nbgemini as nb; nb.emulator(latency=2)")
    notebook.run(2)
    panel.root.get_by_role("spinbutton", name="Count").fill("3")
    panel.prompt.fill("a fox")
    panel.button("Generate").click()
    coming = panel.root.get_by_role("group", name="Pictures as they come")
    expect(coming).to_be_visible()
    panel.has(3)
    notebook.write(2, "nb.emulator(latency=60)")
    notebook.run(2)
    for prompt in ("make it night", "add snow"):
        panel.prompt.fill(prompt)
        panel.button("Generate").click()
        panel.status.filter(has_text="Drawing").wait_for()
    waiting = panel.root.get_by_role("list", name="Waiting").get_by_role("listitem")
    expect(waiting).to_have_count(1)
    notebook.restart()
    notebook.run(0, 1)
    panel = LabPanel(notebook, 1)
    waiting = panel.root.get_by_role("list", name="Waiting").get_by_role("listitem")
    expect(waiting.first).to_contain_text("make it night · sent before the kernel stopped")
    expect(waiting.last).to_contain_text("add snow")
    panel.button("Remove waiting 1").click()
    panel.button("Go on").click()
    panel.has(4)
    expect(waiting).to_have_count(0)
