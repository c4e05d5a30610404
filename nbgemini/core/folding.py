"""What of a conversation goes into the user's turn where its model turns cannot be sent back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import shortened
from nbgemini.core.picture import Picture
from nbgemini.core.redact import redact

__all__ = ["CURRENT", "HEADING", "SENT_ALONG", "folded_pictures", "folded_words"]

CURRENT = "the current picture"
_EARLIER = "an earlier picture"
SENT_ALONG = (CURRENT, _EARLIER)
"""The labels of pictures that the user did not name."""
HEADING = "Earlier in this conversation:"
_LONGEST = 2000  # characters of one text
_MOST = 12_000  # characters in all, the newest first
_MOST_PICTURES = 6


def folded_pictures(path: Sequence[Exchange]) -> tuple[tuple[str, Picture], ...]:
    """The last picture of a branch, and what the user has shown since then, as (label, picture)."""
    drawn = max((at for at, exchange in enumerate(path) if exchange.picture), default=-1)
    last = path[drawn].picture if drawn >= 0 else None
    since = {picture: None for exchange in path[drawn + 1 :] for picture in exchange.user.pictures.values()}
    others = [picture for picture in since if picture != last][-_MOST_PICTURES:]
    return (*([(CURRENT, last)] if last else []), *((_EARLIER, picture) for picture in others))


def folded_words(path: Sequence[Exchange]) -> str:
    """What was said on a branch, with a heading; empty where the model has said nothing.

    Words need no signature in the user's own turn, and an answer may be a question.
    """
    if not any(exchange.turn and exchange.turn.text.strip() for exchange in path):
        return ""
    lines: list[str] = []
    left = _MOST
    for line in _backwards(path):
        left -= len(line)
        if left < 0:
            break
        lines.append(line)
    return redact("\n".join([HEADING, *reversed(lines)]))


def _backwards(path: Sequence[Exchange]) -> Iterator[str]:
    """The lines of a branch, the newest first."""
    for exchange in reversed(path):
        if exchange.turn is None:
            continue
        words = shortened(exchange.turn.text.strip(), _LONGEST)
        drew = "(a picture)" if exchange.picture else ""
        yield f"You answered: {' '.join(filter(None, (words, drew)))}"
        yield f"I asked: {shortened(exchange.prompt.strip(), _LONGEST)}"
