"""The emulator on a socket: threaded HTTP/1.1 on loopback, from the standard library."""

from __future__ import annotations

import contextlib
import logging
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from . import apierrors
from .service import MAX_BODY, Service
from .traffic import ConnectionCut, Request, Response

PATIENCE = 2.0
"""Seconds that a stop waits for the answers under way."""

_log = logging.getLogger(__name__)


class _BadBody(Exception):
    """The request's framing makes no sense; the connection cannot go on."""


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the service; one connection may bring many requests."""

    protocol_version = "HTTP/1.1"
    timeout = 300  # of an idle connection
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    server: _Listener

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True  # the client has gone, which is its right

    def answer(self) -> None:
        """Reads one request, whatever its method, and writes the answer."""
        try:
            body = self._body()
        except _BadBody as trouble:
            self.close_connection = True
            self._write(apierrors.invalid(str(trouble)).response())
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            self._write(self.server.service.handle(Request(self.command, self.path, headers, body)))
        except ConnectionCut:
            self._cut()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = answer

    def version_string(self) -> str:
        return "nbgemini-emulator"

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what is said goes to the log, never to the terminal."""
        _log.debug(format, *args)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0").strip()
        if not length.isdecimal():
            raise _BadBody("Invalid Content-Length.")
        if int(length) > MAX_BODY:
            return self._drain_oversized(int(length))
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise OSError("the client left in the middle of its request")
        return body

    def _drain_oversized(self, length: int) -> bytes:
        """Reads a body that is too large without keeping it: an answer before the end may never be seen."""
        self.close_connection = True
        while length > 0 and (piece := self.rfile.read(min(length, 1 << 20))):
            length -= len(piece)
        return bytes(MAX_BODY + 1)

    def _chunks(self) -> bytes:
        """A chunked body; of one that is too large only the size is kept."""
        kept, total = [], 0
        while size := self._chunk_size():
            total += size
            chunk = self.rfile.read(size)
            if total <= MAX_BODY:
                kept.append(chunk)
            self.rfile.readline()
        while self.rfile.readline(65_537).strip():
            pass  # trailers
        return b"".join(kept) if total <= MAX_BODY else bytes(MAX_BODY + 1)

    def _chunk_size(self) -> int:
        line = self.rfile.readline(65_537)
        try:
            return int(line.split(b";")[0], 16)
        except ValueError:
            raise _BadBody("Invalid chunk.") from None

    def _write(self, response: Response) -> None:
        """Writes head and body; a body of unknown length goes in chunks, or to the close for HTTP/1.0."""
        chunked = "content-length" not in response.headers and self.request_version != "HTTP/1.0"
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if chunked:
            self.send_header("transfer-encoding", "chunked")
        elif "content-length" not in response.headers:
            self.close_connection = True
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self._write_body(response.body, chunked)

    def _write_body(self, body: Iterable[bytes], chunked: bool) -> None:
        self.wfile.flush()
        for piece in body:
            if piece:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                self.wfile.flush()
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _cut(self) -> None:
        """Closes without a proper end, so that the client sees a broken answer."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)


class _Listener(ThreadingHTTPServer):
    """Accepts connections, and can close those that are still open."""

    daemon_threads = True
    request_queue_size = 128
    # Elsewhere this reuses the port of a server that has ended. On Windows it would let two listen on one port.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        self.service = service
        self._open: dict[threading.Thread, socket.socket] = {}
        self._guard = threading.Lock()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Binds without the host name look-up of HTTPServer, which takes seconds on a machine that is offline."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open[threading.current_thread()] = request
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A fault of one connection ends that connection, and is told to the log."""
        _log.exception("a connection failed")

    def hang_up(self) -> None:
        """Closes the connections that are open and waits a little for their threads."""
        with self._guard:
            still_open = dict(self._open)
        for connection in still_open.values():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        end = time.monotonic() + PATIENCE
        for thread in still_open:
            thread.join(max(0.0, end - time.monotonic()))


class Server:
    """A service on a socket: `with Server(service) as base_url: ...`; port 0 takes a free one."""

    def __init__(self, service: Service | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._listener = _Listener((host, port), service or Service())
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, name="nbgemini-emulator", daemon=True
        )

    @property
    def base_url(self) -> str:
        """Where it listens, without a slash at the end."""
        host, port = self._listener.server_address[:2]
        name = host.decode() if isinstance(host, bytes | bytearray) else host
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    def start(self) -> Self:
        """Begins to answer, in threads of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stops accepting, closes what is open, and frees the port."""
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.server_close()
        self._listener.hang_up()

    def __enter__(self) -> str:
        return self.start().base_url

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
