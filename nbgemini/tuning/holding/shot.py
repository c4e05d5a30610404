"""One shot as users hold it, and the run that all views of its sweep share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from nbgemini._dataclass import dataclass, field
from nbgemini.core.python_slips import Helpful
from nbgemini.core.ratings import Marked, Marks
from nbgemini.core.redact import redact
from nbgemini.errors import NbgeminiError
from nbgemini.settings import secrets_in_use
from nbgemini.store.store import Store
from nbgemini.store.sweep_lines import About
from nbgemini.studio.handles import Result
from nbgemini.tuning.shooting.shots import Entry, Standing

if TYPE_CHECKING:
    from nbgemini.core.exchange import Exchange

__all__ = ["Behind", "Run", "Shot", "put_down"]


class Behind(Protocol):
    """What a grid asks of whoever made it."""

    def result_of(self, run: Run, exchange: Exchange) -> Result: ...
    def rendered(self, sheet: Any) -> Any: ...
    def pick(self, run: Run, entry: Entry) -> None: ...
    def picked(self, run: Run) -> frozenset[str]: ...
    def resume(self, run: Run, *, unknown: bool, failed: bool) -> Any: ...
    def cancel(self, run: Run) -> bool: ...
    def name_of(self, run: Run) -> str: ...
    def model_id(self, name: str) -> str: ...


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of a sweep in this kernel: what all views of it share.

    `labels` are those of each axis in order; `conversation` is the name of its conversation here, empty until it is
    looked for.
    """

    about: About
    store: Store
    behind: Behind
    conversation: str
    entries: dict[int, Entry]
    labels: Mapping[str, tuple[str, ...]]
    notices: list[str] = field(default_factory=list)


class Shot(Helpful, Marked, kind="A shot"):
    """One shot of a sweep: its values, and its result or the reason why it has none.

    >>> shot = grid[2]
    >>> shot
    <Shot 2: style=oil, done>
    >>> shot.number, shot.called, shot.axes, shot.labels, shot.sample, shot.prompt
    (2, 'boats/2', {'style': 'oil'}, {'style': 'oil'}, 1, 'a oil boat')
    >>> shot.state, shot.batched, shot.error
    ('done', False, None)
    >>> shot.result.image.size, shot.cost, shot.would_cost
    ((1408, 768), 0.0, 0.034216)
    >>> shot.stars, shot.note, shot.tags, shot.scores  # as the sweep above was rated
    (4, 'too dark', ('keep',), {'width': 1408.0})
    """

    def __init__(self, run: Run, entry: Entry) -> None:
        self._run = run
        self._entry = entry

    @property
    def number(self) -> int:
        """Its number in the sweep, from 1; it never changes."""
        return self._entry.number

    @property
    def called(self) -> str:
        """Its REF: `tuesday/17`."""
        return f"{self._run.behind.name_of(self._run)}/{self.number}"

    @property
    def sample(self) -> int:
        """Which of the samples of its values it is, from 1."""
        return self._entry.sample

    @property
    def axes(self) -> dict[str, object]:
        """Its values, by axis."""
        return {name.rstrip("_"): value for name, value in self._entry.values.items()}

    @property
    def labels(self) -> dict[str, str]:
        """The words for its values, by axis."""
        return {name.rstrip("_"): label for name, label in self._entry.labels.items()}

    @property
    def state(self) -> Standing:
        """`waiting`, `under way`, `done`, `failed` or `unknown`."""
        return self._entry.standing

    @property
    def batched(self) -> bool:
        """Whether it is under way in a batch, and no kernel is at it."""
        return self._entry.standing == "under way" and self._entry.batched

    @property
    def result(self) -> Result | None:
        """Its answer; None while there is none."""
        exchange = self._entry.exchange
        return None if exchange is None else self._run.behind.result_of(self._run, exchange)

    @property
    def error(self) -> NbgeminiError | None:
        """Why it has no answer; None where it has one, or was not asked yet."""
        return self._entry.error

    @property
    def exchange(self) -> Exchange:
        """Its answer as it is stored; without one what it asks."""
        return self._entry.exchange or self._entry.asked

    @property
    def prompt(self) -> str:
        """The prompt that it asks with."""
        return self.exchange.prompt

    @property
    def _name(self) -> str:
        return self._entry.answer_id or self._entry.key

    @property
    def _marks(self) -> Marks:
        return self._run.store.opinions.of(self._entry.key, self._name)

    @property
    def scores(self) -> dict[str, float]:
        """The numbers that `Sweep.score` kept with it, by name."""
        return dict(self._marks.scores)

    @property
    def cost(self) -> float | None:
        """What it cost when it was made, in US dollars; 0.0 for the emulator's and without an answer, None: unknown."""
        if not self._entry.answer_id or self._entry.emulated:
            return 0.0
        return None if self._entry.cost is None else self._entry.cost / 1e6

    @property
    def _likely(self) -> int | None:
        """By its usage, or by estimate where it has no answer yet."""
        return self._entry.cost if self._entry.answer_id else self._entry.estimate

    def pick(self) -> None:
        """Go on from it, in the conversation of its sweep. Raises ConversationError.

        >>> shot.pick()
        >>> grid.picked
        (2,)
        """
        self._run.behind.pick(self._run, self._entry)

    def mark(self, **said: Any) -> None:
        """Put an opinion down, under the answer or, where there is none, under the shot."""
        put_down(self._run.store, self._name, said)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={label}" for name, label in self.labels.items())
        return f"<Shot {self.number}: {values or f'sample {self.sample}'}, {self.state}>"


def put_down(store: Store, of: str, said: Mapping[str, Any]) -> None:
    """Put an opinion down without the keys in it: a note may hold what a function raised. Raises StoreError."""
    keys = secrets_in_use()
    plain: dict[str, Any] = {
        name: redact(value, keys) if isinstance(value, str) else value for name, value in said.items()
    }
    for words in ("tags", "untags"):
        plain[words] = tuple(redact(word, keys) for word in said.get(words, ()))
    store.opinions.add(of, **plain)
