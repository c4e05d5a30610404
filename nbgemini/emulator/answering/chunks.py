"""Makes the parts of an answer in the order in which a model gives them: thoughts, text, drafts, the picture, the end.

Each step of that order is a chunk. A plain answer joins them into one candidate; a stream sends them one by one, and a
picture is only painted when its chunk is due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .. import base64text, painter, signatures
from ..cues import Cue
from ..requests import counting
from ..requests.counting import Count
from ..requests.wanted import Ask
from ..signatures import PartKind
from . import citing, wording
from .easel import Canvas

Part = dict[str, Any]

INTERIM = {"MINIMAL": 0, "LOW": 1, "MEDIUM": 1, "HIGH": 2}
"""Interim pictures among the thoughts, by thinking level."""


@dataclass(frozen=True)
class Chunk:
    """Some parts of the candidate, what they cost, and how it ends if it ends here."""

    parts: list[Part] = field(default_factory=list)
    answered: Count = field(default_factory=Count)
    thought: int = 0
    last: bool = False
    reason: str | None = None
    message: str | None = None
    grounding: dict[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """An answer about to be given: a request, what it is answered with, and the canvas to paint on."""

    ask: Ask
    cue: Cue
    canvas: Canvas
    prompt: str
    streamed: bool

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, painted as they are taken."""
        if self._cut_short:
            yield from self._thoughts()
            yield self._end(reason="MAX_TOKENS", message=wording.FINISH.get("MAX_TOKENS"))
            return
        yield from self._thoughts()
        after = self.cue.picture_first
        if not after:
            yield from self._text()
        yield from self._pictures()
        if after:
            yield from self._text()
        yield self._ending()

    @property
    def text(self) -> str:
        """The words beside the picture, or instead of it."""
        if self.cue.verb != "words" and not (self.ask.text_wanted and self._speaks):
            return ""
        sentence = painter.describe(self.canvas.scene)
        if not self._picture_wanted:
            return wording.instead(sentence)
        return wording.beside(sentence, edited=any(turn.role == "model" for turn in self.ask.turns))

    @property
    def _speaks(self) -> bool:
        """Whether there are words: where they are asked for, where there is no picture, and now and then."""
        if not self._picture_wanted or self.cue.needs_text or wording.asked_for(self.prompt):
            return True
        return wording.now_and_then(self.prompt, every=6 if self.ask.model.signs else 2)

    @property
    def _picture_wanted(self) -> bool:
        return self.ask.picture_wanted and self.cue.verb != "words" and not wording.unwanted(self.prompt)

    @property
    def _cut_short(self) -> bool:
        """Whether the asked-for limit of output tokens is reached before the picture is whole."""
        if self.ask.max_tokens is None or not self._picture_wanted:
            return False
        pictures = self.ask.model.picture_tokens(self.ask.size) * (1 + self.cue.drafts)
        return counting.thoughts(self.ask) + counting.text(self.text) + pictures > self.ask.max_tokens

    def _thoughts(self) -> Iterator[Chunk]:
        spent = counting.thoughts(self.ask)
        if not self.ask.show_thoughts:
            yield Chunk(thought=spent)
            return
        level = self.ask.thinking_level or "MEDIUM"
        interim = INTERIM.get(level, 1) if self._picture_wanted else 0
        for stage, words in enumerate(wording.thoughts(self.prompt, painter.describe(self.canvas.scene), 1 + interim)):
            yield Chunk([{"text": words, "thought": True}], thought=0 if stage else spent)
            if stage < interim:
                yield Chunk([{**self._inline(self.canvas.sketch(stage)), "thought": True}])

    def _text(self) -> Iterator[Chunk]:
        if not self.text:
            return
        pieces = wording.in_pieces(self.text) if self.streamed else [self.text]
        said = ""
        for at, words in enumerate(pieces):
            part: Part = {"text": words}
            before, said = counting.text(said), said + words
            if at == 0 and not self.cue.picture_first and not self.cue.carrier:
                part |= self._signature("text", words.encode())
            yield Chunk([part], Count().plus("TEXT", counting.text(said) - before))

    def _pictures(self) -> Iterator[Chunk]:
        if not self._picture_wanted:
            return
        for stage in range(self.cue.drafts):
            yield self._picture(self.canvas.sketch(stage))
        yield self._picture(self.canvas.picture())

    def _picture(self, data: bytes) -> Chunk:
        part = self._inline(data)
        part |= {"thought": True} if self.cue.thought_only else self._signature("image", data)
        return Chunk([part], Count().plus("IMAGE", self.ask.model.picture_tokens(self.ask.size)))

    def _ending(self) -> Chunk:
        reason = self.cue.reason if self.cue.verb == "finish" else "STOP"
        if self.cue.carrier:
            carrier = self._signature("carrier", self.text.encode())
            return self._end([{"text": "", **carrier}], reason=reason, message=wording.FINISH.get(reason))
        empty = self.streamed and self.ask.model.backend == "vertex" and not self.cue.bare_end
        return self._end([{"text": ""}] if empty else [], reason=reason, message=wording.FINISH.get(reason))

    def _end(self, parts: list[Part] | None = None, *, reason: str, message: str | None) -> Chunk:
        sources = None
        if self.ask.web_search or self.ask.image_search:
            part = None if not self.text else self._text_position()
            sources = citing.metadata(self.ask, self.prompt, self.text, part)
        told = None if self.cue.no_reason else reason
        return Chunk(parts or [], last=True, reason=told, message=message, grounding=sources)

    def _text_position(self) -> int:
        """The index of the text among the parts of the whole answer."""
        interim = INTERIM.get(self.ask.thinking_level or "MEDIUM", 1) if self._picture_wanted else 0
        before = 2 * interim + 1 if self.ask.show_thoughts else 0
        return before + (1 + self.cue.drafts if self.cue.picture_first else 0)

    def _inline(self, data: bytes) -> Part:
        declared = self.cue.declared or self.canvas.media_type
        return {"inlineData": {"mimeType": declared, "data": base64text.encode(data)}}

    def _signature(self, kind: PartKind, content: bytes) -> Part:
        """The signature of a part as a field of it; nothing for a model that does not sign."""
        if not self.ask.model.signs:
            return {}
        scene = self.canvas.scene.dump() if kind == "image" else b""
        backend = self.ask.model.backend
        length = self.cue.signature_bytes
        if self.canvas.real_weight and not length:
            length = signatures.recorded_length(content, alone=not self.text and not self.cue.drafts)
        signed = signatures.sign(kind, content, scene, backend=backend, at_least=length, lost=self.cue.lose_signature)
        return {"thoughtSignature": base64text.encode(signed)}
