"""Answers that are cut, compressed, wrapped or spelled in odd ways, as rows of the table of servers."""

from __future__ import annotations

import base64
import gzip
import json
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from tests.net.server import Act, Wire, answers, reply
from tests.servers.trial import BIG, FIRST, SMALL, Row, late
from tests.wire.answers import image, response, text

__all__ = ["ODD", "chunked", "dumped", "rows", "sent"]

ODD = response(
    text('here "it" is, \u00df \\ '),
    image(SMALL, thoughtSignature="c2ln" * 30),
    image(BIG, thoughtSignature="c2ln" * 900),
)
UNKNOWN = ("OutcomeUnknown", "AnswerUndecodable")


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def sent(data: bytes) -> Act:
    """Exactly these bytes after the request, then a clean close."""

    def act(wire: Wire) -> None:
        wire.read()
        wire.send(data)

    return act


def chunked(data: bytes, size: int = 4000, *, end: bytes = b"0\r\n\r\n", head: str = "") -> bytes:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    lines = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return f"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n{head}\r\n".encode() + lines + end


def rows() -> Iterator[Row]:
    yield from _cuts()
    yield from _lengths()
    yield from _compressed()
    yield from _spelled()
    yield from _repeated()


# -- cut short -------------------------------------------------------------------------------------

_BODY = dumped({"promptFeedback": {}, **ODD, "responseId": "r"})
_PLACES: dict[str, tuple[bytes, int]] = {  # after the nth mark, so many bytes more
    "nothing": (b"{", -1),
    "after the first brace": (b"{", 0),
    "in a key": (b"promptF", 0),
    "in the list of candidates": (b'"candidates": [', 0),
    "in a text": (b"here ", 0),
    "in an escape": (b"it\\", 0),
    "in a unicode escape": (b"\\u00", 0),
    "before the picture": (b'"inlineData": ', 0),
    "in the media type": (b"image/p", 0),
    "before the data": (b'"data": ', 0),
    "at the first letter of a picture": (b'"data": "i', 0),
    "in the first picture": (b'"data": "', 100),
    "after the first picture": (base64.b64encode(SMALL), 0),
    "after its quote": (base64.b64encode(SMALL) + b'"', 0),
    "in its signature": (b'"thoughtSignature": "c2', 0),
    "in the second picture": (base64.b64encode(BIG)[:3000], 0),
    "one letter before its end": (base64.b64encode(BIG)[:-1], 0),
    "four letters before its end": (base64.b64encode(BIG)[:-4], 0),
    "after its last letter": (base64.b64encode(BIG), 0),
    "in the long signature": (b'"thoughtSignature": "' + b"c2ln" * 40, 0),
    "after the parts": (b'"thoughtSignature": "' + b"c2ln" * 900 + b'"}]', 0),
    "in the finish reason": (b'"finishReason": "ST', 0),
    "after the finish reason": (b'"finishReason": "STOP"', 0),
    "before the usage": (b'"usageMetadata": ', 0),
    "in a number": (b'"totalTokenCount": 11', 0),
    "before the last brace": (b'"responseId": "r"', 0),
}


def _cuts() -> Iterator[Row]:
    """An answer that ends too early, at each place, in each way in which a connection can end."""
    for place, (mark, more) in _PLACES.items():
        end = _BODY.index(mark) + (0 if more < 0 else len(mark) + more)
        whole = tuple(data for data in (SMALL, BIG) if _arrived(data, end))
        for way, act in _ways(_BODY[:end]).items():
            yield Row(f"cut {place}, {way}", act, UNKNOWN, "maybe", holds=whole)


def _arrived(data: bytes, end: int) -> bool:
    return _BODY.index(base64.b64encode(data)) + len(base64.b64encode(data)) <= end


def _ways(data: bytes) -> dict[str, Act]:
    def reset(wire: Wire) -> None:
        wire.read()
        wire.send(reply(200, data, length=len(_BODY)))
        time.sleep(0.03)  # a reset overtakes bytes that are not read yet
        wire.reset()

    return {
        "closed": sent(reply(200, data, length=len(_BODY))),
        "reset": reset,
        "cleanly": answers(200, data),
        "without a length": answers(200, data, length=None),
        "in a chunk": sent(chunked(data, 4000, end=b"ff\r\n")),
        "in gzip": answers(200, gzip.compress(data), content_encoding="gzip"),
    }


def _lengths() -> Iterator[Row]:
    """A Content-Length that lies, chunks that lie, and answers that go on after their end."""
    whole = dumped(ODD)
    both: dict[str, Any] = {"holds": (SMALL, BIG)}
    yield Row("length too long", answers(200, whole, length=len(whole) + 100), **both)
    yield Row("length too short", answers(200, whole, length=len(whole) - 100), UNKNOWN, "maybe", holds=(SMALL, BIG))
    yield Row("length much too short", answers(200, whole, length=700), UNKNOWN, "maybe")
    yield Row("length 0", answers(200, whole, length=0), UNKNOWN, "maybe")
    for name, line in {
        "length negative": "content-length: -5",
        "length a word": "content-length: many",
        "length with a plus": "content-length: +5000",
        "length of twenty digits": "content-length: 99999999999999999999",
        "two lengths": f"content-length: 5\r\ncontent-length: {len(whole)}",
        "length and chunks": "content-length: 5\r\ntransfer-encoding: chunked",
        "unknown transfer encoding": "transfer-encoding: gzip",
    }.items():
        data = b"HTTP/1.1 200 OK\r\n" + line.encode() + b"\r\nconnection: close\r\n\r\n" + whole
        yield Row(name, sent(data), ("picture", *UNKNOWN), "maybe")
    yield Row("same length twice", sent(reply(200, whole, content_length=str(len(whole)))), ("picture", *UNKNOWN))
    yield Row("trailing rubbish", answers(200, whole + b"\r\n\x00<html>" * 9), ("picture", *UNKNOWN), "maybe", **both)
    yield Row(
        "two answers on one connection", sent(reply(200, whole) + reply(200, dumped(response(text("other"))))), **both
    )
    yield Row("two bodies in one answer", answers(200, whole + whole), ("picture", *UNKNOWN), "maybe", **both)
    for size in (1, 7, 65536):
        yield Row(f"chunks of {size}", sent(chunked(whole, size)), **both)
    yield Row("chunks never ended", sent(chunked(whole, end=b"")), **both)
    yield Row("chunks with trailers", sent(chunked(whole, end=b"0\r\nx-late: 1\r\n\r\n")), **both)
    yield Row("chunks with bad trailers", sent(chunked(whole, end=b"0\r\n\x00\x01\xff\r\n")), **both)
    yield Row("chunks with extensions", sent(chunked(whole).replace(b"\r\n{", b";name=value\r\n{", 1)), **both)
    yield Row("chunk size no number", sent(chunked(b"").replace(b"0\r\n\r\n", b"zz\r\n" + whole)), UNKNOWN, "maybe")
    yield Row("chunk size negative", sent(chunked(b"").replace(b"0\r\n\r\n", b"-5\r\n" + whole)), UNKNOWN, "maybe")
    yield Row(
        "chunk size immense",
        sent(chunked(b"").replace(b"0\r\n\r\n", b"f" * 40 + b"\r\n" + whole)),
        ("picture", *UNKNOWN),
        "maybe",
    )


# -- compressed ------------------------------------------------------------------------------------


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def _zstd(data: bytes) -> bytes:
    """Zstandard with nothing compressed: a header, and raw blocks."""
    out = b"\x28\xb5\x2f\xfd\x00\x58"
    for at in range(0, len(data), 60_000):
        piece, last = data[at : at + 60_000], at + 60_000 >= len(data)
        out += (int(last) | len(piece) << 3).to_bytes(3, "little") + piece
    return out


def _brotli(data: bytes) -> bytes:
    """Brotli with nothing compressed: one stored block, and an empty last one."""
    assert len(data) <= 1 << 16
    bits = 0b0 | 0 << 1 | 0b00 << 2 | (len(data) - 1) << 4 | 1 << 20  # window 16, not last, 4 nibbles, length, stored
    return bits.to_bytes(3, "little") + data + b"\x03"


def _compressed() -> Iterator[Row]:
    whole = dumped(ODD)
    both = (SMALL, BIG)
    packed, unread = gzip.compress(whole), ("AnswerUndecodable", "OutcomeUnknown")
    true: dict[str, tuple[str, bytes]] = {
        "gzip": ("gzip", packed),
        "x-gzip": ("x-gzip", packed),
        "gzip in capitals": ("GZIP", packed),
        "deflate": ("deflate", zlib.compress(whole)),
        "deflate without a header": ("deflate", _raw_deflate(whole)),
        "gzip twice": ("gzip, gzip", gzip.compress(packed)),
        "gzip in deflate": ("gzip, deflate", zlib.compress(packed)),
        "gzip twice, said once": ("gzip", gzip.compress(packed)),
        "gzip, not said": ("identity", packed),
        "gzip said as deflate": ("deflate", packed),
        "deflate said as gzip": ("gzip", zlib.compress(whole)),
        "gzip said, not done": ("gzip", whole),
        "deflate said, not done": ("deflate", whole),
        "br said, not done": ("br", whole),
        "zstd said, not done": ("zstd", whole),
        "rubbish said": ("\x7f;q=1", whole),
        "gzip of two members": ("gzip", gzip.compress(whole[:3000]) + gzip.compress(whole[3000:])),
        "gzip with rubbish behind": ("gzip", packed + b"rubbish" * 50),
        "gzip with zeros behind": ("gzip", packed + b"\x00" * 512),
        "gzip without its checksum": ("gzip", packed[:-8]),
        "gzip with a wrong checksum": ("gzip", packed[:-8] + b"\x00" * 8),
        "gzip with a name": ("gzip", packed[:3] + b"\x08" + packed[4:10] + b"name\x00" + packed[10:]),
        "gzip stored": ("gzip", gzip.compress(whole, 0)),
    }
    for name, (encoding, data) in true.items():
        for way in ("length", "chunks"):
            act = (
                answers(200, data, content_encoding=encoding)
                if way == "length"
                else sent(chunked(data, 900, head=f"content-encoding: {encoding}\r\n"))
            )
            yield Row(f"{name}, by {way}", act, holds=both)
    for name, (encoding, data) in {
        "br": ("br", _brotli(whole)),
        "zstd": ("zstd", _zstd(whole)),
        "br said as gzip": ("gzip", _brotli(whole)),
        "compress": ("compress", b"\x1f\x9d\x90" + whole[:300]),
        "gzip of nothing": ("gzip", gzip.compress(b"")),
        "gzip, empty": ("gzip", b""),
        "gzip, only its magic": ("gzip", packed[:2]),
        "gzip, only its header": ("gzip", packed[:10]),
        "gzip, cut in the middle": ("gzip", packed[: len(packed) // 2]),
        "gzip, damaged in the middle": ("gzip", packed[:2000] + b"\xff" * 60 + packed[2060:]),
        "gzip of a web page": ("gzip", gzip.compress(b"<html>no</html>")),
        "gzip nine times": ("gzip", _folded(whole, 9)),
    }.items():
        yield Row(name, answers(200, data, content_encoding=encoding), unread, "maybe")
    for name, bomb in {
        "of blanks": _bomb(b'{"candidates": [', b" ", 60_000_000),
        "of brackets": _bomb(b"", b"[", 60_000_000),
        "of a text": _bomb(b'{"candidates": [{"content": {"parts": [{"text": "', b"A", 60_000_000),
        "of a picture": _bomb(b'{"data":"', b"A", 120_000_000),
        "in gzip": _bomb(b'{"candidates": [', b" ", 100_000_000, again=True),
    }.items():
        yield Row(f"gzip bomb {name}", bomb, unread, "maybe")


def _bomb(start: bytes, letter: bytes, times: int, *, again: bool = False) -> Act:
    """Made when it is sent: who imports this room pays for none."""

    def act(wire: Wire) -> None:
        data = gzip.compress(start + letter * times, 1)
        if again:
            answers(200, gzip.compress(data, 9), content_encoding="gzip, gzip")(wire)
        else:
            answers(200, data, content_encoding="gzip")(wire)

    return act


def _folded(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = gzip.compress(data)
    return data


# -- spelled in odd ways ---------------------------------------------------------------------------


def _data(spelling: Callable[[str], str], picture: bytes) -> bytes:
    """An answer whose picture is spelled in JSON as `spelling` makes it of its base64."""
    whole = json.dumps(response(text("here"), image(picture)))
    plain = base64.b64encode(picture).decode()
    return whole.replace(plain, spelling(plain)).encode()


_BASE64: dict[str, Callable[[str], str]] = {
    "in the URL's alphabet": lambda t: t.replace("+", "-").replace("/", "_"),
    "in both alphabets": lambda t: t.replace("/", "_"),
    "without padding": lambda t: t.rstrip("="),
    "with too much padding": lambda t: t + "==",
    "with line breaks": lambda t: "\\n".join(t[at : at + 76] for at in range(0, len(t), 76)),
    "with CRLF": lambda t: "\\r\\n".join(t[at : at + 64] for at in range(0, len(t), 64)),
    "with blanks": lambda t: " ".join(t[at : at + 100] for at in range(0, len(t), 100)),
    "with raw line breaks": lambda t: "\n".join(t[at : at + 76] for at in range(0, len(t), 76)),
    "with escaped slashes": lambda t: t.replace("/", "\\/"),
    "with \\u003d": lambda t: t.replace("=", "\\u003d"),
    "with \\u002B and \\u002f": lambda t: t.replace("+", "\\u002B").replace("/", "\\u002f"),
    "all in escapes": lambda t: "".join(f"\\u{ord(c):04x}" for c in t),
    "with a blank in front": lambda t: " " + t,
    "with a tab behind": lambda t: t + "\\t",
    "as a data URL": lambda t: "data:image/png;base64," + t,
    "as a data URL in capitals": lambda t: "DATA:IMAGE/PNG;BASE64," + t,
    "as a data URL behind blanks": lambda t: " \\n data:image/png;base64," + t,
}


def _spelled() -> Iterator[Row]:
    whole = dumped(ODD)
    both: dict[str, Any] = {"holds": (SMALL, BIG)}
    for name, spelling in _BASE64.items():
        for size, picture in (("long", BIG), ("short", SMALL)):
            yield Row(f"data {name}, {size}", answers(200, _data(spelling, picture)), holds=(picture,))
    pretty = json.dumps(ODD, indent="\t", sort_keys=True).replace("\n", "\r\n").encode()
    yield Row("pretty", answers(200, pretty), **both)
    yield Row("blanks around colons", answers(200, json.dumps(ODD, separators=(" , ", " : ")).encode()), **both)
    yield Row(
        "many blanks around colons",
        answers(200, json.dumps(ODD, separators=(",", " " * 500 + ":" + "\n" * 500)).encode()),
        **both,
    )
    yield Row("blanks in front", answers(200, b"\r\n \t" * 5000 + whole), **both)
    yield Row("blanks behind", answers(200, whole + b" \n" * 5000), **both)
    yield Row("byte order mark", answers(200, b"\xef\xbb\xbf" + whole), **both)
    yield Row("two byte order marks", answers(200, b"\xef\xbb\xbf" * 2 + whole), **both)
    for code in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield Row(
            code, answers(200, whole.decode().encode(code), content_type=f"application/json; charset={code}"), **both
        )
    yield Row(
        "latin-1",
        answers(
            200, json.dumps(ODD, ensure_ascii=False).encode("latin-1"), content_type="application/json; charset=latin1"
        ),
        **both,
    )
    yield Row("the picture itself", answers(200, BIG, content_type="image/png"), UNKNOWN, "maybe", holds=(BIG,))
    yield Row("half of the picture itself", answers(200, BIG[: len(BIG) // 2]), UNKNOWN, "maybe")
    yield Row("array of one", answers(200, b"[" + whole + b"]"), **both)
    yield Row("array of many", answers(200, dumped([response(text("first")), ODD, response(finish="STOP")])), **both)
    yield Row(
        "array in an array", answers(200, b"[[" + whole + b"]]"), ("picture", "AnswerUndecodable"), "maybe", **both
    )
    yield Row("array with nulls", answers(200, b"[null," + whole + b",null]"), **both)
    yield Row("array not closed", answers(200, b"[" + whole), **both, gives=("picture", *UNKNOWN), charged="maybe")
    yield Row(
        "two lines of JSON",
        answers(200, whole + b"\n" + dumped(response(text("more")))),
        ("picture", *UNKNOWN),
        "maybe",
        **both,
    )
    yield Row(
        "as an event",
        answers(200, b"data: " + whole + b"\n\n", content_type="text/event-stream"),
        ("picture", *UNKNOWN),
        "maybe",
        **both,
    )
    yield Row("as a JSON string", answers(200, json.dumps(whole.decode()).encode()), ("picture", *UNKNOWN), "maybe")
    yield Row("as JSONP", answers(200, b"callback(" + whole + b");"), ("picture", *UNKNOWN), "maybe", **both)
    yield Row("behind )]}'", answers(200, b")]}'\n" + whole), ("picture", *UNKNOWN), "maybe", **both)
    yield Row(
        "in a web page", answers(200, b"<html><pre>" + whole + b"</pre></html>"), ("picture", *UNKNOWN), "maybe", **both
    )
    yield Row("a comma too many", answers(200, whole[:-1] + b",}"), ("picture", *UNKNOWN), "maybe", **both)
    yield Row("with a comment", answers(200, b"/* hi */" + whole), ("picture", *UNKNOWN), "maybe", **both)
    yield Row("single quotes", answers(200, str(ODD).encode()), UNKNOWN, "maybe")
    yield Row("NaN and infinities", answers(200, whole.replace(b"1127", b"NaN").replace(b"1120", b"-Infinity")), **both)
    for name, number in {
        "1e309": "1e309",
        "5,000 digits": "9" * 5000,
        "300,000 digits": "9" * 300_000,
        "negative": "-7",
        "a fraction": "0.5",
        "a word": '"7"',
        "-0": "-0",
    }.items():
        yield Row(f"a count of {name}", answers(200, whole.replace(b"1127", number.encode())), **both)
    for name, old, new in (
        ("NUL in a text", b"here", b"he\\u0000re"),
        ("raw NUL in a text", b"here", b"he\x00re"),
        ("raw control characters", b"here", b"\x01\x1b[31m\x7f"),
        ("lone surrogates", b"here", b"\\ud800 \\udfff"),
        ("bytes that are no UTF-8", b"here", b"\xff\xfe\x80"),
        ("line separators", b"here", "\u2028\u2029\u0085".encode()),
        ("ANSI and bidi", b"here", "\\u001b[2J\u202e".encode()),
        ("a text of 2 MB", b"here", b"long " * 400_000),
        ("a bad escape", b"here", b"\\x41"),
    ):
        yield Row(
            name,
            answers(200, whole.replace(old, new, 1)),
            ("picture",) if name != "a bad escape" else ("picture", *UNKNOWN),
            **both,
        )
    for depth, fits in ((190, True), (250, False), (10_000, False), (200_000, False)):
        for opening, closing in (("[", "]"), ('{"a":', "}")):
            deep = (opening * depth + "1" + closing * depth).encode()
            data = whole[:-1] + b', "x": ' + deep + b"}"
            gives = "picture" if fits else ("picture", "AnswerUndecodable", "OutcomeUnknown")
            yield Row(f"{depth} levels of {opening[0]}", answers(200, data), gives, "maybe", **both)


# -- repeated --------------------------------------------------------------------------------------


def _repeated() -> Iterator[Row]:
    """Keys that stand twice, thousands of parts, hundreds of pictures, several candidates."""
    good, part = dumped(ODD), dumped(image(BIG))
    quoted = b'"' + base64.b64encode(BIG) + b'"'
    other = b'"' + base64.b64encode(FIRST) + b'"'
    parts = dumped([image(BIG)])
    candidate = b'{"content": {"role": "model", "parts": ' + parts + b'}, "finishReason": "STOP"}'
    empty = b'{"content": {"parts": []}}'
    for name, body in {
        "candidates": b'{"candidates": [%s], "candidates": [%s]}' % (empty, candidate),
        "candidates, the good one first": b'{"candidates": [%s], "candidates": [%s]}' % (candidate, empty),
        "candidates, then null": b'{"candidates": [%s], "candidates": null}' % candidate,
        "content": b'{"candidates": [{"content": {"parts": %s}, "content": null, "finishReason": "STOP"}]}' % parts,
        "parts": b'{"candidates": [{"content": {"parts": %s, "parts": []}, "finishReason": "STOP"}]}' % parts,
        "inlineData": b'{"candidates": [{"content": {"parts": [{"inlineData": {"data": %s}, "inlineData": 1}]}}]}'
        % quoted,
        "data": b'{"candidates": [{"content": {"parts": [{"inlineData": {"data": %s, "data": ""}}]}}]}' % quoted,
        "data, two pictures": b'{"candidates": [{"content": {"parts": [{"inlineData": {"data": %s, "data": %s}}]}}]}'
        % (other, quoted),
    }.items():
        yield Row(f"twice: {name}", answers(200, body), ("picture", "AnswerEmpty", "AnswerUndecodable"), holds=(BIG,))
    signed = part[:-1] + b', "thoughtSignature": "c2ln", "thoughtSignature": "YWJj"}'
    yield Row(
        "twice: thoughtSignature",
        answers(200, good.replace(dumped(image(BIG, thoughtSignature="c2ln" * 900)), signed)),
        holds=(BIG,),
    )
    texts = [text(f"word {number}") for number in range(1000)]
    yield Row("1,000 parts", answers(200, dumped(response(*texts, image(BIG)))), holds=(BIG,))
    yield Row(
        "50,000 empty parts",
        late(lambda: answers(200, dumped(response(*[{}] * 50_000, image(BIG))))),
        holds=(BIG,),
    )
    yield Row(
        "200,000 empty texts",
        late(lambda: answers(200, dumped(response(*[text("")] * 200_000, image(BIG))))),
        "AnswerUndecodable",
        "maybe",
        holds=(BIG,),
    )
    same = [image(SMALL)] * 300
    yield Row("300 times one picture", answers(200, dumped(response(*same))), holds=(SMALL,))
    many = [_numbered(number) for number in range(300)]
    yield Row("256 pictures", answers(200, dumped(response(*map(image, many[:256])))), holds=tuple(many[:256]))
    yield Row(
        "300 pictures",
        answers(200, dumped(response(*map(image, many)))),
        ("picture", "AnswerUndecodable"),
        "maybe",
        holds=tuple(many[:256]),
    )
    yield Row(
        "1,000 candidates",
        answers(200, dumped({"candidates": [{"index": 1}] * 1000 + ODD["candidates"]})),
        ("picture", "AnswerEmpty", "AnswerUndecodable"),
        holds=(SMALL, BIG),
    )
    yield Row(
        "600,000 objects",
        late(lambda: answers(200, good[:-1] + b', "x": [' + b"{}," * 600_000 + b"1]}")),
        ("picture", "AnswerUndecodable"),
        "maybe",
        holds=(SMALL, BIG),
    )


def _numbered(number: int) -> bytes:
    from tests.support.pictures import make_picture

    return make_picture("PNG", (5, 5), seed=100 + number)
