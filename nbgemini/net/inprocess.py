"""A server in the same process, without sockets: what the embedded emulator is reached by."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TypeAlias
from urllib.parse import urlsplit

from nbgemini.core.redact import Secret
from nbgemini.errors import OutcomeUnknown
from nbgemini.net.failures import arrive, explain, interrupted
from nbgemini.net.flight import Flight
from nbgemini.net.inflate import inflated
from nbgemini.net.seam import HttpRequest, Reply

__all__ = ["Handle", "InProcess"]

Handle: TypeAlias = Callable[[str, str, Mapping[str, str], bytes], tuple[int, Mapping[str, str], Iterable[bytes]]]
"""(method, target, headers, body) → (status, headers, pieces of the body)."""

_SLICE = 0.05  # seconds between looks at the flight while the server works
_AHEAD = 8  # pieces that the server may be ahead of whoever reads: a long answer is not to fill the memory


class InProcess:
    """Calls `handle` in a thread of its own, so that a slow one can be left. OSErrors that it raises are those of a
    network: ConnectionRefusedError before anything was sent, the others after.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def send(self, request: HttpRequest, flight: Flight) -> AbstractContextManager[Reply]:
        """Send once; see `seam.Transport`."""
        return _Call(self._handle, request, flight)


class _Call:
    def __init__(self, handle: Handle, request: HttpRequest, flight: Flight) -> None:
        self._handle, self._request, self._flight = handle, request, flight
        self._come: queue.Queue[bytes | BaseException | None] = queue.Queue(_AHEAD)  # None: the end
        self._left = False
        self.status = 0
        self.headers: Mapping[str, str] = {}

    def __enter__(self) -> Reply:
        self._flight.begin()
        failure: BaseException | None = None
        try:
            body = self._collect()
            threading.Thread(target=self._serve, args=(body,), name="nbgemini-in-process", daemon=True).start()
            self._next()  # the status is there
        except BaseException as problem:
            failure = explain(problem, self._request, self._flight)
        if failure is None:
            return self
        self._leave()
        raise failure

    def _collect(self) -> bytes:
        pieces = bytearray()
        if not self._flight.departs():
            raise interrupted(self._flight)
        for piece, last in self._request.body or ():
            if not self._flight.handing_over(last=last):
                raise interrupted(self._flight)
            pieces += piece
        self._flight.sent = True
        self._flight.handed_over()
        return bytes(pieces)

    def _serve(self, body: bytes) -> None:
        """The server's side, in its own thread: first an empty piece for the status, then the body."""
        try:
            request, parts = self._request, urlsplit(self._request.url)
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            plain = {name: v.reveal() if isinstance(v, Secret) else v for name, v in request.headers.items()}
            plain |= {"content-type": request.body.media_type} if request.body and request.body.media_type else {}
            self.status, headers, chunks = self._handle(request.method, target, plain, body)
            self.headers = {name.lower(): value for name, value in headers.items()}
            self._hand_over(b"")
            for chunk in chunks:
                if self._left:
                    break
                self._hand_over(chunk)
            self._hand_over(None)
        except BaseException as problem:
            self._hand_over(problem.with_traceback(None))

    def _hand_over(self, come: bytes | BaseException | None) -> None:
        """Give it to whoever reads; wait while that one is behind, unless it has left."""
        while not self._left:
            try:
                return self._come.put(come, timeout=_SLICE)
            except queue.Full:
                continue

    def _next(self) -> bytes | None:
        """What the server gives next. Raises what it raised, and the flight's own failure when that is cut."""
        while True:
            if self._flight.remaining() <= 0:
                self._flight.expire()
            if self._flight.is_cut:
                raise interrupted(self._flight)
            try:
                come = self._come.get(timeout=min(_SLICE, self._flight.remaining()))
            except queue.Empty:
                continue
            if isinstance(come, ConnectionRefusedError):
                self._flight.sent = self._flight.begun = False
            if isinstance(come, OSError):
                raise come
            if isinstance(come, BaseException):
                raise OutcomeUnknown(f"The server in this process failed: {type(come).__name__}.")
            return come

    def chunks(self) -> Iterator[bytes]:
        """The body as it is made, decompressed."""
        pieces = inflated(self._pieces(), self.headers.get("content-encoding", ""))
        return arrive(pieces, self._request, self._flight)

    def _pieces(self) -> Iterator[bytes]:
        while (piece := self._next()) is not None:
            yield piece

    def _leave(self) -> None:
        self._left = True
        self._flight.end()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._leave()
