"""What cannot carry signatures travels in the user's turn, and every advice works when it is followed."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbgemini.errors import NbgeminiError, SignatureRejected
from nbgemini.studio.handles import ConversationHandle
from tests.studio.server import Answer, Server, answer, failure, jpeg, picture, studio_on

ASKS = "Image part is missing a thought_signature in content position 2, part position 1."


def unsigned(colour: str = "red") -> dict[str, Any]:
    bare = picture(colour)
    del bare["thoughtSignature"]
    return bare


def strict(draw: Answer) -> Callable[[Server], Callable[[], Answer]]:
    """An answer of a server that takes no model turn without a signature."""

    def judge(server: Server) -> Callable[[], Answer]:
        def judged() -> Answer:
            models = [turn for turn in server.requests[-1]["contents"] if turn["role"] == "model"]
            bare = [turn for turn in models if not any("thoughtSignature" in part for part in turn["parts"])]
            return failure(400, "INVALID_ARGUMENT", ASKS) if bare else draw

        return judged

    return judge


def talking(tmp_path: Path, *answers: Answer) -> tuple[Server, ConversationHandle]:
    """A conversation with a server whose every answer is strict about the turns before it."""
    server = Server()
    server.answers = [strict(one)(server) for one in answers]
    return server, studio_on(server, tmp_path).conversation()


def shown(turn: dict[str, Any]) -> tuple[list[str], list[bytes]]:
    """The words and the pictures of a turn."""
    parts = turn["parts"]
    words = [part["text"] for part in parts if "text" in part]
    return words, [base64.b64decode(part["inlineData"]["data"]) for part in parts if "inlineData" in part]


@pytest.mark.parametrize("model", ["gemini-2.5-flash-image", "gemini-3-pro-image"], ids=["signs nothing", "gateway"])
def test_unsigned_words_are_put_into_the_users_turn(tmp_path: Path, model: str) -> None:
    """A question of the model's, its answer, and the picture that was shown with the first prompt."""
    server, talk = talking(tmp_path, answer({"text": "Which sofa?"}), answer(picture("blue")), answer(picture("teal")))
    talk.imagine("put it on a sofa", model=model, ref=jpeg("red"))
    result = talk.imagine("the green one", model="gemini-3-pro-image")
    (turn,) = server.requests[1]["contents"]
    assert turn["role"] == "user"
    assert shown(turn) == (
        [
            "image 1: an earlier picture",
            "Earlier in this conversation:\nI asked: put it on a sofa\nYou answered: Which sofa?",
            "the green one",
        ],
        [jpeg("red")],
    )
    assert "only the text so far was sent, as part of your prompt" in " ".join(result.notices)
    assert result.exchange.prompt == "the green one"
    talk.imagine("at night")
    contents = server.requests[2]["contents"]
    assert [turn["role"] for turn in contents] == ["user", "model", "user"]
    assert contents[0] == turn


def test_an_unsigned_picture_of_a_gateway_travels_with_the_words(tmp_path: Path) -> None:
    """What was said beside it is not lost."""
    server, talk = talking(tmp_path, answer({"text": "Here is a cat."}, unsigned()), answer(picture("blue")))
    talk.imagine("a cat")
    result = talk.imagine("add snow")
    words, pictures = shown(*server.requests[1]["contents"])
    assert pictures == [jpeg("red")]
    assert words[0] == "image 1: the current picture"
    assert words[1].endswith("I asked: a cat\nYou answered: Here is a cat. (a picture)")
    assert words[2:] == ["add snow"]
    assert "only the last picture and the text so far were sent, as part of your prompt" in " ".join(result.notices)


def test_a_picture_without_words_travels_alone(tmp_path: Path) -> None:
    """As before: there is nothing else to tell."""
    server, talk = talking(tmp_path, answer(unsigned()), answer(picture("blue")))
    talk.imagine("a cat")
    result = talk.imagine("add snow")
    assert shown(*server.requests[1]["contents"]) == (["image 1: the current picture", "add snow"], [jpeg("red")])
    assert "only the last picture was sent, in your turn" in " ".join(result.notices)


def test_a_signed_turn_goes_back_exactly_as_it_came(tmp_path: Path) -> None:
    """Nothing is folded where nothing needs to be."""
    parts = [{"text": "Here.", "thoughtSignature": "c2ln"}, picture(), {"text": "Done.", "x-new": [1]}]
    server, talk = talking(tmp_path, answer(*parts), answer(picture("blue")))
    talk.imagine("a cat")
    talk.imagine("add snow")
    assert server.requests[1]["contents"][1] == {"role": "model", "parts": parts}


def test_a_picture_in_a_text_is_never_sent_back_as_text(tmp_path: Path) -> None:
    """Its base64 would be counted as words by every model; the picture goes on as one."""
    said = f"Here ![image](data:image/jpeg;base64,{base64.b64encode(jpeg('red')).decode()})"
    server, talk = talking(tmp_path, answer({"text": said}), answer(unsigned("blue")))
    first = talk.imagine("a cat", model="gemini-2.5-flash-image")
    assert first.bytes == jpeg("red")
    assert first.text == "Here "
    talk.imagine("add snow")
    words, pictures = shown(*server.requests[1]["contents"])
    assert pictures == [jpeg("red")]
    assert not any("base64" in text for text in words)


def test_the_words_that_are_told_again_are_few(tmp_path: Path) -> None:
    """A long conversation is cut at its beginning, and no key is repeated."""
    key = "AIzaSySENTINEL0123456789012345678901234"
    answers = [answer({"text": f"{number} {'word ' * 300} {key}"}) for number in range(12)]
    server, talk = talking(tmp_path, *answers, answer(picture()))
    for number in range(13):
        talk.imagine(f"question {number}")
    words, _ = shown(*server.requests[-1]["contents"])
    assert len(words[0]) < 13_000
    assert "question 11" in words[0]
    assert "question 0\n" not in words[0]
    assert key not in words[0]


# -- advice, followed to the letter ------------------------------------------------------------------------------------


def follow(talk: ConversationHandle, hint: str, words: str) -> Any:
    """Do what a hint says: `new=True`, and a REF with it where it names one."""
    named = re.search(r"`(new=True(?:, ref=\"(@\w+)\")?)`", hint)
    assert named is not None, hint
    return talk.imagine(words, new=True, ref=named[2]) if named[2] else talk.imagine(words, new=True)


SIGNED_WORDS = answer({"text": "Which one?", "thoughtSignature": "c2ln"})
REFUSALS: dict[str, Answer] = {
    "signature": failure(400, "INVALID_ARGUMENT", ASKS),
    "signature under 200": answer(finish="MISSING_THOUGHT_SIGNATURE"),
    "too large": failure(413, "", "Request payload size exceeds the limit"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("before", ["picture", "words", "picture, then words"])
def test_the_way_on_works(tmp_path: Path, refusal: str, before: str) -> None:
    """After a picture, after words alone, and after words that followed a picture: no dead end."""
    firsts = {"picture": [answer(picture("red"))], "words": [SIGNED_WORDS]}
    firsts["picture, then words"] = [*firsts["picture"], *firsts["words"]]
    server = Server(*firsts[before], REFUSALS[refusal], answer(picture("blue")))
    talk = studio_on(server, tmp_path).conversation()
    for number in range(len(firsts[before])):
        talk.imagine(f"ask {number}")
    with pytest.raises(NbgeminiError) as caught:
        talk.imagine("go on")
    result = follow(talk, caught.value.hint, "go on")
    assert result.bytes == jpeg("blue")
    (turn,) = server.requests[-1]["contents"]
    assert shown(turn)[1] == ([jpeg("red")] if "picture" in before else [])


def test_the_way_on_from_an_earlier_turn(tmp_path: Path) -> None:
    """It names the picture of that branch, not the one of another."""
    server = Server(answer(picture("red")), answer(picture("teal")), REFUSALS["signature"], answer(picture("blue")))
    talk = studio_on(server, tmp_path).conversation()
    talk.imagine("one")
    talk.imagine("two", new=True)
    with pytest.raises(SignatureRejected) as caught:
        talk.imagine("three", from_=1)
    assert 'new=True, ref="@1"' in caught.value.hint
    follow(talk, caught.value.hint, "three")
    assert shown(*server.requests[-1]["contents"])[1] == [jpeg("red")]


def test_the_last_picture_is_found_behind_words(tmp_path: Path) -> None:
    """`@last` as a REF is a picture: that of the last turn which has one."""
    server = Server(answer(picture("red")), SIGNED_WORDS, answer(picture("blue")))
    talk = studio_on(server, tmp_path).conversation()
    talk.imagine("one")
    talk.imagine("two")
    talk.imagine("three", new=True, ref="@last")
    words, pictures = shown(*server.requests[-1]["contents"])
    assert pictures == [jpeg("red")]
    assert words[0] == "image 1: turn 1"


def test_a_picture_that_only_words_before_it_are_signed_for_is_not_sent_back(tmp_path: Path) -> None:
    """Strict models ask for the signature of every picture, if no later part has it, as at the end of a stream."""
    words = {"text": "Here it is.", "thoughtSignature": "c2ln"}
    end = {"text": "", "thoughtSignature": "c2ln"}
    server = Server(answer(words, unsigned()), answer(unsigned("blue"), end), answer(picture("teal")))
    talk = studio_on(server, tmp_path).conversation()
    talk.imagine("one")
    result = talk.imagine("two")
    assert [turn["role"] for turn in server.requests[1]["contents"]] == ["user"]
    assert shown(*server.requests[1]["contents"])[1] == [jpeg("red")]
    assert "The picture before came without a signature" in " ".join(result.notices)
    talk.imagine("three")
    assert [turn["role"] for turn in server.requests[2]["contents"]] == ["user", "model", "user"]


def test_a_model_that_signs_is_not_said_to_sign_nothing(tmp_path: Path) -> None:
    """An answer of words that came unsigned says nothing about its model."""
    server = Server(answer({"text": "Which one?"}), answer(picture("blue")))
    talk = studio_on(server, tmp_path).conversation()
    talk.imagine("one", model="nano-banana-2.1")
    result = talk.imagine("two", model="pro")
    assert "The answer of `gemini-nano-banana-2.1` is not signed" in " ".join(result.notices)
