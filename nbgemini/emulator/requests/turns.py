"""Reads `contents` into turns, refusing what Google refuses: roles, empty parts, strange media, an unfitting end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..apierrors import BAD_PICTURE, ApiError, broken_rule, invalid
from ..registry import Model
from . import inspecting
from .protocol.schema import DATA

Fetch = Callable[[str], tuple[str, bytes]]
"""Type and bytes of an uploaded file by its uri."""

ROLES = ("user", "model")
LARGEST_ON_VERTEX = 7 * 1024 * 1024
"""Bytes of a picture that travels inline to Vertex AI."""

_HISTORY = "Earlier in this conversation:"
_LABEL = re.compile(r"image \d{1,2}(: [^\n]{0,200})?")
# A copy of a picture with marks on it says where, and is not to be seen in what is drawn.
_POINTER = re.compile(r"(?i)image \d{1,2}: [^\n]*, marked")
_OTHER_MEDIA = {"video/": "video_input", "application/pdf": "pdf_input"}


@dataclass(frozen=True)
class Part:
    """One part of a turn; `content` and `at` are its 1-based position, as Google counts."""

    content: int
    at: int
    text: str | None = None
    picture: bytes | None = None
    thought: bool = False
    signature: bytes | None = None
    media: tuple[str, int] | None = None
    """Other media: its type and its bytes."""

    def names(self, after: Part | None) -> bool:
        """Whether this is the label of the part after it, a picture of the same content."""
        if after is None or after.picture is None or after.content != self.content:
            return False
        return self.text is not None and _LABEL.fullmatch(self.text) is not None


@dataclass(frozen=True)
class Turn:
    """Parts in a row by one role; consecutive contents of one role are one turn."""

    role: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The words of the turn, without the names of its pictures ("image 1: cat", right before each) and without a
        history that is told in words: it says what was drawn, not what to draw.
        """
        following = (*self.parts[1:], None)
        said = [part for part, after in zip(self.parts, following, strict=True) if not part.names(after)]
        words = (part.text for part in said if part.text and not part.thought)
        return "\n".join(text for text in words if not text.startswith(_HISTORY))

    @property
    def pictures(self) -> tuple[bytes, ...]:
        return tuple(part.picture for part in self.parts if part.picture is not None and not part.thought)

    @property
    def references(self) -> tuple[bytes, ...]:
        """The pictures that are there to be drawn: copies that only point at places are left out."""
        labels = ("", *(part.text or "" for part in self.parts))
        named = zip(labels, self.parts, strict=False)
        return tuple(part.picture for label, part in named if part.picture is not None and not _points(label, part))


def _points(label: str, part: Part) -> bool:
    return part.thought or _POINTER.fullmatch(label) is not None


def read(contents: Sequence[Mapping[str, Any]], model: Model, fetch: Fetch) -> tuple[Turn, ...]:
    """The turns, checked; a client that streams sends one content per chunk, so runs are joined."""
    if not contents:
        raise broken_rule("contents", "contents is not specified")
    unsaid = "user" if model.backend == "gemini" else ""  # Vertex AI wants each turn to say who speaks
    roles = [content.get("role") or unsaid for content in contents]
    if any(role not in ROLES for role in roles):
        raise invalid("Please use a valid role: user, model.")
    turns: list[Turn] = []
    for at, (role, content) in enumerate(zip(roles, contents, strict=True)):
        parts = tuple(_parts(content, at, model, fetch))
        if turns and turns[-1].role == role:
            parts = turns.pop().parts + parts
        turns.append(Turn(role, parts))
    _check_flow(turns)
    _check_pictures(turns, model)
    return tuple(turns)


def _parts(content: Mapping[str, Any], at: int, model: Model, fetch: Fetch) -> Iterator[Part]:
    path = f"contents[{at}].parts"
    if not content.get("parts"):
        raise broken_rule(path, "contents.parts must not be empty.")
    for index, fields in enumerate(content["parts"]):
        if not any(name in fields for name in DATA):
            raise _no_data(at, index)
        yield _part(fields, at + 1, index + 1, model, fetch)


def _no_data(content: int, part: int) -> ApiError:
    return broken_rule(
        f"contents[{content}].parts[{part}].data", "required oneof field 'data' must have one initialized field"
    )


def _part(fields: Mapping[str, Any], content: int, at: int, model: Model, fetch: Fetch) -> Part:
    part = Part(content, at, thought=fields.get("thought", False), signature=fields.get("thought_signature") or None)
    if "text" in fields:
        return _with(part, text=fields["text"])
    if "inline_data" in fields:
        return _inline(part, fields["inline_data"], model)
    if "file_data" in fields:
        get = fetch if model.backend == "gemini" else no_file  # Vertex AI takes files of Cloud Storage
        media_type, data = get(fields["file_data"].get("file_uri", ""))
        return _inline(part, {"mime_type": fields["file_data"].get("mime_type") or media_type, "data": data}, model)
    raise invalid("Function calling is not enabled for this model")


def _inline(part: Part, blob: Mapping[str, Any], model: Model) -> Part:
    media_type, data = blob.get("mime_type", "").lower(), blob.get("data", b"")
    if media_type in inspecting.PICTURES:
        if not data:
            raise invalid(BAD_PICTURE)
        return _with(part, picture=data)
    feature = next((name for prefix, name in _OTHER_MEDIA.items() if media_type.startswith(prefix)), "")
    if not model.has(feature):
        raise invalid(f"Unsupported MIME type: {media_type}")
    return _with(part, media=(media_type, len(data)))


def _with(part: Part, **fields: Any) -> Part:
    return Part(part.content, part.at, thought=part.thought, signature=part.signature, **fields)


def no_file(uri: str) -> tuple[str, bytes]:
    """Where no file was ever uploaded: nothing is fetched from outside."""
    raise invalid("Cannot fetch content from the provided URL.")


def _check_flow(turns: Sequence[Turn]) -> None:
    for turn in turns:
        # A picture counts although it is flagged as a thought: it may be the only one that there was.
        spoken = [part for part in turn.parts if not part.thought or part.picture is not None]
        if turn.role == "model" and all(part.text == "" and part.signature is None for part in spoken):
            # What a blocked or empty answer leaves behind when it is put into the history.
            raise broken_rule(f"contents[{turn.parts[0].content - 1}].parts", "contents.parts must not be empty.")
    if turns[-1].role != "user":
        raise invalid("Please ensure that multiturn requests end with a user role or a function response.")
    if not any(part.text or part.text is None for part in turns[-1].parts):
        raise _no_data(turns[-1].parts[0].content - 1, 0)


def _check_pictures(turns: Sequence[Turn], model: Model) -> None:
    """Counts the pictures of the last turn and decodes those of every user turn."""
    if len(turns[-1].pictures) > model.max_pictures:
        raise invalid(f"Please use fewer than {model.max_pictures + 1} images in your request to {model.name}.")
    for turn in turns:
        for picture in turn.pictures if turn.role == "user" else ():
            if model.backend == "vertex" and len(picture) > LARGEST_ON_VERTEX:
                raise invalid("Unable to submit request because an inline image is larger than 7 MB.")
            inspecting.check(picture)
