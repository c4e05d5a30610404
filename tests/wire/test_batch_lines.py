"""Lines of a batch's results, and states of its job: whatever a server writes, the key and the answer are found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nbgemini.core.batch_jobs import JobStatus, nothing_more_ran
from nbgemini.core.skeleton import Skeleton
from nbgemini.net.batch_results import Answered, answers_in
from nbgemini.store.store import Store
from nbgemini.wire.batch_line import input_line, line_fault, result_line
from nbgemini.wire.batch_wire import job_status, listed
from nbgemini.wire.patient import NotJson

ANSWER = '{"candidates": [{"content": {"parts": [{"text": "a } \\"key\\": ] b"}]}}], "x": [1, {"y": "ä"}]}'


@pytest.mark.parametrize(
    "text",
    [
        '{"response": %s, "key": "k1"}',
        '{"key":"k1","response":%s}',
        ' { "metadata" : {"key": "k1"} , "n": -1.5e3, "t": true, "response" : %s } ',
        '\ufeff{"response":%s,"status":"","key":"k1"}',
    ],
)
def test_an_answer_is_cut_out_as_it_came(text: str) -> None:
    """Wherever it stands among the members, byte for byte."""
    line = result_line(Skeleton((text % ANSWER).encode()))
    assert (line.key, line.error) == ("k1", None)
    assert line.response is not None
    assert line.response.text == ANSWER.encode()


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"key": "k1"', '{"key": "k1", "response": {"a": [}', "{,}"])
def test_torn_lines_are_none(text: str) -> None:
    """They say so instead of giving half an answer."""
    with pytest.raises(NotJson):
        result_line(Skeleton(text.encode()))


def test_errors_of_lines_have_codes_of_their_own() -> None:
    """13 is `INTERNAL`, not a status; an error without a code is one, too. None of them is charged."""
    found = line_fault({"code": 13, "message": "An internal error has occurred."})
    assert (found.status, found.reason, found.charged) == (500, "INTERNAL", "no")
    assert line_fault({}).charged == "no"
    assert line_fault({"code": 8, "message": "Quota"}).status == 429


def test_lines_in_pieces_of_any_size(tmp_path: Path) -> None:
    """Cut anywhere, empty lines between them, the last one without its end."""
    lines = [f'{{"response":{ANSWER},"key":"k{number}"}}' for number in range(3)]
    data = "\n\n".join([*lines, '{"key": "k3"}']).encode()

    def read(size: int) -> list[Answered]:
        pieces = []
        for start in range(0, len(data), size):
            for part in data[start : start + size].splitlines(keepends=True):
                pieces.append((part, part.endswith(b"\n")))
        pieces[-1] = (pieces[-1][0], True)
        return list(answers_in(pieces, Store.open(tmp_path).blobs))

    found = read(7)
    assert found == read(10_000)
    assert [one.key for one in found] == ["k0", "k1", "k2", "k3"]
    assert (found[3].raw, bool(found[3].unread)) == (None, True)


def test_a_line_of_the_input() -> None:
    """A key, the request as it is, and a line break."""
    line = input_line("k1", Skeleton.of({"contents": []}))
    assert json.loads(line.text) == {"key": "k1", "request": {"contents": []}}
    assert line.text.endswith(b"}\n")


def test_states_in_both_spellings_and_shapes() -> None:
    """Counts are texts, zeros are absent, the file of results may stand in either place."""
    meta = {"state": "JOB_STATE_RUNNING", "batchStats": {"requestCount": "4", "pendingRequestCount": "3"}}
    running = job_status({"name": "batches/a1", "metadata": meta})
    assert running is not None
    assert (running.state, running.total, running.pending, running.succeeded) == ("running", 4, 3, None)
    done = {"state": "BATCH_STATE_SUCCEEDED", "output": {"responsesFile": f"files/batch-{'a' * 36}"}}
    for operation in ({"metadata": done}, {"metadata": {**done, "output": {}}, "response": done["output"]}):
        status = job_status({"name": "batches/a1", **operation})
        assert status is not None
        assert (status.state, len(status.results)) == ("succeeded", 48)
    assert job_status({"name": "files/x"}) is None
    assert job_status({"name": "batches/../x"}) is None
    assert listed({"operations": [{"name": "batches/b"}, 7], "nextPageToken": "t"})[1] == "t"


@pytest.mark.parametrize(
    ("status", "answered", "nothing"),
    [
        (JobStatus(name="b", state="expired", total=4, pending=4), 0, True),
        (JobStatus(name="b", state="cancelled", total=4, succeeded=2), 2, True),
        (JobStatus(name="b", state="cancelled", total=4, succeeded=2), 0, False),
        (JobStatus(name="b", state="expired"), 0, False),
        (JobStatus(name="b", state="failed", code=3), 0, True),
        (JobStatus(name="b", state="failed", code=13), 0, False),
    ],
)
def test_what_surely_never_ran(status: JobStatus, answered: int, nothing: bool) -> None:
    """Only where the counts say so, or the job was refused as a whole."""
    assert nothing_more_ran(status, answered) is nothing
