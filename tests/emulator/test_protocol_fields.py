"""Fields, types and values: what is taken, and the words in which the rest is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbgemini.emulator.apierrors import ApiError
from nbgemini.emulator.requests.protocol import jsontext
from tests.support.sampling import examples

from .protocol_kit import FLASH, LITE, NEWEST, OLD, PRO, SMALL, Caller, asked, inline, picture, user

CALL = Caller()
VERSION = "type.googleapis.com/google.ai.generativelanguage.v1beta"


def unknown(name: str, path: str) -> str:
    return f"Invalid JSON payload received. Unknown name \"{name}\" at '{path}': Cannot find field."


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"style": "x"}, 'Invalid JSON payload received. Unknown name "style": Cannot find field.'),
        (
            {"generationConfig": {"imageConfig": {"outputMimeType": "image/png"}}},
            unknown("outputMimeType", "generation_config.image_config"),
        ),
        ({"generation_config": {"imageconfig": {}}}, unknown("imageconfig", "generation_config")),
        ({"safetySettings": [{"method": "SEVERITY"}]}, unknown("method", "safety_settings[0]")),
        (
            {"tools": [{}, {"googleSearch": {"excludeDomains": []}}]},
            unknown("excludeDomains", "tools[1].google_search"),
        ),
        (
            {"modelArmorConfig": {}},
            'Invalid JSON payload received. Unknown name "modelArmorConfig": Cannot find field.',
        ),
        (
            {"generationConfig": []},
            'Invalid JSON payload received. Unknown name "generationConfig": '
            "Proto field is not repeating, cannot start list.",
        ),
        (
            {"generationConfig": {"imageConfig": "16:9"}},
            f"Invalid value at 'generation_config.image_config' ({VERSION}.ImageConfig), \"16:9\"",
        ),
        (
            {"safetySettings": [{"category": "RUDE", "threshold": "OFF"}]},
            f"Invalid value at 'safety_settings[0].category' ({VERSION}.HarmCategory), \"RUDE\"",
        ),
        (
            {"safetySettings": {"category": 7, "threshold": "NEVER"}},
            f"Invalid value at 'safety_settings[0].threshold' ({VERSION}.SafetySetting.HarmBlockThreshold), \"NEVER\"",
        ),
        (
            {"serviceTier": "TURBO"},
            f"Invalid value at 'service_tier' ({VERSION}.GenerateContentRequest.ServiceTier), \"TURBO\"",
        ),
        ({"generationConfig": {"seed": 1.5}}, "Invalid value at 'generation_config.seed' (TYPE_INT32), 1.5"),
        ({"generationConfig": {"seed": 2**31}}, "Invalid value at 'generation_config.seed' (TYPE_INT32), 2147483648"),
        ({"generationConfig": {"topP": "much"}}, "Invalid value at 'generation_config.top_p' (TYPE_FLOAT), \"much\""),
        ({"store": "yes"}, "Invalid value at 'store' (TYPE_BOOL), \"yes\""),
        ({"labels": {"a": 1}}, "Invalid value at 'labels[a]' (TYPE_STRING), 1"),
    ],
)
def test_a_field_that_is_wrong_is_named_with_its_path(extra: dict[str, Any], message: str) -> None:
    """Google's front end names the field in snake_case, whatever spelling came in."""
    assert CALL.refused({"contents": [user("a cat")], **extra}) == (400, message)


def test_paths_reach_into_lists_and_every_fault_is_told() -> None:
    """All faults of a payload come in one message, and one by one in BadRequest."""
    body = {"contents": [{"role": "user", "parts": [{"text": "a"}, {"text": 5, "nonsense": 1}]}], "x": 1}
    status, answer = CALL.post(body)
    violations = answer["error"]["details"][0]["fieldViolations"]
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert [violation.get("field") for violation in violations] == [
        "contents[0].parts[1].text",
        "contents[0].parts[1]",
        None,
    ]
    assert answer["error"]["message"] == "\n".join(violation["description"] for violation in violations)
    assert unknown("nonsense", "contents[0].parts[1]") in answer["error"]["message"]


@pytest.mark.parametrize(
    "part",
    [
        {"inlineData": {"mimeType": "image/png", "data": "####"}},
        {"inline_data": {"mime_type": "image/png", "data": "YW=J"}},
        {"inlineData": {"mimeType": "image/png", "data": "AAAAA"}},
    ],
)
def test_bad_base64_is_refused(part: dict[str, Any]) -> None:
    """The text is that of a TYPE_BYTES field."""
    status, message = CALL.refused(asked(user("edit", part)))
    assert status == 400
    assert message.startswith("Invalid value at 'contents[0].parts[1].inline_data.data' (TYPE_BYTES), Base64 decoding")


def test_a_part_has_one_kind_of_data() -> None:
    """Text and picture in one part are a oneof that is set twice; neither is an empty part."""
    _, both = CALL.refused(asked({"parts": [{"text": "a", **inline(picture())}]}))
    _, none = CALL.refused(asked({"parts": [{"text": "a"}, {"thought": False}]}))
    assert both == "Invalid value at 'contents[0].parts[0]' (oneof), oneof field 'data' is already set. " + (
        "Cannot set 'inlineData'"
    )
    assert none == "* GenerateContentRequest.contents[0].parts[1].data: required oneof field 'data' must have one " + (
        "initialized field\n"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "* GenerateContentRequest.contents: contents is not specified\n"),
        (b"{}", "* GenerateContentRequest.contents: contents is not specified\n"),
        (b"[]", 'Invalid JSON payload received. Unknown name "": Root element must be a message.'),
        (b'{"contents": [}', 'Invalid JSON payload received. Expected a value.\n{"contents": [}\n              ^'),
        (b"{contents: []}", "Invalid JSON payload received. Expected an object key or }.\n{contents: []}\n ^"),
        (b'{"contents": NaN}', "Invalid JSON payload received. Unexpected token.\nNaN\n^"),
        (b"\xff\xfe", "Invalid JSON payload received. Invalid UTF-8 at byte 0."),
        (b"[" * 100_000, "Invalid JSON payload received. Message too deep. Max recursion depth reached."),
        (
            b'{"contents":[{"parts":[{"text":"\\ud800"}]}]}',
            "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), \"\ud800\"",
        ),
    ],
)
def test_json_that_is_none(body: bytes, message: str) -> None:
    """Whatever the bytes, the answer is a 400 in the envelope."""
    status, told = CALL.refused(body)
    assert (status, told.encode("utf-8", "replace")) == (400, message.encode("utf-8", "replace"))


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ([user("a"), {"role": "model"}, user("b")], "contents[1].parts: contents.parts must not be empty."),
        (
            [user("a"), {"role": "model", "parts": []}, user("b")],
            "contents[1].parts: contents.parts must not be empty.",
        ),
        (
            [user("a"), {"role": "model", "parts": [{"text": ""}]}, user("b")],
            "contents[1].parts: contents.parts must not be empty.",
        ),
        (
            [user("a"), {"role": "model", "parts": [{"text": "hm", "thought": True}]}, user("b")],
            "contents[1].parts: contents.parts must not be empty.",
        ),
        (
            [user("a"), {"role": "model", "parts": [{}]}, user("b")],
            "contents[1].parts[0].data: required oneof field 'data' must have one initialized field",
        ),
        ([user("")], "contents[0].parts[0].data: required oneof field 'data' must have one initialized field"),
        ([{"role": "user"}], "contents[0].parts: contents.parts must not be empty."),
    ],
)
def test_empty_turns_are_refused(contents: list[Any], message: str) -> None:
    """A blocked or empty answer that was put into the history makes every later request fail."""
    assert CALL.refused({"contents": contents}) == (400, f"* GenerateContentRequest.{message}\n")


def test_roles_and_the_last_turn() -> None:
    """Two roles, and the user speaks last."""
    assert CALL.refused(asked({"role": "assistant", "parts": [{"text": "a"}]})) == (
        400,
        "Please use a valid role: user, model.",
    )
    status, message = CALL.refused(asked("a", {"role": "model", "parts": [{"text": "b"}]}), OLD)
    assert (status, message) == (
        400,
        "Please ensure that multiturn requests end with a user role or a function response.",
    )


@pytest.mark.parametrize(
    ("model", "config", "message"),
    [
        (PRO, {"imageConfig": {"aspectRatio": "1:4"}}, "aspect_ratio must be one of '1:1', '2:3'"),
        (FLASH, {"imageConfig": {"aspectRatio": "16x9"}}, "image_config.aspect_ratio: aspect_ratio must be one of"),
        (FLASH, {"imageConfig": {"aspectRatio": "auto"}}, "image_config.aspect_ratio: aspect_ratio must be one of"),
        (PRO, {"imageConfig": {"imageSize": "512"}}, "image_size must be one of '1K', '2K', '4K'"),
        (NEWEST, {"imageConfig": {"imageSize": "512"}}, "image_size must be one of '1K', '2K', '4K'"),
        (FLASH, {"imageConfig": {"imageSize": "2k"}}, "image_size must be one of '512', '1K', '2K', '4K'"),
        (FLASH, {"imageConfig": {"imageSize": "512px"}}, "image_size must be one of"),
        (LITE, {"imageConfig": {"imageSize": "2K"}}, "image_size must be one of '1K'"),
        (FLASH, {"candidateCount": 2}, "Multiple candidates is not enabled for this model"),
        (OLD, {"thinkingConfig": {"includeThoughts": True}}, "Thinking is not enabled for this model"),
        (OLD, {"thinkingConfig": {}}, "Thinking is not enabled for this model"),
        (PRO, {"thinkingConfig": {"thinkingLevel": "HIGH"}}, "Thinking level HIGH is not supported for this model."),
        (FLASH, {"thinkingConfig": {"thinkingLevel": "medium"}}, "Thinking level MEDIUM is not supported"),
        (NEWEST, {"thinkingConfig": {"thinkingLevel": "LOW"}}, "Thinking level LOW is not supported"),
        (FLASH, {"thinkingConfig": {"thinkingBudget": 100}}, "Thinking budget is not supported for this model."),
        (FLASH, {"thinkingConfig": {"thinkingBudget": 1, "thinkingLevel": "HIGH"}}, "only one of thinking budget"),
        (FLASH, {"temperature": 2.5}, "temperature must be in the range [0.0, 2.0]"),
        (FLASH, {"topP": -0.1}, "top_p must be in the range [0.0, 1.0]"),
        (FLASH, {"topK": 0}, "top_k must be positive"),
        (LITE, {"maxOutputTokens": 5000}, "max_output_tokens must be in the range [1, 4096]"),
        (FLASH, {"responseModalities": ["AUDIO"]}, "combination of response modalities (AUDIO) is not supported"),
        (FLASH, {"responseMimeType": "application/json"}, "JSON mode is not enabled for this model"),
        (FLASH, {"responseSchema": {}}, "JSON mode is not enabled for this model"),
    ],
)
def test_what_a_model_does_not_take(model: str, config: dict[str, Any], message: str) -> None:
    """The catalogue's limits, model by model."""
    status, told = CALL.refused(asked("a cat", config=config), model)
    assert status == 400
    assert message in told


def test_an_image_size_chokes_the_2_5_model() -> None:
    """It has one size, and answers 500 to the very field."""
    status, answer = CALL.post(asked("a cat", config={"imageConfig": {"imageSize": "1K"}}), OLD)
    assert (status, answer["error"]["status"]) == (500, "INTERNAL")


@pytest.mark.parametrize(
    ("model", "tool", "message"),
    [
        (LITE, {"googleSearch": {}}, "Search as tool is not enabled for this model"),
        (OLD, {"google_search": {}}, "Search as tool is not enabled for this model"),
        (PRO, {"googleSearch": {"searchTypes": {"imageSearch": {}}}}, "Image search is not enabled for this model"),
        (PRO, {"functionDeclarations": [{"name": "f"}]}, "Function calling is not enabled for this model"),
        (PRO, {"codeExecution": {}}, "Code execution is not enabled for this model"),
    ],
)
def test_tools_by_model(model: str, tool: dict[str, Any], message: str) -> None:
    """Search where the catalogue has it; no other tool."""
    assert CALL.refused(asked("a cat", tools=[tool]), model) == (400, message)


def test_search_types_are_objects() -> None:
    """A boolean is a wrong value, not an enabled search."""
    _, message = CALL.refused(asked("a", tools=[{"googleSearch": {"searchTypes": {"webSearch": True}}}]))
    assert message.startswith("Invalid value at 'tools[0].google_search.search_types.web_search'")


def test_old_harm_categories_are_known_but_not_allowed() -> None:
    """The message lists those that are."""
    _, message = CALL.refused(asked("a", safetySettings=[{"category": "HARM_CATEGORY_TOXICITY"}]))
    assert message.startswith("* GenerateContentRequest.safety_settings[0]: element predicate failed: $.category in (")
    _, vertex_only = CALL.refused(asked("a", safetySettings=[{"category": "HARM_CATEGORY_IMAGE_HATE"}]))
    assert vertex_only.startswith("Invalid value at 'safety_settings[0].category'")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([inline(picture(), "image/gif")], "Unsupported MIME type: image/gif"),
        ([inline(b"GIF89a" + bytes(40))], "Unable to process input image."),
        ([inline(picture()[:60])], "Unable to process input image."),
        ([inline(picture(600, 600, "JPEG")[:-900], "image/jpeg")], "Unable to process input image."),
        ([inline(b"")], "Unable to process input image."),
        ([{"fileData": {"fileUri": "https://example.org/a.png"}}], "Cannot fetch content from the provided URL."),
        ([{"functionCall": {"name": "f"}}], "Function calling is not enabled for this model"),
        ([inline(b"%PDF-", "application/pdf")], "Unsupported MIME type: application/pdf"),
    ],
)
def test_input_that_cannot_be_read(parts: list[Any], message: str) -> None:
    """Types are sniffed and pictures decoded before anything is drawn."""
    status, told = CALL.refused(asked(user("edit this", *parts)))
    assert status == 400
    assert told.startswith(message)


def test_files_that_were_never_uploaded() -> None:
    """Another project's file and a file that is gone look the same: 403."""
    part = {
        "fileData": {"mimeType": "image/png", "fileUri": "https://generativelanguage.googleapis.com/v1beta/files/ab"}
    }
    assert CALL.refused(asked(user("edit", part))) == (
        403,
        "You do not have permission to access the File ab or it may not exist.",
    )


@pytest.mark.parametrize(("model", "most"), [(PRO, 14), (OLD, 3)])
def test_reference_pictures_are_counted(model: str, most: int) -> None:
    """One more than the catalogue's number is refused."""
    small = inline(picture(8, 8))
    status, message = CALL.refused(asked(user("all", *[small] * (most + 1))), model)
    assert (status, message) == (400, f"Please use fewer than {most + 1} images in your request to models/{model}.")
    assert CALL.post(asked(user("all", *[small] * most)), model, "countTokens")[0] == 200


def test_a_prompt_can_be_too_long() -> None:
    """The limit is that of the model's input tokens."""
    status, message = CALL.refused(asked("word " * 60_000), PRO)
    assert (status, message) == (
        400,
        "The input token count (75000) exceeds the maximum number of tokens allowed (65536).",
    )


@pytest.mark.parametrize(
    "config",
    [
        {"image_config": {"aspect_ratio": "16:9", "image_size": "512"}},
        {"imageConfig": {"aspectRatio": "16:9", "imageSize": "512"}},
        {"responseFormat": {"image": {"aspectRatio": "16:9", "imageSize": "512"}}},
    ],
)
def test_every_spelling_goes_in_and_camel_case_comes_out(config: dict[str, Any]) -> None:
    """snake_case, camelCase, and the field that is to replace imageConfig; a lone object counts as a list of one."""
    config |= {"response_modalities": "image", "topK": "64", "temperature": "1", "seed": 7.0}
    status, answer = CALL.post({"contents": {"parts": {"text": "a cat"}}, "generation_config": config})
    assert status == 200
    (part,) = answer["candidates"][0]["content"]["parts"]
    assert set(part) == {"inlineData", "thoughtSignature"}
    assert set(part["inlineData"]) == {"mimeType", "data"}


def test_null_is_an_unset_field() -> None:
    """As in every JSON mapping of protocol buffers."""
    body = {"contents": [user("a cat")], "systemInstruction": None, "generationConfig": {**SMALL, "seed": None}}
    assert CALL.post(body)[0] == 200


def test_a_body_that_is_too_large() -> None:
    """100 MB since January 2026."""
    assert CALL.refused(b" " * (100 * 1024 * 1024 + 1)) == (
        400,
        "Request payload size exceeds the limit: 104857600 bytes.",
    )


def test_a_form_is_not_json() -> None:
    """curl without a Content-Type header sends a form, and Google binds it as a query parameter."""
    status, message = CALL.refused(
        json.dumps(asked("a cat")).encode(), **{"content-type": "application/x-www-form-urlencoded"}
    )
    assert status == 400
    assert "Cannot bind query parameter" in message


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["contents", "parts", "text", "role", "inlineData", "generationConfig", "imageConfig", "x"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=examples(4), deadline=None)
@given(JSON_VALUES)
def test_any_json_gets_an_answer_in_the_envelope(value: Any) -> None:
    """Nothing that parses as JSON makes the emulator fail."""
    status, answer = CALL.post(value, method="countTokens")
    assert status in (200, 400, 403)
    assert ("error" in answer) == (status != 200)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (r"""{'a': 'it\'s "so"'}""", {"a": 'it\'s "so"'}),
        (r"""{"a": "it's", 'b': '\u00e9\n\\'}""", {"a": "it's", "b": "é\n\\"}),
        ("{'a': []}", {"a": []}),
    ],
)
def test_single_quotes_are_quotes(text: str, read: dict[str, Any]) -> None:
    """As Google's reader has it, and its samples for the shell."""
    assert jsontext.parse(text.encode()) == read


@pytest.mark.parametrize("text", ["{'a': 'b}", "{'a': b}", "{'a': 'b\nc'}", "{'a' 'b'}"])
def test_other_text_between_quotes_is_no_json(text: str) -> None:
    """The complaint points at what came."""
    with pytest.raises(ApiError, match="Invalid JSON payload received"):
        jsontext.parse(text.encode())
