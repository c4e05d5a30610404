"""Streams: events as they should be and as gateways make them become the one turn that a plain call brings."""

from __future__ import annotations

import base64
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.content import user_turn
from nbgemini.core.exchange import Answer, ImageRequest
from nbgemini.core.live import LivePart
from nbgemini.core.skeleton import Skeleton
from nbgemini.errors import AnswerUndecodable, QuotaExceeded, ServerFault
from nbgemini.wire.decode import answer
from nbgemini.wire.encode import body
from nbgemini.wire.events import is_stream, is_whole
from nbgemini.wire.follower import Follower
from nbgemini.wire.inline import salvage
from nbgemini.wire.merge import merged
from nbgemini.wire.splitter import Splitter
from tests.support.pictures import make_picture
from tests.wire.answers import decoded, image, response, split, text
from tests.wire.shelf import Shelf

PNG = make_picture("PNG", (60, 40))
SKETCH = make_picture("PNG", (30, 20))


def chunk(*parts: Any, finish: str | None = None, usage: int = 0, **top: Any) -> dict[str, Any]:
    """One response of a stream."""
    made = response(*parts, finish=finish, **top)
    if not parts:
        made["candidates"][0]["content"] = {"role": "model"}
    made["usageMetadata"] = {"promptTokenCount": 7, "totalTokenCount": 7 + usage}
    return made


CHUNKS = [
    chunk(text("**Planning**\n\nA fox…", thought=True), usage=10),
    chunk(text(" in snow.\n\n", thought=True), usage=20),
    chunk(image(SKETCH, thought=True), usage=20),
    chunk(text("Here ", thoughtSignature="c2ln"), usage=30),
    chunk(text("is a "), usage=31),
    chunk(text("fox."), usage=32),
    chunk(image(PNG, thoughtSignature="cGlj" * 900), usage=1152),
    chunk(text("", thoughtSignature="dGFpbA=="), usage=1152),
    chunk(finish="STOP", usage=1160, responseId="r-9"),
]
PARTS = [
    text("**Planning**\n\nA fox… in snow.\n\n", thought=True),
    image(SKETCH, thought=True),
    text("Here ", thoughtSignature="c2ln"),
    text("is a fox."),
    image(PNG, thoughtSignature="cGlj" * 900),
    text("", thoughtSignature="dGFpbA=="),
]


def sse(*responses: Any, end: bytes = b"\r\n") -> bytes:
    """Server-sent events as Google writes them."""
    return b"".join(b"data: " + json.dumps(one).encode() + end + end for one in responses)


def sent_back(found: Answer, shelf: Shelf) -> Any:
    """The parts of the answer's turn as they would be written into a request, thoughts included."""
    assert found.turn is not None
    return json.loads(shelf.rebuilt(Skeleton.of(found.turn.content)))["parts"]


def test_chunks_become_one_turn() -> None:
    """Plain text is joined, signed and unknown parts are left alone, and the last words on everything else count."""
    shelf = Shelf()
    found = decoded(sse(*CHUNKS), shelf)
    assert sent_back(found, shelf) == PARTS
    assert found.turn is not None
    assert found.finish_reason == "STOP"
    assert found.usage is not None
    assert found.usage.total == 1167
    assert found.response_id == "r-9"
    assert found.turn.text == "Here is a fox."
    assert found.turn.thoughts == "**Planning**\n\nA fox… in snow.\n\n"
    assert found.turn.drafts == ()
    assert found.turn.picture is not None
    assert shelf.held[found.turn.picture.sha256] == PNG


def test_the_next_request_carries_the_turn_without_its_thoughts() -> None:
    """String for string."""
    shelf = Shelf()
    turn = decoded(sse(*CHUNKS), shelf).turn
    assert turn is not None
    request = ImageRequest(model="m", turns=(user_turn("a"), turn, user_turn("b")))
    back = json.loads(shelf.rebuilt(body(request)))["contents"][1]
    assert back == {"role": "model", "parts": [part for part in PARTS if not part.get("thought")]}


# The same stream as gateways make it.
FORMS: dict[str, bytes] = {
    "line feeds": sse(*CHUNKS, end=b"\n"),
    "carriage returns": sse(*CHUNKS, end=b"\r"),
    "no blank line at the end": sse(*CHUNKS).rstrip(),
    "no blank lines": sse(*CHUNKS).replace(b"\r\n\r\n", b"\n"),
    "byte order mark": b"\xef\xbb\xbf" + sse(*CHUNKS),
    "comments": b": ping\n\n" + sse(*CHUNKS).replace(b"\r\n\r\n", b"\r\n\r\n: keep-alive\r\n\r\n"),
    "comments alone before the first event": b": ping\n" * 50 + sse(*CHUNKS),
    "other fields": sse(*CHUNKS).replace(b"data: ", b"event: message\r\nid: 7\r\nretry: 3000\r\ndata: "),
    "no space after the colon": sse(*CHUNKS).replace(b"data: ", b"data:"),
    "done": sse(*CHUNKS) + b"data: [DONE]\n\n",
    "empty events": sse(*CHUNKS).replace(b"\r\n\r\n", b"\r\n\r\ndata:\r\n\r\ndata: ping\r\n\r\n"),
    "the last one twice": sse(*CHUNKS, CHUNKS[-1]),
    "many lines an event": b"".join(
        b"".join(b"data: " + line + b"\r\n" for line in json.dumps(one, indent=2).encode().splitlines()) + b"\r\n"
        for one in CHUNKS
    ),
    "an array": json.dumps(CHUNKS, indent=2).encode(),
    "one JSON text a line": b"".join(b"data: " + json.dumps(one).encode() + b"\n" for one in CHUNKS),
    "torn after the end": sse(*CHUNKS) + b'data: {"candidates": [',
    "an error after the end": sse(*CHUNKS, {"error": {"code": 500, "message": "late"}}),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_stream_says_the_same(form: str) -> None:
    """And what was kept of it rebuilds it byte for byte."""
    shelf = Shelf()
    skeleton = split(FORMS[form], shelf, 331)
    assert shelf.rebuilt(skeleton) == FORMS[form]
    assert sent_back(answer(skeleton, shelf), shelf) == PARTS


@pytest.mark.parametrize("step", [1, 2, 3, 7, 160, 5000])
def test_bytes_may_come_in_any_pieces(step: int) -> None:
    """Down to single ones."""
    shelf = Shelf()
    assert sent_back(answer(split(sse(*CHUNKS), shelf, step), shelf), shelf) == PARTS


def test_lines_end_at_line_feeds_alone() -> None:
    """U+2028, U+2029, U+0085 and form feeds in a text are text."""
    words = "a\u2028b\u2029c\x85d\x0be\x0cf"
    raw = json.dumps(chunk(text(words)), ensure_ascii=False).encode()
    found = decoded(b"data: " + raw + b"\n\n" + sse(chunk(image(PNG), finish="STOP")))
    assert found.turn is not None
    assert found.turn.parts[0].text == words


TURN_PARTS = st.lists(
    st.sampled_from(
        [
            text("ä \u2028 word ", thought=True),
            text("ä \u2028 word "),
            text("signed", thoughtSignature="c2ln"),
            text("", thoughtSignature="Zm9v" * 900),
            text("x", later={"a": [1, None]}),
            image(PNG, thoughtSignature="cGlj"),
            image(SKETCH, thought=True),
            {"laterPart": {"y": 2.5}},
        ]
    ),
    min_size=1,
    max_size=8,
)


def plain(part: dict[str, Any]) -> bool:
    return part.keys() <= {"text", "thought"}


@given(parts=TURN_PARTS, seed=st.integers(0, 2**32), end=st.sampled_from([b"\n", b"\r\n"]))
def test_a_turn_survives_any_cutting(parts: list[dict[str, Any]], seed: int, end: bytes) -> None:
    """Cut into chunks, its plain texts into pieces, the bytes into fragments: the merged parts are the turn's own."""
    dice = Random(seed)
    wanted: list[dict[str, Any]] = []
    for part in parts:
        if wanted and plain(part) and plain(wanted[-1]) and ("thought" in part) == ("thought" in wanted[-1]):
            wanted[-1] = {**part, "text": wanted[-1]["text"] + part["text"]}
        else:
            wanted.append(part)
    pieces: list[dict[str, Any]] = []
    for part in wanted:
        if plain(part) and len(part["text"]) > 1:
            cut = dice.randint(1, len(part["text"]) - 1)
            pieces += [{**part, "text": part["text"][:cut]}, {**part, "text": part["text"][cut:]}]
        else:
            pieces.append(part)
    chunks: list[list[dict[str, Any]]] = [[]]
    for part in pieces:
        if dice.random() < 0.6:
            chunks.append([])
        chunks[-1].append(part)
    responses = [chunk(*some) for some in chunks if some]
    responses.append(chunk(image(PNG, thoughtSignature="ZW5k"), finish="STOP"))
    shelf = Shelf()
    back = sent_back(decoded(split_bytes(sse(*responses, end=end), dice, shelf), shelf), shelf)
    assert back == [*wanted, image(PNG, thoughtSignature="ZW5k")]
    assert json.dumps(back) == json.dumps([*wanted, image(PNG, thoughtSignature="ZW5k")])


def split_bytes(data: bytes, dice: Random, shelf: Shelf) -> bytes:
    """The same bytes, after a splitter that was fed fragments of any size has rebuilt them."""
    splitter = Splitter(shelf)
    at = 0
    while at < len(data):
        size = dice.choice([1, 2, 5, 40, 1000])
        splitter.feed(data[at : at + size])
        at += size
    return shelf.rebuilt(splitter.finish())


def test_a_cut_anywhere_is_whole_only_after_the_end_was_said() -> None:
    """And the pictures that had come are found, interim ones only where there is no other."""
    shelf, data = Shelf(), sse(*CHUNKS)
    picture_at = data.index(base64.b64encode(PNG)) + len(base64.b64encode(PNG))
    sketch_at = data.index(base64.b64encode(SKETCH)) + len(base64.b64encode(SKETCH))
    said_at = len(data) - 4
    for end in [*range(0, len(data), 211), *range(len(data) - 80, len(data) + 1), sketch_at, picture_at]:
        skeleton = split(data[:end], shelf)
        assert is_whole(skeleton, ended=False) == (end >= said_at), end
        sizes = [(picture.width, picture.height) for picture in salvage(skeleton, shelf)]
        assert sizes == ([(60, 40)] if end >= picture_at else [(30, 20)] if end >= sketch_at else []), end


def test_a_stream_without_a_reason_is_whole_when_its_body_ended() -> None:
    """A picture then makes it a turn; torn in the middle of an event it is none."""
    shelf = Shelf()
    whole = split(sse(chunk(image(PNG))), shelf)
    assert is_whole(whole, ended=True)
    assert not is_whole(whole, ended=False)
    assert not is_whole(split(sse(chunk(image(PNG)), chunk(text("more")))[:-30], shelf), ended=True)


def test_an_error_in_the_middle_is_typed_and_may_have_been_charged() -> None:
    """With the pictures that had come, and never the interim ones beside them."""
    error = {"error": {"code": 503, "message": "overloaded <b>", "status": "UNAVAILABLE"}}
    for late in (sse(error), json.dumps(error, indent=2).encode(), json.dumps([error]).encode()):
        shelf = Shelf()
        with pytest.raises(ServerFault) as caught:
            decoded(sse(*CHUNKS[:7]) + late, shelf)
        assert caught.value.charged == "maybe"
        assert caught.value.status == 503
        assert caught.value.message.startswith("The answer broke off with an error")
        assert [shelf.held[picture.sha256] for picture in caught.value.pictures] == [PNG]


def test_an_error_instead_of_a_stream_is_typed_too() -> None:
    """Nothing was drawn, so a refusal costs nothing."""
    error = {"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED"}}
    with pytest.raises(QuotaExceeded) as caught:
        decoded(sse(error))
    assert caught.value.charged == "no"
    odds: list[Any] = [{"error": {}}, {"error": {"code": "x"}}, {"error": {"code": 200, "message": ["\ud800"]}}]
    odds += [{"error": "overloaded"}, {"error": ["x"]}, {"error": True}]
    for odd in odds:
        with pytest.raises(ServerFault) as fault:
            decoded(sse(odd))
        assert fault.value.charged == "maybe"


BROKEN: dict[str, bytes] = {
    "comments alone": b": ping\n\n: ping\n\n",
    "no event": b"event: x\nid: 3\n\n",
    "a torn event between others": sse(CHUNKS[0]) + b'data: {"candidates": [\n\n' + sse(*CHUNKS[1:8]),
    "garbage": b"data: {nonsense}\n\n" + sse(*CHUNKS[:3]),
    "too many events": b"data: 5\n\n" * 20 + b"data: {}\n\n" * 20_001,
    "too many lines": b"data:\n" * 400_001,
    "too deep": b"data: " + b"[" * 5000 + b"\n\n",
    "other values": b'data: 5\n\ndata: "x"\n\ndata: [1, null]\n\n',
}


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=[pytest.mark.deep] if what == "too many events" else []) for what in BROKEN]
)
def test_what_cannot_be_read_is_said(what: str) -> None:
    """As AnswerUndecodable, never a foreign exception, with the pictures that are whole."""
    shelf = Shelf()
    skeleton = split(BROKEN[what], shelf, 65536)
    assert is_stream(skeleton.text)
    with pytest.raises(AnswerUndecodable) as caught:
        answer(skeleton, shelf)
    drawn = {"a torn event between others": PNG, "garbage": SKETCH}
    assert [shelf.held[picture.sha256] for picture in caught.value.pictures] == ([drawn[what]] if what in drawn else [])


def test_candidates_are_kept_apart() -> None:
    """By their index, also where chunks of two come in turns; the first with a picture is the turn."""
    first = {"index": 0, "content": {"role": "model", "parts": [text("a")]}}
    second = {"index": 1, "content": {"role": "model", "parts": [text("b")]}}
    drawn = {"index": 1, "content": {"role": "model", "parts": [image(PNG)]}, "finishReason": "STOP"}
    found = decoded(sse(*({"candidates": [one]} for one in (first, second, first, drawn))))
    assert found.turn is not None
    assert found.turn.text == "b"
    assert found.turn.picture is not None


def test_later_words_count_and_silence_takes_nothing_back() -> None:
    """Metadata that came once stays; a reason that says nothing does not replace one that does."""
    grounded = chunk(text("a"), usage=3)
    grounded["candidates"][0]["groundingMetadata"] = {"webSearchQueries": ["fox"], "groundingChunks": [{"web": {}}]}
    more = chunk(text("b"), finish="STOP", usage=4)
    more["candidates"][0]["groundingMetadata"] = {"searchEntryPoint": {"renderedContent": "x"}, "groundingChunks": []}
    last = {"candidates": [{"finishReason": "FINISH_REASON_UNSPECIFIED"}], "usageMetadata": {}, "modelVersion": ""}
    whole = merged([grounded, more, last])
    (candidate,) = whole["candidates"]
    assert candidate["finishReason"] == "STOP"
    assert candidate["groundingMetadata"].keys() == {"webSearchQueries", "groundingChunks", "searchEntryPoint"}
    assert candidate["groundingMetadata"]["groundingChunks"] == [{"web": {}}]
    assert whole["usageMetadata"] == more["usageMetadata"]
    assert whole["modelVersion"] == "gemini-3-pro-image"


@pytest.mark.parametrize("form", ["line feeds", "comments", "many lines an event", "other fields", "byte order mark"])
@pytest.mark.parametrize("step", [1, 97, 100_000])
def test_parts_are_told_while_they_come(form: str, step: int) -> None:
    """Each as soon as the line break behind it is there, in order, whatever pieces the bytes come in."""
    shelf, told = Shelf(), list[LivePart]()
    splitter = Splitter(shelf)
    follower = Follower(splitter, shelf, told.append)
    data = FORMS[form]
    for at in range(0, len(data), step):
        splitter.feed(data[at : at + step])
        follower.look(data[at : at + step])
    kinds = [(part.picture.width if part.picture else part.text, part.thought) for part in told]
    assert kinds[:3] == [("**Planning**\n\nA fox…", True), (" in snow.\n\n", True), (30, True)]
    assert kinds[3:] == [("Here ", False), ("is a ", False), ("fox.", False), (60, False)]


def test_a_part_is_told_before_the_next_one_comes() -> None:
    """Nothing waits in the splitter for bytes that are seconds away."""
    shelf, told = Shelf(), list[LivePart]()
    splitter = Splitter(shelf)
    follower = Follower(splitter, shelf, told.append)
    for number, one in enumerate(CHUNKS[:7], 1):
        data = sse(one)
        splitter.feed(data)
        follower.look(data)
        assert len(told) == number


def test_interim_pictures_of_another_candidate_are_kept_where_there_is_nothing_else() -> None:
    """Each candidate of a stream brought thoughts alone: what does not stand in the turn was paid for all the same."""
    drawn = [
        {"index": at, "content": {"role": "model", "parts": [image(picture, thought=True)]}, "finishReason": "STOP"}
        for at, picture in enumerate((PNG, SKETCH))
    ]
    shelf = Shelf()
    found = decoded(sse(*({"candidates": [one]} for one in drawn)), shelf)
    assert found.turn is not None
    assert [shelf.held[one] for one in found.turn.pictures] == [PNG]
    assert [shelf.held[picture.sha256] for picture in found.others] == [SKETCH]
