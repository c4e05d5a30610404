"""What came of an ask into the store: turns of a conversation, orphans, failures; what a disk refuses is owed.

A conversation of replays alone is there already, so it is stored with the first new turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from nbgemini.bridge import Late
from nbgemini.core.content import turn_of_pictures
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import BESIDE, Answer, Exchange
from nbgemini.core.picture import Picture
from nbgemini.errors import NbgeminiError, StoreReadOnly
from nbgemini.store.album import Album
from nbgemini.store.store import Store
from nbgemini.studio.conversations.session import Open, take_key

__all__ = ["beside", "keep_beside", "keep_orphans", "keep_others", "keep_replays", "keep_turns", "record", "take_key"]


def keep_replays(opened: Open, album: Album, turns: Sequence[Exchange], after: Conversation) -> None:
    """Commit turns that are all in the store already, where the conversation is stored. Raises StoreError.

    A folder that may not be written replays all the same.
    """
    if opened.key is not None:
        with suppress(StoreReadOnly):
            _append(opened, album, turns, (), after)


def keep_turns(
    opened: Open,
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
        for notice in _committed(opened, store.album, turns, before, after):
            tell(notice)
        for exchange in turns:
            store.intents.settle(exchange.id, placed=True)
        if opened.value is not before and opened.value.head != after.head and opened.key is not None:
            # It was owed, and the conversation went on meanwhile.
            store.album.move(opened.key, opened.value.head)

    if problem := store.owed.do(work):
        tell(_owed(problem, store.refuge))


def keep_beside(
    opened: Open, store: Store, turns: Sequence[Exchange], *, recorded: bool = False, joined: bool = True
) -> tuple[str, ...]:
    """Commit turns beside the branch that the conversation is on; its head stays. Lines for users, as a rule none.

    Any thread may, also while a turn of the conversation is on its way. `recorded`: their records are on disk, or owed
    to it. Unless `joined`, they are turns of the stored conversation alone. Raises nothing that a disk may cause.
    """
    told: list[str] = []

    def work() -> None:
        before = opened.value
        told.extend(_keyed(opened, store.album, before))
        store.album.append(
            opened.key or opened.name,
            opened.name,
            turns,
            expected=opened.stored_head,
            model=before.model,
            system=before.system,
            before=before.exchanges,
            stay=True,
            recorded=recorded,
        )
        for exchange in turns:
            store.intents.settle(exchange.id, placed=True)

    with opened.committing:
        if problem := store.owed.do(work):
            told.append(_owed(problem, store.refuge))
        if joined:
            opened.change(lambda now: now.joined(*turns))
        else:
            opened.unheld.update(turn.id for turn in turns)
    return tuple(told)


def keep_orphans(
    store: Store, exchanges: Sequence[Exchange], error: NbgeminiError | None, tell: Callable[[Late], None]
) -> None:
    """Keep answers that came after their cell was given up; `error` is how its other requests ended."""
    for exchange in exchanges:
        orphan = replace(exchange, outcome="orphan", reason="its cell was interrupted")
        problem = record(store, orphan)
        kept = f"The late answer is kept: `%imagine recover {orphan.id}` makes it a turn."
        tell(Late(kept, orphan.id) if problem is None else Late(_owed(problem, store.refuge)))
    if error is not None and not exchanges:
        tell(Late(f"The interrupted request failed: {error}"))


def keep_others(store: Store, exchange: Exchange, pictures: tuple[Picture, ...]) -> str:
    """Keep the pictures beside a turn, in another candidate for example: an orphan of their own. The line about it."""
    orphan = replace(
        exchange,
        id=beside(exchange.id),
        answer=Answer(turn=turn_of_pictures(pictures)),
        outcome="orphan",
        reason=BESIDE,
        cost=None,
    )
    record(store, orphan)
    number = "Another picture" if len(pictures) == 1 else f"{len(pictures)} other pictures"
    return f"{number} came with it: `%imagine recover {orphan.id}` makes it a turn."


def beside(exchange_id: str, number: int = 0) -> str:
    """The id of what came beside an answer: the same whoever takes it in, and however often."""
    return hashlib.sha256(f"{exchange_id} {number}".encode()).hexdigest()[:16]


def record(store: Store, exchange: Exchange) -> NbgeminiError | None:
    """Put down an exchange that becomes no turn, and be done with its intent. Why that is owed, if it is."""

    def work() -> None:
        store.album.record(exchange)
        store.intents.settle(exchange.id, placed=True)

    return store.owed.do(work)


def _owed(problem: NbgeminiError, refuge: str) -> str:
    return (
        f"Not in the store yet: {problem.message} The answer is kept in {refuge} until the next cell tries again;"
        " `.save(PATH)` of the result keeps the picture elsewhere."
    )


def _committed(
    opened: Open, album: Album, turns: Sequence[Exchange], before: Conversation, after: Conversation
) -> tuple[str, ...]:
    """What a user should know of the commit. Raises StoreError."""
    notices = [*_keyed(opened, album, before)]
    if not _append(opened, album, turns, before.exchanges, after):
        notices.append(f"Another kernel changed `{opened.name}` in the meantime; its turns are a separate branch.")
    return tuple(notices)


def _keyed(opened: Open, album: Album, before: Conversation) -> tuple[str, ...]:
    """Give a conversation its place in the store, if it has none yet: what a user should know of that."""
    if opened.key is not None:
        return ()
    key = take_key(opened, album, before)
    if key == opened.name or opened.name == "main":
        return ()
    return (f"`{opened.name}` starts afresh in this kernel; `%imagine use {opened.name}` goes on with the stored one.",)


def _append(
    opened: Open, album: Album, turns: Sequence[Exchange], before: Sequence[Exchange], after: Conversation
) -> bool:
    key, expected = opened.key or opened.name, opened.stored_head
    model, system = after.model, after.system
    kept = album.append(key, opened.name, turns, expected=expected, model=model, system=system, before=before)
    opened.stored_head = turns[0].id
    return kept
