"""The index of recordings: it knows what the records say, and nothing is lost with it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from nbgemini.core.exchange import Exchange
from nbgemini.store.codec import encode_exchange
from nbgemini.store.fields import dump
from nbgemini.store.store import Store
from tests.store.builders import exchange_of

HASH = "ab" * 32


def asked(number: int, **fields: object) -> Exchange:
    """An exchange that answers the request `HASH`, asked in the order of the numbers."""
    created = f"2026-11-22T00:00:00.{number:06}+00:00"
    known = {"request_hash": HASH, "created": created, **fields}
    return replace(exchange_of(number), **known)  # type: ignore[arg-type]  # fields of an exchange


def fill(folder: Path, exchanges: list[Exchange]) -> None:
    """Records, without the forcing that takes its time."""
    Store.open(folder).album.record(exchange_of(0))
    for exchange in exchanges:
        (folder / "records" / f"{exchange.id}.json").write_bytes(dump(encode_exchange(exchange)))


def ids(store: Store) -> list[int]:
    return [int(one.id, 16) for one in store.recordings.of(HASH)]


def test_recordings_come_in_the_order_of_asking(tmp_path: Path) -> None:
    """By the moment, then by the repeat within one run, whatever their ids."""
    moment = "2026-11-22T00:00:00.000001+00:00"
    store = Store.open(tmp_path)
    store.album.record(asked(9))
    store.album.record(asked(5, created=moment, repeat=1))
    store.album.record(asked(7, created=moment, repeat=0))
    assert ids(store) == [7, 5, 9]
    assert [one.id for one in store.recordings.newest(2)] == [asked(9).id, asked(5).id]
    assert store.recordings.of("") == []


def test_what_others_add_take_away_and_mend_is_seen(tmp_path: Path) -> None:
    """Another kernel's record, a removed one, a failure that an answer replaced, a record that was damaged."""
    store, other = Store.open(tmp_path), Store.open(tmp_path)
    store.album.record(asked(1))
    store.album.record(asked(2, outcome="failed"))
    assert [one.answers for one in store.recordings.of(HASH)] == [True, False]
    other.album.record(asked(2))
    other.album.record(asked(3))
    assert [one.answers for one in store.recordings.of(HASH)] == [True, True, True]
    (tmp_path / "records" / f"{asked(1).id}.json").unlink()
    path = tmp_path / "records" / f"{asked(4).id}.json"
    path.write_text("{")
    assert ids(store) == [2, 3]
    path.write_bytes(dump(encode_exchange(asked(4))))
    assert ids(store) == [2, 3, 4]


def test_a_late_answer_counts_and_a_rescued_one_does_not(tmp_path: Path) -> None:
    """What was saved of an answer that broke off has no finish reason."""
    late = asked(1, outcome="orphan")
    rescued = asked(2, outcome="orphan")
    store = Store.open(tmp_path)
    store.album.record(late)
    store.album.record(replace(rescued, answer=replace(rescued.answer, finish_reason="")))
    assert [one.answers for one in store.recordings.of(HASH)] == [True, False]


@pytest.mark.parametrize("harm", ["removed", "torn", "odd", "stale"])
def test_the_index_on_disk_is_a_cache(tmp_path: Path, harm: str) -> None:
    """Many records leave one; without it, or with a bad one, the records say the same."""
    fill(tmp_path, [asked(number) for number in range(1, 251)])
    assert ids(Store.open(tmp_path)) == list(range(1, 251))
    cache = tmp_path / "cache" / "recordings.json"
    text = cache.read_text()
    assert ids(Store.open(tmp_path)) == list(range(1, 251))
    if harm == "removed":
        cache.unlink()
    else:
        cache.write_text({"torn": text[:999], "odd": '{"recordings":[[1,2],"x"]}', "stale": text}[harm])
    if harm == "stale":
        (tmp_path / "records" / f"{asked(7).id}.json").unlink()
    assert ids(Store.open(tmp_path)) == [number for number in range(1, 251) if number != 7 or harm != "stale"]


def test_few_records_leave_no_index(tmp_path: Path) -> None:
    """A replay writes nothing into a folder that is under version control."""
    fill(tmp_path, [asked(number) for number in range(1, 100)])
    assert len(ids(Store.open(tmp_path))) == 99
    assert not (tmp_path / "cache").exists()


@pytest.mark.deep
def test_one_among_ten_thousand(tmp_path: Path) -> None:
    """Found in well under a second, and in a tenth of that once the index is there."""
    fill(tmp_path, [asked(number, request_hash=f"{number:064x}") for number in range(1, 10_001)])
    for most in (2.0, 0.4):
        store, began = Store.open(tmp_path), time.process_time()
        assert len(store.recordings.of(f"{5_000:064x}")) == 1
        assert time.process_time() - began < most
