"""Append-only lines: torn ends are healed, and nothing whole is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.errors import StoreError
from nbgemini.store.disk import DISK
from nbgemini.store.folder import Folder
from nbgemini.store.journal import Journal, parse_lines

RECORD = st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.integers() | st.none(), max_size=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(str(tmp_path_factory.mktemp("journal")), DISK)


@given(records=st.lists(RECORD, max_size=5), cut=st.integers(0, 400), zeros=st.integers(0, 3))
def test_torn_at_any_byte(folder: Folder, records: list[dict[str, object]], cut: int, zeros: int) -> None:
    """A prefix of the records loads, and the next record is taken after it."""
    path = Path(folder.path("torn", "journal.jsonl"))
    path.unlink(missing_ok=True)
    journal = Journal(folder, str(path))
    assert journal.records() == []
    ends = [0]
    for record in records:
        journal.append(record)
        ends.append(path.stat().st_size)
    whole = path.read_bytes() if records else b""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(whole[:cut] + bytes(zeros if cut < len(whole) else 0))
    # The line end alone may be missing from a whole record.
    kept = sum(end - 1 <= cut for end in ends[1:]) if zeros == 0 else sum(end <= cut for end in ends[1:])
    assert journal.records()[:kept] == records[:kept]
    assert len(journal.records()) <= kept + 1
    journal.append({"after": True})
    assert journal.records()[-1] == {"after": True}
    assert journal.records()[:kept] == records[:kept]


@given(data=st.binary(max_size=200))
def test_rubbish_is_passed_over(data: bytes) -> None:
    """Whatever bytes stand there, only JSON objects come out."""
    assert all(isinstance(record, dict) for record in parse_lines(data))
    assert {"a": 1} in parse_lines(data + b'\n{"a": 1}\n')


def test_a_line_too_deep_is_passed_over() -> None:
    """A hostile line costs itself only."""
    assert parse_lines(b'{"a":' * 100_000 + b'\n{"b":2}') == [{"b": 2}]


def test_a_journal_that_cannot_be_opened(folder: Folder) -> None:
    """A folder in its place is an error that names it."""
    Path(folder.path("odd", "x.jsonl")).mkdir(parents=True)
    with pytest.raises(StoreError, match=r"x\.jsonl"):
        Journal(folder, folder.path("odd", "x.jsonl")).append({})
