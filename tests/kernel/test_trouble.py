"""What goes wrong on the way: explained in three lines, never sent twice, and harmless to the next edit."""

from __future__ import annotations

import itertools

import pytest

from tests.kernel.conftest import Notebook
from tests.kernel.test_conversation import prompts
from tests.support.kernel import Outcome
from tests.support.replies import (
    Cut,
    Drop,
    Script,
    Slow,
    blocked,
    empty,
    fault,
    html,
    internal,
    overloaded,
    prompt_blocked,
    quota,
)
from tests.support.strict_server import StrictServer


def refused(outcome: Outcome, name: str) -> str:
    """The text of an error that is ours, short, and clean."""
    assert outcome.error_name == name, outcome.error_lines or outcome.text
    assert 1 <= len(outcome.error_lines) <= 3, outcome.error_lines
    assert outcome.pictures == []
    return " ".join(outcome.error_lines)


ANSWERS: list[tuple[Script, str, list[str]]] = [
    (blocked(), "AnswerBlocked", ["IMAGE_SAFETY", "The image violates"]),
    (
        blocked("IMAGE_OTHER", "You will not be charged for this request."),
        "AnswerBlocked",
        ["IMAGE_OTHER", "Not charged"],
    ),
    (blocked("A_REASON_OF_TOMORROW", ""), "AnswerBlocked", ["A_REASON_OF_TOMORROW"]),
    (prompt_blocked(), "AnswerBlocked", ["PROHIBITED_CONTENT"]),
    (empty(), "AnswerEmpty", []),
]


@pytest.mark.parametrize(("reply", "name", "says"), ANSWERS, ids=["safety", "other", "unknown", "prompt", "empty"])
def test_a_blocked_answer_does_no_harm(
    notebook: Notebook, server: StrictServer, reply: Script, name: str, says: list[str]
) -> None:
    """The reason is named in three lines, and the next edit goes on as if it had not been asked."""
    notebook.drawn("a fox")
    server.will(reply)
    text = refused(notebook.draw("something else"), name)
    assert [word for word in says if word not in text] == []
    assert "harged" in text
    notebook.drawn("at night")
    assert prompts(server.posts[-1].turns) == ["a fox", "at night"]
    assert len(server.posts) == 3


@pytest.mark.deep
def test_a_429_with_a_hint_is_honoured(notebook: Notebook, server: StrictServer) -> None:
    """Not before the hint, and then once."""
    server.will(quota("1.2s"))
    notebook.drawn("a fox")
    first, second = server.posts
    assert 1.2 <= second.at - first.at < 4
    assert first.body == second.body


def test_a_429_for_the_day_is_not_tried_again(notebook: Notebook, server: StrictServer) -> None:
    """A hint beyond the deadline ends at once, with the reason."""
    server.will(quota("41000s"))
    text = refused(notebook.draw("a fox"), "QuotaExceeded")
    assert "Not charged" in text
    assert len(server.posts) == 1


def test_an_overloaded_server_is_tried_again(notebook: Notebook, server: StrictServer) -> None:
    """503 in Google's words is not charged."""
    server.will(overloaded())
    notebook.drawn("a fox")
    assert len(server.posts) == 2


UNKNOWN: list[tuple[Script, str]] = [(Drop(), "OutcomeUnknown"), (Cut(0.4), "OutcomeUnknown"), (html(502), "")]


@pytest.mark.parametrize(("reply", "name"), UNKNOWN, ids=["dropped", "cut", "gateway page"])
def test_an_unknown_outcome_is_never_sent_twice(
    notebook: Notebook, server: StrictServer, reply: Script, name: str
) -> None:
    """One POST, and the sum that may be gone; the history is unchanged."""
    notebook.drawn("a fox")
    server.will(reply)
    outcome = notebook.draw("at night")
    text = refused(outcome, name or outcome.error_name)
    assert "May have been charged" in text
    assert "$0.1" in text or not name
    assert "<script>" not in str(outcome.outputs)
    assert len(server.posts) == 2
    notebook.drawn("in snow")
    assert prompts(server.posts[-1].turns) == ["a fox", "in snow"]


FAULTS: list[tuple[Script, str, str]] = [
    (fault(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."), "AuthenticationFailed", "key"),
    (fault(400, "INVALID_ARGUMENT", "Something is off."), "InvalidRequest", "Something is off."),
    (fault(403, "PERMISSION_DENIED", "Your API key was reported as leaked."), "PermissionRefused", "leaked"),
    (fault(404, "NOT_FOUND", "models/x is not found for API version v1beta."), "ModelNotFound", "not found"),
    (fault(400, "INVALID_ARGUMENT", "Corrupted thought signature."), "SignatureRejected", "ignature"),
    (html(413), "RequestTooLarge", ""),
    (fault(400, "INVALID_ARGUMENT", "\x1b[31m<img src=x onerror=alert(1)>\u202e\n\n" * 50), "InvalidRequest", "img"),
]


@pytest.mark.parametrize(
    ("reply", "name", "says"), FAULTS, ids=["key", "argument", "leaked", "model", "signature", "large", "hostile"]
)
def test_a_refusal_is_told_once(notebook: Notebook, server: StrictServer, reply: Script, name: str, says: str) -> None:
    """Each status has its own exception, Google's own words, and no second try."""
    server.will(reply)
    outcome = notebook.draw("a fox")
    assert says in refused(outcome, name)
    assert "\x1b[31m<img" not in str(outcome.error)
    assert len(server.posts) == 1


@pytest.mark.deep
def test_a_500_is_tried_twice_more(notebook: Notebook, server: StrictServer) -> None:
    """Three POSTs in all, then the error."""
    server.will(internal(), internal(), internal())
    refused(notebook.draw("a fox"), "ServerFault")
    pauses = [second.at - first.at for first, second in itertools.pairwise(server.posts)]
    assert len(pauses) == 2
    assert pauses[0] >= 1.9
    assert pauses[1] >= 5.9


@pytest.mark.deep
def test_a_timeout_is_kept(notebook: Notebook, server: StrictServer) -> None:
    """`--timeout` is a total deadline, and says that money may be gone."""
    server.will(Slow(6))
    outcome = notebook.draw("a fox", "--timeout 1")
    assert "May have been charged" in refused(outcome, "DeadlinePassed")
    assert outcome.seconds < 3
    server.release()


def test_the_whole_story_is_in_tb(notebook: Notebook, server: StrictServer) -> None:
    """Three lines in the cell, the traceback when asked."""
    server.will(blocked())
    refused(notebook.draw("a fox"), "AnswerBlocked")
    whole = notebook.kernel.run("%tb")
    assert len(whole.error_lines or whole.text.splitlines()) > 3


def test_what_nobody_expected_ends_in_three_lines_too(notebook: Notebook, server: StrictServer) -> None:
    """A display that fails after the picture was paid for: it is a turn all the same, and `%tb` has the whole story."""
    notebook.python(
        "publisher = type(get_ipython().display_pub)\n"
        "publish, publisher.publish = publisher.publish, lambda *given, **named: 1 / 0"
    )
    text = refused(notebook.draw("a fox"), "InternalFault")
    assert "ZeroDivisionError" in text
    assert "%imagine history" in text
    story = notebook.kernel.run("%tb").error_lines
    assert any("1 / 0" in line or "division by zero" in line for line in story)
    notebook.python("publisher.publish = publish")
    notebook.drawn("at night")
    assert prompts(server.posts[-1].turns) == ["a fox", "at night"]
