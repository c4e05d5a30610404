"""A conversation as a tree in text: one line a turn, the branch you are on straight down, the others to its right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.ratings import NOTHING, Marks
from nbgemini.notebook.show.footer import price
from nbgemini.notebook.show.texts import one_line
from nbgemini.notebook.views.branches import folds, lines

__all__ = ["MarksOf", "fold_marks", "fold_words", "mark_words", "sibling_words", "tree_lines", "unmarked"]

_PROMPT = 60  # characters
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
MarksOf = Callable[[Exchange], Marks]


def unmarked(exchange: Exchange) -> Marks:
    """Of what nobody starred or noted."""
    return NOTHING


def tree_lines(
    conversation: Conversation, names: Mapping[str, str] = _NO_NAMES, marks: MarksOf = unmarked
) -> list[str]:
    """The tree, with an empty line before each further root. `●` marks the branch that the conversation is on.

    A sweep is one line; `names` are those of sweeps by their ids, `marks` tells what was said of a turn.
    """
    drawn: list[str] = []
    folded = folds(conversation)
    for lane, exchange, run in lines(conversation):
        if run.begins == "root" and exchange is run.exchanges[0] and drawn:
            drawn.append("")
        shots = folded.get(exchange.id)
        said = fold_marks(shots, marks) if shots else mark_words(marks(exchange))
        fold = "  ".join((*fold_words(conversation, shots, names), f"({price(shots)})")) if shots else ""
        line = fold or _line(conversation, exchange)
        drawn.append(f"{lane}{line}{'  ' if said else ''}{said}")
    return drawn


def mark_words(marks: Marks, longest: int = 80) -> str:
    """`★★★★ · #keep · “too dark”`, or nothing; of a note the first `longest` letters."""
    facts = ["★" * marks.stars, " ".join(f"#{one_line(tag, 60)}" for tag in marks.tags)]
    facts.append(f"“{one_line(marks.note, longest)}”" if marks.note else "")
    return " · ".join(fact for fact in facts if fact)


def fold_marks(shots: Sequence[Exchange], marks: MarksOf) -> str:
    """`3 starred, the best ★★★★`, or nothing."""
    stars = [said.stars for shot in shots if (said := marks(shot)).stars]
    return f"{len(stars)} starred, the best {'★' * max(stars)}" if stars else ""


def _line(conversation: Conversation, exchange: Exchange) -> str:
    number = conversation.number(exchange.id)
    facts = [
        "" if exchange.picture else "text only",
        sibling_words(conversation, exchange),
        "emulator" if exchange.backend == "emulator" else price([exchange]),
    ]
    here = "  ◂ here" if exchange.id == conversation.head else ""
    return f"{number}  {one_line(exchange.prompt, _PROMPT)}  ({', '.join(fact for fact in facts if fact)}){here}"


def fold_words(conversation: Conversation, shots: Sequence[Exchange], names: Mapping[str, str]) -> tuple[str, str]:
    """`3–10` and `8 shots of tuesday`."""
    numbers = [conversation.number(shot.id) for shot in shots]
    name = one_line(names.get(shots[0].group, "a sweep"), 60)
    return f"{min(numbers)}–{max(numbers)}", f"{len(shots)} shot{'s' * (len(shots) != 1)} of {name}"


def sibling_words(conversation: Conversation, exchange: Exchange) -> str:
    """`2 of 4` for one of several that were asked for together."""
    siblings = [one.id for one in conversation.siblings(exchange.id)]
    return f"{siblings.index(exchange.id) + 1} of {len(siblings)}" if len(siblings) > 1 else ""
