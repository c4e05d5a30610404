"""Turns and parts: views look, and never change what came."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.content import Part, Role, Turn, picture_part, text_part, user_turn
from nbgemini.core.picture import Picture
from nbgemini.core.skeleton import Skeleton, StoredText


def a_picture(number: int, media_type: str = "image/jpeg") -> Picture:
    return Picture(f"{number:064x}", 1000 + number, media_type, 8, 6)


FIRST, SECOND, THIRD = a_picture(1), a_picture(2), a_picture(3)


def image(picture: Picture, **fields: Any) -> dict[str, Any]:
    return {"inlineData": {"mimeType": "image/png", "data": StoredText(picture.sha256, picture.size)}, **fields}


def model_turn(*parts: Any, pictures: tuple[Picture, ...] = (FIRST, SECOND, THIRD), **content: Any) -> Turn:
    return Turn("model", {"role": "model", "parts": list(parts), **content}, {each.sha256: each for each in pictures})


def test_the_final_picture_is_the_last_that_is_no_thought() -> None:
    """Drafts come before it, thoughts do not count, text may stand anywhere."""
    turn = model_turn(
        image(FIRST, thought=True),
        {"text": "Here."},
        image(SECOND, thoughtSignature="a"),
        image(THIRD),
        {"text": "Done."},
    )
    assert turn.picture == THIRD
    assert turn.drafts == (SECOND,)
    assert turn.text == "Here.\nDone."


def test_if_all_pictures_are_thoughts_the_last_of_them_is_it() -> None:
    """Seen in the wild: every picture flagged as a thought."""
    turn = model_turn(image(FIRST, thought=True), image(SECOND, thought=True))
    assert turn.picture == SECOND
    assert turn.drafts == ()


def test_inline_data_that_is_no_picture_is_passed_over() -> None:
    """A part with inline data that the store could not tell as a picture is not the final one."""
    turn = model_turn(image(FIRST), image(SECOND), pictures=(FIRST,))
    assert turn.picture == FIRST


def test_thoughts_and_words_are_told_apart() -> None:
    """Thought text is no answer text."""
    turn = model_turn({"text": "Planning…", "thought": True}, {"text": "A fox."}, {"text": "and", "thought": False})
    assert turn.thoughts == "Planning…"
    assert turn.text == "A fox.and"  # pieces of one text, as a stream brings them


def test_signatures_in_either_spelling_and_form() -> None:
    """Short signatures are strings, long ones live on disk; an empty one is none."""
    stored = StoredText("ff" * 32, 2_000_000, "text")
    turn = model_turn(
        {"text": "", "thoughtSignature": "abc"}, {"text": "", "thought_signature": stored}, {"thoughtSignature": ""}
    )
    assert turn.signatures == ("abc", stored)


def test_snake_spelling_is_read() -> None:
    """Saved data of others may be spelled in snake case."""
    turn = model_turn({"inline_data": {"mime_type": "image/png", "data": StoredText(FIRST.sha256, FIRST.size)}})
    assert turn.picture == FIRST
    assert turn.replayed.content["parts"] == turn.content["parts"]


@pytest.mark.parametrize(
    "raw",
    [{}, {"text": 5}, {"inlineData": None}, {"inlineData": []}, {"inlineData": {"data": 7}}, {"functionCall": {}}],
)
def test_a_part_may_be_anything(raw: dict[str, Any]) -> None:
    """Unknown and misshapen parts give empty views, not exceptions."""
    part = Part(raw)
    assert (part.text, part.data, part.object, part.signature, part.is_thought) == (None, None, None, None, False)


@pytest.mark.parametrize("parts", [None, {}, "text", 3, [None, "x", 4]])
def test_content_without_parts(parts: Any) -> None:
    """`parts` may be absent, null or something else: then there are none."""
    turn = Turn("model", {"role": "model", "parts": parts})
    assert turn.parts == ()
    assert turn.picture is None
    assert turn.text == turn.thoughts == ""
    assert not turn.can_be_replayed


def test_an_inline_string_is_kept_as_a_string() -> None:
    """Data that was too short or no base64 stays in the part; it names no object."""
    part = Part({"inlineData": {"mimeType": "image/png", "data": "%%%"}})
    assert part.data == "%%%"
    assert part.object is None


def test_thoughts_are_left_out_as_a_whole() -> None:
    """What is sent back has no thought parts and no empty text, and the rest exactly as it was and in its order."""
    rest = [
        {"text": "Here.", "x-unknown": {"a": [1]}, "thoughtSignature": "s1"},
        image(SECOND, thoughtSignature="s2"),
        {"text": "", "thoughtSignature": "s3"},
    ]
    void, null = {"text": ""}, {"text": None}
    first, *others = rest
    turn = model_turn(
        {"text": "hm", "thought": True}, first, image(FIRST, thought=True), void, *others, null, weird=[1, 2]
    )
    before = copy.deepcopy(dict(turn.content))
    assert turn.replayed.content == {"role": "model", "parts": rest, "weird": [1, 2]}
    assert turn.content == before


@pytest.mark.parametrize(
    "parts",
    [
        [{"text": "hm", "thought": True, "thoughtSignature": "s"}, image(FIRST)],
        [{"text": "hm", "thought": True}],
        [{"text": "Look:"}, image(FIRST, thought=True)],
        [{"text": "no thoughts"}, image(FIRST)],
    ],
)
def test_thoughts_that_must_stay(parts: list[dict[str, Any]]) -> None:
    """Signed thoughts, thoughts with the final picture and thoughts that are all there is go back as they came."""
    assert model_turn(*parts).replayed.content == {"role": "model", "parts": parts}


@pytest.mark.parametrize("role", ["model", "user"])
def test_an_empty_text_goes_back_only_when_it_is_alone(role: Role) -> None:
    """Vertex AI takes none; a signature may stand on one, and a turn must not be empty."""
    assert Turn(role, {"parts": [image(FIRST), {"text": ""}]}).replayed.content["parts"] == [image(FIRST)]
    assert Turn(role, {"parts": [{"text": ""}, {"text": ""}]}).replayed.content["parts"] == [{"text": ""}]
    unknown = [image(FIRST), {"text": "", "x-unknown": 1}]
    assert Turn(role, {"parts": unknown}).replayed.content["parts"] == unknown


@pytest.mark.parametrize(
    ("pieces", "prose"),
    [
        (["A fox in", "hm", " the snow."], "A fox in the snow."),
        (["A fox ", "hm", "Bob drew."], "A fox Bob drew."),
        (["One.", "hm", "Two."], "One.\nTwo."),
        (["Title", "hm", "Text"], "Title\nText"),
    ],
)
def test_a_sentence_is_not_torn_by_a_thought(pieces: list[str], prose: str) -> None:
    """A stream may think in the middle of one; what ends is followed by a line of its own."""
    first, thought, second = pieces
    turn = model_turn({"text": first}, {"text": thought, "thought": True}, {"text": second})
    assert turn.text == prose


def test_a_turn_without_a_role_is_sent_with_one() -> None:
    """Without a role the API would read a model turn as the user's."""
    turn = Turn("model", {"parts": [{"text": "x"}]})
    assert turn.replayed.content["role"] == "model"
    assert "role" not in turn.content


def test_a_turn_with_nan_cannot_be_replayed() -> None:
    """JSON that Python reads but may not write stays out of later requests."""
    assert not model_turn({"text": "x", "x-unknown": math.nan}).can_be_replayed
    assert model_turn({"text": "x", "x-unknown": 1.5}).can_be_replayed
    assert not model_turn({}).can_be_replayed


UNKNOWN = st.dictionaries(
    st.text(min_size=1, max_size=8).map("x-".__add__),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=6
    ),
    max_size=3,
)


@pytest.mark.deep
@given(st.lists(UNKNOWN, min_size=1, max_size=6), UNKNOWN)
def test_unknown_fields_survive(extras: list[dict[str, Any]], content: dict[str, Any]) -> None:
    """Whatever a later API adds to a part or a turn goes back as it came."""
    parts = [{"text": f"part {at}", **extra} for at, extra in enumerate(extras)]
    turn = model_turn(*parts, **content)
    assert Skeleton.of(turn.replayed.content).parse() == {"role": "model", "parts": parts, **content}


def test_user_turn_labels_each_picture_and_ends_with_the_prompt() -> None:
    """References stand before the words, each behind its label, with their true type."""
    turn = user_turn("a {cat}\n", (("cat", FIRST), ("", a_picture(2, "image/webp"))))
    assert turn.content["parts"] == [
        {"text": "image 1: cat"},
        {"inlineData": {"mimeType": "image/jpeg", "data": StoredText(FIRST.sha256, FIRST.size)}},
        {"text": "image 2"},
        {"inlineData": {"mimeType": "image/webp", "data": StoredText(SECOND.sha256, SECOND.size)}},
        {"text": "a {cat}\n"},
    ]
    assert turn.picture_of(turn.parts[1]) == FIRST
    assert turn.role == turn.content["role"] == "user"


@given(st.text())
def test_a_prompt_travels_as_it_is(prompt: str) -> None:
    """No prompt is changed on its way into a turn."""
    assert user_turn(prompt).content["parts"] == [text_part(prompt)] == [{"text": prompt}]
    assert picture_part(FIRST)["inlineData"]["data"].content == FIRST.sha256
