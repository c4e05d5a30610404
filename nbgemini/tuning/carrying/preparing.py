"""A plan on its way to the disk: what is missing of it, what that will take, and the run that its shots belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nbgemini.core.exchange import Exchange
from nbgemini.errors import ReplayMiss
from nbgemini.replay.lookup import miss
from nbgemini.store.sweep_lines import About
from nbgemini.store.sweep_log import SweepLog
from nbgemini.tuning.carrying.surveying import Survey, became, take_in, take_many, take_recorded
from nbgemini.tuning.shooting.engine import Engine
from nbgemini.tuning.shooting.fates import Fates
from nbgemini.tuning.shooting.shots import Answers, Entry
from nbgemini.tuning.wishes.choosing import Known, choose, constant_words
from nbgemini.tuning.wishes.forecast import Forecast, forecast
from nbgemini.tuning.wishes.planning import Plan

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["answered", "entries_of", "foreseen", "forget", "log_of", "missing_of", "unwritten"]

UNWRITTEN = "0" * 16  # the id of a run that is not put down


def forget(made: Plan, survey: Survey) -> None:
    """The askings of a plan that does not begin."""
    for lookup in survey.found.values():
        made.first.means.replay.end(lookup)


def missing_of(made: Plan, survey: Survey) -> list[int]:
    """The shots that are to be sent, by their place in the plan. Raises ReplayMiss where none may and all are."""
    missing = [at for at, lookup in survey.found.items() if lookup.missing]
    if made.first.means.replay.mode != "only":
        return missing
    if len(missing) == len(made.drafts):
        first = made.drafts[missing[0]]
        why = miss(survey.found[missing[0]], first.asked, made.first.opened.value, made.first.means.replay.recall)
        raise why if isinstance(why, ReplayMiss) else ReplayMiss(why)
    return []


def foreseen(made: Plan, survey: Survey, workers: int) -> Forecast:
    """What the missing shots will take."""
    only = made.first.means.replay.mode == "only"
    asked = [made.drafts[at] for at, lookup in survey.found.items() if lookup.missing and not only]
    sizes, sums = [draft.size for draft in asked], [draft.estimate for draft in asked]
    emulated = made.first.means.client.emulated
    return forecast(len(made.drafts), sums, sizes, workers=workers, emulated=emulated, batch=made.wish.batch)


def log_of(studio: Studio, made: Plan, survey: Survey, known: Known) -> tuple[SweepLog, Survey]:
    """The run on disk, made or extended where it must be, and what became of its shots by now."""
    store, log = made.first.means.store, survey.log
    nothing_to_send = not any(lookup.missing for lookup in survey.found.values())
    if made.first.means.replay.mode == "only" or (store.read_only and nothing_to_send):
        return log or unwritten(made), survey
    always = (made.first.ask.replay or studio.settings().replay) == "off"
    choice = choose(store, made, known, send_always=always)
    if log is not None and choice.log.about.id == log.about.id and set(log.numbers) == set(choice.log.numbers):
        return choice.log, survey
    if choice.made:
        return choice.log, replace(survey, log=choice.log, fates={}, answers={})
    fates, answers = became(store, choice.log, {draft.place for draft in made.drafts})
    return choice.log, replace(survey, log=choice.log, fates=fates, answers=answers)


def unwritten(made: Plan) -> SweepLog:
    """A run that is not put down: nothing of it will be sent."""
    wish = made.wish
    about = About(
        id=UNWRITTEN,
        name=wish.name or "sweep",
        key=f"name:{wish.name}" if wish.name else "",
        dimensions=tuple(dimension.names for dimension in wish.grid.dimensions),
        prompt=wish.text,
        constant=constant_words(wish.words),
        model=made.first.wanted.card.id,
        backend=made.backend,
        conversation=made.conversation,
        parent=made.drafts[0].parent,
    )
    return SweepLog.unwritten(made.first.means.store.files, about, made.drafts)


def entries_of(made: Plan, log: SweepLog) -> dict[int, Entry]:
    """The shots that are asked for, in their order, under their numbers."""
    places = log.places()
    entries = {}
    for draft in made.drafts:
        number = places[draft.place]
        entries[number] = Entry.of(log, number, draft.combination)
    return entries


def answered(made: Plan, survey: Survey, log: SweepLog, engine: Engine) -> list[int]:
    """Take in what is on disk: the numbers of the shots that are to be asked or waited for."""
    places, left = log.places(), list[int]()
    brought: list[tuple[Entry, Exchange]] = []
    recorded: dict[int, Exchange] = {}
    large, recalled = Answers(Fates(engine.order.means.store, log)), list[Entry]()
    for at, draft in enumerate(made.drafts):
        entry = engine.entries[places[draft.place]]
        fate, lookup = survey.fates.get(entry.number), survey.found.get(at)
        if fate is not None and fate.state not in ("free", "busy"):
            exchange = survey.answers.get(entry.number)
            entry.recall(fate, large if exchange is None else None)
            if exchange is not None:
                brought.append((entry, exchange))
            elif fate.state == "done":
                recalled.append(entry)
        elif lookup is not None and lookup.exchanges:
            recorded[entry.number] = lookup.exchanges[0]
            made.first.means.replay.end(lookup, lookup.exchanges)
        else:
            left.append(entry.number)
            if lookup is not None:
                engine.askings[entry.number] = lookup.asking
    if log.about.id != UNWRITTEN:
        take_recorded(log, recorded, engine)
    brought += [(engine.entries[number], exchange) for number, exchange in recorded.items()]
    take_in(brought, engine)
    take_many(recalled, engine)
    if made.first.means.replay.mode == "only":
        _fail_unrecorded([engine.entries[number] for number in left])
        return []
    return left


def _fail_unrecorded(entries: Sequence[Entry]) -> None:
    for entry in entries:
        entry.fail(ReplayMiss("Not recorded, and `replay` is `only`.", hint="`--replay auto` sends it."), "free")
