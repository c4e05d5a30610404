"""The guarded fetcher: pictures from the open web, and nothing from private networks, whatever a name says."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from nbgemini.errors import ReferenceImageError
from nbgemini.net.addresses import is_public
from nbgemini.net.fetch import Fetcher
from tests.net.server import PNG, Act, Server, answers, cut, over_tls, reply, serving, silence, trickle

# A key pair for pictures.example and other.example that no one else trusts; it protects nothing.
PEM = Path(__file__).with_name("pictures.pem")

PRIVATE = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1", "192.0.0.8",
    "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::",
    "2002:a00:1::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "metadata", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_closed(address: str) -> None:
    """Loopback, link-local, reserved and documentation networks, bare or carried in IPv6."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "142.250.1.1", "2a00:1450:4001::200e", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public_addresses_are_open(address: str) -> None:
    """Also behind a NAT64 or in mapped form: what they carry is public."""
    assert is_public(address)


class Names:
    """A resolver whose answers are scripted; the last one is repeated."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers) or [["127.0.0.1"]]
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def web(*script: Act) -> Iterator[tuple[Server, str]]:
    """A TLS server on loopback that calls itself pictures.example."""
    with serving(*(over_tls(act, PEM) for act in script)) as server:
        yield server, f"https://pictures.example:{server.url.rsplit(':', 1)[1]}"


def fetcher(
    names: Names | None = None, *, seconds: float = 10.0, most_bytes: int = 20_000_000, allowed: str = "127.0.0.1"
) -> Fetcher:
    """The real one, but that it trusts our certificate and takes one loopback address for public."""
    return Fetcher(
        resolve=names or Names(),
        allowed=lambda address: address == allowed or is_public(address),
        context=ssl.create_default_context(cafile=str(PEM)),
        seconds=seconds,
        most_bytes=most_bytes,
    )


def refusal(fetch: Fetcher, url: str) -> str:
    with pytest.raises(ReferenceImageError) as caught:
        fetch(url)
    assert caught.value.charged == "nothing sent"
    assert len(caught.value.lines()) <= 3
    assert caught.value.__cause__ is caught.value.__context__ is None
    return caught.value.message


def test_a_picture_is_fetched_and_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes as they came; no key, no cookie, and no proxy of the environment."""
    monkeypatch.setenv("GEMINI_API_KEY", "AIzaSySENTINEL0123456789012345678901234")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    names = Names()
    with web(answers(200, PNG, set_cookie="a=b")) as (server, base):
        assert fetcher(names)(f"{base}/a%20b/é.png?x=1#top") == PNG
    (request,) = server.requests
    assert request.target == "/a%20b/%C3%A9.png?x=1"
    assert set(request.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert request.headers["user-agent"] == "nbgemini"
    assert names.asked == ["pictures.example"]


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.example/cat.png",
        "ftp://pictures.example/cat.png",
        "https://",
        "https:///cat.png",
        "https://user:secret@pictures.example/cat.png",
        "https://user@pictures.example/cat.png",
        "https://[::1/cat.png",
        "https://pictures.example:99999/cat.png",
        "https://pictures.example/cat\n.png",
        "https://pictures.example\\@127.0.0.1/cat.png",
        f"https://{'a' * 300}.example/",
        "https://..example/",
    ],
)
def test_what_is_no_https_address_is_refused_unasked(url: str) -> None:
    """No name is looked up for it, and a password is not repeated."""
    names = Names()
    assert "secret" not in refusal(fetcher(names), url)
    assert names.asked == []


@pytest.mark.parametrize("answer", [["10.0.0.7"], ["8.8.8.8", "192.168.0.1"], ["::ffff:127.0.0.2"], ["64:ff9b::a00:1"]])
def test_a_name_of_a_private_address_is_refused(answer: list[str]) -> None:
    """One private address among public ones is enough."""
    assert "private network" in refusal(fetcher(Names(answer)), "https://pictures.example/cat.png")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:7f00:1]"]
)
def test_loopback_in_any_spelling_is_refused(host: str) -> None:
    """The system's own resolver reads the odd ones; what counts is the address that it gives."""
    from nbgemini.net.fetch import system_addresses

    def resolve(name: str, port: int) -> Sequence[str]:
        # The guard of the tests lets only plain loopback names through to the resolver.
        return system_addresses(name, port) if name in ("127.0.0.1", "::1", "localhost") else ["127.0.0.1"]

    message = refusal(Fetcher(resolve=resolve), f"https://{host}/cat.png")
    assert "private network" in message


def test_a_name_is_resolved_once() -> None:
    """A DNS that answers differently the second time is never asked a second time."""
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    with web(answers(200, PNG)) as (server, base):
        assert fetcher(names)(f"{base}/cat.png") == PNG
    assert names.asked == ["pictures.example"]
    assert server.connections == 1


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """Where only another address of the same machine is allowed, a server on the first one hears nothing."""
    with web(answers(200, PNG)) as (server, base):
        assert "cannot be fetched" in refusal(fetcher(Names(["127.0.0.9"]), allowed="127.0.0.9"), f"{base}/cat.png")
    assert server.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_looked_up_anew(status: int) -> None:
    """Each hop is an address of its own."""
    names = Names()
    with web(answers(status, b"", location="/there/cat.png"), answers(200, PNG)) as (server, base):
        assert fetcher(names)(f"{base}/cat.png") == PNG
    assert [request.target for request in server.requests] == ["/cat.png", "/there/cat.png"]
    assert names.asked == ["pictures.example"] * 2


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://pictures.example/cat.png", "https"),
        ("https://10.0.0.1/", "private"),
        ("https://u:p@pictures.example/", "user name"),
        ("//[::1/", "://"),
        ("file:///etc/passwd", "https"),
    ],
)
def test_a_redirect_to_a_place_that_is_closed_is_refused(location: str, says: str) -> None:
    """The second hop is judged as the first one is."""
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    with web(answers(302, b"", location=location)) as (server, base):
        assert says in refusal(fetcher(names), f"{base}/cat.png")
    assert server.connections == 1


def test_a_rebinding_redirect_is_refused() -> None:
    """The same name with another address at the second hop."""
    names = Names(["127.0.0.1"], ["192.168.1.1"])
    with web(answers(302, b"", location="/again.png")) as (server, base):
        assert "private" in refusal(fetcher(names), f"{base}/cat.png")
    assert server.connections == 1


def test_three_redirects_are_enough() -> None:
    """The fourth is one too many."""
    on = answers(302, b"", location="/on.png")
    with web(on, on, on, answers(200, PNG)) as (_, base):
        assert fetcher()(f"{base}/cat.png") == PNG
    with web(on) as (server, base):
        assert "redirected more than 3 times" in refusal(fetcher(), f"{base}/cat.png")
    assert server.connections == 4


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (answers(404, b"gone"), "HTTP 404"),
        (answers(304, b""), "HTTP 304"),
        (answers(200, b"<!doctype html>" + b"x" * 500, content_type="image/png"), "a web page"),
        (answers(200, b"%PDF-1.7" + b"x" * 500), "something else"),
        (answers(200, b""), "something else"),
        (answers(200, PNG, content_length="30000000", length=None), "more than 20 MB"),
        (cut(300, data=reply(200, PNG)), "cannot be fetched"),
    ],
)
def test_what_is_no_picture_is_refused(act: Act, says: str) -> None:
    """By its bytes, whatever the server declares; cut short is no picture either."""
    with web(act) as (_, base):
        assert says in refusal(fetcher(), f"{base}/cat.png?token=secret")


def test_a_flood_is_cut_off() -> None:
    """Without a length, reading stops at the bound; a compressed bomb counts as what it becomes."""
    import gzip

    with web(answers(200, PNG + bytes(400_000), length=None)) as (_, base):
        assert "more than 0.1 MB" in refusal(fetcher(most_bytes=100_000), f"{base}/cat.png")
    bomb = gzip.compress(PNG + bytes(5_000_000))
    with web(answers(200, bomb, content_encoding="gzip")) as (_, base):
        assert "more than 0.1 MB" in refusal(fetcher(most_bytes=100_000), f"{base}/cat.png")


@pytest.mark.parametrize("act", [silence, trickle(reply(200, PNG), pause=0.2)])
def test_time_is_bounded_in_all(act: Act) -> None:
    """Silence and a trickle end at the deadline, not at each byte's."""
    began = time.monotonic()
    with web(act) as (_, base):
        assert "did not arrive within 0.6 s" in refusal(fetcher(seconds=0.6), f"{base}/cat.png")
    assert time.monotonic() - began < 3


def test_a_resolver_that_hangs_does_not_hang_us() -> None:
    """It is left behind at the deadline."""
    released = threading.Event()

    def resolve(host: str, port: int) -> Sequence[str]:
        released.wait(10)
        return ["127.0.0.1"]

    began = time.monotonic()
    assert "is not found" in refusal(Fetcher(resolve=resolve, seconds=0.3), "https://pictures.example/cat.png")
    assert time.monotonic() - began < 2
    released.set()


def test_a_certificate_of_another_name_is_refused() -> None:
    """The address is pinned, and the name is still what the certificate must hold."""
    with web(answers(200, PNG)) as (_, base):
        fetch = fetcher()
        assert fetch(base.replace("pictures.", "other.") + "/cat.png") == PNG
        assert "certificate" in refusal(fetch, base.replace("pictures.", "evil.") + "/cat.png")


def test_a_url_in_a_message_shows_no_token() -> None:
    """A query may be a signed one."""
    with web(answers(403, b"no")) as (_, base):
        assert "token" not in refusal(fetcher(), f"{base}/cat.png?token=abc#token")
