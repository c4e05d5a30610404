"""The retry table, row by row: how many POSTs a server receives, and what is said about it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nbgemini.errors import (
    ApiError,
    ConversationError,
    NbgeminiError,
    NotSent,
    OutcomeUnknown,
    QuotaExceeded,
    ServerFault,
)
from nbgemini.net.backoff import RetryBudget, RetryPolicy
from nbgemini.net.flight import Flight
from tests.net.server import Act, Caller, Wire, answers, cut, google, hint, serving

DAY = {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    "violations": [{"quotaId": "GenerateRequestsPerDayPerProject"}],
}

# What the server does each time, how many POSTs it receives, what is raised in the end.
ROWS: dict[str, tuple[Act, int, type[NbgeminiError], str]] = {
    "429 with a hint": (google(429, "slow", "RESOURCE_EXHAUSTED", hint("0.01s")), 4, QuotaExceeded, "no"),
    "429 with Retry-After": (google(429, retry_after="0.01"), 4, QuotaExceeded, "no"),
    "429 without a hint": (google(429), 3, QuotaExceeded, "no"),
    "429 as a web page": (answers(429, b"<html>"), 3, QuotaExceeded, "no"),
    "429 with a hint in the past": (google(429, retry_after="Fri, 15 Jan 2016 08:00:00 GMT"), 3, QuotaExceeded, "no"),
    "429 with NaN": (google(429, "x", "X", hint("NaNs")), 3, QuotaExceeded, "no"),
    "429 with a negative hint": (google(429, "x", "X", hint("-4s")), 3, QuotaExceeded, "no"),
    "429 beyond the deadline": (google(429, "x", "X", hint("60s")), 1, QuotaExceeded, "no"),
    "429 with an absurd hint": (google(429, retry_after="31536000"), 1, QuotaExceeded, "no"),
    "429 per day": (google(429, "x", "X", DAY, hint("0.01s")), 1, QuotaExceeded, "no"),
    "429 limit 0": (google(429, "Quota exceeded, limit: 0, model: x", "X", hint("0.01s")), 1, QuotaExceeded, "no"),
    "429 spend cap": (google(429, "monthly spending cap reached"), 1, QuotaExceeded, "no"),
    "503 by Google": (google(503, "high demand", "UNAVAILABLE"), 4, ServerFault, "no"),
    "503 as a web page": (answers(503, b"<html>"), 1, ServerFault, "maybe"),
    "503 empty": (answers(503, b""), 1, ServerFault, "maybe"),
    "500 by Google": (google(500, "internal", "INTERNAL"), 3, ServerFault, "no"),
    "500 as a web page": (answers(500, b"oops"), 1, ServerFault, "maybe"),
    "502 by Google": (google(502), 1, ServerFault, "maybe"),
    "504 by Google": (google(504, "deadline", "DEADLINE_EXCEEDED"), 1, ServerFault, "maybe"),
    "408": (google(408), 1, ApiError, "maybe"),
    "409": (google(409), 1, ApiError, "maybe"),
    "499": (google(499), 1, ApiError, "maybe"),
    "400": (google(400), 1, ApiError, "no"),
    "401": (google(401), 1, ApiError, "no"),
    "403": (google(403), 1, ApiError, "no"),
    "404": (google(404), 1, ApiError, "no"),
    "413": (answers(413, b""), 1, ApiError, "no"),
    "302": (answers(302, b"", location="/y"), 1, ApiError, "no"),
    "closed without an answer": (cut(0), 1, OutcomeUnknown, "maybe"),
    "reset without an answer": (cut(0, reset=True), 1, OutcomeUnknown, "maybe"),
    "cut in the headers": (cut(30), 1, OutcomeUnknown, "maybe"),
    "cut in the body": (cut(3000), 1, OutcomeUnknown, "maybe"),
    "no HTTP": (cut(9000, data=b"220 smtp.example ESMTP\r\n" * 10), 1, OutcomeUnknown, "maybe"),
    "rubbish under 200": (answers(200, b"<html>"), 1, NbgeminiError, "maybe"),
    "nothing under 200": (answers(200, b""), 1, NbgeminiError, "maybe"),
}


@pytest.mark.parametrize("row", ROWS)
def test_each_signal_is_sent_as_often_as_the_table_says(row: str) -> None:
    """Count the POSTs; each try after the first was announced; at most three lines remain."""
    act, posts, kind, charged = ROWS[row]
    with serving(act) as server:
        caller = Caller(server.url)
        with pytest.raises(kind) as caught:
            caller.ask()
    assert len(server.requests) == posts
    assert len(caller.notices) == posts - 1
    assert caught.value.charged == charged
    assert len(caught.value.lines()) <= 3


@pytest.mark.parametrize(
    "answer",
    [
        b'{"candidates": [{"finishReason": "IMAGE_SAFETY"}]}',
        b'{"promptFeedback": {"blockReason": "SAFETY"}}',
        b'{"candidates": [{"content": {}}], "usageMetadata": {}}',
    ],
)
def test_blocked_and_empty_answers_are_not_asked_for_again(answer: bytes) -> None:
    """Any 200 ends it."""
    with serving(answers(200, answer)) as server:
        caller = Caller(server.url)
        problem = caller.client.verdict(caller.ask())
    assert problem is not None
    assert (len(server.requests), len(caller.kept)) == (1, 1)


def test_a_retry_sends_the_same_body_again() -> None:
    """The body is read from disk anew, and the answer of the second try counts."""
    with serving(google(503), google(429), answers()) as server:
        caller = Caller(server.url)
        answer = caller.ask(caller.request("draw", bytes(range(256)) * 3000))
    assert answer.turn is not None
    assert answer.turn.picture is not None
    assert len({got.body for got in server.requests}) == 1
    assert len(server.requests) == 3
    assert caller.notices == [
        "503 from the server: waiting 0.005 s, then trying again (1 of 3)",
        "429 from the server: waiting 0.02 s, then trying again (2 of 2)",
    ]


def test_a_hint_is_never_undercut() -> None:
    """The server asks for 0.4 s and gets at least that."""
    with serving(google(429, "slow", "X", hint("0.4s")), answers()) as server:
        began = time.monotonic()
        Caller(server.url, policy=RetryPolicy(jitter=0.5)).ask()
        took = time.monotonic() - began
    assert len(server.requests) == 2
    assert 0.4 <= took < 1.5


@contextmanager
def nobody() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


def test_a_refused_connection_is_tried_three_times_more() -> None:
    """Nothing was sent, nothing is charged, and the hint is about the network."""
    with nobody() as url:
        caller = Caller(url)
        with pytest.raises(NotSent, match="Connection refused") as caught:
            caller.ask()
    assert [notice.rpartition("(")[2] for notice in caller.notices] == ["1 of 3)", "2 of 3)", "3 of 3)"]
    assert (caught.value.charged, caught.value.begun) == ("no", False)


@pytest.mark.parametrize("scheme", ["https"])
def test_a_failed_handshake_is_not_sent(scheme: str) -> None:
    """TLS that is answered with something else: four connections, no request."""

    def no_tls(wire: Wire) -> None:
        wire.sock.recv(65536)
        wire.send(b"HTTP/1.1 400 this is no TLS\r\n\r\n")

    with serving(no_tls) as server:
        caller = Caller(server.url.replace("http", scheme))
        with pytest.raises(NotSent):
            caller.ask()
    assert (server.connections, server.requests) == (4, [])


def test_a_write_that_fails_before_the_last_piece_is_tried_twice_more() -> None:
    """The server resets the connection in the middle of a large body: it never had a whole request."""

    def hang_up(wire: Wire) -> None:
        wire.read(limit=100_000)
        wire.reset()

    with serving(hang_up) as server:
        caller = Caller(server.url)
        with pytest.raises(NotSent) as caught:
            caller.ask(caller.request("x", bytes(24_000_000)))
    assert len(server.requests) == 3
    assert (caught.value.begun, caught.value.charged) == (True, "no")


def test_an_early_refusal_of_a_large_body_is_read() -> None:
    """A server may answer 413 and close before it has read everything; that answer counts."""

    def refuse(wire: Wire) -> None:
        wire.read(limit=10_000)
        wire.send(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        wire.sock.shutdown(socket.SHUT_WR)
        time.sleep(0.2)
        while wire.sock.recv(1 << 20):
            pass

    with serving(refuse) as server:
        caller = Caller(server.url)
        with pytest.raises(ApiError) as caught:
            caller.ask(caller.request("x", bytes(8_000_000)))
    assert (caught.value.status, len(server.requests)) == (413, 1)


def test_a_lost_picture_is_found_before_anything_is_charged() -> None:
    """The object is gone while the body is being sent: the store's error, one broken connection, no second try."""
    with serving(answers()) as server:
        caller = Caller(server.url)
        request = caller.request("x", bytes(range(256)) * 2000)
        caller.shelf.held = {name: data[:-3] for name, data in caller.shelf.held.items()}
        with pytest.raises(NbgeminiError, match="size that was recorded"):
            caller.ask(request)
    assert server.connections <= 1


def test_the_budget_of_the_kernel_ends_a_storm() -> None:
    """Twenty failing requests share three retries."""
    with serving(google(503)) as server:
        caller = Caller(server.url, budget=RetryBudget(3, per_second=0.0))
        for _ in range(20):
            with pytest.raises(ServerFault):
                caller.ask()
    assert len(server.requests) == 23


def test_waits_count_against_the_deadline() -> None:
    """A wait that does not fit is not begun."""
    with serving(google(503)) as server:
        caller = Caller(server.url, policy=RetryPolicy(overloaded=(5.0,), jitter=0.0))
        began = time.monotonic()
        with pytest.raises(ServerFault):
            caller.ask(flight=Flight(3.0))
    assert len(server.requests) == 1
    assert time.monotonic() - began < 1.5


def test_the_policy_is_pure() -> None:
    """Its answers depend on its arguments alone, and unknown exceptions are never tried again."""
    policy = RetryPolicy()
    waits = [policy.wait(NotSent("x"), attempt, remaining=99.0) for attempt in (1, 2, 3, 4)]
    assert waits == [0.5, 1.0, 2.0, None]
    overloaded = ServerFault("x", from_google=True, status=503, retry_after=50.0)
    assert policy.wait(overloaded, 1, remaining=500.0, spent=0.0) == 50.0
    assert policy.wait(overloaded, 3, remaining=500.0, spent=100.0) is None
    assert policy.wait(QuotaExceeded("x", retry_after=90.0), 1, remaining=180.0) == 90.0
    assert policy.wait(QuotaExceeded("x", retry_after=90.5), 1, remaining=180.0) is None
    assert policy.wait(ConversationError("x"), 1, remaining=99.0) is None
    assert policy.wait(NotSent("x"), 3, remaining=99.0, chance=1.0) == 2.5
    assert policy.wait(NotSent("x"), 3, remaining=2.2, chance=1.0) == 2.0


def test_the_budget_fills_up_again() -> None:
    """One retry every two seconds by default, up to its size."""
    now = [0.0]
    budget = RetryBudget(2, per_second=0.5, clock=lambda: now[0])
    assert [budget.take() for _ in range(3)] == [True, True, False]
    now[0] = 2.0
    assert [budget.take(), budget.take()] == [True, False]
    now[0] = 1000.0
    assert [budget.take() for _ in range(3)] == [True, True, False]
