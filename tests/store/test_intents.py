"""Requests on their way: known by name when their kernel dies, and silent when it lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbgemini.errors import StoreError
from nbgemini.store.intents import Leftover
from nbgemini.store.store import Store
from tests.store.builders import Commit, exchange_of, raw_of

ASKED = exchange_of(1, answered=False, outcome="orphan")


def declare(store: Store, key: str | None = "main.2") -> None:
    store.intents.declare(ASKED, request_hash="f00d", key=key, conversation="main")


def after_death(folder: Path, *steps: str) -> Store:
    """A store whose last kernel took these steps and died."""
    dead = Store.open(folder)
    commit = Commit(dead, exchange_of(1))
    for name, take in zip(Commit.STEPS, commit.steps(), strict=True):
        if name in steps:
            take()
    dead.close()
    return Store.open(folder)


def test_a_living_kernel_has_left_nothing_over(tmp_path: Path) -> None:
    """Neither in its own eyes nor in another's."""
    store = Store.open(tmp_path / "store")
    declare(store)
    assert store.intents.left_over() == []
    assert Store.open(store.folder).intents.left_over() == []
    assert store.intents.pending() == {ASKED.id}


def test_a_dead_kernel_is_named_with_all_it_knew(tmp_path: Path) -> None:
    """The exchange without its answer, user turn included."""
    dead = Store.open(tmp_path / "store")
    declare(dead)
    kernel = dead.kernel
    dead.close()
    assert Store.open(tmp_path / "store").intents.left_over() == [
        Leftover(
            exchange=ASKED, request_hash="f00d", conversation="main", key="main.2", kernel=kernel, has_answer=False
        )
    ]


def test_an_answer_that_was_kept_can_still_be_adopted(tmp_path: Path) -> None:
    """Killed between the answer and its decoding: it is decoded now, and becomes a turn."""
    store = after_death(tmp_path / "store", "declare", "write the picture", "keep the answer")
    (left,) = store.intents.left_over()
    assert left.has_answer
    assert store.answer(left.exchange.id) == raw_of(exchange_of(1))
    store.album.append("main", left.conversation, [exchange_of(1)], expected=None, model=None, system=None)
    store.intents.settle(left.exchange.id)
    assert store.intents.left_over() == []
    assert store.album.load("main").exchanges == (exchange_of(1),)


def test_a_record_without_its_ref_is_left_over_and_no_orphan(tmp_path: Path) -> None:
    """Killed between the record and the ref: named once, not twice."""
    store = after_death(tmp_path / "store", "declare")
    store.album.record(exchange_of(1))
    assert [left.exchange.id for left in store.intents.left_over()] == [exchange_of(1).id]
    assert store.album.orphans() == []


@pytest.mark.parametrize("outcome", ["orphan", "failed", "turn"])
def test_what_has_found_its_place_is_not_left_over(outcome: str, tmp_path: Path) -> None:
    """Killed on the last step: the intent is removed by whoever looks next."""
    store = after_death(tmp_path / "store", "declare")
    if outcome == "turn":
        Commit(store, exchange_of(1)).steps()[Commit.APPENDED]()
    elif outcome == "orphan":
        store.album.record(exchange_of(1, outcome="orphan"))
    else:
        store.album.record(exchange_of(1, outcome="failed", answered=False))
    assert store.intents.left_over() == []
    assert store.intents.pending() == set()
    assert len(store.album.orphans()) == (outcome == "orphan")


def test_a_settled_intent_is_gone(tmp_path: Path) -> None:
    """Settling twice is harmless."""
    store = Store.open(tmp_path / "store")
    declare(store, key=None)
    store.intents.settle(ASKED.id)
    store.intents.settle(ASKED.id)
    assert list((store.folder / "intents").iterdir()) == []


def test_a_damaged_intent_is_named(tmp_path: Path) -> None:
    """The others are still found."""
    store = after_death(tmp_path / "store", "declare")
    (store.folder / "intents" / "abcd.json").write_text('{"exchange": {}}')
    (store.folder / "intents" / "notes.json").write_text("not ours")
    assert [left.exchange.id for left in store.intents.left_over()] == [exchange_of(1).id]
    assert ["abcd.json" in problem for problem in store.intents.problems] == [True]


@pytest.mark.parametrize("kernel", ["", "../../x", "0" * 12, "a" * 500])
def test_a_kernel_that_never_was_is_dead(kernel: str, tmp_path: Path) -> None:
    """A folder from another machine brings intents whose kernels have no file here."""
    store = after_death(tmp_path / "store", "declare")
    path = store.folder / "intents" / f"{exchange_of(1).id}.json"
    old = Store.open(store.folder).intents.left_over()[0].kernel
    path.write_text(path.read_text().replace(old, kernel))
    assert [left.kernel for left in store.intents.left_over()] == [kernel]


def test_only_an_exchange_in_flight_is_declared(tmp_path: Path) -> None:
    """Its id becomes a file name, so it is looked at first."""
    with pytest.raises(StoreError, match="not the id"):
        Store.open(tmp_path).intents.settle("../VERSION")
    assert not (tmp_path / "intents").exists()
