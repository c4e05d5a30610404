"""`%imagine compare`: the words and the options that differ, in HTML and in text."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from nbgemini.errors import NbgeminiError
from nbgemini.notebook.show.screen import TerminalScreen
from nbgemini.notebook.sweep_verbs import SWEEP_VERBS
from tests.notebook.test_contact import drawn
from tests.support.outputs import complaints
from tests.tuning.drawing_server import DrawingServer


class Rich(TerminalScreen):
    rich = True
    pictures = True


def test_words_and_options(tmp_path: Path) -> None:
    """`<del>` and `<ins>` with their signs; only what differs; the same as text."""
    server = DrawingServer(blocked="bad")
    grid = drawn(
        tmp_path, server, "a fox in {style}", style=["ink", "<b>oil</b>", "bad"], aspect=["1:1", "16:9"], name="t"
    )
    studio = grid._run.behind._studio  # type: ignore[attr-defined]  # the one that made it
    (bundle,) = SWEEP_VERBS["compare"](studio, ["t/1", "t/4"], Rich())
    assert complaints({"data": bundle.data, "metadata": bundle.metadata}) == []
    page = BeautifulSoup(bundle.data["text/html"], "html.parser")
    assert [mark.text for mark in page.select("del, ins")] == ["−ink", "+<b>oil</b>"]
    rows = [[cell.text for cell in row.select("th, td")] for row in page.select("table")[-1].select("tbody tr")]
    assert rows == [["style", "ink", "<b>oil</b>"], ["aspect", "1:1", "16:9"]]
    assert len(page.select("img")) == 2
    (text,) = SWEEP_VERBS["compare"](studio, ["1", "2", "t/4"], TerminalScreen())
    assert set(text.data) == {"text/plain"}
    assert "t/4: a fox in [-ink-] {+<b>oil</b>+}" in text.text
    assert "aspect: 1:1 | 16:9 | 16:9" in text.text
    for words in (["1"], ["1", "5"], ["1", "77"], ["1", "nope@3"]):
        with pytest.raises(NbgeminiError):
            list(SWEEP_VERBS["compare"](studio, words, TerminalScreen()))
