"""Money on disk: one entry for each exchange, over all kernels."""

from __future__ import annotations

from itertools import count, permutations
from pathlib import Path

import pytest

from nbgemini.store.disk import DISK
from nbgemini.store.folder import Folder
from nbgemini.store.ledger import Entry, Ledger, Total


def ledger_in(folder: Path, start: int = 0) -> tuple[Ledger, str]:
    """A ledger whose clock counts, and its kernel."""
    room = Folder(str(folder), DISK)
    ticks = count(start)
    return Ledger(room, clock=lambda: float(next(ticks))), room.kernels.id


def test_a_request_from_reservation_to_settlement(tmp_path: Path) -> None:
    """What was known at each step is kept."""
    ledger, kernel = ledger_in(tmp_path)
    ledger.reserve("aa11", 135_000, "pro", "gemini", "main")
    assert ledger.total() == Total(reserved=135_000)
    ledger.settle("aa11", 134_000, "turn")
    assert ledger.entries() == [
        Entry(
            id="aa11",
            kernel=kernel,
            state="settled",
            at=0.0,
            model="pro",
            backend="gemini",
            conversation="main",
            estimate=135_000,
            cost=134_000,
            note="turn",
        )
    ]
    assert ledger.total() == Total(settled=134_000)


def test_nothing_sent_nothing_paid(tmp_path: Path) -> None:
    """A released reservation counts no more, but an answer that came after all has the last word."""
    ledger, _ = ledger_in(tmp_path)
    ledger.reserve("aa11", 5, "pro", "gemini", "main")
    ledger.release("aa11", "not sent")
    assert ledger.total() == Total()
    assert ledger.entries()[0].note == "not sent"
    ledger.settle("aa11", 7, "orphan")
    ledger.release("aa11", "again")
    assert ledger.total() == Total(settled=7)


def test_an_unknown_sum_is_never_nothing(tmp_path: Path) -> None:
    """It is counted beside the sums, not as 0."""
    ledger, _ = ledger_in(tmp_path)
    ledger.reserve("aa11", None, "new-model", "gemini", "main")
    ledger.reserve("bb22", 5, "pro", "gemini", "main")
    ledger.settle("bb22", None, "turn")
    assert ledger.total() == Total(unknown=2)


def test_play_money_is_left_out(tmp_path: Path) -> None:
    """The emulator's pictures are in the entries and in no total."""
    ledger, _ = ledger_in(tmp_path)
    ledger.reserve("aa11", 5, "pro", "emulator", "main")
    assert len(ledger.entries()) == 1
    assert ledger.total() == Total()


def test_kernels_are_read_together_and_told_apart(tmp_path: Path) -> None:
    """One kernel may settle what another reserved: the money is still the first one's."""
    one, first = ledger_in(tmp_path)
    two, second = ledger_in(tmp_path, start=100)
    one.reserve("aa11", 5, "pro", "gemini", "main")
    one.reserve("ab11", 1, "pro", "gemini", "main")
    two.reserve("bb22", 30, "pro", "gemini", "main")
    two.settle("aa11", 4, "adopted")
    assert [entry.id for entry in one.entries()] == ["aa11", "ab11", "bb22"]
    assert one.entries() == two.entries()
    assert one.total(first) == Total(settled=4, reserved=1)
    assert one.total(second) == Total(reserved=30)
    assert one.total() == Total(settled=4, reserved=31)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_files_may_be_read_in_any_order(order: tuple[int, ...], tmp_path: Path) -> None:
    """Kernels have random names, so the settlement may be read before the reservation."""
    lines = [
        '{"id":"aa","state":"reserved","at":1.0,"estimate":5,"model":"m","backend":"gemini","conversation":"c"}',
        '{"id":"aa","state":"settled","at":2.0,"cost":4,"note":"turn"}',
        '{"id":"aa","state":"released","at":3.0,"note":"no"}',
    ]
    (tmp_path / "ledgers").mkdir()
    for name, number in zip("abc", order, strict=True):
        (tmp_path / "ledgers" / f"{name}.jsonl").write_text(lines[number] + "\n")
    entry = ledger_in(tmp_path)[0].entries()[0]
    assert (entry.state, entry.cost, entry.estimate, entry.at, entry.model) == ("settled", 4, 5, 1.0, "m")
    assert entry.kernel == "abc"[order.index(0)]


def test_odd_lines_do_no_harm(tmp_path: Path) -> None:
    """Unknown states, wrong types, negative and absurd sums."""
    (tmp_path / "ledgers").mkdir()
    (tmp_path / "ledgers" / "a.jsonl").write_text(
        '{"id":"aa","state":["reserved"]}\n{"id":7,"state":"settled"}\n{"id":"bb","state":"later"}\nrubbish\n'
        '{"id":"cc","state":"settled","cost":-5,"at":NaN,"model":7}\n{"id":"dd","state":"settled","cost":true,"at":1e999}\n'
    )
    ledger, _ = ledger_in(tmp_path)
    assert [(entry.id, entry.cost, entry.at, entry.model) for entry in ledger.entries()] == [
        ("cc", None, 0.0, ""),
        ("dd", None, 0.0, ""),
    ]
    assert ledger.total() == Total(unknown=2)


def test_an_unknown_outcome_keeps_its_estimate(tmp_path: Path) -> None:
    """It left and nothing came back: still reserved money, until an answer or a release says more."""
    ledger, _ = ledger_in(tmp_path)
    ledger.reserve("aa11", 5, "pro", "gemini", "main", notebook="one.ipynb")
    ledger.doubt("aa11", "DeadlinePassed")
    assert ledger.total() == Total(reserved=5)
    entry = ledger.entries()[0]
    assert (entry.state, entry.note, entry.estimate, entry.notebook) == ("unknown", "DeadlinePassed", 5, "one.ipynb")
    ledger.settle("aa11", 4, "orphan", maybe=True, searches=14_000)
    entry = ledger.entries()[0]
    assert (entry.state, entry.cost, entry.maybe, entry.searches) == ("settled", 4, True, 14_000)


def test_lines_of_earlier_and_later_versions_are_read(tmp_path: Path) -> None:
    """Without the newer fields, with unknown ones, and with those of another type."""
    (tmp_path / "ledgers").mkdir()
    (tmp_path / "ledgers" / "a.jsonl").write_text(
        '{"id":"aa","state":"settled","at":1.0,"cost":5,"note":"turn"}\n'
        '{"id":"bb","state":"settled","at":2.0,"cost":5,"maybe":"yes","searches":"2","notebook":7,"new":{}}\n'
        '{"id":"cc","state":"settled","at":3.0,"cost":99999999999999999999}\n'
    )
    first, second, third = ledger_in(tmp_path)[0].entries()
    assert (first.searches, first.maybe, first.notebook) == (0, False, "")
    assert (second.searches, second.maybe, second.notebook) == (None, False, "")
    assert third.cost is None
