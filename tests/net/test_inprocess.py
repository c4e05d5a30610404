"""A server in the same process behaves like one on the network, failures included."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping

import pytest

from nbgemini.errors import DeadlinePassed, NbgeminiError, NotSent, OutcomeUnknown, ServerFault, TransportError
from nbgemini.net.flight import Flight
from nbgemini.net.inprocess import InProcess
from nbgemini.net.seam import HttpRequest, Transport, read_page
from tests.net.server import ANSWER, KEY, TRANSPORT, Caller, cut, serving


class Emulator:
    """Answers each call with the next of its replies."""

    def __init__(self, *replies: object, status: int = 200) -> None:
        self.replies = list(replies)
        self.status = status
        self.calls: list[tuple[str, str, Mapping[str, str], bytes]] = []

    def __call__(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], Iterator[bytes]]:
        self.calls.append((method, target, headers, body))
        reply = self.replies[min(len(self.calls), len(self.replies)) - 1]
        if isinstance(reply, BaseException):
            raise reply
        assert isinstance(reply, list)
        return self.status, {"Content-Type": "application/json"}, self._pieces(reply)

    def _pieces(self, pieces: list[object]) -> Iterator[bytes]:
        for piece in pieces:
            if isinstance(piece, BaseException):
                raise piece
            if isinstance(piece, float):
                time.sleep(piece)
            else:
                assert isinstance(piece, bytes)
                yield piece


def calling(emulator: Emulator) -> Caller:
    return Caller("http://emulator.localhost", transport=InProcess(emulator))


def test_an_exchange_without_a_socket() -> None:
    """Method, target, headers and the whole body go in; the answer comes back in pieces."""
    emulator = Emulator([ANSWER[:50], b"", ANSWER[50:]])
    caller, flight = calling(emulator), Flight(5)
    request = caller.request("x", b"picture" * 1000)
    answer = caller.ask(request, flight=flight)
    assert answer.turn is not None
    method, target, headers, body = emulator.calls[0]
    assert (method, target) == ("POST", "/v1beta/models/gemini-3-pro-image:generateContent")
    assert headers["x-goog-api-key"] == KEY
    assert headers["content-type"] == "application/json"
    assert body == caller.shelf.rebuilt(caller.client.skeleton(request))
    assert (flight.stage, flight.received) == ("done", len(ANSWER))


def test_a_server_is_not_far_ahead_of_its_reader() -> None:
    """An answer without end takes no room: a few pieces are made before they are read, and none once it is left."""
    made: list[int] = []

    def endless(*_: object) -> tuple[int, Mapping[str, str], Iterator[bytes]]:
        def pieces() -> Iterator[bytes]:
            while True:
                made.append(len(made))
                yield b"x" * 1000

        return 200, {}, pieces()

    with InProcess(endless).send(HttpRequest("GET", "http://emulator.localhost/list", {}), Flight(5)) as reply:
        chunks = reply.chunks()
        for read in range(1, 50):
            next(chunks)
            assert len(made) <= read + 12
    assert len(made) < 70


def test_the_model_list_comes_from_it_too() -> None:
    """GET works the same way."""
    emulator = Emulator([b'{"models": [{"name": "models/a"}]}'])
    assert calling(emulator).client.models() == [{"name": "models/a"}]
    assert emulator.calls[0][:2] == ("GET", "/v1beta/models?pageSize=1000")


@pytest.mark.parametrize(
    ("reply", "kind", "calls"),
    [
        (ConnectionRefusedError(), NotSent, 4),
        (ConnectionResetError(), OutcomeUnknown, 1),
        (TimeoutError(), OutcomeUnknown, 1),
        (ValueError("inside"), OutcomeUnknown, 1),
        ([ANSWER[:2000], ConnectionResetError()], OutcomeUnknown, 1),
        ([ANSWER[:2000], ZeroDivisionError()], OutcomeUnknown, 1),
        ([ANSWER[:2000]], OutcomeUnknown, 1),
    ],
)
def test_what_it_raises_is_what_a_network_does(reply: object, kind: type[NbgeminiError], calls: int) -> None:
    """Refused: unsent, tried again. Anything later: unknown, never again."""
    emulator = Emulator(reply)
    with pytest.raises(kind) as caught:
        calling(emulator).ask()
    assert type(caught.value) is kind
    assert len(emulator.calls) == calls


def test_the_retry_table_holds_for_it() -> None:
    """503 in Google's words is asked for four times."""
    emulator = Emulator([b'{"error": {"message": "x", "status": "UNAVAILABLE"}}'], status=503)
    with pytest.raises(ServerFault):
        calling(emulator).ask()
    assert len(emulator.calls) == 4


@pytest.mark.parametrize("pieces", [[3.0, ANSWER], [ANSWER[:100], 3.0, ANSWER[100:]], [3.0]])
def test_a_slow_one_is_left_at_the_deadline(pieces: list[object]) -> None:
    """Also while it is drawing."""
    began = time.monotonic()
    with pytest.raises(DeadlinePassed):
        calling(Emulator(pieces)).ask(seconds=0.3)
    assert time.monotonic() - began < 1.2


def test_a_cancel_leaves_it_at_once() -> None:
    """The thread of the request is free; the server's own ends when it is done."""
    flight = Flight(5)
    threading.Timer(0.1, flight.cancel).start()
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="Cancelled"):
        calling(Emulator([2.0, ANSWER])).ask(flight=flight)
    assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize("far", [True, False])
def test_what_is_free_may_not_have_been_charged(paid: bool, far: bool) -> None:
    """The same break is an unknown outcome of a request that is paid, and nothing but a break of one that is free."""
    with serving(cut(200)) as server:
        url = server.url if far else "http://emulator.localhost"
        inside = InProcess(Emulator([ANSWER[:200], ConnectionResetError()]))
        transport: Transport = TRANSPORT if far else inside
        with pytest.raises(TransportError) as caught:
            read_page(transport, HttpRequest("GET", f"{url}/v1beta/models", {}, paid=paid), Flight(5))
    assert isinstance(caught.value, OutcomeUnknown) is paid
    assert caught.value.charged == ("maybe" if paid else "no")


def test_a_page_is_read_in_part() -> None:
    """What costs nothing is read up to 8 MB."""
    emulator = Emulator([b"x" * 2**20] * 20)
    page = read_page(InProcess(emulator), HttpRequest("GET", "http://emulator.localhost/list", {}), Flight(5))
    assert page.status == 200
    assert 8 * 2**20 < len(page.body) < 10 * 2**20
