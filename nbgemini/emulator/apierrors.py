"""Google's error envelope, with the wordings that were seen on the wire.

raise invalid("aspect_ratio must be one of …")  →  400 {"error": {"code", "message", "status", "details"}}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from .traffic import SSE_TYPE, Response, json_bytes, json_response, whole_response

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
JSON_PREFIX = "Invalid JSON payload received. "
DOMAIN = "generativelanguage.googleapis.com"

OVERLOADED = (
    "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later."
)
INTERNAL = (
    "An internal error has occurred. Please retry or report in "
    "https://developers.generativeai.google/guide/troubleshooting"
)
DEADLINE = "Deadline expired before operation could complete."
BAD_PICTURE = (
    "Unable to process input image. Please retry or report in "
    "https://developers.generativeai.google/guide/troubleshooting"
)


class ApiError(Exception):
    """A refusal that is answered in Google's envelope."""

    def __init__(
        self, code: int, message: str, *, status: str | None = None, details: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or STATUS.get(code, "UNKNOWN")
        self.details = [dict(detail) for detail in details]

    def envelope(self) -> dict[str, Any]:
        """The JSON object that goes over the wire."""
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = self.details
        return {"error": error}

    def response(self, *, stream: Literal["", "events", "list"] = "") -> Response:
        """The error as an answer.

        In place of a stream it is plain JSON all the same: called a stream of events, or alone in a list.
        """
        if stream == "events":
            return whole_response(json_bytes(self.envelope(), pretty=True) + b"\n", SSE_TYPE, status=self.code)
        return json_response([self.envelope()] if stream == "list" else self.envelope(), status=self.code)


class NotRouted(Exception):
    """No method lives at this address; Google answers with a page, not with JSON."""

    def response(self, path: str) -> Response:
        """The HTML 404 page of Google's front end, without its styling."""
        shown = path.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        page = (
            "<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n"
            f"<p><b>404.</b> <ins>That’s an error.</ins>\n<p>The requested URL <code>{shown}</code> was not found on "
            "this server. <ins>That’s all we know.</ins>\n"
        )
        return whole_response(page.encode(), "text/html; charset=UTF-8", status=404)


def detail(kind: str, **fields: Any) -> dict[str, Any]:
    """One entry of `error.details`."""
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **fields}


def invalid(message: str, *, details: Sequence[Mapping[str, Any]] = ()) -> ApiError:
    """400 INVALID_ARGUMENT with this message."""
    return ApiError(400, message, details=details)


def broken_rule(path: str, rule: str) -> ApiError:
    """400 in the wording of the request validator: `* GenerateContentRequest.PATH: RULE`."""
    return invalid(f"* GenerateContentRequest.{path}: {rule}\n")


def bad_key() -> ApiError:
    """400 for a key that Google does not know."""
    message = "API key not valid. Please pass a valid API key."
    info = detail("ErrorInfo", reason="API_KEY_INVALID", domain="googleapis.com", metadata={"service": DOMAIN})
    return invalid(message, details=[info, detail("LocalizedMessage", locale="en-US", message=message)])


def no_key() -> ApiError:
    """403 for a request without any credentials."""
    return ApiError(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def bad_token() -> ApiError:
    """401 for an OAuth token; the Gemini API of the emulator takes keys."""
    return ApiError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        details=[detail("ErrorInfo", reason="ACCESS_TOKEN_TYPE_UNSUPPORTED", metadata={"service": DOMAIN})],
    )


def model_gone(model: str, version: str, method: str = "generateContent") -> ApiError:
    """404 for a model id that is unknown or retired; a stream is told of the plain method, as was recorded."""
    method = method.replace("streamGenerateContent", "generateContent")
    return ApiError(
        404,
        f"models/{model} is not found for API version {version}, or is not supported for {method}. "
        "Call ModelService.ListModels to see the list of available models and their supported methods.",
    )


def too_large(limit: int) -> ApiError:
    """400 for a request body over the cap."""
    return invalid(f"Request payload size exceeds the limit: {limit} bytes.")
