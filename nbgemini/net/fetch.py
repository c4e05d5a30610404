"""Fetches a picture from a URL that a user wrote, without letting it reach into private networks.

The name is resolved once and the connection goes to the addresses that were checked, so that a second answer of the
DNS changes nothing. No proxy, no cookie and no header of the API travels along. Import it late: it brings httpx.
"""

from __future__ import annotations

import contextlib
import queue
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

from nbgemini._dataclass import dataclass
from nbgemini.core.phrases import shortened
from nbgemini.core.picture import HEAD, sniff
from nbgemini.core.redact import redact
from nbgemini.errors import NbgeminiError, ReferenceImageError
from nbgemini.net.addresses import is_public
from nbgemini.net.flight import Flight
from nbgemini.net.seam import HttpRequest, Reply
from nbgemini.net.sockets import Target, targets_of
from nbgemini.net.transport import HttpTransport

__all__ = ["Fetcher", "Resolve", "system_addresses"]

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""(host, port) → its numeric addresses. Raises OSError."""

MOST_BYTES = 20_000_000
SECONDS = 30.0
HOPS = 3
_ENOUGH = 64  # bytes from which the type of a picture is told
_HEADERS = {"user-agent": "nbgemini", "accept": "image/*"}
_BY_HAND = "Download it yourself and give the file."


def system_addresses(host: str, port: int) -> list[str]:
    """What the system's resolver says. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in found]


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches pictures. `allowed` judges numeric addresses; `context` replaces the certificates that are trusted."""

    resolve: Resolve = system_addresses
    allowed: Callable[[str], bool] = is_public
    context: ssl.SSLContext | None = None
    seconds: float = SECONDS
    most_bytes: int = MOST_BYTES

    def flight(self) -> Flight:
        """A flight with the time that one picture may take, redirects included."""
        return Flight(self.seconds)

    def __call__(self, url: str, flight: Flight | None = None) -> bytes:
        """The bytes of the picture at `url`. Raises ReferenceImageError; nothing is ever charged for it."""
        flight = flight or self.flight()
        try:
            return self._followed(url, flight)
        except _Refused as refused:
            failure = ReferenceImageError(f"`{_shown(url)}` {refused}", hint=refused.hint)
        finally:
            flight.settle()
        raise failure

    def _followed(self, url: str, flight: Flight) -> bytes:
        for _ in range(HOPS + 1):
            outcome = self._hop(_checked(url), flight)
            if isinstance(outcome, bytes):
                return outcome
            url = _joined(url, outcome)
        raise _Refused(f"is redirected more than {HOPS} times.", _BY_HAND)

    def _hop(self, parts: SplitResult, flight: Flight) -> bytes | str:
        """One request: the picture, or where it is said to be."""
        addresses = self._addresses(parts, flight)
        problem: NbgeminiError | None = None
        try:
            request = HttpRequest("GET", parts.geturl(), _HEADERS)
            with _Pinned(addresses, self.context).send(request, flight) as reply:
                if reply.status in (301, 302, 303, 307, 308) and reply.headers.get("location"):
                    return reply.headers["location"]
                if reply.status != 200:
                    raise _Refused(f"was answered with HTTP {reply.status}.", _BY_HAND)
                return self._read(reply)
        except NbgeminiError as failed:
            problem = failed
        if flight.expired:
            raise _Refused(f"did not arrive within {self.seconds:g} s.", _BY_HAND)
        raise _Refused(f"cannot be fetched: {problem.message}", _BY_HAND)

    def _addresses(self, parts: SplitResult, flight: Flight) -> list[str]:
        """The addresses of a host, every one of them checked: one that is private makes the name suspicious."""
        host = parts.hostname or ""
        found = _in_time(lambda: list(self.resolve(host, parts.port or 443)), flight)
        if isinstance(found, BaseException) or not found:
            raise _Refused(f"cannot be fetched: the name {_plain(host)} is not found.", _BY_HAND)
        if not all(self.allowed(address) for address in found):
            raise _Refused(f"is refused: {_plain(host)} is an address of a private network.", _BY_HAND)
        return found

    def _read(self, reply: Reply) -> bytes:
        said = reply.headers.get("content-length", "")
        if said.isascii() and said.isdigit() and int(said[:20]) > self.most_bytes:
            raise self._too_large()
        body, known = bytearray(), False
        for chunk in reply.chunks():
            body += chunk
            if len(body) > self.most_bytes:
                raise self._too_large()
            if not known and len(body) >= _ENOUGH:
                known = _must_be_picture(bytes(body[:HEAD]))
        if not known:
            _must_be_picture(bytes(body))
        return bytes(body)

    def _too_large(self) -> _Refused:
        return _Refused(f"has more than {self.most_bytes / 1e6:g} MB.", "Save a smaller copy and give the file.")


class _Refused(Exception):
    """Why a URL gives no picture, to be read after the URL."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.hint = hint


class _Pinned(HttpTransport):
    """The transport of the API, but for its proxies, and connected to given addresses whatever the host is called."""

    def __init__(self, addresses: Sequence[str], context: ssl.SSLContext | None) -> None:
        super().__init__(context)
        self._addresses = addresses

    def proxy(self, address: object) -> None:
        return None

    def targets(self, host: str, port: int) -> Iterator[Target]:
        """The addresses that were checked; the host's name is used for its certificate alone."""
        for address in self._addresses:
            yield from targets_of(address, port)


def _checked(url: str) -> SplitResult:
    """The parts of a URL that may be asked for."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one
        raise _Refused("is not an address.", "Write it like `https://example.com/cat.png`.") from None
    if parts.scheme != "https":
        raise _Refused(f"is refused: {_plain(parts.scheme) or 'it'} is not https.", _BY_HAND)
    if not host or any(c < " " or c == "\\" for c in url.strip()):
        raise _Refused("is not an address.", "Write it like `https://example.com/cat.png`.")
    if parts.username is not None or parts.password is not None:
        raise _Refused("is refused: it contains a user name.", _BY_HAND)
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port not in (None, 443) else "")
    return parts._replace(netloc=netloc, fragment="")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise _Refused("is redirected to something that is not an address.", _BY_HAND) from None


def _must_be_picture(head: bytes) -> bool:
    if sniff(head) is None:
        what = "a web page" if head.lstrip()[:1] == b"<" else "something else"
        raise _Refused(f"is not a picture but {what}.", "Copy the address of the picture itself.")
    return True


def _in_time(work: Callable[[], list[str]], flight: Flight) -> list[str] | BaseException:
    """What `work` returns or raises; a TimeoutError when the flight is cut before: a resolver knows no deadline."""
    come: queue.SimpleQueue[list[str] | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            come.put(work())
        except BaseException as problem:  # looked at by the waiting side
            come.put(problem)

    threading.Thread(target=run, name="nbgemini-resolve", daemon=True).start()
    while flight.remaining() > 0 and not flight.is_cut:
        with contextlib.suppress(queue.Empty):
            return come.get(timeout=min(0.05, max(0.001, flight.remaining())))
    return TimeoutError()


def _shown(url: str) -> str:
    """A URL for a message: without user and query, which may hold secrets."""
    return redact(_plain(re.sub(r"//[^/]*@", "//", url.partition("?")[0].partition("#")[0])))


def _plain(text: str) -> str:
    return shortened(text, 120)
