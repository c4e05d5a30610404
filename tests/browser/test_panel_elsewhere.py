"""The panel in other houses: Notebook 7, Voila and marimo, each where it is installed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.driving import expect, write_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.deep

CELLS = ("%load_ext nbgemini", "%imagine panel", "import nbgemini as nb\nprint(len(nb.conversation().exchanges))")
MARIMO = """
import marimo
app = marimo.App()

@app.cell
def _():
    import marimo as mo
    import nbgemini as nb
    return mo, nb

@app.cell
def _(mo, nb):
    panel = mo.ui.anywidget(nb.panel())
    panel
    return (panel,)
"""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def running(folder: Path, command: list[str], url: str) -> Iterator[str]:
    """A server of its own folders, until it answers; ended with its kernels."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR")
    homes = {name: folder / name.lower() for name in names}
    for home in homes.values():
        home.mkdir(exist_ok=True)
    environment = {**os.environ, **{name: str(home) for name, home in homes.items()}, "PYTHONWARNINGS": "default"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        _until_it_answers(process, url, folder / "server.log")
        yield url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=20):
            return
        time.sleep(0.2)
    raise RuntimeError(f"{process.args!r} did not start:\n" + log.read_text("utf-8", errors="replace")[-3000:])


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def check_makes(panel: Locator, prompt: str, turns: int) -> None:
    """Write, generate, and wait for the turn."""
    panel.get_by_role("textbox", name="Prompt", exact=True).fill(prompt)
    panel.get_by_role("button", name="Generate", exact=True).click()
    expect(panel.get_by_role("listbox", name="Turns").get_by_role("option")).to_have_count(turns)


def check_tuning(page: Page, panel: Locator) -> None:
    """Without a mouse: a sweep in its sheet, a star, one of two looked at, both compared."""
    keyboard = page.keyboard
    panel.get_by_role("textbox", name="Prompt", exact=True).fill("a fox, {style}")
    panel.get_by_role("button", name="Vary").press("Enter")
    dialog = panel.get_by_role("dialog", name="Vary")
    dialog.get_by_role("textbox", name="Axis 1", exact=True).fill("style")
    dialog.get_by_role("textbox", name="Values of Axis 1").fill("ink, oil")
    dialog.get_by_role("button", name="Generate 2 pictures").press("Enter")
    tiles = panel.get_by_role("grid", name="Contact sheet").get_by_role("gridcell")
    expect(tiles).to_have_count(2)
    panel.get_by_role("status").filter(has_text="All pictures are ready.").wait_for()
    tiles.first.focus()
    for key in ("4", "c", "ArrowRight", "c", "Space"):
        keyboard.press(key)
    expect(panel.get_by_role("dialog", name="Lightbox").get_by_role("img")).to_be_visible()
    keyboard.press("Escape")
    expect(tiles.last).to_be_focused()
    panel.get_by_role("button", name="Compare", exact=True).press("Enter")
    expect(panel.get_by_role("region", name="What differs").get_by_role("listitem").first).to_contain_text("style: ")
    keyboard.press("Escape")
    expect(panel.get_by_role("region", name="Compare")).to_have_count(0)


@pytest.mark.timeout(300)  # a server, a page and a kernel start one after the other, each with a minute of its own
def test_notebook_7(page: Page, tmp_path: Path) -> None:
    """Two turns, Shift+Enter that stays in the panel, and an ordinary output in the saved file."""
    if find_spec("notebook") is None:
        pytest.skip("notebook is not installed")
    write_notebook(tmp_path / "story.ipynb", CELLS)
    port, token = _free_port(), secrets.token_hex(8)
    command = [
        sys.executable, "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={tmp_path}",
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]  # fmt: skip
    home = f"http://127.0.0.1:{port}"
    with running(tmp_path, command, f"{home}/api?token={token}"):
        page.goto(f"{home}/notebooks/story.ipynb?token={token}")
        page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context")
        page.evaluate("""async () => {
            const { context } = window.jupyterapp.shell.currentWidget;
            await context.ready;
            await context.sessionContext.ready;
            await context.sessionContext.session.kernel.info;
            window.jupyterapp.commands.execute('notebook:run-all-cells');
        }""")
        panel = page.locator(".nbgemini-panel")
        check_makes(panel, "a lighthouse", 1)
        cells = "() => window.jupyterapp.shell.currentWidget.content.widgets.map(one => one.model.executionCount)"
        before = page.evaluate(cells)
        prompt = panel.get_by_role("textbox", name="Prompt", exact=True)
        prompt.fill("make it night")
        prompt.press("Shift+Enter")
        prompt.press("Control+Enter")
        panel.get_by_role("option", name="Turn 2").wait_for()
        assert page.evaluate(cells) == before
        check_tuning(page, panel)
        assert page.evaluate(cells) == before
        panel.get_by_role("button", name="Insert static result").click()
        page.locator(".jp-RenderedImage img").wait_for()
        page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")
        outputs = json.loads((tmp_path / "story.ipynb").read_text("utf-8"))["cells"][1]["outputs"]
        assert sum(any(kind.startswith("image/") for kind in one["data"]) for one in outputs) == 1


@pytest.mark.timeout(300)
def test_voila(page: Page, tmp_path: Path) -> None:
    """A panel in a page without cells draws and edits."""
    if find_spec("voila") is None:
        pytest.skip("voila is not installed")
    write_notebook(tmp_path / "story.ipynb", CELLS[:2])
    port = _free_port()
    options = ["--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    command = [sys.executable, "-m", "voila", str(tmp_path / "story.ipynb"), *options]
    with running(tmp_path, command, f"http://127.0.0.1:{port}/") as url:
        page.goto(url)
        panel = page.locator(".nbgemini-panel")
        check_makes(panel, "a lighthouse", 1)
        check_makes(panel, "make it night", 2)


@pytest.mark.timeout(300)
def test_marimo(page: Page, tmp_path: Path) -> None:
    """`mo.ui.anywidget(nb.panel())` draws and edits."""
    if find_spec("marimo") is None:
        pytest.skip("marimo is not installed")
    (tmp_path / "story.py").write_text(MARIMO)
    port = _free_port()
    options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", str(port)]
    command = [sys.executable, "-m", "marimo", "run", str(tmp_path / "story.py"), *options]
    with running(tmp_path, command, f"http://127.0.0.1:{port}/") as url:
        page.goto(url)
        panel = page.locator(".nbgemini-panel")
        check_makes(panel, "a lighthouse", 1)
        check_makes(panel, "make it night", 2)
