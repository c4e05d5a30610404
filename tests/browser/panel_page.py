"""The page's half of the panel alone: a loopback page in JupyterLab's colours, its kernel played by the test."""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from nbgemini.notebook.panel.rows import model_rows
from nbgemini.notebook.panel.widget import face_source
from nbgemini.store.catalogue import load_catalogue

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["PanelPage", "served", "turn"]

_FAKE = Path(__file__).with_name("fake_model.js").read_text("utf-8")
_LIGHT = {
    "--jp-layout-color0": "#fff", "--jp-layout-color1": "#fff", "--jp-layout-color2": "#eee",
    "--jp-border-color1": "#bdbdbd", "--jp-border-color2": "#e0e0e0",
    "--jp-ui-font-color1": "rgba(0, 0, 0, .87)", "--jp-brand-color1": "#1976d2",
}  # fmt: skip
_DARK = {
    "--jp-layout-color0": "#111", "--jp-layout-color1": "#212121", "--jp-layout-color2": "#424242",
    "--jp-border-color1": "#616161", "--jp-border-color2": "#424242",
    "--jp-ui-font-color1": "rgba(255, 255, 255, .87)", "--jp-brand-color1": "#1976d2",
}  # fmt: skip


def _html(dark: bool) -> str:
    colours = ";".join(f"{name}:{value}" for name, value in (_DARK if dark else _LIGHT).items())
    paper = "margin:0; padding:12px; background:var(--jp-layout-color0)"
    body = f'<body data-jp-theme-light="{str(not dark).lower()}" style="{paper}">'
    return (
        f'<!doctype html><html lang="en"><title>panel</title><style>:root {{ {colours} }}</style>'
        f'{body}<main><div id="panel"></div><div id="second"></div></main><script src="/fake.js"></script></body>'
    )


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, text = {
            "/light": ("text/html", _html(dark=False)),
            "/dark": ("text/html", _html(dark=True)),
            "/fake.js": ("text/javascript", _FAKE),
            "/face.js": ("text/javascript", face_source()),
        }.get(self.path, ("text/plain", ""))
        data = text.encode()
        self.send_response(200 if data else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The address of the page, on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def picture(colour: str, size: tuple[int, int] = (320, 180), number: int = 0) -> str:
    """A small JPEG in base64."""
    made = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(made)
    draw.ellipse((size[0] * 0.6, size[1] * 0.2, size[0] * 0.8, size[1] * 0.55), fill="white")
    draw.text((12, 12), str(number), fill="white")
    target = io.BytesIO()
    made.save(target, "JPEG")
    return base64.b64encode(target.getvalue()).decode()


def turn(n: int, parent: int = 0, prompt: str = "", **given: Any) -> dict[str, Any]:
    """A row of the strip."""
    row = {
        "id": f"t{n}", "n": n, "parent": f"t{parent}" if parent else "",
        "prompt": prompt or f"picture {n}", "cut": False,
        "alt": prompt or f"picture {n}", "by": "panel" if n % 2 else "cell", "text": "", "width": 1376, "height": 768,
        "facts": "gemini-3-pro-image · 16:9 2K · 12.3 s · $0.134", "part": 0, "of": 0, "more": False,
        "stars": 0, "note": "", "rejected": False, "larger": ["4K"], "sweep": "",
    }  # fmt: skip
    return {**row, **given}


_COLOURS = ("#2f6f8f", "#b0603a", "#4d7d4a", "#7a4f8a", "#9a8a2f", "#3a4f9a")


@dataclass
class PanelPage:
    """One page with one panel."""

    page: Page
    home: str

    def open(self, *, dark: bool = False, width: int = 1200, height: int = 900, **traits: Any) -> PanelPage:
        """Load the page anew and show a panel with these traits."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(f"{self.home}/{'dark' if dark else 'light'}")
        self.put(**{**_bare(), **traits})
        self.page.evaluate("() => stand.show()")
        return self

    def put(self, **traits: Any) -> None:
        """What the kernel tells through traits."""
        for row in traits.get("turns", ()):
            if row["width"]:
                self.give(row["id"], row["n"], (320, max(1, round(320 * row["height"] / row["width"]))))
        self.page.evaluate("traits => stand.put(traits)", traits)
        self.settle()

    def give(self, known_as: str, number: int, size: tuple[int, int] = (320, 180)) -> None:
        """The picture that the kernel has for a turn or a reference."""
        data = picture(_COLOURS[number % len(_COLOURS)], size, number)
        self.page.evaluate("([id, data]) => { stand.pictures[id] = data; }", [known_as, data])

    def tell(self, **message: Any) -> None:
        self.page.evaluate("message => stand.tell(message)", message)
        self.settle()

    def settle(self) -> None:
        self.page.evaluate("() => new Promise(done => setTimeout(done, 30))")

    def sent(self, verb: str) -> list[dict[str, Any]]:
        """The messages of one kind that the kernel got."""
        found: list[dict[str, Any]] = self.page.evaluate("verb => stand.sent.filter(one => one.do === verb)", verb)
        return found

    def until_sent(self, verb: str, count: int = 1) -> list[dict[str, Any]]:
        self.page.wait_for_function(
            "([verb, count]) => stand.sent.filter(one => one.do === verb).length >= count", arg=[verb, count]
        )
        return self.sent(verb)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def vary(self, prompt: str, axis: str, values: str, **forecast: Any) -> Locator:
        """The dialog *Vary* with one axis, and what is foreseen of it."""
        self.prompt.fill(prompt)
        self.button("Vary").click()
        dialog = self.page.get_by_role("dialog", name="Vary")
        dialog.get_by_role("textbox", name="Axis 1", exact=True).fill(axis)
        dialog.get_by_role("textbox", name="Values of Axis 1").fill(values)
        self.until_sent("foresee")
        self.tell(**{"is": "forecast", "why": "", "ask": True, **forecast})
        return dialog

    @property
    def prompt(self) -> Locator:
        return self.page.get_by_role("textbox", name="Prompt", exact=True)

    @property
    def status(self) -> Locator:
        return self.page.get_by_role("status")

    @property
    def options(self) -> Locator:
        return self.page.get_by_role("listbox", name="Turns").get_by_role("option")

    @property
    def chosen(self) -> str:
        """The name of the turn that is looked at."""
        turns = self.page.get_by_role("listbox", name="Turns")
        return turns.get_by_role("option", selected=True).get_attribute("aria-label") or ""

    def focused(self) -> str:
        """What has the focus, by its name or its words."""
        found: str = self.page.evaluate("""() => {
            let at = document.activeElement;
            while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            const label = at?.labels?.[0];
            return at?.getAttribute('aria-label') || label?.firstChild?.textContent || label?.innerText
                || at?.textContent || '';
        }""")
        return found

    def expect_focus(self, beginning: str, *, whole: bool = True) -> None:
        """Wait until what has the focus is called this, or begins like it: it moves when the page is drawn anew.

        Keys that are pressed before that go elsewhere.
        """
        self.until(lambda: self.focused() == beginning or (not whole and self.focused().startswith(beginning)))

    def until(self, check: Callable[[], object]) -> None:
        """Wait until something holds of the page, which is drawn anew a moment after a key or a click."""
        given_up = time.monotonic() + 10
        while not check():
            assert time.monotonic() < given_up, f"it does not come; the focus is at {self.focused()!r}"
            self.page.wait_for_timeout(20)


_PLACES = itertools.count()


def _bare() -> dict[str, Any]:
    return {
        "proto": 1, "uid": f"u{next(_PLACES)}", "models": model_rows(load_catalogue(None)),
        "model": "gemini-3-pro-image", "aspect": "", "size": "", "count": 1, "thinking": "", "search": "",
        "thoughts": False, "tier": "", "seed": "", "safety": "", "system": "", "prompt": "", "queue": {},
        "turns": [], "refs": [], "job": {}, "said": {},
        "head": {"id": "", "undo": False, "redo": False},
        "conversation": {"name": "main", "stored": False, "hidden": 0},
        "conversations": [{"name": "main", "turns": 0, "stored": False}],
        "cost": {"spent": "", "next": "≈ $0.134", "budget": "", "ask": False, "why": ""},
    }  # fmt: skip
