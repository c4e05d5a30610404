"""A connection under our own hand: it can be cut while it connects, and is read in large pieces.

httpcore reads 64 KiB at a time, and TLS hands out records of 16 (`tls`); gathering what has already arrived halves the
CPU time of an answer with a 4K picture. Where many are read side by side, large pieces would be most of their memory.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore

from nbgemini.net.flight import Flight
from nbgemini.net.taking_turns import TURNS
from nbgemini.net.tls import RECORD, TlsSocket

__all__ = ["CuttableBackend", "gathered"]

_GATHERED = 256 * 1024  # bytes at once, where few connections are open
_SHARED = 64 * 1024  # the same where many are: each thread keeps the memory through which its pieces went
_FEW = 4
_FRAMING = 16  # bytes around a chunk of a body, at most: its length, twice the end of a line, and what some servers add
_open: weakref.WeakSet[_Stream] = weakref.WeakSet()
_rooms: list[memoryview] = []  # one into which nobody reads now: who reads has its turn, so that there are no more


class CuttableBackend(httpcore.NetworkBackend):
    """Opens connections that belong to a flight: cutting the flight ends them, in any phase."""

    def __init__(self, flight: Flight) -> None:
        self._flight = flight

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the host's addresses in turn, within `timeout` seconds in all."""
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            sock = self._connected(host, port, time.monotonic() + (timeout if timeout is not None else 3600.0))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _Stream(sock, self._flight)

    def _connected(self, host: str, port: int, until: float) -> socket.socket:
        problem: OSError | None = None
        for family, kind, protocol, address in self.targets(host, port):
            if self._flight.is_cut:
                break
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(max(0.01, until - time.monotonic()))
                self._flight.connected(sock)
                sock.connect(address)
                return sock
            except OSError as failed:
                sock.close()
                problem = failed
            except BaseException:
                sock.close()
                raise
        raise problem or OSError("no address to connect to")

    def targets(self, host: str, port: int) -> Iterator[tuple[int, int, int, Any]]:
        """(family, kind, protocol, address) of each place where `host` may be reached, the best first."""
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            yield family, kind, protocol, address


class _Stream(httpcore.NetworkStream):
    """A socket, plain or wrapped in TLS."""

    def __init__(self, sock: socket.socket | TlsSocket, flight: Flight) -> None:
        self._socket = sock
        self._flight = flight
        self._late: OSError | None = None
        self._may_wait = True
        self._is_dry = False  # whether there was nothing more to read
        self._left = False
        self.at_hand = 0  # bytes of the latest read that were not handed on, at most
        _open.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait up to `timeout` seconds for something, then take what is there already, up to 256 KiB.

        While it waits, others have their turn. The socket itself never waits here: to say each time whether it may is a
        call of the system, in which other threads take the interpreter.
        """
        with _mapped(httpcore.ReadTimeout, httpcore.ReadError):
            if self._late is not None:
                raise self._late
            if self._may_wait:
                self._socket.settimeout(0.0)
                self._may_wait = False
            until = time.monotonic() + (timeout if timeout is not None else 3600.0)
            while True:
                if self._is_dry:
                    TURNS.leave()
                    if not _readable(self._socket, until - time.monotonic()):
                        raise TimeoutError("The read operation timed out")
                TURNS.take()
                if self._flight.is_cut:  # what the system holds already could keep us busy for seconds
                    raise OSError("cut")
                try:
                    came = self._come()
                except BlockingIOError:
                    self._is_dry = True
                else:
                    self.at_hand = len(came)
                    return came

    def _come(self) -> bytes:
        """What has come; empty at the end. Raises what the socket raises, where nothing has come yet too."""
        try:
            room = _rooms.pop()
        except IndexError:
            room = memoryview(bytearray(_GATHERED))
        most = _piece() - RECORD  # of one that does not fit, nobody sees the rest
        try:
            self._is_dry = False
            filled = size = self._socket.recv_into(room[: most + RECORD])
            while size and filled <= most:
                size = self._more(room[filled : most + RECORD])
                filled += size
            return bytes(room[:filled])
        finally:
            if not _rooms:
                _rooms.append(room)

    def _more(self, room: memoryview) -> int:
        """Bytes that were there already; 0 when there are none, and at the end."""
        try:
            return self._socket.recv_into(room)
        except BlockingIOError:
            self._is_dry = True
            return 0
        except OSError as late:  # said once by the system: the bytes before it come first
            self._late = late
            return 0

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it; `timeout` is in seconds, for each piece that the system takes."""
        if not buffer:
            return
        with _mapped(httpcore.WriteTimeout, httpcore.WriteError):
            if not self._left and not self._flight.departs():
                raise OSError("held back")
            self._left = self._may_wait = True
            self._socket.settimeout(timeout)
            left = memoryview(buffer)
            while left:
                left = left[self._socket.send(left) :]

    def close(self) -> None:
        TURNS.leave()
        _open.discard(self)
        self._socket.close()

    @property
    def _raw(self) -> socket.socket:
        return self._socket.socket if isinstance(self._socket, TlsSocket) else self._socket

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection wrapped in TLS; it is closed when that fails."""
        TURNS.leave()  # a proxy may have said something before
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            try:
                wrapped = TlsSocket(self._raw, ssl_context, server_hostname)
                wrapped.handshake(timeout)
                _open.discard(self)
                return _Stream(wrapped, self._flight)
            except BaseException:
                self.close()
                raise

    def get_extra_info(self, info: str) -> Any:
        """`ssl_object` and `socket`; httpcore asks for the first to see which protocol was agreed on."""
        if info == "ssl_object":
            return self._socket.object if isinstance(self._socket, TlsSocket) else None
        return self._raw if info == "socket" else None


def _piece() -> int:
    """How many bytes are read and handed on at a time."""
    return _GATHERED if len(_open) <= _FEW else _SHARED


def gathered(pieces: Iterable[bytes], stream: object) -> Iterator[bytes]:
    """The pieces of a body, small ones that have come already as one: each costs as much as a large one.

    `stream` is the connection that gave them; nothing is held back while that waits for more, nor when it fails.
    """
    if not isinstance(stream, _Stream):  # httpcore's own, for TLS in TLS
        yield from pieces
        return
    stream.at_hand = 0  # how much of it is the head, nobody says
    held: list[bytes] = []
    size = 0
    try:
        for piece in pieces:
            held.append(piece)
            size += len(piece)
            stream.at_hand -= len(piece) + _FRAMING
            if stream.at_hand <= 0 or size >= _piece():
                yield b"".join(held)
                held, size = [], 0
    except Exception:
        yield b"".join(held)
        raise
    yield b"".join(held)


def _readable(sock: socket.socket | TlsSocket, seconds: float) -> bool:
    """Wait until a socket can be read from: whether it can."""
    seconds = max(0.0, seconds)
    if not hasattr(select, "poll"):  # Windows
        return any(select.select([sock], [], [], seconds))
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


@contextlib.contextmanager
def _mapped(timeout: type[Exception], failure: type[Exception]) -> Iterator[None]:
    """Socket errors as httpcore expects them; only these make it read an early answer after a failed write."""
    try:
        yield
    except TimeoutError as problem:
        raise timeout(str(problem)) from problem
    except OSError as problem:
        raise failure(str(problem)) from problem
