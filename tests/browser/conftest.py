"""JupyterLab in Debian's chromium: one server and one page for the folder, a notebook with its own kernel a test."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.driving import DRIVER, LabNotebook, Requests, write_notebook
from tests.browser.server import LabServer, lab_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# No name is looked up but this machine's: what a page loads from elsewhere fails at once, and does not wait for a net.
_OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", _OFFLINE]
_NUMBERS = itertools.count(1)

Open = Callable[..., LabNotebook]


# What is shared ends with this folder: playwright keeps an event loop in the main thread as long as it runs.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's chromium. Playwright's own download is not asked for."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        pytest.skip("no chromium on PATH: `apt-get install chromium`, then these tests run")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        pytest.fail("playwright is not installed: `pip install -e '.[browser]'`", pytrace=False)

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    with lab_server(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="package")
def requests(lab: LabServer) -> Requests:
    """What the page asked for, from its first moment on."""
    return Requests(lab.url)


@pytest.fixture(scope="package")
def page(browser: Browser, lab: LabServer, requests: Requests) -> Iterator[Page]:
    """JupyterLab, ready, its side bar folded away."""
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    context.set_default_timeout(25_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=lab.url)
    opened = context.new_page()
    requests.listen(opened)
    opened.goto(f"{lab.url}/lab?token={lab.token}")
    opened.wait_for_function("() => window.jupyterapp !== undefined", timeout=100_000)
    opened.evaluate("() => window.jupyterapp.restored.then(() => null)")
    opened.evaluate(DRIVER)
    opened.evaluate("() => { window.jupyterapp.shell.collapseLeft(); }")
    yield opened
    context.close()


@pytest.fixture(scope="package")
def opened_for_long(page: Page, lab: LabServer) -> Open:
    """Opens a notebook that whoever asks for it closes."""

    def open_notebook(*cells: str, copy_of: Path | None = None) -> LabNotebook:
        folder = f"test{next(_NUMBERS)}"
        path = lab.root / folder / "story.ipynb"
        path.parent.mkdir()
        if copy_of is None:
            write_notebook(path, cells)
        else:
            shutil.copy(copy_of, path)
        page.evaluate("path => window.driver.open(path)", f"{folder}/story.ipynb")
        return LabNotebook(page, path)

    return open_notebook


@pytest.fixture
def opened(opened_for_long: Open) -> Iterator[Open]:
    """Opens a notebook of these cells in a folder of its own: `opened("%load_ext nbgemini", "%%imagine\\na fox")`."""
    notebooks: list[LabNotebook] = []

    def open_notebook(*cells: str, copy_of: Path | None = None) -> LabNotebook:
        notebooks.append(opened_for_long(*cells, copy_of=copy_of))
        return notebooks[-1]

    yield open_notebook
    for notebook in notebooks:
        notebook.close()
