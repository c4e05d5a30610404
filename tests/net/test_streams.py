"""Streams over a real socket: told while they come, kept byte for byte, and never asked for twice."""

from __future__ import annotations

import gzip
import json
import random
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from nbgemini.core.exchange import Answer
from nbgemini.core.live import LivePart
from nbgemini.errors import AnswerUndecodable, DeadlinePassed, OutcomeUnknown, QuotaExceeded, ServerFault
from nbgemini.net import intake
from nbgemini.net.flight import Flight
from nbgemini.net.taking_turns import TURNS
from nbgemini.wire.splitter import Splitter
from tests.net.server import ANSWER, KEY, PNG, Act, Caller, Wire, answers, cut, reply, serving, trickle
from tests.support.pictures import make_picture
from tests.wire.answers import image, response, text
from tests.wire.shelf import NullShelf
from tests.wire.test_stream import CHUNKS, chunk, sse

STREAM = sse(*CHUNKS)


def asked(caller: Caller, told: list[LivePart] | None = None, seconds: float = 8.0) -> Answer:
    """A request that wants to see thoughts."""
    return caller.client.generate(
        caller.request(thoughts=True),
        objects=caller.shelf,
        keep=caller.kept.append,
        flight=Flight(seconds),
        notice=caller.notices.append,
        live=(told if told is not None else []).append,
    )


def chunked(*pieces: bytes, end: bool = True) -> bytes:
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + body + (b"0\r\n\r\n" if end else b"")


def test_parts_are_told_before_the_answer_has_ended() -> None:
    """Each event as it comes; what was kept rebuilds the body."""
    goes_on = threading.Event()

    def slowly(wire: Wire) -> None:
        wire.read()
        wire.send(chunked(STREAM[: STREAM.index(b"\r\n\r\n") + 4], end=False))
        goes_on.wait(10)
        rest = STREAM[STREAM.index(b"\r\n\r\n") + 4 :]
        wire.send(b"%x\r\n%b\r\n0\r\n\r\n" % (len(rest), rest))

    told: list[LivePart] = []

    class Ear(list[LivePart]):
        def append(self, part: LivePart) -> None:
            told.append(part)
            goes_on.set()  # without it the server would not go on: the first thought was heard before the rest came

    with serving(slowly) as server:
        caller = Caller(server.url)
        answer = asked(caller, Ear())
    assert server.requests[0].target.endswith(":streamGenerateContent?alt=sse")
    assert json.loads(server.requests[0].body)["generationConfig"]["thinkingConfig"] == {"includeThoughts": True}
    assert [part.thought for part in told] == [True] * 3 + [False] * 4
    assert answer.turn is not None
    assert answer.turn.picture is not None
    assert caller.shelf.rebuilt(caller.kept[0].skeleton) == STREAM


def test_what_comes_alone_is_told_at_once() -> None:
    """Pieces are gathered where more has come already; nothing is held back while the server thinks."""
    told: list[LivePart] = []
    heard = threading.Semaphore(0)

    class Ear(list[LivePart]):
        def append(self, part: LivePart) -> None:
            told.append(part)
            heard.release()

    def thinks(wire: Wire) -> None:
        wire.read()
        wire.send(chunked(end=False))
        for event in STREAM.split(b"\r\n\r\n")[:3]:
            whole = event + b"\r\n\r\n"
            for half in (whole[:-1], whole[-1:]):
                wire.send(b"%x\r\n%b\r\n" % (len(half), half))
            assert heard.acquire(timeout=5)
        wire.send(chunked(*STREAM.split(b"\r\n\r\n", 3)[3:]).partition(b"\r\n\r\n")[2])

    with serving(thinks) as server:
        asked(Caller(server.url), Ear())
    assert len(told) > 3


def at_once(flight: Flight, body: bytes, end: bytes) -> Act:
    """The first bytes of a body alone; then all of it in small chunks, none of which is read before all are there."""

    def act(wire: Wire) -> None:
        wire.read()
        wire.send(chunked(body[:9], end=False))
        while not flight.received:
            time.sleep(0.001)
        TURNS.take()
        wire.send(b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in cut_up(body[9:])) + end)
        TURNS.leave()
        wire.wait_until_left()

    return act


def cut_up(body: bytes) -> Iterator[bytes]:
    return (body[at : at + 100] for at in range(0, len(body), 100))


def test_small_chunks_that_have_come_are_taken_in_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may send an answer in a thousand chunks: each costs as much as a large one."""
    fed: list[int] = []

    class Counting(Splitter):
        def feed(self, data: bytes) -> None:
            fed.append(len(data))
            super().feed(data)

    monkeypatch.setattr(intake, "Splitter", Counting)
    monkeypatch.setattr(TURNS, "patience", 60.0)
    body = json.dumps(response(image(random.Random(4).randbytes(60_000), thoughtSignature="c2ln"))).encode()
    flight = Flight(10)
    with serving(at_once(flight, body, b"0\r\n\r\n")) as server:
        caller = Caller(server.url)
        caller.ask(flight=flight)
    assert caller.shelf.rebuilt(caller.kept[0].skeleton) == body
    assert max(fed) > len(body) / 2


def test_what_was_gathered_comes_before_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has arrived: whatever breaks behind it, it is taken in first."""
    monkeypatch.setattr(TURNS, "patience", 60.0)
    body = json.dumps(response(image(random.Random(4).randbytes(20_000), thoughtSignature="c2ln"))).encode()
    flight = Flight(10)
    with serving(at_once(flight, body[:-9], b"no length\r\n" + bytes(20_000))) as server:
        caller = Caller(server.url)
        with pytest.raises(OutcomeUnknown):
            caller.ask(flight=flight)
    assert caller.shelf.rebuilt(caller.kept[0].skeleton) == body[:-9]


WHOLE: dict[str, Act] = {
    "gzip": answers(200, gzip.compress(STREAM), content_encoding="gzip"),
    "a plain object": answers(200, ANSWER),
    "an array": answers(200, json.dumps(CHUNKS).encode()),
    "byte by byte": cut(10**9, data=chunked(*(STREAM[at : at + 1] for at in range(len(STREAM))))),
    "broken after its end": cut(10**9, data=chunked(STREAM, end=False)),
    "reset after its end": cut(10**9, reset=True, data=chunked(STREAM, end=False)),
    "no reason, closed": answers(200, sse(*CHUNKS[:7]), length=None),
}


@pytest.mark.parametrize(
    "how", [pytest.param(how, marks=[pytest.mark.deep] if how == "byte by byte" else []) for how in WHOLE]
)
def test_a_whole_stream_is_an_answer(how: str) -> None:
    """However it travels, and whatever a gateway makes of it."""
    with serving(WHOLE[how]) as server:
        caller = Caller(server.url)
        answer = asked(caller)
    assert answer.turn is not None
    assert answer.turn.picture is not None
    assert caller.shelf.held[answer.turn.picture.sha256] == PNG
    assert caller.client.verdict(answer) is None
    assert len(server.requests) == 1


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_stream_that_breaks_off_is_an_unknown_outcome(share: float, reset: bool) -> None:
    """Kept as far as it came, asked for once, and its pictures are in what is interpreted later."""
    body = chunked(*(sse(one) for one in CHUNKS[:8]), end=False)
    with serving(cut(int(len(body) * share), reset=reset, data=body)) as server:
        caller = Caller(server.url)
        with pytest.raises(OutcomeUnknown) as caught:
            asked(caller)
    assert len(server.requests) == 1
    (raw,) = caller.kept
    assert not raw.complete
    later = caller.client.interpret(raw, caller.shelf)
    found = [] if later.turn is None else list(later.turn.pictures.values())
    assert found == list(caught.value.pictures)


def test_an_error_status_in_any_shape_is_typed() -> None:
    """In a list of one, as streams have it, and in an event."""
    error = {"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED"}}
    for page in (json.dumps([error]).encode(), sse(error), json.dumps(error).encode()):
        with serving(answers(429, page)) as server, pytest.raises(QuotaExceeded, match="quota"):
            asked(Caller(server.url))


def test_an_error_in_the_middle_is_never_tried_again() -> None:
    """Although the same error as a status would be; and it does not repeat the key."""
    error = {"error": {"code": 503, "message": f"busy {KEY}", "status": "UNAVAILABLE"}}
    with serving(answers(200, sse(CHUNKS[0], error))) as server, pytest.raises(ServerFault) as caught:
        asked(Caller(server.url))
    assert caught.value.charged == "maybe"
    assert KEY not in str(caught.value) + caught.value.server_message
    assert len(server.requests) == 1


def test_what_is_told_never_holds_the_key() -> None:
    """A server may repeat it in a thought."""
    told: list[LivePart] = []
    with serving(answers(200, sse(chunk(text(f"key {KEY}", thought=True)), *CHUNKS))) as server:
        asked(Caller(server.url), told)
    assert told
    assert KEY not in str(told)


def test_a_listener_that_fails_costs_nothing() -> None:
    """The answer that was paid for comes all the same."""

    class Deaf(list[LivePart]):
        def append(self, part: LivePart) -> None:
            raise RuntimeError("the notebook is gone")

    with serving(answers(200, STREAM)) as server:
        assert asked(Caller(server.url), Deaf()).turn is not None


def test_keep_alives_do_not_move_the_deadline() -> None:
    """A trickle of comments ends when the time is up."""
    with serving(trickle(chunked(b": ping\n\n" * 500), 0.02, start=60)) as server, pytest.raises(DeadlinePassed):
        asked(Caller(server.url), seconds=0.6)


@pytest.mark.deep
@pytest.mark.parametrize("line", [b"data: {}\n\n", b"data:\n", b"data: ["])
def test_endless_lines_stop_at_a_cap(line: bytes) -> None:
    """In bounded memory."""

    def endless(wire: Wire) -> None:
        wire.read()
        wire.send(reply(200, b"data: {}\n\n", length=None))
        while True:
            wire.send(line * (65536 // len(line)))

    with serving(endless) as server:
        tracemalloc.start()
        with pytest.raises(AnswerUndecodable, match="too large"):
            asked(Caller(server.url, shelf=NullShelf()), seconds=30)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 200 * 2**20


@pytest.mark.deep
def test_a_large_picture_costs_what_it_costs_plainly() -> None:
    """24 MB: CPU time within half as much again of a plain answer's, and no picture in memory."""
    data = make_picture("PNG", (60, 40)) + b"\0" * (24 * 2**20)
    body = sse(chunk(text("thinking", thought=True)), chunk(image(data)), chunk(finish="STOP"))
    plain = json.dumps(chunk(image(data), finish="STOP")).encode()
    spent: dict[str, float] = {}
    for name, page in (("plain", plain), ("stream", body), ("plain", plain), ("stream", body)):
        with serving(answers(200, page)) as server:
            caller = Caller(server.url, shelf=NullShelf(PNG))
            before = time.thread_time()
            caller.client.generate(
                caller.request(thoughts=True) if name == "stream" else caller.request(),
                objects=caller.shelf,
                keep=caller.kept.append,
                flight=Flight(30),
                notice=caller.notices.append,
                live=list[LivePart]().append if name == "stream" else None,
            )
            spent[name] = min(spent.get(name, 9.0), time.thread_time() - before)
    assert spent["stream"] < 1.5 * spent["plain"] + 0.05
    made = reply(200, body)  # beforehand: the server's own copies do not count

    def send(wire: Wire) -> None:
        wire.read()
        wire.send(made)

    with serving(send) as server:
        caller = Caller(server.url, shelf=NullShelf(PNG))
        tracemalloc.start()
        asked(caller, seconds=60)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 * 2**20
