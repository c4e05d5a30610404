"""What a stream yields while the model works: its thoughts, texts and pictures, in the order in which they come."""

from __future__ import annotations

import builtins
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeAlias, TypeVar, Unpack

from nbgemini._dataclass import dataclass, field
from nbgemini.core.content import Turn
from nbgemini.core.exchange import Exchange
from nbgemini.core.live import LivePart
from nbgemini.core.picture import Picture
from nbgemini.errors import AnswerEmpty

if TYPE_CHECKING:
    from PIL.Image import Image

    from nbgemini.studio.asking.ask import PromptWords
    from nbgemini.studio.asking.words import AskWords
    from nbgemini.studio.sending.plan import Plan

__all__ = [
    "Asking",
    "AsyncStream",
    "Looking",
    "OnProgress",
    "Progress",
    "Reporter",
    "Stream",
    "StreamPart",
    "Streaming",
]

R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPart:
    """One part: `kind` is "thought", "text" or "picture"; an interim picture is a thought with a `picture`.

    Texts of one kind that follow each other are pieces of one. `number` tells the requests of one ask apart, from 0.
    A picture is in `picture` as it is stored, in `.image` and `.bytes` as pixels and as it came; else there is `text`.

    >>> parts = list(hero.stream("an owl", new=True))
    >>> [part.kind for part in parts if part.kind != "thought"]
    ['picture']
    >>> parts[-1].number, parts[-1].image.size, parts[0].image
    (0, (1408, 768), None)
    >>> parts[-1].bytes == hero.last.bytes
    True
    """

    kind: Literal["thought", "text", "picture"]
    text: str = ""
    picture: Picture | None = None
    number: int = 0
    read: Callable[[Picture], builtins.bytes] = field(repr=False, compare=False)

    @property
    def bytes(self) -> builtins.bytes:
        """The picture exactly as it came. Raises AnswerEmpty for a text."""
        if self.picture is None:
            raise AnswerEmpty("This part is a text.", hint="See `.text`.")
        return self.read(self.picture)

    @property
    def image(self) -> Image | None:
        """The picture as a PIL image, None for a text. Raises AnswerUndecodable."""
        if self.picture is None:
            return None
        from nbgemini.studio.pictures.decoding import decoded

        return decoded(self.bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a request is: `stage` is "queued", "waiting", "sending", "sent", "receiving" or "done".

    `seconds` since it was begun; `told` are the lines about what happened so far, such as a wait before another try;
    `parts` counts what a stream has brought; `note` is what goes on now, such as an upload, often empty.

    >>> seen = []
    >>> _ = hero.imagine("an owl", new=True, on_progress=seen.append)
    >>> seen[-1].stage, seen[-1].told, seen[-1].parts, seen[-1].note, seen[-1].seconds < 60
    ('done', (), 0, '', True)
    """

    stage: str
    seconds: float
    told: tuple[str, ...] = ()
    parts: int = 0
    note: str = ""


OnProgress: TypeAlias = Callable[[Progress], object] | None


class Watched(Protocol):
    """A job, as far as its progress is looked at."""

    notices: list[str]
    live: list[LivePart]
    progress: str

    @property
    def seconds(self) -> float: ...
    @property
    def stage(self) -> str: ...


class Reporter:
    """Calls a user's `on_progress` whenever something has changed, and once a second.

    What it raises ends the calls and is told: it must not cost the picture. KeyboardInterrupt stops the wait as ever.
    """

    EVERY = 1.0  # seconds

    def __init__(self, call: Callable[[Progress], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._call: Callable[[Progress], object] | None = call
        self._clock = clock
        self._last: tuple[object, ...] = ()
        self._at = float("-inf")

    def look(self, job: Watched) -> None:
        """Report, if there is anything to report."""
        told, now = tuple(job.notices), self._clock()
        state = (job.stage, told, len(job.live), job.progress)
        if self._call is None or (state == self._last and now - self._at < self.EVERY):
            return
        self._last, self._at = state, now
        try:
            self._call(
                Progress(stage=job.stage, seconds=job.seconds, told=told, parts=len(job.live), note=job.progress)
            )
        except Exception as problem:
            self._call = None
            job.notices.append(f"`on_progress` raised {type(problem).__name__}, and is not called again.")


class Source(Protocol[R_co]):
    """An answer on its way."""

    @property
    def live(self) -> Sequence[LivePart]:
        """What has come so far; it only grows."""

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""

    def wait_for_more(self, known: int) -> None:
        """Until there is more than `known` parts, or it has ended. Raises KeyboardInterrupt."""

    async def await_more(self, known: int) -> None:
        """The same, on the caller's own loop."""

    def outcome(self) -> R_co:
        """What it has become. Raises what went wrong."""

    def turns(self) -> Sequence[Turn]:
        """The turns that it has become."""

    def picture_bytes(self, picture: Picture) -> bytes: ...

    def give_up(self) -> tuple[str, ...]: ...


class _Parts(Generic[R_co]):
    """What both kinds have in common."""

    def __init__(self, source: Source[R_co] | None) -> None:
        self._held = source
        self._given = 0
        self._rest: Iterator[StreamPart] | None = None

    @property
    def _source(self) -> Source[R_co]:
        assert self._held is not None  # nothing is asked of it before it is opened
        return self._held

    def _next(self) -> StreamPart | None:
        """The next part that is there already; None: wait for more, or it has ended."""
        if self._given < len(self._source.live):
            self._given += 1
            return self._made(self._source.live[self._given - 1])
        if not self._source.ended:
            return None
        if self._rest is None:
            self._source.outcome()
            self._rest = self._untold()
        return next(self._rest, None)

    def _untold(self) -> Iterator[StreamPart]:
        """What nobody told of while it came: all of a recording, and pictures beyond those that are told."""
        told = {part.picture.sha256 for part in self._source.live if part.picture}
        numbers = {part.number for part in self._source.live}
        for number, turn in enumerate(self._source.turns()):
            for part in turn.parts:
                picture = turn.picture_of(part)
                text = "" if number in numbers else part.text or ""
                if text or (picture is not None and picture.sha256 not in told):
                    yield self._made(LivePart(text, picture, part.is_thought, number))

    def _made(self, part: LivePart) -> StreamPart:
        kind: Literal["thought", "text", "picture"] = "picture" if part.picture else "text"
        return StreamPart(
            kind="thought" if part.thought else kind,
            text=part.text,
            picture=part.picture,
            number=part.number,
            read=self._source.picture_bytes,
        )

    def cancel(self) -> tuple[str, ...]:
        """Give it up: nothing is sent any more, or a late answer is kept (`%imagine recover`). A line on the money.

        Empty where it is too late: the turn is there.

        >>> stream.cancel()
        ()
        """
        return () if self._held is None else self._held.give_up()

    def __repr__(self) -> str:
        ended = self._held is not None and self._held.ended
        return f"<{type(self).__name__}: {self._given} parts so far{', ended' if ended else ''}>"


class Stream(_Parts[R_co], Iterator[StreamPart]):
    """An iterator over the parts of an answer, which arrives whether it is read or not.

    Leaving the loop early stops nothing: the answer becomes a turn when it is there. `result()` waits for that.

    >>> stream = hero.stream("an owl", new=True, thoughts=False)
    >>> next(stream).kind
    'picture'
    """

    def __next__(self) -> StreamPart:
        while True:
            part = self._next()
            if part is not None:
                return part
            if self._source.ended and self._given >= len(self._source.live):
                raise StopIteration
            self._source.wait_for_more(self._given)

    def result(self) -> R_co:
        """The result, once it is there. Raises what went wrong, and KeyboardInterrupt.

        >>> stream.result() == hero.last
        True
        """
        while not self._source.ended:
            self._source.wait_for_more(len(self._source.live))
        return self._source.outcome()


class AsyncStream(_Parts[R_co], AsyncIterator[StreamPart]):
    """The same for `async for`, on any asyncio or trio loop; a cancelled wait gives the turn up, as `aimagine` does.

    It is asked with the first part.

    >>> import asyncio
    >>> async def watch():
    ...     return [part.kind async for part in hero.astream("an owl", new=True, thoughts=False)]
    >>> asyncio.run(watch())
    ['picture']
    """

    def __init__(self, opened: Callable[[], Awaitable[Source[R_co]]]) -> None:
        super().__init__(None)
        self._opened = opened

    async def _begin(self) -> None:
        if self._held is None:
            self._held = await self._opened()

    async def __anext__(self) -> StreamPart:
        await self._begin()
        while True:
            part = self._next()
            if part is not None:
                return part
            if self._source.ended and self._given >= len(self._source.live):
                raise StopAsyncIteration
            await self._source.await_more(self._given)

    async def result(self) -> R_co:
        """The result, once it is there. Raises what went wrong.

        >>> async def draw():
        ...     return await hero.astream("an owl", new=True).result()
        >>> asyncio.run(draw()) == hero.last
        True
        """
        await self._begin()
        while not self._source.ended:
            await self._source.await_more(len(self._source.live))
        return self._source.outcome()


class Streaming(Protocol[R_co]):
    """What begins streams."""

    def stream(self, prompt: PromptWords, *, conversation: str | None, **words: Unpack[AskWords]) -> Stream[R_co]: ...
    def astream(
        self, prompt: PromptWords, *, conversation: str | None, **words: Unpack[AskWords]
    ) -> AsyncStream[R_co]: ...


class Looking(Protocol):
    """What looks, and asks for no picture."""

    def response(self, exchange: Exchange) -> dict[str, Any]: ...
    def plan_again(self, exchange: Exchange, name: str) -> Plan: ...
    def count_tokens(self, prompt: PromptWords, *, conversation: str | None, **words: Unpack[AskWords]) -> int: ...


class Asking(Protocol[R_co]):
    """What asks, and waits or is awaited."""

    def imagine(
        self,
        prompt: PromptWords,
        *,
        conversation: str | None = None,
        on_progress: OnProgress = None,
        **words: Unpack[AskWords],
    ) -> R_co: ...
    async def aimagine(
        self,
        prompt: PromptWords,
        *,
        conversation: str | None = None,
        on_progress: OnProgress = None,
        **words: Unpack[AskWords],
    ) -> R_co: ...
    @property
    def looks(self) -> Looking: ...
    @property
    def streams(self) -> Streaming[R_co]: ...
