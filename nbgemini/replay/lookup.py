"""What of an ask is answered from disk, and what is said when nothing may be sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from nbgemini.core.continuing import Placed
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import BACKEND_NAMES, Backend, Exchange, ImageRequest
from nbgemini.core.option_parsers import ReplayMode
from nbgemini.errors import NbgeminiError, ReplayMiss, StoreError
from nbgemini.net.client import Client
from nbgemini.replay import Asked, Asker, Asking, Askings, Recall, explained, nearest
from nbgemini.settings import Settings
from nbgemini.store.store import Store

__all__ = ["Lookup", "Replay", "Replays", "miss"]

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

    @property
    def missing(self) -> int:
        """How many requests no recording answers."""
        return self.asking.count - len(self.exchanges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How one ask may be answered from disk.

    `backends` are those whose recordings may answer, the one that is asked first; `others` those whose recordings are
    worth a line. `recover` makes orphans of answers that a dead kernel had kept.
    """

    mode: ReplayMode
    recall: Recall
    asker: Asker | None
    backends: tuple[Backend, ...]
    recover: Callable[[], None]
    others: tuple[Backend, ...] = ()

    def find(
        self,
        place: Callable[[Backend], Placed],
        hash_of: Callable[[ImageRequest, Backend], str],
        count: int,
        before: Backend | None,
    ) -> Lookup:
        """Look the requests of an ask up; `end` follows in any case. Raises StoreError where nothing may be sent.

        `before` is the backend of the turn that it goes on from: of several, its recordings come first.
        """
        if self.mode != "off":
            self.recover()
        lookup = None
        for backend in sorted(self.backends, key=lambda one: one != before):
            if lookup is not None:
                self.end(lookup)
            placed = place(backend)
            lookup = self._found(placed, hash_of(placed.request, backend), count)
            if lookup.exchanges:
                return self._told(lookup, backend)
        if lookup is None or len(self.backends) == 1:
            assert lookup is not None  # someone is always asked
            return lookup
        self.end(lookup)
        placed = place(self.backends[0])
        return self._found(placed, hash_of(placed.request, self.backends[0]), count)

    def _found(self, placed: Placed, request_hash: str, count: int) -> Lookup:
        asking = self.recall.askings.begin(request_hash, self.asker, count)
        if self.mode == "off":
            return Lookup(placed, asking)
        try:
            recalled = self.recall.of(asking, samples=self.mode != "only")
        except StoreError as error:
            if self.mode == "only":
                self.recall.askings.end(asking)
                raise
            return Lookup(placed, asking, notices=(f"Nothing can be replayed: {error.message}",))
        turns = tuple(replace(one.adopted(placed.parent), replayed=True) for one in recalled.exchanges)
        lookup = Lookup(placed, asking, turns, recalled.notices, self._is_lasting(recalled.exchanges))
        if lookup.missing and self.mode != "only" and (damage := self.recall.store.recordings.damage()):
            return replace(lookup, notices=(*lookup.notices, damage))
        return lookup

    def _is_lasting(self, recalled: tuple[Exchange, ...]) -> bool:
        store = self.recall.store
        if store.read_only:  # it replays all the same
            return False
        own = [one for one in recalled if not store.album.is_lent(one.id)]
        late = any(one.outcome != "turn" for one in own)
        return late or not store.album.has_turns([one.id for one in own])

    def _told(self, lookup: Lookup, backend: Backend) -> Lookup:
        """With a line that says who drew it, where that is not who would be asked here."""
        if backend == self.backends[0]:
            return lookup
        line = f"Recorded with {BACKEND_NAMES[backend]}; nothing was sent."
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
                if has(client.request_hash(place(backend).request, backend)) and first("recorded elsewhere"):
                    line = f"`{folder}` has a recording of this request by {BACKEND_NAMES[backend]}"
                    return (f"{line}{_way_to(backend, own=has(lookup.asking.request_hash))}.",)
        return ()

    def end(self, lookup: Lookup, taken: tuple[Exchange, ...] = ()) -> None:
        """What came of it, none when it failed or was given up."""
        replayed = [one.id for one in taken if one.replayed]
        self.recall.askings.end(lookup.asking, replayed, len(taken) - len(replayed))


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
            recall=Recall(store, self._askings),
            asker=self._running(),
            backends=recorded_with(settings, mode),
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
    message = "No recording answers this request, and `replay` is `only`, which never sends."
    now = Asked(asked, () if asked.anchored else conversation.path(asked.parent)[-(asked.reach or 0) :])
    near = nearest(now, recall.nearby(lookup.asking.asker), recall.path)
    damage = recall.store.recordings.damage(again=True)
    if near is None:
        return ReplayMiss(message, hint=damage or "Nothing is recorded here; `--replay auto` sends it.")
    short, whole = explained(now, near)
    if not short:
        times = "once" if lookup.asking.place == 1 else f"{lookup.asking.place} times"
        return ReplayMiss(
            f"This kernel has replayed this request {times} already; there is no further recording of it.",
            hint="`replay` is `only`, which never sends; `--replay auto` does.",
        )
    return ReplayMiss(message, diff=whole, hint=damage or f"The nearest recording differs: {short}. {_SENDS}")


def recorded_with(settings: Settings, mode: ReplayMode) -> tuple[Backend, ...]:
    """Whose recordings may answer: those of the backend that would be asked.

    Without a key, `only` looks for the Gemini API's and Vertex AI's after the emulator's: nobody is asked, and a
    classroom has no key. The setting `backend` chooses one of them.
    """
    chosen = settings.values["backend"]
    if mode != "only" or settings.served_by != "emulator":
        return (settings.served_by,)
    return (chosen.value,) if chosen.source != "default" else ("emulator", "gemini", "vertex")
