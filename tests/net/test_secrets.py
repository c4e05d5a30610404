"""The key shows nowhere: no text, no repr, no frame of a traceback, no log, whatever goes wrong."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import pytest

from nbgemini.core.redact import Secret, looks_like_key, redact
from nbgemini.errors import NbgeminiError, SettingsError, StoreError
from nbgemini.net.backends import Endpoint
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.client import Client
from nbgemini.net.flight import Flight
from nbgemini.net.inprocess import InProcess
from tests.net.server import KEY, TRANSPORT, Act, Caller, Wire, answers, cut, google, serving, silence
from tests.wire.shelf import Shelf


def frames(exception: BaseException) -> Iterator[str]:
    """Everything that a verbose traceback can show of an exception and of those behind it."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [exception]
    while waiting:
        at = waiting.pop()
        if at is None or id(at) in seen:
            continue
        seen.add(id(at))
        waiting += [at.__cause__, at.__context__]
        yield from (str(at), repr(at), str(vars(at)), "".join(traceback.format_exception(at)))
        trace: TracebackType | None = at.__traceback__
        while trace is not None:
            if "/tests/" not in trace.tb_frame.f_code.co_filename:
                yield from (f"{name}={value!r}" for name, value in trace.tb_frame.f_locals.items())
            trace = trace.tb_next


def no_tls(wire: Wire) -> None:
    wire.sock.recv(100)
    wire.reset()


def echo(wire: Wire) -> None:
    """A server that sends back what it got, key included."""
    got = wire.read()
    body = b'{"error": {"message": "' + got.headers["x-goog-api-key"].encode() + b'"}}'
    wire.send(b"HTTP/1.1 400 X\r\ncontent-length: %d\r\n\r\n" % len(body) + body)


FAILURES: dict[str, Act] = {
    "silence": silence,
    "closed": cut(0),
    "reset": cut(0, reset=True),
    "cut": cut(2000),
    "no http": cut(50, data=b"\x00\xff" * 100),
    "bad header": cut(9999, data=b"HTTP/1.1 200 OK\r\nbad header\xff\r\n\r\n"),
    "huge header": cut(999_999, data=b"HTTP/1.1 200 OK\r\nx: " + b"y" * 300_000),
    "no tls": no_tls,
    "echo": echo,
    "echo under 200": answers(200, b'{"error": {"message": "' + KEY.encode() + b'"}}'),
    "google": google(503),
    "escapes": answers(
        400,
        b'{"error": {"status": "X", "message": "' + "".join(f"\\u{ord(c):04x}" for c in KEY).encode() + b'"}}',
    ),
    "escapes under 200": answers(
        200, b'{"error": {"message": "' + "".join(f"\\u{ord(c):04x}" for c in KEY).encode() + b'"}}'
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_no_failure_shows_the_key(failure: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the exception nor anything behind it, nor the logs of the libraries, at any level."""
    caplog.set_level(logging.DEBUG)
    with serving(FAILURES[failure]) as server:
        caller = Caller(server.url.replace("http", "https") if failure == "no tls" else server.url)
        with pytest.raises(NbgeminiError) as caught:
            caller.ask(seconds=0.5)
    shown = list(frames(caught.value))
    assert len(shown) > 10
    assert not [line for line in shown if KEY in line]
    assert KEY not in caplog.text
    assert not [notice for notice in caller.notices if KEY in notice]
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("place", ["message of a refusal", "finishMessage", "finishReason", "words", "category"])
def test_no_half_of_the_key_is_left_where_a_text_is_cut(place: str) -> None:
    """What is said is cut to a length that can be read, the key being out of it by then."""
    spelled = {f"{'y' * length}{KEY}" for length in (*range(60, 250, 10), 1990, 3990)}
    for text in sorted(spelled):
        body = _quoting(place, text)
        with serving(answers(400 if "error" in body else 200, json.dumps(body).encode())) as server:
            caller = Caller(server.url)
            try:
                problem: NbgeminiError | None = caller.client.verdict(caller.ask())
            except NbgeminiError as refused:
                problem = refused
        assert problem is not None
        assert KEY[:8] not in f"{problem} {vars(problem)}"


def _quoting(place: str, text: str) -> dict[str, Any]:
    """An answer with a signature, which nothing is taken out of on disk."""
    if place == "message of a refusal":
        return {"error": {"code": 400, "status": text, "message": text}}
    said = text if place == "words" else "a fox"
    return {
        "candidates": [
            {
                "content": {"role": "model", "parts": [{"text": said, "thoughtSignature": "c2ln"}]},
                "finishReason": text if place == "finishReason" else "SAFETY",
                "finishMessage": text if place == "finishMessage" else "",
                "safetyRatings": [{"category": text if place == "category" else "X", "blocked": True}],
            }
        ]
    }


@pytest.mark.parametrize("signed", [False, True])
def test_words_that_repeat_the_key(signed: bool) -> None:
    """Stars take its place on disk, but in a signed turn, which goes back as it came; what is said never repeats it."""
    part = {"text": f"{KEY} is a fine key", **({"thoughtSignature": "c2ln"} if signed else {})}
    body = {"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "IMAGE_SAFETY"}]}
    with serving(answers(200, json.dumps(body).encode())) as server:
        caller = Caller(server.url)
        answer = caller.ask()
    assert (KEY.encode() in caller.kept[0].skeleton.text) == signed
    problem = caller.client.verdict(answer)
    assert problem is not None
    assert "is a fine key" in problem.message
    assert not [line for line in frames(problem) if KEY in line]


def test_errors_of_the_store_show_no_key_either() -> None:
    """An exception from below passes through the same frames."""

    class Full(Shelf):
        def written(self, size: int) -> None:
            raise StoreError("The disk is full.")

    def refuse(raw: object) -> None:
        raise StoreError("The disk is full.")

    with serving(answers()) as server:
        for caller, keep in ((Caller(server.url, shelf=Full()), print), (Caller(server.url), refuse)):
            with pytest.raises(StoreError) as caught:
                caller.client.generate(
                    caller.request(), objects=caller.shelf, keep=keep, flight=Flight(5), notice=print
                )
            assert not [line for line in frames(caught.value) if KEY in line]


def test_an_emulator_that_fails_shows_no_key() -> None:
    """Whatever is raised in this process."""

    def handle(method: str, target: str, headers: object, body: bytes) -> tuple[int, dict[str, str], list[bytes]]:
        raise RuntimeError(str(headers))

    caller = Caller("http://emulator.localhost", transport=InProcess(handle))
    with pytest.raises(NbgeminiError, match="RuntimeError") as caught:
        caller.ask()
    assert not [line for line in frames(caught.value) if KEY in line]


def test_a_secret_is_neither_shown_nor_copied() -> None:
    """Every usual way out is closed."""
    secret = Secret.of(KEY)
    assert secret.reveal() == KEY
    assert KEY not in f"{secret}{secret!r}{secret!s}{[secret]}{secret:>50}{secret.redact(KEY)}"
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="neither pickled nor copied"):
            attempt(secret)
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("key", ["", "two words", "new\nline", "clé", "tab\t", "nul\x00"])
def test_a_key_that_is_no_header_is_refused_without_being_named(key: str) -> None:
    """Before anything is sent."""
    with pytest.raises(SettingsError) as caught:
        Endpoint(key=Secret.of(key))
    assert not key or key not in str(caught.value)


def test_texts_lose_everything_shaped_like_a_key() -> None:
    """By value and by shape; ordinary words stay."""
    text = f"key={KEY} hush-hush ya29.A0Af_x-yz Bearer abc.DEF-123 AQ.Ab8RN6I0123456789abcdef the bearer of news"
    shown = redact(text, ["hush-hush", "a", ""])
    assert shown == "key=[redacted] [redacted] [redacted] Bearer [redacted] [redacted] the bearer of news"
    assert looks_like_key(text)
    assert not looks_like_key("the bearer of bad news likes AIza and sofas")


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://generativelanguage.googleapis.com", True),
        ("https://gateway.example/gemini/", True),
        ("http://127.0.0.1:8765", True),
        ("http://localhost:1", True),
        ("http://[::1]:1/x", True),
        ("http://emulator.localhost", True),
        ("http://gateway.example", False),
        ("http://generativelanguage.googleapis.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
        ("https://user:pass@gateway.example", False),
        ("https://gateway.example?key=x", False),
        ("ftp://localhost", False),
        ("gateway.example:8765", False),
        ("https://", False),
        ("http://[", False),
        ("http://localhost:port", False),
        ("", False),
    ],
)
def test_a_key_goes_only_where_it_is_safe(url: str, fits: bool) -> None:
    """https, or loopback."""
    if fits:
        assert Endpoint(base_url=url).url("m").startswith(url.rstrip("/") + "/v1beta/models/m:")
    else:
        with pytest.raises(SettingsError):
            Endpoint(base_url=url)


def test_a_header_that_cannot_be_sent_is_a_settings_error() -> None:
    """Sent once, not retried, its text not quoted: h11 would quote the header."""
    endpoint = Endpoint(base_url="http://127.0.0.1:9", key=Secret.of(KEY), api_version="v1\nx")
    caller = Caller("http://127.0.0.1:9")
    client = Client(endpoint, TRANSPORT, policy=RetryPolicy(unsent=0))
    with pytest.raises(NbgeminiError) as caught:
        client.generate(caller.request(), objects=caller.shelf, keep=caller.kept.append, flight=Flight(2), notice=print)
    assert type(caught.value) is SettingsError
    assert not [line for line in frames(caught.value) if KEY in line]
