"""What users hold of a sweep: a grid of shots, each with its result or the reason why it has none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from nbgemini._dataclass import dataclass
from nbgemini.core.grid.selecting import by_name, by_value, number_in
from nbgemini.core.grid.spelling import same
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars, total
from nbgemini.core.python_slips import Helpful
from nbgemini.core.ratings import parse_note, parse_stars, parse_tags
from nbgemini.errors import OptionError
from nbgemini.store.store import Store
from nbgemini.store.sweep_lines import About
from nbgemini.studio.handles import Result
from nbgemini.tuning.holding.layout_of_shots import axes_named
from nbgemini.tuning.holding.shot import Run, Shot
from nbgemini.tuning.holding.writing import SheetAlone, write_sheet
from nbgemini.tuning.shooting.shots import Entry

__all__ = ["SheetView", "Sweep", "price_words", "summary"]


class Sweep(Helpful, kind="A sweep"):
    """A grid of shots. `grid[17]` is shot 17, `grid["watercolor", "16:9"]` the shot with these values.

    `where(model="pro")` is a smaller grid, `failed` and `missing` are grids too. Iterating gives shots in order.

    >>> grid
    <Sweep boats: 2 shots, all done · emulator · $0, would be $0.068>
    >>> grid.name, grid.axes, grid.numbers, grid.notices
    ('boats', {'style': ('ink', 'oil')}, (1, 2), ())
    >>> grid["oil"].number, [shot.number for shot in grid]
    (2, [1, 2])
    >>> len(grid.done), len(grid.failed), len(grid.missing), grid.cost, grid.would_cost
    (2, 0, 0, 0.0, 0.068414)
    >>> grid.best, grid.picked
    (None, ())
    """

    def __init__(self, run: Run, numbers: Sequence[int] | None = None) -> None:
        self._run = run
        self._numbers = tuple(run.entries) if numbers is None else tuple(numbers)

    # -- looking -------------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name that `nb.open` and `NAME/17` take."""
        return self._run.behind.name_of(self._run)

    @property
    def run(self) -> Run:
        """What all views of its sweep share."""
        return self._run

    @property
    def about(self) -> About:
        return self._run.about

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its shots."""
        return self._numbers

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._run.entries[number] for number in self._numbers)

    @property
    def store(self) -> Store:
        return self._run.store

    @property
    def notices(self) -> tuple[str, ...]:
        """What happened on the way, a line each."""
        return tuple(dict.fromkeys(self._run.notices))

    @property
    def axes(self) -> dict[str, tuple[str, ...]]:
        """The values of each axis that its shots have."""
        held = [self._run.entries[number].labels for number in self._numbers]
        found = {}
        for name, labels in self._run.labels.items():
            there = {values[name] for values in held if name in values}
            found[name.rstrip("_")] = tuple(label for label in labels if label in there)
        return found

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Shot]:
        return (Shot(self._run, self._run.entries[number]) for number in self._numbers)

    def shot(self, number: int) -> Shot:
        """The shot with a number: the same as `grid[2]`. Raises OptionError.

        >>> grid.shot(2)
        <Shot 2: style=oil, done>
        """
        if isinstance(number, bool) or number not in self._numbers:
            span = f"{min(self._numbers)} to {max(self._numbers)}" if self._numbers else "none"
            raise OptionError(f"There is no shot {number}; there are {span}.")
        return Shot(self._run, self._run.entries[number])

    def __getitem__(self, wanted: Any) -> Any:
        """A shot by its number or by all its values (its first sample), a smaller grid by some of them."""
        if (number := number_in(wanted, self.name, self.axes)) is not None:
            return self.shot(number)
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        found = self._having(by_value(self.axes, values, self._same))
        if len(values) == len(self.axes):
            if not len(found):
                raise OptionError("This combination was left out of the sweep.")
            return min(found, key=lambda shot: shot.sample)
        return found

    def where(self, **values: Any) -> Sweep:
        """The shots with these values: `grid.where(model="pro", style=["ink", "oil"])`. Raises OptionError.

        >>> grid.where(style="oil").numbers
        (2,)
        """
        return self._having(by_name(self.axes, {name.rstrip("_"): value for name, value in values.items()}, self._same))

    def _same(self, name: str, one: str, other: str) -> bool:
        return same(name, one, other, self._run.behind.model_id)

    def _having(self, wanted: Mapping[str, set[str]]) -> Sweep:
        return self._only(lambda shot: all(shot.labels.get(name) in labels for name, labels in wanted.items()))

    def _only(self, fits: Callable[[Shot], bool]) -> Sweep:
        return Sweep(self._run, [shot.number for shot in self if fits(shot)])

    @property
    def failed(self) -> Sweep:
        """The shots that ended without an answer that can be used."""
        return self._only(lambda shot: shot.state == "failed")

    @property
    def missing(self) -> Sweep:
        """The shots that have not ended: not asked, under way, or with an unknown outcome."""
        return self._only(lambda shot: shot.state in ("waiting", "under way", "unknown"))

    @property
    def done(self) -> Sweep:
        """The shots that have an answer."""
        return self._only(lambda shot: shot.state == "done")

    @property
    def cost(self) -> float | None:
        """What its shots cost when they were made, in US dollars; None where that of one is unknown."""
        return _sum(shot.cost for shot in self)

    @property
    def would_cost(self) -> float | None:
        """What its answered shots cost with Google, the emulator's too; None where that of one is unknown."""
        return _sum(shot.would_cost for shot in self if shot.state == "done")

    @property
    def best(self) -> Shot | None:
        """The shot with the most stars, the first of equals; None before any."""
        starred = [shot for shot in self if shot.stars]
        return max(starred, key=lambda shot: shot.stars) if starred else None

    @property
    def picked(self) -> tuple[int, ...]:
        """The numbers of the shots that its conversation goes on from, one as a rule; empty before any was picked."""
        ids = self._run.behind.picked(self._run)
        return tuple(entry.number for entry in self.entries if entry.answer_id in ids)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def pick(self, which: Any) -> Sweep:
        """Go on from a shot, in the conversation of its sweep; `which` is its number, its values or the shot.

        >>> grid.pick("ink").picked
        (1,)
        """
        self._one(which).pick()
        return self

    def star(self, which: Any, stars: int) -> Sweep:
        """Rate a shot: 1 to 5, 0 takes it away.

        >>> grid.star(2, 4).best.number
        2
        """
        self._one(which).mark(stars=parse_stars(stars))
        return self

    def note(self, which: Any, text: str = "") -> Sweep:
        """Note something on a shot; an empty text takes it away.

        >>> grid.note(2, "too dark")[2].note
        'too dark'
        """
        self._one(which).mark(note=parse_note(text))
        return self

    def tag(self, which: Any, *words: str) -> Sweep:
        """Tag a shot; `-word` takes a tag away.

        >>> grid.tag(2, "keep", "cover").tag(2, "-cover")[2].tags
        ('keep',)
        """
        tags, untags = parse_tags(words)
        self._one(which).mark(tags=tags, untags=untags)
        return self

    def _one(self, which: Any) -> Shot:
        found = which if isinstance(which, Shot) else self[which]
        if not isinstance(found, Shot):
            raise OptionError(f"These values are those of {counted(len(found), 'shot')}; name one of them.")
        return found

    def score(self, **functions: Callable[[Result], float]) -> Sweep:
        """Keep a number with each answered shot; what the function raises is a note there.

        >>> grid.score(width=lambda result: result.image.width)[1].scores
        {'width': 1408.0}
        """
        from nbgemini.tuning.holding.scoring import score_shots

        score_shots(self, functions)
        return self

    def resume(self, *, unknown: bool = False, failed: bool = False) -> Sweep:
        """Ask for what is missing. `unknown`: for shots with an unknown outcome too; `failed`: for blocked ones too.

        >>> len(grid.resume().missing)
        0
        """
        for name, flag in (("unknown", unknown), ("failed", failed)):
            if not isinstance(flag, bool):
                raise OptionError(f"`{name}` is True or False, not {flag!r}.")
        found: Sweep = self._run.behind.resume(self._run, unknown=unknown, failed=failed)
        return found

    def cancel(self) -> Sweep:
        """Ask for nothing more. What is under way will be put in when it comes.

        >>> len(grid.cancel().done)
        2
        """
        self._run.behind.cancel(self._run)
        return self

    def save(self, folder: str | Path) -> list[Path]:
        """Copy every picture into a folder that is there, in files that are named after their axes.

        >>> import os
        >>> os.mkdir("out")
        >>> [path.name for path in grid.save("out")]
        ['001-style-ink.jpg', '002-style-oil.jpg']
        """
        from nbgemini.tuning.holding.shot_files import save_all

        if not isinstance(folder, str | os.PathLike):
            raise OptionError(f"A folder is named by a text or a path, not by {type(folder).__name__}.")
        return save_all(list(self), Path(folder))

    def export(self, path: str | os.PathLike[str]) -> Path:
        """Write its sheet into a new file: a page (`.html`), Markdown with the drawn sheet in a folder beside it
        (`.md`), a notebook that opens it again (`.ipynb`), or the drawn sheet alone (`.jpg`). Raises OptionError.

        >>> grid.export("boats.html").name
        'boats.html'
        """
        return write_sheet(SheetView(self, {}), path)

    def sheet(
        self,
        *,
        rows: str | None = None,
        columns: str | None = None,
        where: Mapping[str, Any] | None = None,
        stars: int = 0,
    ) -> SheetView:
        """Its sheet laid out anew; draws nothing. `rows` and `columns` name axes; `stars`: so many or more.

        Raises OptionError for what is not an axis, or not one of its values.

        >>> grid.sheet(columns="style", where={"style": "oil"})
        <sheet of boats: 1 shot, all done · emulator · $0, would be $0.034>
        """
        if not isinstance(where, Mapping | None):
            raise OptionError('`where` is a mapping of axes to values, such as `{"style": "ink"}`.')
        layout = axes_named(tuple(self.axes), rows, columns)
        shown = self.where(**where) if where else self
        if least := parse_stars(stars):
            shown = shown._only(lambda shot: shot.stars >= least)
        return SheetView(shown, layout)

    def to_pandas(self) -> Any:
        """One row a shot, as a DataFrame. Raises OptionError where pandas is not installed.

        >>> grid.to_pandas()["style"].tolist()
        ['ink', 'oil']
        """
        from nbgemini.tuning.holding.sweep_rows import rows_of_sweep

        try:
            import pandas  # type: ignore[import-untyped]  # it brings no types; who calls this has it
        except ImportError:
            raise OptionError("`to_pandas` needs pandas.", hint="`pip install pandas`.") from None
        return pandas.DataFrame(rows_of_sweep(self.name, self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return self._run.behind.rendered(SheetView(self, {}))

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f'A sweep belongs to this process and cannot be pickled; `nbgemini.open("{self.name}")` finds it again.'
        )

    def __repr__(self) -> str:
        return f"<Sweep {self.name}: {summary(self)}>"


@dataclass(frozen=True, slots=True)
class SheetView(SheetAlone):
    """A sheet of a sweep, which shows itself where a notebook is loaded.

    >>> grid.sheet()
    <sheet of boats: 2 shots, all done · emulator · $0, would be $0.068>
    """

    sweep: Sweep
    layout: Mapping[str, Any]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return self.sweep._run.behind.rendered(self)

    def __repr__(self) -> str:
        return f"<sheet of {self.sweep.name}: {summary(self.sweep)}>"


def summary(sweep: Sweep, what: str = "shot") -> str:
    """`24 shots, 22 done, 1 failed, 1 missing · $1.640`; `what` they are called."""
    done, failed, missing = len(sweep.done), len(sweep.failed), len(sweep.missing)
    batched = sum(shot.batched for shot in sweep)
    if not len(sweep):
        return "no shots"
    if all(shot.state == "waiting" for shot in sweep):
        return f"{counted(len(sweep), what)}, none drawn yet"
    if batched == len(sweep):
        return f"{counted(len(sweep), what)}, {'all ' if len(sweep) > 1 else ''}in a batch"
    facts = [counted(len(sweep), what), f"{done:,} done" if done < len(sweep) else "all done"]
    facts += [f"{failed:,} failed"] if failed else []
    facts += [f"{batched:,} in a batch"] if batched else []
    facts += [f"{missing - batched:,} missing"] if missing > batched else []
    return f"{', '.join(facts)} · {_made_for(sweep)}"


def _made_for(sweep: Sweep) -> str:
    """What its shots cost when they were made, whichever kernel asks: a sheet is the same each time."""
    found = [entry for entry in sweep.entries if entry.answer_id]
    if not found:
        return "$0"
    cost = dollars(total([one.cost for one in found]))
    return f"emulator · $0, would be {cost}" if found[0].emulated else cost


def price_words(sweep: Sweep) -> str:
    """`$1.640`, with the emulator `emulator · $0, would be $1.640`; what was replayed cost nothing now."""
    found = [entry for entry in sweep.entries if entry.answer_id]
    if not found:
        return "$0"
    if all(one.emulated for one in found):
        return f"emulator · $0, would be {dollars(total([one.cost for one in found]))}"
    paid = [one for one in found if not one.replayed and not one.emulated]
    was = [one for one in found if one.replayed and not one.emulated]
    told = dollars(total([one.cost for one in paid])) if paid else "$0"
    if was:
        told += f", {'replayed' if paid else 'was'} {dollars(total([one.cost for one in was]))}"
    return told


def _sum(costs: Iterator[float | None]) -> float | None:
    found = list(costs)
    return None if None in found else round(sum(cost for cost in found if cost is not None), 6)
