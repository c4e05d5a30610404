"""The Files API: resumable uploads, files that live for 48 hours, and what `fileData` in a request stands for."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..apierrors import ApiError, NotRouted, invalid
from ..requests.protocol import fieldtypes, jsontext
from ..traffic import COMMON, JSON_TYPE, MARK, Request, Response, json_bytes, json_response
from .paging import page_token, start_of

LIFETIME = 48 * 3600.0
"""Seconds that a file lives."""
LARGEST = 2 * 1024**3
"""Bytes of a file."""
GRANULARITY = 8 * 1024 * 1024
"""Every piece of an upload but the last is a multiple of so many bytes; recorded."""
ORIGIN = "https://generativelanguage.googleapis.com"

_FILE = re.compile(r"/(v1|v1beta)/files(?:/([^/:]+))?")
_UPLOAD = re.compile(r"/upload/(v1|v1beta)/files")
_NAME = re.compile(r"files/[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_URI = re.compile(r"https?://[^/]+/(?:v1|v1beta)/(files/[^/:?#]+)")
_COMMANDS = ("upload", "finalize", "upload,finalize", "query", "cancel")
_ACTIVE = {"x-goog-upload-status": "active"}


@dataclass
class File:
    """A file as it is kept; `owner` is the key that brought it."""

    name: str
    owner: str
    media_type: str
    display_name: str
    data: bytes
    uri: str
    created: float

    def resource(self) -> dict[str, Any]:
        """The file as the API shows it."""
        digest = hashlib.sha256(self.data).hexdigest().encode()
        shown: dict[str, Any] = {
            "name": self.name,
            "displayName": self.display_name,
            "mimeType": self.media_type,
            "sizeBytes": str(len(self.data)),
            "createTime": _stamp(self.created),
            "updateTime": _stamp(self.created),
            "expirationTime": _stamp(self.created + LIFETIME, "000Z"),  # recorded in nanoseconds
            "sha256Hash": base64.b64encode(digest).decode(),
            "uri": self.uri,
            "state": "ACTIVE",
            "source": "UPLOADED",
        }
        return {name: value for name, value in shown.items() if value != ""}


@dataclass
class _Upload:
    """An upload under way."""

    owner: str
    size: int
    media_type: str
    name: str
    display_name: str
    origin: str
    version: str
    data: bytearray = field(default_factory=bytearray)
    done: File | None = None


class Files:
    """The files of every key, in memory; any thread may ask."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._files: dict[str, File] = {}
        self._uploads: dict[str, _Upload] = {}

    @staticmethod
    def serves(path: str) -> bool:
        """Whether an address belongs to the Files API."""
        return bool(_FILE.fullmatch(path) or _UPLOAD.fullmatch(path))

    def handle(self, request: Request) -> Response:
        """The answer to one request; ApiError or NotRouted for what cannot be answered."""
        with self._lock:
            if found := _UPLOAD.fullmatch(request.path):
                if request.method != "POST":
                    raise NotRouted
                if "upload_id" in request.query:
                    return self._continue(request)
                return self._begin(request, found[1])
            return self._query(request)

    def fetch(self, uri: str, owner: str) -> tuple[str, bytes]:
        """Type and bytes of a file by its `uri`; 400 for what is none, 403 for one that is gone or another's."""
        found = _URI.fullmatch(uri)
        if not found:
            raise invalid("Cannot fetch content from the provided URL.")
        with self._lock:
            file = self._find(found[1], owner)
            if file.uri != uri:
                raise invalid("Cannot fetch content from the provided URL.")
            return file.media_type, file.data

    # -- files -------------------------------------------------------------------------------------

    def _query(self, request: Request) -> Response:
        found = _FILE.fullmatch(request.path)
        name = f"files/{found[2]}" if found and found[2] else ""
        owner = owner_of(request)
        if request.method == "GET" and not name:
            return json_response(self._list(request.query, owner))
        if request.method == "GET":
            return json_response(self._find(name, owner).resource())
        if request.method == "DELETE" and name:
            del self._files[self._find(name, owner).name]
            return json_response({})
        raise NotRouted

    def _find(self, name: str, owner: str) -> File:
        file = self._files.get(name)
        if file is None or file.owner != owner or self._is_gone(file):
            told = name.removeprefix("files/")
            raise ApiError(403, f"You do not have permission to access the File {told} or it may not exist.")
        return file

    def _is_gone(self, file: File) -> bool:
        return self._clock() >= file.created + LIFETIME

    def _list(self, query: Mapping[str, str], owner: str) -> dict[str, Any]:
        """One page, newest first; the token of a page is where it starts."""
        size = _number(query.get("pageSize", "10"), "page_size")
        if size > 100:
            raise invalid("page_size must be in the range [0, 100].")
        mine = [file for file in self._files.values() if file.owner == owner and not self._is_gone(file)]
        mine.sort(key=lambda file: file.created, reverse=True)
        start = start_of(query.get("pageToken", ""), "files")
        page = mine[start : start + (size or 10)]
        told: dict[str, Any] = {"files": [file.resource() for file in page]} if page else {}
        if start + len(page) < len(mine):
            told["nextPageToken"] = page_token("files", start + len(page))
        return told

    # -- uploads -----------------------------------------------------------------------------------

    def _begin(self, request: Request, version: str) -> Response:
        """An address for the bytes."""
        headers = request.headers
        if headers.get("x-goog-upload-protocol", "").lower() != "resumable":
            raise invalid("Only resumable uploads are supported here: X-Goog-Upload-Protocol must be resumable.")
        if headers.get("x-goog-upload-command", "").strip().lower() != "start":
            raise invalid("X-Goog-Upload-Command must be start.")
        size = _number(headers.get("x-goog-upload-header-content-length", ""), "X-Goog-Upload-Header-Content-Length")
        if size > LARGEST:
            raise invalid(f"File size is too large. The maximum allowed size is {LARGEST} bytes.")
        about = _about(request.body)
        name = about.get("name") or f"files/{secrets.token_hex(6)}"
        if not _NAME.fullmatch(name):
            raise invalid("* CreateFileRequest.file.name: must be files/ and at most 40 of a-z, 0-9 and dashes.")
        if name in self._files and not self._is_gone(self._files[name]):
            raise ApiError(409, f"File {name} already exists.", status="ALREADY_EXISTS")
        media_type = headers.get("x-goog-upload-header-content-type") or about.get("mimeType", "")
        if not media_type:
            raise invalid("* CreateFileRequest.file.mime_type: cannot be determined.")
        origin = f"http://{headers['host']}" if headers.get("host") else ORIGIN
        token = secrets.token_urlsafe(24)
        self._uploads[token] = _Upload(
            owner_of(request), size, media_type, name, about.get("displayName", ""), origin, version
        )
        url = f"{origin}/upload/{version}/files?upload_id={token}&upload_protocol=resumable"
        told = {
            **_ACTIVE,
            "x-goog-upload-url": url,
            "x-goog-upload-control-url": url,
            "x-goog-upload-chunk-granularity": str(GRANULARITY),
        }
        return _said(token, told)

    def _continue(self, request: Request) -> Response:
        """A piece, the end, or the question how far it has come."""
        upload = self._uploads.get(request.query["upload_id"])
        if upload is None:
            raise ApiError(404, "The upload was not found, or it has expired.")
        command = request.headers.get("x-goog-upload-command", "").replace(" ", "").lower()
        if command not in _COMMANDS:
            raise invalid("X-Goog-Upload-Command must be upload, finalize, query or cancel.")
        token = request.query["upload_id"]
        if command == "query" and upload.done:
            return _said(token, {"x-goog-upload-status": "final"})
        if command == "query":
            return _said(token, {**_ACTIVE, "x-goog-upload-size-received": str(len(upload.data))})
        if command == "cancel":
            del self._uploads[token]
            return _said(token, {"x-goog-upload-status": "cancelled"})
        if upload.done:
            raise invalid("The upload is already final.")
        if "upload" in command:
            _take(upload, request, last="finalize" in command)
        if "finalize" not in command:
            return _said(token, _ACTIVE)
        shown = json_bytes({"file": self._finish(upload).resource()}, pretty=True) + b"\n"
        return _said(token, {"x-goog-upload-status": "final"}, shown)

    def _finish(self, upload: _Upload) -> File:
        if len(upload.data) != upload.size:
            raise invalid(f"The upload has {len(upload.data)} bytes; {upload.size} were announced.")
        uri = f"{upload.origin}/{upload.version}/{upload.name}"
        data, now = bytes(upload.data), self._clock()
        file = File(upload.name, upload.owner, upload.media_type, upload.display_name, data, uri, now)
        self._files[file.name] = upload.done = file
        upload.data = bytearray()
        return file


def owner_of(request: Request) -> str:
    """Whose files a request means: those of its key."""
    return request.headers.get("x-goog-api-key") or request.query.get("key", "")


def _said(token: str, headers: Mapping[str, str], body: bytes = b"") -> Response:
    """What the server of uploads answers: another machine, with headers of its own."""
    kind = (
        {"content-type": JSON_TYPE, "vary": COMMON["vary"]} if body else {"content-type": "text/plain; charset=utf-8"}
    )
    size = {"content-length": str(len(body))}
    return Response(200, {**kind, **size, "x-guploader-uploadid": token, **headers, **MARK}, [body] if body else [])


def _take(upload: _Upload, request: Request, *, last: bool) -> None:
    """One piece: at the right place, of the right size, not beyond the end."""
    offset = _number(request.headers.get("x-goog-upload-offset", ""), "X-Goog-Upload-Offset")
    if offset != len(upload.data):
        raise invalid(f"X-Goog-Upload-Offset is {offset}, but {len(upload.data)} bytes were received.")
    if not last and len(request.body) % GRANULARITY:
        raise invalid(f"A piece that is not the last must be a multiple of {GRANULARITY} bytes.")
    if offset + len(request.body) > upload.size:
        raise invalid(f"More bytes than the {upload.size} that were announced.")
    upload.data += request.body


def _about(body: bytes) -> dict[str, str]:
    """What the start of an upload tells of the file; nothing else is known there."""
    value = jsontext.parse(body) if body.strip() else {}
    about = value.get("file", {}) if isinstance(value, dict) else None
    known = {"name", "displayName", "mimeType", "sizeBytes", "display_name", "mime_type", "size_bytes"}
    if not isinstance(about, dict) or set(value) - {"file"} or set(about) - known:
        raise invalid("Invalid JSON payload received. Unknown name: Cannot find field.")
    return {fieldtypes.camel(str(name)): str(text) for name, text in about.items()}


def _number(text: str, name: str) -> int:
    if not text.strip().isdecimal():
        raise invalid(f"{name} is missing or no number.")
    return int(text)


def _stamp(seconds: float, end: str = "Z") -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", end)
