"""Resumable uploads: an address, the bytes in pieces, and a file at the end."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..apierrors import ApiError, NotRouted, invalid
from ..requests.protocol import fieldtypes, jsontext
from ..traffic import COMMON, JSON_TYPE, MARK, Request, Response, json_bytes
from .files_api import LIFETIME, File, Files, bare, number, owner_of
from .keeper import Keeper

__all__ = ["Uploads"]

LARGEST = 2 * 1024**3
"""Bytes of a file."""
GRANULARITY = 8 * 1024 * 1024
"""Every piece of an upload but the last is a multiple of so many bytes; recorded."""
ORIGIN = "https://generativelanguage.googleapis.com"
_UPLOAD = re.compile(r"/upload/(v1|v1beta)/files")
_NAME = re.compile(r"files/[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_COMMANDS = ("upload", "finalize", "upload,finalize", "query", "cancel")
_ACTIVE = {"x-goog-upload-status": "active"}


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
    token: str
    received: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    done: File | None = None


class Uploads:
    """The uploads under way; any thread may ask. They end with the process, and what they had brought is forgotten."""

    def __init__(self, files: Files, keeper: Keeper, clock: Callable[[], float]) -> None:
        self._files, self._keeper, self._clock = files, keeper, clock
        self._uploads: dict[str, _Upload] = {}

    @staticmethod
    def serves(path: str) -> bool:
        """Whether an address is one of uploads."""
        return bool(_UPLOAD.fullmatch(path))

    def handle(self, request: Request) -> Response:
        """The answer to one request; ApiError or NotRouted for what cannot be answered."""
        found = _UPLOAD.fullmatch(request.path)
        if not found or request.method != "POST":
            raise NotRouted
        with self._files.lock:
            if "upload_id" in request.query:
                return self._continue(request)
            return self._begin(request, found[1])

    def _clear(self) -> None:
        """Give the room of what is gone back, that of uploads that never ended too."""
        self._files.clear()
        for name in self._keeper.names("uploads"):
            if int(name.partition("-")[0], 16) < self._clock() - LIFETIME:
                self._keeper.drop("uploads", name)

    def _begin(self, request: Request, version: str) -> Response:
        """An address for the bytes."""
        headers = request.headers
        if headers.get("x-goog-upload-protocol", "").lower() != "resumable":
            raise invalid("Only resumable uploads are supported here: X-Goog-Upload-Protocol must be resumable.")
        if headers.get("x-goog-upload-command", "").strip().lower() != "start":
            raise invalid("X-Goog-Upload-Command must be start.")
        size = number(headers.get("x-goog-upload-header-content-length", ""), "X-Goog-Upload-Header-Content-Length")
        if size > LARGEST:
            raise invalid(f"File size is too large. The maximum allowed size is {LARGEST} bytes.")
        about = _about(request.body)
        name = about.get("name") or f"files/{secrets.token_hex(6)}"
        if not _NAME.fullmatch(name):
            raise invalid("* CreateFileRequest.file.name: must be files/ and at most 40 of a-z, 0-9 and dashes.")
        self._clear()
        there = self._files.kept(name)
        if there and there.is_there(self._clock()):
            raise ApiError(409, f"File {name} already exists.", status="ALREADY_EXISTS")
        media_type = headers.get("x-goog-upload-header-content-type") or about.get("mimeType", "")
        if not media_type:
            raise invalid("* CreateFileRequest.file.mime_type: cannot be determined.")
        origin = f"http://{headers['host']}" if headers.get("host") else ORIGIN
        token = f"{int(self._clock()):x}-{secrets.token_hex(24)}"
        self._uploads[token] = _Upload(
            owner_of(request), size, media_type, name, about.get("displayName", ""), origin, version, token
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
            return _said(token, {**_ACTIVE, "x-goog-upload-size-received": str(upload.received)})
        if command == "cancel":
            del self._uploads[token]
            self._keeper.drop("uploads", token)
            return _said(token, {"x-goog-upload-status": "cancelled"})
        if upload.done:
            raise invalid("The upload is already final.")
        if "upload" in command:
            self._take(upload, request, last="finalize" in command)
        if "finalize" not in command:
            return _said(token, _ACTIVE)
        shown = json_bytes({"file": self._finish(upload).resource()}, pretty=True) + b"\n"
        return _said(token, {"x-goog-upload-status": "final"}, shown)

    def _take(self, upload: _Upload, request: Request, *, last: bool) -> None:
        """One piece: at the right place, of the right size, not beyond the end."""
        offset = number(request.headers.get("x-goog-upload-offset", ""), "X-Goog-Upload-Offset")
        if offset != upload.received:
            raise invalid(f"X-Goog-Upload-Offset is {offset}, but {upload.received} bytes were received.")
        if not last and len(request.body) % GRANULARITY:
            raise invalid(f"A piece that is not the last must be a multiple of {GRANULARITY} bytes.")
        if offset + len(request.body) > upload.size:
            raise invalid(f"More bytes than the {upload.size} that were announced.")
        self._keeper.add("uploads", upload.token, request.body)
        upload.received += len(request.body)
        upload.digest.update(request.body)

    def _finish(self, upload: _Upload) -> File:
        if upload.received != upload.size:
            raise invalid(f"The upload has {upload.received} bytes; {upload.size} were announced.")
        uri = f"{upload.origin}/{upload.version}/{upload.name}"
        sha256, now = upload.digest.hexdigest(), self._clock()
        file = File(upload.name, upload.owner, upload.media_type, upload.display_name, upload.size, sha256, uri, now)
        self._keeper.move("uploads", upload.token, "bytes", bare(file.name))
        self._files.keep(file)
        upload.done = file
        return file


def _said(token: str, headers: Mapping[str, str], body: bytes = b"") -> Response:
    """What the server of uploads answers: another machine, with headers of its own."""
    kind = (
        {"content-type": JSON_TYPE, "vary": COMMON["vary"]} if body else {"content-type": "text/plain; charset=utf-8"}
    )
    size = {"content-length": str(len(body))}
    return Response(200, {**kind, **size, "x-guploader-uploadid": token, **headers, **MARK}, [body] if body else [])


def _about(body: bytes) -> dict[str, str]:
    """What the start of an upload tells of the file; nothing else is known there."""
    value = jsontext.parse(body) if body.strip() else {}
    about = value.get("file", {}) if isinstance(value, dict) else None
    known = {"name", "displayName", "mimeType", "sizeBytes", "display_name", "mime_type", "size_bytes"}
    if not isinstance(about, dict) or set(value) - {"file"} or set(about) - known:
        raise invalid("Invalid JSON payload received. Unknown name: Cannot find field.")
    return {fieldtypes.camel(str(name)): str(text) for name, text in about.items()}
