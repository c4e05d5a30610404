"""Sheets: what stands on them and how large, what their heads say, as text, as a picture and as files."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import cast

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from nbgemini import _written
from nbgemini.errors import OptionError, ReferenceImageError
from nbgemini.notebook.contact.contact_sheet import contact_sheet, sheet_bundle
from nbgemini.notebook.contact.on_sheets import sheet_of, sheet_of_sweep, sheet_of_tiles
from nbgemini.notebook.contact.setting_type import Lettering
from nbgemini.notebook.contact.sheet_parts import Sheet, boxes_of, sizes_of
from nbgemini.notebook.contact.sheet_words import sheet_words
from nbgemini.notebook.contact.tiles import Original, Tile
from nbgemini.notebook.show.screen import Screen
from nbgemini.notebook.sweep_verbs import SWEEP_VERBS
from nbgemini.store.sweep_lines import About
from nbgemini.studio.front_end import write_with
from nbgemini.studio.studio import Studio
from nbgemini.tuning.carrying.stored_sweeps import Glance, StoredSweeps
from nbgemini.tuning.gathering import Gathering, gathered
from nbgemini.tuning.holding.layout_of_shots import Spot, lay_out
from nbgemini.tuning.holding.sweep import Sweep
from tests.notebook.test_contact import drawn
from tests.support.outputs import html_complaints
from tests.tuning.drawing_server import DrawingServer, sweeping_on


def tile(number: int, size: tuple[int, int] = (1024, 1024), **given: object) -> Tile:
    return Tile(number=number, alt=f"tile {number}", foot=str(number), original=Original("x", bytes, size), **given)  # type: ignore[arg-type]


def crossed(tiles: list[Tile], **given: object) -> Sheet:
    """Two rows of `ink` and `oil`, as many columns as it takes."""
    labels = [{"style": ("ink", "oil")[at % 2], "n": str(at // 2)} for at in range(len(tiles))]
    spots = [Spot(one.number, label, 1) for one, label in zip(tiles, labels, strict=True)]
    layout = lay_out(spots, [["style"], ["n"]])
    return Sheet(title="t", lines=(), layout=layout, tiles={one.number: one for one in tiles}, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "box", "thumbnail"),
    [(1, 480, 720), (2, 480, 720), (3, 308, 720), (4, 480, 720), (6, 320, 320), (24, 320, 320), (25, 160, 160)],
)
def test_few_are_large_and_many_small(count: int, box: int, thumbnail: int) -> None:
    """Up to four as large as a page takes them beside each other, then 320 pixels, then 160."""
    sizes = sizes_of(sheet_of_tiles([tile(number) for number in range(count)], title="t"))
    assert (sizes.box[0], sizes.thumbnail) == (box, thumbnail)


def test_one_box_for_all_but_where_the_ratio_is_an_axis() -> None:
    """Letterboxed to the widest and the highest; with ratios as an axis each has its own shape, a failed one too."""
    wide, high, failed = (
        tile(1, (1600, 900)),
        tile(2, (900, 1600)),
        Tile(number=3, alt="tile 3", foot="3", said="blocked"),
    )
    together = crossed([wide, high, failed])
    assert boxes_of(together, (320, 320)) == dict.fromkeys((1, 2, 3), (320, 320))
    apart = crossed([wide, high, failed], by_ratio=True, ratios={1: "16:9", 2: "9:16", 3: "2:1"})
    assert boxes_of(apart, (320, 320)) == {1: (320, 180), 2: (180, 320), 3: (320, 160)}


def test_means_stand_in_heads_once_six_are_rated() -> None:
    """With how many they are made of; not firm below three, and none before."""
    tiles = [tile(number, stars=number % 5 + 1) for number in range(1, 6)]
    assert crossed(tiles).row_mean(crossed(tiles).layout.blocks[0], 0) is None
    tiles += [tile(6, stars=5), tile(7)]
    sheet = crossed(tiles)
    means = [sheet.row_mean(sheet.layout.blocks[0], row) for row in (0, 1)]
    assert [(mean.words, mean.firm) for mean in means if mean] == [("★ 2.3 · 3 rated", True), ("★ 4.3 · 3 rated", True)]
    columns = [sheet.column_mean(sheet.layout.blocks[0], at) for at in range(4)]
    assert [mean and (mean.rated, mean.firm) for mean in columns] == [(2, False), (2, False), (2, False), None]
    assert "★ 2.3 · 3 rated" in sheet_words(sheet)


def test_columns_of_text_stand_in_line() -> None:
    """Letters of East Asia take two places, marks none."""
    spots = [Spot(at, {"style": label}, 1) for at, label in enumerate(["夕暮れ", "ink"], 1)]
    sheet = Sheet(title="t", lines=(), layout=lay_out(spots, [["style"]]), tiles={at: tile(at) for at in (1, 2)})
    assert sheet_words(sheet).splitlines()[-2:] == ["夕暮れ  ink", "1       2"]


def test_letters_that_no_font_has_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only Pillow's own font is there, a script stands in brackets; words that fit are set whole."""
    from PIL import ImageDraw

    import nbgemini.notebook.contact.setting_type as setting_type

    monkeypatch.setattr(setting_type, "_FONTS", ())
    monkeypatch.setattr(setting_type, "_BOLD", ())
    monkeypatch.setattr(setting_type, "_of_matplotlib", tuple)
    setting_type._fonts.cache_clear()
    letters = Lettering(ImageDraw.Draw(Image.new("RGB", (300, 40))))
    assert letters.lines("ink 夕暮れ", 12, 280, 3) == ["ink [Japanese]"]
    assert letters.lacks
    assert letters.lines("a" * 200, 12, 100, 2)[-1].endswith("…")
    setting_type._fonts.cache_clear()


@pytest.fixture(name="grid")
def _grid(tmp_path: Path) -> Sweep:
    server = DrawingServer(blocked="blocked")
    return drawn(tmp_path, server, "a {n} in {style}", n=["fox", "blocked"], style=["ink", "x" * 300], name="tuesday")


def test_what_a_stranger_reads(grid: Sweep) -> None:
    """The name, the prompt, what is constant, what it cost, what was picked; long values whole where one hovers."""
    grid.star(1, 4).note(1, "too <b>dark</b>").tag(2, "rejected").score(sharpness=lambda result: 0.5)
    grid.pick(2)
    html = contact_sheet(grid).data["text/html"]
    assert html_complaints(html) == []
    page = BeautifulSoup(html, "html.parser")
    words = page.get_text("\n")
    assert words.startswith(
        "tuesday\na {n} in {style}\ngemini-3.1-flash-lite-image · 4 shots, 2 done, 2 failed · $0.067"
    )
    assert "The conversation goes on from shot 2." in words
    assert [foot.get_text("|") for foot in page.select("figcaption")] == [
        "1 · $0.034 · ★★★★|sharpness 0.5 · “too <b>dark</b>”", "2 · $0.034 · picked|sharpness 0.5 · #rejected",
        "3 · may have been charged", "4 · may have been charged",
    ]  # fmt: skip
    long = page.select("thead th")[1]
    assert (len(long.text), long["title"]) == (60, "x" * 300)
    assert "x" * 300 in str(page.select("img")[1]["alt"])
    assert [head["scope"] for head in page.select("th")] == ["col", "col", "row", "row"]
    assert page.caption is not None
    assert page.caption.text == "n ↓ · style →"


def test_any_pictures(grid: Sweep, tmp_path: Path) -> None:
    """Shots, results, files, values and whole sweeps, so many beside each other; what is no picture is refused."""
    Image.new("RGB", (300, 100), "teal").save(tmp_path / "photo.jpg")
    studio = sweeping_on(DrawingServer(), tmp_path)._studio
    images = [grid[1], grid[2].result, str(tmp_path / "photo.jpg"), Image.new("L", (8, 8)), grid]
    found = gathered(images, studio)
    turn = found[1].label
    assert [one.label for one in found] == ["tuesday/1", turn, "photo", "", "tuesday/1", "tuesday/2"]
    assert turn.startswith("turn ")
    bundle = sheet_bundle(sheet_of(Gathering(found, 3, "", studio)))
    assert bundle.text.splitlines()[:4] == ["6 pictures", "", "tuesday/1 · $0.034", f"{turn} · $0.034"]
    assert html_complaints(bundle.data["text/html"]) == []
    for wrong in (grid[3], 12, "gone.jpg"):
        with pytest.raises(ReferenceImageError):
            gathered([wrong], studio)


def test_files(grid: Sweep, tmp_path: Path) -> None:
    """A page without anything that runs or loads, Markdown with its picture, a notebook, one picture; nothing else."""
    write_with(_written)
    page = grid.export(tmp_path / "sheet.html").read_text("utf-8")
    assert "default-src 'none'; img-src data:" in page
    assert "<script" not in page
    assert len(BeautifulSoup(page, "html.parser").select("img")) == 2
    text = grid.export(str(tmp_path / "sheet.md")).read_text("utf-8")
    assert '<img src="sheet_files/sheet.jpg"' in text
    assert (tmp_path / "sheet_files" / "sheet.jpg").read_bytes() == grid.export(tmp_path / "s.jpg").read_bytes()
    book = json.loads(grid.sheet(rows="style").export(tmp_path / "sheet.ipynb").read_text("utf-8"))
    assert "nb.open(\"tuesday\")\ngrid.sheet(rows='style')" in book["cells"][2]["source"]
    with pytest.raises(OptionError, match=r"\.html.*not `sheet\.png`"):
        grid.export("sheet.png")


def test_the_drawn_picture(grid: Sweep) -> None:
    """As many tiles as the table, type at its size, below its limit."""
    import base64

    bundle = contact_sheet(grid)
    about = bundle.metadata["image/jpeg"]
    with Image.open(io.BytesIO(base64.b64decode(bundle.data["image/jpeg"]))) as image:
        assert image.size == (about["width"], about["height"])
    assert str(about["alt"]).startswith("Contact sheet of tuesday: 4 shots")
    assert sheet_of_sweep(grid).ending == "`%imagine pick tuesday/1` goes on from a shot."


def test_a_smaller_sheet(grid: Sweep) -> None:
    """What its shots share is said once; without a shot there is a sheet all the same, and no layout that is none."""
    words = contact_sheet(grid.where(n="fox")).text.splitlines()
    assert words[2].startswith("gemini-3.1-flash-lite-image · n fox · 2 shots, all done · $0.067")
    assert words[4] == "style →"
    empty = sheet_bundle(sheet_of(grid.sheet(stars=5)))
    assert "no shots" in empty.text
    assert set(empty.data) == {"text/html", "text/plain"}
    for wrong in ({"rows": "mood"}, {"rows": "n", "columns": "n"}, {"stars": 9}):
        with pytest.raises(OptionError):
            grid.sheet(**wrong)


def test_large_counts_have_commas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the list of sweeps, as in all that people read."""
    glance = Glance(
        name="night", about=About(id="a" * 16, name="night", key="name:night"), shots=12_500, done=10_000,
        failed=1_200, unknown=1_100, cost=1, would_cost=1,
    )  # fmt: skip
    monkeypatch.setattr(StoredSweeps, "glances", lambda self: [glance])
    (bundle,) = SWEEP_VERBS["sweeps"](Studio(home=tmp_path), [], cast(Screen, None))
    assert "10,000 of 12,500" in bundle.text
    assert "1,200 failed, 1,100 unknown, 200 missing" in bundle.text
