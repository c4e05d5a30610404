"""Streams and grounding: early text, complete pictures, usage that only grows, sources that can be checked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from nbgemini.emulator import Request, Service

from .protocol_kit import FLASH, LITE, NEWEST, PRO, SMALL, SPOKEN, Caller, Json, asked, candidate, content, pictures

CALL = Caller()
THINKING = {**SMALL, "thinkingConfig": {"includeThoughts": True, "thinkingLevel": "HIGH"}}


def parts(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts of all events in order."""
    return [part for event in events for part in candidate(event)["content"].get("parts", ())]


def test_events_bring_thoughts_first_and_each_picture_whole() -> None:
    """Thoughts, then text, then the picture in one line, then the end."""
    events = CALL.events(SPOKEN, config=THINKING)
    kinds = [("inlineData" in part, part.get("thought", False)) for part in parts(events)]
    first_spoken = kinds.index((False, False))
    assert all(thought for _, thought in kinds[:first_spoken])
    assert kinds[:first_spoken].count((True, True)) == 2
    assert kinds[first_spoken:].count((True, False)) == 1
    assert [candidate(event).get("finishReason") for event in events] == [None] * (len(events) - 1) + ["STOP"]
    assert len({event["responseId"] for event in events}) == 1


def test_a_stream_says_what_a_plain_answer_says() -> None:
    """The same picture, the same text, the same bill."""
    events, plain = CALL.events(SPOKEN), CALL.draw(SPOKEN)
    text = "".join(part.get("text", "") for part in parts(events))
    assert text == content(plain)["parts"][0]["text"]
    assert [part for part in parts(events) if "inlineData" in part] == pictures(plain)
    assert events[-1]["usageMetadata"] == plain["usageMetadata"]


def test_only_the_first_text_is_signed() -> None:
    """Its signature is that of the piece, so a client must not join it with the next."""
    texts = [part for part in parts(CALL.events(SPOKEN)) if part.get("text")]
    assert ["thoughtSignature" in part for part in texts] == [True] + [False] * (len(texts) - 1)
    assert len(texts) > 1


def test_usage_only_grows() -> None:
    """It is cumulative: the last one counts."""
    totals = [event["usageMetadata"]["totalTokenCount"] for event in CALL.events("a boat", config=THINKING)]
    assert totals == sorted(totals)
    assert totals[0] < totals[-1]


def test_the_last_event_may_be_bare() -> None:
    """It is a role and a reason; Vertex AI has an empty text there."""
    last = candidate(CALL.events("a boat")[-1])
    assert (last["content"], last["finishReason"]) == ({"role": "model"}, "STOP")


def test_a_signature_on_an_empty_text_at_the_end() -> None:
    """It must be kept, although there is nothing to show."""
    last = candidate(CALL.events("a boat\nemulate: signature at the end")[-1])
    (carrier,) = last["content"]["parts"]
    assert carrier["text"] == ""
    assert carrier["thoughtSignature"]


@pytest.mark.parametrize("cue", ["IMAGE_SAFETY", "block SAFETY", "no candidates"])
def test_a_refusal_is_one_event(cue: str) -> None:
    """With everything in it."""
    (event,) = CALL.events(f"a boat\nemulate: {cue}")
    assert "usageMetadata" in event


def test_without_sse_it_is_one_array() -> None:
    """And an error comes in an array of one."""
    service = Service()
    target = f"/v1beta/models/{FLASH}:streamGenerateContent"
    good = service.handle(Request("POST", target, {}, json.dumps(asked("a boat", config=SMALL)).encode()))
    bad = service.handle(Request("POST", target, {}, b'{"style": 1}'))
    assert json.loads(b"".join(good.body))[-1]["candidates"][0]["finishReason"] == "STOP"
    (error,) = json.loads(b"".join(bad.body))
    assert (bad.status, error["error"]["code"]) == (400, 400)


def test_a_bad_request_for_events_gets_a_plain_error() -> None:
    """The status is known before the first event; it is called a stream all the same."""
    target = f"/v1/models/{FLASH}:streamGenerateContent?alt=sse&key=any"
    bad = Service().handle(Request("POST", target, {}, b'{"style": 1}'))
    assert bad.headers["content-type"] == "text/event-stream"
    assert (bad.status, json.loads(b"".join(bad.body))["error"]["code"]) == (400, 400)


def test_the_picture_is_painted_when_its_event_is_due() -> None:
    """Thoughts can be read while it is not yet there."""
    waits: list[float] = []
    service = Service(latency=4.0, sleep=waits.append)
    body = json.dumps(asked("a boat", config={"thinkingConfig": {"includeThoughts": True}})).encode()
    response = service.handle(Request("POST", f"/v1beta/models/{NEWEST}:streamGenerateContent?alt=sse", {}, body))
    pieces = iter(response.body)
    assert b'"thought": true' in next(pieces)
    assert waits == []
    assert sum(1 for _ in pieces) > 2
    assert waits == [2.0, 2.0]


@pytest.mark.deep
def test_pictures_take_longer_when_they_are_larger() -> None:
    """Latency is told for 1K."""
    waits: list[float] = []
    call = Caller(latency=2.0, sleep=waits.append)
    for size in ("512", "1K", "2K"):
        call.draw("a hill", config={"imageConfig": {"imageSize": size}})
    assert waits == pytest.approx([1.2, 2.0, 3.2])


def test_the_deadline_of_the_client_is_kept() -> None:
    """X-Server-Timeout shorter than the answer takes: 504 when it is up."""
    waits: list[float] = []
    call = Caller(latency=30.0, sleep=waits.append)
    status, answer = call.post(asked("a cat"), NEWEST, **{"x-server-timeout": "5"})
    assert (status, answer["error"]["status"], waits) == (504, "DEADLINE_EXCEEDED", [5.0])


def test_web_search_adds_sources() -> None:
    """A chip to show, the queries, the sources, and what in the text they support, counted in bytes."""
    answer = CALL.draw("a café in Zürich, describe it", model=PRO, config={}, tools=[{"google_search": {}}])
    told = candidate(answer)["groundingMetadata"]
    assert told["webSearchQueries"][:2] == ["", "café Zürich describe it"]
    assert 'class="chip"' in told["searchEntryPoint"]["renderedContent"]
    assert all(chunk["web"]["uri"].startswith("https://") for chunk in told["groundingChunks"])
    (support,) = told["groundingSupports"]
    segment = support["segment"]
    text = content(answer)["parts"][segment.get("partIndex", 0)]["text"].encode()
    assert text[segment.get("startIndex", 0) : segment["endIndex"]].decode() == segment["text"]
    assert len(support["confidenceScores"]) == len(support["groundingChunkIndices"])
    assert "toolUsePromptTokenCount" not in answer["usageMetadata"]


def test_a_picture_alone_rests_on_no_source() -> None:
    """As recorded: redirects, a source without a title, an empty query, and no supports."""
    told = candidate(CALL.draw("a fox", model=PRO, config={}, tools=[{"google_search": {}}]))["groundingMetadata"]
    assert [chunk["web"]["title"] for chunk in told["groundingChunks"]] == ["example.org", "example.com", ""]
    assert all(set(chunk["web"]) == {"uri", "title"} for chunk in told["groundingChunks"])
    assert "/grounding-api-redirect/" in told["groundingChunks"][0]["web"]["uri"]
    assert ("groundingSupports" in told, told["webSearchQueries"][0]) == (False, "")


def test_image_search_links_to_the_pages_of_its_pictures() -> None:
    """Alone it brings pictures only; with web search both."""
    image: Json = {"googleSearch": {"searchTypes": {"imageSearch": {}}}}
    both: Json = {"googleSearch": {"searchTypes": {"imageSearch": {}, "webSearch": {}}}}
    alone = candidate(CALL.draw("a fox", tools=[image]))["groundingMetadata"]
    together = candidate(CALL.draw("a fox", tools=[both]))["groundingMetadata"]
    (chunk,) = alone["groundingChunks"]
    assert {"sourceUri", "imageUri", "title", "domain"} == set(chunk["image"])
    assert ("webSearchQueries" in alone, alone["imageSearchQueries"]) == (False, ["fox"])
    assert ("webSearchQueries" in together, "imageSearchQueries" in together) == (True, True)


def test_a_chip_holds_no_markup_of_the_prompt() -> None:
    """Even an emulated page is built of escaped words."""
    told = candidate(CALL.draw('<b>"fox"</b> & co', tools=[{"googleSearch": {}}]))["groundingMetadata"]
    assert not re.search(r"<b>|\"fox\"</a>", told["searchEntryPoint"]["renderedContent"])


def test_sources_come_with_the_end_of_a_stream() -> None:
    """In the last event, once."""
    events = CALL.events("a fox", tools=[{"googleSearch": {}}])
    assert ["groundingMetadata" in candidate(event) for event in events] == [False] * (len(events) - 1) + [True]


def test_without_the_tool_there_are_no_sources() -> None:
    """Nothing is searched unasked."""
    assert "groundingMetadata" not in candidate(CALL.draw("a fox", model=LITE, config={}))
