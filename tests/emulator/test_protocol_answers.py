"""What an answer holds: sizes, types, modalities, thoughts, usage, models, keys."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import nbgemini.emulator
from nbgemini.emulator import Request, Service
from tests.support.sampling import sampled_rows

from .protocol_kit import (
    FLASH,
    LITE,
    NEWEST,
    OLD,
    PRO,
    SMALL,
    SPOKEN,
    Caller,
    asked,
    candidate,
    content,
    inline,
    picture,
    pictures,
    size_of,
    user,
)

ROOT = Path(nbgemini.emulator.__file__).parents[2]
CATALOGUE = json.loads((Path(nbgemini.emulator.__file__).parent.parent / "core" / "models.json").read_text())
CALL = Caller()


def image(ratio: str | None = None, size: str | None = None) -> dict[str, Any]:
    given = {"aspectRatio": ratio, "imageSize": size}
    return {"imageConfig": {name: value for name, value in given.items() if value}}


def test_an_answer_has_the_shape_of_the_wire() -> None:
    """Text and picture, both signed, and what goes with them."""
    answer = CALL.draw(SPOKEN)
    turn = candidate(answer)
    assert {"candidates", "usageMetadata", "modelVersion", "responseId"} == set(answer)
    assert (turn["finishReason"], turn["index"], turn["content"]["role"]) == ("STOP", 0, "model")
    text, drawn = turn["content"]["parts"]
    assert (set(text), set(drawn)) == ({"text", "thoughtSignature"}, {"inlineData", "thoughtSignature"})
    assert answer["modelVersion"] == FLASH
    assert re.fullmatch(r"[\w-]{23}", answer["responseId"])


@pytest.mark.deep
def test_most_pictures_come_without_a_word() -> None:
    """Some prompts have some, always the same ones; 2.5 speaks more often."""
    prompts = [f"{number} red boats" for number in range(2, 26)]

    def spoken(model: str) -> int:
        turns = [content(CALL.draw(prompt, model=model)) for prompt in prompts]
        return sum("text" in turn["parts"][0] for turn in turns)

    assert 1 <= spoken(FLASH) <= 9 < spoken(OLD) <= 18


@pytest.mark.parametrize(
    ("model", "config", "expected"),
    sampled_rows(
        [
            (FLASH, image("21:9", "512"), ("JPEG", (784, 336))),
            (LITE, {}, ("JPEG", (1408, 768))),
            (FLASH, image(None, "512"), ("JPEG", (704, 384))),
            (OLD, {}, ("PNG", (1024, 1024))),
            (PRO, image("16:9"), ("JPEG", (1376, 768))),
            (PRO, {}, ("JPEG", (1408, 768))),
            (FLASH, image("3:2", "512"), ("JPEG", (632, 424))),
            (NEWEST, image("2:3", "2K"), ("JPEG", (1696, 2528))),
            (LITE, image("8:1", "1K"), ("JPEG", (2928, 352))),
            (OLD, image("16:9"), ("PNG", (1344, 768))),
        ],
        3,
    ),
)
def test_pictures_have_the_true_type_and_size(model: str, config: Any, expected: Any) -> None:
    """JPEG from Gemini 3, PNG from 2.5, and pixels from the catalogue, observed ones first."""
    config = {**config, "responseModalities": ["IMAGE"]}
    (part,) = pictures(CALL.draw("a hill", model=model, config=config))
    assert size_of(part) == expected
    assert part["inlineData"]["mimeType"] == f"image/{expected[0].lower()}"


@pytest.mark.parametrize(
    ("width", "height", "expected"), [(300, 200, (632, 424)), (90, 160, (384, 688)), (50, 50, (512, 512))]
)
def test_the_shape_follows_the_last_picture_that_goes_in(width: int, height: int, expected: Any) -> None:
    """Where no ratio is asked for."""
    told = user("paint it blue", inline(picture(20, 90)), inline(picture(width, height, "JPEG"), "image/jpeg"))
    (part,) = pictures(CALL.draw(told))
    assert size_of(part)[1] == expected


def test_an_edit_keeps_the_shape_of_its_picture() -> None:
    """The model's own picture counts as one that goes in."""
    first = CALL.draw("a cat", config={"imageConfig": {"aspectRatio": "5:4", "imageSize": "512"}})
    (part,) = pictures(CALL.draw("a cat", content(first), "at night"))
    assert size_of(part)[1] == (576, 464)
    unasked = CALL.draw("a cat")
    (part,) = pictures(CALL.draw("a cat", content(unasked), "at night"))
    assert size_of(part)[1] == (704, 384)


@pytest.mark.parametrize(
    ("modalities", "kinds"),
    [
        (None, ["text", "inlineData"]),
        (["TEXT", "IMAGE"], ["text", "inlineData"]),
        (["Image"], ["inlineData"]),
        (["text"], ["text"]),
        ([], ["text", "inlineData"]),
    ],
)
def test_response_modalities(modalities: Any, kinds: list[str]) -> None:
    """Left out they are both; a picture alone and words alone are honoured, in any case."""
    config = SMALL if modalities is None else {**SMALL, "responseModalities": modalities}
    parts = content(CALL.draw(SPOKEN, config=config))["parts"]
    assert [next(iter(part)) for part in parts] == kinds


def test_thoughts_come_only_when_asked_for() -> None:
    """Thought text and interim pictures are flagged and unsigned; they are billed either way, as text."""
    shown = CALL.draw("a cat", model=NEWEST, config={"thinkingConfig": {"includeThoughts": True}})
    hidden = CALL.draw("a cat", model=NEWEST, config={})
    thoughts = [part for part in content(shown)["parts"] if part.get("thought")]
    assert ["text" in part for part in thoughts] == [True, False, True]
    assert not any("thoughtSignature" in part for part in thoughts)
    assert not any(part.get("thought") for part in content(hidden)["parts"])
    assert shown["usageMetadata"] == hidden["usageMetadata"]
    assert pictures(shown)[-1] == pictures(hidden)[0]


def test_thinking_levels_differ() -> None:
    """MINIMAL shows no interim picture, HIGH shows two, and costs more."""
    low, high = (
        CALL.draw("a cat", config={**SMALL, "thinkingConfig": {"includeThoughts": True, "thinkingLevel": level}})
        for level in ("minimal", "HIGH")
    )
    assert (len(pictures(low)), len(pictures(high))) == (1, 3)
    assert low["usageMetadata"]["thoughtsTokenCount"] < high["usageMetadata"]["thoughtsTokenCount"]


@pytest.mark.parametrize("row", CATALOGUE["models"], ids=lambda row: row["id"])
def test_usage_adds_up_and_matches_the_catalogue(row: dict[str, Any]) -> None:
    """Per modality, in and out; and the sum is the total."""
    told = user("make it blue please", inline(picture()))
    answer = CALL.draw(told, model=row["id"], config={"responseModalities": ["IMAGE"]})
    usage = answer["usageMetadata"]
    tokens_in = {entry["modality"]: entry["tokenCount"] for entry in usage["promptTokensDetails"]}
    tokens_out = {entry["modality"]: entry["tokenCount"] for entry in usage["candidatesTokensDetails"]}
    assert tokens_in == {"TEXT": 5, "IMAGE": row["input_image_tokens"] or 258}
    assert tokens_out == {"IMAGE": row["image_tokens"][row["default_size"] or "default"]}
    assert usage["promptTokenCount"] == sum(tokens_in.values())
    unlisted = usage["candidatesTokenCount"] - sum(tokens_out.values())
    assert 88 <= unlisted <= 630 if row["thinking"]["supported"] else unlisted == 0
    assert ("thoughtsTokenCount" in usage) == (row["thinking"]["supported"] and row["id"] != LITE)
    assert usage["totalTokenCount"] == sum(
        usage.get(name, 0) for name in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
    )


def test_the_service_tier_is_echoed() -> None:
    """In usage, where the price is worked out; standard if nothing was asked for."""
    assert CALL.draw("a cat", serviceTier="flex")["usageMetadata"]["serviceTier"] == "flex"
    assert CALL.draw("a cat", service_tier="unspecified")["usageMetadata"]["serviceTier"] == "standard"


def test_a_small_limit_cuts_the_picture_off() -> None:
    """MAX_TOKENS, and no picture."""
    answer = CALL.draw("a cat", config={**SMALL, "maxOutputTokens": 300})
    assert candidate(answer)["finishReason"] == "MAX_TOKENS"
    assert "parts" not in content(answer)


@pytest.mark.parametrize(
    "model", ["gemini-3-pro-image-preview", "imagen-4.0-generate-001", "gemini-9-image", *(["x" * 300])]
)
def test_retired_and_unknown_models_are_gone(model: str) -> None:
    """One wording for both, with the version that was called."""
    status, message = CALL.refused(asked("a cat"), model)
    assert status == 404
    assert message.startswith(
        f"models/{model} is not found for API version v1beta, or is not supported for generateContent."
    )
    assert CALL.get(f"/v1/models/{model}")[0] == 404


@pytest.mark.parametrize("method", ["predict", "batchEmbedContents"])
def test_methods_that_no_model_serves(method: str) -> None:
    """Google has them; the answer is its 404 for a method that the model does not support."""
    status, answer = CALL.post({}, PRO, method)
    assert (status, f"or is not supported for {method}." in answer["error"]["message"]) == (404, True)


@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_the_models_are_listed(version: str) -> None:
    """Every model that answers, with what the official list tells of it."""
    status, answer = CALL.get(f"/{version}/models")
    rows = {row["id"]: row for row in CATALOGUE["models"]}
    assert status == 200
    assert {model["name"] for model in answer["models"]} == {f"models/{name}" for name in rows}
    for model in answer["models"]:
        row = rows[model["name"].removeprefix("models/")]
        assert model["inputTokenLimit"] >= 32_768
        assert "generateContent" in model["supportedGenerationMethods"]
        assert model.get("thinking", False) == row["thinking"]["supported"]
        assert CALL.get(f"/{version}/{model['name']}") == (200, model)


def test_pages_of_models() -> None:
    """Page tokens lead through the list, each model once."""
    names, target = [], "/v1beta/models?pageSize=2"
    while target:
        _, page = CALL.get(target)
        assert len(page["models"]) <= 2
        names += [model["name"] for model in page["models"]]
        token = page.get("nextPageToken")
        target = f"/v1beta/models?page_size=2&pageToken={token}" if token else ""
    assert len(names) == len(set(names)) == len(CATALOGUE["models"])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("pageSize=x", "Invalid value at 'page_size' (TYPE_INT32), \"x\""),
        ("pageSize=-1", "page_size must not be negative."),
        ("pageToken=x", "page_token is invalid."),
        (
            "colour=red",
            'Invalid JSON payload received. Unknown name "colour": Cannot bind query parameter. '
            "Field 'colour' could not be found in request message.",
        ),
    ],
)
def test_bad_queries(query: str, message: str) -> None:
    """Query parameters are fields too."""
    status, answer = CALL.get(f"/v1beta/models?{query}")
    assert (status, answer["error"]["message"]) == (400, message)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/"),
        ("GET", "/v2/models"),
        ("POST", "/v1beta/models"),
        ("GET", f"/v1beta/models/{PRO}:generateContent"),
        ("POST", f"/v1beta/models/{PRO}:draw"),
        ("GET", "//[::1/models"),
        ("DELETE", f"/v1beta/models/{PRO}"),
        ("GET", "/<script>"),
    ],
)
def test_strange_addresses_get_a_page(method: str, target: str) -> None:
    """Google's front end answers HTML where no method lives."""
    response = Service().handle(Request(method, target))
    body = b"".join(response.body)
    assert (response.status, response.headers["content-type"]) == (404, "text/html; charset=UTF-8")
    assert b"<script>" not in body


def test_keys() -> None:
    """Missing 403, wrong 400, by header or by query; a token is none."""
    call = Caller(key="sésame")
    assert call.get("/v1beta/models")[0] == 403
    assert call.get("/v1beta/models", **{"x-goog-api-key": ""})[1]["error"]["status"] == "PERMISSION_DENIED"
    assert call.get("/v1beta/models", authorization="Bearer x")[0] == 401
    status, answer = call.get("/v1beta/models?key=wrong")
    assert (status, answer["error"]["message"]) == (400, "API key not valid. Please pass a valid API key.")
    assert answer["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert call.get("/v1beta/models", **{"x-goog-api-key": "sésame"})[0] == 200
    assert call.get("/v1beta/models?key=s%C3%A9same")[0] == 200


def test_a_request_does_not_show_its_key() -> None:
    """What is seen may be printed."""
    shown = repr(Request("GET", "/v1/models?key=AIza-secret", {"x-goog-api-key": "AIza-secret"}))
    assert shown == "<Request GET /v1/models, 0 bytes>"


def test_without_a_key_of_its_own_any_key_is_good() -> None:
    """Or none at all."""
    assert CALL.get("/v1beta/models")[0] == 200
    assert CALL.get("/v1beta/models", **{"x-goog-api-key": "anything"})[0] == 200


def test_tokens_can_be_counted() -> None:
    """countTokens, as plain contents or as a whole request."""
    request = asked("a cat on a mat", systemInstruction={"parts": [{"text": "Be brief."}]})
    _, plain = CALL.post({"contents": request["contents"]}, method="countTokens")
    _, whole = CALL.post({"generateContentRequest": request}, method="countTokens")
    assert plain == {"totalTokens": 4, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 4}]}
    assert whole["totalTokens"] == 7


def test_the_mark_of_the_emulator_is_on_every_answer() -> None:
    """Good answers, errors, pages and streams."""
    service = Service()
    body = json.dumps(asked("a cat", config=SMALL)).encode()
    for request in (
        Request("GET", "/v1beta/models"),
        Request("GET", "/nowhere"),
        Request("POST", f"/v1beta/models/{PRO}:generateContent", {}, b"{"),
        Request("POST", f"/v1beta/models/{FLASH}:streamGenerateContent", {}, body),
    ):
        assert service.handle(request).headers["x-nbgemini-emulator"] == "1"


def test_the_same_request_gives_the_same_picture() -> None:
    """Pictures follow from prompt and seed; only the response id is new."""
    first, second = (CALL.draw("a fox in the snow", config={**SMALL, "seed": 7}) for _ in range(2))
    assert content(first) == content(second)
    assert first["responseId"] != second["responseId"]


def test_many_threads_may_call_at_once() -> None:
    """Every request gets its own answer, and all are seen."""
    call, found = Caller(), set()

    def draw(number: int) -> None:
        (part,) = pictures(call.draw(f"{number} balloons", config={**SMALL, "seed": number}))
        found.add(part["inlineData"]["data"])

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(call.service.seen) == 6


@pytest.mark.deep
def test_what_was_seen_is_bounded() -> None:
    """The last thousand requests; and of large ones fewer."""
    call = Caller()
    for _ in range(1005):
        call.get("/v1beta/models/x")
    assert len(call.service.seen) == 1000
    for _ in range(3):
        call.post(b" " * 30_000_000)
    assert sum(len(request.body) for request in call.service.seen) <= 64 * 1024 * 1024


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    """A kernel that loads the extension pays for no imaging library and no web server."""
    heavy = ("PIL", "http.server", "ssl", "asyncio")
    code = f"import sys, nbgemini.emulator; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout == "[]\n"


def test_the_emulator_is_an_island() -> None:
    """It imports nothing of nbgemini but itself."""
    folder = Path(nbgemini.emulator.__file__).parent
    for module in folder.rglob("*.py"):
        for line in module.read_text().splitlines():
            if re.match(r"\s*(from|import)\s+nbgemini", line):
                assert "nbgemini.emulator" in line, f"{module}: {line}"
