"""What an error says beyond its status: when to ask again, and what a user can do."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from nbgemini.core.skeleton import Json
from nbgemini.wire.error_body import Fault
from nbgemini.wire.typed import word

__all__ = ["WEB_PAGE", "hint_for", "retry_after"]

_DURATION = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,12})?)\s*s?\s*")


def retry_after(said: Fault, now: float) -> float | None:
    """Seconds to wait as the server asks (RetryInfo and Retry-After: the longer), None without a usable hint."""
    hints = [_seconds(detail.get("retryDelay")) for detail in said.every("RetryInfo")]
    hints.append(_header(said.headers.get("retry-after"), now))
    usable = [hint for hint in hints if hint is not None and math.isfinite(hint) and hint > 0]
    return max(usable, default=None)


def _seconds(value: Json) -> float | None:
    """A Duration: `34s`, `34.07s`; gateways also write bare numbers and {"seconds": 34}."""
    if isinstance(value, Mapping):
        value = value.get("seconds")
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found:
        return float(found[1])
    usable = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if usable else None


def _header(value: str | None, now: float) -> float | None:
    """Retry-After: seconds or a date."""
    if not value:
        return None
    found = _DURATION.fullmatch(value)
    if found:
        return float(found[1])
    try:
        return parsedate_to_datetime(value).timestamp() - now
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None


_UNKNOWN = "It is not known whether the request reached the model; try again when you are ready to pay for it twice."
WEB_PAGE = (
    "The login page of a network, a proxy, a firewall or a wrong base URL answers like this: open any web page in a"
    " browser to log in, then check the base URL and the proxy; `%imagine doctor` tests them."
)
_NO_SUCH_ADDRESS = (
    "Check the base URL and, on Vertex AI, GOOGLE_CLOUD_LOCATION: `%imagine doctor` says where both come from."
)
_BY_KIND = {
    "AuthenticationFailed": "Check the key: `%imagine doctor` says where it comes from; AI Studio makes new ones.",
    "SignatureRejected": "Start a new branch with the last picture: `--new -r @last`.",
    "RequestTooLarge": "Send fewer or smaller pictures.",
    "ModelNotFound": "`%imagine models` lists what there is; `-m` chooses.",
    "PermissionRefused": "Check in AI Studio that the key's project may use the Gemini API, and this model.",
    "UnexpectedReply": "Check the base URL and the proxy: this does not look like the Gemini API.",
    "InvalidRequest": "`--dry-run` shows the request.",
}
# (status, what the message or a detail's reason says, hint): the first that fits counts.
_BY_TEXT: tuple[tuple[int, re.Pattern[str], str], ...] = tuple(
    (status, re.compile(pattern, re.IGNORECASE), hint)
    for status, pattern, hint in (
        (400, r"location is not supported", "The Gemini API is not offered where you are; Vertex AI may be."),
        (400, r"billing", "Turn billing on for the project of the key."),
        (400, r"aspect_ratio|aspectratio", "Choose another ratio with `-a`; `%imagine models` lists them."),
        (400, r"image_size|imagesize", "Choose another size with `-s`, or leave it out."),
        (400, r"thinking", "Leave `--thinking` out: this model does not take it."),
        (400, r"unknown name|cannot find field", "A field is not known to this API; look at `--set` and `--dry-run`."),
        (400, r"exceeds the maximum number of tokens|token count", "Shorten the prompt, or send fewer pictures."),
        (403, r"unregistered callers|without established identity", "No key was sent: set GOOGLE_API_KEY."),
        (
            403,
            r"flagged|moderation|content policy",
            "A filter refuses the prompt: rephrase it, and leave out what may be read as harmful.",
        ),
        (403, r"leaked", "This key was found in public and is blocked: make a new one in AI Studio."),
        (401, r"oauth 2 access token", "Log in again: `gcloud auth application-default login`."),
        (
            401,
            r"api keys are not supported",
            "To use a key on Vertex AI (express mode), set no project; otherwise log in.",
        ),
        (
            403,
            r"permission '?aiplatform\.|IAM_PERMISSION_DENIED",
            "The account needs the role Vertex AI User (roles/aiplatform.user) in the project.",
        ),
        (403, r"vertex ai api|aiplatform\.googleapis\.com", "Enable the Vertex AI API in the project."),
        (403, r"aiplatform\.", "The account needs the role Vertex AI User (roles/aiplatform.user) in the project."),
        (404, r"publisher model", "The location may not have this model: GOOGLE_CLOUD_LOCATION=global has them all."),
        (407, r"", "The login is part of the proxy's address: `HTTPS_PROXY=http://user:password@host:port`."),
        (403, r"generative language api|^SERVICE_DISABLED$", "Enable the Generative Language API in the project."),
        (403, r"SERVICE_DISABLED|has not been used|is disabled", "Enable that API in the project of the key."),
        (403, r"\bfile\b|files/", "The uploaded file is gone or belongs to another project: send the picture again."),
        (408, r"", _UNKNOWN),
        (409, r"", _UNKNOWN),
        (499, r"", _UNKNOWN),
        (500, r"", "Try again; a smaller size or a shorter prompt often helps."),
        (503, r"", "Try again in a little while, or choose another model with `-m`."),
        (504, r"", "Try again with a longer `--timeout` or a smaller size; it may have been charged anyway."),
    )
)


def hint_for(said: Fault, kind: str) -> str:
    """What a user can do. `kind` is the exception's name."""
    if said.is_page and (said.status < 500 or said.status == 511) and said.status not in (407, 408, 413):
        return _NO_SUCH_ADDRESS if said.status == 404 else WEB_PAGE
    if kind == "UnexpectedReply" and said.status == 404:
        return _NO_SUCH_ADDRESS
    if said.status == 404 and said.message and "model" not in said.message.lower():
        kind = "InvalidRequest"
    text = f"{said.message} {word(said.detail('ErrorInfo').get('reason'), 100)}"
    if kind not in ("AuthenticationFailed", "SignatureRejected", "RequestTooLarge") or said.status == 401:
        for status, pattern, hint in _BY_TEXT:
            if status == said.status and pattern.search(text):
                return hint
    if kind == "ServerFault":
        return _UNKNOWN
    if kind == "AuthenticationFailed" and not said.from_google and said.status != 400:
        return "Check the key: `%imagine doctor` says where it comes from. Ask whoever runs the server for a key."
    if kind == "PermissionRefused" and not said.from_google:
        return "The server at the base URL refuses it, and not in Google's words: ask whoever runs it."
    return _BY_KIND.get(kind, "")
