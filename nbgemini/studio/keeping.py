"""Turns into the store: a conversation of replays alone is there already, so it is stored with the first new turn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.errors import StoreReadOnly
from nbgemini.store.album import Album
from nbgemini.studio.shelf import Held

__all__ = ["keep_replays", "keep_turns", "take_key"]


def keep_replays(held: Held, album: Album, turns: Sequence[Exchange], after: Conversation) -> None:
    """Commit turns that are all in the store already, where the conversation is stored. Raises StoreError.

    A folder that may not be written replays all the same.
    """
    if held.key is not None:
        with suppress(StoreReadOnly):
            _append(held, album, turns, (), after)


def keep_turns(
    held: Held, album: Album, turns: Sequence[Exchange], before: Conversation, after: Conversation
) -> tuple[str, ...]:
    """Commit turns that were asked for together, some of them new: notices. Raises StoreReadOnly or StoreError.

    `before` and `after` are the conversation without and with them.
    """
    notices = []
    if held.key is None:
        key = take_key(held, album, before)
        if key != held.name != "main":
            notices.append(
                f"`{held.name}` begins anew in this kernel; `%imagine use {held.name}` goes on with the stored one."
            )
    if not _append(held, album, turns, before.exchanges, after):
        notices.append(f"Another kernel moved `{held.name}` meanwhile; its turns are a branch of their own.")
    return tuple(notices)


def _append(
    held: Held, album: Album, turns: Sequence[Exchange], before: Sequence[Exchange], after: Conversation
) -> bool:
    key, expected = held.key or held.name, held.stored_head
    model, system = after.model, after.system
    kept = album.append(key, held.name, turns, expected=expected, model=model, system=system, before=before)
    held.stored_head = turns[0].id
    return kept


def take_key(held: Held, album: Album, value: Conversation) -> str:
    """Where the conversation is stored from now on; `value` is what it has by now. Raises StoreReadOnly or StoreError.

    One that has replayed a stored conversation of its name from end to end goes on with that, unless another kernel is
    at it; so a notebook that is run anew every day leaves one conversation and not one a day.
    """
    if held.key is None:
        same = album.left_with(value.name, [turn.id for turn in value.exchanges]) if value.exchanges else None
        if same is not None:
            held.key, held.stored_head = same.key, same.head
        else:
            held.key = album.create(value) if value.exchanges else album.new_key(value.name)
            held.stored_head = value.head
    return held.key
