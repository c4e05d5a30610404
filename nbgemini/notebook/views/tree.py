"""A conversation as a tree in text: one line a turn, the branch you are on straight down, the others to its right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.notebook.show.footer import price
from nbgemini.notebook.show.texts import one_line
from nbgemini.notebook.views.branches import folds, lines

__all__ = ["fold_words", "sibling_words", "tree_lines"]

_PROMPT = 60  # characters
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def tree_lines(conversation: Conversation, names: Mapping[str, str] = _NO_NAMES) -> list[str]:
    """The tree, with an empty line before each further root. `●` marks the branch that the conversation is on.

    A sweep is one line; `names` are those of sweeps by their ids.
    """
    drawn: list[str] = []
    folded = folds(conversation)
    for lane, exchange, run in lines(conversation):
        if run.begins == "root" and exchange is run.exchanges[0] and drawn:
            drawn.append("")
        shots = folded.get(exchange.id)
        drawn.append(f"{lane}{fold_words(conversation, shots, names) if shots else _line(conversation, exchange)}")
    return drawn


def _line(conversation: Conversation, exchange: Exchange) -> str:
    number = conversation.number(exchange.id)
    facts = [
        "" if exchange.picture else "text only",
        sibling_words(conversation, exchange),
        "emulator" if exchange.backend == "emulator" else price([exchange]),
    ]
    here = "  ◂ here" if exchange.id == conversation.head else ""
    return f"{number}  {one_line(exchange.prompt, _PROMPT)}  ({', '.join(fact for fact in facts if fact)}){here}"


def fold_words(conversation: Conversation, shots: Sequence[Exchange], names: Mapping[str, str]) -> str:
    """`3–10  8 shots of tuesday  ($0.276)`."""
    numbers = [conversation.number(shot.id) for shot in shots]
    name = one_line(names.get(shots[0].group, "a sweep"), 60)
    return f"{min(numbers)}–{max(numbers)}  {len(shots)} shots of {name}  ({price(shots)})"


def sibling_words(conversation: Conversation, exchange: Exchange) -> str:
    """`2 of 4` for one of several that were asked for together."""
    siblings = [one.id for one in conversation.siblings(exchange.id)]
    return f"{siblings.index(exchange.id) + 1} of {len(siblings)}" if len(siblings) > 1 else ""
