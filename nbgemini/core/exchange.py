"""One exchange: a user turn, what came back, and what it cost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from nbgemini._dataclass import dataclass, field
from nbgemini.core.content import Turn
from nbgemini.core.options import ImageOptions
from nbgemini.core.phrases import shortened
from nbgemini.core.picture import Picture
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.core.usage import Usage

__all__ = ["BACKEND_NAMES", "BESIDE", "Answer", "Backend", "By", "Exchange", "ImageRequest", "Outcome"]

Backend = Literal["gemini", "vertex", "emulator"]
Outcome = Literal["turn", "failed", "orphan"]
By = Literal["", "cell", "panel", "python"]

BACKEND_NAMES: dict[Backend, str] = {"gemini": "the Gemini API", "vertex": "Vertex AI", "emulator": "the emulator"}

BESIDE = "it came with another picture"  # the reason of a spare picture

_ALT = 120  # characters of a prompt that serve as alternative text


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """What is asked: the turns to send, oldest first and the user's last, under these options.

    `bodies` is what it was written as and `hashes` what it asks, by backend: one request is written once for each.
    """

    model: str
    turns: tuple[Turn, ...]
    options: ImageOptions = field(default_factory=ImageOptions)
    bodies: dict[Backend, Skeleton] = field(default_factory=dict, init=False, repr=False, compare=False)
    hashes: dict[Backend, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def asking(self, model: str) -> ImageRequest:
        """The same of another model; itself, as it was written, where it asks that one."""
        return self if model == self.model else replace(self, model=model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, decoded: the model turn (None without one) and what the server says about it.

    `blocked` are the categories that `safetyRatings` mark as blocked. `others` are the complete pictures that the body
    holds outside of the turn, in other candidates for example, and `broken` the pictures of the turn that are cut
    short; neither are stored with the exchange. `reshaped` says
    that the turn is not as it came: its pictures stood in a text, or in a place that no model reads. `emulated` says
    that an emulator gave it in the place of another backend; the exchange remembers that.
    """

    turn: Turn | None
    finish_reason: str = ""
    finish_message: str = ""
    block_reason: str = ""
    blocked: tuple[str, ...] = ()
    usage: Usage | None = None
    model_version: str = ""
    response_id: str = ""
    model_status: Mapping[str, Json] = field(default_factory=dict)
    grounding: Mapping[str, Json] | None = None
    others: tuple[Picture, ...] = ()
    broken: tuple[Picture, ...] = ()
    reshaped: bool = False
    emulated: bool = False

    @property
    def is_rescued(self) -> bool:
        """Whether it is only the pictures of a body that could not be read: nothing that a server says stands in it."""
        return not (self.finish_reason or self.usage or self.model_version or self.response_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A user turn and its answer. A value: identity and order belong to the store.

    `parent` is the exchange that it went on from (None: a root). `anchored` says that no earlier turn was sent: the
    user turn itself carries the picture that is edited; `reach` tells how many exchanges before it were, None: all.
    `outcome` is "turn" when it became part of a conversation, "failed" when there was nothing to go on from, "orphan"
    when the answer came after its cell was given up. Money is in micro-dollars. `created` is for people: order comes
    from parents. `request_hash` finds equal requests. `words` is the prompt for people where pictures stand in it
    (`Put {cat} on a sofa`), else empty. Exchanges that one ask brought side by side share a `group`, which is empty
    for others; those of a sweep share its id, and `shot` is their number in it, from 1 (0: not of a sweep). `by`
    tells what asked (empty: not recorded); `cell` names the notebook's cell that asked, as far as its front end
    tells, and `repeat` counts the equal requests of the same run of that cell before this one. `stood_for` is the
    backend that was asked, where an emulator answered at an address of the user's own (a class's server, say).
    `batch` is the id of the batch job that brought it, at half the price; empty for others. `replayed` says that this
    kernel took the exchange from disk instead of sending its request: no record holds that.
    """

    id: str
    parent: str | None
    user: Turn
    answer: Answer
    model: str
    backend: Backend
    options: ImageOptions
    outcome: Outcome = "turn"
    anchored: bool = False
    reach: int | None = None
    cost: int | None = None
    estimate: int | None = None
    seconds: float = 0.0
    created: str = ""
    alt: str = ""
    reason: str = ""
    request_hash: str = ""
    words: str = ""
    group: str = ""
    shot: int = 0
    by: By = ""
    cell: str = ""
    repeat: int = 0
    stood_for: Backend | None = None
    batch: str = ""
    replayed: bool = False

    @property
    def marked_as(self) -> tuple[str, ...]:
        """The names under which stars and notes of it are kept: its own, and that of its shot before it was there."""
        return (self.id, f"{self.group}/{self.shot}") if self.shot else (self.id,)

    @property
    def prompt(self) -> str:
        """The words of the user: `words`, or the last text of the user turn."""
        if self.words:
            return self.words
        texts = [part.text for part in self.user.parts if part.text is not None]
        return texts[-1] if texts else ""

    @property
    def alt_text(self) -> str:
        """What stands for the picture where it cannot be seen: `alt`, else the beginning of the prompt.

        A picture of the emulator's says so.
        """
        words = self.alt or shortened(" ".join(self._spoken().split()), _ALT)
        return f"{words} (emulated)" if self.backend == "emulator" else words

    def _spoken(self) -> str:
        """The prompt as it is read aloud: pictures in it by their labels, without the braces of a cell."""
        words = self.words.replace("{picture}", "(picture)")
        for part in self.user.parts if words else ():
            label = re.fullmatch(r"image \d+: (.+)", part.text or "")
            words = words.replace(f"{{{label[1]}}}", label[1]) if label else words
        return words or self.prompt

    @property
    def turn(self) -> Turn | None:
        """The model's turn; None where nothing came."""
        return self.answer.turn

    @property
    def picture(self) -> Picture | None:
        """The final picture, or None for an answer in words."""
        return self.answer.turn.picture if self.answer.turn else None

    @property
    def likely_cost(self) -> int | None:
        """What it cost, in micro-dollars; its estimate where the answer did not say."""
        return self.estimate if self.cost is None else self.cost

    @property
    def signed(self) -> bool:
        """Whether the final picture carries a thought signature."""
        final = self.answer.turn.final if self.answer.turn else None
        return bool(final and final.signature)

    def answered(self, answer: Answer) -> Exchange:
        """The same exchange with its answer: what an emulator gave is the emulator's, whoever was asked."""
        if not answer.emulated:
            return replace(self, answer=answer)
        return replace(self, answer=answer, backend="emulator", stood_for=self.backend)

    def adopted(self, parent: str | None) -> Exchange:
        """The same exchange as a turn that goes on from `parent`."""
        return replace(self, outcome="turn", parent=parent)
