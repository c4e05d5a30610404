"""The conversations of this kernel and of the store: moving in them, forking them, going on with a stored one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from nbgemini.bridge import whole
from nbgemini.core.conversation import Conversation, listed_name
from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import close_to
from nbgemini.errors import ConversationError, NbgeminiError, StoreError
from nbgemini.store.album import Stored
from nbgemini.store.store import Store
from nbgemini.studio.conversations.session import Open, Session

__all__ = ["History"]


class History:
    """Every verb names a conversation (None: the current one), returns its new value, and costs nothing."""

    def __init__(self, session: Session, store: Callable[[], Store]) -> None:
        self._session = session
        self._store = store

    def undo(self, name: str | None = None, steps: int = 1) -> Conversation:
        """Back on this branch; nothing is deleted. Raises ConversationError for what is no number of steps."""
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
            raise ConversationError(f"Undo takes a number of turns, not {steps!r}.")
        return self._moved(self._session.get(name), lambda now: now.rewound(steps))

    def redo(self, name: str | None = None) -> Conversation:
        """Where the last undo came from."""
        return self._moved(self._session.get(name), lambda now: now.advanced())

    def reset(self, name: str | None = None) -> Conversation:
        """A new empty root in the conversation; nothing is deleted."""
        return self._moved(self._session.get(name), lambda now: now.at(None))

    def pick(self, number: int, name: str | None = None) -> Conversation:
        """Go on from another of several pictures: the `number`th, from 1, of those that the last ask brought.

        Raises ConversationError.
        """
        return self._picked(self._session.get(name), lambda now: _sibling(now, number))

    def pick_turn(self, turn: int, name: str | None = None) -> Conversation:
        """Go on from one of several pictures that were asked for together, by its turn number.

        Raises ConversationError.
        """
        return self._picked(self._session.get(name), lambda now: _of_several(now, turn))

    def sibling(self, number: int, name: str | None = None) -> Exchange:
        """The `number`th, from 1, of the pictures that the last ask brought. Raises ConversationError."""
        return _sibling(self._session.get(name).value, number)

    def choose(self, exchange_id: str, name: str | None = None) -> Conversation:
        """Go on from one of several answers, a shot of a sweep for example: for the cells after it, it is their turn.

        Raises ConversationError.
        """
        return self._picked(self._session.get(name), lambda now: now.get(exchange_id))

    def take_in(self, key: str, *, aside: bool = False) -> Open:
        """A stored conversation in this kernel, which stays at the one that is current. Raises ConversationError.

        `aside`: it is only looked at, and so never takes the name that the next cell goes on with.
        """
        here = [opened for opened in self._session.opened() if opened.key == key]
        if here:
            return here[0]
        return self._taken_in(key, next(label for label, one in self._listed() if one.key == key), aside=aside)

    def key_of(self, name: str) -> str:
        """Where the stored conversation of a name lies, the newest of several. Raises ConversationError."""
        stored = self._stored_as(name)
        if stored is None:
            raise self._unknown(name)
        return stored.key

    def go(self, exchange_id: str, name: str | None = None) -> Conversation:
        """Go on from any turn of the conversation. Raises ConversationError."""
        return self._moved(self._session.get(name), lambda now: now.at(exchange_id))

    @whole
    def _picked(self, opened: Open, choose: Callable[[Conversation], Exchange]) -> Conversation:
        after = self._moved(opened, lambda now: now.at(choose(now).id))
        if after.head is not None:
            opened.trail.picked(after.head)
        return after

    @whole
    def _moved(self, opened: Open, verb: Callable[[Conversation], Conversation]) -> Conversation:
        store, before = self._store(), opened.value
        store.owed.settle()
        after = opened.change(verb)
        if opened.key is None or after.head == before.head or store.owed:  # what is owed takes the head along
            return after
        try:
            store.album.move(opened.key, after.head)
        except StoreError:
            opened.change(lambda now: replace(now, head=before.head, undone=before.undone) if now is after else now)
            raise
        opened.stored_head = after.head
        return after

    @whole
    def fork(self, new_name: str, name: str | None = None) -> Conversation:
        """A new conversation that begins with another's branch.

        Raises ConversationError when the name is taken, StoreError when a turn of the branch is not in the store yet.
        """
        self._store().pay_debts()
        source = self._session.get(name)
        forked = source.value.forked(new_name)
        opened = self._session.put(forked, None)
        # A notebook that is replayed forks anew each time: what it forked at first is there already.
        turns = [one.id for one in forked.exchanges]
        if turns and (source.key is not None or not self._store().album.has_beginning(new_name, turns)):
            opened.key = self._store().album.create(forked)
        return opened.value

    @whole
    def use(self, name: str) -> Conversation:
        """Make a conversation current: this kernel's of that name, else the newest stored one.

        Named while it is current already, an earlier kernel's conversation of that name is meant. Raises
        ConversationError.
        """
        own = self._session.find(name)
        begun = own is not None and bool(own.value.exchanges)
        opened = (
            own if begun and self._session.current != name else self._from_store(name, own if begun else None) or own
        )
        if opened is None:
            raise self._unknown(name)
        self.switch(opened)
        return opened.value

    def use_stored(self, name: str | None = None) -> Conversation:
        """The same for a script, which begins nothing: None means the current name. Raises ConversationError."""
        name = self._session.current if name is None else name
        current, value = self._session.current, self.use(name)
        if not value.exchanges:
            self._session.switch(current)
            raise self._unknown(name)
        return value

    def switch(self, opened: Open) -> None:
        """Make a conversation of this kernel current; the store lists it as the one that was used last."""
        self._session.switch(opened.name)
        if opened.key is not None:
            with suppress(NbgeminiError):  # whoever only looks at a store that takes nothing may choose all the same
                self._store().album.touch(opened.key)

    def _from_store(self, name: str, besides: Open | None) -> Open | None:
        """The stored conversation that is listed under a name, or the newest one of that name; None without one."""
        found = self._stored_as(name, besides)
        return None if found is None or (besides is not None and found.key == besides.key) else self.take_in(found.key)

    def _stored_as(self, name: str, besides: Open | None = None) -> Stored | None:
        """What is listed under a name, or the newest stored one of that name."""
        listed = self._listed()
        others = [one for _, one in listed if one.name == name and (besides is None or one.key != besides.key)]
        return dict(listed).get(name) or (others[-1] if others else None)

    def _taken_in(self, key: str, label: str, *, aside: bool = False) -> Open:
        """A stored conversation in this kernel, under its label where its name is taken.

        Where this kernel has only replayed turns of it, those are the stored ones: it goes on with all of them.
        """
        value = self._store().album.load(key)
        found = self._session.find(value.name)
        own = found if found is not None and found.value.exchanges else None
        if own is None and not (aside and value.name == self._session.current):
            return self._session.put(value, key)
        if own is not None and own.key is None and all(turn.id in value for turn in own.value.exchanges):
            replayed = {turn.id: turn for turn in own.value.exchanges}
            exchanges = tuple(replayed.get(turn.id, turn) for turn in value.exchanges)
            own.key, own.stored_head = key, value.head
            own.change(lambda now: replace(value, exchanges=exchanges))
            return own
        return self._session.put(replace(value, name=f"{label}.1" if label == value.name else label), key)

    def _unknown(self, name: str) -> ConversationError:
        names = [opened.name for opened in self._session.opened()] + [stored.name for stored in self.stored()]
        close = close_to(name, names)
        sweep = name.partition("/")[0]
        if any(sweep == called for called, _ in self._store().sweeps.called()):
            return ConversationError(
                f"`{sweep}` is a sweep, not a conversation.", hint=f"`%imagine pick {sweep}/1` goes on from its shot 1."
            )
        hint = f"Did you mean `{close}`?" if close else "`%imagine list` shows them; `-c NAME` starts a new one."
        return ConversationError(f"There is no conversation `{name}`.", hint=hint)

    def stored(self) -> list[Stored]:
        """The conversations on disk, the latest last, each under a name of its own.

        Where several kernels began a `main`, they are `main.1`, `main.2`, … in the order of beginning.
        """
        return [replace(one, name=label) for label, one in self._labelled()]

    def _listed(self) -> list[tuple[str, Stored]]:
        """(a name that finds it, what is stored), the latest last; `main.1` finds `main` also where it is the only one.

        So a kernel can name it that has a `main` of its own, or is about to begin one.
        """
        labelled = self._labelled()
        names = {label for label, _ in labelled}
        again = [(f"{one.key}.1", one) for label, one in labelled if label == one.key]
        return [*labelled, *(pair for pair in again if pair[0] not in names)]

    def _labelled(self) -> list[tuple[str, Stored]]:
        """(the name that is listed, what is stored), the latest last."""
        found = self._store().album.stored()
        names = Counter(stored.name for stored in found)
        return [(listed_name(one.key, one.name, several=names[one.name] > 1), one) for one in found]


def _siblings(now: Conversation) -> tuple[Exchange, ...]:
    """What the last ask brought: the turn at the head and its siblings, or those that an undo has just taken back."""
    if now.last is not None and len(found := now.siblings(now.last.id)) > 1:
        return found
    newest = now.exchanges[-1] if now.exchanges else None
    return now.siblings(newest.id) if newest is not None and newest.parent == now.head else ()


def _sibling(now: Conversation, number: int) -> Exchange:
    found = _siblings(now)
    if len(found) < 2:
        where = f"Turn {now.number(now.head)} of" if now.head else "The start of"
        raise ConversationError(
            f"{where} `{now.name}` is not one of several pictures, so there is nothing to pick.",
            hint="`-n 4` asks for several; `--from @3` goes on from any turn.",
        )
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(found):
        turns = f"turns {now.number(found[0].id)} to {now.number(found[-1].id)}"
        raise ConversationError(f"There are {len(found)} pictures to pick from ({turns}), and no number {number}.")
    return found[number - 1]


def _of_several(now: Conversation, turn: int) -> Exchange:
    chosen = now.turn(turn)
    if len(now.siblings(chosen.id)) < 2:
        raise ConversationError(
            f"Turn {turn} of `{now.name}` is not one of several pictures from one cell.",
            hint=f"`%%imagine --from @{turn}` goes on from it.",
        )
    return chosen
