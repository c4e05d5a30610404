"""Thought signatures: who carries them, what comes of losing one, and what may be left out."""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Callable

import pytest

from tests.contract.door import FLASH, SMALL, Door, Json, asked, user

pictures = pytest.mark.pictures
sure = pytest.mark.sure

FIRST = user("Draw a red boat, and say in one sentence what you drew.")
SHOWN = {**SMALL, "thinkingConfig": {"includeThoughts": True, "thinkingLevel": "HIGH"}}


class Turns:
    """One answer at each door, asked for once: pictures cost money."""

    def __init__(self) -> None:
        self.known: dict[str, Json] = {}

    def of(self, door: Door) -> Json:
        if door.base_url not in self.known:
            self.known[door.base_url] = door.draw(asked(FIRST, config=SHOWN), FLASH).turn
        return copy.deepcopy(self.known[door.base_url])


@pytest.fixture(scope="module")
def turns() -> Turns:
    return Turns()


def edited(turn: Json, words: str = "make it night") -> Json:
    return asked(FIRST, turn, user(words), config=SMALL)


def spoken(turn: Json) -> list[Json]:
    return [part for part in turn["parts"] if not part.get("thought")]


@pictures(2)
@sure("high", "documented and seen")
def test_an_edit(door: Door, turns: Turns) -> None:
    """The turn goes back as it came, thoughts and all; its picture is changed."""
    turn = turns.of(door)
    answer = door.draw(edited(turn), FLASH)
    before = base64.b64decode(spoken(turn)[-1]["inlineData"]["data"])
    assert answer.pictures[-1] != before


@pictures(2)
@sure("high", "documented")
def test_who_carries_them(door: Door, turns: Turns) -> None:
    """Each picture, and the first text when it comes before them; no thought."""
    said = spoken(turns.of(door))
    assert all("thoughtSignature" in part for part in said if "inlineData" in part)
    assert "thoughtSignature" in said[0]
    assert all("thoughtSignature" not in part for part in turns.of(door)["parts"] if part.get("thought"))


@pictures(2)
@sure("high", "seen: thoughts need not come back")
def test_thoughts_may_stay_behind(door: Door, turns: Turns) -> None:
    """What is left is signed, and counts."""
    turn = turns.of(door)
    assert door.draw(edited({**turn, "parts": spoken(turn)}), FLASH).pictures


def _first_text(turn: Json) -> Json:
    return next(part for part in turn["parts"] if "text" in part and not part.get("thought"))


def _picture(turn: Json) -> Json:
    return next(part for part in turn["parts"] if "inlineData" in part and not part.get("thought"))


@pytest.mark.parametrize(("kind", "choose"), [("Image", _picture), ("Text", _first_text)])
@pictures(1)
@sure("high", "seen from November 2025 on; the strictness of the newest model is not known")
def test_a_lost_signature(door: Door, turns: Turns, kind: str, choose: Callable[[Json], Json]) -> None:
    """The refusal counts turns and parts from 1, the thoughts among them."""
    turn = turns.of(door)
    part = choose(turn)
    at = turn["parts"].index(part) + 1
    del part["thoughtSignature"]
    status, text = door.refused(edited(turn), FLASH)
    assert status == 400
    expected = (
        rf"{kind} part is missing a thought_signature in content position 2, part position {at}\. Please refer to"
    )
    assert re.match(expected, text)


@pictures(1)
@sure("medium", "these words were seen; for which damage is not known")
def test_a_damaged_signature(door: Door, turns: Turns) -> None:
    """One byte in its middle."""
    turn = turns.of(door)
    part = _picture(turn)
    raw = bytearray(base64.b64decode(part["thoughtSignature"]))
    raw[len(raw) // 2] ^= 0xFF
    part["thoughtSignature"] = base64.b64encode(raw).decode()
    status, text = door.refused(edited(turn), FLASH)
    assert status == 400
    assert re.search(r"(?i)thought.?signature", text)


@pictures(2)
@sure("medium", "documented for calls of functions, used in the field for pictures")
def test_a_word_in_place_of_a_signature(door: Door, turns: Turns) -> None:
    """For histories that another model made."""
    turn = turns.of(door)
    for part in spoken(turn):
        part["thoughtSignature"] = base64.b64encode(b"skip_thought_signature_validator").decode()
    assert door.draw(edited({**turn, "parts": spoken(turn)}), FLASH).pictures


@pictures(2)
@sure("high", "always works, several sources say")
def test_the_picture_in_a_turn_of_the_user(door: Door, turns: Turns) -> None:
    """What re-anchoring does: no model turn, no signature, the picture shown as the current one."""
    shown = {"inlineData": _picture(turns.of(door))["inlineData"]}
    body = asked(user({"text": "image 1: the current picture"}, shown, "make it night"), config=SMALL)
    assert door.draw(body, FLASH).pictures


@pictures(2)
@sure("high", "a blocked or empty answer in the history spoils it, several reports say")
def test_an_empty_turn_in_the_history(door: Door, turns: Turns) -> None:
    """Why a failed answer is not made a turn."""
    body = asked(FIRST, {"role": "model", "parts": []}, user("make it night"), config=SMALL)
    assert door.refused(body, FLASH)[0] == 400
