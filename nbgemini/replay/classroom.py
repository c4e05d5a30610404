"""Which recordings are a class's own for a cell that now goes on from somewhere else.

After an experiment of a student's the next recorded cell sends another history than the one that was recorded. Its
recording is found by the cell and its own words, or by the same request from an earlier turn of the branch.
"""

from __future__ import annotations

from collections.abc import Iterator

from nbgemini.core.content import Turn
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange, ImageRequest
from nbgemini.replay.askings import Asker
from nbgemini.replay.recall import Recall
from nbgemini.store.recordings import Recording

__all__ = ["earlier_places", "of_cell"]


def of_cell(recall: Recall, asker: Asker | None, alone: ImageRequest) -> list[tuple[Recording, Exchange]]:
    """The recordings of a cell that asked just this, whatever it went on from, in the order of asking.

    `alone` is the request without any turn before it. Raises StoreError when the records cannot be listed.
    """
    if asker is None:
        return []
    known = ((one, recall.exchange(one)) for one in recall.store.recordings.of_cell(asker.cell) if one.answers)
    return [(one, exchange) for one, exchange in known if exchange is not None and _asked_alike(exchange, alone)]


def _asked_alike(recorded: Exchange, alone: ImageRequest) -> bool:
    """Whether model, options, words and pictures are the same; what was said before is not looked at."""
    if (recorded.model, recorded.options) != (alone.model, alone.options):
        return False
    then, now = _pieces(recorded.user), _pieces(alone.turns[-1])
    # Where signatures could not travel, the last picture and the words before stood in the user's turn, too.
    return then == now or (recorded.anchored and set(now) <= set(then) and then[-1:] == now[-1:])


def _pieces(turn: Turn) -> list[str]:
    """The words of a turn and the hashes of its pictures, without the labels, which count the pictures."""
    pieces: list[str] = []
    for part in turn.parts:
        picture = turn.picture_of(part)
        if picture is not None:
            if pieces and pieces[-1].startswith("image "):
                pieces.pop()
            pieces.append(picture.sha256)
        elif part.text is not None:
            pieces.append(part.text)
    return pieces


def earlier_places(conversation: Conversation, parent: str | None) -> Iterator[str | None]:
    """The turns before `parent` on its branch, the nearest first; None, the beginning, is the last."""
    for exchange in reversed(conversation.path(parent)):
        yield exchange.parent if exchange.parent in conversation else None
