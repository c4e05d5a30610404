"""Answers of odd content: wrong types, finish and block reasons, kinds of pictures, error statuses and their hints."""

from __future__ import annotations

import base64
import io
import itertools
import json
import struct
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any

from PIL import Image

from tests.net.server import KEY, Act, answers
from tests.servers.bodies import ODD, dumped
from tests.servers.statuses import fault
from tests.servers.trial import BIG, SMALL, Row, late
from tests.support.pictures import make_picture
from tests.wire.answers import image, response, text

__all__ = ["rows"]

EMPTY = ("AnswerEmpty", "AnswerBlocked", "AnswerUndecodable")
HARMLESS = ("STOP", "MAX_TOKENS", "FINISH_REASON_UNSPECIFIED", "", None)


def rows() -> Iterator[Row]:
    yield from _types()
    yield from _reasons()
    yield from _parts()
    yield from _pictures()
    yield from _texts()


# -- wrong types -----------------------------------------------------------------------------------

_WRONG: dict[str, Any] = {
    "null": None,
    "true": True,
    "0": 0,
    "a fraction": 1.5,
    "a word": "x",
    "an empty word": "",
    "a list": [1],
    "an empty list": [],
    "an object": {"x": 1},
    "an empty object": {},
}
# Where a wrong value is put, and whether the picture (which is elsewhere) must still be the result.
_AT: dict[str, tuple[tuple[str | int, ...], bool]] = {
    "candidates": (("candidates",), False),
    "a candidate": (("candidates", 0), False),
    "content": (("candidates", 0, "content"), False),
    "parts": (("candidates", 0, "content", "parts"), False),
    "role": (("candidates", 0, "content", "role"), True),
    "a part": (("candidates", 0, "content", "parts", 0), True),
    "inlineData": (("candidates", 0, "content", "parts", 1, "inlineData"), False),
    "data": (("candidates", 0, "content", "parts", 1, "inlineData", "data"), False),
    "mimeType": (("candidates", 0, "content", "parts", 1, "inlineData", "mimeType"), True),
    "a text": (("candidates", 0, "content", "parts", 0, "text"), True),
    "thoughtSignature": (("candidates", 0, "content", "parts", 1, "thoughtSignature"), True),
    "thought": (("candidates", 0, "content", "parts", 1, "thought"), True),
    "finishReason": (("candidates", 0, "finishReason"), True),
    "finishMessage": (("candidates", 0, "finishMessage"), True),
    "safetyRatings": (("candidates", 0, "safetyRatings"), True),
    "groundingMetadata": (("candidates", 0, "groundingMetadata"), True),
    "usageMetadata": (("usageMetadata",), True),
    "promptFeedback": (("promptFeedback",), True),
    "modelVersion": (("modelVersion",), True),
    "responseId": (("responseId",), True),
    "modelStatus": (("modelStatus",), True),
    "candidatesTokensDetails": (("usageMetadata", "candidatesTokensDetails"), True),
    "promptTokenCount": (("usageMetadata", "promptTokenCount"), True),
}


def _types() -> Iterator[Row]:
    for (place, (path, fits)), (name, wrong) in itertools.product(_AT.items(), _WRONG.items()):
        body = json.loads(json.dumps(response(text("here"), image(BIG, thoughtSignature="c2ln"))))
        at = body
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = wrong
        gives = "picture" if fits else ("words", *EMPTY)
        yield Row(f"{place} is {name}", answers(200, dumped(body)), gives, holds=(BIG,) if fits else ())
    for name, body in {
        "null": None,
        "a number": 7,
        "a word": "x",
        "true": True,
        "an empty list": [],
        "an empty object": {},
        "a list of numbers": [1, 2],
        "unknown fields": {"x": 1},
        "a list of lists": [[[]]],
    }.items():
        yield Row(f"the answer is {name}", answers(200, dumped(body)), "AnswerUndecodable", "maybe")


# -- finish and block reasons ----------------------------------------------------------------------

_FINISH = (
    "STOP MAX_TOKENS SAFETY RECITATION LANGUAGE OTHER BLOCKLIST PROHIBITED_CONTENT SPII MALFORMED_FUNCTION_CALL "
    "IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT IMAGE_OTHER NO_IMAGE IMAGE_RECITATION UNEXPECTED_TOOL_CALL "
    "TOO_MANY_TOOL_CALLS MISSING_THOUGHT_SIGNATURE MALFORMED_RESPONSE ESCALATION PUP_LIMITED_DISABLED CONTINUATION "
    "MODEL_ARMOR FINISH_REASON_UNSPECIFIED TOMORROW stop"
)
_BLOCK = (
    "SAFETY OTHER BLOCKLIST PROHIBITED_CONTENT IMAGE_SAFETY MODEL_ARMOR JAILBREAK TOMORROW BLOCK_REASON_UNSPECIFIED"
)


def _reasons() -> Iterator[Row]:
    free = "You will not be charged for this request."
    for reason in [*_FINISH.split(), ""]:
        harmless = reason in HARMLESS or reason in ("TOMORROW", "stop")
        with_picture = answers(200, dumped(response(text("words"), image(BIG), finish=reason)))
        yield Row(
            f"{reason or 'empty'} with a picture",
            with_picture,
            "picture" if harmless else ("AnswerBlocked", "picture"),
            holds=(BIG,),
        )
        words = answers(200, dumped(response(text("words"), finish=reason)))
        yield Row(f"{reason or 'empty'} with words", words, "words" if reason == "STOP" else EMPTY)
        empty: dict[str, dict[str, Any]] = {
            "nothing": {},
            "content {}": {"content": {}},
            "no parts": {"content": {"role": "model", "parts": []}},
        }
        for name, content in empty.items():
            candidate = {"finishReason": reason, "index": 0, "finishMessage": free, **content}
            act = answers(200, dumped({"candidates": [candidate], "usageMetadata": {"totalTokenCount": 9}}))
            yield Row(f"{reason or 'empty'} with {name}", act, EMPTY, "no", says=reason if reason != "STOP" else "")
    for reason in _BLOCK.split():
        beside: dict[str, dict[str, Any]] = {
            "": {},
            ", candidates null": {"candidates": None},
            ", candidates empty": {"candidates": []},
            ", a message": {"promptFeedback": {"blockReason": reason, "blockReasonMessage": "Not this."}},
        }
        for name, more in beside.items():
            body = {"promptFeedback": {"blockReason": reason}, "usageMetadata": {"promptTokenCount": 3}, **more}
            yield Row(f"prompt blocked: {reason}{name}", answers(200, dumped(body)), "AnswerBlocked", says=reason)
    body = {
        **ODD,
        "promptFeedback": {"blockReason": "SAFETY", "safetyRatings": [{"category": 7, "blocked": True}, None]},
    }
    yield Row(
        "blocked, and a picture all the same",
        answers(200, dumped(body)),
        ("picture", "AnswerBlocked"),
        holds=(SMALL, BIG),
    )
    long = {"candidates": [{"finishReason": "X" * 100_000, "finishMessage": "y" * 1_000_000}]}
    yield Row("a finish reason of 100,000 letters", answers(200, dumped(long)), EMPTY)


# -- parts -----------------------------------------------------------------------------------------


def _parts() -> Iterator[Row]:
    thought = text("I think", thought=True)
    words = text("words")
    picture = image(BIG, thoughtSignature="c2ln")
    call = {"functionCall": {"name": "draw", "args": {"x": 1}}}
    code = {"executableCode": {"language": "PYTHON", "code": "import os"}}
    far = {"fileData": {"mimeType": "image/png", "fileUri": "http://127.0.0.1:1/x.png"}}
    snake = {
        "inline_data": {"mime_type": "image/png", "data": base64.b64encode(BIG).decode()},
        "thought_signature": "c2ln",
    }
    both = {**snake, **image(SMALL)}
    good: dict[str, list[Any]] = {
        "only a picture": [picture],
        "only a thought picture": [image(BIG, thought=True)],
        "two thought pictures": [image(SMALL, thought=True), image(BIG, thought=True)],
        "drafts": [image(SMALL), image(SMALL), picture],
        "a signed empty text": [picture, text("", thoughtSignature="c2ln")],
        "a signature alone": [picture, {"thoughtSignature": "c2ln"}],
        "an empty signature": [image(BIG, thoughtSignature="")],
        "a signature that is no base64": [image(BIG, thoughtSignature="context_engineering_is_the_way_to_go")],
        "a signature of 3 MB": [image(BIG, thoughtSignature="c2ln" * 750_000)],
        "a function call too": [call, picture],
        "code too": [code, {"codeExecutionResult": {"outcome": "OK", "output": "x"}}, picture],
        "a file too": [far, picture],
        "unknown parts": [{"hologram": {"x": [1]}}, picture, {"": ""}],
        "empty parts": [{}, picture, {}],
        "snake case": [snake],
        "both spellings": [both],
        "text and data in one part": [{**picture, "text": "both"}],
        "a part with a NaN": [{**picture, "x": float("nan")}],
        "a hundred fields": [{**picture, **{f"x{number}": number for number in range(100)}}],
        "the data key elsewhere": [text(json.dumps({"data": base64.b64encode(SMALL).decode()})), picture],
        "data under another name": [{"x": {"data": base64.b64encode(SMALL).decode()}}, picture],
        "a null beside it": [None, picture, None],
        "numbers beside it": [1, "x", [], picture],
        "an empty picture too": [image(b""), picture],
    }
    for name, parts in good.items():
        yield Row(f"parts: {name}", answers(200, dumped(response(*parts))), holds=(BIG,))
    for role in ("user", "", None, 7, "system"):
        body = response(picture)
        body["candidates"][0]["content"]["role"] = role
        yield Row(f"role {role!r}", answers(200, dumped(body)), holds=(BIG,))
    body = response(picture)
    del body["candidates"][0]["content"]["role"]
    yield Row("no role", answers(200, dumped(body)), holds=(BIG,))
    del body["candidates"][0]["finishReason"], body["usageMetadata"]
    yield Row("no finish reason, no usage", answers(200, dumped(body)), holds=(BIG,))
    second = {"candidates": [{"finishReason": "IMAGE_SAFETY"}, *ODD["candidates"]]}
    yield Row("the picture in the second candidate", answers(200, dumped(second)), holds=(SMALL, BIG))
    two = {"candidates": [*response(image(SMALL))["candidates"], *response(image(BIG))["candidates"]]}
    yield Row("a picture in each candidate", answers(200, dumped(two)), holds=(SMALL, BIG))
    none: dict[str, tuple[list[Any], str]] = {
        "only a thought": ([thought], "AnswerEmpty"),
        "only an empty text": ([text("")], "AnswerEmpty"),
        "only blanks": ([text(" \n\t")], "AnswerEmpty"),
        "only a signature": ([{"thoughtSignature": "c2ln"}], "AnswerEmpty"),
        "only a function call": ([call], "AnswerEmpty"),
        "only code": ([code], "AnswerEmpty"),
        "only a file": ([far], "AnswerEmpty"),
        "only unknown parts": ([{"hologram": 1}], "AnswerEmpty"),
        "an empty picture": ([image(b"")], "AnswerEmpty"),
        "a thought and words": ([thought, words], "words"),
        "words": ([words], "words"),
        "a text that is no text": ([{"text": 7}], "AnswerEmpty"),
        "words and a function call": ([words, call], "words"),
    }
    for name, (parts, gives) in none.items():
        yield Row(f"parts: {name}", answers(200, dumped(response(*parts))), gives)
    for name, usage in {
        "NaN": {"promptTokenCount": float("nan")},
        "negative": {"promptTokenCount": -5, "totalTokenCount": -9},
        "immense": {"promptTokenCount": 10**30, "totalTokenCount": 10**400},
        "words": {"promptTokenCount": "7", "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": "1120"}]},
        "odd rows": {
            "promptTokenCount": 7,
            "candidatesTokensDetails": [None, 1, {}, {"modality": ["IMAGE"], "tokenCount": {}}],
        },
        "a total below its parts": {"promptTokenCount": 700, "candidatesTokenCount": 1120, "totalTokenCount": 3},
        "100,000 rows": {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": 1}] * 100_000},
    }.items():
        act = late(partial(_used, picture, usage))
        yield Row(f"usage: {name}", act, holds=(BIG,))


def _used(picture: Any, usage: Any) -> Act:
    return answers(200, dumped(response(picture, usageMetadata=usage)))


# -- pictures --------------------------------------------------------------------------------------


def _saved(form: str, size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    return make_picture(form, size, seed=9, **more)


def _png(width: int, height: int, *, end: bool = True) -> bytes:
    """A PNG that declares a size which its few bytes do not have."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(3000)))
    return b"\x89PNG\r\n\x1a\n" + body + (chunk(b"IEND", b"") if end else b"")


def _animated(form: str) -> bytes:
    file = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    frames[0].save(file, form, save_all=True, append_images=frames[1:], duration=50)
    return file.getvalue()


def _pictures() -> Iterator[Row]:
    jpeg, webp, gif = _saved("JPEG"), _saved("WEBP", lossless=True), _saved("GIF")
    page = b"<html><script>alert(1)</script></html>"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
    boxes = b"\x00\x00\x00\x0cmeta\x00\x00\x00\x00" + (3008).to_bytes(4, "big") + b"mdat" + bytes(3000)
    avif = b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miafMA1B" + boxes
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + boxes
    good: dict[str, tuple[bytes, Any]] = {
        "JPEG as PNG": (jpeg, "image/png"),
        "PNG as JPEG": (BIG, "image/jpeg"),
        "WebP as PNG": (webp, "image/png"),
        "GIF": (gif, "image/gif"),
        "AVIF": (avif, "image/avif"),
        "HEIC": (heic, "image/heic"),
        "BMP": (_saved("BMP"), "image/bmp"),
        "TIFF": (_saved("TIFF"), "image/tiff"),
        "PNG as text": (BIG, "text/plain"),
        "PNG as a web page": (BIG, "text/html"),
        "PNG as SVG": (BIG, "image/svg+xml"),
        "PNG as PDF": (BIG, "application/pdf"),
        "PNG as a script": (BIG, '"><script>alert(1)</script>'),
        "PNG as ../..": (BIG, "image/../../etc/passwd"),
        "PNG as a list": (BIG, ["image/png"]),
        "PNG as null": (BIG, None),
        "PNG as an object": (BIG, {"x": "image/png"}),
        "PNG as 100,000 letters": (BIG, "image/" + "p" * 100_000),
        "PNG as control characters": (BIG, "image/\x00\x1b[2J\u202epng"),
        "PNG with a page behind": (BIG + page * 3, "image/png"),
        "PNG with 5 kB behind": (BIG + page * 130, "image/png"),
        "JPEG with 5 kB behind": (jpeg + page * 130, "image/jpeg"),
        "PNG of one pixel": (_saved("PNG", (1, 1)), "image/png"),
        "PNG, grey": (make_picture("PNG", (50, 50), mode="L"), "image/png"),
        "PNG with alpha": (make_picture("PNG", (50, 50), mode="RGBA"), "image/png"),
        "JPEG, CMYK": (make_picture("JPEG", (50, 50), mode="CMYK"), "image/jpeg"),
        "JPEG, progressive": (_saved("JPEG", progressive=True), "image/jpeg"),
        "animated GIF": (_animated("GIF"), "image/gif"),
        "animated WebP": (_animated("WEBP"), "image/webp"),
        "animated PNG": (_animated("PNG"), "image/png"),
    }
    for name, (data, media_type) in good.items():
        yield Row(
            f"a picture: {name}", answers(200, dumped(response(text("x"), image(data, media_type)))), holds=(data,)
        )
    damaged = {  # what nobody can open becomes no turn, and can be recovered
        "PNG that claims 100,000 x 100,000": _png(100_000, 100_000),
        "PNG that claims 2 billion x 2 billion": _png(2**31 - 1, 2**31 - 1),
        "PNG that claims 0 x 0": _png(0, 0),
        "PNG that claims 9,000 x 9,000": _png(9_000, 9_000),
        "PNG with too few rows": _png(500, 500),
        "JPEG that claims 65,535 x 65,535": jpeg.replace(struct.pack(">HH", 40, 60), b"\xff\xff\xff\xff"),
    }
    for name, data in damaged.items():
        act = answers(200, dumped(response(text("x"), image(data))))
        yield Row(f"a damaged picture: {name}", act, "AnswerEmpty", "yes", holds=(data,), says="recover")
    bad: dict[str, bytes] = {
        "SVG": svg,
        "a web page": page,
        "PDF": b"%PDF-1.7\n" + bytes(3000),
        "a program": b"MZ" + bytes(3000),
        "text": b"no picture " * 400,
        "zeros": bytes(4000),
        "one byte": b"\x89",
        "only the magic of PNG": b"\x89PNG\r\n\x1a\n",
        "only the magic of JPEG": b"\xff\xd8\xff",
        "PNG cut in the middle": BIG[: len(BIG) // 2],
        "PNG without its end": _png(60, 40, end=False),
        "PNG without its last bytes": BIG[:-8],
        "JPEG cut in the middle": jpeg[: len(jpeg) // 2],
        "WebP cut in the middle": webp[: len(webp) // 2],
        "GIF cut in the middle": gif[: len(gif) // 2],
        "a page that begins like a GIF": b"GIF8" + page,
    }
    for name, data in bad.items():
        for way, parts in {"alone": [image(data)], "behind words": [text("x"), image(data)]}.items():
            yield Row(f"no picture: {name}, {way}", answers(200, dumped(response(*parts))), EMPTY, ("yes", "maybe"))
        yield Row(
            f"no picture: {name}, before a picture",
            answers(200, dumped(response(image(data), image(BIG)))),
            holds=(BIG,),
        )
    yield Row(
        "a picture of 20 MB",
        late(lambda: answers(200, dumped(response(image(BIG[:-12] + bytes(20_000_000) + BIG[-12:]))))),
        ("picture", "AnswerEmpty"),
    )


# -- texts of others -------------------------------------------------------------------------------


def _texts() -> Iterator[Row]:
    """What is shown to people is hostile: it is cut, cleaned, and holds no key."""
    for name, words in {
        "ANSI": "\x1b[31m\x1b]0;title\x07\x1b[2J",
        "bidi": "\u202e\u2066abc\u2069",
        "NUL": "a\x00b",
        "breaks": "a\n\n\n\r\nb\u2028c\u2029d\x85e",
        "surrogates": "\ud83d \udc00",
        "markup": "<script>alert(1)</script>![x](http://evil.example/x.png)",
        "the key": f"your key is {KEY}",
        "1 MB": "x" * 1_000_000,
        "combining": "a" + "\u0301" * 5000,
        "zero width": "\u200b" * 3000,
        "private": "\ue000\U000f0000",
        "LaTeX": "$\\input{/etc/passwd}$",
    }.items():
        blocked = {
            "candidates": [{"finishReason": "IMAGE_OTHER", "finishMessage": words}],
            "modelVersion": words,
            "responseId": words,
        }
        yield Row(f"a finish message of {name}", answers(200, dumped(blocked)), "AnswerBlocked")
        feedback = {
            "promptFeedback": {
                "blockReason": words,
                "blockReasonMessage": words,
                "safetyRatings": [{"category": words, "blocked": True}],
            }
        }
        yield Row(f"a block reason of {name}", answers(200, dumped(feedback)), EMPTY)
        yield Row(f"an error message of {name}", answers(400, dumped(fault(400, words, words))), "InvalidRequest", "no")
        yield Row(
            f"an error under 200 of {name}", answers(200, dumped(fault(400, words, words))), "InvalidRequest", "no"
        )
        refusal = response(text(words), finish="SAFETY")
        if name != "the key":  # an answer of the model's is kept verbatim
            yield Row(f"a refusal of {name}", answers(200, dumped(refusal)), "AnswerBlocked")
            status = {"modelStage": words, "message": words, "retirementTime": words}
            yield Row(
                f"a model status of {name}", answers(200, dumped({**ODD, "modelStatus": status})), holds=(SMALL, BIG)
            )
