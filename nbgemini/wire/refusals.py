"""An error status with its body as the exception that fits it exactly, in Google's own words."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from nbgemini.core.phrases import AGAIN, opening
from nbgemini.core.redact import redact
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.errors import (
    AnswerUndecodable,
    ApiError,
    AuthenticationFailed,
    Charged,
    InvalidRequest,
    ModelNotFound,
    PermissionRefused,
    QuotaExceeded,
    RequestTooLarge,
    ServerFault,
    SignatureRejected,
    UnexpectedReply,
)
from nbgemini.wire.error_body import Fault, parse
from nbgemini.wire.events import is_stream
from nbgemini.wire.hints import WEB_PAGE, hint_for, retry_after
from nbgemini.wire.limits import is_spent, limit_of
from nbgemini.wire.patient import breaks_off
from nbgemini.wire.typed import Hide

__all__ = ["fault", "fault_in_stream", "fault_under_200"]


_SIGNATURE = re.compile(r"thought.?signature", re.IGNORECASE)
_TOO_LARGE = re.compile(
    r"payload size exceeds|request (is |entity )?too large|exceeds the (size )?limit", re.IGNORECASE
)
_BAD_KEY = re.compile(
    r"api key (is )?(not valid|expired|not found|invalid)|(invalid|incorrect|unknown) api[ _-]?key|invalid token",
    re.IGNORECASE,
)
_MODEL = re.compile(r"\bmodels?\b", re.IGNORECASE)
_UNSURE = (408, 409, 499)  # what became of the request is not known
_QUOTED = 240  # characters of Google's text in a message; the whole of it is in `server_message`


def fault(status: int, headers: Mapping[str, str], body: bytes, *, now: float, hide: Hide = redact) -> ApiError:
    """The exception for an error status. `now` is seconds since the epoch, for a Retry-After that is a date; `hide`
    takes secrets out of what the server says.
    """
    return _exception(parse(status, headers, body, hide), now)


def _exception(said: Fault, now: float) -> ApiError:
    if said.status == 429 or (is_spent(said) and said.message and not said.is_page):
        return _quota(said, now)
    if said.status >= 500:
        return _server_fault(said, now)
    kind = _kind(said)
    charged: Charged = "maybe" if said.status < 300 or said.status in _UNSURE else "no"
    return kind(
        _sentence(said),
        status=said.status,
        reason=said.reason,
        server_message=said.message,
        hint=hint_for(said, kind.__name__),
        charged=charged,
    )


def fault_in_stream(error: Mapping[str, Json], *, begun: bool, hide: Hide = redact) -> ApiError:
    """The exception for an error that came under status 200; `begun`: after some of the answer had come.

    It is never answered by another try, since nobody knows what the first one cost.
    """
    code = error.get("code")
    status = code if type(code) is int and 400 <= code <= 599 else 500
    body = Skeleton.of({"error": {**error, "code": status}}).text if _is_plain(error) else b"{}"
    found = fault(status, {}, body, now=0.0, hide=hide)
    if not begun:
        found.charged = _charged(status)
        return found
    said = f"The answer broke off with an error: {found.message[:1].lower()}{found.message[1:]}"
    return ServerFault(
        said,
        from_google=True,
        status=status,
        reason=found.reason,
        server_message=found.server_message,
        hint=found.hint if status != 404 else "",
        charged="maybe",
    )


def _charged(status: int) -> Charged:
    """For an error that came in place of an answer, under 200."""
    return "no" if status < 500 and status not in _UNSURE else "maybe"


def fault_under_200(body: Skeleton, hide: Hide = redact) -> ApiError | AnswerUndecodable | None:
    """The exception for what came in place of an answer: a refusal in JSON, a text or a web page; None for what begins
    like an answer and cannot be read.
    """
    if is_stream(body.text) or breaks_off(body.text):
        return None
    said = parse(200, {}, body.text, hide)
    if said.status != 200:
        error = _exception(said, time.time())
        error.charged = _charged(said.status)
        return error
    quoted = opening(said.message, _QUOTED)
    if said.is_page:
        return AnswerUndecodable(_sentence(said), hint=WEB_PAGE)
    return AnswerUndecodable(f"The server sent this instead of an answer: “{quoted}”", hint=AGAIN) if quoted else None


def _quota(said: Fault, now: float) -> QuotaExceeded:
    limit, wait = limit_of(said), retry_after(said, now)
    return QuotaExceeded(
        _sentence(said, "" if said.is_page else limit.sentence()),
        retry_after=wait,
        scope=limit.scope,
        status=said.status,
        reason=said.reason or ("RESOURCE_EXHAUSTED" if said.status == 429 else ""),
        server_message=said.message,
        hint=limit.hint(now, wait),
    )


def _is_plain(error: Mapping[str, Json]) -> bool:
    """Whether an error can be written as JSON again; its strings are short then."""
    try:
        return not Skeleton.of(error).holes
    except ValueError:
        return False


def _server_fault(said: Fault, now: float) -> ServerFault:
    """Only 500 and 503 in Google's own words are known to cost nothing."""
    return ServerFault(
        _sentence(said),
        from_google=said.from_google,
        status=said.status,
        reason=said.reason,
        server_message=said.message,
        hint=hint_for(said, "ServerFault"),
        charged="no" if said.from_google and said.status in (500, 503) else "maybe",
        retry_after=retry_after(said, now),
    )


def _kind(said: Fault) -> type[ApiError]:
    """The class for a status below 500 other than 429."""
    if said.status == 400 and (
        said.detail("ErrorInfo").get("reason") == "API_KEY_INVALID" or _BAD_KEY.search(said.message)
    ):
        return AuthenticationFailed
    if said.status == 404 and not said.from_google and (said.is_page or not _MODEL.search(said.message)):
        return UnexpectedReply
    if said.status == 413 or (said.status == 400 and _TOO_LARGE.search(said.message)):
        return RequestTooLarge
    if said.status == 400:
        return SignatureRejected if _SIGNATURE.search(said.message) else InvalidRequest
    by_status: dict[int, type[ApiError]] = {401: AuthenticationFailed, 403: PermissionRefused, 404: ModelNotFound}
    if said.status in by_status:
        return by_status[said.status]
    is_told = said.from_google or (said.message and not said.is_page)
    return InvalidRequest if said.status >= 400 and is_told and said.status not in _UNSURE else UnexpectedReply


_WHAT = {
    400: "The server refuses the request",
    401: "The key or token is not accepted",
    402: "The server asks for payment first",
    403: "The key or project may not do this",
    404: "The server does not know the model",
    405: "The server refuses the request",
    407: "The proxy asks for a login",
    408: "The server gave up waiting for the request",
    413: "The request is too large",
    422: "The server refuses the request",
    499: "The request was cancelled on the way",
    500: "The server failed",
    503: "The server is overloaded",
    504: "The server gave up waiting for the model",
}
# What a server says that is not Google's: it does not tell who is to blame.
_OF_OTHERS = {403: "The server refuses access", 404: "The server does not know this address"}


def _sentence(said: Fault, what: str = "") -> str:
    """What happened, with the status and the server's own text; `what` is the beginning where it is known better."""
    about = f"{said.status} {said.reason}".strip()
    status = about if said.sent in (said.status, 0) else f"{said.sent}, inside it {about}"
    quoted = opening(said.message, _QUOTED)
    if said.is_page:
        what = "The proxy asks for a login" if said.status == 407 else "A web page came instead of an answer"
        return f"{what} ({status}): “{quoted}”" if quoted else f"{what} ({status})."
    what = what or _what(said)
    return f"{what} ({status}): “{quoted}”" if quoted else f"{what} ({status}), without a reason."


def _what(said: Fault) -> str:
    if not said.from_google and said.status in _OF_OTHERS and not (said.status == 404 and _MODEL.search(said.message)):
        return _OF_OTHERS[said.status]
    if said.status == 404 and said.message and not _MODEL.search(said.message):
        return "The server cannot find what the request refers to"
    if said.status in _WHAT:
        return _WHAT[said.status]
    if 300 <= said.status < 400:
        return "The server redirects, and nbgemini does not follow"
    return "The server failed" if said.status >= 500 else "The server answered with an unexpected status"
