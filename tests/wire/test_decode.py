"""Answers of every shape: the picture, the words, or a reason; never a foreign exception."""

from __future__ import annotations

import base64
import json
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.exchange import Answer
from nbgemini.core.skeleton import StoredText
from nbgemini.errors import AnswerUndecodable, NbgeminiError, QuotaExceeded, ServerFault
from nbgemini.wire import decode, patient
from nbgemini.wire.decode import answer, rescued, salvage
from nbgemini.wire.verdict import verdict
from tests.support.pictures import make_picture
from tests.wire.answers import decoded, image, response, split, text
from tests.wire.shelf import Shelf

PNG = make_picture("PNG", (40, 30))
JPEG = make_picture("JPEG", (64, 48), seed=2)
WEBP = make_picture("WEBP", (20, 10), seed=3)
TINY = make_picture("PNG", (1, 1))


def test_the_type_comes_from_the_bytes() -> None:
    """JPEG bytes declared as PNG are a JPEG, with their size in pixels."""
    found = decoded(response(image(JPEG, "image/png")))
    assert found.turn is not None
    assert found.turn.picture is not None
    assert found.turn.picture.media_type == "image/jpeg"
    assert (found.turn.picture.width, found.turn.picture.height) == (64, 48)
    assert found.turn.picture.size == len(JPEG)


def test_the_final_picture_is_the_last_that_is_no_thought() -> None:
    """Drafts come before it and are kept; thoughts never win while there is another."""
    shelf = Shelf()
    found = decoded(
        response(
            text("hm", thought=True), image(WEBP, thought=True), image(JPEG), image(PNG), image(WEBP, thought=True)
        ),
        shelf,
    )
    assert found.turn is not None
    assert shelf.held[found.turn.picture.sha256] == PNG  # type: ignore[union-attr]
    assert [shelf.held[draft.sha256] for draft in found.turn.drafts] == [JPEG]
    assert found.turn.thoughts == "hm"


def test_when_all_pictures_are_thoughts_the_last_one_counts() -> None:
    """That was seen in the wild."""
    shelf = Shelf()
    found = decoded(response(image(JPEG, thought=True), image(PNG, thought=True)), shelf)
    assert found.turn is not None
    assert shelf.held[found.turn.picture.sha256] == PNG  # type: ignore[union-attr]


def test_a_tiny_picture_gets_an_object_too() -> None:
    """Pictures short enough to stay in the text are moved out of it, in either spelling of the key."""
    for part in (image(TINY), {"inline_data": {"mime_type": "x", "data": base64.b64encode(TINY).decode()}}):
        shelf = Shelf()
        found = decoded(response(part), shelf)
        assert found.turn is not None
        assert shelf.held[found.turn.picture.sha256] == TINY  # type: ignore[union-attr]
        data = found.turn.parts[0].data
        assert isinstance(data, StoredText)
        assert data.form == "base64"


def test_a_tiny_picture_without_padding_keeps_its_spelling() -> None:
    """The string is kept as text, the decoded bytes as an object of their own."""
    shelf, picture = Shelf(), TINY + b"\n"
    raw = base64.b64encode(picture).decode().rstrip("=")
    assert len(raw) % 4
    found = decoded(response({"inlineData": {"data": raw}}), shelf)
    assert found.turn is not None
    data = found.turn.parts[0].data
    assert isinstance(data, StoredText)
    assert (data.form, data.ending, data.length) == ("base64", "", len(raw))
    assert shelf.held[data.content or ""] == picture


@pytest.mark.parametrize("picture", [PNG, JPEG, make_picture("PNG", (200, 200))])
def test_a_picture_cut_short_is_noticed(picture: bytes) -> None:
    """It is no picture, the answer is no turn, and its bytes are on disk all the same."""
    shelf, cut = Shelf(), picture[:-40]
    found = decoded(response(image(cut), text("here you are")), shelf)
    assert found.turn is not None
    assert found.turn.picture is None
    assert cut in shelf.held.values()
    problem = verdict(found)
    assert problem is not None
    assert "incomplete" in problem.message


EMPTY: dict[str, Any] = {
    "no candidates": {"usageMetadata": {"promptTokenCount": 3}},
    "empty list": {"candidates": [], "usageMetadata": {"promptTokenCount": 3}},
    "content {}": {"candidates": [{"content": {}, "finishReason": "STOP"}]},
    "no content": {"candidates": [{"finishReason": "STOP"}]},
    "parts null": {"candidates": [{"content": {"role": "model", "parts": None}, "finishReason": "STOP"}]},
    "parts []": {"candidates": [{"content": {"parts": []}}]},
    "parts [{}]": {"candidates": [{"content": {"parts": [{}, None, 3, "x", []]}}]},
    "empty text": {"candidates": [{"content": {"parts": [{"text": ""}, {"text": "", "thought": True}]}}]},
    "candidate null": {"candidates": [None, 7, "x"], "promptFeedback": {"blockReason": "SAFETY"}},
    "wrong types": {"candidates": [{"content": "x", "finishReason": 5}], "usageMetadata": 3, "modelVersion": []},
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_answer_without_parts_is_an_answer(name: str) -> None:
    """No turn, no exception here; the verdict explains it."""
    found = decoded(EMPTY[name])
    assert found.turn is None
    problem = verdict(found)
    assert problem is not None
    assert 1 <= len(problem.lines()) <= 3


def test_the_candidate_with_a_picture_is_taken() -> None:
    """Empty and wordy candidates before it do not hide it."""
    body = response(text("words"), finish="SAFETY")
    body["candidates"] = [{"content": {}}, *body["candidates"], *response(image(PNG))["candidates"]]
    found = decoded(body)
    assert found.turn is not None
    assert found.turn.picture is not None
    assert found.finish_reason == "STOP"


def test_what_the_server_says_about_the_answer_is_kept() -> None:
    """Usage, version, status, ratings, grounding and messages, each of them only when it has the right type."""
    body = response(image(PNG), finish="STOP", responseId="r1", modelStatus={"modelStage": "DEPRECATED"})
    body["candidates"][0] |= {
        "finishMessage": "fine",
        "groundingMetadata": {"webSearchQueries": ["x"]},
        "safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "blocked": True}, {"category": "B"}, 5],
    }
    found = decoded(body)
    assert found.usage is not None
    assert found.usage.total == 1127
    assert (found.model_version, found.response_id) == ("gemini-3-pro-image", "r1")
    assert found.model_status == {"modelStage": "DEPRECATED"}
    assert found.grounding == {"webSearchQueries": ["x"]}
    assert (found.finish_message, found.blocked) == ("fine", ("HARM_CATEGORY_HARASSMENT",))


def test_unknown_fields_and_signatures_stay_as_they_are() -> None:
    """Part order, unknown fields, snake case and an empty signed text part survive in the content."""
    parts = [
        text("", thoughtSignature="c2ln"),
        image(PNG, thoughtSignature="dHdv", partMetadata={"a": [1, None]}, later={"x": 1}),
        {"executableCode": {"code": "1"}, "thought_signature": "snake"},
    ]
    found = decoded(response(*parts))
    assert found.turn is not None
    kept = found.turn.content["parts"]
    assert [part for part in kept if "inlineData" not in part] == [parts[0], parts[2]]
    assert kept[1]["partMetadata"] == {"a": [1, None]}
    assert found.turn.signatures == ("c2ln", "dHdv", "snake")


def test_empty_parts_are_left_out_of_a_turn() -> None:
    """They say nothing, and would make the next request fail."""
    found = decoded(response(None, {}, text("hello"), 5))
    assert found.turn is not None
    assert found.turn.content["parts"] == [{"text": "hello"}]


def raw(body: Any) -> bytes:
    return json.dumps(body).encode()


ODD: dict[str, bytes] = {
    "byte order mark": b"\xef\xbb\xbf" + raw(response(image(PNG))),
    "array": raw([response(image(PNG))]),
    "array with rubbish": raw([None, 5, response(image(PNG))]),
    "two chunks": raw([response(text("a"), finish=None), response(image(PNG))]),
    "NaN": raw({**response(image(PNG)), "x": float("nan"), "y": float("-inf")}),
    "duplicate keys": b'{"candidates": 5, ' + raw(response(image(PNG)))[1:],
    "huge number": b'{"big": ' + b"9" * 6000 + b", " + raw(response(image(PNG)))[1:],
    "huge exponent": b'{"big": 1e999999, ' + raw(response(image(PNG)))[1:],
    "lone surrogate": raw(response(text("\ud800 \udfff"), image(PNG))),
    "not utf-8": raw(response(text("caf?"), image(PNG))).replace(b"caf?", b"caf\xe9"),
    "control characters": raw({**response(image(PNG)), "modelVersion": "\x1b[31mred\x00"}),
    "leading blanks": b" \r\n\t" + raw(response(image(PNG))) + b"\n",
    "deep but bearable": raw({**response(image(PNG)), "x": json.loads("[" * 150 + "]" * 150)}),
    "thousand parts": raw(response(*[text("x")] * 1000, image(PNG))),
    "many pictures": raw(response(*[image(WEBP)] * 300, image(PNG))),
    "wrong types": raw(
        response({"text": 5, "inlineData": []}, {"thought": "yes", "inlineData": {"data": 5}}, image(PNG))
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_still_gives_its_picture(name: str) -> None:
    """What a strict parser would drop holds a picture that was paid for."""
    shelf = Shelf()
    found = decoded(ODD[name], shelf)
    assert found.turn is not None
    assert found.turn.picture is not None
    assert shelf.held[found.turn.picture.sha256] == PNG
    assert verdict(found) is None
    assert found.model_version.isprintable()


BROKEN: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n",
    "null": b"null",
    "number": b"5",
    "nothing known": b'{"hello": "world"}',
    "array of nothing": b"[]",
    "too deep": b"[" * 5000 + b"]" * 5000,
    "deep in a string key": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "too many": b"[" + b"[]," * 600_000 + b"[]]",
    "rubbish after it": b'{"candidates": []} trailing',
    "bad escape": b'{"candidates": "\\x"}',
    "utf-16": '{"candidates": [}'.encode("utf-16"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_says_why(name: str) -> None:
    """One exception of ours, in a sentence that holds nothing of the body but Google's own words."""
    with pytest.raises(AnswerUndecodable, match="cannot be read: ") as caught:
        decoded(BROKEN[name])
    assert len(caught.value.lines()) <= 3
    assert caught.value.charged == "maybe"
    assert "AIza" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (
            b"<!doctype html><title>Bar &amp; Inn: log in</title>" + b"x" * 5000,
            AnswerUndecodable,
            "“Bar & Inn: log",
        ),
        (b"upstream request timeout", AnswerUndecodable, "“upstream request timeout”"),
        (b'{"detail": "no such deployment"}', AnswerUndecodable, "“no such deployment”"),
        (b'{"code": 1113, "msg": "balance not enough"}', AnswerUndecodable, "“balance not enough”"),
        (b'{"error": {"code": 500, "message": "Internal AIzaSyA1234567890123456789012345678901"}}', ServerFault, "Int"),
        (b'[{"error": {"code": 429, "message": "Budget exceeded"}}]', QuotaExceeded, "“Budget exceeded”"),
        (b'data: {"error": ["gone", {"message": "away"}]}\n\n', ServerFault, "“gone; away”"),
        (b'data: {"error": {"message": "{\\"error\\": {\\"message\\": \\"deep\\"}}"}}\n\n', ServerFault, "“deep”"),
    ],
)
def test_what_stands_in_place_of_an_answer_is_quoted(body: bytes, kind: type[NbgeminiError], says: str) -> None:
    """A refusal under status 200 is one of its kind; a page or a text is told from an answer."""
    with pytest.raises(kind) as caught:
        decoded(body)
    assert says in caught.value.message
    assert len(caught.value.lines()) <= 3
    assert "AIza" not in str(caught.value)


def test_whole_pictures_are_saved_from_rubbish() -> None:
    """Long or short, before or after the damage: every complete picture in a body that cannot be read is found."""
    body = b'{"candidates": [' + raw(image(JPEG)) + b"} ] oops " + raw(image(TINY)) + raw(image(PNG[:-50]))
    shelf = Shelf()
    with pytest.raises(AnswerUndecodable) as caught:
        decoded(body, shelf)
    assert [shelf.held[picture.sha256] for picture in caught.value.pictures] == [JPEG, TINY]
    orphan = rescued(caught.value.pictures)
    assert orphan.turn is not None
    assert orphan.turn.picture is not None
    assert shelf.held[orphan.turn.picture.sha256] == TINY
    assert rescued(()).turn is None


def test_more_pictures_than_bearable_are_saved_but_not_decoded() -> None:
    """Beyond 256 different pictures the answer is refused, and the first 256 are kept."""
    pictures = [TINY[:-12] + bytes([n % 256, n // 256]) + TINY[-12:] for n in range(300)]
    with pytest.raises(AnswerUndecodable, match="more than 256 pictures") as caught:
        decoded(response(*map(image, pictures)))
    assert len(caught.value.pictures) == 256


def test_each_picture_is_looked_at_once() -> None:
    """That of the turn where it stands; the rest of the body is searched for others alone."""

    class Looked(Shelf):
        def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
            looks[sha256] += start == 0
            return super().read(sha256, start, length)

    looks: Counter[str] = Counter()
    body = response(image(PNG), stray=[image(JPEG)])
    assert len(decoded(body, Looked()).others) == 1
    assert list(looks.values()) == [1, 1]


def test_more_parts_than_bearable_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at the cap, and what the body is made of is looked at once, however many ask."""
    looked: Counter[str] = Counter()

    def counted(part: Any) -> Any:
        looked["part"] += 1

    monkeypatch.setattr(decode, "spelled_out", counted)
    patient._depths.cache_clear()
    with pytest.raises(AnswerUndecodable, match="more than 10,000 parts") as caught:
        decoded(response(*[text("")] * 50_000, image(PNG)))
    assert len(caught.value.pictures) == 1
    assert looked["part"] == 10_001
    assert patient._depths.cache_info().misses == 1


def test_a_lost_object_is_no_picture() -> None:
    """An answer adopted later, from a store that lost an object, decodes without it."""
    shelf = Shelf()
    skeleton = split(response(text("hi"), image(PNG)), shelf)
    shelf.held.clear()
    found = answer(skeleton, shelf)
    assert found.turn is not None
    assert found.turn.picture is None
    assert salvage(skeleton, shelf) == ()


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just(base64.b64encode(TINY).decode()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def mutated(value: Any, junk: Any, dice: random.Random) -> Any:
    """`value` with something in it replaced, dropped or doubled."""
    if dice.random() < 0.12:
        return junk
    if isinstance(value, dict):
        return {key: mutated(item, junk, dice) for key, item in value.items() if dice.random() > 0.05}
    if isinstance(value, list):
        return [mutated(item, junk, dice) for item in value for _ in range(dice.choice([1, 1, 1, 2, 0]))]
    return value


@given(junk=JUNK, seed=st.integers(0, 10**6), cut=st.integers(0, 400), flips=st.integers(0, 3))
def test_no_mutation_gives_a_foreign_exception(junk: Any, seed: int, cut: int, flips: int) -> None:
    """Any answer, however damaged, is an Answer or AnswerUndecodable, and its verdict has at most three lines."""
    dice = random.Random(seed)
    whole = response(text("hm", thought=True), image(TINY, thoughtSignature="c2ln"), text("hi"), image(PNG))
    data = bytearray(raw(mutated(whole, junk, dice)))
    for _ in range(flips):
        data[dice.randrange(len(data))] = dice.randrange(256)
    shelf = Shelf()
    found: Answer | AnswerUndecodable
    try:
        found = decoded(bytes(data[: len(data) - cut] if cut > 200 else data), shelf)
    except AnswerUndecodable as undecodable:
        found = undecodable
    problem = verdict(found) if isinstance(found, Answer) else found
    assert problem is None or len(problem.lines()) <= 3
    assert not shelf.open
