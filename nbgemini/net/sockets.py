"""A connection under our own hand: it can be cut while it connects, and is read in large pieces.

TLS hands out records of 16 KiB (`tls`); gathering what has already arrived halves the CPU time of an answer with a 4K
picture. Where many are read side by side, large pieces would be most of their memory.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
import weakref
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from nbgemini.net.flight import Flight
from nbgemini.net.taking_turns import TURNS
from nbgemini.net.tls import RECORD, TlsSocket

__all__ = ["Stream", "Target", "WriteFailed", "opened", "targets_of"]

Target: TypeAlias = tuple[int, int, int, Any]
"""(family, kind, protocol, address) of one place where a host may be reached."""

_GATHERED = 256 * 1024  # bytes at once of a large answer, where few connections are open
_BEGINNING = 128 * 1024  # at its beginning: before a process has seen some, larger pieces are fresh memory each time
_LONG = 4 * 2**20  # bytes
_SHARED = 64 * 1024  # where many connections are open: each thread keeps the memory through which its pieces went
_FEW = 4
_open: weakref.WeakSet[Stream] = weakref.WeakSet()
_rooms: list[memoryview] = []  # one into which nobody reads now: who reads has its turn, so that there are no more


class ConnectTimeout(TimeoutError):
    """No connection in time, or no TLS on it."""


class ReadTimeout(TimeoutError):
    """Nothing came in time."""


class WriteTimeout(TimeoutError):
    """Nothing could be sent in time."""


class WriteFailed(OSError):
    """What was sent is not taken: what has come before may say why."""


def targets_of(host: str, port: int) -> Iterator[Target]:
    """What the system's resolver says, the best first. Raises OSError."""
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        yield family, kind, protocol, address


def opened(targets: Iterable[Target], flight: Flight, timeout: float) -> Stream:
    """A connection that belongs to `flight`: cutting that ends it, in any phase.

    The first of the `targets` that answers, within `timeout` seconds in all. Raises OSError (ConnectTimeout is one).
    """
    until, problem = time.monotonic() + timeout, None
    try:
        for family, kind, protocol, address in targets:
            if flight.is_cut:
                break
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(max(0.01, until - time.monotonic()))
                flight.connected(sock)
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return Stream(sock, flight)
            except OSError as failed:
                sock.close()
                problem = failed
            except BaseException:
                sock.close()
                raise
        raise problem or OSError("no address to connect to")
    except TimeoutError as late:
        raise ConnectTimeout(str(late)) from late


class Stream:
    """A connection, plain or wrapped in TLS."""

    def __init__(self, sock: socket.socket | TlsSocket, flight: Flight) -> None:
        self._socket = sock
        self._flight = flight
        self._late: OSError | None = None
        self._may_wait = True
        self._is_dry = False  # whether there was nothing more to read
        self._left = False
        self._come_so_far = 0  # bytes
        _open.add(self)

    @property
    def piece(self) -> int:
        """How many bytes are read and handed on at a time."""
        if len(_open) > _FEW:
            return _SHARED
        return _BEGINNING if self._come_so_far < _LONG else _GATHERED

    def read(self, timeout: float) -> bytes:
        """Wait up to `timeout` seconds for something, then take what is there already, up to 256 KiB; b"" at the end.

        While it waits, others have their turn. The socket itself never waits here: to say each time whether it may is a
        call of the system, in which other threads take the interpreter. Raises OSError (ReadTimeout is one).
        """
        if self._late is not None:
            raise self._late
        if self._may_wait:
            self._socket.settimeout(0.0)
            self._may_wait = False
        until = time.monotonic() + timeout
        while True:
            if self._is_dry:
                TURNS.leave()
                if not _readable(self._socket, until - time.monotonic()):
                    raise ReadTimeout("nothing came in time")
            TURNS.take()
            if self._flight.is_cut:  # what the system holds already could keep us busy for seconds
                raise OSError("cut")
            try:
                return self._come()
            except BlockingIOError:
                self._is_dry = True

    def _come(self) -> bytes:
        """What has come; empty at the end. Raises what the socket raises, where nothing has come yet too."""
        try:
            room = _rooms.pop()
        except IndexError:
            room = memoryview(bytearray(_GATHERED))
        most = self.piece - RECORD  # of one that does not fit, nobody sees the rest
        try:
            self._is_dry = False
            filled = size = self._socket.recv_into(room[: most + RECORD])
            while size and filled <= most:
                size = self._more(room[filled : most + RECORD])
                filled += size
            self._come_so_far += filled
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

    def write(self, data: bytes, timeout: float) -> None:
        """Send all of it; `timeout` is in seconds, for each piece that the system takes.

        Raises WriteTimeout and WriteFailed.
        """
        if not data:
            return
        if not self._left and not self._flight.departs():
            raise WriteFailed("held back")
        self._left = self._may_wait = True
        try:
            self._socket.settimeout(timeout)
            left = memoryview(data)
            while left:
                left = left[self._socket.send(left) :]
        except TimeoutError as late:
            raise WriteTimeout(str(late)) from late
        except OSError as problem:
            raise WriteFailed(str(problem)) from problem

    def close(self) -> None:
        TURNS.leave()
        _open.discard(self)
        self._socket.close()

    @property
    def _raw(self) -> socket.socket:
        return self._socket.socket if isinstance(self._socket, TlsSocket) else self._socket

    def start_tls(self, context: ssl.SSLContext, server_hostname: str | None, timeout: float) -> Stream:
        """The same connection wrapped in TLS; it is closed when that fails. Raises OSError (ConnectTimeout is one)."""
        TURNS.leave()  # a proxy may have said something before
        try:
            wrapped = TlsSocket(self._raw, context, server_hostname)
            wrapped.handshake(timeout)
            _open.discard(self)
            return Stream(wrapped, self._flight)
        except TimeoutError as late:
            self.close()
            raise ConnectTimeout(str(late)) from late
        except BaseException:
            self.close()
            raise


def _readable(sock: socket.socket | TlsSocket, seconds: float) -> bool:
    """Wait until a socket can be read from: whether it can."""
    seconds = max(0.0, seconds)
    if not hasattr(select, "poll"):  # Windows
        return any(select.select([sock], [], [], seconds))
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
