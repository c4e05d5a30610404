"""Which method of the API a request calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from ..apierrors import JSON_PREFIX, NotRouted, invalid
from ..registry import Backend
from ..traffic import Request

_MODEL = re.compile(r"/(v1|v1beta)/models/([^/:]+)(?::(\w+))?")
_MODELS = re.compile(r"/(v1|v1beta)/models")
_VERTEX = re.compile(
    r"/(v1|v1beta1)(?:/projects/([^/]+)/locations/([^/]+))?/publishers/google/models(?:/([^/:]+)(?::(\w+))?)?"
)
_VERTEX_JOBS = re.compile(r"/(v1|v1beta1)/projects/([^/]+)/locations/([^/]+)/batchPredictionJobs(?:/[^/]+)?")
_POSTED = ("generateContent", "streamGenerateContent", "countTokens", "batchGenerateContent")
_ELSEWHERE = ("predict", "predictLongRunning", "embedContent", "batchEmbedContents")
"""Methods that Google has, and that no model serves here."""

_SYSTEM = {
    *("key", "alt", "$alt", "fields", "prettyPrint", "$prettyPrint", "access_token", "oauth_token", "callback"),
    *("quotaUser", "uploadType", "upload_protocol", "$.xgafv"),
}
_LISTED = {"pageSize", "page_size", "pageToken", "page_token"}


@dataclass(frozen=True)
class Route:
    """A method of the API: `list`, `get`, or one that is posted to.

    On Vertex AI, `project` and `location` are empty in express mode and for the list of models.
    """

    method: str
    version: str
    model: str = ""
    sse: bool = False
    backend: Backend = "gemini"
    project: str = ""
    location: str = ""

    @property
    def served(self) -> bool:
        """Whether there is any model for it; Vertex AI has batches under another address."""
        return self.method not in _ELSEWHERE and not (self.batches and self.backend == "vertex")

    @property
    def batches(self) -> bool:
        return self.method == "batchGenerateContent"

    @property
    def streams(self) -> bool:
        return self.method == "streamGenerateContent"

    @property
    def generates(self) -> bool:
        return self.method in _POSTED[:2]

    @property
    def stream(self) -> Literal["", "events", "list"]:
        """How its answers come: in events, in a list, or whole."""
        return "" if not self.streams else "events" if self.sse else "list"


def find(request: Request) -> Route:
    """The route; NotRouted for an unknown address, a 400 for an unknown query parameter."""
    route = _matched(request)
    check_query(request, listing=route.method == "list")
    return route


def check_query(request: Request, *, listing: bool) -> None:
    """A 400 for a query parameter that no method has, or only that of a list."""
    known = _SYSTEM | _LISTED if listing else _SYSTEM
    for name in request.query:
        if name not in known:
            raise unbound(name)


def unbound(name: str) -> Exception:
    """400 for a query parameter that no field answers to; a body sent as a form ends here as well."""
    return invalid(
        f'{JSON_PREFIX}Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message."
    )


def _matched(request: Request) -> Route:
    if request.method == "GET" and (found := _MODELS.fullmatch(request.path)):
        return Route("list", found[1])
    if found := _VERTEX.fullmatch(request.path):
        return _on_vertex(request, found)
    if found := _VERTEX_JOBS.fullmatch(request.path):
        return Route("batchPredictionJobs", found[1], backend="vertex", project=found[2], location=found[3])
    one = _MODEL.fullmatch(request.path)
    if one and request.method == "GET" and one[3] is None:
        return Route("get", one[1], one[2])
    if one and request.method == "POST" and one[3] in (*_POSTED, *_ELSEWHERE):
        return Route(one[3], one[1], one[2], sse=_is_sse(request))
    raise NotRouted


def _is_sse(request: Request) -> bool:
    return "sse" in (request.query.get("alt"), request.query.get("$alt"))


def _on_vertex(request: Request, found: re.Match[str]) -> Route:
    """A model of a project, or of Google alone: express mode, and the list, which belongs to no project."""
    version, project, location, model, method = found.groups(default="")
    route = Route("get" if model else "list", version, model, False, "vertex", project, location)
    if request.method == "GET" and not method and not project:
        return route
    if request.method == "POST" and method in (*_POSTED, *_ELSEWHERE):
        return replace(route, method=method, sse=_is_sse(request))
    raise NotRouted
