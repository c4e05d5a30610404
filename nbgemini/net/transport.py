"""The network: one connection per request over a socket that can be cut and is read in large pieces.

This is the only module that imports httpx and its httpcore; import it late.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Protocol
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from nbgemini.core.redact import Secret
from nbgemini.errors import SettingsError
from nbgemini.net.body import Content
from nbgemini.net.certificates import at_fault, distrust
from nbgemini.net.failures import arrive, explain, interrupted
from nbgemini.net.flight import Flight
from nbgemini.net.inflate import inflated
from nbgemini.net.seam import HttpRequest, Reply
from nbgemini.net.sockets import CuttableBackend
from nbgemini.net.watchdog import WATCHDOG

__all__ = ["HttpExchange", "HttpTransport"]

_CONNECT = 15.0  # seconds for the connection and for the TLS handshake, each
_GRACE = 1.0  # seconds by which the socket's own timeouts outlast the watchdog


class HttpTransport:
    """HTTP/1.1 by httpx, proxies and certificates from the environment, no redirects, no compression asked for.

    `variables` returns those of the environment that speak of certificates (`certificates.VARIABLES`).
    """

    def __init__(
        self, context: ssl.SSLContext | None = None, variables: Callable[[], Mapping[str, str]] = dict
    ) -> None:
        self.context = context
        self._variables = variables
        self._seen = variables()  # under which the context is made

    def warm(self) -> None:
        """Make the SSL context (45 ms), so that the first request does not wait for it; anew for other variables.

        Raises SettingsError.
        """
        variables = self._variables()
        if self.context is not None and variables == self._seen:
            return
        try:
            self.context, self._seen = httpx.create_ssl_context(), variables
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

    def proxy(self, url: httpx.URL) -> httpx.Proxy | None:
        """The environment's proxy for `url`. Raises SettingsError for one that cannot be used."""
        return _proxy(url)

    def pool(self, url: httpx.URL, proxy: httpx.Proxy | None, flight: Flight) -> httpcore.ConnectionPool:
        """A pool for one connection, through the proxy if there is one."""
        if url.scheme == "https":
            self.warm()
        if proxy is None:
            return httpcore.ConnectionPool(ssl_context=self.context, network_backend=CuttableBackend(flight))
        # TLS inside TLS needs httpcore's own stream; its timeouts keep the deadline there.
        backend = None if proxy.url.scheme == "https" else CuttableBackend(flight)
        if proxy.url.scheme.startswith("socks"):
            return httpcore.SOCKSProxy(
                str(proxy.url), proxy_auth=proxy.raw_auth, ssl_context=self.context, network_backend=backend
            )
        return httpcore.HTTPProxy(
            str(proxy.url),
            proxy_auth=proxy.raw_auth,
            proxy_headers=proxy.headers.raw,
            ssl_context=self.context,
            network_backend=backend,
        )


_METADATA = ("169.254.169.254", "metadata.google.internal")


def _proxy(url: httpx.URL) -> httpx.Proxy | None:
    found = getproxies()
    address = found.get(url.scheme) or found.get("all")
    # What a cloud machine's metadata server answers are tokens in plain text: they are for this machine alone.
    if not address or url.host in _METADATA or proxy_bypass(url.netloc.decode("ascii")):
        return None
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
        usable = bool(proxy.url.host) and (proxy.url.port or 1) in range(1, 65536)
    except (ValueError, TypeError, httpx.InvalidURL):
        usable = False
    if not usable:  # the address itself may hold a password
        name = f"{url.scheme if url.scheme in found else 'all'}_proxy".upper()
        raise SettingsError(f"The proxy in `{name}` is not an address that can be used.", hint=_PROXY)
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise SettingsError("A SOCKS proxy needs one more package.", hint="`pip install 'httpx[socks]'`")
    return proxy


_PROXY = "Write it like `http://user:password@host:8080`, or unset it."


class _Distrusting(Protocol):
    """A transport that knows what to do about certificates."""

    def distrust(self) -> str: ...


class HttpExchange:
    """One request and its answer; a context manager of its own, so that no frame of it lies under the caller's."""

    def __init__(self, transport: _Distrusting, request: HttpRequest, flight: Flight) -> None:
        self._transport, self._request, self._flight = transport, request, flight
        self._route: _Route | None = None
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

    def _timeout(self) -> httpx.Timeout:
        """The socket's own, in seconds: the deadline and a little more, for the connection less."""
        left = self._flight.remaining() + _GRACE
        return httpx.Timeout(left, connect=min(_CONNECT, left))

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
        transport, url = self._transport, httpx.URL(self._request.url)
        assert isinstance(transport, HttpTransport)
        proxy = transport.proxy(url)
        self._via = f"{proxy.url.host}:{proxy.url.port or 80}" if proxy else ""
        self._route = _Route(transport.pool(url, proxy, self._flight))
        body = self._request.body
        request = httpx.Request(
            self._request.method,
            url,
            headers=self._headers(),
            content=None if body is None else self._pieces(body),
            extensions={"timeout": self._timeout().as_dict()},
        )
        # Not by httpx's client: it would read cookies, and stumble over a `location` that is no address.
        self._arrived(self._route.handle_request(request))

    def _arrived(self, response: Any) -> None:
        """The status and the headers of an answer are here."""
        self._response = response
        self._flight.sent = True  # whoever answers has read what it wanted
        self.status = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    def _pieces(self, body: Content) -> Iterator[bytes]:
        """The body, piece by piece; asked for the next one, httpcore has written the one before."""
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
        for closing in (self._response, self._route):
            if closing is not None:
                with contextlib.suppress(Exception):
                    closing.close()
        self._response = self._route = None  # they hold the headers
        self._flight.end()


class _Route(httpx.BaseTransport):
    """Carries one httpx request over a pool of ours: httpx's own transport does not take a network backend."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(response.stream, Iterable)
        return httpx.Response(response.status, headers=response.headers, stream=_Received(response.stream))

    def close(self) -> None:
        self._pool.close()


class _Received(httpx.SyncByteStream):
    """The body of an answer, as httpx wants to see it."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        close: Any = getattr(self._stream, "close", None)
        if close is not None:
            close()
