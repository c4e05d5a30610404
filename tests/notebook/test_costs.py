"""`%imagine cost` and `%imagine budget` as they are shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

from nbgemini.notebook.views.costs import budget_lines, cost_view
from nbgemini.studio.reports.spending import Group, Saved, Spending, Sums

HOSTILE = "<script>alert(1)</script>\x1b[31m & $x$"


def view(store: Sums, *, limit: int | None = None, spent: int = 0, **groups: Any) -> tuple[str, str]:
    """The text and the HTML of a store's costs."""
    days = groups.pop("days", (Group("2026-11-22", store),))
    bundle = cost_view(Spending(store=store, today=store, days=days, **groups), limit, spent, "2026-11-22")
    assert set(bundle.data) == {"text/plain", "text/html"}
    return bundle.data["text/plain"], bundle.data["text/html"]


def test_nothing_was_spent() -> None:
    """An empty store says so, and how to set a budget."""
    text, _ = view(Sums())
    assert "nothing was spent" in text
    assert "%imagine budget 2" in text


def test_everything_has_its_words() -> None:
    """What is sure, what is not, and what is in none of the sums."""
    store = Sums(
        answers=3, spent=400_000, guessed=1, searches=28_000, doubtful=1, maybe=142_000, pending=2, underway=284_000,
        unknown=1, played=4, play=540_000,
    )  # fmt: skip
    text, html = view(store, limit=2_000_000, spent=854_000)
    for words in (
        "≥ $0.854  this store, 6 requests",
        "1 request may have been charged: ≈ $0.142",
        "2 requests on the way: ≈ $0.284",
        "1 answer did not say what was counted",
        "Searches: up to $0.028",
        "1 request of unknown price",
        "The emulator answered 4 requests: $0, would be $0.540",
        "The budget of this kernel is $2.00: $0.854 is spent or set aside, and $1.14 is left",
        "as of 2026-11-22",
    ):
        assert words in text
        assert words.rpartition("  ")[2] in html.replace("<span>$</span>", "$") or "this store" in words


@pytest.mark.parametrize(
    ("saved", "head", "note"),
    [
        (Saved(answers=5, sum=670_000), "$0.670  saved by replay, 5 answers", "took 5 answers from disk"),
        (Saved(answers=1, sum=142_000, guessed=1), "≈ $0.142  saved by replay, 1 answer", "took 1 answer from disk"),
        (Saved(answers=2, sum=134_000, unknown=1), "≥ $0.134  saved by replay, 2 answers", "took 2 answers"),
        (Saved(answers=1, unknown=1), "$?  saved by replay, 1 answer", "took 1 answer"),
        (Saved(played=3), "", "took 3 answers of the emulator from disk"),
    ],
)
@pytest.mark.parametrize("store", [Sums(), Sums(answers=1, spent=5)], ids=["a fresh store", "a used one"])
def test_what_replay_saved_stands_apart(store: Sums, saved: Saved, head: str, note: str) -> None:
    """It is in no sum of what was spent, and it is shown where nothing was spent at all."""
    days = (Group("2026-11-22", store),) if store != Sums() else ()
    bundle = cost_view(Spending(store=store, days=days), None, 0, "2026-11-22", saved)
    text, html = bundle.data["text/plain"], bundle.data["text/html"]
    assert head in text
    assert ("saved by replay" in html) == bool(head)
    assert note in text
    assert note in html


def test_play_money_alone_is_told_as_what_it_would_be() -> None:
    """Without a key nothing was charged, and every sum says so."""
    text, html = view(Sums(played=2, play=274_000))
    assert "$0, would be $0.274  this store, 2 requests" in text
    assert "the bill" not in text
    assert "would be $0.274" in html


def test_names_are_shown_letter_for_letter() -> None:
    """A conversation may be called anything."""
    store = Sums(answers=1, spent=5)
    text, html = view(
        store, conversations=(Group(HOSTILE, store),), notebooks=(Group(HOSTILE, store), Group("", store))
    )
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\x1b" not in text + html
    assert "not known" in text


def test_bars_are_as_long_as_the_sums() -> None:
    """The longest fills its place; half the sum is half the bar, in both forms."""
    days = (Group("2026-11-21", Sums(answers=1, spent=50_000)), Group("2026-11-22", Sums(answers=1, spent=100_000)))
    text, html = view(Sums(answers=2, spent=150_000), days=days)
    assert [line.count("█") for line in text.splitlines() if "2026-11-2" in line and "█" in line] == [12, 24]
    assert re.findall(r"width:([\d.]+)%\"></div>", html) == ["50.0", "100.0"]
    assert "svg" not in html


def test_many_days_and_names_are_drawn_together() -> None:
    """The last days one by one, those before in one row; the dearest names, the others in one row."""
    one = Sums(answers=1, spent=10)
    days = tuple(Group(f"2026-10-{day:02}", one) for day in range(1, 31))
    text, _ = view(Sums(answers=30, spent=300), days=days, models=tuple(Group(f"m{at}", one) for at in range(20)))
    assert "17 earlier days" in text
    assert "2026-10-17" not in text
    assert "2026-10-18" in text
    assert "12 others" in text
    assert "m7" in text
    assert "m8" not in text


@pytest.mark.parametrize(
    ("limit", "spent", "words"),
    [
        (None, 0, "No budget is set"),
        (2_000_000, 0, "$2.00: $0.000 is spent or set aside, and $2.00 is left"),
        (500_000, 358_400, "and $0.141 is left"),
        (500_000, 700_000, "and $0.000 is left"),
    ],
)
def test_the_budget_in_a_line(limit: int | None, spent: int, words: str) -> None:
    """What is left is never shown as more than there is."""
    assert words in budget_lines(limit, spent)[0]
