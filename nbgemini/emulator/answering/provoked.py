"""The errors that a cue can ask for."""

from __future__ import annotations

from .. import apierrors
from ..apierrors import DOMAIN, ApiError, detail
from ..cues import Cue
from . import ratelimits

_ENABLE = f"https://console.developers.google.com/apis/api/{DOMAIN}/overview?project=000000000000"
_PLAIN: dict[tuple[int, str], tuple[str, str | None]] = {
    (400, "region"): ("User location is not supported for the API use.", "FAILED_PRECONDITION"),
    (400, "billing"): (
        "Gemini API free tier is not available in your country. Please enable billing on your project in "
        "Google AI Studio.",
        "FAILED_PRECONDITION",
    ),
    (403, "leaked"): ("Your API key was reported as leaked. Please use another API key.", None),
    (500, ""): (apierrors.INTERNAL, None),
    (503, ""): (apierrors.OVERLOADED, None),
    (504, ""): (apierrors.DEADLINE, None),
}


def of(cue: Cue, model: str, version: str) -> ApiError:
    """The error of an `error` cue, as Google words it."""
    if cue.code == 429:
        return ratelimits.exceeded(model, scope=cue.reason, retry_after=cue.retry_after)
    if cue.code == 404:
        return apierrors.model_gone(model, version)
    if (cue.code, cue.reason) == (403, "disabled"):
        return _disabled()
    message, status = _PLAIN[cue.code, cue.reason]
    return ApiError(cue.code, message, status=status)


def _disabled() -> ApiError:
    message = (
        "Generative Language API has not been used in project 000000000000 before or it is disabled. Enable it by "
        f"visiting {_ENABLE} then retry. If you enabled this API recently, wait a few minutes for the action to "
        "propagate to our systems and retry."
    )
    metadata = {"service": DOMAIN, "consumer": "projects/000000000000"}
    info = detail("ErrorInfo", reason="SERVICE_DISABLED", domain="googleapis.com", metadata=metadata)
    links = [{"description": "Google developers console API activation", "url": _ENABLE}]
    return ApiError(403, message, details=[detail("Help", links=links), info])
