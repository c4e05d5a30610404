"""What a REF on the option line stands for: a variable, a turn, or a file; a variable wins over a file of its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgemini.errors import ConversationError, NotYetAvailable, OptionError, ReferenceImageError
from nbgemini.studio.references import Labelled
from nbgemini.studio.results import Result

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["resolve_origin", "resolve_reference"]

_TURN = re.compile(r"@(?:last|(-?\d{1,9}))")


def resolve_reference(text: str, user_ns: Mapping[str, Any], studio: Studio, name: str | None = None) -> Labelled:
    """The picture that `-r` names; turns are those of the conversation `name` (None: the current one).

    Raises ReferenceImageError, ConversationError or NotYetAvailable.
    """
    if text in user_ns and text.isidentifier():
        return Labelled(user_ns[text], text)
    if _TURN.fullmatch(text):
        result = _turn(text, studio, name)
        if result.picture is None:
            raise ReferenceImageError(f"`{text}` is an answer in words; it has no picture.")
        return Labelled(result, f"turn {result.turn}")
    if text == "@clipboard" or text.startswith(("http://", "https://")):
        raise NotYetAvailable(f"A later version takes `{text[:60]}` as a reference; a variable or a file works now.")
    path = Path(text).expanduser()
    if not path.exists() and any(c in text for c in "*?["):
        raise NotYetAvailable("A later version takes patterns such as `*.png`; repeat `-r` for each file.")
    if not path.exists() and text.isidentifier():
        raise ReferenceImageError(f"There is neither a variable nor a file `{text}`.")
    return Labelled(path, path.stem)


def resolve_origin(text: str, user_ns: Mapping[str, Any], studio: Studio, name: str | None = None) -> Result:
    """The turn that `--from` names. Raises OptionError or ConversationError."""
    if text in user_ns and text.isidentifier():
        value = user_ns[text]
        if isinstance(value, Result):
            return value
        raise OptionError(
            f"`--from {text}` names a {type(value).__name__}, not a result of `-o`.",
            hint=f"`-r {text}` shows it to the model.",
        )
    if _TURN.fullmatch(text):
        return _turn(text, studio, name)
    raise OptionError(
        f"`--from {text}` names no result.",
        hint="Keep one with `-o cat` and write `--from cat`, or name a turn: `--from @3`. `-r` takes files.",
    )


def _turn(text: str, studio: Studio, name: str | None) -> Result:
    """`@last`, `@3` (turn number), `@-2` (the second last on this branch), in the cell's conversation."""
    value = studio.value(name)
    number = text.removeprefix("@")
    if number != "last" and not number.startswith("-"):
        return studio.result(value.turn(int(number)), value.name)
    back = 1 if number == "last" else -int(number)
    path = value.path(value.head)
    if not 1 <= back <= len(path):
        raise ConversationError(f"`{value.name}` has no `{text}`: this branch has {len(path)} turns.")
    return studio.result(path[-back], value.name)
