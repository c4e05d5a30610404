"""Proxies from the environment: plain, with CONNECT, with credentials, and left out where NO_PROXY says so."""

from __future__ import annotations

import base64
import ssl
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from nbgemini.bench.loopback_server import PEM
from nbgemini.errors import ApiError, NotSent, OutcomeUnknown, SettingsError, UnexpectedReply
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.flight import Flight
from nbgemini.net.transport import HttpTransport, parsed
from tests.net.server import (
    KEY,
    PATIENCE,
    Act,
    Caller,
    Got,
    Wire,
    answers,
    over_tls,
    refuses_early,
    reply,
    server_context,
    serving,
    silence,
)


def forwarding(wire: Wire) -> None:
    """A proxy that answers for the server."""
    wire.read()
    wire.send(reply())


@pytest.mark.parametrize("spelled", ["http://{}", "{}"])
def test_plain_http_goes_through_the_proxy(spelled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy sees the whole address."""
    with serving(forwarding) as proxy, serving(answers()) as server:
        monkeypatch.setenv("http_proxy", spelled.format(proxy.url.removeprefix("http://")))
        assert Caller(server.url).ask().turn is not None
    assert server.connections == 0
    assert proxy.requests[0].target.startswith(server.url + "/v1beta/models/")


def test_a_machine_s_own_metadata_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answers are tokens in plain text."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    proxy = HttpTransport().proxy
    assert proxy(parsed("http://169.254.169.254/computeMetadata/v1/")) is None
    assert proxy(parsed("http://metadata.google.internal/computeMetadata/v1/")) is None
    assert proxy(parsed("http://example.com/")) is not None


def test_no_proxy_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts that are listed are reached directly."""
    with serving(forwarding) as proxy, serving(answers()) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "example.com,127.0.0.1")
        assert Caller(server.url).ask().turn is not None
    assert (proxy.connections, server.connections) == (0, 1)


def tunnel(then: Act) -> Act:
    """A proxy that says yes to CONNECT and then plays the TLS server itself."""
    server = over_tls(then)

    def act(wire: Wire) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += wire.sock.recv(65536)
        wire.server.requests.append(Got(head))
        wire.send(b"HTTP/1.1 200 OK\r\n\r\n")
        server(wire)

    return act


def test_https_tunnels_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """CONNECT with the proxy's own credentials; the API key is seen behind TLS only."""
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    with serving(tunnel(answers())) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url.replace("http://", "http://ann:secret@"))
        assert Caller("https://127.0.0.1:9", transport=HttpTransport()).ask().turn is not None
    connect = proxy.requests[0]
    assert connect.head.startswith(b"CONNECT 127.0.0.1:9 HTTP/1.1")
    assert connect.headers["proxy-authorization"] == "Basic " + base64.b64encode(b"ann:secret").decode()
    assert KEY.encode() not in connect.head
    assert proxy.requests[1].headers["x-goog-api-key"] == KEY


def test_a_refusal_before_all_was_read_comes_through_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may answer 413 and close: what could not be sent is no failure, through a proxy neither."""
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    with serving(tunnel(refuses_early)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        caller = Caller("https://127.0.0.1:9", transport=HttpTransport())
        with pytest.raises(ApiError) as caught:
            caller.ask(caller.request("x", bytes(8_000_000)))
    assert caught.value.status == 413


def test_a_cancel_cuts_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the answer is waited for."""
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    with serving(tunnel(silence)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        caller, flight = Caller("https://127.0.0.1:9", transport=HttpTransport()), Flight(PATIENCE)

        def cut() -> None:
            while flight.stage != "sent":
                time.sleep(0.005)
            flight.cancel()

        thread = threading.Thread(target=cut)
        thread.start()
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            caller.ask(flight=flight)
        assert time.monotonic() - began < PATIENCE / 2
        thread.join()


def test_a_proxy_over_tls_carries_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """An `https://` proxy: the way to it is encrypted, and so is what goes through."""
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    inner, outer = server_context(), server_context()
    seen: list[bytes] = []

    def act(wire: Wire) -> None:
        with outer.wrap_socket(wire.sock, server_side=True) as line:
            head = b""
            while b"\r\n\r\n" not in head:
                head += line.recv(65536)
            seen.append(head)
            line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            talk = inner.wrap_bio(incoming, outgoing, server_side=True)

            def until(step: Callable[[], Any]) -> Any:
                while True:
                    try:
                        return step()
                    except ssl.SSLWantReadError:
                        line.sendall(outgoing.read())
                        incoming.write(line.recv(65536))

            until(talk.do_handshake)
            got = b""
            while b"}}" not in got:
                got += until(lambda: talk.read(65536))
            seen.append(got)
            talk.write(reply())
            line.sendall(outgoing.read())

    with serving(act) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url.replace("http:", "https:"))
        assert Caller("https://127.0.0.1:9", transport=HttpTransport()).ask().turn is not None
    assert seen[0].startswith(b"CONNECT 127.0.0.1:9 HTTP/1.1")
    assert KEY.encode() in seen[1]


@pytest.mark.parametrize(
    "value",
    [
        "socks4://ann:secret@127.0.0.1:9",
        "nonsense://ann:secret@127.0.0.1:9",
        "http://ann:sec ret@[::1",
        "http://ann:secret@127.0.0.1:99999",
        "http://",
    ],
)
def test_a_proxy_that_is_no_address_is_said_without_its_password(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is sent, and for any request."""
    monkeypatch.setenv("https_proxy", value)
    caller = Caller("https://127.0.0.1:9", policy=RetryPolicy(unsent=0))
    for ask in (lambda: caller.ask(seconds=3), lambda: caller.client.models(timeout=3)):
        with pytest.raises(SettingsError, match="HTTPS_PROXY") as caught:
            ask()
        assert "secret" not in "".join(traceback.format_exception(caught.value))
        assert caught.value.charged == "nothing sent"


def test_a_socks_proxy_names_the_package_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is not installed for the tests."""
    monkeypatch.setenv("all_proxy", "socks5://ann:secret@127.0.0.1:9")
    with pytest.raises(SettingsError, match="SOCKS") as caught:
        Caller("https://127.0.0.1:9").ask(seconds=3)
    assert "httpx[socks]" in caught.value.hint


def test_a_proxy_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its password: the user should know that it is not the server that is away."""
    monkeypatch.setenv("all_proxy", "http://ann:secret@127.0.0.1:9")
    with pytest.raises(NotSent, match=r"through the proxy 127\.0\.0\.1:9") as caught:
        Caller("https://example.com", policy=RetryPolicy(unsent=0)).ask(seconds=3)
    assert "secret" not in str(caught.value)


def test_a_proxy_that_says_no_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """407 and 403 to CONNECT: nothing reached the server."""

    def refuse(wire: Wire) -> None:
        wire.read()
        wire.send(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")

    with serving(refuse) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with pytest.raises(NotSent, match="The proxy does not let"):
            Caller("https://127.0.0.1:9", policy=RetryPolicy(unsent=0)).ask()
    assert proxy.connections == 1


def test_a_proxy_that_wants_a_login_says_so_for_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """There its 407 is the answer."""
    with serving(answers(407, b"<html>")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with pytest.raises(UnexpectedReply, match="The proxy asks for a login") as caught:
            Caller("http://127.0.0.1:9").ask()
    assert (caught.value.charged, proxy.connections) == ("no", 1)
    assert "http://user:password@host:port" in caught.value.hint


def test_several_requests_go_side_by_side() -> None:
    """One transport serves any number of threads; each request has a connection of its own."""
    together = threading.Barrier(6, timeout=8)

    def meet(wire: Wire) -> None:
        wire.read()
        together.wait()
        wire.send(reply())

    with serving(meet) as server:
        caller = Caller(server.url)
        threads = [threading.Thread(target=caller.ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(caller.kept) == 6
    assert server.connections == 6
