"""What goes along with the request of one shot: its own order, ear and gate; and how its end is put down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from nbgemini._dataclass import dataclass
from nbgemini.bridge import Job
from nbgemini.core.continuing import Placed
from nbgemini.core.exchange import Exchange, ImageRequest
from nbgemini.core.live import LivePart
from nbgemini.errors import ConversationError, NbgeminiError, QuotaExceeded
from nbgemini.net.client import Client
from nbgemini.net.flight import Flight
from nbgemini.replay.lookup import Lookup
from nbgemini.store.sweep_lines import End
from nbgemini.studio.conversations.session import Open
from nbgemini.studio.sending.order import Order
from nbgemini.tuning.shooting.pace import LONGEST_HINT, Pace

__all__ = ["Nobody", "PacedGate", "ShotEar", "ShotOrder", "end_of", "may_wait", "placed", "request_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotOrder(Order):
    """An order that asks what the plan on disk says, whatever has changed since."""

    shot: Exchange

    @classmethod
    def of(cls, order: Order, shot: Exchange) -> ShotOrder:
        """One shot's, where `order` is what all of them share."""
        card = order.means.catalogue.find(shot.model).on(order.means.client.endpoint.backend)
        wanted = replace(order.wanted, options=shot.options, card=card)
        return cls(**{**order.shared(), "wanted": wanted}, shot=shot)

    def pending(self, found: Lookup, group: str = "", name: str = "") -> Exchange:
        return replace(
            self.shot,
            id=name,
            group=group,
            created=datetime.now(UTC).isoformat(timespec="microseconds"),
            cell=found.asking.asker.cell if found.asking.asker else self.shot.cell,
            repeat=found.asking.repeat,
        )


def request_of(shot: Exchange, opened: Open, client: Client) -> ImageRequest:
    """What a shot asks. Raises ConversationError where the conversation is not what it was."""
    request = opened.value.request(shot)
    if client.request_hash(request) != shot.request_hash:
        raise ConversationError(
            f"`{opened.name}` is not what it was when this sweep was planned.",
            hint="Run its cell again: it will be a new sweep.",
        )
    return request


def placed(shot: Exchange, request: ImageRequest) -> Placed:
    """The request of a shot at its place."""
    return Placed(shot.parent, request, anchored=shot.anchored, reach=shot.reach)


class ShotEar:
    """Hears what becomes of one shot, in the name of the sweep's job."""

    def __init__(self, job: Job[None]) -> None:
        self.notices: list[str] = []
        self.progress = ""
        self._job = job

    @property
    def abandoned(self) -> bool:
        return self._job.abandoned

    def watch(self, flight: Flight, /) -> None:
        self._job.watch(flight)

    def tell(self, part: LivePart, /) -> None:
        """A sweep shows answers, not what they think."""


class Nobody:
    """Hears what becomes of an answer; nobody waits for it, so that nothing is abandoned."""

    abandoned = False

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.progress = ""

    def watch(self, flight: Flight, /) -> None:
        """Nothing is sent."""

    def tell(self, part: LivePart, /) -> None:
        """Nothing is streamed."""


@dataclass(slots=True)
class PacedGate:
    """Lets a shot that has `entered` leave, and holds all others back as soon as it meets a limit.

    `held`: it was held back itself, and has not left. `ready` is called once nothing is left to do before it leaves.
    """

    pace: Pace
    entered: float
    ready: Callable[[], None] = lambda: None
    held: bool = False

    def may_leave(self) -> bool:
        self.ready()
        self.held = not self.pace.is_open()
        return not self.held

    def heard(self, error: NbgeminiError, /) -> None:
        if isinstance(error, QuotaExceeded) and may_wait(error):
            self.pace.refused(error.retry_after, self.entered)


def may_wait(error: NbgeminiError) -> bool:
    """Whether a limit a minute was met that ends soon."""
    if not isinstance(error, QuotaExceeded) or error.scope != "minute":
        return False
    return error.retry_after is None or error.retry_after <= LONGEST_HINT


def end_of(error: NbgeminiError) -> End:
    """How a shot ended that has no answer, for the store."""
    return End(
        kind=type(error).__name__,
        message=error.message[:1000],
        charged=error.charged,
        hint=error.hint[:400],
        amount=error.amount,
    )
