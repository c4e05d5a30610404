"""Requests through a proxy. httpcore speaks to it (forwarding, CONNECT, SOCKS), over connections of ours."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import httpcore

from nbgemini.net.flight import Flight
from nbgemini.net.http11 import fields
from nbgemini.net.seam import Address
from nbgemini.net.sockets import Stream, opened, targets_of

__all__ = ["Proxied", "Proxy"]

_NEVER = 3600.0  # seconds: what httpcore means by no timeout


class Proxy(NamedTuple):
    """Where it is, as its URL without a login; the login, and what else it is told of each request."""

    url: str
    auth: tuple[bytes, bytes] | None
    headers: list[tuple[bytes, bytes]]


class Proxied:
    """One request through `proxy` and its answer, as `Http11` has them without one. Raises what httpcore raises.

    `connect` and `silence` are seconds.
    """

    def __init__(
        self, proxy: Proxy, context: ssl.SSLContext | None, flight: Flight, connect: float, silence: float
    ) -> None:
        self._pool = _pool(proxy, context, flight)
        self._timeout = {"connect": connect, "read": silence, "write": silence, "pool": silence}
        self._response: httpcore.Response | None = None
        self.status_code = 0
        self.headers: dict[str, str] = {}

    def ask(
        self, method: str, address: Address, headers: Sequence[tuple[bytes, bytes]], pieces: Iterable[bytes]
    ) -> None:
        """Send it, and wait for the head of the answer."""
        scheme, host = address.scheme.encode("ascii"), address.host.encode("ascii")
        url = httpcore.URL(scheme=scheme, host=host, port=address.port, target=address.target)
        extensions = {"timeout": self._timeout}
        request = httpcore.Request(method, url, headers=headers, content=pieces, extensions=extensions)
        self._response = self._pool.handle_request(request)
        self.status_code, self.headers = self._response.status, fields(self._response.headers)

    def iter_raw(self) -> Iterator[bytes]:
        """The body as it comes."""
        assert self._response is not None
        yield from self._response.iter_stream()

    def close(self) -> None:
        """End the connection."""
        if self._response is not None:
            with contextlib.suppress(Exception):
                self._response.close()
        self._pool.close()


def _pool(proxy: Proxy, context: ssl.SSLContext | None, flight: Flight) -> httpcore.ConnectionPool:
    # TLS inside TLS needs httpcore's own stream; its timeouts keep the deadline there.
    backend = None if proxy.url.startswith("https:") else _Backend(flight)
    if proxy.url.startswith("socks"):
        return httpcore.SOCKSProxy(proxy.url, proxy_auth=proxy.auth, ssl_context=context, network_backend=backend)
    return httpcore.HTTPProxy(
        proxy.url, proxy_auth=proxy.auth, proxy_headers=proxy.headers, ssl_context=context, network_backend=backend
    )


class _Backend(httpcore.NetworkBackend):
    """Opens connections that belong to a flight."""

    def __init__(self, flight: Flight) -> None:
        self._flight = flight

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any) -> _Carried:
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            return _Carried(opened(targets_of(host, port), self._flight, timeout or _NEVER))


class _Carried(httpcore.NetworkStream):
    """A connection of ours, which fails as httpcore expects it: only then does it read why it could not write."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _mapped(httpcore.ReadTimeout, httpcore.ReadError):
            return self._stream.read(timeout or _NEVER)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _mapped(httpcore.WriteTimeout, httpcore.WriteError):
            self._stream.write(buffer, timeout or _NEVER)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Carried:
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            return _Carried(self._stream.start_tls(ssl_context, server_hostname, timeout or _NEVER))

    def get_extra_info(self, info: str) -> None:
        return None


@contextlib.contextmanager
def _mapped(timeout: type[Exception], failure: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as problem:
        raise timeout(str(problem)) from problem
    except OSError as problem:
        raise failure(str(problem)) from problem
