"""A conversation as a tree in text: one line a turn, branches indented, the current turn marked."""

from __future__ import annotations

from collections.abc import Sequence

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.notebook.texts import one_line

__all__ = ["tree_lines"]

_PROMPT = 60  # characters


def tree_lines(conversation: Conversation) -> list[str]:
    """The tree, roots first. An only child stands beneath its parent; where a branch begins, it is indented."""
    children: dict[str | None, list[Exchange]] = {}
    for exchange in conversation.exchanges:
        known = exchange.parent is not None and exchange.parent in conversation
        children.setdefault(exchange.parent if known else None, []).append(exchange)
    lines: list[str] = []
    # A stack rather than recursion: conversations grow longer than Python's stack is deep.
    waiting = _pushed(children.get(None, []), "", branching=False)
    while waiting:
        exchange, first, rest = waiting.pop()
        lines.append(f"{first}{_line(conversation, exchange)}")
        offspring = children.get(exchange.id, [])
        waiting += _pushed(offspring, rest, branching=len(offspring) > 1)
    return lines


def _pushed(siblings: Sequence[Exchange], indent: str, *, branching: bool) -> list[tuple[Exchange, str, str]]:
    """(exchange, what stands before its line, what stands before the lines below it), the first sibling on top."""
    entries = []
    for at, exchange in enumerate(siblings):
        last = at == len(siblings) - 1
        first = indent + ("└─ " if last else "├─ ") if branching else indent
        rest = indent + ("   " if last else "│  ") if branching else indent
        entries.append((exchange, first, rest))
    return entries[::-1]


def _line(conversation: Conversation, exchange: Exchange) -> str:
    number = conversation.number(exchange.id)
    here = "  ◂ here" if exchange.id == conversation.head else ""
    words = "" if exchange.picture else "  (words only)"
    return f"{number}  {one_line(exchange.prompt, _PROMPT)}{words}{here}"
