"""A cell as it was typed, and what the studio takes of it: its options, its body, the user's own values in place.

Everything that knows pictures is imported when it is needed: a slip on the option line is told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nbgemini._dataclass import dataclass
from nbgemini.core.option_table import OptionRow
from nbgemini.core.options import Options
from nbgemini.errors import OptionError
from nbgemini.notebook.line.optionline import parse_options, parse_prompt

if TYPE_CHECKING:
    from nbgemini.notebook.names.templating import Inline, Template
    from nbgemini.studio.asking.ask import Composed
    from nbgemini.studio.studio import Studio

__all__ = ["Typed", "composed", "expanded_text", "resolved", "template_of", "typed"]


_OF_SWEEPS = ("pair", "skip", "name", "workers", "strict")


@dataclass(frozen=True, slots=True)
class Typed:
    """The option line and the body of one cell. `notices` are about the line, and go along to the result."""

    options: Options
    prompt: str
    user_ns: MutableMapping[str, Any]
    notices: tuple[str, ...] = ()

    def expanded(self, text: str, studio: Studio) -> Template:
        """A text by the rules of the body: the user's own names replaced."""
        return _expanded(text, self.user_ns, studio)


def expanded_text(cell: Typed, text: str, studio: Studio) -> str:
    """The value of an axis by the rules of the body. Raises OptionError where no text stands for a name."""
    template = cell.expanded(text, studio)
    if template.text is None or template.warning:
        why = template.warning or "it contains a picture"
        raise OptionError(f"The value `{text[:60]}` of an axis cannot be read: {why}")
    return template.text


def typed(line: str, body: str, user_ns: MutableMapping[str, Any], studio: Callable[[], Studio]) -> Typed:
    """A cell, its option line parsed. Raises OptionError."""
    notices: list[str] = []

    def filled(row: OptionRow, text: str) -> str:
        template = _of_option(row, text, user_ns, studio())
        if template.warning:
            notices.append(template.warning.replace("Left as text", f"Left as text in `{row.long}`", 1))
        return "".join(_as_text(row, piece) for piece in template.pieces)

    try:
        options = parse_options(line, filled, body)
    except OptionError as problem:
        problem.hint = problem.hint or " ".join(notices)
        raise
    if options.out and (hidden := _hidden_by(options.out, user_ns)):
        notices.append(hidden)
    if not (options.vary or options.batch) and (
        alone := next((name for name in _OF_SWEEPS if name in options.given), None)
    ):
        raise OptionError(
            f"`--{alone}` is for sweeps, and this cell has no `--vary`.",
            hint="Leave it out, or add `--vary style=A,B`.",
        )
    prompt = body.strip() if options.vary else parse_prompt(body)  # `prompt` may be an axis, and then nothing is here
    return Typed(options, prompt, user_ns, tuple(notices))


def _of_option(row: OptionRow, text: str, user_ns: Mapping[str, Any], studio: Studio) -> Template:
    """The value of an option with names replaced. `-r {cat}` is `-r cat` where `cat` is no text."""
    from nbgemini.core.braces import braces, plain_braces
    from nbgemini.notebook.names.templating import Template

    find = braces if row.value == "TEXT" else plain_braces
    template = _expanded(text, user_ns, studio, find=find, bare_keys=True)
    is_name = text[0] + text[-1] == "{}" and not set(text[1:-1]) & set("{}")
    if row.offers in ("pictures", "turns") and is_name and (template.warning or template.text is None):
        return Template((text[1:-1],))
    return template


def _as_text(row: OptionRow, piece: str | Inline) -> str:
    """What stands for a piece in an option's value. Raises OptionError for a picture."""
    if isinstance(piece, str):
        return piece
    if isinstance(piece.value, PurePath):
        return str(piece.value)
    raise OptionError(
        f"`{{{piece.expression}}}` in `{row.long}` is a picture; only text or a number can go there.",
        hint="`-r` shows a picture to the model, and `{…}` in the body puts it there.",
    )


def _hidden_by(variable: str, user_ns: Mapping[str, Any]) -> str:
    """What to say where a result takes the name of something of Python's that the user has used as such until now."""
    import builtins

    if not hasattr(builtins, variable) or variable in user_ns:
        return ""
    return f"`{variable}` is a built-in name of Python: from now on it is this result. `del {variable}` restores it."


def resolved(cell: Typed, studio: Studio) -> Options:
    """The options of a cell with its REFs looked up, before `--new` acts."""
    from nbgemini.notebook.names.refs import resolve_origin, resolve_reference

    options, name = cell.options, cell.options.conversation
    refs = tuple(resolve_reference(str(text), cell.user_ns, studio, name) for text in options.ref)
    if options.from_ is None:
        return options.having(ref=refs)
    return options.having(ref=refs, from_=resolve_origin(options.from_, cell.user_ns, studio, name))


def template_of(cell: Typed, studio: Studio) -> Template:
    """The body of a cell with the user's own names replaced, unless `--raw` is given."""
    from nbgemini.notebook.names.templating import Template

    if cell.options.raw or "{" not in cell.prompt:
        return Template((cell.prompt,))
    return _expanded(cell.prompt, cell.user_ns, studio)


def _expanded(text: str, user_ns: Mapping[str, Any], studio: Studio, **rules: Any) -> Template:
    from IPython.core.getipython import get_ipython

    from nbgemini.notebook.names.names import own_names
    from nbgemini.notebook.names.templating import expanded

    key = studio.settings(key_wanted=True).key
    names = own_names(user_ns, getattr(get_ipython(), "user_ns_hidden", None))
    return expanded(text, names, lambda text: key is not None and key() in text, **rules)


def composed(cell: Typed, template: Template) -> Composed:
    """A template as a prompt of the Python API; pictures that are still being drawn are waited for."""
    from nbgemini.notebook.names.refs import ready
    from nbgemini.notebook.names.templating import Inline
    from nbgemini.studio.asking.ask import Composed
    from nbgemini.studio.pictures.references import Labelled

    pieces = (Labelled(ready(one.value), one.expression) if isinstance(one, Inline) else one for one in template.pieces)
    return Composed(tuple(pieces), (*cell.notices, *([template.warning] if template.warning else [])))
