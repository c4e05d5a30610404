"""What waits in a panel, for the next kernel: kept with its conversation's key, and left out where it was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.errors import ConversationError, NbgeminiError
from nbgemini.notebook.panel.lined_up import Wish
from nbgemini.tuning.front import sweeping

if TYPE_CHECKING:
    from nbgemini.notebook.panel.looking import Looking
    from nbgemini.studio.studio import Studio

__all__ = ["conversation_for", "for_later", "still_wanted", "unfinished"]


def for_later(studio: Studio, wishes: Sequence[Wish], under_way: Wish | None) -> tuple[Wish, ...]:
    """As a draft keeps them; `under_way` is on its way now, and first."""
    first = () if under_way is None else (replace(under_way, sent=True),)
    return tuple(replace(one, of=one.of or _key(studio, one.conversation)) for one in (*first, *wishes))


def _key(studio: Studio, name: str) -> str:
    opened = studio.session.find(name)
    return (opened.key if opened is not None else None) or ""


def still_wanted(studio: Studio, wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """Those of an earlier kernel, but what was on its way then and has become a turn, or still is on its way here."""
    drawing = {one.ask.prompt for name in {wish.conversation for wish in wishes} for one in studio.under_way.of(name)}
    return tuple(one for one in wishes if not (one.sent and (one.prompt in drawing or _drawn(studio, one))))


def _drawn(studio: Studio, wish: Wish) -> bool:
    value = _found(studio, wish)
    return value is not None and any(one.prompt == wish.prompt for one in value.exchanges[wish.turns :])


def _found(studio: Studio, wish: Wish) -> Conversation | None:
    opened = next((one for one in studio.session.opened() if wish.of and one.key == wish.of), None)
    if opened is not None:
        return opened.value
    with suppress(NbgeminiError):
        return studio.store.album.load(wish.of) if wish.of else None
    return None


def unfinished(studio: Studio) -> list[str]:
    """What to say of a panel's sweep that its kernel did not end: what is missing, and how to ask for that alone."""
    with suppress(NbgeminiError):
        called = [(name, about) for name, about in studio.store.sweeps.called() if about.by == "panel"]
        name, about = called[-1] if called else ("", None)
        if about is None or sweeping(studio).is_under_way(about.id):
            return []
        sweep = sweeping(studio).stored.of(about)
        missing = len(sweep.missing)
        if missing:
            return [
                f"The sweep `{name}` was not finished: {missing:,} of {len(sweep):,} pictures are missing.",
                f"`%imagine resume {name}` asks for those alone.",
            ]
    return []


def conversation_for(studio: Studio, looking: Looking, wish: Wish) -> Conversation:
    """The conversation of a wish in this kernel. Raises ConversationError."""
    if not wish.of:
        return studio.value(wish.conversation)
    if looking.key == f"key {wish.of}":
        return looking.hold()
    known = {one.key for one in studio.session.opened()} | {one.key for one in studio.history.stored()}
    if wish.of not in known:
        raise ConversationError(f"The conversation `{wish.conversation[:40]}` is not in the store any more.")
    return studio.history.take_in(wish.of).value
