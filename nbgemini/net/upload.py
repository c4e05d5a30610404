"""One resumable upload to the Files API: an address, the bytes in pieces, and on after a break where it broke.

None of it is charged, so that it may be tried again; the key goes to the endpoint's own origin and nowhere else.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from nbgemini._dataclass import dataclass
from nbgemini.core.base_url import is_loopback
from nbgemini.core.skeleton import Skeleton
from nbgemini.errors import (
    ApiError,
    InvalidRequest,
    NotSent,
    QuotaExceeded,
    RequestTooLarge,
    TransportError,
    UnexpectedReply,
)
from nbgemini.net.backends import Endpoint, Headers
from nbgemini.net.body import Plain
from nbgemini.net.failures import interrupted, refusal
from nbgemini.net.flight import Errand, Flight
from nbgemini.net.seam import HttpRequest, Page, Transport, read_page
from nbgemini.wire.patient import NotJson, read
from nbgemini.wire.typed import mapping

__all__ = ["CHUNK", "File", "Readable", "Upload"]

LARGEST = 2 * 2**30  # bytes of a file
CHUNK = 8 * 2**20  # bytes of a piece, as the official SDK sends them
_TRIES = 4  # in a row without progress
_PAUSE = 0.5  # seconds, doubled with each try
_NAME = re.compile(r"files/[a-z0-9-]{1,40}")
_LONGEST = 2000  # characters of an address that is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A picture on the Files API. `until` is when it is no longer relied on, in seconds since the epoch."""

    name: str
    uri: str
    media_type: str
    size: int
    until: float = 0.0


class _Broken(Exception):
    """This try failed in a way that another one may mend; `why` is raised when none does."""

    def __init__(self, why: ApiError | TransportError, *, anew: bool = False) -> None:
        super().__init__(str(why))
        self.why = why
        self.anew = anew  # the server has forgotten the upload: begin another


class Readable(Protocol):
    """What can be read in pieces, from any place; an `Objects` can."""

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes: ...


class Upload:
    """Brings one file there, `what` it is in words. `told` hears how many bytes of it have arrived."""

    def __init__(
        self,
        endpoint: Endpoint,
        transport: Transport,
        flight: Flight,
        told: Callable[[int], None] = lambda size: None,
        *,
        what: str = "A picture",
        chunk: int = CHUNK,
        pause: float = _PAUSE,
    ) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self._flight = flight
        self._told = told
        self._what = what
        self._chunk = chunk
        self._pause = pause

    def run(self, objects: Readable, sha256: str, size: int, media_type: str) -> File:
        """The file, once it can be used. Raises ApiError, or NotSent when the network fails or the flight is cut."""
        if size > LARGEST:
            raise RequestTooLarge(f"{self._what} has {size / 1e9:.1f} GB; a file of the Files API has 2 GB at most.")
        for attempt in range(1, _TRIES + 1):
            try:
                shown = self._session(objects, sha256, size, media_type)
                return self._ready(shown, size, media_type)
            except _Broken as broken:
                if attempt == _TRIES:
                    raise broken.why from None
                self._rest(attempt)
        raise AssertionError("the last try returns or raises")

    # -- one session -------------------------------------------------------------------------------

    def _session(self, objects: Readable, sha256: str, size: int, media_type: str) -> dict[str, Any]:
        """The file's resource as the end of the upload shows it. Raises _Broken when another session may mend it."""
        name = f"files/nb-{secrets.token_hex(16)}"
        url, chunk = self._begun(name, f"nbgemini {sha256[:12]}", size, media_type)
        offset = failures = 0
        while True:
            piece = objects.read(sha256, offset, min(chunk, size - offset))
            try:
                page = self._piece(url, offset, piece, last=offset + len(piece) >= size)
                failures = 0
            except _Broken as broken:
                failures += 1
                if broken.anew or failures > _TRIES:
                    raise
                self._rest(failures)
                received, page = self._asked(url, broken)
                offset = received if 0 <= received <= size else 0
            else:
                offset += len(piece)
            self._told(min(offset, size))
            if page.headers.get("x-goog-upload-status") == "final":
                return _file_in(page) or self._named(name)

    def _begun(self, name: str, shown: str, size: int, media_type: str) -> tuple[str, int]:
        """The address for the bytes, and how large a piece may be."""
        headers = {
            "x-goog-upload-protocol": "resumable",
            "x-goog-upload-command": "start",
            "x-goog-upload-header-content-length": str(size),
            "x-goog-upload-header-content-type": media_type,
            "content-type": "application/json",
        }
        body = {"file": {"name": name, "displayName": shown, "mimeType": media_type}}
        page = self._call("POST", self._endpoint.upload_url(), headers, json.dumps(body).encode())
        url = page.headers.get("x-goog-upload-url", "")
        granularity = page.headers.get("x-goog-upload-chunk-granularity", "")
        unit = int(granularity[:12]) if granularity.isdecimal() else 1
        return self._trusted(url), self._chunk - self._chunk % unit if 0 < unit <= self._chunk else max(unit, 1)

    def _piece(self, url: str, offset: int, piece: bytes, *, last: bool) -> Page:
        command = "upload, finalize" if last else "upload"
        headers = {"x-goog-upload-command": command, "x-goog-upload-offset": str(offset)}
        page = self._call("POST", url, headers, piece, in_session=True)
        status = page.headers.get("x-goog-upload-status", "")
        if status == "final" if last else status == "active":
            return page
        why = UnexpectedReply(f"The upload answered with the state `{status[:40]}`.", charged="no")
        raise _Broken(why, anew=status not in ("active", "final"))

    def _asked(self, url: str, broken: _Broken) -> tuple[int, Page]:
        """How many bytes the server has. Raises _Broken when it cannot tell."""
        page = self._call("POST", url, {"x-goog-upload-command": "query"}, in_session=True)
        status = page.headers.get("x-goog-upload-status", "")
        received = page.headers.get("x-goog-upload-size-received", "")
        if status == "final":
            return 0, page
        if status != "active" or not received.isdecimal():
            raise _Broken(broken.why, anew=True)
        return int(received), page

    # -- the file ----------------------------------------------------------------------------------

    def _ready(self, shown: dict[str, Any], size: int, media_type: str) -> File:
        """Wait until the file can be used. Raises InvalidRequest when the server could not make use of it."""
        pauses = 0
        while shown.get("state") == "PROCESSING":
            pauses += 1
            self._rest(min(pauses, 3))
            shown = self._shown(str(shown.get("name", "")))
        if shown.get("state") == "FAILED":
            said = mapping(shown.get("error")).get("message") or "no reason given"
            raise InvalidRequest(f"The server could not process an uploaded picture: {str(said)[:200]}.", status=200)
        name, uri = str(shown.get("name", "")), str(shown.get("uri", ""))
        if not _NAME.fullmatch(name) or not uri.startswith(("https://", "http://")) or len(uri) > _LONGEST:
            raise UnexpectedReply("The upload returned no usable file.", charged="no")
        return File(name=name, uri=uri, media_type=media_type, size=size)

    def _named(self, name: str) -> dict[str, Any]:
        """The file under the name that we gave it; where there is none, the upload came to nothing."""
        try:
            return self._shown(name)
        except ApiError:
            raise UnexpectedReply("The upload returned no usable file.", charged="no") from None

    def _shown(self, name: str) -> dict[str, Any]:
        if not _NAME.fullmatch(name):
            raise UnexpectedReply("The upload returned no usable file.", charged="no")
        return _json(self._call("GET", self._endpoint.file_url(name), {}))

    # -- the wire ----------------------------------------------------------------------------------

    def _call(self, method: str, url: str, headers: Headers, content: bytes = b"", *, in_session: bool = False) -> Page:
        """One request that costs nothing. Raises _Broken for what may be tried again, ApiError for what may not."""
        errand = Errand(self._flight)
        known = self._endpoint.headers(self._flight.remaining()) if self._is_ours(url) else {}
        try:
            carried = Plain(content) if method == "POST" else None
            request = HttpRequest(method, url, {**known, **headers}, carried, origin=self._endpoint.origin)
            page = read_page(self._transport, request, errand)
        except TransportError as failed:
            broken = failed
        else:
            if page.status == 200:
                return page
            raise self._refused(page, in_session=in_session)
        if self._flight.is_cut or self._flight.remaining() <= 0:
            raise interrupted(self._flight)
        raise _Broken(NotSent(f"{self._what} could not be uploaded: {broken.message}", hint=broken.hint))

    def _refused(self, page: Page, *, in_session: bool) -> Exception:
        error = refusal(self._endpoint, page.status, page.headers, page.body)
        error.charged = "no"
        why = "The server has no Files API (404)." if page.status == 404 and not in_session else error.message
        error.args = (f"{self._what} could not be uploaded. {why}",)
        if in_session and page.status in (404, 410):
            return _Broken(error, anew=True)
        is_passing = isinstance(error, QuotaExceeded) and error.scope == "minute"
        return _Broken(error) if is_passing or page.status == 408 or page.status >= 500 else error

    def _is_ours(self, url: str) -> bool:
        return _origin(url) == _origin(self._endpoint.base_url)

    def _trusted(self, url: str) -> str:
        """The address for the bytes, if a picture may go there: our own origin, or a host of Google's.

        A gateway that passes Google's answer on gets the bytes itself, at Google's path.
        """
        try:
            parts, base = urlsplit(url), urlsplit(self._endpoint.base_url)
            host = parts.hostname or ""
            _ = parts.port
        except ValueError:
            raise _elsewhere() from None
        if len(url) > _LONGEST or parts.username or not url.isascii() or not url.isprintable():
            raise _elsewhere()
        if self._is_ours(url) or (parts.scheme == "http" and is_loopback(host) and host == base.hostname):
            return url
        if parts.scheme != "https" or not host.endswith(".googleapis.com"):
            raise _elsewhere()
        if (base.hostname or "").endswith(".googleapis.com"):
            return url
        return f"{self._endpoint.base_url}{parts.path}{f'?{parts.query}' if parts.query else ''}"

    def _rest(self, attempt: int) -> None:
        self._flight.sleep(min(self._pause * 2.0 ** (attempt - 1), self._flight.remaining()))
        if self._flight.is_cut or self._flight.remaining() <= 0:
            raise interrupted(self._flight)


def _elsewhere() -> UnexpectedReply:
    said = "The server gave an address for uploads that is not its own; nothing was sent there."
    return UnexpectedReply(said, hint="Check the base URL and the proxy.", charged="no")


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    standard = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or standard


def _json(page: Page) -> dict[str, Any]:
    try:
        return dict(mapping(read(Skeleton(page.body))))
    except NotJson:
        raise UnexpectedReply("The Files API's answer is not JSON.", charged="no") from None


def _file_in(page: Page) -> dict[str, Any] | None:
    """The resource in the answer to the last piece; a query need not bring one."""
    try:
        found = mapping(_json(page).get("file"))
    except UnexpectedReply:
        return None
    return dict(found) or None
