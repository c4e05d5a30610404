"""What a user holds after a picture was made: paths and numbers now, pixels when asked for."""

from __future__ import annotations

import builtins
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Unpack

from nbgemini.core.exchange import Backend, Exchange
from nbgemini.core.pictures import SUFFIXES, Picture
from nbgemini.core.pricing import charged, dollars
from nbgemini.core.skeleton import Json
from nbgemini.core.usage import Usage
from nbgemini.errors import AnswerEmpty, OptionError
from nbgemini.store.store import Store
from nbgemini.studio.pixels import decoded
from nbgemini.studio.saving import save_picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from nbgemini.studio.ask import AskWords, EditWords, PromptWords
    from nbgemini.studio.conversations import ConversationHandle

__all__ = ["Result"]


@dataclass(frozen=True, eq=False)
class Result:
    """One picture and all that is known of it. Holds paths: `Out[n]` pins no pixels.

    `turn` is its number in `conversation`; `notices` say in one line each what happened on the way; with `count` > 1,
    `variants` are all answers in order (this one included), and the conversation goes on from the first.
    """

    exchange: Exchange
    turn: int
    conversation: ConversationHandle
    store: Store = field(repr=False)
    notices: tuple[str, ...] = ()
    siblings: list[Result] = field(default_factory=list, repr=False)

    @property
    def variants(self) -> tuple[Result, ...]:
        """All answers of the same cell, in order; a single one holds itself."""
        return tuple(self.siblings) or (self,)

    @property
    def conversation_name(self) -> str:
        """The name of the conversation that it is a turn of."""
        return self.conversation.name

    @property
    def picture(self) -> Picture | None:
        """The final picture as it lies in the store, or None for an answer in words."""
        return self.exchange.picture

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Drafts first, the final picture last."""
        turn = self.exchange.turn
        if turn is None or turn.picture is None:
            return ()
        return (*turn.drafts, turn.picture)

    def _final(self) -> Picture:
        if self.picture is None:
            raise AnswerEmpty("This answer has no picture, only words.", charged="yes", hint="See `.text`.")
        return self.picture

    @property
    def image(self) -> Image:
        """The final picture as a PIL image, read from disk at each call. Raises AnswerEmpty, AnswerUndecodable."""
        return self._open(self._final())

    @property
    def images(self) -> tuple[Image, ...]:
        """Every picture as a PIL image: drafts first, the final one last. Raises AnswerUndecodable."""
        return tuple(self._open(picture) for picture in self.pictures)

    def _open(self, picture: Picture) -> Image:
        return decoded(self.bytes_of(picture))

    @property
    def bytes(self) -> builtins.bytes:
        """The final picture exactly as it came. Raises AnswerEmpty without one."""
        return self.bytes_of(self._final())

    def bytes_of(self, picture: Picture) -> builtins.bytes:
        """A picture exactly as it came. Raises ObjectMissing."""
        return self.store.blobs.read(picture.sha256)

    @property
    def mime(self) -> str:
        """The true media type of the final picture, by its bytes."""
        return self._final().media_type

    @property
    def path(self) -> Path | None:
        """Where the untouched original lies, without a suffix; None for an answer in words."""
        return None if self.picture is None else self.path_of(self.picture)

    def path_of(self, picture: Picture) -> Path:
        """Where the original of one of `pictures` lies, or would lie."""
        return self.store.blobs.path(picture.sha256)

    @property
    def text(self) -> str:
        """What the model says beside the picture."""
        return self.exchange.turn.text if self.exchange.turn else ""

    @property
    def thoughts(self) -> str:
        """The model's thoughts in words, if it was asked for them."""
        return self.exchange.turn.thoughts if self.exchange.turn else ""

    @property
    def usage(self) -> Usage | None:
        """The tokens that the server counted; None when it did not say."""
        return self.exchange.answer.usage

    @property
    def emulated(self) -> bool:
        """Whether the emulator drew it."""
        return self.exchange.backend == "emulator"

    @property
    def served_by(self) -> Backend:
        """Who drew it: "gemini", "vertex" or "emulator"."""
        return self.exchange.backend

    @property
    def replayed(self) -> bool:
        """Whether this kernel took it from disk instead of asking for it."""
        return self.exchange.replayed

    @property
    def cost(self) -> float | None:
        """US dollars by the catalogue's prices; 0.0 on the emulator and for what was replayed, None when unknown."""
        if self.emulated or self.replayed:
            return 0.0
        return None if self.exchange.cost is None else self.exchange.cost / 1e6

    @property
    def finish_reason(self) -> str:
        """Google's word for how the answer ended, such as `STOP`; empty when it gave none."""
        return self.exchange.answer.finish_reason

    @property
    def grounding(self) -> dict[str, Json] | None:
        """Google's grounding metadata, if the answer was grounded."""
        found = self.exchange.answer.grounding
        return None if found is None else dict(found)

    @property
    def request(self) -> str:
        """The request as JSON for reading; pictures and other long strings are elided."""
        return self.conversation.plan_again(self).request_json()

    @property
    def alt(self) -> str:
        """The alternative text of the picture: `--alt`, else the prompt; emulated pictures say so."""
        return self.exchange.alt_text

    @property
    def seconds(self) -> float:
        """From sending to the last byte of the answer, in seconds; for a replay, those of its recording."""
        return self.exchange.seconds

    def curl(self) -> str:
        """A shell command that asks the same with `$GEMINI_API_KEY`; its body is written to a file in the store."""
        return self.conversation.plan_again(self).curl()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Copy the picture to a file or folder. Converts only when the suffix asks for another format, and says so.

        Never overwrites; a file of the same bytes will do. Raises OptionError for a place that cannot be written.
        """
        return save_picture(self.bytes, self.mime, path, stem=f"{self.conversation.name}-{self.turn}")

    def edit(self, prompt: PromptWords, **words: Unpack[EditWords]) -> Result:
        """Continue from this picture, wherever the conversation is by now. Options as in `Conversation.imagine`."""
        return self.conversation.imagine(prompt, **self._continued(words))

    async def aedit(self, prompt: PromptWords, **words: Unpack[EditWords]) -> Result:
        """The same, to be awaited."""
        return await self.conversation.aimagine(prompt, **self._continued(words))

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

    def __copy__(self) -> Result:
        return self

    def __deepcopy__(self, _: object) -> Result:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "A Result belongs to this process and cannot be pickled: take its `.bytes`, `.image` or `.path` along;"
            f" another kernel goes on with it after `%imagine use {self.conversation.name}`."
        )

    def __repr__(self) -> str:
        picture = self.picture
        if picture is None:
            return f"<Result turn {self.turn} of {self.conversation.name}: words only>"
        size = f"{picture.width}×{picture.height}"
        kind = SUFFIXES.get(picture.media_type, "?").lstrip(".")
        return (
            f"<Result turn {self.turn} of {self.conversation.name}: {size} {kind},"
            f" {self.exchange.model}, {self.price_words()}>"
        )

    def price_words(self) -> str:
        """`$0.134`, on the emulator `emulator · $0, would be $0.134`, for what was replayed `$0, was $0.134`."""
        if self.emulated:
            return f"emulator · $0, would be {dollars(self.exchange.cost)}"
        words = charged(self.exchange.cost, self.exchange.estimate)
        return f"$0, was {words}" if self.replayed else words

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        """Text always; where a notebook is loaded, the picture too."""
        return self.conversation.rendered(self)
