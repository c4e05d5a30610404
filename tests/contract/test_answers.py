"""What a request is answered with: parts and their order, sizes, thoughts, sources, usage."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.contract.door import DRAWS, FLASH, LITE, NEWEST, SMALL, Door, Json, asked

pictures = pytest.mark.pictures
sure = pytest.mark.sure


def opened(data: bytes) -> tuple[str | None, tuple[int, int]]:
    with Image.open(io.BytesIO(data)) as found:
        return found.format, found.size


@pictures(1)
@sure("high", "recorded five times: words where they are asked for; without a ratio, a size that no ratio has")
def test_text_and_picture(door: Door) -> None:
    """One candidate by the model: words and a whole picture, each vouched for, and what it cost."""
    config = {"responseModalities": ["TEXT", "IMAGE"]}
    answer = door.draw(asked("Draw a red boat, and say in one sentence what you drew.", config=config))
    assert answer.candidate["finishReason"] == "STOP"
    (data,) = answer.pictures
    assert opened(data) == ("JPEG", (1408, 768))
    spoken = [part for part in answer.parts if not part.get("thought")]
    assert all("thoughtSignature" in part for part in spoken if "inlineData" in part)
    assert "thoughtSignature" in spoken[0]
    assert answer.json["modelVersion"] == DRAWS
    usage = answer.json["usageMetadata"]
    assert usage["candidatesTokensDetails"] == [{"modality": "IMAGE", "tokenCount": 1120}]
    assert usage["candidatesTokenCount"] > 1120
    assert usage["totalTokenCount"] >= usage["promptTokenCount"] + 1120


@pictures(1)
@sure("high", "recorded on both APIs")
def test_a_picture_alone(door: Door) -> None:
    """Most answers are one part. Lite tells of no thoughts; some tokens are not listed; there is no modelStatus."""
    answer = door.draw(asked("a siamese cat", config={"responseModalities": ["TEXT", "IMAGE"]}), LITE)
    if not door.live:
        assert [set(part) for part in answer.parts] == [{"inlineData", "thoughtSignature"}]
    (signature,) = [part["thoughtSignature"] for part in answer.parts if "inlineData" in part]
    assert 1_000_000 < len(signature) < 3_200_000
    with Image.open(io.BytesIO(answer.pictures[-1])) as found:
        assert found.size == (1408, 768)
    usage = answer.json["usageMetadata"]
    assert "thoughtsTokenCount" not in usage
    assert usage["candidatesTokenCount"] > 1120
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + usage["candidatesTokenCount"]
    assert "modelStatus" not in answer.json
    assert answer.headers["x-gemini-service-tier"] == usage["serviceTier"]


@pictures(1)
@sure("high", "recorded: 300 dots an inch, and content credentials in an APP11 segment of about 6,000 bytes")
def test_what_the_file_of_a_picture_says(door: Door) -> None:
    """Beside the pixels."""
    (data,) = door.draw(asked("a siamese cat"), LITE).pictures
    with Image.open(io.BytesIO(data)) as found:
        assert found.info["dpi"] == (300, 300)
        sizes = [len(content) for name, content in found.applist if name == "APP11"]  # type: ignore[attr-defined]
    assert [5_900 < size < 6_100 for size in sizes] == [True]
    assert b"c2pa" in data[:200]


@pictures(1)
@sure("high", "documented; the pixels of this ratio at 512 were seen too")
def test_only_a_picture_of_a_ratio_and_size(door: Door) -> None:
    """No words at all; a model on its way out says so in every answer."""
    config = {"responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "16:9", "imageSize": "512"}}
    answer = door.draw(asked("a red boat", config=config), FLASH)
    assert not any("text" in part for part in answer.parts if not part.get("thought"))
    assert opened(answer.pictures[-1])[1] == (688, 384)


@pytest.mark.deep
@pictures(1)
@sure("medium", "documented; thought pictures were seen to lack signatures")
def test_thoughts(door: Door) -> None:
    """Asked for, they come first, are flagged, and carry no signature; they are billed apart."""
    config = {"thinkingConfig": {"includeThoughts": True, "thinkingLevel": "HIGH"}}
    answer = door.draw(asked("a clock that shows ten past four", config=config), FLASH)
    flags = [bool(part.get("thought")) for part in answer.parts]
    assert flags == sorted(flags, reverse=True)
    assert any(part.get("thought") and "text" in part for part in answer.parts)
    assert answer.pictures
    assert answer.json["usageMetadata"]["thoughtsTokenCount"] > 0


@pictures(1)
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({}, {"web"}),
        ({"searchTypes": {"imageSearch": {}}}, {"image"}),
        ({"searchTypes": {"webSearch": {}, "imageSearch": {}}}, {"web", "image"}),
    ],
    ids=["web", "image", "both"],
)
@sure("medium", "documented; the model itself decides whether it searches")
def test_sources(door: Door, search: Json, found: set[str]) -> None:
    """What was searched for, where it was found, and the chip that must be shown."""
    body = asked("The flag of the town of Schaffhausen on a hill, as it looks today", tools=[{"googleSearch": search}])
    told = door.draw(body, NEWEST).candidate["groundingMetadata"]
    assert all("domain" not in chunk.get("web", {}) for chunk in told["groundingChunks"])
    kinds = {kind for chunk in told["groundingChunks"] for kind in chunk}
    assert kinds and kinds <= found if door.live else kinds == found
    assert told["searchEntryPoint"]["renderedContent"]
    assert told.get("webSearchQueries") or told.get("imageSearchQueries")


@pictures(1)
@sure("medium", "the limit counts thoughts and pictures; what a cut answer holds was not seen")
def test_too_few_tokens_leave_no_picture(door: Door) -> None:
    """MAX_TOKENS with HTTP 200: an answer that is no turn."""
    answer = door.draw(asked("a red boat", config={"maxOutputTokens": 40}))
    assert answer.candidate["finishReason"] == "MAX_TOKENS"
    assert answer.pictures == []


@pictures(1)
@sure("low", "which fields of the outer request the image models mind was read, not seen")
def test_fields_beside_the_contents(door: Door) -> None:
    """Tier, seed, labels, logging and a system instruction are taken; the tier is told back."""
    config = {"seed": 7, "candidateCount": 1, "temperature": 1.0, "topP": 0.95, "topK": 64}
    fields = {"serviceTier": "flex", "store": False, "labels": {"team": "a"}}
    system = {"systemInstruction": {"parts": [{"text": "Draw in ink."}]}}
    answer = door.draw(asked("a red boat", config=config, **fields, **system))
    assert answer.pictures
    assert answer.json["usageMetadata"]["serviceTier"] == "flex"


@pictures(1)
@sure("low", "the text model families do so; of image models one gateway tells it")
def test_snake_case_is_read_and_never_written(door: Door) -> None:
    """The spelling of Google's curl samples."""
    config = {"response_modalities": ["IMAGE"], "image_config": {"aspect_ratio": "1:1", "image_size": "512"}}
    body = {"contents": [{"parts": [{"text": "a red boat"}]}], "generation_config": config}
    answer = door.draw(body, FLASH)
    assert opened(answer.pictures[-1])[1] == (512, 512)
    assert b"mime_type" not in answer.body


@pictures(1)
@sure("medium", "the shape of an edit follows its picture, says the documentation")
def test_a_picture_goes_in_and_its_shape_is_followed(door: Door, wide: Json) -> None:
    """No ratio is set: that of the picture holds."""
    answer = door.draw(asked({"role": "user", "parts": [wide, {"text": "add a hat"}]}, config=SMALL), FLASH)
    assert opened(answer.pictures[-1])[1] == (688, 384)
