"""The strict server, tested itself: it passes what is right and catches what is wrong."""

from __future__ import annotations

import base64
import copy
import http.client
import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

from tests.conftest import PictureMaker
from tests.support.replies import STYLES, Cut, Draw, Drop, Slow, blocked, jpeg, quota
from tests.support.strict_server import KEY, StrictServer, strict_server

PATH = "/v1beta/models/gemini-3-pro-image:generateContent"
CONFIG = {"responseModalities": ["TEXT", "IMAGE"]}


@pytest.fixture
def server() -> Iterator[StrictServer]:
    with strict_server() as running:
        yield running


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "parts": [{"text": text}]}


def post(server: StrictServer, value: Any, *, path: str = PATH, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    connection.request("POST", path, body, {"x-goog-api-key": KEY, "Content-Type": "application/json", **headers})
    with connection.getresponse() as response:
        return response.status, json.loads(response.read())


def test_a_conversation_through_every_style(server: StrictServer) -> None:
    """Turns that come back as they were given out are taken, whole or without their thoughts."""
    turns: list[Any] = []
    for style in (*STYLES, "plain"):
        turns.append(user(f"draw {style}"))
        server.will(Draw(style))
        status, answer = post(server, {"contents": turns, "generationConfig": CONFIG})
        assert status == 200, server.violations
        content = answer["candidates"][0]["content"]
        turns.append({**content, "parts": [part for part in content["parts"] if not part.get("thought")]})
    assert server.violations == []
    assert [request.prompt for request in server.posts] == [f"draw {style}" for style in (*STYLES, "plain")]


def spoil_signature(turn: dict[str, Any]) -> None:
    turn["parts"][0]["thoughtSignature"] = turn["parts"][0]["thoughtSignature"][:-4] + "AAA="


def drop_signature(turn: dict[str, Any]) -> None:
    del turn["parts"][0]["thoughtSignature"]


def swap_parts(turn: dict[str, Any]) -> None:
    turn["parts"].reverse()


def reorder_fields(turn: dict[str, Any]) -> None:
    turn["parts"][0] = dict(reversed(turn["parts"][0].items()))


def drop_unknown(turn: dict[str, Any]) -> None:
    del turn["x-content"]


@pytest.mark.parametrize("spoil", [spoil_signature, drop_signature, swap_parts, reorder_fields, drop_unknown])
def test_an_altered_model_turn_is_caught(server: StrictServer, spoil: Callable[[dict[str, Any]], None]) -> None:
    """Not a character of a model turn may change."""
    server.will(Draw("unknown"))
    _, answer = post(server, {"contents": [user("a")], "generationConfig": CONFIG})
    turn = copy.deepcopy(answer["candidates"][0]["content"])
    spoil(turn)
    status, refusal = post(server, {"contents": [user("a"), turn, user("b")], "generationConfig": CONFIG})
    assert status == 400
    assert "not what was given out" in refusal["error"]["message"]
    assert len(server.violations) == 1


def test_a_model_turn_behind_another_question_is_caught(server: StrictServer) -> None:
    """A history that is put together wrongly is noticed even when each turn is right."""
    _, answer = post(server, {"contents": [user("a")], "generationConfig": CONFIG})
    contents = [user("other"), answer["candidates"][0]["content"], user("b")]
    assert post(server, {"contents": contents, "generationConfig": CONFIG})[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b'{"contents": [], "contents": []}',
        b'{"contents": NaN}',
        {"contents": [user("a")]},
        {"contents": [], "generationConfig": CONFIG},
        {"contents": [user("a"), user("b")], "generationConfig": CONFIG},
        {"contents": [{"parts": [{"text": "a"}]}], "generationConfig": CONFIG},
        {"contents": [user("a")], "generationConfig": {"response_modalities": ["IMAGE"]}},
        {"contents": [user("a")], "generationConfig": CONFIG | {"imageConfig": {}}},
        {"contents": [user("a")], "generationConfig": CONFIG | {"imageConfig": {"imageSize": "2k"}}},
        {"contents": [user("a")], "generationConfig": CONFIG | {"imageConfig": {"style": "oil"}}},
        {"contents": [user("a")], "generationConfig": CONFIG, "style": "oil"},
        {"contents": [user(f"my key is {KEY}")], "generationConfig": CONFIG},
        {"contents": [{"role": "user", "parts": [{"text": "a", "thought": True}]}], "generationConfig": CONFIG},
        {
            "contents": [{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "/9j/"}}]}],
            "generationConfig": CONFIG,
        },
        {
            "contents": [{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "%"}}]}],
            "generationConfig": CONFIG,
        },
    ],
)
def test_a_wrong_body_is_caught(server: StrictServer, body: Any) -> None:
    """Broken JSON, unknown fields, wrong roles, wrong values and misdeclared pictures."""
    assert post(server, body)[0] == 400
    assert len(server.violations) == 1


def test_the_key_has_one_place(server: StrictServer) -> None:
    """In its header, once: not in the address, not in another header, not missing."""
    body = {"contents": [user("a")], "generationConfig": CONFIG}
    assert post(server, body, path=f"{PATH}?key={KEY}")[0] == 400
    assert post(server, body, **{"x-goog-api-client": KEY})[0] == 400
    assert post(server, body, **{"x-goog-api-key": "another"})[0] == 400
    assert len(server.violations) == 3


def test_references_are_taken(server: StrictServer, picture: PictureMaker) -> None:
    """A picture declared as what it is passes, and is recorded."""
    data = picture("PNG")
    part = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()}}
    contents = [{"role": "user", "parts": [part, {"text": "like this"}]}]
    assert post(server, {"contents": contents, "generationConfig": CONFIG})[0] == 200
    assert server.posts[0].images == [data]


def test_scripted_trouble(server: StrictServer) -> None:
    """Faults, refusals, lost connections and slow answers come in the order of the script."""
    body = {"contents": [user("a")], "generationConfig": CONFIG}
    server.will(quota("7s"), blocked(), Drop(), Cut(), Slow(0.2))
    assert post(server, body)[0] == 429
    assert post(server, body)[1]["candidates"][0]["finishReason"] == "IMAGE_SAFETY"
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        post(server, body)
    with pytest.raises(http.client.IncompleteRead):
        post(server, body)
    began = time.monotonic()
    assert post(server, body)[0] == 200
    assert time.monotonic() - began >= 0.2
    assert server.violations == []


def test_its_pictures_are_real(server: StrictServer) -> None:
    """Pillow reads them, and each is another."""
    one, two = jpeg("one"), jpeg("two")
    with Image.open(io.BytesIO(one), formats=["JPEG"]) as opened:
        opened.load()
        assert opened.size == (64, 48)
        assert len(set(opened.tobytes())) > 10
    assert one != two


PLACE = "/v1beta1/projects/my-project/locations/global"
MODEL = "/publishers/google/models/gemini-3-pro-image:generateContent"
ASKED = {"contents": [user("a boat")], "generationConfig": CONFIG}


def posted(server: StrictServer, path: str, value: Any, headers: dict[str, str]) -> int:
    """The status, with these headers alone."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("POST", path, json.dumps(value), {"Content-Type": "application/json", **headers})
    with connection.getresponse() as response:
        return response.status


@pytest.mark.parametrize(
    ("path", "headers", "more", "status"),
    [
        (PLACE + MODEL, {"authorization": "Bearer ya29.a"}, {}, 200),
        ("/v1" + MODEL, {"x-goog-api-key": KEY}, {}, 200),
        (PLACE + MODEL, {"x-goog-api-key": KEY}, {}, 400),
        (PLACE + MODEL, {"authorization": "Bearer ya29.a", "x-goog-api-key": KEY}, {}, 400),
        (PLACE + MODEL, {"authorization": "Bearer ya29.a"}, {"serviceTier": "flex"}, 400),
        (PLACE + MODEL, {"authorization": "Bearer ya29.a"}, {"store": False}, 400),
        ("/v1beta/projects/p/locations/l" + MODEL, {"authorization": "Bearer ya29.a"}, {}, 400),
    ],
)
def test_vertex_ai_has_its_own_rules(
    server: StrictServer, path: str, headers: dict[str, str], more: dict[str, Any], status: int
) -> None:
    """A token for a project, a key without one, and no fields of the Gemini API."""
    assert posted(server, path, ASKED | more, headers) == status
    assert len(server.violations) == (status == 400)


def test_an_upload_is_looked_at(server: StrictServer) -> None:
    """Its start, each piece, and whoever names a file that is not there."""
    data = jpeg("boat")
    known = {"x-goog-api-key": KEY}
    start = {
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-command": "start",
        "x-goog-upload-header-content-length": str(len(data)),
        "x-goog-upload-header-content-type": "image/jpeg",
    }
    about = {"file": {"name": "files/boat"}}
    assert posted(server, "/upload/v1beta/files", about, {**known, **start, "x-goog-upload-protocol": "raw"}) == 400
    assert posted(server, "/upload/v1beta/files", {"file": {"title": "a"}}, {**known, **start}) == 400
    assert posted(server, "/upload/v1beta/files", about, {**known, **start}) == 200
    file = {"fileData": {"mimeType": "image/jpeg", "fileUri": f"{server.url}/v1beta/files/boat"}}
    naming = {"contents": [{"role": "user", "parts": [file, {"text": "a hat"}]}], "generationConfig": CONFIG}
    assert post(server, naming)[0] == 400
    target = "/upload/v1beta/files?upload_id=1&upload_protocol=resumable"
    piece = {"x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "1"}
    assert post(server, data, path=target, **piece)[0] == 400
    status, shown = post(server, data, path=target, **(piece | {"x-goog-upload-offset": "0"}))
    assert (status, shown["file"]["uri"]) == (200, file["fileData"]["fileUri"])
    assert post(server, naming)[0] == 200
    assert len(server.violations) == 4
