"""A request that is held back at the last moment: when it is connected, and before a byte of it leaves."""

from __future__ import annotations

import socket
import threading

import pytest

from nbgemini.errors import NotSent
from nbgemini.net.body import Plain
from nbgemini.net.flight import Flight
from nbgemini.net.inprocess import InProcess
from nbgemini.net.seam import HttpRequest
from nbgemini.net.transport import HttpTransport


def test_nothing_leaves_a_connection_that_is_held_back() -> None:
    """The server sees a connection and no byte; the error says that nothing was sent, and the flight is over."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            peer, _ = server.accept()
            with peer:
                peer.settimeout(10)
                seen.append(peer.recv(10))

        thread = threading.Thread(target=accept)
        thread.start()
        flight = Flight(10, may_leave=lambda: False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(NotSent, match="another request hit a limit"):
            HttpTransport().send(HttpRequest("POST", url, {}, Plain(b"{}"), paid=True), flight).__enter__()
        thread.join(10)
    assert (seen, flight.held, flight.is_cut, flight.begun) == ([b""], True, True, False)


def test_nothing_is_handed_to_a_server_in_this_process_either() -> None:
    """It is not even called."""
    flight = Flight(10, may_leave=lambda: False)
    request = HttpRequest("POST", "https://x/", {}, Plain(b"{}"), paid=True)
    with pytest.raises(NotSent):
        InProcess(lambda *_: pytest.fail("it was called")).send(request, flight).__enter__()
    assert flight.held
