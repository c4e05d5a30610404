"""What users hold: a conversation, and the results of asking it; the one pair whose halves know each other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Unpack

from nbgemini._dataclass import dataclass, field
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.in_python import speaking_python
from nbgemini.core.phrases import counted
from nbgemini.core.picture import SUFFIXES
from nbgemini.core.python_slips import Helpful, MadeElsewhere, one_prompt
from nbgemini.errors import OptionError
from nbgemini.studio.flow import Asking, AsyncStream, OnProgress, Stream
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.unique import Unique

if TYPE_CHECKING:
    from nbgemini.studio.asking.ask import PromptWords
    from nbgemini.studio.asking.words import AskWords, EditWords
    from nbgemini.studio.conversations.archives import Archives
    from nbgemini.studio.conversations.history import History
    from nbgemini.studio.sending.plan import Plan

__all__ = ["Behind", "ConversationHandle", "Home", "Result"]


class Home(Protocol):
    """What a result asks of whoever made it."""

    @property
    def renderer(self) -> Callable[[Any], Any] | None:
        """How a notebook shows it; None in a script."""

    def conversation(self, name: str | None = None) -> ConversationHandle: ...


class Behind(Home, Asking["Result"], Protocol):
    """What handles ask of the studio that made them."""

    @property
    def history(self) -> History: ...
    @property
    def archives(self) -> Archives: ...
    def value(self, name: str | None = None) -> Conversation: ...
    def result(self, exchange: Exchange, name: str, notices: tuple[str, ...] = ()) -> Result: ...


class ConversationHandle(MadeElsewhere, Unique, kind="A conversation"):
    """One conversation of this kernel; `nb.conversation()` returns it.

    All handles of one name are the same conversation. Money is spent by `imagine`, `stream` and their twins alone.

    >>> hero
    <Conversation hero: 1 turn, at turn 1>
    >>> nb.conversation("hero") == hero
    True
    >>> hero.name, len(hero.exchanges), hero.last == cat
    ('hero', 1, True)
    """

    def __init__(self, behind: Behind, name: str) -> None:
        self._behind = behind
        self._name = name

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__()} - {"plan_again", "rendered", "value"})

    @property
    def name(self) -> str:
        """Its name in this kernel, as `nbgemini.conversation(name)` takes it."""
        return self._name

    @property
    def value(self) -> Conversation:
        """The immutable value of this moment."""
        return self._behind.value(self.name)

    @one_prompt
    def imagine(self, prompt: PromptWords, *, on_progress: OnProgress = None, **words: Unpack[AskWords]) -> Result:
        """Ask for a picture: continues from the conversation's last one, unless `new` or `from_` say otherwise.

        A list as prompt puts pictures between its texts: `["Put ", cat, " on a sofa"]`; no names are replaced in it,
        f-strings do that. Returns when the turn is committed. The options are those of the cell, by name:

        - the picture: `model` (an id or alias), `aspect` ("16:9"), `size` ("512", "1K", "2K", "4K"), `count` (that many
          requests side by side, 1 to 1000; `.variants` has all answers), `ref` (pictures to show the model: a result,
          PIL image, array, figure, bytes, file, pattern, https URL, turn such as "@3", "@clipboard", a list of them, or
          a mapping of names to them)
        - where it goes on from: `from_` (a result, a turn number, "@last"), or `new` (starts afresh)
        - the request: `only` ("image"; "text": words about a picture; "both"), `thinking` (a level), `thoughts` (ask
          for them), `system` (a text that stays with the conversation, until "" takes it away), `search` (True, "web",
          "image", "both"), `safety` (thresholds by category: our words, Google's, or google-genai's settings), `seed`,
          `temperature`, `top_p`, `top_k`, `max_tokens`, `tier` ("standard", "flex", "priority"), on Vertex AI
          `person_generation` ("all", "adult", "none") and `image_output_options` ("png", "jpeg:85"), `set` (any field
          of the request by its path)
        - around it: `save` (a file or folder), `alt` (an alternative text), `timeout` (seconds), `budget` (the most
          that all of it may cost, in US dollars), `yes` (send above `confirm_over`, scale large references), `replay`
          ("auto", "only", "off"), `fresh` (always send), and `on_progress`: a function that is called with a
          `Progress` (`stage`, `seconds`, `told`, `parts`, `note`) whenever one of them changes, and once a second

        Asks that name their place (`new`, `from_`, `edit` of a result) are sent side by side, from threads or with
        `gather`; those that go on from wherever the conversation is wait for the ones before them. Either way turns are
        numbered, and the conversation goes on, in the order of asking.

        Raises OptionError or another refusal before anything is sent, ApiError, AnswerError or TransportError
        afterwards, and KeyboardInterrupt when the wait was given up: then the history is unchanged.

        >>> hero.imagine("add snow")  # edits the last picture
        <Result turn 2 of hero: 1376×768 jpg, gemini-3.1-flash-lite-image, emulator · $0, would be $0.035>
        >>> hero.imagine(["Put ", cat, " on a red sofa"], aspect="1:1", new=True).image.size
        (1024, 1024)
        """
        with speaking_python():
            self._check(words)
            return self._behind.imagine(prompt, conversation=self.name, on_progress=on_progress, **words)

    async def aimagine(
        self, prompt: PromptWords, *, on_progress: OnProgress = None, **words: Unpack[AskWords]
    ) -> Result:
        """The same, to be awaited on any asyncio or trio loop; cancelling it abandons the turn.

        >>> import asyncio
        >>> asyncio.run(hero.aimagine("an owl", new=True)).turn
        4
        """
        with speaking_python():
            self._check(words)
            return await self._behind.aimagine(prompt, conversation=self.name, on_progress=on_progress, **words)

    def stream(self, prompt: PromptWords, **words: Unpack[AskWords]) -> Stream[Result]:
        """Ask, and get thoughts, texts and pictures as they come; the options are those of `imagine`.

        >>> for part in hero.stream("a tabby cat", thoughts=False, new=True):
        ...     print(part.kind, part.text or part.image.size)  # "thought", "text" or "picture"
        picture (1408, 768)
        >>> hero.last.prompt  # the turn that it has become
        'a tabby cat'

        Thoughts are asked for where the model shows them, unless `thoughts=False`. The answer arrives on a thread of
        its own, whether the loop is quick, slow or left early: then the turn is there when the answer is, and
        `.result()` waits for it. `.cancel()` gives it up, as an interrupt of the loop does: a late answer is kept.
        Raises what `imagine` raises, after the parts that came before.
        """
        with speaking_python():
            self._check(words)
            return self._behind.streams.stream(prompt, conversation=self.name, **words)

    def astream(self, prompt: PromptWords, **words: Unpack[AskWords]) -> AsyncStream[Result]:
        """The same for `async for part in conversation.astream("…")`, on any asyncio or trio loop.

        >>> async def watch():
        ...     return [part.kind async for part in hero.astream("an owl", new=True, thoughts=False)]
        >>> asyncio.run(watch())
        ['picture']
        """
        with speaking_python():
            self._check(words)
            return self._behind.streams.astream(prompt, conversation=self.name, **words)

    def count_tokens(self, prompt: PromptWords, **words: Unpack[AskWords]) -> int:
        """How many tokens `imagine` would send with these words, history and pictures included: the server counts.

        >>> hero.count_tokens("put a hat on it", ref=cat)
        2248

        The pictures travel for it, and nothing is charged. Raises what `imagine` raises.
        """
        self._check(words)
        return self._behind.looks.count_tokens(prompt, conversation=self.name, **words)

    def _check(self, words: AskWords) -> None:
        if "conversation" in words:
            hint = "`nbgemini.conversation(NAME)` is the one with that name."
            raise OptionError(f"`conversation` is not an option here: this is `{self.name}`.", hint=hint)

    @property
    def exchanges(self) -> tuple[Result, ...]:
        """Every turn of every branch, in the order of making: turn 1 first.

        >>> [turn.prompt for turn in hero.exchanges][:2]
        ['a tabby cat', 'add snow']
        """
        value = self.value
        return tuple(self._behind.result(exchange, self.name) for exchange in value.exchanges)

    @property
    def last(self) -> Result | None:
        """The turn that the next one continues from, or None at the start."""
        last = self.value.last
        return None if last is None else self._behind.result(last, self.name)

    def undo(self, steps: int = 1) -> ConversationHandle:
        """Go back `steps` turns on this branch; nothing is deleted. At the start it stays there.

        >>> cat.edit("make it night").turn
        7
        >>> hero.undo()
        <Conversation hero: 7 turns, at turn 1>
        """
        self._behind.history.undo(self.name, steps)
        return self

    def redo(self) -> ConversationHandle:
        """Take the last undo back, if there is one.

        >>> hero.redo()
        <Conversation hero: 7 turns, at turn 7>
        """
        self._behind.history.redo(self.name)
        return self

    def pick(self, number: int) -> ConversationHandle:
        """Go on from another picture of the last ask with `count`: `number` counts from 1. Raises ConversationError.

        >>> two = hero.imagine("a boat", count=2, new=True)
        >>> hero.pick(2).last == two.variants[1]
        True
        """
        self._behind.history.pick(number, self.name)
        return self

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write all of it, every branch and picture, into a new `.nbgemini` or `.zip` file for another machine.

        `%imagine load` goes on with it there. An archive that has all of it already will do. Raises OptionError for a
        place that cannot be written.

        >>> hero.save("hero.nbgemini").name
        'hero.nbgemini'
        """
        return self._behind.archives.save(os.fspath(path), self.name).path

    def fork(self, name: str) -> ConversationHandle:
        """A new conversation that begins with this branch. This one stays as it is, and stays current.

        >>> hero.fork("storm").imagine("in a storm").conversation
        <Conversation storm: 2 turns, at turn 2>
        """
        return ConversationHandle(self._behind, self._behind.history.fork(name, self.name).name)

    def response_of(self, result: Result) -> dict[str, Any]:
        """The whole response of one of its turns, as `Result.response`."""
        return self._behind.looks.response(result.exchange)

    def plan_again(self, result: Result) -> Plan:
        """The request of one of its turns, as it would be sent now. Raises SettingsError."""
        return self._behind.looks.plan_again(result.exchange, self.name)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        """Text always; where a notebook is loaded, the strip of its turns too."""
        renderer = self._behind.renderer
        return {"text/plain": repr(self)} if renderer is None else renderer(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ConversationHandle):
            return NotImplemented
        return (self._behind, self.name) == (other._behind, other.name)

    def __hash__(self) -> int:
        return hash((self._behind, self.name))

    @property
    def way_on(self) -> str:
        """What to do instead of pickling it."""
        return f"; it is stored, and another kernel goes on with it: `%imagine use {self.name}`."

    def __repr__(self) -> str:
        value = self.value
        at = f", at turn {value.number(value.head)}" if value.head else ", at the start"
        return f"<Conversation {self.name}: {counted(len(value.exchanges), 'turn')}{at}>"


@dataclass(frozen=True, eq=False, kw_only=True)
class Result(Helpful, Unique, Drawn, kind="A result"):
    """One picture and all that is known of it. Holds paths: `Out[n]` pins no pixels.

    `turn` is its number in `conversation`, whose name is `conversation_name`; `edits` is the number of the turn that
    it goes on from, or None. `notices` say in one line each what happened on the way; with `count` > 1,
    `variants` are all answers in order (this one included), and the conversation goes on from the first.

    >>> cat
    <Result turn 1 of hero: 1376×768 jpg, gemini-3.1-flash-lite-image, emulator · $0, would be $0.034>
    >>> cat.turn, cat.conversation_name, cat.edits, cat.notices
    (1, 'hero', None, ())
    >>> cat.prompt, cat.model, cat.options, cat.alt
    ('a tabby cat', 'gemini-3.1-flash-lite-image', {'aspect': '16:9'}, 'a tabby cat (emulated)')
    >>> cat.image.size, cat.mime, cat.path.is_file(), len(cat.bytes) == cat.path.stat().st_size
    ((1376, 768), 'image/jpeg', True, True)
    >>> cat.cost, cat.would_cost, cat.usage.images, cat.finish_reason
    (0.0, 0.034198, 1120, 'STOP')
    >>> cat.served_by, cat.emulated, cat.replayed
    ('emulator', True, False)
    >>> cat.stars, cat.note, cat.tags
    (0, '', ())
    >>> cat.text, cat.thoughts, cat.grounding
    ('', '', None)
    >>> cat.conversation
    <Conversation hero: 1 turn, at turn 1>
    >>> cat.seconds < 60, cat.created.tzname()
    (True, 'UTC')
    >>> cat.images[-1].size == cat.image.size, cat.pictures[-1] == cat.picture
    (True, True)
    """

    behind: Home = field(repr=False)
    siblings: list[Result] = field(default_factory=list, repr=False)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__()} - {"behind", "bytes_of", "path_of", "price_words", "siblings", "store"})

    @property
    def conversation(self) -> ConversationHandle:
        """The conversation that it is a turn of."""
        return self.behind.conversation(self.conversation_name)

    @property
    def home(self) -> str:
        """The name of its conversation in this kernel; one that is only stored is opened for that."""
        return self.conversation.name

    @property
    def variants(self) -> tuple[Result, ...]:
        """All answers of the same cell, in order; a single one holds itself.

        >>> [one.turn for one in hero.imagine("a boat", count=2, new=True).variants]
        [4, 5]
        """
        return tuple(self.siblings) or (self,)

    def wait(self) -> Result:
        """Itself: it is there. The variable of a cell with `--bg -o a` has the same `a.wait()` before that.

        >>> cat.wait() is cat
        True
        """
        return self

    @property
    def request(self) -> str:
        """The request as JSON for reading; pictures and other long strings are elided.

        >>> import json
        >>> json.loads(cat.request)["generationConfig"]["imageConfig"]
        {'aspectRatio': '16:9'}
        """
        return self.conversation.plan_again(self).request_json()

    @property
    def response(self) -> dict[str, Any]:
        """The whole response as the server gave it, a stream's events merged into one, as JSON values of the wire.

        >>> cat.response["candidates"][0]["finishReason"]
        'STOP'

        Pictures and long signatures stand as the addresses of their files (`file:///…`)."""
        return self.conversation.response_of(self)

    def curl(self) -> str:
        """A shell command that asks the same with `$GEMINI_API_KEY`; its body is written to a file in the store.

        >>> print(cat.curl())  # doctest: +ELLIPSIS
        curl ...:generateContent...
        """
        return self.conversation.plan_again(self).curl()

    @one_prompt
    def edit(self, prompt: PromptWords, *, on_progress: OnProgress = None, **words: Unpack[EditWords]) -> Result:
        """Continue from this picture, wherever the conversation is by now. Options as in `Conversation.imagine`.

        >>> snow = cat.edit("add snow")
        >>> snow.edits, snow.turn
        (1, 2)
        """
        return self.conversation.imagine(prompt, on_progress=on_progress, **self._continued(words))

    async def aedit(self, prompt: PromptWords, *, on_progress: OnProgress = None, **words: Unpack[EditWords]) -> Result:
        """The same, to be awaited.

        >>> import asyncio
        >>> asyncio.run(cat.aedit("make it night")).turn
        3
        """
        return await self.conversation.aimagine(prompt, on_progress=on_progress, **self._continued(words))

    def _continued(self, words: EditWords) -> AskWords:
        if "from_" in words:
            raise OptionError("`edit` continues from this picture.", hint="`imagine` takes `from_`.")
        return {**words, "from_": self}  # type: ignore[typeddict-item]  # words of an edit are words of an ask

    def __eq__(self, other: object) -> bool:
        """The same turn of the same conversation, however it was looked up."""
        if not isinstance(other, Result):
            return NotImplemented
        return (self.exchange.id, self.conversation) == (other.exchange.id, other.conversation)

    def __hash__(self) -> int:
        return hash((self.exchange.id, self.conversation))

    @property
    def way_on(self) -> str:
        """What to do instead of pickling it."""
        return (
            ": take its `.bytes`, `.image` or `.path` instead; another kernel goes on with it after"
            f" `%imagine use {self.conversation_name}`."
        )

    def __repr__(self) -> str:
        picture = self.picture
        if picture is None:
            return f"<Result turn {self.turn} of {self.conversation_name}: text only>"
        size = f"{picture.width}×{picture.height}"
        kind = SUFFIXES.get(picture.media_type, "?").lstrip(".")
        return (
            f"<Result turn {self.turn} of {self.conversation_name}: {size} {kind},"
            f" {self.exchange.model}, {self.price_words()}>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        """Text always; where a notebook is loaded, the picture too."""
        renderer = self.behind.renderer
        return {"text/plain": repr(self)} if renderer is None else renderer(self)
