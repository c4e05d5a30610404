"""The commit rule: what becomes a turn, and the sentence for everything that does not."""

from __future__ import annotations

from typing import Any

import pytest

from nbgemini.core.content import Turn
from nbgemini.core.exchange import Answer
from nbgemini.core.skeleton import StoredText
from nbgemini.errors import AnswerBlocked, AnswerEmpty
from nbgemini.wire.reasons import BLOCKS, FINISHES
from nbgemini.wire.verdict import verdict
from tests.support.pictures import make_picture
from tests.wire.answers import decoded, image, response, text

PNG = make_picture("PNG", (40, 30))


@pytest.mark.parametrize("finish", ["STOP", "MAX_TOKENS", None, "FINISH_REASON_UNSPECIFIED", "A_NEW_REASON"])
def test_a_picture_under_a_harmless_or_unknown_reason_is_a_turn(finish: str | None) -> None:
    """What was drawn counts, unless Google names a reason against it."""
    assert verdict(decoded(response(image(PNG), finish=finish))) is None


def test_words_alone_are_a_turn_under_stop_only() -> None:
    """A model may answer in words; cut off or unexplained words are none."""
    assert verdict(decoded(response(text("Which cat?")))) is None
    for finish in ("MAX_TOKENS", None, "A_NEW_REASON", "OTHER"):
        assert verdict(decoded(response(text("Which c"), finish=finish))) is not None


@pytest.mark.parametrize("finish", FINISHES)
def test_every_finish_reason_is_explained(finish: str) -> None:
    """Without a picture: what happened, whether it was charged, what to do, in three lines."""
    problem = verdict(decoded(response(text("I cannot draw that."), finish=finish)))
    assert isinstance(problem, AnswerBlocked)
    assert (problem.finish_reason, problem.block_reason) == (finish, "")
    assert finish in problem.message
    assert "I cannot draw that." in problem.message
    assert problem.hint
    assert len(problem.lines()) == 3


@pytest.mark.parametrize("finish", sorted(set(FINISHES) - {"MAX_TOKENS"}))
def test_a_named_reason_outweighs_a_picture(finish: str) -> None:
    """A picture that comes with a refusal is on disk, and is no turn."""
    problem = verdict(decoded(response(image(PNG), finish=finish)))
    assert isinstance(problem, AnswerBlocked)


@pytest.mark.parametrize("block", [*BLOCKS, "A_NEW_REASON"])
def test_every_block_reason_is_explained(block: str) -> None:
    """A blocked prompt has no candidates."""
    problem = verdict(decoded({"promptFeedback": {"blockReason": block}, "usageMetadata": {"promptTokenCount": 9}}))
    assert isinstance(problem, AnswerBlocked)
    assert (problem.finish_reason, problem.block_reason) == ("", block)
    assert block in problem.message
    assert problem.charged == "maybe"


def test_googles_own_words_and_the_blocked_category_are_told() -> None:
    """The message quotes Google and names the category that was blocked."""
    body = response(finish="IMAGE_SAFETY")
    body["candidates"][0] |= {
        "finishMessage": "Unable to show the generated image.\nIt violates the policy.",
        "safetyRatings": [
            {"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW"},
            {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "blocked": True},
        ],
    }
    problem = verdict(decoded(body))
    assert problem is not None
    assert "Google says: “Unable to show the generated image. It violates the policy.”" in problem.message
    assert "Blocked for: dangerous content." in problem.message
    assert "harassment" not in problem.message
    assert problem.server_message.startswith("Unable")


@pytest.mark.parametrize(
    ("finish", "message", "charged"),
    [
        ("IMAGE_OTHER", "", "no"),
        ("IMAGE_SAFETY", "You will not be charged for this request.", "no"),
        ("IMAGE_SAFETY", "", "maybe"),
        ("MAX_TOKENS", "", "yes"),
        ("STOP", "", "maybe"),
    ],
)
def test_whether_it_was_charged_is_told(finish: str, message: str, charged: str) -> None:
    """Google says so for some; a refusal may cost its tokens; a cut answer does."""
    body = response(finish=finish)
    body["candidates"][0]["finishMessage"] = message
    problem = verdict(decoded(body))
    assert problem is not None
    assert problem.charged == charged


@pytest.mark.parametrize(("message", "charged"), [("", "maybe"), ("You will not be charged for this.", "no")])
def test_a_picture_that_was_drawn_may_have_been_charged(message: str, charged: str) -> None:
    """The reason says that nothing was drawn, and a picture came all the same: only Google's word makes it free."""
    body = response(image(PNG), finish="IMAGE_OTHER")
    body["candidates"][0]["finishMessage"] = message
    problem = verdict(decoded(body))
    assert problem is not None
    assert problem.charged == charged


def test_words_that_are_too_many_to_show_are_not_called_nothing() -> None:
    """A text of megabytes is on disk."""
    turn = Turn("model", {"parts": [{"text": StoredText("0" * 64, 12_000_000, "text")}]})
    problem = verdict(Answer(turn=turn, finish_reason="STOP"))
    assert problem is not None
    assert "more text than can be shown" in problem.message
    assert problem.charged == "yes"


def test_a_call_of_a_function_is_not_called_nothing() -> None:
    """Nobody asked for it; it is named."""
    problem = verdict(decoded(response({"functionCall": {"name": "draw", "args": {}}})))
    assert isinstance(problem, AnswerEmpty)
    assert "no picture and no text, but functionCall (STOP)." in problem.message


def test_words_without_an_end_are_not_called_nothing() -> None:
    """Words are a turn under STOP alone; the error does not deny them."""
    problem = verdict(decoded(response(text("Which fox?"), finish=None)))
    assert isinstance(problem, AnswerEmpty)
    assert "“Which fox?”" in problem.message
    assert "no words" not in problem.message


@pytest.mark.parametrize(
    "parts",
    [[], [text("", thoughtSignature="c2ln")], [text("hmm", thought=True)], [text(" \n ")], [{"functionCall": {}}]],
)
def test_nothing_to_show_is_no_turn(parts: list[Any]) -> None:
    """STOP with neither a picture nor words would be silence: it is an error."""
    problem = verdict(decoded(response(*parts)))
    assert isinstance(problem, AnswerEmpty)
    assert len(problem.lines()) == 3


def test_a_hostile_message_stays_short_and_holds_no_key() -> None:
    """Control characters, line breaks, length and keys in the model's text do not reach the error."""
    hostile = "AIzaSyA1234567890123456789012345678901 \x1b[31m" + "long " * 5000
    body = response(text(hostile), finish="SAFETY")
    body["candidates"][0]["finishMessage"] = hostile
    problem = verdict(decoded(body))
    assert problem is not None
    shown = "\n".join(problem.lines())
    assert "AIza" not in shown
    assert "\x1b" not in shown
    assert len(shown) < 900


def test_a_safety_filter_that_can_be_lifted_says_how() -> None:
    """The categories whose thresholds are the user's are named as `--safety` has them; those of pictures are not."""
    body = response(finish="SAFETY")
    rated = [{"category": f"HARM_CATEGORY_{name}", "blocked": True} for name in ("HATE_SPEECH", "HARASSMENT")]
    body["candidates"][0]["safetyRatings"] = rated
    problem = verdict(decoded(body))
    assert problem is not None
    assert "`--safety hate=only-high --safety harassment=only-high`" in problem.hint
    assert "Blocked for: hate speech, harassment." in problem.message
    for reason in ("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "PROHIBITED_CONTENT"):
        fixed = verdict(decoded(response(finish=reason)))
        assert fixed is not None
        assert "does not lift" in fixed.hint
        assert len(max(fixed.lines(), key=len)) <= 400


def test_a_category_that_nobody_can_set_is_no_advice() -> None:
    """Vertex has filters of pictures among its ratings; without any rating the advice is general."""
    body = response(finish="SAFETY")
    assert "CATEGORY=only-high" in getattr(verdict(decoded(body)), "hint", "")
    body["candidates"][0]["safetyRatings"] = [{"category": "HARM_CATEGORY_IMAGE_HATE", "blocked": True}]
    assert "does not lift" in getattr(verdict(decoded(body)), "hint", "")


def test_a_rating_without_a_mark_is_named_when_it_is_high() -> None:
    """A blocked prompt: `probability` is all that some ratings say."""
    ratings = [
        {"category": "HARM_CATEGORY_HARASSMENT", "probability": "NEGLIGIBLE"},
        {"category": "HARM_CATEGORY_SEXUALLY_EXPLICIT", "probability": "HIGH"},
    ]
    problem = verdict(decoded({"promptFeedback": {"blockReason": "SAFETY", "safetyRatings": ratings}}))
    assert problem is not None
    assert "Blocked for: sexually explicit." in problem.message
    assert "`--safety sexual=only-high`" in problem.hint


def test_a_language_that_is_not_taken() -> None:
    """Google's list stands in the hint."""
    problem = verdict(decoded(response(finish="LANGUAGE")))
    assert problem is not None
    assert "English, Arabic, German" in problem.hint
    assert "Chinese" in "\n".join(problem.lines())
