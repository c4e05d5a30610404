"""Budgets: money is set aside before anything is sent, and no number of threads spends more than there is."""

from __future__ import annotations

import asyncio
import re
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.errors import BudgetExceeded, ConfirmationNeeded, NbgeminiError, OutcomeUnknown, ServerFault
from nbgemini.studio.sending.budget import Purse, Spent
from nbgemini.studio.studio import Studio
from tests.studio.server import JSON, Server, answer, failure, picture, studio_on

EACH = 141_964  # micro-dollars: what a short request to Pro is estimated at


def one() -> Any:
    return answer(picture())


def spent(studio: Studio) -> int:
    return studio.money.spent.total


def purse(kernel: Spent, limit: int | None = None, own: int | None = None, **more: Any) -> Purse:
    return Purse(kernel=kernel, limit=lambda: limit, own=own, **more)


def test_a_kernel_spends_no_more_than_its_budget(tmp_path: Path) -> None:
    """What was spent counts, what is left is said, and nothing is sent beyond it."""
    server = Server(one())
    studio = studio_on(server, tmp_path, budget="0.40")
    for _ in range(2):
        studio.imagine("a cat")
    assert spent(studio) == 2 * (1120 * 120 + 20)
    with pytest.raises(
        BudgetExceeded, match=r"about \$0\.14\d, and \$0\.131 is left of the budget of this kernel"
    ) as caught:
        studio.imagine("a cat")
    assert caught.value.money() == "Nothing was sent."
    assert len(caught.value.lines()) == 3
    assert len(server.requests) == 2
    assert spent(studio) == 2 * (1120 * 120 + 20)


def test_several_at_once_are_refused_together(tmp_path: Path) -> None:
    """With room for four of ten, none is sent, and the words say that four would fit."""
    server = Server(one())
    studio = studio_on(server, tmp_path, confirm_over=5)
    with pytest.raises(BudgetExceeded, match=r"10 requests would cost about .* 4 of them would fit") as caught:
        studio.imagine("a cat", count=10, budget=0.6)
    assert "-n 4" in caught.value.hint
    assert server.requests == []
    assert spent(studio) == 0
    studio.imagine("a cat", count=4, budget=0.6)
    assert len(server.requests) == 4


def test_yes_does_not_lift_a_budget(tmp_path: Path) -> None:
    """`--yes` answers `confirm_over`; a budget is a limit."""
    studio = studio_on(Server(one()), tmp_path, budget=0)
    with pytest.raises(BudgetExceeded):
        studio.imagine("a cat", yes=True)


def test_an_unknown_price_needs_yes_under_a_budget(tmp_path: Path) -> None:
    """A guard that does not know the price refuses; `yes` sends it, and says that it is not counted."""
    server = Server(one())
    studio = studio_on(server, tmp_path, budget=10)
    with pytest.raises(BudgetExceeded, match="unknown") as caught:
        studio.imagine("a cat", model="gemini-9-image")
    assert "--yes" in caught.value.hint
    assert server.requests == []
    result = studio.imagine("a cat", model="gemini-9-image", yes=True)
    assert any("does not count against the budget" in notice for notice in result.notices)
    assert studio_on(server, tmp_path / "other").imagine("a cat", model="gemini-9-image").picture


def test_a_refused_request_gives_its_money_back(tmp_path: Path) -> None:
    """What the server refuses is not charged; what broke off may have been, and counts at its estimate."""

    def cut() -> Any:
        yield b'{"candidates": ['
        raise ConnectionError

    refused = failure(400, "INVALID_ARGUMENT", "no")
    free = answer(finish="IMAGE_OTHER")
    studio = studio_on(Server(refused, free, (200, JSON, cut()), one()), tmp_path, budget=1)
    for expected in (0, 0):
        with pytest.raises(NbgeminiError):
            studio.imagine("a cat")
        assert spent(studio) == expected
    with pytest.raises(OutcomeUnknown, match=r"May have been charged: ≈ \$0\.142"):
        studio.imagine("a cat")
    assert spent(studio) == EACH
    states = [(entry.state, entry.cost, entry.note) for entry in studio.store.ledger.entries()]
    assert states[0][0] == "released"
    assert states[1] == ("settled", 0, "failed")
    assert states[2][0] == "unknown"


def test_a_failure_that_may_be_charged_names_the_sum(tmp_path: Path) -> None:
    """A fault of the server's that leaves the outcome open says what it may have cost."""
    studio = studio_on(Server((504, {}, [b"gateway"])), tmp_path)
    with pytest.raises(ServerFault, match=r"May have been charged: ≈ \$0\.142"):
        studio.imagine("a cat")


def test_an_answer_without_usage_counts_at_its_estimate(tmp_path: Path) -> None:
    """Unknown is not nothing."""
    studio = studio_on(Server(answer(picture(), usageMetadata={})), tmp_path, budget=1)
    assert studio.imagine("a cat").cost is None
    assert spent(studio) == EACH


def test_drafts_count_as_billed(tmp_path: Path) -> None:
    """Three pictures that are no thoughts are three pictures, also where the usage has no details."""
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 3360, "totalTokenCount": 3370}
    drawn = answer(
        picture("red"), picture("blue"), picture("green"), picture("grey", thought=True), usageMetadata=usage
    )
    studio = studio_on(Server(drawn), tmp_path)
    assert studio.imagine("a cat").cost == (20 + 3360 * 120) / 1e6


def test_searches_count_at_their_list_price(tmp_path: Path) -> None:
    """Google's free queries are shared by a project and cannot be seen from here, so a budget counts the most."""
    grounded = {"content": {"role": "model", "parts": [picture()]}, "finishReason": "STOP"}
    grounded["groundingMetadata"] = {"webSearchQueries": ["a", "b"]}
    studio = studio_on(Server(answer(candidates=[grounded])), tmp_path)
    studio.imagine("a cat")
    assert spent(studio) == 1120 * 120 + 20 + 28_000
    assert studio.store.ledger.entries()[0].searches == 28_000


@pytest.mark.parametrize(("tier", "used", "cost"), [("flex", "flex", 67_210), ("priority", "standard", 134_420)])
def test_the_tier_that_was_used_decides(tier: Any, used: str, cost: int, tmp_path: Path) -> None:
    """Priority may be downgraded: the answer says so, and costs what it then costs."""
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 1120, "serviceTier": used}
    server = Server(answer(picture(), usageMetadata=usage))
    studio = studio_on(server, tmp_path)
    result = studio.imagine("a cat", tier=tier)
    assert server.requests[0]["serviceTier"] == tier
    assert result.exchange.cost == cost
    assert result.exchange.estimate is not None
    assert result.exchange.estimate >= cost
    assert studio.store.album.exchange(result.exchange.id).answer.usage == result.usage


def test_no_tier_is_sent_unless_asked_for(tmp_path: Path) -> None:
    """`standard` goes out only by name."""
    server = Server(one())
    studio = studio_on(server, tmp_path)
    studio.imagine("a cat")
    studio.imagine("a cat", tier="standard")
    assert ["serviceTier" in request for request in server.requests] == [False, True]


def test_a_confirmation_names_tier_count_and_limit(tmp_path: Path) -> None:
    """What is asked for, what it would cost, and what it is above of."""
    studio = studio_on(Server(one()), tmp_path)
    with pytest.raises(ConfirmationNeeded, match=r"5 requests at the priority tier .* about \$1\.28.*\(\$1\.00\)"):
        studio.imagine("a cat", count=5, tier="priority")
    assert studio.imagine("a cat", count=5, tier="flex").picture


def test_a_confirmation_shows_by_how_little_a_price_is_above(tmp_path: Path) -> None:
    """Never a sum that is above itself."""
    estimate = studio_on(Server(one()), tmp_path / "first").imagine("a cat").exchange.estimate
    assert estimate is not None
    studio = studio_on(Server(one()), tmp_path / "second", confirm_over=f"{(estimate - 1) / 1e6:.6f}")
    with pytest.raises(ConfirmationNeeded) as caught:
        studio.imagine("a cat")
    about, limit = re.findall(r"\$([0-9.]*[0-9])", caught.value.message)
    assert float(about) == pytest.approx(estimate / 1e6)
    assert about != limit


def test_tasks_of_a_loop_share_the_budget(tmp_path: Path) -> None:
    """Ten coroutines at once, room for three: three are answered, and seven refused before they are sent."""
    server = Server(one())
    studio = studio_on(server, tmp_path, budget="0.45")

    async def ask() -> list[Any]:
        tasks = [studio.aimagine("a cat", conversation=f"c{number}") for number in range(10)]
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = asyncio.run(ask())
    assert sum(isinstance(one, BudgetExceeded) for one in found) == 7
    assert len(server.requests) == 3
    assert spent(studio) <= 450_000


def test_the_emulator_has_no_budget(tmp_path: Path) -> None:
    """Play money is not counted, and never refused."""
    studio = Studio(home=tmp_path, traits=lambda: {"budget": 0})
    assert studio.imagine("a cat", size="1K", budget=0, model="flash-lite").picture
    assert spent(studio) == 0


@pytest.mark.parametrize("value", ["x", -1, float("nan"), True, "1e999999999", []])
def test_a_budget_is_a_sum(value: Any, tmp_path: Path) -> None:
    """Anything else is refused before anything is sent."""
    server = Server(one())
    with pytest.raises(NbgeminiError, match="is not a sum in dollars"):
        studio_on(server, tmp_path).imagine("a cat", budget=value)
    with pytest.raises(NbgeminiError, match="is not a sum in dollars"):
        studio_on(server, tmp_path, budget=value).imagine("a cat")
    assert server.requests == []


def test_off_lifts_a_budget_of_the_environment(tmp_path: Path) -> None:
    """A trait outranks the variable, and `off` is a value of it."""
    assert studio_on(Server(one()), tmp_path, budget="off").money.budget() is None
    assert studio_on(Server(one()), tmp_path, budget=Decimal("0.5")).money.budget() == 500_000


def test_a_hammer_of_threads_never_overshoots() -> None:
    """Sixteen threads reserve, settle and release as fast as they can; the sum is never above the limit."""
    kernel, limit, seen = Spent(), 10_000, []
    start = threading.Barrier(16)

    def work(number: int) -> None:
        mine = purse(kernel, limit, own=3000)
        start.wait()
        for step in range(200):
            names = [f"{number}.{step}.{at}" for at in range(1 + step % 3)]
            try:
                mine.reserve(names, 97)
            except BudgetExceeded:
                continue
            seen.append(kernel.total)
            for at, name in enumerate(names):
                if (step + at) % 4:
                    mine.release(name)
                else:
                    mine.settle(name, 60 + (step + at) % 30)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(seen) <= limit
    assert 0 < kernel.total <= limit


@given(
    st.integers(0, 1000),
    st.none() | st.integers(0, 1000),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 400), st.sampled_from(["keep", "release", "settle", "none"]))),
)
def test_any_order_of_reservations_stays_within_both_limits(
    limit: int, own: int | None, steps: list[tuple[int, int, str]]
) -> None:
    """All of an ask or nothing; what is released is free again; what it cost replaces what was set aside."""
    kernel = Spent()
    mine = purse(kernel, limit, own)
    expected = 0
    for number, (count, each, then) in enumerate(steps):
        names = [f"{number}.{at}" for at in range(count)]
        room = min(limit, limit if own is None else own) - expected
        try:
            mine.reserve(names, each)
        except BudgetExceeded:
            assert count * each > room
            continue
        assert count * each <= room
        expected += count * each
        for name in names:
            if then == "release":
                mine.release(name)
                expected -= each
            elif then in ("settle", "none"):
                mine.settle(name, each // 2 if then == "settle" else None)
                expected -= each - each // 2 if then == "settle" else 0
        assert kernel.total == expected
