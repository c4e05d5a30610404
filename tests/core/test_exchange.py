"""One exchange: what was asked, what came back, and views of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from nbgemini.core.content import Turn, user_turn
from nbgemini.core.exchange import Answer, Exchange, ImageRequest
from nbgemini.core.options import ImageOptions
from nbgemini.core.picture import Picture
from nbgemini.core.skeleton import StoredText

PICTURE = Picture("ab" * 32, 100, "image/jpeg", 4, 3)
PART = {"inlineData": {"mimeType": "image/jpeg", "data": StoredText(PICTURE.sha256, PICTURE.size)}}


def an_exchange(*parts: Mapping[str, Any]) -> Exchange:
    turn = Turn("model", {"role": "model", "parts": list(parts)}, {PICTURE.sha256: PICTURE})
    return Exchange(
        id="e1",
        parent=None,
        user=user_turn("a fox", (("cat", PICTURE),)),
        answer=Answer(turn=turn),
        model="gemini-3-pro-image",
        backend="emulator",
        options=ImageOptions(),
    )


def test_the_prompt_is_the_last_text_of_the_user() -> None:
    """Labels of references are not the prompt."""
    assert an_exchange(PART).prompt == "a fox"
    assert replace(an_exchange(PART), user=Turn("user", {"role": "user", "parts": []})).prompt == ""


def test_an_empty_prompt_is_a_prompt() -> None:
    """An empty text is still the last text."""
    assert replace(an_exchange(PART), user=user_turn("", (("cat", PICTURE),))).prompt == ""


def test_a_picture_is_described_by_what_the_user_gave_else_by_the_prompt() -> None:
    """A given text is kept whole, a prompt is cut, and what the emulator drew says so."""
    drawn = replace(an_exchange(PART), words="a fox " * 40)
    assert drawn.alt_text == ("a fox " * 20)[:119] + "… (emulated)"
    assert replace(drawn, backend="gemini", alt="A fox. " * 40).alt_text == "A fox. " * 40


def test_the_likely_cost_is_the_estimate_where_the_answer_did_not_say() -> None:
    """A cost of nothing is known all the same."""
    unsaid = replace(an_exchange(PART), estimate=134_000)
    assert [unsaid.likely_cost, replace(unsaid, cost=0).likely_cost] == [134_000, 0]


def test_the_picture_and_its_signature() -> None:
    """An exchange is signed when its final picture is, whatever other parts carry."""
    assert an_exchange(PART).picture == PICTURE
    assert not an_exchange({"text": "x", "thoughtSignature": "s"}, PART).signed
    assert an_exchange({**PART, "thoughtSignature": "s"}).signed


def test_an_answer_in_words_has_no_picture() -> None:
    """A text-only answer is a turn without a picture; a failed one is no turn."""
    words = an_exchange({"text": "No."})
    assert words.picture is None
    assert words.turn is not None
    assert not words.signed
    failed = replace(words, answer=Answer(turn=None, finish_reason="IMAGE_SAFETY"), outcome="failed")
    assert (failed.turn, failed.picture, failed.signed) == (None, None, False)


def test_an_orphan_is_adopted_as_a_turn() -> None:
    """Adopting gives a new value with a place; the orphan itself stays what it was."""
    orphan = replace(an_exchange(PART), outcome="orphan")
    adopted = orphan.adopted("e0")
    assert (adopted.outcome, adopted.parent, adopted.id) == ("turn", "e0", "e1")
    assert (orphan.outcome, orphan.parent) == ("orphan", None)


def test_values_are_frozen() -> None:
    """Nobody changes an exchange, an answer or a request in place."""
    request = ImageRequest(model="m", turns=(user_turn("x"),))
    assert request.options == ImageOptions()
    for value, name in ((an_exchange(PART), "parent"), (Answer(turn=None), "turn"), (request, "model")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)
