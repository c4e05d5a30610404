"""What becomes of batch jobs when a script or a prompt says so, and what the emulator refuses by itself."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from nbgemini.emulator import ConnectionCut, Script, ScriptError

from .batch_kit import Clock, Project, small, state
from .protocol_kit import FLASH, PRO, asked, inline, picture, pictures, user

DAY = 24 * 3600.0


@pytest.mark.parametrize(("fate", "code"), [("FAILED", 13), ("CANCELLED", 1), ("EXPIRED", 4)])
def test_jobs_that_end_badly(fate: str, code: int) -> None:
    """Done, with an error and without answers; told by a step, or by a line of a prompt in the job."""
    for project, prompt in ((Project(f"batch {fate}"), "a cat"), (Project(), f"a cat\nemulate: batch {fate}")):
        done = project.look(project.by_file(small(prompt)), after=10)
        assert (state(done), done["done"], done["error"]["code"]) == (fate, True, code)
        assert "response" not in done
        assert done["metadata"]["batchStats"] == {"requestCount": "1", "pendingRequestCount": "1"}


@pytest.mark.parametrize(("fate", "waiting"), [("stuck", "PENDING"), ("stuck RUNNING", "RUNNING"), ("72h", "PENDING")])
def test_a_job_that_does_not_end_expires(fate: str, waiting: str) -> None:
    """After 48 hours, without results."""
    project = Project(f"batch {fate}")
    job = project.by_file(small())
    assert state(project.look(job, after=60)) == waiting
    assert "done" not in project.look(job, after=DAY)
    assert state(project.look(job, after=DAY)) == "EXPIRED"


def test_the_time_of_a_job() -> None:
    """A phrase sets it; its ends do not move with the looks."""
    project = Project("batch 5m")
    job = project.by_file(small())
    assert state(project.look(job, after=299)) == "RUNNING"
    done = project.look(job, after=500)
    assert (state(done), done["metadata"]["endTime"]) == ("SUCCEEDED", "2026-09-21T14:18:20.500000000Z")


def test_success_before_its_file() -> None:
    """First without a file, then with it; or never; or with one that is not there."""
    project = Project("batch late file", "batch no file", "batch file gone")
    late, never, gone = (project.by_file(small()) for _ in range(3))
    done = project.look(late, after=10)
    assert (state(done), done["done"], "response" in done) == ("SUCCEEDED", True, False)
    assert len(project.lines(project.look(late, after=6))) == 1
    assert "response" not in project.look(never, after=DAY)
    assert project.download(gone).status == 403


@pytest.mark.parametrize(
    ("fate", "keys"),
    [
        ("missing", ["k0", "k2", "k3"]),
        ("doubled 2", ["k0", "k0", "k1", "k2", "k3", "k3"]),
        ("foreign", ["foreign-4", "k0", "k1", "k2", "k3"]),
        ("no keys", ["", "", "", ""]),
    ],
)
def test_keys_that_are_not_as_they_were_sent(fate: str, keys: list[str]) -> None:
    """Missing, doubled, foreign or none at all."""
    project = Project(f"batch {fate}")
    job = project.by_file(*[small("emulate: NO_IMAGE")] * 4)
    project.clock.now += 10
    told = sorted(answer.get("key", "") for answer in project.lines(job))
    by_count = [len([key for key in told if key.startswith(start)]) for start in ("k", "foreign", "")]
    wanted = [len([key for key in keys if key.startswith(start)]) for start in ("k", "foreign", "")]
    assert by_count == wanted
    assert len(set(told)) == len(set(keys))


def test_several_fates_together() -> None:
    """Another order, the same each time; lines that fail are counted; a torn line is no JSON."""
    project = Project("batch 20s, shuffled, errors 2, garbled", "batch shuffled")
    job = project.by_file(*[small("emulate: NO_IMAGE")] * 12)
    half = project.look(job, after=12)["metadata"]["batchStats"]
    assert int(half["pendingRequestCount"]) in range(1, 12)
    done = project.look(job, after=8)["metadata"]["batchStats"]
    assert done == {"requestCount": "12", "successfulRequestCount": "10", "failedRequestCount": "2"}
    lines = b"".join(project.download(job).body).splitlines()
    read = []
    for line in lines:
        try:
            read.append(json.loads(line))
        except ValueError:
            read.append({})
    assert len([line for line in read if not line]) == 1
    assert sum("error" in line for line in read) >= 1
    keys = [line.get("key") for line in read if line]
    assert keys != sorted(keys, key=lambda key: int(key[1:]))
    assert b"".join(project.download(job).body).splitlines() == lines


def test_a_job_that_cannot_be_fetched() -> None:
    """503 each time: because a script says so, or because it is inline and too large; the list has them."""
    project = Project("batch never fetched")
    scripted, large = project.by_file(small()), project.inline(*[small("emulate: NO_IMAGE")] * 121)
    assert state(project.look(large, after=9)) == "RUNNING"
    project.clock.now += 1
    for job in (scripted, large, scripted):
        assert project.call("GET", job["name"])[0] == 503
    assert {state(job) for job in project.call("GET", "batches")[1]["operations"]} == {"SUCCEEDED"}


def test_other_spellings() -> None:
    """States of Vertex AI; `done` that is false."""
    project = Project("batch JOB_STATE, done false")
    job = project.look(project.by_file(small("emulate: NO_IMAGE")))
    assert (job["metadata"]["state"], job["done"]) == ("JOB_STATE_PENDING", False)
    assert project.look(job, after=10)["metadata"]["state"] == "JOB_STATE_SUCCEEDED"


def test_whose_a_job_is() -> None:
    """Another key's job is not shown, nor listed; what was deleted elsewhere is not there."""
    mine = Project("batch deleted", "batch not yours")
    theirs = Project(key="theirs", service=mine.service, clock=mine.clock)
    deleted, refused, plain = (mine.by_file(small()) for _ in range(3))
    assert [mine.call("GET", job["name"])[0] for job in (deleted, refused, plain)] == [404, 403, 200]
    assert [theirs.call(method, plain["name"])[0] for method in ("GET", "DELETE")] == [403, 403]
    assert theirs.call("GET", "batches") == (200, {})
    assert mine.call("DELETE", plain["name"]) == (200, {})
    assert mine.call("GET", plain["name"])[0] == 404
    assert mine.call("GET", "batches/nothing")[0] == 404


def test_listing_and_cancelling() -> None:
    """Newest first, in pages; a cancelled job stays so; one that has ended cannot be cancelled any more."""
    project = Project()
    jobs = []
    for _ in range(3):
        project.clock.now += 1
        jobs.append(project.inline(small("emulate: NO_IMAGE"))["name"])
    status, page = project.call("GET", "batches?pageSize=2")
    _, rest = project.call("GET", f"batches?pageSize=2&pageToken={page['nextPageToken']}")
    assert [job["name"] for job in page["operations"] + rest["operations"]] == jobs[::-1]
    assert project.call("POST", f"{jobs[0]}:cancel", {}) == (200, {})
    project.clock.now += 10
    project.call("POST", f"{jobs[1]}:cancel")
    told = [state(project.look({"name": name})) for name in jobs]
    assert (status, told) == (200, ["CANCELLED", "SUCCEEDED", "SUCCEEDED"])
    _, listed = project.call("GET", "batches")
    assert not any("response" in job for job in listed["operations"])  # the answers of inline jobs are not listed


@pytest.mark.parametrize(
    ("source", "status", "words"),
    [
        ({"requests": {"requests": []}}, 400, "no requests"),
        ({}, 400, "no requests"),
        ({"fileName": "files/nothing"}, 403, "may not exist"),
        ({"requests": {"requests": [{"request": {"content": []}}]}}, 400, 'Unknown name "content"'),
        ({"request": []}, 400, "Unknown name \"request\" at 'batch.input_config'"),
        ({"fileName": "files/x", "requests": {}}, 400, "oneof"),
    ],
)
def test_what_no_job_can_be_made_of(source: Any, status: int, words: str) -> None:
    """Refused at once, in Google's words where they are known."""
    code, answer = Project().create(source)
    assert (code, words in answer["error"]["message"]) == (status, True), answer


def test_limits() -> None:
    """20 MB inline, the tokens in the queue, a hundred jobs, and no batches at all on a free tier."""
    project = Project(batch_tier=1)
    long = asked("x" * 2_100_000)
    too_large = project.send("POST", f"/v1beta/models/{FLASH}:batchGenerateContent", b" " * (20 * 2**20 + 1))
    assert (too_large.status, b"exceeds the limit: 20971520" in b"".join(too_large.body)) == (400, True)
    assert project.create({"requests": {"requests": [{"request": long}]}})[0] == 200
    code, answer = project.create({"requests": {"requests": [{"request": long}]}})
    assert (code, answer["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert project.create({"requests": {"requests": [{"request": long}]}}, model=PRO)[0] == 200
    project.clock.now += 10
    assert project.create({"requests": {"requests": [{"request": long}]}})[0] == 200
    free = Project(batch_tier=0)
    assert free.create({"requests": {"requests": [{"request": small()}]}})[0] == 429


@pytest.mark.deep
def test_a_hundred_jobs_at_a_time() -> None:
    """The next one is refused until one of them has ended."""
    many = Project()
    codes = [many.create({"requests": {"requests": [{"request": small()}]}})[0] for _ in range(101)]
    assert (codes[:100], codes[100]) == ([200] * 100, 429)
    many.clock.now += 10
    assert many.create({"requests": {"requests": [{"request": small()}]}})[0] == 200


@pytest.mark.deep
def test_thousands_of_lines_take_no_room(tmp_path: Path) -> None:
    """Created, looked at and downloaded, three thousand take as much memory as three hundred, give or take an index."""
    peaks = []
    for count in (300, 3000):
        project = Project(folder=tmp_path / str(count))
        lines = (json.dumps({"key": f"k{at}", "request": small(f"emulate: NO_IMAGE; {at}")}) for at in range(count))
        name = project.upload("\n".join(lines).encode())["name"]
        tracemalloc.start()
        _, job = project.create({"fileName": name})
        stats = project.look(job, after=11)["metadata"]["batchStats"]
        told = sum(piece.count(b"\n") for piece in project.download(job).body)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert (stats["successfulRequestCount"], told) == (str(count), count)
    assert peaks[1] - peaks[0] < 4_000_000


def test_lines_that_cannot_be_read() -> None:
    """No JSON, no request, another model, an empty text, a ratio that is none: each fails alone, with code 3."""
    project = Project()
    bad: list[Any] = [
        {"key": "a"},
        {"key": "b", "request": {**small(), "model": "models/gemini-3-pro-image"}},
        {"key": "c", "request": asked(user("", "a cat"))},
        {"key": "d", "request": asked("a cat", config={"imageConfig": {"aspectRatio": "16-9"}})},
        {"key": "e", "request": small(), "custom_id": 1},
    ]
    text = "\n".join(["{torn", *(json.dumps(line) for line in bad), "", json.dumps({"key": "f", "request": small()})])
    status, job = project.create({"fileName": project.upload(text.encode())["name"]})
    assert (status, job["metadata"]["batchStats"]["requestCount"]) == (200, "7")
    assert project.look(job, after=10)["metadata"]["batchStats"]["failedRequestCount"] == "6"
    answers = project.lines(job)
    assert [answer.get("error", {}).get("code") for answer in answers] == [3, 3, 3, 3, 3, 3, None]
    assert [answer.get("key") for answer in answers] == [None, "a", "b", "c", "d", None, "f"]


def test_an_edit_in_a_batch_and_of_one() -> None:
    """Signatures are checked as in live requests; a picture of a batch can be edited next."""
    project = Project()
    job = project.by_file(small("a red boat"))
    project.clock.now += 10
    turn = project.lines(job)[0]["response"]["candidates"][0]["content"]
    edit = asked(user("a red boat"), turn, user("make it night"), config={"imageConfig": {"imageSize": "512"}})
    bare = json.loads(json.dumps(edit))
    for part in bare["contents"][1]["parts"]:
        part.pop("thoughtSignature", None)
    job = project.by_file(edit, bare)
    project.clock.now += 10
    drawn, refused = project.lines(job)
    assert len(pictures(drawn["response"])) == 1
    assert (refused["error"]["code"], "thought_signature" in refused["error"]["message"]) == (3, True)


def test_references_of_a_job_may_be_deleted_once_it_has_run() -> None:
    """Its lines show an uploaded picture, which is drawn from though it is gone when the answers are fetched."""
    project = Project()
    file = project.upload(picture(), "image/png")
    shown = {"fileData": {"mimeType": "image/png", "fileUri": file["uri"]}}
    config = {"imageConfig": {"imageSize": "512"}}
    by_uri = asked(user("at night", shown), config=config)
    job = project.by_file(by_uri, asked(user("at night", inline(picture())), config=config))
    project.clock.now += 10
    assert project.call("DELETE", file["name"]) == (200, {})
    assert project.call("GET", file["name"])[0] == 403
    one, other = project.lines(job)
    assert pictures(one["response"])[0]["inlineData"] == pictures(other["response"])[0]["inlineData"]
    late = project.by_file(by_uri)
    project.clock.now += 10
    assert project.lines(late)[0]["error"]["code"] == 7


def test_results_are_kept_six_weeks() -> None:
    """Then job and file are gone."""
    project = Project()
    job = project.by_file(small("emulate: NO_IMAGE"))
    name = project.look(job, after=41 * DAY)["response"]["responsesFile"]
    assert project.call("GET", name)[1]["source"] == "GENERATED"
    project.clock.now += 2 * DAY
    assert [project.call("GET", one)[0] for one in (job["name"], name)] == [404, 403]


def test_uploaded_files_cannot_be_downloaded() -> None:
    """Only what was generated can; of that, only with `alt=media`, and until it is deleted."""
    project = Project()
    file = project.upload(b"{}")
    assert project.call("GET", f"{file['name']}:download?alt=media")[0] == 400
    job = project.by_file(small("emulate: NO_IMAGE"))
    done = project.look(job, after=10)["response"]["responsesFile"]
    assert project.call("GET", f"{done}:download") == (200, {})
    assert project.send("GET", f"/download/v1beta/{done}:download?alt=media").status == 200
    assert [project.call(method, done)[0] for method in ("DELETE", "GET", "DELETE")] == [200, 403, 403]


def test_steps_for_each_kind_of_request() -> None:
    """A creation that is lost on the way back was one all the same; polls, lists, downloads fail as they are told."""
    project = Project(
        {"answer": "batch 5s", "drop": True},
        {"on": "create", "answer": "503"},
        {"on": "poll", "answer": "500"},
        {"on": "list", "wrap": "html"},
        {"on": "download", "cut": 100},
        {"on": "upload", "answer": "503"},
        {"on": "cancel", "answer": "403 disabled"},
        {"on": "delete", "status": 503},
    )
    with pytest.raises(ConnectionCut):
        project.inline(small("emulate: NO_IMAGE"))
    assert project.create({"requests": {"requests": [{"request": small()}]}})[0] == 503
    assert project.send("GET", "/v1beta/batches").status == 502
    (job,) = project.call("GET", "batches")[1]["operations"]
    assert [project.call("GET", job["name"])[0] for _ in range(2)] == [500, 200]
    assert [project.call("POST", f"{job['name']}:cancel")[0] for _ in range(2)] == [403, 200]
    assert project.send("POST", "/upload/v1beta/files").status == 503
    second = project.by_file(small("emulate: NO_IMAGE"))
    project.clock.now += 10
    with pytest.raises(ConnectionCut):
        b"".join(project.download(second).body)
    assert len(project.lines(second)) == 1
    assert project.call("DELETE", second["name"])[0] == 503
    assert project.call("GET", second["name"])[0] == 404


@pytest.mark.parametrize(
    "step",
    [
        {"on": "never"},
        {"on": "poll", "answer": "batch FAILED"},
        {"on": "download", "answer": "IMAGE_SAFETY"},
        "batch nonsense",
        "batch FAILED shuffled",
    ],
)
def test_steps_that_make_no_sense(step: Any) -> None:
    """Refused when the script is read."""
    with pytest.raises(ScriptError, match="step 1"):
        Script([step])


def test_a_job_outlives_its_server(tmp_path: Path) -> None:
    """Another server that looks into the same folder goes on with it, to the very bytes; no key is written there."""
    clock = Clock()
    first = Project("batch shuffled", folder=tmp_path, clock=clock, key="a-very-secret-key")
    job = first.by_file(*[small("emulate: NO_IMAGE")] * 11, small())
    stats = first.look(job, after=6)["metadata"]["batchStats"]
    assert int(stats["successfulRequestCount"]) > 0
    second = Project(folder=tmp_path, clock=clock, key="a-very-secret-key")
    assert second.look(job)["metadata"]["batchStats"] == stats
    assert state(second.look(job, after=4)) == "SUCCEEDED"
    part = b"".join(second.download(job, range="bytes=700-").body)
    assert part == b"".join(first.download(job).body)[700:]
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert not any(b"secret" in path.read_bytes() for path in kept)
    second.call("DELETE", job["name"])
    assert first.call("GET", job["name"])[0] == 404


def test_vertex_batches_need_cloud_storage() -> None:
    """Said in words; the address of the Gemini API is not there."""
    service = Project().service
    project = Project(service=service)
    place = "/v1/projects/p/locations/global"
    told = project.send("POST", f"{place}/batchPredictionJobs", b"{}", authorization="Bearer t")
    assert (told.status, b"Cloud Storage" in b"".join(told.body)) == (400, True)
    other = f"{place}/publishers/google/models/{PRO}:batchGenerateContent"
    assert project.send("POST", other, b"{}", authorization="Bearer t").status == 404
    assert project.send("POST", f"{place}/batchPredictionJobs", b"{}").status == 401
