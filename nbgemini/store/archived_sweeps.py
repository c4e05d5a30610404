"""Sweeps and marks in an archive: what of them belongs to a conversation, and their way into another store.

Each sweep is a file of the same lines as in a store, written anew: its head, its plan, and for each shot that was asked
what became of it. What a kernel has under way, or died with, is an unknown outcome elsewhere: it is not asked again by
itself. The hash of a request counts only where it is that of the request, as with recordings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbgemini._dataclass import dataclass
from nbgemini.core.content import Turn
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.ratings import Mark
from nbgemini.errors import StoreError
from nbgemini.store.album import Album
from nbgemini.store.fields import damaged, dump, is_exchange_id
from nbgemini.store.journal import parse_lines
from nbgemini.store.opinions import Opinions, line_of, mark_of
from nbgemini.store.sweep_lines import (
    About,
    Answered,
    End,
    Planned,
    about_of,
    claim_line,
    end_line,
    head_line,
    plan_line,
    planned,
)
from nbgemini.store.sweeps import Sweeps
from nbgemini.store.vetting import vet_exchange

if TYPE_CHECKING:
    from nbgemini.store.sweep_log import SweepLog

__all__ = ["ArchivedSweep", "Attached", "attached", "check_attached", "load_attached", "read_attached"]

_NOBODY = "0" * 12  # the kernel of a claim: none that lives
_MOST_SHOTS = 10_000
_LONGEST = 4000  # characters of a text in the head of a sweep
_UNKNOWN = End(kind="OutcomeUnknown", message="It was under way when the archive was made.", charged="maybe")
_ELSEWHERE = End(kind="OutcomeUnknown", message="Its answer is not in this archive.", charged="maybe")


@dataclass(frozen=True, slots=True)
class ArchivedSweep:
    """A sweep outside of a store: its plan, and by number the id and the end of what was asked."""

    about: About
    plan: tuple[Planned, ...]
    became: Mapping[int, tuple[str, End | Answered]]

    @property
    def data(self) -> bytes:
        """Its lines."""
        lines = [head_line(self.about), *(plan_line(shot, self.about.axes) for shot in self.plan)]
        for number, (name, end) in self.became.items():
            lines += [claim_line(_NOBODY, {number: name}), end_line(number, name, end)]
        return b"".join(lines)


@dataclass(frozen=True, slots=True)
class Attached:
    """What belongs to a conversation beside its turns."""

    sweeps: tuple[ArchivedSweep, ...] = ()
    marks: tuple[Mark, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sweeps or self.marks)

    @property
    def asked(self) -> list[Exchange]:
        """What the shots without an answer ask: their pictures belong into the archive too."""
        return [
            shot.asked
            for sweep in self.sweeps
            for shot in sweep.plan
            if not isinstance(sweep.became.get(shot.number, ("", None))[1], Answered)
        ]

    def files(self) -> dict[str, bytes]:
        """The files of an archive, by name."""
        found = {f"sweeps/{sweep.about.id}.jsonl": sweep.data for sweep in self.sweeps}
        return found | ({"marks.jsonl": b"".join(dump(line_of(mark)) for mark in self.marks)} if self.marks else {})


# -- from a store ------------------------------------------------------------------------------------------------------


def attached(conversation: Conversation, sweeps: Sweeps, opinions: Opinions, album: Album) -> Attached:
    """The sweeps that a conversation has answers of, and what was said of its turns and their shots."""
    found = []
    for about in sweeps.all():
        log = sweeps.open(about)
        if any(log.claimed(number)[0] in conversation for number in log.numbers):
            found.append(_archived(log, conversation, album))
    names = {exchange.id for exchange in conversation.exchanges}
    names |= {f"{sweep.about.id}/{shot.number}" for sweep in found for shot in sweep.plan}
    return Attached(tuple(sorted(found, key=lambda sweep: sweep.about.id)), opinions.said_of(names))


def _archived(log: SweepLog, conversation: Conversation, album: Album) -> ArchivedSweep:
    became: dict[int, tuple[str, End | Answered]] = {}
    for number in log.numbers:
        name, _ = log.claimed(number)
        if name in conversation:
            became[number] = name, Answered(conversation.get(name).likely_cost)
        elif name:
            became[number] = name, log.end(number) or _end_of(album, name)
    return ArchivedSweep(log.about, tuple(log.planned(number) for number in log.numbers), became)


def _end_of(album: Album, name: str) -> End:
    """What became of a shot whose kernel did not say so."""
    try:
        found = album.find(name)
    except StoreError:
        found = None
    if found is None:
        return _UNKNOWN
    if found.outcome == "failed":
        return End(kind="AnswerError", message=found.reason or "No picture came.", charged="maybe")
    return _ELSEWHERE


# -- from an archive ---------------------------------------------------------------------------------------------------


def read_attached(files: Mapping[str, bytes], turns: Mapping[str, Exchange], source: str) -> Attached:
    """What the files of an archive say, each checked. Raises StoreError, which names the file."""
    sweeps = tuple(
        _read(name.removeprefix("sweeps/").removesuffix(".jsonl"), data, turns, f"{source}: {name}")
        for name, data in files.items()
        if name.startswith("sweeps/")
    )
    marks = []
    names = {*turns, *(f"{sweep.about.id}/{shot.number}" for sweep in sweeps for shot in sweep.plan)}
    for record in _records(files.get("marks.jsonl", b""), f"{source}: marks.jsonl"):
        mark = mark_of(record)
        if mark is None or mark.of not in names:
            raise damaged(f"{source}: marks.jsonl", "it speaks of what is not in the archive")
        marks.append(mark)
    return Attached(sweeps, tuple(marks))


def _records(data: bytes, source: str) -> list[dict[str, Any]]:
    records = parse_lines(data)
    if len(records) != data.count(b"\n") or (data and not data.endswith(b"\n")):
        raise damaged(source, "a line of it cannot be read")
    return records


def _read(name: str, data: bytes, turns: Mapping[str, Exchange], source: str) -> ArchivedSweep:
    try:
        head, *records = _records(data, source)
        about = about_of(name, head)
        plan: dict[int, Planned] = {}
        became: dict[int, tuple[str, End | Answered]] = {}
        for record in records:
            _take(record, about, plan, became)
    except (KeyError, TypeError, ValueError):
        raise damaged(source, "it is not a sweep") from None
    if not plan or len(plan) > _MOST_SHOTS or _is_odd(about):
        raise damaged(source, "its head or its plan is out of range")
    for shot in plan.values():
        _vet(shot.asked, source)
    for exchange_id, end in became.values():
        if isinstance(end, Answered) and exchange_id not in turns:
            raise damaged(source, "an answer of it is not in the archive")
    return ArchivedSweep(about, tuple(plan.values()), became)


def _take(
    record: Mapping[str, Any], about: About, plan: dict[int, Planned], became: dict[int, tuple[str, End | Answered]]
) -> None:
    """Raises KeyError, TypeError or ValueError for a line that no archive has."""
    if record["kind"] == "plan":
        for row in record["shots"]:
            shot = planned(row, about.axes)
            if shot.number in plan:
                raise ValueError("planned twice")
            plan[shot.number] = shot
    elif record["kind"] == "claim":
        ((number, name),) = record["shots"]
        if number not in plan or number in became or not is_exchange_id(name):
            raise ValueError("no such shot")
        became[number] = name, _UNKNOWN
    elif record["kind"] == "end":
        number, name = record["shot"], record["exchange"]
        if became[number][0] != name:
            raise ValueError("another answer")
        became[number] = name, _end(record)
    else:
        raise ValueError("an unknown line")


def _end(record: Mapping[str, Any]) -> End | Answered:
    if record["error"] is not None:
        return End(**{name: str(record["error"].get(name, ""))[:_LONGEST] for name in End.__slots__})
    cost = record.get("cost")
    return Answered(cost if type(cost) is int and 0 <= cost < 2**53 else None)


def _is_odd(about: About) -> bool:
    texts = (about.name, about.key, about.cell, about.model, about.backend, about.conversation, about.created, about.by)
    longer = (about.prompt, *about.constant, *about.constant.values(), *about.axes)
    return (
        not about.name.isprintable()
        or not about.name
        or any(len(text) > 400 for text in texts)
        or any(len(text) > _LONGEST for text in longer)
        or len(about.axes) > 64
    )


def _vet(asked: Exchange, source: str) -> None:
    """Refuse a request that this version would not have planned. Raises StoreError."""
    answered = Answer(turn=Turn("model", {"role": "model", "parts": [{"text": "-"}]}))
    vet_exchange(replace(asked, answer=answered, outcome="turn"), source)


# -- into a store ------------------------------------------------------------------------------------------------------


def load_attached(
    found: Attached,
    conversation: Conversation,
    ids: Mapping[str, str],
    hash_of: Callable[[Conversation, Exchange], str],
    sweeps: Sweeps,
    opinions: Opinions,
) -> None:
    """Bring them into a store, where `conversation` is already; what is there stays as it is.

    `ids` are the ids that the exchanges of the archive have there. Raises StoreReadOnly or StoreError.
    """
    for sweep in found.sweeps:
        _bring(_fitted(sweep, conversation, ids, hash_of), sweeps)
    known = set(map(_key, opinions.said_of({ids.get(mark.of, mark.of) for mark in found.marks})))
    marks = [replace(mark, of=ids.get(mark.of, mark.of)) for mark in found.marks]
    opinions.take([mark for mark in marks if _key(mark) not in known])


def _key(mark: Mark) -> bytes:
    return dump(line_of(mark))


def _fitted(
    sweep: ArchivedSweep,
    conversation: Conversation,
    ids: Mapping[str, str],
    hash_of: Callable[[Conversation, Exchange], str],
) -> ArchivedSweep:
    """With the ids of the store, and with the hash of a request only where it is that of the request."""
    became = {number: (ids.get(name, name), end) for number, (name, end) in sweep.became.items()}

    def fitted(shot: Planned) -> Planned:
        parent = shot.asked.parent and ids.get(shot.asked.parent, shot.asked.parent)
        asked = replace(shot.asked, parent=parent)
        name, end = became.get(shot.number, ("", None))
        made = conversation.get(name).request_hash if isinstance(end, Answered) else hash_of(conversation, asked)
        return replace(shot, asked=asked if made == asked.request_hash else replace(asked, request_hash=""))

    parent = sweep.about.parent and ids.get(sweep.about.parent, sweep.about.parent)
    about = replace(sweep.about, parent=parent, conversation=conversation.name)
    return ArchivedSweep(about, tuple(map(fitted, sweep.plan)), became)


def check_attached(found: Attached, sweeps: Sweeps) -> None:
    """Raises StoreError where the store has another sweep of the same id."""
    for sweep in found.sweeps:
        log = _here(sweep, sweeps)
        own = [] if log is None else log.numbers
        if log is not None and (
            log.about.axes != sweep.about.axes
            or any(log.glanced(shot.number).place != shot.place for shot in sweep.plan if shot.number in own)
        ):
            raise StoreError(
                f"The sweep `{sweep.about.name}` in the archive is not the one that has its id in this store.",
                hint="Load it into another store: set NBGEMINI_STORE. Nothing was loaded.",
            )


def _here(sweep: ArchivedSweep, sweeps: Sweeps) -> SweepLog | None:
    here = next((about for about in sweeps.all() if about.id == sweep.about.id), None)
    return None if here is None else sweeps.open(here)


def _bring(sweep: ArchivedSweep, sweeps: Sweeps) -> None:
    """Put a sweep down; of one that is there already, what is new."""
    with sweeps.lock():
        log = _here(sweep, sweeps)
        if log is None:
            sweeps.put(sweep.about.id, sweep.data)
        else:
            sweeps.add(sweep.about.id, b"".join(_news(sweep, log)))


def _news(sweep: ArchivedSweep, log: SweepLog) -> Iterator[bytes]:
    """The lines that a store's file of the same sweep does not say yet."""
    own: Sequence[int] = log.numbers
    for shot in sweep.plan:
        if shot.number not in own:
            yield plan_line(shot, sweep.about.axes)
    for number, (name, end) in sweep.became.items():
        if number not in own or not log.claimed(number)[0] or (isinstance(end, Answered) and log.end(number)):
            yield claim_line(_NOBODY, {number: name}) + end_line(number, name, end)
