"""The stored conversations: listed, loaded, continued."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from nbgemini._dataclass import dataclass
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.errors import ConversationError, StoreError
from nbgemini.store.folder import Folder
from nbgemini.store.heads import Ref, Refs
from nbgemini.store.records import Records

__all__ = ["Album", "Stored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored conversation at a glance: `turns` is their number, `prompt` and `drawn_by`, a model, are the head's."""

    key: str
    name: str
    turns: int
    head: str | None
    updated: str
    prompt: str
    model: str | None
    drawn_by: str = ""


class Album:
    """The conversations of a store, each under a key of its own.

    A name such as "main" is taken by one kernel after another; the key (`main`, `main.2`, …) tells them apart. A
    change forces the records first and the ref after them, so that a ref never names what is not there; `bring` copies
    before them what an exchange needs of a store beside.
    `problems` says what could not be read the last time that conversations were listed or loaded.
    """

    def __init__(
        self,
        folder: Folder,
        records: Records,
        pending: Callable[[], set[str]],
        bring: Callable[[Exchange], None] = lambda exchange: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._records = records
        self._refs = Refs(folder)
        self.key_of, self.touch = self._refs.key_of, self._refs.touch
        self.has = records.has_any  # whether an exchange is recorded, here or beside
        self.is_own = records.has  # whether it is recorded here
        self._pending = pending
        self._bring = bring
        self._clock = clock
        self._seen: set[str] = set()  # turns that were in a conversation when last looked for
        self.problems: tuple[str, ...] = ()

    def stored(self) -> list[Stored]:
        """The conversations with at least one turn, the latest last. Raises StoreError when nothing can be listed."""
        problems: list[str] = []
        found = [self._glance(ref, problems) for ref in self._refs.all(problems) if ref.turns]
        self.problems = tuple(problems)
        return sorted(found, key=lambda stored: (stored.updated, self._refs.written(stored.key), stored.key))

    def keys(self) -> list[str]:
        """The keys of the conversations with at least one turn; those that cannot be read are left out."""
        return [ref.key for ref in self._refs.all([]) if ref.turns]

    def turns(self, key: str) -> tuple[str, ...]:
        """The ids of a conversation's turns in order, those that cannot be read included.

        Raises ConversationError when there is none of that key, StoreError when it is damaged.
        """
        return self._refs.get(key).turns

    def changed(self) -> int:
        """When a conversation was last changed, in nanoseconds since 1970; 0 when there is none."""
        return self._refs.changed()

    def _glance(self, ref: Ref, problems: list[str]) -> Stored:
        exchange = self._read(ref.head, problems) if ref.head is not None else None
        return Stored(
            key=ref.key,
            name=ref.name,
            turns=len(ref.turns),
            head=ref.head,
            updated=ref.updated,
            prompt=exchange.prompt if exchange is not None else "",
            model=ref.model,
            drawn_by=exchange.model if exchange is not None else "",
        )

    def load(self, key: str, known: Mapping[str, Exchange] | None = None) -> Conversation:
        """The conversation of a key. Raises ConversationError when there is none, StoreError when it is damaged.

        `known` are exchanges that were read already. One that cannot be read is left out and named in `problems`; a
        head that is left out gives way to the nearest turn before it.
        """
        ref = self._refs.get(key)
        problems: list[str] = []
        exchanges = self._turns(ref, problems, known or {})
        self.problems = tuple(problems)
        return Conversation(
            ref.name,
            exchanges=tuple(exchanges.values()),
            head=ref.readable_head(exchanges),
            model=ref.model,
            system=ref.system,
        )

    def _turns(self, ref: Ref, problems: list[str], known: Mapping[str, Exchange]) -> dict[str, Exchange]:
        """The exchanges of a conversation as it sees them. Each goes on from one made before it, so that paths end."""
        found: dict[str, Exchange] = {}
        places = {exchange_id: place for place, exchange_id in enumerate(ref.turns)}
        for exchange_id, place in places.items():
            exchange = known.get(exchange_id) or self._read(exchange_id, problems)
            if exchange is None:
                continue
            if exchange_id in ref.adopted:
                exchange = exchange.adopted(ref.adopted[exchange_id])
            if exchange.parent is not None and places.get(exchange.parent, -1) >= place:
                problems.append(f"Exchange {exchange_id} goes on from one that was made after it.")
                exchange = replace(exchange, parent=None)
            found[exchange_id] = exchange
        return found

    def _read(self, exchange_id: str, problems: list[str]) -> Exchange | None:
        try:
            exchange = self._records.find(exchange_id)
        except StoreError as error:
            problems.append(error.message)
            return None
        if exchange is None:
            problems.append(f"`{self._records.path(exchange_id)}` is missing.")
        return exchange

    def new_key(self, name: str) -> str:
        """Take a free key for a conversation of that name: `main`, `main.2`, `main.3`, … No other kernel gets it.

        A key that a dead kernel took and never used is free again. Raises StoreReadOnly or StoreError.
        """
        with self._refs.lock():
            return self._refs.take(Ref(key=name, name=name, updated=self._now()))

    def append(
        self,
        key: str,
        name: str,
        siblings: Sequence[Exchange],
        *,
        expected: str | None,
        model: str | None,
        system: str | None,
        before: Sequence[Exchange] = (),
        stay: bool = False,
        recorded: bool = False,
    ) -> bool:
        """Commit exchanges that were asked for together: they are turns now, and the head is the first of them, or with
        `stay` where it was. `recorded`: as these turns they are on disk already.

        One that failed is recorded and nothing more. One whose record says otherwise (an orphan being adopted) becomes
        a turn of this conversation alone: the ref says so, and the record stays as it is. One that is there already is
        not added again. `before` are the turns until now: with them a ref that is gone or damaged is written anew.

        Returns False when the head on disk was not `expected`: another kernel goes on with the same conversation, and
        these turns are now a branch beside its own. Raises StoreReadOnly or StoreError.
        """
        adopted = {} if recorded else self._keep(siblings)
        with self._refs.lock():
            ref = self._refs.rescue(key) if before else self._refs.find(key)
            if ref is None:
                adopted = {**self._keep(before), **adopted}
                turns, head = tuple(exchange.id for exchange in before), expected if before else None
                ref = Ref(key=key, name=name, turns=turns, head=head, reserved=self._folder.join())
            grown = ref.with_turns(tuple(exchange.id for exchange in siblings if exchange.outcome == "turn"), stay=stay)
            self._refs.write(
                replace(
                    grown,
                    adopted={**ref.adopted, **adopted},
                    model=model,
                    system=system,
                    updated=self._now(),
                    writer=self._folder.join(),
                )
            )
        return ref.head == expected

    def left_with(self, name: str, turns: Sequence[str], *, in_order: bool = True) -> Stored | None:
        """The stored conversation of that name with just these turns, unless a living kernel is at it; or None."""
        problems: list[str] = []
        wanted = tuple(turns) if in_order else tuple(sorted(turns))
        for ref in self._refs.all(problems):
            own = ref.turns if in_order else tuple(sorted(ref.turns))
            if (ref.name, own) == (name, wanted) and not (ref.writer and self._folder.alive(ref.writer)):
                return self._glance(ref, problems)
        return None

    def has_beginning(self, name: str, turns: Sequence[str]) -> bool:
        """Whether a stored conversation of that name begins with these turns."""
        return any(ref.name == name and ref.turns[: len(turns)] == tuple(turns) for ref in self._refs.all([]))

    def _keep(self, exchanges: Iterable[Exchange]) -> dict[str, str | None]:
        """Record exchanges: the parents of those that were recorded as something else than these turns."""
        adopted = {}
        exchanges = list(exchanges)
        for exchange in exchanges:
            self._bring(exchange)
        keep = self._records.keep_each if len(exchanges) > 1 else partial(map, self._records.keep)
        for exchange, kept in zip(exchanges, keep(exchanges), strict=True):
            if (kept.outcome, kept.parent) != (exchange.outcome, exchange.parent):
                adopted[exchange.id] = exchange.parent
        return adopted

    def adopt(
        self,
        key: str,
        name: str,
        exchange: Exchange,
        *,
        parent: str | None,
        model: str | None,
        system: str | None,
    ) -> Exchange:
        """Make an orphan a turn that goes on from `parent`, and the head: the exchange as that turn.

        The adoption is written into the ref, not into the record: one file changes, so that a crash leaves the orphan
        either adopted or listed, and two conversations may adopt the same. Raises StoreReadOnly or StoreError.
        """
        turn = exchange.adopted(parent)
        self.append(key, name, [turn], expected=parent, model=model, system=system)
        return turn

    def move(self, key: str, head: str | None) -> None:
        """Set the head, None for a new root. Raises ConversationError, StoreReadOnly or StoreError."""
        with self._refs.lock():
            ref = self._refs.get(key)
            if head is not None and head not in ref.turns:
                raise ConversationError(f"`{ref.name}` has no exchange {head}.")
            self._refs.write(replace(ref, head=head, updated=self._now()))

    def create(self, conversation: Conversation) -> str:
        """Store a conversation, such as a fork, under a new key: that key. Raises StoreReadOnly or StoreError."""
        ref = Ref(
            key=conversation.name,
            name=conversation.name,
            turns=tuple(exchange.id for exchange in conversation.exchanges),
            head=conversation.head,
            model=conversation.model,
            system=conversation.system,
            updated=self._now(),
            adopted=self._keep(conversation.exchanges),
            writer=self._folder.join(),
        )
        with self._refs.lock():
            return self._refs.take(ref)

    def record(self, exchange: Exchange) -> None:
        """Record an exchange outside of any conversation: failed, or an orphan. Raises StoreReadOnly or StoreError."""
        self._bring(exchange)
        self._records.keep(exchange)

    def exchange(self, id_or_prefix: str) -> Exchange:
        """A recorded exchange, as it was recorded. Raises ConversationError when none or several match."""
        return self._records.get(id_or_prefix)

    def find(self, exchange_id: str) -> Exchange | None:
        """The recorded exchange of an id, or None. Raises StoreError for a damaged record."""
        return self._records.find(exchange_id)

    def exchanges(self) -> list[Exchange]:
        """Every recorded exchange that can be read, in order of id. Raises StoreError when nothing can be listed."""
        problems: list[str] = []
        found = list(self._records.all(problems))
        self.problems = tuple(problems)
        return found

    def orphans(self) -> list[Exchange]:
        """Exchanges with an answer in no conversation, oldest first. Raises StoreError when nothing can be listed.

        Turns whose ref was lost are among them; requests still on their way, or left over, are not.
        """
        problems: list[str] = []
        placed, pending = self._placed(problems), self._pending()
        lonely = [self._read(exchange_id, problems) for exchange_id in self._records.ids() if exchange_id not in placed]
        self.problems = tuple(problems)
        found = [exchange for exchange in lonely if exchange is not None and _is_orphan(exchange, pending)]
        return sorted(found, key=lambda exchange: exchange.created)

    def has_placed(self, exchange_id: str) -> bool:
        """Whether an exchange has found its place: as a turn of a conversation, as an orphan or as a failure."""
        try:
            exchange = self._records.find(exchange_id)
        except StoreError:
            return False
        return exchange is not None and (exchange.outcome != "turn" or exchange_id in self._placed([]))

    def has_turns(self, exchange_ids: Collection[str]) -> bool:
        """Whether all of these are turns of stored conversations."""
        if not self._seen.issuperset(exchange_ids):
            self._seen = self._placed([])
        return self._seen.issuperset(exchange_ids)

    def _placed(self, problems: list[str]) -> set[str]:
        return {exchange_id for ref in self._refs.all(problems) for exchange_id in ref.turns}

    def _now(self) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._clock()))


def _is_orphan(exchange: Exchange, pending: Container[str]) -> bool:
    """Whether an exchange in no conversation is one to adopt. A turn still pending is about to find its place."""
    return exchange.outcome == "orphan" or (exchange.outcome == "turn" and exchange.id not in pending)
