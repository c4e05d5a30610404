"""What of a plan is on disk already, and how it becomes answers of its shots: nothing of it is paid for again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.core.continuing import Placed
from nbgemini.core.exchange import Exchange, ImageRequest
from nbgemini.core.grid.combinations import Place
from nbgemini.errors import NbgeminiError
from nbgemini.replay.lookup import Lookup, Sought
from nbgemini.store.store import Store
from nbgemini.store.sweep_lines import Answered
from nbgemini.store.sweep_log import SweepLog
from nbgemini.studio.sending.commit import keep_beside
from nbgemini.studio.sending.order import Order
from nbgemini.tuning.shooting.engine import Engine
from nbgemini.tuning.shooting.fates import Fate, Fates
from nbgemini.tuning.shooting.shots import MOST_JOINED, Entry
from nbgemini.tuning.wishes.choosing import Known, asked_before, look_up
from nbgemini.tuning.wishes.planning import Draft, Plan

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

_AT_ONCE = 200  # turns that are read and written together
_ANYWHERE = Placed(None, ImageRequest(model="", turns=()))  # of what is sent from its plan: all share it

__all__ = ["Survey", "became", "survey", "take_in", "take_many", "take_recorded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What of a plan is on disk: the run that goes on, what became of its shots, and recordings of others."""

    log: SweepLog | None
    again: bool
    fates: Mapping[int, Fate]
    answers: Mapping[int, Exchange]  # of those that are done
    found: Mapping[int, Lookup]  # by place in the plan: what a recording answers, or the asking of what is missing


def survey(studio: Studio, made: Plan, known_runs: Known) -> Survey:
    """What of a plan is on disk. Raises StoreError where nothing may be sent and nothing can be read."""
    means, store = made.first.means, made.first.means.store
    always = (made.first.ask.replay or studio.settings().replay) == "off"
    log, again = (None, True) if always else look_up(store, made, known_runs)
    if log is not None and (means.replay.mode == "only" or store.read_only) and not _has_all(log, made):
        log = None  # it may not grow: what of it is recorded answers by its request
    fates: dict[int, Fate] = {}
    answers: dict[int, Exchange] = {}
    known: set[str] = set()
    wanted = {draft.place for draft in made.drafts}
    if log is not None:
        with suppress(NbgeminiError):
            studio.orphans.interpret_left_over()
        fates, answers = became(store, log, wanted)
        # What a shot that is asked for no more brought may answer one that asks the same in other words: a model by id.
        known = {log.claimed(number)[0] for number in log.numbers if log.glanced(number).place in wanted}
    places = log.places() if log is not None else {}
    fate_of = (fates.get(places.get(draft.place, 0)) for draft in made.drafts)
    free = [at for at, fate in enumerate(fate_of) if fate is None or fate.state == "free"]
    found: dict[int, Lookup] = {}
    with store.recordings.one_look():
        for at in free:
            found[at] = _recorded(made, made.drafts[at], known, again=again and means.replay.mode != "only")
            known.update(one.id for one in found[at].exchanges)
    if not always and any(lookup.missing for lookup in found.values()):
        before = log or asked_before(store, made, known_runs)
        if before is not None:
            _answer_in_other_words(store, before, made, wanted, found)
    return Survey(log=log, again=again, fates=fates, answers=answers, found=found)


def _answer_in_other_words(
    store: Store, log: SweepLog, made: Plan, wanted: Collection[Place], found: dict[int, Lookup]
) -> None:
    """Let shots of a run that are not among the wanted ones answer those that ask the same: a value is spelled anew."""
    missing = {
        (made.drafts[at].request_hash, made.drafts[at].combination.sample): at
        for at, lookup in found.items()
        if lookup.missing
    }
    glances = {number: log.glanced(number) for number in log.numbers}
    left = {(one.request_hash, one.sample): number for number, one in glances.items() if one.place not in wanted}
    shared = missing.keys() & left.keys()
    if not shared:
        return
    fates = Fates(store, log)
    fates.look()
    for asked in shared:
        fate, at = fates.of(left[asked]), missing[asked]
        if fate.state == "done" and (exchange := fates.answer(fate)) is not None:
            found[at] = replace(found[at], exchanges=(exchange,))


def became(store: Store, log: SweepLog, wanted: Collection[Place]) -> tuple[dict[int, Fate], dict[int, Exchange]]:
    """What became of each shot of a run, and the answers of the wanted ones, if all can be held. Raises StoreError."""
    looking = Fates(store, log)
    looking.look()
    fates = {number: looking.of(number) for number in log.numbers}
    answers: dict[int, Exchange] = {}
    if len(fates) > MOST_JOINED:
        return fates, answers
    for number, fate in fates.items():
        if fate.state == "done" and log.glanced(number).place in wanted:
            if (exchange := looking.answer(fate)) is not None:
                answers[number] = exchange
            else:  # its record is damaged
                fates[number] = replace(fate, state="unknown")
    return fates, answers


def _has_all(log: SweepLog, made: Plan) -> bool:
    """Whether every shot of a plan is one of the run's."""
    return log.places().keys() >= {draft.place for draft in made.drafts}


def _recorded(made: Plan, draft: Draft, known: Collection[str], *, again: bool) -> Lookup:
    """What a recording answers of a draft: none that another shot has."""
    means = made.first.means
    replay = replace(means.replay, mode="off") if again else means.replay
    found = replay.find(Sought(made.at(draft), means.client.request_hash, 1, draft.parent, made.first.opened.value))
    if not found.exchanges:
        return replace(found, placed=_ANYWHERE)
    return replace(found, exchanges=tuple(one for one in found.exchanges if one.id not in known))


def take_recorded(log: SweepLog, recorded: Mapping[int, Exchange], engine: Engine) -> None:
    """Put down which recordings answer which shots."""
    store = engine.order.means.store
    if not recorded or store.read_only:
        return
    with suppress(NbgeminiError):
        ids = {number: exchange.id for number, exchange in recorded.items()}
        log.claim(list(recorded), lambda number: True, len(recorded), ids=ids)
        ends = [(number, one.id, Answered(one.likely_cost)) for number, one in recorded.items()]
        log.conclude(ends, forced=False)


def take_in(brought: Sequence[tuple[Entry, Exchange]], engine: Engine) -> None:
    """Make what is on disk turns of the conversation, in the order in which it came."""
    order = {number: at for at, number in enumerate(engine.log.ended_in_order())}
    opened, store = engine.opened, engine.order.means.store
    turns = []
    for entry, exchange in sorted(brought, key=lambda pair: (order.get(pair[0].number, len(order)), pair[0].number)):
        parent = entry.parent
        here = opened.value.get(exchange.id) if exchange.id in opened.value else None
        turn = here or replace(exchange.adopted(parent), replayed=True)
        entry.answer(turn)
        if here is None:
            turns.append(turn)
            _count(engine.order, turn.request_hash, turn.id)
    if not turns:
        return
    lasting = not store.read_only and not store.album.has_turns([turn.id for turn in turns])
    if lasting or (opened.key is not None and not store.read_only):
        keep_beside(opened, store, turns)
    else:
        opened.change(lambda now: now.joined(*turns))


def take_many(entries: Sequence[Entry], engine: Engine) -> None:
    """The same of so many that they are not all held: they stay on disk, as turns of the stored conversation."""
    store = engine.order.means.store
    for entry in entries:
        _count(engine.order, entry.plan.request_hash, entry.answer_id)
    if store.read_only or store.album.has_turns([entry.answer_id for entry in entries]):
        engine.opened.unheld.update(entry.answer_id for entry in entries)
        return
    rest = iter(entries)
    while some := list(islice(rest, _AT_ONCE)):
        turns = [turn for entry in some if (turn := entry.exchange) is not None]
        keep_beside(engine.opened, store, turns, joined=False)


def _count(order: Order, request_hash: str, answer_id: str) -> None:
    """What a run on disk answers was asked once in this kernel: a further asking takes a further recording."""
    replay = order.means.replay
    asking = replay.recall.askings.begin(request_hash, replay.asker, 1)
    replay.recall.askings.end(asking, [answer_id])
