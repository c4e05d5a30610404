"""The kernel's half of the panel: what a page may ask for, what it is told, and that nothing it sends can hurt."""

from __future__ import annotations

import contextvars
import io
import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nbgemini.core.pricing import dollars
from nbgemini.notebook.panel.contract import CHUNK, MOST_MARKS, MOST_PARTS, MOST_TURNS, MarkShape
from nbgemini.notebook.panel.marking import place_of, worded
from nbgemini.notebook.panel.queue import Errands
from nbgemini.notebook.panel.verbs import do
from nbgemini.notebook.panel.widget import Panel, face_source
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.embedded import Embedded
from tests.conftest import PictureMaker
from tests.notebook.panel_kit import PNG, Held, panel_on

BOX: MarkShape = {"kind": "box", "points": [(0.7, 0.1), (0.9, 0.3)], "note": "add a red balloon"}


# -- making ------------------------------------------------------------------------------------------------------------


def test_a_page_makes_and_edits(tmp_path: Path) -> None:
    """Two runs are two turns of the kernel's conversation, the second an edit of the first, both the panel's."""
    studio, page = panel_on(tmp_path)
    page.run("a fox", aspect="16:9", size="1K", count=1)
    page.run("make it night")
    first, second = studio.value().exchanges
    assert (first.options.aspect, first.options.size, first.by) == ("16:9", "1K", "panel")
    assert second.parent == first.id
    assert [(row["n"], row["prompt"], row["by"]) for row in page.turns] == [
        (1, "a fox", "panel"),
        (2, "make it night", "panel"),
    ]
    assert page.traits["head"] == {"id": second.id, "undo": True, "redo": False}
    assert page.traits["job"] == {}
    assert page.traits["cost"]["spent"].startswith("emulator · $0")


def test_what_cells_do_is_seen(tmp_path: Path) -> None:
    """A turn that a cell made, an undo and another conversation reach the page by themselves, thumbnails included."""
    studio, page = panel_on(tmp_path)
    studio.conversation().imagine("a fox")
    page.until(lambda: bool(page.turns) and bool(page.told("thumbs")))
    assert page.turns[0]["by"] == "python"
    studio.history.undo()
    page.until(lambda: page.traits["head"]["id"] == "")
    studio.session.switch("night")
    page.until(lambda: page.traits["conversation"]["name"] == "night")
    assert page.turns == []


def test_a_page_that_is_gone_breaks_no_cell(tmp_path: Path) -> None:
    """Whatever the way to the page raises, and after the panel is closed, cells draw on."""
    studio, page = panel_on(tmp_path)

    def broken(**_: Any) -> None:
        raise RuntimeError("the comm is closed")

    page.put = broken  # type: ignore[method-assign]
    assert studio.conversation().imagine("a fox").turn == 1
    page.desk.close()
    assert studio.conversation().imagine("make it night").turn == 2


def test_errors_stand_in_the_panel(tmp_path: Path) -> None:
    """Three lines at most: what happened, whether it was charged, what to do; the conversation is unchanged."""
    studio, page = panel_on(tmp_path)
    studio.surroundings.embed(Embedded(["IMAGE_SAFETY"]))
    page.ask("form", prompt="a fox")
    page.ask("run", prompt="a fox", base="")
    page.until(lambda: bool(page.lines))
    assert page.traits["said"]["kind"] == "error"
    assert 1 < len(page.lines) <= 3
    assert page.traits["job"] == {}
    assert page.traits["prompt"] == "a fox"
    assert studio.value().exchanges == ()
    page.ask("dismiss")
    assert page.lines == []


def test_a_drawing_is_given_up_and_its_answer_kept(tmp_path: Path) -> None:
    """Cancel ends the wait at once; the late answer is offered, and becomes a turn when it is wanted."""
    studio, page = panel_on(tmp_path)
    studio.surroundings.embed(held := Held())
    page.ask("run", prompt="a fox", base="")
    page.until(lambda: page.traits["job"].get("stage") == "sent")
    page.ask("cancel")
    assert page.traits["job"] == {}
    assert page.lines[0].startswith("Stopped waiting")
    held.go.set()
    page.until(lambda: "recover" in page.traits["said"])
    assert studio.value().exchanges == ()
    page.ask("recover", turn=page.traits["said"]["recover"])
    assert [row["prompt"] for row in page.turns] == ["a fox"]


def test_the_form_follows_the_model(tmp_path: Path) -> None:
    """What the chosen model does not accept is taken back, and the price is that of the next click."""
    _, page = panel_on(tmp_path)
    page.ask("form", model="gemini-3-pro-image", size="4K", aspect="16:9", count=2)
    assert page.traits["cost"]["next"] == "$0, would be $0.495"
    page.ask("form", model="gemini-2.5-flash-image")
    assert (page.traits["size"], page.traits["aspect"]) == ("", "16:9")
    page.ask("form", model="no such model!")
    assert "model id" in page.lines[0]


def test_a_dear_click_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key the price counts: above `confirm_over` it needs a yes, and nothing is sent without one."""
    monkeypatch.setenv("GEMINI_API_KEY", "x" * 30)
    studio, page = panel_on(tmp_path, confirm_over=0.10)
    assert page.traits["cost"]["ask"] is True
    page.ask("run", prompt="a fox", base="")
    assert page.lines[0].startswith("ConfirmationNeeded")
    assert (studio.value().exchanges, page.traits["job"]) == ((), {})


def test_the_price_is_that_of_what_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the signatures of a branch cannot travel its last picture goes along alone, and the price is that of it."""
    studio, page = panel_on(tmp_path)
    for prompt in ("a fox", "make it night", "add a moon", "add an owl"):
        page.run(prompt)
    monkeypatch.setenv("GEMINI_API_KEY", "x" * 30)
    page.ask("form", prompt="add snow", base=page.traits["head"]["id"])
    planned = studio.plan("add snow").estimate
    assert planned is not None
    assert page.traits["cost"]["next"] == f"≈ {dollars(planned)}"


def test_a_key_in_the_prompt_is_never_sent(tmp_path: Path) -> None:
    """A yes to the price is no yes to that."""
    studio, page = panel_on(tmp_path)
    page.ask("run", prompt="draw AIzaSyA-sentinel-sentinel-sentinel-0123456", base="", yes=True)
    assert "API key" in page.lines[0]
    assert studio.value().exchanges == ()


@pytest.mark.deep
def test_a_model_is_seen_thinking(tmp_path: Path) -> None:
    """With `thoughts` the answer is streamed: the page sees them while it waits, and afterwards behind the turn."""
    _, page = panel_on(tmp_path)
    seen: list[dict[str, Any]] = []
    put = page.put

    def watching(**traits: Any) -> None:
        seen.append(traits.get("job", {}))
        put(**traits)

    page.put = watching  # type: ignore[method-assign]
    page.desk.studio.surroundings.embed(Embedded(latency=1.5))
    turn = page.run("a fox", thoughts=True)
    assert any(job.get("thoughts") for job in seen)
    assert page.turns[0]["more"] is True
    page.ask("need", what="words", ids=[turn])
    assert page.told("words")[0]["thoughts"]
    page.ask("form", model="gemini-2.5-flash-image", thoughts=True)
    assert page.traits["thoughts"] is False


def test_what_an_answer_rests_on(tmp_path: Path) -> None:
    """Sources and Google's search suggestions come when the turn is looked at."""
    _, page = panel_on(tmp_path)
    turn = page.run("a fox in the city", search="web")
    assert page.turns[0]["more"] is True
    page.ask("need", what="words", ids=[turn])
    words = page.told("words")[0]
    assert words["sources"][0]["link"].startswith("https://")
    assert words["chip"].startswith("<!doctype html>")
    assert "allow-scripts" not in words["sandbox"]


# -- moving ------------------------------------------------------------------------------------------------------------


def test_a_page_moves_in_the_conversation(tmp_path: Path) -> None:
    """Edit from here, undo, redo and pick move the head that cells go on from."""
    studio, page = panel_on(tmp_path)
    first = page.run("a fox")
    page.run("make it night", count=3)
    second, third, _ = studio.value().exchanges[1:]
    page.ask("pick", turn=third.id)
    assert studio.value().head == third.id
    page.ask("here", turn=first)
    assert studio.value().head == first
    branch = page.run("make it snow", count=1)
    assert studio.value().get(branch).parent == first
    page.ask("undo")
    assert studio.value().head == first
    page.ask("redo")
    assert studio.value().head == branch
    assert [(row["part"], row["of"]) for row in page.turns] == [(0, 0), (1, 3), (2, 3), (3, 3), (0, 0)]
    assert second.parent == first


def test_a_page_changes_the_conversation(tmp_path: Path) -> None:
    """New, fork and use are the kernel's own; a name that is taken or is none is refused in place."""
    studio, page = panel_on(tmp_path)
    page.run("a fox")
    page.ask("conversation", verb="fork", name="night")
    assert (studio.session.current, len(page.turns)) == ("night", 1)
    page.ask("conversation", verb="new", name="fresh")
    assert (studio.session.current, page.turns) == ("fresh", [])
    page.ask("conversation", verb="use", name="main")
    assert page.traits["conversation"]["name"] == "main"
    assert {one["name"] for one in page.traits["conversations"]} >= {"main", "night"}
    page.ask("conversation", verb="new", name="night")
    assert "already" in page.lines[0]
    page.ask("conversation", verb="new", name="  ")
    assert page.lines[0].startswith("ConversationError")


def test_a_new_kernel_shows_what_was_there(tmp_path: Path) -> None:
    """A panel on the same store shows the last conversation; cells start fresh until something is done in the panel."""
    _, page = panel_on(tmp_path)
    page.run("a fox")
    studio, again = panel_on(tmp_path)
    assert again.traits["conversation"] == {
        "name": "main", "key": "key main", "stored": True, "hidden": 0, "pinned": False,
    }  # fmt: skip
    assert [row["prompt"] for row in again.turns] == ["a fox"]
    assert studio.value().exchanges == ()
    again.ask("need", what="view", ids=[again.turns[0]["id"]])
    assert again.told("picture")[0]["type"] == "image/jpeg"
    again.run("make it night")
    assert [one.prompt for one in studio.value().exchanges] == ["a fox", "make it night"]
    assert again.traits["conversation"]["stored"] is False


def test_what_was_paid_for_comes_from_disk(tmp_path: Path) -> None:
    """The same request in a new kernel costs nothing, and the panel says so."""
    _, page = panel_on(tmp_path)
    page.run("a fox")
    _, again = panel_on(tmp_path)
    again.ask("conversation", verb="fresh", name="")
    for prompt, told in (("a fox", "replayed, $0"), ("a fox!", ""), ("", ""), ("a fox", "replayed, $0")):
        again.ask("form", prompt=prompt, base="")
        assert again.traits["cost"]["recorded"] == told
    again.run("a fox")
    assert again.traits["cost"]["recorded"] == ""
    assert again.turns[0]["facts"].endswith("replayed")
    assert "from disk" in again.lines[0]


def test_a_cell_that_starts_fresh_takes_the_panel_along(tmp_path: Path) -> None:
    """Once the kernel has turns of its own, the panel shows them; so it does when asked to start fresh."""
    _, page = panel_on(tmp_path)
    page.run("a fox")
    studio, again = panel_on(tmp_path)
    studio.conversation().imagine("an owl")
    again.until(lambda: [row["prompt"] for row in again.turns] == ["an owl"])
    _, third = panel_on(tmp_path)
    third.ask("conversation", verb="fresh", name="")
    assert (third.turns, third.traits["conversation"]["stored"]) == ([], False)


# -- references and marks ----------------------------------------------------------------------------------------------


def test_a_picture_arrives_in_pieces(tmp_path: Path, picture: PictureMaker) -> None:
    """Pieces are acknowledged one by one; the whole is a reference with a label, a thumbnail and a way out."""
    studio, page = panel_on(tmp_path)
    data = picture("PNG", (450, 350), mode="RGB", seed=4)
    half = len(data) // 2
    page.ask("ref", data[:half], upload="u", name="C:\\photos\\my cat.png", part=0, parts=2)
    assert (page.told("refok")[0]["part"], page.traits["refs"]) == (0, [])
    page.ask("ref", data[half:], upload="u", name="C:\\photos\\my cat.png", part=1, parts=2)
    (row,) = page.traits["refs"]
    assert (row["label"], page.told("thumbs")[-1]["ids"]) == ("my cat", [row["id"]])
    page.run("a fox beside the cat")
    (exchange,) = studio.value().exchanges
    assert [part.text for part in exchange.user.parts if part.text] == ["image 1: my cat", "a fox beside the cat"]
    assert studio.store.blobs.read(next(iter(exchange.user.pictures))) == data
    assert page.traits["refs"] == []


@pytest.mark.parametrize(
    ("parts", "data"),
    [
        ([(0, 2), (0, 2)], b"x"),  # twice the same
        ([(1, 2)], b"x"),  # from the middle
        ([(0, 2), (1, 3)], b"x"),  # a number of pieces that changes
        ([(0, 1)], b"this is no picture"),
        ([(0, 1)], PNG[:40]),  # cut short
        ([(0, 1)], b"<svg onload=alert(1)>"),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, parts: list[tuple[int, int]], data: bytes) -> None:
    """The view hears why, the panel says so, and the next picture goes through."""
    _, page = panel_on(tmp_path)
    for part, count in parts:
        page.ask("ref", data, upload="u", name="x.png", part=part, parts=count)
    assert page.told("referr")[0]["upload"] == "u"
    assert page.traits["said"]["kind"] == "error"
    page.ask("ref", PNG, upload="v", name="x.png", part=0, parts=1)
    assert [one["label"] for one in page.traits["refs"]] == ["x"]


def test_turns_are_references_too(tmp_path: Path) -> None:
    """Dragged from the strip once or twice, a turn goes along once, under its number; removed, it does not."""
    studio, page = panel_on(tmp_path)
    first = page.run("a fox")
    page.ask("refturn", turn=first)
    page.ask("refturn", turn=first)
    (row,) = page.traits["refs"]
    assert (row["label"], row["turn"]) == ("turn 1", first)
    page.ask("unref", ref=row["id"])
    page.ask("unref", ref=row["id"])
    assert page.traits["refs"] == []
    page.ask("refturn", turn=first)
    page.run("an owl with it", base="")
    assert next(part.text for part in studio.value().exchanges[1].user.parts if part.text) == "image 1: turn 1"


def test_a_marked_place_goes_along_and_the_original_stays(tmp_path: Path) -> None:
    """The request holds a marked copy and words that name the place; the picture of the turn is what it was."""
    studio, page = panel_on(tmp_path)
    first = page.run("a fox")
    original = studio.conversation().last
    assert original
    before = original.bytes
    page.run("", marks={"turn": first, "shapes": [BOX]})
    exchange = studio.value().exchanges[1]
    assert exchange.parent == first
    label, words = (part.text for part in exchange.user.parts if part.text)
    assert label == "image 1: turn 1, marked"
    assert words is not None
    assert words.splitlines()[0] == "add a red balloon"
    assert "the upper right (70–90 % from the left, 10–30 % from the top)" in words
    (copy,) = exchange.user.pictures.values()
    assert copy.sha256 != original.exchange.picture.sha256  # type: ignore[union-attr]  # the emulator always draws
    assert original.bytes == before


@pytest.mark.parametrize(
    ("points", "place"),
    [
        ([(0.0, 0.0), (0.2, 0.2)], "the upper left (0–20 % from the left, 0–20 % from the top)"),
        ([(0.4, 0.45), (0.6, 0.55)], "the middle (40–60 % from the left, 45–55 % from the top)"),
        ([(0.4, 0.0), (0.6, 0.1)], "the top (40–60 % from the left, 0–10 % from the top)"),
        ([(0.9, 0.95), (1.0, 1.0)], "the lower right (90–100 % from the left, 95–100 % from the top)"),
        ([(1.0, 0.5), (1.0, 0.5)], "the right (100 % from the left, 50 % from the top)"),
    ],
)
def test_places_have_names(points: list[tuple[float, float]], place: str) -> None:
    """Nine of them, with the exact place in percent."""
    assert place_of({"kind": "box", "points": points}) == place


def test_several_marks_are_told_one_by_one() -> None:
    """Each has its number, its place and its note; an arrow means its tip."""
    arrow: MarkShape = {"kind": "arrow", "points": [(0.5, 0.5), (0.1, 0.9)], "note": ""}
    words = worded("make it calmer", [BOX, arrow])
    assert words.splitlines() == [
        "make it calmer",
        "",
        "Where: mark 1 of image 1, in the upper right (70–90 % from the left, 10–30 % from the top): add a red balloon",
        "Where: mark 2 of image 1, what the arrow points at, in the lower left"
        " (10 % from the left, 90 % from the top).",
        "Keep everything else as it is. The marks only point: leave them out of the result.",
    ]
    assert worded("", [BOX, arrow]).startswith("add a red balloon.")


# -- back to code ------------------------------------------------------------------------------------------------------


def cell_of(page: Any, **given: Any) -> str:
    page.ask("cell", **given)
    return str(page.told("copied")[-1]["text"])


def test_a_turn_as_a_cell(tmp_path: Path, picture: PictureMaker) -> None:
    """Model, options, references and the turn it goes on from, quoted for a cell."""
    _, page = panel_on(tmp_path)
    page.run("a fox", aspect="16:9", size="1K", model="gemini-3-pro-image")
    page.ask("ref", picture("PNG", (60, 40)), upload="u", name="it's me.png", part=0, parts=1)
    page.ask("refturn", turn=page.turns[0]["id"])
    second = page.run('put {this} "in"', count=2, model="gemini-3.1-flash-image", size="512", aspect="")
    line, body = cell_of(page, turn=second).split("\n")
    assert body == 'put {this} "in"'
    assert line.startswith("%%imagine --from @1 -r '.nbgemini/panel/")
    assert line.endswith("/it_s me.png' -r @1 --size 512 --count 2 --raw")
    again = cell_of(page, turn=page.turns[0]["id"])
    assert again == "%%imagine --new --model gemini-3-pro-image --aspect 16:9 --size 1K\na fox"


def test_a_copied_cell_names_a_file_as_the_panel_did(tmp_path: Path, picture: PictureMaker) -> None:
    """Whatever a picture's file was called: the label that was sent is the name of the file that the cell gives."""
    _, page = panel_on(tmp_path)
    page.ask("ref", picture("PNG", (60, 40)), upload="u", name="<img src=x>: it's [me]?.png", part=0, parts=1)
    label = page.traits["refs"][0]["label"]
    assert f"/{label}.png" in cell_of(page, turn="", prompt="as a mosaic", base="")


def test_what_no_cell_can_hold_becomes_python(tmp_path: Path) -> None:
    """A prompt with blank ends or control characters is quoted in Python, and runs to the same request."""
    studio, page = panel_on(tmp_path)
    page.run("  >>> a fox\n\n...  'twice' \"quoted\"\t ", count=1)
    source = cell_of(page, turn=page.turns[0]["id"])
    assert source.startswith("import nbgemini as nb\n")
    conversation = studio.conversation()
    calls: list[tuple[Any, ...]] = []

    class Recorder:
        def imagine(self, prompt: str, **words: Any) -> None:
            calls.append((prompt, words))

    exec(source.replace("import nbgemini as nb", ""), {"nb": type("nb", (), {"conversation": lambda *_: Recorder()})})
    ((prompt, words),) = calls
    again = conversation.imagine(prompt, **words)
    assert again.exchange.request_hash == conversation.exchanges[0].exchange.request_hash


def test_the_next_click_as_a_cell(tmp_path: Path) -> None:
    """What Generate would do; where the conversation has moved away from its newest turn, the cell names the turn."""
    _, page = panel_on(tmp_path)
    first = page.run("a fox")
    assert cell_of(page, turn="", prompt="make it night", base=first) == "%%imagine\nmake it night"
    page.run("make it snow")
    page.ask("here", turn=first)
    assert cell_of(page, turn="", prompt="make it night", base=first) == "%%imagine --from @1\nmake it night"
    assert cell_of(page, turn="", prompt="an owl", base="") == "%%imagine --new\nan owl"


def test_a_static_result(tmp_path: Path) -> None:
    """An ordinary picture output with its alt text; a page that cannot have it is told why."""
    _, page = panel_on(tmp_path)
    turn = page.run("a fox")
    page.ask("insert", turn=turn, page="p")
    (bundle,) = page.inserted
    assert set(bundle.data) == {"image/jpeg", "text/plain"}
    assert page.told("toast")
    page.ask("insert", turn=turn, page="q")
    assert page.lines == ["another page"]
    page.ask("insert", turn=turn, page="q", own="view 1")
    (output,) = page.told("output")
    assert (output["to"], output["n"], output["data"]) == ("view 1", 1, bundle.data)
    assert output["metadata"]["image/jpeg"]["alt"] == "a fox (emulated)"
    assert page.told("hello") == []
    page.ask("hello", page="p")
    assert page.told("hello")[0]["widget"] == "w"


def test_a_picture_that_the_store_has_lost(tmp_path: Path) -> None:
    """Asked for, it is answered as nothing and no error is raised over it; shown to the model it is refused at once."""
    studio, page = panel_on(tmp_path, model="flash-lite")
    turn = page.run("a fox")
    picture = studio.value().exchanges[0].picture
    assert picture
    studio.store.blobs.path(picture.sha256).unlink()
    for what in ("view", "full"):
        page.ask("need", what=what, ids=[turn])
        assert (page.told("picture")[-1]["what"], page.told("picture")[-1]["type"]) == (what, "")
    assert page.lines == []
    page.ask("refturn", turn=turn)
    assert "turn 1 is gone from the store" in page.lines[0]
    assert page.traits["refs"] == []


# -- suspicion ---------------------------------------------------------------------------------------------------------

_SHAPE = {"kind": "box", "points": [[0.1, 0.1], [0.2, 0.2]]}
BAD: list[Any] = [
    None, 7, "run", [], {}, {"do": "explode"}, {"do": 5}, {"do": "run", "prompt": 5},
    {"do": "run", "prompt": "x" * 200_001}, {"do": "run", "prompt": "x", "base": "nobody"},
    {"do": "run", "prompt": "x", "base": "", "count": 10**9}, {"do": "run", "prompt": "x", "base": "", "count": True},
    {"do": "run", "prompt": "x", "base": "", "aspect": "seven"}, {"do": "run", "prompt": "x", "base": "", "size": "9K"},
    {"do": "run", "prompt": " ", "base": ""}, {"do": "run", "prompt": "\ud800", "base": ""},
    {"do": "run", "prompt": "x", "base": "", "model": "../../etc/passwd"},
    {"do": "run", "prompt": "x", "marks": {"turn": "nobody", "shapes": [_SHAPE]}},
    {"do": "run", "prompt": "x", "marks": {"turn": "t", "shapes": [_SHAPE] * (MOST_MARKS + 1)}},
    {"do": "run", "prompt": "x", "marks": {"turn": "t", "shapes": [{"kind": "bomb", "points": []}]}},
    {"do": "run", "prompt": "x", "marks": {"turn": "t", "shapes": [{**_SHAPE, "points": [[0, float("nan")], [1, 1]]}]}},
    {"do": "run", "prompt": "x", "marks": {"turn": "t", "shapes": [{**_SHAPE, "points": [["a", "b"], [1, 1]]}]}},
    {"do": "run", "prompt": "x", "marks": {"turn": "t", "shapes": [{**_SHAPE, "note": "n" * 9999}]}},
    {"do": "run", "prompt": "x", "marks": "all of it"},
    {"do": "here", "turn": "nobody"}, {"do": "pick", "turn": "nobody"}, {"do": "insert", "turn": "nobody"},
    {"do": "cell", "turn": "nobody"}, {"do": "refturn", "turn": "nobody"}, {"do": "recover", "turn": "nobody"},
    {"do": "need", "what": "everything", "ids": []}, {"do": "need", "what": "full", "ids": "abc"},
    {"do": "need", "what": "full", "ids": ["x"] * 999}, {"do": "need", "what": "words", "ids": ["nobody"]},
    {"do": "conversation", "verb": "delete", "name": "main"}, {"do": "conversation", "verb": "use", "name": "nobody"},
    {"do": "ref", "upload": "u", "name": "x", "part": 0, "parts": MOST_PARTS + 1},
    {"do": "ref", "upload": "u", "name": "x", "part": 5, "parts": 5},
    {"do": "ref", "upload": "u", "name": "n" * 999, "part": 0, "parts": 1},
    {"do": "form", "count": -1}, {"do": "form", "model": {"a": 1}},
    {"do": "again", "turn": "nobody", "count": 2}, {"do": "prices", "turn": "nobody"}, {"do": "refine"},
    {"do": "compare", "ids": []}, {"do": "compare", "ids": ["nobody"]}, {"do": "starred", "size": 7},
    {"do": "sheet", "group": ["x"]}, {"do": "vary", "prompt": "{a}", "axes": [{"name": "a", "values": "b"}], "as": "x"},
]  # fmt: skip


def test_what_a_page_may_not_send(tmp_path: Path) -> None:
    """Nothing is sent, nothing is made, the panel says why in three lines, and goes on: one table, one test."""
    studio, page = panel_on(tmp_path)
    wrong = []
    for message in BAD:
        page.ask("dismiss")
        page.ask_raw(message, [b"x" * (CHUNK + 1)])
        refused = page.traits["said"].get("kind") == "error" and 1 <= len(page.lines) <= 3
        greeted = len(page.told("hello"))
        page.ask("hello", page="p")
        nothing = studio.value().exchanges == () and page.traits["job"] == {}
        if not (refused and nothing and len(page.told("hello")) > greeted):
            wrong.append((message, page.lines))
    assert wrong == []


def test_too_much_work_is_not_taken() -> None:
    """A page that floods its kernel is not answered; what was taken is done in order, off the caller's thread."""
    problems: list[BaseException] = []
    errands, hold, done = Errands(problems.append), threading.Event(), []
    errands.submit(hold.wait)  # type: ignore[arg-type]  # what it returns is not looked at
    taken = [errands.submit(lambda number=number: done.append(number)) for number in range(1000)]  # type: ignore[misc]
    assert not all(taken)
    finished = threading.Event()
    hold.set()
    while not errands.submit(finished.set):
        pass
    assert finished.wait(10)
    assert done == sorted(done)
    assert len(done) == sum(taken)
    assert problems == []


def test_errands_keep_their_context_and_their_troubles() -> None:
    """Work runs in the context of the call that opened the panel; what it raises is told, and the next is done."""
    where: contextvars.ContextVar[str] = contextvars.ContextVar("where", default="lost")
    where.set("here")
    problems: list[BaseException] = []
    errands, seen, done = Errands(problems.append), [], threading.Event()
    where.set("elsewhere")
    errands.submit(lambda: seen.append(where.get()))
    errands.submit(lambda: 1 / 0)  # type: ignore[arg-type]  # an error of any kind
    errands.submit(done.set)
    assert done.wait(10)
    assert seen == ["here"]
    assert [type(problem) for problem in problems] == [ZeroDivisionError]


def test_hostile_words_are_clean_in_the_traits(tmp_path: Path) -> None:
    """Control characters, overrides and keys reach no trait; long prompts are cut there and whole on demand."""
    _, page = panel_on(tmp_path)
    prompt = "a fox \x1b[31m\x07\u202egnp.exe <script>" + "x" * 2000
    turn = page.run(prompt)
    (row,) = page.turns
    assert row["cut"] is True
    assert len(row["prompt"]) == 400
    assert not set("\x1b\x07\u202e") & set(json.dumps(page.traits, ensure_ascii=False))
    page.ask("need", what="words", ids=[turn])
    assert page.told("words")[0]["prompt"].endswith("x" * 2000)


# -- sizes -------------------------------------------------------------------------------------------------------------


def test_traits_are_small_and_pictures_come_when_asked(tmp_path: Path) -> None:
    """No trait holds a picture; thumbnails are 320 pixels at most; the original is byte for byte what came."""
    studio, page = panel_on(tmp_path)
    turn = page.run("a fox", size="1K")
    assert len(json.dumps(page.traits)) < 8000
    page.ask("need", what="thumb", ids=[turn, "nobody"])
    assert max(len(data) for _, data in _pictures(page, "thumbs")) < 30_000
    page.ask("need", what="full", ids=[turn])
    last = studio.conversation().last
    assert last
    assert b"".join(data for _, data in _pictures(page, "picture")) == last.bytes
    assert page.told("picture")[-1]["name"] == "main-1.jpg"


def _pictures(page: Any, kind: str) -> list[tuple[dict[str, Any], bytes]]:
    both = zip(page.heard, page.buffers, strict=True)
    return [(message, data) for message, buffers in both if message["is"] == kind for data in buffers]


@pytest.mark.deep
@pytest.mark.timeout(300)
def test_sixty_turns_stay_quick(tmp_path: Path) -> None:
    """The sixtieth turn costs the page one thumbnail and a strip of less than 40 kB."""
    _, page = panel_on(tmp_path)
    for number in range(60):
        page.run(f"a fox, step {number}")
    assert len(page.turns) == 60 <= MOST_TURNS
    assert len(json.dumps(page.turns)) < 40_000
    assert sum(len(one["ids"]) for one in page.told("thumbs")) == 60


# -- the widget --------------------------------------------------------------------------------------------------------


def test_the_widget_takes_nothing_from_a_page_but_messages(tmp_path: Path) -> None:
    """Traits that a page writes are ignored; a message only submits; the state is small JSON without a picture."""
    panel = Panel(Studio(home=tmp_path))
    panel.set_state({"prompt": "written by a page", "turns": [{"id": "x"}]})
    assert (panel.prompt, panel.turns) == ("", [])
    done = threading.Event()
    panel._received(None, {"do": "form", "prompt": "asked for"}, [])
    panel._desk.submit(done.set)
    assert done.wait(10)
    assert panel.prompt == "asked for"
    state = {name: value for name, value in panel.get_state().items() if not name.startswith("_")}
    assert (
        len(
            json.dumps({name: value for name, value in state.items() if name not in ("layout", "tooltip")}, default=str)
        )
        < 5000
    )
    assert repr(panel) == "<Panel on main, 0 turns: run its cell to open it>"
    panel.close()


def test_trait_names_break_no_widget() -> None:
    """Names that mean something to a widget manager are not used."""
    own = set(Panel.class_trait_names(sync=True))
    assert not own & {"model_id", "log", "state", "views", "name", "module"}
    assert {"turns", "head", "model", "aspect", "size", "count"} <= own


def test_the_page_s_half_is_one_module_that_loads_nothing() -> None:
    """No import, no address, no markup from text: everything is in it, and texts get in as texts."""
    source = face_source()
    assert "export default { render }" in source
    for forbidden in ("innerHTML", "insertAdjacentHTML", "outerHTML", "document.write", "eval(", "import(", "https://"):
        assert forbidden not in source, forbidden
    addresses = [line for line in source.splitlines() if "http://" in line and "www.w3.org/2000/svg" not in line]
    assert addresses == []


def test_a_message_that_is_no_message_is_told(tmp_path: Path) -> None:
    """`do` raises our own errors alone, which the errands then show."""
    _, page = panel_on(tmp_path)
    with pytest.raises(ValueError, match="does not accept"):
        do(page.desk, ["run"], None)


# -- what a stranger found ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_a_broken_picture_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    """By its whole name, with what to do, and with no word of Python's."""
    _, page = panel_on(tmp_path)
    whole = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(whole, kind)
    data = whole.getvalue()
    page.ask("ref", data[: len(data) // 2], upload="u", name=f"boat.{kind.lower()}", part=0, parts=1)
    said = " ".join([*page.lines, page.told("referr")[0]["why"]])
    assert f"`boat.{kind.lower()}` cannot be read as a picture" in said
    assert "Export or download it again." in page.lines
    assert not re.search(r"<\w|0x[0-9a-f]{4}|object at|Traceback|decoder|stream", said)


def test_marked_turns_begin_with_what_should_change() -> None:
    """Lists show the beginning of a prompt: the notes stand there, each once."""
    shapes = [BOX, {**BOX, "note": "make the door green."}, {**BOX, "note": ""}]
    assert worded("", shapes).startswith("add a red balloon; make the door green.\n")  # type: ignore[arg-type]
    assert worded("", [{**BOX, "note": ""}] * 2).startswith("Change the marked places.")
    assert worded("Tidy up", shapes).startswith("Tidy up\n")  # type: ignore[arg-type]


def test_a_part_of_a_picture_is_a_reference(tmp_path: Path) -> None:
    """Cut from the original, whichever corners the page names first; a tiny one is refused."""
    studio, page = panel_on(tmp_path)
    turn = page.run("a fox", aspect="1:1", size="1K")
    page.ask("crop", turn=turn, box=[[0.75, 0.5], [0.25, 0.0]])
    (given,) = page.desk.refs.given
    assert (given.label, given.picture.width, given.picture.height) == ("part of turn 1", 512, 512)
    page.ask("crop", turn=turn, box=[[0.5, 0.5], [0.501, 0.9]])
    assert "fewer than 16 pixels" in page.lines[0]
    assert studio.value().exchanges[0].picture == studio.value().last.picture  # type: ignore[union-attr]


def test_what_stands_under_more_goes_along(tmp_path: Path) -> None:
    """Tier, seed, safety and system are those of the turn; the count goes back to one; a bad seed is refused."""
    studio, page = panel_on(tmp_path)
    page.run("a fox", seed="0", tier="flex", safety="only-high", system="Ink on paper", count=2)
    options = studio.value().exchanges[0].options
    assert (options.seed, options.tier, options.system) == (0, "flex", "Ink on paper")
    assert dict(options.safety)["hate"] == "only-high"
    assert (page.traits["count"], page.traits["seed"]) == (1, "0")
    page.ask("form", seed="a lot")
    assert "seed" in page.lines[0]


# -- once more, stars and the sheet ------------------------------------------------------------------------------------


def test_the_same_once_more(tmp_path: Path) -> None:
    """From where the turn went on, with all its options, drawn and not replayed; at another size where one is named."""
    studio, page = panel_on(tmp_path)
    page.run("a fox", aspect="16:9", size="1K", seed="7")
    second = page.run("make it night")
    assert page.turns[1]["larger"] == ["2K", "4K"]
    for given in ({}, {"size": "2K"}):
        before = len(page.turns)
        page.ask("again", turn=second, **given)
        page.until(lambda before=before: len(page.turns) > before)  # type: ignore[misc]
    first, *others = studio.value().exchanges
    assert [(one.prompt, one.parent, one.options.seed, one.options.size) for one in others] == [
        ("make it night", first.id, 7, "1K"),
        ("make it night", first.id, 7, "1K"),
        ("make it night", first.id, 7, "2K"),
    ]
    assert not any(one.replayed for one in others)
    assert page.turns[3]["larger"] == ["4K"]


def test_the_settings_of_a_turn(tmp_path: Path) -> None:
    """The form is as it was then; what is written stays."""
    _, page = panel_on(tmp_path)
    turn = page.run("a fox", model="gemini-3.1-flash-image", aspect="8:1", size="512", safety="low", system="Ink")
    page.ask("form", model="gemini-3-pro-image", aspect="", size="", safety="", system="", prompt="an owl")
    page.ask("settings", turn=turn)
    form = {name: page.traits[name] for name in ("model", "aspect", "size", "safety", "system", "prompt")}
    assert form == {
        "model": "gemini-3.1-flash-image", "aspect": "8:1", "size": "512", "safety": "low", "system": "Ink",
        "prompt": "an owl",
    }  # fmt: skip


def test_what_is_thought_of_a_picture(tmp_path: Path) -> None:
    """Stars and a rejection are in the store, seen by other panels, and can be taken back."""
    studio, page = panel_on(tmp_path)
    _, other = panel_on(tmp_path, studio)
    turn = page.run("a fox")
    page.ask("rate", turn=turn, stars=4)
    page.ask("rate", turn=turn, rejected=True)
    other.until(lambda: [(row["stars"], row["rejected"]) for row in other.turns] == [(4, True)])
    marks = studio.store.opinions.of(turn)
    assert (marks.stars, marks.tags) == (4, ("rejected",))
    page.ask("rate", turn=turn, stars=0, rejected=False)
    assert [(row["stars"], row["rejected"]) for row in page.turns] == [(0, False)]
    page.ask("rate", turn=turn, stars=6)
    assert "stars" in page.lines[0]


def test_the_sheet_has_the_axes_of_a_sweep(tmp_path: Path) -> None:
    """Without one it has the pictures in their order; of a sweep every tile is named by its values."""
    from nbgemini.tuning.front import sweeping, wish_of

    studio, page = panel_on(tmp_path)
    turn = page.run("a fox")
    page.ask("sheet")
    assert page.told("sheet")[-1]["rows"] == [{"head": "", "tiles": [{"id": turn, "name": "a fox"}]}]
    wish = wish_of("an owl, {style}, {light}", {"style": ["ink", "oil"], "light": ["dawn", "night"], "new": True})
    under_way = sweeping(studio).begin(wish)
    assert under_way.job.settled_within(60)
    page.ask("sheet")
    sheet = page.told("sheet")[-1]
    assert sheet["columns"] == ["dawn", "night"]
    assert [(row["head"], [tile["name"] for tile in row["tiles"]]) for row in sheet["rows"]] == [
        ("ink", ["ink, dawn, sample 1", "ink, night, sample 1"]),
        ("oil", ["oil, dawn, sample 1", "oil, night, sample 1"]),
    ]
    assert all(tile["id"] in studio.value() for row in sheet["rows"] for tile in row["tiles"])


def test_a_prompt_is_varied(tmp_path: Path) -> None:
    """The price first, what is wrong in words; then every combination, told as they come, and the sheet of them."""
    studio, page = panel_on(tmp_path)
    ask = {"prompt": "an owl, {style}", "base": ""}
    page.ask("foresee", **ask, axes=[{"name": "colour", "values": "red, blue"}])
    assert "colour" in page.told("forecast")[-1]["why"]
    axes = [{"name": "style", "values": 'ink, "oil, thick"'}, {"name": "aspect", "values": "1:1, 16:9"}]
    page.ask("foresee", **ask, axes=axes)
    forecast = page.told("forecast")[-1]
    assert (forecast["count"], forecast["why"], forecast["ask"]) == (4, "", False)
    assert forecast["line"].startswith("4 shots · emulator · $0, would be ≈ $0.")
    page.ask("vary", **ask, axes=axes)
    page.until(lambda: bool(page.told("swept")))
    assert page.traits["sweep"] == {}
    assert [row["prompt"] for row in page.turns].count("an owl, oil, thick") == 2
    assert {one.options.aspect for one in studio.value().exchanges} == {"1:1", "16:9"}
    page.ask("sheet")
    assert page.told("sheet")[-1]["columns"] == ["1:1", "16:9"]
    page.ask("vary", **ask, axes=[])
    assert "axes" in page.lines[0]
