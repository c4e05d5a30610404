"""Rate limits that can be switched on."""

from __future__ import annotations

from typing import Any

from .protocol_kit import FLASH, NEWEST, Caller, asked

CUE = asked("a cat emulate: text only")


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def details(answer: dict[str, Any]) -> dict[str, Any]:
    return {entry["@type"].rpartition(".")[2]: entry for entry in answer["error"]["details"]}


def test_requests_per_minute() -> None:
    """The hint says when the oldest request leaves the window; refused requests do not count."""
    clock = Clock()
    call = Caller(rpm=2, clock=clock)
    assert call.post(CUE)[0] == 200
    clock.now += 20
    assert call.post(CUE)[0] == 200
    for _ in range(3):
        status, answer = call.post(CUE)
        assert (status, details(answer)["RetryInfo"]["retryDelay"]) == (429, "40s")
    clock.now += 40.5
    assert call.post(CUE)[0] == 200


def test_requests_per_day() -> None:
    """Waiting a little does not help, so there is no hint."""
    clock = Clock()
    call = Caller(rpd=1, clock=clock)
    assert call.post(CUE)[0] == 200
    clock.now += 3600
    status, answer = call.post(CUE)
    assert (status, "RetryInfo" in details(answer)) == (429, False)
    assert details(answer)["QuotaFailure"]["violations"][0]["quotaId"] == "GenerateRequestsPerDayPerProjectPerModel"
    assert details(answer)["QuotaFailure"]["violations"][0]["quotaValue"] == "1"
    clock.now += 86_400
    assert call.post(CUE)[0] == 200


def test_a_free_tier_without_pictures() -> None:
    """limit: 0, whatever the time."""
    status, answer = Caller(rpm=0).post(CUE)
    assert (status, "limit: 0, model: gemini-3.1-flash-image" in answer["error"]["message"]) == (429, True)


def test_each_model_has_its_own_quota() -> None:
    """And a request that is refused for its content takes none."""
    call = Caller(rpm=1)
    assert call.post({"contents": []})[0] == 400
    assert [call.post(CUE, model)[0] for model in (FLASH, NEWEST, FLASH)] == [200, 200, 429]
