"""The sweeps of a store as a kernel finds them again: by name, by shot, at a glance."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import Exchange
from nbgemini.core.pricing import total
from nbgemini.errors import ConversationError, NbgeminiError, OptionError
from nbgemini.store.sweep_lines import About
from nbgemini.studio.conversations.named_turns import split_shot
from nbgemini.studio.conversations.session import Open
from nbgemini.tuning.holding.shot import Behind, Run, Shot
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.shooting.fates import Fates
from nbgemini.tuning.shooting.shots import MOST_JOINED, Answers, Entry

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["Glance", "StoredSweeps", "labels_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A stored sweep in numbers. `cost` is what its shots cost when they were made, `would_cost` with Google."""

    name: str
    about: About
    shots: int
    done: int
    failed: int
    unknown: int
    cost: int | None
    would_cost: int | None


class StoredSweeps:
    """Finds sweeps. `runs` are those that this kernel has open, by id; `behind` is what a grid asks."""

    def __init__(self, studio: Studio, behind: Behind, runs: dict[str, Run]) -> None:
        self._studio = studio
        self._behind = behind
        self._runs = runs

    def open(self, name: str | None = None) -> Sweep:
        """A sweep by its name, with all its shots; None: the newest. Raises ConversationError."""
        return self.of(self._about(name))

    def of(self, about: About) -> Sweep:
        """A sweep with all its shots."""
        log = self._studio.store.sweeps.open(about)
        with suppress(NbgeminiError):
            self._studio.orphans.interpret_left_over()
        looking = Fates(self._studio.store, log)
        looking.look()
        known = self._runs.get(about.id)
        entries = {number: Entry.of(log, number) for number in log.numbers}
        answers = Answers(looking)
        entries.update(known.entries if known is not None else {})
        for number, entry in entries.items():
            fate = looking.of(number)
            if entry.standing == "done":
                continue
            if fate.state != "free" or entry.standing != "waiting":
                entry.recall(fate, answers)
        run = Run(
            about=about,
            store=self._studio.store,
            behind=self._behind,
            conversation=known.conversation if known is not None else "",
            entries=entries,
            labels=labels_of(about, entries),
            notices=known.notices if known is not None else [],
        )
        self._runs[about.id] = run
        return Sweep(run, sorted(entries))

    def _about(self, name: str | None) -> About:
        if name is not None and not isinstance(name, str):
            raise OptionError(f"The name of a sweep is text, not {type(name).__name__}.")
        found = self._studio.store.sweeps.called()
        if not found:
            raise ConversationError("There are no sweeps in this store yet.", hint="`--vary style=ink,oil` makes one.")
        if name is None:
            return found[-1][1]
        exact = [about for called, about in found if name in (called, about.id)]
        if exact:
            return exact[-1]
        close = difflib.get_close_matches(name, [called for called, _ in found], n=1)
        hint = f"Did you mean `{close[0]}`?" if close else "`%imagine sweeps` lists them."
        raise ConversationError(f"There is no sweep `{name[:60]}`.", hint=hint)

    def home(self, run: Run, wanted: Exchange | None = None) -> Open:
        """The conversation of a run in this kernel, with all its answers in it; of a run of more shots than can all be
        held, with the wanted one. Raises ConversationError.
        """
        session = self._studio.session
        opened = session.find(run.conversation) if run.conversation else None
        if opened is None:
            opened = self._found(run)
            run.conversation = opened.name
        if len(run.entries) > MOST_JOINED:
            if wanted is not None and wanted.id not in opened.value:
                self._join_some(run, opened, wanted)
            return opened
        log = self._studio.store.sweeps.open(run.about)
        order = {number: at for at, number in enumerate(log.ended_in_order())}
        new: list[Exchange] = []
        for number in sorted(run.entries, key=lambda one: (order.get(one, len(order)), one)):
            entry = run.entries[number]
            if entry.answer_id and entry.answer_id not in opened.value and (exchange := entry.exchange) is not None:
                new.append(exchange)
        if new:
            opened.change(lambda now: now.joined(*new))
        return opened

    def _join_some(self, run: Run, opened: Open, wanted: Exchange) -> None:
        """Take an answer of a large run in, and a few behind it: the more, the more were looked at, for each time the
        conversation is made anew."""
        joined, number = [wanted], wanted.shot
        most = 1 + len(opened.value.exchanges) // 4
        while len(joined) < most and (entry := run.entries.get(number := number + 1)) is not None:
            if entry.answer_id and entry.answer_id not in opened.value and (exchange := entry.exchange) is not None:
                joined.append(exchange)
        opened.change(lambda now: now.joined(*joined))

    def _found(self, run: Run) -> Open:
        ids = [entry.answer_id for entry in run.entries.values() if entry.answer_id]
        about, session = run.about, self._studio.session
        for opened in session.opened():
            if any(one in opened.value for one in ids) or (about.parent and about.parent in opened.value):
                return opened
        album = self._studio.store.album
        key = next((key for one in (*ids[:1], about.parent) if one and (key := album.key_of(one))), None)
        return (
            self._studio.history.take_in(key, aside=True)
            if key is not None
            else session.get(about.conversation or None)
        )

    def glances(self) -> list[Glance]:
        """All sweeps in numbers, the newest last; one that cannot be read is left out. Raises StoreError."""
        found = []
        for called, about in self._studio.store.sweeps.called():
            with suppress(NbgeminiError):
                found.append(self._glance(called, about))
        return found

    def _glance(self, name: str, about: About) -> Glance:
        log = self._studio.store.sweeps.open(about)
        looking = Fates(self._studio.store, log)
        looking.look()
        fates = [looking.of(number) for number in log.numbers]
        made = [fate.cost for fate in fates if fate.state == "done"]
        return Glance(
            name=name,
            about=about,
            shots=len(fates),
            done=len(made),
            failed=sum(fate.state == "failed" for fate in fates),
            unknown=sum(fate.state == "unknown" for fate in fates),
            cost=0 if about.backend == "emulator" else total(made),
            would_cost=total(made),
        )

    def newest_of(self, conversation: str | None) -> Sweep | None:
        """The sweep that a conversation's newest sheet is of; None where that is a plain cell's."""
        for exchange in reversed(self._studio.value(conversation).exchanges):
            if exchange.group:
                with suppress(NbgeminiError):
                    return self.open(exchange.group) if exchange.shot else None
        return None

    def shot(self, text: str) -> Shot | None:
        """The shot that `tuesday/17` names; None where it names none. Raises OptionError for a number that is none."""
        named = split_shot(text)
        if named is None or not any(named[0] in (called, one.id) for called, one in self._studio.store.sweeps.called()):
            return None
        return self.open(named[0]).shot(named[1])

    def name_of(self, about: About) -> str:
        """The name that a run is called by now."""
        found = (called for called, one in self._studio.store.sweeps.called() if one.id == about.id)
        return next(found, about.name)


def labels_of(about: About, entries: Mapping[int, Entry]) -> dict[str, tuple[str, ...]]:
    """The labels of each axis in the order of appearance."""
    return {
        name: tuple(dict.fromkeys(entry.labels[name] for entry in entries.values() if name in entry.labels))
        for name in about.axes
    }
