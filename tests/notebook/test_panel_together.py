"""Several panels and cells at one conversation: each shows what another has begun, and may stop what a panel began."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbgemini.notebook.panel.verbs import do
from nbgemini.studio.surroundings.embedded import Embedded
from tests.notebook.panel_kit import panel_on


def test_another_panel_sees_what_is_on_its_way(tmp_path: Path) -> None:
    """Both tell of it, each whether it is its own; when the turn is there both show it and wait for nothing."""
    studio, mine = panel_on(tmp_path)
    _, other = panel_on(tmp_path, studio)
    studio.surroundings.embed(Embedded(latency=0.6))
    mine.ask("run", prompt="a fox", base="", aspect="16:9")
    other.until(lambda: other.traits["job"] != {})
    mine.until(lambda: mine.traits["job"] != {})
    assert [page.traits["job"]["mine"] for page in (mine, other)] == [True, False]
    assert (other.traits["job"]["by"], other.traits["job"]["prompt"], other.traits["job"]["aspect"]) == (
        "panel", "a fox", "16:9",
    )  # fmt: skip
    for page in (mine, other):
        page.until(lambda page=page: not page.traits["job"] and len(page.turns) == 1)  # type: ignore[misc]
    assert not other.told("made")


@pytest.mark.deep
def test_another_panel_can_stop_it(tmp_path: Path) -> None:
    """Who stops it is told what that means; who asked for it learns that it was stopped, and gets the late answer."""
    studio, mine = panel_on(tmp_path)
    _, other = panel_on(tmp_path, studio)
    studio.surroundings.embed(Embedded(latency=1.2))
    mine.ask("run", prompt="a fox", base="")
    other.until(lambda: other.traits["job"].get("stage") == "sent")
    other.ask("cancel")
    assert (other.traits["job"], other.lines[0].startswith("Stopped waiting")) == ({}, True)
    mine.until(lambda: "recover" in mine.traits["said"])
    assert mine.traits["job"] == {}
    assert studio.value().exchanges == ()
    mine.run("an owl")


def test_a_panel_shows_what_a_cell_draws_and_leaves_it_alone(tmp_path: Path) -> None:
    """A cell waits for its own picture; the panel tells of it, cannot end it, and queues behind it."""
    studio, page = panel_on(tmp_path)
    studio.surroundings.embed(Embedded(latency=0.6))
    drawing = studio.start("a fox")
    page.until(lambda: page.traits["job"] != {})
    assert (page.traits["job"]["by"], page.traits["job"]["mine"]) == ("cell", False)
    page.ask("cancel")
    assert page.traits["job"]["by"] == "cell"
    page.run("make it night")
    assert drawing.get().turn == 1
    assert [(row["n"], row["by"]) for row in page.turns] == [(1, "cell"), (2, "panel")]
    assert page.traits["job"] == {}


@pytest.mark.deep
def test_what_an_interrupted_cell_left_is_not_waited_for(tmp_path: Path) -> None:
    """Its request goes on, but nobody waits for it."""
    studio, page = panel_on(tmp_path)
    studio.surroundings.embed(Embedded(latency=1.2))
    drawing = studio.start("a fox")
    page.until(lambda: page.traits["job"].get("stage") == "sent")
    drawing.give_up()
    page.until(lambda: page.traits["job"] == {})
    assert not drawing.job.settled_within(0)
    assert drawing.job.settled_within(30)


def test_conversations_wait_for_their_own(tmp_path: Path) -> None:
    """What is drawn in one conversation is not told of in another, and is again when the panel comes back."""
    studio, page = panel_on(tmp_path)
    studio.surroundings.embed(Embedded(latency=0.6))
    page.desk.submit(lambda: do(page.desk, {"do": "run", "prompt": "a fox", "base": ""}, []))
    page.until(lambda: page.traits["job"] != {})
    _, other = panel_on(tmp_path, studio)
    assert other.traits["job"]["prompt"] == "a fox"
    studio.session.switch("night")
    other.until(lambda: other.traits["job"] == {})
    page.until(lambda: bool(page.told("made")))
