"""The kernel's half of tuning in the panel: comparing, asking again with its price, rounds, cheaper sweeps, cells."""

from __future__ import annotations

import io
import itertools
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nbgemini.notebook.panel.contract import CHUNK
from nbgemini.notebook.panel.copying import axis_words
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.embedded import Embedded
from nbgemini.tuning.front import sweeping
from tests.notebook.panel_kit import Page, panel_on

AXES = [{"name": "style", "values": 'ink, "oil, thick"'}, {"name": "aspect", "values": "1:1, 16:9"}]


def swept(page: Page, prompt: str = "an owl, {style}", base: str = "", axes: object = None) -> None:
    """Draw a sweep of four, and wait for it."""
    before = len(page.told("swept"))
    page.ask("vary", prompt=prompt, base=base, axes=AXES if axes is None else axes)
    page.until(lambda: len(page.told("swept")) > before)


def test_what_differs_between_turns(tmp_path: Path) -> None:
    """The prompts word by word against the first, and the options that are not the same."""
    _, page = panel_on(tmp_path)
    first = page.run("a fox in ink", aspect="16:9")
    second = page.run("a fox in oil", aspect="1:1")
    page.ask("compare", ids=[first, second])
    told = page.told("compared")[-1]
    assert told["ids"] == [first, second]
    assert told["prompts"] == [
        [("same", "a fox in ink")],
        [("same", "a fox in "), ("gone", "ink"), ("new", "oil")],
    ]
    assert ("aspect", ["16:9", "1:1"]) in told["options"]
    page.ask("compare", ids=["nobody"])
    assert "another conversation" in page.lines[0]


@pytest.mark.deep
def test_shots_are_compared_by_their_values(tmp_path: Path) -> None:
    """An axis is told by its name."""
    _, page = panel_on(tmp_path)
    swept(page)
    ids = [row["id"] for row in page.turns[:2]]
    page.ask("compare", ids=ids)
    names = [name for name, _ in page.told("compared")[-1]["options"]]
    assert {"style", "aspect"} & set(names)
    assert {row["sweep"] for row in page.turns} == {page.told("swept") and page.turns[0]["sweep"]} != {""}


def test_the_price_stands_before_the_click(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of asking again, at each larger size; above the limit it needs a yes, and without one nothing is sent."""
    _, page = panel_on(tmp_path, model="pro")
    turn = page.run("a fox", size="1K")
    page.ask("prices", turn=turn)
    told = page.told("prices")[-1]
    assert told["turn"] == turn
    assert told["again"]["words"].startswith("$0, would be $0.1")
    assert set(told["sizes"]) == {"2K", "4K"}
    assert told["again"]["ask"] is False
    monkeypatch.setenv("GEMINI_API_KEY", "not-a-key")
    page.ask("prices", turn=turn)
    assert page.told("prices")[-1]["again"] == {"words": told["again"]["words"].replace("$0, would be", "≈"), "ask": 0}


@pytest.mark.deep
def test_the_same_several_times(tmp_path: Path) -> None:
    """More like this: so many of the same ask, from where the turn went on."""
    studio, page = panel_on(tmp_path)
    first = page.run("a fox")
    second = page.run("make it night", size="1K")
    page.ask("again", turn=second, count=3)
    page.until(lambda: len(page.turns) == 5)
    made = studio.value().exchanges[2:]
    assert [(one.prompt, one.parent) for one in made] == [("make it night", first)] * 3
    page.ask("again", turn=second, count=0)
    assert "count" in page.lines[0]


@pytest.mark.deep
def test_the_starred_are_drawn_larger(tmp_path: Path) -> None:
    """Those with three stars or more that were not rejected, each once; the price of all of them comes first."""
    studio, page = panel_on(tmp_path, model="pro")
    swept(page, axes=[{"name": "style", "values": "ink, oil, chalk"}])
    by_prompt = {row["prompt"]: row["id"] for row in page.turns}
    ids = [by_prompt[f"an owl, {style}"] for style in ("ink", "oil", "chalk")]
    page.ask("rate", turn=ids[0], stars=4)
    page.ask("rate", turn=ids[1], stars=2)
    page.ask("rate", turn=ids[2], stars=5)
    page.ask("refine", turn=ids[0])
    told = page.told("refine")[-1]
    assert (told["size"], told["count"], told["several"]) == ("2K", 2, 4)
    assert told["starred"]["words"].startswith("$0, would be")
    assert (told["prompt"], told["base"]) == ("an owl, ink", "")
    assert [(row["pictures"], row["cost"][:8]) for row in told["rounds"]] == [(3, "emulator")]
    page.ask("starred", size="2K")
    page.until(lambda: len(page.turns) == 5 and not page.traits["job"])
    assert sorted((one.prompt, one.options.size) for one in studio.value().exchanges[3:]) == [
        ("an owl, chalk", "2K"),
        ("an owl, ink", "2K"),
    ]
    page.ask("refine", turn=ids[0])
    assert page.told("refine")[-1]["count"] == 0
    page.ask("starred", size="2K")
    assert "3 stars or more" in page.lines[0]
    page.ask("sheet", group="all")
    names = [tile["name"] for tile in page.told("sheet")[-1]["rows"][0]["tiles"]]
    beside = [name for name, after in itertools.pairwise(names) if name == after]
    assert sorted(beside) == ["an owl, chalk", "an owl, ink"]


@pytest.mark.deep
def test_the_sheet_of_each_round(tmp_path: Path) -> None:
    """A sweep by its axes, a plain ask by its pictures, or all; a round that is not there is all."""
    _, page = panel_on(tmp_path)
    swept(page)
    page.ask("form", prompt="a fox", count=2)
    page.run("a fox", base="", count=2)
    page.ask("sheet")
    sheet = page.told("sheet")[-1]
    assert (sheet["columns"], sheet["group"], len(sheet["rows"][0]["tiles"])) == ([], "", 6)
    first, second = sheet["rounds"]
    assert (first["pictures"], second["name"], second["pictures"]) == (4, "a fox", 2)
    for group, columns, count in ((first["id"], 2, 4), (second["id"], 0, 2), ("nothing", 0, 6)):
        page.ask("sheet", group=group)
        sheet = page.told("sheet")[-1]
        tiles = [tile for row in sheet["rows"] for tile in row["tiles"]]
        assert (len(sheet["columns"]), len(tiles)) == (columns, count)
        assert sheet["group"] == (group if count < 6 else "")


def test_a_dear_sweep_is_offered_for_less(tmp_path: Path) -> None:
    """Above the limit: which axis to cut, the same small and cheap, and the corners; taken, it is what it says."""
    _, page = panel_on(tmp_path, model="pro")
    axes = [{"name": "style", "values": "ink, oil, chalk, gouache"}, {"name": "seed", "values": "1..6"}]
    ask = {"prompt": "an owl, {style}", "base": "", "axes": axes}
    page.ask("foresee", **ask)
    told = page.told("forecast")[-1]
    assert told["count"] == 24
    assert told["cut"].startswith("Above the limit of $1.00. With 1 value of `style` it stays below")
    cheap, corners = told["offers"]
    assert (cheap["take"], cheap["words"][:19]) == ("cheap", "As 1K flash-lite: w")
    assert corners["words"].startswith("Corners only: 4 pictures, would be $0.5")
    page.ask("foresee", **ask, **{"as": "corners"})
    told = page.told("forecast")[-1]
    assert (told["count"], told["cut"], told["offers"]) == (4, "", [])
    page.ask("foresee", **ask, **{"as": "cheap"})
    assert page.told("forecast")[-1]["count"] == 24
    page.ask("foresee", **ask, **{"as": "free"})
    assert "free" not in page.told("forecast")[-1]["line"]


def test_a_sweep_as_a_cell(tmp_path: Path) -> None:
    """With its `--vary`, its values in quotes where they need them; what the dialog says can be copied too."""
    studio, page = panel_on(tmp_path)
    swept(page)
    page.ask("cell", turn=page.turns[0]["id"])
    copied = page.told("copied")[-1]
    assert copied["what"] == "the sweep"
    assert copied["text"] == (
        "%%imagine --new --vary 'style=ink,\"oil, thick\"' --vary aspect=1:1,16:9 --size 512\nan owl, {style}"
    )
    page.ask("cell", turn="", prompt="an owl, {style}, {x}", base="", axes=AXES[:1])
    copied = page.told("copied")[-1]
    assert copied["what"] == "the sweep"
    assert copied["text"].startswith("%%imagine --new --vary 'style=ink,\"oil, thick\"' --")
    assert copied["text"].endswith("--raw\nan owl, {style}, {x}")
    first = next(iter(sweeping(studio).stored.open()))
    assert first.prompt == "an owl, ink"


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["ink", "1:1", "gemini-3-pro-image"], "a=ink,1:1,gemini-3-pro-image"),
        (["oil, thick", 'say "hi"', "1..8", "{x}", "-1"], r'a="oil, thick","say \"hi\"","1..8","{x}","-1"'),
    ],
)
def test_values_are_quoted(labels: list[str], words: str) -> None:
    """Whatever `--vary` would read as something else stands in quotes."""
    assert axis_words("a", labels) == words


# -- the queue, over a restart -----------------------------------------------------------------------------------------


class Held(Embedded):
    """Draws when it is let: a thread that waited on would keep Pillow quiet in the tests after this one."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Event()

    def handle(self, *request: Any) -> Any:
        assert self.let.wait(60)
        return super().handle(*request)


def test_what_waits_outlives_the_kernel(tmp_path: Path) -> None:
    """The next kernel shows it, held, with its price; a click draws it once, in the conversation it was meant for."""
    studio, page = panel_on(tmp_path, place="here")
    page.run("a fox")
    studio.surroundings.embed(held := Held())
    for prompt in ("make it night", "add snow", "add a boat"):
        page.ask("run", prompt=prompt, base=page.traits["head"]["id"])
    assert [one["prompt"] for one in page.traits["queue"]["waiting"]] == ["add snow", "add a boat"]
    later, again = panel_on(tmp_path, Studio(home=tmp_path, traits=dict), place="here")
    queue = again.traits["queue"]
    assert queue["held"]
    rows = [(one["prompt"], one.get("sent")) for one in queue["waiting"]]
    assert rows == [("make it night", "yes"), ("add snow", None), ("add a boat", None)]
    again.ask("unqueue", id=queue["waiting"][0]["id"])
    again.ask("goon")
    again.until(lambda: len(again.turns) == 3 and not again.traits["job"])
    assert [one.prompt for one in later.value().exchanges] == ["a fox", "add snow", "add a boat"]
    assert panel_on(tmp_path, Studio(home=tmp_path, traits=dict), place="here")[1].traits["queue"]["waiting"] == []
    for one in page.traits["queue"]["waiting"]:
        page.ask("unqueue", id=one["id"])
    held.let.set()
    page.until(lambda: not page.traits["job"])


def test_a_sweep_that_was_cut_off_is_told(tmp_path: Path) -> None:
    """The panel of the next kernel says what is missing of it; one that has ended is not spoken of."""
    studio, page = panel_on(tmp_path, place="here")
    studio.surroundings.embed(held := Held())
    page.ask("vary", prompt="an owl, {style}", base="", axes=AXES)
    _, again = panel_on(tmp_path, Studio(home=tmp_path, traits=dict), place="there")
    again.until(lambda: bool(again.lines))
    assert again.lines[0] == "The sweep `sweep-1` was not finished: 4 of 4 pictures are missing."
    page.ask("cancel")
    held.let.set()


# -- sizes -------------------------------------------------------------------------------------------------------------


@pytest.mark.deep
def test_no_message_is_larger_than_a_megabyte(tmp_path: Path) -> None:
    """A large original comes in pieces, which together are what was given, byte for byte."""
    _, page = panel_on(tmp_path)
    noise = io.BytesIO()
    Image.effect_noise((1500, 1500), 90).save(noise, "PNG")
    data = noise.getvalue()
    parts = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    assert len(data) > 1_500_000
    for number, part in enumerate(parts):
        page.ask("ref", part, upload="u", name="noise.png", part=number, parts=len(parts))
    page.ask("need", what="full", ids=[page.traits["refs"][0]["id"]])
    pieces = [
        buffers[0] for message, buffers in zip(page.heard, page.buffers, strict=True) if message["is"] == "picture"
    ]
    assert [(one["part"], one["parts"]) for one in page.told("picture")] == [
        (number, len(pieces)) for number in range(len(pieces))
    ]
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) < 1_000_000
