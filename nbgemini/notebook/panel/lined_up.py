"""What was asked for in a panel while it draws: each waits for the one before it, and is drawn by itself then."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from nbgemini._dataclass import dataclass, field
from nbgemini.core.pricing import dollars
from nbgemini.notebook.panel.contract import Marks, QueueTrait
from nbgemini.notebook.panel.form import Form
from nbgemini.notebook.panel.given import Given
from nbgemini.notebook.show.texts import one_line

__all__ = ["MOST", "LinedUp", "Wish"]

_IDS = itertools.count(1)
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One click on Generate. `base` is the turn that is edited, "" for none; `follows`: whatever is there by then.

    `like` is the turn whose ask is sent once more, with the form's size. `price` is in micro-dollars, None where it is
    not known; `free`: the emulator draws. `of` is the key of the conversation, for a wish of an earlier kernel. `sent`:
    it was on its way when that kernel stopped, and the conversation had `turns` turns when it left.
    """

    conversation: str
    prompt: str
    form: Form
    base: str = ""
    follows: bool = False
    refs: tuple[Given, ...] = ()
    marks: Marks | None = None
    like: str = ""
    yes: bool = False
    price: int | None = None
    free: bool = False
    of: str = ""
    sent: bool = False
    turns: int = 0
    id: str = field(default_factory=lambda: f"w{next(_IDS)}")


class LinedUp:
    """Those of one panel, in order. `held`: the one before them failed or was stopped, and they wait for a click."""

    def __init__(self, wishes: tuple[Wish, ...] = ()) -> None:
        self.wishes = wishes
        self.held = bool(wishes)  # of an earlier kernel: nothing is bought without a click

    def add(self, wish: Wish) -> None:
        self.wishes += (wish,)

    def remove(self, wish_id: str) -> None:
        """Take one back; nothing was sent of it."""
        self.wishes = tuple(one for one in self.wishes if one.id != wish_id)
        self.held = self.held and bool(self.wishes)

    def hold(self) -> None:
        """Let them wait: what comes after a failure may have been meant otherwise."""
        self.held = bool(self.wishes)

    def next(self) -> Wish | None:
        """The first, taken out; None where there is none, or they are held."""
        if self.held or not self.wishes:
            return None
        first, *rest = self.wishes
        self.wishes = tuple(rest)
        return first

    def row(self) -> QueueTrait:
        rows = [_row(one) for one in self.wishes]
        return {"waiting": rows, "held": self.held, "price": _total(self.wishes)}


def _row(wish: Wish) -> dict[str, str]:
    row = {"id": wish.id, "prompt": one_line(wish.prompt, 200) or "marked places"}
    return {**row, "sent": "yes"} if wish.sent else row


def _total(wishes: Sequence[Wish]) -> str:
    prices = [one.price for one in wishes]
    known = [price for price in prices if price is not None]
    said = dollars(sum(known)) + ("" if len(known) == len(prices) else " and more")
    return f"$0, would be {said}" if all(one.free for one in wishes) else f"≈ {said}"
