"""Sweeps and what is found again in Python: `nbgemini.sweep`, `find` and their kin, on the studio of this process."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import partial
from numbers import Number
from typing import TYPE_CHECKING, Any

from nbgemini.bridge import Interrupts, Job
from nbgemini.core.grid.axes import Dimension, single
from nbgemini.core.grid.pattern import Pattern, parse_pattern
from nbgemini.core.option_table import OPTIONS
from nbgemini.core.options import Options
from nbgemini.errors import OptionError
from nbgemini.studio import process
from nbgemini.studio.asking.ask import Composed
from nbgemini.tuning.carrying.under_way import UnderWay
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.sweeping import Sweeping
from nbgemini.tuning.wishes.axis_values import Fixed, axis_of, check_is_list, is_axis, scalar
from nbgemini.tuning.wishes.faults import Faults, checked_count, checked_name, checked_workers
from nbgemini.tuning.wishes.shot_rows import rows_from
from nbgemini.tuning.wishes.wishing import AXES, Wish, assembled

if TYPE_CHECKING:
    from datetime import date, timedelta

    from nbgemini.studio.studio import Studio
    from nbgemini.tuning.batch.batch_job import BatchJob
    from nbgemini.tuning.finding.found import Found

__all__ = ["asweep", "batches", "find", "open_sweep", "sweep", "sweeping", "sweeps"]

_kept: weakref.WeakKeyDictionary[Studio, Sweeping] = weakref.WeakKeyDictionary()


def sweeping(studio: Studio | None = None) -> Sweeping:
    """The sweeps of a studio; without one, of this process."""
    studio = studio or process.studio()
    return _kept.setdefault(studio, Sweeping(studio))


def sweep(prompt: Any = None, **given: Any) -> Sweep:
    """Draw every combination of the values of some axes, side by side: a grid of shots.

    A list is an axis: of an option (`aspect=["1:1", "16:9"]`, `model`, `ref`, `seed=range(8)` …), of `prompt` itself,
    of `from_`, or of a place in the prompt (`style=["ink", "oil"]` for `{style}`); `axes={"name": [...]}` is a place
    that has the name of an option, and `nbgemini.fixed([...])` a value that is a list. What is no list holds for all.

    `count`: samples of each combination. `shots`: an explicit list instead, or beside axes: a DataFrame, a list of
    mappings or a CSV file, columns as axes. `pair`: tuples of axes that are walked in step. `skip`: a function that
    says which combinations to leave out, or mappings of axes to values. `name`: the name to find it by. `workers`: how
    many run side by side. `strict`: one failure fails all. `batch`: as batch jobs at half the price: the grid comes
    back once they are created, and fills in later (`nbgemini.batches()`). `on_shot`: called with each shot that has
    ended. `new`: start afresh instead of editing the turn on which the conversation stands; `conversation`: the name of
    another one. The other options are those of `Conversation.imagine`; `save` names a folder.

    Called again with more values it asks for the new shots alone; what was paid for is never asked again. Raises
    OptionError for everything that is wrong before anything is sent, and SweepFailed, with the grid in `.grid`, when
    all shots failed. KeyboardInterrupt when the wait was given up: `nbgemini.open()` is the grid, and its `resume()`
    asks for the rest.

    >>> nb.sweep("a {animal}, {style}", animal=["fox", "owl"], style=["ink"], model="flash-lite", new=True)
    <Sweep sweep-2: 2 shots, all done · emulator · $0, would be $0.068>
    """
    with Interrupts() as interrupts:
        under_way = _begun(prompt, given)
        grid = under_way.wait(interrupts=interrupts)
    sweeping().follow(grid.about.id, under_way.news)
    return grid


async def asweep(prompt: Any = None, **given: Any) -> Sweep:
    """The same, to be awaited on the caller's own loop; `on_shot` is called from another thread.

    >>> import asyncio
    >>> asyncio.run(nb.asweep("a {style} fox", style=["ink"], model="flash-lite", new=True)).axes
    {'style': ('ink',)}
    """
    under_way = await Job(lambda _: _begun(prompt, given, live=True), name="nbgemini-plan").awaited()
    grid = await under_way.awaited()
    sweeping().follow(grid.about.id, under_way.news)
    return grid


def open_sweep(name: str | None = None) -> Sweep:
    """A sweep of the store by its name, whichever kernel made it; None: the newest. Raises ConversationError.

    >>> nb.open("boats").axes
    {'style': ('ink', 'oil')}
    """
    return sweeping().stored.open(name)


def sweeps() -> list[Sweep]:
    """All sweeps of the store, the newest last.

    >>> [sweep.name for sweep in nb.sweeps()]
    ['boats']
    """
    found = sweeping().stored
    return [found.of(glance.about) for glance in found.glances()]


def batches(name: str | None = None) -> list[BatchJob]:
    """The batch jobs of the store, the newest last, each asked for at once; `name` is an ID or the name of a sweep.

    Raises ConversationError where there is none of that name, also for a job that something else made.

    >>> _ = nb.emulator(batch_seconds=3600)
    >>> night = nb.sweep("{style} owls", style=["ink", "oil"], model="flash-lite", new=True, batch=True, name="night")
    >>> [job.sweep for job in nb.batches()]
    ['night']
    """
    batching = sweeping().batching
    jobs = batching.jobs() if name is None else batching.named(name)
    return [job.refresh() for job in jobs]


def find(
    *words: str,
    since: str | date | timedelta | None = None,
    until: str | date | timedelta | None = None,
    model: str | None = None,
    stars: int | None = None,
    tag: str | Sequence[str] | None = None,
    conversation: str | None = None,
    sweep: str | Sweep | None = None,
) -> Found:
    """The pictures of the store, of all notebooks and kernels, the newest first: a list of results.

    Every word must stand in the prompt, in a value of its sweep, in its note or in a tag; `"two words"` between double
    quotes stand together. `since` and `until` are days or spans (`"tue"`, `"2026-11-24"`, `"7d"`, a date), `stars` is
    that many or more, each `tag` must be there. Raises OptionError, and ConversationError for a `conversation` or a
    `sweep` that there is not.

    >>> nb.find("boat", "ink", since="2d")
    <Found 1 picture: boats/1>
    >>> len(nb.find(model="flash-lite")), len(nb.find(stars=3))
    (3, 0)
    """
    from nbgemini.tuning.finding import found

    given = {
        "since": since, "until": until, "model": model, "stars": stars, "tag": tag, "conversation": conversation,
        "sweep": sweep,
    }  # fmt: skip
    return found.find(process.studio(), *words, **given)


def _begun(prompt: Any, given: dict[str, Any], *, live: bool = False) -> UnderWay:
    on_shot = given.pop("on_shot", None)
    if on_shot is not None and not callable(on_shot):
        raise OptionError(f"`on_shot` is a function, not {type(on_shot).__name__}.")
    conversation = given.pop("conversation", None)
    under_way = sweeping().begin(wish_of(prompt, given), conversation=conversation, by="python")
    under_way.listen(on_shot, live=live)
    return under_way


_OWN = ("axes", "shots", "count", "pair", "skip", "name", "workers", "strict", "batch")
_NO_AXES = ("save", "budget", "timeout", "replay", "fresh", "yes", "new")


def wish_of(prompt: Any, given: Mapping[str, Any]) -> Wish:
    """Python's arguments as a wish. Raises one OptionError for all that is wrong with them."""
    faults, given = Faults(), {name: scalar(value) for name, value in given.items()}
    words: dict[str, Any] = {}
    own = {name: given.get(name) for name in _OWN}
    if prompt is not None:
        given = {"prompt": prompt, **{name: value for name, value in given.items() if name != "prompt"}}
    dimensions = _explicit(own, faults)
    asked = given.get("prompt")
    if asked is not None and _is_prompts(asked):
        dimensions += _axis("prompt", asked, faults)
        asked = None
    for name, value in given.items():
        if name in _OWN or name == "prompt" or value is None:
            continue
        if name not in _NO_AXES and _is_no_list(name, value, asked, faults):
            faults.unread(name)
        elif not is_axis(name, value):
            words[name] = value.value if isinstance(value, Fixed) else value
        elif name in _NO_AXES:
            faults.add(OptionError(f"`{name}` is the same for all shots and cannot be an axis."))
        else:
            dimensions += _axis(name, value, faults)
    asked = asked.value if isinstance(asked, Fixed) else asked
    names = [name for dimension in dimensions for name in dimension.names]
    count, name, workers = (
        faults.attempt(lambda: checked_count(own["count"])),
        faults.attempt(lambda: checked_name(own["name"])),
        faults.attempt(lambda: checked_workers(own["workers"])),
    )
    return assembled(
        _pattern(asked, names, faults),
        _parsed_words(words, names, faults),
        dimensions,
        faults=faults,
        count=count or 1,
        pairs=_pairs(own["pair"], faults),
        skips=_skips(own["skip"], faults),
        model_id=lambda name: sweeping().model_id(name),
        explicit=[str(name) for name in own["axes"]] if isinstance(own["axes"], Mapping) else [],
        name=name or "",
        workers=workers,
        strict=_flag("strict", own["strict"], faults),
        batch=_flag("batch", own["batch"], faults),
    )


def _explicit(own: Mapping[str, Any], faults: Faults) -> list[Dimension]:
    """The axes of `shots=` and `axes=`."""
    rows = faults.attempt(lambda: rows_from(own["shots"])) if own["shots"] is not None else None
    if rows is None and own["shots"] is not None:
        faults.unread()
    found: list[Dimension] = [rows] if rows is not None else []
    if own["axes"] is None:
        return found
    if not isinstance(own["axes"], Mapping):
        faults.unread()
        faults.add(OptionError("`axes` must be a mapping of names to lists of values."))
        return found
    return [*found, *(one for name, values in own["axes"].items() for one in _axis(str(name), values, faults))]


def _flag(name: str, value: object, faults: Faults) -> bool:
    if value is not None and not isinstance(value, bool):
        faults.add(OptionError(f"`{name}` is True or False, not {value!r}."))
    return value is True


def _is_prompts(value: object) -> bool:
    """Whether `prompt` is a list of whole prompts; a list with pictures in it is one prompt."""
    if isinstance(value, Fixed | Composed):
        return False
    if isinstance(value, list | tuple):
        return all(isinstance(one, str) for one in value)
    return is_axis("prompt", value)


def _is_no_list(name: str, value: object, prompt: object, faults: Faults) -> bool:
    """Whether an argument is meant as an axis and is no list; take note of it."""
    before = len(faults.found)
    if name in AXES or name not in OPTIONS:
        faults.attempt(lambda: check_is_list(name, value))
    texts = [prompt] if isinstance(prompt, str) else []
    has_place = any(name in parse_pattern(text, [name]).names for text in texts)
    if len(faults.found) == before and has_place and name not in OPTIONS and not is_axis(name, value):
        is_short = isinstance(value, str | int | float) and len(str(value)) <= 40
        shown = json.dumps([value], ensure_ascii=False) if is_short else "[…]"
        faults.add(OptionError(f"`{name}` is not an option, and an axis is a list.", hint=f"Write `{name}={shown}`."))
    return len(faults.found) > before


def _axis(name: str, values: object, faults: Faults) -> list[Dimension]:
    axis = faults.attempt(lambda: axis_of(name, values))
    if axis is None:
        faults.unread(name)
    return [] if axis is None else [single(axis)]


def _parsed_words(words: Mapping[str, Any], names: Sequence[str], faults: Faults) -> dict[str, Any]:
    """The options that all shots share, parsed; a text with the places of axes in it waits for its values."""
    parsed: dict[str, Any] = {}
    for name, value in words.items():
        if isinstance(value, str) and name in OPTIONS and (pattern := parse_pattern(value, names)).names:
            parsed[name] = pattern
            continue
        options = faults.attempt(partial(Options.parse, {name: value}))
        parsed |= options.given if options is not None else {}
    return parsed


def _pattern(asked: object, names: Sequence[str], faults: Faults) -> Pattern | None:
    if asked is None:
        return None
    if isinstance(asked, str):
        if not asked.strip():
            faults.add(OptionError("The prompt is empty."))
        return parse_pattern(asked, names)
    pieces = asked.pieces if isinstance(asked, Composed) else asked
    if not isinstance(pieces, list | tuple):
        pieces, wrong = (), [asked]
    else:
        wrong = [piece for piece in pieces if piece is None or isinstance(piece, Number)]
    if wrong:
        hint = "Write `prompt=list(…)`." if isinstance(asked, Iterator | Set) else ""
        faults.add(OptionError(f"A prompt is text, not {type(wrong[0]).__name__}.", hint=hint))
        return Pattern(("?",))
    return Pattern(tuple(pieces)).each_text(lambda text: parse_pattern(text, names).pieces)


def _pairs(given: Any, faults: Faults) -> list[tuple[str, ...]]:
    if given is None:
        return []
    is_one = isinstance(given, list | tuple) and bool(given) and all(isinstance(name, str) for name in given)
    pairs = [given] if is_one else given
    found = []
    for pair in pairs if isinstance(pairs, list | tuple) else [pairs]:
        if not isinstance(pair, list | tuple) or len(pair) < 2 or not all(isinstance(name, str) for name in pair):
            faults.add(OptionError('`pair` is a list of pairs of names: `pair=[("style", "ref")]`.'))
        elif len(set(pair)) < len(pair):
            faults.add(OptionError("`pair` names an axis twice."))
        else:
            found.append(tuple("from_" if name == "from" else name for name in pair))
    return found


def _skips(given: Any, faults: Faults) -> list[Any]:
    if given is None:
        return []
    found: list[Any] = []
    for skip in given if isinstance(given, list | tuple) else [given]:
        if callable(skip):
            found.append(skip)
        elif isinstance(skip, Mapping) and skip:
            found.append(tuple(("from_" if name == "from" else str(name), value) for name, value in skip.items()))
        else:
            faults.add(OptionError('`skip` is a function of a shot, or a mapping such as `{"style": "ink"}`.'))
    return found
