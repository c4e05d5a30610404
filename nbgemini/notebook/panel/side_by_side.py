"""What differs between turns that are compared: their prompts word by word, and their options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nbgemini.core.exchange import Exchange
from nbgemini.core.word_diff import word_diff
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.notebook.contact.comparing import Compared, differing
from nbgemini.notebook.panel.messages import Message
from nbgemini.notebook.panel.replies import ComparedMessage
from nbgemini.notebook.show.texts import clean
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.tuning.front import sweeping

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk

__all__ = ["compare"]

_MOST = 4
_LONGEST = 4000  # characters of a prompt


def compare(desk: Desk, message: Message) -> None:
    """Tell what differs, each against the first. Raises ConversationError, OptionError."""
    exchanges = [desk.exchange(one) for one in message.ids()[:_MOST]]
    if not exchanges:
        raise OptionError("There is nothing to compare.", hint="Choose two turns.")
    given = [_compared(desk, one) for one in exchanges]
    prompts = [clean(one.prompt, _LONGEST) for one in exchanges]
    told: ComparedMessage = {
        "ids": [one.id for one in exchanges],
        "prompts": [[(kind, text) for kind, text in word_diff(prompts[0], prompt)] for prompt in prompts],
        "options": differing(given),
    }
    desk.face.tell({"is": "compared", **told})


def _compared(desk: Desk, exchange: Exchange) -> Compared:
    name, number = desk.value.name, desk.value.number(exchange.id)
    drawn = Drawn(exchange=exchange, turn=number, conversation_name=name, store=desk.studio.store)
    return Compared(f"turn {number}", drawn, labels=_labels(desk, exchange))


def _labels(desk: Desk, exchange: Exchange) -> Mapping[str, str]:
    """The axis values of a shot; none for other turns."""
    if not exchange.shot:
        return {}
    try:
        return sweeping(desk.studio).stored.open(exchange.group).shot(exchange.shot).labels
    except NbgeminiError:
        return {}
