"""Which pictures of a large request go through the Files API, and those that this kernel has put there."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from nbgemini._dataclass import dataclass
from nbgemini.core.content import Role
from nbgemini.core.exchange import Backend, ImageRequest
from nbgemini.core.seams import Objects
from nbgemini.core.skeleton import StoredText
from nbgemini.errors import ApiError, NbgeminiError
from nbgemini.net.backends import Endpoint
from nbgemini.net.failures import refusal
from nbgemini.net.flight import Flight
from nbgemini.net.seam import HttpRequest, Transport, read_page

if TYPE_CHECKING:
    from nbgemini.net.upload import File, Upload

__all__ = ["INLINE", "LARGEST_REQUEST", "Files", "Loading", "Routing", "Uploads", "delete_all", "referred", "routed"]

Uploads = Literal["auto", "all", "off"]
"""Whose pictures may be uploaded: the user's; the model's too, which the API may or may not take; nobody's."""

# Bytes of a request up to which everything travels inline: what the API took before 2026, and gateways still do. Above
# it the largest pictures are uploaded once, instead of being sent again with every turn that follows.
INLINE = 20_000_000
# Bytes; the Gemini API's inline cap since 2026-01-08, and what Vertex AI quotes (facts sheet, section 7).
LARGEST_REQUEST: dict[Backend, int] = {"gemini": 100_000_000, "emulator": 100_000_000, "vertex": 500_000_000}
_SMALLEST = 256 * 1024  # bytes: what is smaller is not worth a file
_REFERENCE = 220  # bytes about, of a `fileData` in place of the data
_RELIED_ON = 47 * 3600.0  # seconds: a file lives for 48 hours
_FILES = r"(?i)\bfiles?\b"


@dataclass(frozen=True, slots=True)
class Loose:
    """A picture that can be sent by reference; `weight` is in bytes on the wire, all its places added up."""

    role: Role
    sha256: str
    size: int
    media_type: str
    weight: int


@dataclass(frozen=True, slots=True)
class Routing:
    """How a request travels: `size` bytes on the wire instead of `inline`, and the pictures that go as files."""

    inline: int
    size: int
    files: tuple[Loose, ...] = ()
    to_upload: int = 0  # bytes of those that are not there yet

    @property
    def seconds(self) -> float:
        """Time to allow for the uploads: at least 2 Mbit/s."""
        return 10.0 + self.to_upload / 250_000 if self.to_upload else 0.0

    def told(self) -> str:
        """The route as a sentence; empty where everything travels inline."""
        count = len({one.sha256 for one in self.files})
        if not count:
            return ""
        what = "1 picture goes" if count == 1 else f"{count} pictures go"
        return (
            f"{what} through the Files API: {self.size / 1e6:.1f} MB in the request instead of {self.inline / 1e6:.0f}."
        )


def routed(request: ImageRequest, inline: int, uploads: Uploads, files: Files) -> Routing:
    """The route of a request that has `inline` bytes with everything in it."""
    if inline <= INLINE or uploads == "off":
        return Routing(inline, inline)
    size, chosen = inline, []
    found = {one for one in _loose(request) if uploads == "all" or one.role == "user"}
    for one in sorted(found, key=lambda one: (files.find(one.sha256) is None, -one.weight, one.sha256)):
        if size <= INLINE:
            break
        chosen.append(one)
        size -= one.weight
    new = {one.sha256: one.size for one in chosen if files.find(one.sha256) is None}
    return Routing(inline, size, tuple(chosen), sum(new.values()))


def referred(request: ImageRequest, inline: int, files: Files) -> Routing:
    """The route of a request that travels in a file with many others: all pictures of the user's by reference."""
    chosen = tuple(one for one in _loose(request, smallest=0) if one.role == "user")
    new = {one.sha256: one.size for one in chosen if files.find(one.sha256) is None}
    return Routing(inline, inline - sum(one.weight for one in chosen), chosen, sum(new.values()))


def _loose(request: ImageRequest, smallest: int = _SMALLEST) -> Iterator[Loose]:
    """Every picture of some size, once for each role."""
    found: dict[tuple[Role, str], Loose] = {}
    for turn in request.turns:
        for part in turn.parts:
            data, picture = part.data, turn.picture_of(part)
            if picture is None or not isinstance(data, StoredText) or data.length < smallest:
                continue
            key, weight = (turn.role, picture.sha256), data.length - _REFERENCE
            known = found.get(key, Loose(turn.role, picture.sha256, picture.size, picture.media_type, 0))
            found[key] = replace(known, weight=known.weight + weight)
    yield from found.values()


class Files:
    """The pictures that one key has at one address; a new kernel knows none. Any thread may ask."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._known: dict[str, File] = {}
        self._busy: dict[str, threading.Lock] = {}

    def find(self, sha256: str) -> File | None:
        """The file of a picture, if there is one that still lives for a while."""
        file = self._known.get(sha256)
        return file if file is not None and self._clock() < file.until else None

    @property
    def known(self) -> Mapping[str, File]:
        """Those that still live, by their hash."""
        return {sha256: file for sha256 in list(self._known) if (file := self.find(sha256))}

    def forget(self, sha256: str) -> None:
        """It is gone from the server, or was deleted."""
        self._known.pop(sha256, None)

    def bring(self, one: Loose, upload: Upload, objects: Objects) -> File:
        """The file of a picture, uploaded if need be; threads that want the same one wait for it."""
        with self._guard:
            busy = self._busy.setdefault(one.sha256, threading.Lock())
        with busy:
            file = self.find(one.sha256)
            if file is None:
                brought = upload.run(objects, one.sha256, one.size, one.media_type)
                file = self._known[one.sha256] = replace(brought, until=self._clock() + _RELIED_ON)
            return file

    def lost(self, refused: NbgeminiError, route: Routing) -> bool:
        """Whether a refusal says that a file of this route is gone; the route's files are then forgotten."""
        is_gone = isinstance(refused, ApiError) and refused.status in (400, 403, 404) and refused.charged == "no"
        if not route.files or not is_gone or not re.search(_FILES, getattr(refused, "server_message", "")):
            return False
        for one in route.files:
            self.forget(one.sha256)
        return True


class Loading:
    """Brings the pictures of one request to the Files API, while its flight lasts."""

    def __init__(
        self, endpoint: Endpoint, transport: Transport, files: Files, objects: Objects, flight: Flight
    ) -> None:
        self._endpoint, self._transport = endpoint, transport
        self._files, self._objects, self._flight = files, objects, flight

    def bring(self, route: Routing, progress: Callable[[str], None]) -> dict[tuple[Role, str], tuple[str, str]]:
        """(type, uri) by role and object. Raises what an upload raises."""
        found: dict[tuple[Role, str], tuple[str, str]] = {}
        done = 0
        for one in route.files:
            from nbgemini.net.upload import Upload

            before, is_new = done, self._files.find(one.sha256) is None

            def told(size: int, before: int = before) -> None:
                progress(f"uploading pictures: {(before + size) / 1e6:.0f} of {route.to_upload / 1e6:.0f} MB")

            upload = Upload(self._endpoint, self._transport, self._flight, told)
            if is_new:
                told(0)
            file = self._files.bring(one, upload, self._objects)
            done += one.size if is_new else 0
            found[one.role, one.sha256] = (file.media_type, file.uri)
        progress("")
        return found


def delete_all(endpoint: Endpoint, transport: Transport, files: Files, *, timeout: float) -> int:
    """Delete this kernel's pictures from the server; how many there were. Raises ApiError or TransportError."""
    deleted = 0
    for sha256, file in files.known.items():
        url, headers = endpoint.file_url(file.name), endpoint.headers(timeout)
        page = read_page(transport, HttpRequest("DELETE", url, headers, origin=endpoint.origin), Flight(timeout))
        if page.status not in (200, 403, 404):  # the latter: it is gone already
            raise refusal(endpoint, page.status, page.headers, page.body)
        files.forget(sha256)
        deleted += 1
    return deleted
