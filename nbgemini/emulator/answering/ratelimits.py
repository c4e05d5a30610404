"""Rate limits: the 429s of Google's quota, and counters that can be switched on."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from ..apierrors import DOMAIN, ApiError, detail

MINUTE, DAY = 60.0, 86_400.0
_HELP = "https://ai.google.dev/gemini-api/docs/rate-limits"
_PLAIN = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, "
    f"head to: {_HELP}. To monitor your current usage, head to: https://ai.dev/rate-limit. "
)
# The wording of Google's own is not known; that it names the spending limit is.
_SPENT = f"Your project has exceeded its monthly spending cap. For more information, head to: {_HELP}."
_IDS = {
    "minute": ("generate_requests_per_model", "GenerateRequestsPerMinutePerProjectPerModel"),
    "day": ("generate_requests_per_model_per_day", "GenerateRequestsPerDayPerProjectPerModel"),
    "images": ("generate_images_per_model_per_minute", "GenerateImagesPerMinutePerProjectPerModel"),
    "zero": ("generate_content_free_tier_requests", "GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
}


def exceeded(model: str, *, scope: str = "minute", limit: int = 10, retry_after: float | None = None) -> ApiError:
    """429 for a `scope`: minute, day, images, spend, or zero (a free tier without any); the hint is in seconds."""
    if scope == "spend":
        return ApiError(429, _SPENT)
    metric, quota_id = _IDS[scope]
    limit = 0 if scope == "zero" else limit
    message = f"{_PLAIN}\n* Quota exceeded for metric: {DOMAIN}/{metric}, limit: {limit}, model: {model}"
    violation = {
        "quotaMetric": f"{DOMAIN}/{metric}",
        "quotaId": quota_id,
        "quotaDimensions": {"model": model, "location": "global"},
        "quotaValue": str(limit),
    }
    details: list[dict[str, Any]] = [
        detail("Help", links=[{"description": "Learn more about Gemini API quotas", "url": _HELP}]),
        detail("QuotaFailure", violations=[violation]),
    ]
    if retry_after is not None:
        delay = f"{retry_after:.3f}".rstrip("0").rstrip(".") + "s"
        message += f"\nPlease retry in {delay}."
        details.append(detail("RetryInfo", retryDelay=delay))
    return ApiError(429, message, details=details)


class Quota:
    """Counts requests per minute and per day for each model; None means no limit."""

    def __init__(self, *, rpm: int | None, rpd: int | None, clock: Callable[[], float]) -> None:
        self._limits = [("day", rpd, DAY), ("minute", rpm, MINUTE)]
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, deque[float]] = {}

    def take(self, model: str) -> None:
        """Counts one request; ApiError 429 if that is one too many. A refused request is not counted."""
        if all(limit is None for _, limit, _ in self._limits):
            return
        now = self._clock()
        with self._lock:
            seen = self._seen.setdefault(model, deque())
            while seen and seen[0] <= now - DAY:
                seen.popleft()
            for scope, limit, span in self._limits:
                recent = [at for at in seen if at > now - span]
                if limit is not None and len(recent) >= limit:
                    raise self._refusal(model, scope, limit, recent, now)
            seen.append(now)

    def _refusal(self, model: str, scope: str, limit: int, recent: list[float], now: float) -> ApiError:
        if limit == 0:
            return exceeded(model, scope="zero")
        wait = round(recent[0] + MINUTE - now, 3) if scope == "minute" else None
        return exceeded(model, scope=scope, limit=limit, retry_after=wait)
