"""The emulator's Batch API: what a job is like on the wire, from its creation to its answers."""

from __future__ import annotations

import json

from .batch_kit import Project, small, state
from .protocol_kit import pictures


def test_an_inline_job_from_its_creation_to_its_answers() -> None:
    """Pending, running, then the answers, twice in the operation, each with the metadata that it was sent with."""
    project = Project()
    job = project.inline(small(), small("a cat\nemulate: IMAGE_SAFETY"))
    assert list(job) == ["name", "metadata"]
    told = ["@type", "model", "displayName", "createTime", "updateTime", "batchStats", "state", "name"]
    assert list(job["metadata"]) == told
    assert job["metadata"]["batchStats"] == {"requestCount": "2", "pendingRequestCount": "2"}
    assert [state(project.look(job, after=1)), state(project.look(job, after=5))] == ["PENDING", "RUNNING"]
    done = project.look(job, after=4)
    assert list(done) == ["name", "metadata", "done", "response"]
    assert done["metadata"]["batchStats"] == {"requestCount": "2", "successfulRequestCount": "2"}
    assert done["metadata"]["output"]["inlinedResponses"] == done["response"]["inlinedResponses"]
    boat, refused = done["response"]["inlinedResponses"]["inlinedResponses"]
    assert (boat["metadata"], refused["metadata"]) == ({"key": "0"}, {"key": "1"})
    assert len(pictures(boat["response"])) == 1
    assert boat["response"]["usageMetadata"]["serviceTier"] == "standard"
    assert refused["response"]["candidates"][0]["finishReason"] == "IMAGE_SAFETY"


def test_a_job_by_file_and_its_answers() -> None:
    """Keys come last; a line that Google would refuse fails alone, with a code of google.rpc."""
    project = Project()
    job = project.by_file(small(), small("a cat\nemulate: 500"), small(nonsense=1), small())
    assert job["metadata"]["inputConfig"]["fileName"].startswith("files/")
    done = project.look(job, after=10)
    assert done["metadata"]["batchStats"] == {
        "requestCount": "4",
        "successfulRequestCount": "2",
        "failedRequestCount": "2",
    }
    assert done["response"]["responsesFile"] == "files/batch-" + job["name"].removeprefix("batches/")
    answers = project.lines(job)
    assert [answer["key"] for answer in answers] == ["k0", "k1", "k2", "k3"]
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, 13, 3, None]
    assert list(answers[0])[-1] == "key"
    assert answers[0]["response"]["usageMetadata"]["serviceTier"] == "SERVICE_TIER_STANDARD"
    one, other = (pictures(answers[at]["response"])[0]["inlineData"]["data"] for at in (0, 3))
    assert one != other  # equal requests are drawn differently


def test_a_download_goes_on_where_it_broke() -> None:
    """The same bytes each time; a part of them with its place; 416 beyond the end."""
    project = Project()
    job = project.by_file(small(), small("a cat"))
    project.clock.now += 10
    whole = b"".join(project.download(job).body)
    part = project.download(job, range="bytes=1000-")
    assert (part.status, b"".join(part.body)) == (206, whole[1000:])
    assert part.headers["content-range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    middle = project.download(job, range="bytes=5-9")
    assert b"".join(middle.body) == whole[5:10]
    assert project.download(job, range=f"bytes={len(whole)}-").status == 416
    assert project.download(job).headers["content-length"] == str(len(whole))
    assert [json.loads(line)["key"] for line in whole.splitlines()] == ["k0", "k1"]
