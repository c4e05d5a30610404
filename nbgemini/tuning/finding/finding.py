"""Looks for pictures in a store's index: which turns are meant, and by what REF each can be named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.core.conversation import listed_name
from nbgemini.core.phrases import close_to, shortened
from nbgemini.core.ratings import NOTHING, Marks
from nbgemini.errors import ConversationError, NbgeminiError, OptionError
from nbgemini.store.search_index import Contents, Shelf, TurnGlance
from nbgemini.studio.conversations.session import Open
from nbgemini.tuning.finding.filters import Filters, folded_text

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["Place", "View", "matching", "sweeps_of_requests"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a turn is: a stored conversation's key (None: one that this kernel alone has), its name and the number."""

    key: str | None
    name: str
    number: int
    edits: int | None = None


class View:
    """A store as one kernel sees it at one moment."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.store = studio.store
        self.contents: Contents = self.store.search_index.look()
        self.marks: Mapping[str, Marks] = self.store.opinions.all()
        self._numbers: dict[str, dict[str, int]] = {}

    @cached_property
    def opened(self) -> tuple[Open, ...]:
        """The conversations that this kernel has, the current one first."""
        session = self.studio.session
        return tuple(sorted(session.opened(), key=lambda one: one.name != session.current))

    @cached_property
    def shelves(self) -> dict[str, Shelf]:
        """The stored conversations by the names that they are listed under."""
        several: dict[str, int] = {}
        for shelf in self.contents.shelves:
            if shelf.turns:
                several[shelf.name] = several.get(shelf.name, 0) + 1
        return {
            listed_name(shelf.key, shelf.name, several=several[shelf.name] > 1): shelf
            for shelf in self.contents.shelves
            if shelf.turns
        }

    @cached_property
    def _shelf_of(self) -> dict[str, tuple[str, Shelf]]:
        """By turn, the conversation that went on last of those that have it, and its name."""
        ordered = sorted(self.shelves.items(), key=lambda pair: pair[1].updated)
        return {turn: (name, shelf) for name, shelf in ordered for turn in shelf.turns}

    @cached_property
    def sweep_names(self) -> dict[str, str]:
        """The name that each sweep is called by, by its id."""
        return {about.id: called for called, about in self.store.sweeps.called()}

    @cached_property
    def shots(self) -> dict[str, list[tuple[str, int, tuple[str, ...]]]]:
        """By exchange, the shots that it answers: sweep, number and labels, those of the newest sweep last."""
        order = {name: at for at, name in enumerate(self.sweep_names)}
        found: dict[str, list[tuple[str, int, tuple[str, ...]]]] = {}
        for sweep, shots in sorted(self.contents.sweeps.items(), key=lambda pair: order.get(pair[0], -1)):
            for number, shot in shots.items():
                if shot.exchange:
                    found.setdefault(shot.exchange, []).append((sweep, number, shot.labels))
        return found

    def place(self, turn: str, preferred: str = "") -> Place:
        """Where a turn is, as this kernel would name it: in a conversation that it has, else in a stored one.

        `preferred` is the name of the conversation that was asked for. Raises KeyError for a turn that is nowhere.
        """
        for opened in self.opened:
            if turn in opened.value and preferred in ("", opened.name):
                parent = opened.value.get(turn).parent
                edits = opened.value.number(parent) if parent and parent in opened.value else None
                return Place(opened.key, opened.name, opened.value.number(turn), edits)
        name, shelf = self._shelf_of[turn]
        if preferred and (wanted := self.shelves.get(preferred)) is not None and turn in wanted.turns:
            name, shelf = preferred, wanted
        return Place(shelf.key, self._free(name, shelf.key), self._numbers_in(shelf)[turn])

    def _numbers_in(self, shelf: Shelf) -> dict[str, int]:
        """The numbers of a conversation's turns: what cannot be read has none, as when it is opened."""
        if shelf.key not in self._numbers:
            readable = (turn for turn in shelf.turns if turn in self.contents.turns)
            self._numbers[shelf.key] = {turn: number for number, turn in enumerate(readable, 1)}
        return self._numbers[shelf.key]

    def _free(self, name: str, key: str) -> str:
        """The name under which this kernel finds a stored conversation, and none of its own."""
        own = self.studio.session.find(name)
        taken = name == self.studio.session.current if own is None else own.key != key
        return f"{name}.1" if taken and name == key else name

    def ref(self, turn: str, preferred: str = "") -> str:
        """What can be typed to name a turn: a shot as `tuesday/17`, else `hero@3`."""
        shots = [] if preferred else self.shots.get(turn, [])
        for sweep, number, _ in reversed(shots):
            if sweep in self.sweep_names:
                return f"{self.sweep_names[sweep]}/{number}"
        place = self.place(turn, preferred)
        return f"{place.name}@{place.number}"

    def labels(self, turn: str) -> Iterator[str]:
        """The labels of its values in all sweeps that have it."""
        for _, _, labels in self.shots.get(turn, ()):
            yield from labels

    def said(self, turn: str) -> Marks:
        """What people said of it."""
        names = (turn, *(f"{sweep}/{number}" for sweep, number, _ in self.shots.get(turn, ())))
        if sum(name in self.marks for name in names) < 2:
            return next((self.marks[name] for name in names if name in self.marks), NOTHING)
        return self.store.opinions.of(*names)


def matching(view: View, filters: Filters) -> list[str]:
    """The ids of the turns that are meant, the newest first. Raises OptionError or ConversationError for a name of
    nothing."""
    turns = view.contents.turns
    wanted: Iterable[str] = turns
    if filters.conversation:
        wanted = [turn for turn in _conversation(view, filters.conversation) if turn in turns]
    if filters.sweep:
        among = _sweep(view, filters.sweep)
        wanted = [turn for turn in wanted if turn in among]
    models = _models(view, filters.model)
    found = [
        (moment, at, turn)
        for at, turn in enumerate(wanted)
        if (not models or turns[turn].model in models)
        and _is_said(filters, view.said(turn))
        and _is_between(filters, moment := _moment(turns[turn]))
        and _has_words(filters, view, turn)
    ]
    return [turn for _, _, turn in sorted(found, reverse=True)]


def _moment(turn: TurnGlance) -> float:
    """Seconds since 1970; 0 where it was not recorded."""
    try:
        moment = datetime.fromisoformat(turn.created)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _is_between(filters: Filters, moment: float) -> bool:
    after = filters.since is None or moment >= filters.since.timestamp()
    return after and (filters.until is None or moment < filters.until.timestamp())


def _is_said(filters: Filters, marks: Marks) -> bool:
    if marks.stars < filters.stars:
        return False
    return not filters.tags or set(filters.tags) <= {folded_text(tag) for tag in marks.tags}


def _has_words(filters: Filters, view: View, turn: str) -> bool:
    if not filters.words:
        return True
    marks = view.said(turn)
    text = folded_text("\n".join([view.contents.turns[turn].prompt, *view.labels(turn), marks.note, *marks.tags]))
    return all(word in text for word in filters.words)


def _models(view: View, asked: str) -> frozenset[str]:
    """The ids that a model's name stands for; nothing where none was asked for. Raises OptionError."""
    if not asked:
        return frozenset()
    used = {turn.model for turn in view.contents.turns.values()}
    try:
        meant = view.studio.catalogue.find(asked).id
    except NbgeminiError:
        meant = asked
    found = frozenset(used & {meant, asked})
    if not found and not any(meant == card.id for card in view.studio.catalogue.cards):
        aliases = [alias for card in view.studio.catalogue.cards for alias in card.aliases]
        close = close_to(asked, [*used, *aliases])
        hint = f"Did you mean `{close}`?" if close else "`%imagine models` lists them."
        raise OptionError(f"No picture in this store was drawn by `{shortened(asked, 60)}`.", hint=hint)
    return found or frozenset({meant})


def _conversation(view: View, name: str) -> tuple[str, ...]:
    """The ids of a conversation's turns: this kernel's of that name, else all stored ones that have it."""
    opened = view.studio.session.find(name)
    if opened is not None and opened.value.exchanges:
        return tuple(exchange.id for exchange in opened.value.exchanges)
    if name in view.shelves:
        return view.shelves[name].turns
    named = [turn for shelf in view.contents.shelves if name in (shelf.name, f"{shelf.key}.1") for turn in shelf.turns]
    if named:
        return tuple(dict.fromkeys(named))
    close = close_to(name, [*view.shelves, *(opened.name for opened in view.opened)])
    hint = f"Did you mean `{close}`?" if close else "`%imagine list` shows those that there are."
    raise ConversationError(f"There is no conversation `{shortened(name, 60)}`.", hint=hint)


def _sweep(view: View, name: str) -> frozenset[str]:
    """The ids of the answers of a sweep."""
    ids = [sweep for sweep, called in view.sweep_names.items() if name in (called, sweep)]
    if not ids:
        close = close_to(name, view.sweep_names.values())
        hint = f"Did you mean `{close}`?" if close else "`%imagine sweeps` lists them."
        raise ConversationError(f"There is no sweep `{shortened(name, 60)}`.", hint=hint)
    return frozenset(shot.exchange for shot in view.contents.sweeps.get(ids[0], {}).values() if shot.exchange)


def sweeps_of_requests(studio: Studio) -> dict[str, str]:
    """The name of the sweep that each request was first sent for, by its id. Raises StoreError."""
    sweeps = studio.store.search_index.look().sweeps
    found: dict[str, str] = {}
    for called, about in studio.store.sweeps.called():
        for shot in sweeps.get(about.id, {}).values():
            for exchange in shot.exchanges:
                found.setdefault(exchange, called)
    return found
