"""A stored sweep as Python that asks the same again, where its words say all of it; else as one that looks for it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from nbgemini.core.grid.pattern import parse_pattern
from nbgemini.core.option_table import OPTIONS
from nbgemini.errors import NbgeminiError
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.shooting.shots import Entry
from nbgemini.tuning.wishes.wishing import AXES

__all__ = ["combined", "sweep_program"]

# Arguments of `nbgemini.sweep` that are no axes, so that a place of such a name goes into `axes`.
_OWN = frozenset({"axes", "shots", "count", "pair", "skip", "name", "workers", "strict", "on_shot", "batch"})
_PICTURES = frozenset({"ref", "from_", "mask"})  # what their words say is no value


def sweep_program(sweep: Sweep) -> str:
    """The source of a cell that shows the sheet: replayed where the store has it, drawn where it does not."""
    try:
        words = list(_words(sweep)) if _is_told(sweep) else []
    except NbgeminiError:
        words = []
    if not words:
        missing = f"The sweep `{sweep.name}` is not in this store: its sheet is in the notebook as it was exported."
        return (
            f"import nbgemini as nb\n\ntry:\n    grid = nb.open({sweep.about.id!r})\n"
            f"except nb.errors.ConversationError:\n    grid = {missing!r}\ngrid"
        )
    lines = "".join(f"    {word},\n" for word in words)
    return f"import nbgemini as nb\n\ngrid = nb.sweep(\n{lines})\ngrid"


def _is_told(sweep: Sweep) -> bool:
    """Whether the labels of the shots are what was asked for: no pictures, no variables behind other words."""
    about, names = sweep.about, sweep.about.axes
    if _PICTURES & {*names, *about.constant} or any("{" in words for words in about.constant.values()):
        return False
    for entry in sweep.entries:
        text = "".join(map(str, parse_pattern(_prompt_of(sweep, entry), names).filled(entry.labels)))
        if text != entry.asked.prompt:
            return False
    options = {name: entry.labels[name] for entry in sweep.entries for name in _options(sweep) if name in entry.labels}
    for name, words in {**about.constant, **options}.items():
        OPTIONS[name].parse(words)
    return True


def _prompt_of(sweep: Sweep, entry: Entry) -> str:
    return entry.labels.get("prompt", "") if "prompt" in sweep.about.axes else sweep.about.prompt


def _places(sweep: Sweep) -> set[str]:
    names = sweep.about.axes
    return {name for entry in sweep.entries for name in parse_pattern(_prompt_of(sweep, entry), names).names}


def _options(sweep: Sweep) -> list[str]:
    """The axes that are options."""
    places = _places(sweep)
    return [name for name in sweep.about.axes if name in AXES and name != "prompt" and name not in places]


def _words(sweep: Sweep) -> Iterator[str]:
    about = sweep.about
    if "prompt" not in about.axes:
        yield repr(about.prompt)
    yield from _axes(sweep)
    for name, words in about.constant.items():
        yield f"{name}={words!r}"
    if "model" not in about.axes and "model" not in about.constant:
        yield f"model={about.model!r}"
    samples = max(entry.sample for entry in sweep.entries)
    yield from [f"count={samples}"] if samples > 1 else []
    yield from [f"name={about.name!r}"] if about.is_named else []
    yield from ["new=True"] if about.parent is None else []
    home = sweep.run.conversation
    yield from [f"conversation={home!r}"] if home not in ("", "main") else []


def combined(sweep: Sweep) -> dict[str, list[str]]:
    """The values of each axis, where its words say all of it and every combination is there; else nothing."""
    try:
        return _combined(sweep) if _is_told(sweep) else {}
    except NbgeminiError:
        return {}


def _combined(sweep: Sweep) -> dict[str, list[str]]:
    places = {tuple(entry.labels.items()) for entry in sweep.entries}
    values: dict[str, dict[str, None]] = {name: {} for name in sweep.about.axes}
    for entry in sweep.entries:
        for name, label in entry.labels.items():
            values[name][label] = None
    whole = math.prod(len(each) for each in values.values())
    paired = any(len(names) > 1 for names in sweep.about.dimensions)
    return {} if paired or whole != len(places) else {name: list(each) for name, each in values.items()}


def _axes(sweep: Sweep) -> Iterator[str]:
    """A list for each axis, where they are all combined; else the shots one by one."""
    values = _combined(sweep)
    if not values:
        yield f"shots={[dict(one) for one in dict.fromkeys(tuple(e.labels.items()) for e in sweep.entries)]!r}"
        return
    places, beside = _places(sweep), dict[str, list[str]]()
    for name, labels in values.items():
        if name in places and (name in OPTIONS or name in _OWN or not name.isidentifier()):
            beside[name] = labels
        else:
            yield f"{name}={labels!r}"
    if beside:
        yield f"axes={beside!r}"
