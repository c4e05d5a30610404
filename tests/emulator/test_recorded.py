"""The emulator's answers set beside recorded ones: names and their order, kinds, spelling, sizes, headers, endings."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from nbgemini.emulator import Request, Response, Script, Service
from tests.support.sampling import sampled

from .batch_kit import Clock
from .protocol_kit import LITE, NEWEST, OLD, PRO, SPOKEN, asked
from .skeletons import FOLDER, differences, events_of, header_names, skeleton

KEY = {"x-goog-api-key": "AIzaSyRecorded-0123456789-0123456789-01", "content-type": "application/json"}
TOKEN = {"authorization": "Bearer ya29.token", "content-type": "application/json"}
MODELS = "/v1beta/models"
VERTEX = "/v1beta1/projects/a-project/locations/global/publishers/google/models"

# How long a body is and how it is packed is said by the socket server of the emulator, which never compresses.
NOT_OURS = {"content-length", "transfer-encoding", "content-encoding"}


@cache
def recordings() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "answers.json").read_text("utf-8"))
    return found


# What came with 2026, which answers of 2025 lack.
SINCE = {"x-gemini-service-tier"}


def ask(target: str, body: Any, headers: dict[str, str] = KEY, **options: Any) -> Response:
    """One request to an emulator whose answers are as heavy as Google's."""
    service = Service(key=options.pop("key", None), weight="real", **options)
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return service.handle(Request("POST" if sent else "GET", target, {**headers}, sent))


def streamed(prompt: str, *, vertex: bool, model: str = OLD, **config: Any) -> Response:
    target = f"{VERTEX if vertex else MODELS}/{model}:streamGenerateContent?alt=sse"
    return ask(target, asked(prompt, config=config), TOKEN if vertex else KEY)


def first_event(response: Response) -> bytes:
    """What comes before the first blank line; nothing of what comes later is made."""
    body = b""
    for piece in response.body:
        body += piece
        if b"\r\n\r\n" in body:
            break
    return body.partition(b"\r\n\r\n")[0]


def answer_of(response: Response) -> Any:
    body = b"".join(response.body)
    return events_of(body) or (json.loads(body) if body else None)


def assert_headers(name: str, response: Response) -> None:
    """The status, and every header that was recorded; none besides, but the mark of the emulator."""
    recorded, told = recordings()[name], header_names(dict(response.headers))
    assert response.status == recorded["status"]
    wanted = {header: value for header, value in recorded["headers"].items() if header not in NOT_OURS}
    assert {header: told.get(header) for header in wanted} == wanted
    if recorded["whole"]:  # of the others not every header was kept
        assert set(told) - set(wanted) - NOT_OURS <= {"x-nbgemini-emulator", *SINCE}


def compared(name: str, answer: Any, *, renamed: str = "") -> list[str]:
    """The differences; `renamed` is a model of today's that stands in for one that is gone."""
    recorded = recordings()[name]
    told = json.dumps(recorded["answer"])
    if renamed:
        told = re.sub(r'("modelVersion": )"[^"]*"', rf'\1"{renamed}"', told)
    return differences(json.loads(told), skeleton(answer), ordered=recorded["ordered"])


TIER = {"usageMetadata.serviceTier": "told since 2026"}

# The recording, the model that answers it here, and what is known to be different.
ANSWERS: dict[str, tuple[str, bool, dict[str, str]]] = {
    "lite": (LITE, False, {}),
    "lite on Vertex AI": (LITE, True, {}),
    "pro, a picture alone": (PRO, False, {}),
    "pro, words and a picture": (PRO, False, TIER),
    "pro, sources": (PRO, False, TIER),
    "2.5, a picture alone": (OLD, False, TIER),
    "2.5, words and a picture": (OLD, False, TIER),
    "2.5, words alone": (OLD, False, TIER),
    "2.5 on Vertex AI": (OLD, True, {}),
    "2.5 on Vertex AI, as JPEG": (OLD, True, {}),
}
# Whether words come besides is chance; here the same request had some at one time and none at another.
INSTEAD = {"2.5 on Vertex AI": asked(SPOKEN, config={"responseModalities": ["TEXT", "IMAGE"]})}


@pytest.mark.parametrize("name", sampled([*ANSWERS], 3))
def test_answers(name: str) -> None:
    """Whole answers to the very requests, field by field."""
    model, vertex, known = ANSWERS[name]
    body = INSTEAD.get(name, recordings()[name]["request"])
    target = f"{VERTEX if vertex else MODELS}/{model}:generateContent"
    response = ask(target, body, TOKEN if vertex else KEY)
    assert_headers(name, response)
    found = compared(name, answer_of(response), renamed=model)
    assert [one for one in found if not any(path in one for path in known)] == []


OF_THE_FIRST_MODEL = re.compile("modelVersion|serviceTier|thoughtSignature|PNG|mimeType|candidatesTokensDetails")


@pytest.mark.parametrize("vertex", [False, True])
def test_the_events_of_a_stream(vertex: bool) -> None:
    """Words in pieces, the picture whole, then the end: its content, its usage, and what the events before it tell.

    The recorded model is gone; its tokens of turns, its count of characters and its ratings are no field of today's,
    and it signed nothing; its pictures had other sizes, its modalities another order.
    """
    recorded = recordings()["a stream on Vertex AI" if vertex else "a stream"]
    response = streamed(SPOKEN, vertex=vertex, model=LITE)
    assert_headers("a stream on Vertex AI" if vertex else "a stream", response)
    events = answer_of(response)
    gone = {"turnToken", "billablePromptUsage", "safetyRatings"}
    for at in (0, 1, -2, -1):
        told = json.loads(json.dumps(recorded["answer"][at]), object_hook=lambda one: without(one, gone))
        found = differences(told, skeleton(events[at]), ordered=False)
        assert [one for one in found if not OF_THE_FIRST_MODEL.search(one)] == []


def without(one: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in names}


def test_the_end_of_a_stream_of_2_5() -> None:
    """The picture comes with the reason."""
    recorded, events = recordings()["2.5, a stream"]["answer"], answer_of(streamed(SPOKEN, vertex=False))
    told = json.loads(json.dumps(recorded[-1]).replace("-preview", ""))
    found = differences(told, skeleton(events[-1]))
    assert [one for one in found if not re.search("serviceTier|index|PNG", one)] == []
    assert set(recorded[0]["candidates"][0]) | {"index"} == set(events[0]["candidates"][0])


@pytest.mark.parametrize("vertex", [False, True])
def test_thoughts_in_a_stream(vertex: bool) -> None:
    """The first event of thoughts, as models of texts have it: the flag, the usage so far, the order of the names."""
    recorded = recordings()["thoughts on Vertex AI" if vertex else "thoughts"]
    response = streamed(SPOKEN, vertex=vertex, model=NEWEST, thinkingConfig={"includeThoughts": True})
    told = json.loads(re.sub('"gemini-2.5-flash"', f'"{NEWEST}"', json.dumps(recorded["answer"][0])))
    found = differences(told, skeleton(events_of(first_event(response))[0]))
    assert [one for one in found if "serviceTier" not in one] == []


def test_the_bytes_of_a_stream() -> None:
    """How the lines are written: `data: `, a blank after each colon and none after a comma, CR and LF."""
    first = first_event(streamed("a boat", vertex=False))
    assert first.startswith(b'data: {"candidates": [{"content": {"parts": [{"')
    assert b"\r" not in first


ERRORS: dict[str, tuple[str, Any, dict[str, Any], dict[str, str]]] = {
    "no such model": (f"{MODELS}/gemini-3.6-flahs:generateContent", None, {}, {}),
    "no such model, as a stream": (
        f"{MODELS}/custom-gemini-2.0-flash:streamGenerateContent?alt=sse",
        None,
        {},
        {".details": "no longer told", "Call ListModels": "ModelService is named since 2026"},
    ),
    "a wrong key": (f"{MODELS}/{PRO}:generateContent", None, {"key": "AIzaSyAnother"}, {}),
    "too many requests": (
        f"{MODELS}/{PRO}:generateContent",
        asked("a boat"),
        {"script": ["429 48.939935699s"]},
        {".message": "another quota"},
    ),
    "switched off": (
        f"{MODELS}/{PRO}:generateContent",
        asked("a boat"),
        {"script": ["403 disabled"]},
        {".message": "another project", ".url": "another project"},
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name: str) -> None:
    """The envelope, the details and their order, the words, and what the headers call it."""
    target, body, options, known = ERRORS[name]
    options = {**options, **({"script": Script(options["script"])} if "script" in options else {})}
    response = ask(target, body or recordings()[name]["request"], **options)
    assert_headers(name, response)
    assert [one for one in compared(name, answer_of(response)) if not any(path in one for path in known)] == []


@pytest.mark.parametrize(("name", "vertex"), [("tokens", False), ("tokens on Vertex AI", True)])
def test_counted_tokens(name: str, vertex: bool) -> None:
    """Vertex AI counts characters besides."""
    body = recordings()[name]["request"]
    response = ask(f"{VERTEX if vertex else MODELS}/{PRO}:countTokens", body, TOKEN if vertex else KEY)
    assert_headers(name, response)
    assert compared(name, answer_of(response)) == []


def test_the_list_of_models() -> None:
    """Those that were listed, to the last number; the newest is younger than the recording."""
    response = ask(MODELS, b"")
    assert_headers("models", response)
    listed = {one["name"]: one for one in answer_of(response)["models"]}
    for one in recordings()["models"]["answer"]["models"]:
        assert differences(one, skeleton(listed[one["name"]])) == []


def test_an_upload() -> None:
    """What is told at its start, in headers alone, and at its end."""
    begun = {"x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start"}
    about = {"x-goog-upload-header-content-length": "18810", "x-goog-upload-header-content-type": "application/pdf"}
    service = Service()
    body = json.dumps(recordings()["the start of an upload"]["request"]).encode()
    start = service.handle(Request("POST", "/upload/v1beta/files", {**KEY, **begun, **about}, body))
    assert_headers("the start of an upload", start)
    assert answer_of(start) is None
    url = start.headers["x-goog-upload-url"].removeprefix("https://generativelanguage.googleapis.com")
    more = {"x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0"}
    end = service.handle(Request("POST", url, more, bytes(18810)))
    assert_headers("the end of an upload", end)
    assert [one for one in compared("the end of an upload", answer_of(end)) if ".file.name:" not in one] == []


def test_a_batch_job() -> None:
    """New, running, ended: every name and its order; its answers were those of a model of texts, and stand alone."""
    clock = Clock()
    service = Service(clock=clock)
    sent = json.dumps(recordings()["a new batch"]["request"]).replace('gemini-2.5-flash"', f'{OLD}"').encode()
    new = service.handle(Request("POST", f"{MODELS}/{OLD}:batchGenerateContent", KEY, sent))
    target = f"/v1beta/{(job := answer_of(new))['name']}"
    found = [("a new batch", new, job)]
    for name, seconds in (("a running batch", 2), ("a batch that has ended", 7)):
        clock.now += seconds
        response = service.handle(Request("GET", target, KEY))
        found.append((name, response, answer_of(response)))
    for name, response, answer in found:
        assert_headers(name, response)
        told = [bare(recordings()[name]["answer"]), bare(skeleton(answer))]
        wrong = differences(*told)
        assert [one for one in wrong if "name: " not in one and "metadata.model: " not in one] == []


def bare(job: Any) -> Any:
    """A job without what stands in its responses."""
    return json.loads(json.dumps(job), object_hook=lambda one: {**one, "response": {}} if _is_answer(one) else one)


def _is_answer(one: dict[str, Any]) -> bool:
    return set(one) == {"response", "metadata"} and "candidates" in one["response"]
