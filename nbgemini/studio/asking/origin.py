"""The conversation of an ask, and the turn that it goes on from."""

from __future__ import annotations

from collections.abc import Callable

from nbgemini.errors import ConversationError
from nbgemini.studio.asking.ask import Ask
from nbgemini.studio.conversations.named_turns import NamedTurns
from nbgemini.studio.conversations.reruns import Origin, Slot
from nbgemini.studio.conversations.session import Open, Session
from nbgemini.studio.pictures.drawn import Drawn

__all__ = ["origin_of"]


def origin_of(
    ask: Ask, session: Session, turns: NamedTurns, conversation: str | None, slot: Slot | None
) -> tuple[Open, Callable[[], Origin]]:
    """The conversation, and how to find the exchange to go on from when the turn's place is fixed.

    Raises ConversationError.
    """
    if ask.from_ is None:
        opened = session.get(conversation)
        if ask.new:
            return opened, lambda: Origin(None, again=False)
        if slot is not None:
            return opened, lambda: opened.trail.origin(slot, opened.value.head)
        return opened, lambda: Origin(opened.value.head, again=False)
    if isinstance(ask.from_, Drawn):
        opened = session.get(conversation or ask.from_.home)
        origin = ask.from_.exchange.id
    elif isinstance(ask.from_, int) and not isinstance(ask.from_, bool):
        opened = session.get(conversation)
        origin = opened.value.turn(ask.from_).id
    elif isinstance(ask.from_, str) and (named := turns.find(ask.from_, conversation)) is not None:
        opened, origin = (named[0] if conversation is None else session.get(conversation)), named[1].id
    else:
        raise ConversationError(
            "`from_` is a result, a turn number, a turn such as `@last` or a shot such as `tuesday/17`, not"
            f" {_shown(ask.from_)}.",
            hint="`-r` shows any other picture to the model.",
        )
    if origin not in opened.value:
        home = next((one.name for one in session.opened() if origin in one.value), "")
        raise ConversationError(
            f"{f'This is a turn of `{home}`, and it' if home else 'This turn'} is not in `{opened.name}`.",
            hint=f"Go on in `{home}`, or show its picture with `-r`."
            if home
            else "`-r` shows its picture to the model.",
        )
    return opened, lambda: Origin(origin, again=False)


def _shown(value: object) -> str:
    """A text as it is, if it is short; of anything else the type: its repr may be anything."""
    return repr(value) if type(value) is str and len(value) <= 60 else type(value).__name__
