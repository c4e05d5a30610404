"""What was spent, from the ledgers of many kernels: every sum in its place, and none of them twice."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.errors import AnswerBlocked
from nbgemini.store.ledger import Entry
from nbgemini.store.store import Store
from nbgemini.studio.reports.spending import Group, Saved, Sums, saved, spending
from nbgemini.studio.studio import Studio
from tests.store.builders import exchange_of
from tests.studio.server import JSON, Server, answer, picture, studio_on

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


def entry(**values: Any) -> Entry:
    """A settled entry of a dollar at Google's."""
    usual = {
        "id": "aa11",
        "kernel": "k",
        "state": "settled",
        "backend": "gemini",
        "cost": 1_000_000,
        "estimate": 1_200_000,
    }
    return Entry(**{**usual, **values})


def sums(*entries: Entry, alive: bool = True) -> Sums:
    total = Sums()
    for one in entries:
        total.add(one, alive=alive)
    return total


def names(groups: tuple[Group, ...]) -> list[tuple[str, int]]:
    return [(group.name, group.sums.counted) for group in groups]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (entry(), Sums(answers=1, spent=1_000_000)),
        (entry(cost=None), Sums(answers=1, spent=1_200_000, guessed=1)),
        (entry(cost=None, estimate=None), Sums(answers=1, unknown=1)),
        (entry(maybe=True), Sums(doubtful=1, maybe=1_000_000)),
        (entry(state="unknown", cost=None), Sums(doubtful=1, maybe=1_200_000)),
        (entry(state="released", cost=None), Sums()),
        (entry(cost=0, note="failed"), Sums()),
        (entry(searches=28_000), Sums(answers=1, spent=1_000_000, searches=28_000)),
        (entry(searches=None), Sums(answers=1, spent=1_000_000, unknown=1)),
        (entry(backend="emulator"), Sums(played=1, play=1_000_000)),
        (entry(backend="emulator", state="reserved"), Sums()),
        (entry(state="reserved", cost=None), Sums(pending=1, underway=1_200_000)),
    ],
)
def test_every_entry_has_its_place(one: Entry, expected: Sums) -> None:
    """Charged, perhaps charged, on its way, unknown, play money."""
    assert sums(one) == expected


def test_a_dead_kernels_reservation_may_have_been_charged() -> None:
    """What a kernel had set aside when it was killed is on no way any more."""
    assert sums(entry(state="reserved", cost=None), alive=False) == Sums(doubtful=1, maybe=1_200_000)


MONEY = st.none() | st.integers(0, 10**9)
ENTRIES = st.lists(
    st.builds(
        entry,
        state=st.sampled_from(["reserved", "unknown", "settled", "released"]),
        backend=st.sampled_from(["gemini", "vertex", "emulator", ""]),
        cost=MONEY,
        estimate=MONEY,
        searches=MONEY,
        maybe=st.booleans(),
        note=st.sampled_from(["turn", "failed"]),
    )
)


@given(ENTRIES, ENTRIES, st.booleans())
def test_sums_add_up(some: list[Entry], more: list[Entry], alive: bool) -> None:
    """Together they are what they are one by one, and nothing is negative."""
    together = sums(*some, *more, alive=alive)
    assert together == sums(*some, alive=alive).plus(sums(*more, alive=alive))
    assert together.counted >= 0


def write(folder: Path, kernel: str, *lines: str) -> None:
    ledger = folder / "ledgers" / f"{kernel}.jsonl"
    ledger.parent.mkdir(parents=True, exist_ok=True)
    ledger.write_text("".join(f"{line}\n" for line in lines))


def line(exchange: str, at: float, cost: int, **more: Any) -> str:
    """A settled line that nobody reserved, as a torn ledger may hold it."""
    words = "".join(f',"{name}":"{value}"' for name, value in more.items())
    return f'{{"id":"{exchange}","state":"settled","at":{at},"cost":{cost},"backend":"gemini","note":"turn"{words}}}'


def test_many_kernels_are_summed_up_together(tmp_path: Path) -> None:
    """By day, model, notebook and conversation, the dearest first; this kernel and today apart."""
    day = 86_400.0
    write(tmp_path, "a" * 12, line("aa11", NOON - day, 5, model="pro", notebook="one.ipynb", conversation="main"))
    write(
        tmp_path,
        "b" * 12,
        line("bb11", NOON, 7, model="flash", notebook="two.ipynb", conversation="main"),
        line("bb22", NOON, 11, model="pro", conversation="hero"),
        '{"id":"torn","sta',
    )
    found = spending(Store.open(tmp_path).ledger, "b" * 12, now=lambda: NOON, zone=UTC)
    assert names(found.days) == [("2026-11-21", 5), ("2026-11-22", 18)]
    assert names(found.models) == [("pro", 16), ("flash", 7)]
    assert names(found.notebooks) == [("", 11), ("two.ipynb", 7), ("one.ipynb", 5)]
    assert names(found.conversations) == [("main", 12), ("hero", 11)]
    assert (found.kernel.counted, found.today.counted, found.store.counted) == (18, 18, 23)


def test_days_are_local_days(tmp_path: Path) -> None:
    """Half past eleven in the evening in Berlin is not tomorrow."""
    write(tmp_path, "a" * 12, line("aa11", NOON + 10.5 * 3600, 5))
    ledger = Store.open(tmp_path).ledger
    for hours, day in (
        (0, "2026-11-22"),
        (1, "2026-11-22"),
        (2, "2026-11-23"),
        (-12, "2026-11-22"),
        (-23, "2026-11-21"),
    ):
        assert names(spending(ledger, "", zone=timezone(timedelta(hours=hours))).days) == [(day, 5)]


def test_a_moment_beyond_all_calendars_does_no_harm(tmp_path: Path) -> None:
    """A damaged line has a day that is not known."""
    write(tmp_path, "a" * 12, line("aa11", 1e300, 5), line("aa12", -5.0, 6))
    assert names(spending(Store.open(tmp_path).ledger, "").days) == [("", 11)]


def test_a_store_that_may_only_be_read_is_summed_up(tmp_path: Path) -> None:
    """Nothing is written for it, and what a dead kernel reserved is told from what is on its way."""
    reserved = '{"id":"cc11","state":"reserved","at":1.0,"estimate":9,"model":"pro","backend":"gemini"}'
    write(tmp_path, "a" * 12, line("aa11", NOON, 5), reserved)
    (tmp_path / "VERSION").write_text("99\n")
    before = sorted(tmp_path.rglob("*"))
    store = Store.open(tmp_path)
    assert store.read_only
    found = spending(store.ledger, store.kernel, zone=UTC)
    assert (found.store.spent, found.store.maybe) == (5, 9)
    assert sorted(tmp_path.rglob("*")) == before


def test_ten_thousand_entries_are_quick(tmp_path: Path) -> None:
    """A look at the costs is no reason to wait; counted in the time of this process alone."""
    lines = [line(f"{number:08x}", NOON - 60.0 * number, 134_420, model="pro") for number in range(10_000)]
    write(tmp_path, "a" * 12, *lines)
    ledger = Store.open(tmp_path).ledger
    before = time.process_time()
    assert spending(ledger, "").store.answers == 10_000
    assert time.process_time() - before < 3


def test_the_notebook_is_kept_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As jupyter_server tells it, without its folders: a ledger goes along with what is shared."""
    monkeypatch.setenv("JPY_SESSION_NAME", os.path.join("/home", "someone", "private", "Lecture 3.ipynb"))
    studio = studio_on(Server(answer(picture())), tmp_path)
    studio.imagine("a cat")
    monkeypatch.setenv("JPY_SESSION_NAME", "a\x1b[31mb")
    studio.imagine("a cat")
    assert [one.notebook for one in studio.store.ledger.entries()] == ["Lecture 3.ipynb", ""]


def test_what_replay_saves_is_told_by_the_turns_of_the_kernel(tmp_path: Path) -> None:
    """What came from disk counts once, whichever conversations have it; what was sent here does not."""

    def saved_in(studio: Studio) -> Saved:
        return saved(turn for opened in studio.session.opened() for turn in opened.value.exchanges)

    first = studio_on(Server(answer(picture())), tmp_path)
    bay = first.imagine("a bay")
    assert saved_in(first) == Saved()
    later = studio_on(Server(answer(picture())), tmp_path)
    later.imagine("a bay")
    later.history.fork("dusk")
    later.imagine("at night")
    assert saved_in(later) == Saved(answers=1, sum=bay.exchange.cost or 0)


@pytest.mark.parametrize(
    ("cost", "estimate", "backend", "expected"),
    [
        (5, 7, "vertex", Saved(answers=1, sum=5)),
        (None, 7, "gemini", Saved(answers=1, sum=7, guessed=1)),
        (None, None, "gemini", Saved(answers=1, unknown=1)),
        (5, 7, "emulator", Saved(played=1)),
    ],
)
def test_a_replay_saves_what_is_known(cost: int | None, estimate: int | None, backend: Any, expected: Saved) -> None:
    """Else its estimate, and an unknown price is never 0."""
    turn = replace(exchange_of(1), cost=cost, estimate=estimate, backend=backend, replayed=True)
    assert saved([turn, turn]) == expected


@pytest.mark.parametrize("usage", [{}, {"usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}}])
def test_a_blocked_prompt_costs_what_was_read_of_it(tmp_path: Path, usage: dict[str, Any]) -> None:
    """Nothing was drawn, so that no picture's price is in question; and nothing is said that contradicts it."""
    body = {"promptFeedback": {"blockReason": "SAFETY"}, **usage}
    server = Server((200, JSON, [json.dumps(body).encode()]))
    with pytest.raises(AnswerBlocked) as caught:
        studio_on(server, tmp_path).conversation().imagine("a cat")
    assert "did not run" not in str(caught.value)
    assert caught.value.money() == "May have been charged: $0.001."
