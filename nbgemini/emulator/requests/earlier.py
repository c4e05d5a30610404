"""Checks the model turns that a client sends back: each part that was signed must come back signed, and unaltered."""

from __future__ import annotations

from collections.abc import Sequence

from .. import signatures
from ..apierrors import invalid
from ..registry import Backend
from ..signatures import Vouched
from .turns import Part, Turn

_MORE = "Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures#model-behavior for more details."
CORRUPTED = "Corrupted thought signature."
INVALID = "Unable to submit request because it has an invalid thought signature for content at index"


def check(turns: Sequence[Turn], backend: Backend = "gemini") -> None:
    """A 400 for the first part of a model turn whose signature is missing, not its own, or of the other backend."""
    for turn in turns:
        if turn.role == "model":
            _check_turn([part for part in turn.parts if not part.thought], backend)


def scenes(turns: Sequence[Turn]) -> list[tuple[int, bytes]]:
    """The scenes that the history carries, oldest first, each with the index of its turn; one a turn, the last."""
    found: list[tuple[int, bytes]] = []
    for index, turn in enumerate(turns):
        carried = [scene for part in turn.parts if turn.role == "model" and (scene := _scene(part))]
        if carried:
            found.append((index, carried[-1]))
    return found


def _check_turn(spoken: Sequence[Part], backend: Backend) -> None:
    # Of contents that follow each other in one role, each counts its parts anew.
    kinds = {(part.content, part.at): _checked(part, spoken, backend) for part in spoken}
    vouched_by_carrier = "carrier" in kinds.values()
    before_pictures = True
    for part in spoken:
        if part.picture is not None:
            before_pictures = False
            if kinds[part.content, part.at] is None:
                raise _missing("Image", part)
        elif before_pictures and part.text:
            before_pictures = False  # only the first text is signed, and only ahead of the pictures
            if kinds[part.content, part.at] is None and not vouched_by_carrier:
                raise _missing("Text", part)


def _checked(part: Part, spoken: Sequence[Part], backend: Backend) -> str | None:
    """What the signature of a part vouches for; None without one, and for one that was lost on purpose."""
    if part.signature is None:
        return None
    if signatures.is_escape(part.signature):
        return "escape"
    vouched = signatures.verify(part.signature)
    if vouched is None or vouched.backend != backend or not _fits(vouched, part, spoken):
        raise invalid(CORRUPTED if backend == "gemini" else f"{INVALID} {part.content - 1}")
    return None if vouched.lost else vouched.kind


def _fits(vouched: Vouched, part: Part, spoken: Sequence[Part]) -> bool:
    if part.picture is not None:
        return vouched.fits("image", part.picture)
    if vouched.kind == "carrier" and part.text == "":
        return vouched.fits("carrier", "".join(other.text or "" for other in spoken).encode())
    return vouched.fits("text", (part.text or "").encode())


def _scene(part: Part) -> bytes | None:
    """The scene of a picture that is whole and signed; None for any other part."""
    if part.picture is None or part.thought or part.signature is None:
        return None
    vouched = signatures.verify(part.signature)
    return vouched.scene if vouched and vouched.fits("image", part.picture) else None


def _missing(kind: str, part: Part) -> Exception:
    return invalid(
        f"{kind} part is missing a thought_signature in content position {part.content}, "
        f"part position {part.at}. {_MORE}"
    )
