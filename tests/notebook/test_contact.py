"""The sheet of a sweep: three forms of one output, whose size stays within its limits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.notebook.contact.contact_sheet import contact_sheet
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.holding.sweep import Sweep
from tests.support.outputs import complaints
from tests.tuning.drawing_server import DrawingServer, sweeping_on


def drawn(home: Path, server: DrawingServer, prompt: str, **words: object) -> Sweep:
    kernel = sweeping_on(server, home)
    with Interrupts() as interrupts:
        return kernel.begin(wish_of(prompt, {"new": True, "yes": True, **words})).wait(interrupts=interrupts)


@pytest.mark.parametrize("count", [1, 2, 6, *(pytest.param(count, marks=pytest.mark.deep) for count in (24, 48, 130))])
def test_three_forms_within_their_limits(tmp_path: Path, count: int) -> None:
    """A table with heads and an alt text for each picture, one drawn picture, and a text."""
    grid = drawn(tmp_path, DrawingServer(), "a {n} in {style}", n=range(count), style=["ink", "<b>oil</b> & \u202e$x$"])
    bundle = contact_sheet(grid)
    output = {"data": bundle.data, "metadata": bundle.metadata}
    shown = min(2 * count, 120)
    size = len(json.dumps(bundle.data))
    assert size < (1_000_000 if shown <= 48 else 2_000_000)
    assert [said for said in complaints(output) if not said.endswith("characters")] == []
    html = bundle.data["text/html"]
    assert len(re.findall("<img ", html)) == len(set(re.findall(r' alt="([^"]*)"', html))) == shown
    assert "<caption" in html
    assert 'scope="col"' in html
    assert bundle.metadata["image/jpeg"]["alt"]
    assert ("are shown" in bundle.text) == (shown < 2 * count)


def test_what_failed_and_what_is_missing(tmp_path: Path) -> None:
    """A tile without a picture says why, and whether it was charged."""
    grid = drawn(tmp_path, DrawingServer(blocked="bad", broken="lost"), "a {n}", n=["good", "bad", "lost"])
    html = contact_sheet(grid).data["text/html"]
    assert html.count("<img ") == 1
    assert "was blocked" in html
    assert "may have been charged" in html
    assert "(failed)" in html
    assert "(outcome unknown)" in html
    text = contact_sheet(grid, rich=False)
    assert set(text.data) == {"text/plain"}
    assert "bad" in text.text


def test_it_is_laid_out_anew(tmp_path: Path) -> None:
    """By rows, columns and stars, and draws nothing."""
    server = DrawingServer()
    grid = drawn(tmp_path, server, "a {n} in {style}", n=[1, 2], style=["ink", "oil"])
    asked = server.requests
    grid.star(2, 5)
    assert contact_sheet(grid, rows="style", columns="n").text.splitlines()[4].split() == ["1", "2"]
    starred = grid.sheet(stars=5)
    assert (starred.sweep.numbers, server.requests) == ((2,), asked)
    assert "★★★★★" in contact_sheet(starred.sweep).text
