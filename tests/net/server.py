"""A server on loopback that does exactly what a script says: answer, trickle, cut, reset, or say nothing."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgemini.bench.loopback_server import PEM
from nbgemini.core.content import user_turn
from nbgemini.core.exchange import Answer, ImageRequest
from nbgemini.core.options import ImageOptions
from nbgemini.core.picture import Picture
from nbgemini.core.redact import Secret
from nbgemini.core.seams import RawAnswer
from nbgemini.net.backends import Endpoint
from nbgemini.net.backoff import RetryBudget, RetryPolicy
from nbgemini.net.client import Client
from nbgemini.net.flight import Flight
from nbgemini.net.seam import Transport
from nbgemini.net.transport import HttpTransport
from tests.support.pictures import make_picture
from tests.wire.answers import image, response, text
from tests.wire.shelf import Shelf

KEY = "AIzaSySENTINEL0123456789012345678901234"
PNG = make_picture("PNG", (60, 40))
ANSWER = json.dumps(response(text("here"), image(PNG, thoughtSignature="c2ln"))).encode()
PATIENCE = 10.0  # seconds after which a test's server gives up by itself


@dataclass
class Got:
    """A request as it was received; `body` is what came of it."""

    head: bytes = b""
    body: bytes = b""

    @property
    def target(self) -> str:
        return self.head.split(b" ")[1].decode()

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines) if name}


class Wire:
    """One connection, as a script sees it."""

    def __init__(self, sock: socket.socket, server: Server) -> None:
        self.sock = sock
        self.server = server
        self.got = Got()
        sock.settimeout(PATIENCE)

    def read(self, limit: int | None = None) -> Got:
        """The whole request, or only the first `limit` bytes of its body."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.sock.recv(65536)
            if not piece:
                return self.got
            data += piece
        self.got.head, _, self.got.body = data.partition(b"\r\n\r\n")
        self.server.requests.append(self.got)
        length = int(self.got.headers.get("content-length", "0"))
        wanted = length if limit is None else min(length, limit)
        while len(self.got.body) < wanted and (piece := self.sock.recv(65536)):
            self.got.body += piece
        return self.got

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reset(self) -> None:
        """Close so that the other side sees a reset, not an end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def wait_until_left(self) -> None:
        """Say nothing until the other side closes."""
        try:
            while self.sock.recv(65536):
                pass
        except OSError:
            pass
        self.server.left.set()


Act = Callable[[Wire], None]


def reply(status: int = 200, body: bytes = ANSWER, *, length: int | None = -1, **headers: str) -> bytes:
    """A whole HTTP answer. `length` None leaves Content-Length out, so that the end of the connection ends it."""
    lines = [f"HTTP/1.1 {status} X", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if length is not None:
        lines.append(f"content-length: {len(body) if length < 0 else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answers(status: int = 200, body: bytes = ANSWER, **more: Any) -> Act:
    def act(wire: Wire) -> None:
        wire.read()
        wire.send(reply(status, body, **more))

    return act


def google(status: int, message: str = "no", reason: str = "X", *details: Any, **headers: str) -> Act:
    """An error in Google's envelope."""
    error = {"code": status, "message": message, "status": reason, "details": list(details)}
    return answers(status, json.dumps({"error": error}).encode(), **headers)


def hint(seconds: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": seconds}


def refuses_early(wire: Wire) -> None:
    """Answer 413 and close before all of the body was read."""
    wire.read(limit=10_000)
    wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else it waits for the client's word
    wire.send(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def over_tls(act: Act, pem: Path = PEM) -> Act:
    """The same through TLS, by the key and the certificate in `pem`."""
    context = server_context(pem)

    def wrapped(wire: Wire) -> None:
        wire.sock = context.wrap_socket(wire.sock, server_side=True)
        with wire.sock:
            act(wire)

    return wrapped


def server_context(pem: Path = PEM) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def silence(wire: Wire) -> None:
    """Take the request, and say nothing."""
    wire.read()
    wire.wait_until_left()


def cut(after: int, *, reset: bool = False, data: bytes | None = None) -> Act:
    """Send the first `after` bytes of an answer, then close or reset."""

    def act(wire: Wire) -> None:
        wire.read()
        wire.send((reply() if data is None else data)[:after])
        if reset:
            time.sleep(0.05)  # a reset overtakes bytes that are not read yet
            wire.reset()

    return act


def trickle(data: bytes, pause: float = 0.05, start: int = 0) -> Act:
    """One byte at a time, for ever or until the other side has had enough."""

    def act(wire: Wire) -> None:
        wire.read()
        wire.send(data[:start])
        try:
            for at in range(start, len(data)):
                wire.send(data[at : at + 1])
                time.sleep(pause)
        except OSError:
            wire.server.left.set()

    return act


@dataclass
class Server:
    """Runs one act of the script per connection; the last one is repeated."""

    script: list[Act]
    requests: list[Got] = field(default_factory=list)
    connections: int = 0
    left: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def _serve(self, sock: socket.socket) -> None:
        act = self.script[min(self.connections, len(self.script)) - 1]
        with sock:
            try:
                act(Wire(sock, self))
            except OSError:
                self.left.set()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()


@contextmanager
def serving(*script: Act) -> Iterator[Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(list(script))
    server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread = threading.Thread(target=server._accept, args=(listener,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


TRANSPORT = HttpTransport()
# The retry table with its waits shortened two hundred times; the hints of a server are not ours to shorten.
QUICK = RetryPolicy(
    unsent_wait=0.003, unhinted=(0.01, 0.02), overloaded=(0.005, 0.01, 0.02), failed=(0.01, 0.03), jitter=0.0
)


@dataclass
class Caller:
    """A client with everything that it needs, and what it gave."""

    url: str
    shelf: Shelf = field(default_factory=Shelf)
    kept: list[RawAnswer] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    policy: RetryPolicy = QUICK
    transport: Transport = field(default_factory=lambda: TRANSPORT)
    budget: RetryBudget = field(default_factory=RetryBudget)

    @property
    def client(self) -> Client:
        endpoint = Endpoint(base_url=self.url, key=Secret.of(KEY))
        return Client(endpoint, self.transport, policy=self.policy, budget=self.budget, uploads="off")

    def request(self, prompt: str = "a cat", data: bytes = b"", **options: Any) -> ImageRequest:
        pictures = (("", Picture(self.shelf.put(data), len(data), "image/png")),) if data else ()
        return ImageRequest(
            model="gemini-3-pro-image", turns=(user_turn(prompt, pictures),), options=ImageOptions.parse(options)
        )

    def ask(self, request: ImageRequest | None = None, *, flight: Flight | None = None, seconds: float = 8.0) -> Answer:
        return self.client.generate(
            request or self.request(),
            objects=self.shelf,
            keep=self.kept.append,
            flight=flight or Flight(seconds),
            notice=self.notices.append,
        )


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()
