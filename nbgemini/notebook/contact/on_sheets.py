"""What stands on a sheet: the shots of a sweep, the answers of one cell, or pictures from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbgemini.core.phrases import counted
from nbgemini.notebook.contact.sheet_parts import Sheet
from nbgemini.notebook.contact.tiles import Original, Tile, file_tile, result_tile, shot_tile
from nbgemini.notebook.show.texts import moment, one_line
from nbgemini.tuning.gathering import Gathered, Gathering
from nbgemini.tuning.holding.layout_of_shots import FITTING, Layout, Spot, lay_out, lay_out_in_order
from nbgemini.tuning.holding.shot import Shot
from nbgemini.tuning.holding.sweep import SheetView, Sweep, summary

__all__ = ["MOST_SHOWN", "sheet_of", "sheet_of_sweep", "sheet_of_tiles"]

MOST_SHOWN = 120  # shots on one sheet, beside those with stars
_MOST_STARRED = 60


def sheet_of(shown: SheetView | Gathering) -> Sheet:
    """What shows itself as a sheet. Raises OptionError for a layout that is none."""
    if isinstance(shown, SheetView):
        return sheet_of_sweep(shown.sweep, **shown.layout)
    tiles = [_gathered_tile(number, one) for number, one in enumerate(shown.pictures, 1)]
    said = counted(len(tiles), "picture")
    return sheet_of_tiles(tiles, title=one_line(shown.title, 200) or said, columns=shown.columns, said=said)


def _gathered_tile(number: int, one: Gathered) -> Tile:
    if one.drawn is None:
        size = one.picture.width, one.picture.height
        return file_tile(number, one.label, Original(one.picture.sha256, lambda: one.data, size))
    drawn = one.drawn
    return result_tile(number, drawn, drawn.store.opinions.of(*drawn.exchange.marked_as), label=one.label)


def sheet_of_sweep(sweep: Sweep, *, rows: str = "", columns: str = "") -> Sheet:
    """The shots of a sweep, laid out by its axes. Raises OptionError for `rows` and `columns` that are no axes."""
    shown, left_out = _shown(list(sweep))
    samples = any(shot.sample > 1 for shot in sweep)
    picked, is_kept = sweep.picked, bool(sweep.about.key)  # else it is a plan, or one cell's answers
    about = sweep.about
    title, lines = _named(sweep)
    lines += [f"The conversation goes on from {_counted_numbers(picked)}."] if picked and is_kept else []
    first = next((shot.number for shot in shown if shot.state == "done"), 0)
    return Sheet(
        title=title,
        lines=(*lines, *([left_out] if left_out else [])),
        layout=_layout(sweep, shown, rows, columns),
        tiles={
            shot.number: shot_tile(
                shot, samples=samples, picked=shot.number in picked, of=0 if is_kept or about.dimensions else len(sweep)
            )
            for shot in shown
        },
        said=summary(sweep, _what(sweep)),
        ending=f"`%imagine pick {sweep.name}/{first}` goes on from a shot." if is_kept and first and not picked else "",
        by_ratio="aspect" in sweep.about.axes,
        ratios={shot.number: shot.labels.get("aspect") or shot.exchange.options.asked_aspect or "" for shot in shown},
        planned=not sweep.about.created and all(shot.state == "waiting" for shot in shown),
    )


def _what(sweep: Sweep) -> str:
    """What its pictures are called: those of a plain cell are no shots."""
    return "shot" if sweep.about.key or sweep.about.dimensions else "picture"


def sheet_of_tiles(
    tiles: Sequence[Tile], *, title: str, lines: Sequence[str] = (), columns: int = 0, said: str = ""
) -> Sheet:
    """Tiles in their order, `columns` beside each other; 0: as many as there is room for."""
    return Sheet(
        title=title,
        lines=tuple(lines),
        layout=lay_out_in_order([tile.number for tile in tiles], columns),
        tiles={tile.number: tile for tile in tiles},
        said=said or counted(len(tiles), "picture"),
    )


def _counted_numbers(numbers: Sequence[int]) -> str:
    """`shot 3`, `shots 3 and 7`."""
    words = " and ".join(str(number) for number in numbers)
    return f"shot{'s' if len(numbers) > 1 else ''} {words}"


def _shown(shots: Sequence[Shot]) -> tuple[list[Shot], str]:
    """The shots on the sheet, and a line about the others."""
    if len(shots) <= MOST_SHOWN:
        return list(shots), ""
    starred = [shot for shot in shots if shot.stars][:_MOST_STARRED]
    kept = {shot.number for shot in [*starred, *shots[:MOST_SHOWN]]}
    shown = [shot for shot in shots if shot.number in kept]
    which = f"those with stars and the first {MOST_SHOWN}" if len(shown) > MOST_SHOWN else f"the first {MOST_SHOWN}"
    said = f"{len(shown):,} of {counted(len(shots), 'shot')} are shown, {which};"
    return shown, f'{said} `grid.where(…)`, `grid.sheet(stars=3)` and `grid.save("out/")` have the others.'


def _layout(sweep: Sweep, shown: Sequence[Shot], rows: str, columns: str) -> Layout:
    order = {name: {label: at for at, label in enumerate(labels)} for name, labels in sweep.axes.items()}
    dimensions = [[name.rstrip("_") for name in names] for names in sweep.about.dimensions]
    spots = [Spot(shot.number, shot.labels, shot.sample) for shot in shown]
    names = [name for joint in dimensions for name in joint]
    spots.sort(
        key=lambda spot: (*(order.get(name, {}).get(spot.labels.get(name, ""), -1) for name in names), spot.sample)
    )
    return lay_out(spots, dimensions, rows=rows.rstrip("_"), columns=columns.rstrip("_"), fitting=FITTING)


def _named(sweep: Sweep) -> tuple[str, list[str]]:
    """The title, and beneath it what was asked, with which options, and what became of it."""
    about = sweep.about
    prompt, day = one_line(about.prompt, 400), moment(about.created)[:10]
    prompt = "" if prompt == "{prompt}" else prompt
    if about.is_named:
        title, lines = one_line(sweep.name, 60), [prompt] if prompt else []
    else:
        shown = one_line(prompt or sweep.name, 120)
        title, lines = " · ".join(filter(None, (shown, day if about.key else ""))), []
        lines += [prompt] if len(prompt) > 120 else []
    facts = _constant(about.constant, "" if "model" in about.axes else about.model)
    facts += _from_settings(sweep)
    everywhere = {name for name in sweep.axes if all(name in shot.labels for shot in sweep)}
    facts += [
        f"{name} {one_line(labels[0], 80)}"
        for name, labels in sweep.axes.items()
        if len(labels) == 1 and name in everywhere
    ]
    facts.append(summary(sweep, _what(sweep)))
    facts += [day if about.is_named or not about.key else one_line(sweep.name, 60)]
    return title, [*lines, " · ".join(filter(None, facts))]


def _from_settings(sweep: Sweep) -> list[str]:
    """The ratio and the size that no option of the cell named, where all shots have the same."""
    options = [entry.asked.options for entry in sweep.entries]
    asked = {"aspect": {one.asked_aspect for one in options}, "size": {one.asked_size for one in options}}
    said = {*sweep.about.constant, *sweep.about.axes}
    values = {name: next(iter(found)) for name, found in asked.items() if len(found) == 1 and name not in said}
    return [f"{name} {one_line(value, 20)}" for name, value in values.items() if value]


def _constant(constant: Mapping[str, str], model: str) -> list[str]:
    """The options that are the same for all shots."""
    facts = [one_line(model, 80)] if model else []
    first = [(name, words) for name, words in constant.items() if name not in ("model", "ref")]
    last = [("ref", constant["ref"])] if "ref" in constant else []
    return [*facts, *(f"{name} {one_line(words, 80)}" for name, words in (*first, *last))]
