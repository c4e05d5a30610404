"""The phrases of a prompt that provoke a refusal or an error; and the prompts that do not."""

from __future__ import annotations

from typing import Any

import pytest

from nbgemini.emulator import cues

from .protocol_kit import OLD, SMALL, Caller, asked, candidate, content, pictures, size_of

CALL = Caller()


def answer(cue: str, **config: Any) -> dict[str, Any]:
    return CALL.draw(f"a lighthouse. emulate: {cue}", config={**SMALL, **config})


@pytest.mark.parametrize("reason", cues.FINISH)
def test_each_finish_reason_comes_without_a_picture(reason: str) -> None:
    """A candidate that ends, and nothing in it; the thoughts are counted as an answer once more, as recorded."""
    told = answer(reason)
    assert candidate(told)["finishReason"] == reason
    assert candidate(told)["content"] == {}
    usage = told["usageMetadata"]
    assert usage["candidatesTokenCount"] == usage["thoughtsTokenCount"]
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + usage["thoughtsTokenCount"]


def test_finish_messages_are_googles() -> None:
    """Those that were seen on the wire."""
    assert candidate(answer("IMAGE_OTHER"))["finishMessage"] == (
        "Unable to show the generated image. The model could not generate the image based on the prompt provided. "
        "You will not be charged for this request. Try rephrasing the prompt."
    )
    assert "third-party content providers" in candidate(answer("IMAGE_PROHIBITED_CONTENT"))["finishMessage"]
    assert "Prohibited Use policy" in candidate(answer("IMAGE_SAFETY"))["finishMessage"]


def test_a_safety_stop_names_the_category() -> None:
    """safetyRatings say which one was blocked."""
    ratings = candidate(answer("SAFETY HARASSMENT"))["safetyRatings"]
    assert [rating["category"] for rating in ratings if rating.get("blocked")] == ["HARM_CATEGORY_HARASSMENT"]


def test_safety_settings_lift_what_they_govern() -> None:
    """Their own category, and nothing of the filters for pictures."""
    off = [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]

    def reason(cue: str) -> str:
        return str(candidate(CALL.draw(f"a cat emulate: {cue}", safetySettings=off))["finishReason"])

    assert [reason(cue) for cue in ("SAFETY HARASSMENT", "SAFETY HATE_SPEECH", "IMAGE_SAFETY")] == [
        "STOP",
        "SAFETY",
        "IMAGE_SAFETY",
    ]


@pytest.mark.parametrize("reason", cues.BLOCKS)
def test_each_block_reason_comes_without_candidates(reason: str) -> None:
    """promptFeedback stands alone; the prompt's tokens are told."""
    told = answer(f"block {reason}")
    assert told["promptFeedback"]["blockReason"] == reason
    assert "candidates" not in told
    assert told["usageMetadata"]["totalTokenCount"] == told["usageMetadata"]["promptTokenCount"]


@pytest.mark.parametrize(("cue", "reason"), [("MAX_TOKENS with picture", "MAX_TOKENS"), ("finish NOVEL", "NOVEL")])
def test_reasons_with_and_without_a_picture(cue: str, reason: str) -> None:
    """A picture may come all the same; a reason may be one that nobody knows yet."""
    told = answer(cue)
    assert candidate(told)["finishReason"] == reason
    assert bool(candidate(told)["content"]) == cue.endswith("picture")


def test_a_picture_without_any_reason() -> None:
    """The finish reason is missing, the picture is not."""
    told = answer("no finish reason")
    assert "finishReason" not in candidate(told)
    assert len(pictures(told)) == 1


def test_text_only_is_a_stop() -> None:
    """A refusal can look like this."""
    told = answer("text only")
    assert candidate(told)["finishReason"] == "STOP"
    assert [list(part) for part in content(told)["parts"]] == [["text", "thoughtSignature"]]
    assert content(answer("text only", responseModalities=["IMAGE"])) == content(told)


def test_the_only_picture_may_be_a_thought() -> None:
    """Seen in the wild: then it is the one to take."""
    (part,) = pictures(answer("thought picture"))
    assert part["thought"] is True
    assert "thoughtSignature" not in part


def test_drafts_come_before_the_final_picture_and_are_billed() -> None:
    """They are not flagged, and all are of the asked-for size."""
    told = answer("drafts 2")
    assert [size_of(part) for part in pictures(told)] == [("JPEG", (704, 384))] * 3
    assert told["usageMetadata"]["candidatesTokensDetails"][-1] == {"modality": "IMAGE", "tokenCount": 3 * 747}
    assert pictures(told)[-1]["inlineData"] == pictures(CALL.draw("a lighthouse."))[-1]["inlineData"]


@pytest.mark.parametrize(
    ("cue", "shell"),
    [
        ("empty content", {"content": {}}),
        ("no content", {}),
        ("no parts", {"content": {"role": "model"}}),
        ("null parts", {"content": {"role": "model", "parts": None}}),
    ],
)
def test_hollow_answers(cue: str, shell: dict[str, Any]) -> None:
    """200 is not a picture."""
    assert candidate(answer(cue)) == {**shell, "finishReason": "STOP", "index": 0}


def test_no_candidates_at_all() -> None:
    """Only the usage is left."""
    assert "candidates" not in answer("no candidates")


def test_a_model_may_say_that_it_is_on_its_way_out() -> None:
    """modelStatus was in none of the recorded answers, so that it comes on request alone."""
    assert "modelStatus" not in CALL.draw("a cat")
    status = answer("model status DEPRECATED")["modelStatus"]
    assert (status["modelStage"], "gemini-nano-banana-2.1" in status["message"]) == ("DEPRECATED", True)
    old = CALL.draw("a cat emulate: model status LEGACY", model=OLD, config={})["modelStatus"]
    assert (old["modelStage"], old["retirementTime"]) == ("LEGACY", "2026-10-02T00:00:00Z")


def test_a_type_that_is_not_true() -> None:
    """Declared as PNG over JPEG bytes, as was seen."""
    (part,) = pictures(answer("declare image/png"))
    assert (part["inlineData"]["mimeType"], size_of(part)[0]) == ("image/png", "JPEG")


@pytest.mark.parametrize(
    ("cue", "code", "status", "said"),
    [
        ("429", 429, "RESOURCE_EXHAUSTED", "You exceeded your current quota"),
        ("400 region", 400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
        ("400 billing", 400, "FAILED_PRECONDITION", "enable billing"),
        ("403 leaked", 403, "PERMISSION_DENIED", "reported as leaked"),
        ("403 disabled", 403, "PERMISSION_DENIED", "it is disabled"),
        ("404", 404, "NOT_FOUND", "is not found for API version v1beta"),
        ("500", 500, "INTERNAL", "An internal error has occurred."),
        ("503", 503, "UNAVAILABLE", "experiencing high demand"),
        ("504", 504, "DEADLINE_EXCEEDED", "Deadline expired"),
    ],
)
def test_errors_on_request(cue: str, code: int, status: str, said: str) -> None:
    """In the envelope, with the right status word."""
    got, told = CALL.post(asked(f"a cat emulate: {cue}"))
    assert (got, told["error"]["code"], told["error"]["status"]) == (code, code, status)
    assert said in told["error"]["message"]


@pytest.mark.parametrize(
    ("cue", "quota", "hint"),
    [
        ("429 2s", "GenerateRequestsPerMinutePerProjectPerModel", "2s"),
        ("429 0.5s", "GenerateRequestsPerMinutePerProjectPerModel", "0.5s"),
        ("429 34567890s", "GenerateRequestsPerMinutePerProjectPerModel", "34567890s"),
        ("429 day", "GenerateRequestsPerDayPerProjectPerModel", None),
        ("429 zero", "GenerateRequestsPerDayPerProjectPerModel-FreeTier", None),
    ],
)
def test_quotas_on_request(cue: str, quota: str, hint: str | None) -> None:
    """QuotaFailure says which quota; RetryInfo how long to wait, if waiting helps."""
    _, told = CALL.post(asked(f"a cat emulate: {cue}"))
    details = {entry["@type"].rpartition(".")[2]: entry for entry in told["error"]["details"]}
    (violation,) = details["QuotaFailure"]["violations"]
    assert violation["quotaId"] == quota
    assert details.get("RetryInfo", {}).get("retryDelay") == hint
    assert ("limit: 0" in told["error"]["message"]) == (cue == "429 zero")


@pytest.mark.parametrize(
    "prompt",
    [
        "a sign that says SAFETY first",
        "other people",
        "emulate: other people's style",
        "please emulate: the text only style of posters",
        "emulate an IMAGE_SAFETY sticker",
        "emulate: 4290 birds",
        "emulate: 500/3",
        "a 404 page",
        "no image",
    ],
)
def test_other_prompts_draw(prompt: str) -> None:
    """Nothing but the very phrase triggers anything."""
    assert cues.in_prompt(prompt) == (cues.DRAW, prompt)


def test_the_phrase_is_not_part_of_the_picture() -> None:
    """It is taken out before anything is drawn."""
    assert cues.in_prompt("a cat. emulate: drafts 2; on a mat")[1] == "a cat.  on a mat"
    assert cues.in_prompt("emulate: IMAGE_SAFETY")[1] == ""
    assert cues.in_prompt("emulate: nothing\nemulate: 503")[0].code == 503


def test_only_the_last_prompt_counts() -> None:
    """What provoked something earlier does not provoke it again."""
    first = content(CALL.draw("a cat\nemulate: drafts 1"))
    second = CALL.draw("a cat\nemulate: drafts 1", first, "at night")
    assert len(pictures(second)) == 1


def test_a_continued_answer_is_drawn() -> None:
    """CONTINUATION gives a token; the request that brings it back is answered whole."""
    stopped = candidate(answer("CONTINUATION"))
    told = CALL.draw("a cat emulate: CONTINUATION", continuationToken=stopped["continuationToken"])
    assert len(pictures(told)) == 1


PASSES = {
    "BLOCK_NONE": "LOW MEDIUM HIGH",
    "OFF": "LOW MEDIUM HIGH",
    "BLOCK_ONLY_HIGH": "LOW MEDIUM",
    "BLOCK_MEDIUM_AND_ABOVE": "LOW",
    "BLOCK_LOW_AND_ABOVE": "",
}


@pytest.mark.parametrize("threshold", PASSES)
@pytest.mark.parametrize("probability", ["LOW", "MEDIUM", "HIGH"])
@pytest.mark.parametrize("verb", ["", "block "])
def test_each_threshold_lets_pass_what_it_says(verb: str, threshold: str, probability: str) -> None:
    """By the probability that the content is rated with, for answers and for prompts."""
    settings = [{"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": threshold}]
    prompt = f"a cat emulate: {verb}SAFETY HATE_SPEECH {probability}"
    told = CALL.draw(prompt, config=SMALL, safetySettings=settings)
    passed = any(one["content"] and pictures(told) for one in told.get("candidates", ()))
    assert passed == (probability in PASSES[threshold].split())
    if not passed:
        holder = told["promptFeedback"] if verb else candidate(told)
        rated = [one for one in holder["safetyRatings"] if one.get("blocked")]
        assert rated == [{"category": "HARM_CATEGORY_HATE_SPEECH", "probability": probability, "blocked": True}]


def test_a_category_is_set_once() -> None:
    """Two thresholds for one of them are refused."""
    twice = [{"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "OFF"}] * 2
    _, message = CALL.refused(asked("a cat", safetySettings=twice))
    assert "at most one safety setting" in message


def test_quotas_of_images_and_money() -> None:
    """What is counted stands in the quota's id; a spending limit has words alone."""
    status, told = CALL.post(asked("a cat emulate: 429 images"))
    details = {one["@type"].rpartition(".")[2]: one for one in told["error"]["details"]}
    assert (status, "ImagesPerMinute" in details["QuotaFailure"]["violations"][0]["quotaId"]) == (429, True)
    status, told = CALL.post(asked("a cat emulate: 429 spend"))
    assert (status, "spending cap" in told["error"]["message"]) == (429, True)
