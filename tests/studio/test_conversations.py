"""Conversations through a studio: what is sent, what is kept, what is left alone."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from nbgemini.errors import (
    AnswerBlocked,
    ConfirmationNeeded,
    ConversationError,
    ModelNotFound,
    OptionError,
    OutcomeUnknown,
    ReferenceImageError,
    SignatureRejected,
)
from nbgemini.net.inprocess import InProcess
from nbgemini.studio.studio import Studio
from tests.studio.server import JSON, Answer, Server, answer, failure, jpeg, picture, studio_on


def test_three_edits_send_every_turn_back_as_it_came(tmp_path: Path) -> None:
    """Signatures, unknown fields, key order and empty signed parts return string-identical."""
    first = picture("red", partMetadata={"x": [1.5, None, "é"]})
    odd = {"text": "", "thoughtSignature": "ZW1wdHk="}
    server = Server(answer({"text": "Here.", "thoughtSignature": "dA=="}, first, odd), answer(picture("blue")))
    conversation = studio_on(server, tmp_path).conversation()
    conversation.imagine("a cat")
    conversation.imagine("make it blue")
    conversation.imagine("add snow")
    sent = server.requests[2]["contents"]
    assert [turn["role"] for turn in sent] == ["user", "model", "user", "model", "user"]
    assert sent[1]["parts"] == [{"text": "Here.", "thoughtSignature": "dA=="}, first, odd]
    assert sent[3]["parts"] == [picture("blue")]
    assert server.texts() == ["a cat", "Here.", "", "make it blue", "add snow"]


def test_results_hold_what_came(tmp_path: Path) -> None:
    """Original bytes, the true type, the cost from the usage, and the path on disk."""
    result = studio_on(Server(answer(picture("red"))), tmp_path).conversation().imagine("a cat", aspect="16:9")
    assert result.bytes == jpeg("red")
    assert result.mime == "image/jpeg"  # declared as PNG
    assert result.image.size == (64, 48)
    assert result.path is not None
    assert result.path.read_bytes() == jpeg("red")
    assert result.turn == 1
    assert result.cost == pytest.approx((1120 * 120 + 10 * 2) / 1e6)
    assert result.finish_reason == "STOP"
    assert json.loads(result.request)["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9"}


@pytest.mark.parametrize(
    "bad",
    [
        answer({"text": "I cannot."}, finish="IMAGE_SAFETY"),
        answer(finish="NO_IMAGE"),
        (200, JSON, [b'{"promptFeedback": {"blockReason": "SAFETY"}}']),
        (200, JSON, [b'{"candidates": [{"content": {}, "finishReason": "IMAGE_OTHER"}]}']),
    ],
)
def test_a_blocked_answer_leaves_the_history_alone(tmp_path: Path, bad: Answer) -> None:
    """The next edit goes on from the last good turn."""
    server = Server(answer(picture("red")), bad, answer(picture("blue")))
    conversation = studio_on(server, tmp_path).conversation()
    conversation.imagine("a cat")
    with pytest.raises(AnswerBlocked) as caught:
        conversation.imagine("something forbidden")
    assert len(caught.value._render_traceback_()) <= 3
    conversation.imagine("add snow")
    assert "something forbidden" not in server.texts()
    assert len(conversation.exchanges) == 2


def test_new_from_undo_redo_and_fork_choose_the_history(tmp_path: Path) -> None:
    """Each request holds exactly the branch that a reader expects."""
    server = Server(answer(picture("red")))
    studio = studio_on(server, tmp_path)
    conversation = studio.conversation()
    first = conversation.imagine("one")
    conversation.imagine("two")
    assert server.texts() == ["one", "two"]
    conversation.imagine("other root", new=True)
    assert server.texts() == ["other root"]
    first.edit("three")
    assert server.texts() == ["one", "three"]
    conversation.imagine("four")
    assert server.texts() == ["one", "three", "four"]
    conversation.undo()
    conversation.imagine("five")
    assert server.texts() == ["one", "three", "five"]
    conversation.undo().undo().redo()
    conversation.imagine("six")
    assert server.texts() == ["one", "three", "six"]
    night = conversation.fork("night")
    night.imagine("seven")
    assert server.texts() == ["one", "three", "six", "seven"]
    conversation.imagine("eight")
    assert server.texts() == ["one", "three", "six", "eight"]
    assert [result.turn for result in night.exchanges] == [1, 2, 3, 4]


def test_undo_at_the_start_stays_there(tmp_path: Path) -> None:
    """It passes, and nothing is lost."""
    conversation = studio_on(Server(answer(picture())), tmp_path).conversation()
    assert conversation.undo().last is None
    conversation.imagine("one")
    assert conversation.undo().undo().last is None
    assert len(conversation.exchanges) == 1


def test_a_new_kernel_starts_fresh_and_goes_on_with_a_stored_one(tmp_path: Path) -> None:
    """`use` continues with signatures; without it the same name starts afresh beside the stored one."""
    server = Server(answer(picture("red")))
    studio_on(server, tmp_path).conversation().imagine("one")
    second = studio_on(server, tmp_path)
    assert [stored.key for stored in second.history.stored()] == ["main"]
    second.history.use("main")
    second.conversation().imagine("two")
    assert server.requests[-1]["contents"][1]["parts"] == [picture("red")]
    third = studio_on(server, tmp_path)
    third.conversation().imagine("fresh")
    assert server.texts() == ["fresh"]
    assert {stored.key: stored.turns for stored in third.history.stored()} == {"main": 2, "main.2": 1}
    assert [stored.name for stored in third.history.stored()] == ["main.1", "main.2"]
    third.history.use("main")  # it is current: the earlier one is meant
    third.conversation().imagine("three")
    assert server.texts() == ["one", "two", "three"]
    third.history.use("main")
    third.conversation().imagine("fresher")
    assert server.texts() == ["fresh", "fresher"]
    with pytest.raises(ConversationError, match="maim"):
        third.history.use("maim")


def test_the_newest_stored_conversation_of_a_name_is_meant(tmp_path: Path) -> None:
    """After several kernels `main` is the last one's; the others have a number."""
    server = Server(answer(picture("red")))
    for word in ("monday", "tuesday"):
        studio_on(server, tmp_path).conversation().imagine(word)
    wednesday = studio_on(server, tmp_path)
    wednesday.history.use("main")
    wednesday.conversation().imagine("edit")
    assert server.texts() == ["tuesday", "edit"]
    wednesday.history.use("main.1")
    wednesday.conversation().imagine("old")
    assert server.texts() == ["monday", "old"]


def test_a_name_that_is_stored_begins_anew_and_says_so(tmp_path: Path) -> None:
    """A new kernel starts fresh under every name."""
    server = Server(answer(picture("red")))
    studio_on(server, tmp_path).conversation("hero").imagine("one")
    result = studio_on(server, tmp_path).conversation("hero").imagine("two")
    assert server.texts() == ["two"]
    assert any("%imagine use hero" in notice for notice in result.notices)


def test_python_calls_leave_the_current_conversation_alone(tmp_path: Path) -> None:
    """Only a cell switches; a handle or a result asks in its own conversation."""
    server = Server(answer(picture("red")))
    studio = studio_on(server, tmp_path)
    studio.conversation().imagine("one")
    studio.conversation("hero").imagine("hero")
    assert studio.conversation().name == "main"
    studio.start("cell", conversation="hero").get()
    assert studio.conversation().name == "hero"


def test_a_default_model_does_not_stick(tmp_path: Path) -> None:
    """Only a model that was named stays with the conversation; the trait can be changed."""
    server = Server(answer(picture("red")))
    traits = {"base_url": "https://gateway.example", "model": "pro"}
    studio = Studio(traits=lambda: traits, home=tmp_path, transport=InProcess(server.handle))
    studio.conversation().imagine("one")
    traits["model"] = "flash"
    studio.conversation().imagine("two")
    assert "gemini-3.1-flash-image:" in server.targets[-1]


def test_count_asks_side_by_side_and_goes_on_from_the_first_that_succeeds(tmp_path: Path) -> None:
    """One failure among three is said and costs the others nothing."""
    server = Server(
        failure(400, "INVALID_ARGUMENT", "no"),
        answer(picture("red")),
        answer(picture("blue")),
        answer(picture("green")),
    )
    conversation = studio_on(server, tmp_path).conversation()
    result = conversation.imagine("a cat", count=3)
    assert len(result.variants) == 2
    assert any("1 of 3 failed" in notice for notice in result.notices)
    assert conversation.last is not None
    assert conversation.last.exchange.id == result.exchange.id
    conversation.imagine("add snow")
    assert server.texts() == ["a cat", "add snow"]


def test_count_where_the_system_allows_no_further_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be asked side by side is asked one after the other, and nothing that was sent is left alone."""
    start = threading.Thread.start

    def refused(thread: threading.Thread) -> None:
        if thread.name == "nbgemini-shot":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refused)
    server = Server(answer(picture("red")), answer(picture("blue")), answer(picture("green")))
    result = studio_on(server, tmp_path).conversation().imagine("a cat", count=3)
    assert len(result.variants) == 3
    assert len(server.requests) == 3


def test_several_failures_tell_what_all_of_them_may_have_cost(tmp_path: Path) -> None:
    """The gravest is told: a free refusal hides no payment, and a sum counts every request."""
    lost: Answer = (200, JSON, [b"{"])
    server = Server(failure(400, "INVALID_ARGUMENT", "no"), lost, lost, lost, answer(picture()))
    conversation = studio_on(server, tmp_path).conversation()
    with pytest.raises(OutcomeUnknown) as caught:
        conversation.imagine("a cat", count=4)
    assert caught.value.charged == "maybe"
    single = float(conversation.imagine("a cat").exchange.estimate or 0) / 1e6
    told = re.fullmatch(r"May have been charged: ≈ \$(\d\.\d+) for 3 requests\.", caught.value.money())
    assert told is not None
    assert float(told[1]) == pytest.approx(3 * single, abs=0.002)


def test_a_model_and_system_instruction_stay_until_changed(tmp_path: Path) -> None:
    """Other options hold for their call alone."""
    server = Server(answer(picture()))
    conversation = studio_on(server, tmp_path).conversation()
    conversation.imagine("one", model="nano-banana-2.1", system="Draw in ink.", size="2K")
    conversation.imagine("two")
    assert "gemini-nano-banana-2.1" in server.targets[1]
    assert server.requests[1]["systemInstruction"] == {"parts": [{"text": "Draw in ink."}]}
    assert "imageConfig" not in server.requests[1]["generationConfig"]


def test_a_switch_that_cannot_carry_signatures_sends_the_picture_in_the_user_turn(tmp_path: Path) -> None:
    """2.5 signs nothing and Gemini 3 asks for signatures."""
    unsigned = picture("red")
    del unsigned["thoughtSignature"]
    server = Server(answer(unsigned), answer(picture("blue")))
    conversation = studio_on(server, tmp_path).conversation()
    conversation.imagine("a cat", model="nano-banana")
    result = conversation.imagine("add snow", model="pro")
    contents = server.requests[1]["contents"]
    assert [turn["role"] for turn in contents] == ["user"]
    inline = [part["inlineData"] for part in contents[0]["parts"] if "inlineData" in part]
    assert [base64.b64decode(data["data"]) for data in inline] == [jpeg("red")]
    assert inline[0]["mimeType"] == "image/jpeg"
    assert any("signs nothing" in notice for notice in result.notices)
    conversation.imagine("add a boat")
    assert [turn["role"] for turn in server.requests[2]["contents"]] == ["user", "model", "user"]


def test_a_signature_on_an_empty_text_is_enough(tmp_path: Path) -> None:
    """A stream may put it there: the turn goes back as it came."""
    bare = picture("red")
    del bare["thoughtSignature"]
    carrier = {"text": "", "thoughtSignature": "ZW1wdHk="}
    server = Server(answer(bare, carrier), answer(picture("blue")))
    conversation = studio_on(server, tmp_path).conversation()
    for words in ("a cat", "add snow"):
        conversation.imagine(words)
    sent = server.requests[1]["contents"]
    assert [turn["role"] for turn in sent] == ["user", "model", "user"]
    assert sent[1]["parts"] == [bare, carrier]


def test_a_rejected_signature_keeps_the_history(tmp_path: Path) -> None:
    """And says how to begin a new branch from the picture."""
    text = "Image part is missing a thought_signature in content position 2, part position 1."
    server = Server(answer(picture()), failure(400, "INVALID_ARGUMENT", text), answer(picture()))
    conversation = studio_on(server, tmp_path).conversation()
    conversation.imagine("one")
    with pytest.raises(SignatureRejected) as caught:
        conversation.imagine("two")
    assert 'new=True, ref="@last"' in caught.value.hint
    assert len(conversation.exchanges) == 1
    conversation.imagine("two", new=True, ref=conversation.last)
    (turn,) = server.requests[-1]["contents"]
    assert [part["inlineData"]["data"] for part in turn["parts"] if "inlineData" in part] == [
        picture()["inlineData"]["data"]
    ]


def test_a_model_past_its_end_names_its_successor_and_no_other_is_asked(tmp_path: Path) -> None:
    """It was not retired, as far as we know: who pays for which model stays the user's choice."""
    server = Server(failure(404, "NOT_FOUND", "models/gemini-2.5-flash-image is no longer available."))
    with pytest.raises(ModelNotFound) as caught:
        studio_on(server, tmp_path).conversation().imagine("a cat", model="nano-banana")
    assert caught.value.hint.startswith("`gemini-nano-banana-2.1` takes its place. ")
    assert len(server.requests) == 1


def test_a_retired_model_is_answered_once_by_its_successor(tmp_path: Path) -> None:
    """Sent as typed first; one line says since when it is gone, and what drew instead."""
    server = Server(failure(404, "NOT_FOUND", "models/x is not found for API version v1beta"), answer(picture()))
    result = studio_on(server, tmp_path).conversation().imagine("a cat", model="gemini-3-pro-image-preview")
    assert ["preview" in target for target in server.targets] == [True, False]
    assert result.exchange.model == "gemini-3-pro-image"
    (said,) = result.notices
    assert said == "`gemini-3-pro-image-preview` was shut down on 2026-06-25; `gemini-3-pro-image` drew instead."


@pytest.mark.parametrize(
    "words",
    [
        {"size": "8k"},
        {"aspect": "16-9"},
        {"size": "512"},
        {"aspect": "1:8"},
        {"thinking": "high"},
        {"aspekt": "16:9"},
        {"count": 0},
        {"model": "imagen-4.0-generate-001"},
        {"model": "two words"},
        {"timeout": -1},
        {"new": True, "from_": 1},
        {"from_": "cat.png"},
        {"from_": 7},
        {"ref": ["missing.png"]},
        {"ref": [b"not a picture"]},
        {"ref": [object()]},
        {"ref": [b"\xff\xd8\xff\xe0 cut short"]},
        {"ref": [jpeg()] * 15},
        {"save": "no/such/folder/cat.png"},
        {"save": "cat.exe"},
        {"set": ["generationConfig.seed"]},
        {"replay": "sometimes"},
        {"replay": "auto", "fresh": True},
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(tmp_path: Path, words: dict[str, object]) -> None:
    """With an error of our own that says so."""
    server = Server(answer(picture()))
    conversation = studio_on(server, tmp_path).conversation()
    with pytest.raises((OptionError, ReferenceImageError, ConversationError)) as caught:
        conversation.imagine("a cat", **words)  # type: ignore[arg-type]
    assert caught.value.charged == "nothing sent"
    assert server.requests == []


@pytest.mark.parametrize("prompt", ["", "  \n ", "half a \ud83d"])
def test_a_prompt_that_cannot_be_sent_is_refused(tmp_path: Path, prompt: str) -> None:
    """Empty ones and lone surrogates."""
    server = Server(answer(picture()))
    with pytest.raises(OptionError):
        studio_on(server, tmp_path).conversation().imagine(prompt)
    assert server.requests == []


def test_a_dear_request_waits_for_yes(tmp_path: Path) -> None:
    """The estimate of all requests counts against `confirm_over`."""
    server = Server(answer(picture()))
    conversation = studio_on(server, tmp_path).conversation()
    with pytest.raises(ConfirmationNeeded, match=r"\$1\.14"):
        conversation.imagine("a cat", count=8)
    assert server.requests == []
    assert len(conversation.imagine("a cat", count=8, yes=True).variants) == 8


def test_a_prompt_that_holds_a_key_waits_for_yes(tmp_path: Path) -> None:
    """A pasted key would be sent, stored and shown."""
    key = "AIza" + "x" * 35
    server = Server(answer(picture()))
    conversation = studio_on(server, tmp_path).conversation()
    sent: list[tuple[str, dict[str, Any]]] = [
        (f"a cat {key}", {}),
        ("a cat", {"system": key}),
        ("a cat", {"set": {"labels.x": key}}),
        ("a cat", {"model": key}),
        ("a cat", {"alt": f"A cat, {key}"}),
        ("a cat", {"ref": {key: jpeg("red")}}),
    ]
    for prompt, words in sent:
        with pytest.raises(ConfirmationNeeded) as caught:
            conversation.imagine(prompt, **words)
        assert key not in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize(("key", "asks"), [("x", False), ("a-key-of-my-own", True)])
def test_a_short_key_is_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, asks: bool) -> None:
    """What stands in for a key before a server of one's own may be any letter, which prompts have, too."""
    monkeypatch.setenv("GEMINI_API_KEY", key)
    conversation = studio_on(Server(answer(picture())), tmp_path).conversation()
    if asks:
        with pytest.raises(ConfirmationNeeded):
            conversation.imagine(f"a fox with {key}")
    else:
        assert conversation.imagine("a fox").picture


def test_no_conversation_is_named_like_a_key(tmp_path: Path) -> None:
    """Its name stands in files, footers and reprs; the key of this kernel is known whatever its shape."""
    studio = studio_on(Server(), tmp_path)
    os.environ["GEMINI_API_KEY"] = "a-key-of-no-known-shape"
    for key in ("AIza" + "x" * 35, "my-a-key-of-no-known-shape"):
        for named in (studio.conversation, studio.conversation().fork):
            with pytest.raises(ConversationError) as caught:
                named(key)
            assert key not in str(caught.value)


def test_a_body_that_breaks_off_is_never_sent_again_and_its_picture_is_kept(tmp_path: Path) -> None:
    """What arrived whole becomes an orphan; the error says that it may have been charged."""
    from nbgemini.emulator import ConnectionCut

    whole = b"".join(answer(picture("red"))[2])

    def cut() -> object:
        yield whole[: whole.index(b"finishReason")]
        raise ConnectionCut

    server = Server((200, JSON, cut()), answer(picture("blue")))  # type: ignore[arg-type]
    studio = studio_on(server, tmp_path)
    with pytest.raises(OutcomeUnknown) as caught:
        studio.conversation().imagine("a cat")
    assert caught.value.charged == "maybe"
    assert "≈ $0.142" in str(caught.value)
    assert len(server.requests) == 1
    orphan = studio.orphans.listed()[0].exchange
    adopted = studio.recover(orphan.id)
    assert adopted.bytes == jpeg("red")
    assert studio.conversation().last is not None


def test_the_plan_of_a_request_sends_nothing(tmp_path: Path) -> None:
    """Its size is the size on the wire; its curl command names no key and its body file is whole."""
    server = Server(answer(picture("red")))
    studio = studio_on(server, tmp_path)
    studio.conversation().imagine("a cat")
    plan = studio.plan("add snow", size="2K")
    assert len(server.requests) == 1
    assert plan.estimate is not None
    command = plan.curl()
    assert "$GEMINI_API_KEY" in command
    body = Path(command.split("-d @")[1].strip("'")).read_bytes()
    assert len(body) == plan.size
    studio.conversation().imagine("add snow", size="2K")
    assert json.loads(body) == server.requests[1]
    assert "red" not in plan.request_json() or "sha256" in plan.request_json()


def test_pictures_are_saved_where_asked_with_the_right_suffix(tmp_path: Path) -> None:
    """Bytes are never converted; a wrong suffix is corrected and said; several are numbered; nothing is overwritten."""
    conversation = studio_on(Server(answer(picture("red"))), tmp_path).conversation()
    target = tmp_path / "cat.png"
    result = conversation.imagine("a cat", save=target)
    assert (tmp_path / "cat.jpg").read_bytes() == jpeg("red")
    assert any("cat.jpg" in notice for notice in result.notices)
    conversation.imagine("a cat", save=tmp_path / "grid.jpg", count=2)
    assert {path.name for path in tmp_path.glob("grid*")} == {"grid-1.jpg", "grid-2.jpg"}
    with pytest.raises(OptionError, match="exists already"):
        conversation.imagine("a cat", save=tmp_path / "cat.jpg")
    converted = result.save(tmp_path / "copy.png")
    assert converted.read_bytes().startswith(b"\x89PNG")


def test_asyncio_callers_share_the_lane_of_a_conversation(tmp_path: Path) -> None:
    """Two turns asked at once go one after the other, in the order of asking."""
    server = Server(answer(picture()))
    conversation = studio_on(server, tmp_path).conversation()

    async def main() -> None:
        await asyncio.gather(conversation.aimagine("one"), conversation.aimagine("two"))

    asyncio.run(main())
    assert server.texts() == ["one", "two"]


def test_the_embedded_emulator_answers_without_a_key(tmp_path: Path) -> None:
    """The main job offline: draw, edit, fork; every request passes the emulator's strict checks."""
    studio = Studio(traits=lambda: {"model": "flash", "size": "512"}, home=tmp_path)
    conversation = studio.conversation()
    cat = conversation.imagine("a red fox in a forest", aspect="16:9")
    night = conversation.imagine("make it night")
    other = cat.edit("add a red balloon")
    assert {result.served_by for result in (cat, night, other)} == {"emulator"}
    assert (cat.image.size, cat.mime) == ((688, 384), "image/jpeg")
    assert cat.cost == 0.0
    assert "emulated" in cat.alt
    assert night.bytes != cat.bytes != other.bytes
    assert sorted(path.name for path in tmp_path.iterdir()) == [".nbgemini"]


@pytest.mark.parametrize("prompt", ["\u200b", " \ufeff\u2060 ", "\u2800"])
def test_a_prompt_that_nobody_can_see_is_empty(tmp_path: Path, prompt: str) -> None:
    """It is refused before anything is sent, as blanks are."""
    server = Server(answer(picture()))
    with pytest.raises(OptionError, match="The prompt is empty"):
        studio_on(server, tmp_path).conversation().imagine(prompt)
    assert server.requests == []
