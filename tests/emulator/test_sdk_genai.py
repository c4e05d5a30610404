"""The official SDK as a client: chat, image config, errors, models, streams, grounding."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from nbgemini.emulator import Script, Server, Service

from .protocol_kit import FLASH, NEWEST, OLD, PRO

SMALL = types.GenerateContentConfig(image_config=types.ImageConfig(image_size="512"))


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    """The SDK as a user would set it up, but for the base URL."""
    with Server(Service(key="AIza-test")) as url, connected(url) as client:
        yield client


def smallest(model: str) -> types.ImageConfig | None:
    """The size that is drawn soonest, where the model takes a size below its own."""
    return SMALL.image_config if model == FLASH else None


def connected(url: str, **options: Any) -> genai.Client:
    return genai.Client(api_key="AIza-test", vertexai=False, http_options=types.HttpOptions(base_url=url, **options))


def pictures(response: types.GenerateContentResponse) -> list[types.Blob]:
    return [part.inline_data for part in response.parts or () if part.inline_data]


def size(blob: types.Blob) -> tuple[str | None, tuple[int, int]]:
    assert blob.data
    with Image.open(io.BytesIO(blob.data)) as opened:
        return opened.format, opened.size


def test_generate_content(client: genai.Client) -> None:
    """Every field that the SDK knows arrives parsed."""
    config = types.GenerateContentConfig(
        response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio="16:9", image_size="1K")
    )
    response = client.models.generate_content(model=PRO, contents="a red boat", config=config)
    (blob,) = pictures(response)
    assert size(blob) == ("JPEG", (1376, 768))
    assert response.candidates
    assert response.candidates[0].finish_reason is types.FinishReason.STOP
    assert response.model_version == PRO
    assert response.usage_metadata
    assert response.usage_metadata.candidates_token_count == 1120 + 96


def test_a_chat_of_three_turns(client: genai.Client) -> None:
    """The SDK replays its history by itself; each edit goes on from the one before."""
    chat = client.chats.create(model=FLASH, config=SMALL)
    seen = [pictures(chat.send_message(words))[-1].data for words in ("a red boat", "make it night", "add a bird")]
    assert len(set(seen)) == 3
    assert len(chat.get_history(curated=True)) == 6


@pytest.mark.parametrize("model", [FLASH, pytest.param(NEWEST, marks=pytest.mark.deep)])
def test_a_chat_with_thoughts_sends_them_back(client: genai.Client, model: str) -> None:
    """Thought parts are kept by the SDK, with their flag."""
    config = types.GenerateContentConfig(
        thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_level=types.ThinkingLevel.HIGH),
        image_config=smallest(model),
    )
    chat = client.chats.create(model=model, config=config)
    first = chat.send_message("a cat")
    assert any(part.thought for part in first.parts or ())
    assert len(pictures(chat.send_message("at night"))) == 3


def test_a_streamed_chat_goes_on(client: genai.Client) -> None:
    """One content per event in the history, and the next turn is still taken."""
    chat = client.chats.create(model=FLASH, config=SMALL)
    chunks = list(chat.send_message_stream("a red boat"))
    assert chunks[-1].candidates
    assert chunks[-1].candidates[0].finish_reason is types.FinishReason.STOP
    assert sum(len(pictures(chunk)) for chunk in chunks) == 1
    assert len(pictures(chat.send_message("make it night"))) == 1


@pytest.mark.parametrize(("model", "cue"), [
    (FLASH, ""),
    pytest.param(NEWEST, "", marks=pytest.mark.deep),
    pytest.param(NEWEST, "\nemulate: bare end", marks=pytest.mark.deep),
    pytest.param(NEWEST, "\nemulate: signature at the end", marks=pytest.mark.deep),
])  # fmt: skip
def test_a_streamed_chat_with_thoughts_goes_on(client: genai.Client, model: str, cue: str) -> None:
    """Thoughts and interim pictures come first, the result last; the SDK sends all of it back, event by event."""
    config = types.GenerateContentConfig(
        thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_level=types.ThinkingLevel.HIGH),
        image_config=smallest(model),
    )
    chat = client.chats.create(model=model, config=config)
    chunks = list(chat.send_message_stream(f"a cat{cue}"))
    parts = [part for chunk in chunks for part in chunk.parts or ()]
    flags = [bool(part.thought) for part in parts if part.text or part.inline_data]
    assert flags == sorted(flags, reverse=True)
    assert [bool(part.thought) for part in parts if part.inline_data] == [True, True, False]
    again = [part for chunk in chat.send_message_stream("at night") for part in chunk.parts or ()]
    assert again[0].thought
    assert len(pictures(client.models.generate_content(model=model, contents="a dog", config=config))) == 3


def test_a_blocked_answer_does_not_spoil_a_chat(client: genai.Client) -> None:
    """The SDK leaves the pair out of what it sends next."""
    chat = client.chats.create(model=FLASH, config=SMALL)
    chat.send_message("a red boat")
    blocked = chat.send_message("emulate: IMAGE_SAFETY")
    assert blocked.candidates
    assert blocked.candidates[0].finish_reason is types.FinishReason.IMAGE_SAFETY
    assert len(pictures(chat.send_message("make it night"))) == 1


def test_a_blocked_prompt(client: genai.Client) -> None:
    """promptFeedback arrives as the SDK's own type."""
    response = client.models.generate_content(model=FLASH, contents="emulate: block PROHIBITED_CONTENT", config=SMALL)
    assert response.prompt_feedback
    assert response.prompt_feedback.block_reason is types.BlockedReason.PROHIBITED_CONTENT


def test_a_bad_ratio(client: genai.Client) -> None:
    """A ClientError with Google's words."""
    config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="16:10"))
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model=PRO, contents="a boat", config=config)
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    assert "aspect_ratio must be one of '1:1'" in str(caught.value.message)


def test_a_missing_signature(client: genai.Client) -> None:
    """Taken out of the history by hand."""
    first = client.models.generate_content(model=FLASH, contents="a boat", config=SMALL)
    assert first.candidates
    turn = first.candidates[0].content
    assert turn
    assert turn.parts
    turn.parts[-1].thought_signature = None
    history: list[Any] = [types.UserContent("a boat"), turn, types.UserContent("at night")]
    with pytest.raises(errors.ClientError, match="Image part is missing a thought_signature in content position 2"):
        client.models.generate_content(model=FLASH, contents=history, config=SMALL)


def test_an_escape_string(client: genai.Client) -> None:
    """The SDK sends it through base64."""
    first = client.models.generate_content(model=FLASH, contents="a boat", config=SMALL)
    (blob,) = pictures(first)
    part = types.Part(inline_data=blob, thought_signature=b"skip_thought_signature_validator")
    history: list[Any] = [types.UserContent("a boat"), types.ModelContent([part]), types.UserContent("at night")]
    assert len(pictures(client.models.generate_content(model=FLASH, contents=history, config=SMALL))) == 1


def test_a_picture_goes_in(client: genai.Client) -> None:
    """A PIL image, as the SDK takes it; its shape is followed."""
    photo = Image.new("RGB", (160, 90), "orange")
    contents: list[Any] = ["add a hat", photo]
    response = client.models.generate_content(model=FLASH, contents=contents, config=SMALL)
    assert size(pictures(response)[0]) == ("JPEG", (688, 384))


def test_models(client: genai.Client) -> None:
    """Listed page by page, and got one by one."""
    names = [model.name for model in client.models.list(config={"page_size": 2})]
    assert len(names) == len(set(names)) == 5
    model = client.models.get(model=PRO)
    assert (model.name, model.input_token_limit) == (f"models/{PRO}", 131072)
    assert "generateContent" in (model.supported_actions or ())


def test_tokens_are_counted(client: genai.Client) -> None:
    """By the SDK's own call."""
    assert client.models.count_tokens(model=PRO, contents="a cat on a mat").total_tokens == 4


def test_grounding(client: genai.Client) -> None:
    """The sources arrive parsed."""
    tool = types.Tool(google_search=types.GoogleSearch())
    config = types.GenerateContentConfig(tools=[tool])
    response = client.models.generate_content(model=PRO, contents="a map of Rome, describe it", config=config)
    assert response.candidates
    told = response.candidates[0].grounding_metadata
    assert told
    assert told.search_entry_point
    assert "chip" in (told.search_entry_point.rendered_content or "")
    assert told.web_search_queries == ["", "map Rome describe it"]
    assert told.grounding_chunks
    assert told.grounding_supports


def test_every_setting_of_the_sdk_is_understood(client: genai.Client) -> None:
    """What it can send for an image model, all at once."""
    config = types.GenerateContentConfig(
        system_instruction="Always at dusk.",
        temperature=0.5,
        top_p=0.9,
        top_k=40,
        seed=3,
        candidate_count=1,
        max_output_tokens=8000,
        stop_sequences=["STOP"],
        response_modalities=["TEXT", "IMAGE"],
        safety_settings=[
            types.SafetySetting(
                category=types.HarmCategory.HARM_CATEGORY_HARASSMENT, threshold=types.HarmBlockThreshold.OFF
            )
        ],
        thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_level=types.ThinkingLevel.HIGH),
        service_tier=types.ServiceTier.PRIORITY,
        media_resolution=types.MediaResolution.MEDIA_RESOLUTION_HIGH,
        labels={"team": "a"},
        image_config=types.ImageConfig(aspect_ratio="4:1", image_size="512"),
    )
    response = client.models.generate_content(
        model=FLASH, contents="a fox emulate: model status DEPRECATED", config=config
    )
    assert size(pictures(response)[-1])[1] == (1024, 256)
    assert response.model_status
    assert response.model_status.model_stage is types.ModelStage.DEPRECATED


def test_a_key_that_is_not_known(client: genai.Client) -> None:
    """400, as Google has it."""
    base_url = client._api_client._http_options.base_url
    options = types.HttpOptions(base_url=base_url)
    with (
        genai.Client(api_key="wrong", vertexai=False, http_options=options) as other,
        pytest.raises(errors.ClientError, match="API key not valid"),
    ):
        list(other.models.list())


def test_a_retired_model(client: genai.Client) -> None:
    """404 with the advice to list the models."""
    with pytest.raises(errors.ClientError, match=r"Call ModelService\.ListModels") as caught:
        client.models.generate_content(model="gemini-3-pro-image-preview", contents="a boat")
    assert caught.value.code == 404


def test_retries_of_the_sdk() -> None:
    """Twice 429, then the picture, with the SDK's own backoff."""
    script = Script([{"answer": "429", "times": 2}])
    with Server(Service(script=script)) as url:
        retry = types.HttpRetryOptions(attempts=3, initial_delay=0.01, max_delay=0.02, jitter=0)
        with connected(url, retry_options=retry) as client:
            response = client.models.generate_content(model=FLASH, contents="a cat", config=SMALL)
    assert len(pictures(response)) == 1
    assert script.left == 0


def test_an_error_in_the_middle_of_a_stream() -> None:
    """The SDK raises it after the events that came before."""
    script = Script([{"break_after": 2}])
    with Server(Service(script=script)) as url, connected(url) as client:
        chunks = client.models.generate_content_stream(model=FLASH, contents="a cat", config=SMALL)
        assert next(chunks).candidates
        assert next(chunks).candidates
        with pytest.raises(errors.ServerError, match="high demand"):
            next(chunks)


def test_an_answer_that_is_continued(client: genai.Client) -> None:
    """The SDK follows a continuation token by itself."""
    response = client.models.generate_content(model=FLASH, contents="a cat emulate: CONTINUATION", config=SMALL)
    assert len(pictures(response)) == 1


@pytest.mark.deep
def test_the_2_5_model_in_a_chat(client: genai.Client) -> None:
    """No signatures, and none missed."""
    chat = client.chats.create(model=OLD)
    first = chat.send_message("a cat")
    assert not any(part.thought_signature for part in first.parts or ())
    assert size(pictures(chat.send_message("at night"))[0])[0] == "PNG"


def test_the_second_api_version() -> None:
    """The SDK's default is v1; v1beta is still what most pages show."""
    for version in ("v1", "v1beta"):
        with Server(Service()) as url, connected(url, api_version=version) as client:
            response = client.models.generate_content(model=FLASH, contents="a cat", config=SMALL)
        assert len(pictures(response)) == 1


@pytest.mark.parametrize("web", [True, False])
def test_searches_for_pictures(client: genai.Client, web: bool) -> None:
    """By pictures alone or beside pages: each picture names the page that holds it."""
    kinds = types.SearchTypes(image_search=types.ImageSearch(), web_search=types.WebSearch() if web else None)
    tool = types.Tool(google_search=types.GoogleSearch(search_types=kinds))
    response = client.models.generate_content(
        model=FLASH, contents="a map of Rome", config=types.GenerateContentConfig(tools=[tool])
    )
    candidates = response.candidates or []
    told = candidates[0].grounding_metadata
    assert told is not None
    chunks = told.grounding_chunks or []
    assert [bool(chunk.web) for chunk in chunks] == [True] * (3 * web) + [False]
    assert chunks[-1].image is not None
    assert (chunks[-1].image.source_uri or "").startswith("https://example.org/gallery/")
    assert told.image_search_queries == ["map Rome"]
    assert bool(told.web_search_queries) == web
