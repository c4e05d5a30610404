"""Sweeps on disk: plans, claims and ends, by any number of kernels."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbgemini.core.content import user_turn
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.options import ImageOptions
from nbgemini.store.store import Store
from nbgemini.store.sweep_lines import About, Answered, End, Planned
from nbgemini.store.sweep_log import SweepLog

ABOUT = About(id="ab" * 8, name="", key="asks:1", dimensions=(("style",), ("a", "b")), prompt="a {style}")


def planned(style: str, sample: int = 1) -> Planned:
    asked = Exchange(
        id="0000", parent=None, user=user_turn(f"a {style}", ()), answer=Answer(turn=None), model="m",
        backend="emulator", options=ImageOptions(aspect="1:1"), request_hash=f"h{style}", estimate=7,
    )  # fmt: skip
    return Planned(labels={"style": style, "a": "1"}, sample=sample, asked=asked)


def made(folder: Path) -> tuple[Store, SweepLog]:
    store = Store.open(folder)
    with store.sweeps.lock():
        return store, store.sweeps.create(ABOUT, [planned("ink"), planned("oil")])


def test_what_was_planned_is_read_back(tmp_path: Path) -> None:
    """Names, values and requests; a sweep without a name gets one; further shots are numbered on."""
    _, log = made(tmp_path)
    log.extend([planned("red"), planned("ink"), planned("ink", 2)])
    other = Store.open(tmp_path)
    ((called, about),) = other.sweeps.called()
    found = other.sweeps.open(about)
    assert (called, about.axes, about.prompt) == ("sweep-1", ("style", "a", "b"), "a {style}")
    assert [found.planned(number).labels["style"] for number in found.numbers] == ["ink", "oil", "red", "ink"]
    assert found.planned(2).asked.user.content == planned("oil").asked.user.content
    assert (found.planned(2).asked.estimate, found.planned(2).asked.request_hash) == (7, "hoil")


def test_a_shot_is_claimed_once(tmp_path: Path) -> None:
    """Two kernels that claim at the same time get different shots."""
    _, log = made(tmp_path)
    second = Store.open(tmp_path)
    other = second.sweeps.open(second.sweeps.all()[0])
    mine = log.claim([1, 2], lambda number: not log.claimed(number)[0], 1)
    theirs = other.claim([1, 2], lambda number: not other.claimed(number)[0], 2)
    assert (list(mine), list(theirs)) == ([1], [2])
    log.refresh()
    assert log.claimed(2) == (theirs[2], second.kernel)


def test_ends_and_a_torn_line(tmp_path: Path) -> None:
    """Why a shot has no answer is kept until it is claimed again; half a line is none, and takes nothing along."""
    store, log = made(tmp_path)
    claimed = log.claim([1, 2], lambda number: True, 2)
    log.conclude([(1, claimed[1], End(kind="QuotaExceeded", message="too many", charged="no"))], forced=True)
    log.conclude([(2, claimed[2], Answered(7))], forced=False)
    path = tmp_path / "sweeps" / f"{ABOUT.id}.jsonl"
    with path.open("ab") as file:
        file.write(b'{"kind":"claim","shots":[[1,"')
    other = store.sweeps.open(store.sweeps.all()[0])
    assert other.end(1) == End(kind="QuotaExceeded", message="too many", charged="no")
    assert (other.ended_in_order()[0], other.answered(2)) == (2, Answered(7))
    again = other.claim([1], lambda number: True, 1)
    assert other.end(1) is None
    assert store.sweeps.open(store.sweeps.all()[0]).claimed(1)[0] == again[1]


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b'{"kind":"sweep"}', b"\xff", b'{"kind":"sweep","id":"x"}'])
def test_a_file_that_is_no_sweep_is_passed_over(tmp_path: Path, line: bytes) -> None:
    """Others are found all the same."""
    store, _ = made(tmp_path)
    (tmp_path / "sweeps" / ("cd" * 8 + ".jsonl")).write_bytes(line + b"\n")
    assert [about.id for about in store.sweeps.all()] == [ABOUT.id]


def test_opinions(tmp_path: Path) -> None:
    """Stars, notes and tags of all kernels, the later word counting; odd lines say nothing."""
    one, other = Store.open(tmp_path), Store.open(tmp_path)
    one.opinions.add("aa", stars=2, tags=("keep",))
    other.opinions.add("aa", stars=5, note="soft")
    one.opinions.add("aa", untags=("keep",))
    (tmp_path / "marks" / "abcdefabcdef.jsonl").write_bytes(
        b'{"of":1}\n{"of":"aa","at":"x"}\n[]\n{"of":"bb","at":1,"stars":9}\n'
    )
    for store in (one, other, Store.open(tmp_path)):
        found = store.opinions.of("aa")
        assert (found.stars, found.note, found.tags) == (5, "soft", ())
        assert store.opinions.of("bb").stars == 0
