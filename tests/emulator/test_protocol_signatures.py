"""Thought signatures: what comes out signed must come back signed, whole, and where it was."""

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest

from nbgemini.emulator import Script, signatures

from .protocol_kit import NEWEST, OLD, SMALL, SPOKEN, Caller, asked, content, inline, picture, pictures, user

CALL = Caller()
MORE = "Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures#model-behavior for more details."
CORRUPTED = (400, "Corrupted thought signature.")
THINKING = {**SMALL, "thinkingConfig": {"includeThoughts": True, "thinkingLevel": "HIGH"}}


@pytest.fixture(scope="module")
def turn() -> dict[str, Any]:
    """A model turn of a signed text and a signed picture."""
    return content(CALL.draw(SPOKEN))


@pytest.fixture(scope="module")
def thoughtful() -> dict[str, Any]:
    """A model turn with thoughts before them."""
    return content(CALL.draw(SPOKEN, config=THINKING))


def after(turn: dict[str, Any]) -> dict[str, Any]:
    """A request that goes on from this turn."""
    return asked(SPOKEN, turn, "make it night", config=SMALL)


def changed(turn: dict[str, Any], index: int, **fields: Any) -> dict[str, Any]:
    """The turn with one part changed; a field that is None is taken out."""
    copied = copy.deepcopy(turn)
    part = copied["parts"][index]
    part.update(fields)
    copied["parts"][index] = {name: value for name, value in part.items() if value is not None}
    return copied


def test_an_edit_goes_on_from_the_scene_in_the_signature(turn: dict[str, Any]) -> None:
    """The picture changes; the same words without the history give another one."""
    edited = CALL.draw(SPOKEN, turn, "make it night")
    anew = CALL.draw("make it night")
    assert len({part["inlineData"]["data"] for part in (turn["parts"][1], *pictures(edited), *pictures(anew))}) == 3


def test_a_new_service_reads_old_signatures(turn: dict[str, Any]) -> None:
    """The key is fixed, so stored conversations outlive the process; the edit is the same to the byte."""
    here = CALL.draw(SPOKEN, turn, "make it night")
    there = Caller().draw(SPOKEN, turn, "make it night")
    assert content(here) == content(there)


def test_url_safe_base64_without_padding_comes_back_too(turn: dict[str, Any]) -> None:
    """The official SDK re-encodes what it was sent."""
    signature, data = turn["parts"][1]["thoughtSignature"], turn["parts"][1]["inlineData"]["data"]
    swap = str.maketrans("+/", "-_", "=")
    told = changed(
        turn,
        1,
        thoughtSignature=signature.translate(swap),
        inlineData={"mimeType": "image/jpeg", "data": data.translate(swap)},
    )
    assert CALL.post(after(told))[0] == 200


def test_a_picture_without_its_signature(turn: dict[str, Any]) -> None:
    """Positions count from one."""
    assert CALL.refused(after(changed(turn, 1, thoughtSignature=None))) == (
        400,
        f"Image part is missing a thought_signature in content position 2, part position 2. {MORE}",
    )


def test_the_first_text_without_its_signature(turn: dict[str, Any]) -> None:
    """An empty signature is none."""
    assert CALL.refused(after(changed(turn, 0, thoughtSignature=""))) == (
        400,
        f"Text part is missing a thought_signature in content position 2, part position 1. {MORE}",
    )


def test_thought_text_without_its_flag(thoughtful: dict[str, Any]) -> None:
    """It passes for the first text, and that one is unsigned."""
    status, message = CALL.refused(after(changed(thoughtful, 0, thought=None)))
    assert (status, message) == (
        400,
        f"Text part is missing a thought_signature in content position 2, part position 1. {MORE}",
    )


def test_an_interim_picture_without_its_flag(thoughtful: dict[str, Any]) -> None:
    """It passes for a picture of the answer."""
    status, message = CALL.refused(after(changed(thoughtful, 1, thought=None)))
    assert (status, message) == (
        400,
        f"Image part is missing a thought_signature in content position 2, part position 2. {MORE}",
    )


def test_thoughts_may_come_back_or_stay_away(thoughtful: dict[str, Any]) -> None:
    """With their flag they are passed over; the edit is the same."""
    bare = {**thoughtful, "parts": [part for part in thoughtful["parts"] if not part.get("thought")]}
    assert content(CALL.draw(SPOKEN, thoughtful, "add a bird")) == content(CALL.draw(SPOKEN, bare, "add a bird"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda turn: changed(turn, 0, text=turn["parts"][0]["text"] + " "),
        lambda turn: changed(turn, 1, **inline(picture())),
        lambda turn: changed(turn, 0, thoughtSignature=turn["parts"][1]["thoughtSignature"]),
        lambda turn: changed(turn, 1, thoughtSignature=turn["parts"][0]["thoughtSignature"]),
        lambda turn: changed(turn, 1, thoughtSignature="A" + turn["parts"][1]["thoughtSignature"][1:]),
        lambda turn: changed(turn, 1, thoughtSignature=turn["parts"][1]["thoughtSignature"][:-8]),
        lambda turn: changed(turn, 1, thoughtSignature="AAAA"),
        lambda turn: changed(turn, 0, thoughtSignature=base64.b64encode(b"not one of ours").decode()),
    ],
    ids=["text", "picture", "moved up", "moved down", "head", "tail", "foreign", "other"],
)
def test_altered_and_moved_parts_are_noticed(turn: dict[str, Any], spoil: Any) -> None:
    """A signature vouches for the bytes of its own part."""
    assert CALL.refused(after(spoil(turn))) == CORRUPTED


def test_a_signature_that_is_no_base64(turn: dict[str, Any]) -> None:
    """It does not get past the front end."""
    _, message = CALL.refused(after(changed(turn, 1, thoughtSignature="é")))
    assert message.startswith("Invalid value at 'contents[1].parts[1].thought_signature' (TYPE_BYTES), Base64")


def test_signatures_do_not_cross_backends(turn: dict[str, Any]) -> None:
    """One that Vertex made is refused here."""
    data = base64.b64decode(turn["parts"][1]["inlineData"]["data"])
    foreign = base64.b64encode(signatures.sign("image", data, b"{}", backend="vertex")).decode()
    assert CALL.refused(after(changed(turn, 1, thoughtSignature=foreign))) == CORRUPTED


@pytest.mark.parametrize("escape", signatures.ESCAPES)
@pytest.mark.parametrize("encoded", [False, True])
def test_escape_strings_stand_in(turn: dict[str, Any], escape: str, encoded: bool) -> None:
    """Raw or through base64; the picture is then edited as a photo."""
    value = base64.b64encode(escape.encode()).decode() if encoded else escape
    told = changed(changed(turn, 0, thoughtSignature=value), 1, thoughtSignature=value)
    assert len(pictures(CALL.draw("a boat", told, "make it night"))) == 1


def test_the_latest_scene_counts(turn: dict[str, Any]) -> None:
    """Two edits in a row build on one another; a history cut back to the first goes on from the first."""
    second = content(CALL.draw(SPOKEN, turn, "make it night"))
    third = CALL.draw(SPOKEN, turn, "make it night", second, "add a white bird")
    forked = CALL.draw(SPOKEN, turn, "add a white bird")
    assert pictures(third)[0]["inlineData"] != pictures(forked)[0]["inlineData"]


def test_text_after_the_picture_is_not_signed_and_need_not_be() -> None:
    """Only a first text ahead of the pictures carries a signature."""
    told = content(CALL.draw("a cat\nemulate: picture first"))
    assert [("inlineData" in part, "thoughtSignature" in part) for part in told["parts"]] == [
        (True, True),
        (False, False),
    ]
    assert CALL.post(after(told))[0] == 200


def test_a_signature_may_sit_on_an_empty_text_part() -> None:
    """A carrier at the end vouches for the text; without it the text counts as unsigned."""
    told = content(CALL.draw("a cat\nemulate: signature at the end"))
    assert [part.get("text") for part in told["parts"]][-1] == ""
    assert "thoughtSignature" not in told["parts"][0]
    assert CALL.post(after(told))[0] == 200
    _, message = CALL.refused(after({**told, "parts": told["parts"][:-1]}))
    assert message.startswith("Text part is missing a thought_signature in content position 2, part position 1.")
    assert CALL.refused(after(changed(told, 0, text="else"))) == CORRUPTED


def test_every_draft_is_signed_and_wanted_back() -> None:
    """Drafts without the thought flag are pictures of the answer."""
    told = content(CALL.draw("a cat\nemulate: drafts 2"))
    assert len([part for part in told["parts"] if "inlineData" in part]) == 3
    assert CALL.post(after(told))[0] == 200
    status, message = CALL.refused(after(changed(told, 1, thoughtSignature=None)))
    assert (status, message.split(". Please")[0]) == (
        400,
        "Image part is missing a thought_signature in content position 2, part position 2",
    )


def test_words_alone_are_signed_too() -> None:
    """A turn of text only is replayed like any other, and the scene before it stays the one to edit."""
    told = content(CALL.draw("a cat\nemulate: text only"))
    assert set(told["parts"][0]) == {"text", "thoughtSignature"}
    assert CALL.post(asked("a cat", told, "draw it now", config=SMALL))[0] == 200


def test_a_streamed_turn_in_pieces_is_one_turn() -> None:
    """The SDK's chat keeps one content per event; their run is checked as one turn."""
    events = CALL.events(SPOKEN, config=THINKING)
    turns = [turn for event in events if "parts" in (turn := event["candidates"][0]["content"])]
    assert CALL.post(asked(SPOKEN, *turns, "make it night", config=SMALL))[0] == 200


def test_2_5_neither_signs_nor_asks() -> None:
    """Its own turns go back bare, and those of Gemini 3 are taken too."""
    told = content(CALL.draw(SPOKEN, model=OLD, config={}))
    assert not any("thoughtSignature" in part for part in told["parts"])
    assert len(pictures(CALL.draw(SPOKEN, told, "make it night", model=OLD, config={}))) == 1
    status, message = CALL.refused(asked(SPOKEN, told, "make it night"), NEWEST)
    assert (status, message.split(" is ")[0]) == (400, "Text part")


@pytest.mark.parametrize(("prompt", "lengths"), [("a cat", (1.4e6, 2.92e6)), (SPOKEN, (1.09e6, 1.11e6))])
def test_signatures_of_real_weight(prompt: str, lengths: tuple[float, float]) -> None:
    """As many characters as those that were recorded, always the same; and they are read when they come back."""
    heavy = Caller(weight="real")
    turn = content(heavy.draw(prompt))
    signatures = [part["thoughtSignature"] for part in turn["parts"]]
    assert all(lengths[0] <= len(signature) <= lengths[1] for signature in signatures)
    assert content(heavy.draw(prompt)) == turn
    assert heavy.post(asked(prompt, turn, "make it night", config=SMALL))[0] == 200
    assert max(len(part["thoughtSignature"]) for part in content(CALL.draw(prompt))["parts"]) < 10_000


def test_a_turn_of_one_gemini_3_model_goes_to_another(turn: dict[str, Any]) -> None:
    """The signature is Google's, not the model's."""
    assert len(pictures(CALL.draw("a red boat", turn, "make it night", model=NEWEST, config={}))) == 1


def test_a_picture_of_the_user_is_edited_where_no_scene_is_known() -> None:
    """A photo in a user turn is the way in for foreign pictures; another photo gives another picture."""
    red, blue = (CALL.draw(user("add a hat", inline(picture(colour=colour)))) for colour in ("red", "blue"))
    assert pictures(red)[0]["inlineData"] != pictures(blue)[0]["inlineData"]


def test_pictures_of_the_user_are_references_where_a_scene_is_known(turn: dict[str, Any]) -> None:
    """The scene in the history is what is edited."""
    reference = user("add this one", inline(picture(colour="green")))
    assert len(pictures(CALL.draw(SPOKEN, turn, reference))) == 1


@pytest.mark.parametrize("length", [200, 5000, 300_000])
def test_signatures_can_be_long(length: int) -> None:
    """A client must store and send whatever length there is."""
    told = content(CALL.draw(f"a cat\nemulate: signature {length} bytes"))
    sizes = [len(base64.b64decode(part["thoughtSignature"])) for part in told["parts"]]
    assert min(sizes) >= length
    assert CALL.post(after(told))[0] == 200


@pytest.mark.parametrize("way", ["phrase", "carrier"])
def test_a_signature_that_is_lost_on_purpose(way: str) -> None:
    """The answer is signed as ever; sent back, its first signed part is called unsigned, and no other turn is."""
    call = CALL if way == "phrase" else Caller(script=Script([{"carrier": True, "lose_signature": True}]))
    lost = content(call.draw(f"{SPOKEN}\nemulate: lose signature"))
    assert all(signatures.verify(base64.b64decode(part["thoughtSignature"])) for part in lost["parts"][1:])
    told = f"Text part is missing a thought_signature in content position 2, part position 1. {MORE}"
    assert call.refused(after(lost)) == (400, told)
    shown = user("a boat", inline(base64.b64decode(lost["parts"][1]["inlineData"]["data"]), "image/jpeg"))
    assert pictures(call.draw(shown)), "its picture may go into the user's turn"
