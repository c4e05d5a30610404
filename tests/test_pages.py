"""The pages of the site: their cells run, their pictures are what the cells draw, and what they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from nbgemini.core.option_table import option
from nbgemini.core.setting_table import SETTINGS
from nbgemini.emulator import Server, Service
from nbgemini.notebook.line.grammar import SUBCOMMANDS
from tests.support.kernel import kernel
from tests.support.pages import FOLDER, PAGES, drawn, lay_out, name_of, reduced, run, steps
from tests.support.words import odd_words

RUN = [
    path
    for path in PAGES
    if (path.parent.name in ("howto", "migrate") and path.stem != "index") or name_of(path) in ("index", "guide/start")
]
# gemimg takes its address as an argument alone; the page shows what its users write.
_GEMIMG = "import gemimg.gemimg as g; g.GemImg.__init__.__defaults__ = (*g.GemImg.__init__.__defaults__[:-1], {!r})"


@pytest.fixture
def server() -> Iterator[str]:
    """An emulator for those who ask by an address."""
    with Server(Service()) as address:
        yield address


@pytest.mark.deep
@pytest.mark.parametrize("path", RUN, ids=name_of)
def test_its_cells_run(path: Path, tmp_path: Path, server: str) -> None:
    """In order, in a kernel of their own; one marked `raises` fails, and the pictures are those on the page."""
    lay_out(path, tmp_path)
    by_address = path.name in ("google-genai.md", "gemimg.md")
    environment = {"GOOGLE_GEMINI_BASE_URL": server, "GEMINI_API_KEY": "a-key-of-nobody"} if by_address else {}
    with kernel(tmp_path, environment) as running:
        if by_address:
            assert running.run(_GEMIMG.format(server)).ok
        for step, outcome, picture in run(path, running):
            assert outcome.ok != step.fails, (step.text, outcome.text, outcome.error_lines)
            if picture is not None:
                assert distance(reduced(drawn(outcome)), path.parent / picture.picture) < 4, picture.picture


def distance(new: Image.Image, old: Path) -> float:
    """How far two pictures are from each other, 0 to 255; what another Pillow sets otherwise hardly counts."""
    with Image.open(old) as opened:
        small = [picture.convert("RGB").resize((48, 48)) for picture in (new, opened)]
    return max(ImageStat.Stat(ImageChops.difference(*small)).mean)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_what_it_names_is_there(path: Path) -> None:
    """Options, subcommands, settings and pictures with their alternative texts; its words are plain."""
    text = path.read_text("utf-8")
    page = steps(path)
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    ours = "\n".join([prose, *(step.text for step in page if step.is_cell)])
    lines = re.findall(r"^%%imagine(.*)$", ours, re.MULTILINE)
    typed = {word for line in lines for word in re.findall(r"(?<!\S)--?[a-z][a-z-]*", line)}
    assert {word for word in typed if option(word) is None} == set()
    assert set(re.findall(r"%imagine ([a-z]+)", ours)) <= {row.name for row in SUBCOMMANDS}
    assert {name.lower() for name in re.findall(r"NBGEMINI_([A-Z_]+)", ours)} <= set(SETTINGS)
    pictures = [step for step in page if step.picture]
    assert [step.picture for step in pictures if not step.text or not (path.parent / step.picture).is_file()] == []
    assert odd_words(text) == []


def test_the_gallery() -> None:
    """Twelve pictures, each beneath its cell; all pictures of the site are used, and small enough for a slow line."""
    shown = {(path.parent / step.picture).resolve() for path in PAGES for step in steps(path) if step.picture}
    used = {path for path in shown if path.parent == FOLDER / "gallery"}
    assert len([step for step in steps(FOLDER / "index.md") if step.is_ours]) == 12
    assert set((FOLDER / "gallery").iterdir()) == used
    assert sum(path.stat().st_size for path in used) < 900_000


def test_each_page_is_reached() -> None:
    """Every page stands in the list of the pages above it: the build says so too, and takes longer."""
    listed = set()
    for path in PAGES:
        for block in re.findall(r"^```\{toctree\}\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            listed |= {(path.parent / line.strip()).resolve() for line in block.splitlines() if line[:1].isalnum()}
    assert [name_of(path) for path in PAGES if path.with_suffix("").resolve() not in listed] == ["index"]
