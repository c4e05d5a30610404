"""Streams: events that merge into the turn that a plain call brings."""

from __future__ import annotations

import pytest

from tests.contract import shapes
from tests.contract.door import FLASH, SMALL, Door, Json, asked, merged, user

pictures = pytest.mark.pictures
sure = pytest.mark.sure

SHOWN = {**SMALL, "seed": 3, "thinkingConfig": {"includeThoughts": True, "thinkingLevel": "HIGH"}}


def kinds(turn: Json) -> set[tuple[str, bool]]:
    """What there is: texts and pictures, thoughts or not."""
    return {("text" if "text" in part else "picture", bool(part.get("thought"))) for part in turn["parts"]}


def told(turn: Json) -> list[Json]:
    """Texts run together by kind, pictures with their signatures: what does not depend on where a stream was cut.

    A text's signature vouches for the piece that carries it, so that only its being there is the same.
    """
    parts: list[Json] = []
    for part in turn["parts"]:
        if "text" in part and "thoughtSignature" in part:
            part = {**part, "thoughtSignature": True}
        last = parts[-1] if parts else {}
        if "text" in part and "text" in last and bool(part.get("thought")) == bool(last.get("thought")):
            parts[-1] = {**last, "text": last["text"] + part["text"]}
        elif part != {"text": ""}:
            parts.append(part)
    return parts


@pictures(2)
@sure("medium", "that pictures arrive whole is documented; how texts are cut is the server's business")
def test_a_stream_is_the_plain_answer_in_pieces(door: Door) -> None:
    """Part by part at the emulator, where a seed holds; kind by kind at Google, where it promises nothing."""
    body = asked("Draw a clock, and say what it shows.", config=SHOWN)
    plain = door.draw(body, FLASH)
    events = door.stream(body, FLASH)
    turn = merged(events)
    if door.live:
        assert kinds(turn) == kinds(plain.turn)
    else:
        assert told(turn) == told(plain.turn)
        assert events[-1]["usageMetadata"] == plain.json["usageMetadata"]
    assert len(events) > 3


@pictures(1)
@sure("high", "documented; the usage is cumulative")
def test_how_a_stream_ends(door: Door) -> None:
    """One id and model throughout; a reason in the last event alone; the usage never shrinks; no `[DONE]`."""
    events = door.stream(asked("a boat", config=SMALL), FLASH)
    assert len({event["responseId"] for event in events}) == 1
    reasons = [event["candidates"][0].get("finishReason") for event in events]
    assert [reason for reason in reasons if reason] == ["STOP"]
    assert reasons[-1] == "STOP"
    assert events[-1]["candidates"][0]["content"].get("parts", [{"text": ""}]) == [{"text": ""}]
    totals = [event["usageMetadata"]["totalTokenCount"] for event in events]
    assert totals == sorted(totals)


@pictures(1)
@sure("medium", "documented for the API at large")
def test_a_stream_without_events(door: Door) -> None:
    """One JSON list of the same answers."""
    answer = door.post(asked("a boat", config=SMALL), FLASH, "streamGenerateContent")
    assert answer.status == 200
    for one in answer.json:
        shapes.generated(one)
    assert any("inlineData" in part for part in merged(answer.json)["parts"])


@pictures(2)
@sure("high", "documented; clients that lost a signature on an empty part were refused")
def test_a_merged_stream_goes_back(door: Door) -> None:
    """As one turn, every signature in its place."""
    body = asked("a boat", config=SHOWN)
    turn = merged(door.stream(body, FLASH))
    again = asked("a boat", turn, user("make it night"), config=SMALL)
    assert door.draw(again, FLASH).pictures
