"""One picture and all that is known of it: paths and numbers now, pixels when asked for."""

from __future__ import annotations

import builtins
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgemini._dataclass import dataclass, field
from nbgemini.core.exchange import Backend, Exchange
from nbgemini.core.picture import Picture
from nbgemini.core.pricing import charged, dollars
from nbgemini.core.ratings import Marked, Marks
from nbgemini.core.skeleton import Json
from nbgemini.core.usage import Usage
from nbgemini.errors import AnswerEmpty
from nbgemini.store.store import Store

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Drawn"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Drawn(Marked):
    """What was drawn, as it lies in the store. Holds paths: `Out[n]` pins no pixels.

    `turn` is its number in the conversation of that name, `edits` that of the turn it goes on from; `notices` say in
    one line each what happened on the way.
    """

    exchange: Exchange
    turn: int
    conversation_name: str
    store: Store = field(repr=False)
    notices: tuple[str, ...] = ()
    edits: int | None = None

    @property
    def home(self) -> str:
        """The name of its conversation, where this kernel can go on from it."""
        return self.conversation_name

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
            raise AnswerEmpty("This answer has text only, no picture.", charged="yes", hint="See `.text`.")
        return self.picture

    @property
    def image(self) -> Image:
        """The final picture as a PIL image, read from disk at each call. Raises AnswerEmpty, AnswerUndecodable."""
        return self._open(self._final())

    @property
    def images(self) -> tuple[Image, ...]:
        """Every picture as a PIL image: drafts first, the final one last. Raises AnswerUndecodable."""
        return tuple(self._open(picture) for picture in self.pictures)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """The final picture for numpy: height × width × 3 or 4, or height × width for a grey one; always a new array.

        So `np.asarray(result)` and `plt.imshow(result)` work. Raises AnswerEmpty, AnswerUndecodable.
        """
        if copy is False:
            raise ValueError("The pixels are decoded each time, so there is no array to share.")
        import numpy

        from nbgemini.studio.pictures.tones import shown_pixels

        return numpy.array(shown_pixels(self.image), dtype=dtype)

    def _open(self, picture: Picture) -> Image:
        from nbgemini.studio.pictures.decoding import decoded

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
    def prompt(self) -> str:
        """The prompt that it was asked with."""
        return self.exchange.prompt

    @property
    def model(self) -> str:
        """The id of the model that drew it."""
        return self.exchange.model

    @property
    def options(self) -> dict[str, Json]:
        """The options of its request that were set, by name: `{"aspect": "16:9"}`."""
        return self.exchange.options.described()

    @property
    def created(self) -> datetime | None:
        """When it was asked for, with its time zone (UTC); None where that was not recorded."""
        try:
            return datetime.fromisoformat(self.exchange.created)
        except ValueError:
            return None

    @property
    def _likely(self) -> int | None:
        return self.exchange.likely_cost

    @property
    def _marks(self) -> Marks:
        return self.store.opinions.of(*self.exchange.marked_as)

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
    def alt(self) -> str:
        """The alternative text of the picture: `--alt`, else the prompt; emulated pictures say so."""
        return self.exchange.alt_text

    @property
    def seconds(self) -> float:
        """From sending to the last byte of the answer, in seconds; for a replay, those of its recording."""
        return self.exchange.seconds

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Copy the picture to a file or folder. Converts only when the suffix asks for another format, and says so.

        Never overwrites; a file of the same bytes will do. Raises OptionError for a place that cannot be written.

        >>> cat.save("cat.jpg").name  # the untouched original
        'cat.jpg'
        """
        from nbgemini.studio.pictures.saving import save_picture

        return save_picture(self.bytes, self.mime, path, stem=f"{self.conversation_name}-{self.turn}")

    def price_words(self) -> str:
        """`$0.134`, on the emulator `emulator · $0, would be $0.134`, for what was replayed `$0, was $0.134`."""
        if self.emulated:
            return f"emulator · $0, would be {dollars(self.exchange.cost)}"
        words = charged(self.exchange.cost, self.exchange.estimate)
        return f"$0, was {words}" if self.replayed else words
