"""Sweeps as batches: submitted once, collected by any kernel, each trouble told and none paid for twice."""

from __future__ import annotations

import base64
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.errors import ConfirmationNeeded, ConversationError, OptionError, QuotaExceeded, SweepFailed
from nbgemini.studio.reports.spending import spending
from nbgemini.tuning.batch.batch_job import BatchJob
from nbgemini.tuning.front import wish_of
from nbgemini.tuning.holding.sweep import Sweep
from nbgemini.tuning.sweeping import Sweeping
from tests.tuning.batch_server import BatchServer, Line, batching_on, response

WORDS: dict[str, Any] = {"style": ["ink", "oil"], "aspect": ["1:1", "16:9"], "new": True, "batch": True, "name": "x"}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", BatchServer().key)


def asked(kernel: Sweeping, prompt: str = "a {style} boat", **words: Any) -> Sweep:
    with Interrupts() as interrupts:
        return kernel.begin(wish_of(prompt, {**WORDS, **words})).wait(interrupts=interrupts)


def collected(kernel: Sweeping) -> list[BatchJob]:
    """Look until every job has ended."""
    jobs = kernel.batching.jobs()
    for job in jobs:
        for _ in range(6):
            if job.lives:
                job.collect()
    return jobs


def facts(grid: Sweep) -> list[tuple[int, str, bytes, tuple[object, ...]]]:
    results = [(shot.number, str(shot.labels), shot.result) for shot in grid]
    return [
        (number, label, result.bytes, result.exchange.turn.signatures)
        for number, label, result in results
        if result is not None and result.exchange.turn is not None
    ]


def test_a_batch_from_its_submission_to_an_edit(tmp_path: Path) -> None:
    """One job of one file; nothing is drawn until it is collected; then the sheet, pick and an edit go on as ever."""
    server = BatchServer()
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel)
    assert (server.calls["create"], len(server.jobs), [shot.state for shot in grid]) == (1, 1, ["under way"] * 4)
    (job,) = kernel.batching.jobs()
    assert (job.state, job.total, job.done, job.micro) == ("pending", 4, 0, 68792)
    assert kernel._studio.money.spent.total == job.micro
    assert (job.collect().state, job.collect().state) == ("running", "collected")
    assert [shot.state for shot in grid] == ["done"] * 4
    assert len({shot.result.bytes for shot in grid if shot.result}) == 4
    assert grid.cost == pytest.approx(4 * 0.0168, abs=0.0002)
    assert kernel._studio.money.spent.total == round((grid.cost or 0) * 1e6) == job.micro
    assert kernel._studio.value().head is None
    grid.pick(3)
    edited = kernel._studio.imagine("add snow")
    assert (edited.turn, server.live) == (5, 1)
    sent = server.last["contents"]
    assert (
        sent[1]["parts"][0]["thoughtSignature"]
        == response(3)["candidates"][0]["content"]["parts"][0]["thoughtSignature"]
    )


def test_run_again_it_shows_its_job_and_then_its_pictures(tmp_path: Path) -> None:
    """In the same kernel and in a fresh one; creation is asked once, and the second time all of it is $0."""
    server = BatchServer(polls=9)
    kernel = batching_on(server, tmp_path)
    asked(kernel)
    for one in (kernel, batching_on(server, tmp_path)):
        assert [shot.state for shot in asked(one)] == ["under way"] * 4
    assert server.calls["create"] == 1
    assert [shot.state for shot in asked(batching_on(server, tmp_path), batch=False)] == ["under way"] * 4
    store = batching_on(server, tmp_path)._studio.store
    spent = spending(store.ledger, "another", waiting=store.batches.waiting()).store
    assert (spent.pending, spent.underway, spent.doubtful) == (4, 68792, 0)  # whichever kernel looks
    next(iter(server.jobs.values())).polls = 0
    other = batching_on(server, tmp_path)
    collected(other)
    assert [shot.state for shot in other.stored.open("x")] == ["done"] * 4
    assert other._studio.money.spent.total == 0  # the budget that counts is that of the kernel that submitted
    before = facts(other.stored.open("x"))
    fresh = batching_on(server, tmp_path)
    for batch in (True, False):
        again = asked(fresh, batch=batch)
        assert facts(again) == before
        fresh = batching_on(server, tmp_path)
    assert (server.calls["create"], server.live) == (1, 0)


def test_collecting_twice_and_elsewhere_changes_nothing(tmp_path: Path) -> None:
    """Two kernels and another machine's copy of the store hold the same turns, and no cent more."""
    server = BatchServer(polls=0)
    kernel = batching_on(server, tmp_path / "here")
    asked(kernel)
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    found = []
    for home in ("here", "there", "here", "there"):
        other = batching_on(server, tmp_path / home)
        (job,) = collected(other)
        found.append((job.state, job.micro, facts(other.stored.open("x"))))
        entries = other._studio.store.ledger.entries()
        assert [(entry.state, entry.cost) for entry in entries] == [("settled", 16802)] * 4
    assert found == [found[0]] * 4
    assert (server.calls["create"], server.calls["download"]) == (1, 2)


def test_who_collects_by_hand_waits_for_the_watch(tmp_path: Path) -> None:
    """While another thread of the kernel is at it; its results are fetched once, and both see the end."""
    begun, go_on = threading.Event(), threading.Event()

    class Slow(BatchServer):
        def _download(self, *given: Any) -> Any:
            begun.set()
            assert go_on.wait(20)
            return super()._download(*given)

    server = Slow(polls=0)
    kernel = batching_on(server, tmp_path)
    asked(kernel)
    (job,) = kernel.batching.jobs()
    states: list[str] = []
    threads = [threading.Thread(target=lambda: states.append(job.collect().state)) for _ in range(2)]
    threads[0].start()
    assert begun.wait(20)
    threads[1].start()
    threads[1].join(0.3)
    assert states == []
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert (states, server.calls["download"]) == (["collected"] * 2, 1)


def test_what_it_costs_is_said_and_asked(tmp_path: Path) -> None:
    """Half the price before it begins, in the confirmation, and in the ledger; a tier beside it is refused."""
    server = BatchServer()
    kernel = batching_on(server, tmp_path, confirm_over="0.05")
    preview = kernel.preview(wish_of("a {style} boat", WORDS))
    assert preview.forecast.line().startswith("4 shots · ≈ $0.069 at half the price · as a batch")
    with pytest.raises(ConfirmationNeeded, match="4 requests as a batch, at half the price, would cost about"):
        asked(kernel)
    with pytest.raises(OptionError, match="takes no `--tier`"):
        asked(kernel, tier="flex", yes=True)
    assert (server.calls.total(), kernel.batching.jobs()) == (0, [])
    asked(kernel, yes=True)
    assert {entry.estimate for entry in kernel._studio.store.ledger.entries()} == {17198}


def test_vertex_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    """Its batches need Cloud Storage."""
    server = BatchServer()
    kernel = batching_on(server, tmp_path, backend="vertex")
    with pytest.raises(OptionError, match="Cloud Storage"):
        asked(kernel)
    assert server.calls.total() == 0


def test_a_lost_creation_is_found_by_its_name(tmp_path: Path) -> None:
    """It is never sent again."""
    server = BatchServer(creation="lost", polls=0)
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel)
    (job,) = collected(kernel)
    assert (server.calls["create"], job.state, len(grid.done)) == (1, "collected", 4)


@pytest.mark.deep
def test_a_creation_that_never_was(tmp_path: Path) -> None:
    """Where no job has the name, its shots are asked again with `unknown` alone."""
    server = BatchServer(creation="unmade", polls=0)
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel)
    assert "not known whether" in "".join(grid.notices)
    (job,) = kernel.batching.jobs()
    assert job.state == "unconfirmed"
    assert "probably never created" in job.refresh().problem
    server.creation = "made"
    assert kernel.stored.open("x").resume().missing.numbers == (1, 2, 3, 4)
    assert server.calls["create"] == 1
    kernel.stored.open("x").resume(unknown=True)
    assert server.calls["create"] == 2
    collected(kernel)
    assert len(kernel.stored.open("x").done) == 4


def test_a_creation_that_is_on_its_way_is_left_alone(tmp_path: Path) -> None:
    """What Google does not list yet may be there in a moment: it is neither given up nor made once more."""
    begun, go_on = threading.Event(), threading.Event()

    class Slow(BatchServer):
        def _create(self, *given: Any) -> Any:
            begun.set()
            assert go_on.wait(20)
            return super()._create(*given)

    server = Slow(polls=0)
    kernel, other = batching_on(server, tmp_path), batching_on(server, tmp_path)
    asking = threading.Thread(target=lambda: asked(kernel))
    asking.start()
    assert begun.wait(20)
    (job,) = other.batching.jobs()
    assert (job.refresh().state, job.problem) == ("unconfirmed", "")
    with pytest.raises(ConversationError, match="is creating batch"):
        job.cancel()
    other.stored.open("x").resume(unknown=True)
    go_on.set()
    asking.join(20)
    collected(other)
    assert (server.calls["create"], len(other.stored.open("x").done)) == (1, 4)


def test_a_refused_creation_costs_nothing(tmp_path: Path) -> None:
    """A limit is told, the shots stay missing, and nothing stays set aside; `resume` submits them."""
    server = BatchServer(creation=429, polls=0)
    kernel = batching_on(server, tmp_path)
    with pytest.raises(QuotaExceeded):
        asked(kernel)
    assert (kernel._studio.money.spent.total, kernel.batching.jobs()) == (0, [])
    assert {entry.state for entry in kernel._studio.store.ledger.entries()} == {"released"}
    server.creation = "made"
    grid = kernel.stored.open("x").resume()
    assert [shot.state for shot in grid] == ["under way"] * 4
    collected(kernel)
    assert len(kernel.stored.open("x").done) == 4


def test_lines_are_told_apart_by_key(tmp_path: Path) -> None:
    """In any order; a failed line fails its shot alone; what is missing, doubled or foreign is told and kept apart."""

    def change(lines: list[Line]) -> list[Line]:
        lines[0] = {"key": lines[0]["key"], "error": {"code": 13, "message": "An internal error has occurred."}}
        other = {**lines[1], "response": response(77)}
        foreign = {"response": response(78), "key": "f" * 16}
        return [other, foreign, lines[1], lines[0], {"response": response(79)}, lines[2], lines[2]]

    server = BatchServer(polls=0, change=change)
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel)
    (job,) = collected(kernel)
    assert [shot.state for shot in grid] == ["failed", "done", "done", "failed"]
    assert grid.failed.numbers == (1, 4)
    assert "internal error" in str(grid[1].error)
    assert (grid[1].error.charged, grid[4].error.charged) == ("no", "maybe")
    said = " ".join(job.lines)
    for words in (
        "1 line failed",
        "2 shots came more than once",
        "of no shot of this job",
        "which shot is meant",
        "1 shot has no",
    ):
        assert words in said, said
    assert sorted(one.reason for one in kernel._studio.store.album.orphans()) == [
        "a batch brought more than one answer to its shot",
        "a batch did not say of which shot",
        "a batch did not say of which shot",
    ]
    assert facts(kernel.stored.open("x"))[0][2] != facts(kernel.stored.open("x"))[1][2]
    server.change = None
    kernel.stored.open("x").resume()
    assert server.calls["create"] == 1
    kernel.stored.open("x").resume(failed=True)
    collected(kernel)
    assert (server.calls["create"], len(kernel.stored.open("x").done)) == (2, 4)


def test_one_key_twenty_times(tmp_path: Path) -> None:
    """Each time another picture, as was reported: the first counts, the others are kept, and once is paid by us."""

    def change(lines: list[Line]) -> list[Line]:
        return [*({**lines[2], "response": response(50 + at)} for at in range(20)), lines[0], lines[1], lines[3]]

    server = BatchServer(polls=0, change=change)
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel)
    (job,) = collected(kernel)
    first = response(50)["candidates"][0]["content"]["parts"][0]["inlineData"]["data"]
    assert grid[3].result.bytes == base64.b64decode(first)
    assert [shot.state for shot in grid] == ["done"] * 4
    assert "1 shot came more than once" in " ".join(job.lines)
    assert "19 spare pictures are kept: `%imagine recover` lists them." in job.lines
    assert len(kernel._studio.store.album.orphans()) == 19
    entries = kernel._studio.store.ledger.entries()
    assert [(entry.state, entry.cost) for entry in entries] == [("settled", 16802)] * 4


def test_a_job_that_is_stuck(tmp_path: Path) -> None:
    """It says for days when it expires, nobody is charged twice by running its cell again, and it can be cancelled."""
    server = BatchServer(polls=10**6)
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel)
    (job,) = kernel.batching.jobs()
    for _ in range(5):
        assert (job.collect().state, job.done, job.failed) == ("running", 0, 0)
    assert f"expires {job.expires[:16].replace('T', ' ')} UTC" in job.told()
    assert kernel.stored.open("x").resume(unknown=True, failed=True).missing.numbers == (1, 2, 3, 4)
    assert (server.calls["create"], {shot.state for shot in grid}) == (1, {"under way"})
    assert job.cancel().state == "cancelled"
    kernel.stored.open("x").resume()
    assert server.calls["create"] == 2


@pytest.mark.parametrize(
    ("ends", "stats", "error", "free", "words"),
    [
        ("EXPIRED", {"requestCount": "4", "pendingRequestCount": "4"}, None, True, "48 hours"),
        ("EXPIRED", {}, None, False, "48 hours"),
        ("CANCELLED", {"requestCount": "4", "successfulRequestCount": "2"}, None, False, "may have been charged"),
        ("CANCELLED", {"requestCount": "4"}, None, True, "never ran; not charged"),
        ("FAILED", {}, {"code": 3, "message": "Line 2 is no JSON."}, True, "Line 2 is no JSON"),
        ("FAILED", {}, {"code": 13, "message": "Oh."}, False, "may have been charged"),
    ],
)
def test_ends_without_answers(tmp_path: Path, ends: str, stats: Any, error: Any, free: bool, words: str) -> None:
    """What surely never ran is free again, and `resume` asks for it; the rest waits for `unknown`."""
    prefix = "JOB_STATE_" if free else "BATCH_STATE_"  # as Google's examples and its SDK have it, and as the wire has
    server = BatchServer(polls=0, ends=ends, stats=stats or {"x": "1"}, error=error, prefix=prefix)
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel)
    (job,) = collected(kernel)
    assert job.state == ends.lower()
    assert words in " ".join(job.lines)
    assert {shot.state for shot in grid} == {"waiting" if free else "unknown"}
    assert (kernel._studio.money.spent.total == 0) is free
    server.ends, server.stats, server.error = "SUCCEEDED", None, None
    for other in (batching_on(server, tmp_path), kernel):
        with suppress(SweepFailed):
            other.stored.open("x").resume()
        assert server.calls["create"] == (2 if free else 1)
    kernel.stored.open("x").resume(unknown=True)
    assert server.calls["create"] == 2
    collected(kernel)
    assert len(kernel.stored.open("x").done) == 4


def test_downloads_go_on_where_they_broke_off(tmp_path: Path) -> None:
    """With and without ranges; and results that are named later than the end of their job are waited for."""
    for ranges in (True, False):
        server = BatchServer(polls=0, cut=[1500], ranges=ranges, late_file=2)
        kernel = batching_on(server, tmp_path / str(ranges))
        asked(kernel)
        (job,) = kernel.batching.jobs()
        assert job.collect().state == "succeeded"
        assert "names no file of results yet" in job.problem
        collected(kernel)
        assert (job.state, server.calls["download"]) == ("collected", 2)


def test_what_is_gone_or_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is gone was charged; another key is named as the reason; a job of others is declined by name."""
    server = BatchServer(polls=0)
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel)
    server.gone.add("results")
    (job,) = collected(kernel)
    assert (job.state, {shot.state for shot in grid}) == ("gone", {"failed"})
    assert "Charged" in " ".join(job.lines)
    server.gone.clear()
    kernel.stored.open("x").resume(unknown=True)
    (_, job) = kernel.batching.jobs()
    monkeypatch.setenv("GEMINI_API_KEY", "AIza" + "z" * 35)
    other = batching_on(server, tmp_path)
    (_, seen) = other.batching.jobs()
    assert "made with another key" in seen.refresh().problem
    assert seen.lives
    monkeypatch.setenv("GEMINI_API_KEY", server.key)
    name = "batches/" + "q" * 36
    server.jobs[name] = type(next(iter(server.jobs.values())))(name, "sdk-job", "m", "files/x", [], "SUCCEEDED", 0)
    looks = server.calls["get"]
    with pytest.raises(ConversationError, match="is not ours: something else made it"):
        kernel.batching.named(name)
    assert server.calls["get"] == looks  # one that has a thousand pictures inline cannot be asked for
    assert [one.name for one in kernel.batching.strangers()] == [name]
    del server.jobs[job.google_name]
    assert job.refresh().state == "gone"
    assert "deleted elsewhere" in " ".join(job.lines)


def test_cancelled_by_hand(tmp_path: Path) -> None:
    """The job ends at Google, and what never ran is asked again by `resume`."""
    server = BatchServer(polls=9)
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel)
    (job,) = kernel.batching.named("x")
    job.cancel()
    assert (job.state, {shot.state for shot in grid}, server.calls["cancel"]) == ("cancelled", {"waiting"}, 1)


def test_references_are_uploaded_once(tmp_path: Path) -> None:
    """However many shots show them, they are one file, named by its address in each line."""
    from PIL import Image

    Image.new("RGB", (300, 200), (9, 90, 200)).save(tmp_path / "chair.png")
    server = BatchServer(polls=0)
    kernel = batching_on(server, tmp_path)
    asked(kernel, ref=str(tmp_path / "chair.png"), count=3)
    assert (len(server.files), server.calls["begin"]) == (2, 2)
    (job,) = server.jobs.values()
    uris = {
        part["fileData"]["fileUri"]
        for line in job.requests
        for part in line["request"]["contents"][0]["parts"]
        if "fileData" in part
    }
    assert (len(job.requests), len(uris)) == (12, 1)
    collected(kernel)
    assert len(kernel.stored.open("x").done) == 12


def test_a_job_of_each_model(tmp_path: Path) -> None:
    """A job has one model; both are collected into one grid."""
    server = BatchServer(polls=0)
    kernel = batching_on(server, tmp_path)
    grid = asked(kernel, model=["flash-lite", "pro"], aspect=["1:1"], yes=True)
    assert [job.model for job in kernel.batching.jobs()] == ["gemini-3.1-flash-lite-image", "gemini-3-pro-image"]
    collected(kernel)
    assert len(grid.done) == 4


def test_what_is_blocked_is_a_failed_shot(tmp_path: Path) -> None:
    """A refusal is an ordinary answer without a picture: told as for a live one, however often it is collected."""

    def change(lines: list[Line]) -> list[Line]:
        blocked = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}
        return [{**lines[0], "response": blocked}, *lines[1:]]

    server = BatchServer(polls=0, change=change)
    kernel = batching_on(server, tmp_path / "here")
    grid = asked(kernel)
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    other = batching_on(server, tmp_path / "there")
    for one, shots in ((kernel, grid), (other, other.stored.open("x"))):
        (job,) = collected(one)
        assert (job.state, job.done, job.failed) == ("collected", 4, 1)
        assert [shot.state for shot in one.stored.open("x")] == ["failed", "done", "done", "done"]
        assert "blocked" in str(one.stored.open("x")[1].error)
        assert len(shots) == 4


def test_an_answer_that_is_no_json_is_its_shots(tmp_path: Path) -> None:
    """Its key is told, so that the shot has failed and its bytes are kept; what it cost is in doubt, as for any."""

    def garbled(lines: list[Line]) -> list[Any]:
        key = lines[0]["key"].encode()
        return [b'{"response": {"candidates" 1}, "key": "' + key + b'"}\n', *lines[1:]]

    kernel = batching_on(BatchServer(polls=0, change=garbled), tmp_path)
    grid = asked(kernel)
    (job,) = collected(kernel)
    assert sorted(shot.state for shot in grid) == ["done", "done", "done", "failed"]
    (failed,) = grid.failed
    assert "The answer cannot be read" in str(failed.error)
    assert failed.error is not None
    assert failed.error.charged != "no"
    name = kernel._studio.store.sweeps.open(grid.about).claimed(failed.number)[0]
    kept = kernel._studio.store.answer(name)
    assert kept is not None
    assert kept.skeleton.text == b'{"candidates" 1}'
    assert (job.state, job.failed) == ("collected", 1)
