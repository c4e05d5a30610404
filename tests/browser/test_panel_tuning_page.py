"""Tuning in the panel's page, its kernel played by the test: lightbox, Compare, Two by two, Refine, prices, piles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.driving import expect
from tests.browser.panel_page import PanelPage, served, turn

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.deep

FREE = {"words": "$0, would be $0.134", "ask": False}
DEAR = {"words": "≈ $1.34", "ask": True}


@pytest.fixture(scope="module")
def panel(browser: Browser) -> Iterator[PanelPage]:
    with served() as home:
        context = browser.new_context()
        context.set_default_timeout(10_000)
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield PanelPage(page, home)
        context.close()
        assert wrong == []


def many(panel: PanelPage, count: int, **given: Any) -> PanelPage:
    """A panel with so many pictures, none of which goes on from another."""
    turns = [turn(n, prompt=f"picture {n}", **given) for n in range(1, count + 1)]
    return panel.open(turns=turns, head={"id": f"t{count}", "undo": True, "redo": False})


# -- the lightbox ------------------------------------------------------------------------------------------------------


def test_the_lightbox_walks_and_gives_the_focus_back(panel: PanelPage) -> None:
    """Arrows and buttons go to the next and the previous picture, keys rate it, Escape closes it and no more."""
    many(panel, 5)
    keyboard = panel.page.keyboard
    panel.button("Lightbox").click()
    dialog = panel.page.get_by_role("dialog", name="Lightbox")
    picture = dialog.get_by_role("img")
    expect(picture).to_have_attribute("alt", "picture 5")
    expect(dialog.get_by_role("button", name="Next")).to_be_disabled()
    keyboard.press("ArrowLeft")
    expect(picture).to_have_attribute("alt", "picture 4")
    dialog.get_by_role("button", name="Previous").click()
    expect(picture).to_have_attribute("alt", "picture 3")
    keyboard.press("Home")
    expect(picture).to_have_attribute("alt", "picture 1")
    expect(dialog.locator(".caption")).to_contain_text("Turn 1 · 1 of 5")
    for key in ("4", "x", "p", "c"):
        keyboard.press(key)
    assert [{key: one[key] for key in ("stars", "rejected") if key in one} for one in panel.until_sent("rate", 2)] == [
        {"stars": 4},
        {"rejected": True},
    ]
    assert panel.until_sent("pick")[-1]["turn"] == "t1"
    panel.put(job={"id": "j", "by": "panel", "mine": True, "model": "m", "elapsed": 0, "stage": "sent", "count": 1})
    keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert panel.sent("cancel") == []
    panel.expect_focus("Lightbox")
    panel.until(lambda: panel.chosen == "Turn 1: picture 1")


def test_the_lightbox_of_a_sheet(panel: PanelPage) -> None:
    """It walks through what the filter shows, and the keyboard is at the tile where it ended."""
    many(panel, 6)
    panel.put(turns=[turn(n, prompt=f"picture {n}", stars=n - 1) for n in range(1, 7)])
    panel.button("Sheet").click()
    panel.page.get_by_role("radiogroup", name="Show").get_by_text("3 stars or more").click()
    grid = panel.page.get_by_role("grid", name="Contact sheet")
    expect(grid.get_by_role("gridcell")).to_have_count(3)
    grid.get_by_role("gridcell").first.click()
    panel.page.keyboard.press("Space")
    dialog = panel.page.get_by_role("dialog", name="Lightbox")
    expect(dialog.locator(".caption")).to_contain_text("1 of 3")
    panel.page.keyboard.press("ArrowRight")
    panel.page.keyboard.press("Escape")
    panel.expect_focus("picture 5, 4 stars, turn 5")


# -- pictures of one ask as they come ----------------------------------------------------------------------------------


def test_pictures_of_one_ask_come_one_by_one(panel: PanelPage) -> None:
    """Each in its place, with an alt text of its own, before all of them are there."""
    panel.open()
    panel.give("live-a", 1)
    job = {"id": "j", "by": "panel", "mine": True, "model": "m", "elapsed": 0, "stage": "sent", "count": 4}
    panel.put(job={**job, "prompt": "a fox", "come": ["", "", "", ""]})
    coming = panel.page.get_by_role("group", name="Pictures as they come")
    expect(coming.locator(".variant")).to_have_count(4)
    panel.put(job={**job, "prompt": "a fox", "come": ["", "live-a", "", ""]})
    expect(coming.get_by_role("img", name="2 of 4: a fox")).to_have_count(1)
    panel.put(job={})
    expect(coming).to_have_count(0)


# -- compare -----------------------------------------------------------------------------------------------------------

DIFFERENCE = [[["same", "a fox in ink"]], [["same", "a fox in "], ["gone", "ink"], ["new", "oil"]]]


def test_two_are_compared_and_laid_over_each_other(panel: PanelPage) -> None:
    """Side by side with what differs in words and signs; Space shows the first in both places; then as a slider."""
    many(panel, 3)
    panel.button("Compare").click()
    view = panel.page.get_by_role("region", name="Compare")
    assert panel.until_sent("compare")[-1]["ids"] == ["t2", "t3"]
    panel.tell(**{
        "is": "compared", "ids": ["t2", "t3"], "prompts": DIFFERENCE, "options": [["style", ["ink", "oil"]]],
    })  # fmt: skip
    differs = panel.page.get_by_role("region", name="What differs")
    expect(differs.locator("del")).to_have_text("−ink")
    expect(differs.locator("ins")).to_have_text("+oil")
    expect(differs.get_by_role("listitem")).to_have_text("style: ink → oil")
    images = view.get_by_role("img")
    sources = [image.get_attribute("src") for image in images.all()]
    panel.page.keyboard.down("Space")
    panel.until(lambda: {image.get_attribute("src") for image in images.all()} == {sources[0]})
    panel.page.keyboard.up("Space")
    panel.until(lambda: [image.get_attribute("src") for image in images.all()] == sources)
    view.get_by_role("button", name="Slider").click()
    expect(panel.page.get_by_role("combobox", name="Before")).to_have_value("t2")
    expect(differs).to_be_visible()
    panel.button("Side by side").click()
    expect(view.get_by_role("img")).to_have_count(2)
    panel.page.keyboard.press("Escape")
    expect(view).to_have_count(0)


def test_four_are_moved_together(panel: PanelPage) -> None:
    """Chosen in the sheet with `c`; zoom and pan are the same for all, and one can be taken away."""
    many(panel, 6)
    panel.button("Sheet").click()
    expect(panel.page.get_by_role("gridcell")).to_have_count(6)
    panel.expect_focus("picture 6, turn 6")
    keyboard = panel.page.keyboard
    keyboard.press("Home")
    for _ in range(4):
        keyboard.press("c")
        keyboard.press("ArrowRight")
    expect(panel.status).to_have_text("4 of 4 chosen for Compare.")
    panel.button("Compare").click()
    view = panel.page.get_by_role("region", name="Compare")
    expect(view.get_by_role("img")).to_have_count(4)
    for key in ("+", "+", "ArrowLeft"):
        keyboard.press(key)
    images = view.get_by_role("img")
    moved = {"translate(5%, 0%) scale(1.5625)"}
    panel.until(lambda: {image.evaluate("at => at.style.transform") for image in images.all()} == moved)
    view.get_by_role("button", name="Take turn 2 out").click()
    expect(view.get_by_role("img")).to_have_count(3)
    view.get_by_role("combobox", name="Add a picture").select_option("t6")
    expect(view.get_by_role("img")).to_have_count(4)
    assert panel.until_sent("compare", 3)[-1]["ids"] == ["t1", "t3", "t4", "t6"]


# -- two by two --------------------------------------------------------------------------------------------------------


def test_a_ranking_without_a_mouse(panel: PanelPage) -> None:
    """Nothing tells the two apart until the end; keys decide, the last choice can be taken back, one is picked."""
    many(panel, 4)
    panel.button("Two by two").click()
    view = panel.page.get_by_role("region", name="Two by two")
    expect(view).to_be_visible()
    expect(panel.page.get_by_role("listbox", name="Turns")).to_have_count(0)
    keyboard = panel.page.keyboard
    for _ in range(6):
        panel.expect_focus("Two pictures", whole=False)
        alts = [image.get_attribute("alt") for image in view.get_by_role("img").all()]
        assert alts == ["Picture A", "Picture B"]
        shown = panel.page.evaluate("""() => {
            const root = document.querySelector('.nbgemini-panel').shadowRoot;
            return [...root.querySelectorAll('.pairsview .window img')].map(one => one.src);
        }""")
        assert len(set(shown)) == 2
        keyboard.press("ArrowRight")
    table = view.get_by_role("table", name="Ranking after 6 choices")
    expect(table.get_by_role("row")).to_have_count(5)
    expect(table).to_contain_text("of 3")
    expect(table.get_by_role("rowheader")).to_have_count(4)
    panel.button("Take back").click()
    panel.expect_focus("Two pictures", whole=False)
    keyboard.press("=")
    expect(table.get_by_role("row")).to_have_count(5)
    table.get_by_role("button").first.click()
    assert panel.until_sent("pick")[-1]["turn"].startswith("t")
    keyboard.press("Escape")
    expect(view).to_have_count(0)


def test_the_best_of_eight_is_found(panel: PanelPage) -> None:
    """A sweep's eight pictures take a few rounds, not all pairs; the one that always wins is the first."""
    many(panel, 8)
    panel.button("Two by two").click()
    view = panel.page.get_by_role("region", name="Two by two")
    expect(view).to_be_visible()
    choices = panel.page.evaluate("""async () => {
        const root = document.querySelector('.nbgemini-panel').shadowRoot;
        const pair = root.querySelector('.pairsview .panes');
        const press = (key) => pair.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
        const rest = () => new Promise(done => setTimeout(done, 30));
        let choices = 0;
        const liked = new Map();
        while (root.querySelector('.ranking').hidden && choices < 100) {
            const [a, b] = [...root.querySelectorAll('.pairsview .window img')].map(one => one.src);
            for (const one of [a, b]) if (!liked.has(one)) liked.set(one, liked.size);
            press(liked.get(a) < liked.get(b) ? 'ArrowLeft' : 'ArrowRight');
            choices += 1;
            await rest();
        }
        return choices;
    }""")
    assert 12 <= choices <= 16
    row = view.get_by_role("table").get_by_role("row").nth(1)
    expect(row).to_contain_text("4 of 4")


# -- refine and prices -------------------------------------------------------------------------------------------------

ROUNDS = [{"id": "g1", "name": "tuesday", "pictures": 4, "cost": "$0.536"}]
REFINED = {
    "is": "refine", "turn": "t2", "prompt": "a fox in ink", "base": "", "several": 4, "more": FREE, "size": "2K",
    "count": 2, "starred": DEAR, "rounds": ROUNDS,
}  # fmt: skip


def test_a_turn_is_refined(panel: PanelPage) -> None:
    """More of it at once; above the limit the starred ones need a yes; a round leads to its sheet."""
    many(panel, 2)
    panel.button("Refine").click()
    dialog = panel.page.get_by_role("dialog", name="Refine")
    assert panel.until_sent("refine")[-1]["turn"] == "t2"
    panel.tell(**REFINED)
    expect(dialog).to_contain_text("4 more of the same · $0, would be $0.134")
    dialog.get_by_role("button", name="More like this").click()
    again = panel.until_sent("again")[-1]
    assert (again["turn"], again["count"], again["yes"]) == ("t2", 4, False)
    panel.button("Refine").click()
    panel.tell(**REFINED)
    dialog.get_by_role("button", name="Draw the starred at 2K").click()
    question = panel.page.get_by_role("alertdialog", name="Confirm the price")
    expect(question).to_contain_text("≈ $1.34")
    assert panel.sent("starred") == []
    question.get_by_role("button", name="Send it").click()
    (starred,) = panel.until_sent("starred")
    assert (starred["size"], starred["yes"]) == ("2K", True)
    expect(panel.page.get_by_role("grid", name="Contact sheet")).to_be_visible()
    panel.button("Refine").click()
    panel.tell(**REFINED)
    dialog.get_by_role("navigation", name="Rounds").get_by_role("button", name="tuesday").click()
    panel.page.wait_for_function("() => stand.sent.filter(one => one.do === 'sheet').at(-1)?.group === 'g1'")


def test_a_turn_is_varied_around(panel: PanelPage) -> None:
    """Its words become those of the sweep, with its settings; what is selected of them varies; the prompt stays."""
    many(panel, 2)
    panel.prompt.fill("something else")
    panel.button("Refine").click()
    panel.tell(**REFINED)
    panel.page.get_by_role("dialog", name="Refine").get_by_role("button", name="Vary around this").click()
    dialog = panel.page.get_by_role("dialog", name="Vary")
    prompt = dialog.get_by_role("textbox", name="Prompt of the sweep")
    expect(prompt).to_have_value("a fox in ink")
    assert panel.until_sent("settings")[-1]["turn"] == "t2"
    prompt.evaluate("at => at.setSelectionRange(9, 12)")
    dialog.get_by_role("button", name="Vary the selected words").click()
    values = dialog.get_by_role("textbox", name="Values of Axis 1")
    expect(values).to_have_value("ink")
    values.fill("ink")
    panel.page.keyboard.press("Enter")
    panel.page.keyboard.type('"oil, thick",chalk')
    chips = dialog.get_by_role("list", name="Chips of Axis 1").get_by_role("listitem")
    expect(chips).to_have_text(["ink", "oil, thick", "chalk"])
    dialog.get_by_role("button", name="Remove value chalk").click()
    expect(values).to_have_value('ink, "oil, thick"')
    panel.until_sent("foresee")
    panel.until(lambda: panel.sent("foresee")[-1]["prompt"] == "a fox in {choice}")
    assert panel.sent("foresee")[-1]["base"] == ""
    panel.page.keyboard.press("Escape")
    expect(panel.prompt).to_have_value("something else")


def test_a_dear_sweep_is_offered_for_less(panel: PanelPage) -> None:
    """What to cut stands beneath the price, and a click takes the offer, foreseen anew; the cell can be copied."""
    many(panel, 1)
    offers = [
        {"take": "cheap", "words": "As 1K flash-lite: ≈ $0.27"},
        {"take": "corners", "words": "Corners only: 2 pictures, ≈ $0.27"},
    ]
    dialog = panel.vary(
        "a fox, {style}", "style", "a, b, c, d, e, f, g, h, i, j, k, l", count=12, line="12 shots · ≈ $1.61",
        cut="Above the limit of $1.00. With 7 values of `style` it stays below.", offers=offers,
    )  # fmt: skip
    expect(dialog).to_contain_text("With 7 values")
    before = len(panel.sent("foresee"))
    dialog.get_by_role("button", name="Corners only").click()
    assert panel.until_sent("foresee", before + 1)[-1]["as"] == "corners"
    panel.tell(**{
        "is": "forecast", "count": 2, "line": "2 shots · ≈ $0.27", "why": "", "ask": False, "cut": "", "offers": [],
    })  # fmt: skip
    dialog.get_by_role("button", name="Generate 2 pictures").click()
    assert panel.until_sent("vary")[-1]["as"] == "corners"
    panel.button("Vary").click()
    dialog.get_by_role("button", name="Copy as cell").click()
    assert panel.until_sent("cell")[-1]["axes"][0]["name"] == "style"


def test_the_price_stands_on_the_button(panel: PanelPage) -> None:
    """Before the click, for eyes and as a description, with the names unchanged; above the limit it asks first."""
    many(panel, 2)
    panel.until_sent("prices")
    panel.tell(**{"is": "prices", "turn": "t2", "again": FREE, "sizes": {"4K": DEAR}})
    expect(panel.button("Again")).to_contain_text("would be $0.134")
    expect(panel.button("Draw at 4K")).to_have_attribute("aria-description", "≈ $1.34")
    panel.button("Again").click()
    panel.button("Draw at 4K").click()
    assert len(panel.until_sent("again")) == 1
    panel.page.get_by_role("alertdialog").get_by_role("button", name="Not now").click()
    panel.expect_focus("Draw at 4K", whole=False)
    panel.button("Draw at 4K").click()
    panel.page.get_by_role("alertdialog").get_by_role("button", name="Send it").click()
    assert [(one.get("size"), one["yes"]) for one in panel.until_sent("again", 2)] == [(None, False), ("4K", True)]


# -- the strip and the queue -------------------------------------------------------------------------------------------


def test_a_sweep_is_one_tile(panel: PanelPage) -> None:
    """Its shots stand on one pile, the best of them on top, but for the one that was picked; Enter opens its sheet."""
    shots = [turn(n, 1, f"an owl, style {n}", sweep="s1", part=n - 1, of=4, stars=n % 4) for n in range(2, 6)]
    panel.open(turns=[turn(1, prompt="an owl"), *shots], head={"id": "t1", "undo": True, "redo": False})
    expect(panel.options).to_have_count(2)
    pile = panel.options.nth(1)
    expect(pile).to_have_attribute("aria-label", "Sweep of 4 pictures: an owl, style 3")
    pile.click()
    expect(panel.page.locator(".frame").get_by_role("button", name="Look at 2 of 4")).to_be_visible()
    panel.page.get_by_role("listbox", name="Turns").focus()
    panel.page.keyboard.press("Enter")
    panel.page.wait_for_function("() => stand.sent.filter(one => one.do === 'sheet').at(-1)?.group === 's1'")
    panel.put(head={"id": "t4", "undo": True, "redo": False})
    expect(panel.options).to_have_count(3)
    expect(panel.options.filter(has_text="style 4")).to_have_attribute("aria-label", "Turn 4: an owl, style 4")


def test_what_was_sent_before_is_marked(panel: PanelPage) -> None:
    """A row of the queue that was on its way when its kernel stopped says that it may have been charged."""
    many(panel, 1)
    waiting = [{"id": "w1", "prompt": "add snow", "sent": "yes"}, {"id": "w2", "prompt": "add a boat"}]
    panel.put(queue={"waiting": waiting, "held": True, "price": "≈ $0.268"})
    rows = panel.page.get_by_role("list", name="Waiting").get_by_role("listitem")
    expect(rows.first).to_contain_text("may have been charged")
    expect(rows.last).not_to_contain_text("charged")
    panel.button("Go on").click()
    panel.until_sent("goon")


# -- large pictures ----------------------------------------------------------------------------------------------------


def test_a_picture_comes_in_pieces(panel: PanelPage) -> None:
    """Pieces are put together in their order; what began before this page asked is left out."""
    many(panel, 1)
    said = panel.page.evaluate("""async () => {
        stand.alive = false;
        const all = Uint8Array.from(atob(stand.pictures.t1), (c) => c.charCodeAt(0));
        const half = Math.floor(all.length / 2);
        const told = (part, bytes) => stand.tell(
            { is: "picture", id: "t1", what: "full", type: "image/jpeg", name: "main-1.jpg", part, parts: 2 },
            [new DataView(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))]);
        told(1, all.subarray(half));
        told(0, all.subarray(0, half));
        told(1, all.subarray(half));
        await new Promise(done => setTimeout(done, 100));
        const image = document.querySelector(".nbgemini-panel").shadowRoot.querySelector(".frame img.picture");
        const blob = await (await fetch(image.src)).blob();
        return blob.size === all.length;
    }""")
    assert said
