"""Where Vertex AI differs from the Gemini API: credentials, the wording of refusals, its list of models."""

from __future__ import annotations

import hmac
from typing import Any

from ..apierrors import ApiError, detail
from ..registry import models
from ..traffic import Request
from .routes import Route

SERVICE = "aiplatform.googleapis.com"

_TOKEN = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
    "See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_EXHAUSTED = (
    "Resource exhausted. Please try again later. Please refer to "
    "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details."
)


def check_credentials(route: Route, request: Request, *, key: str | None, token: str | None) -> None:
    """401 without a good access token; in express mode, where no project is named, a key does as well.

    `key` and `token` are the only ones that are good; None: any.
    """
    bearer = request.headers.get("authorization", "")
    if bearer.lower().startswith("bearer ") and bearer[7:].strip():
        if token is not None and not _same(bearer[7:].strip(), token):
            raise _unauthenticated("ACCESS_TOKEN_EXPIRED", "had invalid authentication credentials")
        return
    given = request.headers.get("x-goog-api-key") or request.query.get("key")
    if not given:
        raise _unauthenticated("CREDENTIALS_MISSING", "is missing required authentication credential")
    if route.project:
        raise _keys_refused()
    if key is not None and not _same(given, key):
        raise _unknown_key()


def _same(given: str, good: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), good.encode())


def _unauthenticated(reason: str, what: str) -> ApiError:
    info = detail("ErrorInfo", reason=reason, domain="googleapis.com", metadata={"service": SERVICE})
    return ApiError(401, f"Request {what}. {_TOKEN}", details=[info])


def _keys_refused() -> ApiError:
    text = (
        "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that "
        "assert a principal. See https://cloud.google.com/docs/authentication"
    )
    info = detail("ErrorInfo", reason="CREDENTIALS_MISSING", domain="googleapis.com", metadata={"service": SERVICE})
    return ApiError(401, text, details=[info])


def _unknown_key() -> ApiError:
    message = "API key not valid. Please pass a valid API key."
    info = detail("ErrorInfo", reason="API_KEY_INVALID", domain="googleapis.com", metadata={"service": SERVICE})
    return ApiError(400, message, details=[info])


def reworded(error: ApiError, route: Route) -> ApiError:
    """A refusal of the Gemini API in the words that Vertex AI has for it."""
    reasons = [str(one.get("reason", "")) for one in error.details]
    if error.code == 429:
        return ApiError(429, _EXHAUSTED)
    if error.code == 404:
        return _model_gone(route)
    return _disabled(route) if error.code == 403 and "SERVICE_DISABLED" in reasons else error


def no_storage() -> ApiError:
    """400 for each batch prediction job: those of Vertex AI read and write Cloud Storage, which is not served here."""
    return ApiError(
        400,
        "Batch prediction jobs read their requests from Cloud Storage (gs://) or BigQuery and write their answers "
        "there, and this server has neither. The Gemini API takes batches as requests or as a file.",
        status="FAILED_PRECONDITION",
    )


def _model_gone(route: Route) -> ApiError:
    place = f"projects/{route.project}/locations/{route.location}/" if route.project else ""
    return ApiError(
        404,
        f"Publisher Model `{place}publishers/google/models/{route.model}` was not found or your project does not have "
        "access to it. Please ensure you are using a valid model version. For more information, see: "
        "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions",
    )


def _disabled(route: Route) -> ApiError:
    project = route.project or "000000000000"
    url = f"https://console.developers.google.com/apis/api/{SERVICE}/overview?project={project}"
    message = (
        f"Vertex AI API has not been used in project {project} before or it is disabled. Enable it by visiting {url} "
        "then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems "
        "and retry."
    )
    metadata = {"service": SERVICE, "consumer": f"projects/{project}", "activationUrl": url}
    info = detail("ErrorInfo", reason="SERVICE_DISABLED", domain="googleapis.com", metadata=metadata)
    return ApiError(403, message, details=[info])


def list_models() -> dict[str, Any]:
    """The models of Google, on one page however small a page was asked for."""
    rows = list(dict.fromkeys(models().values()))
    return {"publisherModels": [resource(model.id) for model in rows]}


def resource(model: str) -> dict[str, Any]:
    """One of them, as `publishers.models.get` shows it."""
    return {"name": f"publishers/google/models/{model}", "versionId": "default", "launchStage": "GA"}
