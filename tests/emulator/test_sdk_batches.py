"""The official SDK as a client of batches: inline and by file, listed, cancelled, deleted, downloaded."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from nbgemini.emulator import Server, Service

from .batch_kit import Clock, small
from .protocol_kit import FLASH

KEY = "AIza-test"
CONFIG = types.GenerateContentConfig(image_config=types.ImageConfig(image_size="512", aspect_ratio="1:1"))


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def client(clock: Clock) -> Iterator[genai.Client]:
    """The SDK as a user would set it up, but for the base URL."""
    with Server(Service(key=KEY, clock=clock)) as url:
        options = types.HttpOptions(base_url=url)
        with genai.Client(api_key=KEY, vertexai=False, http_options=options) as client:
            yield client


def finished(client: genai.Client, clock: Clock, job: types.BatchJob) -> types.BatchJob:
    """The job at its end, which comes within ten seconds."""
    assert job.name
    assert (job.state, job.done) == (types.JobState.JOB_STATE_PENDING, False)
    clock.now += 3
    assert client.batches.get(name=job.name).state is types.JobState.JOB_STATE_RUNNING
    clock.now += 6
    job = client.batches.get(name=job.name)
    assert (job.state, job.done) == (types.JobState.JOB_STATE_SUCCEEDED, True)
    return job


def test_inline(client: genai.Client, clock: Clock) -> None:
    """Everything that an inlined request may have; a picture, a refusal, an error, each with its metadata."""
    asked = ["a red boat", "a cat\nemulate: IMAGE_SAFETY", "a cat\nemulate: 500"]
    source: list[Any] = [
        types.InlinedRequest(
            contents=[types.Content(role="user", parts=[types.Part(text=prompt)])],
            config=CONFIG,
            metadata={"key": prompt[:5]},
        )
        for prompt in asked
    ]
    job = client.batches.create(model=FLASH, src=source, config={"display_name": "three"})
    assert (job.display_name, job.model) == ("three", f"models/{FLASH}")
    job = finished(client, clock, job)
    assert job.dest
    assert job.dest.inlined_responses
    boat, refused, failed = job.dest.inlined_responses
    assert boat.response
    assert [part for part in boat.response.parts or () if part.inline_data]
    assert boat.metadata == {"key": "a red"}
    assert refused.response
    assert refused.response.candidates
    assert refused.response.candidates[0].finish_reason is types.FinishReason.IMAGE_SAFETY
    assert failed.error
    assert failed.error.code == 13


def test_by_file(client: genai.Client, clock: Clock) -> None:
    """Uploaded, created, its results downloaded under the name that the job tells; then deleted."""
    lines = [json.dumps({"key": f"k{at}", "request": small("emulate: NO_IMAGE")}) for at in range(3)]
    upload = types.UploadFileConfig(mime_type="jsonl", display_name="lines")
    file = client.files.upload(file=io.BytesIO("\n".join(lines).encode()), config=upload)
    assert file.name
    job = finished(client, clock, client.batches.create(model=FLASH, src=file.name))
    assert job.dest
    assert job.dest.file_name
    answers = client.files.download(file=job.dest.file_name).splitlines()
    assert [json.loads(line)["key"] for line in answers] == ["k0", "k1", "k2"]
    shown = client.files.get(name=job.dest.file_name)
    assert (shown.source, client.files.download(file=shown).count(b"\n")) == (types.FileSource.GENERATED, 3)
    assert job.name
    client.batches.delete(name=job.name)
    with pytest.raises(errors.ClientError, match="404"):
        client.batches.get(name=job.name)


def test_listing_and_cancelling(client: genai.Client, clock: Clock) -> None:
    """Page by page, newest first; a cancelled one says so."""
    source: list[Any] = [types.InlinedRequest(contents="emulate: NO_IMAGE")]
    jobs = []
    for _ in range(3):
        clock.now += 1
        jobs.append(client.batches.create(model=FLASH, src=source).name)
    assert jobs[1]
    client.batches.cancel(name=jobs[1])
    listed = [job.name for job in client.batches.list(config={"page_size": 2})]
    assert listed[:3] == jobs[::-1]
    job = client.batches.get(name=jobs[1])
    assert (job.state, job.error is None) == (types.JobState.JOB_STATE_CANCELLED, True)
