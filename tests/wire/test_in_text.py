"""Pictures in a text, as gateways send them: taken out of the words, whole, and told from a turn of Google's."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from nbgemini.core.live import LivePart
from nbgemini.errors import AnswerUndecodable
from nbgemini.wire.follower import Follower
from nbgemini.wire.in_text import Veil
from nbgemini.wire.splitter import Splitter
from nbgemini.wire.verdict import verdict
from tests.support.pictures import make_picture
from tests.wire.answers import decoded, image, response, text
from tests.wire.shelf import Shelf

PNG = make_picture("PNG", (60, 40), seed=1)
JPEG = make_picture("JPEG", (60, 40), seed=2)
PLAIN, SECOND = (base64.b64encode(data).decode() for data in (PNG, JPEG))
SAFE = PLAIN.replace("+", "-").replace("/", "_")
WRAPPED = "\n".join(PLAIN[at : at + 76] for at in range(0, len(PLAIN), 76))
URL = f"data:image/png;base64,{PLAIN}"

# What the text of the answer is, the words that are left of it, and the pictures in it.
TEXTS: dict[str, tuple[str, str, list[bytes]]] = {
    "Markdown": (f"Here ![image]({URL}) it is", "Here  it is", [PNG]),
    "a link": (f"[Download]({URL})", "", [PNG]),
    "a title": (f'![a fox]({URL} "A fox")', "", [PNG]),
    "angles": (f"![]( <{URL}> )", "", [PNG]),
    "HTML": (f'<p><img alt="x" src="{URL}" width=9></p>', "<p>\n</p>", [PNG]),
    "alone": (URL, "", [PNG]),
    "behind words": (f"Your fox:\n{URL}\nEnjoy the fox", "Your fox:\nEnjoy the fox", [PNG]),
    "the wrong type": (f"![image](data:image/jpeg;base64,{PLAIN})", "", [PNG]),
    "a parameter": (f"![image](data:image/png;charset=utf-8;base64,{PLAIN})", "", [PNG]),
    "URL-safe": (f"![image](data:image/png;base64,{SAFE})", "", [PNG]),
    "percent signs": (f"![image]({URL.replace('+', '%2B').replace('=', '%3D')})", "", [PNG]),
    "lines": (f"![image](data:image/png;base64,{WRAPPED})", "", [PNG]),
    "base64 alone": (PLAIN, "", [PNG]),
    "fenced": (f"```\n{SECOND}\n```", "", [JPEG]),
    "two": (f"![1]({URL})\n![2](data:image/jpeg;base64,{SECOND})", "", [PNG, JPEG]),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
def test_a_picture_in_a_text_is_found(name: str, streamed: bool) -> None:
    """The words are what is left, and the turn is known not to be as it came."""
    said, words, pictures = TEXTS[name]
    shelf = Shelf()
    cuts = [said[at : at + 1500] for at in range(0, len(said), 1500)]
    events = [response(text(cut), finish=None) for cut in cuts[:-1]] + [response(text(cuts[-1]))]
    body = b"".join(b"data: %s\r\n\r\n" % json.dumps(event).encode() for event in events)
    answer = decoded(body if streamed else response(text(said)), shelf)
    assert answer.turn is not None
    assert [shelf.held[sha256] for sha256 in answer.turn.pictures] == pictures
    assert answer.turn.picture is not None
    assert shelf.held[answer.turn.picture.sha256] == pictures[-1]
    assert answer.turn.text == words
    assert answer.reshaped
    assert verdict(answer) is None


@pytest.mark.parametrize(
    "part",
    [
        {"fileData": {"mimeType": "image/png", "fileUri": URL}},
        {"image_url": {"url": URL}},
        {"type": "image", "source": {"data": [URL]}},
    ],
)
def test_a_picture_in_a_field_of_others_is_found(part: dict[str, Any]) -> None:
    """As parts of another maker's protocol hold it."""
    shelf = Shelf()
    answer = decoded(response(text("Here."), part), shelf)
    assert answer.turn is not None
    assert [shelf.held[sha256] for sha256 in answer.turn.pictures] == [PNG]
    assert answer.turn.text == "Here."
    assert answer.reshaped


def test_a_content_that_is_a_text_is_read() -> None:
    """A gateway puts the text where the parts should be."""
    body = {"candidates": [{"content": f"![image]({URL})", "finishReason": "STOP"}]}
    answer = decoded(body)
    assert answer.turn is not None
    assert answer.turn.picture is not None


@pytest.mark.parametrize(
    "said",
    ["See data:image/png for base64, in words", "![image](https://example.com/a.png)", "/9j/short", "a" * 5000],
)
def test_words_stay_words(said: str) -> None:
    """What holds no picture goes back as it came."""
    answer = decoded(response(text(said)))
    assert answer.turn is not None
    assert answer.turn.text == said
    assert not answer.reshaped


def test_a_broken_picture_in_a_text_is_no_answer() -> None:
    """It fails as one in its place does, and its base64 reaches nobody's eyes."""
    broken = f"![image](data:image/png;base64,{PLAIN[:2000]})"
    problem = verdict(decoded(response(text(broken))))
    assert problem is not None
    assert "incomplete" in problem.message
    assert PLAIN[200:240] not in str(problem)


def test_a_picture_behind_ten_megabytes_of_words_is_the_answer() -> None:
    """The words are too many for a reader; the picture is what was asked for."""
    shelf = Shelf()
    answer = decoded(response(text("word " * 2_000_000), image(PNG)), shelf)
    assert answer.turn is not None
    assert [shelf.held[sha256] for sha256 in answer.turn.pictures] == [PNG]
    assert not answer.reshaped
    long = decoded(response(text("word " * 300_000)), shelf)
    assert long.turn is not None
    assert long.turn.text == "word " * 300_000


def test_pictures_in_the_texts_of_a_torn_body_are_saved() -> None:
    """What cannot be read was paid for."""
    shelf = Shelf()
    with pytest.raises(AnswerUndecodable) as caught:
        decoded(json.dumps(response(text(f"![image]({URL})"))).encode()[:-5] + b"}}}", shelf)
    assert [shelf.held[picture.sha256] for picture in caught.value.pictures] == [PNG]


def test_who_reads_along_sees_no_base64() -> None:
    """Also where the stream cuts the picture into many pieces."""
    heard: list[LivePart] = []
    shelf = Shelf()
    splitter = Splitter(shelf)
    follower = Follower(splitter, shelf, heard.append)
    said = f"Here ![image]({URL}) it is"
    for at in range(0, len(said), 500):
        event = b"data: %s\r\n\r\n" % json.dumps(response(text(said[at : at + 500]), finish=None)).encode()
        splitter.feed(event)
        follower.look(event)
    assert "".join(part.text for part in heard) == "Here ![image]() it is"
    assert Veil().over("just words") == "just words"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"data": [{"b64_json": PLAIN}]}, ""),
        ({"predictions": [{"mimeType": "image/png", "bytesBase64Encoded": PLAIN}]}, ""),
        ({"choices": [{"message": {"content": "Here.", "images": [{"image_url": {"url": URL}}]}}]}, "Here."),
        ({"choices": [{"message": {"content": f"Here ![image]({URL})"}}]}, "Here "),
        ({"output": [{"type": "image_generation_call", "result": PLAIN}]}, ""),
    ],
)
def test_an_answer_in_another_protocol_gives_its_picture(body: Any, words: str) -> None:
    """It was paid for; the turn is known not to be Google's."""
    shelf = Shelf()
    answer = decoded(body, shelf)
    assert answer.turn is not None
    assert [shelf.held[sha256] for sha256 in answer.turn.pictures] == [PNG]
    assert answer.turn.text == words
    assert answer.reshaped
    assert verdict(answer) is None


def test_an_address_in_place_of_a_picture_is_told() -> None:
    """Nothing is fetched that an answer names."""
    part = {"fileData": {"mimeType": "image/png", "fileUri": "https://example.com/a.png"}}
    problem = verdict(decoded(response(part)))
    assert problem is not None
    assert "https://example.com/a.png" in problem.message
