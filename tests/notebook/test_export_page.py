"""The exported web page: complete, readable, and without anything that runs or loads."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from nbgemini.core.content import user_turn
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.options import ImageOptions
from nbgemini.errors import ConversationError
from nbgemini.notebook.export.page import page_of
from nbgemini.notebook.export.story import asked_in, story_of
from tests.notebook.display_kit import drawn, encoded, kept, on_disk, reader, thought

HOSTILE = "<script>alert(1)</script>\x1b[31m\"'><img src=x onerror=alert(1)>&lt;b&gt;\u202egnp.exe"


def turn(folder: Path, name: str, parent: str | None, prompt: str = "", **how: object) -> Exchange:
    """An exchange that said a sentence and drew a picture of its own."""
    data = encoded(drawn(320, 180, 40 + 20 * len(name) + ord(name[0]) % 90), "JPEG")
    made = kept(folder, "Here it is.", data, prompt=prompt or f"prompt {name}", name=name, parent=parent).exchange
    return replace(made, **how)  # type: ignore[arg-type]


def family(folder: Path) -> Conversation:
    """Turns 2 and 3 go on from turn 1, turn 4 from 3, turn 5 is another root; the head is turn 4."""
    links = (("a", None), ("b", "a"), ("c", "a"), ("d", "c"), ("e", None))
    return Conversation("main", exchanges=tuple(turn(folder, *link) for link in links), head="d")


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def test_the_branch_in_order(tmp_path: Path) -> None:
    """Only the branch that the conversation is on, its turns numbered as everywhere, prompt before picture."""
    page = soup(page_of(story_of(family(tmp_path), "story"), reader(tmp_path)))
    assert [article["id"] for article in page.select("article")] == ["turn-1", "turn-3", "turn-4"]
    assert [prompt.text for prompt in page.select(".prompt")] == ["prompt a", "prompt c", "prompt d"]
    assert [image["alt"] for image in page.select("figure img")] == ["prompt a", "prompt c", "prompt d"]
    assert [said.text for said in page.select(".said")] == ["Here it is."] * 3
    facts = [item.text for item in page.select("#turn-3 .facts li")]
    assert facts == ["gemini-3-pro-image", "16:9, 320 × 180", "12.3 s", "$0.134", "turn 3"]
    assert [item.text for item in page.select("header .facts li")] == ["main", "3 turns", "$0.403", "22 November 2026"]
    assert page.title is not None
    assert page.title.text == page.h1.text == "story" if page.h1 else False
    assert not page.select(".map")


def test_all_branches(tmp_path: Path) -> None:
    """In the order of making, with a map, and each turn says where it goes on from when that is not the one before."""
    page = soup(page_of(story_of(family(tmp_path), "story", whole=True), reader(tmp_path)))
    assert [article["id"] for article in page.select("article")] == [f"turn-{number}" for number in range(1, 6)]
    assert [heading.text for heading in page.select("h2")] == [
        "1",
        "2",
        "3 · goes on from 1",
        "4",
        "5 · a new beginning",
    ]
    assert [link["href"] for link in page.select(".map a")] == [f"#turn-{number}" for number in (1, 2, 3, 4, 5)]
    assert [item.text.split()[-1] for item in page.select(".map [aria-current]")] == ["d"]
    assert {link["href"] for link in page.select("a")} <= {f"#{article['id']}" for article in page.select("article")}


def test_nothing_runs_and_nothing_loads(tmp_path: Path) -> None:
    """Whatever is in the texts, the page has no script, no handler, no address, and a policy that forbids all three."""
    first = turn(tmp_path, "a", None, HOSTILE, alt=HOSTILE, model=HOSTILE, options=ImageOptions(aspect=HOSTILE))
    label = on_disk(tmp_path, encoded(drawn(64, 64)))
    second = replace(turn(tmp_path, "b", "a"), user=user_turn(HOSTILE, ((HOSTILE, label),)))
    words = replace(kept(tmp_path, HOSTILE, thought(HOSTILE), name="c", parent="b").exchange)
    conversation = Conversation(HOSTILE, exchanges=(first, second, words), head="c")
    text = page_of(story_of(conversation, HOSTILE), reader(tmp_path))
    page = soup(text)
    assert not page.select("script, link, iframe, object, embed, base, form, [style], [srcset], svg")
    assert {name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")} == set()
    assert all(str(image["src"]).startswith("data:image/") for image in page.select("img"))
    assert all(str(link["href"]).startswith("#") for link in page.select("a"))
    assert not re.search(r"https?:|url\(|@import|\x1b|\u202e", text)
    assert "<script>alert(1)</script>" in page.select("details")[-1].text, "thoughts are folded away"
    assert page.select(".prompt")[0].text == "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&lt;b&gt;gnp.exe"


def test_the_policy_fits_the_page(tmp_path: Path) -> None:
    """The one style sheet is allowed by its hash; pictures by being in the page."""
    page = soup(page_of(story_of(family(tmp_path), "story"), reader(tmp_path)))
    policy = page.select_one("meta[http-equiv]")
    style = page.select_one("style")
    assert policy is not None
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy["content"] == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "prefers-color-scheme: dark" in style.text
    assert "@media print" in style.text


def test_previews_and_originals(tmp_path: Path) -> None:
    """A large picture is shown as a preview; with `originals` it is there byte for byte."""
    data = encoded(drawn(3000, 2000), "PNG")
    conversation = Conversation("main", exchanges=(kept(tmp_path, data, name="a").exchange,), head="a")
    story = story_of(conversation, "story")
    small = soup(page_of(story, reader(tmp_path))).select_one("figure img")
    whole = soup(page_of(story, reader(tmp_path), originals=True)).select_one("figure img")
    assert small is not None
    assert whole is not None
    assert (small["width"], small["height"]) == ("1536", "1024")
    assert (whole["width"], whole["height"]) == ("3000", "2000")
    assert str(whole["src"]) == f"data:image/png;base64,{base64.b64encode(data).decode()}"


def test_what_is_lost_is_named(tmp_path: Path) -> None:
    """A picture that is gone leaves its alt text and the reason; the rest of the page is there."""
    conversation = family(tmp_path)
    picture = conversation.exchanges[2].picture
    assert picture is not None
    (tmp_path / picture.sha256).unlink()
    page = soup(page_of(story_of(conversation, "story"), reader(tmp_path)))
    assert len(page.select("figure")) == 2
    assert [lost.text.startswith("prompt cnot shown: ") for lost in page.select(".lost")] == [True]


def test_references_are_shown(tmp_path: Path) -> None:
    """Each picture that was shown to the model, by its number and name; inline ones too."""
    cat, dog = (on_disk(tmp_path, encoded(drawn(64, 64, hue))) for hue in (10, 90))
    composed = replace(
        turn(tmp_path, "a", None),
        user=user_turn(["Put ", ("cat", cat), " on a sofa"], (("dog", dog),)),
        words="Put {cat} on a sofa",
    )
    asked = asked_in(composed)
    assert [reference.label for reference in asked.references] == ["dog", "cat"]
    assert asked.words == "Put {cat} on a sofa"
    assert asked.shown_first == asked.references[:1]
    page = soup(page_of(story_of(Conversation("main", exchanges=(composed,), head="a"), "story"), reader(tmp_path)))
    assert [item.text for item in page.select(".shown li")] == ["image 1: dog", "image 2: cat"]
    assert [image["alt"] for image in page.select(".shown img")] == ["reference 1: dog", "reference 2: cat"]
    assert [prompt.text for prompt in page.select(".prompt")] == ["Put {cat} on a sofa"]


def test_emulated_pictures_say_so(tmp_path: Path) -> None:
    """In the head, beside each picture, and in its alt text."""
    data = encoded(drawn(64, 64))
    exchange = kept(tmp_path, data, name="a", backend="emulator").exchange
    page = soup(page_of(story_of(Conversation("main", exchanges=(exchange,), head="a"), "story"), reader(tmp_path)))
    assert "drawn by nbgemini's emulator" in page.select(".note")[0].text
    assert page.select("article .facts li")[0].text == "emulator"
    assert "(emulated)" in str(page.select("figure img")[0]["alt"])
    assert "$0, would be $0.134" in page.select("article .facts")[0].text


def test_drafts_and_directions(tmp_path: Path) -> None:
    """Pictures before the last are shown in order; each text has the direction of its own script."""
    parts = ("one", encoded(drawn(64, 48, 10)), "two", encoded(drawn(64, 48, 90)))
    exchange = kept(tmp_path, *parts, name="a", prompt="ثعلب أحمر").exchange
    page = soup(page_of(story_of(Conversation("main", exchanges=(exchange,), head="a"), "story"), reader(tmp_path)))
    assert [image["alt"] for image in page.select("figure img")] == [
        "picture 1 before the last: ثعلب أحمر",
        "ثعلب أحمر",
    ]
    assert [tag["dir"] for tag in page.select(".prompt, .said, h1")] == ["auto"] * 4


def test_nothing_to_export(tmp_path: Path) -> None:
    """An empty conversation, and one that stands at a new root, say what to do."""
    with pytest.raises(ConversationError, match="no turns yet"):
        story_of(Conversation("main"), "story")
    with pytest.raises(ConversationError, match="starts afresh") as caught:
        story_of(replace(family(tmp_path), head=None), "story")
    assert "all" in caught.value.hint
