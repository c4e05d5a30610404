"""The page's half of the panel in chromium, its kernel played by the test: names, keys, pictures, marks, trouble."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.browser.driving import expect
from tests.browser.panel_page import PanelPage, served, turn
from tests.browser.panel_states import STATES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.deep

HOSTILE = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>‮ &amp; \"quoted\""
TWO = [turn(1, prompt="a lighthouse"), turn(2, 1, "make it night")]
JOB = {
    "id": "j", "by": "panel", "mine": True, "model": "m", "elapsed": 0, "stage": "sent", "count": 1, "aspect": "",
    "thoughts": "",
}  # fmt: skip
AT_TWO = {"id": "t2", "undo": True, "redo": False}


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def panel(browser: Browser, home: str) -> Iterator[PanelPage]:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=home)
    context.set_default_timeout(10_000)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(f"error {error}"))
    yield PanelPage(page, home)
    context.close()
    assert [one for one in asked if not one.startswith((home, "blob:", "data:"))] == []


def shown(panel: PanelPage, **traits: Any) -> PanelPage:
    return panel.open(**{"turns": TWO, "head": AT_TWO, **traits})


# -- names and accessibility -------------------------------------------------------------------------------------------


def test_everything_has_the_name_that_it_is_known_by(panel: PanelPage) -> None:
    """Textbox, comboboxes, spinbutton, buttons, listbox, options and status: each once, under its fixed name."""
    shown(panel, refs=[{"id": "r1", "label": "sketch", "turn": "", "note": ""}])
    page = panel.page
    names = {
        "textbox": ["Prompt"],
        "combobox": ["Model", "Aspect", "Size"],
        "spinbutton": ["Count"],
        "listbox": ["Turns"],
        "option": ["Turn 1: a lighthouse", "Turn 2: make it night"],
        "button": [
            *("Generate", "Undo", "Redo", "Edit from here", "Mark region", "Before/after", "Download"),
            *("Copy as cell", "Insert static result", "Remove sketch", "Cancel"),
        ],
    }  # fmt: skip
    found = {(role, name): page.get_by_role(role, name=name).count() for role in names for name in names[role]}  # type: ignore[arg-type]
    assert found == dict.fromkeys(found, 1)
    expect(panel.status).to_have_count(1)
    panel.put(job=JOB)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(1)
    expect(page.get_by_role("img", name="make it night")).to_have_count(1)


# What fades in has its colours only at the end, which a busy machine reaches late; what moves for ever has none.
_FADED = """() => Promise.allSettled(
    document.getAnimations().filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
        .map(one => one.finished)
).then(() => null)"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(panel: PanelPage, state: str, dark: bool) -> None:
    """Every state, light and dark, passes all the rules of axe-core."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    STATES[state](panel, dark=dark)
    panel.page.wait_for_timeout(100)
    panel.page.evaluate(_FADED)
    found = axe.run(panel.page, context="#panel", options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], [(node["target"], node["failureSummary"]) for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.parametrize(
    ("host", "dark"),
    [
        ("document.body.style.setProperty('--vscode-editor-background', '#000')", True),
        ("document.body.style.setProperty('--vscode-editor-background', '#fff')", False),
        ("document.body.style.setProperty('--jp-layout-color1', 'oklch(0.3 0.05 200)')", True),
        ("document.documentElement.setAttribute('theme', 'dark')", True),
        ("document.body.style.background = '#111'", True),
        ("document.body.style.background = '#eee'", False),
    ],
    ids=["VS Code, dark", "VS Code, light", "a theme of one's own", "Colab, dark", "a dark page", "a light page"],
)
def test_it_is_dark_where_its_host_is(panel: PanelPage, host: str, dark: bool) -> None:
    """By what it is painted with, whatever a front end calls its theme: high contrast is light or dark."""
    panel.open()
    panel.page.evaluate(f"""() => {{
        document.querySelector('style').remove();
        delete document.body.dataset.jpThemeLight;
        {host};
        document.body.className = 'vscode-high-contrast vscode-high-contrast-light';
    }}""")
    panel.settle()
    classes = panel.page.locator(".nbgemini-panel").get_attribute("class") or ""
    assert ("dark" in classes.split()) is dark


# -- keys --------------------------------------------------------------------------------------------------------------


def test_keys_stay_in_the_panel(panel: PanelPage) -> None:
    """What is typed reaches no shortcut of the notebook, and the host asks JupyterLab to leave it alone."""
    shown(panel)
    panel.page.evaluate(
        "() => { stand.leaked = []; document.addEventListener('keydown', e => stand.leaked.push(e.key)); }"
    )
    panel.prompt.press_sequentially("ab")
    panel.prompt.press("Shift+Enter")
    panel.options.first.click()
    for key in ("ArrowRight", "b", "Escape", "Control+Enter"):
        panel.page.keyboard.press(key)
    assert panel.page.evaluate("() => stand.leaked") == []
    assert panel.page.locator(".nbgemini-panel").get_attribute("data-lm-suppress-shortcuts") == "true"
    expect(panel.prompt).to_have_value("ab\n")


def test_control_enter_draws_and_escape_cancels(panel: PanelPage) -> None:
    """Ctrl+Enter sends the prompt with the turn that it edits; Escape stops the wait."""
    shown(panel)
    panel.prompt.fill("add a boat")
    panel.prompt.press("Control+Enter")
    (run,) = panel.until_sent("run")
    assert (run["prompt"], run["base"], run["model"], run["count"]) == ("add a boat", "t2", "gemini-3-pro-image", 1)
    panel.put(job={**JOB, "elapsed": 3})
    expect(panel.button("Generate")).to_be_disabled()
    panel.prompt.press("Control+Enter")
    panel.prompt.press("Escape")
    panel.until_sent("cancel")
    assert len(panel.sent("run")) == 1


def test_the_strip_is_walked_with_the_arrow_keys(panel: PanelPage) -> None:
    """Arrows, Home and End look at turns; Enter goes on from the one that is looked at."""
    shown(panel, turns=[*TWO, turn(3, 2, "add a boat")], head={"id": "t3", "undo": True, "redo": False})
    panel.page.get_by_role("listbox", name="Turns").focus()
    for key, name in (("ArrowLeft", "Turn 2"), ("Home", "Turn 1"), ("ArrowLeft", "Turn 1"), ("End", "Turn 3")):
        panel.page.keyboard.press(key)
        panel.settle()
        assert panel.chosen.startswith(name)
    panel.page.keyboard.press("Home")
    panel.page.keyboard.press("Enter")
    assert panel.until_sent("here")[0]["turn"] == "t1"
    panel.expect_focus("Prompt")


def test_earlier_prompts_are_recalled(panel: PanelPage) -> None:
    """Up brings earlier prompts, the latest first, whole ones where the strip has cut them; Down goes back."""
    long = turn(3, 2, "x" * 400, cut=True)
    shown(panel, turns=[*TWO, long], head={"id": "t3", "undo": True, "redo": False})
    panel.prompt.focus()
    panel.page.keyboard.press("ArrowUp")
    panel.until_sent("need", 1)
    panel.page.wait_for_function("() => stand.sent.some(one => one.what === 'words')")
    panel.tell(**{"is": "words", "id": "t3", "prompt": "x" * 900, "text": "", "thoughts": ""})
    expect(panel.prompt).to_have_value("x" * 900)
    panel.page.keyboard.press("ArrowUp")
    expect(panel.prompt).to_have_value("make it night")
    panel.page.keyboard.press("End")
    panel.page.keyboard.press("ArrowDown")
    panel.page.keyboard.press("Control+End")
    panel.page.keyboard.press("ArrowDown")
    expect(panel.prompt).to_have_value("")


def test_all_of_it_can_be_reached_with_tab(panel: PanelPage) -> None:
    """Tab goes from the conversation to the strip, and every enabled control is on the way."""
    shown(panel)
    panel.page.get_by_role("combobox", name="Conversation").focus()
    met = [panel.focused()]
    for _ in range(40):
        panel.page.keyboard.press("Tab")
        if not panel.focused() or panel.focused() in met[:1]:
            break
        met.append(panel.focused())
    wanted = {
        "Mark region",
        "Before/after",
        "Download",
        "Copy as cell",
        "Insert static result",
        "Prompt",
        "Model",
        "Aspect",
    }
    assert wanted | {"Size", "Count", "Generate", "Undo", "Show to the model", "Turns"} <= set(met)


def test_the_focus_is_never_lost(panel: PanelPage) -> None:
    """A button that goes out of order or away under the finger leaves the keyboard inside the panel."""
    panel.open(turns=TWO, head=AT_TWO, refs=[{"id": "r1", "label": "sketch", "turn": "", "note": ""}])
    panel.button("Remove sketch").press("Enter")
    panel.expect_focus("Add pictures")
    panel.prompt.fill("add a boat")
    panel.button("Generate").press("Enter")
    panel.put(job=JOB)
    panel.expect_focus("Generate")
    panel.page.keyboard.press("Enter")
    panel.page.keyboard.press("Escape")
    panel.until_sent("cancel")
    assert len(panel.sent("run")) == 1
    panel.button("Cancel").focus()
    panel.put(job={})
    panel.expect_focus("Cancel")
    panel.button("Undo").press("Enter")
    panel.put(head={"id": "", "undo": False, "redo": True})
    panel.expect_focus("Undo")
    panel.page.keyboard.press("Enter")
    assert len(panel.sent("undo")) == 1


# -- making ------------------------------------------------------------------------------------------------------------


def test_controls_offer_what_the_model_takes(panel: PanelPage) -> None:
    """Sizes, ratios and thinking levels follow the model; what it does not have is not there."""
    shown(panel)
    page = panel.page

    def values(name: str) -> list[str]:
        options = page.get_by_role("combobox", name=name).locator("option")
        found: list[str] = options.evaluate_all("all => all.map(one => one.value)")
        return found

    assert values("Size") == ["", "1K", "2K", "4K"]
    page.get_by_text("More", exact=True).click()
    expect(page.get_by_role("combobox", name="Thinking")).to_have_count(0)
    page.get_by_role("combobox", name="Model").select_option("gemini-3.1-flash-image")
    assert "512" in values("Size")
    assert "8:1" in values("Aspect")
    assert "minimal" in values("Thinking")
    page.get_by_role("combobox", name="Model").select_option("gemini-2.5-flash-image")
    expect(page.get_by_role("combobox", name="Size")).to_be_disabled()
    assert panel.until_sent("form", 2)[-1]["model"] == "gemini-2.5-flash-image"


def test_a_dear_picture_asks_first(panel: PanelPage) -> None:
    """Above `confirm_over` the first click asks in place, the second sends with a yes."""
    cost = {"spent": "", "next": "≈ $4.29", "budget": "", "ask": True, "why": ""}
    shown(panel, cost=cost)
    panel.prompt.fill("a fox")
    panel.button("Generate").click()
    assert panel.sent("run") == []
    assert "$4.29" in (panel.page.get_by_role("alertdialog").text_content() or "")
    panel.settle()
    panel.expect_focus("Send it")
    panel.button("Send it").click()
    assert panel.until_sent("run")[0]["yes"] is True


def test_what_is_recorded_is_free(panel: PanelPage) -> None:
    """The price line says so, whatever the budget has left, and no question comes first."""
    cost = {"spent": "", "next": "≈ $4.29", "recorded": "replayed, $0", "budget": "", "ask": True, "why": "too much"}
    shown(panel, cost=cost)
    line = panel.page.locator("p.price:not(.vary p)")
    assert line.text_content() == "replayed, $0"
    assert "warn" not in (line.get_attribute("class") or "")
    panel.prompt.fill("a fox")
    panel.button("Generate").click()
    assert panel.until_sent("run")[0]["prompt"] == "a fox"


def test_a_new_picture_has_no_base(panel: PanelPage) -> None:
    """`New picture` sends no turn to edit, and the kernel hears of it for the price."""
    shown(panel)
    panel.page.get_by_text("New picture").click()
    assert panel.until_sent("form")[-1]["base"] == ""
    panel.prompt.fill("a fox")
    panel.button("Generate").click()
    assert panel.until_sent("run")[0]["base"] == ""


def test_an_empty_prompt_is_not_sent(panel: PanelPage) -> None:
    """The panel says what is missing, and puts the cursor there."""
    shown(panel)
    panel.button("Generate").click()
    assert "Write what to draw" in (panel.page.get_by_role("alert").text_content() or "")
    panel.expect_focus("Prompt")
    panel.prompt.fill("y" * 200_001)
    panel.button("Generate").click()
    assert "200,001 characters" in (panel.page.get_by_role("alert").text_content() or "")
    assert panel.sent("run") == []


def test_the_prompt_goes_when_its_picture_is_there(panel: PanelPage) -> None:
    """What was sent is cleared; what was typed meanwhile stays; an error leaves the prompt to be tried again."""
    shown(panel)
    panel.prompt.fill("add a boat")
    panel.put(said={"kind": "error", "lines": ["QuotaExceeded: too many.", "Not charged.", "Wait 12 s."]})
    expect(panel.prompt).to_have_value("add a boat")
    assert panel.page.get_by_role("alert").locator("p").all_text_contents()[2] == "Wait 12 s."
    panel.put(turns=[*TWO, turn(3, 2, "add a boat")], head={"id": "t3", "undo": True, "redo": False}, said={})
    panel.tell(**{"is": "made", "turn": "t3", "typed": "add a boat"})
    expect(panel.prompt).to_have_value("")
    panel.prompt.fill("and a")
    panel.tell(**{"is": "made", "turn": "t3", "typed": "other words"})
    expect(panel.prompt).to_have_value("and a")


@pytest.mark.parametrize("width", [1200, 800, 430])
def test_nothing_moves_while_waiting(panel: PanelPage, width: int) -> None:
    """From the click to the picture every part stays where it was, also while a model thinks at length."""
    panel.open(width=width, height=1400, turns=TWO, head=AT_TWO)
    parts = [panel.page.locator(one) for one in (".frame", ".tools", ".prompt", ".go", ".strip")]
    before = [part.bounding_box() for part in parts]
    for job in (JOB, {**JOB, "thoughts": "The user wants a boat.\n" * 40}, {}):
        panel.put(job=job)
        assert [part.bounding_box() for part in parts] == before


def test_what_others_draw_is_told(panel: PanelPage) -> None:
    """What another panel draws can be stopped here, and what is asked here comes after it; a cell ends its own."""
    shown(panel, job={**JOB, "mine": False})
    panel.prompt.fill("add a boat")
    assert "started in another panel" in panel.status.inner_text()
    expect(panel.button("Generate")).to_be_enabled()
    panel.button("Cancel").click()
    panel.until_sent("cancel")
    panel.put(job={**JOB, "id": "k", "mine": False, "by": "cell"})
    assert "started by a cell" in panel.status.inner_text()
    expect(panel.button("Cancel")).to_be_disabled()
    panel.button("Generate").click()
    panel.until_sent("run")


def test_what_no_kernel_has_heard_is_not_lost(panel: PanelPage) -> None:
    """Words typed while the kernel was away outlive a reload and win over what it knew, until it has heard them."""
    shown(panel, uid="one", prompt="add")
    panel.page.evaluate("() => { stand.alive = false; }")
    panel.prompt.fill("add a boat")
    shown(panel, uid="one", prompt="add")
    expect(panel.prompt).to_have_value("add a boat")
    (form, *_) = panel.until_sent("form")
    assert form["prompt"] == "add a boat"
    panel.put(prompt="add a boat")
    shown(panel, uid="one", prompt="")
    expect(panel.prompt).to_have_value("")
    panel.prompt.fill("another")
    shown(panel, uid="two")
    expect(panel.prompt).to_have_value("")


def test_a_page_without_a_memory_goes_on(panel: PanelPage) -> None:
    """Some hosts forbid a page to keep anything."""
    shown(panel)
    panel.page.evaluate(
        "() => Object.defineProperty(globalThis, 'sessionStorage', { get() { throw new Error('no'); } })"
    )
    panel.prompt.fill("add a boat")
    panel.button("Generate").click()
    assert panel.until_sent("run")[0]["prompt"] == "add a boat"


def test_seconds_tick_while_waiting(panel: PanelPage) -> None:
    """The clock runs in the page from what the kernel said; screen readers are not told every second."""
    shown(panel)
    panel.put(job={**JOB, "elapsed": 7.6})
    panel.status.filter(has_text="8 s").wait_for()
    assert panel.status.locator(".clock").get_attribute("aria-hidden") == "true"
    box = panel.page.locator(".frame").bounding_box()
    panel.put(job={})
    assert panel.page.locator(".frame").bounding_box() == box


# -- references --------------------------------------------------------------------------------------------------------


def test_a_large_picture_is_shrunk_and_sent_in_pieces(panel: PanelPage, tmp_path: Path) -> None:
    """A PNG of 12 MB becomes a JPEG of a few, in pieces of at most 1 MiB, each after the one before was taken."""
    shown(panel)
    noise = Image.effect_noise((2600, 1900), 120)
    path = tmp_path / "photo of a cat.png"
    Image.merge("RGB", [noise, noise.rotate(90, expand=False), noise.rotate(180)]).save(path, compress_level=1)
    assert path.stat().st_size > 11_000_000
    panel.page.locator("input[type=file]").set_input_files(path)
    panel.page.wait_for_function(
        "() => { const r = stand.sent.filter(o => o.do === 'ref'); return r.length && r.length === r[0].parts; }"
    )
    pieces = panel.sent("ref")
    assert [one["part"] for one in pieces] == list(range(pieces[0]["parts"]))
    assert all(one["bytes"][0] <= 3 << 18 for one in pieces)
    assert 1 < len(pieces) <= 8
    assert pieces[0]["name"] == "photo of a cat.png"


def test_a_piece_waits_for_its_answer(panel: PanelPage, tmp_path: Path) -> None:
    """Nothing more is sent until the kernel has taken a piece; a refusal is told and the next file goes on."""
    shown(panel)
    panel.page.evaluate("() => { stand.takes = false; }")
    for name in ("one.png", "two.png"):
        Image.new("RGB", (40, 30), "red").save(tmp_path / name)
    panel.page.locator("input[type=file]").set_input_files([tmp_path / "one.png", tmp_path / "two.png"])
    first = panel.until_sent("ref")
    panel.settle()
    assert len(panel.sent("ref")) == 1
    expect(panel.button("Generate")).to_be_disabled()
    panel.tell(**{"is": "referr", "upload": first[0]["upload"], "why": "one is not a picture"})
    second = panel.until_sent("ref", 2)[-1]
    assert second["name"] == "two.png"
    assert "one is not a picture" in (panel.page.get_by_role("alert").text_content() or "")


def test_pictures_are_dropped_pasted_and_dragged_from_the_strip(panel: PanelPage) -> None:
    """A dropped file and a pasted one are uploaded, a dragged turn is named; what is no picture is refused in place."""
    shown(panel)
    target = io.BytesIO()
    Image.new("RGB", (20, 20), "blue").save(target, "PNG")
    panel.page.evaluate(
        """data => {
        const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
        const host = document.querySelector('.nbgemini-panel');
        const give = (kind, file, Kind, name) => {
            const transfer = new DataTransfer();
            if (file) transfer.items.add(file); else transfer.setData('application/x-nbgemini-turn', 't1');
            host.dispatchEvent(new Kind(kind, { [name]: transfer, bubbles: true, cancelable: true, composed: true }));
        };
        give('drop', new File([bytes], 'dropped.png', { type: 'image/png' }), DragEvent, 'dataTransfer');
        give('paste', new File([bytes], 'pasted.png', { type: 'image/png' }), ClipboardEvent, 'clipboardData');
        give('drop', null, DragEvent, 'dataTransfer');
        give('drop', new File(['x'], 'notes.txt', { type: 'text/plain' }), DragEvent, 'dataTransfer');
    }""",
        base64.b64encode(target.getvalue()).decode(),
    )
    assert sorted(one["name"] for one in panel.until_sent("ref", 2)) == ["dropped.png", "pasted.png"]
    assert panel.until_sent("refturn")[0]["turn"] == "t1"
    assert "notes.txt" in (panel.page.get_by_role("alert").text_content() or "")


def test_a_reference_is_removed_by_its_name(panel: PanelPage) -> None:
    """Each has a thumbnail, its label and a button."""
    panel.open(turns=TWO, head=AT_TWO)
    panel.give("r1", 3)
    panel.put(refs=[{"id": "r1", "label": "my sketch", "turn": "", "note": ""}])
    item = panel.page.get_by_role("list", name="References").get_by_role("listitem")
    assert "my sketch" in (item.text_content() or "")
    assert (item.locator("img").get_attribute("src") or "").startswith("blob:")
    panel.button("Remove my sketch").click()
    assert panel.until_sent("unref")[0]["ref"] == "r1"


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_only_what_is_looked_at_is_fetched(panel: PanelPage) -> None:
    """The strip gets thumbnails, the stage one view; the original comes for 1:1 and for a download, unchanged."""
    shown(panel)
    panel.page.wait_for_function("() => stand.sent.some(one => one.what === 'view')")
    asked = [(one["what"], one["ids"]) for one in panel.sent("need")]
    assert ("view", ["t2"]) in asked
    assert not [one for one in asked if one[0] == "full"]
    panel.button("1:1").click()
    assert panel.until_sent("need", len(asked) + 1)[-1]["what"] == "full"
    with panel.page.expect_download() as waiting:
        panel.button("Download").click()
    data = waiting.value.path().read_bytes()
    assert base64.b64encode(data).decode() == panel.page.evaluate("() => stand.pictures.t2")
    assert waiting.value.suggested_filename == "main-t2.jpg"


def test_zoom_and_pan(panel: PanelPage) -> None:
    """1:1 is larger than the frame, dragging and arrows move it, Fit brings all of it back."""
    shown(panel)
    image = panel.page.get_by_role("img", name="make it night")
    fitted = image.bounding_box()
    panel.button("1:1").click()
    real = image.bounding_box()
    assert fitted
    assert real
    assert round(real["width"]) == 1376
    assert fitted["width"] < 1000
    panel.page.locator(".frame").focus()
    panel.page.keyboard.press("ArrowLeft")
    moved = image.bounding_box()
    assert moved
    assert moved["x"] > real["x"]
    panel.button("Fit").click()
    assert image.bounding_box() == fitted


def test_before_and_after(panel: PanelPage) -> None:
    """Any two turns lie over each other; the slider uncovers one of them."""
    shown(panel, turns=[*TWO, turn(3, 2, "add a boat")], head={"id": "t3", "undo": True, "redo": False})
    panel.button("Before/after").click()
    expect(panel.page.get_by_role("combobox", name="Before")).to_have_value("t2")
    panel.page.get_by_role("combobox", name="Before").select_option("t1")
    assert panel.page.locator("img.before").get_attribute("alt") == "a lighthouse"
    panel.page.get_by_role("slider").fill("20")
    assert panel.page.locator("img.before").evaluate("it => it.style.clipPath") == "inset(0px 80% 0px 0px)"
    panel.page.keyboard.press("Escape")
    expect(panel.page.get_by_role("slider")).to_have_count(0)


def test_marks_go_along_with_the_prompt(panel: PanelPage) -> None:
    """A box drawn with the mouse, a stroke and an arrow travel as fractions, with their notes and their turn."""
    STATES["marking"](panel)
    panel.prompt.fill("a little calmer")
    panel.button("Generate").click()
    (run,) = panel.until_sent("run")
    marks = run["marks"]
    assert marks["turn"] == "t6"
    assert [one["kind"] for one in marks["shapes"]] == ["box", "arrow", "brush"]
    assert marks["shapes"][0]["note"] == "make the moon larger"
    (left, top), (right, bottom) = marks["shapes"][0]["points"]
    assert [round(value, 2) for value in (left, top, right, bottom)] == [0.58, 0.18, 0.83, 0.6]
    panel.tell(**{"is": "made", "turn": "t6", "typed": "a little calmer"})
    expect(panel.page.get_by_role("group", name="Marking")).to_have_count(0)
    panel.prompt.fill("again")
    panel.button("Generate").click()
    assert "marks" not in panel.until_sent("run", 2)[1]


def test_marks_without_a_mouse(panel: PanelPage) -> None:
    """A place is added by its name, with the keyboard alone, and its note is enough to draw."""
    shown(panel)
    panel.button("Mark region").press("Enter")
    panel.page.get_by_role("combobox", name="Place").select_option("lower right")
    panel.button("Add place").press("Enter")
    panel.expect_focus("What should change at mark 1")
    panel.page.keyboard.type("a red boat")
    panel.page.keyboard.press("Control+Enter")
    shape = panel.until_sent("run")[0]["marks"]["shapes"][0]
    assert shape["note"] == "a red boat"
    assert min(value for point in shape["points"] for value in point) > 0.6


def test_pictures_of_one_ask_are_a_grid(panel: PanelPage) -> None:
    """All of them are looked at together, and one is picked."""
    STATES["variants"](panel)
    expect(panel.page.get_by_role("group", name="Pictures of one request").get_by_role("img")).to_have_count(4)
    panel.button("Pick 3 of 4").click()
    assert panel.until_sent("pick")[0]["turn"] == "t4"
    panel.button("Look at 2 of 4").click()
    panel.until(lambda: panel.chosen == "Turn 3: Four ways to draw the harbour")
    expect(panel.page.get_by_role("group", name="Pictures of one request")).to_have_count(0)
    panel.button("All").click()
    expect(panel.page.get_by_role("group", name="Pictures of one request")).to_have_count(1)


# -- back to code ------------------------------------------------------------------------------------------------------


def test_the_cell_is_copied(panel: PanelPage) -> None:
    """An unsent prompt is asked about, else the turn that is looked at; the text is in the clipboard."""
    shown(panel)
    panel.button("Copy as cell").click()
    assert panel.until_sent("cell")[0]["turn"] == "t2"
    text = '%%imagine --from @1\nmake it "night" {x} <b>'
    panel.tell(**{"is": "copied", "text": text, "what": "turn 2"})
    panel.status.filter(has_text="Copied turn 2 as a cell").wait_for()
    assert panel.page.evaluate("() => navigator.clipboard.readText()") == text
    panel.prompt.fill("add a boat")
    panel.button("Copy as cell").click()
    asked = panel.until_sent("cell", 2)[1]
    assert (asked["turn"], asked["prompt"], asked["base"]) == ("", "add a boat", "t2")


def test_a_closed_clipboard_leaves_the_cell_in_the_page(panel: PanelPage) -> None:
    """Where the page may not write to the clipboard, the source is shown, selected."""
    shown(panel)
    panel.page.evaluate(
        """() => {
            navigator.clipboard.writeText = () => Promise.reject(new Error('no'));
            document.execCommand = () => false;
        }"""
    )
    panel.tell(**{"is": "copied", "text": "%%imagine\na fox", "what": "turn 2"})
    panel.status.filter(has_text="does not allow copying").wait_for()
    source = panel.page.get_by_role("textbox", name="Source of the cell")
    expect(source).to_have_value("%%imagine\na fox")
    panel.settle()
    panel.expect_focus("Source of the cell")


def test_the_static_result_is_asked_for_with_the_page(panel: PanelPage) -> None:
    """The kernel hears which page asks: after a reload old outputs cannot be filled."""
    shown(panel)
    panel.button("Insert static result").click()
    asked = panel.until_sent("insert")[0]
    assert asked["turn"] == "t2"
    assert asked["page"] == panel.sent("hello")[0]["page"]
    panel.tell(**{"is": "toast", "lines": ["Turn 2 is below."]})
    panel.status.filter(has_text="is below").wait_for()


def test_a_picture_that_cannot_be_read_is_told_once(panel: PanelPage) -> None:
    """The place of the picture says so, nothing asks for it again and again, and a new kernel is asked anew."""
    shown(panel, turns=[])
    panel.page.evaluate("traits => stand.put(traits)", {"turns": TWO, "head": AT_TWO})
    panel.page.wait_for_function("() => stand.sent.some(one => one.what === 'view')")
    panel.page.evaluate("() => { delete stand.pictures.t2; }")
    panel.tell(**{"is": "picture", "id": "t2", "what": "view", "type": "", "name": ""})
    panel.page.locator(".said").get_by_text("cannot be read").wait_for()
    expect(panel.button("Download")).to_be_disabled()
    for spent in ("$1", "$2", "$3"):
        panel.put(cost={"spent": spent, "next": "", "recorded": "", "budget": "", "ask": False, "why": ""})
    panel.page.wait_for_timeout(300)
    assert len([one for one in panel.sent("need") if one["what"] == "view"]) == 1


# A notebook as JupyterLab and Notebook show it to a widget; the second cell shows this panel.
NOTEBOOK = """() => {
    stand.added = [];
    const shows = { data: { "application/vnd.jupyter.widget-view+json": { model_id: "w" } } };
    const outputs = { length: 1, get: () => shows, add: (output) => stand.added.push(output) };
    const cells = [{}, { outputs }];
    stand.model.widget_manager = { context: { model: { cells } } };
}"""


def test_the_page_inserts_by_itself_where_it_can(panel: PanelPage) -> None:
    """Also after a reload: the kernel sends the output to the view that asked, and that adds it below the panel."""
    shown(panel)
    panel.page.evaluate(NOTEBOOK)
    panel.button("Insert static result").click()
    asked = panel.until_sent("insert")[0]
    output = {"data": {"image/png": "AAAA", "text/plain": "x"}, "metadata": {"image/png": {"alt": "x"}}}
    panel.tell(**{"is": "output", "to": "another view", "n": 2, **output})
    panel.tell(**{"is": "output", "to": asked["own"], "n": 2, **output})
    assert panel.page.evaluate("() => stand.added") == [{"output_type": "display_data", **output}]
    panel.status.filter(has_text="Turn 2 is below").wait_for()


def test_a_picture_is_inserted_without_a_kernel(panel: PanelPage) -> None:
    """The kernel is gone; what the page shows can still be put into the notebook, as a small JPEG with its alt text."""
    shown(panel)
    panel.page.wait_for_function("() => stand.sent.some(one => one.what === 'view')")
    panel.page.evaluate(NOTEBOOK)
    panel.page.evaluate(
        "() => { stand.alive = false; (stand.listeners.comm_live_update ?? []).forEach(one => one()); }"
    )
    panel.status.filter(has_text="Not connected").wait_for()
    panel.button("Insert static result").click()
    panel.status.filter(has_text="Turn 2 is below").wait_for()
    (added,) = panel.page.evaluate("() => stand.added")
    assert base64.b64decode(added["data"]["image/jpeg"]).startswith(b"\xff\xd8\xff")
    assert added["metadata"] == {"image/jpeg": {"alt": "make it night"}}


# -- trouble -----------------------------------------------------------------------------------------------------------


def test_hostile_texts_are_texts(panel: PanelPage) -> None:
    """Prompts, answers, errors, labels, models and names bring no element and run no script."""
    rows = [turn(1, prompt=HOSTILE, text=HOSTILE, facts=HOSTILE), turn(2, 1, HOSTILE, width=0, height=0, text=HOSTILE)]
    model = {
        "id": "m", "name": HOSTILE, "aspects": [HOSTILE], "sizes": None, "size": "",
        "thinking": [HOSTILE], "refs": None, "search": [],
    }  # fmt: skip
    panel.open(
        turns=rows, head=AT_TWO, models=[model], model="m",
        refs=[{"id": "r1", "label": HOSTILE, "turn": "", "note": HOSTILE}],
        said={"kind": "error", "lines": [HOSTILE, HOSTILE], "recover": HOSTILE},
        conversation={"name": HOSTILE, "stored": True, "hidden": 3},
        conversations=[{"name": HOSTILE, "turns": 1, "stored": True}],
        cost={"spent": HOSTILE, "next": HOSTILE, "budget": HOSTILE, "ask": True, "why": ""},
        job={
            "id": "j", "model": HOSTILE, "prompt": HOSTILE, "news": HOSTILE, "stage": HOSTILE, "elapsed": 1,
            "count": 1, "thoughts": HOSTILE, "aspect": HOSTILE,
        },
    )  # fmt: skip
    panel.tell(**{"is": "copied", "text": HOSTILE, "what": HOSTILE})
    panel.tell(**{"is": "toast", "lines": [HOSTILE]})
    panel.page.wait_for_timeout(100)
    assert panel.page.title() == "panel"
    assert panel.page.locator("script").count() == 1
    assert panel.page.locator('[src="x"], [onerror]').count() == 0
    assert panel.options.first.get_attribute("aria-label") == f"Turn 1: {HOSTILE}"


def test_a_kernel_that_is_gone(panel: PanelPage) -> None:
    """No answer: the panel says what to do and takes no clicks; pictures stay; an answer brings it back."""
    STATES["offline"](panel)
    expect(panel.button("Generate")).to_be_disabled()
    expect(panel.page.get_by_role("img", name="A full moon")).to_have_count(1)
    panel.page.evaluate("() => { stand.alive = true; stand.tell({ is: 'hello' }); }")
    panel.settle()
    expect(panel.button("Generate")).to_be_enabled()
    assert "Not connected" not in (panel.status.text_content() or "")


def test_a_kernel_that_is_busy(panel: PanelPage) -> None:
    """Where the host says that its kernel runs a cell, silence is not taken for absence."""
    shown(panel)
    panel.page.evaluate("""() => {
        stand.alive = false;
        stand.model.widget_manager = { kernel: { status: 'busy' } };
        stand.listeners.comm_live_update.forEach(one => one());
    }""")
    panel.status.filter(has_text="busy with a cell").wait_for()
    expect(panel.button("Generate")).to_be_enabled()


def test_views_of_one_panel_stay_in_step(panel: PanelPage) -> None:
    """Two views of one model show the same turns and references, and each looks where it likes."""
    shown(panel)
    panel.page.evaluate("() => stand.show('second')")
    views = panel.page.locator("#panel"), panel.page.locator("#second")
    one, two = (view.get_by_role("listbox", name="Turns") for view in views)
    one.get_by_role("option").first.click()
    assert two.get_by_role("option", selected=True).get_attribute("aria-label") == "Turn 2: make it night"
    panel.put(
        turns=[*TWO, turn(3, 2, "add a boat")], head={"id": "t3", "undo": True, "redo": False}, prompt="typed in one"
    )
    assert one.get_by_role("option").count() == two.get_by_role("option").count() == 3
    assert one.get_by_role("option", selected=True).get_attribute("aria-label") == "Turn 1: a lighthouse"
    assert two.get_by_role("option", selected=True).get_attribute("aria-label") == "Turn 3: add a boat"
    expect(views[1].get_by_role("textbox", name="Prompt")).to_have_value("typed in one")


def test_a_view_that_is_closed_leaves_nothing(panel: PanelPage) -> None:
    """No listener, no clock and no Blob URL outlives it."""
    shown(panel)
    left = panel.page.evaluate("""() => {
        const url = document.querySelector('.nbgemini-panel').shadowRoot.querySelector('img[src^=blob]').src;
        stand.views[0]();
        const left = () => Object.values(stand.listeners).flat().length;
        return fetch(url).then(() => ['alive', left()], () => ['gone', left()]);
    }""")
    assert left == ["gone", 0]


def test_sixty_turns_stay_quick(panel: PanelPage) -> None:
    """A new turn in a strip of sixty is drawn within a tenth of a second of work, and costs one thumbnail."""
    STATES["long"](panel)
    wanted = sum(len(one["ids"]) for one in panel.sent("need") if one["what"] == "thumb")
    assert wanted == 60
    rows = [turn(n, n - 1, f"Step {n}") for n in range(1, 62)]
    panel.give("t61", 61)
    took = panel.page.evaluate(
        """rows => {
            const began = performance.now();
            stand.put({ turns: rows, head: { id: 't61', undo: true, redo: false } });
            return new Promise(done => setTimeout(() => done(performance.now() - began)));
        }""",
        rows,
    )
    assert took < 400  # a machine that is busy with other tests is several times slower
    assert sum(len(one["ids"]) for one in panel.sent("need") if one["what"] == "thumb") == 61
    assert panel.options.last.get_attribute("aria-selected") == "true"


def test_narrow_pages_do_not_scroll_sideways(panel: PanelPage) -> None:
    """At 430 pixels everything is inside the page, with hostile lengths too."""
    rows = [turn(1, prompt="w" * 300), turn(2, 1, "x" * 300, text="y" * 500)]
    refs = [{"id": "r1", "label": "l" * 100, "turn": "", "note": ""}]
    panel.open(turns=rows, head=AT_TWO, width=430, said={"kind": "error", "lines": ["z" * 300]}, refs=refs)
    assert panel.page.evaluate("() => document.documentElement.scrollWidth") <= 430


# -- what was once lost, sent twice or drawn badly ---------------------------------------------------------------------


@pytest.mark.parametrize("width", [430, 640])
def test_no_state_scrolls_sideways(panel: PanelPage, width: int) -> None:
    """Whatever is shown fits a narrow page, and one at 200 % zoom; what has too many columns scrolls inside itself."""
    wide = []
    for name, state in STATES.items():
        state(panel, width=width, height=900)
        if panel.page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
    assert wide == []


def test_what_has_the_focus_may_be_made_anew(panel: PanelPage) -> None:
    """A pick, a mark that was sent and a slider that goes away leave the keyboard in the panel."""
    trio = [turn(n, prompt="a fox", of=3, part=n) for n in (1, 2, 3)]
    panel.open(turns=trio, head={"id": "t1", "undo": True, "redo": False})
    panel.button("Pick 2 of 3").focus()
    panel.put(head={"id": "t2", "undo": True, "redo": False})
    panel.expect_focus("Pick 2 of 3")
    shown(panel)
    panel.button("Before/after").click()
    panel.page.get_by_role("slider").press("Escape")
    panel.settle()
    panel.expect_focus("Picture", whole=False)
    panel.button("Mark region").click()
    panel.button("Add place").click()
    panel.expect_focus("What should change at mark 1")
    panel.tell(**{"is": "made", "turn": "t2", "typed": ""})
    panel.expect_focus("Prompt")


def test_nothing_is_asked_for_twice(panel: PanelPage) -> None:
    """A panel that opens asks for each picture once, and for no original."""
    shown(panel)
    panel.until_sent("need", 2)
    panel.page.wait_for_timeout(400)
    asked = [(one["what"], known) for one in panel.sent("need") for known in one["ids"]]
    assert sorted(asked) == [("thumb", "t1"), ("thumb", "t2"), ("view", "t2")]


def test_pictures_of_one_ask_stand_side_by_side(panel: PanelPage) -> None:
    """Those that nothing goes on from share a row, at the beginning of a conversation too."""
    trio = [turn(n, prompt="a fox", of=3, part=n) for n in (1, 2, 3)]
    rows = """() => [...document.querySelector('.nbgemini-panel').shadowRoot.querySelectorAll('.run')]
        .map(run => run.innerText.match(/^\\d+$/gm).join())"""
    panel.open(turns=trio, head={"id": "t1", "undo": True, "redo": False})
    assert panel.page.evaluate(rows) == ["1,2,3"]
    panel.put(turns=[*trio, turn(4, 2)], head={"id": "t4", "undo": True, "redo": False})
    assert sorted(panel.page.evaluate(rows)) == ["1,3", "2,4"]


# -- the sheet ---------------------------------------------------------------------------------------------------------


def _many(count: int) -> list[dict[str, Any]]:
    return [turn(n, prompt=f"picture {n}", stars=(n * 7) % 6, rejected=n == 3) for n in range(1, count + 1)]


def test_the_sheet_is_walked_and_rated_with_keys(panel: PanelPage) -> None:
    """One tile takes the focus; keys rate, reject, take back, pick, compare and look; Escape goes back."""
    panel.open(turns=_many(9), head={"id": "t9", "undo": True, "redo": False})
    panel.button("Sheet").click()
    grid = panel.page.get_by_role("grid", name="Contact sheet")
    expect(grid.get_by_role("gridcell")).to_have_count(9)
    panel.expect_focus("picture 9, 3 stars, turn 9")
    keyboard = panel.page.keyboard
    keyboard.press("Home")
    panel.expect_focus("picture 1, 1 star, turn 1")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    panel.expect_focus("picture 3, 3 stars, rejected, turn 3")
    for key in ("5", "x", "u", "p"):
        keyboard.press(key)
    rated = [{name: one[name] for name in ("turn", "stars", "rejected") if name in one} for one in panel.sent("rate")]
    assert rated == [
        {"turn": "t3", "stars": 5},
        {"turn": "t3", "rejected": False},
        {"turn": "t3", "stars": 3, "rejected": True},
    ]
    assert panel.until_sent("pick")[-1]["turn"] == "t3"
    keyboard.press("c")
    keyboard.press("End")
    keyboard.press("c")
    panel.button("Before/after").click()
    expect(panel.page.get_by_role("combobox", name="Before")).to_have_value("t3")
    expect(panel.page.get_by_role("combobox", name="After")).to_have_value("t9")
    panel.button("Sheet").click()
    grid.get_by_role("gridcell").nth(1).click()
    keyboard.press("Enter")
    expect(grid).to_have_count(0)
    panel.until(lambda: panel.chosen == "Turn 2: picture 2")
    panel.button("Sheet").click()
    expect(grid.get_by_role("gridcell")).to_have_count(9)
    keyboard.press("Escape")
    expect(grid).to_have_count(0)


def test_the_sheet_is_filtered(panel: PanelPage) -> None:
    """All, those without stars, the good ones, and those that were not rejected."""
    panel.open(turns=_many(12), head={"id": "t12", "undo": True, "redo": False})
    panel.button("Sheet").click()
    tiles = panel.page.get_by_role("grid", name="Contact sheet").get_by_role("gridcell")
    show = panel.page.get_by_role("radiogroup", name="Show")
    for name, count in (("unrated", 2), ("3 stars or more", 6), ("not rejected", 11), ("all", 12)):
        show.get_by_text(name, exact=True).click()
        expect(tiles).to_have_count(count)


def test_a_large_sheet_fetches_what_is_seen(panel: PanelPage) -> None:
    """A hundred tiles are laid out at once; thumbnails are those of the strip and the sheet, once each."""
    panel.open(turns=_many(100), head={"id": "t100", "undo": True, "redo": False})
    panel.button("Sheet").click()
    expect(panel.page.get_by_role("gridcell")).to_have_count(100)
    asked = [one for need in panel.sent("need") if need["what"] == "thumb" for one in need["ids"]]
    assert len(asked) == len(set(asked))


def test_stars_again_and_settings_of_a_turn(panel: PanelPage) -> None:
    """What can be done with a turn is sent with its id; a size is offered only where it is larger."""
    shown(panel)
    stars = panel.page.get_by_role("radiogroup", name="Stars")
    stars.get_by_role("radio", name="4").check(force=True)
    assert panel.until_sent("rate")[-1]["stars"] == 4
    panel.button("Again").click()
    panel.button("Draw at 4K").click()
    panel.button("Use these settings").click()
    assert [(one["turn"], one.get("size")) for one in panel.until_sent("again", 2)] == [("t2", None), ("t2", "4K")]
    assert panel.until_sent("settings")[-1]["turn"] == "t2"
    expect(panel.button("Draw at 2K")).to_have_count(0)


# -- what a stranger found ---------------------------------------------------------------------------------------------


def test_the_status_follows_what_is_done(panel: PanelPage) -> None:
    """Undo, redo, another conversation and a turn that a cell made are told."""
    shown(panel)
    panel.put(head={"id": "t1", "undo": True, "redo": True})
    expect(panel.status).to_have_text("At turn 1.")
    panel.put(head={"id": "", "undo": False, "redo": True})
    expect(panel.status).to_have_text("Back at the start: the next picture will be a new one.")
    panel.put(turns=[*TWO, turn(3, 2, by="cell")], head={"id": "t3", "undo": True, "redo": False})
    expect(panel.status).to_have_text("Turn 3 is ready. It was made by a cell.")
    panel.put(conversation={"name": "night", "key": "key night", "stored": False, "hidden": 0, "pinned": False})
    expect(panel.status).to_have_text("Conversation night, at turn 3.")
    panel.button("Generate").click()
    alert = panel.page.get_by_role("alert")
    expect(alert).to_contain_text("Write what to draw")
    panel.prompt.press_sequentially("a")
    expect(alert).to_have_count(0)


def test_an_answer_in_words_says_what_to_do(panel: PanelPage) -> None:
    """The stage shows the words and a hint beneath them."""
    panel.open(turns=[turn(1, width=0, height=0, text="Which fox?")], head={"id": "t1", "undo": True, "redo": False})
    expect(panel.page.get_by_role("note").filter(has_text="drew nothing")).to_have_count(1)
    expect(panel.page.locator(".said")).to_contain_text("Which fox?")


def test_what_was_undone_stays_in_its_row(panel: PanelPage) -> None:
    """It is dimmed where it stands."""
    shown(panel, turns=[*TWO, turn(3, 2)], head={"id": "t3", "undo": True, "redo": False})
    panel.put(head={"id": "t1", "undo": True, "redo": True})
    expect(panel.page.locator(".run")).to_have_count(1)
    expect(panel.page.locator(".turn.off")).to_have_count(2)


def test_words_change_with_the_conversation(panel: PanelPage) -> None:
    """What was being written is sent as that of the conversation it was written in."""
    main = {"name": "main", "key": "key main", "stored": False, "hidden": 0, "pinned": False}
    shown(panel, conversation=main)
    panel.prompt.fill("add a boat")
    panel.put(conversation={**main, "name": "night", "key": "key night"}, prompt="an owl")
    expect(panel.prompt).to_have_value("an owl")
    assert [(one["prompt"], one["of"]) for one in panel.until_sent("form")][-1] == ("add a boat", "key main")


def test_marks_are_taken_back_and_a_part_is_cut_out(panel: PanelPage) -> None:
    """Ctrl+Z takes the last mark and not a turn; the brush has a size; a crop is sent as two corners."""
    shown(panel)
    panel.button("Mark region").click()
    panel.button("Add place").click()
    panel.button("Add place").click()
    panel.page.locator(".frame").focus()
    panel.page.keyboard.press("Control+z")
    expect(panel.page.get_by_role("textbox", name="What should change at mark")).to_have_count(1)
    panel.button("Take back last mark").click()
    assert panel.sent("undo") == []
    panel.page.locator("label", has_text="Crop").click()
    box = panel.page.locator(".marks").bounding_box()
    assert box
    mouse = panel.page.mouse
    mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.75)
    mouse.up()
    (crop,) = panel.until_sent("crop")
    assert [[round(value, 1) for value in point] for point in crop["box"]] in (
        [[0.2, 0.2], [0.8, 0.8]],
        [[0.3, 0.3], [0.8, 0.8]],
        [[0.2, 0.2], [0.7, 0.7]],
    )
    assert crop["turn"] == "t2"


def test_words_of_the_prompt_become_an_axis(panel: PanelPage) -> None:
    """What is selected is its first value; the price stands in the dialog, and its button counts the pictures."""
    shown(panel)
    panel.prompt.fill("a lighthouse in watercolor")
    panel.prompt.evaluate("at => at.setSelectionRange(16, 26)")
    panel.button("Vary").click()
    dialog = panel.page.get_by_role("dialog", name="Vary")
    expect(dialog.get_by_role("textbox", name="Axis 1", exact=True)).to_have_value("choice")
    values = dialog.get_by_role("textbox", name="Values of Axis 1")
    expect(values).to_have_value("watercolor")
    expect(panel.prompt).to_have_value("a lighthouse in {choice}")
    values.fill("watercolor, ink")
    asked = panel.until_sent("foresee")[-1]
    assert asked["axes"][0]["name"] == "choice"
    panel.tell(**{"is": "forecast", "count": 2, "line": "2 shots · ≈ $0.27", "why": "", "ask": False})
    dialog.get_by_role("button", name="Generate 2 pictures").click()
    (sent,) = panel.until_sent("vary")
    assert (sent["prompt"], sent["axes"]) == (
        "a lighthouse in {choice}", [{"name": "choice", "values": "watercolor, ink"}],
    )  # fmt: skip
    expect(dialog).to_have_count(0)
