"""What may still be spent: money is set aside before a request leaves, so that threads cannot overshoot together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from nbgemini._dataclass import dataclass, field
from nbgemini.core.pricing import dollars, micro
from nbgemini.errors import BudgetExceeded
from nbgemini.studio.asking.ask import Ask

__all__ = ["Money", "Purse", "Spent"]


@dataclass(slots=True)
class Spent:
    """What a kernel has spent or set aside, a sum for each request, in micro-dollars. `lock` guards the sums."""

    sums: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def total(self) -> int:
        """Settled costs, and estimates of what is on its way or has an unknown outcome."""
        with self.lock:
            return sum(self.sums.values())


@dataclass(frozen=True, slots=True)
class _Cap:
    """A limit that holds now, and what counts against it."""

    limit: int
    spent: int
    whose: str
    raised: str

    @property
    def left(self) -> int:
        return max(0, self.limit - self.spent)

    def fit(self, each: int) -> int:
        return self.left // each if each else 0


@dataclass(slots=True, kw_only=True)
class Purse:
    """What one ask may spend: within the kernel's budget (`limit`, looked up each time) and within its own.

    Sums are in micro-dollars, None: no limit. The emulator's purse is `free`, unless its
    prices are to count. A request whose price is unknown counts
    as nothing; with a budget it needs `unknown_may_pass`.
    """

    kernel: Spent
    limit: Callable[[], int | None]
    own: int | None = None
    free: bool = False
    unknown_may_pass: bool = False
    _sums: dict[str, int] = field(default_factory=dict)

    @property
    def limited(self) -> bool:
        """Whether a budget is set."""
        return not self.free and (self.own is not None or self.limit() is not None)

    def reserve(self, requests: Sequence[str], each: int | None) -> None:
        """Set `each` aside for every one of these requests, or for none. Raises BudgetExceeded."""
        if self.free or not requests:
            return
        limit = self.limit()
        with self.kernel.lock:
            caps = self._caps(limit)
            if each is None:
                self._check_unknown(caps)
            for cap in caps:
                if each is not None and cap.spent + each * len(requests) > cap.limit:
                    raise _refusal(cap, len(requests), each, min(cap.fit(each) for cap in caps))
            for sums in (self._sums, self.kernel.sums):
                sums.update(dict.fromkeys(requests, each or 0))

    def reserve_each(self, sums: Mapping[str, int | None]) -> None:
        """Set a sum of its own aside for every request of a sweep, or none at all. Raises BudgetExceeded."""
        if self.free or not sums:
            return
        limit, needed = self.limit(), sum(each or 0 for each in sums.values())
        with self.kernel.lock:
            caps = self._caps(limit)
            if None in sums.values():
                self._check_unknown(caps)
            for cap in caps:
                if cap.spent + needed > cap.limit:
                    raise _too_much(cap, len(sums), needed)
            for known in (self._sums, self.kernel.sums):
                known.update({name: each or 0 for name, each in sums.items()})

    def rename(self, before: str, after: str) -> None:
        """What was set aside for a shot is set aside for the request that asks it."""
        with self.kernel.lock:
            for known in (self._sums, self.kernel.sums):
                if before in known:
                    known[after] = known.pop(before)

    def settle(self, request: str, cost: int | None) -> None:
        """It cost this much; where that is unknown, what was set aside stays."""
        if self.free or cost is None:
            return
        with self.kernel.lock:
            self._sums[request] = self.kernel.sums[request] = cost

    def release(self, request: str) -> None:
        """Nothing was charged."""
        with self.kernel.lock:
            self._sums.pop(request, None)
            self.kernel.sums.pop(request, None)

    def _caps(self, limit: int | None) -> list[_Cap]:
        """The limits that hold. The lock is held."""
        caps = []
        if self.own is not None:
            caps.append(_Cap(self.own, sum(self._sums.values()), "the budget of this cell", "`--budget USD` sets it."))
        if limit is not None:
            spent = sum(self.kernel.sums.values())
            caps.append(_Cap(limit, spent, "the budget of this kernel", "`%imagine budget USD` sets it."))
        return caps

    def _check_unknown(self, caps: list[_Cap]) -> None:
        if caps and not self.unknown_may_pass:
            raise BudgetExceeded(
                f"The cost of this is unknown, and {caps[0].whose} is {dollars(caps[0].limit)}.",
                hint="`--yes` sends it without counting it; a `catalogue` file can set the price.",
            )


class Money:
    """The money of this kernel: a restart starts afresh. `budget` returns the dollars that are set at the moment."""

    def __init__(self, budget: Callable[[], Decimal | None]) -> None:
        self._set = budget
        self.spent = Spent()

    def budget(self) -> int | None:
        """The most that this kernel may spend, in micro-dollars, or None. Raises SettingsError."""
        limit = self._set()
        return None if limit is None else micro(limit)

    def purse(self, ask: Ask, *, free: bool) -> Purse:
        """What an ask may spend: within the kernel's budget as it is when the money is set aside, and its own."""
        return Purse(
            kernel=self.spent,
            limit=self.budget,
            own=None if ask.budget is None else micro(ask.budget),
            free=free,
            unknown_may_pass=ask.yes,
        )


def _too_much(cap: _Cap, count: int, needed: int) -> BudgetExceeded:
    return BudgetExceeded(
        f"{count} requests would cost about {dollars(needed)}, and {dollars(cap.left, down=True)} is left of"
        f" {cap.whose} of {dollars(cap.limit)}.",
        hint=f"Leave some values out; {cap.raised}",
    )


def _refusal(cap: _Cap, count: int, each: int, fit: int) -> BudgetExceeded:
    what = f"{count} requests" if count > 1 else "This"
    fitting = f": {fit or 'none'} of them would fit" if count > 1 else ""
    smaller = f"`-n {fit}` fits; " if 0 < fit < count else ""
    return BudgetExceeded(
        f"{what} would cost about {dollars(each * count)}, and {dollars(cap.left, down=True)} is left of {cap.whose} of"
        f" {dollars(cap.limit)}{fitting}.",
        hint=f"{smaller}{cap.raised}",
    )
