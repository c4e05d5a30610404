"""A cell with `--vary` as Python that asks the same: a call of `nbgemini.sweep` that runs as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from nbgemini.core.grid.axis_text import AxisText, Item, RowsText, parse_axis, parse_pair, parse_skip
from nbgemini.core.grid.pattern import Hole, Pattern
from nbgemini.core.option_table import OPTIONS
from nbgemini.core.options import Options
from nbgemini.notebook.cell.asked import Typed
from nbgemini.notebook.names.names import own_names, parse_name, reach
from nbgemini.notebook.names.refs import ready, spelled
from nbgemini.notebook.views.plans import written
from nbgemini.studio.pictures.references import Labelled
from nbgemini.tuning.wishes.axis_values import is_axis

if TYPE_CHECKING:
    from nbgemini.tuning.wishes.wishing import Wish

__all__ = ["sweep_source"]

# Names that `nbgemini.sweep` has a use of its own for, so that an axis of such a name goes into `axes`.
_OWN = frozenset({"prompt", "axes", "shots", "count", "pair", "skip", "name", "workers", "strict", "on_shot", "batch"})


def sweep_source(cell: Typed, wish: Wish) -> str:
    """The program of a cell whose wish was read without a fault."""
    options = cell.options
    words = [*_prompt(wish), *_axes(cell, wish), *_around(options), *_others(cell, options)]
    lines = "".join(f"    {word},\n" for word in words)
    return f"import nbgemini as nb\n\n{options.out or 'grid'} = nb.sweep(\n{lines})"


def _prompt(wish: Wish) -> Iterator[str]:
    """Texts with their places, and pictures between them under their labels; nothing where `prompt` is an axis."""
    if wish.pattern is None:
        return
    pieces: list[str] = []
    text = ""
    for piece in wish.pattern.pieces:
        if isinstance(piece, Labelled):
            pieces += [repr(text)] if text else []
            pieces.append(f"{{{piece.label!r}: {piece.label}}}")
            text = ""
        else:
            text += f"{{{piece.name}}}" if isinstance(piece, Hole) else str(piece)
    pieces += [repr(text)] if text or not pieces else []
    yield pieces[0] if len(pieces) == 1 and pieces[0][0] != "{" else f"[{', '.join(pieces)}]"


def _axes(cell: Typed, wish: Wish) -> Iterator[str]:
    """Those that can be named in a call, and in `axes` all others."""
    beside: list[str] = []
    for one in map(parse_axis, cell.options.vary):
        if isinstance(one, RowsText):
            yield f"shots={one.variable or repr(one.file)}"
            continue
        name = _python_name(one.name)
        values = _values(cell, wish, one, name)
        if name.isidentifier() and name not in _OWN - {"prompt"} and not (name in wish.places and name in OPTIONS):
            yield f"{name}={values}"
        else:
            beside.append(f"{name!r}: {values}")
    if beside:
        yield f"axes={{{', '.join(beside)}}}"


def _python_name(name: str) -> str:
    return "from_" if name == "from" else name


def _values(cell: Typed, wish: Wish, one: AxisText, name: str) -> str:
    """A list, or the variable that holds one."""
    left = [value for axis in wish.grid.axes if axis.name == name for value in axis.values]
    is_place, found = name in wish.places, list[str]()
    for item in one.items:
        many = _many(cell, item)
        if many and len(one.items) == 1:
            return item.variable
        if many:
            found.append(f"*{item.variable}")
        elif name == "ref" and not is_place:
            found.append(_ref(cell, item.text))
        elif name == "from_" and not is_place:
            found.append(_origin(cell, item.text))
        else:
            found.append(item.variable if _is_read(cell, item) else repr(left[0].value))
        left = left[many or 1 :]
    return f"[{', '.join(found)}]"


def _is_read(cell: Typed, item: Item) -> bool:
    """Whether an item is a variable of the user's."""
    return bool(item.variable) and not cell.options.raw


def _many(cell: Typed, item: Item) -> int:
    """How many values a variable holds; 0 for one alone, and for what is no variable."""
    if not _is_read(cell, item):
        return 0
    known = parse_name(item.variable, bare_keys=True)
    assert known is not None  # the wish was read
    value = ready(reach(known, own_names(cell.user_ns, None)))
    return len(value) if is_axis("", value) or isinstance(value, Mapping) else 0


def _ref(cell: Typed, text: str) -> str:
    """A REF as Python takes it: a variable under its name, whatever else as text."""
    bare = text[1:-1] if text[:1] + text[-1:] == "{}" else text
    found = spelled(bare, cell.user_ns)
    is_variable = found != repr(bare) and not found.startswith("conversation.")
    return f"{{{bare!r}: {found}}}" if is_variable else repr(text)


def _around(options: Options) -> Iterator[str]:
    """What makes shots of the axes."""
    pairs = [tuple(map(_python_name, parse_pair(text))) for text in options.pair]
    skips = [{_python_name(name): label for name, label in parse_skip(text)} for text in options.skip]
    yield from ([f"pair={pairs!r}"] if pairs else [])
    yield from ([f"skip={skips!r}"] if skips else [])
    yield from ([f"count={options.count}"] if options.count > 1 else [])
    for name in ("name", "workers", "conversation"):
        if value := getattr(options, name):
            yield f"{name}={value!r}"
    yield from (f"{name}=True" for name in ("strict", "batch") if getattr(options, name))


def _others(cell: Typed, options: Options) -> Iterator[str]:
    """The options that all shots share."""
    for name, row in OPTIONS.items():
        value = options.given.get(name, row.default)
        if row.instead or value == row.default or name in (*_OWN, "vary", "conversation"):
            continue
        if name == "ref":
            yield f"ref=nb.fixed([{', '.join(_ref(cell, text) for text in value)}])"
        else:
            plain = value.text if isinstance(value, Pattern) else value
            yield f"{name}={_origin(cell, value) if name == 'from_' else written(plain)}"


def _origin(cell: Typed, text: str) -> str:
    """The turn to go on from: a variable as itself, a REF as text."""
    found = spelled(text, cell.user_ns)
    return repr(text) if found.startswith("conversation.") else found
