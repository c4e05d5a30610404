"""Proxies from the environment: plain, with CONNECT, with credentials, and left out where NO_PROXY says so."""

from __future__ import annotations

import base64
import ssl
import threading

import pytest

from nbgemini.errors import NbgeminiError, NotSent
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.seam import http
from tests.net.server import KEY, Act, Caller, Got, Wire, answers, reply, serving
from tests.net.test_tls import PEM


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


def test_no_proxy_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts that are listed are reached directly."""
    with serving(forwarding) as proxy, serving(answers()) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "example.com,127.0.0.1")
        assert Caller(server.url).ask().turn is not None
    assert (proxy.connections, server.connections) == (0, 1)


def tunnel(context: ssl.SSLContext) -> Act:
    """A proxy that says yes to CONNECT and then plays the TLS server itself."""

    def act(wire: Wire) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += wire.sock.recv(65536)
        wire.server.requests.append(Got(head))
        wire.send(b"HTTP/1.1 200 OK\r\n\r\n")
        wire.sock = context.wrap_socket(wire.sock, server_side=True)
        with wire.sock:
            answers()(wire)

    return act


def test_https_tunnels_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """CONNECT with the proxy's own credentials; the API key is seen behind TLS only."""
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    with serving(tunnel(context)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url.replace("http://", "http://ann:secret@"))
        assert Caller("https://127.0.0.1:9", transport=http()).ask().turn is not None
    connect = proxy.requests[0]
    assert connect.head.startswith(b"CONNECT 127.0.0.1:9 HTTP/1.1")
    assert connect.headers["proxy-authorization"] == "Basic " + base64.b64encode(b"ann:secret").decode()
    assert KEY.encode() not in connect.head
    assert proxy.requests[1].headers["x-goog-api-key"] == KEY


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("https_proxy", "socks5://127.0.0.1:9"),
        ("https_proxy", "nonsense://127.0.0.1:9"),
        ("all_proxy", "http://127.0.0.1:9"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_a_typed_error(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that is none, a kind that needs another package, and one that refuses."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(NbgeminiError) as caught:
        Caller("https://127.0.0.1:9", policy=RetryPolicy(unsent=0)).ask(seconds=3)
    assert len(caught.value.lines()) <= 3
    assert caught.value.charged in ("no", "nothing sent")


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
