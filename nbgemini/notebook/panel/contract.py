"""What the two halves of the panel tell each other: the kernel's traits, and messages both ways.

**Traits go one way**, from the kernel to every view; what a page writes into them is ignored. They hold small JSON,
never a picture: a saved notebook with widget state stays small and tells nothing secret. Texts in them are clean (no
control characters, no keys) and cut to length; a page shows them through `textContent` alone.

`proto` · `uid` (the panel's place in the notebook) · `models` · `model` `aspect` `size` `count` `thinking` `search`
`thoughts` `tier` `seed` `safety` `system` `prompt` (the form; "": not set) · `conversation` · `conversations` ·
`turns` · `head` · `refs` · `job` · `cost` · `queue` · `sweep` (`done of`) · `said`. The TypedDicts below tell their
shapes, those of `replies.py` what messages bring. A turn is named by the id of its exchange, a reference by an id of
the panel's; numbers are for people.

**To the kernel** each message is `{"do": VERB, …}`; `messages.py` reads them, and refuses what is not as told here.

| `do` | with | |
|---|---|---|
| `hello` | `page` | a view appeared, or asks whether the kernel is there; the answer is `hello` |
| `form` | any of the form's traits, `base`, `of` | what the controls say; `of` is the conversation of the page then |
| `run` | `prompt base yes` `marks`? | draw; `base` is the turn that is edited ("": a new root), `marks` are `Marks` |
| `cancel` | | stop waiting |
| `unqueue` `goon` | `id` for the first | take back what waits behind a drawing, or let it go on after a failure |
| `again` | `turn`, `size`? `count`? `yes`? | the same ask once more, at another size, or several times |
| `starred` | `size yes` | the same asks as those of the turns with three stars or more, at a size |
| `prices` `refine` | `turn` | what asking again would cost, and the rounds so far; answers of the same names |
| `settings` | `turn` | set the form as it was for that turn |
| `rate` | `turn`, `stars`? `rejected`? | what is thought of a picture |
| `foresee` `vary` | `prompt base axes`, `yes` `as`? | what a sweep would cost (the answer is `Forecast`), or draw it |
| `sheet` | `view` `group`? | pictures in rows: of a round, or all; the answer is `sheet` (`SheetMessage`, `view`) |
| `compare` | `ids` | what differs between turns; the answer is `compared` (`ComparedMessage`) |
| `here` `pick` `undo` `redo` | `turn` for the first two | move in the conversation |
| `conversation` | `verb` (`use` `new` `fork` `fresh`), `name`, `key` for a stored one | |
| `pin` | `on` | stay with the conversation that is looked at, or follow cells again |
| `ref` | `upload name part parts` + one buffer | a piece of a picture, `CHUNK` bytes at most; the answer is `refok` |
| `refturn` | `turn` | show the picture of a turn to the model |
| `crop` | `turn box` | show a part of that picture; `box` are two corners |
| `unref` | `ref` | |
| `need` | `what` (`thumb` `view` `full` `words`), `ids` | pictures or words of turns and references |
| `cell` | `turn`, or `prompt base` `marks`? `axes`? | the cell that would do the same; the answer is `copied` |
| `insert` | `turn page`, `own`? | put the picture into the notebook; a view that can do so (`own`) gets `output` |
| `recover` | `turn` | make a late answer a turn |
| `dismiss` | | take what `said` says away |

**From the kernel** each is `{"is": KIND, …}`: `hello` (`proto widget`) · `thumbs` (`ids types`, a buffer each) ·
`picture` (`id what type name part parts`, a piece as buffer) · `words` (`WordsMessage`) · `prices` (`PricesMessage`) ·
`refine` (`RefineMessage`) · `compared` (`ComparedMessage`) · `sheet` (`SheetMessage`) · `forecast` (`Forecast`) ·
`swept` · `refok` (`upload part`) · `referr` (`upload why`) · `copied` (`text what`) · `made` (`turn typed`) ·
`queued` (`typed`) · `output` (`to n data metadata`) · `toast` (`lines`).

A page ignores what it does not know, and the kernel refuses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, Protocol, TypedDict

from nbgemini.notebook.show.bundles import Bundle

__all__ = [
    "CHUNK",
    "CLIPPED",
    "LONGEST_PROMPT",
    "MOST_IDS",
    "MOST_MARKS",
    "MOST_PARTS",
    "MOST_POINTS",
    "MOST_REFS",
    "MOST_TURNS",
    "PIECE",
    "PROTO",
    "THUMB",
    "VIEW",
    "ConversationTrait",
    "CostTrait",
    "Face",
    "HeadTrait",
    "JobTrait",
    "ListedTrait",
    "MarkShape",
    "Marks",
    "ModelTrait",
    "QueueTrait",
    "RefTrait",
    "SaidTrait",
    "TurnTrait",
]

PROTO = 1
CHUNK = 1 << 20  # the most bytes of one piece of an upload; a websocket closes above 10 MiB
PIECE = 3 << 18  # bytes of one piece of a picture for the page: every message stays below 1 MB
MOST_PARTS = 32  # pieces of one upload
MOST_REFS = 14  # the most that any model takes
MOST_TURNS = 200  # in the strip
MOST_IDS = 80  # in one `need`
MOST_MARKS = 24
MOST_POINTS = 1000  # of one stroke of the brush
LONGEST_PROMPT = 200_000  # characters
CLIPPED = 400  # characters of a prompt in `turns`; `need words` brings the rest
THUMB = 320  # pixels of a thumbnail's longer side
VIEW = 1600  # pixels of a picture's longer side as it is first looked at


class ModelTrait(TypedDict):
    """A model and what it takes; None: whatever is asked. `refs` None: not known."""

    id: str
    name: str
    aspects: list[str] | None
    sizes: list[str] | None
    size: str
    thinking: list[str] | None
    refs: int | None
    search: list[str]
    thoughts: bool


class TurnTrait(TypedDict):
    """One turn of the strip. `parent` is an id or "". `cut`: the prompt goes on. `of`: one of so many side by side.

    `more`: it has thoughts or sources, which `need words` brings. `larger` are the sizes that it could be drawn at.
    `sweep` is the id of the sweep that it is a shot of, or "".
    """

    id: str
    n: int
    parent: str
    prompt: str
    cut: bool
    alt: str
    by: str
    text: str
    facts: str
    width: int
    height: int
    part: int
    of: int
    more: bool
    stars: int
    note: str
    rejected: bool
    larger: list[str]
    sweep: str


class ConversationTrait(TypedDict):
    """What is looked at. `stored`: it comes from before this kernel, and cells do not go on with it yet.

    `pinned`: the panel stays with it, whatever cells go on with.
    """

    name: str
    key: str
    stored: bool
    hidden: int
    pinned: bool


class ListedTrait(TypedDict):
    """A conversation that can be gone on with. `key` is its place in the store where it is not this kernel's, or ""."""

    name: str
    key: str
    turns: int
    stored: bool


class HeadTrait(TypedDict):
    """Where the conversation is ("": at the start), and whether it can go back or forth."""

    id: str
    undo: bool
    redo: bool


class RefTrait(TypedDict):
    """A picture that goes along. `turn` is the turn that it is the picture of, or ""."""

    id: str
    label: str
    turn: str
    note: str


class JobTrait(TypedDict, total=False):
    """What is being drawn; empty: nothing. `elapsed` in seconds when it was told: the clock ticks in the page.

    `by`: a panel, a cell or Python has begun it; `mine`: this panel. What a panel has begun, every panel can stop.
    `thoughts` and `interim` (whose thumbnail was told before) are what a stream has brought. `come` are the pictures of
    one ask by their places: the name of a thumbnail that was told before, or "" where there is none yet.
    """

    id: str
    model: str
    prompt: str
    count: int
    by: str
    mine: bool
    aspect: str
    elapsed: float
    stage: str
    news: str
    thoughts: str
    interim: str
    come: list[str]


class QueueTrait(TypedDict):
    """What waits behind the drawing, with its price: rows of `id` and `prompt`. `held`: until a click lets it go on.

    A row with `sent` was on its way when its kernel stopped, and may have been charged.
    """

    waiting: list[dict[str, str]]
    held: bool
    price: str


class CostTrait(TypedDict):
    """What the turns cost so far, and what the next click will; `ask`: it needs a yes. `why`: it cannot be sent.

    `recorded` stands in the place of `next` where the click would be answered from disk, if nothing is marked.
    """

    spent: str
    next: str
    recorded: str
    budget: str
    ask: bool
    why: str


class SaidTrait(TypedDict, total=False):
    """What the panel has to say: `kind` is error, note or stored. `recover` is the id of a late answer."""

    kind: str
    lines: list[str]
    recover: str


class MarkShape(TypedDict):
    """One mark; numbers are fractions of the picture's width and height. Two points: corners, or tail and tip.

    `width` of a stroke is a fraction of the picture's longer side.
    """

    kind: Literal["box", "arrow", "brush"]
    points: list[tuple[float, float]]
    note: NotRequired[str]
    width: NotRequired[float]


class Marks(TypedDict):
    """What is marked on the picture of a turn."""

    turn: str
    shapes: list[MarkShape]


class Face(Protocol):
    """What a panel sets and sends."""

    @property
    def known_as(self) -> str:
        """The id by which outputs name the widget; "" where it has none."""

    def put(self, **traits: Any) -> None:
        """Set traits; every view shows them."""

    def tell(self, message: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """Send a message to every view."""

    def insert(self, bundle: Bundle, page: str) -> str:
        """Put an ordinary output into the notebook; what stands against it, or ""."""
