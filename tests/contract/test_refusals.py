"""What is refused, before it is paid for, and in which words."""

from __future__ import annotations

import re

import pytest

from tests.contract.door import DRAWS, FLASH, LITE, NEWEST, OLD, PRO, Door, Json, asked, user

sure = pytest.mark.sure

RATIO = r"\* GenerateContentRequest\.generation_config\.image_config\.aspect_ratio: aspect_ratio must be one of "
SIZE = r"\* GenerateContentRequest\.generation_config\.image_config\.image_size: image_size must be one of "
UNKNOWN = r'Invalid JSON payload received\. Unknown name "{}"{}: Cannot find field\.'


IN_IMAGE = " at 'generation_config.image_config'"


def image(**config: str) -> Json:
    return {"imageConfig": config}


def thinking(**config: object) -> Json:
    return {"thinkingConfig": config}


def configured(config: Json) -> Json:
    return {"generationConfig": config}


@pytest.mark.parametrize(
    ("model", "ratio", "listed"),
    [(PRO, "1:4", "'21:9'"), (PRO, "16:10", "'1:1'"), (LITE, "3:1", "'8:1'"), (NEWEST, "auto", "'1:1'")],
)
@sure("high", "seen, with the list of ratios")
def test_ratios(door: Door, model: str, ratio: str, listed: str) -> None:
    """The refusal lists what the model has."""
    status, text = door.refused(asked("a boat", config=image(aspectRatio=ratio)), model)
    assert status == 400
    assert re.match(RATIO, text)
    assert listed in text


@pytest.mark.parametrize(
    ("model", "size"), [(PRO, "512"), (NEWEST, "512"), (LITE, "512"), (LITE, "2K"), (FLASH, "2k"), (PRO, "512px")]
)
@sure("medium", "that it is refused was seen; the words are those of the ratio's refusal")
def test_sizes(door: Door, model: str, size: str) -> None:
    """Sizes of other models, and spellings that the wire does not have."""
    status, text = door.refused(asked("a boat", config=image(imageSize=size)), model)
    assert status == 400
    assert re.match(SIZE, text)


@sure("low", "seen in autumn 2026; this model's shutdown was announced since")
def test_a_size_of_2_5(door: Door) -> None:
    """A fault of the server, which is no fault that passes."""
    assert door.refused(asked("a boat", config=image(imageSize="1K")), OLD)[0] == 500


@pytest.mark.parametrize(
    ("fields", "name", "where"),
    [
        ({"style": "vivid"}, "style", ""),
        ({"modelArmorConfig": {}}, "modelArmorConfig", ""),
        (configured({"style": "vivid"}), "style", " at 'generation_config'"),
        (configured(image(outputMimeType="image/png")), "outputMimeType", IN_IMAGE),
        (configured(image(personGeneration="ALLOW_ALL")), "personGeneration", IN_IMAGE),
        (configured({"imageConfig": {"imageOutputOptions": {}}}), "imageOutputOptions", IN_IMAGE),
        (configured(thinking(level="HIGH")), "level", " at 'generation_config.thinking_config'"),
        ({"contents": [user({"text": "a", "mask": "x"})]}, "mask", r" at 'contents\[0\].parts\[0\]'"),
        (
            {"tools": [{"googleSearch": {"excludeDomains": ["a.b"]}}]},
            "excludeDomains",
            r" at 'tools\[0\].google_search'",
        ),
    ],
)
@sure("high", "seen for one field of the picture; the words are the JSON reader's own")
def test_unknown_fields(door: Door, fields: Json, name: str, where: str) -> None:
    """Each is named with its place, those that only Vertex AI knows included."""
    status, text = door.refused({**asked("a boat"), **fields})
    assert status == 400
    assert re.search(UNKNOWN.format(name, where), text)


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"safetySettings": [{"category": "HARM_CATEGORY_NOISE", "threshold": "OFF"}]}, "HARM_CATEGORY_NOISE"),
        ({"safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "SOME"}]}, "SOME"),
        ({"generationConfig": {"responseModalities": ["PICTURE"]}}, "PICTURE"),
        ({"generationConfig": thinking(thinkingLevel="DEEP")}, "DEEP"),
        ({"generationConfig": {"seed": "many"}}, "many"),
        ({"generationConfig": {"seed": 2**31}}, str(2**31)),
    ],
)
@sure("high", "the words are the JSON reader's own")
def test_values(door: Door, fields: Json, value: str) -> None:
    """A word or a number that a field cannot hold."""
    status, text = door.refused({**asked("a boat"), **fields})
    assert status == 400
    assert text.startswith("Invalid value at '")
    assert value in text


@pytest.mark.parametrize(
    ("model", "fields", "words"),
    [
        (DRAWS, {"generationConfig": {"candidateCount": 2}}, "candidate"),
        (FLASH, {"generationConfig": thinking(thinkingLevel="LOW")}, "(?i)thinking level"),
        (FLASH, {"generationConfig": thinking(thinkingLevel="MEDIUM")}, "(?i)thinking level"),
        (OLD, {"generationConfig": thinking(includeThoughts=True)}, "Thinking is not enabled for this model"),
        (LITE, {"tools": [{"googleSearch": {}}]}, "(?i)search"),
        (PRO, {"tools": [{"googleSearch": {"searchTypes": {"imageSearch": {}}}}]}, "(?i)search"),
        (DRAWS, {"generationConfig": {"responseMimeType": "application/json"}}, "JSON mode is not enabled"),
        (DRAWS, {"contents": []}, "contents"),
        (DRAWS, {"contents": [{"role": "assistant", "parts": [{"text": "a boat"}]}]}, "role"),
        (DRAWS, {"contents": [{"role": "user", "parts": [{}]}]}, "data"),
    ],
)
@sure("medium", "refused by what was seen or documented; the words of most are recalled")
def test_what_a_model_does_not_do(door: Door, model: str, fields: Json, words: str) -> None:
    """Candidates, levels of thinking, searches, JSON, empty turns."""
    status, text = door.refused({**asked("a boat"), **fields}, model)
    assert status == 400
    assert re.search(words, text)


@pytest.mark.parametrize("model", ["gemini-3-pro-image-preview", "gemini-2.5-flash-image-preview", "gemini-9-image"])
@sure("high", "seen; whether the first of them is gone for good, two sources tell differently")
def test_models_that_are_gone(door: Door, model: str) -> None:
    """404, with the version that was asked and what to do."""
    answer = door.call("POST", f"/v1beta/models/{model}:generateContent", asked("a boat"))
    assert answer.status == 404
    text = answer.json["error"]["message"]
    assert text.startswith(f"models/{model} is not found for API version v1beta, or is not supported for generateCont")
    assert text.endswith(
        "Call ModelService.ListModels to see the list of available models and their supported methods."
    )
    assert answer.json["error"]["status"] == "NOT_FOUND"


@sure("high", "seen")
def test_a_wrong_key(door: Door) -> None:
    """400, not 401; the reason stands in the details."""
    answer = door.post(asked("a boat"), x_goog_api_key="AIzaSyWrong-0123456789-0123456789-01234")
    assert answer.status == 400
    found = answer.json["error"]
    assert found["message"] == "API key not valid. Please pass a valid API key."
    assert "API_KEY_INVALID" in [detail.get("reason") for detail in found["details"]]


@sure("medium", "the words are recalled")
def test_no_key(door: Door) -> None:
    """403, whatever is asked."""
    status, text = door.refused(asked("a boat"), x_goog_api_key="")
    assert status == 403
    assert "unregistered callers" in text


@sure("high", "recorded under alt=sse; a stream without events is a list, and so is its refusal")
def test_a_refused_stream(door: Door) -> None:
    """An object in place of events, though it is called a stream of them; a list of one without them."""
    body = asked("a boat", config=image(aspectRatio="16:10"))
    told = door.post(body, verb="streamGenerateContent?alt=sse")
    listed = door.post(body, verb="streamGenerateContent")
    assert (told.status, listed.status) == (400, 400)
    assert told.headers["content-type"] == "text/event-stream"
    assert not told.body.startswith(b"data:")
    assert "aspect_ratio must be one of" in told.json["error"]["message"]
    (only,) = listed.json
    assert only == told.json
