"""The network: one connection per request over a socket that can be cut and is read in large pieces.

It speaks through httpcore, the half of httpx that carries requests: all of httpx doubles what that costs a first cell,
most of it for a command line and for cookies. What is left to httpx is an address that is not plain, and a proxy. This
is the only module that imports it; import this one late.
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

import httpcore

from nbgemini.core.redact import Secret
from nbgemini.errors import SettingsError
from nbgemini.net.body import Content
from nbgemini.net.certificates import at_fault, context_of, distrust
from nbgemini.net.failures import arrive, explain, interrupted
from nbgemini.net.flight import Flight
from nbgemini.net.inflate import inflated
from nbgemini.net.seam import HttpRequest, Reply
from nbgemini.net.sockets import CuttableBackend, gathered
from nbgemini.net.watchdog import WATCHDOG

if TYPE_CHECKING:
    import httpx

__all__ = ["HttpExchange", "HttpTransport"]

# What no library would write in another way: no letter to encode, no dots to resolve, no name, no fragment.
_PLAIN = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?!.*/\.)/[A-Za-z0-9/._~:@!$&()*+,;=%?-]*"
)

_CONNECT = 15.0  # seconds for the connection and for the TLS handshake, each
_GRACE = 1.0  # seconds by which the socket's own timeouts outlast the watchdog


class HttpTransport:
    """HTTP/1.1 by httpcore, proxies and certificates from the environment, no redirects, no compression asked for.

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

    def proxy(self, url: httpcore.URL) -> httpx.Proxy | None:
        """The environment's proxy for `url`. Raises SettingsError for one that cannot be used."""
        return _proxy(url) if self._proxied() else None

    def pool(self, url: httpcore.URL, proxy: httpx.Proxy | None, flight: Flight) -> httpcore.ConnectionPool:
        """A pool for one connection, through the proxy if there is one."""
        if url.scheme == b"https":
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


def _trusting_as_httpx(_: Mapping[str, str]) -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def _parsed(url: str) -> httpcore.URL:
    """A URL as it is sent. Raises what httpx raises for one that is none."""
    if _PLAIN.fullmatch(url):
        parts = urlsplit(url)
        port = None if parts.port == _PORTS[parts.scheme] else parts.port
        host, target = (parts.hostname or "").encode("ascii"), f"{parts.path}{f'?{parts.query}' if parts.query else ''}"
        return httpcore.URL(scheme=parts.scheme.encode("ascii"), host=host, port=port, target=target.encode("ascii"))
    import httpx

    odd = httpx.URL(url)
    return httpcore.URL(scheme=odd.raw_scheme, host=odd.raw_host, port=odd.port, target=odd.raw_path)


_PORTS = {"http": 80, "https": 443}


def _host(url: httpcore.URL) -> str:
    """As the header `Host` has it."""
    host = url.host.decode("ascii")
    return f"{f'[{host}]' if ':' in host else host}{'' if url.port is None else f':{url.port}'}"


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("iso-8859-1")


def _fields(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers of an answer by their names in small letters; those that are there several times are joined."""
    fields: dict[str, str] = {}
    for raw, value in headers:
        name = _text(raw).lower()
        fields[name] = f"{fields[name]}, {_text(value)}" if name in fields else _text(value)
    return fields


def _proxy(url: httpcore.URL) -> httpx.Proxy | None:
    from urllib.request import getproxies, proxy_bypass

    found, scheme = getproxies(), url.scheme.decode("ascii")
    address = found.get(scheme) or found.get("all")
    # What a cloud machine's metadata server answers are tokens in plain text: they are for this machine alone.
    if not address or url.host.decode("ascii") in _METADATA or proxy_bypass(_host(url)):
        return None
    import httpx

    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
        usable = bool(proxy.url.host) and (proxy.url.port or 1) in range(1, 65536)
    except (ValueError, TypeError, httpx.InvalidURL):
        usable = False
    if not usable:  # the address itself may hold a password
        name = f"{scheme if scheme in found else 'all'}_proxy".upper()
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
        self._pool: httpcore.ConnectionPool | None = None
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
        transport, url = self._transport, _parsed(self._request.url)
        assert isinstance(transport, HttpTransport)
        proxy = transport.proxy(url)
        self._via = f"{proxy.url.host}:{proxy.url.port or 80}" if proxy else ""
        self._pool = transport.pool(url, proxy, self._flight)
        headers = {"host": _host(url), **self._headers()}
        body = self._request.body
        request = httpcore.Request(
            self._request.method,
            url,
            headers=[(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()],
            content=None if body is None else self._pieces(body),
            extensions={"timeout": dict(zip(("connect", "read", "write", "pool"), self._timeout(), strict=True))},
        )
        self._arrived(_Arrived(self._pool.handle_request(request)))

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
        for closing in (self._response, self._pool):
            if closing is not None:
                with contextlib.suppress(Exception):
                    closing.close()
        self._response = self._pool = None  # they hold the headers
        self._flight.end()


class _Arrived:
    """An answer of httpcore's that looks like one of httpx's."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response
        self.status_code = response.status
        self.headers = _fields(response.headers)

    def iter_raw(self) -> Iterator[bytes]:
        yield from gathered(self._response.iter_stream(), self._response.extensions.get("network_stream"))

    def close(self) -> None:
        self._response.close()
