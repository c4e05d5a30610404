"""Requests: camelCase, only what was asked for, pictures left on disk."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from nbgemini.core.content import Turn, user_turn
from nbgemini.core.exchange import ImageRequest
from nbgemini.core.options import ImageOptions
from nbgemini.errors import OptionError
from nbgemini.wire.elide import elided
from nbgemini.wire.encode import body, request_hash
from tests.wire.shelf import Shelf

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50


def asked(prompt: str = "a cat", *, turns: tuple[Turn, ...] = (), **options: Any) -> ImageRequest:
    return ImageRequest(
        model="gemini-3-pro-image", turns=(*turns, user_turn(prompt)), options=ImageOptions.parse(options)
    )


def sent(request: ImageRequest, shelf: Shelf | None = None) -> Any:
    return json.loads((shelf or Shelf()).rebuilt(body(request)))


def test_a_plain_request_sends_nothing_that_was_not_asked_for() -> None:
    """Modalities are explicit; there is no imageConfig, no role-less turn, no null."""
    assert sent(asked()) == {
        "contents": [{"role": "user", "parts": [{"text": "a cat"}]}],
        "generationConfig": {"responseModalities": ["TEXT", "IMAGE"]},
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"aspect": "16:9"}, {"imageConfig": {"aspectRatio": "16:9"}}),
        ({"size": "512"}, {"imageConfig": {"imageSize": "512"}}),
        ({"aspect": "1:8", "size": "4K"}, {"imageConfig": {"aspectRatio": "1:8", "imageSize": "4K"}}),
        ({"only": "image"}, {"responseModalities": ["IMAGE"]}),
        ({"only": "both"}, {"responseModalities": ["TEXT", "IMAGE"]}),
        ({"thinking": "high"}, {"thinkingConfig": {"thinkingLevel": "HIGH"}}),
        ({"seed": -5, "temperature": 0.0, "top_p": 0.5}, {"seed": -5, "temperature": 0.0, "topP": 0.5}),
        ({"top_k": 3, "max_tokens": 1000}, {"topK": 3, "maxOutputTokens": 1000}),
    ],
)
def test_options_go_into_the_generation_config(options: dict[str, Any], expected: dict[str, Any]) -> None:
    """Each option has its one field, spelled as the API spells it."""
    config = {"responseModalities": ["TEXT", "IMAGE"], **expected}
    assert sent(asked(**options))["generationConfig"] == config


def test_the_system_instruction_is_a_content_of_its_own() -> None:
    """It has parts and no role."""
    assert sent(asked(system="be brief"))["systemInstruction"] == {"parts": [{"text": "be brief"}]}


def test_overrides_are_written_last_and_make_their_own_way() -> None:
    """`--set` reaches any field, replaces what options say, and makes the objects on its path."""
    request = asked(
        size="1K",
        set={"generationConfig.imageConfig.imageSize": "2K", "toolConfig.a.b": [1, None], "serviceTier": "flex"},
    )
    value = sent(request)
    assert value["generationConfig"]["imageConfig"] == {"imageSize": "2K"}
    assert value["toolConfig"] == {"a": {"b": [1, None]}}
    assert list(value)[-1] == "serviceTier"


def test_an_override_through_something_else_is_refused() -> None:
    """The conversation is not to be written over, and a path that runs through a number names the place."""
    with pytest.raises(OptionError, match="`contents`: they are the conversation itself"):
        body(asked(set={"contents.parts": 1}))
    with pytest.raises(OptionError, match=r"`generationConfig\.seed` is not an object"):
        body(asked(seed=7, set={"generationConfig.seed.x": 1}))


def test_an_override_does_not_reach_into_a_stored_turn() -> None:
    """Writing a path copies what it passes through: the options themselves stay as they were."""
    given = {"a": {"b": 1}}
    request = asked(set={"labels": given, "labels.a.c": 2})
    assert sent(request)["labels"] == {"a": {"b": 1, "c": 2}}
    assert given == {"a": {"b": 1}}


@pytest.mark.parametrize("value", [float("nan"), object(), b"bytes", {1, 2}])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    """Nothing is sent, and the exception is ours."""
    with pytest.raises(OptionError, match="cannot be written as JSON"):
        body(asked(set={"labels.x": value}))


def test_pictures_are_left_on_disk_and_come_out_as_base64() -> None:
    """The skeleton is small, its size is that of the whole, and the base64 is standard and padded."""
    shelf = Shelf()
    turn = user_turn("edit this", (("cat", shelf.picture(PICTURE)),))
    skeleton = body(ImageRequest(model="m", turns=(turn,)))
    data = shelf.rebuilt(skeleton)
    assert len(skeleton.text) < 300
    assert len(data) == skeleton.size
    parts = json.loads(data)["contents"][0]["parts"]
    assert [list(part) for part in parts] == [["text"], ["inlineData"], ["text"]]
    assert parts[1]["inlineData"] == {"mimeType": "image/png", "data": base64.b64encode(PICTURE).decode()}


def test_any_prompt_is_only_a_string() -> None:
    """JSON, braces, right-to-left text and lone surrogates arrive as they were typed."""
    for prompt in ('{"a": "}\\"', "{cat} \u202e שלום \ud800 🦊", "\x00\x1b[31m", '"data":"' + "A" * 5000):
        assert sent(asked(prompt))["contents"][0]["parts"] == [{"text": prompt}]


def test_the_hash_names_what_is_asked_and_nothing_else() -> None:
    """Same request, same hash; every option, the model, the backend and the pictures count."""
    shelf, other = Shelf(), Shelf()
    with_cat = asked(turns=(user_turn("x", (("cat", shelf.picture(PICTURE)),)),))
    with_dog = asked(turns=(user_turn("x", (("cat", other.picture(PICTURE + b"!")),)),))
    hashes = [
        request_hash(asked(), "gemini"),
        request_hash(asked(), "emulator"),
        request_hash(asked(size="2K"), "gemini"),
        request_hash(asked(set={"labels.a": "b"}), "gemini"),
        request_hash(ImageRequest(model="other", turns=asked().turns), "gemini"),
        request_hash(with_cat, "gemini"),
        request_hash(with_dog, "gemini"),
    ]
    assert len(set(hashes)) == len(hashes)
    assert request_hash(asked(), "gemini") == hashes[0]
    assert all(len(name) == 64 for name in hashes)


def test_people_see_pictures_by_type_size_and_hash() -> None:
    """The elided request is valid JSON in which nothing is long."""
    shelf = Shelf()
    turn = user_turn("edit", (("cat", shelf.picture(PICTURE)),))
    model = Turn("model", {"role": "model", "parts": [{"text": "hi", "thoughtSignature": "Q" * 900}]})
    shown = elided(body(ImageRequest(model="m", turns=(model, turn))))
    parts = [part for content in json.loads(shown)["contents"] for part in content["parts"]]
    name = shelf.picture(PICTURE).sha256[:8]
    assert parts[2]["inlineData"]["data"] == f"<image/png, 12.8 kB, sha256 {name}…>"
    assert parts[0]["thoughtSignature"] == "<thought signature, 675 bytes>"
    assert shown.startswith("{\n  ")
    assert elided(body(asked("short \ud800"))).isprintable() is False  # it has lines, and can be encoded:
    assert "short ?" in elided(body(asked("short \ud800")))


@pytest.mark.parametrize(
    ("search", "tool"),
    [
        ("web", {"googleSearch": {}}),
        (True, {"googleSearch": {}}),
        ("image", {"googleSearch": {"searchTypes": {"imageSearch": {}}}}),
        ("both", {"googleSearch": {"searchTypes": {"webSearch": {}, "imageSearch": {}}}}),
    ],
)
def test_a_search_is_a_tool(search: Any, tool: Any) -> None:
    """The three spellings of the API; the kinds are objects, not flags."""
    assert sent(asked(search=search))["tools"] == [tool]


def test_safety_thresholds() -> None:
    """Every category and every threshold by its name on the wire, in the order given."""
    given = {"harassment": "none", "hate": "off", "sexual": "low", "dangerous": "only-high"}
    assert sent(asked(safety=given))["safetySettings"] == [
        {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"},
        {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "OFF"},
        {"category": "HARM_CATEGORY_SEXUALLY_EXPLICIT", "threshold": "BLOCK_LOW_AND_ABOVE"},
        {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "threshold": "BLOCK_ONLY_HIGH"},
    ]
    medium = sent(asked(safety="hate=medium"))["safetySettings"]
    assert medium == [{"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "BLOCK_MEDIUM_AND_ABOVE"}]


def test_words_of_another_version_are_left_out() -> None:
    """A record may hold thresholds that this version does not know: nothing made up is sent."""
    options = ImageOptions(safety=(("mood", "none"), ("hate", "none")), search="maps")  # type: ignore[arg-type]
    request = ImageRequest(model="gemini-3-pro-image", turns=(user_turn("a cat"),), options=options)
    assert [one["category"] for one in sent(request)["safetySettings"]] == ["HARM_CATEGORY_HATE_SPEECH"]
    assert sent(request)["tools"] == [{"googleSearch": {}}]
