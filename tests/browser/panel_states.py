"""The states that the panel can be seen in; `python -m tests.browser.panel_states FOLDER` takes their pictures."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.panel_page import PanelPage, served, turn

__all__ = ["STATES"]

_TREE = [
    turn(1, prompt="A lighthouse on a cliff above the sea, at sunset"),
    turn(2, 1, "Make it night"),
    turn(3, 2, "Add a small red fishing boat in the bay"),
    turn(4, 1, "The same in a snow storm, seen from further away"),
    turn(5, 4, "Let the light of the lamp be seen in the snow"),
    turn(6, 3, "A full moon"),
    turn(7, 0, "A map of the coast, drawn with ink", width=896, height=1200),
]
_HEAD = {"id": "t6", "undo": True, "redo": False}
_COST = {"spent": "$0.938", "next": "≈ $0.137", "budget": "$4.06 of $5.00 left", "ask": False, "why": ""}
_REFS = [
    {"id": "r1", "label": "sketch of the boat", "turn": "", "note": ""},
    {"id": "r2", "label": "turn 4", "turn": "t4", "note": ""},
]
_JOB = {
    "id": "j1", "model": "gemini-3-pro-image", "prompt": "A full moon", "count": 1, "by": "panel", "mine": True,
    "aspect": "16:9",     "elapsed": 7.4, "stage": "sent", "news": "", "thoughts": "",
}  # fmt: skip


def empty(panel: PanelPage, **look: Any) -> None:
    panel.open(**look)


def result(panel: PanelPage, **look: Any) -> None:
    panel.open(turns=_TREE, head=_HEAD, cost=_COST, **look)
    panel.page.evaluate("() => { stand.pictures.r1 = stand.pictures.t3; stand.pictures.r2 = stand.pictures.t4; }")
    panel.put(refs=_REFS)
    panel.prompt.fill("Let a flock of gulls follow the boat")


def waiting(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    panel.put(job={**_JOB, "thoughts": "The user wants gulls. I will keep the boat and the light as they are…"})


def first(panel: PanelPage, **look: Any) -> None:
    panel.open(job={**_JOB, "stage": "sending"}, **look)


def error(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    lines = [
        "AnswerBlocked: The answer was stopped: IMAGE_SAFETY (dangerous content).",
        "Charged: $0.009.",
        "Say it in other words; the conversation is unchanged.",
    ]
    panel.put(said={"kind": "error", "lines": lines})


def offline(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    panel.page.evaluate(
        "() => { stand.alive = false; (stand.listeners.comm_live_update ?? []).forEach(one => one()); }"
    )
    panel.status.filter(has_text="Not connected").wait_for()


def long(panel: PanelPage, **look: Any) -> None:
    turns = [turn(n, n - 1, f"Step {n}: move the boat a little further to the left") for n in range(1, 61)]
    panel.open(turns=turns, head={"id": "t60", "undo": True, "redo": True}, cost=_COST, **look)
    panel.settle()


def marking(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    panel.button("Mark region").click()
    box = panel.page.locator(".marks").bounding_box()
    assert box
    mouse = panel.page.mouse
    mouse.move(box["x"] + box["width"] * 0.58, box["y"] + box["height"] * 0.18)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.83, box["y"] + box["height"] * 0.6)
    mouse.up()
    panel.page.get_by_role("textbox", name="What should change at mark 1").fill("make the moon larger")
    panel.page.locator("label", has_text="Arrow").click()
    mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.4)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.34, box["y"] + box["height"] * 0.7)
    mouse.up()
    panel.page.locator("label", has_text="Brush").click()
    mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.9)
    mouse.down()
    for step in range(8):
        mouse.move(box["x"] + box["width"] * (0.1 + step * 0.04), box["y"] + box["height"] * (0.9 - 0.05 * (step % 2)))
    mouse.up()


def comparing(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    panel.button("Before/after").click()


def variants(panel: PanelPage, **look: Any) -> None:
    four = [turn(n, 1, "Four ways to draw the harbour", part=n - 1, of=4) for n in range(2, 6)]
    panel.open(turns=[turn(1, prompt="A lighthouse"), *four], head={"id": "t2", "undo": True, "redo": False}, **look)


def sources(panel: PanelPage, **look: Any) -> None:
    panel.open(turns=[turn(1, prompt="Tonight's weather over Lisbon", more=True)], head={**_HEAD, "id": "t1"}, **look)
    panel.until_sent("need")
    rows = [
        {
            "number": 1,
            "title": "Forecast for tonight",
            "beside": "weather.example",
            "link": "https://weather.example/a",
        },
        {"number": 2, "title": "An old map", "beside": "not a web address: javascript:alert(1)", "link": ""},
    ]
    panel.tell(**{
        "is": "words", "id": "t1", "prompt": "", "text": "", "thoughts": "The user wants the weather.\nI will look.",
        "searched": "Searched the web for “Lisbon weather tonight”", "sources": rows,
        "chip": "<!doctype html><body style='font:14px sans-serif'><span>Lisbon weather</span></body>",
        "sandbox": "allow-popups",
    })  # fmt: skip


def contact(panel: PanelPage, **look: Any) -> None:
    rated = [{**row, "stars": row["n"] % 6, "rejected": row["n"] == 4} for row in _TREE]
    panel.open(turns=rated, head=_HEAD, cost=_COST, **look)
    panel.button("Sheet").click()
    panel.page.get_by_role("gridcell").first.wait_for()


def queued(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    waiting = [{"id": "w1", "prompt": "Add a full moon"}, {"id": "w2", "prompt": "The same as an ink drawing"}]
    panel.put(job=_JOB, queue={"waiting": waiting, "held": True, "price": "≈ $0.268"})


def side_by_side(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    panel.button("Compare").click()
    asked = panel.until_sent("compare")[-1]["ids"]
    prompts = [[["same", _TREE[2]["prompt"]]], [["gone", _TREE[2]["prompt"]], ["new", "A full moon"]]]
    panel.tell(**{"is": "compared", "ids": asked, "prompts": prompts, "options": [["aspect", ["16:9", "1:1"]]]})


def four(panel: PanelPage, **look: Any) -> None:
    contact(panel, **look)
    panel.page.keyboard.press("Home")
    for _ in range(4):
        panel.page.keyboard.press("c")
        panel.page.keyboard.press("ArrowRight")
    panel.button("Compare").click()


def deciding(panel: PanelPage, **look: Any) -> None:
    contact(panel, **look)
    panel.button("Two by two").click()
    panel.page.get_by_role("region", name="Two by two").wait_for()


def ranked(panel: PanelPage, **look: Any) -> None:
    deciding(panel, **look)
    for key in ("ArrowLeft", "=", "ArrowRight", "ArrowLeft"):
        panel.page.keyboard.press(key)
    panel.button("Show the ranking").click()


def large(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    panel.button("Lightbox").click()


def refining(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    panel.tell(**{
        "is": "prices", "turn": "t6", "again": {"words": "≈ $0.134", "ask": False},
        "sizes": {"4K": {"words": "≈ $0.240", "ask": False}},
    })  # fmt: skip
    panel.button("Refine").click()
    rounds = [
        {"id": "g1", "name": "tuesday", "pictures": 24, "cost": "$1.64"},
        {"id": "g2", "name": "A lighthouse on a cliff above the sea, at sunset", "pictures": 4, "cost": "$0.536"},
    ]
    panel.tell(**{
        "is": "refine", "turn": "t6", "prompt": "A full moon", "base": "t3", "several": 4,
        "more": {"words": "≈ $0.536", "ask": False}, "size": "2K", "count": 3,
        "starred": {"words": "≈ $0.402", "ask": False}, "rounds": rounds,
    })  # fmt: skip


def varying(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    offers = [
        {"take": "cheap", "words": "As 1K flash-lite: ≈ $0.27"},
        {"take": "corners", "words": "Corners only: 4 pictures, ≈ $0.54"},
    ]
    panel.vary(
        "A lighthouse in {style}, seen at dawn", "style", "watercolor, ink, oil",
        count=24, line="24 shots · ≈ $3.22 · about 2 min at 8 side by side",
        cut="Above the limit of $1.00. With 2 values of `style` it stays below.", offers=offers,
    )  # fmt: skip


def coming(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    panel.page.evaluate(
        "() => { stand.pictures['live-a'] = stand.pictures.t3; stand.pictures['live-b'] = stand.pictures.t4; }"
    )
    panel.put(job={**_JOB, "count": 4, "come": ["live-a", "", "live-b", ""]})


def piled(panel: PanelPage, **look: Any) -> None:
    shots = [turn(n, 1, f"A lighthouse, style {n}", sweep="s1", part=n - 1, of=8, stars=n % 5) for n in range(2, 10)]
    panel.open(
        turns=[turn(1, prompt="A lighthouse"), *shots, turn(10, 1, "Make it night")],
        head={**_HEAD, "id": "t10"},
        **look,
    )


def stored(panel: PanelPage, **look: Any) -> None:
    result(panel, **look)
    panel.put(conversation={"name": "main", "stored": True, "hidden": 0})


STATES: dict[str, Callable[..., None]] = {
    one.__name__: one
    for one in (
        empty,
        first,
        result,
        waiting,
        error,
        offline,
        long,
        marking,
        comparing,
        variants,
        sources,
        stored,
        contact,
        queued,
        side_by_side,
        four,
        deciding,
        ranked,
        large,
        refining,
        varying,
        coming,
        piled,
    )
}
SIZES = ((1200, 900), (430, 1500))


def _take(folder: Path, only: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium")
    with served() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        panel = PanelPage(browser.new_page(), home)
        for name, state in STATES.items():
            if only and name not in only:
                continue
            for width, height in SIZES:
                for dark in (False, True):
                    state(panel, dark=dark, width=width, height=height)
                    panel.settle()
                    file = folder / f"{name}-{width}-{'dark' if dark else 'light'}.png"
                    panel.page.screenshot(path=str(file), full_page=True)
        browser.close()


if __name__ == "__main__":
    _take(Path(sys.argv[1]), sys.argv[2:])
