"""Batches over HTTP: a job is created once and never again, everything else may be asked again for nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol
from urllib.parse import quote

from nbgemini._dataclass import dataclass
from nbgemini.core.batch_jobs import JobStatus
from nbgemini.core.content import Role
from nbgemini.core.exchange import ImageRequest
from nbgemini.core.seams import Objects
from nbgemini.core.skeleton import Skeleton
from nbgemini.errors import (
    AnswerUndecodable,
    ApiError,
    NbgeminiError,
    NotSent,
    OutcomeUnknown,
    QuotaExceeded,
    ServerFault,
    TransportError,
    UnexpectedReply,
)
from nbgemini.net.backends import Endpoint
from nbgemini.net.body import Plain
from nbgemini.net.failures import interrupted, refusal
from nbgemini.net.flight import Flight
from nbgemini.net.routing import Files, Loading, Routing, Uploads, referred
from nbgemini.net.seam import HttpRequest, Page, Reply, Transport, read_page
from nbgemini.net.upload import Readable, Upload
from nbgemini.wire import encode
from nbgemini.wire.batch_line import input_line
from nbgemini.wire.batch_wire import creation, job_status, listed
from nbgemini.wire.patient import NotJson, read
from nbgemini.wire.splitter import Caps, Splitter

__all__ = ["BatchCalls", "Sink"]

_LIST_PAGES = 50
_TOKEN = re.compile(r"[!-~]{1,2000}")
_MOST = 2**33  # bytes of pictures that are passed over in an answer about jobs
_TRIES = 4  # in a row without progress
_PAUSE = 0.5  # seconds, doubled with each try
_ANSWER = 60.0  # seconds for a question that costs nothing
_PIECE = 300.0  # seconds for one try of a download, doubled where a server always begins at the start
MEDIA_TYPE = "application/jsonl"


class Sink(Protocol):
    """Where a download goes; what is there already is not fetched again."""

    size: int

    def write(self, data: bytes, /) -> None:
        """Append bytes. Raises StoreError."""

    def restart(self) -> None:
        """Forget what came: the server begins at the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCalls:
    """The calls that batches take, at one endpoint. `sleep` is for tests."""

    endpoint: Endpoint
    transport: Transport
    uploads: Uploads = "auto"
    sleep: Callable[[Flight, float], None] = Flight.sleep

    def route(self, request: ImageRequest, files: Files) -> Routing:
        """How a request travels in the file of a batch. Raises OptionError."""
        size = encode.body(request, backend=self.endpoint.backend).size
        return Routing(size, size) if self.uploads == "off" else referred(request, size, files)

    def line(self, key: str, request: ImageRequest, files: Mapping[tuple[Role, str], encode.FileData]) -> Skeleton:
        """A request as one line of the file of a batch."""
        return input_line(key, encode.body(request, backend=self.endpoint.backend, files=files))

    def loading(self, files: Files, objects: Objects, flight: Flight) -> Loading:
        """Brings pictures to the Files API, for requests that travel in a file."""
        return Loading(self.endpoint, self.transport, files, objects, flight)

    def upload(self, file: Readable, size: int, flight: Flight, told: Callable[[int], None] = lambda size: None) -> str:
        """Bring the file of a batch to the Files API: its name there. Raises ApiError or TransportError."""
        upload = Upload(self.endpoint, self.transport, flight, told, what="The batch file")
        return upload.run(file, "", size, MEDIA_TYPE).name

    def create(self, model: str, shown: str, file: str, flight: Flight) -> JobStatus:
        """Make a job, once. What surely never left is tried again.

        Raises OutcomeUnknown where a job may be there: it is to be looked for by the name that is `shown`. Raises
        ApiError where it was refused, and NotSent.
        """
        url = self.endpoint.url(model, "batchGenerateContent")
        for attempt in range(1, _TRIES + 1):
            headers = {**self.endpoint.headers(flight.remaining()), "content-type": "application/json"}
            request = HttpRequest(
                "POST", url, headers, Plain(creation(shown, file)), paid=True, origin=self.endpoint.origin
            )
            try:
                page = read_page(self.transport, request, flight)
            except NotSent:
                if attempt == _TRIES or flight.is_cut:
                    raise
                self._rest(flight, attempt)
                continue
            return self._made(page)
        raise AssertionError("the last try returns or raises")

    def _made(self, page: Page) -> JobStatus:
        if page.status == 200:
            status = self._status(page)
            if status is None:
                raise OutcomeUnknown("The server answered the creation of a batch with what is no job.")
            return status
        error = refusal(self.endpoint, page.status, page.headers, page.body)
        if page.status >= 500 or error.charged == "maybe":
            raise OutcomeUnknown(f"The creation of a batch ended with {page.status}: {error.message}")
        raise error

    def status(self, name: str, *, timeout: float = _ANSWER, tries: int = 3) -> JobStatus:
        """A job as it is now. Raises ApiError or TransportError; nothing of it is charged."""
        page = self._asked("GET", self._job_url(name), timeout=timeout, tries=tries)
        status = self._status(page)
        if status is None:
            raise AnswerUndecodable("The state of a batch cannot be read.", charged="no")
        return status

    def listed(self, *, timeout: float = _ANSWER) -> Iterator[JobStatus]:
        """All jobs of the project, whoever made them, the newest first. Raises ApiError or TransportError."""
        token, asked = "", set[str]()
        while token not in asked and len(asked) < _LIST_PAGES:
            asked.add(token)
            more = f"&pageToken={quote(token, safe='')}" if token else ""
            url = f"{self.endpoint.base_url}/{self.endpoint.api_version}/batches?pageSize=50{more}"
            page = self._asked("GET", url, timeout=timeout)
            try:
                jobs, token = listed(read(Skeleton(page.body)), self.endpoint.redact)
            except NotJson:
                raise AnswerUndecodable("The list of batches cannot be read.", charged="no") from None
            yield from jobs
            if not _TOKEN.fullmatch(token):
                return

    def find(self, shown: str) -> JobStatus | None:
        """The job that has this name, looked for in the list. Raises ApiError or TransportError."""
        return next((job for job in self.listed() if job.shown == shown), None)

    def cancel(self, name: str) -> None:
        """Ask for the end of a job. Raises ApiError or TransportError."""
        self._asked("POST", f"{self._job_url(name)}:cancel", content=b"{}")

    def download(
        self, name: str, sink: Sink, watch: Callable[[Flight], None], told: Callable[[int], None] = lambda size: None
    ) -> None:
        """Bring a file of results, from where an earlier try broke off. Raises ApiError, TransportError, StoreError."""
        failures, seconds = 0, _PIECE
        while True:
            before, flight = sink.size, Flight(seconds)
            watch(flight)
            try:
                self._received(name, sink, flight, told)
            except TransportError as broken:
                why: NbgeminiError = broken
            except ApiError as refused:
                if not _is_passing(refused):
                    raise
                why = refused
            else:
                return
            if flight.cancelled:
                raise interrupted(flight)
            failures = 0 if sink.size > before else failures + 1
            seconds = seconds if sink.size > before else min(seconds * 2, 6 * 3600.0)
            if failures >= _TRIES:
                raise why
            self._rest(Flight(_ANSWER), failures + 1)

    def _received(self, name: str, sink: Sink, flight: Flight, told: Callable[[int], None]) -> None:
        """One try."""
        ident = quote(name.removeprefix("files/"), safe="")
        url = f"{self.endpoint.base_url}/{self.endpoint.api_version}/files/{ident}:download?alt=media"
        headers = dict(self.endpoint.headers(flight.remaining()))
        if sink.size:
            headers["range"] = f"bytes={sink.size}-"
        request = HttpRequest("GET", url, headers, origin=self.endpoint.origin)
        with self.transport.send(request, flight) as reply:
            if reply.status == 416 and sink.size and _length(reply) == sink.size:
                return
            if reply.status == 416:
                sink.restart()
                raise TransportError("The results have another length than before.", charged="no")
            if reply.status not in (200, 206):
                body = b"".join(piece for piece, _ in zip(reply.chunks(), range(64), strict=False))
                raise _uncharged(refusal(self.endpoint, reply.status, reply.headers, body))
            if sink.size and (reply.status == 200 or _start(reply) != sink.size):
                sink.restart()
                if reply.status == 206:
                    raise TransportError("The results came from another place than was asked for.", charged="no")
            for piece in reply.chunks():
                sink.write(piece)
                told(sink.size)

    def _job_url(self, name: str) -> str:
        ident = quote(name.removeprefix("batches/"), safe="")
        return f"{self.endpoint.base_url}/{self.endpoint.api_version}/batches/{ident}"

    def _status(self, page: Page) -> JobStatus | None:
        try:
            return job_status(read(Skeleton(page.body)), self.endpoint.redact)
        except NotJson:
            return None

    def _asked(
        self, method: str, url: str, *, content: bytes | None = None, timeout: float = _ANSWER, tries: int = 3
    ) -> Page:
        """What costs nothing and may be asked again. Raises ApiError or TransportError."""
        until = time.monotonic() + timeout
        for attempt in range(1, tries + 1):
            flight = Flight(max(0.1, until - time.monotonic()))
            headers = dict(self.endpoint.headers(flight.remaining()))
            body = None
            if content is not None:
                body, headers["content-type"] = Plain(content), "application/json"
            try:
                request = HttpRequest(method, url, headers, body, origin=self.endpoint.origin)
                page = self._page(request, flight)
            except TransportError as failed:
                why: NbgeminiError = failed
            else:
                if page.status == 200:
                    return page
                error = _uncharged(refusal(self.endpoint, page.status, page.headers, page.body))
                if not _is_passing(error):
                    raise error
                why = error
            if attempt == tries or time.monotonic() > until:
                break
            self._rest(flight, attempt)
        raise why

    def _page(self, request: HttpRequest, flight: Flight) -> Page:
        """An answer without its pictures: a job that others made inline has all of its answers in it, twice."""
        splitter = Splitter(_Nowhere(), Caps(decoded=_MOST, strings=100_000, beyond=0))
        with self.transport.send(request, flight) as reply:
            for chunk in reply.chunks():
                splitter.feed(chunk)
                if splitter.ended:
                    break
            return Page(reply.status, reply.headers, splitter.finish().text)

    def _rest(self, flight: Flight, attempt: int) -> None:
        self.sleep(flight, min(_PAUSE * 2.0 ** (attempt - 1), 8.0))


class _Nowhere:
    """Objects that are not kept."""

    def writer(self) -> _Dropped:
        return _Dropped()

    def chunks(self, sha256: str, size: int = 0) -> Iterator[bytes]:
        return iter(())

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        return b""


class _Dropped:
    """A string that nobody asked for."""

    def __init__(self) -> None:
        self._size = 0

    def write(self, data: bytes, /) -> None:
        self._size += len(data)

    def finish(self) -> tuple[str, int]:
        return "0" * 64, self._size

    def discard(self) -> None:
        """Nothing was kept."""


def _is_passing(error: ApiError) -> bool:
    """Whether the same may be answered in a moment."""
    if isinstance(error, QuotaExceeded):
        return error.scope == "minute"
    return isinstance(error, ServerFault) or (isinstance(error, UnexpectedReply) and error.status >= 500)


def _uncharged(error: ApiError) -> ApiError:
    error.charged = "no"
    return error


def _start(reply: Reply) -> int:
    """Where the piece begins that a 206 brings; -1 where it does not say."""
    found = re.match(r"bytes (\d{1,18})-", reply.headers.get("content-range", ""))
    return int(found[1]) if found else -1


def _length(reply: Reply) -> int:
    found = re.fullmatch(r"bytes \*/(\d{1,18})", reply.headers.get("content-range", "").strip())
    return int(found[1]) if found else -1
