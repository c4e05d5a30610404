"""A cell with `--vary` as a wish: its axes read, the user's own values in their places, everything checked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from nbgemini.core.grid.axes import Axis, Dimension, Value, single
from nbgemini.core.grid.axis_text import AxisText, Item, RowsText, name_in, parse_axis, parse_pair, parse_skip
from nbgemini.core.grid.pattern import Pattern, parse_pattern, plain_names
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.notebook.cell.asked import Typed, expanded_text, resolved
from nbgemini.notebook.names.names import Unreachable, own_names, parse_name, reach
from nbgemini.notebook.names.refs import ready, resolve_origin, resolve_reference
from nbgemini.notebook.names.templating import Inline
from nbgemini.studio.pictures.references import Labelled
from nbgemini.tuning.wishes.axis_values import axis_of, is_axis
from nbgemini.tuning.wishes.faults import Faults, checked_name
from nbgemini.tuning.wishes.shot_rows import rows_from
from nbgemini.tuning.wishes.wishing import Wish, assembled

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["wish_of_cell"]

# Options of a cell that are none of its shots'.
_OF_THE_CELL = frozenset(
    [
        "vary",
        "pair",
        "skip",
        "name",
        "workers",
        "strict",
        "batch",
        "count",
        "out",
        "preview",
        "quiet",
        "raw",
        "dry_run",
        "show",
        "bg",
        "conversation",
    ]
)


def wish_of_cell(cell: Typed, studio: Studio) -> Wish:
    """The wish of a cell. Raises one OptionError for all that is wrong with it."""
    faults, options = Faults(), cell.options
    given: list[AxisText | RowsText] = []
    for text in options.vary:
        if (axis := faults.attempt(partial(parse_axis, text))) is None:
            faults.unread(_python_name(name_in(text)))
        else:
            given.append(axis)
    names = [axis.name for axis in given if isinstance(axis, AxisText)]
    reader = _Reader(cell, studio, faults, names)
    rows = [reader.rows(one) for one in given if isinstance(one, RowsText)]
    if None in rows:
        faults.unread()
    names += [name for dimension in rows if dimension is not None for name in dimension.names]
    names = [_python_name(name) for name in names]
    pattern, notices = reader.body(names)
    placed = pattern.names if pattern is not None else ()
    dimensions: list[Dimension] = []
    left = iter(rows)
    for one in given:
        found = next(left) if isinstance(one, RowsText) else reader.axis(one, placed)
        dimensions += [found] if found is not None else []
        if found is None and isinstance(one, AxisText):
            faults.unread(_python_name(one.name))
    own = options.given.keys() - _OF_THE_CELL
    words = {name: value for name, value in resolved(cell, studio).given.items() if name in own}
    return assembled(
        pattern,
        words,
        dimensions,
        faults=faults,
        count=options.count,
        pairs=[_renamed(pair) for text in options.pair if (pair := faults.attempt(partial(parse_pair, text)))],
        skips=[skip for text in options.skip if (skip := reader.skip(text, dimensions))],
        model_id=lambda name: studio.catalogue.find(name).id,
        raw=True,  # what nothing fills was looked for in the body as it was typed
        name=faults.attempt(lambda: checked_name(options.name)) or "",
        workers=options.workers,
        strict=options.strict,
        batch=options.batch,
        notices=(*cell.notices, *notices),
    )


def _renamed(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(_python_name(name) for name in names)


def _python_name(name: str) -> str:
    return "from_" if name == "from" else name


class _Reader:
    """Reads the values and the body of one cell."""

    def __init__(self, cell: Typed, studio: Studio, faults: Faults, axes: Sequence[str]) -> None:
        from IPython.core.getipython import get_ipython

        self._cell = cell
        self._studio = studio
        self._faults = faults
        self._axes = axes
        self._names = own_names(cell.user_ns, getattr(get_ipython(), "user_ns_hidden", None))

    def rows(self, given: RowsText) -> Dimension | None:
        """An explicit list, from a variable or a file."""
        if given.file:
            found: Dimension | None = self._faults.attempt(lambda: rows_from(given.file))
            return found
        value = self._variable(given.variable, "--vary")
        return None if value is None else self._faults.attempt(lambda: rows_from(value, source=given.variable))

    def axis(self, given: AxisText, placed: Sequence[str]) -> Dimension | None:
        """One axis with the user's own values in it."""
        name = _python_name(given.name)
        if len(given.items) == 1 and given.items[0].variable and not self._cell.options.raw:
            value = self._variable(given.items[0].variable, name)
            if value is None:
                return None
            values: Any = value if is_axis("", value) or isinstance(value, Mapping) else [value]
        else:
            values = [one for item in given.items for one in self._values(item, name, placed)]
            if not values:  # what is wrong with each was noted
                return None
        axis: Axis | None = self._faults.attempt(lambda: axis_of(name, values))
        return None if axis is None else single(axis)

    def skip(self, text: str, dimensions: Sequence[Dimension]) -> tuple[tuple[str, list[Any]], ...]:
        """The values of each axis that `--skip` names; nothing after taking note of what cannot be read."""
        found: list[tuple[str, list[Any]]] = []
        for typed, value in self._faults.attempt(partial(parse_skip, text)) or ():
            name = _python_name(typed)
            axis = next((one.axis(name) for one in dimensions if name in one.names), None)
            plain = axis is None or value in axis.labels or not ("{" in value or name in ("ref", "from_"))
            values = [value] if plain else self._faults.attempt(partial(self._values, Item(value), name, ()))
            found.append((name, values or []))
        return tuple(found) if all(values for _, values in found) else ()

    def _values(self, item: Item, name: str, placed: Sequence[str]) -> list[Any]:
        """What one item stands for: a text, a reference, a turn, or all of a list."""
        if item.variable and not self._cell.options.raw:
            value = self._variable(item.variable, name)
            if value is None:
                return []
            return list(axis_of(name, value).values) if is_axis("", value) else [value]
        text, pattern = item.text, None
        try:
            if "{" in text and not self._cell.options.raw:
                pattern = parse_pattern(text, self._axes).each_text(self._around)
                text = pattern.text
            if name == "ref" and name not in placed:
                return [resolve_reference(text, self._cell.user_ns, self._studio, self._cell.options.conversation)]
            if name == "from_" and name not in placed:
                return [resolve_origin(text, self._cell.user_ns, self._studio, self._cell.options.conversation)]
        except NbgeminiError as problem:
            self._faults.add(OptionError(problem.message, hint=problem.hint))
            return []
        if pattern is not None and name in placed and any(other != name for other in pattern.names):
            return [Value(text, pattern)]  # the places of other axes, as in the body
        return [text]

    def _around(self, text: str) -> tuple[object, ...]:
        """The text of a value with the user's own in it; places of other axes stand around it."""
        return (expanded_text(self._cell, text, self._studio) if "{" in text else text,)

    def _variable(self, text: str, where: str) -> Any:
        """The value of a variable; None after taking note that there is none."""
        name = parse_name(text, bare_keys=True)
        try:
            if name is None:
                raise Unreachable("only plain names such as `{styles}` or `{d['key']}` are read")
            return ready(reach(name, self._names))
        except KeyError:
            why = "there is no such variable"
        except Unreachable as reason:
            why = str(reason)
        self._faults.add(OptionError(f"`{{{text}}}` in `{where.rstrip('_')}` cannot be read: {why}."))
        return None

    def body(self, names: Sequence[str]) -> tuple[Pattern | None, tuple[str, ...]]:
        """The prompt with the places of axes, the user's own values around them; and lines on what stayed in braces."""
        prompt, raw = self._cell.prompt, self._cell.options.raw
        if not prompt:
            return None, ()
        pattern, notices = parse_pattern(prompt, names), list[str]()

        def around(text: str) -> tuple[object, ...]:
            if raw or "{" not in text:
                return (text,)
            for name in plain_names(text):
                if name not in self._names and not self._faults.may_be_axis(name):
                    self._unfilled(name, names)
            template = self._cell.expanded(text, self._studio)
            notices.extend([template.warning] if template.warning else [])
            return tuple(
                Labelled(ready(one.value), one.expression) if isinstance(one, Inline) else one
                for one in template.pieces
            )

        return pattern.each_text(around), tuple(notices)

    def _unfilled(self, name: str, names: Sequence[str]) -> None:
        from nbgemini.core.phrases import close_to

        close = close_to(name, [*names, *self._names])
        hint = f"Did you mean `{{{close}}}`?" if close else f"`--vary {name}=A,B` gives it values; `--raw` leaves it."
        self._faults.add(OptionError(f"Nothing fills `{{{name}}}` in the prompt.", hint=hint))
