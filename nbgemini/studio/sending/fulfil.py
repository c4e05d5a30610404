"""An order on its worker thread: reserve, send, keep what came, commit; so that nothing paid for is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from nbgemini.bridge import Job
from nbgemini.core.continuing import begin_anew, sent_exchanges
from nbgemini.core.exchange import Exchange
from nbgemini.core.pricing import ON_THE_EMULATOR, dollars, total
from nbgemini.errors import ConfirmationNeeded, NbgeminiError, ReplayMiss
from nbgemini.replay.lookup import Lookup, Sought, miss
from nbgemini.studio.asking.ask import Ask
from nbgemini.studio.asking.checks import check_size, weight_line
from nbgemini.studio.conversations.reruns import Origin
from nbgemini.studio.sending.attempt import FREE, Attempt
from nbgemini.studio.sending.commit import keep_orphans, keep_replays, keep_turns
from nbgemini.studio.sending.order import Order, Taken

_MOST_FAILED = 20  # of one ask that are remembered

__all__ = ["approve_order", "begin", "fulfil", "look_ahead"]


def fulfil(order: Order, job: Job[Taken], lookup: Lookup | None = None) -> Taken:
    """Answer an order from disk or send it, and commit what came. Raises nbgemini's errors.

    `lookup` is what recordings answer, where its place was fixed before its turn.
    """
    origin = order.origin()
    lookup = look_up(order, origin) if lookup is None else lookup
    taken: Taken | None = None
    try:
        taken = _answer(order, job, origin, lookup)
        return taken
    finally:
        order.means.replay.end(lookup, () if taken is None else taken.exchanges)


def begin(order: Order) -> Job[Taken]:
    """Fulfil an order on a worker thread.

    One whose place is named does not wait for those before it: it is looked up now, so that of equal ones each gets its
    own recording, is sent at once, and committed when its turn comes. One that goes on from wherever the head is waits
    for all before it. So turns are numbered, and the head moves, in the order of asking. Raises NotSent, StoreError.
    """
    lane = order.opened.lane
    if not order.ask.names_its_place:
        return Job(partial(fulfil, order), lane=lane, name="nbgemini")
    lookup = look_up(order, order.origin())
    try:
        return Job(partial(fulfil, order, lookup=lookup), lane=lane, at_once=True, name="nbgemini")
    except BaseException:
        order.means.replay.end(lookup)
        raise


def _answer(order: Order, job: Job[Taken], origin: Origin, lookup: Lookup) -> Taken:
    """Send what no recording answers, and commit."""
    placed = lookup.placed
    job.notices += [*order.notices, *_remark_on_rerun(order, origin, lookup), *placed.notices, *lookup.notices]
    job.notices += order.means.replay.elsewhere(
        lookup, partial(order.at, placed.parent), order.means.client, order.means.first
    )
    attempts: list[Attempt] = []
    _check_save(order.ask, lookup)
    if lookup.missing and order.means.replay.mode == "only":
        job.notices.append(_explain_miss(order, lookup))
    elif lookup.missing:
        one = order.estimated(placed)
        order.means.approve(None if one is None else one * lookup.missing, lookup.missing)
        client, value = order.means.client, order.opened.value
        before = () if placed.anchored else sent_exchanges(value, placed.parent)[-(placed.reach or 0) :]
        route = check_size(client, placed.request, before, begin_anew(value, placed.parent))
        job.notices += filter(None, [weight_line(client, placed.request, route), _passing(order)])
        group = order.group(lookup)
        attempts = [Attempt(order, lookup, job, group, number) for number in range(lookup.missing)]
        _set_aside(order, job, attempts)
        _run_side_by_side([attempt.run for attempt in attempts])
    return _commit(order, job, lookup, attempts)


def _passing(order: Order) -> str:
    """That what is drawn now does not last, said once in a kernel; else empty."""
    closed = order.means.store.stands_for
    if closed is None or not order.means.first(f"not written: {closed.folder}"):
        return ""
    keep = "`--save`, `%imagine save` or NBGEMINI_STORE=FOLDER keeps it"
    return f"`{closed.folder}` may not be written, so new pictures last only until this kernel ends; {keep}."


def look_up(order: Order, origin: Origin) -> Lookup:
    """The request at its place in the conversation as it is now, and what is recorded of it."""
    hash_of, value = order.means.client.request_hash, order.opened.value
    lookup = order.means.replay.find(Sought(order.at, hash_of, order.ask.count, origin.parent, value))
    words = order.ask.prompt if order.ask.pieces else ""
    group = order.group(lookup)
    mine = partial(replace, alt=order.ask.alt, words=words, by=order.by)
    turns = (mine(one, group=group or one.group) for one in lookup.exchanges)
    return replace(lookup, exchanges=tuple(turns))


def look_ahead(order: Order) -> Lookup:
    """What `look_up` would bring if the ask came to its turn now."""
    lookup = look_up(order, order.origin())
    order.means.replay.end(lookup)
    return lookup


def approve_order(order: Order) -> int | None:
    """What all of it will probably cost, in micro-dollars; None: unknown.

    What would be refused when it is sent is refused at once. Raises ConfirmationNeeded.
    """
    expected, count = order.expected(), order.ask.count
    try:
        if order.means.replay.mode != "only":
            order.means.approve(expected, count)
    except ConfirmationNeeded:  # a replay costs nothing
        if missing := look_ahead(order).missing:
            order.means.approve(None if expected is None else expected // count * missing, missing)
    return expected


def _explain_miss(order: Order, lookup: Lookup) -> str:
    """A notice that some failed when it was recorded. Raises ReplayMiss."""
    why = miss(lookup, order.pending(lookup), order.opened.value, order.means.replay.recall)
    if isinstance(why, ReplayMiss):
        raise why
    return why


def _set_aside(order: Order, job: Job[Taken], attempts: list[Attempt]) -> None:
    """All that these will probably cost, before the first of them leaves. Raises BudgetExceeded."""
    order.means.purse.reserve([attempt.id for attempt in attempts], attempts[0].estimate)
    if attempts[0].estimate is None and order.means.purse.limited:
        job.notices.append(f"What `{order.wanted.card.id}` costs is unknown: it does not count against the budget.")


def _remark_on_rerun(order: Order, origin: Origin, lookup: Lookup) -> tuple[str, ...]:
    """That a cell was run again, and what became of its earlier turn."""
    latest = order.opened.trail.latest(order.slot) if order.slot is not None and origin.again else None
    value = order.opened.value
    if latest is None or latest not in value or latest in {one.id for one in lookup.exchanges}:
        return ()
    parent = origin.parent
    start = f"goes on from turn {value.number(parent)}" if parent and parent in value else "starts afresh"
    return (f"This cell was run again: it {start}, and turn {value.number(latest)} stays as a branch.",)


def _commit(order: Order, job: Job[Taken], lookup: Lookup, attempts: list[Attempt]) -> Taken:
    """Replays first: the conversation goes on from the one that it went on from before."""
    answered = [one.exchange for one in attempts if one.error is None and one.exchange is not None]
    sent = _numbered(answered, lookup)
    error, failed = _gravest(attempts), sum(one.error is not None for one in attempts)
    order.opened.failed += [
        replace(order.pending(lookup, one.group, one.id), outcome="failed", reason=str(one.error))
        for one in [one for one in attempts if one.error is not None][:_MOST_FAILED]
    ]
    if not job.claim():
        keep_orphans(order.means.store, sent, error, job.late)
        return Taken((), ())
    good = (*lookup.exchanges, *sent)
    if error is not None:
        if not good:
            raise error
        job.notices.append(f"{failed} of {order.ask.count} failed: {error}")
    with order.opened.committing:
        before = order.opened.value
        kept = (order.wanted.card.id if order.ask.model else None, order.ask.options.system)
        after = before.extended(*good).keeping(*kept)
        if not sent and not lookup.lasting:
            keep_replays(order.opened, order.means.store.album, good, after)
        else:
            keep_turns(order.opened, order.means.store, good, before, after, job.notices.append)
        order.opened.change(lambda now: now.extended(*good).keeping(*kept))
    if order.slot is not None:
        order.opened.trail.went_on(order.slot, lookup.placed.parent, tuple(exchange.id for exchange in good))
    return Taken(good, tuple(job.notices))


def _gravest(attempts: list[Attempt]) -> NbgeminiError | None:
    """Of the errors of several requests the one to tell, with what all of them may have cost; None without any."""
    failed = [(attempt.error, attempt.at_stake) for attempt in attempts if attempt.error is not None]
    paid = [(error, sum_) for error, sum_ in failed if error.charged not in FREE]
    unsure = [error for error, _ in paid if error.charged == "maybe"]
    told = next(iter(unsure or [error for error, _ in paid or failed]), None)
    if told is not None and len(paid) > 1 and told.amount != ON_THE_EMULATOR:
        told.amount = f"≈ {dollars(total([sum_ for _, sum_ in paid]))} for {len(paid)} requests"
    return told


def _check_save(ask: Ask, lookup: Lookup) -> None:
    """Raises OptionError where the file of `save` is there already, and is not the one picture that is replayed."""
    if ask.save is None or not ask.save.taken:
        return
    pictures = {one.picture.sha256 for one in lookup.exchanges if one.picture}
    if lookup.missing or len(lookup.exchanges) > 1:
        raise ask.save.refusal()
    if pictures and pictures != {ask.save.taken}:
        raise ask.save.refusal(" and is not the replayed picture")


def _numbered(sent: list[Exchange], lookup: Lookup) -> list[Exchange]:
    """With the number of equal requests before each in its run of the cell, replays and those that failed left out."""
    first = lookup.asking.repeat + len(lookup.exchanges)
    return [replace(exchange, repeat=repeat) for repeat, exchange in enumerate(sent, first)]


def _run_side_by_side(runs: list[Callable[[], None]]) -> None:
    """Run all of them at once and wait. The first needs no further thread; others that get none come after it."""
    here, others = runs[:1], list[threading.Thread]()
    for run in runs[1:]:
        thread = threading.Thread(target=run, name="nbgemini-attempt", daemon=True)
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
