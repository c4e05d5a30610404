"""Pictures that were found, as users hold them: a list of results, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, overload

from nbgemini._dataclass import dataclass, field
from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import counted
from nbgemini.core.ratings import Marks
from nbgemini.errors import NbgeminiError, StoreError
from nbgemini.store.store import Store
from nbgemini.studio.handles import ConversationHandle, Result
from nbgemini.tuning.finding.filters import Filters, filters_of, split_words
from nbgemini.tuning.finding.finding import Place, View, matching

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbgemini.studio.studio import Studio

__all__ = ["Found", "FoundTurn", "find", "look_for"]


@dataclass(frozen=True, slots=True)
class FoundTurn:
    """One picture that was found: the REF that names it, its exchange, and what people said of it."""

    ref: str
    exchange: Exchange
    marks: Marks
    labels: tuple[str, ...] = ()


class Found(Sequence[Result]):
    """What was found, the newest first: a list of results. A slice is one, too; nothing is read before it is needed.

    >>> boats = nb.find("boat")
    >>> len(boats), sorted(boat.prompt for boat in boats)
    (2, ['a ink boat', 'a oil boat'])
    >>> len(boats[:1])
    1
    """

    def __init__(self, view: View, filters: Filters, ids: Sequence[str]) -> None:
        self._view = view
        self.filters = filters
        self._ids = tuple(ids)

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, wanted: int) -> Result: ...
    @overload
    def __getitem__(self, wanted: slice) -> Found: ...
    def __getitem__(self, wanted: int | slice) -> Result | Found:
        if isinstance(wanted, slice):
            return Found(self._view, self.filters, self._ids[wanted])
        return self._result(self._ids[wanted])

    def __iter__(self) -> Iterator[Result]:
        return map(self._result, self._ids)

    @property
    def refs(self) -> list[str]:
        """What each can be called by wherever a REF is taken.

        >>> sorted(boats.refs)
        ['boats/1', 'boats/2']
        """
        return [self._view.ref(turn, self.filters.conversation) for turn in self._ids]

    @property
    def store(self) -> Store:
        return self._view.store

    def turns(self) -> Iterator[FoundTurn]:
        """Each with its REF, read one by one; what cannot be read is left out."""
        for turn in self._ids:
            try:
                exchange = self._exchange(turn)
            except NbgeminiError:
                continue
            ref = self._view.ref(turn, self.filters.conversation)
            labels = tuple(dict.fromkeys(self._view.labels(turn)))
            yield FoundTurn(ref, exchange, self._view.said(turn), labels)

    def _exchange(self, turn: str) -> Exchange:
        """As it is known here: a turn that this kernel drew itself was not replayed."""
        here = next((opened for opened in self._view.opened if turn in opened.value), None)
        found = here.value.get(turn) if here is not None else self._view.store.album.find(turn)
        if found is None:
            raise StoreError(f"The record of turn {self._view.ref(turn)} is gone.", hint="See `%imagine verify`.")
        return found

    def _result(self, turn: str) -> Result:
        exchange, place = self._exchange(turn), self._view.place(turn, self.filters.conversation)
        studio = self._view.studio
        own = studio.session.find(place.name)
        if own is not None and turn in own.value:
            return studio.result(own.value.get(turn), own.name)
        return Result(
            exchange=exchange,
            turn=place.number,
            conversation_name=place.name,
            store=self._view.store,
            edits=place.edits,
            behind=_Shelved(studio, place),
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        """Text always; where a notebook is loaded, the pictures too."""
        renderer = self._view.studio.renderer
        return {"text/plain": repr(self)} if renderer is None else renderer(self)

    def __repr__(self) -> str:
        refs = ", ".join(self._view.ref(turn, self.filters.conversation) for turn in self._ids[:6])
        more = ", …" if len(self) > 6 else ""
        return f"<Found {counted(len(self), 'picture')}{': ' if refs else ''}{refs}{more}>"


@dataclass(frozen=True, slots=True)
class _Shelved:
    """Stands behind a result whose conversation this kernel has not opened yet: that is done when it is needed."""

    studio: Studio = field(repr=False)
    place: Place

    @property
    def renderer(self) -> Callable[[Any], Any] | None:
        return self.studio.renderer

    def conversation(self, name: str | None = None) -> ConversationHandle:
        assert self.place.key is not None  # a turn that lies nowhere but here is in an opened conversation
        return self.studio.conversation(self.studio.history.take_in(self.place.key, aside=True).name)


def look_for(studio: Studio, filters: Filters) -> Found:
    """What is meant in a studio's store. Raises OptionError, ConversationError, StoreError."""
    view = View(studio)
    return Found(view, filters, matching(view, filters))


def find(studio: Studio, *words: str, **given: Any) -> Found:
    """The same with Python's arguments. Raises OptionError, too."""
    texts = [text for word in words for text in split_words(word)]
    return look_for(studio, filters_of(texts, given, datetime.now().astimezone()))
