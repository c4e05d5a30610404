"""What came of an ask into the store: turns of a conversation, orphans, failures; what a disk refuses is owed.

A conversation of replays alone is there already, so it is stored with the first new turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.errors import NbgeminiError, StoreReadOnly
from nbgemini.store.album import Album
from nbgemini.store.store import Store
from nbgemini.studio.shelf import Held

__all__ = ["keep_orphans", "keep_replays", "keep_turns", "record", "take_key"]


def keep_replays(held: Held, album: Album, turns: Sequence[Exchange], after: Conversation) -> None:
    """Commit turns that are all in the store already, where the conversation is stored. Raises StoreError.

    A folder that may not be written replays all the same.
    """
    if held.key is not None:
        with suppress(StoreReadOnly):
            _append(held, album, turns, (), after)


def keep_turns(
    held: Held,
    store: Store,
    turns: Sequence[Exchange],
    before: Conversation,
    after: Conversation,
    tell: Callable[[str], None],
) -> None:
    """Commit turns that were asked for together, some of them new. Raises nothing that a disk may cause.

    `before` and `after` are the conversation without and with them; `tell` hears what a user should know.
    """

    def work() -> None:
        for notice in _committed(held, store.album, turns, before, after):
            tell(notice)
        for exchange in turns:
            store.intents.settle(exchange.id)
        if held.value is not before and held.value.head != after.head and held.key is not None:
            # It was owed, and the conversation went on meanwhile.
            store.album.move(held.key, held.value.head)

    if problem := store.owed.do(work):
        tell(_owed(problem, store.refuge))


def keep_orphans(
    store: Store, exchanges: Sequence[Exchange], error: NbgeminiError | None, tell: Callable[[str], None]
) -> None:
    """Keep answers that came after their cell was given up; `error` is how its other requests ended."""
    for exchange in exchanges:
        orphan = replace(exchange, outcome="orphan", reason="its cell was interrupted")
        problem = record(store, orphan)
        kept = f"The late answer is kept: `%imagine adopt {orphan.id}` makes it a turn."
        tell(kept if problem is None else _owed(problem, store.refuge))
    if error is not None and not exchanges:
        tell(f"The interrupted request ended: {error}")


def record(store: Store, exchange: Exchange) -> NbgeminiError | None:
    """Put down an exchange that becomes no turn, and be done with its intent. Why that is owed, if it is."""

    def work() -> None:
        store.album.record(exchange)
        store.intents.settle(exchange.id)

    return store.owed.do(work)


def _owed(problem: NbgeminiError, refuge: str) -> str:
    return (
        f"Not in the store yet: {problem.message} The answer is kept in {refuge} until the next cell tries again;"
        " `.save(PATH)` of the result keeps the picture elsewhere."
    )


def _committed(
    held: Held, album: Album, turns: Sequence[Exchange], before: Conversation, after: Conversation
) -> tuple[str, ...]:
    """What a user should know of the commit. Raises StoreError."""
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
