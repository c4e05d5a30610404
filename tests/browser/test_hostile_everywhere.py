"""Every text that wants to be script, in every place of a real JupyterLab, and in everything that leaves it.

A listener stands at the address that the texts would load from: chromium also counts what a policy stopped.
"""

# ruff: noqa: E501 - code for the page, one condition a line

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open
from tests.browser.door import Door, listener
from tests.browser.driving import LabNotebook, Requests
from tests.support import figures, hostile
from tests.support.strict_server import KEY, StrictServer, strict_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.deep, pytest.mark.timeout(300)]

# Loops whose outputs are like those of others, or hundreds of errors in words: some of the texts will do.
FEWER = (
    "results",
    "captured",
    "quotas",
    "block reasons",
    "shown curl",
    "options",
    "bare options",
    "subcommands",
    "settings",
    "catalogues",
    "files",
    "turns",
)
SOME = 11  # every so many of them
TABS = ("%imagine use ", "%%imagine -c ", "%%imagine -r ", "%imagine load ", "%%imagine -m ")
# What must not be in any output, the panel's apart, whose page has tests of its own.
# JupyterLab itself makes links of addresses in printed text and tracebacks, `data:` and `file:` among them, whoever
# wrote them: a browser goes to neither of its own accord.
ACTIVE = """() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output *')]
    .filter(one => one.matches('script, style, link, object, embed, form, base, meta, svg, math, mjx-container, video, audio')
        || one.matches('[class*=MathJax]')
        || (one.matches('img') && !/^(data:image|blob:)/.test(one.src))
        || (one.matches('iframe') && one.sandbox.value !== 'allow-popups allow-popups-to-escape-sandbox')
        || (one.matches('a[href]') && !/^https?:/.test(one.href) && !one.closest(LETTERS))
        || [...one.attributes].some(({ name }) => name.startsWith('on') || name.startsWith('data-commandlinker')))
    .filter(one => !one.closest('.nbgemini-panel, .jp-OutputArea-output [class*=widget]'))
    .map(one => one.outerHTML.slice(0, 200))""".replace("LETTERS", "'[data-mime-type^=\"application/vnd.jupyter\"]'")


@dataclass
class Shown:
    """A notebook in which the whole session ran, what is beside it, and who was listening."""

    notebook: LabNotebook
    door: Door
    texts: dict[str, str]

    @property
    def folder(self) -> Path:
        return self.notebook.path.parent


@pytest.fixture(scope="module")
def shown(opened_for_long: Open, requests: Requests) -> Iterator[Shown]:
    """The session of `tests.support.hostile`, cell by cell."""
    before = len(requests.addresses)
    with strict_server() as server, listener() as door:
        every = hostile.texts(door.address)
        environment = {
            "GOOGLE_GEMINI_BASE_URL": server.url, "GEMINI_API_KEY": KEY, "JPY_SESSION_NAME": f"{every['ends']}.ipynb",
        }  # fmt: skip
        sources = [hostile.beginning(every, environment), "%%imagine --new --thoughts\na fox"]
        sources += [_source(name) for name in hostile.SESSION]
        notebook = opened_for_long(*sources, "")
        for name, data in hostile.files(every).items():
            Path(notebook.path.parent, name).write_bytes(data)
        _run(notebook, server, every)
        yield Shown(notebook, door, every)
        notebook.close()
    del requests.addresses[before:]  # chromium counts what the policy of a frame stopped too: the listener tells


def _source(name: str) -> str:
    code = hostile.SESSION[name].code
    return f"every, texts = texts, texts[::{SOME}]\n{code}\ntexts = every" if name in FEWER else code


def _run(notebook: LabNotebook, server: StrictServer, every: dict[str, str]) -> None:
    server.models = hostile.models(every)
    notebook.run(0)
    server.will(hostile.streamed(every))
    asked = notebook.ask(1)
    notebook.says(1, "thinking…")
    notebook.says(1, "window.pwned=1")
    assert notebook.page.evaluate(ACTIVE) == []
    server.release()
    notebook.ended(asked)
    for at, cell in enumerate(hostile.SESSION.values(), 2):
        server.forget()
        server.will(*cell.script(every))
        notebook.ended(notebook.ask(at), 120)


def _quiet(shown: Shown) -> bool:
    """Whether nothing ran and nobody asked for anything, after a moment for what must not happen."""
    shown.notebook.page.wait_for_timeout(700)
    assert shown.notebook.page.evaluate(f"() => window.{hostile.MARK}") is None
    assert set(shown.door.came) <= {b"nothing"}
    return True


def test_nothing_runs_and_nobody_is_asked(shown: Shown, requests: Requests) -> None:
    """In all outputs of the session, looked at from top to bottom."""
    page, last = shown.notebook.page, len(hostile.SESSION) + 2
    for at in range(last):
        shown.notebook.cell(at).scroll_into_view_if_needed()
    assert page.evaluate(ACTIVE) == []
    assert _quiet(shown)
    assert requests.dialogs == []
    assert not (shown.folder / "pwned").exists()
    for at, name in enumerate(hostile.SESSION, 2):
        assert shown.notebook.output(at).count(), name
    for text in ("script", "ends", "latex link", "markdown link", "entities"):
        assert shown.texts[text] in shown.notebook.text(2 + list(hostile.SESSION).index("words"))
    loops = [name for name, cell in hostile.SESSION.items() if "for text in texts" in cell.code]
    cases = sum(len(list(shown.texts)[:: SOME if name in FEWER else 1]) for name in loops)
    figures.add("attempts to inject a script", cases, scripts=0, requests=0)


@pytest.mark.parametrize("typed", TABS)
def test_the_menu_of_tab(shown: Shown, typed: str) -> None:
    """Names of conversations, files and models are letters in it."""
    shown.notebook.tab(len(hostile.SESSION) + 2, typed)
    menu = shown.notebook.page.locator(".jp-Completer")
    menu.locator(".jp-Completer-match").first.wait_for(state="visible")
    assert menu.locator("script, img, iframe, object, style:not([data-lm]), form, video").count() == 0
    assert _quiet(shown)


@pytest.mark.parametrize(("name", "factory"), [("as_md.md", "Markdown Preview"), ("as_ipynb.ipynb", "Notebook")])
def test_exports_in_jupyterlab(shown: Shown, name: str, factory: str) -> None:
    """Markdown as JupyterLab renders it, and the notebook that draws it again."""
    page, path = shown.notebook.page, f"{shown.folder.name}/{name}"
    page.evaluate(
        "([path, factory]) => window.jupyterapp.commands.execute('docmanager:open', { path, factory }).then(async it => {"
        " await it.context.ready; window.shownExport = it; })",
        [path, factory],
    )
    page.locator(".lm-mod-current[role=tab]", has_text=name).first.wait_for(state="attached")
    assert _quiet(shown)
    found = page.evaluate(
        "() => [...window.shownExport.node.querySelectorAll('script, iframe:not([sandbox]), object, form, mjx-container,"
        ' [onerror], [onload], a[href^="javascript:"]\')].map(one => one.outerHTML.slice(0, 200))'
    )
    page.evaluate("() => { window.shownExport.context.model.dirty = false; window.shownExport.close(); }")
    assert found == []


def test_the_exported_page(shown: Shown, browser: Browser) -> None:
    """Opened from the disk."""
    assert _harmless(shown, browser, shown.folder / "as_html.html")


def test_the_notebook_through_nbconvert(shown: Shown, browser: Browser, tmp_path: Path) -> None:
    """The executed notebook as a page: nothing but the scripts that nbconvert itself writes."""
    shown.notebook.saved()
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "html",
        "--output-dir",
        str(tmp_path),
        str(shown.notebook.path),
    ]
    subprocess.run(command, check=True, capture_output=True)
    assert _harmless(shown, browser, tmp_path / "story.html")


def _harmless(shown: Shown, browser: Browser, path: Path) -> bool:
    """Whether a page that is opened from the disk stays where it is, runs nothing and asks nobody."""
    page, seen = _opened(browser, path)
    page.wait_for_timeout(700)
    assert page.evaluate(f"() => window.{hostile.MARK}") is None
    assert page.url == path.as_uri()
    page.context.close()
    assert seen.dialogs == []
    return _quiet(shown)


def _opened(browser: Browser, path: Path, tries: int = 3) -> tuple[Page, Requests]:
    """The page, loaded to its end, and what it asked for. Chromium hangs in one of ten or so: then it is opened anew.

    The scripts that nbconvert writes come from a net that is not there.
    """
    from playwright.sync_api import TimeoutError as StillLoading

    context = browser.new_context()
    context.route("https://cdnjs.cloudflare.com/**", lambda route: route.abort())
    page, seen = context.new_page(), Requests(path.as_uri())
    seen.listen(page)
    try:
        page.goto(path.as_uri(), wait_until="load")
    except StillLoading:
        context.close()
        if tries == 1:
            raise
        return _opened(browser, path, tries - 1)
    return page, seen
