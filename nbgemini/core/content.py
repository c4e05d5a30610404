"""Turns and parts: a model turn is kept exactly as it came; texts, pictures and signatures are views of it.

The field names are the wire's own (`inlineData`, `thoughtSignature`); saved data of others may spell them in snake
case, so every view accepts both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Literal, TypeAlias

from nbgemini._dataclass import dataclass, field
from nbgemini.core.picture import Picture
from nbgemini.core.skeleton import Json, Skeleton, StoredText, leaves

__all__ = [
    "NamedFile", "Part", "Prompt", "Role", "Turn", "is_torn", "picture_part", "text_part", "turn_of_pictures",
    "user_turn",
]  # fmt: skip

Role = Literal["user", "model"]
_ENDS = (".", "!", "?", ":", "…", "。", "！", "？", "”", '"', ")")  # of a sentence
_OF_TEXTS = frozenset({"text", "thought", "thoughtSignature", "thought_signature"})


@dataclass(frozen=True)
class Part:
    """A view of one part of a turn. `raw` is the part as it stands on the wire; it never changes."""

    raw: Mapping[str, Json]

    def _field(self, camel: str, snake: str) -> Json:
        return self.raw.get(camel, self.raw.get(snake))

    @property
    def text(self) -> str | None:
        value = self.raw.get("text")
        return value if isinstance(value, str) else None

    @property
    def is_thought(self) -> bool:
        return self.raw.get("thought") is True

    @cached_property
    def signature(self) -> str | StoredText | None:
        """The thought signature as received, or None; an empty one counts as none."""
        value = self._field("thoughtSignature", "thought_signature")
        return value if isinstance(value, str | StoredText) and value else None

    @property
    def is_void(self) -> bool:
        """Whether it is an empty text that nothing vouches for: streams end with one, and Vertex AI takes none back."""
        return (
            "text" in self.raw
            and self.raw["text"] in ("", None)
            and self.signature is None
            and self.raw.keys() <= _OF_TEXTS
        )

    @property
    def inline(self) -> Mapping[str, Json] | None:
        value = self._field("inlineData", "inline_data")
        return value if isinstance(value, Mapping) else None

    @property
    def data(self) -> StoredText | str | None:
        """The inline data: on disk, or, when tiny or not base64, the string itself."""
        inline = self.inline
        value = inline.get("data") if inline else None
        return value if isinstance(value, str | StoredText) else None

    @cached_property
    def object(self) -> str | None:
        """The object with the decoded bytes of the inline data, or None."""
        data = self.data
        return data.content if isinstance(data, StoredText) else None


@dataclass(frozen=True)
class Turn:
    """One turn. `content` is the wire's `Content` object; `pictures` are the true pictures in it, by object.

    Neither ever changes, so that what they imply is worked out once: each later request holds the turn again.
    """

    role: Role
    content: Mapping[str, Json]
    pictures: Mapping[str, Picture] = field(default_factory=dict)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        parts = self.content.get("parts")
        return tuple(Part(raw) for raw in parts if isinstance(raw, Mapping)) if isinstance(parts, list) else ()

    def picture_of(self, part: Part) -> Picture | None:
        """The picture that `part` carries, or None when it carries none."""
        return self.pictures.get(part.object) if part.object else None

    @cached_property
    def final(self) -> Part | None:
        """The part with the final picture: the last that is no thought; if all are thoughts, the last of those."""
        carriers = [part for part in self.parts if self.picture_of(part)]
        results = [part for part in carriers if not part.is_thought]
        found = results or carriers
        return found[-1] if found else None

    @property
    def picture(self) -> Picture | None:
        """The final picture."""
        return self.picture_of(self.final) if self.final else None

    @property
    def drafts(self) -> tuple[Picture, ...]:
        """Pictures that are no thoughts and came before the final one; each of them is billed."""
        found = [picture for part in self.parts if not part.is_thought and (picture := self.picture_of(part))]
        return tuple(found[:-1])

    @property
    def text(self) -> str:
        """What the model says beside the picture, thoughts left out."""
        return _prose(self.parts, thoughts=False)

    @property
    def thoughts(self) -> str:
        """The thoughts in words, if any came."""
        return _prose(self.parts, thoughts=True)

    @cached_property
    def signatures(self) -> tuple[str | StoredText, ...]:
        return tuple(part.signature for part in self.parts if part.signature is not None)

    @cached_property
    def replayed(self) -> Turn:
        """The turn as it is sent back: as received, its thoughts left out as a whole where they may be.

        Thought parts need not be replayed (facts sheet, section 4), and their pictures are megabytes. They stay when
        one of them is signed, holds the final picture, or is all there is. An empty text goes unless it is signed or
        alone.
        """
        content = self._without_thoughts()
        return self if content == self.content else Turn(self.role, content, self.pictures)

    def _without_thoughts(self) -> dict[str, Json]:
        content = dict(self.content)
        if "role" not in content:  # without a role the API reads a turn as the user's
            content["role"] = self.role
        if any(part.is_void for part in self.parts):
            content["parts"] = [raw for raw in content["parts"] if not Part(raw).is_void] or content["parts"][:1]
        thoughts = [part for part in self.parts if part.is_thought]
        rest = [part for part in self.parts if not part.is_thought]
        final = self.final
        if not thoughts or not rest or any(part.signature for part in thoughts) or (final and final.is_thought):
            return content
        kept = [raw for raw in content["parts"] if not Part(raw).is_thought]
        content["parts"] = kept or content["parts"]
        return content

    @cached_property
    def can_be_replayed(self) -> bool:
        """Whether the content can be written as JSON again (a NaN in an unknown field cannot) and is not empty."""
        try:
            Skeleton.of(self.content)
        except ValueError:
            return False
        return any(part.raw for part in self.parts)

    @cached_property
    def encoded(self) -> Skeleton:
        """The content as JSON. Raises ValueError for what is not JSON, RecursionError for what is nested too deeply."""
        return Skeleton.of(self.content)

    @cached_property
    def canonical(self) -> Skeleton:
        """The content as JSON for a hash. Raises as `encoded` does."""
        return Skeleton.of(self.content, canonical=True)

    @cached_property
    def leaves(self) -> tuple[StoredText, ...]:
        """The strings of it that live on disk."""
        return tuple(leaves(self.content))

    @cached_property
    def letters(self) -> int:
        """Bytes of its texts."""
        return sum(len(part.text.encode("utf-8", "replace")) for part in self.parts if part.text)

    @cached_property
    def shown(self) -> int:
        """How many pictures it shows to the model, by value or by reference."""
        return sum(part.inline is not None or "fileData" in part.raw for part in self.parts)


def _prose(parts: Sequence[Part], *, thoughts: bool) -> str:
    """The words of the parts, as they are or as thoughts.

    Texts that follow each other are pieces of one, as a stream brings them; anything between them begins a new line,
    but not in the middle of a sentence.
    """
    runs = groupby(parts, lambda part: part.text is not None and part.is_thought == thoughts)
    said = ("".join(part.text or "" for part in run) for wanted, run in runs if wanted)
    prose = ""
    for text in filter(None, said):
        prose += text if not prose or is_torn(prose, text) else f"\n{text}"
    return prose


def is_torn(before: str, after: str) -> bool:
    """Whether a sentence goes on in the next text: it did not end, and what follows begins with a blank or small."""
    ended = before.endswith("\n") or before.rstrip().endswith(_ENDS)
    return not ended and (after[:1].isspace() or after[:1].islower() or before[-1:].isspace())


def text_part(text: str) -> dict[str, Json]:
    """A user's text as a part."""
    return {"text": text}


def turn_of_pictures(pictures: tuple[Picture, ...]) -> Turn:
    """A model turn of nothing but pictures."""
    parts = [picture_part(picture) for picture in pictures]
    return Turn("model", {"role": "model", "parts": parts}, {picture.sha256: picture for picture in pictures})


def picture_part(picture: Picture) -> dict[str, Json]:
    """A picture on disk as an inline part; its base64 is made when it is sent."""
    return {"inlineData": {"mimeType": picture.media_type, "data": StoredText(picture.sha256, picture.size)}}


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that lies on the Files API already, by its address there. Nothing of it is here, nor its kind."""

    uri: str


Prompt: TypeAlias = "str | Sequence[str | tuple[str, Picture | NamedFile]]"
"""A user's words; in a sequence, (label, picture) pairs stand between them."""


def user_turn(prompt: Prompt, pictures: tuple[tuple[str, Picture | NamedFile], ...] = ()) -> Turn:
    """A user turn: each picture behind its label ("image 1: cat"), then the prompt with its own pictures in place."""
    parts: list[dict[str, Json]] = []
    shown: dict[str, Picture] = {}
    number = 0
    for piece in (*pictures, *([prompt] if isinstance(prompt, str) else prompt)):
        if isinstance(piece, str):
            parts += [text_part(piece)] if piece.strip() or piece is prompt else []
            continue
        number, (label, picture) = number + 1, piece
        parts.append(text_part(f"image {number}: {label}" if label else f"image {number}"))
        if isinstance(picture, NamedFile):
            parts.append({"fileData": {"fileUri": picture.uri}})
            continue
        parts.append(picture_part(picture))
        shown[picture.sha256] = picture
    return Turn("user", {"role": "user", "parts": parts}, shown)
