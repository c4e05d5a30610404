"""Which run on disk a sweep goes on with: what was paid for once is not asked again, and a second look draws anew."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from collections.abc import Iterable, Mapping

from nbgemini._dataclass import dataclass, field
from nbgemini.core.grid.combinations import Place
from nbgemini.core.redact import redact
from nbgemini.settings import secrets_in_use
from nbgemini.store.store import Store
from nbgemini.store.sweep_lines import About
from nbgemini.store.sweep_log import SweepLog
from nbgemini.tuning.shooting.fates import Fates
from nbgemini.tuning.wishes.planning import Plan

__all__ = ["Choice", "Known", "asked_before", "choose", "key_of"]

_LONGEST = 4000  # characters of a text in the head of a sweep


@dataclass(frozen=True, slots=True)
class Choice:
    """The run to go on with. `anew`: it was made for this, and no recording may answer in place of a new picture."""

    log: SweepLog
    anew: bool = False
    made: bool = False


@dataclass(slots=True)
class Known:
    """What this kernel has asked: by what a sweep is known, the run that was last, and which places and which requests
    were asked for."""

    last: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)  # runs that this kernel has shown or made
    lock: threading.Lock = field(default_factory=threading.Lock)
    counted: tuple[str, int] = ("", -1)

    def cell(self, plan: Plan, *, begins: bool) -> str:
        """The cell that asks, and which of its sweeps this is; empty where the front end does not tell.

        `begins`: the next one that asks is a further one.
        """
        asker = plan.first.means.replay.asker
        if asker is None:
            return ""
        execution, number = self.counted
        number = number + 1 if execution == asker.execution else 0
        if begins:
            self.counted = asker.execution, number
        return f"{asker.cell}.{number}"


def key_of(plan: Plan, cell: str) -> str:
    """By what a sweep is known: its name, else its cell, else what it asks."""
    if plan.wish.name:
        return f"name:{plan.wish.name}"
    if cell:
        return f"cell:{cell}"
    frame = [plan.wish.text, sorted(plan.wish.grid.names), plan.conversation]
    return f"asks:{hashlib.sha256(json.dumps(frame).encode()).hexdigest()[:16]}"


def choose(store: Store, plan: Plan, known: Known, *, send_always: bool) -> Choice:
    """The run to go on with, put down anew where there is none. Raises StoreReadOnly or StoreError."""
    cell = known.cell(plan, begins=True)
    key = key_of(plan, cell)
    hashes = {draft.place: draft.request_hash for draft in plan.drafts}
    with known.lock, store.sweeps.lock():
        choice = None if send_always else _known_run(store, plan, known, key, cell, hashes)
        which = _which(hashes)
        del hashes  # heavy, and what is next makes its own
        anew = choice is None and (send_always or key in known.last)
        if choice is None:
            log = store.sweeps.create(_about(plan, key, cell), plan.drafts)
            choice = Choice(log, anew=anew, made=True)
        known.last[key] = choice.log.about.id, which, _requests(plan)
        known.taken.add(choice.log.about.id)
    if not choice.made:
        choice.log.extend(plan.drafts)
    return choice


def look_up(store: Store, plan: Plan, known: Known) -> tuple[SweepLog | None, bool]:
    """The run that `choose` would go on with, without any writing; without one, whether this kernel asked before."""
    hashes = {draft.place: draft.request_hash for draft in plan.drafts}
    with known.lock:
        cell = known.cell(plan, begins=False)
        key = key_of(plan, cell)
        choice = _known_run(store, plan, known, key, cell, hashes)
        return (None, key in known.last) if choice is None else (choice.log, False)


def asked_before(store: Store, plan: Plan, known: Known) -> SweepLog | None:
    """The run that this kernel asked last under the name of a plan; None where that asked for the very same."""
    with known.lock:
        last = known.last.get(key_of(plan, known.cell(plan, begins=False)))
    if last is None or last[2] == _requests(plan):
        return None
    return next((store.sweeps.open(about) for about in store.sweeps.all() if about.id == last[0]), None)


def _known_run(
    store: Store, plan: Plan, known: Known, key: str, cell: str, hashes: Mapping[Place, str]
) -> Choice | None:
    fitting = [
        log for about in store.sweeps.all() if about.key == key and (log := _fitting(store, about, plan, hashes))
    ]
    last = known.last.get(key)
    mine = next((log for log in fitting if last is not None and log.about.id == last[0]), None)
    if mine is not None and last is not None:
        if plan.first.means.replay.mode == "only":
            return Choice(mine)  # nothing new may be drawn: it gets what it got before
        if last[1] != _which(hashes) or plan.wish.batch or not _finished(store, mine, hashes):
            return Choice(mine)  # a batch is looked at by running its cell again: `fresh` makes another
        if cell and mine.about.cell == cell:
            return None  # the cell is run again: a new sample, as with any cell
    free = [log for log in fitting if log.about.id not in known.taken]
    own = [log for log in free if cell and log.about.cell == cell]
    if own:
        return Choice(own[-1])  # the newest of its own, as any cell takes
    return Choice(free[0]) if free else None


def _requests(plan: Plan) -> str:
    return _which((draft.request_hash, draft.combination.sample) for draft in plan.drafts)


def _which(shots: Iterable[Place | tuple[str, int]]) -> str:
    """One word for a set of places, or of requests: ten thousand of them are heavy."""
    return hashlib.sha256(json.dumps(sorted(shots)).encode()).hexdigest()


def _fitting(store: Store, about: About, plan: Plan, hashes: Mapping[Place, str]) -> SweepLog | None:
    """A run of the same shots, as far as both have them; None for one that asks anything else."""
    if set(about.axes) != set(plan.wish.grid.names) or about.backend != plan.backend:
        return None
    log = store.sweeps.open(about)
    shared = [
        (log.glanced(number).request_hash, hashes[place]) for place, number in log.places().items() if place in hashes
    ]
    return log if shared and all(mine == theirs for mine, theirs in shared) else None


def _finished(store: Store, log: SweepLog, hashes: Mapping[Place, str]) -> bool:
    """Whether all of these shots have ended."""
    fates, numbers = Fates(store, log), log.places()
    fates.look()
    return all(place in numbers and fates.of(numbers[place]).state in ("done", "failed") for place in hashes)


def _about(plan: Plan, key: str, cell: str) -> About:
    wish, first = plan.wish, plan.first
    return About(
        id=secrets.token_hex(8),
        name=wish.name,
        key=key,
        cell=cell,
        dimensions=tuple(dimension.names for dimension in wish.grid.dimensions),
        prompt=_kept(wish.text),
        constant={name: _kept(words) for name, words in constant_words(wish.words).items()},
        model=first.wanted.card.id,
        backend=plan.backend,
        conversation=plan.conversation,
        parent=plan.drafts[0].parent,
        created=first.asked,
        by=first.by,
    )


_QUIET = ("yes", "budget", "replay", "fresh", "timeout", "save", "new", "count", "alt")


def constant_words(words: Mapping[str, object]) -> dict[str, str]:
    """The options that all shots share, as people read them: what has no part in the picture is left out."""
    from nbgemini.core.grid.pattern import Pattern
    from nbgemini.tuning.wishes.axis_values import label_of

    shown = {name: value for name, value in words.items() if name not in _QUIET and value not in (None, (), [], False)}
    return {
        name.rstrip("_"): value.text if isinstance(value, Pattern) else label_of(value) for name, value in shown.items()
    }


def _kept(text: str) -> str:
    return redact(text[:_LONGEST], secrets_in_use()).encode("utf-8", "replace").decode("utf-8")
