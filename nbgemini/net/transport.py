"""The network: one connection per request over a socket that can be cut and is read in large pieces.

It speaks by h11, the part of httpx that knows the protocol (`http11`): all of httpx doubles what a first cell costs,
most of it for a command line, cookies and event loops. What is left to httpx and httpcore is an address that is not
plain, and a proxy (`proxied`). This is the only module that imports httpx; import this one late.
"""

from __future__ import annotations

import contextlib
import re
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import h11

from nbgemini.core.redact import Secret
from nbgemini.errors import SettingsError
from nbgemini.net.body import Content
from nbgemini.net.certificates import at_fault, context_of, distrust
from nbgemini.net.failures import arrive, explain, interrupted
from nbgemini.net.flight import Flight
from nbgemini.net.http11 import Http11
from nbgemini.net.inflate import inflated
from nbgemini.net.seam import Address, HttpRequest, Reply
from nbgemini.net.sockets import Stream, Target, opened, targets_of
from nbgemini.net.watchdog import WATCHDOG

if TYPE_CHECKING:
    from nbgemini.net.proxied import Proxy

__all__ = ["HttpExchange", "HttpTransport", "parsed"]

# What no library would write in another way: no letter to encode, no dots to resolve, no name, no fragment.
_PLAIN = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?!.*/\.)/[A-Za-z0-9/._~:@!$&()*+,;=%?-]*"
)

_CONNECT = 15.0  # seconds for the connection and for the TLS handshake, each
_GRACE = 1.0  # seconds by which the socket's own timeouts outlast the watchdog


class HttpTransport:
    """HTTP/1.1, proxies and certificates from the environment, no redirects, no compression asked for.

    `variables` returns those of the environment that speak of certificates (`certificates.VARIABLES`); without it httpx
    looks for them. `proxied` says whether there may be a proxy: looking for one brings twenty modules.
    """

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        variables: Callable[[], Mapping[str, str]] | None = None,
        proxied: Callable[[], bool] = lambda: True,
    ) -> None:
        self.context = context
        self._proxied = proxied
        self._trusting = _trusting_as_httpx if variables is None else context_of
        self._variables = variables or dict
        self._seen = self._variables()  # under which the context is made

    def warm(self) -> None:
        """Make the SSL context (45 ms), so that the first request does not wait for it; anew for other variables.

        Raises SettingsError.
        """
        variables = self._variables()
        if self.context is not None and variables == self._seen:
            return
        try:
            self.context, self._seen = self._trusting(variables), variables
        except OSError as problem:  # an SSLError is one
            failed = problem
        else:
            return
        raise at_fault(failed, variables)

    def distrust(self) -> str:
        """What to do about a certificate that nobody vouches for."""
        return distrust(self._variables())

    def send(self, request: HttpRequest, flight: Flight) -> AbstractContextManager[Reply]:
        """Send once; see `seam.Transport`."""
        return HttpExchange(self, request, flight)

    def proxy(self, address: Address) -> Proxy | None:
        """The environment's proxy for `address`. Raises SettingsError for one that cannot be used."""
        return _proxy(address) if self._proxied() else None

    def connection(self, address: Address, flight: Flight, seconds: float) -> Stream:
        """A connection to it, which may take so many seconds, and TLS as many again. Raises OSError, SettingsError."""
        if address.scheme not in _PORTS:
            raise h11.LocalProtocolError("neither http nor https")
        context = self.trusting(address)
        port = _PORTS[address.scheme] if address.port is None else address.port
        stream = opened(self.targets(address.host, port), flight, seconds)
        if context is None:
            return stream
        context.set_alpn_protocols(["http/1.1"])
        return stream.start_tls(context, address.host, seconds)

    def trusting(self, address: Address) -> ssl.SSLContext | None:
        """The context for it, None where it needs none. Raises SettingsError."""
        if address.scheme == "http":
            return None
        self.warm()
        assert self.context is not None  # without one nothing would be encrypted
        return self.context

    def targets(self, host: str, port: int) -> Iterable[Target]:
        """Where `host` may be reached. Raises OSError."""
        return targets_of(host, port)


_METADATA = ("169.254.169.254", "metadata.google.internal")


def _trusting_as_httpx(_: Mapping[str, str]) -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def parsed(url: str) -> Address:
    """A URL as it is sent. Raises what httpx raises for one that is none."""
    if _PLAIN.fullmatch(url):
        parts = urlsplit(url)
        port = None if parts.port == _PORTS[parts.scheme] else parts.port
        target = f"{parts.path}{f'?{parts.query}' if parts.query else ''}"
        return Address(parts.scheme, parts.hostname or "", port, target.encode("ascii"))
    import httpx

    odd = httpx.URL(url)
    return Address(odd.scheme, odd.raw_host.decode("ascii"), odd.port, odd.raw_path)


_PORTS = {"http": 80, "https": 443}


def _host(address: Address) -> str:
    """As the header `Host` has it."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    return host if address.port is None else f"{host}:{address.port}"


def _proxy(address: Address) -> Proxy | None:
    from urllib.request import getproxies, proxy_bypass

    found, scheme = getproxies(), address.scheme
    said = found.get(scheme) or found.get("all")
    # What a cloud machine's metadata server answers are tokens in plain text: they are for this machine alone.
    if not said or address.host in _METADATA or proxy_bypass(_host(address)):
        return None
    import httpx

    try:
        proxy = httpx.Proxy(said if "://" in said else f"http://{said}")
        usable = bool(proxy.url.host) and (proxy.url.port or 1) in range(1, 65536)
    except (ValueError, TypeError, httpx.InvalidURL):
        usable = False
    if not usable:  # the address itself may hold a password
        name = f"{scheme if scheme in found else 'all'}_proxy".upper()
        raise SettingsError(f"The proxy in `{name}` is not an address that can be used.", hint=_PROXY)
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise SettingsError("A SOCKS proxy needs one more package.", hint="`pip install 'httpx[socks]'`")
    from nbgemini.net.proxied import Proxy

    return Proxy(str(proxy.url), proxy.raw_auth, proxy.headers.raw)


_PROXY = "Write it like `http://user:password@host:8080`, or unset it."


class _Distrusting(Protocol):
    """A transport that knows what to do about certificates."""

    def distrust(self) -> str: ...


class HttpExchange:
    """One request and its answer; a context manager of its own, so that no frame of it lies under the caller's."""

    def __init__(self, transport: _Distrusting, request: HttpRequest, flight: Flight) -> None:
        self._transport, self._request, self._flight = transport, request, flight
        self._response: Any = None  # httpx's, or what looks like it
        self._via = ""
        self.status = 0
        self.headers: Mapping[str, str] = {}

    def __enter__(self) -> Reply:
        self._flight.begin()
        failure: BaseException | None = None
        try:
            WATCHDOG.watch(self, self._flight)
            if self._flight.is_cut:
                raise interrupted(self._flight)
            self._send()
        except BaseException as problem:
            trust = self._transport.distrust()
            failure = explain(problem, self._request, self._flight, via=self._via, distrust=trust)
        if failure is None:
            return self
        self._close()
        raise failure

    def _timeout(self) -> tuple[float, float, float, float]:
        """The socket's own, in seconds: the deadline and a little more, for the connection less (the first)."""
        left = self._flight.remaining() + _GRACE
        return min(_CONNECT, left), left, left, left

    def _headers(self) -> dict[str, str]:
        """All that is sent, the key uncovered."""
        plain = {name: v.reveal() if isinstance(v, Secret) else v for name, v in self._request.headers.items()}
        plain = {"accept": "*/*", "connection": "keep-alive", **plain, "accept-encoding": "identity"}
        body = self._request.body
        if body is not None:
            plain |= {"content-length": str(body.length)}
            plain |= {"content-type": body.media_type} if body.media_type else {}
        return plain

    def _send(self) -> None:
        transport, address = self._transport, parsed(self._request.url)
        assert isinstance(transport, HttpTransport)
        method, body = self._request.method, self._request.body
        headers = {"host": _host(address), **self._headers()}
        raw = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        pieces = () if body is None else self._pieces(body)
        connect, silence, *_ = self._timeout()
        proxy = transport.proxy(address)
        if proxy is None:
            self._response = Http11(transport.connection(address, self._flight, connect), silence)
        else:
            from nbgemini.net.proxied import Proxied

            at = urlsplit(proxy.url)
            self._via = f"{at.hostname}:{at.port or 80}"
            self._response = Proxied(proxy, transport.trusting(address), self._flight, connect, silence)
        self._response.ask(method, address, raw, pieces)
        self._arrived(self._response)

    def _arrived(self, response: Any) -> None:
        """The status and the headers of an answer are here."""
        self._response = response
        self._flight.sent = True  # whoever answers has read what it wanted
        self.status = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    def _pieces(self, body: Content) -> Iterator[bytes]:
        """The body, piece by piece; asked for the next one, whoever sends has written the one before."""
        for piece, last in body:
            if not self._flight.handing_over(last=last):
                raise interrupted(self._flight)
            yield piece
        self._flight.handed_over()

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives, decompressed."""
        return arrive(self._received(), self._request, self._flight)

    def _received(self) -> Iterator[bytes]:
        yield from inflated(self._response.iter_raw(), self.headers.get("content-encoding", ""))
        if self._flight.is_cut:  # which looks like an end
            raise interrupted(self._flight)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        WATCHDOG.forget(self)
        if self._response is not None:
            with contextlib.suppress(Exception):
                self._response.close()
        self._response = None  # it holds the headers
        self._flight.end()
