"""Servers that are odd below the answer: headers, connections, time, redirects, TLS, uploads."""

from __future__ import annotations

import io
import random
import socket
import time
from collections.abc import Iterator
from typing import Any

from PIL import Image

from tests.net.server import Act, Wire, answers, reply, silence, trickle
from tests.servers.bodies import ODD, dumped, sent
from tests.servers.trial import BIG, SMALL, Row

__all__ = ["rows"]

WHOLE = dumped(ODD)
BOTH = (SMALL, BIG)
_FILE = io.BytesIO()
Image.frombytes("RGB", (1450, 1450), random.Random(3).randbytes(1450 * 1450 * 3)).save(_FILE, "PNG", compress_level=0)
LARGE = _FILE.getvalue()  # more than the buffers of a connection hold


def rows() -> Iterator[Row]:
    yield from _heads()
    yield from _provisional()
    yield from _connections()
    yield from _slow()
    yield from _endless()
    yield from _uploads()


def _heads() -> Iterator[Row]:
    fine: dict[str, bytes] = {
        "HTTP/1.0": reply(200, WHOLE, length=None).replace(b"HTTP/1.1", b"HTTP/1.0"),
        "no reason phrase": reply(200, WHOLE).replace(b"200 X", b"200 "),
        "no reason phrase, no blank": reply(200, WHOLE).replace(b"200 X", b"200"),
        "an odd reason phrase": reply(200, WHOLE).replace(b"200 X", b"200 \xff\xfe<script>"),
        "90 headers": reply(200, WHOLE).replace(b"X\r\n", b"X\r\n" + b"x-a: y\r\n" * 90),
        "a header of 50 kB": reply(200, WHOLE).replace(b"X\r\n", b"X\r\nx-a: " + b"y" * 50_000 + b"\r\n"),
        "headers of odd bytes": reply(200, WHOLE).replace(b"X\r\n", b"X\r\nx-a: \xff\xc3\xa4\r\n"),
        "headers in capitals": reply(200, WHOLE).replace(b"content-length", b"CONTENT-LENGTH"),
        "a type of text/html": reply(200, WHOLE, content_type="text/html; charset=utf-7"),
        "an evil charset": reply(200, WHOLE, content_type="application/json; charset=../../x"),
        "many cookies": reply(200, WHOLE).replace(b"X\r\n", b"X\r\n" + b"set-cookie: a=b; Domain=.google.com\r\n" * 50),
        "keep-alive": reply(200, WHOLE).replace(b"connection: close", b"connection: keep-alive"),
        "alt-svc and HSTS": reply(200, WHOLE, alt_svc='h3=":443"', strict_transport_security="max-age=1"),
        "line feeds alone": reply(200, WHOLE).split(b"\r\n\r\n")[0].replace(b"\r\n", b"\n") + b"\n\n" + WHOLE,
        "an upgrade offered": reply(200, WHOLE, upgrade="h2c"),
    }
    for name, data in fine.items():
        yield Row(f"head: {name}", sent(data), holds=BOTH)
    bad: dict[str, bytes] = {
        "1,000 headers": reply(200, WHOLE).replace(b"X\r\n", b"X\r\n" + b"x-a: y\r\n" * 1000),
        "100,000 headers": reply(200, WHOLE).replace(b"X\r\n", b"X\r\n" + b"x: y\r\n" * 100_000),
        "a header of 5 MB": reply(200, WHOLE).replace(b"X\r\n", b"X\r\nx-a: " + b"y" * 5_000_000 + b"\r\n"),
        "a folded header": reply(200, WHOLE).replace(b"X\r\n", b"X\r\nx-a: b\r\n c\r\n"),
        "a header without a colon": reply(200, WHOLE).replace(b"X\r\n", b"X\r\nrubbish\r\n"),
        "an empty header name": reply(200, WHOLE).replace(b"X\r\n", b"X\r\n: x\r\n"),
        "a NUL in a header": reply(200, WHOLE).replace(b"X\r\n", b"X\r\nx-a: a\x00b\r\n"),
        "a blank before the colon": reply(200, WHOLE).replace(b"content-length:", b"content-length :"),
        "HTTP/2.0": reply(200, WHOLE).replace(b"HTTP/1.1", b"HTTP/2.0"),
        "HTTP/9.9": reply(200, WHOLE).replace(b"HTTP/1.1", b"HTTP/9.9"),
        "http in small letters": reply(200, WHOLE).replace(b"HTTP/1.1", b"http/1.1"),
        "ICY 200": reply(200, WHOLE).replace(b"HTTP/1.1", b"ICY"),
        "HTTP/0.9": WHOLE,
        "the request's own bytes": b"POST / HTTP/1.1\r\n\r\n",
        "an h2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(40),
        "h2 settings": b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        "SMTP": b"220 smtp.example ESMTP\r\n" * 10,
        "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
        "a TLS alert": b"\x15\x03\x01\x00\x02\x02\x46",
        "one byte": b"H",
        "only the status": b"HTTP/1.1 200 OK\r\n",
        "cut in the headers": reply(200, WHOLE)[:40],
        "line ends alone": b"\r\n" * 1000,
        "zeros": bytes(5000),
        "nothing": b"",
    }
    for name, data in bad.items():
        yield Row(f"head: {name}", sent(data), ("picture", "OutcomeUnknown", "AnswerUndecodable"), "maybe")
    yield Row(
        "closed after the headers",
        sent(reply(200, WHOLE).split(b"\r\n\r\n")[0] + b"\r\n\r\n"),
        "OutcomeUnknown",
        "maybe",
    )
    yield Row("200 with a page", answers(200, b"<html><script>alert(1)</script></html>"), "AnswerUndecodable", "maybe")
    yield Row("200 with nothing", answers(200, b""), "AnswerUndecodable", "maybe")
    yield Row("200 with nothing, no length", answers(200, b"", length=None), "AnswerUndecodable", "maybe")
    yield Row("200 with blanks", answers(200, b" \n" * 100), "AnswerUndecodable", "maybe")
    yield Row("200 with text", answers(200, b"OK"), "AnswerUndecodable", "maybe")
    yield Row("200 with a PNG", answers(200, BIG, content_type="image/png"), ("picture", "AnswerUndecodable"), "maybe")


def _provisional() -> Iterator[Row]:
    for status, more in ((100, b""), (102, b""), (103, b"link: </x>; rel=preload\r\n"), (199, b"")):
        head = b"HTTP/1.1 %d X\r\n%s\r\n" % (status, more)
        yield Row(f"{status} first", sent(head + reply(200, WHOLE)), holds=BOTH)
        yield Row(f"{status} twenty times first", sent(head * 20 + reply(200, WHOLE)), holds=BOTH)
        yield Row(f"{status} alone", sent(head), "OutcomeUnknown", "maybe")
    switch = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"
    yield Row("101", sent(switch + reply(200, WHOLE)), ("OutcomeUnknown", "UnexpectedReply", "picture"), "maybe", None)
    yield Row(
        "100 for ever",
        _for_ever(b"HTTP/1.1 100 X\r\n\r\n" * 100),
        ("OutcomeUnknown", "DeadlinePassed"),
        "maybe",
        seconds=1.0,
        between=(0, 3),
    )


def _for_ever(data: bytes, head: bytes = b"") -> Act:
    def act(wire: Wire) -> None:
        wire.read()
        wire.send(head)
        while True:
            wire.send(data)

    return act


def _answer_first(wire: Wire) -> None:
    wire.send(reply(200, WHOLE))
    wire.read()


def _alert(wire: Wire) -> None:
    wire.sock.recv(9999)
    wire.send(b"\x15\x03\x03\x00\x02\x02\x28")


def _hang_up(wire: Wire) -> None:
    wire.read(limit=20_000)
    wire.reset()


def _dawdle(wire: Wire) -> None:
    wire.read(limit=20_000)
    time.sleep(3)


def _reset(wire: Wire) -> None:
    wire.read()
    wire.reset()


def _connections() -> Iterator[Row]:
    yield Row("reset at once", lambda wire: wire.reset(), ("NotSent", "OutcomeUnknown"), ("no", "maybe"), None)
    yield Row("closed at once", lambda wire: wire.sock.close(), ("NotSent", "OutcomeUnknown"), ("no", "maybe"), None)
    yield Row("reset after the request", _reset, "OutcomeUnknown", "maybe")
    yield Row(
        "an answer before the request",
        _answer_first,
        ("picture", "OutcomeUnknown", "NotSent"),
        (),
        None,
    )
    free = socket.create_server(("127.0.0.1", 0))
    nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    free.close()
    yield Row("nobody listens", silence, "NotSent", "no", 0, url=lambda _: nobody)
    yield Row(
        "TLS asked, HTTP spoken",
        sent(reply(200, WHOLE)),
        "NotSent",
        "no",
        None,
        url=lambda url: url.replace("http:", "https:"),
    )
    yield Row(
        "TLS asked, silence",
        silence,
        "NotSent",
        "no",
        None,
        url=lambda url: url.replace("http:", "https:"),
        seconds=1.0,
        between=(0.5, 3),
    )
    yield Row(
        "TLS asked, closed",
        lambda wire: wire.sock.close(),
        "NotSent",
        "no",
        None,
        url=lambda url: url.replace("http:", "https:"),
    )
    yield Row(
        "TLS asked, an alert",
        _alert,
        "NotSent",
        "no",
        None,
        url=lambda url: url.replace("http:", "https:"),
    )


def _slow() -> Iterator[Row]:
    """The time allowed holds, two seconds more or less, however the server spends it."""
    time_: dict[str, Any] = {"charged": "maybe", "seconds": 1.0, "between": (0.5, 3.0)}
    whole = reply(200, WHOLE)
    head = whole.index(b"\r\n\r\n") + 4
    late = ("DeadlinePassed",)
    yield Row("silence", silence, late, **time_)
    yield Row("a trickle of headers", trickle(whole, 0.2), late, **time_)
    yield Row("a trickle of the body", trickle(whole, 0.2, head), late, **time_)
    yield Row("a trickle in the picture", trickle(whole, 0.2, head + 3000), late, **time_, holds=())
    yield Row("a trickle after the picture", trickle(whole, 0.2, len(whole) - 60), late, **time_, holds=BOTH)
    yield Row(
        "a trickle of chunks",
        trickle(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"1\r\n{\r\n" * 999, 0.05, 60),
        late,
        **time_,
    )
    yield Row(
        "a trickle of gzip",
        trickle(reply(200, b"\x1f\x8b\x08" + bytes(500), content_encoding="gzip"), 0.1, 90),
        ("DeadlinePassed", "OutcomeUnknown"),
        **{**time_, "between": (0, 3)},
    )
    yield Row("a trickle of blanks", trickle(reply(200, b" " * 5000), 0.05, 100), late, **time_)
    yield Row("a trickle of 100s", trickle(b"HTTP/1.1 100 X\r\n\r\n" * 999, 0.02), late, **time_)
    yield Row("silence after the headers", _then_silent(whole[:head]), late, **time_)
    yield Row("silence in the middle", _then_silent(whole[:-500]), late, **time_, holds=(SMALL,))
    yield Row(
        "silence after the answer",
        _then_silent(reply(200, WHOLE, length=len(WHOLE) + 9)),
        seconds=1.0,
        between=(0, 3),
        holds=BOTH,
    )
    yield Row(
        "a slow error body",
        trickle(reply(400, b'{"error": {"message": "' + b"x" * 999), 0.1, 100),
        ("InvalidRequest", "DeadlinePassed"),
        ("no", "maybe"),
        seconds=1.0,
        between=(0, 3),
    )
    yield Row(
        "a slow 503",
        trickle(reply(503, b'{"error": {"message": "' + b"x" * 999), 0.1, 100),
        ("ServerFault", "DeadlinePassed"),
        "maybe",
        seconds=1.0,
        between=(0, 3),
    )
    yield Row("one byte a second", trickle(whole, 1.0, head), late, charged="maybe", seconds=2.5, between=(2.0, 4.5))


def _then_silent(data: bytes) -> Act:
    def act(wire: Wire) -> None:
        wire.read()
        wire.send(data)
        wire.wait_until_left()

    return act


def _endless() -> Iterator[Row]:
    """Answers without an end are stopped at a cap, or by the clock."""
    ok, chunked = b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n"
    gives = ("AnswerUndecodable", "OutcomeUnknown", "DeadlinePassed")
    for name, start, piece in (
        ("endless text", ok + b'\r\n{"x": "', b"y" * 65536),
        ("endless blanks", ok + b"\r\n", b" " * 65536),
        ("endless brackets", ok + b"\r\n", b"[" * 65536),
        ("endless objects", ok + b"\r\n[", b"{}," * 20_000),
        ("endless a picture", ok + b'\r\n{"data": "iVBORw0KGgo', b"A" * 65536),
        ("endless pictures", ok + b'\r\n{"a": [', b'{"data": "' + b"A" * 4000 + b'"},'),
        ("endless escapes", ok + b'\r\n{"data": "', b"\\u0041" * 10_000),
        ("endless quotes", ok + b"\r\n", b'"' * 65536),
        ("endless backslashes", ok + b'\r\n{"x": "', b"\\" * 65536),
        ("endless zeros", ok + b"\r\n", bytes(65536)),
        ("endless digits", ok + b'\r\n{"x": ', b"9" * 65536),
        ("endless data keys", ok + b"\r\n{", b'"data":"x",' * 5000),
        ("endless parts", ok + b'\r\n{"candidates": [{"content": {"parts": [', b'{"text": ""},' * 5000),
        ("endless headers", ok, b"x-a: " + b"y" * 60_000 + b"\r\n"),
        ("an endless header", ok + b"x: ", b"y" * 65536),
        ("an endless status line", b"HTTP/1.1 200 ", b"y" * 65536),
        ("endless empty chunks' extensions", chunked + b"1;x=", b"y" * 65536),
        ("endless trailers", chunked + b"0\r\n", b"x: y\r\n" * 5000),
    ):
        yield _without_end(name, start, piece, gives, "maybe")
    yield _without_end("endless error", b"HTTP/1.1 400 X\r\n\r\n", b"y" * 65536, "InvalidRequest", "no")


def _without_end(name: str, start: bytes, piece: bytes, gives: str | tuple[str, ...], charged: str) -> Row:
    return Row(name, _for_ever(piece, start), gives, charged, seconds=20.0, between=(0, 24))


def _uploads() -> Iterator[Row]:
    """Answers while tens of megabytes are still on their way."""

    def early(data: bytes, after: int = 20_000, *, drain: bool = True) -> Act:
        def act(wire: Wire) -> None:
            wire.read(limit=after)
            wire.send(data)
            if drain:
                wire.sock.shutdown(socket.SHUT_WR)
                while wire.sock.recv(1 << 20):
                    pass
            else:
                time.sleep(0.05)
                wire.reset()

        return act

    for status, gives, posts in (
        (400, "InvalidRequest", 1),
        (401, "AuthenticationFailed", 1),
        (403, "PermissionRefused", 1),
        (404, "ModelNotFound", 1),
        (413, "RequestTooLarge", 1),
        (502, "ServerFault", 1),
    ):
        data = reply(status, b'{"error": {"message": "Because."}}')
        charged = "maybe" if status == 502 else "no"
        yield Row(f"{status} while uploading", early(data), gives, charged, posts, upload=LARGE)
        reset_too = (gives, "NotSent", "OutcomeUnknown")
        yield Row(
            f"{status} while uploading, then a reset",
            early(data, drain=False),
            reset_too,
            (charged, "no"),
            None,
            upload=LARGE,
        )
    yield Row("a picture while uploading", early(reply(200, WHOLE)), "picture", upload=LARGE, holds=BOTH)
    yield Row(
        "a cut picture while uploading",
        early(reply(200, WHOLE)[:-50]),
        "OutcomeUnknown",
        "maybe",
        upload=LARGE,
        holds=BOTH,
    )
    yield Row(
        "closed while uploading",
        _hang_up,
        "NotSent",
        "no",
        3,
        upload=LARGE,
    )
    yield Row(
        "read slowly, never answered",
        _dawdle,
        ("NotSent", "DeadlinePassed"),
        ("no", "maybe"),
        None,
        upload=LARGE,
        seconds=1.0,
        between=(0.5, 3),
    )
    yield Row("the whole upload read, then closed", sent(b""), "OutcomeUnknown", "maybe", upload=LARGE)
