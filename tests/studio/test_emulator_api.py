"""`nb.emulator(…)`: scripts through the whole client, what is left of them, and what was asked."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import nbgemini as nb
from nbgemini.errors import (
    AnswerBlocked,
    BudgetExceeded,
    ConfirmationNeeded,
    ModelNotFound,
    NbgeminiError,
    OptionError,
    OutcomeUnknown,
    QuotaExceeded,
    ServerFault,
    SettingsError,
    SignatureRejected,
)
from nbgemini.store.verify import verify
from nbgemini.studio import front_end, process
from nbgemini.studio.reports.spending import spending
from nbgemini.studio.surroundings.embedded import Embedded


@pytest.fixture(autouse=True)
def _own_studio(tmp_path: Path) -> Iterator[None]:
    """A process-wide studio for each test alone."""
    process.forget()
    front_end.set_up(front_end.FrontEnd(home=tmp_path))
    yield
    process.forget()
    front_end.set_up()


SMALL = {"model": "flash", "size": "512"}


def draw(prompt: str = "a cat", **words: Any) -> nb.Result:
    return nb.conversation().imagine(prompt, **{"size": "1K", **words})


def test_a_script_is_followed_and_told() -> None:
    """Two refusals with a hint, then the picture: the client waits, and every request is listed."""
    emulator = nb.emulator(script=["429 0.05s", "429 0.05s", "draw"])
    assert emulator.left == 3
    assert "3 of 3 steps of the script left" in repr(emulator)
    cat = draw("a tabby cat")
    assert cat.image.size == (1408, 768)
    assert emulator.left == 0
    assert [request.status for request in emulator.requests] == [429, 429, 200]
    assert [request.prompt for request in emulator.requests] == ["a tabby cat"] * 3
    assert emulator.requests[0].model == "gemini-3-pro-image"
    told = repr(emulator)
    assert "used up: it draws; 3 requests seen" in told
    assert "“a tabby cat”" in told


def test_several_of_one_request_differ(tmp_path: Path) -> None:
    """`count` brings so many pictures, in another process the same ones in order; alone, the first of them."""

    def drawn(home: str) -> list[bytes]:
        process.forget()
        front_end.set_up(front_end.FrontEnd(home=tmp_path / home))
        nb.emulator()
        fox = nb.conversation().imagine("a fox in a forest", model="flash", size="512", count=3)
        alone = nb.conversation().imagine("a fox in a forest", model="flash", size="512", new=True)
        assert alone.bytes == fox.bytes
        return [one.bytes for one in fox.variants]

    first, second = drawn("one"), drawn("two")
    assert len(set(first)) == 3
    assert first == second


@pytest.mark.deep
def test_after_the_script_it_draws() -> None:
    """A script that is used up leaves a plain emulator."""
    emulator = nb.emulator(script=["503"] * 4)
    with pytest.raises(ServerFault):
        draw(timeout=30)
    assert (emulator.left, draw().picture is not None) == (0, True)


def test_a_blocked_answer() -> None:
    """Typed, with the reason, and the conversation unchanged."""
    nb.emulator(script=["IMAGE_SAFETY", "block PROHIBITED_CONTENT"])
    for reason in ("IMAGE_SAFETY", "PROHIBITED_CONTENT"):
        with pytest.raises(AnswerBlocked) as caught:
            draw()
        assert reason in str(caught.value)
    assert nb.conversation().exchanges == ()


@pytest.mark.parametrize("step", ["OTHER", "MAX_TOKENS", {"drop": True}, {"cut": 300}])
def test_no_error_here_costs_anything(step: Any) -> None:
    """What would be charged, or may be, is named as what it is here: nothing."""
    nb.emulator([step])
    with pytest.raises(nb.errors.NbgeminiError) as caught:
        draw()
    assert caught.value.charged in ("maybe", "yes")
    assert "harged: $0 on the emulator." in str(caught.value)


def test_no_image() -> None:
    """Words without a picture are a turn; NO_IMAGE is an error."""
    nb.emulator(script=["text only", "NO_IMAGE"])
    words = draw()
    assert words.picture is None
    assert words.text
    with pytest.raises(NbgeminiError, match="NO_IMAGE"):
        draw()
    assert len(nb.conversation().exchanges) == 1


@pytest.mark.parametrize("step", [{"cut": 2000}, {"drop": True}, {"answer": "draw", "wrap": "torn"}])
def test_an_answer_that_is_lost(step: dict[str, Any]) -> None:
    """The connection ends too early: asked once, never again by itself, and said to be perhaps charged."""
    emulator = nb.emulator(script=[step])
    with pytest.raises(NbgeminiError) as caught:
        draw()
    assert caught.value.charged in ("maybe", "yes")
    assert len(emulator.requests) == 1
    assert nb.conversation().exchanges == ()
    if "torn" not in step.values():
        assert isinstance(caught.value, OutcomeUnknown)
    assert draw().picture is not None


def test_a_dropped_connection_has_no_status() -> None:
    """It is told as what it was."""
    emulator = nb.emulator(script=[{"drop": True}])
    with pytest.raises(OutcomeUnknown):
        draw()
    assert emulator.requests[0].status is None
    assert "connection closed" in repr(emulator)


def test_drafts() -> None:
    """Drafts come before the final picture, which counts."""
    nb.emulator(script=["drafts 2"])
    result = draw(**SMALL)
    assert len(result.images) == 3
    assert result.path is not None
    assert result.picture == result.pictures[-1]


@pytest.mark.deep
def test_a_drip_meets_the_total_deadline() -> None:
    """No single wait is long, and yet it ends."""
    nb.emulator(script=[{"drip": 0.05, "piece": 256}])
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        draw(timeout=0.5)
    assert time.monotonic() - began < 4


def test_an_endless_answer_meets_the_total_deadline() -> None:
    """Blanks for ever."""
    nb.emulator(script=[{"endless": 0.01}])
    with pytest.raises(OutcomeUnknown):
        draw(**SMALL, timeout=0.5)


def test_signatures_of_a_megabyte() -> None:
    """They come back string-identical with the next request, and the emulator takes them."""
    emulator = nb.emulator(script=[{"signature_bytes": 1_000_000, "carrier": True}])
    first = draw(**SMALL)
    second = first.edit("make it night", size="512")
    sent = emulator.requests[1].body["contents"]
    signatures = [part["thoughtSignature"] for part in sent[1]["parts"] if "thoughtSignature" in part]
    assert len(signatures) == 2
    assert all(len(text) > 1_000_000 for text in signatures)
    assert emulator.requests[1].size > 2_000_000
    assert emulator.requests[1].prompt == "make it night"
    assert second.turn == 2


def test_answers_as_heavy_as_those_of_google() -> None:
    """Megabytes beside each picture, and in the next request; it says so."""
    emulator = nb.emulator(weight="real")
    draw().edit("make it night")
    assert emulator.requests[1].size > 1_400_000
    assert "answers as heavy as Google's" in repr(emulator)


@pytest.mark.parametrize("step", [{"gzip": True}, {"mime": "image/png"}, {"answer": "no finish reason"}, "bare end"])
def test_odd_answers_with_a_picture(step: Any) -> None:
    """Compressed, wrongly declared, without a reason: the picture counts."""
    nb.emulator(script=[step])
    result = draw()
    assert result.image.size == (1408, 768)
    assert result.mime == "image/jpeg"


def test_latency_and_limits() -> None:
    """A 1K picture takes as long as was said; the second request of a minute is one too many."""
    emulator = nb.emulator(latency=0.3, rpm=1)
    began = time.monotonic()
    draw()
    assert time.monotonic() - began >= 0.3
    assert "0.3 s for a picture of 1K, 1 requests a minute" in repr(emulator)
    with pytest.raises(QuotaExceeded):
        draw(timeout=2)
    nb.emulator(rpd=0)
    with pytest.raises(QuotaExceeded):
        draw()


def test_scripts_from_files(tmp_path: Path) -> None:
    """JSON and TOML, by name or Path."""
    (tmp_path / "lesson.json").write_text(json.dumps(["text only", {"answer": "429 1s", "times": 2}]))
    (tmp_path / "lesson.toml").write_text('[[steps]]\nanswer = "text only"\n')
    assert nb.emulator(str(tmp_path / "lesson.json")).left == 3
    assert nb.emulator(tmp_path / "lesson.toml").left == 1
    assert draw().picture is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"script": ["nonsense"]}, "step 1"),
        ({"script": ["draw", {"answr": "draw"}]}, "did you mean `answer`"),
        ({"script": [3]}, "step 1"),
        ({"script": [{"wait": float("nan")}]}, "`wait`"),
        ({"script": [{"times": 10**12}]}, "`times`"),
        ({"script": [{"signature_bytes": 10**12}]}, "`signature_bytes`"),
        ({"script": 3}, "list of steps"),
        ({"script": {"answer": "draw"}}, "list of steps"),
        ({"script": "missing.json"}, "missing.json"),
        ({"script": "429 2s"}, "429 2s"),
        ({"script": "a\0b"}, "script"),
        ({"latency": -1}, "latency"),
        ({"latency": float("nan")}, "latency"),
        ({"latency": "2"}, "latency"),
        ({"latency": True}, "latency"),
        ({"weight": "heavy"}, "weight"),
        ({"rpm": -1}, "rpm"),
        ({"rpd": 1.5}, "rpd"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], told: str) -> None:
    """Refused with what is wrong; the emulator that was there stays."""
    before = nb.emulator(script=["text only"])
    with pytest.raises(OptionError) as caught:
        nb.emulator(**arguments)
    assert told in str(caught.value)
    assert draw().picture is None
    assert before.left == 0


@pytest.mark.parametrize("name", ["GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL"])
def test_it_is_refused_where_it_would_not_be_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key Google would be asked, and paid: a lesson stops before that."""
    monkeypatch.setenv(name, "https://a-value-that-is-set.example")
    with pytest.raises(SettingsError) as caught:
        nb.emulator(script=["text only"])
    assert "emulator" in str(caught.value)
    assert "a-value-that-is-set" not in str(caught.value)


def test_it_begins_anew_each_time() -> None:
    """Called again: another script, no requests; stored signatures hold across it."""
    nb.emulator(script=["draw"])
    cat = draw()
    second = nb.emulator()
    assert second.requests == ()
    assert repr(second) == "<emulator: no script: it draws; 0 requests seen>"
    assert cat.edit("make it red").turn == 2


def test_long_sessions_pin_no_memory() -> None:
    """Only the latest requests are kept, and a long list is told shortly."""
    emulator = nb.emulator(script=[{"answer": "text only", "times": 30}])
    for _ in range(12):
        draw("x" * 500, new=True)
    assert len(emulator.requests) == 12
    told = repr(emulator).splitlines()
    assert len(told) == 12
    assert told[1] == "  … 2 earlier ones"
    assert all(len(line) < 200 for line in told)


@pytest.mark.deep
def test_the_name_is_a_function_and_a_package(tmp_path: Path) -> None:
    """Whatever was imported before, `nb.emulator` can be called, and its modules are where they were."""
    program = """
import sys, inspect
{first}
import nbgemini as nb
made = nb.emulator(script=["draw"])
import nbgemini.emulator as package
from nbgemini.emulator import Service
from nbgemini import emulator
assert emulator is package is nb.emulator and package.Service is Service
assert emulator().left == 0 and made.left == 1
assert "script" in inspect.signature(nb.emulator).parameters
assert not [name for name in ("PIL", "httpx", "IPython") if name in sys.modules]
print("ok")
"""
    for first in ("", "import nbgemini.emulator.serve", "from nbgemini.emulator import Service"):
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", program.format(first=first)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert (ran.stdout, ran.stderr) == ("ok\n", "")


def test_the_call_is_documented() -> None:
    """`nb.emulator?` tells what it takes."""
    assert "script" in (inspect.getdoc(type(nb.emulator).__call__) or "")
    known = ["script", "latency", "weight", "rpm", "rpd", "billing", "batch_seconds", "batch_tier"]
    assert list(inspect.signature(nb.emulator).parameters) == known


def test_what_is_said_of_a_model_is_said_once() -> None:
    """A model on its way out has one line, one that is gone has one with what drew instead, a typing error a guess."""
    nb.emulator()
    leaving = draw(model="flash")
    assert [line for line in leaving.notices if "deprecated" in line] == list(leaving.notices)
    assert len(leaving.notices) == 1
    gone = draw(model="gemini-3-pro-image-preview", count=2, new=True)
    assert gone.notices == (
        "`gemini-3-pro-image-preview` was shut down on 2026-06-25; `gemini-3-pro-image` drew instead.",
    ) * len(gone.notices)
    with pytest.raises(ModelNotFound) as caught:
        draw(model="nano-bananna", new=True)
    assert caught.value.hint.startswith("Did you mean `nano-banana`?")


def test_a_lost_signature_and_the_way_on() -> None:
    """The next edit fails with Google's words, and the advice of the error works."""
    nb.emulator()
    draw("a cat\nemulate: lose signature")
    with pytest.raises(SignatureRejected, match="missing a thought_signature") as caught:
        draw("make it night")
    assert '`new=True, ref="@last"`' in caught.value.hint
    assert draw("make it night", new=True, ref=["@last"]).turn == 2
    assert draw("add a hat").turn == 3


def test_money_can_be_learnt_offline() -> None:
    """With `billing` budgets, confirmations and costs count what Google would charge; the emulator stays free."""
    told = nb.emulator(["429 day", "draw"], billing=True)
    assert "budgets count what it would cost" in repr(told)
    with pytest.raises(ConfirmationNeeded, match=r"about \$1\.4\d, which is above"):
        draw(count=10)
    with pytest.raises(QuotaExceeded):
        draw(budget=0.2)
    cat = draw(budget=0.2)
    assert cat.cost == 0.0
    assert cat.exchange.cost == pytest.approx(138_000, abs=5000)
    with pytest.raises(BudgetExceeded, match=r"would cost about \$0\.14\d, and \$0\.100 is left"):
        draw(budget=0.1, new=True)
    studio = process.studio()
    assert studio.money.spent.total == cat.exchange.cost
    found = spending(studio.store.ledger, studio.store.kernel, billing=True)
    assert (found.kernel.counted, found.kernel.lessons, found.kernel.play) == (cat.exchange.cost, 1, 0)
    nb.emulator(["429 day"] * 10)
    with pytest.raises(QuotaExceeded):  # without it nothing counts: ten of them are asked for without a question
        draw("ten cats", count=10)
    assert spending(studio.store.ledger, studio.store.kernel).kernel.counted == 0
    with pytest.raises(OptionError, match="`billing` is True or False"):
        nb.emulator(billing="yes")  # type: ignore[arg-type]


def test_a_batch_job_outlives_its_kernel(tmp_path: Path) -> None:
    """The next kernel finds the job in the store, where nothing is stray."""

    def call(emulator: Embedded, method: str, target: str, body: bytes = b"") -> Any:
        status, _, pieces = emulator.handle(method, f"/v1beta/{target}", {}, body)
        assert status == 200
        return json.loads(b"".join(pieces))

    request = {"contents": [{"parts": [{"text": "emulate: NO_IMAGE"}]}]}
    batch = {"displayName": "mine", "inputConfig": {"requests": {"requests": [{"request": request}]}}}
    target = "models/gemini-3-pro-image:batchGenerateContent"
    job = call(nb.emulator(), "POST", target, json.dumps({"batch": batch}).encode())
    process.forget()
    (found,) = call(nb.emulator(), "GET", "batches")["operations"]
    assert (found["name"], found["metadata"]["displayName"]) == (job["name"], "mine")
    assert [entry.name for entry in (tmp_path / ".nbgemini").iterdir() if entry.name == "emulator"] == ["emulator"]
    assert verify(process.store()).faults == []
