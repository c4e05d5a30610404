"""Google's own SDK beside our client on one server: neither is in the other's way."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import types

from nbgemini.bridge import Interrupts
from nbgemini.emulator import Server, Service
from nbgemini.errors import ConversationError
from nbgemini.studio.studio import Studio
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.sweeping import Sweeping
from tests.emulator.batch_kit import Clock

KEY = "AIza" + "k" * 35
MODEL = "gemini-3.1-flash-lite-image"
WORDS: dict[str, Any] = {"style": ["ink", "oil"], "new": True, "batch": True, "name": "night", "model": "flash-lite"}


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="url")
def _url(clock: Clock) -> Iterator[str]:
    with Server(Service(key=KEY, clock=clock, batch_seconds=10.0)) as url:
        yield url


@pytest.fixture(name="sdk")
def _sdk(url: str) -> Iterator[genai.Client]:
    with genai.Client(api_key=KEY, vertexai=False, http_options=types.HttpOptions(base_url=url)) as client:
        yield client


@pytest.fixture(name="kernel")
def _kernel(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sweeping:
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    return Sweeping(Studio(traits=lambda: {"base_url": url}, home=tmp_path))


def asked(kernel: Sweeping, prompt: str = "a {style} boat\nemulate: NO_IMAGE", **words: Any) -> Sweep:
    with Interrupts() as interrupts:
        return kernel.begin(wish_of(prompt, {**WORDS, **words})).wait(interrupts=interrupts)


def made_by(sdk: genai.Client) -> list[types.BatchJob]:
    """One job inline and one of a file."""
    line = {"key": "k1", "request": {"contents": [{"role": "user", "parts": [{"text": "emulate: NO_IMAGE"}]}]}}
    upload = types.UploadFileConfig(mime_type="jsonl")
    file = sdk.files.upload(file=io.BytesIO(json.dumps(line).encode()), config=upload)
    source: list[Any] = [types.InlinedRequest(contents="emulate: NO_IMAGE")]
    assert file.name
    return [
        sdk.batches.create(model=MODEL, src=source, config={"display_name": "sdk-inline"}),
        sdk.batches.create(model=MODEL, src=file.name, config={"display_name": "sdk-file"}),
    ]


def test_what_the_sdk_made_is_declined(sdk: genai.Client, kernel: Sweeping, clock: Clock) -> None:
    """By every name that it has, whether it runs or is done; and the SDK still gets all of it."""
    theirs = made_by(sdk)
    asked(kernel)
    (ours,) = kernel.batching.jobs()
    for seconds in (0, 30):
        clock.now += seconds
        for job in theirs:
            assert job.name
            for name in (job.name, job.name.removeprefix("batches/"), job.display_name or ""):
                with pytest.raises(ConversationError, match="is not ours: something else made it"):
                    kernel.batching.named(name)
        assert {one.shown for one in kernel.batching.strangers()} == {"sdk-inline", "sdk-file"}
    with pytest.raises(ConversationError, match="There is no batch"):
        kernel.batching.named("sdk-nothing")
    assert ours.collect().state == "collected"
    inline, file = (sdk.batches.get(name=job.name or "") for job in theirs)
    assert inline.dest
    assert inline.dest.inlined_responses
    assert file.dest
    assert json.loads(sdk.files.download(file=file.dest.file_name or ""))["key"] == "k1"


def test_the_sdk_reads_what_we_made(sdk: genai.Client, kernel: Sweeping, clock: Clock) -> None:
    """It is listed, shown and done, and its file has a line for each shot; collected all the same."""
    grid = asked(kernel)
    (ours,) = kernel.batching.jobs()
    made_by(sdk)
    assert ours.log.about.shown in [job.display_name for job in sdk.batches.list(config={"page_size": 2})]
    shown = sdk.batches.get(name=ours.google_name)
    assert (shown.state, shown.model) == (types.JobState.JOB_STATE_PENDING, f"models/{MODEL}")
    clock.now += 30
    shown = sdk.batches.get(name=ours.google_name)
    assert (shown.state, shown.done) == (types.JobState.JOB_STATE_SUCCEEDED, True)
    assert shown.dest
    lines = sdk.files.download(file=shown.dest.file_name or "").splitlines()
    assert {json.loads(line)["key"] for line in lines} == set(ours.log.shots)
    assert ours.collect().state == "collected"
    assert {shot.state for shot in grid} == {"failed"}  # NO_IMAGE


def test_what_the_sdk_ends_is_told(sdk: genai.Client, kernel: Sweeping) -> None:
    """Cancelled through it nothing ran, and the shots are free again; deleted through it nobody knows."""
    asked(kernel)
    (ours,) = kernel.batching.jobs()

    async def cancelled() -> list[str | None]:
        try:
            await sdk.aio.batches.cancel(name=ours.google_name)
            return [job.display_name async for job in await sdk.aio.batches.list(config={"page_size": 1})]
        finally:
            await sdk.aio.aclose()

    assert asyncio.run(cancelled()) == [ours.log.about.shown]
    assert (ours.collect().state, ours.done) == ("cancelled", 0)
    assert "2 shots never ran; not charged" in " ".join(ours.lines)
    grid = kernel.stored.open("night").resume()
    (_, again) = kernel.batching.jobs()
    assert (grid.missing.numbers, again.state) == ((1, 2), "pending")
    sdk.batches.delete(name=again.google_name)
    assert again.collect().state == "gone"
    assert "deleted elsewhere" in " ".join(again.lines)
    assert {shot.state for shot in kernel.stored.open("night")} == {"unknown"}
