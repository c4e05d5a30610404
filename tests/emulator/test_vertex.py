"""The emulator's Vertex AI addresses: what they ask for, what they refuse, and the official SDK as their client."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import google.auth.credentials
import pytest
from google import genai
from google.genai import errors, types

from nbgemini.emulator import Request, Script, Server, Service

from .protocol_kit import FLASH, PRO, SMALL, Caller, Json, asked, inline, picture, user

PROJECT = "/v1/projects/my-project/locations/global"
BEARER = {"authorization": "Bearer a-token"}


class OnVertex(Caller):
    """Calls the addresses of a project, with a token."""

    def post(self, body: Any, model: str = FLASH, method: str = "generateContent", **headers: str) -> tuple[int, Json]:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        target = f"{PROJECT}/publishers/google/models/{model}:{method}"
        return self.send("POST", target, {"content-type": "application/json", **(headers or BEARER)}, sent)


CALL = OnVertex()


def test_a_picture_and_its_edit() -> None:
    """The answer has Vertex AI's fields, and its turn can be sent back."""
    first = CALL.draw("a red boat")
    assert first["createTime"].endswith("Z")
    assert first["usageMetadata"]["trafficType"] == "ON_DEMAND"
    assert "modelStatus" not in first
    assert "serviceTier" not in first["usageMetadata"]
    turn = first["candidates"][0]["content"]
    assert CALL.draw(user("a red boat"), turn, user("make it night"))["candidates"]


def test_a_refusal_and_a_stream_that_breaks_off() -> None:
    """A role alone where the Gemini API has nothing; an error that is no event."""
    refused = CALL.draw("a boat emulate: IMAGE_SAFETY")["candidates"][0]
    assert (refused["content"], refused["finishReason"], "index" in refused) == (
        {"role": "model"},
        "IMAGE_SAFETY",
        False,
    )
    target = f"{PROJECT}/publishers/google/models/{FLASH}:streamGenerateContent?alt=sse"
    body = json.dumps({"contents": [user("tell me of a boat\nemulate: error after 1 events")]}).encode()
    first, _, rest = b"".join(Service().handle(Request("POST", target, BEARER, body)).body).partition(b"\r\n\r\n")
    assert first.startswith(b"data: {")
    assert json.loads(rest)["error"]["status"] == "UNAVAILABLE"


def test_signatures_do_not_cross() -> None:
    """In neither direction."""
    gemini = Caller()
    theirs, ours = (one.draw("a boat")["candidates"][0]["content"] for one in (gemini, CALL))
    code, message = CALL.refused(asked(user("a boat"), theirs, user("at night"), config=SMALL))
    assert (code, message) == (
        400,
        "Unable to submit request because it has an invalid thought signature for content at index 1",
    )
    code, message = gemini.refused(asked(user("a boat"), ours, user("at night"), config=SMALL))
    assert (code, message) == (400, "Corrupted thought signature.")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"contents": [{"parts": [{"text": "a"}]}]}, "Please use a valid role: user, model."),
        ({"contents": [user("a")], "serviceTier": "flex"}, 'Unknown name "serviceTier": Cannot find field.'),
        ({"contents": [user("a")], "store": False}, 'Unknown name "store": Cannot find field.'),
        (
            {"contents": [user("a")], "tools": [{"googleSearch": {"timeRangeFilter": {}}}]},
            "Unknown name \"timeRangeFilter\" at 'tools[0].google_search'",
        ),
        (
            {"contents": [user("a")], "safetySettings": [{"category": "CAT", "threshold": "OFF"}]},
            "type.googleapis.com/google.cloud.aiplatform.v1.HarmCategory",
        ),
        (
            {"contents": [user("a", inline(picture() + bytes(7 * 1024 * 1024)))]},
            "an inline image is larger than 7 MB",
        ),
    ],
)
def test_what_only_the_gemini_api_takes(body: Json, said: str) -> None:
    """400, in Google's words."""
    code, message = CALL.refused(body)
    assert code == 400
    assert said in message


@pytest.mark.parametrize(("mime", "magic"), [("image/png", b"\x89PNG"), ("image/jpeg", b"\xff\xd8")])
def test_the_type_of_the_picture(mime: str, magic: bytes) -> None:
    """Asked for where Vertex AI takes the wish; another type is refused."""
    config = {"imageConfig": {"imageSize": "512", "imageOutputOptions": {"mimeType": mime}}}
    inline = CALL.draw("a red boat", config=config)["candidates"][0]["content"]["parts"][-1]["inlineData"]
    assert inline["mimeType"] == mime
    assert base64.b64decode(inline["data"]).startswith(magic)
    config["imageConfig"]["imageOutputOptions"] = {"mimeType": "image/gif"}
    assert "image/jpeg and image/png" in CALL.refused(asked("a boat", config=config))[1]


def test_what_only_vertex_ai_takes() -> None:
    """More categories, a method, people, the output's quality, search filters, wider thinking levels."""
    config = {"imageConfig": {"imageSize": "512", "personGeneration": "ALLOW_ADULT", "prominentPeople": "X"}}
    config["imageConfig"]["imageOutputOptions"] = {"mimeType": "image/jpeg", "compressionQuality": 80}  # type: ignore[assignment]
    thinking = {"thinkingConfig": {"thinkingLevel": "MEDIUM"}}
    settings = [{"category": "HARM_CATEGORY_IMAGE_HATE", "threshold": "OFF", "method": "SEVERITY"}]
    tools = [{"googleSearch": {"excludeDomains": ["example.com"]}}]
    assert CALL.draw("a cat", config={**config, **thinking}, safetySettings=settings, tools=tools, labels={"a": "b"})
    code, _ = Caller().refused(asked("a cat", config={**SMALL, **thinking}))
    assert code == 400


@pytest.mark.parametrize(
    ("headers", "target", "code", "said"),
    [
        ({}, f"{PROJECT}/publishers/google", 401, "is missing required authentication credential"),
        ({"authorization": "Bearer "}, f"{PROJECT}/publishers/google", 401, "is missing"),
        ({"authorization": "Bearer bad"}, f"{PROJECT}/publishers/google", 401, "had invalid authentication"),
        ({"x-goog-api-key": "good-key"}, f"{PROJECT}/publishers/google", 401, "API keys are not supported"),
        ({"x-goog-api-key": "bad"}, "/v1/publishers/google", 400, "API key not valid"),
        ({}, "/v1beta1/publishers/google", 401, "is missing"),
        ({"authorization": "Bearer good-token"}, f"{PROJECT}/publishers/google", 200, ""),
        ({"x-goog-api-key": "good-key"}, "/v1beta1/publishers/google", 200, ""),
        ({"authorization": "Bearer good-token"}, f"{PROJECT}/publishers/other", 404, None),
        ({"authorization": "Bearer good-token"}, "/v1/projects/p/publishers/google", 404, None),
        ({"authorization": "Bearer good-token"}, "/v1beta/publishers/google", 404, None),
    ],
)
def test_who_may_ask_where(headers: dict[str, str], target: str, code: int, said: str | None) -> None:
    """A project wants a token, express mode takes a key, and other addresses are none."""
    service = Service(key="good-key", token="good-token")
    body = json.dumps(asked("a cat", config=SMALL)).encode()
    response = service.handle(Request("POST", f"{target}/models/{FLASH}:generateContent", headers, body))
    text = b"".join(response.body).decode()
    assert response.status == code
    assert "<html" in text if said is None else said in text


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("429", "Resource exhausted. Please try again later."),
        ("404", "Publisher Model `projects/my-project/locations/global/publishers/google/models/"),
        ("403 disabled", "Vertex AI API has not been used in project my-project"),
    ],
)
def test_refusals_in_vertex_ai_s_words(step: str, said: str) -> None:
    """Where it has others than the Gemini API."""
    code, message = OnVertex(script=Script([step])).refused(asked("a cat", config=SMALL))
    assert code == int(step[:3])
    assert message.startswith(said)


def test_the_list_of_models() -> None:
    """Those of Google, which belong to no project."""
    status, listed = CALL.get("/v1beta1/publishers/google/models?pageSize=10", authorization="Bearer a")
    assert status == 200
    assert f"publishers/google/models/{PRO}" in [row["name"] for row in listed["publisherModels"]]
    assert CALL.get(f"/v1beta1/publishers/google/models/{PRO}", authorization="Bearer a")[0] == 200
    assert CALL.get("/v1beta1/publishers/google/models")[0] == 401


# -- the official SDK ------------------------------------------------------------------------------------------------

CONFIG = types.GenerateContentConfig(image_config=types.ImageConfig(image_size="512"))


class Fixed(google.auth.credentials.Credentials):
    """A token that is good for ever."""

    def __init__(self, token: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.token = token

    def refresh(self, request: object) -> None:
        """Nothing to do."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Server(Service(key="AIza-test", token="good-token")) as url:
        yield url


def client(url: str, **options: Any) -> genai.Client:
    return genai.Client(vertexai=True, http_options=types.HttpOptions(base_url=url), **options)


@pytest.fixture
def project(url: str) -> Iterator[genai.Client]:
    with client(url, project="my-project", location="us-central1", credentials=Fixed("good-token")) as made:
        yield made


def pictures(response: types.GenerateContentResponse) -> list[types.Blob]:
    return [part.inline_data for part in response.parts or () if part.inline_data]


def test_the_sdk_chats_with_a_project(project: genai.Client) -> None:
    """Three turns by the SDK's own history, one of them streamed, and the tokens counted."""
    chat = project.chats.create(model=FLASH, config=CONFIG)
    first = chat.send_message("a red boat")
    assert len(pictures(first)) == 1
    assert first.create_time is not None
    streamed = list(chat.send_message_stream("make it night"))
    assert sum(len(pictures(chunk)) for chunk in streamed) == 1
    assert len(pictures(chat.send_message("add a bird"))) == 1
    assert project.models.count_tokens(model=FLASH, contents="a red boat").total_tokens == 3


def test_the_sdk_lists_models(project: genai.Client) -> None:
    """Base models, one page."""
    assert f"publishers/google/models/{PRO}" in [model.name for model in project.models.list()]


def test_the_sdk_in_express_mode(url: str) -> None:
    """A key and no project."""
    with client(url, api_key="AIza-test") as express:
        assert len(pictures(express.models.generate_content(model=FLASH, contents="a boat", config=CONFIG))) == 1


def test_the_sdk_sees_a_bad_token(url: str) -> None:
    """401, as its own error."""
    with (
        client(url, project="my-project", location="global", credentials=Fixed("bad")) as other,
        pytest.raises(errors.ClientError) as caught,
    ):
        other.models.generate_content(model=FLASH, contents="a boat", config=CONFIG)
    assert (caught.value.code, caught.value.status) == (401, "UNAUTHENTICATED")
