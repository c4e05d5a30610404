"""Whether an answer becomes a turn: the commit rule, and the exception that explains why not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nbgemini.core.content import Turn
from nbgemini.core.exchange import Answer
from nbgemini.core.phrases import opening, shortened
from nbgemini.core.redact import redact
from nbgemini.core.skeleton import StoredText
from nbgemini.errors import AnswerBlocked, AnswerEmpty, AnswerError, Charged
from nbgemini.wire.reasons import FINISHES, HARMLESS, Reason, block, finish, lifting
from nbgemini.wire.typed import Hide

__all__ = ["verdict"]

_QUOTED = 160  # characters of another's text in a message
_FREE = r"(?i)not be charged|won't be charged|no charge"


def verdict(answer: Answer, hide: Hide = redact) -> AnswerError | None:
    """None when the answer is a turn; otherwise the exception to raise for it.

    A turn has a picture under a harmless or unknown finish reason, or words alone under STOP. An inline picture that
    is cut short or of an unknown kind is neither, and must not be sent again as history. `hide` takes secrets out of
    what the model says.
    """
    turn, word = answer.turn, answer.finish_reason
    if turn and turn.picture and (word in HARMLESS or word not in FINISHES):
        return None
    if turn and not turn.picture and _has_broken_picture(turn):
        return _error(AnswerEmpty, answer, _BROKEN, hide)
    if turn and not turn.text.strip() and (address := _address(turn)):
        return _error(AnswerEmpty, answer, _elsewhere(hide(address)), hide)
    if turn and turn.text.strip() and word == "STOP" and not answer.block_reason:
        return None
    return _explained(answer, hide)


_BROKEN = Reason(
    "The picture in the answer is incomplete, or of an unknown kind.",
    "Its bytes are on disk as they came. Run the cell again for another one.",
    "yes",
)
_UNENDED = Reason(
    "The answer has text but no picture, and does not say that it is complete.",
    "Run the cell again; `--only image` asks for a picture only.",
)
_NOTHING = Reason("The answer is empty: no picture, no text and no reason.", "Run the cell again.")
_TOO_LONG = Reason(
    "The answer has no picture, and more text than can be shown.",
    "Ask for a picture explicitly, or add `--only image`.",
    "yes",
)
_THOUGHTS = Reason("The model thought, but returned neither a picture nor text.", "Run the cell again.", "yes")


def _address(turn: Turn) -> str:
    """Where a picture is said to be that was not sent."""
    files = (part.raw.get("fileData", part.raw.get("file_data")) for part in turn.parts)
    uris = (file.get("fileUri", file.get("file_uri")) for file in files if isinstance(file, Mapping))
    return next((uri for uri in uris if isinstance(uri, str) and uri), "")


def _elsewhere(address: str) -> Reason:
    shown = "".join(c for c in shortened(address, _QUOTED) if c.isprintable())
    return Reason(
        f"The answer contains only the address of a picture: {shown} .",
        "nbgemini does not fetch addresses in answers: open it in a browser if you trust it.",
        "yes",
    )


def _has_broken_picture(turn: Turn) -> bool:
    return any(part.inline is not None and not turn.picture_of(part) for part in turn.parts)


def _explained(answer: Answer, hide: Hide) -> AnswerError:
    word = answer.finish_reason
    if answer.block_reason and word in HARMLESS:
        return _error(AnswerBlocked, answer, block(answer.block_reason), hide)
    if word in ("", "STOP", "FINISH_REASON_UNSPECIFIED"):
        return _error(AnswerEmpty, answer, _without_picture(answer.turn), hide)
    return _error(AnswerBlocked, answer, finish(word), hide)


def _without_picture(turn: Turn | None) -> Reason:
    """Why an answer that seems to have ended well has no picture."""
    if turn is None:
        return _NOTHING
    if any(isinstance(part.raw.get("text"), StoredText) and not part.is_thought for part in turn.parts):
        return _TOO_LONG
    if not turn.text.strip() and not turn.thoughts and (names := _other_kinds(turn)):
        return Reason(f"The answer has no picture and no text, but {names}.", _NOTHING.hint)
    return _UNENDED if turn.text.strip() else _THOUGHTS if turn.thoughts else _NOTHING


def _other_kinds(turn: Turn) -> str:
    """`functionCall`: what nobody asked for, by its name on the wire."""
    names = {name for part in turn.parts for name, value in part.raw.items() if isinstance(value, Mapping)}
    return ", ".join(sorted(name for name in names if name.isalpha())[:3])[:80]


def _error(kind: type[AnswerError], answer: Answer, reason: Reason, hide: Hide) -> AnswerError:
    drawn = answer.turn is not None and answer.turn.picture is not None
    usual: Charged = "maybe" if reason.charged == "no" and drawn else reason.charged  # a picture is seldom free
    charged: Charged = "no" if re.search(_FREE, answer.finish_message) else usual
    word = answer.block_reason if answer.block_reason and answer.finish_reason in HARMLESS else answer.finish_reason
    said = [
        reason.sentence[:-1] + (f" ({word})." if word and word not in reason.sentence else "."),
        f"Blocked for: {', '.join(map(_category, answer.blocked))}." if answer.blocked else "",
        f"Google says: “{opening(answer.finish_message, _QUOTED)}”" if answer.finish_message else "",
        f"The model says: “{_short(hide(answer.turn.text))}”" if answer.turn and answer.turn.text.strip() else "",
    ]
    return kind(
        " ".join(part for part in said if part),
        finish_reason=answer.finish_reason,
        block_reason=answer.block_reason,
        server_message=answer.finish_message,
        hint=lifting(answer.blocked) if word == "SAFETY" else reason.hint,
        charged=charged,
    )


def _category(category: str) -> str:
    """`HARM_CATEGORY_DANGEROUS_CONTENT` as people say it."""
    return category.removeprefix("HARM_CATEGORY_").replace("_", " ").lower()


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), _QUOTED)
