"""TLS: certificates are checked, the environment may name one, and a cut works as it does without."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nbgemini.bench.loopback_server import PEM
from nbgemini.errors import ApiError, NotSent, OutcomeUnknown, SettingsError
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.flight import Flight
from nbgemini.net.transport import HttpTransport
from tests.net.server import (
    ANSWER,
    PNG,
    Act,
    Caller,
    Server,
    Wire,
    answers,
    cut,
    over_tls,
    refuses_early,
    serving,
    silence,
)


@contextmanager
def serving_tls(act: Act) -> Iterator[Server]:
    with serving(over_tls(act)) as server:
        server.url = server.url.replace("http:", "https:")
        yield server


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))


@pytest.mark.usefixtures("trusted")
def test_a_certificate_from_the_environment_is_trusted() -> None:
    """Request and answer of some size pass through TLS unchanged."""
    with serving_tls(answers()) as server:
        caller = Caller(server.url, transport=HttpTransport())
        answer = caller.ask(caller.request("x", bytes(range(256)) * 8000))
    assert answer.turn is not None
    assert answer.turn.picture is not None
    assert caller.shelf.held[answer.turn.picture.sha256] == PNG
    assert len(server.requests[0].body) > 2_000_000
    assert caller.shelf.rebuilt(caller.kept[0].skeleton) == ANSWER


def test_an_unknown_certificate_is_refused_before_anything_is_sent() -> None:
    """The key does not leave; the hint names the way out."""
    with serving_tls(answers()) as server:
        caller = Caller(server.url, policy=RetryPolicy(unsent=0))
        with pytest.raises(NotSent, match="is not trusted") as caught:
            caller.ask()
    assert server.requests == []
    assert "SSL_CERT_FILE" in caught.value.hint


def test_a_folder_of_certificates_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_DIR, its files named by hash as `openssl rehash` does."""
    (tmp_path / "a54383a6.0").write_bytes(PEM.read_bytes())  # `openssl x509 -hash` of it
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with serving_tls(answers()) as server:
        assert Caller(server.url, transport=HttpTransport()).ask().turn is not None


@pytest.mark.parametrize("spoilt", ["missing.pem", "", "text.pem"])
def test_certificates_that_cannot_be_read_are_named(
    spoilt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable is to blame, not the network."""
    (tmp_path / "text.pem").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / spoilt))
    with serving_tls(answers()) as server, pytest.raises(SettingsError, match="SSL_CERT_FILE"):
        Caller(server.url, transport=HttpTransport()).ask()
    assert server.requests == []


@pytest.mark.usefixtures("trusted")
def test_a_cancel_cuts_a_tls_connection() -> None:
    """While the answer is waited for."""
    with serving_tls(silence) as server:
        caller, flight = Caller(server.url, transport=HttpTransport()), Flight(8)
        raised: list[BaseException] = []

        def run() -> None:
            try:
                caller.ask(flight=flight)
            except OutcomeUnknown as error:
                raised.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        while flight.stage != "sent":
            time.sleep(0.005)
        flight.cancel()
        thread.join(1.5)
        assert not thread.is_alive()
        assert server.left.wait(2)
    assert len(raised) == 1


def test_a_cancel_cuts_a_handshake() -> None:
    """A server that accepts and then says nothing."""

    def mute(wire: Wire) -> None:
        wire.wait_until_left()

    with serving(mute) as server:
        caller, flight = Caller(server.url.replace("http", "https")), Flight(8)
        timer = threading.Timer(0.2, flight.cancel)
        timer.start()
        began = time.monotonic()
        with pytest.raises(NotSent, match="Cancelled"):
            caller.ask(flight=flight)
        timer.join()
    assert time.monotonic() - began < 1.5


@pytest.mark.usefixtures("trusted")
def test_an_early_refusal_of_a_large_body_is_read() -> None:
    """As without TLS: a server may answer 413 and close before it has read everything."""
    with serving_tls(refuses_early) as server:
        caller = Caller(server.url, transport=HttpTransport())
        with pytest.raises(ApiError) as caught:
            caller.ask(caller.request("x", bytes(8_000_000)))
    assert (caught.value.status, len(server.requests)) == (413, 1)


@pytest.mark.usefixtures("trusted")
def test_an_end_without_a_goodbye_is_a_cut() -> None:
    """TLS closed without its closing message, in the middle of the body."""
    with serving_tls(cut(3000)) as server:
        caller = Caller(server.url, transport=HttpTransport())
        with pytest.raises(OutcomeUnknown):
            caller.ask()
    assert len(server.requests) == 1
