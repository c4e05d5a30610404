"""One request to Gemini: encode, send under the retry table, keep what arrives, decode."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.core.content import Turn
from nbgemini.core.exchange import Answer, Backend, ImageRequest
from nbgemini.core.seams import Keep, Objects, RawAnswer
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.errors import (
    AnswerError,
    AnswerUndecodable,
    ApiError,
    AuthenticationFailed,
    NbgeminiError,
    NotSent,
    PermissionRefused,
    RequestTooLarge,
    StoreError,
)
from nbgemini.net.backends import Endpoint, Headers
from nbgemini.net.backoff import RetryBudget, RetryPolicy, waiting
from nbgemini.net.body import Body
from nbgemini.net.failures import refusal
from nbgemini.net.flight import Flight
from nbgemini.net.intake import Live, refused, take_apart, take_in
from nbgemini.net.routing import LARGEST_REQUEST, Files, Loading, Routing, Uploads, delete_all, routed
from nbgemini.net.seam import HttpRequest, Reply, Transport, is_emulator
from nbgemini.wire import decode, elide, encode
from nbgemini.wire.events import is_stream
from nbgemini.wire.verdict import verdict

if TYPE_CHECKING:
    from nbgemini.net.batches import BatchCalls

__all__ = ["Client"]

Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Sending:
    """Where a request goes, and who gets what comes of it, the same for each try."""

    url: str
    objects: Objects
    keep: Keep
    flight: Flight
    notice: Notice
    live: Live | None


class Client:
    """Asks one endpoint. Has no state but the retry budget: one client serves any number of threads."""

    rescued = staticmethod(decode.rescued)

    def __init__(
        self,
        endpoint: Endpoint,
        transport: Transport,
        *,
        policy: RetryPolicy | None = None,
        budget: RetryBudget | None = None,
        files: Files | None = None,
        uploads: Uploads = "auto",
        sleep: Callable[[Flight, float], None] = Flight.sleep,
        rng: Callable[[], float] = random.random,
        now: Callable[[], float] = time.time,
        emulators: set[str] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self._emulators = set() if emulators is None else emulators  # the addresses where one answered last
        self._transport = transport
        self._policy = policy or RetryPolicy()
        self._budget = budget or RetryBudget()
        self.files = files or Files()
        self.uploads: Uploads = "off" if endpoint.backend == "vertex" else uploads  # Vertex AI has no Files API
        self._sleep, self._rng, self._now = sleep, rng, now

    @property
    def emulated(self) -> bool:
        """Whether an emulator answers, as far as is known: nothing is charged then."""
        return self.endpoint.backend == "emulator" or self.endpoint.base_url in self._emulators

    @property
    def is_google(self) -> bool:
        """Whether it is Google itself that would be asked, and no gateway or server of somebody else's."""
        return self.endpoint.backend != "emulator" and not self.endpoint.is_own_address

    def again(self, sample: int) -> Client:
        """The same client, for a picture other than the `sample` ones that were drawn of the same request before."""
        other = copy(self)
        if sample != self.endpoint.sample:
            other.endpoint = replace(self.endpoint, sample=sample)
        return other

    def without_waits(self) -> Client:
        """The same client, that leaves it to its caller when a request that met a limit is tried again."""
        other = copy(self)
        other._policy = replace(self._policy, hinted=0, unhinted=())
        return other

    @property
    def batches(self) -> BatchCalls:
        """The calls that batches take."""
        from nbgemini.net.batches import BatchCalls

        return BatchCalls(endpoint=self.endpoint, transport=self._transport, uploads=self.uploads)

    def skeleton(self, request: ImageRequest) -> Skeleton:
        """The body that `generate` would send. Raises OptionError."""
        return encode.body(request, backend=self.endpoint.backend)

    def request_hash(self, request: ImageRequest, backend: Backend | None = None) -> str:
        """What the request asks of `backend` (None: this one), as one SHA-256. Raises OptionError."""
        return encode.request_hash(request, backend or self.endpoint.backend)

    def elided(self, skeleton: Skeleton) -> str:
        """A body or an answer as JSON for people, without the key. Raises ValueError when it is not JSON."""
        return self.endpoint.redact(elide.elided(skeleton))

    def verdict(self, answer: Answer) -> AnswerError | None:
        """None when the answer is a turn; otherwise the exception to raise, which does not repeat the key."""
        return verdict(answer, self.endpoint.redact)

    def url(self, request: ImageRequest, *, stream: bool = False) -> str:
        """Where `generate` would send it: thoughts come as a stream of events, and what somebody reads along."""
        if stream or request.options.thoughts:
            return f"{self.endpoint.url(request.model, 'streamGenerateContent')}?alt=sse"
        return self.endpoint.url(request.model)

    def route(self, request: ImageRequest) -> Routing:
        """How large it is, and which of its pictures would go as files. Raises OptionError."""
        return routed(request, self.skeleton(request).size, self.uploads, self.files)

    def generate(
        self,
        request: ImageRequest,
        *,
        objects: Objects,
        keep: Keep,
        flight: Flight,
        notice: Notice,
        live: Live | None = None,
        progress: Notice = lambda text: None,
    ) -> Answer:
        """Ask once, with the retries that cost nothing. `keep` gets what arrived before anyone looks at it; `live` is
        told of each part of a stream while it comes.

        The answer may break the commit rule (`verdict`). Raises ApiError for an error status, NotSent and
        OutcomeUnknown when no complete answer came, AnswerUndecodable for one that cannot be read; the last two carry
        the `pictures` that arrived all the same. Raises what `objects` and `keep` raise. `progress` hears of uploads.
        """
        loading = Loading(self.endpoint, self._transport, self.files, objects, flight)
        url, route = self.url(request, stream=live is not None), self.route(request)
        sending = _Sending(url, objects, keep, flight, notice, self._covered(live))

        def once() -> RawAnswer:
            skeleton = self._loaded(request, self.route(request), loading, notice, progress)
            return self._sent(sending, Body(skeleton, objects))

        try:
            try:
                raw = once()
            except ApiError as error:
                if flight.is_cut or not self.files.lost(error, route):
                    raise
                notice(f"{error.status} from the server: an uploaded picture is gone; uploading it again (1 of 1)")
                raw = once()
        finally:
            flight.settle()
        return self.interpret(raw, objects)

    def _loaded(
        self, request: ImageRequest, route: Routing, loading: Loading, notice: Notice, progress: Notice
    ) -> Skeleton:
        """The body, its large pictures brought to the Files API; all of it inline where the server has none."""
        try:
            files = loading.bring(route, progress)
        except ApiError as error:
            if isinstance(error, AuthenticationFailed | PermissionRefused):
                raise
            self._check_inline(route, error)
            notice(f"{error.message} The pictures are sent in the request instead.")
            files = {}
        return encode.body(request, backend=self.endpoint.backend, files=files)

    def _check_inline(self, route: Routing, refused: ApiError) -> None:
        """Raises RequestTooLarge where the API would not take all of it in the request."""
        most = LARGEST_REQUEST[self.endpoint.backend]
        if route.inline > most:
            raise RequestTooLarge(
                f"{refused.message} With all pictures in it the request has {route.inline / 1e6:.0f} MB; the API takes"
                f" {most / 1e6:.0f} MB.",
                server_message=refused.server_message,
                hint="Leave some pictures out, or give smaller copies of them.",
                charged="no",
            )

    def interpret(self, raw: RawAnswer, objects: Objects) -> Answer:
        """Decode what was kept, now or after a restart. Raises AnswerUndecodable, or ApiError where a stream ended in
        an error; both carry the `pictures` that are whole. Raises StoreError where the disk does not give it back.

        Of an answer that broke off, the pictures that are whole make an answer of their own.
        """
        try:
            if not raw.complete:
                answer = decode.rescued(decode.salvage(raw.skeleton, objects))
            else:
                answer = decode.answer(raw.skeleton, objects, self.endpoint.redact)
            return replace(answer, emulated=raw.emulated) if raw.emulated else answer
        except StoreError as unread:  # it was paid for all the same
            unread.charged = "maybe"
            raise

    def envelope(self, raw: RawAnswer, objects: Objects) -> tuple[Mapping[str, Json], bool]:
        """The response object of a complete answer, and whether it is made of a stream's events.

        Raises AnswerUndecodable or ApiError.
        """
        try:
            return decode.envelope(raw.skeleton, objects, self.endpoint.redact), is_stream(raw.skeleton.text)
        except ValueError:
            raise AnswerUndecodable("The answer cannot be read.", charged="yes") from None

    def read_turn(self, body: bytes, objects: Objects) -> Turn | None:
        """The turn in the JSON of a response, its long strings put into `objects`. Raises ValueError, StoreError."""
        try:
            return decode.answer(take_apart(body, objects), objects).turn
        except AnswerUndecodable as problem:
            raise ValueError(problem.message) from None

    def count_tokens(self, request: ImageRequest, objects: Objects, *, timeout: float = 120.0) -> int:
        """How many tokens a request is, by the server's count. Costs nothing. Raises ApiError or TransportError."""
        from nbgemini.net.token_count import count_tokens

        body = encode.fields(request, self.endpoint.backend)
        return count_tokens(self.endpoint, self._transport, request, body, objects, timeout=timeout)

    def models(self, *, timeout: float = 20.0, tries: int = 3) -> list[dict[str, Json]]:
        """The models that the server lists. Costs nothing. Raises ApiError or TransportError."""
        from nbgemini.net.model_list import models

        return models(self.endpoint, self._transport, timeout=timeout, tries=tries)

    def _covered(self, live: Live | None) -> Live | None:
        """The same ear, that never hears the key."""
        return None if live is None else lambda part: live(replace(part, text=self.endpoint.redact(part.text)))

    def delete_uploads(self, *, timeout: float = 20.0) -> int:
        """Delete this kernel's pictures from the Files API; how many there were. Raises ApiError or TransportError.

        `timeout` is in seconds, for each of them.
        """
        return delete_all(self.endpoint, self._transport, self.files, timeout=timeout)

    def _sent(self, sending: _Sending, body: Body) -> RawAnswer:
        """POST until there is an answer or a reason to give up."""
        attempt, spent, renewed, flight, notice = 0, 0.0, False, sending.flight, sending.notice
        while True:
            outcome = self._try(sending, body)
            if isinstance(outcome, RawAnswer):
                return outcome
            if not renewed and self._renewed(outcome, flight):
                renewed = True
                notice("401 from the server: trying again with a new token (1 of 1)")
                continue
            attempt += 1
            pause = self._policy.wait(outcome, attempt, remaining=flight.remaining(), spent=spent, chance=self._rng())
            if pause is None or flight.is_cut or not self._budget.take():
                raise outcome
            notice(waiting(outcome, pause, attempt, self._policy.tries(outcome)))
            flight.begin()
            self._sleep(flight, pause)
            spent += pause

    def _try(self, sending: _Sending, body: Body) -> RawAnswer | ApiError | NotSent:
        """One POST. What may be tried again is returned; everything else is raised."""
        objects, flight = sending.objects, sending.flight
        try:
            known = self.endpoint.headers(flight.remaining())
            headers: Headers = {**known, "x-server-timeout": str(max(1, int(flight.remaining())))}
            request = HttpRequest("POST", sending.url, headers, body, paid=True, origin=self.endpoint.origin)
            with self._transport.send(request, flight) as reply:
                emulated = self._learned(emulated=is_emulator(reply))
                if reply.status == 200:
                    masked = self.endpoint.masked
                    return take_in(reply, objects, sending.keep, masked, sending.live, emulated=emulated)
                return self._refused(reply, objects)
        except NotSent as unsent:
            return unsent

    def _learned(self, *, emulated: bool) -> bool:
        """Whether an emulator answers in the place of another; the emulator of this process does not."""
        if self.endpoint.backend == "emulator":
            return False
        (self._emulators.add if emulated else self._emulators.discard)(self.endpoint.base_url)
        return emulated

    def _renewed(self, outcome: NbgeminiError, flight: Flight) -> bool:
        """Whether a token that was refused has been replaced by another one."""
        is_refused = isinstance(outcome, AuthenticationFailed) and outcome.status == 401 and not flight.is_cut
        return is_refused and self.endpoint.renew(flight.remaining())

    def _refused(self, reply: Reply, objects: Objects) -> ApiError:
        """An error status, with as much of its body as came. Raises it at once when a whole picture was in that."""
        page, pictures = refused(reply, objects)
        error = refusal(self.endpoint, reply.status, reply.headers, page, now=self._now)
        if pictures:
            error.pictures, error.charged = pictures, "maybe"
            raise error
        return error
