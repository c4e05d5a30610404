"""Somebody else's server on loopback, which notes whatever comes to it."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Door", "listener"]

_PAGE = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<link rel=icon href='data:,'><p id=found>found"


class Door(socketserver.ThreadingTCPServer):
    """Notes the first bytes of whatever comes to a free port of loopback."""

    daemon_threads = True

    def __init__(self) -> None:
        self.came: list[bytes] = []
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(2)
        said = b"nothing"
        with contextlib.suppress(OSError):
            said = request.recv(200)
            request.sendall(_PAGE)
        self.came.append(said.partition(b"\r\n")[0])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def listener() -> Iterator[Door]:
    """Somebody else's server."""
    with Door() as door:
        thread = threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield door
        door.shutdown()
        thread.join(5)
