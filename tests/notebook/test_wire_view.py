"""`%imagine show N --wire`: what went over the wire, what is new in it, and nothing that a page would obey."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import pytest

from nbgemini.errors import OptionError
from nbgemini.notebook.line.arguments import parse_subcommand
from nbgemini.notebook.show.json_tree import json_tree
from nbgemini.notebook.views.plans import plan_bundle
from nbgemini.notebook.views.wire_view import wire_view
from nbgemini.studio.reports.onwire import on_the_wire
from nbgemini.studio.studio import Studio

HOSTILE = "<script>alert(1)</script> $x$ \x1b[31m \u202e </pre>"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A conversation of eleven turns with words, switches of models and hostile prompts in it."""
    studio = Studio(home=tmp_path_factory.mktemp("wire"))
    for number in range(9):
        prompt = HOSTILE if number == 5 else f"step {number}: add a bird; tell me about it"
        model = "pro" if number == 4 else "flash"  # whose pictures take the longest
        studio.imagine(prompt, model=model, size="512" if model == "flash" else "1K", thoughts=number == 7)
    studio.imagine("anew", model="flash", size="512", new=True)
    studio.imagine("by day", model="flash", size="512", from_=2)
    return studio


def shown(studio: Studio, number: int) -> tuple[str, str]:
    """The text and the HTML of a turn's wire."""
    value = studio.value()
    data = wire_view(on_the_wire(studio, value.turn(number), value)).data
    return data["text/plain"], data["text/html"]


class Tags(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.open: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found |= {tag, *(f"@{name}" for name, _ in attrs)}
        if tag == "details":
            self.open.append(("open", None) in attrs)


KINDS = (1, 6, 8, 10, 11)  # the first, hostile words, a stream, afresh, and from an earlier turn


@pytest.mark.parametrize("numbers", [KINDS, pytest.param(range(1, 12), marks=pytest.mark.deep)], ids=["some", "all"])
def test_every_turn_is_shown(studio: Studio, numbers: Sequence[int]) -> None:
    """Request and answer are JSON of their own, pictures are named, and only harmless elements are used."""
    for number in numbers:
        text, page = shown(studio, number)
        request, answer = re.split(r"\nAnswer\n", text)
        assert json.loads(request[request.index("\n\n{") :])["contents"]
        assert json.loads(answer[answer.index("\n\n{") :])["candidates"]
        tags = {"div", "section", "details", "summary", "span", "code"}
        assert Tags(page).found - tags <= {"@style", "@class", "@open", "@aria-label", "@dir"}
        assert len(page) < 200_000
        assert "\x1b" not in page + text
        assert "\u202e" not in page + text
        assert not re.search(r"[A-Za-z0-9+/]{120}", text)


def test_what_is_new_is_marked_and_the_rest_is_folded(studio: Studio) -> None:
    """The first request has nothing to compare with; of a later one the last answer and the new words are new."""
    assert "as before" not in shown(studio, 1)[1]
    page = shown(studio, 9)[1].partition("Answer")[0]
    assert page.count("  new · ") == 2
    assert page.count("as before · user") == 8
    assert not all(Tags(page).open)
    text = shown(studio, 5)[0]
    assert "The model has changed: `gemini-3.1-flash-image` before, now `gemini-3-pro-image`." in text
    assert "Nothing was sent before it." in shown(studio, 10)[0]
    assert "since the request of turn 2 is marked" in shown(studio, 11)[0]


def test_a_stream_says_that_it_is_one(studio: Studio) -> None:
    """Its events are merged; other answers are shown as they arrived."""
    assert "the events of a stream are one answer here" in shown(studio, 8)[0]
    assert "As it arrived." in shown(studio, 9)[0]
    assert re.search(r"\d\.\d s · [\d,]+ in, [\d,]+ out, .*would be \$0\.\d{3}", shown(studio, 9)[0])


def test_values_that_changed_or_are_gone() -> None:
    """The old value stands beside the new one; what is no longer there is named."""
    page = json_tree({"a": 1, "b": [1, 2], "thoughtSignature": "x" * 99}, {"a": 2, "b": [1, 2, 3], "c": 0})
    for words in ("was 2", "no longer: c", "no longer: 1 item", "99 characters", "xxxxxxxxxxxxxxxx…"):
        assert words in page


def test_show_json_has_the_same_dress(studio: Studio) -> None:
    """A request that was not sent is marked against the one before it."""
    data = plan_bundle(studio.plan(HOSTILE, model="flash", size="512")).data
    assert "  new · " in data["text/html"]
    assert "<script" not in data["text/html"]
    assert json.loads(data["text/plain"].split("\n\n", 1)[1])["contents"]


def test_the_line() -> None:
    """`--wire` stands after the number, and nothing else does."""
    for line in ("show 3 --wire", "show @3 --wire"):
        asked = parse_subcommand(line)
        assert (asked.argument, asked.words) == ("3", ("--wire",))
    with pytest.raises(OptionError):
        parse_subcommand("show 3 --wires")
