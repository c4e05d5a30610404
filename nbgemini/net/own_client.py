"""Requests by an httpx client of the user's own: its proxy, certificates, headers and login are what counts.

An `httpx.AsyncClient` runs on an event loop of ours, in a thread of its own.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from typing import Any

from nbgemini.core.redact import Secret
from nbgemini.errors import OptionError, SettingsError
from nbgemini.net.body import Content
from nbgemini.net.flight import Flight
from nbgemini.net.seam import HttpRequest, Reply
from nbgemini.net.transport import HttpExchange

__all__ = ["OwnClient", "secrets_of"]

_TRUST = "The client of `nbgemini.configure` decides what is trusted: its `verify`."
_PLAIN = {"accept", "accept-encoding", "connection", "user-agent", "content-type", "host"}  # headers that hide nothing


class OwnClient:
    """A transport over an `httpx.Client` or `httpx.AsyncClient`, which stays the user's: it is never closed here."""

    def __init__(self, client: Any) -> None:
        kind = type(client).__name__
        if isinstance(client, type) or not all(
            callable(getattr(client, name, None)) for name in ("send", "build_request")
        ):
            raise OptionError(f"`client` is an httpx.Client or httpx.AsyncClient, not {kind}.")
        self.client = _Looped(client) if hasattr(client, "aclose") else client

    def distrust(self) -> str:
        """What to do about a certificate that nobody vouches for."""
        return _TRUST

    def send(self, request: HttpRequest, flight: Flight) -> AbstractContextManager[Reply]:
        """Send once; see `seam.Transport`."""
        if self.client.is_closed:
            raise SettingsError(
                "The httpx client of `nbgemini.configure` is closed.",
                hint="Give it an open one, or `nbgemini.configure(client=None)` for none.",
            )
        return _OwnExchange(self, request, flight)


def secrets_of(client: Any) -> tuple[Secret, ...]:
    """What a client sends along that no text may show: its own headers, cookies and login."""
    found = [value for name, value in client.headers.items() if name.lower() not in _PLAIN]
    found += [cookie.value for cookie in client.cookies.jar if cookie.value]
    login = getattr(client, "auth", None)
    found += [value for value in vars(login).values() if isinstance(value, str)] if hasattr(login, "__dict__") else []
    return tuple(map(Secret.of, found))


class _OwnExchange(HttpExchange):
    """One request of the user's client and its answer."""

    def __init__(self, transport: OwnClient, request: HttpRequest, flight: Flight) -> None:
        super().__init__(transport, request, flight)
        self._client = transport.client

    def _send(self) -> None:
        body, looped, content = self._request.body, isinstance(self._client, _Looped), None
        if body is not None:
            pieces = _Pieces(self._pieces, body)
            content = _LoopedPieces(pieces) if looped else pieces
        request = self._client.build_request(
            self._request.method,
            self._request.url,
            headers=self._headers(),
            content=content,
            timeout=self._timeout(),
            extensions={"trace": _tracer(self._flight, asynchronous=looped)},
        )
        self._arrived(self._client.send(request, stream=True, follow_redirects=False))


class _Pieces:
    """The body, again for each time that it is asked for: a login may take two tries."""

    def __init__(self, pieces: Callable[[Content], Iterator[bytes]], body: Content) -> None:
        self._pieces, self._body = pieces, body

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces(self._body)


class _LoopedPieces:
    """The same for an asynchronous client, which takes nothing that is a plain iterable, too."""

    def __init__(self, pieces: _Pieces) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def _tracer(flight: Flight, *, asynchronous: bool) -> Callable[[str, Any], Any]:
    """Tells a flight of its connection, so that it can be cut."""

    def trace(event: str, info: Any) -> None:
        if event == "connection.connect_tcp.complete":
            sock = info["return_value"].get_extra_info("socket")
            if hasattr(sock, "dup"):
                flight.connected(sock)

    async def trace_on_a_loop(event: str, info: Any) -> None:
        trace(event, info)

    return trace_on_a_loop if asynchronous else trace


class _Looped:
    """An asynchronous client for callers in threads. `close` of its answers is waited for, like all else."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._loop: Any = None
        self._first = threading.Lock()

    @property
    def is_closed(self) -> bool:
        return bool(self._client.is_closed)

    def build_request(self, *given: Any, **more: Any) -> Any:
        return self._client.build_request(*given, **more)

    def send(self, request: Any, **more: Any) -> _LoopedAnswer:
        return _LoopedAnswer(self.run(self._client.send(request, **more)), self.run)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Wait for it on the loop of this client, which begins with the first request."""
        import asyncio

        with self._first:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="nbgemini-client", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class _LoopedAnswer:
    """The answer of an asynchronous client, read from a thread."""

    def __init__(self, response: Any, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        self._response, self._run = response, run
        self.status_code: int = response.status_code
        self.headers = response.headers

    def iter_raw(self) -> Iterator[bytes]:
        pieces = self._response.aiter_raw()

        async def more() -> bytes:
            return await anext(pieces, b"")

        while piece := self._run(more()):
            yield piece

    def close(self) -> None:
        self._run(self._response.aclose())
