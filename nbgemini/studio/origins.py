"""The conversation of an ask, and the turn that it goes on from."""

from __future__ import annotations

from collections.abc import Callable

from nbgemini.errors import ConversationError
from nbgemini.studio.ask import Ask
from nbgemini.studio.reruns import Origin, Slot
from nbgemini.studio.results import Result
from nbgemini.studio.shelf import Held, Shelf
from nbgemini.studio.turns import is_turn, turn_named

__all__ = ["origin_of"]


def origin_of(ask: Ask, shelf: Shelf, conversation: str | None, slot: Slot | None) -> tuple[Held, Callable[[], Origin]]:
    """The conversation, and how to find the exchange to go on from when the turn's place is fixed.

    Raises ConversationError.
    """
    if ask.from_ is None:
        held = shelf.get(conversation)
        if ask.new:
            return held, lambda: Origin(None, again=False)
        if slot is not None:
            return held, lambda: held.trail.origin(slot, held.value.head)
        return held, lambda: Origin(held.value.head, again=False)
    if isinstance(ask.from_, Result):
        held = shelf.get(conversation or ask.from_.conversation.name)
        origin = ask.from_.exchange.id
    elif isinstance(ask.from_, int) and not isinstance(ask.from_, bool):
        held = shelf.get(conversation)
        origin = held.value.turn(ask.from_).id
    elif isinstance(ask.from_, str) and is_turn(ask.from_):
        held = shelf.get(conversation)
        origin = turn_named(ask.from_, held.value).id
    else:
        raise ConversationError(
            f"`from_` is a result, a turn number or a turn such as `@last`, not {_shown(ask.from_)}.",
            hint="`-r` shows any other picture to the model.",
        )
    held.value.get(origin)
    return held, lambda: Origin(origin, again=False)


def _shown(value: object) -> str:
    """A text as it is, if it is short; of anything else the type: its repr may be anything."""
    return repr(value) if type(value) is str and len(value) <= 60 else type(value).__name__
