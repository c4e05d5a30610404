"""What the kernel answers a page's questions with, as the messages that `contract` names."""

from __future__ import annotations

from typing import Literal, TypedDict

__all__ = [
    "ComparedMessage",
    "Forecast",
    "Offer",
    "Price",
    "PricesMessage",
    "RefineMessage",
    "RoundRow",
    "SheetMessage",
    "SheetRow",
    "SheetTile",
    "SourceRow",
    "WordsMessage",
]


class SourceRow(TypedDict):
    """A page that an answer rests on. `link` is an address of the web, or ""."""

    number: int
    title: str
    beside: str
    link: str


class WordsMessage(TypedDict):
    """All words of a turn. `chip` is Google's own page of search suggestions, for a frame with `sandbox`."""

    id: str
    prompt: str
    text: str
    thoughts: str
    searched: str
    sources: list[SourceRow]
    chip: str
    sandbox: str


class RoundRow(TypedDict):
    """Pictures that were asked for together, a sweep or several of one prompt, with what they cost."""

    id: str
    name: str
    pictures: int
    cost: str


class SheetTile(TypedDict):
    """One picture of the sheet, by its turn; "" where there is none."""

    id: str
    name: str


class SheetRow(TypedDict):
    """A row of the sheet."""

    head: str
    tiles: list[SheetTile]


class SheetMessage(TypedDict):
    """The sheet of a round, or of all (`group` ""); without `columns` a page breaks the one row as it likes."""

    title: str
    group: str
    columns: list[str]
    rows: list[SheetRow]
    rounds: list[RoundRow]


class ComparedMessage(TypedDict):
    """What differs: each prompt in pieces (`same`, `gone` or `new`, against the first), and rows of options."""

    ids: list[str]
    prompts: list[list[tuple[str, str]]]
    options: list[tuple[str, list[str]]]


class Price(TypedDict):
    """`≈ $0.134`; `ask`: it needs a yes."""

    words: str
    ask: bool


class PricesMessage(TypedDict):
    """What it would cost to ask for a turn again, as it was and at the sizes of its `larger`."""

    turn: str
    again: Price
    sizes: dict[str, Price]


class RefineMessage(TypedDict):
    """What can be made of a turn: `more` of the same ask, and the `count` starred ones at the size `size`."""

    turn: str
    prompt: str
    base: str
    several: int
    more: Price
    size: str
    count: int
    starred: Price
    rounds: list[RoundRow]


class Offer(TypedDict):
    """The same sweep for less money; `take` is what `as` says then."""

    take: Literal["cheap", "corners"]
    words: str


class Forecast(TypedDict):
    """What a sweep would be: its number of pictures, a line, why it cannot be, and what would make it cheaper."""

    count: int
    line: str
    why: str
    ask: bool
    cut: str
    offers: list[Offer]
