"""What a sweep is asked to try, parsed once: from Python's arguments, or from what the notebook read in a cell."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from nbgemini._dataclass import dataclass, field
from nbgemini.core.grid.axes import Dimension, Value, quoted
from nbgemini.core.grid.combinations import Combination, Grid
from nbgemini.core.grid.pattern import Pattern, parse_pattern, plain_names
from nbgemini.core.grid.spelling import ModelId
from nbgemini.core.option_table import OPTIONS
from nbgemini.core.options import Options
from nbgemini.core.phrases import shortened
from nbgemini.errors import OptionError
from nbgemini.studio.asking.ask import Composed
from nbgemini.tuning.wishes.axis_values import fit_for_place
from nbgemini.tuning.wishes.faults import Faults
from nbgemini.tuning.wishes.pairs_and_skips import left_by, paired_axes

__all__ = ["AXES", "Wish", "assembled"]

# What may be an axis beside the places of the prompt.
AXES = frozenset({*(name for name, row in OPTIONS.items() if row.axis), "prompt"})
_MOST_SHOTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A sweep as it is asked for.

    `pattern` is the prompt with its places, None where `prompt` is an axis. `words` are the options that all shots
    share, texts of theirs patterns too. `workers` is how many run side by side, None: as set; `batch`:
    as batch jobs, at half the price.
    """

    pattern: Pattern | None
    words: Mapping[str, Any]
    grid: Grid
    name: str = ""
    workers: int | None = None
    strict: bool = False
    raw: bool = False
    batch: bool = False
    notices: tuple[str, ...] = ()
    places: frozenset[str] = field(default_factory=frozenset)
    faults: Faults = field(default_factory=Faults)

    @property
    def text(self) -> str:
        """The prompt as people read it, places in braces."""
        return self.pattern.text if self.pattern is not None else "{prompt}"

    def asked(self, combination: Combination) -> tuple[object, Options]:
        """The prompt and the options of one shot. Raises OptionError."""
        values = combination.plain
        in_places = {name: _spelled(value) for name, value in values.items() if name in self.places}
        for name, value in in_places.items():
            if isinstance(value, Pattern):
                in_places = {**in_places, name: _joined(name, value, in_places)}
        given = {name: _filled(name, value, in_places) for name, value in self.words.items()}
        for name, value in values.items():
            if name not in self.places and name in AXES and name != "prompt":
                given[name] = _filled(name, value, in_places)
        return self._prompt(values, in_places), Options.of(given)

    def _prompt(self, values: Mapping[str, object], in_places: Mapping[str, object]) -> object:
        pattern = self.pattern
        if pattern is None:
            given = values.get("prompt", "")
            if not isinstance(given, str):
                return Composed(tuple(given)) if isinstance(given, list | tuple) else given
            pattern = parse_pattern(given, self.places)
        self._check_known(pattern, in_places, values)
        pieces = pattern.filled(in_places)
        if all(isinstance(piece, str) for piece in pieces):
            return "".join(map(str, pieces))
        return Composed(tuple(pieces))

    def _check_known(self, pattern: Pattern, in_places: Mapping[str, object], row: Mapping[str, object]) -> None:
        """Raises OptionError where a row of an explicit list says nothing of an axis that has a place."""
        axes = self.grid.names  # an axis that could not be read is none, and was noted
        missing = next((name for name in pattern.names if name not in in_places and name in axes), None)
        if missing is None:
            return
        plain = [(name, value) for name, value in row.items() if isinstance(value, str | int | float)][:3]
        told = " and ".join(f"`{name.rstrip('_')}` {quoted(str(value))}" for name, value in plain)
        raise OptionError(
            f"{f'The row with {told}' if told else 'A row'} has no value for `{{{missing}}}` in the prompt.",
            hint="Give each row one.",
        )


def _spelled(value: object) -> object:
    """A value in the place of a text: plain ones as text, pictures as they are."""
    if value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) else value


def _filled(name: str, value: object, values: Mapping[str, object]) -> object:
    """An option's value, the places in it filled. Raises OptionError for what it cannot be then."""
    if not isinstance(value, Pattern):
        return value
    return OPTIONS[name].parse(_joined(name, value, values))


def _joined(name: str, value: Pattern, values: Mapping[str, object]) -> str:
    """A text with the values of axes in its places. Raises OptionError for what is no text."""
    pieces = value.filled(values)
    if any(isinstance(piece, Pattern) for piece in pieces):
        raise OptionError(f"A value of `{name}` has the place of an axis whose values have places too.")
    wrong = next((piece for piece in pieces if not isinstance(piece, str)), None)
    if wrong is not None:
        raise OptionError(f"A value of type {type(wrong).__name__} cannot be part of the value of `{name}`.")
    return "".join(map(str, pieces))


def assembled(
    pattern: Pattern | None,
    words: Mapping[str, Any],
    dimensions: Sequence[Dimension],
    *,
    faults: Faults,
    count: int = 1,
    pairs: Sequence[Sequence[str]] = (),
    skips: Sequence[Sequence[tuple[str, object]] | Callable[[Any], Any]] = (),
    explicit: Collection[str] = (),
    model_id: ModelId = str,
    raw: bool = False,
    **more: Any,
) -> Wish:
    """A wish of its parts, everything checked that needs no model: what is wrong is in its `faults`, to be raised with
    what else a plan finds. Raises one OptionError for them where no plan can be made.

    `explicit` are axes that were said to be placeholders even where an option has their name; `model_id` knows models
    by other names.
    """
    names = [name for dimension in dimensions for name in dimension.names]
    doubled = {name for name in names if names.count(name) > 1}
    for name in doubled:
        faults.add(OptionError(f"`{name}` is an axis twice.", hint="Give all its values at once."))
    if doubled:
        faults.check()
    dimensions = [_with_patterns(dimension, names) for dimension in dimensions]
    places = _places(pattern, words, dimensions)
    dimensions = [_checked_places(_parsed(dimension, places, faults), places, faults) for dimension in dimensions]
    for name in names:
        _check_used(name, places, words, faults, placed=name in explicit)
    if pattern is not None and "prompt" in names and "prompt" not in places:
        faults.add(OptionError("`prompt` is an axis, and there is a prompt too.", hint="Leave the text out."))
    if pattern is None and "prompt" not in names and not faults.may_be_axis("prompt"):
        faults.add(OptionError("The prompt is empty.", hint="Write what to draw, or make `prompt` an axis."))
    if pattern is None and "prompt" not in names:
        faults.check()
    walked = paired_axes(list(dimensions), pairs, faults)
    left = [left_by(skip, walked, faults, model_id) for skip in skips]
    if not raw:
        _check_filled(pattern, words, walked, faults)
    grid = Grid(tuple(walked), count, tuple(skip for skip in left if skip is not None))
    if grid.size > _MOST_SHOTS:
        raise OptionError(f"These are {grid.size:,} shots; a sweep takes {_MOST_SHOTS:,} at most.")
    if next(grid.combinations(), None) is None:
        faults.add(OptionError("Nothing is left to draw: every combination is skipped."))
        faults.check()
    return Wish(pattern=pattern, words=words, grid=grid, places=frozenset(places), raw=raw, faults=faults, **more)


def _with_patterns(dimension: Dimension, names: Collection[str]) -> Dimension:
    """With the places of other axes found in the texts of options: `system=["be {mood}", "be plain"]`."""

    def found(name: str, value: Value | None) -> Value | None:
        if value is None or name not in AXES or name == "prompt" or not isinstance(value.value, str):
            return value
        pattern = parse_pattern(value.value, [other for other in names if other != name])
        return Value(value.label, pattern) if pattern.names else value

    steps = (
        tuple(found(name, value) for name, value in zip(dimension.names, step, strict=True)) for step in dimension.steps
    )
    return Dimension(dimension.names, tuple(steps))


def _parsed(dimension: Dimension, places: Collection[str], faults: Faults) -> Dimension:
    """With the values of options as the table of options parses them, each once."""
    steps, in_rows = list(dimension.steps), len(dimension.names) > 1  # rows may spell one value in two ways
    for at, name in enumerate(dimension.names):
        if name in places or name not in AXES or name == "prompt":
            continue
        seen: dict[str, Value] = {}
        for number, step in enumerate(steps):
            value = step[at]
            if value is not None and value.label not in seen and not isinstance(value.value, Pattern):
                parsed = faults.attempt(partial(_parsed_value, name, value.value))
                twin = _twin(parsed, seen)
                if twin is not None and not in_rows:
                    told = f"{quoted(twin.label)} and {quoted(value.label)} of `{name}` are the same value."
                    faults.add(OptionError(told))
                seen[value.label] = twin if twin is not None and in_rows else Value(value.label, parsed)
            if value is not None and value.label in seen:
                steps[number] = (*step[:at], seen[value.label], *step[at + 1 :])
    if in_rows:
        _check_rows(steps, faults)
    return Dimension(dimension.names, tuple(steps))


def _parsed_value(name: str, value: object) -> object:
    if value is None:
        missing = f"A value of `{name.rstrip('_')}` is missing (None or NaN)."
        raise OptionError(missing, hint="Leave it out; a row of `shots=` may be without one.")
    return OPTIONS[name].parse(value)


def _check_rows(steps: Sequence[tuple[Value | None, ...]], faults: Faults) -> None:
    """Take note of rows that are the same, once two spellings of one value are known as one."""
    known: dict[tuple[str | None, ...], int] = {}
    for number, step in enumerate(steps, 1):
        first = known.setdefault(tuple(None if value is None else value.label for value in step), number)
        if first != number:
            hint = "`count` (`-n`) draws each more than once."
            faults.add(OptionError(f"Rows {first} and {number} ask for the same.", hint=hint))


def _checked_places(dimension: Dimension, places: Collection[str], faults: Faults) -> Dimension:
    """With what goes into the prompt as text or as a picture; take note of whatever can be neither."""
    steps = list(dimension.steps)
    for at, name in enumerate(dimension.names):
        if name not in places or name == "prompt":
            continue
        for number, step in enumerate(steps):
            value = step[at]
            if value is None or isinstance(value.value, str | int | float | Pattern):
                continue
            fit = faults.attempt(partial(fit_for_place, name, value.value))
            steps[number] = (*step[:at], Value(value.label, fit), *step[at + 1 :])
    return Dimension(dimension.names, tuple(steps))


def _twin(parsed: object, seen: Mapping[str, Value]) -> Value | None:
    """A value that was written in another way before, such as 1 and 01."""
    plain = isinstance(parsed, str | int | float)
    return next((one for one in seen.values() if plain and one.value == parsed), None)


def _places(pattern: Pattern | None, words: Mapping[str, Any], dimensions: Sequence[Dimension]) -> set[str]:
    """The axes that have a place in the prompt, in one of the prompts, or in an option's value."""
    found = set(pattern.names) if pattern is not None else set()
    for value in (*words.values(), *_values_of(dimensions)):
        found |= set(value.names) if isinstance(value, Pattern) else set()
    names = [name for dimension in dimensions for name in dimension.names]
    if pattern is None and "prompt" in names:
        holder = next(dimension for dimension in dimensions if "prompt" in dimension.names)
        for value in holder.axis("prompt").values:
            found |= set(parse_pattern(value.value, names).names) if isinstance(value.value, str) else set()
    return found


def _values_of(dimensions: Sequence[Dimension]) -> list[object]:
    return [value.value for dimension in dimensions for step in dimension.steps for value in step if value is not None]


def _check_used(name: str, places: Collection[str], words: Mapping[str, Any], faults: Faults, *, placed: bool) -> None:
    if name in places:
        return
    if name in OPTIONS and name not in AXES and not placed:
        faults.add(
            OptionError(
                f"`{name}` is the same for all shots, and cannot be an axis.",
                hint=f"For a placeholder of that name, write `{{{name}}}` in the prompt.",
            )
        )
    elif placed or name not in AXES:
        close = difflib.get_close_matches(name, [*AXES, *places], n=1)
        hint = f"Did you mean `{close[0].rstrip('_')}`?" if close else f"Write `{{{name}}}` where its values go."
        faults.add(
            OptionError(f"`{name}` is an axis, and neither the prompt nor an option's value uses it.", hint=hint)
        )
    elif name in words:
        faults.add(OptionError(f"`{name.rstrip('_')}` is an axis and an option too.", hint="Leave one out."))


def _check_filled(
    pattern: Pattern | None, words: Mapping[str, Any], dimensions: Sequence[Dimension], faults: Faults
) -> None:
    """Take note of plain names in braces that nothing fills, in the prompt and in the texts of options."""
    names = [name for dimension in dimensions for name in dimension.names]
    texts: list[tuple[str, object]] = [] if pattern is None else [("prompt", pattern)]
    texts += words.items()
    for dimension in dimensions:
        for name in dimension.names:
            if name in AXES and (name != "prompt" or pattern is None):
                texts += [(name, value.value) for value in dimension.axis(name).values]
    for where, text in texts:
        for name in dict.fromkeys(name for piece in _texts_in(text, names) for name in plain_names(piece)):
            if faults.may_be_axis(name):
                continue
            close = difflib.get_close_matches(name, names, n=1)
            hint = (
                f"Did you mean `{{{close[0]}}}`?"
                if close
                else f"Give `{shortened(name, 40)}` values, or write `{{{{{name}}}}}`."
            )
            place = "the prompt" if where == "prompt" else f"`{where.rstrip('_')}`"
            faults.add(OptionError(f"Nothing fills `{{{shortened(name, 40)}}}` in {place}.", hint=hint))


def _texts_in(value: object, names: Sequence[str]) -> tuple[str, ...]:
    """The texts of a value around the places of axes."""
    pattern = parse_pattern(value, names) if isinstance(value, str) else value
    pieces = pattern.pieces if isinstance(pattern, Pattern) else ()
    return tuple(piece for piece in pieces if isinstance(piece, str))
