"""A conversation as lanes: the branch that it is on runs straight down, other branches stand to its right.

A run is turns that follow each other without a fork. Where several turns go on from one, those beside the lane come
first, each one step further to the right, and then the lane goes on; so however often a turn is asked anew, the
branch that counts is not pushed aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from nbgemini._dataclass import dataclass
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange

__all__ = ["Run", "beside", "folds", "lines", "runs"]


@dataclass(frozen=True, slots=True)
class Run:
    """Turns in a row on one lane. `lanes` are those to its left, from the outermost: True for the branch you are on.

    `on` says the same of the run itself; `begins` whether its first turn is a root, a branch off the lane to its left,
    or neither.
    """

    exchanges: tuple[Exchange, ...]
    lanes: tuple[bool, ...]
    on: bool
    begins: Literal["root", "branch", ""]


@dataclass(frozen=True, slots=True)
class _Start:
    exchange: Exchange
    lanes: tuple[bool, ...]
    begins: Literal["root", "branch", ""]


def runs(conversation: Conversation) -> Iterator[Run]:
    """All runs from top to bottom, the roots in the order of making."""
    children = _children(conversation)
    on = frozenset(exchange.id for exchange in conversation.path(conversation.head))
    latest = _latest(conversation)
    # A stack rather than recursion: conversations grow longer than Python's stack is deep.
    waiting = [_Start(root, (), "root") for root in reversed(children.get(None, []))]
    while waiting:
        start = waiting.pop()
        run, here = [start.exchange], start.exchange.id in on
        while True:
            offspring = children.get(run[-1].id, [])
            ahead = max(offspring, key=lambda one: (one.id in on, latest[one.id]), default=None)
            if ahead is None or len(offspring) > 1 or (ahead.id in on) != here:
                break
            run.append(ahead)
        yield Run(tuple(run), start.lanes, here, start.begins)
        if ahead is not None:
            waiting.append(_Start(ahead, start.lanes, ""))
            lanes = (*start.lanes, ahead.id in on)
            waiting += [_Start(one, lanes, "branch") for one in reversed(offspring) if one is not ahead]


def beside(conversation: Conversation) -> Iterator[tuple[Run, ...]]:
    """All runs in the same order, those in one row that may stand side by side: single turns that nothing follows."""
    parents = {exchange.parent for exchange in conversation.exchanges}
    row: list[Run] = []
    for run in runs(conversation):
        ends = len(run.exchanges) == 1 and run.exchanges[0].id not in parents
        if row and ends and run.begins and (run.begins, run.lanes) == (row[0].begins, row[0].lanes):
            row.append(run)
            continue
        if row:
            yield tuple(row)
        row = [run] if ends else []
        if not ends:
            yield (run,)
    if row:
        yield tuple(row)


def lines(conversation: Conversation) -> Iterator[tuple[str, Exchange, Run]]:
    """A line for each turn: what is drawn before it, the turn, and its run. `●` marks the branch you are on."""
    for run in runs(conversation):
        for at, exchange in enumerate(run.exchanges):
            lanes = "│ " * len(run.lanes)
            if run.begins == "branch" and not at:
                lanes = lanes[:-2] + "├─"
            yield f"{lanes}{'●' if run.on else '○'} ", exchange, run


def folds(conversation: Conversation) -> dict[str, tuple[Exchange, ...]]:
    """The shots of each sweep that are shown as one, by the id of the first: those that nothing goes on from."""
    parents = {exchange.parent for exchange in conversation.exchanges}
    on = {exchange.id for exchange in conversation.path(conversation.head)}
    found: dict[tuple[str, str | None], list[Exchange]] = {}
    for exchange in conversation.exchanges:
        if exchange.shot and exchange.id not in parents and exchange.id not in on:
            found.setdefault((exchange.group, exchange.parent), []).append(exchange)
    return {shots[0].id: tuple(shots) for shots in found.values() if len(shots) > 1}


def _children(conversation: Conversation) -> dict[str | None, list[Exchange]]:
    children: dict[str | None, list[Exchange]] = {}
    hidden = {shot.id for shots in folds(conversation).values() for shot in shots[1:]}
    for exchange in conversation.exchanges:
        if exchange.id in hidden:
            continue
        known = exchange.parent is not None and exchange.parent in conversation
        children.setdefault(exchange.parent if known else None, []).append(exchange)
    return children


def _latest(conversation: Conversation) -> dict[str, int]:
    """The number of the newest turn on or below each: of several ways on, the newest is the lane's."""
    latest: dict[str, int] = {}
    for number, exchange in reversed(list(enumerate(conversation.exchanges))):
        latest[exchange.id] = max(number, latest.get(exchange.id, 0))
        if exchange.parent is not None:
            latest[exchange.parent] = max(latest[exchange.id], latest.get(exchange.parent, 0))
    return latest
