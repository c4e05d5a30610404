"""Every status with every kind of body, the error texts of the protocol, and hints when to ask again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

from tests.net.server import KEY, answers, google, hint, reply
from tests.servers.bodies import ODD, dumped, sent
from tests.servers.trial import BIG, SMALL, Row

__all__ = ["fault", "rows"]


def rows() -> Iterator[Row]:
    yield from _statuses()
    yield from _refusals()
    yield from _errors()
    yield from _waits()


# -- statuses --------------------------------------------------------------------------------------


def _statuses() -> Iterator[Row]:
    """Every status, with every kind of body: the class, the charge and the number of POSTs are the table's."""
    nothing, page = b"", b"<html><h1>no</h1><script>alert(1)</script></html>"
    for status in (201, 202, 203, 206, 207, 226, 299):
        yield Row(
            f"{status} with an answer",
            answers(status, dumped(ODD)),
            ("picture", "UnexpectedReply"),
            "maybe",
            holds=(SMALL, BIG),
        )
        yield Row(f"{status} with a page", answers(status, page), ("UnexpectedReply", "AnswerUndecodable"), "maybe")
        yield Row(f"{status} with nothing", answers(status, nothing), ("UnexpectedReply", "AnswerUndecodable"), "maybe")
    for status in (204, 205):
        yield Row(f"{status}", answers(status, nothing, length=None), ("UnexpectedReply", "AnswerUndecodable"), "maybe")
        yield Row(
            f"{status} with an answer",
            answers(status, dumped(ODD)),
            ("picture", "UnexpectedReply", "AnswerUndecodable"),
            "maybe",
        )
    for status in (300, 301, 302, 303, 304, 305, 307, 308, 399):
        for where in (
            "/other",
            "https://evil.example/",
            "file:///etc/passwd",
            "//evil.example",
            "",
            "javascript:alert(1)",
        ):
            yield Row(
                f"{status} to {where or 'nowhere'}",
                answers(status, nothing, location=where),
                "UnexpectedReply",
                "no",
                says=str(status),
            )
        yield Row(
            f"{status} with an answer",
            answers(status, dumped(ODD), location="/x"),
            "UnexpectedReply",
            ("no", "maybe"),
            holds=(SMALL, BIG) if status != 304 else (),
        )


def _refusals() -> Iterator[Row]:
    nothing, page, odd = b"", b"<html><h1>no</h1><script>alert(1)</script></html>", b"\xff\x00\x80" * 300
    unsure = (408, 409, 499)
    for status in (
        400,
        401,
        402,
        403,
        404,
        405,
        406,
        408,
        409,
        410,
        411,
        412,
        413,
        414,
        415,
        418,
        421,
        422,
        425,
        426,
        428,
        431,
        451,
        499,
    ):
        charged = "maybe" if status in unsure else "no"
        for name, body in {"page": page, "nothing": nothing, "rubbish": odd}.items():
            yield Row(f"{status} with a {name}", answers(status, body), _class(status), charged, says=str(status))
        yield Row(f"{status} by Google", google(status, "Because.", "REASON"), _class(status), charged, says="Because.")
    for status in (500, 501, 502, 503, 504, 505, 507, 511, 520, 521, 522, 524, 529, 530, 599):
        for name, body in {
            "page": page,
            "nothing": nothing,
            "rubbish": odd,
            "JSON of another": b'{"message": "x"}',
        }.items():
            yield Row(f"{status} with a {name}", answers(status, body), "ServerFault", "maybe", says=str(status))
        posts = {500: 3, 503: 4}.get(status, 1)
        yield Row(
            f"{status} by Google",
            google(status, "Because.", "REASON"),
            "ServerFault",
            "no" if posts > 1 else "maybe",
            posts,
            says="Because.",
        )
    for odd_one in ("0", "99", "600", "999", "1000", "-200", "2OO", "٢٠٠"):
        data = f"HTTP/1.1 {odd_one} X\r\ncontent-length: 0\r\n\r\n".encode()
        yield Row(f"status {odd_one}", sent(data), ("UnexpectedReply", "OutcomeUnknown", "ServerFault"), "maybe")
    for status in (400, 429, 500, 503):
        yield Row(
            f"{status} with an answer in it",
            answers(status, dumped(ODD)),
            ("UnexpectedReply", *_CLASSES),
            ("maybe", "no"),
            None,
            holds=(SMALL, BIG),
        )


_CLASSES = ("InvalidRequest", "QuotaExceeded", "ServerFault")


def _class(status: int) -> tuple[str, ...]:
    exact = {
        400: "InvalidRequest",
        401: "AuthenticationFailed",
        403: "PermissionRefused",
        413: "RequestTooLarge",
    }
    if status == 404:  # a server that does not speak of models may know nothing of any
        return ("ModelNotFound", "UnexpectedReply")
    if status == 402:
        return ("QuotaExceeded", "UnexpectedReply")
    return (exact[status],) if status in exact else ("InvalidRequest", "UnexpectedReply")


# -- error bodies ----------------------------------------------------------------------------------


def fault(code: int, message: Any, status: Any = "INVALID_ARGUMENT", *details: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


def _detail(kind: str, **fields: Any) -> dict[str, Any]:
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **fields}


def _errors() -> Iterator[Row]:
    """Section 6 of the protocol: each text with its class; then bodies of every wrong shape."""
    known: dict[str, tuple[int, str, str, str]] = {
        "bad key": (400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", "AuthenticationFailed"),
        "expired key": (400, "API key expired. Please renew the API key.", "INVALID_ARGUMENT", "AuthenticationFailed"),
        "no key": (403, "Method doesn't allow unregistered callers", "PERMISSION_DENIED", "PermissionRefused"),
        "leaked key": (
            403,
            "Your API key was reported as leaked. Please use another API key.",
            "PERMISSION_DENIED",
            "PermissionRefused",
        ),
        "region": (400, "User location is not supported for the API use.", "FAILED_PRECONDITION", "InvalidRequest"),
        "ratio": (
            400,
            "* GenerateContentRequest.generation_config.image_config.aspect_ratio: aspect_ratio must be one of '1:1'",
            "INVALID_ARGUMENT",
            "InvalidRequest",
        ),
        "unknown field": (
            400,
            "Invalid JSON payload received. Unknown name \"x\" at 'generation_config': Cannot find field.",
            "INVALID_ARGUMENT",
            "InvalidRequest",
        ),
        "thinking": (400, "Thinking is not enabled for this model", "INVALID_ARGUMENT", "InvalidRequest"),
        "payload": (
            400,
            "Request payload size exceeds the limit: 20971520 bytes.",
            "INVALID_ARGUMENT",
            "RequestTooLarge",
        ),
        "model gone": (
            404,
            "models/x is not found for API version v1beta, or is not supported for generateContent.",
            "NOT_FOUND",
            "ModelNotFound",
        ),
        "signature of an image": (
            400,
            "Image part is missing a thought_signature in content position 2, part position 1.",
            "INVALID_ARGUMENT",
            "SignatureRejected",
        ),
        "signature of a text": (
            400,
            "Text part is missing a thought_signature in content position 2, part position 1.",
            "INVALID_ARGUMENT",
            "SignatureRejected",
        ),
        "signature corrupted": (400, "Corrupted thought signature.", "INVALID_ARGUMENT", "SignatureRejected"),
        "signature invalid": (
            400,
            "Unable to submit request because it has an invalid thought signature for content at index 1",
            "INVALID_ARGUMENT",
            "SignatureRejected",
        ),
        "Vertex quota": (429, "Resource exhausted. Please try again later.", "RESOURCE_EXHAUSTED", "QuotaExceeded"),
        "quota": (
            429,
            "You exceeded your current quota, please check your plan and billing details.",
            "RESOURCE_EXHAUSTED",
            "QuotaExceeded",
        ),
        "overload": (503, "This model is currently experiencing high demand.", "UNAVAILABLE", "ServerFault"),
        "internal": (500, "An internal error has occurred. Please retry", "INTERNAL", "ServerFault"),
        "deadline": (504, "Deadline expired before operation could complete.", "DEADLINE_EXCEEDED", "ServerFault"),
        "cancelled": (499, "The operation was cancelled.", "CANCELLED", "UnexpectedReply"),
        "disabled": (
            403,
            "Generative Language API has not been used in project 1 before or it is disabled.",
            "PERMISSION_DENIED",
            "PermissionRefused",
        ),
    }
    tries = {429: 3, 503: 4, 500: 3}
    for name, (code, message, status, gives) in known.items():
        for way, body in {"": fault(code, message, status), " in an array": [fault(code, message, status)]}.items():
            charged = "maybe" if code in (499, 504) else "no"
            yield Row(
                f"error: {name}{way}",
                answers(code, dumped(body)),
                gives,
                charged,
                tries.get(code, 1),
                says=message[:20],
            )
        act = answers(200, dumped(fault(code, message, status)))
        yield Row(f"error under 200: {name}", act, gives, "no" if code < 499 else "maybe", says=message[:20])
    nasty = f"<img src=x onerror=alert(1)> \x1b[31m\u202e {KEY} Bearer {KEY} \ud800 \x00\n\n" * 30
    for code in (400, 403, 429, 500, 503):
        yield Row(
            f"{code} with a hostile message",
            answers(code, dumped(fault(code, nasty))),
            (*_CLASSES, "PermissionRefused"),
            "no",
            tries.get(code, 1),
        )
        yield Row(
            f"{code} with the key in a page",
            answers(code, f"<html>{KEY} {nasty[:20]}</html>".encode()),
            (*_CLASSES, "PermissionRefused"),
            ("no", "maybe"),
            None,
        )
    odd: dict[str, bytes] = {
        "error is a word": b'{"error": "no"}',
        "error is a list": b'{"error": [1]}',
        "error is null": b'{"error": null}',
        "error is a number": b'{"error": 7}',
        "error is empty": b'{"error": {}}',
        "a list": b"[1, 2, {}]",
        "a null": b"null",
        "a word": b'"no"',
        "message a list": dumped(fault(400, ["x"])),
        "message null": dumped(fault(400, None)),
        "message a number": dumped(fault(400, 7)),
        "status a list": dumped(fault(400, "x", ["y"])),
        "details a word": b'{"error": {"message": "x", "details": "y"}}',
        "details of numbers": dumped(fault(400, "x", "y", 1, None, [])),
        "a detail of wrong types": dumped(
            fault(
                400,
                "x",
                "y",
                {"@type": 7},
                _detail("ErrorInfo", reason=["API_KEY_INVALID"]),
                _detail("QuotaFailure", violations="x"),
            )
        ),
        "400,000 details": dumped(fault(400, "x", "y", *[{}] * 400_000)),
        "a message of 3 MB": dumped(fault(400, "long " * 600_000)),
        "UTF-16": json.dumps(fault(400, "x")).encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf" + dumped(fault(400, "x")),
        "depth 10,000": b'{"error":' * 10_000 + b"1" + b"}" * 10_000,
        "cut": dumped(fault(400, "x"))[:20],
        "binary": bytes(range(256)) * 40,
        "20 MB": b"x" * 20_000_000,
        "NaN": b'{"error": {"code": NaN, "message": "x"}}',
        "1e999": b'{"error": {"code": 1e999, "message": "x"}}',
        "5,000 digits": b'{"error": {"code": ' + b"9" * 5000 + b', "message": "x"}}',
        "keys twice": b'{"error": {"message": "a"}, "error": {"message": "b"}}',
    }
    for name, content in odd.items():
        yield Row(f"400 whose body is: {name}", answers(400, content), "InvalidRequest", "no")
        yield Row(f"502 whose body is: {name}", answers(502, content), "ServerFault", "maybe")
    for code in (400, 403, 500, 502):
        whole = reply(code, dumped(fault(code, "Because.")))
        for cut in (20, len(whole) - 30, whole.index(b"\r\n\r\n") + 4):
            several = (*_CLASSES, "PermissionRefused", "OutcomeUnknown")
            yield Row(f"{code} cut after {cut} bytes", sent(whole[:cut]), several, ("no", "maybe"))
    yield Row(
        "Google's error twice, in an array",
        answers(400, dumped([fault(400, "First."), fault(400, "Second.")])),
        "InvalidRequest",
        "no",
        says="First.",
    )
    info = fault(400, "bad", "INVALID_ARGUMENT", _detail("ErrorInfo", reason="API_KEY_INVALID"))
    yield Row("a bad key told by its detail", answers(400, dumped(info)), "AuthenticationFailed", "no")
    local = fault(
        400,
        "",
        "INVALID_ARGUMENT",
        _detail("LocalizedMessage", message="Bonjour"),
        _detail("BadRequest", fieldViolations=[{"field": "x", "description": "y"}]),
    )
    yield Row("an error without a message", answers(400, dumped(local)), "InvalidRequest", "no")


# -- hints -----------------------------------------------------------------------------------------


def _waits() -> Iterator[Row]:
    """How often a 429 is asked again: with a usable hint three times more, without one twice, beyond hope never."""
    long, short = 1, 4
    delays: dict[str, tuple[Any, int]] = {
        "0.02s": ("0.02s", short),
        "0.023456789s": ("0.023456789s", short),
        "a number": (0.02, short),
        "blanks": (" 0.02s ", short),
        "seconds in an object": ({"seconds": 0.02}, short),
        "34.07s": ("34.07s", long),
        "100 s": ("100s", long),
        "1e5 s": ("100000s", long),
        "negative": ("-3s", 3),
        "zero": ("0s", 3),
        "NaN": ("NaN", 3),
        "inf": ("Infinity", 3),
        "1e309": ("1e309s", 3),
        "empty": ("", 3),
        "a word": ("soon", 3),
        "null": (None, 3),
        "a list": (["1s"], 3),
        "true": (True, 3),
        "twenty digits": ("9" * 20 + "s", 3),
        "a million digits": ("9" * 1_000_000 + "s", 3),
        "minutes": ("5m", 3),
        "a huge number": (10**30, 3),
        "an object": ({"seconds": "x", "nanos": []}, 3),
        "other digits": ("\u0665s", 3),
    }
    for name, (delay, posts) in delays.items():
        act = google(429, "slow", "RESOURCE_EXHAUSTED", _detail("RetryInfo", retryDelay=delay))
        yield Row(f"RetryInfo: {name}", act, "QuotaExceeded", "no", posts)
    heads: dict[str, tuple[str, int]] = {
        "0.02": ("0.02", short),
        "60": ("60", long),
        "a year": ("31536000", long),
        "negative": ("-1", 3),
        "zero": ("0", 3),
        "NaN": ("nan", 3),
        "inf": ("inf", 3),
        "1e309": ("1e309", 3),
        "a word": ("later", 3),
        "empty": ("", 3),
        "forty digits": ("9" * 40, 3),
        "a date long gone": (formatdate(1e9, usegmt=True), 3),
        "a date in the year 9999": ("Fri, 31 Dec 9999 23:59:59 GMT", long),
        "a date that is none": ("Fri, 99 Foo 2026 99:99:99 GMT", 3),
        "a date without a zone": ("Fri, 31 Dec 2999 23:59:59", long),
        "other digits": ("\u0665", 3),
        "two of them": ("0.02, 0.02", 3),
        "an ISO date": ("2999-01-01T00:00:00Z", 3),
    }
    for name, (value, posts) in heads.items():
        data = (
            b"HTTP/1.1 429 X\r\nretry-after: " + value.encode() + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        yield Row(f"Retry-After: {name}", sent(data), ("QuotaExceeded",), "no", posts)
    both = google(429, "x", "X", hint("0.02s"), retry_after="60")
    yield Row("RetryInfo and a longer Retry-After", both, "QuotaExceeded", "no", 1)
    several = google(429, "x", "X", hint("0.02s"), hint("60s"), hint("NaN"))
    yield Row("three RetryInfos", several, "QuotaExceeded", "no", 1)
    yield Row("1,000 RetryInfos", google(429, "x", "X", *[hint("0.02s")] * 1000), "QuotaExceeded", "no", 4)
    yield Row(
        "two Retry-After lines",
        sent(b"HTTP/1.1 429 X\r\nretry-after: 0.02\r\nretry-after: 60\r\ncontent-length: 0\r\n\r\n"),
        "QuotaExceeded",
        "no",
        None,
    )
    day = _detail(
        "QuotaFailure",
        violations=[{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "quotaValue": "100"}],
    )
    minute = _detail(
        "QuotaFailure", violations=[{"quotaId": "GenerateRequestsPerMinutePerProject", "quotaValue": "10"}]
    )
    zero = _detail("QuotaFailure", violations=[{"quotaId": "GenerateRequestsPerMinute", "quotaValue": "0"}])
    for name, details, message, posts in (
        ("per day", [day, hint("0.02s")], "quota", 1),
        ("per minute", [minute, hint("0.02s")], "quota", 4),
        ("value 0", [zero, hint("0.02s")], "quota", 1),
        ("limit: 0", [hint("0.02s")], "* Quota exceeded, limit: 0, model: x", 1),
        ("limit: 05", [hint("0.02s")], "limit: 05", 4),
        ("spend cap", [], "Your project has exceeded its monthly spending cap.", 1),
        ("per day, in the message", [], "Requests per day exceeded", 1),
        ("day and minute", [minute, day, hint("0.02s")], "x", 1),
        ("day in a second detail", [minute, hint("0.02s"), day], "x", 1),
    ):
        yield Row(f"quota: {name}", google(429, message, "RESOURCE_EXHAUSTED", *details), "QuotaExceeded", "no", posts)
    for name, delay, posts in (
        ("short", "0.02s", 4),
        ("long", "60s", 1),
        ("NaN", "NaN", 4),
        ("negative", "-5s", 4),
        ("a list", ["1s"], 4),
        ("beyond 120 s", "121s", 1),
    ):
        act = google(503, "overloaded", "UNAVAILABLE", _detail("RetryInfo", retryDelay=delay))
        yield Row(f"503 with a hint: {name}", act, "ServerFault", "no", posts)
    ok = answers(200, dumped(ODD))
    for name, acts, posts in (
        ("503, then a picture", [google(503), ok], 2),
        ("429, then a picture", [google(429, "x", "X", hint("0.02s")), ok], 2),
        ("500, 503, then a picture", [google(500), google(503), ok], 3),
        ("429 four times, then a picture", [google(429, "x", "X", hint("0.01s"))] * 3 + [ok], 4),
    ):
        yield Row(name, acts[0], "picture", (), posts, holds=(SMALL, BIG), script=tuple(acts[1:]))
    yield Row("503, then 502", google(503), "ServerFault", "maybe", 2, script=(answers(502, b""),))
    yield Row("429, then silence of a reset", google(429), "OutcomeUnknown", "maybe", 2, script=(sent(b""),))
    yield Row("503, then 400", google(503), "InvalidRequest", "no", 2, script=(google(400),))
