"""A sheet in JupyterLab: its table as a reader and a screen reader find it, on any page, and what is compared.

Each look is kept as a screenshot in the test's folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import LabNotebook, expect
from tests.browser.test_looks import AA, FAINTEST, TOO_WIDE

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.deep

LONG = "oil on canvas, thick strokes, in the manner of somebody whose name is long and whose titles are longer still"
ARABIC = "عند الغروب"
CELLS = (
    "%load_ext nbgemini\n%config NbGemini.model = 'flash-lite'",
    f'%%imagine --vary style=watercolor,"{LONG}",ink --vary time=dawn,noon,"{ARABIC}",night'
    " --new --name tuesday -o grid\nA lighthouse at {time}, {style}",
    "for number, stars in enumerate([5, 4, 3, 2, 4, 4], 1):\n    grid.star(number, stars)\n"
    "grid.tag(6, 'rejected').note(1, 'the light is right').pick(1)",
    '%%imagine --vary prompt="a red boat","emulate: IMAGE_SAFETY","emulate: text only","a cat" --new --name odd\n',
    "%imagine compare tuesday/1 tuesday/7",
    "%%imagine --vary n=1..96 --new --dry-run\n{n} boats",
    "import nbgemini as nb\nnb.sheet([grid[1], grid[2], grid[3]], columns=3)",
)
SHEETS = (2, 3, 4, 5, 6)


@pytest.fixture(scope="module")
def sheets(opened_for_long: Open) -> Iterator[LabNotebook]:
    """A notebook of sheets. In the end the page is as it was."""
    notebook = opened_for_long(*CELLS)
    notebook.run(*range(len(CELLS)))
    yield notebook
    notebook.theme("Light")
    notebook.resize(1200)
    notebook.close()


def table(sheets: LabNotebook, at: int, name: str = "") -> Locator:
    """The table of a sheet, which lies in a group of its name."""
    return sheets.cell(at).get_by_role("group", name=name).get_by_role("table").first


def test_by_roles_and_names(sheets: LabNotebook) -> None:
    """A caption, heads of columns and rows, a picture with an alt text of its own in each cell, and what was said."""
    found = table(sheets, 2, "tuesday")
    expect(found).to_have_accessible_name("style ↓ · time →")
    heads = [head.get_attribute("title") for head in found.get_by_role("columnheader").all()]
    assert heads == ["dawn", "noon", ARABIC, "night"]
    rows = found.get_by_role("rowheader")
    assert [head[:10] for head in rows.all_text_contents()] == ["watercolor", "oil on can", "ink"]
    assert rows.nth(1).get_attribute("title") == LONG
    assert "★ 3.5 · 4 rated" in (rows.nth(0).text_content() or "")
    images = found.get_by_role("img")
    names = [image.get_attribute("alt") or "" for image in images.all()]
    assert len(set(names)) == 12
    assert names[0].startswith("Shot 1: style watercolor, time dawn: A lighthouse at dawn, watercolor")
    assert "picked" in (found.get_by_role("figure").first.text_content() or "")
    odd = table(sheets, 3, "odd").get_by_role("img")
    assert odd.count() == 4
    assert "held back" in (odd.nth(1).get_attribute("aria-label") or "")
    assert "not charged" in (table(sheets, 3, "odd").text_content() or "")


def test_what_differs(sheets: LabNotebook) -> None:
    """Words that went and came are marked as such, with a sign each; beneath are the options that differ."""
    cell = sheets.cell(4)
    assert cell.get_by_role("deletion").all_text_contents()[0] == "−dawn"
    assert cell.get_by_role("insertion").all_text_contents()[0] == f"+{ARABIC}"
    assert (
        cell.get_by_role("table", name="Options that differ").get_by_role("rowheader").all_text_contents()[0] == "style"
    )
    boxes = [image.bounding_box() for image in cell.get_by_role("group").get_by_role("img").all()]
    assert len({box["y"] for box in boxes if box}) == 1  # side by side


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize("width", [1280, 430])
def test_looks(sheets: LabNotebook, tmp_path: Path, theme: str, width: int) -> None:
    """Readable text, nothing that sticks out, and no complaint of axe-core, on a wide and on a narrow page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    sheets.theme(theme)
    sheets.resize(width, 3600)
    for at in SHEETS:
        sheets.cell(at).locator(".jp-Cell-outputWrapper").screenshot(path=tmp_path / f"{at:02}.png")
    contrast, text = sheets.page.evaluate(FAINTEST)
    assert contrast >= AA, (contrast, text)
    assert sheets.page.evaluate(TOO_WIDE) == []
    outputs = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedHTML"
    found = axe.run(sheets.page, context=outputs, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_heads_stay_in_sight(sheets: LabNotebook) -> None:
    """On a narrow page a sheet scrolls inside itself, and the heads of its rows stay where they are."""
    sheets.theme("Light")
    sheets.resize(430)
    region = sheets.cell(2).get_by_role("group", name="tuesday")
    head = region.get_by_role("rowheader").first
    before = head.bounding_box()
    region.evaluate("box => { box.scrollLeft = 200; }")
    after = head.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["x"] - after["x"]) <= 1
    assert region.evaluate("box => box.scrollLeft") > 100


def test_on_paper_nothing_is_cut(sheets: LabNotebook) -> None:
    """Where pages are printed, what is tall is not cut off at the height of a screen."""
    sheets.resize(1280)
    region = sheets.cell(5).get_by_role("group")
    height = "box => [box.scrollHeight, box.clientHeight]"
    whole, shown = region.evaluate(height)
    assert shown < whole
    sheets.page.emulate_media(media="print")
    try:
        whole, shown = region.evaluate(height)
    finally:
        sheets.page.emulate_media(media="screen")
    assert shown >= whole - 1
