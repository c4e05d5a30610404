"""Error statuses with any body: exactly one type, Google's own words, a hint, and whether it was charged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.skeleton import Skeleton
from nbgemini.errors import (
    ApiError,
    AuthenticationFailed,
    InvalidRequest,
    ModelNotFound,
    PermissionRefused,
    QuotaExceeded,
    RequestTooLarge,
    ServerFault,
    SignatureRejected,
    UnexpectedReply,
)
from nbgemini.wire.refusals import fault, fault_in_stream, fault_under_200

NOW = 1_800_000_000.0
KEY = "AIzaSyA1234567890123456789012345678901"


def envelope(status: int, message: str, reason: str = "INVALID_ARGUMENT", *details: Any) -> bytes:
    return json.dumps(
        {"error": {"code": status, "message": message, "status": reason, "details": list(details)}}
    ).encode()


def detail(kind: str, **fields: Any) -> dict[str, Any]:
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **fields}


def found(status: int, body: bytes = b"", **headers: str) -> ApiError:
    return fault(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, now=NOW)


# What the API was seen to say (facts sheet, sections 4 and 6), the type it becomes, and a word of its hint.
SAID: list[tuple[int, str, type[ApiError], str]] = [
    (400, "API key not valid. Please pass a valid API key.", AuthenticationFailed, "doctor"),
    (400, "User location is not supported for the API use.", InvalidRequest, "Vertex"),
    (400, "* GenerateContentRequest.generation_config.image_config.aspect_ratio: must be one of", InvalidRequest, "-a"),
    (400, 'Invalid JSON payload received. Unknown name "outputMimeType"', InvalidRequest, "--set"),
    (400, "Thinking is not enabled for this model", InvalidRequest, "--thinking"),
    (400, "Request payload size exceeds the limit: 20971520 bytes.", RequestTooLarge, "fewer"),
    (400, "Image part is missing a thought_signature in content position 2.", SignatureRejected, "@last"),
    (400, "Corrupted thought signature.", SignatureRejected, "@last"),
    (400, "Unable to submit request because it has an invalid thoughtSignature", SignatureRejected, "@last"),
    (400, "something else", InvalidRequest, "--dry-run"),
    (401, "Request had invalid authentication credentials.", AuthenticationFailed, "doctor"),
    (403, "Method doesn't allow unregistered callers", PermissionRefused, "GOOGLE_API_KEY"),
    (403, "Your API key was reported as leaked. Please use another API key.", PermissionRefused, "new one"),
    (403, "Generative Language API has not been used in project 5 before.", PermissionRefused, "Enable"),
    (403, "You do not have permission to access the File abc", PermissionRefused, "file"),
    (404, "models/x is not found for API version v1beta", ModelNotFound, "models"),
    (413, "", RequestTooLarge, "fewer"),
    (405, "Method not allowed", InvalidRequest, "--dry-run"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "message", "kind", "hint"), SAID)
def test_each_text_becomes_its_exception(status: int, message: str, kind: type[ApiError], hint: str) -> None:
    """Type, status, Google's words, no charge, and a hint that helps."""
    error = found(status, envelope(status, message))
    assert type(error) is kind
    assert (error.status, error.charged, error.server_message) == (status, "no", message)
    assert hint in error.hint
    assert str(status) in error.message
    assert message[:60] in error.message


def test_a_bad_key_is_told_by_its_reason_too() -> None:
    """The message may change; the ErrorInfo reason does not."""
    body = envelope(400, "Nope.", "INVALID_ARGUMENT", detail("ErrorInfo", reason="API_KEY_INVALID"))
    assert type(found(400, body)) is AuthenticationFailed
    disabled = envelope(403, "No.", "PERMISSION_DENIED", detail("ErrorInfo", reason="SERVICE_DISABLED"))
    assert "Enable" in found(403, disabled).hint


@pytest.mark.parametrize(
    ("status", "google", "charged"),
    [(500, True, "no"), (503, True, "no"), (504, True, "maybe"), (502, True, "maybe")]
    + [(status, False, "maybe") for status in (500, 502, 503, 504, 529)],
)
def test_server_faults_know_what_is_certain(status: int, google: bool, charged: str) -> None:
    """Only 500 and 503 in Google's own JSON are known to cost nothing."""
    error = found(status, envelope(status, "high demand", "UNAVAILABLE") if google else b"<html>Bad gateway</html>")
    assert isinstance(error, ServerFault)
    assert (error.from_google, error.charged) == (google, charged)
    assert error.hint


@pytest.mark.parametrize("status", [204, 206, 301, 302, 307, 308, 402, 407, 408, 409, 418, 499])
def test_everything_else_is_unexpected(status: int) -> None:
    """Web pages and statuses that the API does not document; what a redirect says is not followed."""
    error = found(status, b"<html>", location="https://elsewhere.example/?key=x")
    assert type(error) is UnexpectedReply
    assert error.charged == ("maybe" if status < 300 or status in (408, 409, 499) else "no")
    assert "elsewhere.example" not in str(error)


def quota(message: str = "You exceeded your current quota", *details: Any, **headers: str) -> QuotaExceeded:
    error = found(429, envelope(429, message, "RESOURCE_EXHAUSTED", *details), **headers)
    assert isinstance(error, QuotaExceeded)
    return error


DELAYS: list[tuple[Any, float | None]] = [
    ("34s", 34.0),
    ("34.07s", 34.07),
    ("0.5s", 0.5),
    ("  7s ", 7.0),
    (12, 12.0),
    ({"seconds": "9"}, 9.0),
    ("0s", None),
    ("-3s", None),
    ("NaN", None),
    ("nans", None),
    ("infs", None),
    (float("nan"), None),
    (-1, None),
    ("1e3s", None),
    ("soon", None),
    (None, None),
    ([], None),
    (10**30, None),
    ("9" * 40 + "s", None),
]


@pytest.mark.parametrize(("delay", "seconds"), DELAYS)
def test_a_retry_delay_is_read_or_ignored(delay: Any, seconds: float | None) -> None:
    """A Duration string is; what is negative, no number or absurd is no hint."""
    assert quota("x", detail("RetryInfo", retryDelay=delay)).retry_after == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("2.5", 2.5),
        ("Fri, 15 Jan 2027 08:00:45 GMT", 45.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", None),
        ("-5", None),
        ("NaN", None),
        ("", None),
        ("tomorrow", None),
        ("Fri, 99 Jan 99999999 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    """Dates count from now; those in the past are no hint."""
    assert quota(retry_after=value).retry_after == seconds


def test_the_longer_hint_counts() -> None:
    """Never less than what either of them asks for."""
    assert quota("x", detail("RetryInfo", retryDelay="3s"), Retry_After="20").retry_after == 20.0
    assert quota("x", detail("RetryInfo", retryDelay="30s"), retry_after="20").retry_after == 30.0


def violation(**fields: Any) -> dict[str, Any]:
    return detail("QuotaFailure", violations=[fields, 5])


@pytest.mark.parametrize(
    ("message", "details", "scope"),
    [
        ("Resource exhausted.", [], "minute"),
        ("x", [violation(quotaId="GenerateRequestsPerMinutePerProjectPerModel")], "minute"),
        ("x", [violation(quotaId="GenerateRequestsPerDayPerProjectPerModel-FreeTier")], "day"),
        ("Quota exceeded for metric: free_tier_requests, limit: 0, model: x", [], "zero"),
        ("Quota exceeded for metric: requests, limit: 0.5", [], "minute"),
        ("Quota exceeded for metric: requests, limit: 100", [], "minute"),
        ("x", [violation(quotaId="PerDay", quotaValue="0")], "zero"),
        ("Your project reached its monthly spending cap.", [], "spend"),
        ("You hit your daily limit", [], "day"),
    ],
)
def test_the_limit_is_named(message: str, details: list[Any], scope: str) -> None:
    """Per minute, per day, none at all, or money; each with its own advice."""
    error = quota(message, *details)
    assert error.scope == scope
    assert {"day": "Pacific", "zero": "billing", "spend": "billing", "minute": "minute"}[scope] in error.hint


BODIES = [
    b"",
    b"<html><body>502 Bad Gateway</body></html>",
    b"\x00\xff\xfe",
    b"null",
    b"[]",
    b"[5]",
    b'{"error": null}',
    b'{"error": "text"}',
    b'{"error": {"message": 5, "status": [], "details": {"a": 1}}}',
    b'{"error": {"message": "m", "details": [1, null, {"@type": 5}, {"@type": "x.RetryInfo"}]}}',
    b"[" * 3000,
    b'{"error": {"message": "' + b"9" * 100_000,
]


@pytest.mark.parametrize("body", BODIES)
def test_any_body_gives_a_typed_error(body: bytes) -> None:
    """Google's envelope, a proxy's page, nothing or garbage: three lines at most, and never another exception."""
    for status in (400, 401, 403, 404, 413, 429, 500, 503, 504, 302):
        error = found(status, body)
        assert isinstance(error, ApiError), status
        assert 2 <= len(error.lines()) <= 3, status


def test_an_envelope_in_an_array_is_read() -> None:
    """Without SSE the streaming endpoint wraps it so."""
    error = found(400, b"[" + envelope(400, "Corrupted thought signature.") + b"]")
    assert type(error) is SignatureRejected


def test_no_key_survives_in_an_error() -> None:
    """A server that quotes the key back does not get it shown."""
    for status in (400, 403, 429, 500):
        error = found(status, envelope(status, f"bad key {KEY}, Bearer abcdefghijkl, ya29.abcdefghijkl"))
        assert not any(part in str(vars(error)) + str(error) for part in (KEY, "abcdefghijkl"))
        assert "[redacted]" in error.message


@given(status=st.integers(100, 999), body=st.binary(max_size=80), header=st.text(max_size=20))
def test_no_reply_gives_a_foreign_exception(status: int, body: bytes, header: str) -> None:
    """Any status, any bytes, any Retry-After."""
    assert isinstance(fault(status, {"retry-after": header}, body, now=NOW), ApiError)


def test_what_is_counted_is_told() -> None:
    """Requests, images or tokens, how many, and the span; failed attempts count."""
    images = quota("x", violation(quotaId="GenerateImagesPerMinutePerProjectPerModel", quotaValue="10"))
    assert images.message.startswith("The quota of 10 images a minute is used up (429 RESOURCE_EXHAUSTED)")
    assert "`-n`" in images.hint
    tokens = quota("x", violation(quotaMetric="g/generate_content_paid_tier_input_token_count", quotaValue="1000000"))
    assert "1,000,000 input tokens a minute" in tokens.message
    day = quota("x", violation(quotaId="GenerateRequestsPerDayPerProjectPerModel", quotaValue="250"))
    assert "250 requests a day" in day.message
    for error in (images, tokens, day):
        assert "Failed attempts count" in error.hint.replace("failed", "Failed")
        assert "%imagine help quotas" in error.hint
        assert len(error.lines()) == 3
        assert max(map(len, error.lines())) <= 400


@pytest.mark.parametrize(
    ("delay", "wait"),
    [
        ("59.2s", "Wait 60 s, as the server asks"),
        ("1800s", "Wait 30 min, as the server asks"),
        ("9" * 8 + "s", "Wait long, as the server asks"),
        ("NaNs", "Wait a minute"),
    ],
)
def test_the_wait_that_the_server_asks_for_is_told(delay: str, wait: str) -> None:
    """In seconds, minutes or hours; without a usable hint a minute is named."""
    error = quota("x", {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay})
    assert error.hint.startswith(wait)


def test_when_a_day_ends_is_told() -> None:
    """In hours, and by the clock of this computer."""
    said = envelope(429, "You hit your daily limit", "RESOURCE_EXHAUSTED")
    error = fault(429, {}, said, now=1_795_305_600.0)  # 2026-11-22 00:00 UTC: 16:00 in California
    assert "midnight Pacific time: in 8 h 0 min, at " in error.hint
    assert isinstance(error, QuotaExceeded)


@pytest.mark.parametrize("value", [None, 7, "-1", "1e9", "x" * 99, "9" * 40, ["10"]])
def test_a_limit_that_is_no_number(value: Any) -> None:
    """Is left out."""
    error = quota("x", violation(quotaId="GenerateRequestsPerDayPerProject", quotaValue=value))
    assert error.message.startswith("The quota of requests a day is used up")


@pytest.mark.parametrize("said", ["Resource has been exhausted (e.g. check quota).", "Slow down."])
def test_a_limit_that_nobody_names_is_not_guessed(said: str) -> None:
    """It is a quota, and not surely one of requests."""
    error = quota(said)
    assert error.message.startswith("A quota is used up (429 RESOURCE_EXHAUSTED)")
    assert error.scope == "minute"


def test_vertex_ai_without_capacity_is_no_quota() -> None:
    """There pictures share what is free: another location helps, and no tier does."""
    said = "Resource exhausted. Please try again later. See https://cloud.google.com/x/error-code-429 for more details."
    error = quota(said)
    assert error.message.startswith("Vertex AI has no free capacity at this location (429 RESOURCE_EXHAUSTED)")
    assert "`global`" in error.hint
    assert "quotas" not in error.hint
    assert error.scope == "minute"


@pytest.mark.parametrize(
    ("said", "details"),
    [
        ("You have exceeded the project file storage quota of 20 GB.", ()),
        ("Quota exceeded.", (violation(quotaMetric="g/file_storage_bytes", quotaId="FileStorageBytesPerProject"),)),
    ],
)
def test_a_full_files_api_is_not_waited_for(said: str, details: tuple[Any, ...]) -> None:
    """Files go by themselves after two days, or by being deleted; a minute changes nothing."""
    error = quota(said, *details)
    assert error.scope == "storage"
    assert error.message.startswith("The project's 20 GB for uploaded files are used up")
    assert "`nbgemini.uploads().delete()`" in error.hint
    assert "48 hours" in error.hint


@pytest.mark.parametrize(("status", "reason"), [(408, ""), (409, "ABORTED"), (499, "CANCELLED")])
def test_an_end_that_says_nothing_of_the_model(status: int, reason: str) -> None:
    """Google's own word for it does not make a user doubt the base URL; what was charged is not known."""
    error = found(status, envelope(status, "The operation was cancelled.", reason))
    assert error.charged == "maybe"
    assert "base URL" not in error.hint
    assert "ready to pay" in error.hint


def in_a_text(status: int, message: str, reason: str = "INVALID_ARGUMENT", *details: Any) -> str:
    """Google's envelope as gateways put it into a text of their own."""
    return envelope(status, message, reason, *details).decode()


BAD_KEY = in_a_text(400, "API key not valid. Please pass a valid API key.")
DAY = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel", "quotaValue": "100"}
OF_A_DAY = in_a_text(429, "Quota!", "RESOURCE_EXHAUSTED", detail("QuotaFailure", violations=[DAY]))
AS_PYTHON = (
    r"""litellm.BadRequestError: VertexAIException - b'{\n  "error": {\n "code": 400, "message": "Bad role."}}'"""
)
BEHIND = "Provider returned error"
# What others than Google say went wrong, the type that it becomes, and the words that are quoted.
SHAPES: list[tuple[int, Any, type[ApiError], str]] = [
    (400, {"detail": "No such deployment"}, InvalidRequest, "No such deployment"),
    (422, {"detail": [{"loc": ["body", "contents"], "msg": "required"}]}, InvalidRequest, "body.contents: required"),
    (403, {"message": "Forbidden by policy 17"}, PermissionRefused, "Forbidden by policy 17"),
    (400, {"error": "aspect ratio is wrong"}, InvalidRequest, "aspect ratio is wrong"),
    (400, {"error": ["no such region", "try another"]}, InvalidRequest, "no such region; try another"),
    (400, {"error": [{"message": "first"}]}, InvalidRequest, "first"),
    (400, {"errors": [{"title": "Bad", "detail": "too long"}]}, InvalidRequest, "too long"),
    (400, {"errors": {"model": ["is not known"]}}, InvalidRequest, "model: is not known"),
    (400, {"error": "invalid_grant", "error_description": "Token expired"}, InvalidRequest, "Token expired"),
    (400, {"statusCode": 400, "error": "Bad Request", "message": "size is wrong"}, InvalidRequest, "size is wrong"),
    (400, {"fault": {"faultstring": "Invalid ApiKey"}}, AuthenticationFailed, "Invalid ApiKey"),
    (400, {"error": {"message": "Incorrect API key provided"}}, AuthenticationFailed, "Incorrect API key provided"),
    (400, {"error": {"message": BAD_KEY}}, AuthenticationFailed, "API key not valid."),
    (500, {"error": {"message": json.dumps({"error": {"message": BAD_KEY}})}}, AuthenticationFailed, "API key not va"),
    (400, {"error": {"message": AS_PYTHON, "code": "400"}}, InvalidRequest, "Bad role."),
    (502, {"error": {"message": f"upstream: {OF_A_DAY}"}}, QuotaExceeded, "Quota!"),
    (429, {"error": {"message": BEHIND, "metadata": {"raw": OF_A_DAY}}}, QuotaExceeded, "Quota!"),
    (400, {"error": {"message": BEHIND, "metadata": {"raw": "odd size"}}}, InvalidRequest, "odd size"),
    (403, {"detail": {"reason": "VPN only", "code": "E7"}}, PermissionRefused, "VPN only"),
    (400, {"base_resp": {"status_code": 1008, "status_msg": "empty purse"}}, InvalidRequest, "empty purse"),
    (400, "just a text", InvalidRequest, "just a text"),
    (404, {"detail": "Not Found"}, UnexpectedReply, "Not Found"),
    (404, {"error": {"message": "unknown model x"}}, ModelNotFound, "unknown model x"),
    (400, {"code": 17, "info": "odd"}, InvalidRequest, '{"code": 17, "info": "odd"}'),
    (402, {"error": {"message": "Insufficient credits"}}, QuotaExceeded, "Insufficient credits"),
    (400, {"error": {"message": "Budget has been exceeded!", "type": "budget_exceeded"}}, QuotaExceeded, "Budget has"),
    (403, {"error": {"message": "No.", "code": "insufficient_user_quota"}}, QuotaExceeded, "No."),
    (401, {"message": "Your credit balance is too low"}, QuotaExceeded, "Your credit balance is too low"),
    (400, {"error": {"message": "thinking budget is too high"}}, InvalidRequest, "thinking budget is too high"),
]


@pytest.mark.parametrize(("status", "body", "kind", "quoted"), SHAPES)
def test_what_others_say_is_quoted_and_decides(status: int, body: Any, kind: type[ApiError], quoted: str) -> None:
    """Whatever JSON of a gateway's holds the words, they are found, shown, and make the type."""
    error = found(status, json.dumps(body).encode())
    assert type(error) is kind
    assert f"“{quoted}" in error.message
    assert str(status) in error.message
    assert error.charged == "no"
    assert len(error.lines()) == 3


@pytest.mark.parametrize(
    ("body", "quoted"),
    [
        (b"upstream connect error", "upstream connect error"),
        (b"<?xml version='1.0'?><Error><Code>X</Code><Message>Access Denied</Message></Error>", "Access Denied"),
        (BAD_KEY.encode()[:85], "API key not valid."),
        (b"\x1b[31mred\x07 \xe2\x80\xae<b>" + b"z" * 9000, "\ufffd[31mred\ufffd \ufffd<b>z"),
    ],
)
def test_a_text_is_quoted(body: bytes, quoted: str) -> None:
    """Cut, without control characters, and without tags where it is XML."""
    error = found(502, body)
    assert f"“{quoted}" in error.message
    assert len(error.message) < 400


def test_a_gateways_words_are_not_taken_for_googles() -> None:
    """Shapes of OpenAI's and OpenRouter's: who gives out the key, what a filter refuses, what may have been charged."""
    error = {"message": "Sorry.", "type": "server_error", "param": None, "code": None}
    assert found(503, json.dumps({"error": error}).encode()).charged == "maybe"
    flagged = {"error": {"message": "Input flagged", "code": 403, "metadata": {"reasons": ["violence"]}}}
    assert "refuses the prompt: rephrase it" in found(403, json.dumps(flagged).encode()).hint
    refused = found(401, b'{"error": "invalid token for tenant zed"}')
    assert "Ask whoever runs the server" in refused.hint
    assert "AI Studio" not in refused.hint


def test_the_address_of_a_page_is_no_reason() -> None:
    """`type` is one in problem details."""
    problem = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "Only grey today"}
    assert found(409, json.dumps(problem).encode()).message.endswith("(409): “Only grey today”")


PAGE = b"<!DOCTYPE html>\n<html><style>b{}</style><title>Hotel &ndash; log in</title><body>Hi</body></html>"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 502, 511])
def test_a_web_page_is_named_and_blames_no_key(status: int) -> None:
    """What it is about is quoted, and the hint says where such pages come from."""
    error = found(status, PAGE)
    assert error.message == f"A web page came instead of an answer ({status}): “Hotel – log in”"
    assert "key" not in error.hint
    if status in (400, 401, 403, 511):
        assert "login page" in error.hint
    if status == 404:
        assert type(error) is UnexpectedReply
        assert "GOOGLE_CLOUD_LOCATION" in error.hint


@pytest.mark.parametrize(
    ("message", "more"),
    [
        ("Budget has been exceeded! Current cost: 10.2, Max budget: 10.0", {"type": "budget_exceeded"}),
        ("ExceededBudget: User=x over budget", {}),
        ("You exceeded your current quota, please check your plan.", {"code": "insufficient_quota"}),
        ("Your credit balance is too low", {}),
    ],
)
def test_the_budget_of_a_gateway_is_not_waited_for(message: str, more: dict[str, str]) -> None:
    """It is money, so that neither a minute nor another try helps."""
    error = found(429, json.dumps({"error": {"message": message, **more}}).encode())
    assert isinstance(error, QuotaExceeded)
    assert error.scope == "spend"
    assert error.message.startswith("The budget or credit of this key is used up (429")
    assert error.hint.startswith("Waiting does not help")


@pytest.mark.parametrize("value", ["0", 0])
def test_a_limit_of_zero_in_the_metadata(value: Any) -> None:
    """As Vertex AI and the older quota service write it."""
    info = detail("ErrorInfo", reason="RATE_LIMIT_EXCEEDED", metadata={"quota_limit_value": value})
    assert quota("Quota exceeded for quota metric 'x'", info).scope == "zero"


def test_the_role_that_is_missing_is_told_from_the_api() -> None:
    """A refused permission names the API's address too, and enabling that would change nothing."""
    said = "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/x'"
    assert "roles/aiplatform.user" in found(403, envelope(403, said, "PERMISSION_DENIED")).hint
    other = "Firebase ML API has not been used in project 1 before or it is disabled."
    assert "Generative" not in found(403, envelope(403, other, "PERMISSION_DENIED")).hint


@pytest.mark.parametrize(("code", "charged"), [(400, "no"), (408, "maybe"), (499, "maybe"), (503, "maybe")])
def test_a_refusal_in_place_of_an_answer_may_have_been_charged(code: int, charged: str) -> None:
    """Under 200, in a stream too: what was given up on its way may have reached the model."""
    error: dict[str, Any] = {"code": code, "message": "Sorry.", "status": "CANCELLED"}
    whole = fault_under_200(Skeleton.of({"error": error}))
    assert whole is not None
    assert whole.charged == fault_in_stream(error, begun=False).charged == charged
