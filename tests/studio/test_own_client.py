"""A user's own httpx client and headers: proxy, certificate, login; and that nothing of them leaks."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from nbgemini.bench.loopback_server import PEM
from nbgemini.errors import NbgeminiError, NotSent, OptionError, OutcomeUnknown, SettingsError
from nbgemini.studio.studio import Studio
from tests.net.server import PNG, Server, answers, cut, google, serving
from tests.net.test_proxies import tunnel
from tests.net.test_tls import serving_tls
from tests.studio.served import KEY, MODEL

TOKEN = "team-token-0123456789"
Client = httpx.Client | httpx.AsyncClient
BOTH = [httpx.Client, pytest.param(httpx.AsyncClient, marks=pytest.mark.deep)]


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Studio]:
    """Makes a studio that asks the server at an address, and takes a client and headers."""

    def made(url: str, *, key: str = KEY, **given: Any) -> Studio:
        monkeypatch.setenv("GOOGLE_API_KEY", key)
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", url)
        studio = Studio(home=tmp_path, traits=lambda: {"model": MODEL})
        studio.surroundings.connect(headers=given.get("headers"), client=given.get("client"), change=given)
        return studio

    return made


@contextmanager
def closing(client: Client) -> Iterator[Client]:
    """Both kinds are closed by what closes them."""
    try:
        yield client
    finally:
        if isinstance(client, httpx.Client):
            client.close()


@pytest.mark.parametrize("kind", BOTH)
def test_its_certificates_and_headers_count(at: Callable[..., Studio], kind: Callable[..., Client]) -> None:
    """A certificate that nobody else trusts; its headers and ours go along, once each."""
    context = ssl.create_default_context(cafile=PEM)
    with serving_tls(answers()) as server, closing(kind(verify=context, headers={"x-team": TOKEN})) as client:
        result = at(server.url, client=client, headers={"X-Cost": "art"}).conversation().imagine("a cat")
        assert result.bytes == PNG
        head = server.requests[0].headers
        assert (head["x-team"], head["x-cost"], head["x-goog-api-key"]) == (TOKEN, "art", KEY)
        assert int(head["content-length"]) == len(server.requests[0].body)
        assert "transfer-encoding" not in head
        with pytest.raises(NotSent, match="not trusted"):
            at(server.url, client=None).conversation().imagine("a cat", timeout=1, fresh=True)


@pytest.mark.parametrize("kind", BOTH)
def test_its_proxy_counts(at: Callable[..., Studio], kind: Callable[..., Client]) -> None:
    """CONNECT with the proxy's login, the key behind TLS alone."""
    trusting = ssl.create_default_context(cafile=PEM)
    with serving(tunnel(answers())) as proxy:
        address = proxy.url.replace("http://", "http://ann:secret@")
        with closing(kind(proxy=address, verify=trusting)) as client:
            result = at("https://127.0.0.1:9", client=client).conversation().imagine("a cat", thoughts=False)
    assert result.bytes == PNG
    assert proxy.requests[0].head.startswith(b"CONNECT 127.0.0.1:9 HTTP/1.1")
    assert KEY.encode() not in proxy.requests[0].head
    assert proxy.requests[1].headers["x-goog-api-key"] == KEY


@pytest.mark.parametrize("kind", BOTH)
def test_its_login_takes_its_tries(at: Callable[..., Studio], kind: Callable[..., Client]) -> None:
    """A digest login sends the body twice; a function gives the value of a header anew."""
    asked = answers(401, b"", WWW_Authenticate='Digest realm="x", nonce="abc", qop="auth", algorithm=MD5')
    values = iter(["one-two-three", "four-five-six"])
    with serving(asked, answers()) as server, closing(kind(auth=httpx.DigestAuth("ann", "pass-word"))) as client:
        headers = {"Authorization-Info": lambda: next(values, "none-at-all")}
        assert at(server.url, client=client, headers=headers).conversation().imagine("a cat").bytes == PNG
        assert server.requests[0].body == server.requests[1].body != b""
        assert server.requests[1].headers["authorization"].startswith('Digest username="ann"')
        assert "-" in server.requests[1].headers["authorization-info"]


def test_headers_alone(at: Callable[..., Studio]) -> None:
    """With our own transport, without a key; they win over ours, and None takes them back."""
    with serving(answers()) as server:
        made = at(server.url, key="", headers={"Authorization": f"Bearer {TOKEN}", "User-Agent": "me"})
        made.conversation().imagine("a cat")
        head = server.requests[0].headers
        assert (head["authorization"], head["user-agent"]) == (f"Bearer {TOKEN}", "me")
        made.surroundings.connect(headers=None, client=None, change=["headers"])
        made.conversation().imagine("a dog", new=True)
        assert "authorization" not in server.requests[1].headers


@pytest.mark.parametrize("kind", [None, *BOTH])
def test_nothing_of_them_is_kept_or_shown(
    at: Callable[..., Studio], tmp_path: Path, kind: Callable[..., Client] | None
) -> None:
    """A server that repeats what it was sent; files, errors, results and commands are searched for it."""
    said = f"no such team: {TOKEN}, login {TOKEN[:-1]}X"
    body = json.dumps({"candidates": [{"content": {}, "finishReason": "OTHER", "finishMessage": said}]}).encode()
    given: dict[str, Any] = {"headers": {"x-team": f"Token {TOKEN}", "x-login": f"{TOKEN[:-1]}X"}}
    if kind is not None:
        given = {"client": kind(headers=given["headers"]), "headers": {}}
    with serving(google(400, said), answers(200, body), cut(200), answers()) as server:
        made = at(server.url, **given)
        for _ in range(3):
            with pytest.raises(NbgeminiError) as caught:
                made.conversation().imagine("a cat")
            assert "team-token" not in str(caught.value) + repr(caught.value) + repr(vars(caught.value))
        result = made.conversation().imagine("a cat")
        assert "team-token" not in result.curl() + result.request + repr(made.client().endpoint) + repr(result)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"team-token" not in path.read_bytes(), path


@pytest.mark.deep
@pytest.mark.parametrize("kind", BOTH)
def test_what_breaks_is_told_as_ever(at: Callable[..., Studio], kind: Callable[..., Client]) -> None:
    """Nobody there: not sent; cut in the answer: perhaps charged; retries and deadlines are ours."""
    with closing(kind()) as client:
        with pytest.raises(NotSent):
            at("http://127.0.0.1:9", client=client).conversation().imagine("a cat", timeout=1.5)
        with serving(cut(120)) as server, pytest.raises(OutcomeUnknown):
            at(server.url, client=client).conversation().imagine("a cat", new=True)
        with serving(google(503, "overloaded"), answers()) as server:
            made = at(server.url, client=client)
            assert made.conversation().imagine("a dog", new=True).bytes == PNG
            assert server.connections == 2


def test_what_cannot_be_is_refused(at: Callable[..., Studio]) -> None:
    """What is no client, a closed one, and headers that cannot be sent; no message shows a value."""
    for wrong in (httpx.Client, "http://proxy", object()):
        with pytest.raises(OptionError, match=r"httpx\.Client"):
            at("http://127.0.0.1:9", client=wrong)
    for name, value in (("a b", TOKEN), ("x", f"{TOKEN}\n"), ("Host", TOKEN), ("x", 7), ("x", f"{TOKEN}ä")):
        with pytest.raises(OptionError) as caught:
            at("http://127.0.0.1:9", headers={name: value})
        assert TOKEN not in str(caught.value)

    def none() -> str:
        raise KeyError(TOKEN)

    for function in (none, lambda: f"{TOKEN}\n"):
        with pytest.raises(SettingsError, match="gives no value") as refused:
            at("http://127.0.0.1:9", headers={"x": function}).conversation().imagine("a cat")
        assert TOKEN not in str(refused.value)
    client = httpx.Client()
    client.close()
    with pytest.raises(SettingsError, match="is closed"):
        at("http://127.0.0.1:9", client=client).conversation().imagine("a cat")


def test_a_deadline_ends_a_silent_server(at: Callable[..., Studio]) -> None:
    """The socket of the client's is cut by the deadline, and the client serves the next request."""

    def silent(wire: Any) -> None:
        wire.read()
        wire.wait_until_left()

    with closing(httpx.Client()) as client, serving(silent, answers()) as server:
        made = at(server.url, client=client)
        with pytest.raises(OutcomeUnknown):
            made.conversation().imagine("a cat", timeout=0.3)
        assert isinstance(server, Server)
        assert made.conversation().imagine("a cat", fresh=True).bytes == PNG
