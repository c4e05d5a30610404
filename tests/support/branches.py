"""What a reader of the surface expects: which prompts a cell's request carries, whatever was run before it.

Written from the description alone; it shares nothing with nbgemini, so that it cannot repeat a mistake of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Branches", "Reader"]


@dataclass
class _Turn:
    prompt: str
    parent: int | None
    cell: str | None


@dataclass
class Branches:
    """One conversation: turns by number (from 1), where it is, and what each cell went on from."""

    turns: dict[int, _Turn] = field(default_factory=dict)
    head: int | None = None
    taken_back: list[int] = field(default_factory=list)
    went_on_from: dict[str, str | int | None] = field(default_factory=dict)  # a cell, a turn that no cell made, a root
    latest: dict[str, int] = field(default_factory=dict)

    def branch(self, turn: int | None) -> list[str]:
        """The prompts down to a turn, oldest first."""
        if turn is None:
            return []
        return [*self.branch(self.turns[turn].parent), self.turns[turn].prompt]

    def origin(self, cell: str | None) -> int | None:
        """A cell goes on from its cell's latest turn; a new one from where the conversation is."""
        if cell is None or cell not in self.went_on_from:
            return self.head
        before = self.went_on_from[cell]
        return self.latest[before] if isinstance(before, str) else before

    def made(self, cell: str | None, prompt: str, parent: int | None, count: int = 1) -> None:
        """New turns; the conversation goes on from the first."""
        first = len(self.turns) + 1
        for number in range(first, first + count):
            self.turns[number] = _Turn(prompt, parent, cell)
        self.head, self.taken_back = first, []
        if cell is not None:
            maker = None if parent is None else self.turns[parent].cell
            self.went_on_from[cell] = maker or parent
            self.latest[cell] = first

    def undo(self) -> None:
        if self.head is not None:
            self.taken_back.append(self.head)
            self.head = self.turns[self.head].parent

    def redo(self) -> None:
        if self.taken_back:
            self.head = self.taken_back.pop()

    def reset(self) -> None:
        self.head, self.taken_back = None, []

    def pick(self, turn: int) -> None:
        """Another answer of the same cell: what follows goes on from it."""
        self.head, self.taken_back = turn, []
        cell = self.turns[turn].cell
        if cell is not None:
            self.latest[cell] = turn

    def forked(self) -> Branches:
        """A conversation that begins with this branch: its turns are numbered from 1, and it knows no cells."""
        fork = Branches()
        for prompt in self.branch(self.head):
            fork.made(None, prompt, fork.head)
        return fork


@dataclass
class Reader:
    """Someone who reads a notebook while it is run."""

    conversations: dict[str, Branches] = field(default_factory=dict)
    current: str = "main"

    @property
    def here(self) -> Branches:
        return self.conversations.setdefault(self.current, Branches())

    def fork(self, name: str) -> None:
        self.conversations[name] = self.here.forked()
        self.current = name

    def restart(self) -> None:
        """A restart forgets cells; the first cell starts fresh, and stored conversations can be gone on with."""
        for one in self.conversations.values():
            one.went_on_from, one.latest, one.taken_back = {}, {}, []
            for turn in one.turns.values():
                turn.cell = None
