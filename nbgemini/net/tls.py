"""TLS over a socket, its records made and opened in memory: the system is asked for 64 KiB and more, not for 16.

A socket that Python wraps in TLS makes one call of the system for each record that it sends, and two for each that it
reads: a third of what ten turns of large pictures cost. Checks of certificates and names are the context's, as ever.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

__all__ = ["RECORD", "TlsSocket"]

RECORD = 16 * 1024  # bytes: the most in one record


class TlsSocket:
    """What `sockets` needs of a socket, with TLS inside. It closes neither half by itself: `close` ends the socket."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, server_hostname: str | None) -> None:
        self.socket = sock
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        self._unsent = memoryview(b"")

    def handshake(self, timeout: float | None) -> None:
        """Agree on keys within `timeout` seconds. Raises OSError (an SSLError is one) and TimeoutError."""
        until = None if timeout is None else time.monotonic() + timeout
        room = memoryview(bytearray(RECORD))
        while True:
            self.socket.settimeout(None if until is None else max(0.01, until - time.monotonic()))
            try:
                self.object.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._flush()
                self._fill(room)
            except ssl.SSLError:
                with contextlib.suppress(OSError):  # the other side is told why
                    self._flush()
                raise
        self._flush()

    def recv_into(self, room: memoryview) -> int:
        """Bytes of what has come, at least a record's worth of room given; 0 at the end, however it came about.

        Raises what the socket raises, BlockingIOError among it: nothing has come yet.
        """
        read: Callable[[int, memoryview], Any] = self.object.read  # into any buffer: how many bytes
        while True:
            try:
                return int(read(len(room), room))
            except ssl.SSLWantReadError:
                if self._outgoing.pending or self._unsent:  # the other side asked for new keys
                    with contextlib.suppress(OSError):  # who cannot be written to may have said why
                        self._flush()
                self._fill(room)
            except ssl.SSLEOFError:
                return 0

    def send(self, data: memoryview) -> int:
        """Send all of it; the socket's timeout is for each piece that the system takes."""
        while True:
            try:
                sent = self.object.write(data)
                break
            except ssl.SSLWantReadError:  # new keys come first
                self._flush()
                self._fill(memoryview(bytearray(RECORD)))
        self._flush()
        return sent

    def _fill(self, room: memoryview) -> None:
        size = self.socket.recv_into(room)
        if size:
            self._incoming.write(room[:size])
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        while self._unsent or self._outgoing.pending:
            self._unsent = self._unsent or memoryview(self._outgoing.read())
            while self._unsent:
                self._unsent = self._unsent[self.socket.send(self._unsent) :]

    def settimeout(self, seconds: float | None) -> None:
        self.socket.settimeout(seconds)

    def fileno(self) -> int:
        return self.socket.fileno()

    def close(self) -> None:
        self.socket.close()
