"""The site as it is built: nothing from elsewhere, no dead link, search, and a page that everybody can read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.driving import Requests, expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.deep

REPOSITORY = Path(__file__).parents[2]
BUILT = "SITE_BUILT"  # in the environment of `.ci/run`: where it has built the site a moment ago
READ = ("index", "guide/start", "guide/options", "guide/models", "howto/poster", "reference/conversation", "search")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built strictly, as `.ci/run` does."""
    if built := os.environ.get(BUILT):
        return Path(built)
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", str(folder / "trees")]
    done = subprocess.run([*command, "notebooks", str(folder / "html")], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "html"


class Links(HTMLParser):
    """What a page links to, what it loads, and the places in it that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        elif tag == "link" and given.get("rel") in ("stylesheet", "preload", "icon"):
            self.loaded.add(given["href"])
        if "src" in given:
            self.loaded.add(given["src"])


def test_no_link_is_dead(site: Path) -> None:
    """Each leads to a page of the site and a place on it, or to another server; what pages load is here."""
    files = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    pages = {path.resolve(): Links(path.read_text("utf-8")) for path in files}
    assert len(pages) > 40
    dead = []
    for path, page in pages.items():
        for link in page.links | page.loaded:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto", "data"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = pages[target].places if target in pages else None
            if not target.is_file() or (there is not None and parts.fragment and unquote(parts.fragment) not in there):
                dead.append(f"{path.relative_to(site.resolve())}: {link}")
    assert dead == []
    assert {one for page in pages.values() for one in page.loaded if urlsplit(one).scheme in ("http", "https")} == set()


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """A window of its own, without a network."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(25_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 430])
def test_axe_finds_nothing(page: Page, site: Path, width: int, scheme: str) -> None:
    """Pages of each kind, wide and narrow, light and dark: no complaint, nothing sticks out, nothing from elsewhere."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    requests = Requests("file:///")
    requests.listen(page)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = {}
    for name in READ:
        page.goto((site / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
        complaints = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        if complaints:
            found[name] = [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in complaints]
    assert found == {}
    assert requests.elsewhere == []


def test_search_finds_a_page(page: Page, site: Path) -> None:
    """Without a server: a word of a how-to leads to it."""
    page.goto((site / "search.html").as_uri() + "?q=catalogue")
    expect(page.locator("#search-results li a", has_text="Batch a catalogue").first).to_be_visible()
