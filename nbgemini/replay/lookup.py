"""What of an ask is answered from disk, and what is said when nothing may be sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from nbgemini._dataclass import dataclass
from nbgemini.core.continuing import Placed
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import BACKEND_NAMES, Backend, Exchange, ImageRequest
from nbgemini.core.option_parsers import ReplayMode
from nbgemini.errors import NbgeminiError, ReplayMiss, StoreError
from nbgemini.net.client import Client
from nbgemini.replay import Asker, Asking, Askings, Recall
from nbgemini.settings import Settings
from nbgemini.store.store import Store

__all__ = ["Lookup", "Replay", "Replays", "Sought", "miss"]

_SENDS = "`--replay auto` sends it, and `%tb` shows all differences."


@dataclass(frozen=True, slots=True)
class Lookup:
    """An ask at its place, and the recordings that answer it, as turns of this conversation.

    `lasting` says that one of them is in no stored conversation yet (a late answer, or a turn whose kernel died on the
    last step), so that the conversation is to be stored.
    """

    placed: Placed
    asking: Asking
    exchanges: tuple[Exchange, ...] = ()
    notices: tuple[str, ...] = ()
    lasting: bool = False
    sent_as: str = ""  # the hash of the requests that no recording answers, where it is not that of the asking

    @property
    def missing(self) -> int:
        """How many requests no recording answers."""
        return self.asking.count - len(self.exchanges)


@dataclass(frozen=True, slots=True)
class Sought:
    """`count` equal requests that would go on from `parent` in a conversation; `at` places them after any turn."""

    at: Callable[[str | None, Backend], Placed]
    hash_of: Callable[[ImageRequest, Backend], str]
    count: int
    parent: str | None
    conversation: Conversation

    @property
    def before(self) -> Backend | None:
        """Who drew the turn that they go on from."""
        parent = self.parent
        return self.conversation.get(parent).backend if parent is not None and parent in self.conversation else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How one ask may be answered from disk.

    `backends` are those whose recordings may answer, in order; `asked` is who would be asked for what is missing;
    `others` are those whose recordings are worth a line. `recover` makes orphans of what a dead kernel had kept.
    """

    mode: ReplayMode
    recall: Recall
    asker: Asker | None
    backends: tuple[Backend, ...]
    asked: Backend
    recover: Callable[[], None]
    others: tuple[Backend, ...] = ()

    def find(self, sought: Sought) -> Lookup:
        """Look the requests of an ask up; `end` follows in any case. Raises StoreError where nothing may be sent.

        Of several backends, the recordings of the one that drew the turn before come first.
        """
        if self.mode != "off":
            self.recover()
        before, lookup = sought.before, None
        for backend in sorted(self.backends, key=lambda one: one != before):
            if lookup is not None:
                self.end(lookup)
            lookup = self._found(sought, sought.parent, backend)
            if lookup.exchanges:
                return self._told(lookup, backend)
        assert lookup is not None  # someone is always asked
        if len(self.backends) == 1:
            return lookup
        self.end(lookup)
        moved = self._moved(sought) if self.mode == "class" else None
        return moved or self._found(sought, sought.parent, self.asked)

    def _moved(self, sought: Sought) -> Lookup | None:
        """What the class recorded for this cell, or of this request, though it went on from another turn."""
        from nbgemini.replay.classroom import earlier_places, of_cell

        alone = sought.at(None, self.asked).request
        with suppress(StoreError):
            asking = self.recall.askings.begin(f"alone {sought.hash_of(alone, self.asked)}", self.asker, sought.count)
            recorded = self.recall.chosen(of_cell(self.recall, self.asker, alone), asking)
            if recorded:
                parent = recorded[0].parent if recorded[0].parent in sought.conversation else sought.parent
                turns = self._turns(recorded, parent)
                lookup = self._to_complete(Lookup(sought.at(parent, self.asked), asking, turns), sought)
                return self._told(_of_the_class(lookup, sought), recorded[0].backend)
            self.recall.askings.end(asking)
            for parent in earlier_places(sought.conversation, sought.parent):
                for backend in self.backends:
                    lookup = self._found(sought, parent, backend)
                    if lookup.exchanges:
                        return self._told(_of_the_class(lookup, sought), backend)
                    self.end(lookup)
        return None

    def _to_complete(self, lookup: Lookup, sought: Sought) -> Lookup:
        """With the request for those that are missing as it would be sent."""
        if not lookup.exchanges or not lookup.missing or self.mode == "only":
            return lookup
        placed = sought.at(lookup.placed.parent, self.asked)
        return replace(lookup, placed=placed, sent_as=sought.hash_of(placed.request, self.asked))

    @staticmethod
    def _turns(recorded: tuple[Exchange, ...], parent: str | None) -> tuple[Exchange, ...]:
        return tuple(replace(one.adopted(parent), replayed=True) for one in recorded)

    def _found(self, sought: Sought, parent: str | None, backend: Backend) -> Lookup:
        placed = sought.at(parent, backend)
        request_hash = sought.hash_of(placed.request, backend)
        asking = self.recall.askings.begin(request_hash, self.asker, sought.count)
        if self.mode == "off":
            return Lookup(placed, asking)
        try:
            recalled = self.recall.of(asking, samples=self.mode == "auto")
        except StoreError as error:
            if self.mode == "only":
                self.recall.askings.end(asking)
                raise
            return Lookup(placed, asking, notices=(f"Nothing can be replayed: {error.message}",))
        turns = self._turns(recalled.exchanges, placed.parent)
        lookup = Lookup(placed, asking, turns, recalled.notices, self._is_lasting(recalled.exchanges))
        if lookup.missing and self.mode != "only" and (damage := self.recall.store.recordings.damage()):
            lookup = replace(lookup, notices=(*lookup.notices, damage))
        return lookup if backend == self.asked else self._to_complete(lookup, sought)

    def _is_lasting(self, recalled: tuple[Exchange, ...]) -> bool:
        store = self.recall.store
        if store.read_only:  # it replays all the same
            return False
        own = [one for one in recalled if store.album.is_own(one.id)]
        late = any(one.outcome != "turn" for one in own)
        return late or not store.album.has_turns([one.id for one in own])

    def _told(self, lookup: Lookup, backend: Backend) -> Lookup:
        """With a line that says who drew it, where that is not who would be asked here."""
        drew = lookup.exchanges[0].backend
        if self.asked in (backend, drew):
            return lookup
        line = f"Recorded with {BACKEND_NAMES[drew]}; nothing was sent."
        return replace(lookup, notices=(*lookup.notices, line))

    def elsewhere(
        self,
        lookup: Lookup,
        place: Callable[[Backend], Placed],
        client: Client,
        first: Callable[[str], bool],
    ) -> tuple[str, ...]:
        """A line, once, about another backend's recording of the request: it answers only where it is asked to."""
        recordings, folder = self.recall.store.recordings, self.recall.store.folder.name

        def has(request_hash: str) -> bool:
            return any(one.answers for one in recordings.of(request_hash))

        with suppress(NbgeminiError):
            for backend in self.others:
                request_hash = client.request_hash(place(backend).request, backend)
                if has(request_hash) and first("recorded elsewhere"):
                    real = any(one.answers and not one.emulated for one in recordings.of(request_hash))
                    who = BACKEND_NAMES[backend] if real else "an emulator at another address"
                    line = f"`{folder}` has a recording of this request by {who}"
                    return (f"{line}{_way_to(backend, own=has(lookup.asking.request_hash))}.",)
        return ()

    def end(self, lookup: Lookup, taken: tuple[Exchange, ...] = ()) -> None:
        """What came of it, none when it failed or was given up."""
        replayed = [one.id for one in taken if one.replayed]
        self.recall.askings.end(lookup.asking, replayed, len(taken) - len(replayed))


def _of_the_class(lookup: Lookup, sought: Sought) -> Lookup:
    """With a line that says where the recording goes on from, and none about how a request would be placed there."""
    parent, start = lookup.placed.parent, ""
    if parent != sought.parent:
        number = None if parent is None else sought.conversation.number(parent)
        start = "; it starts afresh" if number is None else f"; it goes on from turn {number}"
    line = f"This is the class's recording{start}. `--fresh` draws your own."
    placed = lookup.placed if lookup.missing else replace(lookup.placed, notices=())
    return replace(lookup, placed=placed, notices=(*lookup.notices, line))


def _way_to(backend: Backend, *, own: bool) -> str:
    """How another backend's recording is seen; the emulator's `own` would come first."""
    if not own:
        return "; `--replay only` shows it"
    return "; `NBGEMINI_BACKEND=gemini` and `--replay only` show it" if backend == "gemini" else ""


class Replays:
    """The replay of one kernel. `recover` makes orphans of answers that a dead kernel kept; `running` is who asks."""

    def __init__(self, recover: Callable[[], None], running: Callable[[], Asker | None]) -> None:
        self._recover = recover
        self._running = running
        self._askings = Askings()
        self._recovered: set[Path] = set()

    def of(self, mode: ReplayMode, store: Store, settings: Settings, scripted: bool) -> Replay:
        """How an ask may be answered. `scripted`: the emulator's script comes first, for it is there to be seen."""
        others = set(recorded_with(settings, "only")) - {settings.served_by} if mode == "auto" else ()
        return Replay(
            mode="off" if mode == "auto" and scripted else mode,
            recall=Recall(store, self._askings, google=settings.asks_google),
            asker=self._running(),
            backends=recorded_with(settings, mode),
            asked=recorded_with(settings, mode)[0] if mode == "only" else settings.served_by,
            recover=lambda: self._once(store.folder),
            others=tuple(sorted(others)),
        )

    def _once(self, folder: Path) -> None:
        """What cannot be recovered is no reason to fail."""
        if folder not in self._recovered:
            self._recovered.add(folder)
            with suppress(NbgeminiError):
                self._recover()


def miss(lookup: Lookup, asked: Exchange, conversation: Conversation, recall: Recall) -> ReplayMiss | str:
    """Why nothing answers; a line in its place where as many are missing as failed when it was recorded."""
    failures = recall.failures(lookup.asking.request_hash)
    if lookup.exchanges and len(failures) >= lookup.missing:
        return f"{lookup.missing} of {lookup.asking.count} failed when this was recorded: {failures[-1].reason}"
    if lookup.exchanges:
        return ReplayMiss(
            f"{len(lookup.exchanges)} of {lookup.asking.count} are recorded; `replay` is `only`, which never sends.",
            hint="`--replay auto` sends the rest.",
        )
    if lookup.notices:
        return ReplayMiss(f"{lookup.notices[-1]} And `replay` is `only`, which never sends.", hint=_SENDS)
    if failures:
        return ReplayMiss(
            f"When this was recorded it failed: {failures[-1].reason or 'no answer came'}",
            hint="`replay` is `only`, which never sends; `--replay auto` does.",
        )
    return _unlike(asked, conversation, recall, lookup)


def _unlike(asked: Exchange, conversation: Conversation, recall: Recall, lookup: Lookup) -> ReplayMiss:
    from nbgemini.replay.difference import Asked, explained, nearest  # which the cells that are answered do without

    message = "No recording answers this request, and `replay` is `only`, which never sends."
    now = Asked(asked, () if asked.anchored else conversation.path(asked.parent)[-(asked.reach or 0) :])
    near = nearest(now, recall.nearby(lookup.asking.asker), recall.path)
    damage = recall.store.recordings.damage(again=True)
    if near is None:
        return ReplayMiss(message, hint=damage or f"{_looked_in(recall.store)} `--replay auto` sends it.")
    short, whole = explained(now, near)
    if not short:
        times = "once" if lookup.asking.place == 1 else f"{lookup.asking.place} times"
        return ReplayMiss(
            f"This kernel has replayed this request {times} already; there are no more recordings of it.",
            hint="`replay` is `only`, which never sends; `--replay auto` does.",
        )
    return ReplayMiss(message, diff=whole, hint=damage or f"The nearest recording differs: {short}. {_SENDS}")


def _looked_in(store: Store) -> str:
    """Where recordings were looked for, and that there are none."""
    own = store.stands_for or store
    place = f"There is no `{own.folder.name}` in `{own.folder.parent}`"
    line = f"Nothing is recorded in `{own.folder}`" if own.folder.is_dir() else place
    lent = f", and nothing in `{own.lender.folder}` (`recordings`)" if own.lender is not None else ""
    return f"{line}{lent}: recordings are kept next to the notebook that made them."


def recorded_with(settings: Settings, mode: ReplayMode) -> tuple[Backend, ...]:
    """Whose recordings may answer: those of the backend that would be asked.

    Without a key, `only` looks for the Gemini API's and Vertex AI's after the emulator's: nobody is asked, and a
    classroom has no key. The setting `backend` chooses one of them. In `class` those of whoever drew come first.
    """
    if mode == "class":
        return ("gemini", "vertex", "emulator")
    chosen = settings.values["backend"]
    if mode != "only" or settings.served_by != "emulator":
        return (settings.served_by,)
    return (chosen.value,) if chosen.source != "default" else ("emulator", "gemini", "vertex")
