"""What stands in a panel and is not sent: kept in the store, and shown by the panel of the next kernel."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from nbgemini.notebook.panel.drafts import place_in_notebook
from nbgemini.studio.conversations.reruns import CellRun
from tests.conftest import PictureMaker
from tests.notebook.panel_kit import PNG, panel_on
from tests.support.sampling import sampled

PLACE = "0123456789abcdef"


def drafts(home: Path) -> list[Path]:
    return sorted(home.glob(".nbgemini/cache/drafts/*"))


def test_a_new_kernel_goes_on_with_what_was_written(tmp_path: Path) -> None:
    """The prompt, the controls and the pictures that go along, those of turns and those of files."""
    _, page = panel_on(tmp_path, place=PLACE)
    turn = page.run("a fox")
    page.ask("refturn", turn=turn)
    page.ask("ref", PNG, upload="u", name="sketch.png", part=0, parts=1)
    page.ask("form", prompt="make it night", aspect="16:9", count=2, model="gemini-2.5-flash-image")
    _, again = panel_on(tmp_path, place=PLACE)
    form = {name: again.traits[name] for name in ("prompt", "aspect", "count", "model")}
    assert form == {"prompt": "make it night", "aspect": "16:9", "count": 2, "model": "gemini-2.5-flash-image"}
    assert [(one["label"], one["turn"]) for one in again.traits["refs"]] == [("turn 1", turn), ("sketch", "")]
    again.ask("need", what="view", ids=[again.traits["refs"][1]["id"]])
    assert again.told("picture")[-1]["type"] == "image/png"
    _, elsewhere = panel_on(tmp_path, place="another")
    assert (elsewhere.traits["prompt"], elsewhere.traits["refs"]) == ("", [])


def test_what_was_sent_is_no_draft(tmp_path: Path) -> None:
    """A turn uses its prompt up; what is left of the draft is nothing, and its file goes."""
    _, page = panel_on(tmp_path, place=PLACE)
    page.ask("form", prompt="a fox")
    assert len(drafts(tmp_path)) == 1
    page.run("a fox")
    page.ask("hello", page="p")
    assert drafts(tmp_path) == []


def test_a_key_is_not_written(tmp_path: Path) -> None:
    """A key that was pasted into the prompt by mistake stands in no file; the rest is kept."""
    _, page = panel_on(tmp_path, place=PLACE)
    page.ask("form", prompt="draw AIzaSyA-sentinel-sentinel-sentinel-0123456", aspect="16:9")
    (draft,) = drafts(tmp_path)
    assert "sentinel" not in draft.read_text()
    assert panel_on(tmp_path, place=PLACE)[1].traits["aspect"] == "16:9"


def test_a_panel_that_was_replaced_writes_no_more(tmp_path: Path) -> None:
    """Its cell was run again, and somebody still holds it: what the new one keeps stays."""
    studio, old = panel_on(tmp_path, place=PLACE)
    _, new = panel_on(tmp_path, studio, place=PLACE)
    new.ask("form", prompt="a fox")
    old.ask("form", prompt="an old word")
    assert json.loads(drafts(tmp_path)[0].read_text())["form"]["prompt"] == "a fox"


@pytest.mark.parametrize(
    "text",
    sampled([
        "", "null", "[]", "7", "{", '{"form": 1, "refs": []}', '{"form": {}, "refs": 7}',
        '{"form": {"count": -3}, "refs": []}',
        '{"form": {"prompt": ["x"]}, "refs": []}', '{"form": {}, "refs": [{"picture": {"sha256": "../../etc"}}]}',
        '{"form": {}, "refs": [{"label": "x", "picture": {"sha256": "../../etc", "size": 1, "media_type": "x"}}]}',
        "[" * 100_000, '{"form": {"model": "../../x"}, "refs": []}',
    ], 4),
)  # fmt: skip
def test_a_damaged_draft_is_none(tmp_path: Path, text: str) -> None:
    """Whatever stands in the file, the panel opens as an empty one and draws."""
    _, page = panel_on(tmp_path, place=PLACE)
    page.ask("form", prompt="a fox")
    drafts(tmp_path)[0].write_text(text)
    _, again = panel_on(tmp_path, place=PLACE)
    assert (again.traits["prompt"], again.traits["refs"]) == ("", [])
    again.run("an owl")


def test_a_lost_picture_is_left_out(tmp_path: Path, picture: PictureMaker) -> None:
    """A reference whose object is gone does not come back; the others do."""
    _, page = panel_on(tmp_path, place=PLACE)
    page.ask("ref", picture(), upload="u", name="gone.png", part=0, parts=1)
    page.ask("ref", PNG, upload="v", name="sketch.png", part=0, parts=1)
    os.unlink(page.desk.studio.store.blobs.path(page.desk.refs.given[0].picture.sha256))
    _, again = panel_on(tmp_path, place=PLACE)
    assert [one["label"] for one in again.traits["refs"]] == ["sketch"]


def test_a_disk_that_takes_nothing_costs_a_draft_only(tmp_path: Path) -> None:
    """Where the folder cannot be created the panel works on, and says nothing."""
    _, page = panel_on(tmp_path, place=PLACE)
    (tmp_path / ".nbgemini").write_text("a file in the way")
    page.ask("form", prompt="a fox")
    assert page.lines == []
    assert page.traits["prompt"] == "a fox"


def test_places_are_the_same_in_every_kernel() -> None:
    """By the cell, and the number of the panel in it; another cell has other places, and nbclient has none."""
    first, second = (CellRun("cell", "session", run) for run in ("run 1", "run 2"))
    there = [place_in_notebook(first), place_in_notebook(first)]
    assert len(set(there)) == 2
    assert [place_in_notebook(second), place_in_notebook(second)] == there
    assert place_in_notebook(CellRun("other", "session", "run 3")) not in there
    assert place_in_notebook(None) == ""


def test_unsent_words_belong_to_their_conversation(tmp_path: Path) -> None:
    """Another conversation has its own, in this kernel and in the next, which shows the one that was used last."""
    studio, page = panel_on(tmp_path, place=PLACE)
    page.run("a fox")
    page.ask("conversation", verb="new", name="night")
    page.run("an owl")
    page.ask("form", prompt="make it blue")
    page.ask("ref", PNG, upload="u", name="sketch.png", part=0, parts=1)
    page.ask("conversation", verb="use", name="main")
    assert (page.traits["prompt"], page.traits["refs"]) == ("", [])
    page.ask("form", prompt="add snow")
    page.ask("form", prompt="make it bluer", of="key night")  # a page that had not heard of the change
    assert page.traits["prompt"] == "add snow"
    _, again = panel_on(tmp_path, place=PLACE)
    assert (again.traits["conversation"]["name"], again.traits["prompt"]) == ("main", "add snow")
    again.ask("conversation", verb="use", name="night")
    assert (again.traits["prompt"], len(again.traits["refs"])) == ("make it bluer", 1)
    assert studio.session.current == "main"
