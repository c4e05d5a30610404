"""What the outputs look like in JupyterLab: readable and whole in light and dark, on a wide and on a narrow page.

Each look is kept as a screenshot in the test's folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import LabNotebook

pytestmark = pytest.mark.deep

CELLS = (
    "%load_ext nbgemini",
    "%%imagine -a 16:9\nA lighthouse on a cliff above the sea, at sunset",
    "%%imagine\nMake it night",
    "%%imagine --from @1\nMake it winter, with heavy snow and a long description of the ice, the wind and the gulls",
    "%%imagine -n 2 --from @2\nAdd a red boat",
    "%imagine history",
    "%imagine models",
    "%imagine doctor",
    "%imagine help",
    "%imagine show 2",
    "%%imagine --dry-run\nAdd a second boat",
    "%%imagine\nemulate: text only",
    "%%imagine\nemulate: IMAGE_SAFETY",
)
AA = 4.5  # the contrast that WCAG asks of small text

# The text of ours with the least contrast to what lies beneath it, colours and opacities of all ancestors reckoned in.
FAINTEST = """() => {
    const channels = text => (text.match(/[\\d.]+/g) || []).map(Number);
    const over = (top, [r, g, b]) => {
        const a = top[3] ?? 1;
        return [r, g, b].map((below, at) => top[at] * a + below * (1 - a));
    };
    const light = rgb => rgb.map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, at) => sum + c * [.2126, .7152, .0722][at], 0);
    const page = channels(getComputedStyle(document.body).getPropertyValue('background-color'));
    let faintest = [99, ''];
    for (const output of document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedHTML')) {
        const walk = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
            const node = walk.currentNode;
            const box = node.parentElement.getBoundingClientRect();
            if (!node.data.trim() || box.width <= 1 || box.height <= 1) continue;
            const line = [];
            for (let one = node.parentElement; one; one = one.parentElement) line.unshift(getComputedStyle(one));
            const ground = line.reduce((below, style) => over(channels(style.backgroundColor), below), page);
            const color = channels(line.at(-1).color);
            color[3] = line.reduce((a, style) => a * Number(style.opacity), color[3] ?? 1);
            const [one, other] = [light(over(color, ground)), light(ground)];
            const contrast = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
            if (contrast < faintest[0]) faintest = [contrast, node.data.trim().slice(0, 60)];
        }
    }
    return faintest;
}"""

# Outputs that are wider than the room they have, and pictures that stick out. Tables scroll in a box of their own.
TOO_WIDE = """() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output')]
    .filter(one => one.scrollWidth > one.clientWidth + 1
        || [...one.querySelectorAll(':scope > img')].some(img =>
            img.getBoundingClientRect().right > one.getBoundingClientRect().right + 1))
    .map(one => one.textContent.slice(0, 60) || one.innerHTML.slice(0, 60))"""

# Boxes of ours that scroll sideways.
SCROLLED = """() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedHTML *')]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'auto')
    .map(one => one.textContent.slice(0, 60))"""

# JupyterLab breaks the words of a `pre` anywhere.
WORD_BREAKS = "all => all.map(one => getComputedStyle(one).wordBreak)"


@pytest.fixture(scope="module")
def gallery(opened_for_long: Open) -> Iterator[LabNotebook]:
    """A notebook with one output of every kind. In the end the page is as it was."""
    notebook = opened_for_long(*CELLS)
    notebook.run(*range(len(CELLS)))
    yield notebook
    notebook.theme("Light")
    notebook.resize(1200)
    notebook.close()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize("width", [1200, 430])
def test_looks(gallery: LabNotebook, tmp_path: Path, theme: str, width: int) -> None:
    """Text has the contrast of WCAG AA, nothing sticks out, no word is cut, and on a narrow page only tables scroll."""
    gallery.theme(theme)
    gallery.resize(width, 2600)  # a screenshot shows no more than the page has room for
    contrast, text = gallery.page.evaluate(FAINTEST)
    assert contrast >= AA, (contrast, text)
    assert gallery.page.evaluate(TOO_WIDE) == []
    tables = ["Models for pictures"] if width == 1200 else ["Settings, and where"]
    assert [text[:19] for text in gallery.page.evaluate(SCROLLED)] in (tables, [])
    broken = gallery.front.locator(".jp-RenderedHTML pre").evaluate_all(WORD_BREAKS)
    assert set(broken) == {"normal"}
    for at in range(1, len(CELLS)):
        gallery.cell(at).locator(".jp-Cell-outputWrapper").screenshot(path=tmp_path / f"{at:02}.png")
    assert len(list(tmp_path.glob("*.png"))) == len(CELLS) - 1
