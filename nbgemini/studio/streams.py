"""Asks whose answers are handed over part by part, while they come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from nbgemini.studio.asking.ask import Ask, PromptWords, fetch_urls
from nbgemini.studio.drawing import Drawing
from nbgemini.studio.flow import AsyncStream, Stream
from nbgemini.studio.handles import Result
from nbgemini.studio.pictures.fetching import Sources

if TYPE_CHECKING:
    from nbgemini.studio.asking.words import AskWords

__all__ = ["Streams"]


class Streams:
    """The streams of one kernel. `asked` reads an ask, `begun` sends it; `sources` are where references come from."""

    def __init__(
        self,
        asked: Callable[[PromptWords, Mapping[str, Any], str | None], Ask],
        begun: Callable[[Ask, str | None], Drawing],
        sources: Sources,
    ) -> None:
        self._asked, self._begun, self._sources = asked, begun, sources

    def stream(self, prompt: PromptWords, *, conversation: str | None, **words: Unpack[AskWords]) -> Stream[Result]:
        """See `ConversationHandle.stream`."""
        return Stream(self._begun(self._asked(prompt, words, conversation), conversation))

    def astream(
        self, prompt: PromptWords, *, conversation: str | None, **words: Unpack[AskWords]
    ) -> AsyncStream[Result]:
        """The same, for `async for`."""

        async def opened() -> Drawing:
            ask = await fetch_urls(self._asked(prompt, words, conversation), self._sources)
            return self._begun(ask, conversation)

        return AsyncStream(opened)
