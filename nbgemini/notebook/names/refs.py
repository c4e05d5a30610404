"""What a REF on the option line stands for: a variable, a turn, a file, a pattern or a URL; a variable wins."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbgemini.core.conversation import is_turn
from nbgemini.errors import OptionError, ReferenceImageError
from nbgemini.notebook.names.names import Name, Unreachable, parse_name, reach
from nbgemini.studio.drawing import Drawing
from nbgemini.studio.handles import Result
from nbgemini.studio.pictures.references import Labelled

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["held_result", "ready", "resolve_origin", "resolve_reference", "spelled"]


def resolve_reference(text: str, user_ns: Mapping[str, Any], studio: Studio, name: str | None = None) -> Labelled:
    """The picture (or pictures) that `-r` names; turns are those of the conversation `name` (None: the current one).

    Files, patterns, URLs and `@clipboard` stay texts, which the studio reads. Raises ReferenceImageError or
    ConversationError.
    """
    variable = _variable(text, user_ns)
    if variable is not None:
        try:
            return Labelled(ready(reach(variable, user_ns)), text)
        except Unreachable as reason:
            if not os.path.lexists(os.path.expanduser(text)):
                raise ReferenceImageError(f"`{text}` is not a picture: {reason}.") from None
    is_file = not is_turn(text) and os.path.lexists(os.path.expanduser(text))
    if not is_file and (named := studio.turns.picture(text, name)) is not None:
        return Labelled(*named)
    if text.isidentifier() and not os.path.lexists(text):
        raise ReferenceImageError(f"There is neither a variable nor a file `{text}`.")
    return Labelled(text)


def resolve_origin(text: str, user_ns: Mapping[str, Any], studio: Studio, name: str | None = None) -> Result:
    """The turn that `--from` names. Raises OptionError or ConversationError."""
    variable = _variable(text, user_ns)
    if variable is not None:
        return _origin(text, variable, user_ns)
    if (named := studio.turns.find(text, name)) is not None:
        return studio.result(named[1], named[0].name)
    raise OptionError(
        f"`--from {text}` is not a result.",
        hint="Keep one with `-o cat` and write `--from cat`, or name a turn (`@3`) or a shot (`tuesday/17`). `-r` takes"
        " files.",
    )


def _origin(text: str, variable: Name, user_ns: Mapping[str, Any]) -> Result:
    try:
        value = ready(reach(variable, user_ns))
    except Unreachable as reason:
        raise OptionError(f"`--from {text}` is not a result: {reason}.") from None
    if isinstance(value, Result):
        return value
    raise OptionError(
        f"`--from {text}` is a {type(value).__name__}, not a result of `-o`.",
        hint=f"`-r {text}` shows it to the model.",
    )


def held_result(text: str, user_ns: Mapping[str, Any]) -> Result | None:
    """The result that a variable holds; None: there is none of that name, or it holds something else."""
    variable = _variable(text, user_ns)
    try:
        value = None if variable is None else ready(reach(variable, user_ns))
    except (Unreachable, KeyError):
        return None
    return value if isinstance(value, Result) else None


def _variable(text: str, user_ns: Mapping[str, Any]) -> Name | None:
    """A name that begins with a variable, as in `cat`, `cats[1]` and `grid[best]` (a shell's quotes are gone)."""
    name = parse_name(text, bare_keys=True)
    return name if name is not None and name.variable in user_ns else None


def spelled(text: str, user_ns: Mapping[str, Any] | None) -> str:
    """A REF as Python writes it: a variable, a turn, or the name of a file. Without `user_ns` every name is one."""
    if text == "@last":
        return "conversation.last"
    if is_turn(text):
        number = int(text.removeprefix("@"))  # from the end, it is the same turn as long as there is one branch only
        return f"conversation.exchanges[{number - 1 if number > 0 else number}]"
    name = parse_name(text, bare_keys=True)
    if name is None or (user_ns is None and name.steps) or (user_ns is not None and not _leads(name, user_ns)):
        return repr(text)
    return name.variable + "".join(f".{step}" if kind == "field" else f"[{step!r}]" for kind, step in name.steps)


def _leads(name: Name, user_ns: Mapping[str, Any]) -> bool:
    try:
        reach(name, user_ns)
    except (KeyError, Unreachable):
        return False
    return True


def ready(value: Any) -> Any:
    """A cell in the background is waited for."""
    return value.get() if isinstance(value, Drawing) else value
