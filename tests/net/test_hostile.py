"""Odd and hostile servers: a picture or a typed error of three lines; never a hang, never much memory."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.errors import AnswerUndecodable, NbgeminiError, OutcomeUnknown
from nbgemini.net.body import PIECE, Body
from nbgemini.net.flight import Flight
from nbgemini.net.inflate import inflated
from nbgemini.wire.encode import body
from tests.net.server import ANSWER, PNG, Act, Caller, Wire, answers, base64_of, cut, reply, serving
from tests.wire.answers import image, response
from tests.wire.shelf import NullShelf, Shelf

PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "GZIP": gzip.compress,
    "identity": bytes,
}


@pytest.mark.parametrize("encoding", PACKED)
def test_a_compressed_answer_is_read_all_the_same(encoding: str) -> None:
    """It was not asked for; some gateways do it anyway."""
    with serving(answers(200, PACKED[encoding](ANSWER), content_encoding=encoding)) as server:
        caller = Caller(server.url)
        answer = caller.ask()
    assert answer.turn is not None
    assert caller.shelf.rebuilt(caller.kept[0].skeleton) == ANSWER


def test_a_compressed_answer_that_is_cut_or_damaged_is_an_unknown_outcome() -> None:
    """The pictures that came through are kept."""
    packed = gzip.compress(ANSWER + b" " * 100)
    for data in (packed[:-4], packed[:3000], packed[:3000] + b"\x00" * 500):
        with serving(answers(200, data, content_encoding="gzip")) as server:
            caller = Caller(server.url)
            if data == packed[:-4]:  # only the checksum is missing: the answer is whole
                assert caller.ask().turn is not None
            else:
                with pytest.raises(OutcomeUnknown):
                    caller.ask()
        assert len(server.requests) == 1


def gzip_bomb(start: bytes, letter: bytes) -> bytes:
    """A hundred megabytes, packed one by one: after a full flush the same bytes are packed to the same ones."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)

    def packed(data: bytes) -> bytes:
        return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)

    return packed(start) + packed(letter * 1_000_000) * 100


@pytest.mark.parametrize(
    ("start", "letter"),
    [
        pytest.param(b'{"candidates": [{"content": "', b" ", id="text", marks=pytest.mark.deep),
        pytest.param(b"", b"[", id="brackets", marks=pytest.mark.deep),
        pytest.param(b'{"data":"', b"A", id="picture"),
    ],
)
def test_a_gzip_bomb_is_stopped_at_a_cap(start: bytes, letter: bytes) -> None:
    """100 MB in 100 kB: refused early, in bounded memory and CPU time, that of the server in this process included."""
    bomb = gzip_bomb(start, letter)
    with serving(answers(200, bomb, content_encoding="gzip")) as server:
        caller = Caller(server.url, shelf=NullShelf())
        tracemalloc.start()
        began = time.process_time()
        with pytest.raises(NbgeminiError) as caught:
            caller.ask()
        took, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert isinstance(caught.value, AnswerUndecodable)
    assert "too large" in caught.value.message
    assert peak < 40 * 2**20
    assert took < 2


def test_an_endless_answer_is_stopped_at_a_cap() -> None:
    """A server that never ends a string of text."""

    def endless(wire: Wire) -> None:
        wire.read()
        wire.send(reply(200, b'{"x": "', length=None))
        while True:
            wire.send(b"y" * 65536)

    with serving(endless) as server, pytest.raises(AnswerUndecodable, match="8 MB of text"):
        Caller(server.url).ask()


def chunked(data: bytes, size: int) -> bytes:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
# What the server sends, and whether the picture comes through.
ODD: dict[str, tuple[bytes, bool]] = {
    "chunked": (HEAD + chunked(ANSWER, 100), True),
    "chunked, one byte each": (HEAD + chunked(ANSWER, 1), True),
    "chunked, never ended": (HEAD + chunked(ANSWER, 1000)[:-5], True),
    "chunked, broken": (HEAD + b"zz\r\n" + ANSWER, False),
    "100 first": (b"HTTP/1.1 100 Continue\r\n\r\n" + reply(), True),
    "HTTP/1.0": (reply(length=None).replace(b"HTTP/1.1", b"HTTP/1.0"), True),
    "two lengths": (reply(content_length="5"), False),
    "negative length": (reply(length=None).replace(b"X\r\n", b"X\r\ncontent-length: -5\r\n"), False),
    "malicious type": (reply(200, ANSWER, content_type="text/html; charset=evil"), True),
    "unknown encoding": (reply(200, ANSWER, content_encoding="br"), True),
    "many headers": (reply().replace(b"X\r\n", b"X\r\n" + b"x: y\r\n" * 500), True),
    "wrong media type": (reply(200, json.dumps(response(image(PNG, "image/svg+xml"))).encode()), True),
    "script as media type": (reply(200, json.dumps(response(image(PNG, "<script>"))).encode()), True),
    "status 200 twice": (reply(200, ANSWER) + reply(200, ANSWER), True),
    "empty reason": (reply().replace(b"200 X", b"200 "), True),
    "status 999": (reply().replace(b"200 X", b"999 X"), False),
    "lower-case http": (reply().replace(b"HTTP/1.1", b"http/1.1"), False),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_gives_the_picture_or_a_typed_error(name: str) -> None:
    """One POST, and nothing of what arrived whole is lost."""
    data, fits = ODD[name]
    with serving(cut(len(data), data=data)) as server:
        caller = Caller(server.url)
        if fits:
            answer = caller.ask()
            assert answer.turn is not None
            assert answer.turn.picture is not None
            assert answer.turn.picture.media_type == "image/png"
        else:
            with pytest.raises(NbgeminiError) as caught:
                caller.ask()
            assert len(caught.value.lines()) <= 3
    assert len(server.requests) == 1


@given(data=st.binary(max_size=300), at=st.integers(0, 200), gone=st.integers(0, 40))
def test_no_reply_on_the_wire_gives_a_foreign_exception(data: bytes, at: int, gone: int) -> None:
    """Random bytes in the middle of a real answer."""
    whole = reply()
    act: Act = cut(10**6, data=whole[:at] + data + whole[at + gone :])
    with serving(act) as server:
        caller = Caller(server.url)
        try:
            outcome: object = caller.ask(seconds=2)
        except NbgeminiError as error:
            outcome = error
            assert len(error.lines()) <= 3  # noqa: PT017  # an answer is as good as an exception here
    assert outcome is not None
    assert not caller.shelf.open


@given(data=st.binary(max_size=3000), step=st.integers(1, 500), encoding=st.sampled_from(["gzip", "deflate", "none"]))
def test_inflating_gives_the_bytes_back(data: bytes, step: int, encoding: str) -> None:
    """In any pieces, and none of them empty."""
    data = b"{" + data  # what begins like gzip itself would be undone twice
    packed = PACKED.get(encoding, bytes)(data)
    pieces = [packed[at : at + step] for at in range(0, len(packed), step)]
    out = list(inflated(pieces, encoding))
    assert b"".join(out) == data
    assert all(out)


def test_a_large_answer_passes_through_in_little_memory() -> None:
    """24 MB of picture, 32 MB of JSON: the client holds less than 3 MB of it at any time."""
    piece = base64_of(bytes(range(256)) * 3 * 1024).encode()
    head = b'{"candidates":[{"content":{"parts":[{"inlineData":{"data":"' + base64_of(PNG[:6000]).encode()
    tail = b'"}}]},"finishReason":"STOP"}]}'

    def large(wire: Wire) -> None:
        wire.read()
        wire.send(reply(200, head, length=len(head) + 32 * len(piece) + len(tail)))
        for _ in range(32):
            wire.send(piece)
        wire.send(tail)

    with serving(large) as server:
        caller, flight = Caller(server.url, shelf=NullShelf(PNG)), Flight(20)
        caller.ask(flight=Flight(20))  # what is imported and made once does not count
        tracemalloc.start()
        answer = caller.ask(flight=flight)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert flight.received > 32 * 2**20
    assert answer.turn is not None
    assert peak < 3 * 2**20


def test_a_large_request_is_made_on_the_way_out() -> None:
    """A body of 24 MB of pictures is never whole in memory, its pieces are of a size, its length is known before."""
    shelf = Shelf()
    picture = bytes(range(256)) * 12_000
    request = Caller("http://localhost", shelf=shelf).request("draw", picture)
    skeleton = body(request)
    made = Body(skeleton, shelf)
    tracemalloc.start()
    sizes = [(len(piece), last) for piece, last in made]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(size for size, _ in sizes) == made.length == skeleton.size > 4_000_000
    assert max(size for size, _ in sizes) <= PIECE
    assert [last for _, last in sizes] == [False] * (len(sizes) - 1) + [True]
    assert len(sizes) <= made.length // PIECE + 3
    assert peak < 6 * 2**20  # the shelf of this test reads whole objects; the pieces themselves are small
    assert b"".join(piece for piece, _ in made) == shelf.rebuilt(skeleton)
