"""The emulator as one object: a request goes in, Google's answer comes out.

service = Service()
response = service.handle(Request("POST", "/v1beta/models/gemini-3-pro-image:generateContent", headers, body))
"""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from . import apierrors
from .answering import easel, latency, provoked, responses, streaming
from .answering.chunks import Answer
from .answering.cueing import cued
from .answering.ratelimits import Quota
from .answering.responses import Frame
from .apierrors import ApiError, NotRouted
from .apis import keeper, models_api, vertex_api
from .apis.batching.batches_api import Batches
from .apis.batching.downloads import Downloads
from .apis.files_api import Files, owner_of
from .apis.keeper import Place
from .apis.routes import Route, find, unbound
from .apis.uploading import Uploads
from .artist import Artist
from .cues import Cue
from .requests import reader
from .requests.turns import Fetch
from .requests.wanted import Ask
from .script import Script
from .traffic import ConnectionCut, Request, Response, json_response

MAX_BODY = 100 * 1024 * 1024
"""Bytes of a request, since January 2026."""

KEPT, KEPT_BYTES = 1000, 64 * 1024 * 1024
"""How many requests `Service.seen` remembers, and how many bytes of body."""

Weight = Literal["light", "real"]

_log = logging.getLogger(__name__)


class Service:
    """Google's Gemini image API on a small scale; `handle` may be called from many threads at once.

    `key`: the only API key that is good (None: any, or none at all). `token`: the only access token that is good on
    Vertex AI (None: any), which always asks for one, or for a key in express mode. `latency`: seconds that a 1K
    picture takes. `weight`: "real" makes pictures and signatures as heavy as Google's. `rpm`, `rpd`:
    requests a minute and a day for each model, 0 for a free tier without any, None for no limit. `batch_seconds`: how
    long a batch job takes (None: from four seconds on, more for many lines); `batch_tier`: of the project, from 0 to 3,
    for what may be in its queue. `place`: the folder where files and jobs outlive the process (None: they do not).
    `seen`: the requests of late, oldest first, for tests and teaching.
    """

    def __init__(
        self,
        *,
        key: str | None = None,
        token: str | None = None,
        latency: float = 0.0,
        weight: Weight = "light",
        script: Script | None = None,
        rpm: int | None = None,
        rpd: int | None = None,
        batch_seconds: float | None = None,
        batch_tier: int = 2,
        place: Place | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.seen: list[Request] = []
        self._key = key
        self._token = token
        self._clock = clock
        self._latency = latency
        self._real_weight = weight == "real"
        self._script = script or Script()
        self._quota = Quota(rpm=rpm, rpd=rpd, clock=clock)
        self._sleep = sleep
        self._lock = threading.Lock()
        kept = keeper.on_disk(place) if place else keeper.in_memory()
        self._files = Files(clock, kept)
        self._uploads = Uploads(self._files, kept, clock)
        artist = Artist(self._files, real_weight=self._real_weight)
        self._batches = Batches(self._files, kept, artist, clock, seconds=batch_seconds, tier=batch_tier)
        self._downloads = Downloads(self._batches, self._files)

    def handle(self, request: Request) -> Response:
        """The answer to one request; ConnectionCut only where a script drops the connection before it answers.

        A cut later on is ConnectionCut from `Response.body` while it is read.
        """
        self._remember(request)
        try:
            if kind := _kind_of(request):
                return self._guard(Route("files", "v1beta"), lambda: self._serve_kept(kind, request))
            route = find(request)
        except NotRouted as stray:
            return stray.response(request.path)
        except ApiError as error:
            return error.response()
        return self._guard(route, lambda: self._dispatch(route, request))

    def _guard(self, route: Route, answer: Callable[[], Response]) -> Response:
        """An answer, or the error that came instead, with the headers that fit the route."""
        began = time.perf_counter()
        return _labelled(route, self._catch(route, answer), time.perf_counter() - began)

    def _catch(self, route: Route, answer: Callable[[], Response]) -> Response:
        try:
            return answer()
        except ConnectionCut:
            raise
        except ApiError as error:
            told = vertex_api.reworded(error, route) if route.backend == "vertex" else error
            return told.response(stream=route.stream)
        except Exception:
            _log.exception("the emulator failed; it answers 500")
            return ApiError(500, apierrors.INTERNAL).response(stream=route.stream)

    def _dispatch(self, route: Route, request: Request) -> Response:
        if route.method in ("list", "get"):
            return json_response(self._serve_models(route, request))
        self._check_credentials(route, request)
        _check_body(request)
        if route.method == "batchPredictionJobs":
            raise vertex_api.no_storage()
        if not route.served:
            raise apierrors.model_gone(route.model, route.version, route.method)
        if route.method == "countTokens":
            model = models_api.find(route.model, route.version, route.method, route.backend)
            return json_response(models_api.count_tokens(request.body, model, route.version, self._fetch_for(request)))
        step = self._script.take("create" if route.batches else "ask")
        make = self._create if route.batches else self._generate
        response = self._guard(route, lambda: make(route, request, step.cue))
        return step.delivery.carry(response, self._sleep)

    def _serve_kept(self, kind: str, request: Request) -> Response:
        """An answer about files and jobs; the address that an upload was given needs no key."""
        if "upload_id" not in request.query or kind != "upload":
            self._check_key(request)
        step = self._script.take(kind)
        response = self._guard(Route(kind, "v1beta"), lambda: self._look_up(kind, request, step.cue))
        return step.delivery.carry(response, self._sleep)

    def _look_up(self, kind: str, request: Request, scripted: Cue) -> Response:
        if scripted.verb == "error":
            raise provoked.of(scripted, "", "v1beta")
        desks = {"download": self._downloads.handle, "upload": self._uploads.handle, "files": self._files.handle}
        try:
            return desks.get(kind, self._batches.handle)(request)
        except NotRouted as stray:
            return stray.response(request.path)

    def _serve_models(self, route: Route, request: Request) -> dict[str, Any]:
        """The list of models, or one of them."""
        self._check_credentials(route, request)
        if route.method == "get":
            model = models_api.find(route.model, route.version, backend=route.backend)
            return vertex_api.resource(model.id) if route.backend == "vertex" else model.resource()
        if route.backend == "vertex":
            return vertex_api.list_models()
        return models_api.list_models(request.query, route.version)

    def _now(self) -> str:
        moment = datetime.fromtimestamp(self._clock(), UTC)
        return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def _generate(self, route: Route, request: Request, scripted: Cue) -> Response:
        if scripted.verb == "error":
            raise provoked.of(scripted, route.model, route.version)
        model = models_api.find(route.model, route.version, route.method, route.backend)
        ask = reader.read(request.body, model, route.version, self._fetch_for(request))
        ask = replace(ask, sample=_sample(request))
        cue, prompt = cued(ask, scripted)
        if cue.verb == "error":
            raise provoked.of(cue, route.model, route.version)
        self._quota.take(model.id)
        return self._draw(route, request, ask, cue, prompt)

    def _create(self, route: Route, request: Request, scripted: Cue) -> Response:
        if scripted.verb == "error":
            raise provoked.of(scripted, route.model, route.version)
        models_api.find(route.model, route.version, route.method)
        return self._batches.create(request, route.model, route.version, scripted)

    def _fetch_for(self, request: Request) -> Fetch:
        """Gives the files of whoever asks."""
        owner = owner_of(request)
        return lambda uri: self._files.fetch(uri, owner)

    def _draw(self, route: Route, request: Request, ask: Ask, cue: Cue, prompt: str) -> Response:
        pace = latency.Pace.of(ask, cue, self._latency, self._sleep)
        pace.check_deadline(request.headers.get("x-server-timeout"))
        frame = Frame(ask, secrets.token_urlsafe(17), self._now() if route.backend == "vertex" else "")
        if responses.is_told(cue):
            pace.whole()
            told = responses.told(frame, cue)
            return streaming.response([told], sse=route.sse, break_after=None) if route.streams else json_response(told)
        answer = Answer(ask, cue, easel.canvas(ask, prompt, self._real_weight), prompt, route.streams)
        if route.streams:
            events = responses.events(frame, answer, wait=pace.step)
            bare = route.backend == "vertex"
            return streaming.response(events, sse=route.sse, break_after=cue.break_after, bare_error=bare)
        pace.whole()
        return json_response(responses.whole(frame, answer))

    def _remember(self, request: Request) -> None:
        with self._lock:
            self.seen.append(request)
            while len(self.seen) > KEPT or (len(self.seen) > 1 and sum(len(r.body) for r in self.seen) > KEPT_BYTES):
                del self.seen[0]

    def _check_credentials(self, route: Route, request: Request) -> None:
        """A refusal where key or token are missing or wrong."""
        if route.backend == "vertex":
            vertex_api.check_credentials(route, request, key=self._key, token=self._token)
        else:
            self._check_key(request)

    def _check_key(self, request: Request) -> None:
        """403 without a key, 400 with a wrong one; without a key of its own the service does not mind."""
        if self._key is None:
            return
        given = request.headers.get("x-goog-api-key") or request.query.get("key")
        if not given:
            raise apierrors.bad_token() if "authorization" in request.headers else apierrors.no_key()
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._key.encode()):
            raise apierrors.bad_key()


def _kind_of(request: Request) -> str:
    """What a request wants of files or jobs, in the words of a script; empty for all others."""
    if Downloads.serves(request):
        return "download"
    if Uploads.serves(request.path):
        return "upload"
    if Files.serves(request.path):
        return "files"
    return Batches.kind_of(request)


def _labelled(route: Route, response: Response, seconds: float) -> Response:
    """With what the Gemini API adds, as recorded: how long it took, and the tier of what was or would be generated."""
    if route.backend == "vertex" or "x-guploader-uploadid" in response.headers:
        return response
    told = {"server-timing": f"gfet4t7; dur={round(1000 * seconds)}"}
    if route.generates and response.status in (200, 429):
        told["x-gemini-service-tier"] = "standard"
    return replace(response, headers={**told, **response.headers})


def _sample(request: Request) -> int:
    """Which of the pictures of one request is wanted, from 0: a header of nbgemini's own, as Google needs none."""
    told = request.headers.get("x-nbgemini-sample", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 0


def _check_body(request: Request) -> None:
    if len(request.body) > MAX_BODY:
        raise apierrors.too_large(MAX_BODY)
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        # What curl sends without a Content-Type header is read as a form, that is, as query parameters.
        raise unbound(request.body[:200].decode("utf-8", "replace").partition("=")[0])
