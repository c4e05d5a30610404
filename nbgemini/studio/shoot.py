"""An ask on its worker thread: reserve, send, keep what came, commit; the order in which nothing paid for is lost."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from nbgemini.bridge import Job
from nbgemini.core.content import Prompt
from nbgemini.core.exchange import Answer, Backend, By, Exchange
from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.options import ImageOptions
from nbgemini.core.pictures import Picture
from nbgemini.core.pricing import estimate
from nbgemini.errors import ConfirmationNeeded, ReplayMiss
from nbgemini.net.client import Client
from nbgemini.store.store import Store
from nbgemini.studio.ask import Ask
from nbgemini.studio.budget import Purse
from nbgemini.studio.keeping import keep_orphans, keep_replays, keep_turns
from nbgemini.studio.limits import check_size
from nbgemini.studio.placing import Placed, place
from nbgemini.studio.replaying import Found, Replay, check_taken, miss
from nbgemini.studio.reruns import Origin, Slot
from nbgemini.studio.shelf import Held
from nbgemini.studio.shot import Shot, gravest

__all__ = ["Shoot", "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a shoot brought: committed exchanges (the first is the head), notices, and errors of the siblings."""

    exchanges: tuple[Exchange, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shoot:
    """Everything that a worker needs for one ask; calling it with its job does the work."""

    store: Store
    client: Client
    catalogue: Catalogue
    held: Held
    ask: Ask
    card: ModelCard
    options: ImageOptions
    prompt: Prompt
    pictures: tuple[tuple[str, Picture], ...]
    origin: Callable[[], Origin]  # looked up when the turn's place is fixed
    slot: Slot | None  # the cell that asks, where the front end names it
    slots: threading.Semaphore
    replay: Replay
    asked: str  # when, as an ISO moment to the microsecond: recordings are told apart by their order
    approve: Callable[[int | None, int], None]  # raises where so many micro-dollars, for so many, need a `--yes`
    purse: Purse
    first: Callable[[str], bool]  # whether a line is to be said: once in a kernel
    notebook: str = ""  # the name of its file, where that is known
    timeout: float | None = None
    by: By = ""
    notices: tuple[str, ...] = ()

    def __call__(self, job: Job[Taken]) -> Taken:
        origin = self.origin()
        found = self.found(origin)
        taken: Taken | None = None
        try:
            taken = self._taken(job, origin, found)
            return taken
        finally:
            self.replay.end(found, () if taken is None else taken.exchanges)

    def _taken(self, job: Job[Taken], origin: Origin, found: Found) -> Taken:
        """Send what no recording answers, and commit."""
        placed = found.placed
        job.notices += [*self.notices, *self._said_of(origin, found), *placed.notices, *found.notices]
        job.notices += self.replay.elsewhere(found, partial(self._at, placed.parent), self.client, self.first)
        shots: list[Shot] = []
        check_taken(self.ask, found)
        if found.missing and self.replay.mode == "only":
            job.notices.append(self._unanswered(found))
        elif found.missing:
            one = self.estimated(placed)
            self.approve(None if one is None else one * found.missing, found.missing)
            check_size(self.client, placed.request)
            group = self._group(found)
            shots = [Shot(self, found, job, group, number) for number in range(found.missing)]
            self._set_aside(job, shots)
            _side_by_side([shot.run for shot in shots])
        return self._commit(job, found, shots)

    def found(self, origin: Origin) -> Found:
        """The request at its place in the conversation as it is now, and what is recorded of it."""
        value, parent = self.held.value, origin.parent
        before = value.get(parent).backend if parent is not None and parent in value else None
        found = self.replay.find(partial(self._at, parent), self.client.request_hash, self.ask.count, before)
        words = self.ask.prompt if self.ask.pieces else ""
        group = self._group(found)
        mine = partial(replace, alt=self.ask.alt, words=words, by=self.by)
        turns = (mine(one, group=group or one.group) for one in found.exchanges)
        return replace(found, exchanges=tuple(turns))

    def _at(self, parent: str | None, backend: Backend) -> Placed:
        """The request where it would go on from `parent`."""
        return place(
            self.held.value,
            parent,
            self.prompt,
            self.pictures,
            self.options,
            self.card,
            backend,
            self.store.blobs.intact,
            self.store.blobs.is_json_text,
        )

    def peeked(self) -> Found:
        """What `found` would bring if the ask came to its turn now."""
        found = self.found(self.origin())
        self.replay.end(found)
        return found

    def _group(self, found: Found) -> str:
        """What siblings share: that of the recorded ones, if there are any."""
        if self.ask.count == 1:
            return ""
        return next((one.group for one in found.exchanges if one.group), "") or secrets.token_hex(8)

    def pending(self, found: Found, group: str = "", name: str = "") -> Exchange:
        """One of the requests, without an answer yet."""
        request = found.placed.request
        return Exchange(
            id=name or secrets.token_hex(8),
            parent=found.placed.parent,
            user=request.turns[-1],
            answer=Answer(turn=None),
            model=request.model,
            backend=self.client.endpoint.backend,
            options=self.options,
            anchored=found.placed.anchored,
            request_hash=found.asking.request_hash,
            estimate=self.estimated(found.placed),
            created=self.asked,
            alt=self.ask.alt,
            words=self.ask.prompt if self.ask.pieces else "",
            group=group,
            cell=found.asking.asker.cell if found.asking.asker else "",
            by=self.by,
        )

    def estimated(self, placed: Placed) -> int | None:
        """What one answer to this request will probably cost, in micro-dollars."""
        return estimate(self.card, placed.request)

    def expected(self) -> int | None:
        """What the whole ask would probably cost from where the conversation is now, in micro-dollars."""
        one = self.estimated(self._at(self.origin().parent, self.client.endpoint.backend))
        return None if one is None else one * self.ask.count

    def approved(self) -> int | None:
        """`expected`. What would be refused when it is sent is refused at once. Raises ConfirmationNeeded."""
        expected, count = self.expected(), self.ask.count
        try:
            if self.replay.mode != "only":
                self.approve(expected, count)
        except ConfirmationNeeded:  # a replay costs nothing
            if missing := self.peeked().missing:
                self.approve(None if expected is None else expected // count * missing, missing)
        return expected

    def _unanswered(self, found: Found) -> str:
        """A notice that some failed when it was recorded. Raises ReplayMiss."""
        why = miss(found, self.pending(found), self.held.value, self.replay.recall)
        if isinstance(why, ReplayMiss):
            raise why
        return why

    def _set_aside(self, job: Job[Taken], shots: list[Shot]) -> None:
        """All that these will probably cost, before the first of them leaves. Raises BudgetExceeded."""
        self.purse.reserve([shot.id for shot in shots], shots[0].estimate)
        if shots[0].estimate is None and self.purse.limited:
            job.notices.append(f"What `{self.card.id}` costs is unknown: it does not count against the budget.")

    def _said_of(self, origin: Origin, found: Found) -> tuple[str, ...]:
        """That a cell was run again, and what became of its earlier turn."""
        latest = self.held.trail.latest(self.slot) if self.slot is not None and origin.again else None
        value = self.held.value
        if latest is None or latest not in value or latest in {one.id for one in found.exchanges}:
            return ()
        parent = origin.parent
        start = f"goes on from turn {value.number(parent)}" if parent and parent in value else "begins anew"
        return (f"This cell was run again: it {start}, and turn {value.number(latest)} stays as a branch.",)

    def _commit(self, job: Job[Taken], found: Found, shots: list[Shot]) -> Taken:
        """Replays first: the conversation goes on from the one that it went on from before."""
        sent = _numbered([shot.exchange for shot in shots if shot.error is None and shot.exchange is not None], found)
        error, failed = gravest(shots), sum(shot.error is not None for shot in shots)
        if not job.claim():
            keep_orphans(self.store, sent, error, job.late)
            return Taken((), ())
        good = (*found.exchanges, *sent)
        if error is not None:
            if not good:
                raise error
            job.notices.append(f"{failed} of {self.ask.count} failed: {error}")
        before = self.held.value
        after = before.extended(*good).keeping(self.card.id if self.ask.model else None, self.ask.options.system)
        if not sent and not found.lasting:
            keep_replays(self.held, self.store.album, good, after)
        else:
            keep_turns(self.held, self.store, good, before, after, job.notices.append)
        self.held.change(lambda now: now.extended(*good).keeping(after.model, after.system))
        if self.slot is not None:
            self.held.trail.went_on(self.slot, found.placed.parent, tuple(exchange.id for exchange in good))
        return Taken(good, tuple(job.notices))


def _numbered(sent: list[Exchange], found: Found) -> list[Exchange]:
    """With the number of equal requests before each in its run of the cell, replays and those that failed left out."""
    first = found.asking.repeat + len(found.exchanges)
    return [replace(exchange, repeat=repeat) for repeat, exchange in enumerate(sent, first)]


def _side_by_side(runs: list[Callable[[], None]]) -> None:
    """Run all of them at once and wait. The first needs no further thread; others that get none come after it."""
    here, others = runs[:1], list[threading.Thread]()
    for run in runs[1:]:
        thread = threading.Thread(target=run, name="nbgemini-shot", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system allows no more of them; what was sent must be waited for all the same
            here.append(run)
        else:
            others.append(thread)
    for run in here:
        run()
    for thread in others:
        thread.join()
