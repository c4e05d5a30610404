"""TLS in memory over a socket: what comes is what was sent, and ends and failures are those of a wrapped socket."""

from __future__ import annotations

import random
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from typing import Any

import pytest

from nbgemini.bench.loopback_server import PEM
from nbgemini.net.tls import RECORD, TlsSocket
from tests.net.server import server_context

_PATIENCE = 20.0  # seconds
DATA = random.Random(5).randbytes(1_500_000)


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=PEM)


def send_for_ever(tls: TlsSocket) -> None:
    while True:
        tls.send(memoryview(DATA)[:262_144])


@contextmanager
def other_side(act: Callable[[socket.socket], Any]) -> Iterator[tuple[socket.socket, Future[Any]]]:
    """A socket whose other end is in the hands of `act`, and what that returns or raises."""
    ours, theirs = socket.socketpair()
    done = Future[Any]()

    def run() -> None:
        with closing(theirs):
            try:
                done.set_result(act(theirs))
            except Exception as problem:
                done.set_exception(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    with closing(ours):
        yield ours, done
    thread.join(_PATIENCE)


def server(
    then: Callable[[ssl.SSLSocket], Any], newest: ssl.TLSVersion | None = None
) -> Callable[[socket.socket], Any]:
    """An end that speaks TLS."""
    context = server_context()
    if newest is not None:
        context.maximum_version = newest

    def act(sock: socket.socket) -> Any:
        with context.wrap_socket(sock, server_side=True) as wrapped:
            return then(wrapped)

    return act


def connected(sock: socket.socket, context: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> TlsSocket:
    made = TlsSocket(sock, context or trusting(), name)
    made.handshake(_PATIENCE)
    sock.settimeout(_PATIENCE)
    return made


def received(tls: TlsSocket, room: int = 100_000) -> bytes:
    """All that comes, to its end."""
    data, held = b"", memoryview(bytearray(room))
    while size := tls.recv_into(held):
        data += held[:size]
    return data


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("piece", [1, 999, RECORD, 300_000])
def test_what_comes_is_what_was_sent(newest: ssl.TLSVersion, piece: int) -> None:
    """In both directions, in pieces of any size."""
    data = DATA[: min(len(DATA), piece * 300)]

    def echo(sock: ssl.SSLSocket) -> None:
        taken = b""
        while len(taken) < len(data):
            taken += sock.recv(70_000)
        for at in range(0, len(taken), piece):
            sock.sendall(taken[at : at + piece])
        sock.unwrap()

    with other_side(server(echo, newest)) as (sock, _):
        tls = connected(sock)
        assert tls.object.version() == newest.name.replace("_", ".")
        for at in range(0, len(data), piece):
            left = memoryview(data)[at : at + piece]
            while left:
                left = left[tls.send(left) :]
        assert received(tls) == data


@pytest.mark.parametrize("politely", [True, False])
def test_an_end_is_an_end_with_or_without_a_goodbye(politely: bool) -> None:
    """What came before it is not lost; whoever counts the bytes sees what is missing."""

    def speak(sock: ssl.SSLSocket) -> None:
        sock.sendall(DATA[:50_000])
        if politely:
            sock.setblocking(False)
            with pytest.raises(ssl.SSLWantReadError):
                sock.unwrap()

    with other_side(server(speak)) as (sock, _):
        tls = connected(sock)
        assert received(tls) == DATA[:50_000]
        assert tls.recv_into(memoryview(bytearray(9))) == 0


def test_what_was_said_before_a_reset_is_read_after_a_failed_write() -> None:
    """A server refuses a large body and goes: its answer counts, whatever of the body could not be sent."""
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        with server_context().wrap_socket(listener.accept()[0], server_side=True) as sock:
            sock.recv(10_000)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else it waits for the client's word
            sock.sendall(b"too large")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    thread = threading.Thread(target=refuse, daemon=True)
    thread.start()
    with listener, socket.create_connection(listener.getsockname()[:2]) as sock:
        tls = connected(sock)
        with pytest.raises(OSError, match=r"reset|pipe"):
            send_for_ever(tls)
        assert tls.recv_into(memoryview(bytearray(RECORD))) == len(b"too large")
    thread.join(_PATIENCE)


def test_what_has_not_come_yet_is_no_end() -> None:
    """A socket that does not wait says so, and nothing is lost by asking."""
    go = threading.Event()

    def speak(sock: ssl.SSLSocket) -> None:
        go.wait(_PATIENCE)
        sock.sendall(b"late")

    with other_side(server(speak)) as (sock, _):
        tls = connected(sock)
        tls.settimeout(0.0)
        with pytest.raises((BlockingIOError, ssl.SSLWantReadError)):
            tls.recv_into(memoryview(bytearray(RECORD)))
        go.set()
        tls.settimeout(_PATIENCE)
        assert received(tls) == b"late"


def test_who_is_not_trusted_is_told() -> None:
    """The alert leaves before the connection ends."""
    with other_side(server(lambda sock: sock.recv(1))) as (sock, done):
        with pytest.raises(ssl.SSLCertVerificationError):
            connected(sock, ssl.create_default_context())
        sock.close()
        with pytest.raises(ssl.SSLError, match=r"(?i)alert"):
            done.result(_PATIENCE)


def test_a_certificate_of_another_name_is_refused() -> None:
    """Names are checked as well as signatures."""
    with other_side(server(lambda sock: sock.recv(1))) as (sock, _), pytest.raises(ssl.SSLCertVerificationError):
        connected(sock, name="example.org")


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["nothing", "HTTP"])
def test_who_does_not_speak_tls_is_an_error(says: bytes) -> None:
    """It hangs up, or answers in plain text."""

    def speak(sock: socket.socket) -> None:
        sock.recv(4)
        sock.sendall(says)

    with other_side(speak) as (sock, _), pytest.raises(OSError, match=r"SSL|EOF|reset|pipe"):
        connected(sock)


def test_a_handshake_ends_in_time() -> None:
    """However little comes, and however often."""
    left = threading.Event()

    def dawdle(sock: socket.socket) -> None:
        sock.sendall(b"\x16\x03\x03\x40\x00")  # the head of a record that will be long
        while not left.wait(0.02):
            sock.sendall(b"\2")

    with other_side(dawdle) as (sock, _):
        tls, began = TlsSocket(sock, trusting(), "127.0.0.1"), time.monotonic()
        with pytest.raises(TimeoutError):
            tls.handshake(0.1)
        left.set()
    assert time.monotonic() - began < _PATIENCE


class _Scripted:
    """An object of TLS that wants what it wants; it writes to and reads from the memory that it is given."""

    def __init__(self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO) -> None:
        self.incoming, self.outgoing, self.asked = incoming, outgoing, 0

    def wrap_bio(self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, server_hostname: str) -> _Scripted:
        return _Scripted(incoming, outgoing)

    def read(self, size: int, room: memoryview) -> int:
        return self._after_new_keys(lambda: room.__setitem__(slice(0, 4), b"data"))

    def write(self, data: memoryview) -> int:
        return self._after_new_keys(lambda: self.outgoing.write(data))

    def _after_new_keys(self, act: Callable[[], object]) -> int:
        """The other side asks for new keys first: an answer to that leaves, and its own is waited for."""
        if not self.incoming.pending:
            self.outgoing.write(b"new keys;")
            raise ssl.SSLWantReadError
        act()
        return 4


@pytest.mark.parametrize("reads", [True, False])
def test_new_keys_in_the_middle(reads: bool) -> None:
    """What TLS itself has to say in between is sent, whether somebody reads or writes."""
    asked = b"new keys;"

    def agree(sock: socket.socket) -> bytes:
        told = sock.recv(len(asked))
        sock.sendall(b"agreed")
        return told + (b"" if reads else sock.recv(4))

    context: Any = _Scripted(ssl.MemoryBIO(), ssl.MemoryBIO())
    with other_side(agree) as (sock, done):
        sock.settimeout(_PATIENCE)
        tls, room = TlsSocket(sock, context, "x"), memoryview(bytearray(RECORD))
        assert (tls.recv_into(room) if reads else tls.send(memoryview(b"data"))) == 4
        assert done.result(_PATIENCE) == (asked if reads else asked + b"data")
        assert not reads or bytes(room[:4]) == b"data"
