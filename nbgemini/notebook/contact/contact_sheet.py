"""One output for a sweep: a table, a drawn picture and a text, whose size stays within its limits."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from nbgemini.core.phrases import counted
from nbgemini.notebook.contact.sheet_picture import sheet_picture
from nbgemini.notebook.contact.sheet_table import sheet_table
from nbgemini.notebook.contact.sheet_words import sheet_words
from nbgemini.notebook.contact.tiles import Thumbnails, Tile, tile_of
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.texts import one_line
from nbgemini.tuning.holding.layout_of_shots import Layout, Spot, lay_out
from nbgemini.tuning.holding.shot import Shot
from nbgemini.tuning.holding.sweep import Sweep, summary

__all__ = ["MOST_SHOWN", "contact_sheet"]

MOST_SHOWN = 120  # shots on one sheet, beside those with stars
_MOST_STARRED = 60
# By the number of tiles: the longest side of their pictures and of their boxes in CSS pixels, and the JPEG quality.
_SIZES = ((4, 480, 82), (16, 320, 80), (48, 160, 80), (10_000, 160, 70))
_MOST_SMALL = 1_000_000  # characters of the whole output, up to 48 tiles
_MOST_LARGE = 1_950_000


def contact_sheet(
    sweep: Sweep,
    thumbnails: Thumbnails | None = None,
    *,
    rich: bool = True,
    rows: str = "",
    columns: str = "",
    drawn: bool = True,
) -> Bundle:
    """The sheet of a sweep as it is now. `drawn`: with the picture, which takes a moment; without while it fills in."""
    thumbnails = thumbnails or Thumbnails()
    shown, left_out = _shown(list(sweep))
    longest, quality = next((px, quality) for most, px, quality in _SIZES if len(shown) <= most)
    samples = any(shot.sample > 1 for shot in sweep)
    layout = _layout(sweep, shown, rows, columns)
    title, lines = _title(sweep), [line for line in (_constant(sweep), summary(sweep), left_out) if line]
    tiles = _tiles(sweep, shown, thumbnails, longest if rich else 0, quality, samples=samples)
    text = sheet_words(title, lines, layout, tiles)
    if not rich:
        return Bundle(text)
    box = _box(list(tiles.values()), longest)
    html = sheet_table(title, lines, layout, tiles, box)
    most = _MOST_SMALL if len(shown) <= 48 else _MOST_LARGE
    while len(html) + len(text) > most - (120_000 if drawn else 0) and quality > 40:
        quality -= 12
        tiles = _tiles(sweep, shown, thumbnails, longest, quality, samples=samples)
        html = sheet_table(title, lines, layout, tiles, box)
    if not drawn or not tiles:
        return Bundle(text, html)
    room = max(60_000, min(500_000, (most - len(html) - len(text)) * 3 // 4 - 5_000))
    data, width, height = sheet_picture(title, lines, layout, tiles, (min(box[0], 320), min(box[1], 320)), room)
    alt = f"Contact sheet of {title}: {summary(sweep)}"
    return Bundle(
        text,
        html,
        {"image/jpeg": b64encode(data).decode("ascii")},
        {"image/jpeg": {"alt": one_line(alt, 1000), "width": width, "height": height}},
    )


def _shown(shots: Sequence[Shot]) -> tuple[list[Shot], str]:
    """The shots on the sheet, and a line about the others."""
    if len(shots) <= MOST_SHOWN:
        return list(shots), ""
    starred = [shot for shot in shots if shot.stars][:_MOST_STARRED]
    kept = {shot.number for shot in [*starred, *shots[:MOST_SHOWN]]}
    shown = [shot for shot in shots if shot.number in kept]
    said = f"{len(shown)} of {counted(len(shots), 'shot')} are shown: those with stars and the first {MOST_SHOWN};"
    return shown, f"{said} `.where(…)` and `.sheet(stars=3)` of the grid show others."


def _tiles(
    sweep: Sweep, shown: Sequence[Shot], thumbnails: Thumbnails, longest: int, quality: int, *, samples: bool
) -> dict[int, Tile]:
    return {shot.number: tile_of(sweep, shot, thumbnails, longest, quality, samples=samples) for shot in shown}


def _layout(sweep: Sweep, shown: Sequence[Shot], rows: str, columns: str) -> Layout:
    order = {name: {label: at for at, label in enumerate(labels)} for name, labels in sweep.axes.items()}
    dimensions = [[name.rstrip("_") for name in names] for names in sweep.about.dimensions]
    spots = [Spot(shot.number, shot.labels, shot.sample) for shot in shown]
    names = [name for joint in dimensions for name in joint]
    spots.sort(
        key=lambda spot: (*(order.get(name, {}).get(spot.labels.get(name, ""), -1) for name in names), spot.sample)
    )
    return lay_out(spots, dimensions, rows=rows, columns=columns)


def _box(tiles: Sequence[Tile], longest: int) -> tuple[int, int]:
    """One box for all tiles: as wide and as high as the widest and the highest of them."""
    found = [tile.thumbnail.fitted(longest, longest) for tile in tiles if tile.thumbnail is not None]
    if not found:
        return longest, longest
    return max(90, *(across for across, _ in found)), max(60, *(down for _, down in found))


def _title(sweep: Sweep) -> str:
    """The name, and what is asked."""
    prompt = one_line(sweep.about.prompt, 160)
    return f"{one_line(sweep.name, 60)}: {prompt}" if prompt else one_line(sweep.name, 60)


def _constant(sweep: Sweep) -> str:
    """The options that are the same for all shots."""
    about = sweep.about
    facts = [] if "model" in about.axes else [one_line(about.model, 80)]
    facts += [f"{name} {one_line(words, 80)}" for name, words in about.constant.items() if name not in ("model", "ref")]
    if ref := about.constant.get("ref"):
        facts.append(f"ref {one_line(ref, 80)}")
    return " · ".join(facts)
