"""Several panels and cells at one conversation: each shows what another has begun, and may stop what a panel began."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbgemini.notebook.panel.verbs import do
from nbgemini.studio.surroundings.embedded import Embedded
from tests.notebook.panel_kit import Held, panel_on


def test_another_panel_sees_what_is_on_its_way(tmp_path: Path) -> None:
    """Both tell of it, each whether it is its own; when the turn is there both show it and wait for nothing."""
    studio, mine = panel_on(tmp_path)
    _, other = panel_on(tmp_path, studio)
    studio.surroundings.embed(held := Held())
    mine.ask("run", prompt="a fox", base="", aspect="16:9")
    other.until(lambda: other.traits["job"] != {})
    mine.until(lambda: mine.traits["job"] != {})
    assert [page.traits["job"]["mine"] for page in (mine, other)] == [True, False]
    assert (other.traits["job"]["by"], other.traits["job"]["prompt"], other.traits["job"]["aspect"]) == (
        "panel", "a fox", "16:9",
    )  # fmt: skip
    held.go.set()
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
    studio.surroundings.embed(held := Held())
    drawing = studio.start("a fox")
    page.until(lambda: page.traits["job"] != {})
    assert (page.traits["job"]["by"], page.traits["job"]["mine"]) == ("cell", False)
    page.ask("cancel")
    assert page.traits["job"]["by"] == "cell"
    page.ask("run", prompt="make it night", base=page.traits["head"]["id"])
    held.go.set()
    page.until(lambda: bool(page.told("made")))
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
    studio.surroundings.embed(held := Held())
    page.desk.submit(lambda: do(page.desk, {"do": "run", "prompt": "a fox", "base": ""}, []))
    page.until(lambda: page.traits["job"] != {})
    _, other = panel_on(tmp_path, studio)
    assert other.traits["job"]["prompt"] == "a fox"
    studio.session.switch("night")
    other.until(lambda: other.traits["job"] == {})
    held.go.set()
    page.until(lambda: bool(page.told("made")))


def test_what_is_asked_while_it_draws_waits(tmp_path: Path) -> None:
    """It is told with its price, goes on from what is drawn then, and can be taken back."""
    studio, page = panel_on(tmp_path, model="pro")
    page.run("a fox")
    studio.surroundings.embed(held := Held())
    head = page.traits["head"]["id"]
    page.ask("run", prompt="make it night", base=head)
    page.ask("run", prompt="add a moon", base=head)
    page.ask("run", prompt="an owl", base="")
    queue = page.traits["queue"]
    assert [one["prompt"] for one in queue["waiting"]] == ["add a moon", "an owl"]
    assert queue["price"].startswith("$0, would be $0.2")
    assert [one["typed"] for one in page.told("queued")] == ["add a moon", "an owl"]
    page.ask("unqueue", id=queue["waiting"][1]["id"])
    held.go.set()
    page.until(lambda: len(page.turns) == 3)
    assert [row["prompt"] for row in page.turns] == ["a fox", "make it night", "add a moon"]
    assert [row["parent"] for row in page.turns[1:]] == [page.turns[0]["id"], page.turns[1]["id"]]
    assert page.traits["queue"]["waiting"] == []


def test_what_waits_behind_a_failure_is_held(tmp_path: Path) -> None:
    """It may have been meant otherwise: nothing is sent of it until a click."""
    studio, page = panel_on(tmp_path)
    studio.surroundings.embed(held := Held(["IMAGE_SAFETY"]))
    page.ask("run", prompt="a fox", base="")
    page.ask("run", prompt="an owl", base="")
    held.go.set()
    page.until(lambda: bool(page.lines) and page.traits["queue"]["held"])
    assert page.turns == []
    page.ask("goon")
    page.until(lambda: [row["prompt"] for row in page.turns] == ["an owl"])
    assert (page.traits["queue"]["waiting"], page.traits["queue"]["held"]) == ([], False)


def test_a_pinned_panel_stays(tmp_path: Path) -> None:
    """Cells go elsewhere, the panel does not; what it draws leaves the cells where they are."""
    studio, page = panel_on(tmp_path)
    page.run("a fox")
    page.ask("pin", on=True)
    studio.session.switch("night")
    page.ask("hello", page="p")
    page.until(lambda: page.traits["conversation"]["pinned"])
    assert page.traits["conversation"]["name"] == "main"
    page.run("make it blue")
    assert (studio.session.current, len(studio.value("main").exchanges)) == ("night", 2)
    page.ask("conversation", verb="new", name="other")
    assert (page.traits["conversation"]["name"], studio.session.current) == ("other", "night")
    page.ask("pin", on=False)
    page.until(lambda: page.traits["conversation"]["name"] == "night")


def test_conversations_of_other_kernels_appear(tmp_path: Path) -> None:
    """In the list, at the next sign of life of the page; also where two kernels have one of the same name."""
    _, page = panel_on(tmp_path)
    page.run("a fox")
    _, other = panel_on(tmp_path)
    other.ask("conversation", verb="fresh", name="")
    other.run("an owl")
    other.ask("conversation", verb="new", name="night")
    other.run("a bat")
    page.ask("hello", page="p")
    rows = [(one["name"], one["turns"], one["stored"]) for one in page.traits["conversations"]]
    assert rows[0] == ("main", 1, False)
    assert {rows[1][0], rows[2][0]} == {"night", "main.2"}
    named = next(one for one in page.traits["conversations"] if one["name"] == "main.2")
    page.ask("conversation", verb="use", name=named["name"], key=named["key"])
    assert [row["prompt"] for row in page.turns] == ["an owl"]
