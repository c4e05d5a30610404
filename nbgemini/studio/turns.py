"""Turns that a text names: `@last`, `@3` and `@-2`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbgemini.errors import ConversationError

if TYPE_CHECKING:
    from nbgemini.core.conversation import Conversation
    from nbgemini.core.exchange import Exchange

__all__ = ["is_turn", "turn_named"]

_TURN = re.compile(r"@(?:last|-?[0-9]{1,9})")


def is_turn(text: str) -> bool:
    """Whether a text has the shape of a turn's name."""
    return _TURN.fullmatch(text) is not None


def turn_named(text: str, value: Conversation) -> Exchange:
    """`@last`, `@3` (turn number), `@-2` (the second last on this branch). Raises ConversationError."""
    number = text.removeprefix("@")
    if number != "last" and not number.startswith("-"):
        return value.turn(int(number))
    back = 1 if number == "last" else -int(number)
    path = value.path(value.head)
    if not 1 <= back <= len(path):
        raise ConversationError(f"`{value.name}` has no `{text}`: this branch has {len(path)} turns.")
    return path[-back]
