"""`{name}` in the prompt and options of a cell, replaced once by the user's own values; other braces stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from nbgemini._dataclass import dataclass
from nbgemini.core.braces import Brace, braces
from nbgemini.core.phrases import close_to
from nbgemini.notebook.names.names import Name, Unreachable, parse_name, reach
from nbgemini.notebook.names.plain import as_text, is_secret

__all__ = ["Inline", "Template", "expanded"]

_NAMED = 3  # look-alikes that the warning line names
_SHOWN = 60  # characters of each
_CANDIDATES = 2000  # names that a typing error is compared with
# What Python would evaluate between braces and we do not: calls, `!r`, `:.2f`, `[key]`, blanks around a name.
_NEAR = re.compile(
    r"""
    \s* ([^\W\d]\w*) (?: \.\w+ | \[[^\[\]{}]*\] )* (?: \([^{}]*\) )?
    (?: ![rsa] )? (?: : (?: .?[<>=^] )? [+\- ]? \#? 0? [0-9]* [,_]? (?: \.[0-9]+ )? [bcdeEfFgGnosxX%]? )? \s*
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Inline:
    """A value that is a picture, with the expression that named it: `cat`, `cats[1]`."""

    expression: str
    value: Any


@dataclass(frozen=True, slots=True)
class Template:
    """A body with its names replaced: texts and pictures in order, and a line about what stayed in braces, or none."""

    pieces: tuple[str | Inline, ...]
    warning: str = ""

    @property
    def text(self) -> str | None:
        """The whole prompt where no picture stands in it."""
        return None if any(isinstance(piece, Inline) for piece in self.pieces) else "".join(map(str, self.pieces))


def expanded(
    body: str,
    names: Mapping[str, Any],
    hides: Callable[[str], bool] = lambda text: False,
    *,
    find: Callable[[str], Iterable[Brace]] = braces,
    bare_keys: bool = False,
) -> Template:
    """Replace each `{name}` of `names` (`names.own_names`) once. `hides` says which texts must not be sent: keys.

    `find` finds the braces; `bare_keys`: the quotes around keys are gone, as on an option line. Values are never looked
    at for names again. Never raises for what stands in braces.
    """
    pieces: list[str | Inline] = []
    left: dict[str, str] = {}  # what stays, and why
    seen: dict[str, str | Inline | None] = {}  # the same words mean the same thing throughout
    at = 0
    for brace in find(body):
        if brace.doubled or not _looks_like_name(brace, names, bare_keys):
            continue
        if brace.inner not in seen:
            seen[brace.inner] = _value(brace, names, hides, left, bare_keys)
        value = seen[brace.inner]
        if brace.latex and value is not None:
            left.setdefault(brace.inner, "it is inside LaTeX")
        elif value is not None:
            pieces += [body[at : brace.start], value]
            at = brace.end
    pieces.append(body[at:])
    return Template(tuple(_joined(pieces)), _warning(left))


def _looks_like_name(brace: Brace, names: Mapping[str, Any], bare_keys: bool) -> bool:
    """Whether a pair of braces is a placeholder, or so near to one that its staying must be said."""
    name = parse_name(brace.inner, bare_keys=bare_keys)
    if name is not None:
        return name.variable in names or not brace.latex
    near = _NEAR.fullmatch(brace.inner)
    return near is not None and near[1] in names and not brace.latex


def _value(
    brace: Brace, names: Mapping[str, Any], hides: Callable[[str], bool], left: dict[str, str], bare_keys: bool
) -> str | Inline | None:
    """The text or picture for a name, or None after saying in `left` why there is none."""
    name = parse_name(brace.inner, bare_keys=bare_keys)
    try:
        if name is None:
            raise Unreachable("only plain names such as `{cat}`, `{cats[1]}` or `{d['key']}` are read")
        return _plain(name, names, hides)
    except KeyError:
        left[brace.inner] = _unknown(brace.inner, names if len(left) < _NAMED else ())
    except Unreachable as reason:
        left[brace.inner] = str(reason)
    return None


def _plain(name: Name, names: Mapping[str, Any], hides: Callable[[str], bool]) -> str | Inline:
    value = reach(name, names)
    text = as_text(value)
    if text is None:
        return Inline(name.text, value)
    if is_secret(name, text) or hides(text):
        raise Unreachable("it looks like a key")
    return text


def _unknown(inner: str, names: Iterable[str]) -> str:
    variable = inner.partition(".")[0].partition("[")[0]
    candidates = [name for name in islice(names, _CANDIDATES) if len(name) > 1]
    close = close_to(variable[:60], candidates, cutoff=0.65)
    meant = f"; did you mean `{{{close}}}`?" if close else ""
    return f"no variable of yours{meant}"


def _joined(pieces: Iterable[str | Inline]) -> list[str | Inline]:
    """Neighbouring texts as one, empty ones left out."""
    joined: list[str | Inline] = []
    run: list[str] = []
    for piece in [*pieces, None]:
        if isinstance(piece, str):
            run.append(piece)
            continue
        if text := "".join(run):
            joined.append(text)
        run = []
        if piece is not None:
            joined.append(piece)
    return joined or [""]


def _warning(left: Mapping[str, str]) -> str:
    """One line for everything that stayed in braces, or none."""
    if not left:
        return ""
    reasons = [f"`{{{' '.join(inner.split())[:_SHOWN]}}}` ({why})" for inner, why in list(left.items())[:_NAMED]]
    more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    return f"Left as text: {', '.join(reasons)}{more}. `--raw` leaves all braces as they are."
